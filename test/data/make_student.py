#!/usr/bin/python3
"""Makes student_reference.csv: Student's t and F at hard and at everyday points.

  /usr/bin/python3 make_student.py

Needs the Debian packages python3-mpmath, python3-gmpy2 (for speed) and r-base-core.  `exact` is computed here from the double
that the point is, to 50 digits, and rounded once; `r` is what R gives.  The test uses `exact`,
because R is wrong beyond 1e-13 at the points listed on standard error.
"""
import csv
import subprocess
import sys

from mpmath import mp, mpf, betainc, exp, log, loggamma, nstr, sqrt

DIGITS = 50
SMALLEST = mpf("1e-300")


def prefactor(a, b, x, y):
    return exp(a * log(x) + b * log(y) + loggamma(a + b) - loggamma(a) - loggamma(b))


def series(a, b, x, y):
    """I_x(a, b) by its series of positive terms (DLMF 8.17.8 with 15.8.1)."""
    term = total = mpf(1)
    k = 0
    while True:
        ratio = (a + b + k) * x / (a + 1 + k)
        term *= ratio
        total += term
        k += 1
        # all further ratios are at most max(this one, x)
        rest = max(ratio, x)
        if rest < 1 and term * rest / (1 - rest) < total * mpf(10) ** -mp.dps:
            return prefactor(a, b, x, y) / a * total


def fraction(a, b, x, y):
    """I_x(a, b) by the continued fraction DLMF 8.17.22, for x below the mean; modified Lentz."""
    c = f = mpf(1)
    d = mpf(0)
    j = 1
    while True:
        m = j // 2
        if j % 2:
            coefficient = -(a + m) * (a + b + m) * x / ((a + 2 * m) * (a + 2 * m + 1))
        else:
            coefficient = m * (b - m) * x / ((a + 2 * m - 1) * (a + 2 * m))
        d = 1 / (1 + coefficient * d)
        c = 1 + coefficient / c
        f *= c * d
        if abs(c * d - 1) < mpf(10) ** -(mp.dps - 5):
            return prefactor(a, b, x, y) / (a * f)
        j += 1


def negligible(f, df1, df2):
    """Whether P(F > f) is far below SMALLEST or next to 1, from the density alone."""
    mp.dps = DIGITS
    w = mpf(df1) * f / df2
    a, b = mpf(df2) / 2, mpf(df1) / 2
    density = prefactor(a, b, 1 / (1 + w), w / (1 + w))
    return density < (SMALLEST * mpf("1e-20") if f > 1 else mpf("1e-12"))


def areas(f, df1, df2):
    """P(F > f) to DIGITS digits, and P(F < f) to as many behind the point."""
    mp.dps = DIGITS + 40
    while True:
        w = df1 * f / df2
        a, b, x, y = df2 / 2, df1 / 2, 1 / (1 + w), w / (1 + w)
        method = fraction if min(a, b) > 2000 else series
        # The side whose first ratios fall fastest; the other one is its complement
        upper_first = x < (a + 1) / (a + b + 2)
        if method is series:
            # far fewer terms on the side of the small argument
            upper_first = x < 0.9 and (upper_first or y > 0.9)
        if upper_first:
            upper = method(a, b, x, y)
            lower = 1 - upper
        else:
            lower = method(b, a, y, x)
            upper = 1 - lower
        # a complement must have kept its digits
        lost = -int(log(upper, 10)) if upper > 0 else mp.dps
        if mp.dps >= DIGITS + 20 + lost:
            return upper, lower
        if mp.dps > 1500:
            raise ArithmeticError((f, df1, df2))
        mp.dps += max(100, lost)


def t_pvalue(t, df):
    return areas(mpf(t) ** 2, mpf(1), mpf(df))[0]


def f_pvalue(f, df1, df2):
    return areas(mpf(f), mpf(df1), mpf(df2))[0]


def t_quantile(p, df, start):
    """Newton's method on log t, from R's value, until it stands still."""
    centre = abs(mpf(p) - mpf("0.5"))
    tail = min(mpf(p), 1 - mpf(p))
    df = mpf(df)
    t = abs(mpf(start))
    for _ in range(60):
        upper, lower = areas(t * t, mpf(1), df)
        w = t * t / df
        slope = 2 * prefactor(df / 2, mpf("0.5"), 1 / (1 + w), w / (1 + w))
        if centre < 0.25:
            step = log(2 * centre / lower) * lower / slope
        else:
            step = log(upper / (2 * tail)) * upper / slope
        # a short leash for starts that are far off
        step = max(min(step, mpf(1)), mpf(-1))
        t *= exp(step)
        if abs(step) < mpf("1e-40"):
            return t if p > 0.5 else -t
    raise ArithmeticError((p, df))


