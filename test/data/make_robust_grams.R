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
# clusters in which stores lie in parts, of which all effects are counted; and two ways, in one of which they lie
d$week <- d$id %% 13
both <- d[c("region", "week")]
parted <- function(kase, m, terms) {
  k <- length(coef(m)); few <- length(terms) + 1
  put(paste(kase, "weeks CR0"), vcovCL(m, d$week, type = "HC0", cadjust = FALSE), terms)
  put(paste(kase, "weeks"), vcovCL(m, d$week, type = "HC1"), terms)
  put(paste(kase, "rows"), vcovCL(m, d$id, type = "HC1"), terms)
  put(paste(kase, "two full"), vcovCL(m, both, type = "HC1"), terms)
  put(paste(kase, "two"), vcovCL(m, both, type = "HC1") * (n - k) / (n - few), terms)
  put(paste(kase, "two CR0"), vcovCL(m, both, type = "HC0", cadjust = FALSE), terms)
  put(paste(kase, "two cluster"), vcovCL(m, both, type = "HC0"), terms)
  # each part's own G/(G-1) is undone for that of the fewer
  g <- c(7, 13, nrow(unique(both)))
  v <- lapply(list(d$region, d$week, paste(d$region, d$week)), function(c) vcovCL(m, c, type = "HC0", cadjust = FALSE))
  put(paste(kase, "two min"), (v[[1]] + v[[2]] - v[[3]]) * 7 / 6 * (n - 1) / (n - few), terms)
}
stores <- lm(y ~ x1 + d1 + d2 + factor(store), d)
parted("within", stores, slopes)
stopifnot(isTRUE(all.equal(vcovHC(stores, "HC1"), vcovCL(stores, d$id, type = "HC1"))))
parted("within iv", m, c("x1", "d1"))
m <- lm(y ~ x1 + d1 + d2 + factor(store), d, weights = w)
put("within weighted weeks", vcovCL(m, d$week, type = "HC1"), slopes)
put("within weighted two full", vcovCL(m, both, type = "HC1"), slopes)
m <- ivreg(y ~ x1 + d1 + d2 | x1 + z1 + z2 + z3, data = d)
put("iv two full", vcovCL(m, both, type = "HC1"))
put("iv halves", vcovCL(m, d$id %% 2, type = "HC1"))
put("iv lone", vcovCL(m, pmin(d$id, 40), type = "HC1"))
put("iv rows", vcovHC(m, "HC1"))
# a row of frequency weight 3 is three rows
e <- d[rep(seq_len(n), d$w), ]
m <- ivreg(y ~ x1 + d1 + d2 | x1 + z1 + z2 + z3, data = e)
put("iv counted CR0", vcovCL(m, e$region, type = "HC0", cadjust = FALSE))
put("iv counted CR1", vcovCL(m, e$region, type = "HC1"))
put("iv counted two full", vcovCL(m, e[c("region", "week")], type = "HC1"))
m <- lm(y ~ x1 + d1 + d2 + factor(store), e)
put("within counted weeks", vcovCL(m, e$week, type = "HC1"), slopes)
# records: of a category whose levels some clusters lack
d$part <- ifelse(d$region < 2, "p", ifelse(d$region < 4, c("p", "q")[1 + d$id %% 2], c("p", "q", "r")[1 + d$id %% 3]))
m <- lm(y ~ x1 + part, d)
v <- vcovCL(m, d$region, type = "HC1")
rownames(v) <- colnames(v) <- sub("^part", "part=", rownames(v))
put("levels CR1", v)
write.csv(do.call(rbind, out), "robust_grams.csv", row.names = FALSE, quote = FALSE)
