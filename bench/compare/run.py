#!/usr/bin/env python3
"""run.py: measures l2reg against what a user would pick instead, on the server that the PG variables name, and writes
docs/benchmarks.md and .svg.  Called by make compare; bench/README.md says what its variables are.

Contenders of a task run in turn, again and again, each in a session or process of its own, after one unmeasured run on the
first 1,000 rows.  What fails is a line of the table and stops nothing."""
import csv
import datetime
import json
import os
import platform
import re
import shutil
import signal
import subprocess
import sys
import threading
import time
from fractions import Fraction
from math import inf, isfinite, log10
from pathlib import Path
from random import Random

HERE = Path(__file__).resolve().parent
ROOT = HERE.parent.parent
sys.path.insert(0, str(HERE))
sys.dont_write_bytecode = True
import contenders
import report

TMP = Path(os.environ["L2REG_TMP"])
CAP = int(float(os.environ.get("COMPARE_ROWS") or 0)) or inf
ONLY = re.compile(os.environ.get("COMPARE_ONLY") or "")
LIMIT = int(os.environ.get("COMPARE_SECONDS") or 240)  # of one run
DEADLINE = time.monotonic() + 60 * float(os.environ.get("COMPARE_MINUTES") or 60)
ENOUGH = 15  # seconds: what took that long is not run again
REPEATS = int(os.environ.get("COMPARE_REPEATS") or 3)
PSQL = ["psql", "-XqAt", "-v", "ON_ERROR_STOP=1"]


class Failure(Exception):
    pass


def say(text):
    print(f"l2reg: {text}", file=sys.stderr, flush=True)


def ask(sql):
    return subprocess.run([*PSQL, "-c", sql], check=True, capture_output=True, text=True).stdout.strip()


def script(name, **variables):
    settings = [a for key, value in variables.items() for a in ("-v", f"{key}={value}")]
    subprocess.run([*PSQL, *settings, "-f", HERE / name], check=True, stdout=subprocess.DEVNULL)


# ---- one run


def memory_of(pid, key):
    """kB"""
    try:
        with open(f"/proc/{pid}/status") as status:
            return next((int(line.split()[1]) for line in status if line.startswith(key + ":")), 0)
    except OSError:
        return 0


def stop(process):
    """It and what it started: they have a session of their own"""
    try:
        os.killpg(process.pid, signal.SIGKILL)
    except ProcessLookupError:
        pass


def in_sql(task, c):
    """A session: the first rows unmeasured, then the time from statement to end of answer, and the answer.  Memory is what the
    backend has for itself, without what it shares."""
    lines = ["SET client_min_messages = warning;", "SELECT pg_backend_pid();", f"SET statement_timeout = '{LIMIT}s';", c.settings]
    for schema in "head", "public":
        lines += [f"SET search_path = {'head, ' if schema == 'head' else ''}public;", c.setup,
                  f"\\echo {schema}", "SELECT clock_timestamp() AS start \\gset", c.sql.rstrip(";") + "\n;",
                  "\\echo end", "SELECT extract(epoch FROM clock_timestamp() - :'start');"]
    lines.append("SELECT 'wait';")  # and the backend is still there to look at
    process = subprocess.Popen(PSQL, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, start_new_session=True)
    watchdog = threading.Timer(LIMIT + 30, stop, [process])
    watchdog.start()
    peak = [0]
    done = threading.Event()

    def watch(pid):
        while not done.wait(0.01):
            peak[0] = max(peak[0], memory_of(pid, "RssAnon"))

    try:
        process.stdin.write("\n".join(lines) + "\n")
        process.stdin.flush()
        text = []
        for line in process.stdout:
            if not text:
                backend = int(line)
                threading.Thread(target=watch, args=(backend,), daemon=True).start()
            text.append(line.rstrip("\n"))
            if text[-1] == "wait":
                shared = memory_of(backend, "RssFile") + memory_of(backend, "RssShmem")
                peak[0] = max(peak[0], memory_of(backend, "VmHWM") - shared)
                break
        done.set()
        process.stdin.close()
        errors = process.stderr.read()
        if process.wait() != 0 or "wait" not in text:
            raise Failure(message(errors) or "stopped")
    finally:
        done.set()
        watchdog.cancel()
        stop(process)
    at = text.index("public")
    end = text.index("end", at)
    return {"seconds": float(text[end + 1]), "MB": round(peak[0] / 1024, 1)}, text[end - 1] if end > at + 1 else None


