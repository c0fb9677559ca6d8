# Rscript glmnet.R FILE: what glmnet takes for the rows of a csv file without a header: two targets,
# then features.  Prints a name and milliseconds of CPU time, tab between, for each repetition.
# Without FILE: which versions there are.

have <- function(package) requireNamespace(package, quietly = TRUE)

if (!have("glmnet"))
    quit(status = 1)
path <- commandArgs(TRUE)
if (length(path) == 0) {
    cat(format(packageVersion("glmnet")), ", R ", format(getRversion()), ", rows read with ",
        if (have("data.table")) paste("data.table", packageVersion("data.table")) else "scan()",
        "\n", sep = "")
    quit()
}

# CPU time, so that a busy machine does not make others look slow
timed <- function(name, expr) {
    start <- proc.time()
    value <- force(expr)
    cat(name, "\t", 1000 * sum((proc.time() - start)[c(1, 2)]), "\n", sep = "")
    invisible(value)
}

read_rows <- function() {
    if (have("data.table"))
        return(as.matrix(data.table::fread(path, header = FALSE)))
    values <- scan(path, sep = ",", quiet = TRUE)
    matrix(values, ncol = length(scan(path, sep = ",", nlines = 1, quiet = TRUE)), byrow = TRUE)
}

suppressMessages(library(glmnet))
rows <- unname(timed("glmnet read", read_rows()))
dense <- rows[, 1]
sparse <- rows[, 2]
x <- rows[, -(1:2)]
rm(rows)

# Else it stops where the fit gets no better: here after two thirds of the lambdas
glmnet.control(fdev = 0)
for (i in 1:3) {
    m <- timed("glmnet dense", glmnet(x, dense, standardize = FALSE))
    timed("glmnet sparse", glmnet(x, sparse, standardize = FALSE))
}
stopifnot(length(m$lambda) == 100)
timed("cv.glmnet lasso", cv.glmnet(x, dense, nfolds = 10, standardize = FALSE))
timed("cv.glmnet ridge", cv.glmnet(x, dense, nfolds = 10, standardize = FALSE, alpha = 0))
