/*
 * hints.c: what to write instead of a key of options that there is not.
 *
 * A thing has one name here.  Those that others call it by are refused, since what is accepted
 * stays for ever, but with its own.
 */
#include "options/hints.h"

#include "lib/stringinfo.h"
#include "utils/varlena.h"

#define NAMES_SHOWN 20

static const struct
{
	const char *key;
	const char *hint;
} foreign[] = {
	{"lambda", "Lambda is the number after x, as in ridge_fit(y, x, 0.1)."},
	{"lam", "Lambda is the number after x, as in ridge_fit(y, x, 0.1)."},
	{"reg_param", "Lambda is the number after x, as in ridge_fit(y, x, 0.1)."},
	{"alpha",
	 "Lambda is the number after x (scikit-learn's alpha); glmnet's alpha is option l1_ratio."},
	{"C", "Lambda is the number after x: 1/C, as in logistic_fit(y, x, 0.1)."},
	{"l1", "Use l1_ratio: 0 for ridge to 1 for lasso, or an array of them in cross-validation."},
	{"l1ratio",
	 "Use l1_ratio: 0 for ridge to 1 for lasso, or an array of them in cross-validation."},
	{"l1_ratios",
	 "Use l1_ratio: 0 for ridge to 1 for lasso, or an array of them in cross-validation."},
	{"mixture",
	 "Use l1_ratio: 0 for ridge to 1 for lasso, or an array of them in cross-validation."},
	{"penalty",
	 "Use l1_ratio: 0 for ridge to 1 for lasso, or an array of them in cross-validation."},
	{"fit_intercept", "Use intercept."},
	{"const", "Use intercept."},
	{"bias", "Use intercept."},
	{"normalize", "Use standardize."},
	{"scale", "Use standardize."},
	{"standardise", "Use standardize."},
	{"standardized", "Use standardize."},
	{"cv", "Use folds."},
	{"nfolds", "Use folds."},
	{"n_folds", "Use folds."},
	{"k", "Use folds."},
	{"foldid", "Give it with y: l2_obs(y, fold => key)."},
	{"groups", "Give it with y: l2_obs(y, fold => key)."},
	{"fold_key", "Give it with y: l2_obs(y, fold => key)."},
	{"fold", "Give it with y: l2_obs(y, fold => key)."},
	{"weights", "Give them with y: l2_obs(y, weight => w). What they mean is option weight_type."},
	{"sample_weight",
	 "Give them with y: l2_obs(y, weight => w). What they mean is option weight_type."},
	{"sample_weights",
	 "Give them with y: l2_obs(y, weight => w). What they mean is option weight_type."},
	{"case_weights",
	 "Give them with y: l2_obs(y, weight => w). What they mean is option weight_type."},
	{"weight", "Give them with y: l2_obs(y, weight => w). What they mean is option weight_type."},
	{"offset", "Give it with y: l2_obs(y, offset_by => ln(exposure))."},
	{"exposure", "Give it with y: l2_obs(y, offset_by => ln(exposure))."},
	{"base_margin", "Give it with y: l2_obs(y, offset_by => ln(exposure))."},
	{"offset_by", "Give it with y: l2_obs(y, offset_by => ln(exposure))."},
	{"model_type", "Use logistic_fit, poisson_fit, or glm_fit with option family."},
	{"tol", "Use tolerance."},
	{"eps", "Use tolerance."},
	{"thresh", "Use tolerance."},
	{"epsilon", "Use tolerance."},
	{"maxit", "Use max_iter."},
	{"maxiter", "Use max_iter."},
	{"max_iterations", "Use max_iter."},
	{"n_iter", "Use max_iter."},
	{"random_state", "Use seed."},
	{"random_seed", "Use seed."},
	{"metric", "Use measure."},
	{"scoring", "Use measure."},
	{"type.measure", "Use measure."},
	{"loss", "Use measure."},
	{"s", "Use rule: \"min\" or \"1se\"."},
	{"one_se", "Use rule: \"min\" or \"1se\"."},
	{"lambda.1se", "Use rule: \"min\" or \"1se\"."},
	{"positive", "Use non_negative."},
	{"nonneg", "Use non_negative."},
	{"nonnegative", "Use non_negative."},
	{"lower.limits", "Use lower and upper."},
	{"upper.limits", "Use lower and upper."},
	{"bounds", "Use lower and upper."},
	{"box", "Use lower and upper."},
	{"penalty.factor", "Use penalty_factor."},
	{"penalty_factors", "Use penalty_factor."},
	{"nlambda", "Use n_lambda."},
	{"num_lambdas", "Use n_lambda."},
	{"lambda.min.ratio", "Use lambda_min_ratio."},
	{"eps_path", "Use lambda_min_ratio."},
	{"columns", "Use features."},
	{"predictors", "Use features."},
	{"x", "Use features."},
	{"exclude", "Use features."},
	{"y", "Use target."},
	{"label", "Use target."},
	{"response", "Use target."},
	{"input_label_cols", "Use target."},
	{"feature_names", "Use names."},
	{"terms", "Use names."},
	{"base", "Use reference."},
	{"baseline", "Use reference."},
	{"drop", "Use reference."},
	{"drop_first", "Use reference."},
	{"relevel", "Use reference."},
	{"contrasts", "Use reference."},
	{"handle_unknown", "Use unseen."},
	{"dummy_na", "Use null_level."},
	{"max_categories", "Use max_levels."},
	{"class_weights", "Use class_weight."},
	{"auto_class_weights", "Use class_weight."},
	{"optimizer", "Use solver."},
	{"algorithm", "Use solver."},
	{"optimize_strategy", "Use solver."},
	{"learn_rate", "Use learning_rate."},
	{"eta", "Use learning_rate."},
	{"step_size", "Use learning_rate."},
	{"na_action", "Rows with a NULL are skipped; null_level makes a level of it in categories."},
	{"na.rm", "Rows with a NULL are skipped; null_level makes a level of it in categories."},
	{"missing", "Rows with a NULL are skipped; null_level makes a level of it in categories."},
	{"n_jobs", "The planner decides; see max_parallel_workers_per_gather."},
	{"n_cores", "The planner decides; see max_parallel_workers_per_gather."},
	{"parallel", "The planner decides; see max_parallel_workers_per_gather."},
	{"rate", "It is the number after x, as in dropout_fit(y, x, 0.1)."},
};

