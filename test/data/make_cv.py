#!/usr/bin/python3
"""Makes path_coef.csv, cv_glmnet.csv and cv_sklearn.csv from ames.csv and diamonds.csv.gz.

  cd test/data && /usr/bin/python3 make_cv.py

Needs the packages of make_reference.py and python3-gmpy2.  The columns that begin `exact` are
exact.py's; the others are what the named program gives.  Standard error says how far apart they are.
"""
import subprocess
import sys
import tempfile
import warnings

import numpy
import sklearn
from gmpy2 import mpfr, sqrt
from sklearn.linear_model import ElasticNet, ElasticNetCV, LassoCV, Ridge, RidgeCV, enet_path
from sklearn.model_selection import GridSearchCV, PredefinedSplit
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import StandardScaler

from exact import Moments, ames, array, diamonds, elastic_net
from make_reference import exactly, read, write

warnings.filterwarnings("ignore")
TOL, MAX_ITER = 1e-14, 10**7
FOLDS = range(1, 11)


class Data:
    """Moments of each fold, of all rows, and of all rows but those of a fold."""

    def __init__(self, x, y, weights, fold):
        self.x, self.y, self.weights, self.fold = (numpy.array(v) for v in (x, y, weights, fold))
        rows = [[i for i, f in enumerate(fold) if f == k] for k in FOLDS]
        self.folds = [Moments.of([x[i] for i in r], [y[i] for i in r], [weights[i] for i in r])
                      for r in rows]
        self.all = Moments.of(x, y, weights)
        self.training = [self.all - f for f in self.folds]

    def mse(self, lambdas, penalty):
        """Each fold's mean squared error at each lambda, descending; penalty(moments, lambda)."""
        out = []
        for training, fold in zip(self.training, self.folds):
            b, errors = None, []
            for lam in lambdas:
                b = elastic_net(training, *penalty(training, lam), start=b)
                errors.append(fold.mse(training.intercept(b), b))
            out.append(errors)
        return list(zip(*out))


def load():
    a, d = ames(), diamonds()
    return {("ames", "false"): Data(a[0], a[1], [1.0] * len(a[1]), a[3]),
            ("ames", "true"): Data(*a), ("diamonds", "false"): Data(*d)}


def sums(lam, l1_ratio, m, standardize):
    """The penalties that lambda is in the scale of the sum."""
    scale = m.sd[:-1] if standardize else [mpfr(1)] * m.p
    return ([mpfr(lam) * mpfr(l1_ratio) * s for s in scale],
            [mpfr(lam) * (1 - mpfr(l1_ratio)) * s * s for s in scale])


def say(what, got, exact):
    off = max(abs(mpfr(float(g)) / e - 1) for g, e in zip(got, exact))
    print("%s: off by %.1e" % (what, float(off)), file=sys.stderr)


def group(rows, keys):
    out = {}
    for row in rows:
        out.setdefault(tuple(row[k] for k in keys), []).append(row)
    return out.items()


def path_rows(package, name, standardize, l1_ratio, moments, penalty, given):
    """given: step, lambda, intercept, coefficients, as the package has them; descending lambdas."""
    out, b, off, off_intercept = [], None, mpfr(0), mpfr(0)
    for step, lam, intercept, coefficients in given:
        b = elastic_net(moments, *penalty(lam), start=b)
        off = max(off, max(abs(mpfr(g) - e) / max(map(abs, b)) for g, e in zip(coefficients, b)))
        e = moments.intercept(b)
        off_intercept = max(off_intercept, abs(mpfr(intercept) / e - 1))
        out.append([package, name, standardize, l1_ratio, step, exactly(lam), exactly(intercept),
                    array(coefficients), exactly(e), array(b)])
    print("%s path, %s, standardize %s, l1_ratio %s: off by %.1e of max |b|, intercept by %.1e"
          % (package, name, standardize, l1_ratio, off, off_intercept), file=sys.stderr)
    return out


