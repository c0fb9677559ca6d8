#!/usr/bin/env python3
"""score.py MODEL.json [ROWS.json]: what l2_predict says of rows, or l2_predict_proba, without a database.

MODEL.json is model::jsonb, ROWS.json an array of rows (row_to_json, or arrays of numbers); - or nothing: standard input.
"""
import datetime
import json
import math
import sys

EPOCH = datetime.datetime(2000, 1, 1)
LINKS = {"logistic": lambda e: 1 / (1 + math.exp(-e)) if e >= 0 else math.exp(e) / (1 + math.exp(e)), "poisson": math.exp}


def number(value, kind):
    if kind in ("date", "timestamp"):
        return (datetime.datetime.fromisoformat(value) - EPOCH) / datetime.timedelta(days=1)
    return float(value)


def encode(model, row):
    """The features of a row in the order of the terms; None where one is NULL"""
    names = [t["term"] for t in model["terms"] if t["term"] != "(Intercept)"]
    if isinstance(row, list):
        return row
    features = dict.fromkeys(names, 0.0)
    if "encoding" not in model:
        return [row[n] for n in names]
    for a in model["encoding"]["attributes"]:
        name, kind = a["attribute"], a["kind"]
        if "expression" in a:
            raise ValueError(f"{name} is worked out in SQL: use l2_sql(model)")
        value = row[name]
        if kind != "category":
            features[name] = None if value is None else number(value, kind)
        elif value is None:
            return [None]
        elif f"{name}={value}" in features:
            features[f"{name}={value}"] = 1.0
        elif value not in a.get("reference", []) and model["encoding"]["unseen"] != "zero":
            raise ValueError(f"the model was not trained on {name} = {value}")
    return [features[n] for n in names]


def probabilities(model, x):
    """Of several classes, by softmax"""
    scores = []
    for c in range(len(model["classes"])):
        b = {t["term"]: t["estimate"][c] if t["estimate"] else 0.0 for t in model["terms"]}
        slopes = [v for t, v in b.items() if t != "(Intercept)"]
        scores.append(b.get("(Intercept)", 0.0) + math.fsum(s * v for s, v in zip(slopes, x, strict=True)))
    parts = [math.exp(s - max(scores)) for s in scores]
    return {c: p / math.fsum(parts) for c, p in zip(model["classes"], parts, strict=True)}


def predict(model, row):
    x = encode(model, row)
    if None in x:
        return None
    if "classes" in model:
        return probabilities(model, x)
    b = {t["term"]: t["estimate"] or 0.0 for t in model["terms"]}
    slopes = [v for t, v in b.items() if t != "(Intercept)"]
    return LINKS.get(model["method"], float)(b.get("(Intercept)", 0.0) + math.fsum(s * v for s, v in zip(slopes, x, strict=True)))


if __name__ == "__main__":
    with open(sys.argv[1]) as f:
        model = json.load(f)
    rows = json.load(open(sys.argv[2])) if len(sys.argv) > 2 and sys.argv[2] != "-" else json.load(sys.stdin)
    for row in rows:
        print(json.dumps(predict(model, row)))
