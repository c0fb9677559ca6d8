# make_robust.R: standard errors of the package sandwich, and tests of lmtest and car, on rows that it makes:
# robust_rows.csv, robust.csv and robust_tests.csv, in the current directory.
suppressPackageStartupMessages({
  library(sandwich)
  library(car)
  library(lmtest)
})
digits <- function(x) sprintf("%.17g", x)
set.seed(18)
n <- 240
d <- data.frame(id = seq_len(n), store = (seq_len(n) * 7) %% 23, week = (seq_len(n) * 5) %% 12, half = seq_len(n) %% 2,
                lone = pmin(seq_len(n), 40))
d$a <- round(rnorm(n, 3, 2), 3)
d$b <- round(rexp(n), 3) + d$store / 10
d$zone <- c("east", "north", "west")[1 + (d$id %/% 2) %% 3]
shock <- round(rnorm(23), 3)[d$store + 1] + round(rnorm(12), 3)[d$week + 1]
d$y <- round(1 + 2 * d$a - d$b + shock + rnorm(n) * (0.5 + d$b), 4)
d$w <- 1 + d$id %% 3
d$won <- as.integer(runif(n) < plogis(0.3 * d$a - 0.5 * d$b + 0.4 * shock))
d$visits <- rpois(n, exp(0.2 * d$a - 0.3 * d$b + 0.3 * shock))
d$single <- as.integer(d$id == 7)
write.csv(d, "robust_rows.csv", row.names = FALSE, quote = FALSE)

out <- list()
put <- function(kase, v) {
  terms <- sub("(^|:)zone", "\\1zone=", sub("I\\(a \\+ 2e\\+06\\)|I\\(a \\+ 2e\\+08\\)", "a", rownames(v)))
  out[[length(out) + 1]] <<- data.frame(kase, term = terms, std_error = digits(sqrt(diag(v))),
                                        covariance = digits(v[nrow(v), ]))
}
tight <- glm.control(epsilon = 1e-14, maxit = 50)
fits <- list(ols = lm(y ~ a + b, d), factor = lm(y ~ a + b + zone, d), weighted = lm(y ~ a + b, d, weights = w),
             through_0 = lm(y ~ a + b - 1, d), aliased = lm(y ~ a + I(2 * a) + b, d),
             counted = lm(y ~ a + b, d[rep(seq_len(n), d$w), ]),
             logistic = glm(won ~ a + b, binomial, d, control = tight),
             trials = glm(won ~ a + b + zone, binomial, d, weights = w, control = tight),
             poisson = glm(visits ~ a + b, poisson, d, weights = w, offset = w / 5, control = tight))
