# make_relax.R: relaxed fits by glmnet, least squares, logistic and Poisson: the coefficients of its refits without a
# penalty, and curves over given folds for several shares of the penalised fit.  Rscript --vanilla make_relax.R
#
# glmnet takes 1e-5 for a share of 0, and the refit is what it converges to; so the curves are at 1e-5.
suppressPackageStartupMessages(library(glmnet))
glmnet.control(fdev = 0, devmax = 1, epsnr = 1e-15, mxitnr = 1000)

features <- c("gr_liv_area", "lot_area", "total_bsmt_sf", "first_flr_sf", "second_flr_sf",
              "garage_cars", "garage_area", "year_built", "year_remod_add", "full_bath",
              "half_bath", "bedroom_abvgr", "totrms_abvgrd", "fireplaces", "lot_frontage",
              "mas_vnr_area", "wood_deck_sf", "open_porch_sf")
five <- c("gr_liv_area", "lot_area", "year_built", "fireplaces", "garage_area")
ames <- read.csv("ames.csv")
made <- read.csv("logistic_rows.csv")
fold <- ((ames$sale_price + 31 * ames$lot_area) %% 7919) %% 10 + 1
digits <- function(x) sprintf("%.17g", x)
braces <- function(v) paste0("{", paste(digits(v), collapse = ","), "}")
shares <- c(1e-5, 0.25, 0.5, 0.75, 1)

cases <- list(
  ames = list(x = as.matrix(ames[features]), y = ames$sale_price / 1000, family = "gaussian", standardize = TRUE,
              w = ames$year_sold - 2005, fold = fold),
  made = list(x = as.matrix(made[c("x1", "x2", "x3", "x4", "x5")]), y = made$y, family = "binomial",
              standardize = FALSE, w = rep(1, nrow(made)), fold = seq_along(made$y) %% 10 + 1),
  rooms = list(x = as.matrix(ames[five]), y = ames$totrms_abvgrd, family = "poisson", standardize = TRUE,
               w = rep(1, nrow(ames)), fold = fold))

paths <- curves <- NULL
for (name in names(cases)) {
  k <- cases[[name]]
  for (alpha in c(1, 0.5)) {
    args <- list(x = k$x, y = k$y, family = k$family, weights = k$w, alpha = alpha, standardize = k$standardize,
                 thresh = 1e-25, maxit = 1e8, relax = TRUE)
    grid <- do.call(glmnet, c(args, list(nlambda = 12)))$lambda
    fit <- do.call(glmnet, c(args, list(lambda = grid)))
    refit <- rbind(fit$relaxed$a0, as.matrix(fit$relaxed$beta))
    b <- rbind(fit$a0, as.matrix(fit$beta))
    paths <- rbind(paths, data.frame(case = name, l1_ratio = alpha, step = seq_along(grid), lambda = digits(grid),
      nonzero = fit$df, refit = apply(refit, 2, braces), b = apply(b, 2, braces)))
    cv <- do.call(cv.glmnet, c(args, list(lambda = grid, foldid = k$fold, gamma = shares)))$relaxed
    for (i in seq_along(shares)) {
      s <- cv$statlist[[i]]
      curves <- rbind(curves, data.frame(case = name, l1_ratio = alpha, relax = shares[i], step = seq_along(grid),
        mean = digits(s$cvm), se = digits(s$cvsd),
        is_min = tolower(grid == cv$lambda.min & shares[i] == cv$gamma.min),
        is_1se = tolower(grid == cv$lambda.1se & shares[i] == cv$gamma.1se)))
    }
  }
}
paths$refit <- paste0('"', paths$refit, '"')
paths$b <- paste0('"', paths$b, '"')
write.csv(paths, "relax_path.csv", row.names = FALSE, quote = FALSE)
write.csv(curves, "relax_cv.csv", row.names = FALSE, quote = FALSE)
cat(R.version.string, "glmnet", as.character(packageVersion("glmnet")), "\n", file = stderr())
