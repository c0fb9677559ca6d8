"""scikit_logistic.py FILE: what scikit-learn takes for logistic regression on the rows of a csv file
without a header: y, then features.  Prints a name and milliseconds of CPU time, tab between, for each
repetition.  Without FILE: nothing, if it is installed."""
import sys

import numpy as np
from sklearn.linear_model import LogisticRegression

from rows import read_csv, timed

if len(sys.argv) < 2:
    sys.exit()

rows = timed("read", read_csv)
y, x = rows[:, 0], np.ascontiguousarray(rows[:, 1:])
for _ in range(3):
    timed("newton", lambda: LogisticRegression(C=1.0, solver="newton-cholesky", tol=1e-8).fit(x, y))
