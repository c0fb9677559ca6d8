-- How a prediction comes about.

CREATE FUNCTION l2_explain(
  model l2_model,
  VARIADIC features "any",
  OUT term text,
  OUT value float8,
  OUT estimate float8,
  OUT contribution float8,
  OUT from_mean float8
) RETURNS SETOF record
  AS 'MODULE_PATHNAME', 'l2_explain_any' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE ROWS 10;
COMMENT ON FUNCTION l2_explain(l2_model, VARIADIC "any") IS
'What each term adds to the prediction for features, given as in l2_predict: the intercept, then a row a
feature in the order of l2_names. contribution is estimate * value; from_mean is estimate * (value - mean),
the mean that of the rows of training, and for the intercept the prediction at the means: Shapley values of
independent features (Strumbelj and Kononenko 2014). Either column sums to l2_predict, or to l2_predict_link
where the model has a link. A NULL feature has NULL contributions; a dropped column adds 0; from_mean is NULL
where the model knows no means. A category of a record has one row, that of its level, named attribute=level:
its value is 1, its from_mean the effect of the level less that of the mean row; an unseen level is an error,
adds 0 or is NULL, as the model was told.';
