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

#define LAMBDA                                                                                   \
	"Lambda is the number after x, as in ridge_fit(y, x, 0.1), and an argument of l2_train and " \
	"l2_fit"
#define L1_RATIO \
	"Use l1_ratio: 0 for ridge to 1 for lasso, or an array of them in cross-validation."
#define FOLD "Give it with y: l2_obs(y, fold => key); in l2_train and l2_fit as option fold."
#define OFFSET                                                                                \
	"Give it with y: l2_obs(y, offset_by => ln(exposure)); in l2_train and l2_fit as option " \
	"offset_by."
#define FAMILY "Use logistic_fit, poisson_fit, or glm_fit with option family."
#define WEIGHT                                                                                 \
	"Give them with y: l2_obs(y, weight => w); in l2_train and l2_fit as option weight. What " \
	"they mean is option weight_type."

/* Keys with blanks between them, and what to write for each */
static const struct
{
	const char *keys;
	const char *hint;
} foreign[] = {
	{"lambda lam reg_param", LAMBDA "."},
	{"alpha", LAMBDA " (scikit-learn's alpha); glmnet's alpha is option l1_ratio."},
	{"C", LAMBDA ": 1/C."},
	{"rate",
	 "It is the number after x, as in dropout_fit(y, x, 0.1), and argument lambda of l2_train and "
	 "l2_fit."},
	{"l1 l1ratio l1_ratios mixture penalty", L1_RATIO},
	{"vcov bandwidth ssc psd", "Errors of coefficients are of methods \"ols\", \"logistic\", "
							   "\"poisson\" and \"glm\"; l2_train and "
							   "l2_fit take \"ridge\" where none is given."},
	{"l1_ratio", "It is of method \"elastic_net\", and of generalised linear models."},
	{"fit_intercept const bias", "Use intercept."},
	{"normalize scale standardise standardized", "Use standardize."},
	{"cv nfolds n_folds k", "Use folds."},
	{"foldid fold_key fold", FOLD},
	{"where subset filter condition",
	 "Some rows of a table are a query as the source, l2_fit('SELECT * FROM houses WHERE area > "
	 "50', ...); an aggregate takes FILTER (WHERE ...)."},
	{"by group_by partition partition_by by_group",
	 "A model a group is an aggregate with GROUP BY, as ols_fit(y, x), or l2_fit of a query a "
	 "group: format('SELECT * FROM houses WHERE zone = %L', zone)."},
	{"groups",
	 "Columns that are in or out together are option group, of categories {\"group\": "
	 "\"factors\"}; the rows of a fold: l2_obs(y, fold => key), in l2_train and l2_fit option "
	 "fold; of a cluster: l2_obs(y, cluster => key), there option cluster."},
	{"cluster clusters",
	 "Give it with y: l2_obs(y, cluster => store); in l2_train and l2_fit it is option cluster."},
	{"cov_type vce se robust", "Use vcov: \"HC1\", \"CR1\", \"HAC\" or another."},
	{"order_by",
	 "Write it in the call: ols_fit(y, x, '...' ORDER BY day); in l2_train and l2_fit it is option "
	 "order_by."},
	{"time tvar",
	 "What rows are in the order of is option order_by, in l2_train and l2_fit, else ORDER BY in "
	 "the call."},
	{"maxlags nlags", "Use bandwidth."},
	{"small_sample use_correction cadjust small dof dfadj df_correction",
	 "Use ssc: \"full\", \"cluster\", \"min\" or \"none\"."},
	{"fix", "Use psd."},
	{"cov_kwds", "Its keys are options: cluster, bandwidth, ssc."},
	{"weights sample_weight sample_weights case_weights weight", WEIGHT},
	{"offset exposure base_margin offset_by", OFFSET},
	{"model_type", FAMILY},
	{"family link", "Use glm_fit, in l2_train and l2_fit method \"glm\"."},
	{"level conf_level conf.level confidence ci",
	 "It is the argument behind the model: l2_summary(model, 0.9), l2_predict_interval(model, row, "
	 "0.9)."},
	{"tol eps thresh", "Use tolerance."},
	{"epsilon", "Use huber_k (scikit-learn's epsilon of Huber regression), or tolerance."},
	{"k2", "Use huber_k."},
	{"tau quantile quantiles",
	 "It is the number after x, as in quantile_fit(y, x, 0.9), and argument lambda of l2_train and "
	 "l2_fit with method \"quantile\"."},
	{"multi_class multiclass",
	 "A target of several classes takes method \"multinomial\", or multinomial_fit."},
	{"maxit maxiter max_iterations n_iter", "Use max_iter."},
	{"random_state random_seed", "Use seed."},
	{"metric scoring type.measure loss", "Use measure."},
	{"s one_se lambda.1se", "Use rule: \"min\" or \"1se\"."},
	{"nonneg nonnegative", "Use non_negative."},
	{"lower.limits upper.limits bounds box", "Use lower and upper."},
	{"penalty.factor penalty_factors", "Use penalty_factor."},
	{"nlambda num_lambdas", "Use n_lambda."},
	{"lambda.min.ratio eps_path", "Use lambda_min_ratio."},
	{"columns predictors x exclude", "Use features."},
	{"y label response input_label_cols", "Use target; in l2_train and l2_fit the formula."},
	{"feature_names terms", "Use names."},
	{"base baseline drop drop_first relevel contrasts", "Use reference."},
	{"handle_unknown", "Use unseen."},
	{"dummy_na", "Use null_level."},
	{"max_categories", "Use max_levels."},
	{"class_weights auto_class_weights", "Use class_weight."},
	{"optimizer algorithm optimize_strategy", "Use solver."},
	{"learn_rate eta step_size", "Use learning_rate."},
	{"na_action na.rm missing",
	 "Rows with a NULL are skipped; null_level makes a level of it in categories."},
	{"n_jobs n_cores parallel", "The planner decides; see max_parallel_workers_per_gather."},
};