const char *
l2_foreign_option(const char *key)
{
	for (int i = 0; i < (int) lengthof(foreign); i++)
		if (strcmp(foreign[i].key, key) == 0)
			return foreign[i].hint;
	return NULL;
}

int
l2_letters_apart(const char *a, const char *b, int most)
{
	return varstr_levenshtein_less_equal(a, strlen(a), b, strlen(b), 1, 1, 1, most, true);
}

char *
l2_name_hint(const char *name, int n, const char *const *list)
{
	/* a short name is near to too many */
	int least = Min(3, Max((int) strlen(name) - 1, 1));
	const char *near = NULL;
	StringInfoData s;

	for (int i = 0; i < n; i++)
	{
		int distance = strlen(name) < 64 ? l2_letters_apart(name, list[i], least - 1) : least;

		if (pg_strcasecmp(name, list[i]) == 0)
			distance = 0;
		if (distance < least)
		{
			least = distance;
			near = list[i];
		}
	}
	if (near)
		return psprintf("Perhaps you mean \"%s\".", near);
	initStringInfo(&s);
	for (int i = 0; i < n && i < NAMES_SHOWN; i++)
		appendStringInfo(&s, "%s%s", i ? ", " : "Columns: ", list[i]);
	appendStringInfoString(&s, n > NAMES_SHOWN ? ", ..." : ".");
	return s.data;
}