# glm keeps the weights of the step before the last: once more, from where it ended
for (name in c("logistic", "trials", "poisson")) fits[[name]] <- update(fits[[name]], start = coef(fits[[name]]))
for (name in names(fits)) {
  m <- fits[[name]]
  if (name == "aliased") m <- lm(y ~ a + b, d)
  for (type in c("HC0", "HC1", "HC2", "HC3")) put(paste(name, type), vcovHC(m, type))
  rows <- if (name == "counted") d[rep(seq_len(n), d$w), ] else d
  # without CR's factor G/(G-1), and with the one of least squares
  put(paste(name, "CR0"), vcovCL(m, rows$store, type = "HC0", cadjust = FALSE))
  put(paste(name, "CR1"), vcovCL(m, rows$store, type = "HC1"))
  put(paste(name, "CR1 cluster"), vcovCL(m, rows$store, type = "HC0"))
  put(paste(name, "CR1 two"), vcovCL(m, rows[c("store", "week")], type = "HC1"))
  if (name != "counted") {
    put(paste(name, "HAC"), NeweyWest(m, lag = 5, prewhite = FALSE, adjust = FALSE))
    put(paste(name, "HAC full"), NeweyWest(m, lag = 5, prewhite = FALSE, adjust = TRUE))
  }
}
m <- fits$ols
put("ols CR1 halves", vcovCL(m, d$half, type = "HC1"))
put("ols CR1 lone", vcovCL(m, d$lone, type = "HC1"))
put("ols CR1 rows", vcovCL(m, d$id, type = "HC1"))
# both ways with the least number of clusters: each part has its own factor here, which is undone
g <- c(23, 12, nrow(unique(d[c("store", "week")])))
v <- lapply(list(d$store, d$week, paste(d$store, d$week)), function(c) vcovCL(m, c, type = "HC1"))
put("ols CR1 min", (v[[1]] / (g[1] / (g[1] - 1)) + v[[2]] / (g[2] / (g[2] - 1)) - v[[3]] / (g[3] / (g[3] - 1))) * 12 / 11)
# mean / sd of 1e6 and 1e8: the covariance of slopes is that of the column about 0
put("far6 HC3", vcovHC(m, "HC3"))
put("far8 HC3", vcovHC(m, "HC3"))
put("far6 CR1", vcovCL(m, d$store, type = "HC1"))
put("far8 CR1", vcovCL(m, d$store, type = "HC1"))
# two ways of few clusters: indefinite, once with a negative variance, and what is cut off
few <- list(bad = data.frame(d$store %% 7, d$week %% 2), odd = data.frame(d$store %% 4, d$week %% 3))
for (name in names(few)) {
  v <- vcovCL(fits$factor, few[[name]], type = "HC1")
  stopifnot(min(eigen(v)$values) < 0, (min(diag(v)) < 0) == (name == "bad"))
  if (name == "odd") put("factor odd", v)
  put(paste("factor", name, "psd"), vcovCL(fits$factor, few[[name]], type = "HC1", fix = TRUE))
}
v <- vcovCL(fits$trials, few$odd, type = "HC1", fix = TRUE)
stopifnot(min(eigen(vcovCL(fits$trials, few$odd, type = "HC1"))$values) < 0)
put("trials odd psd", v)
# a row of leverage 1, two clusters, a cluster of one row, interactions
m <- lm(y ~ a + b + single, d)
put("single HC0", vcovHC(m, "HC0"))
put("single HC1", vcovHC(m, "HC1"))
put("single CR1", vcovCL(m, d$store, type = "HC1"))
for (name in c("logistic", "poisson")) {
  put(paste(name, "CR1 halves"), vcovCL(fits[[name]], d$half, type = "HC1"))
  put(paste(name, "CR1 lone"), vcovCL(fits[[name]], d$lone, type = "HC1"))
}
m <- lm(y ~ a * zone + b, d)
for (type in c("HC0", "HC1", "HC2", "HC3")) put(paste("crossed", type), vcovHC(m, type))
put("crossed CR1", vcovCL(m, d$store, type = "HC1"))
put("crossed CR1 two", vcovCL(m, d[c("store", "week")], type = "HC1"))
# a row of frequency weight 3 is three rows, of every family
rows <- d[rep(seq_len(n), d$w), ]
times <- list(logistic = glm(won ~ a + b, binomial, rows, control = tight),
              poisson = glm(visits ~ a + b, poisson, rows, control = tight))
for (name in names(times)) {
  m <- update(times[[name]], start = coef(times[[name]]))
  for (type in c("HC0", "HC1", "HC2", "HC3")) put(paste(name, "counted", type), vcovHC(m, type))
  put(paste(name, "counted CR0"), vcovCL(m, rows$store, type = "HC0", cadjust = FALSE))
  put(paste(name, "counted CR1"), vcovCL(m, rows$store, type = "HC1"))
  put(paste(name, "counted CR1 cluster"), vcovCL(m, rows$store, type = "HC0"))
  put(paste(name, "counted CR1 two"), vcovCL(m, rows[c("store", "week")], type = "HC1"))
}
# other families and links: scores by the expected information, and no dispersion in a sandwich
d$pos <- exp(d$y / 10)
links <- list(probit = glm(won ~ a + b, binomial("probit"), d, control = tight),
              cloglog = glm(won ~ a + b, binomial("cloglog"), d, weights = w, control = tight),
              gamma = glm(pos ~ a + b, Gamma("log"), d, weights = w, control = tight),
              inverse = glm(pos ~ a + b, Gamma, d, control = tight, start = c(1, 0, 0)))
for (name in names(links)) {
  # by the expected information steps converge slowly
  m <- links[[name]]
  for (i in 1:8) m <- update(m, start = coef(m))
  for (type in c("HC0", "HC1", "HC2", "HC3")) put(paste(name, type), vcovHC(m, type))
  put(paste(name, "CR0"), vcovCL(m, d$store, type = "HC0", cadjust = FALSE))
  put(paste(name, "CR1"), vcovCL(m, d$store, type = "HC1"))
  put(paste(name, "CR1 two"), vcovCL(m, d[c("store", "week")], type = "HC1"))
  put(paste(name, "HAC"), NeweyWest(m, lag = 5, prewhite = FALSE, adjust = FALSE))
}
write.csv(do.call(rbind, out), "robust.csv", row.names = FALSE, quote = FALSE)

