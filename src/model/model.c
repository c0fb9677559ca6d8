/*
 * model.c: the l2_model type.
 *
 * Its text form is JSON with every number as the shortest decimal that reads back to the same
 * double, so a model can be read, edited, stored in a file, and loses nothing on the way.
 */
#include "model/model.h"
#include "gram/encoding.h"
#include "model/family.h"

#include <ctype.h>
#include <math.h>

#include "catalog/pg_type.h"
#include "libpq/pqformat.h"
#include "port/pg_bswap.h"
#include "utils/array.h"
#include "utils/builtins.h"
#include "utils/fmgrprotos.h"
#include "utils/json.h"
#include "utils/jsonb.h"
#include "utils/memutils.h"
#include "utils/numeric.h"

static const char *const stat_names[L2_STATS] = {
	"sum_weights",
	"lambda",
	"lambda_effective",
	"rss",
	"tss",
	"r_squared",
	"adj_r_squared",
	"sigma",
	"df",
	"df_residual",
	"rcond",
	"l1_ratio",
	"nonzero",
	"iterations",
	"gap",
	"cv_error",
	"cv_se",
	"folds",
	"learning_rate",
	"rate",
	"deviance",
	"null_deviance",
	"log_likelihood",
	"link_at_mean",
	"df_errors",
	"clusters",
	"clusters_2",
	"bandwidth",
	"absorbed",
	"dispersion",
	"scale",
	"family",
	"link",
	"power",
	"theta",
	"theta_std_error",
	"huber_k",
	"tau",
	"reference_class",
	"masks",
	"relax",
	"sum_log_weights",
};

static const char *const vector_names[L2_VECTORS] = {
	"estimate", "mean", "sd", "std_error", "penalty_factor",
};

static const struct
{
	const char *key;
	int which;
} matrices[] = {
	{"factor", L2_KEPT_FACTOR}, {"variance", L2_KEPT_VARIANCE}, {"aliases", L2_KEPT_ALIASES}};

/* In the order of JSON */
static const l2_vector vectors_told[] = {L2_ESTIMATE, L2_STD_ERROR, L2_MEAN, L2_SD,
										 L2_PENALTY_FACTOR};

static const char *const solver_names[L2_SOLVERS] = {
	"unknown",  "cholesky_dd", "cholesky_refined", "coordinate", "eigen",   "fista",
	"gradient", "newton",      "proximal_newton",  "reweighted", "simplex", "groups"};

/*
 * Bytes
 */

/* Whether such a byte has bits of ours alone; the others come with the factor */
static bool
l2_valid_kept(int kept)
{
	return (kept & 0x08) == 0 && kept >> L2_KEPT_SHIFT < L2_VCOVS &&
		   ((kept & L2_KEPT_FACTOR) || (kept & L2_KEPT_MATRICES) == 0);
}

l2_model *
l2_model_get(Datum d)
{
	l2_model *m = l2_model_get_any(d);

	l2_model_refuse_classes(m);
	return m;
}

void
l2_model_refuse_classes(const l2_model *m)
{
	if (unlikely(m->classes > 0))
		ereport(ERROR,
				(errcode(ERRCODE_FEATURE_NOT_SUPPORTED),
				 errmsg("a model of %d classes is not one function of the features", m->classes),
				 errhint("l2_predict_proba(model, ...) has the probability of each class, "
						 "l2_predict_label(model, ...) the most probable one, l2_summary(model) "
						 "the coefficients; l2_class_model(model, class, other) is the logistic "
						 "regression between two of them.")));
}

l2_model *
l2_model_get_any(Datum d)
{
	l2_model *m = (l2_model *) PG_DETOAST_DATUM(d);

	if (VARSIZE(m) < offsetof(l2_model, values))
		l2_invalid("l2_model", ERRCODE_DATA_CORRUPTED, "It is too short.");
	l2_check_format("l2_model", m->version, L2_MODEL_VERSION, ERRCODE_FEATURE_NOT_SUPPORTED);
	if (m->nstats > L2_STATS || m->nvectors > L2_VECTORS || m->method >= L2_METHODS ||
		m->solver >= L2_SOLVERS || !l2_valid_kept(m->kept))
		l2_written_by_newer("l2_model",
							"It has a method, a solver or numbers that this l2reg does not know.",
							ERRCODE_FEATURE_NOT_SUPPORTED);
	return m;
}

l2_model *
l2_model_new(int p, l2_names names)
{
	return l2_model_new_keeping(p, names, 0);
}

l2_model *
l2_model_new_keeping(int p, l2_names names, int kept)
{
	l2_model head = {.nstats = L2_STATS, .nvectors = L2_VECTORS, .p = p, .kept = kept};
	Size numbers, size;
	l2_model *m;
	int classes;

	names = l2_names_without_orders(names);
	(void) l2_classes_of(names, &classes);
	head.classes = classes;
	numbers = l2_model_numbers(&head);
	size =
		offsetof(l2_model, values) + sizeof(double) * numbers + names.len + p + names.encoding_len;

	if (size > MaxAllocSize)
		ereport(ERROR,
				(errcode(ERRCODE_PROGRAM_LIMIT_EXCEEDED),
				 errmsg("model of %d features would take %s", p, l2_pretty_size((double) size)),
				 errdetail("A value may take at most 1 GB."),
				 errhint("Leave option \"covariance\" out.")));
	m = palloc0(size);
	SET_VARSIZE(m, size);
	m->version = L2_MODEL_VERSION;
	m->nstats = L2_STATS;
	m->nvectors = L2_VECTORS;
	m->kept = kept;
	m->p = p;
	m->classes = classes;
	m->names_len = names.len;
	m->encoding_len = names.encoding_len;
	for (Size i = 0; i < numbers; i++)
		m->values[i] = NAN;
	if (names.len > 0)
		memcpy((char *) l2_names_of_model(m).bytes, names.bytes, names.len);
	if (names.encoding_len > 0)
		memcpy((char *) l2_names_of_model(m).encoding, names.encoding, names.encoding_len);
	return m;
}

static bool
says_nothing(const l2_model *m, l2_vector v)
{
	for (int i = 0; i <= m->p; i++)
		if (!isnan(l2_model_vector(m, v)[i]))
			return false;
	return true;
}

/* Coefficients of a class that are not the fit's: 0, without an error */
static void
forget_unsaid_of_class(l2_model *m, int class)
{
	bool base = l2_model_stat(m, L2_STAT_REFERENCE_CLASS) == class;

	for (int i = 0; i <= m->p; i++)
	{
		bool dropped = i == 0 ? !(m->flags & L2_MODEL_INTERCEPT) : l2_model_dropped(m)[i - 1];

		if (!base && !dropped)
			continue;
		l2_model_class(m, class, false)[i] = 0;
		l2_model_class(m, class, true)[i] = NAN;
	}
}

