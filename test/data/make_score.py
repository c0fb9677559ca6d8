#!/usr/bin/python3
"""Makes score_rows.csv, score_sklearn.csv and holdout_xxhash.csv.

  cd test/data && /usr/bin/python3 make_score.py

Needs the Debian packages python3-sklearn, python3-mpmath and python3-xxhash.  `exact` is computed
for the doubles that the rows are, in rational arithmetic (logarithms and roots in 60 digits), and
rounded once; how far scikit-learn is from it goes to standard error.
"""
import csv
import struct
import sys
import warnings
from fractions import Fraction

import numpy
import sklearn.metrics as metrics
import xxhash
from mpmath import log, mp, mpf, sqrt

warnings.filterwarnings("ignore")
mp.dps = 60
ROWS = 100
METRICS = ["mse", "rmse", "mae", "median_ae", "max_error", "mape", "msle", "r2", "explained_variance", "bias"]


def cases():
    """case -> rows (y, yhat, weight)"""
    rng = numpy.random.default_rng(20240501)
    normal, weights = rng.standard_normal, lambda n: rng.uniform(0.1, 3, n)

    y = 50 + 10 * normal(ROWS)
    yield "everyday", y, y + 3 * normal(ROWS), weights(ROWS)
    # tiny residuals, tiny spread on a large mean
    y = 1e9 + normal(ROWS)
    yield "large_mean", y, y + 1e-5 * normal(ROWS), weights(ROWS)
    y = 1e9 + normal(ROWS)
    y[0] = 0
    yield "far_first_row", y, y + 1e-3 * normal(ROWS), weights(ROWS)
    # only the last bits of y and yhat say anything: plain sums of squares keep none of them
    yield "tiny_spread", 1e12 + 1e-2 * normal(ROWS), 1e12 + 1e-2 * normal(ROWS), weights(ROWS)
    y = normal(ROWS)
    yield "biased", y, y / 2 + 1e13, weights(ROWS)
    # the row that comes first counts for next to nothing
    y = 1e9 + normal(ROWS)
    y[0] = -1e9
    w = weights(ROWS)
    w[0] = 1e-30
    yield "light_first_row", y, y + normal(ROWS), w
    y = rng.poisson(2, ROWS).astype(float)
    yield "counts", y, rng.gamma(2, 1, ROWS), weights(ROWS)
    y = normal(ROWS)
    yield "below_minus_one", y, y + normal(ROWS), weights(ROWS)
    y = rng.uniform(-1, 1, ROWS)
    yield "above_minus_one", y, numpy.clip(y + 0.1 * normal(ROWS), -0.999, None), weights(ROWS)
    y = numpy.exp(10 * normal(ROWS))
    yield "wide", y, y * numpy.exp(normal(ROWS)), weights(ROWS)
    # half of the weight falls between two errors
    yield "ties", [1, 2, 3, 4, 5, 6], [2, 4, 6, 4, 5, 6], [1, 2, 1, 1, 1, 2]
    yield "constant", [5, 5, 5, 5], [5, 4, 6.5, 5], [1, 2, 3, 4]
    yield "constant_right", [5, 5, 5, 5], [5, 5, 5, 5], [1, 2, 3, 4]
    yield "right", [5, 6, 7, 9], [5, 6, 7, 9], [1, 2, 3, 4]
    yield "worse_than_mean", [1, 2, 3, 4], [4, 3, 2, 1], [1, 2, 3, 4]
    yield "one_row", [3], [2.5], [2]
    yield "two_rows", [3, 0.1], [2.5, 0.3], [2, 0.7]


def exact_median(e, w):
    total, upto = sum(w), 0
    ranked = sorted(zip(e, w))
    for i, (v, u) in enumerate(ranked):
        upto += u
        if 2 * upto > total:
            return v
        if 2 * upto == total:
            return (v + ranked[i + 1][0]) / 2


def to_mp(v):
    return mpf(v.numerator) / v.denominator


