/*
 * options_page.c: the page of the reference that tells every option, from the table that checks
 * them.
 *
 * What a key may be and who knows it is what options.c says; a default and a sentence are here, so
 * that they stand beside each other, and a key without them is an error of the page.
 */
#include "base/rows.h"
#include "options/hints.h"
#include "options/options.h"

#include "utils/builtins.h"

typedef struct page_entry
{
	const char *key;
	const char *value; /* NULL: what the table says */
	const char *otherwise;
	const char *about;
} page_entry;

static const page_entry page[] = {
	{"adds_up", NULL, "false",
	 "deal copies of a row to one fold, so that folds of groups add up to those of all rows"},
	{"adjust", NULL, "none", "how p of several contrasts, and their limits, allow for each other"},
	{"bandwidth", NULL, "none: vcov HAC needs it",
	 "so far apart in time errors of vcov HAC go together"},
	{"batch_size", NULL, "all rows", "rows of each step of solver gradient"},
	{"bucket", "an interval: \"day\", \"6 hours\"", "none", "width of the buckets of time_column"},
	{"center", NULL, "false", "centre the columns before scaling them"},
	{"class_weight", NULL, "none", "balanced: both classes weigh half of all"},
	{"cluster", "a term over the source, or an array of two", "none",
	 "rows of one value have errors that go together"},
	{"covariance", "true, false, or the most features to keep it for",
	 "false; in l2_train and l2_fit up to 500 features",
	 "keep the coefficients' covariance in the model"},
	{"criterion", NULL, "bic", "what the best of several models is best by"},
	{"dispersion", "a number > 0, or \"pearson\"", "by the family",
	 "what the variance is multiplied by; pearson: estimated"},
	{"dropout", "a number from 0 to below 1; an array of them in cross-validation", "0",
	 "share of each feature's values that are dropped while fitting, beside lambda"},
	{"dropout_to", NULL, "zero", "what stands in the place of a value that is dropped"},
	{"family", NULL, "gaussian", "how y varies about its mean"},
	{"features", NULL, "all but the target", "the columns to use, by name"},
	{"fold", "a term over the source", "its primary key, else the row's values",
	 "a key: rows of one key are in one fold"},
	{"folds", NULL, "10", "how many parts cross-validation makes, 2 to 10000"},
	{"force", NULL, "none", "columns that every model has"},
	{"gate", "a number >= 0", "none",
	 "put a refreshed version to use only if its cross-validated error is at most this share "
	 "worse"},
	{"gram", "the name of a column", "none", "the source is a relation of grams, in this column"},
	{"group", "\"factors\", or an array of whole numbers", "none",
	 "columns that are in or out together: those of a category, or of a number"},
	{"half_life", "an interval", "none", "buckets count half when they are so much older"},
	{"huber_k", NULL, "1.345",
	 "residuals beyond so many times their scale count by their sign only"},
	{"intercept", NULL, "true", "have an intercept"},
	{"keep", "a whole number >= 1, or null", "10", "how many versions to keep; null: all"},
	{"keep_gram", "true or false", "false", "keep the rows' gram with each version"},
	{"l1_ratio", "a number from 0 to 1; an array of them in cross-validation",
	 "0.5; of logistic and poisson 0", "how much of the penalty is the lasso's: 0 ridge, 1 lasso"},
	{"lag", "an interval", "none", "read again, in each refresh, the newest buckets of this width"},
	{"lambda_min_ratio", NULL, "1e-4, or 1e-2 where there are not more rows than features",
	 "smallest lambda of the grid over the largest"},
	{"lambda_scale", NULL, "sum",
	 "what lambda multiplies: the penalty, it times the sum of weights, or glmnet's"},
	{"lambdas", "an array of numbers >= 0", "a grid of n_lambda", "the lambdas to try"},
	{"learning_rate", NULL, "1 / the largest curvature", "step of solver gradient"},
	{"level", "a number between 0 and 1", "0.95", "of confidence intervals on the page"},
	{"link", NULL, "identity of gaussian, logit of binomial, else log",
	 "what of the mean is linear in the features"},
	{"lower", "a number, or an array of numbers and nulls", "none",
	 "lower bounds of the coefficients"},
	{"made", "a date", "today", "the date on the page"},
	{"masks", "\"exact\", \"normal\", \"quadratic\" or a number",
	 "exact of up to 12 features and 16,000,000 masks, else normal",
	 "how the mean over what dropout drops is had; a number: so many drawn for each row"},
	{"max_features", NULL, "all", "most features of a model"},
	{"max_iter", "a whole number >= 1", "by the solver", "most iterations, or Newton steps (100)"},
	{"max_levels", NULL, "1000", "most levels of a category; more are an error"},
	{"measure", NULL, "deviance", "what cross-validation compares"},
	{"n_lambda", NULL, "100", "how many lambdas the grid has"},
	{"names", NULL, "x1, x2, ..., or the record's", "what features are called"},
	{"non_negative", NULL, "false", "no coefficient below 0"},
	{"nonfinite", NULL, "error", "rows with NaN or infinity: an error, or skipped"},
	{"null_level", NULL, "false", "NULL is a level of categories"},
	{"offset_by", "a term over the source", "none", "what is added to the linear predictor"},
	{"one_class", NULL, "error", "y is 0, or 1, in every row: an error, or NULL for the model"},
	{"order_by", "a term over the source", "none", "the order of the rows, for vcov hac"},
	{"penalty_factor", "an array of numbers >= 0", "1 each", "what lambda is multiplied by"},
	{"positive", NULL, "none: a target of labels needs it",
	 "the label of the target that counts as 1"},
	{"power", NULL, "1.5; of quasi 1",
	 "of family tweedie or quasi: the variance is this power of the mean"},
	{"psd", NULL, "false", "of two-way clusters: make the covariance positive semidefinite"},
	{"reference", "\"first\", \"most_frequent\", \"none\", or {\"category\": \"level\"}",
	 "first without a penalty, else none", "the level of a category that has no column"},
	{"reference_class", "a label", "the first",
	 "of several classes without a penalty: the one whose coefficients are 0"},
	{"refresh", "\"full\", \"buckets\" or \"live\"", "full",
	 "read all rows again, the buckets that were touched, or none: changes are added up"},
	{"relax", "true, false, or a number from 0 to 1; an array of them in cross-validation", "false",
	 "fit the features that the lasso leaves again without a penalty: a share of 0 is that fit "
	 "alone (true), 1 the lasso's, between them both; true in cross-validation chooses of 1, 0.75, "
	 "0.5, 0.25 and 0"},
	{"rule", NULL, "min",
	 "1se: the largest lambda within a standard error of the best, not the best"},
	{"search_path", "a string", "the session's", "where names in source are looked up"},
	{"seed", "a whole number", "0",
	 "of the hash that deals rows to folds, or of the order of batches"},
	{"solver", NULL, "by the penalty", "how to solve"},
	{"ssc", NULL, "by vcov", "the correction for few rows or clusters"},
	{"standardize", NULL, "false; in l2_train and l2_fit true",
	 "penalise features in units of their standard deviation"},
	{"start", "an array of numbers, the intercept first", "0 each", "where solver gradient starts"},
	{"target", NULL, "column 0; of records y", "the column to explain, by name"},
	{"theta", NULL, "by maximum likelihood",
	 "of family negative_binomial: variance mean + mean^2 / theta"},
	{"time_column", "the name of a column", "none", "what buckets are made by"},
	{"title", "a string", "the model's name, or its target", "of the page"},
	{"tolerance", "a number >= 0", "1e-13; of logistic and poisson 1e-11",
	 "duality gap to reach, or how far the last Newton step may move the linear predictor"},
	{"training_window", "an interval", "none", "buckets count that are no older"},
	{"unseen", NULL, "error", "a level that training had not: an error, no effect, or NULL"},
	{"upper", "a number, or an array of numbers and nulls", "none",
	 "upper bounds of the coefficients"},
	{"vcov", NULL, "iid", "how standard errors come about"},
	{"weight", "a term over the source", "none: 1", "weight of a row"},
	{"weight_type", NULL, "precision",
	 "a weight is an inverse variance, or (frequency) a number of equal rows"},
};