/* Leave out what has no place in the text: flags that the method has no use for, an intercept that
 * was not fitted */
static void
forget_unsaid(l2_model *m)
{
	if (l2_method_without_penalty(m->method) || m->method == L2_METHOD_DROPOUT)
	{
		m->flags &= ~L2_MODEL_STANDARDIZE;
		m->lambda_scale = L2_LAMBDA_SUM;
	}
	if (m->method != L2_METHOD_DROPOUT && isnan(m->values[L2_STAT_RATE]))
		m->flags &= ~L2_MODEL_TO_MEAN;
	if (!l2_model_iterated(m))
		m->flags &= ~L2_MODEL_UNCONVERGED;
	if (m->flags & L2_MODEL_FREQUENCY)
		m->values[L2_STAT_LOG_WEIGHTS] = NAN;
	if ((m->flags & L2_MODEL_INTERCEPT) == 0)
	{
		l2_model_vector(m, L2_ESTIMATE)[0] = 0;
		l2_model_vector(m, L2_STD_ERROR)[0] = NAN;
	}
	l2_model_vector(m, L2_PENALTY_FACTOR)[0] = NAN;
	for (int j = 0; j < m->p; j++)
		if (l2_model_dropped(m)[j])
			l2_model_vector(m, L2_ESTIMATE)[j + 1] = 0;
	for (int c = 0; c < m->classes; c++)
		forget_unsaid_of_class(m, c);
}

void
l2_model_finish(l2_model *m)
{
	const char *names = l2_names_of_model(m).bytes;
	Size tail = (Size) m->names_len + m->p + m->encoding_len;
	Size numbers, behind;
	const double *from = l2_model_vector(m, m->nvectors);

	forget_unsaid(m);
	/* the last of the matrices; what is behind them is no more found where it was */
	if (!(m->flags & L2_MODEL_DROPPED))
		m->kept &= ~L2_KEPT_ALIASES;
	behind = l2_model_matrices(m) * l2_model_triangle(m) + 2 * l2_model_class_numbers(m);
	while (m->nvectors > L2_VECTORS_ALWAYS && says_nothing(m, m->nvectors - 1))
		m->nvectors--;
	memmove(l2_model_vector(m, m->nvectors), from, sizeof(double) * behind);
	from = l2_model_vector(m, 0);
	numbers = l2_model_numbers(m) - m->nstats;
	while (m->nstats > L2_STATS_ALWAYS && isnan(m->values[m->nstats - 1]))
		m->nstats--;
	memmove(l2_model_vector(m, 0), from, sizeof(double) * numbers);
	numbers += m->nstats;
	for (Size i = 0; i < numbers; i++)
		m->values[i] = isnan(m->values[i]) ? NAN : m->values[i] + 0.0;
	memmove((char *) l2_names_of_model(m).bytes, names, tail);
	SET_VARSIZE(m, l2_names_of_model(m).bytes + tail - (char *) m);
}

const char *
l2_model_term(const l2_model *m, int i)
{
	return i == 0 ? L2_INTERCEPT_NAME : l2_column_name(l2_names_of_model(m), i);
}

int
l2_model_nonzero(const l2_model *m)
{
	const double *b = l2_model_vector(m, L2_ESTIMATE);
	int n = 0;

	for (int i = 1; i <= m->p; i++)
		n += b[i] != 0;
	return n;
}

/*
 * JSON
 */

static void
append_key(StringInfo s, const char *key)
{
	appendStringInfoString(s, ", ");
	escape_json(s, key);
	appendStringInfoString(s, ": ");
}

/* Families, links and ways of dropout are said by name; "" for a number that is none's */
static const char *
name_of_number(l2_stat s, double v)
{
	if (s == L2_STAT_MASKS)
		return v >= L2_MASKS_QUADRATIC && v <= L2_MASKS_EXACT ? l2_masks_name((int) v) : "";
	if (!(v >= 0 && v < (s == L2_STAT_FAMILY ? (int) L2N_FAMILIES : (int) L2N_LINKS)))
		return "";
	return s == L2_STAT_FAMILY ? l2_family_name((int) v) : l2_link_name((int) v);
}

static void
append_matrices(StringInfo s, const l2_model *m)
{
	for (int i = 0; i < (int) lengthof(matrices); i++)
	{
		const double *v = l2_model_matrix(m, matrices[i].which);

		if (v == NULL)
			continue;
		append_key(s, matrices[i].key);
		for (Size j = 0; j < l2_model_triangle(m); j++)
		{
			appendStringInfoString(s, j == 0 ? "[" : ", ");
			l2_append_double(s, v[j]);
		}
		appendStringInfoChar(s, ']');
	}
}

static void
append_labels(StringInfo s, l2_target_labels labels)
{
	if (labels.positive == NULL)
		return;
	append_key(s, "positive");
	escape_json(s, labels.positive);
	append_key(s, "negative");
	escape_json(s, labels.negative);
}

static void
append_classes(StringInfo s, const l2_model *m, const char *const *label)
{
	append_key(s, "classes");
	for (int c = 0; c < m->classes; c++)
	{
		appendStringInfoString(s, c == 0 ? "[" : ", ");
		escape_json(s, label[c]);
	}
	appendStringInfoChar(s, ']');
}

/* What each class has of a term, in place of the one number that other models have */
static void
append_of_classes(StringInfo s, const l2_model *m, l2_vector v, int term)
{
	bool any = v == L2_ESTIMATE;

	for (int c = 0; c < m->classes && !any; c++)
		any = !isnan(l2_model_class(m, c, true)[term]);
	if (!any)
		return;
	append_key(s, vector_names[v]);
	for (int c = 0; c < m->classes; c++)
	{
		appendStringInfoString(s, c == 0 ? "[" : ", ");
		l2_append_double(s, l2_model_class(m, c, v == L2_STD_ERROR)[term]);
	}
	appendStringInfoChar(s, ']');
}

/*
 * The model as the JSON that docs/model-json.md describes; keys are left out where they say
 * nothing.
 */
