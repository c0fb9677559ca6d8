# multinomial_rows.csv, multinomial.csv, multinomial_tests.csv and multinomial_cv.csv: multinomial regression by nnet,
# glmnet, and exactly, with its covariance, Wald's and likelihood ratio tests, and its cross-validation by glmnet.
#
#   Rscript test/data/make_multinomial.R        (R, nnet, car, glmnet; from the top of the tree)
#
# nnet stops at 1e-7 or so of the maximum, so its coefficients are the start of Newton steps here, and must be
# within 1e-5 of where those end; standard errors are nnet's formula there.  Penalised fits are glmnet's, run to
# the end, and must meet the optimality conditions at 1e-9.
library(nnet)
library(glmnet)
set.seed(20)

n <- 240
x <- cbind(x1 = round(rnorm(n), 3), x2 = round(rnorm(n, 50, 10), 2), x3 = round(rexp(n), 3))
eta <- cbind(0, 0.5 + x[, 1], -2 + 0.05 * x[, 2], -0.5 + 0.7 * x[, 3] - x[, 1])
p <- exp(eta) / rowSums(exp(eta))
class <- c("blue", "green", "red", "violet")[apply(p, 1, function(q) sample(4, 1, prob = q))]
w <- sample(1:3, n, TRUE)
write.csv(data.frame(class, x, w), "test/data/multinomial_rows.csv", row.names = FALSE, quote = FALSE)

out <- data.frame()
put <- function(fit, b, se = NA * b) # rows: classes, columns: terms
  for (i in rownames(b)) for (j in colnames(b))
    out <<- rbind(out, data.frame(fit, class = i, term = j, estimate = b[i, j], std_error = se[i, j]))

levels <- sort(unique(class))
y <- outer(class, levels, "==") + 0
z <- cbind("(Intercept)" = 1, x)
probability <- function(b) { e <- exp(z %*% t(b)); e / rowSums(e) }

# Newton's method on all classes but the reference
exactly <- function(b, w, reference) {
  free <- setdiff(seq_along(levels), reference)
  for (i in 1:30) {
    p <- probability(b)
    g <- t(w * (y - p)) %*% z
    h <- matrix(0, length(free) * ncol(z), length(free) * ncol(z))
    for (a in seq_along(free)) for (c in seq_along(free))
      h[(a - 1) * ncol(z) + seq_len(ncol(z)), (c - 1) * ncol(z) + seq_len(ncol(z))] <-
        t(z) %*% (z * (w * p[, free[a]] * ((a == c) - p[, free[c]])))
    s <- solve(h, as.vector(t(g[free, ])))
    b[free, ] <- b[free, ] + matrix(s, length(free), byrow = TRUE)
    if (max(abs(s)) < 1e-13) break
  }
  se <- NA * b
  v <- solve(h)
  dimnames(v) <- rep(list(paste(rep(levels[free], each = ncol(z)), colnames(z), sep = ":")), 2)
  se[free, ] <- matrix(sqrt(diag(v)), length(free), byrow = TRUE)
  list(b = b, se = se, v = v, loss = -sum(w * y * log(probability(b))))
}

# The covariance, and what follows from it: all of it at the exact maximum, beside nnet's and car's own
tests <- data.frame()
put_test <- function(fit, what, name, other, value)
  tests <<- rbind(tests, data.frame(fit, what, name, other, value = sprintf("%.17g", value)))
put_vcov <- function(fit, v)
  for (i in seq_len(nrow(v))) for (j in i:nrow(v)) put_test(fit, "vcov", rownames(v)[i], colnames(v)[j], v[i, j])
put_tests <- function(fit, e) {
  b <- as.vector(t(e$b[-1, ]))
  names(b) <- rownames(e$v)
  put_vcov(fit, e$v)
  for (term in colnames(z)[-1]) {
    i <- grep(paste0(":", term, "$"), names(b))
    put_test(fit, "wald", term, "", sum(b[i] * solve(e$v[i, i], b[i])) / length(i))
  }
  put_test(fit, "wald", "all", "", {
    i <- grep("Intercept", names(b), invert = TRUE)
    sum(b[i] * solve(e$v[i, i], b[i])) / length(i)
  })
  l <- setNames(rep(0, length(b)), names(b))
  l[c("green:x1", "red:x1", "violet:x3")] <- c(1, -1, 2)
  put_test(fit, "contrast", "green:x1 - red:x1 + 2*violet:x3", "estimate", sum(l * b))
  put_test(fit, "contrast", "green:x1 - red:x1 + 2*violet:x3", "std_error", sqrt(sum(l * (e$v %*% l))))
}