def paths(data, glmnet):
    out = []
    for (name, standardize, alpha), rows in group(glmnet, ["data", "standardize", "l1_ratio"]):
        m = data[name, "false"].all
        given = [(row["step"], float(row["lambda"]), float(row["intercept"]),
                  [float(v) for v in row["coefficients"].split()]) for row in rows]
        out += path_rows("glmnet", name, standardize, alpha, m,
                         lambda lam: m.glmnet(lam, alpha, standardize == "true"), given)
    for name in "ames", "diamonds":
        d = data[name, "false"]
        m, mean = d.all, d.x.mean(axis=0)
        for l1_ratio in 1, 0.5:
            # its own grid, every tenth
            alphas = enet_path(d.x - mean, d.y - d.y.mean(), l1_ratio=l1_ratio, tol=1e-2)[0]
            given = []
            for k in range(9, 100, 10):
                fit = ElasticNet(alpha=alphas[k], l1_ratio=l1_ratio, tol=TOL, max_iter=MAX_ITER)
                fit.fit(d.x, d.y)
                given.append((k + 1, alphas[k], fit.intercept_, fit.coef_))
            out += path_rows("sklearn", name, "false", "%g" % l1_ratio, m,
                             lambda lam: sums(m.weight * mpfr(float(lam)), l1_ratio, m, False), given)
    write("path_coef.csv", ["package", "data", "standardize", "l1_ratio", "step", "lambda", "intercept",
                            "coefficients", "exact_intercept", "exact_coefficients"], out)


def cv_glmnet(data, glmnet):
    out = []
    for case, rows in group(glmnet, ["data", "weighted", "standardize", "l1_ratio"]):
        name, weighted, standardize, alpha = case
        d = data[name, weighted]
        mse = d.mse([float(row["lambda"]) for row in rows],
                    lambda m, lam: m.glmnet(lam, alpha, standardize == "true"))
        b = None
        for row in rows[1:]:
            penalty = d.all.glmnet(float(row["lambda"]), alpha, standardize == "true")
            b = elastic_net(d.all, *penalty, start=b)
            assert int(row["nonzero"]) == sum(v != 0 for v in b)
        share = [f.weight / d.all.weight for f in d.folds]
        cvm = [sum(s * v for s, v in zip(share, errors)) for errors in mse]
        cvsd = [sqrt(sum(s * (v - c) ** 2 for s, v in zip(share, errors)) / (len(FOLDS) - 1))
                for c, errors in zip(cvm, mse)]
        best = min(range(len(cvm)), key=cvm.__getitem__)
        within = min(i for i, v in enumerate(cvm) if v <= cvm[best] + cvsd[best])
        assert rows[best]["is_min"] == rows[within]["is_1se"] == "true"
        where = "cv.glmnet, %s, weighted %s, standardize %s, alpha %s, " % case
        print("%sthe best is lambda %d, within 1 se %d" % (where, best + 1, within + 1), file=sys.stderr)
        say(where + "cvm", [float(row["cvm"]) for row in rows], cvm)
        say(where + "cvsd", [float(row["cvsd"]) for row in rows], cvsd)
        for row, c, s in zip(rows, cvm, cvsd):
            out.append([*case, row["step"], exactly(row["lambda"]), exactly(row["cvm"]),
                        exactly(row["cvsd"]), row["nonzero"], row["is_min"], row["is_1se"], exactly(c),
                        exactly(s)])
    write("cv_glmnet.csv", ["data", "weighted", "standardize", "l1_ratio", "step", "lambda", "cvm",
                            "cvsd", "nonzero", "is_min", "is_1se", "exact_cvm", "exact_cvsd"], out)


