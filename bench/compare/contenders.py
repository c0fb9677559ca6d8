"""contenders.py: what is measured: tasks, and for each what a user could do in the place of l2reg.

A contender is measured in SQL, in a session of its own, or is a request to scikit.py, client.R or duckdb.js.  `needs` names what must be
there (see run.py's find()), `penalty` the ridge penalty of its answer, which says what the exact answer is."""
from dataclasses import dataclass, field
from math import inf


@dataclass
class Contender:
    name: str
    kind: str = "sql"  # sql, python, R or node
    sql: str = ""  # the measured statement, of DuckDB where the kind is node; its one line of output is the answer
    setup: str = ""  # before it, not measured
    settings: str = ""
    request: str = ""  # the client's task
    needs: tuple = ()
    penalty: float = None  # of an answer that are coefficients
    solve: bool = False  # the answer is sums, of which the normal equations are made
    only_memory: bool = False  # of a client: only what it takes with the rows in its memory counts
    impossible: str = ""  # why it cannot do this


@dataclass
class Task:
    key: str
    title: str
    table: str
    n: int
    p: int
    contenders: list = field(default_factory=list)
    array: bool = False
    logistic: bool = False
    frame: bool = False  # the answer is that of the last 100 rows
    digits_only: bool = False

    def columns(self, form="x{}", separator=", "):
        return separator.join(form.format(i + 1) for i in range(self.p))

    @property
    def features(self):
        return "x" if self.array else f"ARRAY[{self.columns()}]"

    @property
    def with_one(self):
        return "1::float8 || x" if self.array else f"ARRAY[1, {self.columns()}]"

    @property
    def row(self):
        return "y || x" if self.array else f"ARRAY[y, {self.columns()}]"


def duckdb(name, sql, columns=(), **others):
    """A statement over the table rows, which has these columns before y and the features"""
    return Contender(f"DuckDB, {name}", "node", sql=sql, request=", ".join(columns), needs=("DuckDB",), **others)


WORKERS = "SET max_parallel_workers_per_gather = 2; SET parallel_setup_cost = 0; SET parallel_tuple_cost = 0;"


def products(task):
    """count, sums and products of what the normal equations need"""
    names = ["y"] + [f"x{i + 1}" for i in range(task.p)]
    terms = ["count(*)::float8"] + [f"sum({a})" for a in names]
    terms += [f"sum({a} * {b})" for i, a in enumerate(names) for b in names[max(i, 1):]]
    return terms


def sums(task):
    """The same; None where there are too many for one SELECT of PostgreSQL's"""
    return None if task.array or len(products(task)) > 1664 else products(task)