def points():
    for df in (0.5, 1, 1.5, 2, 3, 4.7, 9, 29.25, 30, 100, 1234.5, 1e4, 1e6, 123456789, 1e9):
        for t in (1e-10, 1e-3, 0.1, 0.5, 1, 1.7, 1.75, 1.96, 3, -5, 10, 20, 37, 100, 1e4, 1e10, 1e30):
            if t < 1 or not negligible(mpf(t) ** 2, 1, df) and t_pvalue(t, df) > SMALLEST:
                yield "t_pvalue", t, df, None
    for df in (0.5, 1, 2, 3, 6.3, 12, 30, 366.5, 2911, 1e6, 1e9):
        for p in (1e-300, 1e-100, 1e-16, 1e-6, 0.005, 0.025, 0.2, 0.25, 0.3, 0.45, 0.499999, 0.5 - 2.0 ** -50,
                  0.5 + 1e-9, 0.6, 0.74, 0.75, 0.76, 0.95, 0.975, 0.9995, 1 - 2.0 ** -50):
            # at df = 1/2 quantiles below 1e-150 leave the range of a double
            if not (df < 1 and p < 1e-150):
                yield "t_quantile", p, df, None
    for df1 in (0.5, 1, 2, 3.5, 6, 18, 120, 1e4, 1e6, 1e9):
        for df2 in (0.5, 1, 4, 9.5, 34, 2911, 1e6, 1e9):
            for f in (1e-6, 0.25, 0.9, 1, 1.00001, 1.05, 2.5, 12, 330.285, 1e5, 1e30):
                if min(df1, df2) > 3e3 and f not in (0.9, 1, 1.00001, 1.05):
                    continue
                if negligible(mpf(f), df1, df2):
                    continue
                upper = f_pvalue(f, df1, df2)
                if SMALLEST < upper < mpf("0.9999999"):
                    yield "f_pvalue", f, df1, df2


def ask_r(rows):
    text = "".join("%s,%s,%s,%s\n" % (fn, float(x).hex(), float(df1).hex(), float(df2 or 1).hex())
                   for fn, x, df1, df2 in rows)
    answer = subprocess.run(["Rscript", "--vanilla", "make_student.R"], input=text, text=True,
                            check=True, stdout=subprocess.PIPE)
    return [float(line) for line in answer.stdout.split()]


def main():
    rows = list(points())
    answers = ask_r(rows)
    assert len(answers) == len(rows)
    wrong = 0
    with open("student_reference.csv", "w", newline="") as file:
        out = csv.writer(file, lineterminator="\n")
        out.writerow(["fn", "x", "df1", "df2", "exact", "r"])
        for (fn, x, df1, df2), r in zip(rows, answers):
            if fn == "t_pvalue":
                exact = t_pvalue(x, df1)
            elif fn == "f_pvalue":
                exact = f_pvalue(x, df1, df2)
            else:
                exact = t_quantile(x, df1, r if 0 < abs(r) < 1e308 else 1e10)
            mp.dps = DIGITS
            if fn != "t_quantile" and max(df1, df2 or 0) <= 200 and exact > 1e-30 and abs(x) < 100:
                f, d1, d2 = (mpf(x) ** 2, 1, mpf(df1)) if df2 is None else (mpf(x), mpf(df1), mpf(df2))
                mp.dps = 2 * DIGITS
                other = betainc(d2 / 2, mpf(d1) / 2, 0, d2 / (d2 + d1 * f), regularized=True)
                assert abs(other / exact - 1) < mpf("1e-35"), (fn, x, df1, df2)
                mp.dps = DIGITS
            error = abs(mpf(r) / exact - 1) if abs(r) < 1e308 else mpf("inf")
            if error > 1e-13:
                wrong += 1
                print("R is off by %8s at %s(%r, %r%s)" % (
                    nstr(error, 2), fn, x, df1, "" if df2 is None else ", %r" % df2), file=sys.stderr)
            out.writerow([fn, repr(x), repr(df1), "" if df2 is None else repr(df2),
                          repr(float(exact)), repr(r)])
    print("%d points, R off by more than 1e-13 at %d" % (len(rows), wrong), file=sys.stderr)


if __name__ == "__main__":
    main()
