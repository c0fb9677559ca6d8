"""scikit.py FILE: what scikit-learn takes for the rows of a csv file without a header: two targets,
then features.  Prints a name and milliseconds of CPU time, tab between, for each repetition.
Without FILE: which versions there are."""
import sys
import warnings

import numpy as np
import sklearn
from sklearn.linear_model import LassoCV, lasso_path

from rows import READER, read_csv, timed

if len(sys.argv) < 2:
    print(f"{sklearn.__version__}, rows read with {READER}")
    sys.exit()

rows = timed("sklearn read", read_csv)
x = np.asfortranarray(rows[:, 2:])
n, p = x.shape

# The path from moments alone: 101 rows that have those of all rows, so that only the solver counts
centred = x - x.mean(0)
root = np.linalg.cholesky(centred.T @ centred)
for name, y in ("dense", rows[:, 0]), ("sparse", rows[:, 1]):
    y = y - y.mean()
    cross = centred.T @ y
    target = np.linalg.solve(root, cross)
    target = np.append(target, np.sqrt(y @ y - target @ target))
    few = np.asfortranarray(np.vstack([root.T, np.zeros(p)]))
    gram = few.T @ few
    alphas = np.abs(cross).max() / len(few) * np.logspace(0, -4, 100)
    for _ in range(5):
        timed(f"sklearn {name}",
              lambda: lasso_path(few, target, alphas=alphas, precompute=gram, Xy=cross))

warnings.simplefilter("ignore")
timed("LassoCV", lambda: LassoCV(cv=10, n_alphas=100, eps=1e-4).fit(x, rows[:, 0]))
