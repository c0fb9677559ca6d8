#!/usr/bin/python3
"""Makes ridge_sklearn.csv, ridge_glmnet.csv and lm_r.csv from ames.csv and strd/.

  cd test/data && /usr/bin/python3 make_reference.py

Needs the Debian packages python3-sklearn, python3-mpmath, r-base-core and r-cran-glmnet.  The
column `exact` of each table is the solution, to more than 50 digits, of the same problem for the
doubles in the file (Gram matrix in fractions, so without any rounding); the other columns are
what the named program gives.  Standard error says how far apart they are.
"""
import csv
import subprocess
import sys
import tempfile
from fractions import Fraction

import numpy
import sklearn
from mpmath import mp, mpf, matrix, lu_solve, sqrt
from sklearn.linear_model import Ridge

from make_student import f_pvalue, t_pvalue, t_quantile

mp.dps = 80
INTERCEPT = "(Intercept)"
FEATURES = """gr_liv_area lot_area total_bsmt_sf first_flr_sf second_flr_sf garage_cars garage_area
  year_built year_remod_add full_bath half_bath bedroom_abvgr totrms_abvgrd fireplaces lot_frontage
  mas_vnr_area wood_deck_sf open_porch_sf""".split()


def read(path):
    with open(path, newline="") as file:
        return list(csv.DictReader(file))


def columns(rows, names):
    return [[float(row[name]) for name in names] for row in rows]


def to_mp(fraction):
    return mpf(fraction.numerator) / fraction.denominator


class Gram:
    """Weighted moments of [x, y] in fractions: as exact as the doubles they come from."""

    def __init__(self, x, y, weights=None):
        self.rows, self.p = len(x), len(x[0])
        z = [[Fraction(v) for v in row] + [Fraction(t)] for row, t in zip(x, y)]
        w = [Fraction(v) for v in weights] if weights is not None else [Fraction(1)] * len(x)
        k = self.p + 1
        self.weight = sum(w)
        self.mean = [sum(v * r[j] for v, r in zip(w, z)) / self.weight for j in range(k)]
        self.raw = [[Fraction(0)] * k for _ in range(k)]
        for i in range(k):
            wz = [v * r[i] for v, r in zip(w, z)]
            for j in range(i, k):
                self.raw[i][j] = self.raw[j][i] = sum(v * r[j] for v, r in zip(wz, z))
        self.centred = [[self.raw[i][j] - self.weight * self.mean[i] * self.mean[j]
                         for j in range(k)] for i in range(k)]

    def variance(self, j):
        """Population variance about the mean, of a feature or (j = p) of y."""
        return self.centred[j][j] / self.weight

    def solve(self, penalty, intercept):
        """(C + diag(penalty)) b = c; the intercept, if any, comes first."""
        m, p = self.centred if intercept else self.raw, self.p
        a = matrix(p, p)
        for i in range(p):
            for j in range(p):
                a[i, j] = to_mp(m[i][j]) + (penalty[i] if i == j else 0)
        b = list(lu_solve(a, matrix([to_mp(m[i][p]) for i in range(p)])))
        if intercept:
            b.insert(0, to_mp(self.mean[p]) - sum(to_mp(v) * u for v, u in zip(self.mean, b)))
        return b


def exactly(value):
    """A number of many digits as the nearest double, which repr gives back."""
    return repr(float(value))


def apart(value, exact):
    return float(abs(mpf(value) / exact - 1))


def write(path, header, rows):
    with open(path, "w", newline="") as file:
        out = csv.writer(file, lineterminator="\n")
        out.writerow(header)
        out.writerows(rows)


def ridge_sklearn(ames):
    x, y = columns(ames, FEATURES), [float(row["sale_price"]) for row in ames]
    xs, ys = numpy.array(x), numpy.array(y)
    out = []
    for weighted in (False, True):
        weights = [float(row["year_sold"]) - 2005 for row in ames] if weighted else None
        gram = Gram(x, y, weights)
        variance = [to_mp(gram.variance(j)) for j in range(gram.p)]
        # numpy's own sd, as a user of scikit-learn would take it
        mean = numpy.average(xs, axis=0, weights=weights)
        sd = numpy.sqrt(numpy.average((xs - mean) ** 2, axis=0, weights=weights))
        for standardized in (False, True):
            for intercept in (True, False):
                for alpha in (0.1, 10.0, 1000.0):
                    exact = gram.solve([mpf(alpha) * (v if standardized else 1) for v in variance],
                                       intercept)
                    got = []
                    for solver in ("cholesky", "svd"):
                        shift = mean if intercept and standardized else 0
                        scale = sd if standardized else numpy.ones(gram.p)
                        fit = Ridge(alpha=alpha, fit_intercept=intercept, solver=solver)
                        fit.fit((xs - shift) / scale, ys, sample_weight=weights)
                        b = list(fit.coef_ / scale)
                        if intercept:
                            b.insert(0, fit.intercept_ - numpy.sum(shift * fit.coef_ / scale))
                        got.append([float(v) for v in b])
                    terms = ([INTERCEPT] if intercept else []) + FEATURES
                    worst = [max(map(apart, b, exact)) for b in got]
                    print("sklearn: weighted %d standardized %d intercept %d alpha %6g: cholesky off "
                          "by %.1e, svd by %.1e" % (weighted, standardized, intercept, alpha, *worst),
                          file=sys.stderr)
                    for term, c, s, e in zip(terms, *got, exact):
                        out.append([str(weighted).lower(), str(standardized).lower(),
                                    str(intercept).lower(), "%g" % alpha, term, repr(c), repr(s),
                                    exactly(e)])
    write("ridge_sklearn.csv", ["weighted", "standardized", "intercept", "alpha", "term",
                                "sklearn_cholesky", "sklearn_svd", "exact"], out)


