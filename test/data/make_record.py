#!/usr/bin/python3
"""Makes record.csv from ames.csv: its 18 numeric and 7 categorical columns by R and scikit-learn.

  cd test/data && /usr/bin/python3 make_record.py

Needs the packages of make_reference.py and python3-gmpy2.  lm has treatment contrasts, the first level
in the order of the bytes is the reference; terms that it aliases have no value; lm_nested
has some, for `initial` is the first letter of `neighborhood`, which comes after it.  Ridge and Lasso are
scikit-learn's on a OneHotEncoder's columns, one for each level.  `exact` is the solution for the same
columns from moments in rational arithmetic, for lm without those that it aliases.
"""
import io
import subprocess
import sys
import warnings

import numpy
from gmpy2 import mpfr, sqrt
from sklearn.linear_model import Lasso, Ridge
from sklearn.preprocessing import OneHotEncoder

from exact import Moments, cholesky_solve, elastic_net
from make_reference import FEATURES, INTERCEPT, columns, exactly, read, write

warnings.filterwarnings("ignore")
CATEGORIES = "overall_cond neighborhood bldg_type house_style ms_zoning central_air foundation".split()

R = """
ames <- read.csv("ames.csv")
categories <- strsplit("%s", " ")[[1]]
ames$initial <- substr(ames$neighborhood, 1, 1)
for (f in c(categories, "initial")) ames[[f]] <- factor(ames[[f]], levels = sort(unique(ames[[f]]), method = "radix"))
all <- c("%s", categories)
cases <- list(list(all, rep(1, nrow(ames))), list(all, ames$year_sold - 2005),
              list(c("initial", "gr_liv_area", "neighborhood"), rep(1, nrow(ames))))
for (case in cases) {
  fit <- lm(reformulate(case[[1]], "sale_price"), ames, weights = case[[2]])
  b <- coef(fit); s <- coef(summary(fit))
  # factor and level run together in R's names
  term <- names(b)
  for (f in c(categories, "initial")) term <- sub(paste0("^", f), paste0(f, "="), term)
  se <- s[match(names(b), rownames(s)), 2]
  write.table(data.frame(term, b, se), sep = ",", row.names = FALSE, col.names = FALSE, quote = FALSE, na = "",
              file = stdout())
  cat("\\n")
}
"""


def standard_errors(m, b, rows):
    """Of intercept and coefficients b, of least squares."""
    p = m.p
    rss = m.c[p][p] - sum(v * m.c[j][p] for j, v in enumerate(b))
    inverse = [cholesky_solve([r[:p] for r in m.c[:p]], [mpfr(i == j) for i in range(p)])
               for j in range(p)]
    sigma2 = rss / (rows - p - 1)
    at_zero = sum(m.mean[i] * inverse[i][j] * m.mean[j] for i in range(p) for j in range(p))
    return [sqrt(sigma2 * v) for v in [1 / m.weight + at_zero] + [inverse[j][j] for j in range(p)]]


def main():
    ames = read("ames.csv")
    numbers, y = columns(ames, FEATURES), [float(r["sale_price"]) for r in ames]
    encoder = OneHotEncoder(sparse_output=False)
    dummies = encoder.fit_transform([[r[c] for c in CATEGORIES] for r in ames])
    names = FEATURES + ["%s=%s" % (c, level) for c, levels in zip(CATEGORIES, encoder.categories_)
                        for level in levels]
    x = [list(a) + list(b) for a, b in zip(numbers, dummies)]
    weights = [float(r["year_sold"]) - 2005 for r in ames]
    out = []

    def put(program, weighted, terms, b, se, exact, exact_se):
        worst = max(abs(mpfr(v) / e - 1) for v, e in zip(b, exact) if v not in (None, 0))
        print("%s, weighted %d: off by %.1e" % (program, weighted, worst), file=sys.stderr)
        for t, v, s, e, f in zip(terms, b, se, exact, exact_se):
            out.append([program, str(weighted).lower(), t] + ["" if v is None else repr(v), "" if s is None else repr(s),
                       "" if e is None else exactly(e), "" if f is None else exactly(f)])

    given = subprocess.run(["Rscript", "--vanilla", "-e", R % (" ".join(CATEGORIES), '", "'.join(FEATURES))], check=True,
                           capture_output=True, text=True).stdout.strip().split("\n\n")
    initials = sorted({r["neighborhood"][0] for r in ames})
    everything = names + ["initial=" + i for i in initials]
    wide = [row + [float(r["neighborhood"][0] == i) for i in initials] for row, r in zip(x, ames)]
    for program, weighted, table in zip(("lm", "lm", "lm_nested"), (False, True, False), given):
        terms, b, se = zip(*[line.split(",") for line in io.StringIO(table).read().split("\n")])
        kept = [t for t, v in zip(terms, b) if v and t != INTERCEPT]
        at = [everything.index(t) for t in kept]
        m = Moments.of([[row[j] for j in at] for row in wide], y, weights if weighted else [1.0] * len(y))
        coef = elastic_net(m, [0] * m.p, [0] * m.p)
        errors = dict(zip([INTERCEPT] + kept, standard_errors(m, coef, len(y))))
        exact = dict(zip([INTERCEPT] + kept, [m.intercept(coef)] + coef))
        number = lambda v: float(v) if v else None
        put(program, weighted, terms, [number(v) for v in b], [number(v) for v in se],
            [exact.get(t) for t in terms], [errors.get(t) for t in terms])

    xs, ys = numpy.array(x), numpy.array(y)
    for weighted in (False, True):
        w = weights if weighted else [1.0] * len(y)
        m = Moments.of(x, y, w)
        exact = elastic_net(m, [0] * m.p, [mpfr(10)] * m.p)
        fit = Ridge(alpha=10, solver="svd").fit(xs, ys, sample_weight=w)
        none = [None] * (m.p + 1)
        put("ridge", weighted, [INTERCEPT] + names, [float(fit.intercept_)] + [float(v) for v in fit.coef_], none,
            [m.intercept(exact)] + exact, none)
    m = Moments.of(x, y, [1.0] * len(y))
    mean, sd = xs.mean(axis=0), xs.std(axis=0)
    fit = Lasso(alpha=2000, tol=1e-14, max_iter=10**6, precompute=True).fit((xs - mean) / sd, ys)
    # a penalty so large that the columns with a coefficient are not collinear
    exact = elastic_net(m, [m.weight * 2000 * s for s in m.sd[:-1]], [mpfr(0)] * m.p,
                        [mpfr(float(v)) for v in fit.coef_ / sd])
    put("lasso", False, [INTERCEPT] + names,
        [float(fit.intercept_ - numpy.sum(mean * fit.coef_ / sd))] + [float(v) for v in fit.coef_ / sd],
        [None] * (m.p + 1), [m.intercept(exact)] + exact, [None] * (m.p + 1))
    write("record.csv", ["program", "weighted", "term", "value", "std_error", "exact", "exact_std_error"], out)


if __name__ == "__main__":
    main()
