#!/usr/bin/python3
"""Makes collinearity.csv, intervals.csv and nested.csv from ames.csv and strd/.

  cd test/data && /usr/bin/python3 make_diagnose.py

Needs the packages of make_reference.py and r-cran-car.  `exact` is computed from sums in fractions with
120 digits; `r` is R's lm, predict.lm, anova.lm, AIC and BIC, car::vif, and colldiag's formula over R's
svd; it is empty where R was not asked.  Standard error says how far apart they are.
"""
import subprocess
import sys
import tempfile
from fractions import Fraction

from mpmath import mp, mpf, eigsy, log, matrix, pi, sqrt

from make_reference import FEATURES, INTERCEPT, Gram, apart, columns, exactly, read, to_mp, write
from make_student import f_pvalue, t_quantile

mp.dps = 120


def to_matrix(m, p):
    r = matrix(p, p)
    for i in range(p):
        for j in range(p):
            r[i, j] = to_mp(m[i][j])
    return r


def vif(gram, names, intercept):
    """{term: inflation factor}"""
    c = to_matrix(gram.centred if intercept else gram.raw, gram.p)
    inverse = c ** -1
    return {("vif", "", name): c[j, j] * inverse[j, j] for j, name in enumerate(names)}


def indexes(gram, names, intercept, center):
    """{("index", dimension, ""): value} and {("proportion", dimension, term): value}"""
    p = gram.p
    c = to_matrix(gram.centred if center else gram.raw, p)
    if intercept and not center:
        whole = matrix(p + 1, p + 1)
        whole[0, 0] = to_mp(gram.weight)
        for i in range(p):
            whole[0, i + 1] = whole[i + 1, 0] = to_mp(gram.weight * gram.mean[i])
            for j in range(p):
                whole[i + 1, j + 1] = c[i, j]
        c, names, p = whole, [INTERCEPT] + names, p + 1
    unit = [1 / sqrt(c[i, i]) for i in range(p)]
    value, vector = eigsy(matrix([[c[i, j] * unit[i] * unit[j] for j in range(p)]
                                  for i in range(p)]))
    order = sorted(range(p), key=lambda d: -value[d])
    out = {}
    for t, name in enumerate(names):
        phi = [vector[t, d] ** 2 / value[d] for d in order]
        for k, d in enumerate(order):
            out["index", str(k + 1), ""] = sqrt(value[order[0]] / value[d])
            out["proportion", str(k + 1), name] = phi[k] / sum(phi)
    return out


def intervals(gram, x, rows, level, intercept, penalty=None):
    """{(row, statistic): value}: least squares, or with a penalty for each feature ridge."""
    p = gram.p
    m = gram.centred if intercept else gram.raw
    c = to_matrix(m, p)
    penalty = penalty or [mpf(0)] * p
    coef = gram.solve(penalty, intercept)
    slopes = coef[1:] if intercept else coef
    b = matrix(slopes)
    a = c.copy()
    for j in range(p):
        a[j, j] += penalty[j]
    inverse = a ** -1
    sandwich = inverse * c * inverse
    rhs = matrix([to_mp(m[j][p]) for j in range(p)])
    rss = to_mp(m[p][p]) - 2 * (b.T * rhs)[0] + (b.T * c * b)[0]
    hat = inverse * c
    trace = sum(hat[j, j] for j in range(p))
    trace2 = sum((hat * hat)[j, j] for j in range(p))
    df = gram.rows - intercept - 2 * trace + trace2
    sigma = sqrt(rss / df)
    t = t_quantile((1 + level) / 2, df, 2)
    constant = 1 / to_mp(gram.weight) if intercept else mpf(0)
    out = {}
    for i in rows:
        row = [mpf(v) for v in x[i - 1]]
        d = matrix([v - to_mp(gram.mean[j]) * intercept for j, v in enumerate(row)])
        fit = sum(v * u for v, u in zip(row, slopes)) + (coef[0] if intercept else 0)
        variance = constant + (d.T * sandwich * d)[0]
        se, wide = sigma * sqrt(variance), sigma * sqrt(1 + variance)
        for name, value in (("fit", fit), ("se_fit", se), ("conf_low", fit - t * se),
                            ("conf_high", fit + t * se), ("pred_low", fit - t * wide),
                            ("pred_high", fit + t * wide),
                            ("leverage", constant + (d.T * inverse * d)[0])):
            out[str(i), name] = value
    return out


def nested(gram, subsets):
    """{(number, statistic): value} of fits with an intercept to the first so many of some features"""
    n, fits = gram.rows, []
    c = gram.centred
    for s in subsets:
        rss = to_mp(c[gram.p][gram.p])
        if s:
            a = matrix([[to_mp(c[i][j]) for j in s] for i in s])
            rhs = matrix([to_mp(c[i][gram.p]) for i in s])
            rss -= (rhs.T * (a ** -1) * rhs)[0]
        fits.append((n - len(s) - 1, rss))
    out = {}
    for i, (df_residual, rss) in enumerate(fits):
        k = str(i + 1)
        out[k, "df_residual"], out[k, "rss"] = mpf(df_residual), rss
        # as R counts them: the whole log likelihood, sigma a parameter
        deviance = n * (log(2 * pi * rss / n) + 1)
        parameters = n - df_residual + 1
        out[k, "aic"], out[k, "bic"] = deviance + 2 * parameters, deviance + log(n) * parameters
        if i > 0:
            df, sum_sq = fits[i - 1][0] - df_residual, fits[i - 1][1] - rss
            f = sum_sq / df / (fits[-1][1] / fits[-1][0])
            out[k, "df"], out[k, "sum_sq"], out[k, "f"] = mpf(df), sum_sq, f
            out[k, "p"] = f_pvalue(f, df, fits[-1][0])
    return out


