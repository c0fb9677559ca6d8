"""Logistic and Poisson regression: R's glm, glmnet and scikit-learn beside the exact answers.

    cd test/data && /usr/bin/python3 make_logistic.py

Writes logistic_rows.csv (rows drawn from known coefficients), logistic_glm.csv,
logistic_glmnet.csv and logistic_sklearn.csv.  Needs r-base-core, r-cran-glmnet, python3-sklearn,
python3-gmpy2.  Runs make_logistic.R.  `exact` is found by Newton steps in 200 bits from the rows as
doubles; with an L1 penalty for the signs that glmnet found, and only where the optimality
conditions of all columns hold.
"""
import csv
import gzip
import subprocess
import sys
import tempfile
import warnings

import gmpy2
import numpy as np
from gmpy2 import mpfr
from sklearn.linear_model import LogisticRegression, PoissonRegressor

from make_reference import FEATURES

gmpy2.get_context().precision = 200
FIVE = "gr_liv_area lot_area year_built fireplaces garage_area".split()
STONES = "carat depth table x y z".split()
MADE = "x1 x2 x3 x4 x5".split()
TRUE = {"binomial": [-0.5, 1.0, -2.0, 0.5, 0.0, 0.25], "poisson": [0.2, 0.5, -0.3, 0.1, 0.0, 0.2]}


def make_rows():
    g = np.random.default_rng(20)
    x = np.column_stack([g.standard_normal(1000), g.random(1000), g.exponential(1, 1000),
                         g.standard_normal(1000), g.integers(0, 3, 1000)])
    x = np.round(x, 6)
    x[:, 3] = np.round(x[:, 3] + 2 * x[:, 0], 6)
    e = np.round(g.standard_normal(1000), 6)
    eta = TRUE["binomial"][0] + x @ TRUE["binomial"][1:]
    y = g.random(1000) < 1 / (1 + np.exp(-eta))
    clicks = g.poisson(np.exp(TRUE["poisson"][0] + x @ TRUE["poisson"][1:] + e))
    with open("logistic_rows.csv", "w", newline="") as f:
        w = csv.writer(f, lineterminator="\n")
        w.writerow(["y", "clicks", "w", "e"] + MADE)
        for i in range(1000):
            w.writerow([int(y[i]), clicks[i], g.integers(1, 5), "%.6g" % e[i]] + ["%.9g" % v for v in x[i]])


def read(name):
    with (gzip.open(name, "rt", newline="") if name.endswith("gz") else open(name, newline="")) as f:
        return list(csv.DictReader(f))


make_rows()
AMES, MADE_ROWS, DIAMONDS = read("ames.csv"), read("logistic_rows.csv"), read("diamonds.csv.gz")


def columns(rows, names):
    return np.array([[float(r[n]) for n in names] for r in rows])


def column(rows, name):
    return columns(rows, [name])[:, 0]


ONES = np.ones(len(AMES))
DEAR = (column(AMES, "sale_price") > 160000) * 1.0
SEEN = column(AMES, "year_sold") - 2005
ROOMS = column(AMES, "totrms_abvgrd")
# name: family, x, y, weights, offset, intercept
CASES = {
    "diamonds": ("binomial", columns(DIAMONDS, STONES[:3]), (column(DIAMONDS, "price") > 2401) * 1.0, None, None, True),
    "diamonds_all": ("binomial", columns(DIAMONDS, STONES), (column(DIAMONDS, "price") > 2401) * 1.0, None, None, True),
    "ames": ("binomial", columns(AMES, FEATURES), DEAR, None, None, True),
    "ames_weighted": ("binomial", columns(AMES, FEATURES), DEAR, SEEN, None, True),
    "ames_no_intercept": ("binomial", columns(AMES, FEATURES), DEAR, None, None, False),
    "ames_offset": ("binomial", columns(AMES, FEATURES), DEAR, None, (column(AMES, "year_built") - 1970) / 50, True),
    "ames_share": ("binomial", columns(AMES, FIVE), column(AMES, "bedroom_abvgr") / ROOMS, ROOMS, None, True),
    "made": ("binomial", columns(MADE_ROWS, MADE), column(MADE_ROWS, "y"), None, None, True),
    "made_weighted_offset": ("binomial", columns(MADE_ROWS, MADE), column(MADE_ROWS, "y"),
                             column(MADE_ROWS, "w"), column(MADE_ROWS, "e") / 3, True),
    "rooms": ("poisson", columns(AMES, FIVE), ROOMS, None, None, True),
    "rooms_weighted": ("poisson", columns(AMES, FIVE), ROOMS, SEEN, None, True),
    "rooms_offset": ("poisson", columns(AMES, FIVE[1:]), ROOMS, None,
                     np.log(column(AMES, "gr_liv_area") / 1000), True),
    "rooms_no_intercept": ("poisson", columns(AMES, FIVE), ROOMS, None, None, False),
    "clicks": ("poisson", columns(MADE_ROWS, MADE), column(MADE_ROWS, "clicks"), None, column(MADE_ROWS, "e"), True),
}
CASES["ames_free"] = CASES["ames"]
CASES["made_no_intercept"] = CASES["made"][:5] + (False,)

