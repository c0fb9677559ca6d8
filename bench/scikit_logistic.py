"""scikit_logistic.py FILE: what scikit-learn takes for logistic regression on the rows of a csv file
without a header: y, then features.  Prints a name and milliseconds of CPU time, tab between, for each
repetition.  Without FILE: nothing, if it is installed."""
import sys
import time

import numpy as np
from sklearn.linear_model import LogisticRegression

try:
    import pandas
except ImportError:
    pandas = None

if len(sys.argv) < 2:
    sys.exit()


def timed(name, do):
    """CPU time, so that a busy machine does not make others look slow"""
    start = time.process_time()
    value = do()
    print(f"{name}\t{1000 * (time.process_time() - start)}", flush=True)
    return value


def read_rows():
    if pandas:
        return pandas.read_csv(sys.argv[1], header=None).to_numpy()
    return np.loadtxt(sys.argv[1], delimiter=",")


rows = timed("read", read_rows)
y, x = rows[:, 0], np.ascontiguousarray(rows[:, 1:])
for _ in range(3):
    timed("newton", lambda: LogisticRegression(C=1.0, solver="newton-cholesky", tol=1e-8).fit(x, y))
