"""report.py RESULTS.json FOLDER: benchmarks.md and benchmarks.svg of what run.py measured; run.py calls it, too."""
import json
import sys
from math import log10
from pathlib import Path

OURS = "l2reg"
MEMORY = ", rows already in memory"

# name in the plot, and its colour on white and on black
LINES = {
    "l2reg": ("l2reg", "#0b57d0", "#7fb0ff"),
    "SQL sums written out": ("SQL sums", "#8a5a00", "#e3b659"),
    "scikit-learn Ridge": ("scikit-learn, by COPY", "#c2410c", "#ff9d70"),
    "numpy, normal equations" + MEMORY: ("numpy, rows in memory", "#0f766e", "#58d5c9"),
    "R lm": ("R lm, by COPY", "#7c3aed", "#bda4ff"),
    "DuckDB, sums written out": ("DuckDB, by COPY", "#a16207", "#ffd84d"),
    "PL/Python, array_agg": ("PL/Python", "#be185d", "#ff90c3"),
    "MADlib linregr_train": ("MADlib", "#4d7c0f", "#aadb63"),
    "cofactor": ("cofactor", "#475569", "#b3bdca"),
}


def seconds(v):
    return f"{v:.2g}" if v < 0.1 else f"{v:.2f}" if v < 10 else f"{v:.0f}"


def times(v):
    return f"{v:.2f}×" if v < 0.95 else f"{v:.1f}×" if v < 9.95 else f"{v:,.0f}×"


def best(line, key="seconds"):
    return min((r[key] for r in line["runs"] if r.get(key) is not None), default=None)


def rows(results):
    """What the tables have: a row a contender, and for clients one more, without the way of the rows"""
    for line in results:
        if not line["only memory"]:
            yield line, line["contender"] + (", by COPY" if line["client"] else ""), best(line)
        if line["client"] and (line["only memory"] or best(line, "in memory") is not None):
            yield line, line["contender"] + MEMORY, best(line, "in memory")


def table(head, body):
    lines = ["| " + " | ".join(head) + " |", "|---" * len(head) + "|"]
    return "\n".join(lines + ["| " + " | ".join(row) + " |" for row in body]) + "\n"


class Results:
    def __init__(self, document):
        self.results = document["results"]
        self.ours = {line["task"]: best(line) for line in self.results if line["contender"] == OURS}
        self.notes = []

    def of(self, prefix):
        return [line for line in self.results if line["task"].startswith(prefix)]

    def why(self, line):
        """Why there is no figure: a word for the table, the sentence below it"""
        word, reason = ("skipped", line["skipped"]) if line["skipped"] else ("failed", line["failed"] or "no answer")
        self.notes.append(f"{word}: {line['contender']}, {line['title']}: {reason}")
        return word

    def matrix(self, prefix, cell, without_memory=False):
        """Contenders down, tasks across"""
        lines = self.of(prefix)
        titles = list(dict.fromkeys(line["title"] for line in lines))
        body = {}
        for line, name, value in rows(lines):
            if not (without_memory and name.endswith(MEMORY) and not line["only memory"]):
                body.setdefault(name, {})[line["title"]] = cell(line, value)
        return table([""] + titles, [[name] + [cells.get(t, "") for t in titles] for name, cells in body.items()])

    def time_cell(self, line, value):
        if value is None:
            return self.why(line)
        ours = self.ours.get(line["task"])
        return seconds(value) + ("" if line["contender"] == OURS or not ours else f" ({times(value / ours)})")

    def one(self, key):
        body = []
        for line, name, value in rows(self.of(key)):
            run = line["runs"][0] if line["runs"] else None
            moving = "" if value is None or best(line, "in memory") is None or name.endswith(MEMORY) else seconds(value - best(line, "in memory"))
            ours = self.ours.get(line["task"])
            body.append([name, self.why(line) if value is None else seconds(value), times(value / ours) if value is not None and ours else "", moving,
                         f"{run['MB']:,.0f}" if run else "", digits(line)])
        digit_column = any(row[5] for row in body)
        head = ["", "seconds", "× l2reg", "of them moving rows", "peak MB", "digits"]
        return table(head[:6 if digit_column else 5], [row[:6 if digit_column else 5] for row in body])

    def losses(self):
        """Where another was faster"""
        found = {}
        for line, name, value in rows(r for r in self.results if not r["task"].startswith("digits")):
            ours = self.ours.get(line["task"])
            if value is not None and ours and value < 0.98 * ours and not line["contender"].startswith(OURS):
                found.setdefault(name, []).append(f"{line['title']}: {seconds(value)} s against {seconds(ours)} s")
        return "\n".join(f"- {name}: {'; '.join(cases)}" for name, cases in found.items()) or "- nowhere in this run"

    def series(self, tasks):
        """Points (x, seconds) a line of the plot"""
        found = {}
        for line, name, value in rows(r for r in self.results if r["task"] in tasks):
            name = name.removesuffix(", by COPY")
            if name in LINES and value:
                found.setdefault(name, []).append((tasks[line["task"]], value))
        return {name: sorted(points) for name, points in found.items() if len(points) > 1}