def cv_sklearn(d):
    split = PredefinedSplit(d.fold - 1)
    out = []

    def add(method, l1_ratio, standardize, scale, alphas, mse, chosen):
        """mse: of each alpha, descending, and fold."""
        exact = d.mse([float(a) for a in alphas], lambda m, lam: sums(
            mpfr(lam) * (m.weight if scale == "mean" else 1), l1_ratio, m, standardize))
        where = "sklearn, %s, l1_ratio %g, standardize %s: " % (method, l1_ratio, standardize)
        mean = [float(numpy.mean(v)) for v in mse]
        exact_mean = [sum(v) / len(v) for v in exact]
        best = min(range(len(exact)), key=exact_mean.__getitem__)
        assert alphas[best] == chosen
        print("%sthe best is alpha %d of %d" % (where, best + 1, len(alphas)), file=sys.stderr)
        say(where + "mean", mean, exact_mean)
        say(where + "folds", [v for r in mse for v in r], [v for r in exact for v in r])
        for step, (alpha, m, folds, em, e) in enumerate(zip(alphas, mean, mse, exact_mean, exact)):
            out.append([method, "%g" % l1_ratio, str(standardize).lower(), scale, step + 1,
                        exactly(alpha), exactly(m), array(folds), str(alpha == chosen).lower(), exactly(em), array(e)])

    for method, l1_ratio, fit in (
            ("LassoCV", 1, LassoCV(cv=split, tol=TOL, max_iter=MAX_ITER)),
            ("ElasticNetCV", 0.5, ElasticNetCV(l1_ratio=0.5, cv=split, tol=TOL, max_iter=MAX_ITER)),
            ("ElasticNetCV", 0.9, ElasticNetCV(l1_ratio=0.9, cv=split, tol=TOL, max_iter=MAX_ITER,
                                               alphas=numpy.logspace(6, -1, 15)))):
        fit.fit(d.x, d.y)
        add(method, l1_ratio, False, "mean", fit.alphas_, fit.mse_path_, fit.alpha_)

    def search(model, alphas):
        """GridSearchCV: each fold's mean squared errors, and its choice."""
        name = [k for k in model.get_params() if k.endswith("alpha")][0]
        grid = GridSearchCV(model, {name: alphas}, cv=split, scoring="neg_mean_squared_error")
        grid.fit(d.x, d.y)
        scores = [grid.cv_results_["split%d_test_score" % k] for k in range(len(FOLDS))]
        return -numpy.array(scores).T, grid.best_params_[name], grid.best_score_

    alphas = numpy.logspace(7, -2, 37)
    mse, chosen, score = search(Ridge(), alphas)
    fit = RidgeCV(alphas, cv=split, scoring="neg_mean_squared_error").fit(d.x, d.y)
    assert fit.alpha_ == chosen and fit.best_score_ == score
    add("RidgeCV", 0, False, "sum", alphas, mse, chosen)
    # scaled by each training set's own standard deviations
    alphas = numpy.logspace(5, -1, 25)
    add("RidgeCV", 0, True, "sum", alphas, *search(make_pipeline(StandardScaler(), Ridge()), alphas)[:2])
    alphas = numpy.logspace(5, 1, 17)
    lasso = ElasticNet(l1_ratio=1, tol=TOL, max_iter=MAX_ITER)
    add("LassoCV", 1, True, "mean", alphas, *search(make_pipeline(StandardScaler(), lasso), alphas)[:2])
    write("cv_sklearn.csv", ["method", "l1_ratio", "standardize", "lambda_scale", "step", "lambda",
                             "mse", "fold_mse", "is_min", "exact_mse", "exact_fold_mse"], out)


def main():
    with tempfile.TemporaryDirectory() as scratch:
        answer = subprocess.run(["Rscript", "--vanilla", "make_cv.R", scratch], check=True,
                                text=True, stdout=subprocess.PIPE)
        print(answer.stdout.strip(), "numpy", numpy.__version__, "scikit-learn",
              sklearn.__version__, file=sys.stderr)
        path, cv = read(scratch + "/path.csv"), read(scratch + "/cv.csv")
    data = load()
    paths(data, path)
    cv_glmnet(data, cv)
    cv_sklearn(data["ames", "false"])


if __name__ == "__main__":
    main()
