# make_glm.R: generalised linear models of every family and link: what R's glm, MASS's glm.nb and
# statmod's tweedie say of made rows and of MASS's quine.  Writes glm_rows.csv, glm_quine.csv and glm_r.csv.
suppressPackageStartupMessages({ library(MASS); library(statmod) })
set.seed(20)
n <- 300
x <- data.frame(x1 = round(rnorm(n), 4), x2 = round(runif(n, 0, 2), 4), x3 = rbinom(n, 1, 0.4))
eta <- with(x, 1 + 0.4 * x1 - 0.5 * x2 + 0.3 * x3)
rows <- transform(x,
  w = sample(1:4, n, TRUE),
  e = round(runif(n, -0.5, 0.5), 3),
  amount = round(rgamma(n, 3, scale = exp(eta) / 3), 4) + 0.01,
  time = round(rinvgauss(n, exp(eta), dispersion = 0.1), 4) + 0.01,
  counted = rnbinom(n, size = 1.5, mu = exp(eta)),
  any_y = round(2 + eta + rnorm(n), 4),
  yes = as.integer(runif(n) < plogis(eta - 1)),
  rare = as.integer(runif(n) < exp(0.2 * eta - 1.8)),
  share = NA)
rows$share <- with(rows, round(pmin(w, rbinom(n, w, plogis(eta - 1)))) / w)
# amounts of which some are 0
rows$claims <- sapply(seq_len(n), function(i) round(sum(rgamma(rpois(1, exp(eta[i]) / 2), 2, 1)), 3))
write.csv(rows, "glm_rows.csv", row.names = FALSE, quote = FALSE)
rows <- read.csv("glm_rows.csv")
write.csv(quine, "glm_quine.csv", row.names = FALSE, quote = FALSE)
digits <- function(x) sprintf("%.17g", x)

# Standard errors are those of the step before the last: let it take more than it needs
strict <- glm.control(epsilon = 1e-300, maxit = 300)
said <- function(kase, fit, options, target, weighted, offset) {
  s <- coef(summary(fit))
  colnames(s) <- c("estimate", "std_error", "t", "p")
  left <- fit$df.residual
  whole <- c(deviance = fit$deviance, null_deviance = fit$null.deviance,
             dispersion = sum(fit$prior.weights * residuals(fit, "response")^2 / fit$family$variance(fitted(fit))) / left,
             log_likelihood = tryCatch(as.numeric(logLik(fit)), error = function(e) NA),
             aic = tryCatch(AIC(fit), error = function(e) NA), bic = tryCatch(BIC(fit), error = function(e) NA))
  if (!is.null(fit$theta)) whole <- c(whole, theta = fit$theta, theta_std_error = fit$SE.theta)
  whole <- whole[is.finite(whole)]
  if (grepl("tweedie|quasi", kase) || grepl("dispersion", options))
    whole <- whole[!names(whole) %in% c("log_likelihood", "aic", "bic")]
  r <- rbind(data.frame(term = rep(rownames(s), each = 4), statistic = rep(colnames(s), nrow(s)), value = digits(as.vector(t(s)))),
             data.frame(term = "", statistic = names(whole), value = digits(whole)))
  cbind(kase = kase, options = gsub('"', '""', options, fixed = TRUE), target = target, weighted = weighted, offset = offset, r)
}
one <- function(name, target, family, options, weighted = FALSE, offset = FALSE, start = NULL) {
  d <- rows
  d$w_ <- if (weighted) d$w else 1
  d$o_ <- if (offset) d$e else 0
  f <- reformulate(c("x1", "x2", "x3"), target)
  fit <- suppressWarnings(glm(f, family, d, weights = w_, offset = o_, control = strict, start = start))
  # it stops where the deviance stays, half of the digits short of where the coefficients do
  for (i in 1:20)
    fit <- suppressWarnings(glm(f, family, d, weights = w_, offset = o_, control = strict, start = coef(fit)))
  kase <- paste0(name, if (weighted) "_weighted", if (offset) "_offset")
  said(kase, fit, options, target, weighted, offset)
}
o <- function(family, link = NULL, more = "")
  paste0('{"family": "', family, '"', if (!is.null(link)) paste0(', "link": "', link, '"'), more, "}")
# coefficients from which the steps stay where there is a mean
from <- list(identity = c(3, 0, 0, 0), log = c(1, 0.4, -0.5, 0.3), inverse = c(0.5, 0, 0, 0))
all <- list()
add <- function(...) all[[length(all) + 1]] <<- one(...)
for (link in c("identity", "log", "inverse"))
  add(paste0("gaussian_", link), "any_y", gaussian(link), o("gaussian", link), start = if (link == "identity") NULL else c(if (link == "log") 1 else 0.3, 0, 0, 0))
