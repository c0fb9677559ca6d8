#!/usr/bin/python3
"""Makes elastic_net.csv from ames.csv: lasso and elastic net of scikit-learn and glmnet.

  cd test/data && /usr/bin/python3 make_lasso.py

Needs the packages of make_reference.py.  `exact` solves the optimality conditions for the signs
that scikit-learn found, in 80 digits, and is kept only if it has those signs and no other column
violates its condition: then it is the minimum.
"""
import csv
import subprocess
import sys
import tempfile
import warnings

import numpy
from mpmath import mpf, matrix, lu_solve, sqrt, sign
from sklearn.linear_model import ElasticNet

from make_reference import FEATURES, INTERCEPT, Gram, columns, exactly, read, to_mp, write

warnings.filterwarnings("ignore")


def solve(gram, signs, l1, l2, intercept):
    """b with these signs, and whether it is the minimum."""
    m, p = gram.centred if intercept else gram.raw, gram.p
    active = [j for j in range(p) if signs[j]]
    b = [mpf(0)] * p
    if active:
        a = matrix(len(active), len(active))
        for r, i in enumerate(active):
            for s, j in enumerate(active):
                a[r, s] = to_mp(m[i][j]) + (l2[i] if i == j else 0)
        rhs = matrix([to_mp(m[i][p]) - l1[i] * int(signs[i]) for i in active])
        for i, v in zip(active, lu_solve(a, rhs)):
            b[i] = v
    best = all(sign(b[j]) == signs[j] for j in active)
    for j in range(p):
        if j not in active:
            g = to_mp(m[j][p]) - sum(to_mp(m[j][i]) * b[i] for i in active)
            best = best and abs(g) <= l1[j]
    if intercept:
        b.insert(0, to_mp(gram.mean[p]) - sum(to_mp(v) * u for v, u in zip(gram.mean, b)))
    return b, best


def main():
    ames = read("ames.csv")
    x, y = columns(ames, FEATURES), [float(row["sale_price"]) for row in ames]
    xs, ys, n = numpy.array(x), numpy.array(y), len(y)
    out = []
    for weighted in (False, True):
        weights = [float(row["year_sold"]) - 2005 for row in ames] if weighted else None
        gram = Gram(x, y, weights)
        total = float(gram.weight)
        variance = [to_mp(gram.variance(j)) for j in range(gram.p)]
        sd = numpy.array([float(sqrt(v)) for v in variance])
        mean = numpy.array([float(v) for v in gram.mean[:-1]])
        for standardized in (False, True):
            for l1_ratio in (1.0, 0.5, 0.1):
                for alpha in (100000.0, 10000.0, 1000.0, 10.0):
                    scale = sd if standardized else numpy.ones(gram.p)
                    fit = ElasticNet(alpha=alpha, l1_ratio=l1_ratio, tol=1e-14, max_iter=10**6)
                    fit.fit((xs - mean) / scale, ys, sample_weight=weights)
                    b = fit.coef_ / scale
                    lam = mpf(alpha) * to_mp(gram.weight)
                    l1 = [lam * mpf(l1_ratio) * (sqrt(v) if standardized else 1) for v in variance]
                    l2 = [lam * (1 - mpf(l1_ratio)) * (v if standardized else 1) for v in variance]
                    exact, best = solve(gram, numpy.sign(b), l1, l2, True)
                    if not best:
                        print("left out: weighted %d standardized %d l1_ratio %g alpha %g"
                              % (weighted, standardized, l1_ratio, alpha), file=sys.stderr)
                        continue
                    got = [float(fit.intercept_ - numpy.sum(mean * b))] + [float(v) for v in b]
                    size = max(abs(v) for v in exact[1:])
                    print("sklearn: weighted %d standardized %d l1_ratio %g alpha %g: off by %.1e of max |b|"
                          % (weighted, standardized, l1_ratio, alpha,
                             float(max(abs(mpf(g) - e) for g, e in zip(got[1:], exact[1:])) / size)
                             if size else 0), file=sys.stderr)
                    for term, g, e in zip([INTERCEPT] + FEATURES, got, exact):
                        out.append(["sklearn", str(weighted).lower(), str(standardized).lower(),
                                    "%g" % l1_ratio, "%g" % alpha, term, repr(g), exactly(e)])
    # glmnet, gaussian: L1 = N lambda a, L2 = N lambda (1 - a) / s_y
    gram = Gram(x, y)
    s_y = sqrt(to_mp(gram.variance(gram.p)))
    variance = [to_mp(gram.variance(j)) for j in range(gram.p)]
    with tempfile.TemporaryDirectory() as folder:
        subprocess.run(["Rscript", "--vanilla", "-e", R, folder + "/net.csv"], check=True)
        given = list(csv.DictReader(open(folder + "/net.csv")))
    for start in range(0, len(given), gram.p + 1):
        part = given[start:start + gram.p + 1]
        a, lam = mpf(part[0]["alpha"]), mpf(part[0]["lambda"])
        b = [float(row["b"]) for row in part]
        l1 = [n * lam * a * sqrt(v) for v in variance]
        l2 = [n * lam * (1 - a) / s_y * v for v in variance]
        exact, best = solve(gram, numpy.sign(b[1:]), l1, l2, True)
        size = max(abs(v) for v in exact[1:])
        print("glmnet: alpha %s lambda %s: %s, off by %.1e of max |b|"
              % (part[0]["alpha"], part[0]["lambda"], "the minimum" if best else "left out",
                 float(max(abs(mpf(g) - e) for g, e in zip(b[1:], exact[1:])) / size)), file=sys.stderr)
        if best:
            for term, g, e in zip([INTERCEPT] + FEATURES, b, exact):
                out.append(["glmnet", "false", "true", part[0]["alpha"], part[0]["lambda"], term,
                            repr(g), exactly(e)])
    write("elastic_net.csv", ["package", "weighted", "standardized", "l1_ratio", "lambda", "term",
                              "value", "exact"], out)


R = """
suppressPackageStartupMessages(library(glmnet))
features <- c(%s)
ames <- read.csv("ames.csv")
x <- as.matrix(ames[features])
rows <- NULL
for (alpha in c(1, 0.5, 0.1)) {
  lambda <- c(50000, 20000, 5000, 1000, 100)
  fit <- glmnet(x, ames$sale_price, alpha = alpha, lambda = lambda, thresh = 1e-22, maxit = 1e8)
  b <- rbind(fit$a0, as.matrix(fit$beta))
  for (k in seq_along(lambda))
    rows <- rbind(rows, data.frame(alpha = alpha, lambda = lambda[k], b = sprintf("%%.17g", b[, k])))
}
write.csv(rows, commandArgs(trailingOnly = TRUE)[1], row.names = FALSE, quote = FALSE)
""" % ", ".join('"%s"' % f for f in FEATURES)

if __name__ == "__main__":
    main()