def fit_contenders(task, penalty=1.0):
    fit = f"ridge_fit(y, {task.features}, {penalty:g})" if penalty else f"ols_fit(y, {task.features})"
    terms = sums(task)
    ours = f"SELECT {fit}::float8[] FROM {task.table}"
    by_hand = f"SELECT {', '.join(terms)} FROM {task.table}" if terms else ""
    too_many = "" if terms else f"{1 + (task.p + 1) * (task.p + 4) // 2:,} sums, and PostgreSQL has at most 1,664 result columns"
    found = [Contender("l2reg", sql=ours, penalty=penalty)]
    if not task.array:
        solve = f"l2_ridge(gram, {penalty:g})" if penalty else "l2_ols(gram)"
        found.append(Contender("l2reg, by columns", sql=f"SELECT {solve}::float8[] FROM (SELECT l2_gram_cols(y, {task.columns()}) AS gram FROM "
                               f"{task.table}) s", penalty=penalty))
    if task.n >= 1000000 and not task.digits_only:
        found.append(Contender("l2reg, 2 workers", sql=ours, settings=WORKERS, penalty=penalty))
    found.append(Contender("SQL sums written out", sql=by_hand, impossible=too_many, penalty=0.0, solve=True))
    if task.n >= 1000000 and not task.digits_only:
        found.append(Contender("SQL sums, 2 workers", sql=by_hand, impossible=too_many, settings=WORKERS, penalty=0.0, solve=True))
    if task.p == 1:
        found.append(Contender("core regr_slope", sql=f"SELECT ARRAY[regr_intercept(y, x1), regr_slope(y, x1)] FROM {task.table}", penalty=0.0))
        found.append(duckdb("regr_slope", "SELECT regr_intercept(y, x1), regr_slope(y, x1) FROM rows", penalty=0.0))
    found.append(duckdb("sums written out", f"SELECT {', '.join(products(task))} FROM rows" if task.p <= 100 else "", penalty=0.0, solve=True,
                        impossible="" if task.p <= 100 else f"{len(products(task)):,} sums take it minutes to plan"))
    if penalty:
        found.append(Contender("scikit-learn Ridge", "python", request="ridge", needs=("scikit-learn",), penalty=penalty))
    else:
        found.append(Contender("scikit-learn LinearRegression", "python", request="ols", needs=("scikit-learn",), penalty=0.0))
        found.append(Contender("numpy lstsq", "python", request="numpy_lstsq", needs=("scikit-learn",), penalty=0.0))
    found += [
        Contender("numpy, normal equations", "python", request="numpy_normal", needs=("scikit-learn",), penalty=penalty,
                  only_memory=not task.digits_only),
        Contender("R lm", "R", request="lm", needs=("R",), penalty=0.0),
        Contender("PL/Python, array_agg", sql=f"SELECT py_ridge(array_agg({task.row}), {penalty:g}) FROM {task.table}", needs=("PL/Python",), penalty=penalty),
    ]
    if not task.digits_only:
        found.append(Contender("PL/Python, bytes", sql=f"SELECT py_ridge_bytes(array_send(array_agg({task.row})), {penalty:g}) FROM {task.table}",
                               needs=("PL/Python",), penalty=penalty))
    found += [
        Contender("MADlib linregr_train", setup="DROP TABLE IF EXISTS m, m_summary;", needs=("MADlib",), penalty=0.0,
                  sql=f"SELECT madlib.linregr_train('{task.table}', 'm', 'y', '{task.with_one}') \\g /dev/null\nSELECT coef FROM m"),
        # standardised, as its gradient descent wants it: then the means come last, and the intercept is that of the centred columns
        Contender("cofactor", needs=("cofactor",), penalty=0.0, sql=f"SELECT array_prepend(a[2] - (SELECT sum(b * m) FROM unnest(a[3:{task.p + 2}], a[{task.p + 3}:]) u(b, m)), "
                  f"a[3:{task.p + 2}]) FROM (SELECT ridge_linear_regression(sum(to_cofactor({task.row}, '{{}}'::int[])), 0, 0.001, 0, 10000, false, true) AS a "
                  f"FROM {task.table} OFFSET 0) s"),
    ]
    return found


def fits(sizes):
    for n, p, array in sizes:
        task = Task(f"fit {n} {p}", f"{n:,} × {p}", f"p{p}_{n}", n, p, array=array)
        task.contenders = fit_contenders(task)
        yield task


def digits(tables):
    for name, title, n, p in tables:
        task = Task(f"digits {name}", title, name, n, p, digits_only=True)
        task.contenders = fit_contenders(task, 0.0)
        yield task


