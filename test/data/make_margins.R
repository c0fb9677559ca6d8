# make_margins.R: average marginal effects with delta-method errors, worked out by hand from glm, on the rows of
# robust_rows.csv: margins.csv, in the current directory.
suppressPackageStartupMessages(library(sandwich))
digits <- function(x) sprintf("%.17g", x)
d <- read.csv("robust_rows.csv")
d$early <- d$week < 6
tight <- glm.control(epsilon = 1e-14, maxit = 50)
refit <- function(m) update(m, start = coef(m))
fits <- list(ols = lm(y ~ a + b + early + zone, d),
             logistic = refit(glm(won ~ a + b + early + zone, binomial, d, control = tight)),
             probit = refit(glm(won ~ a + b + early + zone, binomial(probit), d, control = tight)),
             poisson = refit(glm(visits ~ a + b + early + zone, poisson, d, control = tight)))
first <- list(ols = function(e) 0 * e + 1, logistic = function(e) dlogis(e), probit = function(e) dnorm(e), poisson = exp)
second <- list(ols = function(e) 0 * e, logistic = function(e) dlogis(e) * (1 - 2 * plogis(e)),
               probit = function(e) -e * dnorm(e), poisson = exp)
mean_of <- list(ols = identity, logistic = plogis, probit = pnorm, poisson = exp)
out <- list()
put <- function(kase, name, v) {
  m <- fits[[name]]
  x <- model.matrix(m)
  b <- coef(m)
  for (term in colnames(x)[-1]) {
    if (term %in% c("a", "b")) {
      eta <- drop(x %*% b)
      effect <- mean(first[[name]](eta)) * b[term]
      g <- colMeans(second[[name]](eta) * x) * b[term]
      g[term] <- g[term] + mean(first[[name]](eta))
    } else {
      one <- zero <- x
      group <- if (grepl("^zone", term)) grep("^zone", colnames(x)) else match(term, colnames(x))
      one[, group] <- zero[, group] <- 0
      one[, term] <- 1
      e1 <- drop(one %*% b)
      e0 <- drop(zero %*% b)
      effect <- mean(mean_of[[name]](e1) - mean_of[[name]](e0))
      g <- colMeans(first[[name]](e1) * one - first[[name]](e0) * zero)
    }
    out[[length(out) + 1]] <<- data.frame(kase, term = sub("TRUE$", "", sub("^zone", "zone=", term)),
                                          estimate = digits(effect), std_error = digits(sqrt(drop(g %*% v %*% g))))
  }
}
for (name in names(fits)) put(name, name, vcov(fits[[name]]))
# weights: the errors are the weighted fit's, the average is of the rows; and of counts that of each row so often
fits$weighted <- lm(y ~ a + b + early + zone, d, weights = w)
first$weighted <- first$ols; second$weighted <- second$ols; mean_of$weighted <- mean_of$ols
put("weighted", "weighted", vcov(fits$weighted))
often <- d[rep(seq_len(nrow(d)), d$w), ]
fits$counted <- refit(glm(won ~ a + b + early + zone, binomial, often, control = tight))
first$counted <- first$logistic; second$counted <- second$logistic; mean_of$counted <- mean_of$logistic
put("counted", "counted", vcov(fits$counted))
put("logistic CR1", "logistic", vcovCL(fits$logistic, d$store, type = "HC1"))
write.csv(do.call(rbind, out), "margins.csv", row.names = FALSE, quote = FALSE)

# columns of a formula, of which terms are worked out: derivatives by hand, of all terms together ----------

out <- list()
worked <- list(ols = refit(lm(y ~ log(b + 1) + a * zone + early + I(a^2) + factor(half), d)),
               logistic = refit(glm(won ~ log(b + 1) + a * zone + early + I(a^2) + factor(half), binomial, d, control = tight)),
               poisson = refit(glm(visits ~ log(b + 1) + a * zone + early + I(a^2) + factor(half) + offset(log(w)), poisson, d, control = tight)),
               plain = refit(glm(won ~ log(b + 1) + zone, binomial, d, control = tight))) # a category in no term worked out
first$plain <- first$logistic
second$plain <- second$logistic
mean_of$plain <- mean_of$logistic
for (name in names(worked)) {
  m <- worked[[name]]
  b <- coef(m)
  terms <- delete.response(terms(m))
  x_of <- function(rows) model.matrix(terms, rows, xlev = m$xlevels)
  offset <- if (name == "poisson") log(d$w) else 0
  add <- function(term, effect, g)
    out[[length(out) + 1]] <<- data.frame(kase = name, term, estimate = digits(effect), std_error = digits(sqrt(drop(g %*% vcov(m) %*% g))))
  slope <- function(term, dx) {
    x <- x_of(d)
    eta <- drop(x %*% b) + offset
    change <- drop(dx %*% b)
    add(term, mean(first[[name]](eta) * change), colMeans(second[[name]](eta) * change * x + first[[name]](eta) * dx))
  }
  x <- x_of(d)
  if (name != "plain") {
    dx <- 0 * x
    dx[, "a"] <- 1
    dx[, "I(a^2)"] <- 2 * d$a
    dx[, "a:zonenorth"] <- d$zone == "north"
    dx[, "a:zonewest"] <- d$zone == "west"
    slope("a", dx)
  }
  dx <- 0 * x
  dx[, "log(b + 1)"] <- 1 / (d$b + 1)
  slope("b", dx)
  difference <- function(term, one, zero) {
    x1 <- x_of(one)
    x0 <- x_of(zero)
    e1 <- drop(x1 %*% b) + offset
    e0 <- drop(x0 %*% b) + offset
    add(term, mean(mean_of[[name]](e1) - mean_of[[name]](e0)), colMeans(first[[name]](e1) * x1 - first[[name]](e0) * x0))
  }
  for (z in c("north", "west")) difference(paste0("zone=", z), transform(d, zone = z), transform(d, zone = "east"))
  if (name == "plain") next
  difference("early", transform(d, early = TRUE), transform(d, early = FALSE))
  difference("half=1", transform(d, half = 1), transform(d, half = 0))
}
write.csv(do.call(rbind, out), "margins_worked.csv", row.names = FALSE, quote = FALSE)