big = np.frompyfunc(lambda v: mpfr(float(v)), 1, 1)
exp = np.frompyfunc(gmpy2.exp, 1, 1)
log = np.frompyfunc(lambda v: gmpy2.log(v) if v > 0 else mpfr(0), 1, 1)
sqrt = np.frompyfunc(gmpy2.sqrt, 1, 1)


def solve(a, b):
    """a x = b by Cholesky; b may have columns."""
    a, b, n = a.copy(), b.copy(), len(a)
    for j in range(n):
        a[j, j] = gmpy2.sqrt(a[j, j])
        a[j + 1:, j] = a[j + 1:, j] / a[j, j]
        for k in range(j + 1, n):
            a[k:, k] -= a[k:, j] * a[k, j]
    for j in range(n):
        b[j] = b[j] / a[j, j]
        if j + 1 < n:
            b[j + 1:] -= np.multiply.outer(a[j + 1:, j], b[j])
    for j in range(n - 1, -1, -1):
        b[j] = (b[j] - sum(a[k, j] * b[k] for k in range(j + 1, n))) / a[j, j]
    return b


class Problem:
    def __init__(self, case, weights=None):
        self.family, x, y, w, offset, self.intercept = CASES[case]
        n = len(y)
        w = np.ones(n) if w is None else w
        self.float_x = x
        x = big(x)
        self.y, self.w = big(y), big(w) if weights is None else weights
        self.offset = big(np.zeros(n)) if offset is None else big(offset)
        self.total = self.w.sum()
        mean = (x * self.w[:, None]).sum(0) / self.total
        self.spread = sqrt((x * x * self.w[:, None]).sum(0) / self.total - mean * mean)
        # about the means, which only the intercept notices, for a start that converges
        self.centre = mean if self.intercept else mean * 0
        self.x = x - self.centre
        if self.intercept:
            self.x = np.column_stack([big(np.ones(n)), self.x])
        self.scale = np.concatenate([[mpfr(1)] * self.intercept, self.spread])

    def state(self, b):
        eta = self.x @ b + self.offset
        if self.family == "poisson":
            mu = exp(eta)
            return mu, mu
        mu = 1 / (1 + exp(-eta))
        return mu, mu * (1 - mu)

    def loss(self, mu):
        y, w = self.y, self.w
        if self.family == "poisson":
            return (w * (y * (log(y) - log(mu)) - (y - mu))).sum()
        return (w * (y * (log(y) - log(mu)) + (1 - y) * (log(1 - y) - log(1 - mu)))).sum()

    def saturated(self):
        lgamma = np.frompyfunc(lambda v: gmpy2.lgamma(v)[0], 1, 1)
        y, w = self.y, self.w
        if self.family == "poisson":
            return (w * (y * log(y) - y - lgamma(y + 1))).sum()
        share = np.array([0 < v < 1 for v in y])
        s = (w * (y * log(y) + (1 - y) * log(1 - y))).sum()
        w, y = w[share], y[share]
        return s + ((lgamma(w + 1) - lgamma(w * y + 1) - lgamma(w * (1 - y) + 1)).sum() if share.any() else 0)

    def fit(self, l1, l2, sign, start):
        """Minimise over the columns with a sign; l1, l2 for each; returns b of raw columns."""
        free = np.array([s != 0 for s in sign])
        # a start from floats, halving steps as need be
        b = np.where(free, big(start), mpfr(0))
        last = None
        for step in range(200):
            mu, v = self.state(b)
            f = self.loss(mu) + (l1 * np.abs(b)).sum() + (l2 * b * b).sum() / 2
            if last is not None and f > last and size > 1e-15:
                d = d / 2
                b = old + d
                continue
            a = self.x[:, free]
            g = a.T @ (self.w * (self.y - mu)) - (l1 * sign)[free] - (l2 * b)[free]
            h = a.T @ (a * (self.w * v)[:, None])
            h[np.diag_indices(len(h))] += l2[free]
            d = np.full(len(b), mpfr(0))
            d[free] = solve(h, g)
            size = float(max(abs(d * self.scale)))
            last, old = f, b
            if size < 1e-28:
                break
            b = b + d
        else:
            raise RuntimeError("no convergence: %g" % size)
        # the optimality conditions of all columns
        slope = self.x.T @ (self.w * (self.y - self.state(b)[0]))
        assert all(abs(s) <= l * (1 + mpfr(1e-20)) for s, l, f in zip(slope, l1, free) if not f)
        assert all(v * s > 0 for v, s, l in zip(b, sign, l1) if l > 0 and s != 0)
        self.information, self.free = h, free
        self.information[np.diag_indices(len(h))] -= l2[free]
        self.penalised = h.copy()
        self.penalised[np.diag_indices(len(h))] += l2[free]
        return b

    def raw(self, b):
        if self.intercept:
            return np.concatenate([[b[0] - (self.centre * b[1:]).sum()], b[1:]])
        return b

    def start(self):
        mean = float((self.w * self.y).sum() / self.total)
        b = np.zeros(self.x.shape[1])
        if self.intercept and not any(self.offset):
            b[0] = np.log(mean) if self.family == "poisson" else np.log(mean / (1 - mean))
        return b

    def errors(self):
        """Of raw columns: A^-1 C A^-1 with A the penalised information."""
        p = len(self.information)
        inverse = solve(self.penalised, big(np.eye(p)))
        cov = inverse @ self.information @ inverse
        var = cov[np.diag_indices(p)].copy()
        if self.intercept:
            t = np.concatenate([[mpfr(1)], -self.centre])
            var[0] = t @ cov @ t
        return sqrt(var)


