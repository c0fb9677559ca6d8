#!/usr/bin/env python3
"""unit_steps.csv: the first iterations of the textbook's logistic unit on iris, virginica or not, written out plainly.

    python3 test/data/make_unit.py > test/data/unit_steps.csv        (nothing but Python)
"""
import csv
import json
import math

rows = [(float(r["species"] == "virginica"), [float(r["petal_length"]), float(r["petal_width"])], 1.0 + i % 3)
        for i, r in enumerate(csv.DictReader(open("test/data/iris.csv")))]
MASK = (1 << 64) - 1


def random(seed, i):
    """Number i of SplitMix64"""
    z = (seed + (i + 1) * 0x9E3779B97F4A7C15) & MASK
    z = ((z ^ (z >> 30)) * 0xBF58476D1CE4E5B9) & MASK
    z = ((z ^ (z >> 27)) * 0x94D049BB133111EB) & MASK
    return z ^ (z >> 31)


def sigmoid(t):
    return 1 / (1 + math.exp(-t)) if t >= 0 else math.exp(t) / (1 + math.exp(t))


def unit(lam, weighted, learning_rate, max_iter, l1_ratio=0.0, batch_size=None, seed=0, start=None, standardize=False):
    y, w = [r[0] for r in rows], [r[2] if weighted else 1.0 for r in rows]
    total, p = math.fsum(w), 2
    mean, sd = [0.0] * p, [1.0] * p
    if standardize:
        mean = [math.fsum(wi * r[1][j] for wi, r in zip(w, rows)) / total for j in range(p)]
        sd = [math.sqrt(math.fsum(wi * (r[1][j] - mean[j]) ** 2 for wi, r in zip(w, rows)) / total) for j in range(p)]
    z = [[1.0] + [(r[1][j] - mean[j]) / sd[j] for j in range(p)] for r in rows]
    l1 = [0.0] + [lam * l1_ratio] * p
    l2 = [0.0] + [lam * (1 - l1_ratio)] * p
    b = [0.0] * (p + 1)
    if start:
        b = [start[0] + math.fsum(s * m for s, m in zip(start[1:], mean))] + [s * d for s, d in zip(start[1:], sd)]
    order = list(range(len(rows)))
    if batch_size:
        order.sort(key=lambda i: (y[i], z[i], w[i]))
    for k in range(max_iter + 1):
        score = [math.fsum(bj * zj for bj, zj in zip(b, zi)) for zi in z]
        loss = math.fsum(wi * (max(t, 0) + math.log1p(math.exp(-abs(t))) - yi * t) for wi, yi, t in zip(w, y, score))
        slopes = [bj / d for bj, d in zip(b[1:], sd)]
        yield k, loss + math.fsum(l1j * abs(bj) + l2j / 2 * bj * bj for l1j, l2j, bj in zip(l1, l2, b)), loss, [
            b[0] - math.fsum(s * m for s, m in zip(slopes, mean))] + slopes
        if batch_size:
            s = random(seed, k)
            for i in range(len(order) - 1, 0, -1):
                j = random(s, i) % (i + 1)
                order[i], order[j] = order[j], order[i]
        size = batch_size or len(order)
        for at in range(0, len(order), size):
            part = order[at:at + size]
            weight = math.fsum(w[i] for i in part)
            r = [w[i] * (sigmoid(math.fsum(bj * zj for bj, zj in zip(b, z[i]))) - y[i]) for i in part]
            g = [math.fsum(ri * z[i][j] for ri, i in zip(r, part)) for j in range(p + 1)]
            for j in range(p + 1):
                v = b[j] - learning_rate * (g[j] / weight + l2[j] / total * b[j])
                t = learning_rate * l1[j] / total
                b[j] = math.copysign(max(abs(v) - t, 0), v) if t > 0 else v


CASES = [
    (0, False, {"learning_rate": 0.1, "max_iter": 20}),
    (3, False, {"learning_rate": 0.05, "max_iter": 10, "start": [-1, 0.5, 0.25]}),
    (2, True, {"learning_rate": 0.5, "max_iter": 10, "standardize": True, "start": [-1, 0.5, 0.25]}),
    (9, False, {"learning_rate": 0.5, "max_iter": 15, "l1_ratio": 1, "standardize": True}),
    (4, True, {"learning_rate": 0.1, "max_iter": 10, "l1_ratio": 0.5}),
    (1, False, {"learning_rate": 0.1, "max_iter": 6, "batch_size": 32, "seed": 7}),
    (0, True, {"learning_rate": 0.2, "max_iter": 3, "batch_size": 1, "seed": 1, "standardize": True}),
    (0, False, {"learning_rate": 5, "max_iter": 6}),
]
print("kase,lambda,weighted,options,iteration,objective,loss,b0,b1,b2")
for n, (lam, weighted, options) in enumerate(CASES):
    for k, objective, loss, b in unit(lam, weighted, **options):
        quoted = json.dumps(options).replace('"', '""')
        print(f'{n},{lam},{weighted},"{quoted}",{k},{objective!r},{loss!r},' + ",".join(repr(v) for v in b))