def message(errors):
    """The first line of an error that says what it is"""
    if "statement timeout" in errors:
        return f"longer than {LIMIT} s"
    lines = [line for line in errors.splitlines() if re.search(r"ERROR|FATAL|Error|error", line)] or errors.splitlines()[-1:]
    return re.sub(r"^.*?(ERROR|FATAL): +", "", lines[-1] if "Traceback" in errors else lines[0]).strip()[:120] if lines else ""


def in_client(task, c, programs):
    asked = {"python": {"task": c.request, "p": task.p, "penalty": c.penalty or 0, "logistic": task.logistic},
             "node": {"sql": c.sql, "columns": [k for k in [c.request] if k] + ["y"] + task.columns().split(", ")}}.get(c.kind)
    command = programs[c.kind] + ([c.request, task.table, str(task.p), str(int(task.array))] if asked is None else
                                  [json.dumps({**asked, "table": task.table, "array": task.array})])
    process = subprocess.Popen(command, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=open(TMP / "errors", "w"), text=True,
                               start_new_session=True, env={**os.environ, "OMP_NUM_THREADS": "1", "OPENBLAS_NUM_THREADS": "1"})
    late = threading.Event()
    watchdog = threading.Timer(LIMIT + 30, lambda: (late.set(), stop(process)))
    watchdog.start()
    try:
        output = process.stdout.read()
        _, status, usage = os.wait4(process.pid, 0)
        process.returncode = status
    finally:
        watchdog.cancel()
        stop(process)
    if status != 0:
        raise Failure(f"stopped after {LIMIT + 30} s" if late.is_set() else message((TMP / "errors").read_text(errors="replace")) or f"status {status}")
    answer = json.loads(output.splitlines()[-1])
    phases = answer["phases"]
    return {"seconds": sum(phases.values()), "in memory": phases.get("fit"), "MB": round(usage.ru_maxrss / 1024, 1)}, answer["answer"]


# ---- right digits


def numbers(text):
    return [None if v in ("NULL", "", "NaN", "nan") else float(v) for v in re.split(r"[|,]", (text or "").strip("{}"))]


def solve(rows):
    """Gauss with pivots, in the arithmetic of what is in it"""
    rows = [list(row) for row in rows]
    n = len(rows)
    for k in range(n):
        pivot = max(range(k, n), key=lambda i: abs(rows[i][k]))
        if rows[pivot][k] == 0:
            return None
        rows[k], rows[pivot] = rows[pivot], rows[k]
        for i in range(k + 1, n):
            f = rows[i][k] / rows[k][k]
            if f:
                rows[i] = [a - f * b for a, b in zip(rows[i], rows[k])]
    b = [None] * n
    for k in reversed(range(n)):
        b[k] = (rows[k][n] - sum(rows[k][j] * b[j] for j in range(k + 1, n))) / rows[k][k]
    return b


def from_sums(values, p):
    """contenders.sums() and the normal equations, in doubles: what a user's program would do"""
    n, total, products = values[0], values[1:p + 2], iter(values[p + 2:])
    product = {(i, j): next(products) for i in range(p + 1) for j in range(max(i, 1), p + 1)}
    rows = [[n] + total[1:] + [total[0]]]
    for i in range(1, p + 1):
        rows.append([total[i]] + [product[min(i, j), max(i, j)] for j in range(1, p + 1)] + [product[0, i]])
    return solve(rows)