def number(v):
    return "%.17g" % float(v)


def write(name, rows):
    with open(name, "w", newline="") as f:
        w = csv.DictWriter(f, rows[0].keys(), lineterminator="\n")
        w.writeheader()
        w.writerows(rows)


worst = {}


def note(what, theirs, exact, size=None):
    size = size or abs(exact)
    if size:
        worst[what] = max(worst.get(what, 0), float(abs(mpfr(theirs) - exact) / size))


with tempfile.TemporaryDirectory() as folder:
    subprocess.run(["Rscript", "--vanilla", "make_logistic.R", folder], check=True)
    glm, glmnet = read(folder + "/glm.csv"), read(folder + "/glmnet.csv")

# glm diverges
glm += [{"case": "diamonds_all", "term": t, "statistic": s, "r": ""} for t in ["(Intercept)"] + STONES
        for s in ("estimate", "std_error")]
exact = {}
for case in dict.fromkeys(r["case"] for r in glm):
    p = Problem(case)
    zero = np.full(p.x.shape[1], mpfr(0))
    b = p.fit(zero, zero, np.ones(len(zero)), p.start())
    names = ["(Intercept)"] * p.intercept + [r["term"] for r in glm if r["case"] == case
                                             and r["statistic"] == "estimate" and r["term"] != "(Intercept)"]
    for term, estimate, se in zip(names, p.raw(b), p.errors()):
        z = estimate / se
        exact[case, term, "estimate"], exact[case, term, "std_error"] = estimate, se
        exact[case, term, "z"], exact[case, term, "p"] = z, gmpy2.erfc(abs(z) / gmpy2.sqrt(mpfr(2)))
    loss = p.loss(p.state(b)[0])
    exact[case, "", "deviance"] = 2 * loss
    exact[case, "", "log_likelihood"] = p.saturated() - loss
    exact[case, "", "aic"] = 2 * (loss - p.saturated()) + 2 * len(b)
    if p.intercept:
        p.x = p.x[:, :1]
        zero = zero[:1]
        p.scale = p.scale[:1]
        alone = p.fit(zero, zero, np.ones(1), p.start())
        exact[case, "", "null_deviance"] = 2 * p.loss(p.state(alone)[0])
    else:
        exact[case, "", "null_deviance"] = 2 * p.loss(p.state(zero)[0])
    for i, t in enumerate(TRUE[p.family] if case in ("made", "clicks") else []):
        assert abs(exact[case, names[i], "estimate"] - t) < 3.5 * exact[case, names[i], "std_error"]
for r in glm:
    e = exact[r["case"], r["term"], r["statistic"]]
    r["exact"] = number(e)
    if r["statistic"] != "p" and r["r"]:
        note("glm %s %s" % (r["case"], r["statistic"]), r["r"], e)
write("logistic_glm.csv", glm)

