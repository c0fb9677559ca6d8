# make_student.R: R's pt, qt and pf for the points on standard input (fn,x,df1,df2 a line, no
# header), one value a line in 17 digits.  Called by make_student.py.
points <- read.csv(file("stdin"), header = FALSE, col.names = c("fn", "x", "df1", "df2"),
                   colClasses = c("character", "numeric", "numeric", "numeric"))
value <- function(fn, x, df1, df2)
  switch(fn,
    t_pvalue = 2 * pt(abs(x), df1, lower.tail = FALSE),
    t_quantile = qt(x, df1),
    f_pvalue = pf(x, df1, df2, lower.tail = FALSE))
# R's parser of decimals may be one unit off; the points are hexadecimal for that reason
cat(sprintf("%.17g\n", suppressWarnings(mapply(value, points$fn, points$x, points$df1, points$df2))),
    sep = "")