static char *
model_to_json(const l2_model *m)
{
	l2_encoding *e = l2_encoding_of(l2_names_of_model(m));
	int classes;
	const char **class = l2_classes_of(l2_names_of_model(m), &classes);
	StringInfoData s;

	initStringInfo(&s);
	appendStringInfo(&s, "{\"l2_model\": %d, \"method\": \"%s\", \"target\": ", m->version,
					 l2_method_name(m->method));
	escape_json(&s, l2_column_name(l2_names_of_model(m), 0));
	append_labels(&s, l2_labels_of(l2_names_of_model(m)));
	if (class)
		append_classes(&s, m, class);
	appendStringInfo(&s, ", \"n\": " INT64_FORMAT ", \"n_skipped\": " INT64_FORMAT, m->n,
					 m->n_skipped);
	appendStringInfo(&s, ", \"intercept\": %s", (m->flags & L2_MODEL_INTERCEPT) ? "true" : "false");
	if (m->method == L2_METHOD_DROPOUT || (m->flags & L2_MODEL_TO_MEAN))
		appendStringInfo(&s, ", \"dropout_to\": \"%s\"",
						 (m->flags & L2_MODEL_TO_MEAN) ? "mean" : "zero");
	if (m->method != L2_METHOD_DROPOUT && !l2_method_without_penalty(m->method))
		appendStringInfo(&s, ", \"standardize\": %s, \"lambda_scale\": \"%s\"",
						 (m->flags & L2_MODEL_STANDARDIZE) ? "true" : "false",
						 l2_lambda_scale_name(m->lambda_scale));
	appendStringInfo(&s, ", \"weights\": \"%s\"",
					 l2_weight_kind_name((m->flags & L2_MODEL_FREQUENCY) ? L2_WEIGHTS_FREQUENCY
																		 : L2_WEIGHTS_PRECISION));
	if (m->flags & L2_MODEL_BOUNDED)
		appendStringInfoString(&s, ", \"bounded\": true");
	if (l2_model_iterated(m))
		appendStringInfo(&s, ", \"converged\": %s",
						 (m->flags & L2_MODEL_UNCONVERGED) ? "false" : "true");
	if (m->solver != L2_SOLVER_UNKNOWN)
		appendStringInfo(&s, ", \"solver\": \"%s\"", solver_names[m->solver]);
	if (l2_model_vcov(m) != L2_VCOV_IID)
		appendStringInfo(&s, ", \"vcov\": \"%s\"", l2_vcov_name(l2_model_vcov(m)));
	for (int i = 0; i < m->nstats; i++)
	{
		if (isnan(m->values[i]))
			continue;
		append_key(&s, stat_names[i]);
		if (i == L2_STAT_FAMILY || i == L2_STAT_LINK || (i == L2_STAT_MASKS && !(m->values[i] > 0)))
			escape_json(&s, name_of_number(i, m->values[i]));
		else if (i == L2_STAT_REFERENCE_CLASS)
			escape_json(&s, class[(int) m->values[i]]);
		else
			l2_append_double(&s, m->values[i]);
	}
	for (int v = L2_MEAN; v <= L2_SD; v++)
		if (!isnan(l2_model_vector(m, v)[0]))
		{
			append_key(&s, v == L2_MEAN ? "target_mean" : "target_sd");
			l2_append_double(&s, l2_model_vector(m, v)[0]);
		}

	appendStringInfoString(&s, ", \"terms\": [");
	for (int i = (m->flags & L2_MODEL_INTERCEPT) ? 0 : 1; i <= m->p; i++)
	{
		appendStringInfoString(&s, s.data[s.len - 1] == '[' ? "{\"term\": " : ", {\"term\": ");
		escape_json(&s, l2_model_term(m, i));
		for (int k = 0; k < (int) lengthof(vectors_told); k++)
		{
			l2_vector v = vectors_told[k];
			double x = l2_model_value(m, v, i);
			bool dropped = i > 0 && l2_model_dropped(m)[i - 1];

			if (i == 0 && v != L2_ESTIMATE && v != L2_STD_ERROR)
				continue;
			if (class && !dropped && (v == L2_ESTIMATE || v == L2_STD_ERROR))
			{
				append_of_classes(&s, m, v, i);
				continue;
			}
			if (v == L2_ESTIMATE && dropped)
				x = NAN;
			else if (isnan(x) && v != L2_ESTIMATE)
				continue;
			append_key(&s, vector_names[v]);
			l2_append_double(&s, x);
		}
		appendStringInfoChar(&s, '}');
	}
	appendStringInfoChar(&s, ']');
	append_matrices(&s, m);
	if (e != NULL)
	{
		append_key(&s, "encoding");
		l2_append_encoding(&s, e);
	}
	appendStringInfoChar(&s, '}');
	return s.data;
}

static void
bad_model(const char *detail)
{
	ereport(ERROR, (errcode(ERRCODE_INVALID_TEXT_REPRESENTATION), errmsg("invalid l2_model"),
					errdetail("%s", detail),
					errhint("A model is made by ridge_fit, ols_fit, l2_ridge or l2_ols.")));
}

/* A number, or NaN for null */
static double
json_double(const JsonbValue *v, const char *key)
{
	double r;

	if (v->type == jbvNull)
		return NAN;
	if (v->type != jbvNumeric)
		bad_model(psprintf("\"%s\" is not a number.", key));
	r = DatumGetFloat8(
		DirectFunctionCall1(numeric_float8_no_overflow, NumericGetDatum(v->val.numeric)));
	if (isinf(r))
		bad_model(psprintf("\"%s\" is out of range of type double precision.", key));
	return r;
}

static int64
json_count(const JsonbValue *v, const char *key)
{
	int64 n = -1;

	if (v->type == jbvNumeric)
		n = DatumGetInt64(DirectFunctionCall1(numeric_int8, NumericGetDatum(v->val.numeric)));
	if (n < 0)
		bad_model(psprintf("\"%s\" is not a row count.", key));
	return n;
}

static bool
json_flag(const JsonbValue *v, const char *key)
{
	if (v->type != jbvBool)
		bad_model(psprintf("\"%s\" is not true or false.", key));
	return v->val.boolean;
}

static char *
json_text(const JsonbValue *v, const char *key)
{
	if (v->type != jbvString)
		bad_model(psprintf("\"%s\" is not a string.", key));
	return pnstrdup(v->val.string.val, v->val.string.len);
}

/* Value of key in an object; NULL where it is absent */
static JsonbValue *
json_get(JsonbContainer *object, const char *key)
{
	JsonbValue k;

	k.type = jbvString;
	k.val.string.val = (char *) key;
	k.val.string.len = strlen(key);
	return findJsonbValueFromContainer(object, JB_FOBJECT, &k);
}

static bool
key_is_among(const JsonbValue *key, const char *const *names, int n)
{
	for (int i = 0; i < n; i++)
		if (strlen(names[i]) == (size_t) key->val.string.len &&
			memcmp(names[i], key->val.string.val, key->val.string.len) == 0)
			return true;
	return false;
}

/*
 * Refuse keys that are in neither list, those of numbers and the others: a typing mistake must not
 * pass for a missing number
 */
