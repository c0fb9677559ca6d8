# make_select_terms.R: the best subsets of terms, factors whole, by fitting all of them, and the steps forward
# and backward of add1 and drop1, gone on with to the end, on the diamonds.  Writes select_terms.csv.
#
#   cd test/data && Rscript --vanilla make_select_terms.R
#
# Needs the Debian package r-base-core.
number <- function(x) sprintf("%.17g", x)
d <- read.csv("diamonds.csv.gz")
d$noise <- floor(d$price * 7919) %% 13
d$lot <- letters[1 + (floor(d$price * 31) %% 7)]
all_terms <- c("carat", "cut", "color", "clarity", "depth", "table", "noise", "lot")
fit <- function(terms) lm(reformulate(c("1", terms), "price"), d)
rows <- NULL
put <- function(method, terms) {
  m <- fit(terms)
  rows <<- rbind(rows, data.frame(method, size = length(coef(m)) - 1, terms = paste0('"{', paste(terms, collapse = ","), '}"'),
                                  rss = number(deviance(m)), bic = number(extractAIC(m, k = log(nrow(d)))[2])))
}

# best: of each number of columns, where it is better than all smaller ones
sets <- lapply(0:(2^length(all_terms) - 1), function(i) all_terms[bitwAnd(i, 2^(seq_along(all_terms) - 1)) > 0])
fits <- do.call(rbind, lapply(seq_along(sets), function(i) {
  m <- fit(sets[[i]])
  data.frame(i, size = length(coef(m)) - 1, rss = deviance(m))
}))
least <- Inf
for (size in sort(unique(fits$size))) {
  f <- fits[fits$size == size, ]
  f <- f[which.min(f$rss), ]
  if (f$rss < least * (1 - 1e-12)) {
    put("best", sets[[f$i]])
    least <- f$rss
  }
}

for (k in c(bic = log(nrow(d)), aic = 2)) {
  name <- if (k == 2) "aic" else "bic"
  terms <- character()
  put(paste("forward", name), terms)
  while (length(terms) < length(all_terms)) {
    a <- add1(fit(terms), reformulate(all_terms), k = k)
    terms <- intersect(all_terms, c(terms, rownames(a)[-1][which.min(a$AIC[-1])]))
    put(paste("forward", name), terms)
  }
  terms <- all_terms
  put(paste("backward", name), terms)
  while (length(terms) > 0) {
    a <- drop1(fit(terms), k = k)
    terms <- setdiff(terms, rownames(a)[-1][which.min(a$AIC[-1])])
    put(paste("backward", name), terms)
  }
}
write.csv(rows, "select_terms.csv", row.names = FALSE, quote = FALSE)
