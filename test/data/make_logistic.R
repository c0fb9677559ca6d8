# make_logistic.R: what R's glm and glmnet say of logistic and Poisson regressions, for
# make_logistic.py, which puts the exact answers beside it.  Writes its two tables to the directory
# given as the argument.
suppressPackageStartupMessages(library(glmnet))
glmnet.control(fdev = 0, devmax = 1, epsnr = 1e-15, mxitnr = 1000)

features <- c("gr_liv_area", "lot_area", "total_bsmt_sf", "first_flr_sf", "second_flr_sf",
              "garage_cars", "garage_area", "year_built", "year_remod_add", "full_bath",
              "half_bath", "bedroom_abvgr", "totrms_abvgrd", "fireplaces", "lot_frontage",
              "mas_vnr_area", "wood_deck_sf", "open_porch_sf")
five <- c("gr_liv_area", "lot_area", "year_built", "fireplaces", "garage_area")
stones <- c("carat", "depth", "table", "x", "y", "z")
made_x <- c("x1", "x2", "x3", "x4", "x5")
out <- commandArgs(trailingOnly = TRUE)[1]
ames <- read.csv("ames.csv")
diamonds <- read.csv("diamonds.csv.gz")
made <- read.csv("logistic_rows.csv")
digits <- function(x) sprintf("%.17g", x)

# glm ------------------------------------------------------------------------------------------

# Standard errors are those of the step before the last: let it take more than it needs.  It then warns
# that it did not converge.
strict <- glm.control(epsilon = 1e-300, maxit = 40)
one <- function(case, data, y, x, family, w = rep(1, length(y)), offset = rep(0, length(y)),
                intercept = TRUE) {
  data$target_ <- y; data$w_ <- w; data$o_ <- offset
  fit <- suppressWarnings(glm(reformulate(x, "target_", intercept), family, data, weights = w_,
                              offset = o_, control = strict))
  s <- coef(summary(fit))
  colnames(s) <- c("estimate", "std_error", "z", "p")
  whole <- c(deviance = fit$deviance, null_deviance = fit$null.deviance,
             log_likelihood = as.numeric(logLik(fit)), aic = AIC(fit))
  rbind(data.frame(case = case, term = rep(rownames(s), each = 4), statistic = rep(colnames(s), nrow(s)),
                   r = digits(as.vector(t(s)))),
        data.frame(case = case, term = "", statistic = names(whole), r = digits(whole)))
}
dear <- as.numeric(ames$sale_price > 160000)
seen <- ames$year_sold - 2005
write.csv(rbind(
  # with x, y and z too, of which some are wrong by a factor of ten, glm diverges
  one("diamonds", diamonds, as.numeric(diamonds$price > 2401), stones[1:3], binomial),
  one("ames", ames, dear, features, binomial),
  one("ames_weighted", ames, dear, features, binomial, w = seen),
  one("ames_no_intercept", ames, dear, features, binomial, intercept = FALSE),
  one("ames_offset", ames, dear, features, binomial, offset = (ames$year_built - 1970) / 50),
  one("ames_share", ames, ames$bedroom_abvgr / ames$totrms_abvgrd, five, binomial,
      w = ames$totrms_abvgrd),
  one("made", made, made$y, made_x, binomial),
  one("made_weighted_offset", made, made$y, made_x, binomial, w = made$w, offset = made$e / 3),
  one("rooms", ames, ames$totrms_abvgrd, five, poisson),
  one("rooms_weighted", ames, ames$totrms_abvgrd, five, poisson, w = seen),
  one("rooms_offset", ames, ames$totrms_abvgrd, five[-1], poisson,
      offset = log(ames$gr_liv_area / 1000)),
  one("rooms_no_intercept", ames, ames$totrms_abvgrd, five, poisson, intercept = FALSE),
  one("clicks", made, made$clicks, made_x, poisson, offset = made$e)),
  file.path(out, "glm.csv"), row.names = FALSE, quote = FALSE)

# glmnet ---------------------------------------------------------------------------------------

path <- function(case, x, y, family, alpha, standardize = TRUE, w = rep(1, length(y)),
                 factor = rep(1, ncol(x)), intercept = TRUE, steps = c(2, 5, 10, 20, 35, 50)) {
  args <- list(x = x, y = y, family = family, weights = w, alpha = alpha, standardize = standardize,
               penalty.factor = factor, intercept = intercept, thresh = 1e-20, maxit = 1e8)
  grid <- do.call(glmnet, args)$lambda
  fit <- do.call(glmnet, c(args, list(lambda = grid)))
  b <- as.matrix(coef(fit))[, steps]
  data.frame(case = case, family = family, l1_ratio = alpha, standardize = tolower(standardize),
             intercept = tolower(intercept), step = steps, lambda = digits(grid[steps]),
             dev_ratio = digits(fit$dev.ratio[steps]),
             b = apply(b, 2, function(v) paste0("{", paste(digits(v), collapse = " "), "}")))
}
x <- as.matrix(ames[features])
m <- as.matrix(made[made_x])
two <- rep(1, 18); two[1:2] <- 0
write.csv(rbind(
  path("ames", x, dear, "binomial", 1),
  path("ames", x, dear, "binomial", 0.5),
  path("ames_weighted", x, dear, "binomial", 0.5, w = seen),
  path("ames_free", x, dear, "binomial", 1, factor = two),
  path("made", m, made$y, "binomial", 1, standardize = FALSE),
  path("made", m, made$y, "binomial", 0.5, standardize = FALSE),
  path("made_no_intercept", m, made$y, "binomial", 1, standardize = FALSE, intercept = FALSE),
  path("rooms", as.matrix(ames[five]), ames$totrms_abvgrd, "poisson", 1, steps = c(2, 10, 30)),
  path("rooms", as.matrix(ames[five]), ames$totrms_abvgrd, "poisson", 0.5, steps = c(2, 10, 30))),
  file.path(out, "glmnet.csv"), row.names = FALSE, quote = FALSE)
cat(R.version.string, "glmnet", as.character(packageVersion("glmnet")), "\n", file = stderr())
