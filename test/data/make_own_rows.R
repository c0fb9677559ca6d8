# Rscript test/data/make_own_rows.R > test/data/own_rows.csv: statistics of single rows where there is an offset,
# and analyses of variance of polynomials and splines that hold a smaller model's terms under other names.
library(splines)
i <- 1:300
d <- data.frame(age = 20 + (i * 37) %% 50, z = sin(i * i), v = cos(i * 3), expo = 0.5 + i %% 5,
  cnt = (i * 13) %% 7 + i %% 3, third = i %% 3 == 0)
d$y <- 5 + 0.2 * d$age + 3 * d$z + ((i * 7919) %% 101) / 20 + i %% 3
put <- function(name, value) cat(sprintf("%s,%.17g\n", name, value))
cat("name,r\n")
rows <- function(name, m, dispersion = NULL) {
  put(paste0(name, "_cooks"), if (is.null(dispersion)) cooks.distance(m)[7] else
    cooks.distance(m, dispersion = dispersion)[7])
  put(paste0(name, "_leverage"), hatvalues(m)[7])
}
rows("ols", lm(y ~ age + offset(v), d))
rows("poisson", glm(cnt ~ age + offset(log(expo)), poisson, d, epsilon = 1e-14))
rows("nb", glm(cnt ~ age + offset(log(expo)), MASS::negative.binomial(2), d, epsilon = 1e-14), 1)
nested <- function(name, small, large) {
  a <- anova(small, large)
  put(paste0(name, "_df"), a$Df[2])
  put(paste0(name, "_f"), a$F[2])
  put(paste0(name, "_p"), a$`Pr(>F)`[2])
}
nested("poly", lm(y ~ age, d), lm(y ~ poly(age, 2), d))
nested("powers", lm(y ~ poly(age, 2), d), lm(y ~ age + I(age^2) + I(age^3), d))
nested("crossed", lm(y ~ age * third, d), lm(y ~ poly(age, 2, raw = TRUE) * third, d))
nested("ns", lm(y ~ age, d), lm(y ~ ns(age, 3), d))
nested("bs", lm(y ~ poly(age, 2), d), lm(y ~ bs(age, 4), d))
m <- lm(y ~ ns(age, 3), d)
put("wald_f", drop(coef(m)[-1] %*% solve(vcov(m)[-1, -1]) %*% coef(m)[-1]) / 3)
a <- anova(glm(cnt ~ age + offset(log(expo)), poisson, d, epsilon = 1e-14),
  glm(cnt ~ age + z + offset(log(expo)), poisson, d, epsilon = 1e-14), test = "Chisq")
put("rates_chi", a$Deviance[2])
put("rates_p", a$`Pr(>Chi)`[2])
l <- lm(log(y) ~ age, d)
put("log_residual", residuals(l)[7])
put("log_standardized", rstandard(l)[7])
