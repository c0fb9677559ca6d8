# make_select.R: subsets by leaps and step, and penalties by criteria, on the Ames house sales and
# Longley's data.  Writes subset_leaps.csv, step_mass.csv and select_lambda.csv.
#
#   cd test/data && Rscript --vanilla make_select.R
#
# Needs the Debian packages r-base-core, r-cran-leaps, r-cran-mass and r-cran-glmnet.
suppressPackageStartupMessages({library(leaps); library(MASS); library(glmnet)})
options(digits = 17)
number <- function(x) sprintf("%.17g", x)
ames_features <- c("gr_liv_area", "lot_area", "total_bsmt_sf", "first_flr_sf", "second_flr_sf",
                   "garage_cars", "garage_area", "year_built", "year_remod_add", "full_bath",
                   "half_bath", "bedroom_abvgr", "totrms_abvgrd", "fireplaces", "lot_frontage",
                   "mas_vnr_area", "wood_deck_sf", "open_porch_sf")
ames <- read.csv("ames.csv")
longley <- read.csv("strd/Longley.csv")
x <- list(ames = as.matrix(ames[ames_features]), longley = as.matrix(longley[-1]))
y <- list(ames = ames$sale_price, longley = longley[[1]], ames_squares = ames$sale_price)
x$ames_squares <- cbind(x$ames, x$ames[, 1:12]^2)
colnames(x$ames_squares)[19:30] <- paste0(ames_features[1:12], "_2")

# ---- subsets: leaps finds them, lm and extractAIC say how good they are

cases <- list(
  list(case = "ames", data = "ames"),
  list(case = "ames_weighted", data = "ames", weights = ames$year_sold - 2005),
  list(case = "ames_forced", data = "ames", force = c("lot_area", "open_porch_sf")),
  list(case = "ames_squares", data = "ames_squares"),
  list(case = "longley", data = "longley"),
  list(case = "longley_no_intercept", data = "longley", intercept = FALSE))
rows <- NULL
for (k in cases) for (method in c("exhaustive", "forward", "backward")) {
  xx <- x[[k$data]]; yy <- y[[k$data]]; n <- length(yy)
  w <- if (is.null(k$weights)) rep(1, n) else k$weights
  intercept <- is.null(k$intercept)
  found <- regsubsets(xx, yy, weights = w, nvmax = ncol(xx), method = method, intercept = intercept,
                      force.in = match(k$force, colnames(xx)))
  s <- summary(found)
  full <- lm(if (intercept) yy ~ xx else yy ~ xx - 1, weights = w)
  for (i in seq_len(nrow(s$which))) {
    name <- intersect(colnames(xx), colnames(s$which)[s$which[i, ]])
    part <- xx[, name, drop = FALSE]
    fit <- lm(if (intercept) yy ~ part else yy ~ part - 1, weights = w)
    df <- length(name) + intercept
    rss <- sum(w * residuals(fit)^2)
    rows <- rbind(rows, data.frame(
      case = k$case, method = sub("exhaustive", "best", method), size = length(name),
      features = paste0('"{', paste(name, collapse = ","), '}"'), rss = number(rss),
      adj_r2 = number(summary(fit)$adj.r.squared),
      cp = number(rss / summary(full)$sigma^2 - n + 2 * df),
      aic = number(extractAIC(fit)[2]), bic = number(extractAIC(fit, k = log(n))[2])))
  }
}
write.csv(rows, "subset_leaps.csv", row.names = FALSE, quote = FALSE)

# ---- MASS::stepAIC, which stops where no single step helps

rows <- NULL
for (data in c("ames", "longley")) {
  d <- data.frame(y = y[[data]], x[[data]])
  all <- lm(y ~ ., d); none <- lm(y ~ 1, d)
  for (criterion in c("aic", "bic")) for (method in c("forward", "backward")) {
    fit <- stepAIC(if (method == "forward") none else all, scope = list(lower = none, upper = all),
                   direction = method, k = if (criterion == "aic") 2 else log(nrow(d)), trace = 0)
    name <- intersect(colnames(x[[data]]), names(coef(fit)))
    rows <- rbind(rows, data.frame(data, method, criterion, features = paste0('"{', paste(name, collapse = ","), '}"')))
  }
}
write.csv(rows, "step_mass.csv", row.names = FALSE, quote = FALSE)

# ---- penalties: the lambda with the least criterion of glmnet's grid, and for ridge of a given one

X <- x$ames; Y <- y$ames; n <- nrow(X)
sd_n <- function(v) sqrt(mean((v - mean(v))^2))
Z <- scale(X, scale = apply(X, 2, sd_n))
# as AIC and BIC have them: with the constants of the likelihood, and sigma among the k parameters
criteria <- function(rss, df) {
  k <- df + 1
  deviance <- n * (log(2 * pi * rss / n) + 1)
  c(gcv = rss / n / (1 - df / n)^2, aic = deviance + 2 * k, aicc = deviance + 2 * k + 2 * k * (k + 1) / (n - k - 1),
    bic = deviance + log(n) * k)
}
glmnet.control(fdev = 0, devmax = 1)
rows <- NULL
choose <- function(method, l1_ratio, lambda, values, b)
  for (criterion in rownames(values)) {
    i <- which.min(values[criterion, ])
    rows <<- rbind(rows, data.frame(method, l1_ratio, criterion, step = i, lambda = number(lambda[i]),
                                    value = number(values[criterion, i]),
                                    b = paste0('"{', paste(number(b[, i]), collapse = ","), '}"')))
  }
for (alpha in c(1, 0.5)) {
  fit <- glmnet(X, Y, alpha = alpha, thresh = 1e-22, maxit = 1e8)
  b <- as.matrix(fit$beta)
  values <- sapply(seq_along(fit$lambda), function(i) {
    active <- b[, i] != 0
    rss <- sum((Y - fit$a0[i] - X %*% b[, i])^2)
    l2 <- n * fit$lambda[i] * (1 - alpha) / sd_n(Y)
    d2 <- if (any(active)) svd(Z[, active, drop = FALSE])$d^2 else numeric(0)
    criteria(rss, 1 + sum(d2 / (d2 + l2)))
  })
  choose(if (alpha == 1) "lasso" else "elastic_net", alpha, fit$lambda, values, b)
}
lambda <- 10^seq(4, -2, length.out = 61)
s <- svd(Z); yc <- Y - mean(Y); u <- drop(t(s$u) %*% yc)
b <- sapply(lambda, function(l) drop(s$v %*% (s$d / (s$d^2 + l) * u)) / apply(X, 2, sd_n))
values <- sapply(lambda, function(l) {
  h <- s$d^2 / (s$d^2 + l)
  criteria(sum((yc - s$u %*% (h * u))^2), 1 + sum(h))
})
choose("ridge", 0, lambda, values, b)
write.csv(rows, "select_lambda.csv", row.names = FALSE, quote = FALSE)
