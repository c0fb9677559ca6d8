/*
 * any_args.c: arguments of type "any", and calls that nothing can be made of.
 */
#include "record/any_args.h"

#include "catalog/pg_type.h"
#include "utils/array.h"
#include "utils/builtins.h"
#include "utils/lsyscache.h"

/* Features that are neither a record nor an array of numbers */
static void
refuse_features(Oid type, const char *name)
{
	Oid element = get_base_element_type(type);

	if (type == UNKNOWNOID)
		ereport(ERROR, (errcode(ERRCODE_DATATYPE_MISMATCH),
						errmsg("features of %s are a literal of unknown type", name),
						errhint("Cast it, as in '{1,2}'::float8[].")));
	if (OidIsValid(element))
		ereport(ERROR, (errcode(ERRCODE_DATATYPE_MISMATCH),
						errmsg("features of %s are an array of %s, not of numbers", name,
							   format_type_be(element)),
						errhint("Give a record, the table's alias say: its text is categories.")));
	ereport(ERROR,
			(errcode(ERRCODE_DATATYPE_MISMATCH),
			 errmsg("features of %s are an array or a record, not %s", name, format_type_be(type)),
			 errhint("Put them into an array, as in %s(y, ARRAY[area, rooms]%s), or give "
					 "the table's alias.",
					 name, strstr(name, "_fit") && strcmp(name, "ols_fit") != 0 ? ", ..." : "")));
}

void
l2_any_args_settle(FunctionCallInfo fcinfo, const char *name, l2_any_args *a)
{
	Oid y = get_fn_expr_argtype(fcinfo->flinfo, 1);
	Oid x = get_fn_expr_argtype(fcinfo->flinfo, 2), element;

	if (!OidIsValid(y) || !OidIsValid(x))
		elog(ERROR, "could not determine the types of the arguments");
	x = getBaseType(x);
	element = get_element_type(x);
	a->is_row = l2_is_row(x);
	if (a->is_row || type_is_rowtype(x))
		a->features = L2_FEATURES_RECORD;
	else if (element == FLOAT8OID)
		a->features = L2_FEATURES_FLOAT8;
	else if (OidIsValid(element) && l2_find_reader(getBaseType(element)))
		a->features = L2_FEATURES_ARRAY;
	else if (x == UNKNOWNOID && PG_ARGISNULL(2))
		a->features = L2_FEATURES_FLOAT8; /* there is nothing to read */
	else
		refuse_features(x, name);
	a->is_obs = l2_is_obs(getBaseType(y));
	if (a->takes_labels && l2_is_label(y))
	{
		Oid output;
		bool is_varlena;

		a->is_label = true;
		a->label_is_padded = getBaseType(y) == BPCHAROID;
		getTypeOutputInfo(y, &output, &is_varlena);
		fmgr_info_cxt(output, &a->label_out, fcinfo->flinfo->fn_mcxt);
	}
	else if (!a->is_obs && !(y == UNKNOWNOID && PG_ARGISNULL(1)))
		a->read_y = l2_reader_of_target(y, "y");
}

char *
l2_any_read_label(FunctionCallInfo fcinfo, l2_any_args *a)
{
	char *label = OutputFunctionCall(&a->label_out, PG_GETARG_DATUM(1));

	if (a->label_is_padded)
		for (size_t n = strlen(label); n > 0 && label[n - 1] == ' '; n--)
			label[n - 1] = '\0';
	return label;
}

void
l2_any_refuse_positive(FunctionCallInfo fcinfo, const l2_any_args *a)
{
	ereport(
		ERROR,
		(errcode(ERRCODE_INVALID_PARAMETER_VALUE),
		 errmsg("option \"positive\" is for a y of labels, but it has type %s",
				format_type_be(get_fn_expr_argtype(fcinfo->flinfo, 1))),
		 errdetail("Of numbers 1 counts as 1, of booleans true."),
		 a->is_obs ? errhint("Compare with the label: l2_obs(zone = 'north', weight => w).") : 0));
}

l2_array_view
l2_any_read_array(FunctionCallInfo fcinfo, l2_any_args *a, int options)
{
	l2_array_view v;

	if (a->features == L2_FEATURES_FLOAT8)
		v = l2_view_float8_array(PG_GETARG_DATUM(2), "x");
	else
	{
		bool *nulls;

		v.values = (const char *) l2_read_array(PG_GETARG_DATUM(2), "x", &v.n, &nulls);
		v.has_null = v.n > 0 && memchr(nulls, true, v.n) != NULL;
	}
	if (unlikely(v.n == 0))
		l2_options_allow_empty(fcinfo, options);
	return v;
}

Datum
l2_refuse_numbers(FunctionCallInfo fcinfo, l2_method method, l2_place place)
{
	const l2_scope scope = {method, place};
	const char *name = l2_scope_name(&scope);
	bool penalised = place == L2_IN_FIT && method != L2_METHOD_OLS;
	Oid x = get_fn_expr_argtype(fcinfo->flinfo, 2);

	if (OidIsValid(get_base_element_type(x)) || type_is_rowtype(x) || l2_is_row(getBaseType(x)))
		ereport(
			ERROR,
			(errcode(ERRCODE_INVALID_PARAMETER_VALUE),
			 errmsg("%s takes %s number after the features", name, penalised ? "one" : "no"),
			 errhint(
				 "Weights go with y: %s(l2_obs(y, weight => w), x%s). What else is asked for are "
				 "options%s.",
				 name, penalised ? ", 0.1" : "",
				 place == L2_IN_CV || place == L2_IN_CURVE || place == L2_IN_FOLDS
					 ? ", as in '{\"folds\": 10}'"
					 : "")));
	ereport(ERROR, (errcode(ERRCODE_INVALID_PARAMETER_VALUE),
					errmsg("%s takes its features as one argument", name),
					errhint("Put them into an array, as in %s(y, ARRAY[area, rooms]%s), or give "
							"the table's alias.",
							name, penalised ? ", 0.1" : "")));
	PG_RETURN_NULL();
}