static void
check_keys(JsonbContainer *object, const char *const *numbers, int n_numbers,
		   const char *const *others, int n_others)
{
	JsonbIterator *it = JsonbIteratorInit(object);
	JsonbIteratorToken token;
	JsonbValue v;

	while ((token = JsonbIteratorNext(&it, &v, true)) != WJB_DONE)
		if (token == WJB_KEY && !key_is_among(&v, numbers, n_numbers) &&
			!key_is_among(&v, others, n_others))
			bad_model(
				psprintf("Unknown key \"%s\".", pnstrdup(v.val.string.val, v.val.string.len)));
}

/*
 * Matrices whose numbers could not come of rows: an error by refuse.  What is on the diagonal is
 * not negative.
 */
static void
check_matrices(const l2_model *m, void (*refuse)(const char *detail))
{
	Size k = l2_model_coordinates(m);

	for (int i = 0; i < (int) lengthof(matrices); i++)
	{
		const double *v = l2_model_matrix(m, matrices[i].which);

		for (Size a = 0; v && a < k; a++)
			for (Size b = a; b < k; b++)
			{
				double x = v[l2n_tri(k, a, b)];

				if (!isfinite(x) || (a == b && x < 0))
					refuse("Its covariance is not one.");
			}
	}
}

static const char *const model_keys[] = {
	"l2_model",    "method",   "target",       "n",          "n_skipped", "intercept",
	"standardize", "weights",  "lambda_scale", "solver",     "converged", "target_mean",
	"target_sd",   "terms",    "bounded",      "dropout_to", "encoding",  "vcov",
	"factor",      "variance", "positive",     "negative",   "classes",   "aliases",
};

static const char *const term_keys[] = {"term"};
static const char *const encoding_keys[] = {"unseen", "attributes", "inputs"};
static const char *const attribute_keys[] = {"attribute",  "kind",  "expression",
											 "null_level", "guard", "reference"};
static const char *const input_keys[] = {"attribute", "type"};

/* The array at a key */
static JsonbContainer *
array_of(JsonbContainer *object, const char *key, int *n)
{
	JsonbValue *v = json_get(object, key);

	if (v == NULL || v->type != jbvBinary || !JsonContainerIsArray(v->val.binary.data))
		bad_model(psprintf("\"%s\" is not an array.", key));
	*n = JsonContainerSize(v->val.binary.data);
	return v->val.binary.data;
}

static JsonbContainer *
object_of(const JsonbValue *v, const char *key)
{
	if (v->type != jbvBinary || !JsonContainerIsObject(v->val.binary.data))
		bad_model(psprintf("\"%s\" is not an object.", key));
	return v->val.binary.data;
}

/*
 * Says what is wrong by the attribute's name: documents are written by people and by other
 * programs.
 */
static void
attribute_from_json(l2_attribute *a, JsonbContainer *object)
{
	JsonbValue *name = json_get(object, "attribute"), *kind = json_get(object, "kind"), *v;

	check_keys(object, NULL, 0, attribute_keys, lengthof(attribute_keys));
	if (name == NULL || kind == NULL)
		bad_model("An attribute has no name, \"attribute\", or no \"kind\".");
	a->name = json_text(name, "attribute");
	a->kind = l2_kind_of_name(json_text(kind, "kind"));
	if (a->kind == L2_KINDS)
		bad_model(psprintf("The kind of attribute \"%s\" is not known.", a->name));
	v = json_get(object, "expression");
	a->expression = v ? json_text(v, "expression") : NULL;
	v = json_get(object, "null_level");
	a->null_level = v != NULL && json_flag(v, "null_level");
	v = json_get(object, "guard");
	a->guard = v != NULL && json_flag(v, "guard");
	if (json_get(object, "reference"))
	{
		JsonbContainer *left = array_of(object, "reference", &a->n_left);

		a->left = palloc(sizeof(l2_level_name) * Max(a->n_left, 1));
		for (int i = 0; i < a->n_left; i++)
		{
			v = getIthJsonbValueFromContainer(left, i);
			a->left[i] = v->type == jbvNull ? NULL : json_text(v, "reference");
		}
	}
	if (a->guard && (a->kind != L2_CATEGORY || a->null_level))
		bad_model(psprintf("Attribute \"%s\" is a guard and no plain category.", a->name));
	if (a->kind != L2_CATEGORY && (a->null_level || a->n_left > 0))
		bad_model(psprintf("Attribute \"%s\" has levels and is no category.", a->name));
	if (a->kind == L2_CATEGORY && strchr(a->name, '=') != NULL)
		bad_model(psprintf("Attribute \"%s\" is a category with \"=\" in its name.", a->name));
}

static void
input_from_json(l2_input *input, JsonbContainer *object)
{
	JsonbValue *name = json_get(object, "attribute"), *type = json_get(object, "type");

	check_keys(object, NULL, 0, input_keys, lengthof(input_keys));
	if (name == NULL || type == NULL)
		bad_model("An input has no name, \"attribute\", or no \"type\".");
	input->name = json_text(name, "attribute");
	input->type = json_text(type, "type");
}

static l2_encoding *
encoding_from_json(const JsonbValue *v)
{
	JsonbContainer *object = object_of(v, "encoding"), *list;
	l2_encoding *e = palloc0(sizeof *e);

	check_keys(object, NULL, 0, encoding_keys, lengthof(encoding_keys));
	v = json_get(object, "unseen");
	if (v != NULL)
		e->unseen = l2_unseen_of(json_text(v, "unseen"));
	list = array_of(object, "attributes", &e->n);
	e->attribute = palloc0(sizeof(l2_attribute) * Max(e->n, 1));
	for (int i = 0; i < e->n; i++)
		attribute_from_json(&e->attribute[i],
							object_of(getIthJsonbValueFromContainer(list, i), "attributes"));
	if (json_get(object, "inputs"))
	{
		list = array_of(object, "inputs", &e->n_inputs);
		e->input = palloc0(sizeof(l2_input) * Max(e->n_inputs, 1));
		for (int i = 0; i < e->n_inputs; i++)
			input_from_json(&e->input[i],
							object_of(getIthJsonbValueFromContainer(list, i), "inputs"));
	}
	return e;
}

/* What a number of a generalised linear model may be, and others have not */
static void
check_family(const l2_model *m)
{
	double family = l2_model_stat(m, L2_STAT_FAMILY), link = l2_model_stat(m, L2_STAT_LINK);
	l2n_family f;

	if (m->method != L2_METHOD_GLM)
	{
		if (!isnan(family) || !isnan(link))
			bad_model("Its method has no \"family\" and no \"link\".");
		return;
	}
	if (!(family >= 0 && family < L2N_FAMILIES && family == floor(family) && link >= 0 &&
		  link < L2N_LINKS && link == floor(link)) ||
		!l2n_family_make(&f, (int) family, (int) link, 1))
		bad_model("Its \"family\" and its \"link\" do not go together.");
	if (family == L2N_NEGATIVE_BINOMIAL && !(l2_model_stat(m, L2_STAT_THETA) > 0))
		bad_model("It has no \"theta\" above 0.");
	if ((family == L2N_TWEEDIE || family == L2N_QUASI) && isnan(l2_model_stat(m, L2_STAT_POWER)))
		bad_model("It has no \"power\".");
}

