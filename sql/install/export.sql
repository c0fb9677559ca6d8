-- Models in the languages of other programs.

CREATE FUNCTION l2_sql(model l2_model) RETURNS text
  AS 'MODULE_PATHNAME' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION l2_sql(l2_model) IS
'The model''s prediction as an SQL expression of its features, to paste elsewhere: standard SQL, '
'names always quoted, coefficients to the last bit, categories as CASE, dates and timestamps as '
'days since 2000-01-01, a dropped column with 0. Terms that a formula works out are written out. '
'Of a generalised linear model the mean, of one of several classes the most probable one. NULL '
'where l2_predict is; an unseen level gives NULL where the model was told "error", which SQL '
'cannot do. In strings a backslash stands for itself, as the standard has it: where it escapes '
'(standard_conforming_strings off, MySQL), levels of the data must not be trusted with it.';

CREATE FUNCTION l2_sql(model l2_model, attributes text[], expressions text[]) RETURNS text
  AS 'MODULE_PATHNAME', 'l2_sql_with' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION l2_sql(l2_model, text[], text[]) IS
'The same with an SQL expression, which is taken as it is, for each attribute of that name, the '
'others as column names. Error for a name that the model does not use, and where the lengths '
'differ.';

CREATE FUNCTION l2_pmml(model l2_model) RETURNS text
  AS 'MODULE_PATHNAME' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION l2_pmml(l2_model) IS
'The model as PMML 4.4, a RegressionModel, for scoring engines: XML that says it is in UTF-8, so '
'fetch it with that client_encoding. Dates are dateDaysSince[2000], timestamps '
'dateTimeSecondsSince[2000], intervals days. NULL as a level is missingValueReplacement. Logistic '
'regression and family binomial are classifications of 1 against 0, others regressions (poisson: '
'exp); several classes are normalised by softmax. Terms of a formula are derived fields. Error for a '
'link or an expression that PMML does not have, and where a name has a control character, which XML cannot '
'hold.';
