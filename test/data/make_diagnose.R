# make_diagnose.R: what R says of collinearity, intervals and nested models, for make_diagnose.py, which
# puts the exact answers beside it.  Writes its tables to the directory given as the argument.
suppressPackageStartupMessages(library(car))

features <- c("gr_liv_area", "lot_area", "total_bsmt_sf", "first_flr_sf", "second_flr_sf",
              "garage_cars", "garage_area", "year_built", "year_remod_add", "full_bath",
              "half_bath", "bedroom_abvgr", "totrms_abvgrd", "fireplaces", "lot_frontage",
              "mas_vnr_area", "wood_deck_sf", "open_porch_sf")
out <- commandArgs(trailingOnly = TRUE)[1]
ames <- read.csv("ames.csv")
longley <- read.csv("strd/Longley.csv")
digits <- function(x) sprintf("%.17g", x)
price <- reformulate(features, "sale_price")
weight <- ames$year_sold - 2005

# collinearity: car::vif, and the formula of perturb::colldiag, which Debian does not package -----

indexes <- function(data, x, intercept, center) {
  if (center) x <- scale(x, center = TRUE, scale = FALSE)
  else if (intercept) x <- cbind("(Intercept)" = 1, x)
  s <- svd(sweep(x, 2, sqrt(colSums(x^2)), "/"))
  proportion <- prop.table(t((s$v %*% diag(1 / s$d))^2), 2)
  k <- ncol(x)
  rbind(data.frame(data = data, quantity = "index", dimension = seq_len(k), term = "",
                   r = digits(s$d[1] / s$d)),
        data.frame(data = data, quantity = "proportion", dimension = rep(seq_len(k), k),
                   term = rep(colnames(x), each = k), r = digits(as.vector(proportion))))
}

inflation <- function(data, fit) {
  v <- suppressWarnings(vif(fit))
  data.frame(data = data, quantity = "vif", dimension = NA, term = names(v), r = digits(v))
}

six <- as.matrix(longley[-1])
eighteen <- as.matrix(ames[features])
write.csv(rbind(
  inflation("longley", lm(y ~ ., longley)), indexes("longley", six, TRUE, FALSE),
  inflation("longley_no_intercept", lm(y ~ . - 1, longley)),
  indexes("longley_no_intercept", six, FALSE, FALSE),
  indexes("longley_centered", six, TRUE, TRUE),
  inflation("ames", lm(price, ames)), indexes("ames", eighteen, TRUE, FALSE),
  inflation("ames_weighted", lm(price, ames, weights = weight))),
  file.path(out, "collinearity.csv"), row.names = FALSE, quote = FALSE, na = "")

# intervals --------------------------------------------------------------------------------------

intervals <- function(model, fit, data, rows, level, weight = 1) {
  new <- data[rows, ]
  conf <- predict(fit, new, interval = "confidence", level = level, se.fit = TRUE)
  pred <- suppressWarnings(predict(fit, new, interval = "prediction", level = level))
  value <- cbind(fit = conf$fit[, 1], se_fit = conf$se.fit, conf_low = conf$fit[, 2],
                 conf_high = conf$fit[, 3], pred_low = pred[, 2], pred_high = pred[, 3],
                 leverage = (hatvalues(fit) / weight)[rows])
  data.frame(model = model, level = level, row = rep(rows, ncol(value)),
             statistic = rep(colnames(value), each = length(rows)), r = digits(as.vector(value)))
}

some <- seq(1, 2930, 293)
write.csv(rbind(
  intervals("longley", lm(y ~ ., longley), longley, 1:16, 0.95),
  intervals("longley_no_intercept", lm(y ~ . - 1, longley), longley, 1:16, 0.99),
  intervals("ames", lm(price, ames), ames, some, 0.95),
  intervals("ames_weighted", lm(price, ames, weights = weight), ames, some, 0.8, weight)),
  file.path(out, "intervals.csv"), row.names = FALSE, quote = FALSE)

# nested models ----------------------------------------------------------------------------------

chain <- function(data, fits) {
  a <- do.call(anova, fits)
  value <- cbind(df_residual = a$Res.Df, rss = a$RSS, df = a$Df, sum_sq = a$`Sum of Sq`, f = a$F,
                 p = a$`Pr(>F)`, aic = sapply(fits, AIC), bic = sapply(fits, BIC))
  data.frame(data = data, number = rep(seq_along(fits), ncol(value)),
             statistic = rep(colnames(value), each = length(fits)),
             r = as.vector(ifelse(is.na(value), "", digits(value))))
}

write.csv(rbind(
  chain("longley", list(lm(y ~ x1 + x2, longley), lm(y ~ x1 + x2 + x5 + x6, longley),
                        lm(y ~ ., longley))),
  chain("ames", list(lm(sale_price ~ 1, ames), lm(reformulate(features[1:6], "sale_price"), ames),
                     lm(reformulate(features[1:12], "sale_price"), ames), lm(price, ames))),
  chain("ames_weighted", list(
    lm(reformulate(features[1:17], "sale_price"), ames, weights = weight),
    lm(price, ames, weights = weight)))),
  file.path(out, "nested.csv"), row.names = FALSE, quote = FALSE)
cat(R.version.string, "car", as.character(packageVersion("car")), "\n")