/* The values of method, family and vcov that others have, in lower case, with ours */
static const struct
{
	const char *names;
	const char *own;
} names[] = {
	{"lm linear linear_regression linearregression least_squares regression", "ols"},
	{"l2 tikhonov", "ridge"},
	{"l1", "lasso"},
	{"elasticnet elastic-net enet glmnet", "elastic_net"},
	{"logit binomial logistic_regression logisticregression classification", "logistic"},
	{"count counts log poisson_regression", "poisson"},
	{"rlm huber_regressor huberregressor huber_regression", "huber"},
	{"rq quantreg quantile_regression quantileregressor median lad", "quantile"},
	{"multinom softmax multiclass multi_class mlogit", "multinomial"},
	{"nb negbin negativebinomial", "negative_binomial"},
	{"normal", "gaussian"},
	{"bernoulli", "binomial"},
	{"nonrobust const classical", "iid"},
	{"robust white sandwich hetero heteroskedastic heteroscedastic", "HC1"},
	{"cluster clustered twoway cr1s cr1p", "CR1"},
	{"nw newey_west newey-west neweywest kernel", "HAC"},
};

/* What others have as a vcov, in lower case, and here there is not */
static const struct
{
	const char *names;
	const char *hint;
} no_vcovs[] = {
	{"hc4 hc4m hc5 jackknife jk hcj",
	 "For rows of high leverage take \"HC3\", which is nearly the jackknife."},
	{"cr2 cr3 cr3j bootstrap wild_bootstrap boot",
	 "For clusters there is \"CR1\", by t of clusters - 1 degrees of freedom; of few it is too "
	 "small."},
	{"conley driscoll_kraay driscoll-kraay dk pcse",
	 "Errors that are correlated in time are \"HAC\", in groups, of two ways as well, \"CR1\"."},
};

#define CHOSEN(method) "Write \"" method "\" without a lambda: cross-validation chooses it."
#define CHOSEN_OF_GLM(method)                                                                   \
	"Write \"" method "\" without a lambda, and an option of cross-validation, as {\"folds\": " \
	"10}."