def digits(line):
    return "" if line["digits"] is None else str(line["digits"])


# ---- the plot

WIDTH, HEIGHT, LEFT, TOP, PANEL, TALL = 1080, 500, 62, 56, 300, 380
LABELS = 172


def panel(at, title, unit, series, guides):
    xs = sorted({x for points in series.values() for x, _ in points})
    ys = [y for points in series.values() for _, y in points]
    low, high = 10 ** (int(log10(min(ys)) // 1)), 10 ** (int(-(-log10(max(ys)) // 1)))

    def px(x):
        return at + (log10(x) - log10(xs[0])) / (log10(xs[-1]) - log10(xs[0])) * PANEL

    def py(y):
        return TOP + TALL - (log10(y) - log10(low)) / (log10(high) - log10(low)) * TALL

    out = [f'<text class="title" x="{at}" y="{TOP - 22}">{title}</text>']
    tick = low
    while tick <= high * 1.001:
        out.append(f'<line class="grid" x1="{at}" y1="{py(tick):.1f}" x2="{at + PANEL}" y2="{py(tick):.1f}"/>')
        out.append(f'<text class="tick" x="{at - 8}" y="{py(tick) + 4:.1f}" text-anchor="end">{tick:g} s</text>')
        tick = float(f"{tick * 10:.0e}")
    for x in xs:
        out.append(f'<line class="grid" x1="{px(x):.1f}" y1="{TOP}" x2="{px(x):.1f}" y2="{TOP + TALL}"/>')
        out.append(f'<text class="tick" x="{px(x):.1f}" y="{TOP + TALL + 18}" text-anchor="middle">{x:,}</text>')
    out.append(f'<text class="tick" x="{at + PANEL / 2}" y="{TOP + TALL + 38}" text-anchor="middle">{unit}</text>')
    # guides of slope 1 and 2 in the lower right corner
    for slope, name in guides:
        x2, y2, bottom = at + PANEL - 10, TOP + TALL - 75, TOP + TALL - 8
        decades = min(0.5, (bottom - y2) / TALL * (log10(high) - log10(low)) / slope)
        x1, y1 = x2 + px(xs[-1] / 10 ** decades) - at - PANEL, y2 + slope * decades * TALL / (log10(high) - log10(low))
        out.append(f'<line class="guide" x1="{x1:.1f}" y1="{y1:.1f}" x2="{x2:.1f}" y2="{y2:.1f}"/>')
        out.append(f'<text class="tick" x="{x1 - 4:.1f}" y="{y1 + 4:.1f}" text-anchor="end">{name}</text>')
    ends = []
    for i, name in enumerate(LINES):
        if name not in series:
            continue
        points = " ".join(f"{px(x):.1f},{py(y):.1f}" for x, y in series[name])
        out.append(f'<polyline class="line c{i}{" ours" if name == OURS else ""}" points="{points}"/>')
        out += [f'<circle class="dot c{i}" cx="{px(x):.1f}" cy="{py(y):.1f}" r="{4 if name == OURS else 3}"/>' for x, y in series[name]]
        x, y = series[name][-1]
        ends.append([py(y), px(x), py(y), i, name])
    # labels at the lines' ends, pushed apart
    ends.sort()
    for _ in range(200):
        for a, b in zip(ends, ends[1:]):
            if b[0] - a[0] < 15:
                a[0], b[0] = a[0] - 0.5, b[0] + 0.5
    for y, x, end, i, name in ends:
        out.append(f'<line class="leader c{i}" x1="{x + 5:.1f}" y1="{end:.1f}" x2="{at + PANEL + 14}" y2="{y:.1f}"/>')
        out.append(f'<text class="label c{i}{" ours" if name == OURS else ""}" x="{at + PANEL + 17}" y="{y + 4:.1f}">{LINES[name][0]}</text>')
    return out


def plot(by_rows, by_columns, description):
    style = [":root{--ink:#1f2328;--faint:#59636e;--grid:#d8dee4}",
             "text{font:12px system-ui,-apple-system,'Segoe UI',sans-serif;fill:var(--ink)}", ".title{font-size:15px;font-weight:600}", ".tick{fill:var(--faint)}",
             ".grid{stroke:var(--grid)}", ".guide{stroke:var(--faint);stroke-dasharray:5 4}", ".line{fill:none;stroke-width:1.8;stroke-linejoin:round}",
             ".line.ours{stroke-width:3.2}", ".label.ours{font-weight:700}", ".leader{stroke-width:1;opacity:.5}"]
    for i, (_, light, _) in enumerate(LINES.values()):
        style.append(f".c{i}{{--c:{light}}}")
    style += [".line,.leader{stroke:var(--c)}", ".dot,.label{fill:var(--c)}", "@media (prefers-color-scheme:dark){:root{--ink:#e6edf3;--faint:#9198a1;--grid:#30363d}"]
    style += [f".c{i}{{--c:{dark}}}" for i, (_, _, dark) in enumerate(LINES.values())]
    style.append("}")
    out = [f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH} {HEIGHT}" role="img" aria-labelledby="title desc">',
           '<title id="title">Seconds of one fit against rows and against columns</title>', f'<desc id="desc">{description}</desc>', "<style>" + "\n".join(style) + "</style>"]
    if by_rows:
        out += panel(LEFT, "Rows, at 10 columns", "rows", by_rows, [(1, "slope 1: ∝ rows")])
    if by_columns:
        out += panel(LEFT + PANEL + LABELS + 70, "Columns, at 100,000 rows", "columns", by_columns, [(1, "slope 1"), (2, "slope 2")])
    return "\n".join(out + ["</svg>"]) + "\n"


def slopes(series):
    """Of the last two points: the exponent of the cost where it is largest"""
    return {name: log10(points[-1][1] / points[-2][1]) / log10(points[-1][0] / points[-2][0]) for name, points in series.items()}


# ---- the document

TEXT = """# Benchmarks

What l2reg takes on one machine, and what a user would pick instead takes for the same in the same run. Written by `make compare`
([bench/README.md](../bench/README.md) says how it measures); do not edit. `make compare COMPARE_ROWS=10000` tries it in a minute.

{about}
## How to read it

- Seconds are wall-clock times, the best of up to three runs in turn (one, where it takes more than {enough} s), each in a session or process of its own after a
  warm-up on the first 1,000 rows. In brackets: as many times as l2reg takes.
- **By COPY**: the rows are in the database, and that is where the user has them. The time has `COPY` to a file, in binary form for Python (numpy reads it
  without parsing a number), as csv for R (`data.table::fread`) and DuckDB, reading it and the fit, but not the start of Python, R or DuckDB. *Rows already in
  memory* is the fit alone, for those who have them there anyway, DuckDB in a table of its own: the row to look at when l2reg seems too good.
- Everyone computes on one core (the lines with 2 workers say so); with COPY the client runs beside the server.
- Memory is the peak of what the backend has for itself, its caches included; of a client, its whole process with its libraries.
- Digits: −log₁₀ of the largest relative error of a coefficient, 16 at most, against an exact answer: of the double-precision numbers in the table, in rational
  arithmetic, and of the large tables by refinement in 64 bits of mantissa. Each is compared with the exact answer of its own objective.
- *SQL sums* are the sums of products alone, as one would write them out, without the code that solves the normal equations; for the digits they are
  solved in doubles. *cofactor* is the aggregate of eddbase/postgres-imputation with its own gradient descent. *PL/Python* is `array_agg` into a function with numpy's
  normal equations; *bytes* hands it over by `array_send`, which few would think of.

## Where another was faster

{losses}

## One fit

![{alt}](benchmarks.svg)

Seconds. Ridge with λ = 1 where there is one, otherwise least squares, which costs the same. Tables have a column a feature up to 30 features, stored arrays beyond.

{fit_seconds}
The exponent of the cost between the two largest sizes: 1 is proportional.

{slopes}
Peak memory, MB:

{fit_memory}
Digits right:

{fit_digits}
{tasks}
## Digits right on difficult data

Least squares on NIST's reference data sets and on numbers as tables have them: times, years, prices. The exact answer is that of the numbers as stored. A negative number of digits counts as 0.

{hard}
## What was skipped, and what failed

{notes}
"""

SECTIONS = [("path", "Lasso path"), ("lasso_cv", "Lasso by cross-validation"), ("ridge_cv", "Ridge by cross-validation"), ("groups", "A model a group"),
            ("windows 1", "Sliding windows"), ("windows 3", "Sliding windows, three columns"), ("predict", "Prediction"), ("logistic", "Logistic regression"),
            ("clusters", "Errors of clusters"), ("gamma", "Gamma regression"), ("multinomial", "Multinomial regression")]
REMARKS = {
    "path": "Each with its own grid and stopping rule: l2reg goes on to the last bit, glmnet to 1e-7, scikit-learn to 1e-4 of the target's squares.",
    "ridge_cv": "RidgeCV's leave-one-out needs no folds; its ten folds (`RidgeCV(cv=10)`) take much longer.",
    "groups": "With client programs the rows come once, and a loop fits group after group.",
    "windows 1": "A fit for every row, of it and the 99 before; digits are those of the last.",
    "predict": "From a table into a table; the model is ready. The client's file goes back by COPY.",
    "logistic": "Digits against the exact answer of the same λ.",
    "clusters": "Least squares with the covariance of its clusters (CR1); the digits are those of the coefficients.",
    "multinomial": "λ = 1, each to its own tolerance: l2reg to 1e-9 of the optimality conditions."}


def transposed(results):
    """Data sets down, contenders across"""
    lines = [line for line in results.of("digits") if line["task"] != "digits frames"]
    names = list(dict.fromkeys(line["contender"] for line in lines if line["contender"] != "l2reg, by columns"))
    body = {}
    for line in lines:
        body.setdefault(line["title"], {})[line["contender"]] = digits(line) or ("" if line["skipped"] else results.why(line) if line["failed"] else "no answer")
    return table([""] + names, [[title] + [cells.get(n, "") for n in names] for title, cells in body.items()])


def write(document, folder):
    results, about, have = Results(document), dict(document["about"]), document["have"]
    by_rows = results.series({f"fit {n} 10": n for n in (10000, 100000, 1000000, 10000000)})
    by_columns = results.series({f"fit 100000 {p}": p for p in (5, 10, 30, 100, 300)})
    at_end = "; ".join(f"{LINES[n][0]} {seconds(points[-1][1])} s" for n, points in by_rows.items())
    alt = "Seconds of one fit, both axes logarithmic. Left against rows at 10 columns" + (f", at {next(iter(by_rows.values()))[-1][0]:,} rows: {at_end}" if by_rows else "")
    at_end = "; ".join(f"{LINES[n][0]} {seconds(points[-1][1])} s" for n, points in by_columns.items())
    alt += ". Right against columns at 100,000 rows" + (f", at the most columns each: {at_end}." if by_columns else ".")
    machine = [[key, str(value)] for key, value in about.items() if key not in ("load", "load after")]
    machine.insert(4, ["load average", f"{about['load']} at the start, {about.get('load after', '?')} at the end, to which the run itself adds 1 to 2"])
    machine += [[name, version] for name, version in have.items()]
    if document["cap"]:
        machine.append(["**a trial**", f"tables cut to {document['cap']:,} rows: the sizes below are not what was measured"])
    slope_rows, slope_columns = slopes(by_rows), slopes(by_columns)
    text = TEXT.format(
        about=table(["", ""], machine), enough=15, losses=results.losses(), alt=alt, fit_seconds=results.matrix("fit ", results.time_cell),
        slopes=table(["", "rows", "columns"], [[LINES[n][0], *(f"{s[n]:.2f}" if n in s else "" for s in (slope_rows, slope_columns))]
                                               for n in LINES if n in slope_rows or n in slope_columns]),
        fit_memory=results.matrix("fit ", lambda line, _: f"{max(r['MB'] for r in line['runs']):,.0f}" if line["runs"] and "workers" not in line["contender"] else "", True),
        fit_digits=results.matrix("fit ", lambda line, _: digits(line), True),
        tasks="\n".join(f"## {title}\n\n{results.of(key)[0]['title']}. {REMARKS.get(key, '')}\n\n{results.one(key)}" for key, title in SECTIONS if results.of(key)),
        hard=transposed(results) + "\nThe last of the frames of 100 rows over the column of Unix times:\n\n" + table(
            ["", "digits"], [[line["contender"], digits(line) or results.why(line)] for line in results.of("digits frames")]) if results.of("digits") else "",
        notes="\n".join(f"- {n}" for n in dict.fromkeys(results.notes)) or "- nothing")
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "benchmarks.md").write_text(text)
    (folder / "benchmarks.svg").write_text(plot(by_rows, by_columns, alt))
    print(f"l2reg: wrote {folder / 'benchmarks.md'} and benchmarks.svg", file=sys.stderr)


if __name__ == "__main__":
    write(json.loads(Path(sys.argv[1]).read_text()), Path(sys.argv[2]))
