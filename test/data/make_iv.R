# make_iv.R: instrumental variables, effects of groups, components and correlations of one table, as R has them.
# iv_rows.csv has the rows; iv.csv a number a line: what, which case, of which term.
#
#   Rscript make_iv.R          (R 4, package AER)

library(AER)
set.seed(11)
n <- 300
d <- data.frame(id = 1:n, store = sample(1:40, n, TRUE), w = sample(1:4, n, TRUE))
u <- rnorm(n)
d$z1 <- round(rnorm(n), 4)
d$z2 <- round(rnorm(n) + d$store / 20, 4)
d$z3 <- round(runif(n), 4)
d$x1 <- round(rnorm(n, 5) + d$store / 10, 4)
d$d1 <- round(0.8 * d$z1 + 0.5 * d$z3 + 0.3 * d$x1 + u + rnorm(n), 4)
d$d2 <- round(0.6 * d$z2 - 0.4 * d$z1 + 0.5 * u + rnorm(n), 4)
d$y <- round(2 + 1.5 * d$d1 - 0.7 * d$d2 + 0.4 * d$x1 + 0.2 * sin(d$store) + u + rnorm(n), 4)
d$far <- 1e7 + d$x1                                  # a mean far from 0
d$g <- c("a", "b", "c")[1 + d$id %% 3]
options(digits = 17)
write.csv(d, "iv_rows.csv", row.names = FALSE, quote = FALSE)

out <- list()
put <- function(what, case, term, value)
  out[[length(out) + 1]] <<- data.frame(what = what, case = case, term = term, value = unname(value))
iv <- function(case, m) {
  s <- summary(m, diagnostics = case != "ols")
  co <- coef(s)
  put("coef", case, rownames(co), co[, 1])
  put("se", case, rownames(co), co[, 2])
  put("p", case, rownames(co), co[, 4])
  put("sigma", case, "", s$sigma)
  put("r2", case, "", s$r.squared)
  put("df", case, "", m$df.residual)
  g <- if (case == "ols") NULL else s$diagnostics
  # without an intercept AER takes the mean from the residuals all the same; n e'Pe / e'e does not
  if (case == "through 0") {
    e <- residuals(m)
    f <- sum(fitted(lm(e ~ x1 + z1 + z3 - 1, d))^2) / sum(e^2) * n
    g["Sargan", c("statistic", "p-value")] <- c(f, pchisq(f, 1, lower.tail = FALSE))
  }
  for (i in seq_len(if (is.null(g)) 0 else nrow(g))) {
    put("statistic", case, rownames(g)[i], g[i, "statistic"])
    put("test_p", case, rownames(g)[i], g[i, "p-value"])
    put("test_df1", case, rownames(g)[i], g[i, "df1"])
    put("test_df2", case, rownames(g)[i], g[i, "df2"])
  }
}
d$near <- d$far - 1e7
iv("over", ivreg(y ~ x1 + d1 | x1 + z1 + z3, data = d))
iv("exact", ivreg(y ~ x1 + d1 | x1 + z1, data = d))
iv("two", ivreg(y ~ x1 + d1 + d2 | x1 + z1 + z2 + z3, data = d))
iv("weighted", ivreg(y ~ x1 + d1 + d2 | x1 + z1 + z2 + z3, data = d, weights = w))
iv("through 0", ivreg(y ~ x1 + d1 - 1 | x1 + z1 + z3 - 1, data = d))
iv("far", ivreg(y ~ near + d1 | near + z1 + z3, data = d))
iv("ols", ivreg(y ~ x1 + d1 | x1 + d1, data = d)) 
iv("levels", ivreg(y ~ g + d1 | g + z1 + z3, data = d))

within <- function(case, m, terms) {
  co <- coef(summary(m))
  put("coef", case, terms, co[terms, 1])
  put("se", case, terms, co[terms, 2])
  put("sigma", case, "", summary(m)$sigma)
  put("df", case, "", m$df.residual)
}
within("within", lm(y ~ x1 + d1 + d2 + factor(store), d), c("x1", "d1", "d2"))
within("within weighted", lm(y ~ x1 + d1 + d2 + factor(store), d, weights = w), c("x1", "d1", "d2"))
within("within far", lm(y ~ near + d1 + factor(store), d), c("near", "d1"))
within("within iv", ivreg(y ~ x1 + d1 + factor(store) | x1 + z1 + z3 + factor(store), data = d), c("x1", "d1"))
put("aic", "within", "", n * log(sum(resid(lm(y ~ x1 + d1 + d2 + factor(store), d))^2) / n) + 2 * 43)

x <- d[c("z1", "z2", "z3", "x1", "d1", "d2")]
for (scaled in c(FALSE, TRUE)) {
  case <- if (scaled) "standardized" else "as they are"
  p <- prcomp(x, scale. = scaled)
  r <- p$rotation
  sign <- apply(r, 2, function(v) sign(v[which.max(abs(v))]))
  r <- sweep(r, 2, sign, "*")
  put("sd", case, as.character(1:6), p$sdev)
  for (k in 1:6) put(paste0("loading", k), case, names(x), r[, k])
  for (k in 1:6) put(paste0("score", k), case, "7", p$x[7, k] * sign[k])
}
put("sd", "dim", as.character(1:2), prcomp(cbind(d$x1, d$x1 + 1e-6 * d$z1))$sdev)
for (a in names(x)) for (b in c("y", "x1")) {
  if (a == b) next
  t <- cor.test(d[[a]], d[[b]])
  put("cor", b, a, t$estimate)
  put("cor_p", b, a, t$p.value)
  put("cov", b, a, cov(d[[a]], d[[b]]))
}
out <- do.call(rbind, out)
out$value <- ifelse(is.na(out$value), "", format(out$value, digits = 17, trim = TRUE))
write.csv(out, "iv.csv", row.names = FALSE, quote = 2:3)
