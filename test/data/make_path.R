# make_path.R: glmnet's own grid on the Ames house sales: lambda, coefficients not zero and fraction of
# deviance, for make_reference.R's columns.  Writes path_glmnet.csv.
#
#   cd test/data && Rscript --vanilla make_path.R
#
# Needs the Debian packages r-base-core and r-cran-glmnet.  glmnet would stop early where the deviance
# no longer moves: fdev and devmax are set so that it does not.
suppressPackageStartupMessages(library(glmnet))
glmnet.control(fdev = 0, devmax = 1)
features <- c("gr_liv_area", "lot_area", "total_bsmt_sf", "first_flr_sf", "second_flr_sf",
              "garage_cars", "garage_area", "year_built", "year_remod_add", "full_bath",
              "half_bath", "bedroom_abvgr", "totrms_abvgrd", "fireplaces", "lot_frontage",
              "mas_vnr_area", "wood_deck_sf", "open_porch_sf")
ames <- read.csv("ames.csv")
x <- as.matrix(ames[features])
rows <- NULL
for (alpha in c(1, 0.5, 0.1)) for (free in c(FALSE, TRUE)) {
  factor <- rep(1, ncol(x))
  if (free) factor[1:2] <- 0
  fit <- glmnet(x, ames$sale_price, alpha = alpha, thresh = 1e-20, maxit = 1e8, penalty.factor = factor)
  rows <- rbind(rows, data.frame(l1_ratio = alpha, free = tolower(free), step = seq_along(fit$lambda),
                                 lambda = sprintf("%.17g", fit$lambda), nonzero = fit$df,
                                 dev_ratio = sprintf("%.17g", fit$dev.ratio)))
}
write.csv(rows, "path_glmnet.csv", row.names = FALSE, quote = FALSE)
