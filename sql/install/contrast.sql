-- Tests of coefficients: linear forms one by one, and several terms as one.

CREATE FUNCTION l2_contrast(
  model l2_model,
  contrasts text,
  level float8 DEFAULT 0.95,
  options l2_options DEFAULT NULL,
  OUT contrast text,
  OUT estimate float8,
  OUT std_error float8,
  OUT t float8,
  OUT p float8,
  OUT lower float8,
  OUT upper float8,
  OUT vcov text
) RETURNS SETOF record
  AS 'MODULE_PATHNAME' LANGUAGE C IMMUTABLE PARALLEL SAFE COST 100 ROWS 3;
COMMENT ON FUNCTION l2_contrast(l2_model, text, float8, l2_options) IS
'Linear forms of the coefficients, a row each: estimate, standard error, t and p that it is 0, and confidence
limits at level, by the model''s own covariance (option covariance), whatever its vcov. contrasts: a sum of
terms, each perhaps times a number, as ''zone=south - zone=north'' or ''(Intercept) + 2*area''; several have
a semicolon between them. ''area = rooms'' is area - rooms, and of ''area - rooms = 0.5'' t and p are that it
is 0.5, as R''s linearHypothesis; estimate and limits are of area - rooms. Names are those of l2_summary,
levels such as zone=south among them, and may be in double quotes; a level that was left out counts as 0.
Option adjust for several: "holm" (Holm 1979) or "bonferroni" p; limits are then Bonferroni''s. Of logistic
and Poisson models forms of the linear predictor; of several classes names are class:term, as ''red:area -
blue:area''. NULL errors where the model has none, or a variance would be negative. Error for a term that was
dropped.';

CREATE FUNCTION l2_wald(
  model l2_model,
  terms "any" DEFAULT NULL,
  OUT f float8,
  OUT df integer,
  OUT df_errors float8,
  OUT p float8,
  OUT vcov text
) RETURNS record
  AS 'MODULE_PATHNAME' LANGUAGE C IMMUTABLE PARALLEL SAFE COST 100;
COMMENT ON FUNCTION l2_wald(l2_model, "any") IS
'Wald''s test that the coefficients of these terms, by default all but the intercept, are 0: F = b''V^-1 b /
df, V their covariance as the model keeps it (option covariance), whatever its vcov. terms: of l2_summary, an
array of text or one name; the name of a category, or of an interaction as class:sex, stands for all of its
levels, ns(age, 3) or poly(age, 2) for all of its columns, and of several classes a term for its coefficients
in all, red:area for that in one. p is of F with df and df_errors degrees of freedom, which are those of t in
l2_summary, infinite where the variance is known (then df F is chi-squared). Error where clusters are no more
than coefficients, and where the covariance is singular.';

CREATE FUNCTION _l2_effects(
  model l2_model,
  OUT term text,
  OUT effect text,
  OUT level text,
  OUT f float8,
  OUT df integer,
  OUT p float8
) RETURNS SETOF record
  AS 'MODULE_PATHNAME' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE COST 100;
COMMENT ON FUNCTION _l2_effects(l2_model) IS
'A row a level of a category or an interaction, those left out among them: its term, what it is a level of,
the level (NULL for that of NULL), and l2_wald of all levels, NULL where there is no such test.';
