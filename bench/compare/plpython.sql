-- A user's functions in PL/Python; called by run.py.
\set ON_ERROR_STOP on
SET client_min_messages = warning;
CREATE EXTENSION IF NOT EXISTS plpython3u;

-- Rows of y and features to the coefficients of a ridge fit, the intercept first
CREATE FUNCTION public.py_ridge(data float8[], penalty float8) RETURNS float8[]
  LANGUAGE plpython3u IMMUTABLE PARALLEL SAFE AS $$
import numpy as np
rows = np.array(data)
mean = rows.mean(0)
rows -= mean
x = rows[:, 1:]
b = np.linalg.solve(x.T @ x + penalty * np.eye(x.shape[1]), x.T @ rows[:, 0])
return [float(mean[0] - mean[1:] @ b)] + b.tolist()
$$;

-- The same from array_send(): no number becomes an object of Python
CREATE FUNCTION public.py_ridge_bytes(data bytea, penalty float8) RETURNS float8[]
  LANGUAGE plpython3u IMMUTABLE PARALLEL SAFE AS $$
import numpy as np
n, p = np.frombuffer(data, ">i4", 7)[[3, 5]]
rows = np.frombuffer(data, [("length", ">i4"), ("value", ">f8")], offset=28)["value"].reshape(n,
  p).astype(float)
mean = rows.mean(0)
rows -= mean
x = rows[:, 1:]
b = np.linalg.solve(x.T @ x + penalty * np.eye(p - 1), x.T @ rows[:, 0])
return [float(mean[0] - mean[1:] @ b)] + b.tolist()
$$;

CREATE FUNCTION public.py_logistic(data float8[], penalty float8) RETURNS float8[]
  LANGUAGE plpython3u IMMUTABLE PARALLEL SAFE AS $$
import numpy as np
from sklearn.linear_model import LogisticRegression
rows = np.array(data)
m = LogisticRegression(C=1 / penalty, solver="newton-cholesky", tol=1e-8).fit(rows[:, 1:], rows[:, 0])
return m.intercept_.tolist() + m.coef_[0].tolist()
$$;

CREATE FUNCTION public.py_numpy() RETURNS text LANGUAGE plpython3u AS $$
import numpy
return numpy.__version__
$$;
SELECT public.py_numpy();
