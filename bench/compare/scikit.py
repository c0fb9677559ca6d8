"""scikit.py REQUEST: what a Python user's program takes for a task of the comparison, the way of the rows from the server
included.  Called by run.py; REQUEST and the answer are JSON.  Without REQUEST: the versions, of what is installed."""
import json
import os
import subprocess
import sys
import time
import warnings

sys.path.insert(0, os.path.dirname(os.path.dirname(os.path.abspath(__file__))))
import numpy as np
import sklearn
from sklearn.linear_model import GammaRegressor, LassoCV, LinearRegression, LogisticRegression, Ridge, RidgeCV, lasso_path

from rows import read_binary, write_binary

try:
    import pandas
except ImportError:
    pandas = None
try:
    import statsmodels
    import statsmodels.api
    from statsmodels.regression.rolling import RollingOLS
except ImportError:
    statsmodels = None

try:
    import glum
except ImportError:
    glum = None

FILE = os.path.join(os.environ.get("L2REG_TMP", "/tmp"), "rows.bin")
phases = {}


def phase(name, do):
    start = time.perf_counter()
    value = do()
    phases[name] = phases.get(name, 0) + time.perf_counter() - start
    return value


class Session:
    """psql, connected: a user's program is, too"""

    def __init__(self):
        self.process = subprocess.Popen(["psql", "-XqAt", "-v", "ON_ERROR_STOP=1"], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
        self.do("SELECT 1;")

    def do(self, command):
        self.process.stdin.write(f"{command}\nSELECT 'done';\n")
        self.process.stdin.flush()
        for line in self.process.stdout:
            if line == "done\n":
                return
        sys.exit("psql: ERROR: see above")


def rows(ask, keys="", order=""):
    """y and x, and before them what is asked for beside"""
    columns = "x" if ask["array"] else ", ".join(f"x{i + 1}" for i in range(ask["p"]))

    phase("export", lambda: server.do(f"COPY (SELECT {keys} y, {columns} FROM {ask['schema']}.{ask['table']} {order}) TO STDOUT (FORMAT binary) \\g {FILE}"))
    scalars = 1 + keys.count(",")
    values = phase("read", lambda: read_binary(FILE, scalars, ask["p"]) if ask["array"] else read_binary(FILE, scalars + ask["p"]))
    return [values[:, i] for i in range(scalars)] + [values[:, scalars:]]


def coefficients(model):
    return [float(np.ravel(model.intercept_)[0])] + np.ravel(model.coef_).tolist()


def normal_equations(y, x, penalty):
    """What numpy takes at least"""
    mean = x.mean(0)
    x = x - mean
    b = np.linalg.solve(x.T @ x + penalty * np.eye(x.shape[1]), x.T @ (y - y.mean()))
    return [float(y.mean() - mean @ b)] + b.tolist()


def lstsq(y, x, penalty):
    return np.linalg.lstsq(np.column_stack([np.ones(len(y)), x]), y, rcond=None)[0].tolist()


def fit(ask, method):
    y, x = rows(ask)
    return phase("fit", lambda: method(y, x))


def ridge(ask):
    return fit(ask, lambda y, x: coefficients(Ridge(alpha=ask["penalty"]).fit(x, y)))


def ols(ask):
    return fit(ask, lambda y, x: coefficients(LinearRegression().fit(x, y)))


def numpy_normal(ask):
    return fit(ask, lambda y, x: normal_equations(y, x, ask["penalty"]))


def numpy_lstsq(ask):
    return fit(ask, lambda y, x: lstsq(y, x, 0))


def lasso_cv(ask):
    return fit(ask, lambda y, x: LassoCV(cv=10, n_alphas=100, eps=1e-4).fit(np.asfortranarray(x), y) and None)


def ridge_loo(ask):
    return fit(ask, lambda y, x: RidgeCV(alphas=np.logspace(-2, 4, 100)).fit(x, y) and None)


def path(ask):
    def do(y, x):
        x = np.asfortranarray(x - x.mean(0))
        lasso_path(x, y - y.mean(), eps=1e-4, n_alphas=100)

    return fit(ask, do)


def logistic(ask):
    return fit(ask, lambda y, x: coefficients(LogisticRegression(C=1 / ask["penalty"], solver="newton-cholesky", tol=1e-8).fit(x, y)))


def clusters(ask):
    g, y, x = rows(ask, "g::float8,")

    def do():
        fitted = statsmodels.api.OLS(y, statsmodels.api.add_constant(x)).fit(cov_type="cluster", cov_kwds={"groups": g.astype(int)})
        return fitted.params.tolist() if np.all(fitted.bse > 0) else None

    return phase("fit", do)


def gamma_statsmodels(ask):
    family = statsmodels.api.families.Gamma(statsmodels.api.families.links.log())
    return fit(ask, lambda y, x: statsmodels.api.GLM(y, statsmodels.api.add_constant(x), family).fit().params.tolist())


def gamma_sklearn(ask):
    return fit(ask, lambda y, x: coefficients(GammaRegressor(alpha=0, solver="newton-cholesky", tol=1e-8).fit(x, y)))


def gamma_glum(ask):
    return fit(ask, lambda y, x: coefficients(glum.GeneralizedLinearRegressor(family="gamma", link="log", alpha=0).fit(x, y)))


def multinomial(ask):
    return fit(ask, lambda y, x: LogisticRegression(C=1, tol=1e-6, max_iter=1000).fit(x, y) and None)


def groups(ask, method):
    g, y, x = rows(ask, "g::float8,")

    def do():
        frame = pandas.DataFrame(x)
        frame["y"] = y
        features = list(range(ask["p"]))
        return [len([method(rows["y"].to_numpy(), rows[features].to_numpy()) for _, rows in frame.groupby(g.astype(int))])]

    return phase("fit", do)


def groups_sklearn(ask):
    return groups(ask, lambda y, x: Ridge(alpha=ask["penalty"]).fit(x, y))


def groups_numpy(ask):
    return groups(ask, lambda y, x: normal_equations(y, x, ask["penalty"]))


def rolling_ols(ask):
    y, x = rows(ask, order="ORDER BY id")
    x = np.column_stack([np.ones(len(y)), x])
    return phase("fit", lambda: RollingOLS(y, x, window=100).fit(params_only=True).params[-1].tolist())


def rolling_pandas(ask):
    """One feature: the slope is covariance by variance"""
    y, x = rows(ask, order="ORDER BY id")

    def do():
        y_, x_ = pandas.Series(y), pandas.Series(x[:, 0])
        slope = y_.rolling(100).cov(x_) / x_.rolling(100).var()
        return [float((y_.rolling(100).mean() - slope * x_.rolling(100).mean()).iloc[-1]), float(slope.iloc[-1])]

    return phase("fit", do)


def predict(ask):
    keys, y, x = rows(ask, "id::float8,")
    model = Ridge(alpha=ask["penalty"]).fit(x, y)
    values = phase("fit", lambda: model.predict(x))

    def back():
        write_binary(FILE, keys.astype(int), values)
        server.do(f"CREATE TABLE predicted (id int, value float8);\n\\copy predicted FROM '{FILE}' (FORMAT binary)")

    server.do("SET client_min_messages = warning;\nDROP TABLE IF EXISTS predicted;")
    phase("import", back)
    return [len(values)]


def exact(ask):
    """The fit to 18 digits or so: Newton's method with the gradient in the 64 bits of x87, where numpy has it"""
    y, x = rows(ask)
    if np.finfo(np.longdouble).nmant < 63:
        return None
    n, p = x.shape
    long = np.longdouble
    b = np.zeros(p + 1, dtype=long)
    penalty = ask["penalty"] * np.append(0, np.ones(p))
    moved = np.inf
    for _ in range(20):
        gradient, hessian = -penalty.astype(long) * b, np.diag(penalty)
        for at in range(0, n, 20000):
            part = np.column_stack([np.ones(min(20000, n - at)), x[at:at + 20000]])
            wide = part.astype(long, order="F")
            eta = sum(wide[:, j] * b[j] for j in range(p + 1))
            mean = 1 / (1 + np.exp(-eta)) if ask["logistic"] else eta
            weight = (mean * (1 - mean)).astype(float) if ask["logistic"] else 1
            rest = y[at:at + 20000] - mean
            gradient += np.array([np.sum(wide[:, j] * rest) for j in range(p + 1)])
            hessian = hessian + (part.T * weight) @ part
        step = np.linalg.solve(hessian, gradient.astype(float))
        b += step
        before, moved = moved, np.max(np.abs(step / b))
        # as far as rounding lets it
        if moved < 1e-12 and moved > before / 10 or moved < 1e-18:
            break
    # a number, and what a double of it leaves
    return [[float(v), float(v - float(v))] for v in b]


TASKS = {name: value for name, value in globals().items() if callable(value)}

if len(sys.argv) < 2:
    print(json.dumps({"Python": sys.version.split()[0], "scikit-learn": sklearn.__version__, "numpy": np.__version__,
                      "pandas": pandas and pandas.__version__, "statsmodels": statsmodels and statsmodels.__version__,
                      "glum": glum and glum.__version__}))
    sys.exit()

warnings.simplefilter("ignore")
ask = json.loads(sys.argv[1])
server = Session()
for ask["schema"] in (["public"] if ask["task"] == "exact" else ["head", "public"]):
    phases.clear()
    answer = TASKS[ask["task"]](ask)
os.unlink(FILE)
print(json.dumps({"phases": phases, "answer": answer}))
