#!/usr/bin/env python3
"""multinomial_sklearn.csv: scikit-learn's multinomial logistic regression on multinomial_rows.csv and iris.

    python3 test/data/make_multinomial.py > test/data/multinomial_sklearn.csv        (scikit-learn, numpy)

The rows: C = 1/6, by Newton steps to the end.  iris, whose setosa is separable, at C = 1, with the
log loss, accuracy and macro averages of its predictions.
"""
import csv
import warnings

import numpy as np
from sklearn.datasets import load_iris
from sklearn.linear_model import LogisticRegression
from sklearn.metrics import accuracy_score, cohen_kappa_score, f1_score, log_loss, precision_score, recall_score

warnings.filterwarnings("ignore")


def fit(x, y, c, weight=None):
    """To the end: scikit-learn's stopping rule, then exact Newton steps from there."""
    m = LogisticRegression(C=c, solver="newton-cg", tol=1e-12, max_iter=10000, multi_class="multinomial")
    m.fit(x, y, sample_weight=weight)
    k, q = len(m.classes_), x.shape[1] + 1
    z = np.hstack([np.ones((len(x), 1)), x])
    w = np.ones(len(x)) if weight is None else weight
    b = np.hstack([m.intercept_[:, None], m.coef_])
    start = b.copy()
    target = (y[:, None] == m.classes_[None, :]).astype(float)
    ridge = np.ones((k, q)) / c
    ridge[:, 0] = 0
    for _ in range(20):
        e = np.exp(z @ b.T - (z @ b.T).max(axis=1, keepdims=True))
        p = e / e.sum(axis=1, keepdims=True)
        g = ((p - target) * w[:, None]).T @ z + ridge * b
        h = np.diag(ridge.ravel())
        for a in range(k):
            for d in range(k):
                v = w * p[:, a] * ((a == d) - p[:, d])
                h[a * q:(a + 1) * q, d * q:(d + 1) * q] += (z * v[:, None]).T @ z
        h[0::q, 0::q] += 1  # the intercepts sum to what they did
        b -= np.linalg.solve(h, g.ravel()).reshape(k, q)
    assert np.abs(b - start).max() < 1e-4, np.abs(b - start).max()
    b[:, 0] -= b[:, 0].mean()
    return m.classes_, b


def put(name, classes, terms, b):
    for c, label in enumerate(classes):
        for j, term in enumerate(terms):
            print(f"{name},{label},{term},{b[c, j]!r}")


print("fit,class,term,estimate")
rows = list(csv.DictReader(open("test/data/multinomial_rows.csv")))
x = np.array([[float(r[t]) for t in ("x1", "x2", "x3")] for r in rows])
y = np.array([r["class"] for r in rows])
put("rows", *(lambda c, b: (c, ["(Intercept)", "x1", "x2", "x3"], b))(*fit(x, y, 1 / 6)))
w = np.array([float(r["w"]) for r in rows])
put("weighted", *(lambda c, b: (c, ["(Intercept)", "x1", "x2", "x3"], b))(*fit(x, y, 1 / 6, w)))
d = load_iris()
y = d.target_names[d.target]
classes, b = fit(d.data, y, 1.0)
put("iris", classes, ["(Intercept)", "sepal_length", "sepal_width", "petal_length", "petal_width"], b)
e = np.exp(np.hstack([np.ones((150, 1)), d.data]) @ b.T)
p = e / e.sum(axis=1, keepdims=True)
guess = classes[p.argmax(axis=1)]
for name, value in (
    ("log_loss", log_loss(y, p)),
    ("accuracy", accuracy_score(y, guess)),
    ("precision", precision_score(y, guess, average="macro")),
    ("recall", recall_score(y, guess, average="macro")),
    ("f1", f1_score(y, guess, average="macro")),
    ("kappa", cohen_kappa_score(y, guess)),
):
    print(f"iris,,{name},{float(value)!r}")