/* Of several classes: their number, and their numbers */
static void
model_check_classes(const l2_model *m)
{
	double base = l2_model_stat(m, L2_STAT_REFERENCE_CLASS);

	if ((m->method == L2_METHOD_MULTINOMIAL) != (m->classes > 0))
		bad_model("Method multinomial has \"classes\", two at least, and no other has.");
	if (!isnan(base) && !(base >= 0 && base < m->classes && base == floor(base)))
		bad_model("Its \"reference_class\" is none of its \"classes\".");
	if ((m->kept & ~L2_KEPT_FACTOR) != 0 && m->classes > 0)
		bad_model("A model of several classes has no \"vcov\", \"variance\" and \"aliases\".");
	for (int c = 0; c < m->classes; c++)
		for (int i = 0; i <= m->p; i++)
		{
			if (!isfinite(l2_model_class(m, c, false)[i]))
				bad_model("A coefficient of a class is not a number.");
			if (l2_model_class(m, c, true)[i] < 0 || isinf(l2_model_class(m, c, true)[i]))
				bad_model("A standard error of a class is none.");
		}
}

/* Labels are of two classes */
static void
model_check_labels(const l2_model *m)
{
	if (l2_labels_of(l2_names_of_model(m)).positive != NULL && !l2_model_is_binomial(m))
		bad_model("Its method has no \"positive\" and no \"negative\".");
}

/* names with the classes of a document; all different */
static l2_names
classes_from_json(l2_names names, JsonbContainer *root)
{
	const char **label;
	JsonbContainer *list;
	int n;

	if (json_get(root, "classes") == NULL)
		return names;
	if (l2_labels_of(names).positive != NULL)
		bad_model("A model of several classes has no \"positive\" and no \"negative\".");
	list = array_of(root, "classes", &n);
	if (n < 2 || n > L2_CLASSES_LIMIT)
		bad_model(psprintf("\"classes\" must be 2 to %d.", L2_CLASSES_LIMIT));
	label = palloc(sizeof(char *) * n);
	for (int i = 0; i < n; i++)
		label[i] = json_text(getIthJsonbValueFromContainer(list, i), "classes");
	names = l2_class_names(names, n, label);
	if (!l2_valid_encoding(names.encoding, names.encoding_len, true))
		bad_model("Two of its \"classes\" are the same.");
	return names;
}

/* The number of the class that a document calls the reference */
static double
reference_class_from_json(const l2_model *m, const char *label)
{
	int n;
	const char **class = l2_classes_of(l2_names_of_model(m), &n);

	for (int c = 0; c < n; c++)
		if (strcmp(class[c], label) == 0)
			return c;
	bad_model("Its \"reference_class\" is none of its \"classes\".");
	return NAN;
}

/* What a term has of each class; false where it has nothing, null for a term that was dropped */
static bool
term_from_json(l2_model *m, JsonbContainer *term, l2_vector v, int t)
{
	JsonbValue *of = json_get(term, vector_names[v]);
	JsonbContainer *list;
	int n;

	if (of == NULL || of->type == jbvNull)
		return false;
	list = array_of(term, vector_names[v], &n);
	if (n != m->classes)
		bad_model(psprintf("\"%s\" has %d numbers, but there are %d classes.", vector_names[v], n,
						   m->classes));
	for (int c = 0; c < n; c++)
		l2_model_class(m, c, v == L2_STD_ERROR)[t] =
			json_double(getIthJsonbValueFromContainer(list, c), vector_names[v]);
	return true;
}

static l2_target_labels
labels_from_json(JsonbContainer *root)
{
	JsonbValue *positive = json_get(root, "positive"), *negative = json_get(root, "negative");
	l2_target_labels r = {NULL, NULL};

	if ((positive == NULL) != (negative == NULL))
		bad_model("\"positive\" and \"negative\" go together.");
	if (positive == NULL)
		return r;
	r.positive = json_text(positive, "positive");
	r.negative = json_text(negative, "negative");
	if (strcmp(r.positive, r.negative) == 0)
		bad_model("\"positive\" and \"negative\" are the same label.");
	return r;
}

/* What a document has of covariances, without the numbers */
static int
kept_from_json(JsonbContainer *root)
{
	JsonbValue *v = json_get(root, "vcov");
	int kept = v ? l2_vcov_of(json_text(v, "vcov")) << L2_KEPT_SHIFT : 0;

	for (int i = 0; i < (int) lengthof(matrices); i++)
		if (json_get(root, matrices[i].key) != NULL)
			kept |= matrices[i].which;
	if (!l2_valid_kept(kept))
		bad_model("It has a \"variance\" or \"aliases\" and no \"factor\".");
	return kept;
}

/* Read the matrices that the model has room for; their sizes are the features'. */
static void
matrices_from_json(l2_model *m, JsonbContainer *root)
{
	for (int i = 0; i < (int) lengthof(matrices); i++)
	{
		const char *key = matrices[i].key;
		double *to = l2_model_matrix(m, matrices[i].which);
		JsonbContainer *list;
		JsonbIterator *it;
		JsonbIteratorToken token;
		JsonbValue v;
		int n, at = 0;

		if (to == NULL)
			continue;
		list = array_of(root, key, &n);
		if ((Size) n != l2_model_triangle(m))
			bad_model(psprintf("\"%s\" has %d numbers, but with %d features%s there are %zu.", key,
							   n, m->p,
							   m->classes > 0 ? psprintf(" of %d classes", m->classes) : "",
							   l2_model_triangle(m)));
		it = JsonbIteratorInit(list);
		while ((token = JsonbIteratorNext(&it, &v, true)) != WJB_DONE)
			if (token == WJB_ELEM)
				to[at++] = json_double(&v, key);
	}
	check_matrices(m, bad_model);
}

