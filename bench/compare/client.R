# client.R TASK SCHEMA-LESS-TABLE P ARRAY PENALTY: what an R user's program takes for a task of the comparison, the way of the
# rows from the server included.  Called by run.py; the answer is JSON.  Without arguments: the versions, of what is installed.

have <- function(package) requireNamespace(package, quietly = TRUE)
version <- function(package) if (have(package)) sprintf('"%s"', packageVersion(package)) else "null"

args <- commandArgs(TRUE)
if (length(args) == 0) {
    packages <- c("glmnet", "data.table", "sandwich", "estimatr", "fixest", "nnet")
    cat(sprintf('{"R": "%s", %s}\n', getRversion(), paste(sprintf('"%s": %s', packages, sapply(packages, version)), collapse = ", ")))
    quit()
}
task <- args[1]
table <- args[2]
p <- as.integer(args[3])
array <- args[4] == "1"
file <- file.path(Sys.getenv("L2REG_TMP", "/tmp"), "rows.csv")
if (have("data.table")) suppressMessages({ library(data.table); setDTthreads(1) })

phases <- list()
phase <- function(name, expr) {
    start <- proc.time()[["elapsed"]]
    value <- force(expr)
    phases[[name]] <<- proc.time()[["elapsed"]] - start
    value
}

rows <- function(schema, keys = "") {
    # an array as one text: each x[i] of a long one would fetch all of it anew
    sql <- if (array) sprintf("COPY (SELECT concat_ws(',', y, array_to_string(x, ',')) FROM %s.%s) TO STDOUT", schema, table)
           else sprintf("COPY (SELECT %s y, %s FROM %s.%s) TO STDOUT (FORMAT csv)", keys, paste0("x", seq_len(p), collapse = ", "), schema, table)
    phase("export", stopifnot(system2("psql", c("-Xq", "-v", "ON_ERROR_STOP=1", "-c", shQuote(sql)), stdout = file) == 0))
    phase("read", if (have("data.table")) fread(file, header = FALSE) else read.csv(file, header = FALSE, colClasses = "numeric"))
}
matrices <- function(schema) {
    d <- as.matrix(rows(schema))
    list(y = d[, 1], x = unname(d[, -1, drop = FALSE]))
}

tasks <- list(
    lm = function(schema) {
        d <- rows(schema)
        names(d)[1] <- "y"
        phase("fit", coef(lm(y ~ ., data = d)))
    },
    glm = function(schema) {
        d <- rows(schema)
        names(d)[1] <- "y"
        phase("fit", coef(glm(y ~ ., data = d, family = binomial)))
    },
    gamma = function(schema) {
        d <- rows(schema)
        names(d)[1] <- "y"
        phase("fit", coef(glm(y ~ ., data = d, family = Gamma("log"))))
    },
    sandwich = function(schema) {
        d <- rows(schema, "g,")
        names(d)[1:2] <- c("g", "y")
        phase("fit", {
            m <- lm(y ~ . - g, data = d)
            stopifnot(diag(sandwich::vcovCL(m, d$g)) > 0)
            coef(m)
        })
    },
    estimatr = function(schema) {
        d <- rows(schema, "g,")
        names(d)[1:2] <- c("g", "y")
        phase("fit", coef(estimatr::lm_robust(reformulate(names(d)[-(1:2)], "y"), data = d, clusters = g, se_type = "stata")))
    },
    fixest = function(schema) {
        d <- rows(schema, "g,")
        names(d)[1:2] <- c("g", "y")
        phase("fit", coef(fixest::feols(reformulate(names(d)[-(1:2)], "y"), data = d, cluster = ~g, nthreads = 1)))
    },
    multinom = function(schema) {
        d <- rows(schema)
        names(d)[1] <- "y"
        phase("fit", nnet::multinom(y ~ ., data = d, trace = FALSE, maxit = 1000))
        NULL
    },
    glmnet_multinomial = function(schema) {
        d <- matrices(schema)
        phase("fit", glmnet::glmnet(d$x, d$y, family = "multinomial", alpha = 0, standardize = FALSE, lambda = 1 / nrow(d$x)))
        NULL
    },
    path = function(schema) {
        d <- matrices(schema)
        glmnet::glmnet.control(fdev = 0)
        phase("fit", glmnet::glmnet(d$x, d$y, standardize = FALSE))
        NULL
    },
    lasso_cv = function(schema) {
        d <- matrices(schema)
        phase("fit", glmnet::cv.glmnet(d$x, d$y, nfolds = 10, standardize = FALSE))
        NULL
    },
    ridge_cv = function(schema) {
        d <- matrices(schema)
        phase("fit", glmnet::cv.glmnet(d$x, d$y, nfolds = 10, standardize = FALSE, alpha = 0))
        NULL
    },
    groups = function(schema) {
        d <- rows(schema, "g,")
        names(d)[1:2] <- c("g", "y")
        phase("fit", nrow(d[, as.list(.lm.fit(cbind(1, as.matrix(.SD)), y)$coefficients), by = g, .SDcols = -(1:2)]))
    })

invisible(tasks[[task]]("head"))
answer <- tasks[[task]]("public")
invisible(file.remove(file))
number <- function(v) ifelse(is.na(v), "null", sprintf("%.17g", v))
cat(sprintf('{"phases": {%s}, "answer": %s}\n', paste(sprintf('"%s": %.6f', names(phases), unlist(phases)), collapse = ", "),
            if (is.null(answer)) "null" else paste0("[", paste(number(answer), collapse = ", "), "]")))
