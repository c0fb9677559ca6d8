/*
 * family.c: which family a model is of.
 *
 * Logistic and Poisson regression say it by their method; models of glm_fit carry numbers of a
 * family and a link, which are untrusted where the model came from outside.
 */
#include "model/criteria.h"
#include "model/family.h"

#include <math.h>

/* Power or theta, as the options have it */
static double
parameter_of(const l2_options *o)
{
	bool has_power = o->family == L2N_TWEEDIE || o->family == L2N_QUASI;

	if (!isnan(o->power) && !has_power)
		ereport(ERROR, (errcode(ERRCODE_INVALID_PARAMETER_VALUE),
						errmsg("family %s has no power", l2_family_name(o->family)),
						errhint("Families tweedie and quasi have variance mean^power.")));
	if (!isnan(o->theta) && o->family != L2N_NEGATIVE_BINOMIAL)
		ereport(ERROR, (errcode(ERRCODE_INVALID_PARAMETER_VALUE),
						errmsg("family %s has no theta", l2_family_name(o->family)),
						errhint("It is of family negative_binomial.")));
	if (has_power)
		return !isnan(o->power) ? o->power : o->family == L2N_TWEEDIE ? 1.5 : 1.0;
	return o->family != L2N_NEGATIVE_BINOMIAL ? 0.0 : isnan(o->theta) ? 1.0 : o->theta;
}

void
l2_family_of_options(const l2_options *o, l2n_family *f)
{
	l2n_link_kind link;

	if (l2_family_of(o->method))
	{
		*f = *l2_family_of(o->method);
		return;
	}
	link = o->link == L2N_LINKS ? l2n_canonical_link(o->family)
		   : o->link < 0        ? l2n_default_link(o->family)
								: (l2n_link_kind) o->link;
	if (!l2n_family_make(f, o->family, link, parameter_of(o)))
		ereport(ERROR,
				(errcode(ERRCODE_INVALID_PARAMETER_VALUE),
				 errmsg("family %s has no link %s", l2_family_name(o->family), l2_link_name(link)),
				 o->family == L2N_BINOMIAL
					 ? errhint("Its links are logit, probit, cloglog, log and identity.")
					 : errhint("Its links are log, identity, inverse and inverse_squared.")));
	if (o->family == L2N_NEGATIVE_BINOMIAL && isnan(o->theta) && o->place != L2_IN_FIT)
		ereport(ERROR, (errcode(ERRCODE_INVALID_PARAMETER_VALUE),
						errmsg("family negative_binomial needs theta where there are many lambdas"),
						errdetail("Deviances for different theta cannot be compared."),
						errhint("Give the option {\"theta\": ...}; l2_glance(glm_fit(y, x, "
								"options)) has an estimate.")));
	if (o->method == L2_METHOD_GLM && o->measure != L2_MEASURE_DEVIANCE &&
		o->family != L2N_BINOMIAL)
		ereport(ERROR, (errcode(ERRCODE_INVALID_PARAMETER_VALUE),
						errmsg("family %s is measured by its deviance", l2_family_name(o->family)),
						errhint("Measures auc and misclassification are for family binomial.")));
}

/* A number that was stored, where it is one of so many; else the first */
static int
family_stored(const l2_model *m, l2_stat s, int n)
{
	double v = l2_model_stat(m, s);

	return v >= 0 && v < n ? (int) v : 0;
}

void
l2_family_of_model(const l2_model *m, l2n_family *f)
{
	l2n_family_kind kind = family_stored(m, L2_STAT_FAMILY, L2N_FAMILIES);
	double parameter =
		l2_model_stat(m, kind == L2N_NEGATIVE_BINOMIAL ? L2_STAT_THETA : L2_STAT_POWER);

	if (l2_family_of(m->method))
		*f = *l2_family_of(m->method);
	else if (!l2n_family_make(f, kind, family_stored(m, L2_STAT_LINK, L2N_LINKS), parameter))
		l2_invalid("l2_model", ERRCODE_DATA_CORRUPTED,
				   "Its family and its link do not go together.");
}

const l2n_link *
l2_link_of_model(const l2_model *m)
{
	if (m->method == L2_METHOD_GLM)
		return &l2n_links[family_stored(m, L2_STAT_LINK, L2N_LINKS)];
	return l2_family_of(m->method) ? l2_family_of(m->method)->link : NULL;
}

bool
l2_model_is_binomial(const l2_model *m)
{
	return m->method == L2_METHOD_LOGISTIC ||
		   (m->method == L2_METHOD_GLM && l2_model_stat(m, L2_STAT_FAMILY) == L2N_BINOMIAL);
}

double
l2_model_parameters(const l2_model *m)
{
	double df = m->values[L2_STAT_DF];
	l2n_family f;

	if (m->method != L2_METHOD_GLM)
		return df;
	l2_family_of_model(m, &f);
	/* a theta with an error was estimated */
	return df + (f.dispersed || !isnan(l2_model_stat(m, L2_STAT_THETA_SE)) ? 1 : 0);
}

double
l2_model_log_likelihood(const l2_model *m)
{
	double rows = l2_model_rows(m), rss = m->values[L2_STAT_RSS];

	if (l2_model_has_link(m) || m->classes > 0)
		return l2_model_stat(m, L2_STAT_LOG_LIKELIHOOD);
	if (m->method != L2_METHOD_OLS || (m->flags & L2_MODEL_BOUNDED) || !(rss > 0) ||
		!(m->values[L2_STAT_DF_RESIDUAL] > 0))
		return NAN;
	return l2_gaussian_log_likelihood(rss, rows, l2_model_log_weights(m));
}
