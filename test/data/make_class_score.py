#!/usr/bin/python3
"""Makes class_rows.csv, class_sklearn.csv and class_calibration.csv.

  cd test/data && /usr/bin/python3 make_class_score.py

Needs the Debian package python3-sklearn and python3-mpmath.  `exact` is computed for the doubles that
the rows are, in rational arithmetic (logarithms in 50 digits), and rounded once; how far scikit-learn
is from it goes to standard error.
"""
import csv
import sys
from fractions import Fraction

import numpy
import sklearn.metrics as metrics
from mpmath import log, mp, mpf
from sklearn.calibration import calibration_curve

mp.dps = 50
THRESHOLDS = [0.0, 0.3, 0.5, 1.0]
BINS = [1, 4, 10]


def cases():
    """case -> y, p, weight"""
    rng = numpy.random.default_rng(20240701)
    eta = rng.standard_normal(400)
    y = (rng.uniform(size=400) < 1 / (1 + numpy.exp(-2 * eta))).astype(int)
    yield "distinct", y, 1 / (1 + numpy.exp(-eta)), rng.uniform(0.1, 3, 400)
    # eleven values, on the edges of ten bins
    yield "ties", y, numpy.round(1 / (1 + numpy.exp(-eta)), 1), rng.integers(1, 5, 400)
    # far in the tails, 0 and 1 among them
    p = numpy.clip(1 / (1 + numpy.exp(-30 * eta)), 0, 1)
    p[:4] = 0, 1, 1e-300, 1 - 2.0 ** -53
    yield "extreme", y, p, 10.0 ** rng.uniform(-6, 6, 400)
    yield "rare", numpy.arange(300) % 100 == 7, rng.integers(0, 3, 300) / 7, rng.uniform(1, 2, 300)
    yield "constant", numpy.arange(50) % 3 == 0, numpy.full(50, 1 / 3), rng.uniform(1, 2, 50)
    yield "backwards", [1, 1, 0, 0], [0.1, 0.2, 0.8, 0.9], [1, 2, 3, 4]
    yield "two", [0, 1], [0.25, 0.75], [3, 1]


def number(v):
    return mpf(v.numerator) / v.denominator


def exact(y, p, w):
    y = [int(v) for v in y]
    p, w = [[Fraction(float(v)) for v in column] for column in (p, w)]
    total = sum(w)
    above, won, at = Fraction(0), Fraction(0), {}
    for t, q, u in zip(y, p, w):
        at.setdefault(q, [Fraction(0), Fraction(0)])[t] += u
    for q in sorted(at, reverse=True):
        won += at[q][0] * (above + at[q][1] / 2)
        above += at[q][1]
    happened = [max(q if t else 1 - q, Fraction(1, 2 ** 52)) for t, q in zip(y, p)]
    r = {
        "auc": won / (above * (total - above)),
        "brier": sum(u * (q - t) ** 2 for t, q, u in zip(y, p, w)) / total,
        "accuracy": sum(u for t, q, u in zip(y, p, w) if (q >= Fraction(1, 2)) == t) / total,
        "logloss": -sum(number(u) * log(number(h)) for h, u in zip(happened, w)) / number(total),
    }
    for threshold in THRESHOLDS:
        said = [q >= Fraction(threshold) for q in p]
        tp, fp, fn, tn = (sum([u for t, s, u in zip(y, said, w) if (s, t) == cell], Fraction(0))
                          for cell in ((True, 1), (True, 0), (False, 1), (False, 0)))
        r["mcc", threshold] = None
        if (tp + fp) * (tn + fn):
            scale = number((tp + fp) * (tn + fn) * (tp + fn) * (tn + fp)) ** 0.5
            r["mcc", threshold] = number(tp * tn - fp * fn) / scale
        r["f1", threshold] = 2 * tp / (2 * tp + fp + fn) if tp + fp + fn else None
        r["precision", threshold] = tp / (tp + fp) if tp + fp else None
        r["balanced_accuracy", threshold] = (tp / (tp + fn) + tn / (tn + fp)) / 2
    return {k: None if v is None else float(v) for k, v in r.items()}


def theirs(y, p, w):
    y, p = numpy.array(y, int), numpy.array(p, float)
    weight = {"sample_weight": w}
    r = {
        "auc": metrics.roc_auc_score(y, p, **weight),
        "brier": metrics.brier_score_loss(y, p, **weight),
        "accuracy": metrics.accuracy_score(y, p >= 0.5, **weight),
        "logloss": metrics.log_loss(y, p, **weight),
    }
    for threshold in THRESHOLDS:
        said = (p >= threshold).astype(int)
        one_sided = said.min() == said.max()
        r["mcc", threshold] = None if one_sided else metrics.matthews_corrcoef(y, said, **weight)
        r["f1", threshold] = metrics.f1_score(y, said, **weight)
        r["precision", threshold] = metrics.precision_score(y, said, **weight) if said.any() else None
        r["balanced_accuracy", threshold] = metrics.balanced_accuracy_score(y, said, **weight)
    return {k: None if v is None else float(v) for k, v in r.items()}


def write(name, header, rows):
    with open(name, "w", newline="") as file:
        out = csv.writer(file, lineterminator="\n")
        out.writerow(header)
        out.writerows([["" if v is None else repr(float(v)) if isinstance(v, float) else v for v in row]
                       for row in rows])


rows, answers, bins = [], [], []
for case, y, p, w in cases():
    w = numpy.array(w, float)
    rows += [[case, i, int(t), float(q), float(u)] for i, (t, q, u) in enumerate(zip(y, p, w), 1)]
    for weighted in (False, True):
        u = w if weighted else numpy.ones(len(w))
        sure, their = exact(y, p, u), theirs(y, p, u)
        for key, a in sure.items():
            b = their[key]
            metric, threshold = key if isinstance(key, tuple) else (key, None)
            answers.append([case, str(weighted).lower(), metric, threshold, b, a])
            if (a is None) != (b is None) or a is not None and abs(a - b) > 1e-13 * max(abs(a), 1e-3):
                print("%s%s: %s is %r, scikit-learn has %r" % (case, " weighted" if weighted else "", key, a, b),
                      file=sys.stderr)
    for n in BINS:
        for mean_y, mean_p in zip(*calibration_curve(numpy.array(y, int), p, n_bins=n)):
            bins.append([case, n, float(mean_p), float(mean_y)])
write("class_rows.csv", ["case", "i", "y", "p", "w"], rows)
write("class_sklearn.csv", ["case", "weighted", "metric", "threshold", "sklearn", "exact"], answers)
write("class_calibration.csv", ["case", "bins", "mean_p", "mean_y"], bins)
