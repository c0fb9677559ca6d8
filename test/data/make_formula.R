# make_formula.R: what R's lm makes of formulas, on the Ames house sales.  Writes formula_lm.csv to the
# current directory.  I(...) has R in it that is SQL too.
ames <- read.csv("ames.csv")
ames <- ames[, sapply(ames, is.numeric)]
formulas <- c(
  "sale_price ~ gr_liv_area + year_built + gr_liv_area:year_built + I(lot_area^2)",
  "sale_price ~ (gr_liv_area + lot_area) * year_built",
  "sale_price ~ gr_liv_area * lot_area * fireplaces - gr_liv_area:lot_area",
  "sale_price ~ . - mo_sold - year_sold",
  "I(sale_price / 1000) ~ gr_liv_area + garage_cars:fireplaces + fireplaces - 1",
  "sale_price ~ 0 + full_bath + I(full_bath * half_bath) + I(gr_liv_area/1000)",
  "sale_price ~ half_bath:lot_frontage + lot_frontage + lot_frontage:half_bath",
  "sale_price ~ I((year_sold - year_built)/10) * full_bath + full_bath:full_bath")
rows <- do.call(rbind, lapply(formulas, function(f) {
  fit <- lm(as.formula(f), ames)
  data.frame(formula = f, position = seq_along(coef(fit)), term = names(coef(fit)),
             estimate = sprintf("%.17g", coef(fit)))
}))
write.csv(rows, "formula_lm.csv", row.names = FALSE, quote = c(1, 3))
