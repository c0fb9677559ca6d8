# make_model_matrix.R: formulas of R over four tables, and what lm makes of them: model_matrix_rows.csv has the rows,
# model_matrix.csv for each formula rank, coefficients and standard errors in R's order, and fitted values.
#
#   Rscript make_model_matrix.R          (R 4, base packages only)

set.seed(7)
n <- 60
rows <- list()
for (t in 1:4) {
  d <- data.frame(t = t, id = 1:n,
    g = sample(c("a", "b", "c"), n, TRUE), h = sample(c("u", "v"), n, TRUE), s = sample(c("north", "east", "south", "west"), n, TRUE),
    k = sample(3:6, n, TRUE), x = round(runif(n, 1, 9), 3), z = round(rnorm(n, 10, 3), 3), b = sample(c(TRUE, FALSE), n, TRUE))
  # unbalanced, with cells that are empty, and with missing values
  if (t == 2) d <- d[!(d$g == "c" & d$h == "v"), ]
  if (t == 3) { d$x[c(3, 17)] <- NA; d$g[c(5, 40)] <- NA }
  if (t == 4) { d <- d[c(1:25, 30:34), ]; d$z <- d$z * 1e5 + 1e6 }
  d$y <- round(3 + 2 * d$x + ifelse(d$g == "b", 4, 0) + ifelse(d$h == "v", d$x, 0) + 0.1 * d$z / ifelse(t == 4, 1e5, 1) + rnorm(nrow(d)), 4)
  d$y[is.na(d$y)] <- 5
  rows[[t]] <- d
}
all <- do.call(rbind, rows)
options(digits = 17)
write.csv(all, "model_matrix_rows.csv", row.names = FALSE, na = "", quote = FALSE)

formulas <- c(
  "y ~ g", "y ~ x + g", "y ~ g + x", "y ~ g + h", "y ~ g * h", "y ~ g:h", "y ~ g + g:h", "y ~ h + g:h", "y ~ g:h - 1", "y ~ g * h - 1",
  "y ~ g - 1", "y ~ 0 + g + h", "y ~ x - 1", "y ~ x + g - 1", "y ~ g * x", "y ~ g:x", "y ~ x + g:x", "y ~ g + g:x", "y ~ g:x - 1", "y ~ g * x - 1",
  "y ~ g + g:x - 1", "y ~ x * z", "y ~ x * z * g", "y ~ (x + z + g)^2", "y ~ (x + z + g + h)^2", "y ~ (g + h + s)^2", "y ~ g * h * x", "y ~ g * h * s", "y ~ g:h:x", "y ~ g * h + s:x",
  "y ~ factor(k)", "y ~ factor(k) + x", "y ~ factor(k) * g", "y ~ factor(k):x", "y ~ factor(k) - 1", "y ~ k", "y ~ k + factor(k)", "y ~ b", "y ~ b * g", "y ~ b:x + g",
  "y ~ log(x)", "y ~ log(x) * g", "y ~ log2(x) + log10(z)", "y ~ sqrt(x) + exp(x / 10)", "y ~ I(x^2) + x", "y ~ I(k / 2) + x", "log(y + 20) ~ x + g", "log(y + 20) ~ g * log(x)", "y ~ I(x > 4) * g", "y ~ I(x > 4):x",
  "y ~ poly(x, 2, raw = TRUE)", "y ~ poly(x, 3, raw = TRUE) * g", "y ~ poly(x, 2, raw = TRUE):h + g", "y ~ ns(x, df = 3)", "y ~ ns(x, df = 4) + g", "y ~ ns(x, df = 3) * h", "y ~ bs(x, df = 5)", "y ~ bs(x, df = 4) * g", "y ~ ns(z, df = 2) + bs(x, df = 3)", "y ~ ns(log(x), df = 2):g",
  "y ~ g + h + s + x + z - h", "y ~ g * h - g:h", "y ~ g * h - g", "y ~ s * x + h", "y ~ s:g",
  # more of each
  "y ~ 1", "y ~ x:z", "y ~ x:g + h:z", "y ~ g:h + x", "y ~ s:h - 1", "y ~ x + s:h", "y ~ g + s - 1", "y ~ 0 + s:x", "y ~ (g + x)^2 - x", "y ~ (g + h)^2 - g",
  "y ~ g * s - s", "y ~ (x + z + b)^2", "y ~ b - 1", "y ~ b:g", "y ~ b:g - 1", "y ~ b * x", "y ~ g:b:h", "y ~ h * s * x", "y ~ factor(k):g", "y ~ factor(k):h - 1",
  "y ~ factor(k) * x", "y ~ g:factor(k):x", "y ~ factor(k) + factor(k):h", "y ~ log(x):g", "y ~ log(x) + log(x):h", "y ~ sqrt(x) * s", "y ~ I(x^2):g + x", "y ~ I(x * z)", "y ~ I(1 / x) + g", "y ~ exp(-x) + h",
  "y ~ poly(x, 2, raw = TRUE) * h + s", "y ~ ns(x, df = 2) * g", "y ~ ns(x, df = 3):g", "y ~ bs(x, df = 4):h", "y ~ bs(z, df = 4) + g", "y ~ ns(x, df = 5) + ns(z, df = 3)", "sqrt(y + 30) ~ g * x", "log2(y + 20) ~ b * x", "y ~ (g + h + s + x)^3", "y ~ (x + z)^2:g")
library(splines)
out <- list()
for (t in 1:4) for (f in formulas) {
  d <- all[all$t == t, ]
  m <- lm(as.formula(f), d)
  co <- coef(m)
  se <- rep(NA, length(co)); se[!is.na(co)] <- coef(summary(m))[, 2]
  key <- data.frame(t = t, formula = f)
  out[[length(out) + 1]] <- cbind(key, data.frame(what = "rank", i = 0, value = m$rank))
  out[[length(out) + 1]] <- cbind(key, data.frame(what = "coef", i = seq_along(co), value = unname(co)))
  out[[length(out) + 1]] <- cbind(key, data.frame(what = "se", i = seq_along(co), value = se))
  out[[length(out) + 1]] <- cbind(key, data.frame(what = "fitted", i = as.integer(d$id[as.integer(match(names(fitted(m)), rownames(d)))]), value = unname(fitted(m))))
  # rows beyond those of training
  if (grepl("ns\\(x|bs\\(x|poly", f)) {
    new <- d[complete.cases(d), ][1:3, ]; new$x <- c(0.2, 9.7, 12)
    out[[length(out) + 1]] <- cbind(key, data.frame(what = "beyond", i = new$id, value = suppressWarnings(unname(predict(m, new)))))
  }
}
out <- do.call(rbind, out)
out$value <- ifelse(is.na(out$value), "", format(out$value, digits = 17, trim = TRUE))
write.csv(out, "model_matrix.csv", row.names = FALSE, quote = 2)