/* Read a model from its JSON; an error says what is wrong with the first key that is. */
static l2_model *
model_from_json(JsonbContainer *root)
{
	JsonbValue *v;
	JsonbContainer *terms;
	l2_model *m;
	char **names, *target;
	l2_names all;
	int nterms, first, p;

	if (!JsonContainerIsObject(root))
		bad_model("It is not a JSON object.");
	v = json_get(root, "l2_model");
	if (v == NULL)
		bad_model("It has no key \"l2_model\", the format's version.");
	l2_check_format("l2_model", json_count(v, "l2_model"), L2_MODEL_VERSION,
					ERRCODE_INVALID_TEXT_REPRESENTATION);
	check_keys(root, stat_names, L2_STATS, model_keys, lengthof(model_keys));

	v = json_get(root, "terms");
	if (v == NULL || v->type != jbvBinary || !JsonContainerIsArray(v->val.binary.data))
		bad_model("It has no array \"terms\".");
	terms = v->val.binary.data;
	nterms = JsonContainerSize(terms);
	if (nterms > L2_COLUMNS_LIMIT)
		bad_model("It has too many terms.");

	names = palloc(sizeof(char *) * Max(nterms, 1));
	for (int i = 0; i < nterms; i++)
	{
		JsonbValue *e = getIthJsonbValueFromContainer(terms, i), *name;

		if (e->type != jbvBinary || !JsonContainerIsObject(e->val.binary.data))
			bad_model("A term is not an object.");
		check_keys(e->val.binary.data, vector_names, L2_VECTORS, term_keys, lengthof(term_keys));
		name = json_get(e->val.binary.data, "term");
		if (name == NULL)
			bad_model("A term has no name, \"term\".");
		names[i] = json_text(name, "term");
	}
	first = nterms > 0 && strcmp(names[0], L2_INTERCEPT_NAME) == 0 ? 1 : 0;
	p = nterms - first;

	v = json_get(root, "target");
	target = v ? json_text(v, "target") : "y";
	all = l2_canonical_names(l2_join_names(target, p, (const char *const *) names + first));
	l2_check_names(all);
	v = json_get(root, "encoding");
	all = l2_encode_names(all, v ? encoding_from_json(v) : NULL);
	all = l2_label_names(all, labels_from_json(root));
	all = classes_from_json(all, root);
	m = l2_model_new_keeping(p, all, kept_from_json(root));

	v = json_get(root, "method");
	if (v == NULL)
		bad_model("It has no \"method\".");
	m->method = l2_method_of(json_text(v, "method"));
	if ((v = json_get(root, "n")) != NULL)
		m->n = json_count(v, "n");
	if ((v = json_get(root, "n_skipped")) != NULL)
		m->n_skipped = json_count(v, "n_skipped");
	if (first)
		m->flags |= L2_MODEL_INTERCEPT;
	if ((v = json_get(root, "intercept")) != NULL && json_flag(v, "intercept") != (first == 1))
		bad_model("\"intercept\" does not agree with the terms.");
	if ((v = json_get(root, "standardize")) != NULL && json_flag(v, "standardize"))
		m->flags |= L2_MODEL_STANDARDIZE;
	if ((v = json_get(root, "dropout_to")) != NULL &&
		l2_dropout_to_mean(json_text(v, "dropout_to")))
		m->flags |= L2_MODEL_TO_MEAN;
	if ((v = json_get(root, "weights")) != NULL &&
		l2_weight_kind_of(json_text(v, "weights")) == L2_WEIGHTS_FREQUENCY)
		m->flags |= L2_MODEL_FREQUENCY;
	if ((v = json_get(root, "converged")) != NULL && !json_flag(v, "converged"))
		m->flags |= L2_MODEL_UNCONVERGED;
	if ((v = json_get(root, "bounded")) != NULL && json_flag(v, "bounded"))
		m->flags |= L2_MODEL_BOUNDED;
	if ((v = json_get(root, "lambda_scale")) != NULL)
		m->lambda_scale = l2_lambda_scale_of(json_text(v, "lambda_scale"));
	if ((v = json_get(root, "solver")) != NULL)
	{
		char *solver = json_text(v, "solver");

		while (m->solver < L2_SOLVERS && strcmp(solver, solver_names[m->solver]) != 0)
			m->solver++;
		if (m->solver == L2_SOLVERS)
			bad_model("Its \"solver\" is not known.");
	}
	for (int i = 0; i < L2_STATS; i++)
		if ((v = json_get(root, stat_names[i])) != NULL)
			m->values[i] = i == L2_STAT_FAMILY ? l2_family_kind_of(json_text(v, stat_names[i]))
						   : i == L2_STAT_LINK ? l2_link_kind_of(json_text(v, stat_names[i]))
						   : i == L2_STAT_REFERENCE_CLASS
							   ? reference_class_from_json(m, json_text(v, stat_names[i]))
						   : i == L2_STAT_MASKS && v->type == jbvString
							   ? l2_masks_of(json_text(v, stat_names[i]))
							   : json_double(v, stat_names[i]);
	check_family(m);
	model_check_labels(m);
	if ((v = json_get(root, "target_mean")) != NULL)
		l2_model_vector(m, L2_MEAN)[0] = json_double(v, "target_mean");
	if ((v = json_get(root, "target_sd")) != NULL)
		l2_model_vector(m, L2_SD)[0] = json_double(v, "target_sd");

	l2_model_vector(m, L2_ESTIMATE)[0] = 0;
	for (int c = 0; c < m->classes; c++)
		memset(l2_model_class(m, c, false), 0, sizeof(double) * (p + 1));
	for (int i = 0; i < nterms; i++)
	{
		JsonbContainer *term = getIthJsonbValueFromContainer(terms, i)->val.binary.data;
		int t = i + 1 - first;
		double *estimate = &l2_model_vector(m, L2_ESTIMATE)[t];

		for (int k = 0; k < L2_VECTORS; k++)
			if (m->classes > 0 && (k == L2_ESTIMATE || k == L2_STD_ERROR) &&
				term_from_json(m, term, k, t))
				l2_model_vector(m, k)[t] = k == L2_ESTIMATE ? 0 : NAN;
			else if ((v = json_get(term, vector_names[k])) != NULL)
				l2_model_vector(m, k)[t] = json_double(v, vector_names[k]);
		if (json_get(term, "estimate") == NULL)
			bad_model(psprintf("Term \"%s\" has no \"estimate\".", names[i]));
		if (isnan(*estimate))
		{
			if (t == 0)
				bad_model("The intercept is null.");
			l2_model_dropped(m)[t - 1] = true;
			m->flags |= L2_MODEL_DROPPED;
		}
	}
	model_check_classes(m);
	matrices_from_json(m, root);
	l2_model_finish(m);
	return m;
}

