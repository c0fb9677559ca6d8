"""Elastic net from moments without rounding, for make_cv.py.

Moments are sums of rationals, so a training set's are all rows' less its fold's.  The
solver works in 300 bits and ends only where the optimality conditions of every column hold.
"""
import csv
import gzip

import gmpy2
from gmpy2 import mpfr, mpq, mpz

from make_reference import FEATURES, exactly, read

gmpy2.get_context().precision = 300
DIAMONDS = "carat depth table x y z".split()


def ames():
    """x, y, weights and folds, as test/pgtap/ames.psql has them."""
    rows = read("ames.csv")
    fold = [(int(r["sale_price"]) + 31 * int(r["lot_area"])) % 7919 % 10 + 1 for r in rows]
    return ([[float(r[f]) for f in FEATURES] for r in rows], [float(r["sale_price"]) for r in rows],
            [float(r["year_sold"]) - 2005 for r in rows], fold)


def diamonds():
    """As test/pgtap/diamonds.psql; the hundredths are those of the decimal number."""
    with gzip.open("diamonds.csv.gz", "rt", newline="") as file:
        rows = list(csv.DictReader(file))
    fold = [(int(r["price"]) + 31 * round(100 * float(r["carat"]))) % 7919 % 10 + 1 for r in rows]
    return ([[float(r[f]) for f in DIAMONDS] for r in rows], [float(r["price"]) for r in rows],
            [1.0] * len(rows), fold)


class Moments:
    """Weighted sums of [x, y, 1] and of their products."""

    def __init__(self, sums):
        self.sums, self.p = sums, len(sums) - 2
        self.weight = mpfr(sums[-1][-1])
        total = sums[-1][-1]
        # rounded once, after the cancellation
        self.c = [[mpfr(sums[i][j] - sums[i][-1] * sums[j][-1] / total) for j in range(self.p + 1)]
                  for i in range(self.p + 1)]
        self.mean = [mpfr(v / total) for v in sums[-1][:-1]]
        self.sd = [gmpy2.sqrt(self.c[j][j] / self.weight) for j in range(self.p + 1)]

    @classmethod
    def of(cls, x, y, weights):
        columns = [[mpq(v) for v in column] for column in list(zip(*x)) + [y, [1.0] * len(y)]]
        # a power of two makes integers of the doubles
        unit = [max(v.denominator for v in column) for column in columns]
        columns = [[mpz(v * u) for v in column] for column, u in zip(columns, unit)]
        weights = [mpz(v) for v in weights]
        sums = [[None] * len(columns) for _ in columns]
        for i, a in enumerate(columns):
            wa = [w * v for w, v in zip(weights, a)]
            for j in range(i, len(columns)):
                s = mpq(sum(v * u for v, u in zip(wa, columns[j])), unit[i] * unit[j])
                sums[i][j] = sums[j][i] = s
        return cls(sums)

    def __sub__(self, other):
        return Moments([[a - b for a, b in zip(r, s)] for r, s in zip(self.sums, other.sums)])

    def intercept(self, b):
        return self.mean[-1] - sum(m * v for m, v in zip(self.mean, b))

    def mse(self, intercept, b):
        """Weighted mean of (y - intercept - x b)^2 over the rows of these moments."""
        v = [-u for u in b] + [mpfr(1), -intercept]
        return sum(v[i] * sum(mpfr(s) * u for s, u in zip(row, v))
                   for i, row in enumerate(self.sums)) / self.weight

    def glmnet(self, lam, alpha, standardize):
        """The L1 and L2 penalties, per column, that glmnet's lambda is."""
        scale = self.sd[:-1] if standardize else [mpfr(1)] * self.p
        lam, alpha = mpfr(lam), mpfr(alpha)
        return ([self.weight * lam * alpha * s for s in scale],
                [self.weight * lam * (1 - alpha) / self.sd[-1] * s * s for s in scale])


def cholesky_solve(a, b):
    n, a, b = len(b), [row[:] for row in a], b[:]
    for j in range(n):
        for k in range(j):
            a[j][j] -= a[j][k] * a[j][k]
        a[j][j] = gmpy2.sqrt(a[j][j])
        for i in range(j + 1, n):
            for k in range(j):
                a[i][j] -= a[i][k] * a[j][k]
            a[i][j] /= a[j][j]
    for i in range(n):
        b[i] = (b[i] - sum(a[i][k] * b[k] for k in range(i))) / a[i][i]
    for i in reversed(range(n)):
        b[i] = (b[i] - sum(a[k][i] * b[k] for k in range(i + 1, n))) / a[i][i]
    return b


def elastic_net(m, l1, l2, start=None):
    """min 1/2 b'Cb - c'b + sum l1 |b| + 1/2 l2 b^2 for the moments m, from the solution `start`.

    Active set: solve for the signs at hand; go there, but no further than to the first
    coefficient that reaches zero, which leaves; once there, the column that violates its
    condition most enters with the sign of its gradient.
    """
    p, c = m.p, m.c
    b = list(start) if start else [mpfr(0)] * p
    sign = [int(gmpy2.sign(v)) for v in b]
    if not any(l1):
        sign = [1] * p
    while True:
        active = [j for j in range(p) if sign[j]]
        a = [[c[i][j] + (l2[i] if i == j else 0) for j in active] for i in active]
        u = [mpfr(0)] * p
        for j, v in zip(active, cholesky_solve(a, [c[j][p] - l1[j] * sign[j] for j in active])):
            u[j] = v
        crossing = [(b[j] / (b[j] - u[j]), j) for j in active if l1[j] and u[j] * sign[j] <= 0]
        if crossing:
            t, out = min(crossing)
            b = [v + t * (w - v) for v, w in zip(b, u)]
            b[out], sign[out] = mpfr(0), 0
            continue
        b = u
        g = [c[j][p] - sum(c[j][k] * b[k] for k in active) for j in range(p)]
        excess, enter = max(((abs(g[j]) - l1[j], j) for j in range(p) if not sign[j]),
                            default=(mpfr(-1), 0))
        if excess <= 0:
            return b
        sign[enter] = int(gmpy2.sign(g[enter]))


def array(values):
    """As PostgreSQL writes a float8[]."""
    return "{%s}" % ",".join(exactly(v) if v else "0" for v in values)
