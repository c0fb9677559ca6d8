# make_logistic_record.R: R's glm on factors of the Ames house sales, the first level in the order of the
# bytes the reference.  Rscript --vanilla make_logistic_record.R
ames <- read.csv("ames.csv")
x <- c("size", "lot", "bldg_type", "central_air", "foundation", "fireplaces")
categories <- c("bldg_type", "central_air", "foundation")
for (f in categories) ames[[f]] <- factor(ames[[f]], levels = sort(unique(ames[[f]]), method = "radix"))
ames$dear <- as.numeric(ames$sale_price > 160000)
ames$seen <- ames$year_sold - 2005
# logarithms: with areas as they are one large house, cheap, keeps glm from converging
ames$size <- log(ames$gr_liv_area)
ames$lot <- log(ames$lot_area)
strict <- glm.control(epsilon = 1e-300, maxit = 40)
one <- function(case, y, family, w = rep(1, nrow(ames)), offset = rep(0, nrow(ames))) {
  ames$w_ <- w; ames$o_ <- offset
  b <- coef(summary(suppressWarnings(glm(reformulate(x, y), family, ames, weights = w_, offset = o_, control = strict))))
  term <- rownames(b)
  # factor and level run together in R's names
  for (f in categories) term <- sub(paste0("^", f), paste0(f, "="), term)
  data.frame(case = case, term = term, estimate = sprintf("%.17g", b[, 1]), std_error = sprintf("%.17g", b[, 2]))
}
write.csv(rbind(
  one("dear", "dear", binomial),
  one("dear_weighted", "dear", binomial, w = ames$seen),
  one("rooms", "totrms_abvgrd", poisson),
  one("rooms_offset", "totrms_abvgrd", poisson, offset = ames$seen / 10)),
  "logistic_record.csv", row.names = FALSE, quote = FALSE)
