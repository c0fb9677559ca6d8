# make_reference.R: what R's lm and glmnet say, for make_reference.py, which puts the exact
# answers beside it.  Writes its two tables to the directory given as the argument.
suppressPackageStartupMessages(library(glmnet))

features <- c("gr_liv_area", "lot_area", "total_bsmt_sf", "first_flr_sf", "second_flr_sf",
              "garage_cars", "garage_area", "year_built", "year_remod_add", "full_bath",
              "half_bath", "bedroom_abvgr", "totrms_abvgrd", "fireplaces", "lot_frontage",
              "mas_vnr_area", "wood_deck_sf", "open_porch_sf")
out <- commandArgs(trailingOnly = TRUE)[1]
ames <- read.csv("ames.csv")
longley <- read.csv("strd/Longley.csv")
norris <- read.csv("strd/Norris.csv")
digits <- function(x) sprintf("%.17g", x)

# lm ------------------------------------------------------------------------------------------

lm_rows <- function(model, fit) {
  s <- summary(fit)
  interval <- confint(fit)
  per_term <- cbind(s$coefficients, interval)
  colnames(per_term) <- c("estimate", "std_error", "t", "p", "conf_low", "conf_high")
  f <- s$fstatistic
  whole <- c(sigma = s$sigma, r_squared = s$r.squared, adj_r_squared = s$adj.r.squared,
             f = f[["value"]], f_df1 = f[["numdf"]], f_df2 = f[["dendf"]],
             f_p = pf(f[["value"]], f[["numdf"]], f[["dendf"]], lower.tail = FALSE))
  rbind(
    data.frame(model = model, term = rep(rownames(per_term), each = ncol(per_term)),
               statistic = rep(colnames(per_term), nrow(per_term)),
               r = digits(as.vector(t(per_term)))),
    data.frame(model = model, term = "", statistic = names(whole), r = digits(whole)))
}

price <- reformulate(features, "sale_price")
write.csv(rbind(
  lm_rows("longley", lm(y ~ ., longley)),
  lm_rows("longley_no_intercept", lm(y ~ . - 1, longley)),
  lm_rows("norris", lm(y ~ x, norris)),
  lm_rows("ames", lm(price, ames)),
  lm_rows("ames_weighted", lm(price, ames, weights = year_sold - 2005))),
  file.path(out, "lm.csv"), row.names = FALSE, quote = FALSE)

# glmnet: ridge --------------------------------------------------------------------------------

x <- as.matrix(ames[features])
y <- ames$sale_price
lambda <- c(100000, 10000, 1000)

glmnet_rows <- function(case, standardize, factor) {
  fit <- glmnet(x, y, alpha = 0, lambda = lambda, standardize = standardize,
                penalty.factor = factor, thresh = 1e-20, maxit = 1e7)
  b <- as.matrix(coef(fit))
  data.frame(case = case, standardize = tolower(standardize),
             lambda = rep(digits(lambda), each = nrow(b)), term = rownames(b),
             penalty_factor = digits(c(0, factor)), glmnet = digits(as.vector(b)))
}

write.csv(rbind(
  glmnet_rows("standardized", TRUE, rep(1, 18)),
  glmnet_rows("raw", FALSE, rep(1, 18)),
  glmnet_rows("factors", TRUE, rep(c(0, 0.5, 1, 2, 4, 1), 3))),
  file.path(out, "glmnet.csv"), row.names = FALSE, quote = FALSE)
cat(R.version.string, "glmnet", as.character(packageVersion("glmnet")), "\n")