/* What others have as a method or a family, in lower case, and here is one with options */
static const struct
{
	const char *names;
	const char *options; /* of a method, those of method "glm"; NULL where hint is all */
	const char *hint;
} made_of[] = {
	{"gamma gammaregressor", "{\"family\": \"gamma\", \"link\": \"log\"}"},
	{"nb negbin glm.nb negativebinomial negative_binomial",
	 "{\"family\": \"negative_binomial\", \"link\": \"log\"}"},
	{"tweedie tweedieregressor", "{\"family\": \"tweedie\", \"link\": \"log\"}"},
	{"inverse_gaussian inverse.gaussian inversegaussian",
	 "{\"family\": \"inverse_gaussian\", \"link\": \"log\"}"},
	{"probit", "{\"family\": \"binomial\", \"link\": \"probit\"}"},
	{"cloglog", "{\"family\": \"binomial\", \"link\": \"cloglog\"}"},
	{"quasipoisson", "{\"family\": \"poisson\", \"dispersion\": \"pearson\"}"},
	{"quasibinomial", "{\"family\": \"binomial\", \"dispersion\": \"pearson\"}"},
	{"lasso_cv lassocv cv.lasso", NULL, CHOSEN("lasso")},
	{"ridge_cv ridgecv cv.ridge", NULL, CHOSEN("ridge")},
	{"elastic_net_cv elasticnetcv cv.glmnet", NULL, CHOSEN("elastic_net")},
	{"logistic_cv logisticregressioncv", NULL, CHOSEN_OF_GLM("logistic")},
	{"poisson_cv", NULL, CHOSEN_OF_GLM("poisson")},
	{"glm_cv", NULL, CHOSEN_OF_GLM("glm")},
	{"multinomial_cv", NULL, CHOSEN_OF_GLM("multinomial")},
	{"gaussian normal", NULL,
	 "Write \"ols\"; with another link than the identity \"glm\" with {\"family\": "
	 "\"gaussian\"}."},
	{"iv ivreg 2sls tsls iv2sls", NULL,
	 "Write \"ols\", with the instruments in the formula: y ~ exogenous | endogenous ~ "
	 "instruments."},
	{"feols fe within plm felm areg panel fixed_effects", NULL,
	 "Write \"ols\", with the groups in the formula: y ~ x | store."},
	{"cox coxph survival surv phreg", NULL,
	 "There is none of durations. Events by the time at risk are method \"poisson\" with "
	 "offset(log(time))."},
	{"random_forest randomforest rf xgboost gbm lightgbm tree rpart svm knn gam nn mlp", NULL,
	 "Models are linear in their terms; terms may be splines, ns(x, 4), powers, poly(x, 2), and "
	 "products, a * b."},
	{"stepwise step stepaic forward backward best best_subset regsubsets", NULL,
	 "Columns of a gram are chosen by l2_select(gram, 'forward', '{\"criterion\": \"bic\"}'), "
	 "'backward' or 'best'; l2_subset(gram, 'forward') lists the models of each size."},
};

/* Whether the word is one of the list */
static bool
is_listed(const char *list, const char *word)
{
	size_t n = strlen(word);

	for (const char *s = list; n > 0 && (s = strstr(s, word)) != NULL; s++)
		if ((s == list || s[-1] == ' ') && (s[n] == ' ' || s[n] == '\0'))
			return true;
	return false;
}

const char *
l2_foreign_option(const char *key)
{
	for (int i = 0; strchr(key, ' ') == NULL && i < (int) lengthof(foreign); i++)
		if (is_listed(foreign[i].keys, key))
			return foreign[i].hint;
	return NULL;
}

bool
l2_foreign_option_at(int i, const char **keys, const char **hint)
{
	if (i >= (int) lengthof(foreign))
		return false;
	*keys = foreign[i].keys;
	*hint = foreign[i].hint;
	return true;
}

const char *
l2_own_name(const char *name)
{
	char *lower = pstrdup(name);

	for (char *s = lower; *s; s++)
		*s = pg_tolower((unsigned char) *s);
	for (int i = 0; strchr(lower, ' ') == NULL && i < (int) lengthof(names); i++)
		if (is_listed(names[i].names, lower))
			return names[i].own;
	return name;
}

const char *
l2_made_of(const char *what, const char *name)
{
	bool family = strcmp(what, "family") == 0;
	char *lower = pstrdup(name);

	for (char *s = lower; *s; s++)
		*s = pg_tolower((unsigned char) *s);
	if (strcmp(what, "vcov") == 0)
	{
		if (strchr(lower, '~') != NULL || strncmp(lower, "cluster ", 8) == 0)
			return "Clusters are given beside \"CR1\": in l2_train and l2_fit as option cluster, "
				   "else "
				   "with y, as l2_obs(y, cluster => store).";
		for (int i = 0; strchr(lower, ' ') == NULL && i < (int) lengthof(no_vcovs); i++)
			if (is_listed(no_vcovs[i].names, lower))
				return no_vcovs[i].hint;
		return NULL;
	}
	if (strcmp(what, "group") == 0 && strncmp(lower, "factor", 6) != 0)
		return "Columns that are in or out together are {\"group\": \"factors\"}; a model a group "
			   "of "
			   "rows is an aggregate with GROUP BY.";
	if (!family && strcmp(what, "method") != 0)
		return NULL;
	for (int i = 0; strchr(lower, ' ') == NULL && i < (int) lengthof(made_of); i++)
		if (is_listed(made_of[i].names, lower))
			return made_of[i].options == NULL ? made_of[i].hint
				   : family                   ? psprintf("Write %s.", made_of[i].options)
							: psprintf("Write method \"glm\" with %s.", made_of[i].options);
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
