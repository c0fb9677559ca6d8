# make_gradient.py: the first iterations of gradient descent, FISTA and coordinate descent, written out
# plainly over the rows of Longley's data, in extended precision.  Writes gradient_steps.csv.
#
#   cd test/data && /usr/bin/python3 make_gradient.py
#
# Needs the Debian package python3-numpy.
import csv
import numpy as np

rows = np.array([[np.longdouble(v) for v in r] for r in list(csv.reader(open("strd/Longley.csv")))[1:]])


def soft(v, t):
    return np.sign(v) * np.maximum(abs(v) - t, 0)


def iterates(solver, l1, l2, rate, weighted, standardize, intercept, n):
    y, x = rows[:, 0], rows[:, 1:]
    w = np.arange(1, len(y) + 1, dtype=np.longdouble) if weighted else np.ones(len(y), dtype=np.longdouble)
    total = w.sum()
    sd = np.sqrt(w @ (x - w @ x / total) ** 2 / total) if standardize else np.ones(x.shape[1], dtype=np.longdouble)
    my, mx = (w @ y / total, w @ x / total) if intercept else (0, 0 * x[0])
    y, x = y - my, (x - mx) / sd
    if solver == "fista":  # columns of equal length, penalty and all; the penalty is still on b of the column as it was
        length = np.sqrt(w @ x**2 + l2)
    else:
        length = np.ones(x.shape[1], dtype=np.longdouble)
    u, l1u, l2u = x / length, l1 / length, l2 / length**2
    if solver == "gradient" and rate:
        step = np.longdouble(rate) / total
    else:
        step = 1 / np.longdouble(np.linalg.eigvalsh(np.double((u.T * w) @ u + np.diag(l2u)))[-1])
    b = last = 0 * length
    t = np.longdouble(1)
    ahead = 0
    for k in range(n + 1):
        beta = b / length / sd
        yield k, [my - mx @ beta] + list(beta)
        if solver == "coordinate":
            b = b.copy()
            for j in range(len(b)):
                r = y - u @ b + u[:, j] * b[j]
                b[j] = soft((w * u[:, j]) @ r, l1u[j]) / ((w * u[:, j]) @ u[:, j] + l2u[j])
            continue
        v = b + ahead * (b - last)
        last, b = b, soft(v + step * ((u.T * w) @ (y - u @ v) - l2u * v), step * l1u)
        if solver == "fista":
            t = np.longdouble(1) if (v - b) @ (b - last) > 0 else t
            t, ahead = (1 + np.sqrt(1 + 4 * t * t)) / 2, t - 1
            ahead = ahead / t


out = csv.writer(open("gradient_steps.csv", "w"), lineterminator="\n")
out.writerow("solver,l1,l2,rate,weighted,standardize,intercept,iteration,term,value".split(","))
for solver, l1, l2, rate, weighted, standardize, intercept, n in [
        ("gradient", 0, 0, 1e-10, 0, 0, 1, 5), ("gradient", 0, 50, 1e-10, 1, 0, 1, 5),
        ("gradient", 3e6, 0, 1e-10, 0, 0, 0, 5), ("gradient", 0, 8, 0.3, 0, 1, 1, 5),
        ("gradient", 0, 8, "", 0, 1, 1, 5), ("gradient", 16368, 16, 0.2, 1, 1, 1, 5),
        ("gradient", 0, 0, 0.01, 0, 0, 1, 5),  # diverges
        ("fista", 0, 4, "", 0, 1, 1, 60), ("fista", 1023, 1, "", 1, 1, 1, 60), ("fista", 2e5, 0, "", 0, 0, 1, 60),
        ("coordinate", 0, 4, "", 0, 1, 1, 5), ("coordinate", 16368, 16, "", 1, 1, 1, 5), ("coordinate", 2e5, 0, "", 0, 0, 0, 5)]:
    for k, b in iterates(solver, np.longdouble(l1), np.longdouble(l2), rate, weighted, standardize, intercept, n):
        if k <= 5 or k % 20 == 0:
            for term, value in enumerate(b):
                out.writerow([solver, l1, l2, rate, weighted, standardize, intercept, k, term, "%.17g" % value])
