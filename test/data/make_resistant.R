# make_resistant.R: what MASS's rlm and quantreg's rq say of R's stackloss and of the rows of make_glm.R.
# Writes resistant_stackloss.csv and resistant_r.csv.
suppressPackageStartupMessages({ library(MASS); library(quantreg) })
rows <- read.csv("glm_rows.csv")
names(stackloss) <- c("air", "water", "acid", "loss")
write.csv(stackloss, "resistant_stackloss.csv", row.names = FALSE, quote = FALSE)
digits <- function(x) sprintf("%.17g", x)
said <- function(kase, method, tau, s, more = NULL) {
  s <- s[, 1:2]
  r <- data.frame(kase = kase, method = method, tau = tau, term = rep(rownames(s), each = 2),
                  statistic = rep(c("estimate", "std_error"), nrow(s)), value = digits(as.vector(t(s))))
  if (!is.null(more)) r <- rbind(r, data.frame(kase = kase, method = method, tau = tau, term = "", statistic = "sigma", value = digits(more)))
  r
}
made <- any_y ~ x1 + x2 + x3
loss <- loss ~ air + water + acid
huber <- function(kase, f, data, weight = 1, method = "case") {
  data$w_ <- weight
  # summary reads the method off the call
  fit <- suppressWarnings(eval(bquote(rlm(f, data, weights = w_, wt.method = .(method), acc = 1e-15, maxit = 500))))
  said(kase, "huber", NA, summary(fit)$coefficients, fit$s)
}
quantile_ <- function(kase, f, data, tau, weight = 1) {
  data$w_ <- weight
  environment(f) <- environment()
  said(kase, "quantile", tau, suppressWarnings(summary(rq(f, tau, data, weights = w_), se = "ker"))$coefficients)
}
# so many equal rows each
times <- 1 + rows$counted %% 3
counted <- rows[rep(seq_len(nrow(rows)), times), ]
all <- list(huber("stackloss", loss, stackloss), huber("made", made, rows),
            huber("made_weighted", made, rows, rows$w), huber("made_counted", made, counted),
            huber("made_precise", made, rows, rows$w, "inv.var"))
for (tau in c(0.1, 0.25, 0.5, 0.9)) {
  all <- c(all, list(quantile_("made", made, rows, tau), quantile_("made_precise", made, rows, tau, rows$w),
                     quantile_("made_counted", made, counted, tau)))
  # of its 21 rows some quantiles have several solutions
  if (tau %in% c(0.25, 0.5)) all <- c(all, list(quantile_("stackloss", loss, stackloss, tau)))
}
# of parts of rows the coefficients: quantreg's weights are precisions
w <- quantile_("made_weighted", made, rows, 0.3, rows$w)
all <- c(all, list(w[w$statistic == "estimate", ]))
write.csv(do.call(rbind, all), "resistant_r.csv", row.names = FALSE, quote = FALSE, na = "")