def exact(y, yhat, w):
    y, yhat, w = [[Fraction(float(v)) for v in column] for column in (y, yhat, w)]
    total = sum(w)

    def mean(values):
        return sum(u * v for u, v in zip(w, values)) / total

    def variance(values):
        centre = mean(values)
        return mean([(v - centre) ** 2 for v in values])

    e = [p - t for t, p in zip(y, yhat)]
    distance = [abs(v) for v in e]
    mse, spread = mean([v * v for v in e]), variance(y)
    r = {
        "mse": mse,
        "rmse": sqrt(to_mp(mse)),
        "mae": mean(distance),
        "median_ae": exact_median(distance, w),
        "max_error": max(distance),
        "mape": mean([d / max(abs(t), Fraction(1, 2 ** 52)) for d, t in zip(distance, y)]),
        "bias": mean(e),
        "msle": None,
        "r2": 1 - mse / spread if spread else None,
        "explained_variance": 1 - variance(e) / spread if spread else None,
    }
    if min(y + yhat) > -1:
        logs = [log(to_mp((1 + t) / (1 + p))) ** 2 for t, p in zip(y, yhat)]
        r["msle"] = sum(to_mp(u) * v for u, v in zip(w, logs)) / to_mp(total)
    return {k: None if v is None else float(v) for k, v in r.items()}


def theirs(y, yhat, w):
    def ask(function):
        try:
            value = float(function(y, yhat, sample_weight=w))
        except ValueError:
            return None
        return None if numpy.isnan(value) else value

    return {
        "mse": ask(metrics.mean_squared_error),
        "rmse": ask(lambda *a, **k: metrics.mean_squared_error(*a, squared=False, **k)),
        "mae": ask(metrics.mean_absolute_error),
        "median_ae": ask(metrics.median_absolute_error),
        "max_error": float(metrics.max_error(y, yhat)),
        "mape": ask(metrics.mean_absolute_percentage_error),
        "msle": ask(metrics.mean_squared_log_error),
        "r2": ask(metrics.r2_score),
        "explained_variance": ask(metrics.explained_variance_score),
        "bias": float(numpy.average(numpy.subtract(yhat, y), weights=w)),
    }


def write(name, header, rows):
    with open(name, "w", newline="") as file:
        out = csv.writer(file, lineterminator="\n")
        out.writerow(header)
        out.writerows([["" if v is None else repr(v) if isinstance(v, float) else v for v in row] for row in rows])


def scores():
    rows, answers = [], []
    for case, y, yhat, w in cases():
        y, yhat, w = [[float(v) for v in column] for column in (y, yhat, w)]
        rows += [[case, i, *row] for i, row in enumerate(zip(y, yhat, w), 1)]
        for weighted in (False, True):
            sure = exact(y, yhat, w if weighted else [1.0] * len(y))
            their = theirs(y, yhat, w if weighted else None)
            for metric in METRICS:
                answers.append([case, str(weighted).lower(), metric, their[metric], sure[metric]])
                a, b = their[metric], sure[metric]
                if (a is None) != (b is None) or a is not None and abs(a - b) > 1e-12 * abs(b):
                    print("%s%s: %s is %r, scikit-learn has %r" % (
                        case, " weighted" if weighted else "", metric, b, a), file=sys.stderr)
    write("score_rows.csv", ["case", "i", "y", "yhat", "w"], rows)
    write("score_sklearn.csv", ["case", "weighted", "metric", "sklearn", "exact"], answers)


def hashes():
    """Each key's hash as two fractions that are next to it: held out at one, not at the other."""
    keys = [("bigint", str(k), struct.pack("<q", k)) for k in (
        0, 1, 2, 3, -1, 42, 1000, 65536, 2 ** 31 - 1, -2 ** 31, 2 ** 32, 2 ** 63 - 1, -2 ** 63, 1234567890123456789)]
    keys += [("text", k, k.encode()) for k in (
        "", "a", "0", "1", "42", "abc", "Zürich", "東京", "customer-0000001", "customer-0000002",
        "a key of more than thirty-two bytes, to go through all four lanes of the hash", " ", "a/b")]
    keys += [("uuid", k, bytes.fromhex(k.replace("-", ""))) for k in (
        "00000000-0000-0000-0000-000000000000", "f81d4fae-7dec-11d0-a765-00a0c91e6bf6",
        "ffffffff-ffff-ffff-ffff-ffffffffffff")]
    rows = []
    for kind, key, data in keys:
        for seed in (0, 1, 42, -1, 2 ** 63 - 1):
            h = Fraction(xxhash.xxh64_intdigest(data, seed=seed % 2 ** 64), 2 ** 64)
            # held out where h < fraction
            above = float(h)
            if Fraction(above) <= h:
                above = float(numpy.nextafter(above, 1))
            rows.append([kind, key, seed, float(numpy.nextafter(above, 0)), above])
    write("holdout_xxhash.csv", ["type", "key", "seed", "not_at", "held_out_at"], rows)


if __name__ == "__main__":
    scores()
    hashes()