def windows(key, title, table, n, p, digits_only=False):
    task = Task(key, title, table, n, p, frame=True, digits_only=digits_only)

    def last(value):
        return f"SELECT {value} FROM (SELECT id, {{}} FROM {table} WINDOW w AS (ORDER BY id ROWS 99 PRECEDING) OFFSET 0) s ORDER BY id DESC LIMIT 1"

    terms = sums(task)
    task.contenders = [
        Contender("l2reg", sql=last("f::float8[]").format(f"ols_fit(y, {task.features}) OVER w AS f"), penalty=0.0),
        Contender("SQL sums written out", sql=last(", ".join(f"s{i}" for i in range(len(terms)))).format(
            ", ".join(f"{t.replace('::float8', '')} OVER w AS s{i}" for i, t in enumerate(terms))), penalty=0.0, solve=True)]
    if p == 1:
        task.contenders.append(Contender("core regr_slope", penalty=0.0, sql=last("ARRAY[a, b]").format(
            "regr_intercept(y, x1) OVER w AS a, regr_slope(y, x1) OVER w AS b")))
        task.contenders.append(Contender("regr_slope in a self-join", setup=f"CREATE INDEX IF NOT EXISTS {table}_id ON {table} (id);", penalty=0.0, sql=
            f"SELECT f FROM (SELECT a.id, (SELECT ARRAY[regr_intercept(b.y, b.x1), regr_slope(b.y, b.x1)] FROM {table} b WHERE b.id BETWEEN a.id - 99 AND a.id) AS f "
            f"FROM {table} a OFFSET 0) s ORDER BY id DESC LIMIT 1"))
        task.contenders.append(duckdb("regr_slope", last("a, b").format("regr_intercept(y, x1) OVER w AS a, regr_slope(y, x1) OVER w AS b").replace(
            table, "rows"), ("id",), penalty=0.0))
    task.contenders.append(duckdb("sums written out", last(", ".join(f"s{i}" for i in range(len(terms)))).format(
        ", ".join(f"{t.replace('::float8', '')} OVER w AS s{i}" for i, t in enumerate(terms))).replace(table, "rows"), ("id",), penalty=0.0, solve=True))
    task.contenders.append(Contender("statsmodels RollingOLS", "python", request="rolling_ols", needs=("statsmodels",), penalty=0.0))
    if p == 1:
        task.contenders.append(Contender("pandas rolling cov / var", "python", request="rolling_pandas", needs=("pandas",), penalty=0.0))
    task.contenders += [
        Contender("PL/Python, array_agg", sql=last("f").format(f"CASE WHEN id > {p} THEN py_ridge(array_agg({task.row}) OVER w, 0) END AS f"), needs=("PL/Python",), penalty=0.0),
        Contender("MADlib linregr", sql=last("(f).coef").format(f"madlib.linregr(y, {task.with_one}) OVER w AS f"), needs=("MADlib",), penalty=0.0)]
    return task


def groups(n):
    task = Task("groups", "{} groups of 100 rows, 3 columns", "grouped", n, 3)
    terms = sums(task)
    grouped = "SELECT count({}) FROM (SELECT g, {} FROM grouped GROUP BY g OFFSET 0) s"
    task.contenders = [
        Contender("l2reg", sql=grouped.format("m", f"ridge_fit(y, {task.features}, 1) AS m")),
        Contender("SQL sums written out", sql=grouped.format(" + ".join(f"s{i}" for i in range(len(terms))),
                                                             ", ".join(f"{t} AS s{i}" for i, t in enumerate(terms)))),
        duckdb("sums written out", grouped.format(" + ".join(f"s{i}" for i in range(len(terms))), ", ".join(f"{t} AS s{i}" for i, t in enumerate(terms)))
               .replace("FROM grouped", "FROM rows").replace(" OFFSET 0", ""), ("g",)),
        Contender("scikit-learn Ridge in a loop", "python", request="groups_sklearn", needs=("scikit-learn", "pandas")),
        Contender("numpy in a loop", "python", request="groups_numpy", needs=("scikit-learn", "pandas")),
        Contender("R data.table, .lm.fit", "R", request="groups", needs=("R", "data.table")),
        Contender("PL/Python, array_agg", sql=grouped.format("m", f"py_ridge(array_agg({task.row}), 1) AS m"), needs=("PL/Python",)),
        Contender("MADlib linregr_train", setup="DROP TABLE IF EXISTS m, m_summary;", needs=("MADlib",),
                  sql=f"SELECT madlib.linregr_train('grouped', 'm', 'y', '{task.with_one}', 'g') \\g /dev/null\nSELECT count(*) FROM m"),
        Contender("cofactor", needs=("cofactor",), sql=grouped.format(
            "m", f"ridge_linear_regression(sum(to_cofactor({task.row}, '{{}}'::int[])), 0, 0.001, 0, 10000, false, true) AS m"))]
    return task


