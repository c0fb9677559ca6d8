# make_likelihood.R: log likelihood, AIC and BIC of least squares as R's logLik, AIC and BIC.
# Run in test/data; writes lm_likelihood.csv.  R 4.2.2, no packages.
ames <- read.csv("ames.csv")
longley <- read.csv("strd/Longley.csv")
norris <- read.csv("strd/Norris.csv")
digits <- function(x) sprintf("%.17g", x)
rows <- function(model, fit)
  data.frame(model = model, log_likelihood = digits(as.numeric(logLik(fit))), aic = digits(AIC(fit)),
             bic = digits(BIC(fit)))

price <- sale_price ~ gr_liv_area + lot_area + year_built + fireplaces
counts <- ames$year_sold - 2005
write.csv(rbind(
  rows("longley", lm(y ~ ., longley)),
  rows("longley_no_intercept", lm(y ~ . - 1, longley)),
  rows("norris", lm(y ~ x, norris)),
  rows("mean", lm(y ~ 1, norris)),
  rows("ames", lm(price, ames)),
  rows("zones", lm(update(price, . ~ . + ms_zoning), ames)),
  # weights that count rows: the rows themselves, so many times
  rows("counted", lm(price, ames[rep(seq_len(nrow(ames)), counts), ])),
  # weights that say how well rows are known
  rows("known", lm(price, ames, weights = counts)),
  rows("known_columns", lm(sale_price ~ gr_liv_area + lot_area, ames, weights = counts)),
  rows("known_zones", lm(sale_price ~ gr_liv_area + ms_zoning, ames, weights = counts)),
  rows("known_copies", lm(price, ames[rep(seq_len(nrow(ames)), 20), ], weights = rep(counts, 20))),
  rows("known_one", lm(price, ames, weights = ifelse(seq_len(nrow(ames)) == 7, 2, 1)))),
  "lm_likelihood.csv", row.names = FALSE, quote = FALSE)