def exactly(columns):
    """Least squares in rational arithmetic; y first"""
    scaled = []
    for column in [[1.0] * len(columns[0])] + columns[1:] + columns[:1]:
        ratios = [v.as_integer_ratio() for v in column]
        unit = max(d for _, d in ratios)
        scaled.append(([v * (unit // d) for v, d in ratios], unit))
    rows = [[Fraction(sum(a * b for a, b in zip(u, v)), s * t) for v, t in scaled] for u, s in scaled[:-1]]
    return [(float(b), float(b - Fraction(float(b)))) for b in solve(rows)]


def right(answer, exact):
    """Digits right of the worst coefficient, at most 16"""
    if not answer or not exact or len(answer) != len(exact):
        return None
    if any(a is None or not isfinite(a) for a in answer):
        return "drops a column"
    worst = max(abs((a - e) - rest) / abs(e) if e else abs(a) for a, (e, rest) in zip(answer, exact))
    return 16.0 if worst == 0 else round(min(max(-log10(worst), 0.0), 16.0), 1) + 0.0


# ---- tables of difficult numbers


def difficult():
    """(name, title, columns, y first): NIST's data sets, and offsets as timestamps and years have them"""
    strd = ROOT / "test/data/strd"
    certified = json.loads((strd / "certified.json").read_text())
    for name in "Norris", "Longley", "Filip", "Wampler1", "Wampler2", "Wampler3", "Wampler4", "Wampler5":
        with open(strd / f"{name}.csv") as file:
            rows = [[float(v) for v in row] for row in list(csv.reader(file))[1:]]
        columns = [list(c) for c in zip(*rows)]
        degree = {"Filip": 10, "Norris": 1}.get(name, 5 if name.startswith("Wampler") else 0)
        if degree:
            columns = [columns[0]] + [[v ** k for v in columns[1]] for k in range(1, degree + 1)]
        yield name, f"NIST {name}", columns
    random = Random(1)
    x = [[random.random() for _ in range(10)] for _ in range(2000)]
    yield "uniform", "10 columns in [0, 1], 2,000 rows", [[1 + sum(row) + random.random() for row in x]] + [list(c) for c in zip(*x)]
    x = [[1e6 + random.random() for _ in range(3)] for _ in range(2000)]
    yield "offset", "3 columns near 1,000,000 with spread 1", [[sum(row) + random.random() for row in x]] + [list(c) for c in zip(*x)]
    x = [1.7e9 + 60 * i for i in range(2000)]
    yield "timestamps", "a column of Unix times, one a minute", [[0.5 * i + random.random() for i in range(2000)], x]
    x = [1900.0 + i for i in range(125)]
    yield "years", "year and its square, 1900 to 2024", [[(v - 1950) ** 2 / 100 + random.random() for v in x], x, [v * v for v in x]]


def digit_tasks():
    exact = {}
    known = []
    for name, title, columns in difficult():
        table = f"digits_{name.lower()}"
        names = ["y"] + [f"x{i}" for i in range(1, len(columns))]
        path = TMP / "digits.csv"
        with open(path, "w", newline="") as file:
            csv.writer(file).writerows([i + 1, *map(repr, row)] for i, row in enumerate(zip(*columns)))
        with open(path) as file:
            subprocess.run([*PSQL, "-c", f"CREATE TABLE {table} (id int, {', '.join(n + ' float8' for n in names)})", "-c", f"COPY {table} FROM STDIN (FORMAT csv)",
                            "-c", f"CREATE TABLE head.{table} AS SELECT * FROM {table}"], stdin=file, check=True, stdout=subprocess.DEVNULL)
        exact[table] = exactly(columns)
        known.append((table, title, len(columns[0]), len(columns) - 1))
    for task in contenders.digits(known):
        yield task, {0.0: exact[task.table]}
    task = contenders.windows("digits frames", "the last of 1,901 frames of 100 rows of the Unix times", "digits_timestamps", 2000, 1, digits_only=True)
    yield task, last_frame(task)


def last_frame(task):
    rows = ask(f"SELECT y, {task.columns()} FROM {task.table} ORDER BY id DESC LIMIT 100").splitlines()
    return {0.0: exactly([list(c) for c in zip(*[[float(v) for v in row.split("|")] for row in rows])])}


# ---- what there is


def first(commands):
    for command in commands:
        try:
            output = subprocess.run(command, capture_output=True, text=True, timeout=60, env={**os.environ, "OMP_NUM_THREADS": "1"})
        except (OSError, subprocess.TimeoutExpired):
            continue
        if output.returncode == 0 and output.stdout.strip():
            return command, json.loads(output.stdout.splitlines()[-1])
    return None, {}


def install(command, probe):
    """Whether the database has it, or has it once a command of the user's has run"""
    if command:
        subprocess.run(["bash", "-c", command], stdin=subprocess.DEVNULL, stdout=open(TMP / "install.log", "a"), stderr=subprocess.STDOUT)
    try:
        return ask(probe)
    except subprocess.CalledProcessError:
        return ""


def find():
    """Programs of the clients, and the versions of all that is there"""
    python, versions = first([[p, str(HERE / "scikit.py")] for p in ("python3", "/usr/bin/python3")])
    r, r_versions = first([["Rscript", str(HERE / "client.R")]])
    node, node_versions = first([["node", str(HERE / "duckdb.js")]])
    have = {name: version for name, version in {**versions, **r_versions, **node_versions}.items() if version}
    if ask("SELECT count(*) FROM pg_available_extensions WHERE name = 'plpython3u'") == "1":
        try:
            script("plpython.sql")
            have["PL/Python"] = ask("SELECT 'numpy ' || py_numpy()")
        except subprocess.CalledProcessError:
            say("PL/Python has no numpy")
    madpack = shutil.which("madpack") or "/usr/local/madlib/bin/madpack"
    # madpack calls pg_ctl, which refuses to run for root
    madpack = f"{'runuser -u postgres -- ' if os.geteuid() == 0 else ''}{madpack} -p postgres install" if os.path.exists(madpack) else ""
    madlib = os.environ.get("COMPARE_MADLIB") or madpack
    have["MADlib"] = re.sub(r".*MADlib version: *([^ ,]+).*", r"\1", install(madlib, "SELECT madlib.version()"))
    have["cofactor"] = install(os.environ.get("COMPARE_COFACTOR"), "SELECT 'as built' WHERE to_regtype('cofactor') IS NOT NULL")
    return {"python": python, "R": r, "node": node}, {name: version for name, version in have.items() if version}


def machine():
    cpu = re.search(r"^model name\s*: *(.*)$", Path("/proc/cpuinfo").read_text(), re.M)
    memory = re.search(r"^MemTotal: *(\d+)", Path("/proc/meminfo").read_text(), re.M)
    control = re.search(r"^default_version *= *'(.*)'", (ROOT / "l2reg.control").read_text(), re.M)
    kernel = ask("LOAD 'l2reg'; SHOW l2reg.kernel")
    for name in ("avx512", "avx2", "portable") if kernel == "auto" else ():
        if subprocess.run([*PSQL, "-c", f"LOAD 'l2reg'; SET l2reg.kernel = {name}"], capture_output=True).returncode == 0:
            kernel = name
            break
    commit = subprocess.run(["git", "-C", ROOT, "describe", "--always", "--dirty"], capture_output=True, text=True).stdout.strip()
    settings = ", ".join(f"{s} {ask('SHOW ' + s)}" for s in ("shared_buffers", "work_mem", "jit", "max_parallel_workers_per_gather"))
    return {"date": datetime.datetime.now(datetime.timezone.utc).strftime("%Y-%m-%d %H:%M UTC"),
            "processor": f"{cpu.group(1) if cpu else platform.machine()}, {os.cpu_count()} cores", "memory": f"{int(memory.group(1)) / 1024 ** 2:.0f} GB",
            "kernel": f"{platform.system()} {platform.release().split('-')[0]}", "load": " ".join(f"{v:.2f}" for v in os.getloadavg()),
            "PostgreSQL": ask("SHOW server_version"), "l2reg": f"{control.group(1)} ({commit or 'no git'}), l2reg.kernel {kernel}", "settings": settings}


# ---- all of it


def recover():
    """A contender that crashes its backend restarts the server: the others wait for it"""
    for _ in range(120):
        if subprocess.run([*PSQL, "-c", "SELECT 1"], capture_output=True).returncode == 0:
            return
        time.sleep(1)

def measure(task, exact, programs, have, results):
    """All contenders of a task in turn; `results` gets a line each"""
    lines = []
    for c in task.contenders:
        missing = [n for n in c.needs if n not in have]
        skipped = c.impossible or (f"{', '.join(missing)} not installed" if missing else "")
        line = {"task": task.key, "title": task.title, "n": task.n, "p": task.p, "contender": c.name, "client": c.kind != "sql",
                "only memory": c.only_memory, "runs": [], "digits": None, "skipped": skipped, "failed": ""}
        results.append(line)
        if not skipped:
            lines.append((c, line))
    for repeat in range(1 if task.digits_only else REPEATS):
        for c, line in lines:
            if line["failed"] or sum(r["seconds"] for r in line["runs"]) > ENOUGH:
                continue
            if time.monotonic() > DEADLINE:
                line["failed"] = "" if line["runs"] else "not reached in time"
                continue
            try:
                run, answer = in_sql(task, c) if c.kind == "sql" else in_client(task, c, programs)
                if c.kind == "sql" and c.penalty is not None:
                    answer = numbers(answer)
                if c.solve:
                    answer = from_sums(answer, task.p) if None not in answer else None
                line["runs"].append(run)
                if c.penalty is not None:
                    line["digits"] = right(answer, exact.get(c.penalty))
            except Failure as failure:
                line["failed"] = str(failure)
            except Exception as failure:
                line["failed"] = f"{type(failure).__name__}: {failure}"[:120]
            if line["failed"]:
                recover()
    for c, line in lines:
        best = min((r["seconds"] for r in line["runs"]), default=None)
        say(f"{task.title}: {c.name}: " + (f"failed: {line['failed']}" if line["failed"] else f"{best:.3g} s, {line['runs'][0]['MB']:.0f} MB, digits {line['digits']}"))


def references(task, programs):
    """The exact answer for each penalty that a contender has"""
    if task.frame:
        return last_frame(task)
    if not programs["python"]:
        return {}
    exact = {}
    for penalty in {c.penalty for c in task.contenders if c.penalty is not None and task.key != "predict"}:
        try:
            exact[penalty] = in_client(task, contenders.Contender("exact", "python", request="exact", penalty=penalty), programs)[1]
        except Exception as failure:
            say(f"{task.title}: no exact answer: {failure}")
    return exact


def main():
    about = machine()
    programs, have = find()
    say(f"load average {about['load']}; found " + ", ".join(f"{n} {v}" for n, v in have.items()))
    out = ROOT / "build/compare"
    out.mkdir(parents=True, exist_ok=True)
    results = []
    document = {"about": about, "have": have, "cap": CAP if isfinite(CAP) else None, "results": results}

    def keep():
        (out / "results.json").write_text(json.dumps(document, indent=1, ensure_ascii=False))

    say("making tables")
    script("data.sql", cap=CAP if isfinite(CAP) else 10 ** 9)
    for task, exact in digit_tasks():
        if ONLY.search(task.key):
            measure(task, exact, programs, have, results)
            keep()
    for task in contenders.tasks(CAP):
        if ONLY.search(task.key):
            measure(task, references(task, programs), programs, have, results)
            keep()
    about["load after"] = " ".join(f"{v:.2f}" for v in os.getloadavg())
    keep()
    # a trial is not for the documents
    report.write(document, out if isfinite(CAP) or ONLY.pattern else ROOT / "docs")


if __name__ == "__main__":
    main()