def merge(path, header, given, exact):
    """Rows of R in their order, then what R was not asked; header's keys are those of exact."""
    out, worst = [], {}
    for row in given:
        key = tuple(row[name] for name in header)
        if row["r"] == "":
            continue
        e = exact.pop(key)
        off = 0 if float(row["r"]) == float(e) else apart(float(row["r"]), e)
        quantity = row.get("quantity") or row.get("statistic")
        worst[key[0], quantity] = max(off, worst.get((key[0], quantity), 0))
        out.append(list(key) + [row["r"], exactly(e)])
    for key, off in worst.items():
        print("R: %s %s: off by %.0e" % (*key, off), file=sys.stderr)
    out += [list(key) + ["", exactly(e)] for key, e in exact.items()]
    write(path, header + ["r", "exact"], out)


def with_key(prefix, values):
    return {prefix + key: value for key, value in values.items()}


def main():
    ames, longley, filip = read("ames.csv"), read("strd/Longley.csv"), read("strd/Filip.csv")
    with tempfile.TemporaryDirectory() as scratch:
        answer = subprocess.run(["Rscript", "--vanilla", "make_diagnose.R", scratch], check=True,
                                text=True, stdout=subprocess.PIPE)
        print(answer.stdout.strip(), file=sys.stderr)
        r = {name: read(scratch + "/" + name + ".csv")
             for name in ("collinearity", "intervals", "nested")}
    six = ["x%d" % j for j in range(1, 7)]
    x6, y6 = columns(longley, six), [float(row["y"]) for row in longley]
    x18, price = columns(ames, FEATURES), [float(row["sale_price"]) for row in ames]
    weights = [float(row["year_sold"]) - 2005 for row in ames]
    grams = {"longley": Gram(x6, y6), "ames": Gram(x18, price),
             "ames_weighted": Gram(x18, price, weights)}

    # powers, rounded once to double, as strd.sql takes them; and powers that are exact doubles
    ten = ["x%d" % j for j in range(1, 11)]
    powers = {
        "filip": Gram([[float(Fraction(float(row["x"])) ** k) for k in range(1, 11)]
                       for row in filip], [float(row["y"]) for row in filip]),
        "powers": Gram([[float(i ** k) for k in range(1, 11)] for i in range(1, 21)], [0.0] * 20)}
    exact = {}
    for data, names, intercept, center in (
            ("longley", six, True, False), ("longley_no_intercept", six, False, False),
            ("longley_centered", six, True, True), ("ames", FEATURES, True, False),
            ("ames_weighted", FEATURES, True, False), ("filip", ten, True, False),
            ("powers", ten, True, False)):
        gram = powers.get(data) or grams.get(data) or grams["longley"]
        if not center:
            exact.update(with_key((data,), vif(gram, names, intercept)))
        exact.update(with_key((data,), indexes(gram, names, intercept, center)))
    merge("collinearity.csv", ["data", "quantity", "dimension", "term"], r["collinearity"], exact)

    some = range(1, 2931, 293)
    exact = {}
    for model, gram, x, rows, level, intercept in (
            ("longley", grams["longley"], x6, range(1, 17), "0.95", True),
            ("longley_no_intercept", grams["longley"], x6, range(1, 17), "0.99", False),
            ("ames", grams["ames"], x18, some, "0.95", True),
            ("ames_weighted", grams["ames_weighted"], x18, some, "0.8", True)):
        exact.update(with_key((model, level), intervals(gram, x, rows, mpf(float(level)), intercept)))
    # ridge: lambda 1000 on standardised coefficients, factors 0, 0.5, 1, 2, 4, 1 in turn
    gram = grams["ames_weighted"]
    penalty = [1000 * mpf(f) * to_mp(gram.variance(j))
               for j, f in enumerate([0, 0.5, 1, 2, 4, 1] * 3)]
    exact.update(with_key(("ames_ridge", "0.95"),
                          intervals(gram, x18, some, mpf(0.95), True, penalty)))
    # without an intercept, a penalty of 100 on coefficients as they are
    exact.update(with_key(("longley_ridge_no_intercept", "0.95"),
                          intervals(grams["longley"], x6, range(1, 17), mpf(0.95), False,
                                    [mpf(100)] * 6)))
    merge("intervals.csv", ["model", "level", "row", "statistic"], r["intervals"], exact)

    exact = {}
    for data, subsets in (("longley", ([0, 1], [0, 1, 4, 5], range(6))),
                          ("ames", ([], range(6), range(12), range(18))),
                          ("ames_weighted", (range(17), range(18)))):
        exact.update(with_key((data,), nested(grams[data], [list(s) for s in subsets])))
    for number in ("1", "2"):  # R adds the logarithms of the weights to the likelihood
        for statistic in ("aic", "bic"):
            exact["ames_weighted", number, statistic] -= sum(log(mpf(w)) for w in weights)
    merge("nested.csv", ["data", "number", "statistic"], r["nested"], exact)


if __name__ == "__main__":
    main()
