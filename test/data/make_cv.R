# make_cv.R: glmnet's paths and cross-validation on the Ames house sales and the diamonds, for
# make_cv.py, which puts the exact answers beside them.  Writes its two tables to the directory
# given as the argument.
#
# cv.glmnet hands its argument `lambda`, not the lambdas of the full fit, to the fits of the folds:
# without one each fold makes a grid of its own, and predict interpolates the coefficients
# linearly between its lambdas.  Here the lambdas of the full fit are given.  fdev and devmax are
# set so that no path ends early, and thresh so that each lambda is solved to rounding.
suppressPackageStartupMessages(library(glmnet))
glmnet.control(fdev = 0, devmax = 1)
thresh <- 1e-28
maxit <- 1e7
out <- commandArgs(trailingOnly = TRUE)[1]
digits <- function(x) sprintf("%.17g", x)
table <- function(name, rows) write.csv(rows, file.path(out, name), row.names = FALSE)

ames <- read.csv("ames.csv")
diamonds <- read.csv(gzfile("diamonds.csv.gz"))
data <- list(
  ames = list(
    x = as.matrix(ames[c("gr_liv_area", "lot_area", "total_bsmt_sf", "first_flr_sf",
                         "second_flr_sf", "garage_cars", "garage_area", "year_built",
                         "year_remod_add", "full_bath", "half_bath", "bedroom_abvgr",
                         "totrms_abvgrd", "fireplaces", "lot_frontage", "mas_vnr_area",
                         "wood_deck_sf", "open_porch_sf")]),
    y = ames$sale_price, w = ames$year_sold - 2005,
    fold = (ames$sale_price + 31 * ames$lot_area) %% 7919 %% 10 + 1),
  diamonds = list(
    x = as.matrix(diamonds[c("carat", "depth", "table", "x", "y", "z")]), y = diamonds$price,
    fold = (diamonds$price + 31 * round(100 * diamonds$carat)) %% 7919 %% 10 + 1))

grid <- function(d, alpha, standardize, weights)
  glmnet(d$x, d$y, weights = weights, alpha = alpha, standardize = standardize)$lambda

# paths ---------------------------------------------------------------------------------------

path_rows <- function(name, standardize, alpha) {
  d <- data[[name]]
  fit <- glmnet(d$x, d$y, alpha = alpha, standardize = standardize, thresh = thresh,
                maxit = maxit, lambda = grid(d, alpha, standardize, NULL))
  stopifnot(length(fit$lambda) == 100)
  # at the first, rounding decides whether a column has entered; without standardising, every
  # fifth will do
  k <- if (standardize) 2:100 else seq(5, 100, 5)
  beta <- as.matrix(fit$beta)[, k]
  data.frame(data = name, standardize = tolower(standardize), l1_ratio = alpha, step = k,
             lambda = digits(fit$lambda[k]), intercept = digits(fit$a0[k]),
             coefficients = apply(beta, 2, function(b) paste(digits(b), collapse = " ")))
}

rows <- NULL
for (name in names(data)) for (standardize in c(TRUE, FALSE)) for (alpha in c(1, 0.5, 0.1))
  rows <- rbind(rows, path_rows(name, standardize, alpha))
table("path.csv", rows)

# cross-validation ----------------------------------------------------------------------------

cv_rows <- function(name, standardize, alpha, weighted = FALSE) {
  d <- data[[name]]
  w <- if (weighted) d$w else rep(1, length(d$y))
  lambda <- grid(d, alpha, standardize, w)
  cv <- function(...) cv.glmnet(d$x, d$y, weights = w, alpha = alpha, standardize = standardize,
                                foldid = d$fold, type.measure = "mse", keep = TRUE, thresh = thresh,
                                maxit = maxit, ...)
  own <- cv()
  fit <- cv(lambda = lambda)
  # glmnet divides by the sd of y and multiplies again
  stopifnot(own$lambda == lambda, abs(fit$lambda / lambda - 1) < 1e-15)
  lambda <- fit$lambda

  # what README.md says of cvm, cvsd, lambda.min and lambda.1se
  mse <- sapply(1:10, function(k) {
    i <- d$fold == k
    colSums(w[i] * (d$y[i] - fit$fit.preval[i, ])^2) / sum(w[i])
  })
  share <- tapply(w, d$fold, sum) / sum(w)
  cvm <- as.vector(mse %*% share)
  cvsd <- sqrt(as.vector((mse - cvm)^2 %*% share) / 9)
  best <- which.min(cvm)
  stopifnot(abs(fit$cvm / cvm - 1) < 1e-12, abs(fit$cvsd / cvsd - 1) < 1e-12,
            fit$lambda.min == lambda[best],
            fit$lambda.1se == max(lambda[cvm <= cvm[best] + cvsd[best]]))
  message(sprintf(paste("cv.glmnet, %s, standardize %s, alpha %g, weighted %s: with grids of the",
                        "folds' own cvm differs by %.1e, cvsd by %.1e; lambda.min %s, lambda.1se %s"),
                  name, standardize, alpha, weighted,
                  max(abs(own$cvm / fit$cvm - 1)), max(abs(own$cvsd / fit$cvsd - 1)),
                  if (own$lambda.min == fit$lambda.min) "the same" else "another",
                  if (own$lambda.1se == fit$lambda.1se) "the same" else "another"))
  data.frame(data = name, weighted = tolower(weighted), standardize = tolower(standardize),
             l1_ratio = alpha, step = seq_along(lambda), lambda = digits(lambda),
             cvm = digits(fit$cvm), cvsd = digits(fit$cvsd), nonzero = fit$nzero,
             is_min = tolower(lambda == fit$lambda.min), is_1se = tolower(lambda == fit$lambda.1se))
}

table("cv.csv", rbind(
  cv_rows("ames", TRUE, 1),
  cv_rows("ames", TRUE, 0.5),
  cv_rows("ames", TRUE, 0),
  cv_rows("ames", FALSE, 0.5),
  cv_rows("ames", TRUE, 0.5, weighted = TRUE),
  cv_rows("diamonds", TRUE, 1)))
cat(R.version.string, "glmnet", as.character(packageVersion("glmnet")), "\n")