for r in glmnet:
    factor = [0, 0] + [18 / 16] * 16 if r["case"] == "ames_free" else None
    p = Problem(r["case"])
    theirs = [float(v) for v in r["b"].strip("{}").split()]
    if not p.intercept:
        theirs = theirs[1:]
    sign = np.sign(theirs)
    f = big(np.ones(p.float_x.shape[1]) if factor is None else np.array(factor))
    s = p.spread if r["standardize"] == "true" else p.spread * 0 + 1
    scale = mpfr(float(r["lambda"])) * p.total
    ratio = mpfr(float(r["l1_ratio"]))
    l1, l2 = scale * ratio * f * s, scale * (1 - ratio) * f * s * s
    if p.intercept:
        l1, l2 = np.concatenate([[mpfr(0)], l1]), np.concatenate([[mpfr(0)], l2])
        sign[0] = 1
    sign[np.array([v == 0 for v in l1])] = 1
    start = np.array(theirs)
    if p.intercept:
        start[0] += (np.array(p.centre, float) * start[1:]).sum()
    b = p.raw(p.fit(l1, l2, sign, start))
    size = max(abs(v * w) for v, w in zip(b[p.intercept:], s))
    for t, v, w in zip(theirs[p.intercept:], b[p.intercept:], s):
        note("glmnet " + r["case"], t * w, v * w, size)
    b = list(b) if p.intercept else [mpfr(0)] + list(b)
    r["b"] = r["b"].replace(" ", ",")
    r["exact"] = "{" + ",".join(number(v) for v in b) + "}"
write("logistic_glmnet.csv", glmnet)

rows = []
for case, standardize, balanced, strength in [
        ("ames", True, False, 0.1), ("ames", True, False, 10), ("ames_weighted", True, False, 1),
        ("ames_weighted", True, False, 1000), ("ames", True, True, 5), ("ames_no_intercept", True, False, 3),
        ("made", False, False, 0.01), ("made", False, False, 25), ("made", False, True, 2),
        ("made_no_intercept", False, False, 4), ("rooms", True, False, 30), ("clicks_plain", False, False, 7)]:
    if case == "clicks_plain":
        CASES[case] = CASES["clicks"][:4] + (None, True)
    family, x, y, w, _, intercept = CASES[case]
    w = np.ones(len(y)) if w is None else w
    factor = np.where(y > 0, w.sum() / 2 / (w * y).sum(), w.sum() / 2 / (w * (1 - y)).sum()) if balanced else 1
    weight = w * factor
    # the plain weights: scikit-learn's StandardScaler knows nothing of classes
    mean = np.average(x, weights=weight, axis=0)
    sd = np.sqrt(np.average((x - mean) ** 2, weights=weight, axis=0)) if standardize else np.ones(x.shape[1])
    scaled = (x - (mean if intercept else 0)) / sd
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        if family == "poisson":
            m = PoissonRegressor(alpha=strength / weight.sum(), solver="newton-cholesky", tol=1e-12, max_iter=1000)
            theirs = m.fit(scaled, y, sample_weight=weight).coef_ / sd
        else:
            m = LogisticRegression(C=1 / strength, solver="newton-cholesky", tol=1e-12, max_iter=1000,
                                   fit_intercept=intercept, class_weight="balanced" if balanced else None)
            theirs = m.fit(scaled, y, sample_weight=w).coef_[0] / sd
    if balanced:
        ones = (big(w) * big(y)).sum()
        total = big(w).sum()
        of = {1.0: total / 2 / ones, 0.0: total / 2 / (total - ones)}
        p = Problem(case, np.array([mpfr(v) * of[t] for v, t in zip(w, y)]))
    else:
        p = Problem(case)
    s = p.spread if standardize else p.spread * 0 + 1
    l2 = mpfr(strength) * s * s
    if intercept:
        l2 = np.concatenate([[mpfr(0)], l2])
    b = p.fit(l2 * 0, l2, np.ones(len(l2)), p.start())
    se = p.errors()
    b = p.raw(b)
    intercept_of = m.intercept_ if family == "poisson" else m.intercept_[0]
    theirs = np.concatenate([[intercept_of - (theirs * mean).sum() if intercept else 0], theirs])
    if not intercept:
        b, se = np.concatenate([[mpfr(0)], b]), np.concatenate([[mpfr("nan")], se])
    size = max(abs(v * w) for v, w in zip(b[1:], s))
    for t, v, w_ in zip(theirs[1:], b[1:], s):
        note("sklearn " + case, t * w_, v * w_, size)
    rows.append({"case": case, "standardize": str(standardize).lower(), "balanced": str(balanced).lower(),
                 "lambda": strength, "sklearn": "{" + ",".join(map(number, theirs)) + "}",
                 "exact": "{" + ",".join(map(number, b)) + "}",
                 "exact_se": "{" + ",".join(map(number, se)) + "}"})
write("logistic_sklearn.csv", rows)
for what, v in worst.items():
    print("%-28s within %.1g of exact" % (what, v), file=sys.stderr)