for (link in c("logit", "probit", "cloglog"))
  for (weighted in c(FALSE, TRUE)) {
    add(paste0("binomial_", link), "yes", binomial(link), o("binomial", link), weighted)
    add(paste0("share_", link), "share", binomial(link), o("binomial", link), TRUE, weighted)
  }
for (link in c("log", "identity"))
  add(paste0("binomial_", link), if (link == "log") "rare" else "yes", binomial(link), o("binomial", link), start = if (link == "log") c(-1, 0, 0, 0) else c(0.5, 0, 0, 0))
for (link in c("log", "identity"))
  add(paste0("poisson_", link), "counted", poisson(link), o("poisson", link), start = if (link == "log") NULL else c(3, 0, 0, 0))
add("poisson_log", "counted", poisson, o("poisson"), TRUE, TRUE)
add("poisson_pearson", "counted", quasipoisson, o("poisson", more = ', "dispersion": "pearson"'))
add("binomial_pearson", "share", quasibinomial, o("binomial", more = ', "dispersion": "pearson"'), TRUE)
for (link in c("log", "identity", "inverse"))
  add(paste0("gamma_", link), "amount", Gamma(link), o("gamma", link), start = from[[link]])
add("gamma_canonical", "amount", Gamma, o("gamma", "canonical"), TRUE, start = from$inverse)
add("gamma_log", "amount", Gamma("log"), o("gamma"), TRUE, TRUE)
# R's steps lose their way with the identity and the inverse
add("inverse_gaussian_log", "time", inverse.gaussian("log"), o("inverse_gaussian", "log"), start = from$log)
add("inverse_gaussian_canonical", "time", inverse.gaussian, o("inverse_gaussian", "canonical"), start = c(0.1, 0, 0, 0))
add("inverse_gaussian_log", "time", inverse.gaussian("log"), o("inverse_gaussian"), TRUE, FALSE, start = from$log)
add("quasi", "claims", quasi("log", "mu"), o("quasi"))
add("quasi_square", "amount", quasi("log", "mu^2"), o("quasi", more = ', "power": 2'), TRUE, TRUE)
add("quasi_constant", "any_y", quasi("identity", "constant"), o("quasi", "identity", ', "power": 0'))
for (power in c(1.2, 1.5, 1.9))
  add(paste0("tweedie_", power), "claims", tweedie(var.power = power, link.power = 0), o("tweedie", more = paste0(', "power": ', power)), power == 1.5, power == 1.5)
# of a given theta, whose variance is known
for (link in c("log", "identity")) {
  add(paste0("negative_binomial_", link), "counted", negative.binomial(1.5, link), o("negative_binomial", link, ', "theta": 1.5, "dispersion": "pearson"'),
      start = if (link == "identity") c(3, 0, 0, 0) else NULL)
}
# and of an estimated one, by glm.nb; what it says of theta is good to 1e-5 only, so turns of Newton's
# steps on the score, as its own theta.ml makes them, and of fits at that theta go on from there
nb <- function(kase, f, data, target, weighted) {
  data$w_ <- if (weighted) data$w else 1
  th <- suppressWarnings(glm.nb(f, data, weights = w_))$theta
  for (i in 1:40) {
    fit <- suppressWarnings(glm(f, negative.binomial(th), data, weights = w_, control = strict))
    w <- fit$prior.weights; y <- fit$y; mu <- fitted(fit)
    score <- sum(w * (digamma(th + y) - digamma(th) + log(th) + 1 - log(th + mu) - (y + th) / (mu + th)))
    info <- sum(w * (-trigamma(th + y) + trigamma(th) - 1 / th + 2 / (mu + th) - (y + th) / (mu + th)^2))
    th <- th + score / info
  }
  fit$theta <- th; fit$SE.theta <- 1 / sqrt(info)
  fit$twologlik <- 2 * sum(w * dnbinom(y, size = th, mu = mu, log = TRUE))
  class(fit) <- c("negbin", "glm", "lm")
  said(kase, fit, o("negative_binomial"), target, weighted, FALSE)
}
all[[length(all) + 1]] <- nb("glm_nb", counted ~ x1 + x2 + x3, rows, "counted", FALSE)
all[[length(all) + 1]] <- nb("glm_nb_weighted", counted ~ x1 + x2 + x3, rows, "counted", TRUE)
all[[length(all) + 1]] <- nb("quine", Days ~ Eth + Sex + Age + Lrn, quine, "days", FALSE)
fit <- glm(Days ~ Eth + Sex + Age + Lrn, quasipoisson, quine, control = strict)
all[[length(all) + 1]] <- said("quine_quasi", fit, o("quasi"), "days", FALSE, FALSE)
r <- do.call(rbind, all)
r$options <- paste0('"', r$options, '"')
write.csv(r, "glm_r.csv", row.names = FALSE, quote = FALSE)