def predict(n):
    task = Task("predict", "{} × 10, into a table", f"p10_{n}", n, 10)
    fresh = f"DROP TABLE IF EXISTS predicted; CREATE TEMP TABLE IF NOT EXISTS fitted AS SELECT ridge_fit(y, {task.features}, 1) AS model FROM {task.table};"
    store = "CREATE TABLE predicted AS SELECT id, {} AS value FROM " + task.table
    task.contenders = [
        Contender("l2reg", setup=fresh, sql=store.format(f"l2_predict(model, {task.columns()})") + ", fitted"),
        Contender("SQL expression written out", setup=fresh + "\nSELECT b[1] || (SELECT string_agg(format(' + %s * x%s', v, i), '' ORDER BY i) "
                  "FROM unnest(b[2:]) WITH ORDINALITY u(v, i)) AS expression FROM (SELECT model::float8[] AS b FROM fitted) s \\gset",
                  sql=store.format(":expression")),
        Contender("scikit-learn Ridge", "python", request="predict", needs=("scikit-learn",), penalty=1.0),
        Contender("MADlib linregr_predict", needs=("MADlib",), setup=fresh + "\nSELECT model::float8[] AS b FROM fitted \\gset",
                  sql=store.format(f"madlib.linregr_predict(:'b'::float8[], {task.with_one})"))]
    return task


def logistic(n):
    task = Task("logistic", "{} × 10, λ = 1", "clicks", n, 10, logistic=True)
    task.contenders = [
        Contender("l2reg", sql=f"SELECT logistic_fit(y, {task.features}, 1)::float8[] FROM clicks", penalty=1.0),
        Contender("scikit-learn, newton-cholesky", "python", request="logistic", needs=("scikit-learn",), penalty=1.0),
        Contender("R glm, λ = 0", "R", request="glm", needs=("R",), penalty=0.0),
        Contender("PL/Python, scikit-learn", sql=f"SELECT py_logistic(array_agg({task.row}), 1) FROM clicks", needs=("PL/Python", "scikit-learn"), penalty=1.0),
        Contender("MADlib logregr_train, λ = 0", setup="DROP TABLE IF EXISTS m, m_summary;", needs=("MADlib",), penalty=0.0,
                  sql=f"SELECT madlib.logregr_train('clicks', 'm', 'y = 1', '{task.with_one}', NULL, 20, 'irls') \\g /dev/null\nSELECT coef FROM m")]
    return task


def clustered(n):
    task = Task("clusters", "{} × 3, errors of clusters of 100 rows", "grouped", n, 3)
    task.contenders = [
        Contender("l2reg", sql=f"""SELECT ols_fit(l2_obs(y, cluster => g), {task.features}, '{{"vcov": "CR1"}}')::float8[] FROM grouped""", penalty=0.0),
        Contender("statsmodels OLS, cov_type cluster", "python", request="clusters", needs=("statsmodels",), penalty=0.0),
        Contender("R lm and sandwich vcovCL", "R", request="sandwich", needs=("R", "sandwich"), penalty=0.0),
        Contender("R estimatr lm_robust", "R", request="estimatr", needs=("R", "estimatr"), penalty=0.0),
        Contender("R fixest feols", "R", request="fixest", needs=("R", "fixest"), penalty=0.0)]
    return task


def gamma(n):
    task = Task("gamma", "{} × 10, log link", "amounts", n, 10)
    task.contenders = [
        Contender("l2reg", sql=f"""SELECT glm_fit(y, {task.features}, 0, '{{"family": "gamma", "link": "log"}}')::float8[] FROM amounts"""),
        Contender("R glm", "R", request="gamma", needs=("R",)),
        Contender("statsmodels GLM", "python", request="gamma_statsmodels", needs=("statsmodels",)),
        Contender("scikit-learn GammaRegressor, newton-cholesky", "python", request="gamma_sklearn", needs=("scikit-learn",)),
        Contender("glum", "python", request="gamma_glum", needs=("glum",))]
    return task