static const page_entry *
page_find(const char *key)
{
	for (int i = 0; i < (int) lengthof(page); i++)
		if (strcmp(page[i].key, key) == 0)
			return &page[i];
	elog(ERROR, "options_page.c does not say what option \"%s\" is", key);
	return NULL;
}

/* Rows of key, value, default, what it is, and whose it is */
PG_FUNCTION_INFO_V1(_l2_option_page);
PGDLLEXPORT Datum
_l2_option_page(PG_FUNCTION_ARGS)
{
	l2_rows *rows = l2_rows_make(fcinfo);
	l2_option_told told;

	for (int i = 0; l2_option_tell(i, &told); i++)
	{
		const page_entry *e;
		Datum values[5];
		bool nulls[5] = {false};

		if (told.again)
			continue;
		e = page_find(told.key);
		values[0] = CStringGetTextDatum(told.key);
		values[1] = CStringGetTextDatum(e->value ? e->value : told.value);
		values[2] = CStringGetTextDatum(e->otherwise);
		values[3] = CStringGetTextDatum(e->about);
		values[4] = CStringGetTextDatum(told.callers);
		l2_rows_put(rows, values, nulls);
	}
	for (int i = 0; i < (int) lengthof(page); i++)
		if (!l2_option_exists(page[i].key))
			elog(ERROR, "options_page.c has \"%s\", which is no option", page[i].key);
	return (Datum) 0;
}

/* Of keys with blanks between them those that are no options of ours, for others */
static char *
page_refused(const char *keys)
{
	StringInfoData list;
	char *copy = pstrdup(keys);

	initStringInfo(&list);
	for (char *key = strtok(copy, " "); key; key = strtok(NULL, " "))
		if (!l2_option_exists(key))
			appendStringInfo(&list, "%s%s", list.len ? " " : "", key);
	return list.data;
}

/* Rows of keys that others have, with blanks between them, and what to write */
PG_FUNCTION_INFO_V1(_l2_refused_page);
PGDLLEXPORT Datum
_l2_refused_page(PG_FUNCTION_ARGS)
{
	l2_rows *rows = l2_rows_make(fcinfo);
	const char *keys, *hint;

	for (int i = 0; l2_foreign_option_at(i, &keys, &hint); i++)
	{
		Datum values[2] = {CStringGetTextDatum(page_refused(keys)), CStringGetTextDatum(hint)};
		bool nulls[2] = {false, false};

		l2_rows_put(rows, values, nulls);
	}
	return (Datum) 0;
}

/* A method that models are trained by; the error has the name to write */
PG_FUNCTION_INFO_V1(_l2_check_method);
PGDLLEXPORT Datum
_l2_check_method(PG_FUNCTION_ARGS)
{
	l2_check_trained_method(text_to_cstring(PG_GETARG_TEXT_PP(0)));
	PG_RETURN_VOID();
}