/* The intercept, 0 for none, then a coefficient each; NULL for a column that does not count */
PG_FUNCTION_INFO_V1(l2_model_of_coefficients);
PGDLLEXPORT Datum
l2_model_of_coefficients(PG_FUNCTION_ARGS)
{
	l2_names names = {NULL, 0};
	int n, n_names;
	bool *nulls;
	double *b;
	l2_model *m;

	if (PG_ARGISNULL(0))
		PG_RETURN_NULL();
	b = l2_read_array(PG_GETARG_DATUM(0), "coefficients", &n, &nulls);
	if (n == 0 || nulls[0])
		ereport(ERROR, (errcode(ERRCODE_INVALID_PARAMETER_VALUE),
						errmsg("coefficients must begin with the intercept"),
						errhint("Put 0 first where there is none.")));
	l2_check_columns(n);
	if (!PG_ARGISNULL(1))
	{
		char **list = l2_text_array(PG_GETARG_DATUM(1), "names", &n_names);

		if (n_names != n - 1)
			ereport(ERROR,
					(errcode(ERRCODE_ARRAY_SUBSCRIPT_ERROR),
					 errmsg("%d names given, but the number of features is %d", n_names, n - 1)));
		names = l2_canonical_names(l2_join_names("y", n - 1, (const char *const *) list));
		l2_check_names(names);
	}
	m = l2_model_new(n - 1, names);
	m->method = L2_METHOD_OLS;
	m->flags |= L2_MODEL_INTERCEPT;
	for (int i = 0; i < n; i++)
	{
		if (nulls[i])
		{
			l2_model_dropped(m)[i - 1] = true;
			m->flags |= L2_MODEL_DROPPED;
		}
		if (!isfinite(b[i]))
			ereport(ERROR, (errcode(ERRCODE_INVALID_PARAMETER_VALUE),
							errmsg("coefficients must be finite numbers, but number %d is %g",
								   i + 1, b[i])));
		l2_model_vector(m, L2_ESTIMATE)[i] = b[i];
	}
	l2_model_finish(m);
	PG_RETURN_POINTER(m);
}

PG_FUNCTION_INFO_V1(l2_model_in);
PGDLLEXPORT Datum
l2_model_in(PG_FUNCTION_ARGS)
{
	char *s = PG_GETARG_CSTRING(0);
	Jsonb *jb;

	/* SQL reads l2_model('house_price') as a cast, not as a call */
	if (isalpha((unsigned char) *s) || *s == '_' || IS_HIGHBIT_SET(*s))
		ereport(ERROR, (errcode(ERRCODE_INVALID_TEXT_REPRESENTATION),
						errmsg("invalid l2_model: it is not a JSON object"),
						errhint("For the model kept under a name write l2_get(name).")));
	jb = DatumGetJsonbP(DirectFunctionCall1(jsonb_in, CStringGetDatum(s)));
	PG_RETURN_POINTER(model_from_json(&jb->root));
}

PG_FUNCTION_INFO_V1(l2_model_out);
PGDLLEXPORT Datum
l2_model_out(PG_FUNCTION_ARGS)
{
	PG_RETURN_CSTRING(model_to_json(PG_GETARG_ANY_L2_MODEL(0)));
}

PG_FUNCTION_INFO_V1(l2_model_to_jsonb);
PGDLLEXPORT Datum
l2_model_to_jsonb(PG_FUNCTION_ARGS)
{
	PG_RETURN_DATUM(
		DirectFunctionCall1(jsonb_in, CStringGetDatum(model_to_json(PG_GETARG_ANY_L2_MODEL(0)))));
}

PG_FUNCTION_INFO_V1(l2_model_to_json);
PGDLLEXPORT Datum
l2_model_to_json(PG_FUNCTION_ARGS)
{
	PG_RETURN_TEXT_P(cstring_to_text(model_to_json(PG_GETARG_ANY_L2_MODEL(0))));
}

PG_FUNCTION_INFO_V1(l2_model_from_jsonb);
PGDLLEXPORT Datum
l2_model_from_jsonb(PG_FUNCTION_ARGS)
{
	PG_RETURN_POINTER(model_from_json(&PG_GETARG_JSONB_P(0)->root));
}

/*
 * Binary: the same fields, big-endian, with a CRC-32C.
 */

PG_FUNCTION_INFO_V1(l2_model_send);
PGDLLEXPORT Datum
l2_model_send(PG_FUNCTION_ARGS)
{
	l2_model *m = PG_GETARG_ANY_L2_MODEL(0);
	Size numbers = l2_model_numbers(m);
	l2_names names = l2_names_to_utf8(l2_names_of_model(m));
	StringInfoData buf;
	int start;

	pq_begintypsend(&buf);
	start = buf.len;
	pq_sendbyte(&buf, m->version);
	pq_sendbyte(&buf, m->flags);
	pq_sendbyte(&buf, m->method);
	pq_sendbyte(&buf, m->lambda_scale);
	pq_sendbyte(&buf, m->solver);
	pq_sendbyte(&buf, m->nstats);
	pq_sendbyte(&buf, m->nvectors);
	pq_sendbyte(&buf, m->kept);
	pq_sendint16(&buf, m->classes); /* where there are none, with p one number of 32 bits */
	pq_sendint16(&buf, m->p);
	pq_sendint32(&buf, names.len);
	pq_sendint64(&buf, m->n);
	pq_sendint64(&buf, m->n_skipped);
	for (Size i = 0; i < numbers; i++)
		pq_sendfloat8(&buf, m->values[i]);
	pq_sendbytes(&buf, names.bytes, names.len);
	pq_sendbytes(&buf, (char *) l2_model_dropped(m), m->p);
	pq_sendbytes(&buf, names.encoding, names.encoding_len);
	l2_send_crc(&buf, start);
	PG_RETURN_BYTEA_P(pq_endtypsend(&buf));
}

static void
model_damaged(const char *why)
{
	l2_invalid("l2_model", ERRCODE_INVALID_BINARY_REPRESENTATION, why);
}

