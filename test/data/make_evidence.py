# make_evidence.py: the penalty that BayesianRidge of scikit-learn finds without hyperpriors, on iv_rows.csv and parts of it.
#
#   python3 make_evidence.py          (python3-sklearn, python3-pandas)

import numpy as np
import pandas as pd
from sklearn.linear_model import BayesianRidge

rows = pd.read_csv("iv_rows.csv")
names = ["z1", "z2", "z3", "x1", "d1", "d2"]
noise = np.sin(np.outer(np.arange(300), np.arange(1, 31)) ** 2)


def fit(x, y, intercept=True):
    m = BayesianRidge(alpha_1=0, alpha_2=0, lambda_1=0, lambda_2=0, tol=1e-14, n_iter=200000, fit_intercept=intercept)
    m.fit(x, y)
    return m.lambda_ / m.alpha_, m.coef_


def scaled(x):
    s = x.std(axis=0)
    return x / s, s


x, y = rows[names].to_numpy(), rows.y.to_numpy()
out = []
for case, (a, b, intercept) in {
    "all": (x, y, True),
    "no intercept": (x, y, False),
    "few rows": (x[:25], y[:25], True),
    "with noise": (np.hstack([x, noise]), y, True),
    "standardized": (scaled(np.hstack([x * [1, 10, 100, 1e3, 1e-3, 1], noise]))[0], y, True),
    "collinear": (np.hstack([x, x[:, :1] + 1e-4 * noise[:, :1]]), y, True),
}.items():
    lam, coef = fit(a, b, intercept)
    if case == "standardized":
        coef = coef / scaled(np.hstack([x * [1, 10, 100, 1e3, 1e-3, 1], noise]))[1]
    out.append((case, 0, lam))
    out += [(case, j + 1, c) for j, c in enumerate(coef)]
with open("evidence.csv", "w") as f:
    f.write("c,i,value\n")
    for c, i, v in out:
        f.write(f"{c},{i},{float(v)!r}\n")
