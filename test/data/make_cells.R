# make_cells.R: fits to made rows of two categories, of whose combinations one, a and w, has no row: what R's glm
# says of families and links without an intercept, and emmeans of every combination, which it cannot of that one.
# Writes cells_rows.csv, cells_r.csv and cells_emmeans.csv.
suppressPackageStartupMessages(library(emmeans))
set.seed(27)
n <- 60
g <- sample(c("a", "b", "c", "d"), n, TRUE)
h <- sample(c("u", "v", "w"), n, TRUE)
h[g == "a" & h == "w"] <- "u"
x <- round(runif(n, 0.5, 4), 3)
rows <- data.frame(g, h, x, b = runif(n) < 0.5,
  amount = round(rgamma(n, 3, scale = (1 + match(g, letters) / 4 + x / 3) / 3), 4) + 0.01,
  counted = 1 + rpois(n, 1 + x), yes = as.integer(runif(n) < 0.2 + 0.1 * match(g, letters)))
write.csv(rows, "cells_rows.csv", row.names = FALSE, quote = FALSE)
rows <- read.csv("cells_rows.csv")
digits <- function(x) sprintf("%.17g", x)

# R stops where the deviance does, half of the digits short of the coefficients: its own steps, on and on
steps <- function(fit) {
  f <- fit$family
  x <- model.matrix(fit)
  b <- coef(fit)
  for (i in 1:500) {
    eta <- drop(x %*% b)
    slope <- f$mu.eta(eta)
    w <- sqrt(slope^2 / f$variance(f$linkinv(eta)))
    b <- qr.coef(qr(x * w), (eta + (fit$y - f$linkinv(eta)) / slope) * w)
  }
  mu <- f$linkinv(drop(x %*% b))
  v <- f$mu.eta(drop(x %*% b))^2 / f$variance(mu)
  scale <- if (f$family %in% c("binomial", "poisson")) 1 else sum((fit$y - mu)^2 / f$variance(mu)) / fit$df.residual
  list(b = b, se = sqrt(scale * diag(solve(crossprod(x * sqrt(v))))), deviance = sum(f$dev.resids(fit$y, mu, 1 + 0 * mu)))
}
all <- list()
add <- function(formula, family, options, start = NULL) {
  s <- steps(glm(as.formula(formula), family, rows, start = start, control = glm.control(maxit = 200)))
  term <- sub("^([gh])([a-w])$", "\\1=\\2", names(s$b))
  all[[length(all) + 1]] <<- data.frame(formula, options = gsub('"', '""', options, fixed = TRUE),
    term = c(term, term, ""), statistic = rep(c("estimate", "std_error", "deviance"), c(length(term), length(term), 1)),
    value = digits(c(s$b, s$se, s$deviance)))
}
add("amount ~ g - 1", Gamma("inverse"), '{"family": "gamma", "link": "inverse"}')
add("amount ~ g - 1", Gamma("identity"), '{"family": "gamma", "link": "identity"}')
add("amount ~ x - 1", Gamma("inverse"), '{"family": "gamma", "link": "inverse"}')
add("amount ~ g + x - 1", Gamma("identity"), '{"family": "gamma", "link": "identity"}')
add("amount ~ g - 1", inverse.gaussian("1/mu^2"), '{"family": "inverse_gaussian", "link": "inverse_squared"}')
add("amount ~ g + h - 1", gaussian("inverse"), '{"family": "gaussian", "link": "inverse"}', rep(c(0.5, 0), c(4, 2)))
add("counted ~ g - 1", poisson("identity"), '{"family": "poisson", "link": "identity"}')
add("counted ~ x - 1", poisson("identity"), '{"family": "poisson", "link": "identity"}')
add("yes ~ g - 1", binomial("identity"), '{"family": "binomial", "link": "identity"}')
add("yes ~ g - 1", binomial("log"), '{"family": "binomial", "link": "log"}')
r <- do.call(rbind, all)
r$options <- paste0('"', r$options, '"')
write.csv(r, "cells_r.csv", row.names = FALSE, quote = FALSE)

# The model is the same however its terms are written: what can be said of a combination is the same
m <- lm(amount ~ g * h, rows)
s <- as.data.frame(emmeans(m, ~ g * h))
write.csv(data.frame(g = s$g, h = s$h, fit = ifelse(is.na(s$SE), "", digits(s$emmean)), se = ifelse(is.na(s$SE), "", digits(s$SE)),
                     low = ifelse(is.na(s$SE), "", digits(s$lower.CL)), high = ifelse(is.na(s$SE), "", digits(s$upper.CL))),
          "cells_emmeans.csv", row.names = FALSE, quote = FALSE)
