# make_robust_grams.R: clustered errors of instruments and of fixed effects, whose sums of scores are in grams: AER's
# ivreg, and lm with dummies, with the package sandwich.  Reads iv_rows.csv, writes robust_grams.csv.
#
#   cd test/data && Rscript --vanilla make_robust_grams.R
#
# Needs the Debian packages r-base-core, r-cran-aer and r-cran-sandwich.
suppressPackageStartupMessages({
  library(AER)
  library(sandwich)
})
digits <- function(x) sprintf("%.17g", x)
d <- read.csv("iv_rows.csv")
d$region <- d$store %% 7
out <- list()
put <- function(kase, v, terms = rownames(v))
  out[[length(out) + 1]] <<- data.frame(kase, term = sub("(Intercept)", "(Intercept)", sub("^g([a-c])$", "g=\\1", terms), fixed = TRUE),
                                        std_error = digits(sqrt(diag(v))[terms]), covariance = digits(v[tail(terms, 1), terms]))
clustered <- function(kase, m, terms = names(coef(m))) {
  put(paste(kase, "CR0"), vcovCL(m, d$region, type = "HC0", cadjust = FALSE), terms)
  put(paste(kase, "CR1"), vcovCL(m, d$region, type = "HC1"), terms)
  put(paste(kase, "cluster"), vcovCL(m, d$region, type = "HC0"), terms)
}
m <- ivreg(y ~ x1 + d1 + d2 | x1 + z1 + z2 + z3, data = d)
clustered("iv", m)
put("iv HC0", vcovHC(m, "HC0"))
put("iv HC1", vcovHC(m, "HC1"))
clustered("iv weighted", ivreg(y ~ x1 + d1 + d2 | x1 + z1 + z2 + z3, data = d, weights = w))
clustered("iv through 0", ivreg(y ~ x1 + d1 - 1 | x1 + z1 + z3 - 1, data = d))
clustered("iv levels", ivreg(y ~ g + d1 | g + z1 + z3, data = d))
# effects of stores, which lie in regions: all counted as lm does, or as one, as fixest does by default
m <- lm(y ~ x1 + d1 + d2 + factor(store), d)
slopes <- c("x1", "d1", "d2")
clustered("within", m, slopes)
n <- nrow(d); k <- length(coef(m))
put("within nested", vcovCL(m, d$region, type = "HC1") * (n - k) / (n - 4), slopes)
put("within stores nested", vcovCL(m, d$store, type = "HC1") * (n - k) / (n - 4), slopes)
m <- lm(y ~ x1 + d1 + d2 + factor(store), d, weights = w)
put("within weighted nested", vcovCL(m, d$region, type = "HC1") * (n - k) / (n - 4), slopes)
m <- ivreg(y ~ x1 + d1 + factor(store) | x1 + z1 + z3 + factor(store), data = d)
clustered("within iv", m, c("x1", "d1"))
put("within iv nested", vcovCL(m, d$region, type = "HC1") * (n - length(coef(m))) / (n - 3), c("x1", "d1"))
# records: of a category whose levels some clusters lack
d$part <- ifelse(d$region < 2, "p", ifelse(d$region < 4, c("p", "q")[1 + d$id %% 2], c("p", "q", "r")[1 + d$id %% 3]))
m <- lm(y ~ x1 + part, d)
v <- vcovCL(m, d$region, type = "HC1")
rownames(v) <- colnames(v) <- sub("^part", "part=", rownames(v))
put("levels CR1", v)
write.csv(do.call(rbind, out), "robust_grams.csv", row.names = FALSE, quote = FALSE)