def multinomial(n):
    task = Task("multinomial", "{} × 10, three classes", "classes", n, 10)
    task.contenders = [
        Contender("l2reg", sql=f"SELECT multinomial_fit(y::int, {task.features}, 1) IS NOT NULL FROM classes"),
        Contender("scikit-learn, lbfgs", "python", request="multinomial", needs=("scikit-learn",), penalty=None),
        Contender("R nnet multinom, λ = 0", "R", request="multinom", needs=("R", "nnet")),
        Contender("R glmnet, λ as in l2reg", "R", request="glmnet_multinomial", needs=("R", "glmnet"))]
    return task


def paths(n, p):
    """Cross-validation and the path, on stored arrays"""
    def task(key, title, contenders):
        return Task(key, title, f"p{p}_{n}", n, p, contenders, array=True)

    def elastic_net(options):
        return (f"SELECT madlib.elastic_net_train('p{p}_{n}', 'm', 'y', 'x', 'gaussian', 1, {options}) \\g /dev/null\nSELECT log_likelihood IS NOT NULL FROM m")

    size = f"{{}} × {p}"
    drop = "DROP TABLE IF EXISTS m, m_summary, m_cv;"
    yield task("path", f"{size}, 100 lassos", [
        Contender("l2reg", sql=f"SELECT count(model) FROM l2_path((SELECT l2_gram_agg(y, x) FROM p{p}_{n}))"),
        Contender("scikit-learn lasso_path", "python", request="path", needs=("scikit-learn",)),
        Contender("R glmnet", "R", request="path", needs=("R", "glmnet")),
        Contender("MADlib elastic_net_train, one λ only", needs=("MADlib",), setup=drop,
                  sql=elastic_net("0.01, FALSE, NULL, 'fista', '', NULL, 1000, 1e-6"))])
    yield task("lasso_cv", f"{size}, lasso, 10 folds, 100 λ", [
        Contender("l2reg", sql=f"SELECT lambda FROM l2_glance((SELECT lasso_cv(y, x) FROM p{p}_{n}))"),
        Contender("scikit-learn LassoCV", "python", request="lasso_cv", needs=("scikit-learn",)),
        Contender("R cv.glmnet", "R", request="lasso_cv", needs=("R", "glmnet"))])
    yield task("ridge_cv", f"{size}, ridge, 10 folds, 100 λ", [
        Contender("l2reg", sql=f"SELECT lambda FROM l2_glance((SELECT ridge_cv(y, x) FROM p{p}_{n}))"),
        Contender("scikit-learn RidgeCV, leave-one-out", "python", request="ridge_loo", needs=("scikit-learn",)),
        Contender("R cv.glmnet", "R", request="ridge_cv", needs=("R", "glmnet"))])


FIT_SIZES = [(10000, 5, False), (10000, 10, False), (100000, 5, False), (100000, 10, False), (100000, 30, False), (100000, 100, True),
             (100000, 300, True), (1000000, 1, False), (1000000, 10, False), (10000000, 10, False)]


def tasks(cap=inf):
    """All of them, of tables with at most so many rows"""
    yield from fits([s for s in FIT_SIZES if s[0] <= cap] or FIT_SIZES[:2])
    small = [windows("windows 1", "{} frames of 100 rows, 1 column", "series", 100000, 1),
             windows("windows 3", "{} frames of 100 rows, 3 columns", "series", 100000, 3)]
    for task in [*paths(100000, 100), groups(1000000), *small, predict(1000000), logistic(1000000), clustered(1000000), gamma(100000),
                 multinomial(100000)]:
        task.n = min(task.n, cap)
        task.title = task.title.format(f"{task.n // 100 if task.key == 'groups' else task.n:,}")
        yield task
