# Rscript glmnet_ridge.R FILE P...: what cv.glmnet takes for ridge of the rows of a csv file without a
# header, a target and then features of which the first P are taken.  Prints each P and milliseconds
# of CPU time, tab between.

if (!requireNamespace("glmnet", quietly = TRUE))
    quit(status = 1)
args <- commandArgs(TRUE)
suppressMessages(library(glmnet))
values <- scan(args[1], sep = ",", quiet = TRUE)
rows <- matrix(values, ncol = length(scan(args[1], sep = ",", nlines = 1, quiet = TRUE)), byrow = TRUE)
rm(values)
for (p in as.integer(args[-1])) {
    x <- rows[, 1 + seq_len(p)]
    start <- proc.time()
    cv.glmnet(x, rows[, 1], nfolds = 10, standardize = FALSE, alpha = 0)
    cat(p, "\t", 1000 * sum((proc.time() - start)[c(1, 2)]), "\n", sep = "")
}