# tests: linear forms, Wald's F, likelihood ratios, drop1 by term --------------------------------

tests <- list()
test <- function(kase, estimate = NA, se = NA, statistic = NA, df = NA, p = NA)
  tests[[length(tests) + 1]] <<- data.frame(kase, estimate = digits(estimate), std_error = digits(se),
                                            statistic = digits(statistic), df = digits(df), p = digits(p))
m <- fits$factor
for (kind in c("iid", "HC3", "CR1")) {
  v <- switch(kind, iid = vcov(m), HC3 = vcovHC(m, "HC3"), CR1 = vcovCL(m, d$store, type = "HC1"))
  df <- if (kind == "CR1") 22 else df.residual(m)
  l <- c(0, 0, 0, 1, -1)
  e <- sum(l * coef(m)); s <- sqrt(drop(l %*% v %*% l))
  test(paste("contrast", kind), e, s, e / s, df, 2 * pt(-abs(e / s), df))
  l <- c(1, 3, 2, 1, 0)
  e <- sum(l * coef(m)) - 4; s <- sqrt(drop(l %*% v %*% l))
  test(paste("contrast value", kind), e + 4, s, e / s, df, 2 * pt(-abs(e / s), df))
  for (terms in list(c("zonenorth", "zonewest"), c("a", "b"), "b")) {
    f <- drop(coef(m)[terms] %*% solve(v[terms, terms]) %*% coef(m)[terms]) / length(terms)
    test(paste("wald", kind, paste(terms, collapse = " ")), statistic = f, df = length(terms),
         p = pf(f, length(terms), df, lower.tail = FALSE))
  }
}
h <- linearHypothesis(m, c("zonenorth = 0", "zonewest = 0"), vcov. = vcovHC(m, "HC3"))
test("car", statistic = h$F[2], df = 2, p = h$`Pr(>F)`[2])
# of one equation F is the square of t
for (form in c("a - b = 0.5", "a = b", "2*a - 1 = zonenorth + 0.25")) {
  h <- linearHypothesis(m, form, vcov. = vcovHC(m, "HC3"))
  test(paste("car", form), statistic = h$F[2], df = h$Res.Df[2], p = h$`Pr(>F)`[2])
}
x <- drop1(m, test = "F")
for (t in c("a", "b", "zone")) test(paste("drop1", t), statistic = x[t, "F value"], df = x[t, "Df"], p = x[t, "Pr(>F)"])
x <- lrtest(glm(won ~ a, binomial, d, weights = w, control = tight), fits$trials)
test("lrtest", statistic = x$Chisq[2], df = x$Df[2], p = x$`Pr(>Chisq)`[2])
x <- anova(glm(visits ~ 1, poisson, d, weights = w, offset = w / 5, control = tight), fits$poisson, test = "Chisq")
test("anova poisson", statistic = x$Deviance[2], df = x$Df[2], p = x$`Pr(>Chi)`[2])

# rows through a model: augment, intervals on the link -------------------------------------------

rows <- list()
for (name in c("ols", "weighted", "logistic", "poisson")) {
  m <- fits[[name]]
  link <- predict(m, se.fit = TRUE)
  keep <- c(1:5, 120)
  sd_resid <- if (inherits(m, "glm")) rstandard(m, type = "pearson") else rstandard(m)
  resid <- if (inherits(m, "glm")) residuals(m, type = "response") else residuals(m)
  rows[[name]] <- data.frame(kase = name, id = d$id[keep], fitted = digits(fitted(m)[keep]), residual = digits(resid[keep]),
    standardized = digits(sd_resid[keep]), leverage = digits(hatvalues(m)[keep]), cooks = digits(cooks.distance(m)[keep]),
    link = digits(link$fit[keep]), link_se = digits(link$se.fit[keep]))
}
write.csv(do.call(rbind, rows), "robust_augment.csv", row.names = FALSE, quote = FALSE)
write.csv(do.call(rbind, tests), "robust_tests.csv", row.names = FALSE, quote = FALSE)