PG_FUNCTION_INFO_V1(l2_model_recv);
PGDLLEXPORT Datum
l2_model_recv(PG_FUNCTION_ARGS)
{
	StringInfo buf = (StringInfo) PG_GETARG_POINTER(0);
	int flags, method, lambda_scale, solver, nstats, nvectors, kept, p, classes, labels;
	l2_model shape = {.nvectors = 0};
	l2_names names;
	int64 n, n_skipped;
	Size left, numbers, before, expected;
	uint32 encoding_len;
	const char *values, *dropped;
	l2_model *m;

	/* first of all: a newer format may be laid out in another way */
	if (buf->len > buf->cursor)
		l2_check_format("l2_model", (unsigned char) buf->data[buf->cursor], L2_MODEL_VERSION,
						ERRCODE_INVALID_BINARY_REPRESENTATION);
	if (buf->len - buf->cursor < 36)
		model_damaged("It is too short.");
	if (!l2_crc_matches(buf))
		model_damaged("Its checksum is wrong.");

	(void) pq_getmsgbyte(buf); /* the version */
	flags = pq_getmsgbyte(buf);
	method = pq_getmsgbyte(buf);
	lambda_scale = pq_getmsgbyte(buf);
	solver = pq_getmsgbyte(buf);
	nstats = pq_getmsgbyte(buf);
	nvectors = pq_getmsgbyte(buf);
	kept = pq_getmsgbyte(buf);
	classes = (int) pq_getmsgint(buf, 2);
	p = (int) pq_getmsgint(buf, 2);
	names.len = pq_getmsgint(buf, 4);
	n = pq_getmsgint64(buf);
	n_skipped = pq_getmsgint64(buf);

	if ((flags & ~L2_MODEL_FLAGS) != 0 || method >= L2_METHODS || lambda_scale > L2_LAMBDA_GLMNET ||
		solver >= L2_SOLVERS || nstats < L2_STATS_ALWAYS || nstats > L2_STATS ||
		nvectors < L2_VECTORS_ALWAYS || nvectors > L2_VECTORS || n < 0 || n_skipped < 0 ||
		p > L2_COLUMNS_LIMIT || classes > L2_CLASSES_LIMIT || !l2_valid_kept(kept))
		model_damaged("A field in it is out of range.");
	shape.nstats = nstats;
	shape.nvectors = nvectors;
	shape.kept = kept;
	shape.p = p;
	shape.classes = classes;
	numbers = l2_model_numbers(&shape);
	left = buf->len - buf->cursor;
	expected = numbers * sizeof(double) + names.len + p + 4;
	if (names.len > left || left < expected)
		model_damaged("Its length does not fit its terms.");
	/* what is left before the checksum */
	encoding_len = names.encoding_len = left - expected;
	names.encoding = buf->data + buf->len - 4 - encoding_len;
	if (encoding_len > 0 && !l2_valid_encoding(names.encoding, encoding_len, true))
		model_damaged("Its length does not fit its terms.");
	values = pq_getmsgbytes(buf, numbers * sizeof(double));
	names.bytes = pq_getmsgbytes(buf, names.len);
	if (!l2_valid_names(names, p + 1))
		model_damaged("Its names do not fit its terms.");
	(void) l2_classes_of(names, &labels);
	if (labels != classes)
		model_damaged("Its labels do not fit its classes.");
	names = l2_names_from_utf8(names);
	l2_check_names(names);
	dropped = pq_getmsgbytes(buf, p);
	(void) pq_getmsgbytes(buf, encoding_len);
	(void) pq_getmsgint(buf, 4); /* the checksum */

	m = l2_model_new_keeping(p, names, kept);
	m->flags = flags;
	m->method = method;
	m->lambda_scale = lambda_scale;
	m->solver = solver;
	m->n = n;
	m->n_skipped = n_skipped;
	before = nstats + (Size) nvectors * (p + 1);
	for (Size i = 0; i < numbers; i++)
	{
		uint64 bits;

		/* the last statistics and vectors are not always there */
		Size at = i + (i < (Size) nstats ? 0 : L2_STATS - nstats) +
				  (i < before ? 0 : (Size) (L2_VECTORS - nvectors) * (p + 1));
		double *to = m->values + at;

		memcpy(&bits, values + i * sizeof bits, sizeof bits);
		bits = pg_ntoh64(bits);
		memcpy(to, &bits, sizeof bits);
		if (isinf(*to))
			model_damaged("A number in it is infinite.");
	}
	check_family(m);
	model_check_labels(m);
	for (int i = 0; i <= p; i++)
		if (isnan(l2_model_vector(m, L2_ESTIMATE)[i]))
			model_damaged("A coefficient in it is not a number.");
	model_check_classes(m);
	check_matrices(m, model_damaged);
	m->flags &= ~L2_MODEL_DROPPED;
	for (int i = 0; i < p; i++)
		if (dropped[i] != 0)
		{
			l2_model_dropped(m)[i] = true;
			m->flags |= L2_MODEL_DROPPED;
		}
	l2_model_finish(m);
	PG_RETURN_POINTER(m);
}

/*
 * Accessors
 */

/* Terms from first on, a dropped one as NULL; an offset is no coefficient */
static ArrayType *
estimates(const l2_model *m, int first)
{
	int n = m->p + 1 - first - l2_model_has_offset(m), lower = 1;
	Datum *values = palloc(sizeof(Datum) * Max(n, 1));
	bool *nulls = palloc0(sizeof(bool) * Max(n, 1));

	if (n == 0)
		return construct_empty_array(FLOAT8OID);
	for (int i = 0; i < n; i++)
	{
		values[i] = Float8GetDatum(l2_model_vector(m, L2_ESTIMATE)[i + first]);
		nulls[i] = i + first > 0 && l2_model_dropped(m)[i + first - 1];
	}
	return construct_md_array(values, nulls, 1, &n, &lower, FLOAT8OID, 8, FLOAT8PASSBYVAL,
							  TYPALIGN_DOUBLE);
}

/* A row for each class */
static ArrayType *
estimates_of_classes(const l2_model *m)
{
	int dim[2] = {m->classes, m->p}, lower[2] = {1, 1};
	Size n = (Size) m->classes * m->p;
	Datum *values = palloc(sizeof(Datum) * Max(n, 1));
	bool *nulls = palloc0(sizeof(bool) * Max(n, 1));

	if (n == 0)
		return construct_empty_array(FLOAT8OID);
	for (int c = 0; c < m->classes; c++)
		for (int j = 0; j < m->p; j++)
		{
			values[(Size) c * m->p + j] = Float8GetDatum(l2_model_class(m, c, false)[j + 1]);
			nulls[(Size) c * m->p + j] = l2_model_dropped(m)[j];
		}
	return construct_md_array(values, nulls, 2, dim, lower, FLOAT8OID, 8, FLOAT8PASSBYVAL,
							  TYPALIGN_DOUBLE);
}

PG_FUNCTION_INFO_V1(l2_coef);
PGDLLEXPORT Datum
l2_coef(PG_FUNCTION_ARGS)
{
	const l2_model *m = PG_GETARG_ANY_L2_MODEL(0);

	PG_RETURN_ARRAYTYPE_P(m->classes > 0 ? estimates_of_classes(m) : estimates(m, 1));
}

PG_FUNCTION_INFO_V1(l2_model_to_float8_array);
PGDLLEXPORT Datum
l2_model_to_float8_array(PG_FUNCTION_ARGS)
{
	PG_RETURN_ARRAYTYPE_P(estimates(PG_GETARG_L2_MODEL(0), 0));
}

PG_FUNCTION_INFO_V1(l2_intercept);
PGDLLEXPORT Datum
l2_intercept(PG_FUNCTION_ARGS)
{
	PG_RETURN_FLOAT8(l2_model_vector(PG_GETARG_L2_MODEL(0), L2_ESTIMATE)[0]);
}

PG_FUNCTION_INFO_V1(l2_model_terms);
PGDLLEXPORT Datum
l2_model_terms(PG_FUNCTION_ARGS)
{
	l2_model *m = PG_GETARG_ANY_L2_MODEL(0);

	PG_RETURN_DATUM(l2_names_array(l2_names_of_model(m), m->p + 1));
}