def ridge_glmnet(ames, given):
    gram = Gram(columns(ames, FEATURES), [float(row["sale_price"]) for row in ames])
    s_y = sqrt(to_mp(gram.variance(gram.p)))
    out = []
    for start in range(0, len(given), gram.p + 1):
        part = given[start:start + gram.p + 1]
        assert [row["term"] for row in part] == [INTERCEPT] + FEATURES
        l2 = gram.rows * mpf(part[0]["lambda"]) / s_y
        factor = [mpf(float(row["penalty_factor"])) for row in part[1:]]
        scale = [to_mp(gram.variance(j)) if part[0]["standardize"] == "true" else 1
                 for j in range(gram.p)]
        # glmnet makes the factors sum to the number of features
        exact = gram.solve([l2 * f * gram.p / sum(factor) * s for f, s in zip(factor, scale)], True)
        print("glmnet: %s, lambda %s: off by %.1e" % (
            part[0]["case"], part[0]["lambda"],
            max(apart(float(row["glmnet"]), e) for row, e in zip(part, exact))), file=sys.stderr)
        for row, e in zip(part, exact):
            out.append([row["case"], row["standardize"], row["lambda"], exactly(l2), row["term"],
                        row["penalty_factor"], row["glmnet"], exactly(e)])
    write("ridge_glmnet.csv", ["case", "standardize", "lambda", "lambda_sum", "term",
                               "penalty_factor", "glmnet", "exact"], out)


def lm_exact(x, y, names, weights=None, intercept=True):
    """All that summary(lm) and confint say, as {(term, statistic): value}."""
    gram = Gram(x, y, weights)
    p, m = gram.p, gram.centred if intercept else gram.raw
    coef = gram.solve([mpf(0)] * p, intercept)
    slopes = coef[1:] if intercept else coef
    total = to_mp(m[p][p])
    rss = total - sum(b * to_mp(m[i][p]) for i, b in enumerate(slopes))
    df1, df2 = p, gram.rows - p - intercept
    variance = rss / df2
    c = matrix(p, p)
    for i in range(p):
        for j in range(p):
            c[i, j] = to_mp(m[i][j])
    inverse = c ** -1
    se = [sqrt(variance * inverse[i, i]) for i in range(p)]
    if intercept:
        mean = matrix([to_mp(v) for v in gram.mean[:p]])
        se.insert(0, sqrt(variance * (1 / to_mp(gram.weight) + (mean.T * inverse * mean)[0])))
    quantile = t_quantile(0.975, df2, 2)
    out = {}
    for term, b, s in zip(([INTERCEPT] if intercept else []) + names, coef, se):
        out[term, "estimate"], out[term, "std_error"], out[term, "t"] = b, s, b / s
        out[term, "p"] = t_pvalue(b / s, df2)
        out[term, "conf_low"], out[term, "conf_high"] = b - quantile * s, b + quantile * s
    f = (total - rss) / df1 / variance
    out["", "sigma"], out["", "r_squared"] = sqrt(variance), 1 - rss / total
    out["", "adj_r_squared"] = 1 - variance / (total / (gram.rows - intercept))
    out["", "f"], out["", "f_df1"], out["", "f_df2"] = f, mpf(df1), mpf(df2)
    out["", "f_p"] = f_pvalue(f, df1, df2)
    return out


def lm_r(ames, given):
    longley, norris = read("strd/Longley.csv"), read("strd/Norris.csv")
    six = ["x%d" % j for j in range(1, 7)]
    ys = [float(row["y"]) for row in longley]
    price = [float(row["sale_price"]) for row in ames]
    x = columns(ames, FEATURES)
    exact = {
        "longley": lm_exact(columns(longley, six), ys, six),
        "longley_no_intercept": lm_exact(columns(longley, six), ys, six, intercept=False),
        "norris": lm_exact(columns(norris, ["x"]), [float(row["y"]) for row in norris], ["x"]),
        "ames": lm_exact(x, price, FEATURES),
        "ames_weighted": lm_exact(x, price, FEATURES,
                                  [float(row["year_sold"]) - 2005 for row in ames]),
    }
    out, worst = [], {}
    for row in given:
        e = exact[row["model"]].pop((row["term"], row["statistic"]))
        # the p-value of F on Ames is far below the smallest double
        off = 0 if float(row["r"]) == float(e) else apart(float(row["r"]), e)
        worst.setdefault(row["model"], {}).setdefault(row["statistic"], []).append(off)
        out.append([row["model"], row["term"], row["statistic"], row["r"], exactly(e)])
    assert not any(exact.values())
    for model, by_statistic in worst.items():
        print("lm: %s: off by %s" % (model, ", ".join("%s %.0e" % (s, max(v))
                                                      for s, v in by_statistic.items())),
              file=sys.stderr)
    write("lm_r.csv", ["model", "term", "statistic", "r", "exact"], out)


def main():
    ames = read("ames.csv")
    with tempfile.TemporaryDirectory() as scratch:
        answer = subprocess.run(["Rscript", "--vanilla", "make_reference.R", scratch], check=True,
                                text=True, stdout=subprocess.PIPE)
        print(answer.stdout.strip(), "numpy", numpy.__version__, "scikit-learn",
              sklearn.__version__, file=sys.stderr)
        lm, glmnet = read(scratch + "/lm.csv"), read(scratch + "/glmnet.csv")
    ridge_sklearn(ames)
    ridge_glmnet(ames, glmnet)
    lm_r(ames, lm)


if __name__ == "__main__":
    main()
