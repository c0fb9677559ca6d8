# make_logistic_cv.R: glmnet's paths and cross-validation of logistic and Poisson regressions: its grids,
# coefficients, deviances, and curves over given folds.  Rscript --vanilla make_logistic_cv.R
suppressPackageStartupMessages(library(glmnet))
glmnet.control(fdev = 0, devmax = 1, epsnr = 1e-15, mxitnr = 1000)

features <- c("gr_liv_area", "lot_area", "total_bsmt_sf", "first_flr_sf", "second_flr_sf",
              "garage_cars", "garage_area", "year_built", "year_remod_add", "full_bath",
              "half_bath", "bedroom_abvgr", "totrms_abvgrd", "fireplaces", "lot_frontage",
              "mas_vnr_area", "wood_deck_sf", "open_porch_sf")
five <- c("gr_liv_area", "lot_area", "year_built", "fireplaces", "garage_area")
made_x <- c("x1", "x2", "x3", "x4", "x5")
ames <- read.csv("ames.csv")
made <- read.csv("logistic_rows.csv")
digits <- function(x) sprintf("%.17g", x)
braces <- function(v) paste0("{", paste(digits(v), collapse = ","), "}")

cases <- list(
  ames = list(x = as.matrix(ames[features]), y = as.numeric(ames$sale_price > 160000),
              family = "binomial", standardize = TRUE,
              fold = ((ames$sale_price + 31 * ames$lot_area) %% 7919) %% 10 + 1),
  ames_weighted = list(x = as.matrix(ames[features]), y = as.numeric(ames$sale_price > 160000),
                       family = "binomial", standardize = TRUE, w = ames$year_sold - 2005,
                       fold = ((ames$sale_price + 31 * ames$lot_area) %% 7919) %% 10 + 1),
  made = list(x = as.matrix(made[made_x]), y = made$y, family = "binomial", standardize = FALSE,
              fold = seq_along(made$y) %% 10 + 1),
  rooms = list(x = as.matrix(ames[five]), y = ames$totrms_abvgrd, family = "poisson",
               standardize = TRUE, fold = ((ames$sale_price + 31 * ames$lot_area) %% 7919) %% 10 + 1))

paths <- curves <- NULL
for (name in names(cases)) {
  k <- cases[[name]]
  w <- if (is.null(k$w)) rep(1, length(k$y)) else k$w
  for (alpha in c(1, 0.5)) {
    args <- list(x = k$x, y = k$y, family = k$family, weights = w, alpha = alpha,
                 standardize = k$standardize, thresh = 1e-20, maxit = 1e8)
    grid <- do.call(glmnet, c(args, list(nlambda = 25)))$lambda
    fit <- do.call(glmnet, c(args, list(lambda = grid)))
    paths <- rbind(paths, data.frame(case = name, l1_ratio = alpha, step = seq_along(grid), lambda = digits(grid),
      dev_ratio = digits(fit$dev.ratio), nonzero = fit$df, b = apply(as.matrix(coef(fit)), 2, braces)))
    for (measure in if (k$family == "binomial") c("deviance", "auc", "class") else "deviance") {
      cv <- do.call(cv.glmnet, c(args, list(lambda = grid, foldid = k$fold, type.measure = measure)))
      curves <- rbind(curves, data.frame(case = name, l1_ratio = alpha, measure = measure, step = seq_along(grid),
        mean = digits(cv$cvm), se = digits(cv$cvsd), is_min = tolower(cv$lambda == cv$lambda.min),
        is_1se = tolower(cv$lambda == cv$lambda.1se)))
    }
  }
}
paths$b <- paste0('"', paths$b, '"')
write.csv(paths, "logistic_path.csv", row.names = FALSE, quote = FALSE)
write.csv(curves, "logistic_cv.csv", row.names = FALSE, quote = FALSE)
cat(R.version.string, "glmnet", as.character(packageVersion("glmnet")), "\n", file = stderr())
