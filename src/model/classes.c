/*
 * classes.c: one class, or two, of a model of several.
 *
 * The log odds of a class against another are linear in the features: their coefficients are the
 * difference of the two classes'.
 */
#include "gram/encoding.h"
#include "model/vcov.h"

#include <math.h>

#include "utils/builtins.h"

/* What both models say alike; the other's coefficients are not set */
static l2_model *
classes_copy(const l2_model *m, l2_names names, int kept)
{
	l2_model *r = l2_model_new_keeping(m->p, names, kept);

	r->flags = m->flags & ~L2_MODEL_UNCONVERGED;
	r->lambda_scale = m->lambda_scale;
	r->n = m->n;
	r->n_skipped = m->n_skipped;
	r->values[L2_STAT_SUM_WEIGHTS] = l2_model_stat(m, L2_STAT_SUM_WEIGHTS);
	r->values[L2_STAT_LAMBDA] = l2_model_stat(m, L2_STAT_LAMBDA);
	r->values[L2_STAT_LAMBDA_EFFECTIVE] = l2_model_stat(m, L2_STAT_LAMBDA_EFFECTIVE);
	r->values[L2_STAT_L1_RATIO] = l2_model_stat(m, L2_STAT_L1_RATIO);
	for (int v = L2_MEAN; v <= L2_SD; v++)
		memcpy(l2_model_vector(r, v), l2_model_vector(m, v), sizeof(double) * (m->p + 1));
	memcpy(l2_model_dropped(r), l2_model_dropped(m), m->p);
	return r;
}

/* The covariance of the differences of two classes' coefficients, and their errors */
static void
classes_put_errors(l2_model *r, const double *factor)
{
	Size size = sizeof(double) * (r->p + 1);
	double *e = palloc0(size), *z = palloc(size);
	l2_covariance v;

	memcpy(l2_model_matrix(r, L2_KEPT_FACTOR), factor, sizeof(double) * l2_model_triangle(r));
	v = l2_covariance_of(r);
	for (int i = 0; i <= r->p; i++)
	{
		double square;

		e[i] = 1;
		l2_vcov_combination(r, e, z);
		square = l2_covariance_form(&v, z);
		l2_model_vector(r, L2_STD_ERROR)[i] = square > 0 ? sqrt(square) : NAN;
		e[i] = 0;
	}
}

l2_model *
l2_model_of_class(const l2_model *m, int class, int other)
{
	int n;
	const char **label = l2_classes_of(l2_names_of_model(m), &n);
	l2_target_labels labels = {NULL, NULL};
	double reference = l2_model_stat(m, L2_STAT_REFERENCE_CLASS);
	double *factor = NULL;
	l2_model *r;

	if (other >= 0)
		labels = (l2_target_labels){label[other], label[class]};
	if (other >= 0 && m->kept & L2_KEPT_FACTOR)
	{
		factor = l2_scratch(sizeof(double) * l2n_tri_size((Size) m->p + 1));
		if (!l2_vcov_of_classes(m, class, other, factor))
			factor = NULL;
	}
	r = classes_copy(m, l2_label_names(l2_names_of_model(m), labels), factor ? L2_KEPT_FACTOR : 0);
	r->method = other >= 0 ? L2_METHOD_LOGISTIC : L2_METHOD_OLS;
	for (int i = 0; i <= m->p; i++)
	{
		double estimate = l2_model_class(m, class, false)[i] -
						  (other >= 0 ? l2_model_class(m, other, false)[i] : 0);

		if (isinf(estimate))
			l2_check(L2N_OUT_OF_RANGE, NULL, 0);
		l2_model_vector(r, L2_ESTIMATE)[i] = estimate;
		/* of two classes neither of which is the reference it takes the covariance */
		if (other >= 0 && other == reference)
			l2_model_vector(r, L2_STD_ERROR)[i] = l2_model_class(m, class, true)[i];
		else if (other >= 0 && class == reference)
			l2_model_vector(r, L2_STD_ERROR)[i] = l2_model_class(m, other, true)[i];
	}
	if (factor)
		classes_put_errors(r, factor);
	l2_model_finish(r);
	return r;
}

static int
classes_find(const l2_model *m, const char *label)
{
	int n;
	const char **class = l2_classes_of(l2_names_of_model(m), &n);
	StringInfoData list;

	for (int c = 0; c < n; c++)
		if (strcmp(class[c], label) == 0)
			return c;
	initStringInfo(&list);
	for (int c = 0; c < n && c < 10; c++)
		appendStringInfo(&list, "%s\"%s\"", c > 0 ? ", " : "", class[c]);
	ereport(ERROR, (errcode(ERRCODE_INVALID_PARAMETER_VALUE),
					errmsg("the model has no class \"%s\"", label),
					errhint("Its classes: %s%s.", list.data, n > 10 ? ", ..." : "")));
	return -1;
}

extern Datum l2_class_model(PG_FUNCTION_ARGS);

PG_FUNCTION_INFO_V1(l2_class_model);
PGDLLEXPORT Datum
l2_class_model(PG_FUNCTION_ARGS)
{
	const l2_model *m = PG_GETARG_ANY_L2_MODEL(0);
	int class, other;

	if (m->classes == 0)
		ereport(ERROR, (errcode(ERRCODE_INVALID_PARAMETER_VALUE),
						errmsg("a model of method %s has no classes", l2_method_name(m->method)),
						errhint("Use a model of multinomial_fit.")));
	class = classes_find(m, text_to_cstring(PG_GETARG_TEXT_PP(1)));
	other = classes_find(m, text_to_cstring(PG_GETARG_TEXT_PP(2)));
	if (class == other)
		ereport(ERROR,
				(errcode(ERRCODE_INVALID_PARAMETER_VALUE), errmsg("class and other are the same")));
	PG_RETURN_POINTER(l2_model_of_class(m, class, other));
}