for (weighted in c(FALSE, TRUE)) {
  v <- if (weighted) w else rep(1, n)
  m <- multinom(class ~ x, weights = v, reltol = 1e-15, maxit = 1000, trace = FALSE, Hess = TRUE)
  b <- rbind(0, coef(m))
  dimnames(b) <- list(levels, colnames(z))
  e <- exactly(b, v, 1)
  stopifnot(max(abs(e$b - b)) < 1e-5)
  put(if (weighted) "weighted" else "plain", e$b[-1, ], e$se[-1, ])
  stopifnot(max(abs(vcov(m) / e$v - 1)) < 1e-4)
  put_tests(if (weighted) "weighted" else "plain", e)
  x1 <- grep("x1$", rownames(vcov(m)), value = TRUE)
  h <- car::linearHypothesis(m, paste(x1, "= 0"))
  stopifnot(abs(h$Chisq[2] / 3 / as.numeric(subset(tests, what == "wald" & name == "x1")$value[1 + weighted]) - 1) < 1e-4)
  without <- multinom(class ~ x[, -3], weights = v, reltol = 1e-15, maxit = 1000, trace = FALSE)
  all <- z
  z <- all[, -4]
  less <- exactly(b[, -4], v, 1)
  z <- all
  stopifnot(abs(anova(without, m)$"LR stat."[2] - 2 * (less$loss - e$loss)) < 1e-6)
  put_test(if (weighted) "weighted" else "plain", "anova", "x3", "chi_sq", 2 * (less$loss - e$loss))
  put_test(if (weighted) "weighted" else "plain", "anova", "x3", "p",
           pchisq(2 * (less$loss - e$loss), 3, lower.tail = FALSE))
}
e <- exactly(b - rep(b[3, ], each = 4), rep(1, n), 3)
put("reference red", e$b[-3, ], e$se[-3, ])
put_vcov("reference red", e$v)

# Of u and v = u + d, d small beside u: nearly collinear.  The fit is of u and d in units of their own, and goes back
# to v, and to u without it, exactly.
u <- round(1000 * x[, "x1"])
d <- round(100 * x[, "x2"]) / 2^18
z <- cbind("(Intercept)" = 1, u = u / 1000, v = (d - mean(d)) / sd(d))
e <- exactly(matrix(0, 4, 3, dimnames = list(levels, colnames(z))), rep(1, n), 1)
back <- rbind(c(1, 0, -mean(d) / sd(d)), c(0, 1 / 1000, -1 / sd(d)), c(0, 0, 1 / sd(d)))
b <- e$b %*% t(back)
se <- t(sapply(0:2, function(i) sqrt(diag(back %*% e$v[3 * i + 1:3, 3 * i + 1:3] %*% t(back)))))
dimnames(b) <- dimnames(e$b)
dimnames(se) <- dimnames(b[-1, ])
put("collinear", b[-1, ], se)
back <- kronecker(diag(3), back)
rownames(back) <- paste(rep(levels[-1], each = 3), c("(Intercept)", "u", "v"), sep = ":")
put_vcov("collinear", back %*% e$v %*% t(back))
z <- cbind("(Intercept)" = 1, x)

for (alpha in c(0, 0.5, 1)) {
  lambda <- 6 # of the sum over rows
  m <- glmnet(x, factor(class), family = "multinomial", alpha = alpha, lambda = lambda / n, standardize = FALSE,
              thresh = 1e-22, maxit = 1e7, type.multinomial = "ungrouped")
  b <- t(sapply(coef(m), as.vector))
  dimnames(b) <- list(levels, colnames(z))
  b[, 1] <- b[, 1] - mean(b[, 1])
  slope <- t(probability(b) - y) %*% z + lambda * (1 - alpha) * cbind(0, b[, -1])
  off <- abs(slope[, -1] + lambda * alpha * sign(b[, -1]))
  off <- ifelse(b[, -1] == 0, pmax(abs(slope[, -1]) - lambda * alpha, 0), off)
  print(c(alpha, max(off, abs(slope[, 1]))))
  put(paste("penalised", alpha), b)
}
out$estimate <- sprintf("%.17g", out$estimate)
out$std_error <- ifelse(is.na(out$std_error), "", sprintf("%.17g", out$std_error))
write.csv(out, "test/data/multinomial.csv", row.names = FALSE, quote = FALSE)
write.csv(tests, "test/data/multinomial_tests.csv", row.names = FALSE, quote = FALSE)

# Curves over folds by row number, on glmnet's grid
cv <- data.frame()
for (weighted in c(FALSE, TRUE)) for (alpha in c(0, 0.5, 1)) {
  args <- list(x = x, y = factor(class), family = "multinomial", alpha = alpha, weights = if (weighted) w else rep(1, n),
               standardize = TRUE, thresh = 1e-20, maxit = 1e8, type.multinomial = "ungrouped")
  grid <- do.call(glmnet, c(args, list(nlambda = 10)))$lambda
  for (measure in c("deviance", "class")) {
    m <- do.call(cv.glmnet, c(args, list(lambda = grid, foldid = seq_len(n) %% 10 + 1, type.measure = measure)))
    stopifnot(length(m$lambda) == length(grid))
    cv <- rbind(cv, data.frame(weighted, l1_ratio = alpha, measure, lambda = sprintf("%.17g", grid),
      mean = sprintf("%.17g", m$cvm), se = sprintf("%.17g", m$cvsd), is_min = grid == m$lambda.min,
      is_1se = grid == m$lambda.1se))
  }
}
write.csv(cv, "test/data/multinomial_cv.csv", row.names = FALSE, quote = FALSE)
