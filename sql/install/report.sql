-- A page to look at.
--
-- Every number comes from the function that a user would call for it; src/report/report.c makes places of
-- them.  Pages are ASCII but for the names in them: what is more is written as entities, so that the
-- extension installs in every encoding.

SET LOCAL search_path = pg_catalog, pg_temp;

-- Pieces

CREATE FUNCTION @extschema@._l2_plot(plot jsonb) RETURNS text
  AS 'MODULE_PATHNAME' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE COST 100;
COMMENT ON FUNCTION @extschema@._l2_plot(jsonb) IS
'A plot as inline SVG, 420 by 280: {"title", "desc", "x": {"label", "log", "reverse", "whole", "time"}, "y":
{...}, "layers": [...]}; time: values are seconds since 1970. A layer has a type: line (x, y, label), points
(x, y), band (x, low, high), rule (x or y,
label, anchor) or diagonal, and a class, by which the page''s style sheet colours it. Texts are HTML and taken
as they are; values that are not finite are left out.';

CREATE FUNCTION @extschema@._l2_plot_interval(
  value float8, low float8, high float8, size float8, title text, description text
) RETURNS text
  AS 'MODULE_PATHNAME' LANGUAGE C IMMUTABLE PARALLEL SAFE;
COMMENT ON FUNCTION @extschema@._l2_plot_interval(float8, float8, float8, float8, text, text) IS
'A point in its interval on a scale from -size to size as inline SVG, for a row of a table; what is beyond is
drawn at the end. Texts are HTML and taken as they are.';

CREATE FUNCTION @extschema@._l2_html_number(value float8, digits integer) RETURNS text
  AS 'MODULE_PATHNAME' LANGUAGE C IMMUTABLE PARALLEL SAFE;
COMMENT ON FUNCTION @extschema@._l2_html_number(float8, integer) IS
'A number of 1 to 15 significant digits as HTML; a dash for NULL and NaN.';
-- No defaults here: our functions call each other with exactly the arguments that they have, so that no
-- function of the same name that somebody else makes is taken for ours.
CREATE FUNCTION @extschema@._l2_html_number(value float8) RETURNS text
  LANGUAGE sql IMMUTABLE PARALLEL SAFE SET search_path = pg_catalog, pg_temp AS
  'SELECT @extschema@._l2_html_number($1, 4)';
COMMENT ON FUNCTION @extschema@._l2_html_number(float8) IS 'A number of 4 significant digits as HTML.';

CREATE FUNCTION @extschema@._l2_html(value text, longest integer) RETURNS text
  LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE SET search_path = pg_catalog, pg_temp AS $$
  SELECT replace(replace(replace(replace(replace(regexp_replace(CASE
    WHEN length($1) > $2 THEN left($1, $2 - 1) ELSE $1 END, '[\x01-\x08\x0b\x0c\x0e-\x1f\x7f]', '?', 'g'),
    '&', '&amp;'), '<', '&lt;'), '>', '&gt;'), '"', '&quot;'), '''', '&#39;') || CASE
      WHEN length($1) > $2 THEN '&hellip;' ELSE '' END
$$;
COMMENT ON FUNCTION @extschema@._l2_html(text, integer) IS
'A text as HTML, cut where it is longer than that many characters.';
CREATE FUNCTION @extschema@._l2_html(value text) RETURNS text
  LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE SET search_path = pg_catalog, pg_temp AS
  'SELECT @extschema@._l2_html($1, 100)';
COMMENT ON FUNCTION @extschema@._l2_html(text) IS 'A text as HTML, of at most 100 characters.';

CREATE FUNCTION @extschema@._l2_html_name(name text) RETURNS text
  LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE SET search_path = pg_catalog, pg_temp AS $$
  SELECT regexp_replace(regexp_replace(@extschema@._l2_html($1, 100), '([:=_./,(])', '\1<wbr>', 'g'),
    '([[:alnum:]]{20})', '\1<wbr>', 'g')
$$;
COMMENT ON FUNCTION @extschema@._l2_html_name(text) IS
'The name of a column or a level as HTML, which breaks after a sign, and in a word only if it is very long.';

CREATE FUNCTION @extschema@._l2_html_p(p float8) RETURNS text
  LANGUAGE sql IMMUTABLE PARALLEL SAFE SET search_path = pg_catalog, pg_temp AS $$
  SELECT CASE WHEN p < 0.001 THEN '&lt; 0.001' WHEN p <= 1 THEN round(p::numeric, 3)::text ELSE '&ndash;' END
$$;
COMMENT ON FUNCTION @extschema@._l2_html_p(float8) IS 'A probability as HTML, to three places.';

CREATE FUNCTION @extschema@._l2_html_count(n bigint) RETURNS text
  LANGUAGE sql IMMUTABLE PARALLEL SAFE SET search_path = pg_catalog, pg_temp AS
  'SELECT coalesce(ltrim(to_char(n, ''FM999,999,999,999,999,999,990'')), ''&ndash;'')';
COMMENT ON FUNCTION @extschema@._l2_html_count(bigint) IS 'A count as HTML.';

CREATE FUNCTION @extschema@._l2_html_figure(heading text, plot jsonb, caption text) RETURNS text
  LANGUAGE sql IMMUTABLE PARALLEL SAFE SET search_path = pg_catalog, pg_temp AS $$
  SELECT format(E'<figure>\n<h3>%s</h3>\n%s\n<figcaption>%s</figcaption>\n</figure>\n', heading,
    @extschema@._l2_plot(plot || jsonb_build_object('title', heading, 'desc', caption)), caption)
$$;
COMMENT ON FUNCTION @extschema@._l2_html_figure(text, jsonb, text) IS
'A plot with its heading and caption, which also say to those who do not see it what it shows. Texts are HTML
and taken as they are.';

CREATE FUNCTION @extschema@._l2_html_table(heading text, columns text[], lines text) RETURNS text
  LANGUAGE sql IMMUTABLE PARALLEL SAFE SET search_path = pg_catalog, pg_temp AS $$
  SELECT
    format(E'<div class="wide" role="region" aria-label="%s" '
      'tabindex="0">\n<table>\n<thead><tr>%s</tr></thead>\n<tbody>\n%s</tbody>\n</table>\n</div>\n',
    heading, (SELECT string_agg(format('<th scope="col">%s</th>', c), '' ORDER BY i)
      FROM unnest(columns) WITH ORDINALITY u(c, i)), lines)
$$;
COMMENT ON FUNCTION @extschema@._l2_html_table(text, text[], text) IS
'A table that scrolls by itself where it is too wide. Texts are HTML and taken as they are.';

CREATE FUNCTION @extschema@._l2_html_row(head text, cells text[], class text) RETURNS text
  LANGUAGE sql IMMUTABLE PARALLEL SAFE SET search_path = pg_catalog, pg_temp AS $$
  SELECT format(E'<tr class="%s"><th scope="row">%s</th>%s</tr>\n', class, head,
    (SELECT string_agg('<td>' || coalesce(c, '') || '</td>', '' ORDER BY i)
      FROM unnest(cells) WITH ORDINALITY u(c, i)))
$$;
COMMENT ON FUNCTION @extschema@._l2_html_row(text, text[], text) IS
'A row of a table, its first cell the head. Texts are HTML and taken as they are.';

CREATE FUNCTION @extschema@._l2_html_scale(label text, size float8) RETURNS text
  LANGUAGE sql IMMUTABLE PARALLEL SAFE SET search_path = pg_catalog, pg_temp AS $$
  SELECT format('<span class="scale"><b>%s</b><i>%s</i><i>0</i><i>%s</i></span>', label,
    @extschema@._l2_html_number(-size, 2), @extschema@._l2_html_number(size, 2))
$$;
COMMENT ON FUNCTION @extschema@._l2_html_scale(text, float8) IS
'A label and the scale of _l2_plot_interval, for the head of its column.';

CREATE FUNCTION @extschema@._l2_html_facts(facts text[]) RETURNS text
  LANGUAGE sql IMMUTABLE PARALLEL SAFE SET search_path = pg_catalog, pg_temp AS $$
  SELECT format(E'<dl class="facts">\n%s</dl>\n', string_agg(format(E'<div><dt>%s</dt><dd>%s</dd></div>\n',
    facts[i], facts[i + 1]), '' ORDER BY i))
  FROM generate_series(1, cardinality(facts), 2) i WHERE facts[i + 1] IS NOT NULL
$$;
COMMENT ON FUNCTION @extschema@._l2_html_facts(text[]) IS
'A list of names and values, in turn; those whose value is NULL are left out. Texts are HTML and taken as
they are.';

CREATE FUNCTION @extschema@._l2_normal_quantile(p float8) RETURNS float8
  AS 'MODULE_PATHNAME' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION @extschema@._l2_normal_quantile(float8) IS 'The quantile of the normal distribution.';

CREATE FUNCTION @extschema@._l2_html_curve(
  heading text, x_label text, y_label text, x float8[], y float8[], zero jsonb, caption text
) RETURNS text
  LANGUAGE sql IMMUTABLE PARALLEL SAFE SET search_path = pg_catalog, pg_temp SET extra_float_digits = 1 AS $$
  SELECT @extschema@._l2_html_figure(heading, jsonb_build_object('x', jsonb_build_object('label', x_label),
    'y', jsonb_build_object('label', y_label), 'layers', coalesce(zero, '[]')
      || jsonb_build_array(jsonb_build_object('type', 'line', 'class', 'c1', 'x', x, 'y', y))), caption)
$$;
COMMENT ON FUNCTION @extschema@._l2_html_curve(text, text, text, float8[], float8[], jsonb, text) IS
'A figure of one line, over a layer to compare it with.';

CREATE FUNCTION @extschema@._l2_html_cloud(
  heading text, x_label text, y_label text, x float8[], y float8[], zero jsonb, caption text
) RETURNS text
  LANGUAGE sql IMMUTABLE PARALLEL SAFE SET search_path = pg_catalog, pg_temp SET extra_float_digits = 1 AS $$
  SELECT @extschema@._l2_html_figure(heading, jsonb_build_object('x', jsonb_build_object('label', x_label),
    'y', jsonb_build_object('label', y_label), 'layers', coalesce(zero, '[]')
      || jsonb_build_array(jsonb_build_object('type', 'points', 'x', x, 'y', y,
           'class', CASE WHEN cardinality(x) > 300 THEN 'cloud many' ELSE 'cloud' END))), caption)
$$;
COMMENT ON FUNCTION @extschema@._l2_html_cloud(text, text, text, float8[], float8[], jsonb, text) IS
'A figure of points, over a layer to compare them with.';

-- Sections

CREATE FUNCTION @extschema@._l2_report_fit(model @extschema@.l2_model) RETURNS text
  LANGUAGE plpgsql IMMUTABLE STRICT PARALLEL SAFE SET search_path = pg_catalog, pg_temp AS $$
DECLARE
  g record;
  has_link boolean := model::jsonb ->> 'method' IN ('logistic', 'poisson', 'glm', 'multinomial');
BEGIN
  SELECT * INTO g FROM @extschema@.l2_glance(model);
  RETURN format(E'<section>\n<h2>Fit</h2>\n%s%s</section>\n', @extschema@._l2_html_facts(ARRAY[
    CASE WHEN has_link THEN 'Deviance explained' ELSE 'R&sup2;' END, CASE WHEN g.r_squared IS NOT NULL THEN
      @extschema@._l2_html_number(g.r_squared) END,
    'Adjusted R&sup2;', CASE WHEN g.adj_r_squared IS NOT NULL THEN
      @extschema@._l2_html_number(g.adj_r_squared) END,
    'Residual standard error', CASE WHEN g.sigma IS NOT NULL THEN @extschema@._l2_html_number(g.sigma) END,
    CASE WHEN has_link THEN 'Cross-validation' ELSE 'Error on rows not seen' END, CASE
      WHEN g.cv_error IS NOT NULL THEN
      CASE WHEN has_link THEN format('%s <small>&plusmn; %s, %s folds</small>',
        @extschema@._l2_html_number(g.cv_error), @extschema@._l2_html_number(g.cv_se, 2), g.folds)
      ELSE format('%s <small>RMSE, %s folds</small>', @extschema@._l2_html_number(sqrt(g.cv_error)),
        g.folds) END END,
    'Deviance', CASE WHEN g.deviance IS NOT NULL THEN format('%s <small>of %s</small>',
      @extschema@._l2_html_number(g.deviance), @extschema@._l2_html_number(g.null_deviance)) END,
    'Dispersion', CASE WHEN g.dispersion IS NOT NULL AND model::jsonb ->> 'method' <> 'logistic' THEN
      @extschema@._l2_html_number(g.dispersion) END,
    'Theta', CASE WHEN g.theta IS NOT NULL THEN @extschema@._l2_html_number(g.theta) END,
    'AIC', CASE WHEN g.aic IS NOT NULL THEN @extschema@._l2_html_number(g.aic, 5) END,
    'BIC', CASE WHEN g.bic IS NOT NULL THEN @extschema@._l2_html_number(g.bic, 5) END,
    'Degrees of freedom', format('%s <small>%s left</small>', @extschema@._l2_html_number(g.df),
      @extschema@._l2_html_number(g.df_residual)),
    'Coefficients not zero', CASE WHEN g.nonzero IS NOT NULL THEN format('%s <small>of %s</small>', g.nonzero,
      cardinality(@extschema@.l2_names(model)) - 1) END,
    'F', CASE WHEN g.f_statistic IS NOT NULL THEN format('%s <small>p %s</small>',
      @extschema@._l2_html_number(g.f_statistic), @extschema@._l2_html_p(g.p_value)) END,
    'Rows left out', CASE WHEN g.n_skipped > 0 THEN @extschema@._l2_html_count(g.n_skipped) END]),
    CASE WHEN NOT g.converged THEN
      E'<p class="warning">The solver stopped before it reached its tolerance.</p>\n' ELSE '' END);
END $$;
COMMENT ON FUNCTION @extschema@._l2_report_fit(@extschema@.l2_model) IS
'What l2_glance says, as a section of l2_report.';

CREATE FUNCTION @extschema@._l2_report_terms(model @extschema@.l2_model, level float8) RETURNS text
  LANGUAGE plpgsql IMMUTABLE STRICT PARALLEL SAFE SET search_path = pg_catalog, pg_temp AS $$
DECLARE
  shown CONSTANT integer := 50;
  classes integer := jsonb_array_length(model::jsonb -> 'classes');
  -- of several classes each has its own, named among the terms
  intercept integer := CASE WHEN classes IS NULL THEN (model::jsonb ->> 'intercept')::boolean::integer
    ELSE 0 END;
  has_link boolean := model::jsonb ->> 'method' IN ('logistic', 'poisson', 'glm', 'multinomial');
  n integer := (cardinality(@extschema@.l2_names(model)) - 1) * coalesce(classes, 1);
  percent text := @extschema@._l2_html_number(level * 100, 5) || '&nbsp;%';
  by_sd boolean;
  errors boolean;
  kind text;
  ratio text;
  size float8;
  columns text[];
  lines text;
BEGIN
  SELECT bool_or(s.standardized IS NOT NULL), bool_or(s.std_error IS NOT NULL), max(s.vcov) INTO by_sd,
    errors, kind
  FROM @extschema@.l2_summary(model, level) s;
  IF has_link AND model::jsonb ->> 'link' IN ('log', 'logit')
    OR model::jsonb ->> 'method' IN ('logistic', 'poisson') THEN
    SELECT max(o.kind) INTO ratio FROM @extschema@.l2_odds_ratios(model, level) o;
  END IF;
  columns := ARRAY['Estimate']
    || CASE WHEN errors THEN ARRAY[percent || ' interval', 'Std. error', CASE WHEN has_link THEN 'z'
      ELSE 't' END, 'p'] END
    || CASE WHEN ratio IS NOT NULL THEN ARRAY[upper(left(ratio, 1)) || substr(ratio, 2)] END;
  WITH terms AS (
    SELECT s.*, CASE WHEN i > intercept THEN CASE WHEN by_sd THEN s.standardized ELSE s.estimate END END AS b,
      -- the interval in the same units
      CASE WHEN NOT by_sd THEN 1 WHEN s.estimate <> 0
        AND abs(s.standardized / s.estimate) < 'Infinity' THEN s.standardized / s.estimate END AS unit
    FROM (SELECT CASE WHEN classes IS NULL THEN u.term ELSE u.positive || ': ' || u.term END AS term,
        u.estimate, u.std_error, u.t, u.p, u.lower, u.upper, u.standardized, u.i
      FROM @extschema@.l2_summary(model, level) WITH ORDINALITY u(term, estimate, std_error, t, p, lower,
        upper, standardized, vcov, positive, i)) s
  ), effects AS (
    SELECT *, row_number() OVER () AS k FROM @extschema@._l2_effects(CASE WHEN classes IS NULL
      THEN model END)
  ), chosen AS (
    SELECT t.*, e.effect, coalesce(e.level, CASE WHEN e.effect IS NOT NULL THEN 'NULL' END) AS of_effect,
      e.f, e.df, e.p AS joint
    FROM terms t LEFT JOIN effects e ON e.term = t.term AND t.i > intercept
    ORDER BY i > intercept, CASE WHEN n > shown THEN abs(b) END DESC NULLS LAST, i LIMIT shown + intercept
  ), placed AS (
    -- levels stand together, where the first of them does
    SELECT *, min(i) OVER (PARTITION BY coalesce(effect, 'i' || i), effect IS NULL) AS first,
      effect IS NOT NULL AND 1 = row_number() OVER (PARTITION BY effect ORDER BY i) AS opens FROM chosen
  ), scale AS (
    SELECT nullif(max(greatest(abs(b), abs(lower * unit), abs(upper * unit)))
      FILTER (WHERE i > intercept AND abs(b) < 'Infinity'), 0) AS size FROM chosen
  )
  SELECT s.size, string_agg(CASE WHEN opens
      THEN format(E'<tr class="group"><th scope="rowgroup">%s</th><td colspan="%s">%s</td></tr>\n',
        @extschema@._l2_html_name(effect), cardinality(columns) + 1, CASE WHEN f IS NULL OR df < 2 THEN ''
          ELSE format('all %s as one: F %s, p %s', df, @extschema@._l2_html_number(f, 3),
            @extschema@._l2_html_p(joint)) END) ELSE '' END
    || @extschema@._l2_html_row(CASE WHEN i <= intercept THEN 'Intercept'
      ELSE @extschema@._l2_html_name(coalesce(of_effect, term)) END, ARRAY[
      CASE WHEN i > intercept THEN @extschema@._l2_plot_interval(b, CASE WHEN errors THEN lower * unit
        ELSE least(b, 0) END, CASE WHEN errors THEN upper * unit ELSE greatest(b, 0) END, s.size,
        @extschema@._l2_html(term),
        format('%s%s', @extschema@._l2_html_number(b), CASE
          WHEN lower * unit IS NOT NULL THEN format(', from %s to %s',
          @extschema@._l2_html_number(least(lower * unit, upper * unit)),
          @extschema@._l2_html_number(greatest(lower * unit, upper * unit))) END)) END,
      @extschema@._l2_html_number(estimate)]
      || CASE WHEN errors THEN ARRAY[CASE WHEN lower IS NULL THEN '&ndash;'
        ELSE format('%s to %s', @extschema@._l2_html_number(lower), @extschema@._l2_html_number(upper)) END,
        @extschema@._l2_html_number(std_error), @extschema@._l2_html_number(t, 3),
          @extschema@._l2_html_p(p)] END
      || CASE WHEN ratio IS NOT NULL THEN ARRAY[CASE WHEN i <= intercept OR term = '(offset)' THEN ''
        ELSE @extschema@._l2_html_number(exp(greatest(least(estimate, 700), -700)), 3)
          || CASE WHEN lower IS NULL THEN '' ELSE format(' <small>%s to %s</small>',
          @extschema@._l2_html_number(exp(greatest(least(lower, 700), -700)), 3),
          @extschema@._l2_html_number(exp(greatest(least(upper, 700), -700)), 3)) END END] END,
      CASE WHEN i <= intercept THEN 'quiet' WHEN effect IS NOT NULL THEN 'level' ELSE '' END),
    '' ORDER BY i > intercept, first, i)
  INTO size, lines FROM placed, scale s GROUP BY s.size;
  RETURN format(E'<section>\n<h2>Coefficients</h2>\n<p>%s%s</p>\n%s</section>\n',
    CASE WHEN n > shown THEN format('The %s largest of %s. ', shown, @extschema@._l2_html_count(n::bigint))
      ELSE '' END,
    CASE WHEN by_sd AND has_link THEN 'Drawn for one standard deviation of the feature.'
         WHEN by_sd THEN 'Drawn in standard deviations of the target for one of the feature.'
         ELSE 'Drawn as they are.' END
    || CASE WHEN errors THEN format(' Intervals at %s.%s', percent, ' Standard errors: '
      || nullif(kind, 'iid') || '.') ELSE ' This method has no standard errors.' END,
    @extschema@._l2_html_table('Coefficients'::text,
      ARRAY['Term', @extschema@._l2_html_scale(CASE WHEN by_sd THEN 'Standardised' ELSE '' END,
      coalesce(size, 1))] || columns, coalesce(lines, '')));
END $$;
COMMENT ON FUNCTION @extschema@._l2_report_terms(@extschema@.l2_model, float8) IS
'What l2_summary says, as a section of l2_report, levels under their category with Wald''s test of all.';

CREATE FUNCTION @extschema@._l2_report_penalties(
  model @extschema@.l2_model, gram @extschema@.l2_gram, grams @extschema@.l2_gram[],
  OUT curve text, OUT path text
) RETURNS record
  LANGUAGE plpgsql IMMUTABLE PARALLEL SAFE SET search_path = pg_catalog,
    pg_temp SET extra_float_digits = 1 AS $$
#variable_conflict use_column
DECLARE
  m jsonb := model::jsonb;
  penalty text := CASE m ->> 'method' WHEN 'ridge' THEN 'ridge' WHEN 'dropout' THEN 'ridge'
    WHEN 'elastic_net' THEN 'elastic_net' ELSE 'lasso' END;
  name text := CASE penalty WHEN 'ridge' THEN 'ridge' WHEN 'lasso' THEN 'the lasso'
    ELSE 'the elastic net' END;
  ratio float8 := CASE penalty WHEN 'elastic_net' THEN (m ->> 'l1_ratio')::float8 END;
  standardize boolean := coalesce((m ->> 'standardize')::boolean, true);
  scale text := coalesce(m ->> 'lambda_scale', 'sum');
  intercept boolean := (m ->> 'intercept')::boolean;
  -- an offset is not fitted: least squares took it from the target
  has_offset boolean := m -> 'terms' @? '$[last] ? (@.term == "(offset)" && !exists(@.mean))';
  features text[] := (SELECT array_agg(f ORDER BY i) FROM unnest((@extschema@.l2_names(model))[2 :])
    WITH ORDINALITY u(f, i) WHERE NOT (has_offset AND f = '(offset)'));
  target text := (@extschema@.l2_names(model))[1];
  lambda float8 := CASE WHEN m ->> 'method' IN ('ridge', 'lasso',
    'elastic_net') THEN nullif((m ->> 'lambda')::float8, 0) END;
  factor float8[];
  options @extschema@.l2_options;
  axis jsonb := '{"label": "&lambda;, log scale, decreasing", "log": true, "reverse": true}';
  mark jsonb;
  c record;
  p record;
BEGIN
  IF m ->> 'method' IN ('logistic', 'poisson', 'glm', 'huber', 'quantile', 'multinomial') THEN
    RAISE feature_not_supported USING MESSAGE = format('a path of method %s cannot be made from grams',
      m ->> 'method'),
      HINT = 'Leave gram and folds out; logistic_path and logistic_cv_curve read rows.';
  END IF;
  IF features IS NULL THEN
    RETURN;
  END IF;
  IF has_offset AND NOT coalesce((SELECT abs(mean - (m ->> 'target_mean')::float8)
        <= 1e-9 * ((m ->> 'target_sd')::float8 + abs((m ->> 'target_mean')::float8))
      FROM unnest(@extschema@.l2_names(gram), @extschema@.l2_means(gram)) u(name, mean)
      WHERE name = target), false) THEN
    RAISE invalid_parameter_value USING MESSAGE = 'the gram''s target is not the model''s less its offset',
      HINT = 'Give the gram that the model was fitted from, or leave gram and folds out.';
  END IF;
  SELECT array_agg(coalesce((t ->> 'penalty_factor')::float8, 1) ORDER BY i) INTO factor
  FROM jsonb_array_elements(m -> 'terms') WITH ORDINALITY u(t, i)
    WHERE i > intercept::integer AND NOT (has_offset AND t ->> 'term' = '(offset)')
    HAVING bool_or(t ? 'penalty_factor');
  options := jsonb_build_object('l1_ratio', ratio, 'intercept', intercept, 'standardize', standardize,
    'lambda_scale', scale,
    'penalty_factor', factor, 'features', features, 'target', target)::@extschema@.l2_options;
  mark := CASE WHEN lambda IS NULL THEN '[]' ELSE jsonb_build_array(jsonb_build_object('type', 'rule',
    'class', 'here', 'x', ARRAY[lambda], 'label', 'this model', 'anchor', 'end')) END;

  IF grams IS NOT NULL THEN
    SELECT array_agg(lambda ORDER BY i) AS lambda, array_agg(mean ORDER BY i) AS mean,
      array_agg(mean - se ORDER BY i) AS low, array_agg(mean + se ORDER BY i) AS high,
      max(lambda) FILTER (WHERE is_min) AS least, max(mean) FILTER (WHERE is_min) AS error, max(se)
        FILTER (WHERE is_min) AS se, max(nonzero) FILTER (WHERE is_min) AS nonzero,
      max(lambda) FILTER (WHERE is_1se) AS simple, max(mean) FILTER (WHERE is_1se) AS simple_error,
        max(nonzero) FILTER (WHERE is_1se) AS simple_nonzero
    INTO c
    FROM @extschema@.l2_cv_curve(grams, penalty, options)
      WITH ORDINALITY u(l1_ratio, lambda, mean, se, df, nonzero, fold_mse, is_min, is_1se,
        dropout, i);
    curve := @extschema@._l2_html_figure('Cross-validation'::text,
      jsonb_build_object('x', axis, 'y', '{"label": "mean squared error, log scale", "log": true}'::jsonb,
      'layers', jsonb_build_array(
        jsonb_build_object('type', 'band', 'class', 'band', 'x', c.lambda, 'low', c.low, 'high', c.high),
        jsonb_build_object('type', 'line', 'class', 'c1', 'x', c.lambda, 'y', c.mean),
        jsonb_build_object('type', 'rule', 'class', 'choice', 'x', ARRAY[c.simple], 'label', CASE
          WHEN c.simple > c.least THEN '1 s.e.' ELSE '' END, 'anchor', 'end'),
        jsonb_build_object('type', 'rule', 'class', 'choice', 'x', ARRAY[c.least], 'label', 'min'))),
      format('%s of %s on rows not seen, within a standard error. Least: %s at &lambda; = %s, %s '
        'coefficients. Largest &lambda; within a standard error of it: %s, with %s and %s coefficients.',
        'Error', name, @extschema@._l2_html_number(c.error), @extschema@._l2_html_number(c.least), c.nonzero,
        @extschema@._l2_html_number(c.simple), @extschema@._l2_html_number(c.simple_error),
          c.simple_nonzero));
  END IF;

  WITH steps AS MATERIALIZED (
    SELECT * FROM @extschema@.l2_path(gram, penalty, options)
      WITH ORDINALITY u(lambda, df, nonzero, dev_ratio, rss, gcv, aic, aicc, bic, converged, fit, i)
  ), terms AS (
    SELECT term, k, array_agg(standardized ORDER BY i) AS b, row_number() OVER w AS rank,
      max(abs(standardized)) >= 0.02 * first_value(max(abs(standardized))) OVER w AS large
    FROM steps, @extschema@.l2_summary(fit, 0.95::float8) WITH ORDINALITY s(term, estimate, std_error, t, p,
      lower, upper, standardized, vcov, positive, k)
    WHERE k > intercept::integer GROUP BY term, k WINDOW w AS
      (ORDER BY max(abs(standardized)) DESC NULLS LAST, k)
  ), x AS (
    -- without the steep beginning, beside which the rest would be flat
    SELECT array_agg(lambda ORDER BY i) AS lambda,
      array_agg(CASE WHEN aic <= aic_top THEN aic END ORDER BY i) AS aic,
      array_agg(CASE WHEN bic <= bic_top THEN bic END ORDER BY i) AS bic,
      (array_agg(lambda ORDER BY aic, i) FILTER (WHERE aic IS NOT NULL))[1] AS aic_at,
        (array_agg(lambda ORDER BY bic, i) FILTER (WHERE bic IS NOT NULL))[1] AS bic_at,
      min(aic) AS aic_least, min(bic) AS bic_least, (array_agg(nonzero ORDER BY bic, i))[1] AS nonzero
    FROM (SELECT *, 0.9 * min(aic) OVER () + 0.1 * max(aic) OVER () AS aic_top,
      0.9 * min(bic) OVER () + 0.1 * max(bic) OVER () AS bic_top FROM steps) s
  )
  SELECT x.*, (SELECT count(*) FROM terms) AS n,
    (SELECT jsonb_agg(jsonb_build_object('type', 'line', 'class', CASE WHEN rank <= 6 AND large THEN 'c'
      || rank ELSE 'other' END,
              'label', CASE WHEN rank <= 6 AND large THEN CASE
                WHEN length(term) > 11 THEN @extschema@._l2_html(left(term, 4)) || '&hellip;'
                || @extschema@._l2_html(right(term, 6)) ELSE @extschema@._l2_html(term) END ELSE '' END, 'x',
                x.lambda, 'y', b) ORDER BY rank DESC)
     FROM terms WHERE rank <= 50) AS lines
  INTO p FROM x;
  IF p.lambda IS NOT NULL THEN
    path := @extschema@._l2_html_figure('Path of the coefficients'::text,
      jsonb_build_object('x', axis, 'y', '{"label": "standardised coefficient"}'::jsonb,
        'layers', '[{"type": "rule", "class": "zero", "y": [0]}]'::jsonb || mark || p.lines),
      format('Coefficients of %s as its penalty falls%s.', name, CASE
        WHEN p.n > 50 THEN format(', the 50 largest of %s', @extschema@._l2_html_count(p.n::bigint))
        ELSE '' END))
    || CASE WHEN p.bic_at IS NULL THEN '' ELSE @extschema@._l2_html_figure('Information criteria'::text,
      jsonb_build_object('x', axis, 'y', '{"label": "criterion, the smaller the better"}'::jsonb,
        'layers', mark || jsonb_build_array(
          jsonb_build_object('type', 'line', 'class', 'c1', 'label', 'AIC', 'x', p.lambda, 'y', p.aic),
          jsonb_build_object('type', 'line', 'class', 'c2', 'label', 'BIC', 'x', p.lambda, 'y', p.bic),
          jsonb_build_object('type', 'points', 'class', 'dot c1', 'x', ARRAY[p.aic_at], 'y',
            ARRAY[p.aic_least]),
          jsonb_build_object('type', 'points', 'class', 'dot c2', 'x', ARRAY[p.bic_at], 'y',
            ARRAY[p.bic_least]))),
      format('AIC is least at &lambda; = %s, BIC at %s, where %s coefficients are not zero.',
        @extschema@._l2_html_number(p.aic_at), @extschema@._l2_html_number(p.bic_at), p.nonzero)) END;
  END IF;
END $$;
COMMENT ON FUNCTION @extschema@._l2_report_penalties(@extschema@.l2_model, @extschema@.l2_gram,
  @extschema@.l2_gram[]) IS
'What l2_path and l2_cv_curve say for the features and the penalty of a model, as figures of l2_report.';

CREATE FUNCTION @extschema@._l2_report_classes(
  y float8[], predicted float8[], negative text, positive text
) RETURNS text
  LANGUAGE plpgsql IMMUTABLE PARALLEL SAFE SET search_path = pg_catalog, pg_temp
    SET extra_float_digits = 1 AS $$
#variable_conflict use_column
DECLARE
  diagonal CONSTANT jsonb := '[{"type": "diagonal", "class": "zero"}]';
  s record;
  c record;
  facts text;
  matrix text;
  figures text;
BEGIN
  SELECT @extschema@.l2_auc(y, yhat) AS auc, @extschema@.l2_logloss(y, yhat) AS logloss,
    @extschema@.l2_brier(y, yhat) AS brier, @extschema@.l2_accuracy(y, yhat) AS accuracy,
    @extschema@.l2_roc(y, yhat) AS roc, @extschema@.l2_calibration(y, yhat, 10) AS bins, avg(y) AS base,
    count(*) FILTER (WHERE y = 1 AND yhat >= 0.5) AS tp, count(*) FILTER (WHERE y = 0 AND yhat >= 0.5) AS fp,
    count(*) FILTER (WHERE y = 1 AND yhat < 0.5) AS fn, count(*) FILTER (WHERE y = 0 AND yhat < 0.5) AS tn
  INTO s FROM unnest(_l2_report_classes.y, _l2_report_classes.predicted) u(y, yhat)
    WHERE y + yhat IS NOT NULL;
  facts := @extschema@._l2_html_facts(ARRAY['Area under the curve', @extschema@._l2_html_number(s.auc),
    'Log loss', @extschema@._l2_html_number(s.logloss), 'Brier score', @extschema@._l2_html_number(s.brier),
    'Accuracy', format('%s <small>threshold 0.5</small>', @extschema@._l2_html_number(s.accuracy)),
    'Precision', @extschema@._l2_html_number(s.tp::float8 / nullif(s.tp + s.fp, 0)),
    'Recall', @extschema@._l2_html_number(s.tp::float8 / nullif(s.tp + s.fn, 0)),
    'Share of ' || coalesce(@extschema@._l2_html(positive), '1'), @extschema@._l2_html_number(s.base)]);
  matrix := E'<h3>Who is taken for whom, at the threshold 0.5</h3>\n'
    || @extschema@._l2_html_table('Confusion matrix'::text,
    ARRAY['', 'Predicted ' || coalesce(@extschema@._l2_html_name(negative), '0'),
      'Predicted ' || coalesce(@extschema@._l2_html_name(positive), '1')],
    @extschema@._l2_html_row(coalesce(@extschema@._l2_html_name(negative), '0'),
      ARRAY[@extschema@._l2_html_count(s.tn), @extschema@._l2_html_count(s.fp)], ''::text)
      || @extschema@._l2_html_row(coalesce(@extschema@._l2_html_name(positive), '1'),
        ARRAY[@extschema@._l2_html_count(s.fn),
        @extschema@._l2_html_count(s.tp)], ''::text));
  SELECT array_agg(mean_p ORDER BY bin) AS p, array_agg(mean_y ORDER BY bin) AS y INTO c
  FROM unnest(s.bins) WHERE mean_p IS NOT NULL;
  figures := @extschema@._l2_html_figure('Calibration'::text, jsonb_build_object('x',
    '{"label": "predicted probability"}'::jsonb,
      'y', '{"label": "share that came out 1"}'::jsonb, 'layers', diagonal || jsonb_build_array(
        jsonb_build_object('type', 'line', 'class', 'c1', 'x', c.p, 'y', c.y),
        jsonb_build_object('type', 'points', 'class', 'dot c1', 'x', c.p, 'y', c.y))),
    'Rows in ten bins by their predicted probability. A model that says the truth is on the line.'::text);
  IF s.base > 0 AND s.base < 1 THEN
    WITH points AS (
      SELECT fpr, tpr, fpr * (1 - s.base) + tpr * s.base AS taken, row_number() OVER (ORDER BY fpr, tpr) AS i,
        count(*) OVER () AS n
      FROM unnest(s.roc)
    )
    SELECT array_agg(fpr ORDER BY i) AS fpr, array_agg(tpr ORDER BY i) AS tpr, array_agg(taken
      ORDER BY i) AS taken,
      array_agg(tpr ORDER BY i) FILTER (WHERE tpr > 0) AS recall,
      array_agg(tpr * s.base / taken ORDER BY i) FILTER (WHERE tpr > 0) AS precision
    INTO c FROM points WHERE i = n OR (i - 1) % greatest(1, ceil(n / 500.0)::integer) = 0;
    figures := concat(figures,
      @extschema@._l2_html_curve('Receiver operating characteristic'::text, 'false positive rate'::text,
        'true positive rate'::text, c.fpr, c.tpr, diagonal,
        format('What share of the 1s is found at what share of false alarms; the area under the curve is %s.',
               @extschema@._l2_html_number(s.auc))),
      @extschema@._l2_html_curve('Precision and recall'::text, 'recall: share of the 1s that are found'::text,
        'precision: share of those found that are 1'::text, c.recall, c.precision,
        jsonb_build_array(jsonb_build_object('type', 'rule', 'class', 'zero', 'y', ARRAY[s.base])),
        'From the surest rows on. The line is the share of 1s among all rows.'::text),
      @extschema@._l2_html_curve('Lift'::text, 'share of rows taken, the surest first'::text,
        'share of the 1s among them'::text, c.taken, c.tpr, diagonal,
        'How many of the 1s are reached by taking so many rows; on the line, by chance.'::text));
  END IF;
  RETURN facts || matrix || E'<div class="figures">\n' || figures || E'</div>\n';
END $$;
COMMENT ON FUNCTION @extschema@._l2_report_classes(float8[], float8[], text, text) IS
'Probabilities against what came, for l2_report.';

CREATE FUNCTION @extschema@._l2_report_deviation(model @extschema@.l2_model, mu float8) RETURNS float8
  AS 'MODULE_PATHNAME' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION @extschema@._l2_report_deviation(@extschema@.l2_model, float8) IS
'The root of the variance that the family of a model says of a row with that mean, up to the dispersion.';

CREATE FUNCTION @extschema@._l2_report_residuals(
  model @extschema@.l2_model, y float8[], predicted float8[], at float8[], time_column text
) RETURNS text
  LANGUAGE plpgsql IMMUTABLE PARALLEL SAFE SET search_path = pg_catalog, pg_temp
    SET extra_float_digits = 1 AS $$
#variable_conflict use_column
DECLARE
  drawn CONSTANT integer := 2000;
  at_zero CONSTANT jsonb := '[{"type": "rule", "class": "zero", "y": [0]}]';
  tau CONSTANT float8 := model::jsonb ->> 'tau';
  -- residuals of these are drawn as Pearson's: the mean says how far off a row may be
  pearson CONSTANT boolean := @extschema@._l2_report_deviation(model, 4::float8) IS DISTINCT FROM 1;
  named CONSTANT text := CASE WHEN pearson THEN 'Pearson residual' ELSE 'actual &minus; predicted' END;
  s record;
  c record;
  facts text[];
  figures text;
BEGIN
  SELECT (@extschema@.l2_score(y, yhat)).*,
    stddev_samp((y - yhat) / @extschema@._l2_report_deviation(model, yhat)) AS sd,
    avg((y < yhat)::integer)::float8 AS below, avg((y - yhat) * (tau - (y < yhat)::integer)) AS loss
  INTO s FROM unnest(_l2_report_residuals.y, _l2_report_residuals.predicted) u(y, yhat);
  WITH rows AS (
    SELECT y, yhat, (y - yhat) / @extschema@._l2_report_deviation(model, yhat) AS residual,
      at[i] AS moment, i, row_number() OVER (ORDER BY i) AS nth, count(*) OVER () AS n
    FROM unnest(_l2_report_residuals.y, _l2_report_residuals.predicted) WITH ORDINALITY u(y, yhat, i)
    WHERE y + yhat IS NOT NULL
  ), standard AS (
    SELECT rows.*, @extschema@._l2_normal_quantile(
        (row_number() OVER (ORDER BY residual) - 0.5::float8) / count(residual) OVER ()) AS normal,
      CASE WHEN s.sd < 1e-280 THEN NULL WHEN abs(residual) < s.sd * 1e-12 THEN 0
        ELSE residual / s.sd END AS standard
    FROM rows
  ), far AS (
    SELECT y, yhat, standard, i, row_number() OVER (ORDER BY abs(residual) DESC NULLS LAST, i) AS place
    FROM standard
  )
  SELECT array_agg(y) AS y, array_agg(yhat) AS yhat, array_agg(residual) AS residual,
    array_agg(normal) AS normal,
    array_agg(standard) AS standard, array_agg(sqrt(abs(standard))) AS root,
    array_agg(moment) AS moment, count(DISTINCT moment) AS moments,
    (SELECT string_agg(@extschema@._l2_html_row(i::text, ARRAY[@extschema@._l2_html_number(y),
        @extschema@._l2_html_number(yhat), @extschema@._l2_html_number(y - yhat),
        @extschema@._l2_html_number(nullif(standard, 0), 3)], ''::text), '' ORDER BY place)
     FROM far WHERE place <= 5) AS largest
  INTO c FROM standard WHERE (nth - 1) % greatest(1, ceil(n / drawn::float8)::integer) = 0;
  figures := concat(
    @extschema@._l2_html_cloud('Actual against predicted'::text, 'predicted'::text, 'actual'::text, c.yhat,
      c.y,
      '[{"type": "diagonal", "class": "zero"}]'::jsonb, 'A perfect prediction is on the line.'::text),
    @extschema@._l2_html_cloud('Residuals'::text, 'predicted'::text, named, c.yhat, c.residual,
      at_zero, CASE WHEN pearson THEN 'Over the deviation that the family says of each. ' ELSE '' END
        || 'A pattern or a funnel here is something that the model does not know.'));
  IF s.sd > 0 AND tau IS NULL THEN
    figures := concat(figures,
      @extschema@._l2_html_cloud('Normal Q&ndash;Q'::text, 'quantile of the normal distribution'::text,
        CASE WHEN pearson THEN 'Pearson residual' ELSE 'residual' END || ' in standard deviations',
        c.normal, c.standard, '[{"type": "diagonal", "class": "zero"}]'::jsonb,
        CASE WHEN pearson THEN 'Ends far off the line: rows that the family says cannot be so far off. '
          'Small counts and skew leave it a little.'
        ELSE 'Ends that leave the line: residuals larger than a normal distribution has, which p trusts.'
        END));
  END IF;
  IF s.sd > 0 THEN
    figures := concat(figures,
      @extschema@._l2_html_cloud('Scale and location'::text, 'predicted'::text,
        'root of |residual| in standard deviations'::text, c.yhat, c.root, NULL::jsonb,
        CASE WHEN pearson THEN 'A slope is a spread that is not the family''s: another one, or robust errors.'
        ELSE 'A slope is a spread that goes with the prediction: robust errors, or the logarithm of it.'
        END));
  END IF;
  IF c.moments > 1 THEN
    figures := concat(figures, @extschema@._l2_html_figure('Residuals over time'::text,
      jsonb_build_object(
        'x', jsonb_build_object('label', @extschema@._l2_html(time_column, 40), 'time', true),
        'y', jsonb_build_object('label', named),
        'layers', at_zero || jsonb_build_array(jsonb_build_object('type', 'points', 'x', c.moment,
          'y', c.residual,
          'class', CASE WHEN cardinality(c.moment) > 300 THEN 'cloud many' ELSE 'cloud' END))),
      'A drift or a wave here is something in time that the model does not know.'::text));
  END IF;
  facts := ARRAY['Mean absolute error', @extschema@._l2_html_number(s.mae),
    'Median absolute error', @extschema@._l2_html_number(s.median_ae),
    'Largest error', @extschema@._l2_html_number(s.max_error)];
  -- a quantile is not where a mean is
  IF tau IS NULL THEN
    facts := ARRAY['R&sup2;', @extschema@._l2_html_number(s.r2), 'RMSE', @extschema@._l2_html_number(s.rmse)]
      || facts || ARRAY['Bias',
        @extschema@._l2_html_number(CASE WHEN abs(s.bias) < 1e-12 * s.rmse THEN 0 ELSE s.bias END, 3)];
  ELSE
    facts := ARRAY['Share of rows below',
      format('%s <small>of %s meant</small>', @extschema@._l2_html_number(s.below, 3),
        @extschema@._l2_html_number(tau, 3)),
      'Mean check loss', @extschema@._l2_html_number(s.loss)] || facts;
  END IF;
  RETURN @extschema@._l2_html_facts(facts)
    || E'<div class="figures">\n' || figures || E'</div>\n<h3>Largest residuals</h3>\n'
    || @extschema@._l2_html_table('Largest residuals'::text,
         ARRAY['Row of the sample', 'Actual', 'Predicted', 'Residual', 'Standard deviations'], c.largest);
END $$;
COMMENT ON FUNCTION @extschema@._l2_report_residuals(@extschema@.l2_model, float8[], float8[], float8[],
  text) IS
'Predictions of numbers against what came, for l2_report. at: when each row was, in seconds since 1970, NULL
where that is not known.';

CREATE FUNCTION @extschema@._l2_report_sample(
  model @extschema@.l2_model, y float8[], predicted float8[], rows_of text, at float8[], time_column text
) RETURNS text
  LANGUAGE plpgsql IMMUTABLE PARALLEL SAFE SET search_path = pg_catalog, pg_temp
    SET extra_float_digits = 1 AS $$
DECLARE
  n bigint := (SELECT count(*) FROM unnest(_l2_report_sample.y, _l2_report_sample.predicted) u(y, yhat)
               WHERE u.y + u.yhat IS NOT NULL);
  classes boolean := model::jsonb ->> 'method' = 'logistic'
    OR coalesce(model::jsonb ->> 'family' = 'binomial', false);
  every integer := ceil(n / 2000.0);
BEGIN
  IF n = 0 THEN
    RETURN '';
  END IF;
  RETURN format(E'<section>\n<h2>Predictions</h2>\n<p>Of %s row%s%s%s</p>\n%s</section>\n',
    @extschema@._l2_html_count(n),
    CASE WHEN n = 1 THEN '' ELSE 's' END,
    CASE WHEN every > 1 AND NOT classes
         THEN format(', of which %s are drawn,',
           @extschema@._l2_html_count(ceil(n / every::float8)::bigint)) ELSE '' END,
    coalesce(rows_of, ' that were given.'),
    CASE WHEN classes THEN @extschema@._l2_report_classes(y, predicted, model::jsonb ->> 'negative',
        model::jsonb ->> 'positive')
      ELSE @extschema@._l2_report_residuals(model, y, predicted, at, time_column) END);
END $$;
COMMENT ON FUNCTION @extschema@._l2_report_sample(@extschema@.l2_model, float8[], float8[], text, float8[],
  text) IS
'Predictions against what came, as a section of l2_report; rows_of says which rows those are.';

CREATE FUNCTION @extschema@._l2_report_labels(
  model @extschema@.l2_model, y text[], probabilities float8[], rows_of text
) RETURNS text
  LANGUAGE plpgsql IMMUTABLE PARALLEL SAFE SET search_path = pg_catalog, pg_temp
    SET extra_float_digits = 1 AS $$
#variable_conflict use_column
DECLARE
  shown CONSTANT integer := 25;
  classes text[] := ARRAY(SELECT c FROM jsonb_array_elements_text(model::jsonb -> 'classes')
    WITH ORDINALITY u(c, i) ORDER BY i);
  k integer := cardinality(classes);
  labels text[];
  s record;
  c record;
BEGIN
  WITH cells AS (
    SELECT (i - 1) / k + 1 AS i, (i - 1) % k + 1 AS class, p
    FROM unnest(probabilities) WITH ORDINALITY u(p, i)
  ), rows AS MATERIALIZED (
    SELECT r.y, classes[(array_agg(class ORDER BY p DESC, class))[1]] AS called, max(p) AS sure,
      -- a class that the model does not know has the probability 0, as small as l2_logloss takes it
      greatest(coalesce(max(p) FILTER (WHERE classes[class] = r.y), 0), 2 ^ -52::float8) AS own
    FROM cells JOIN unnest(_l2_report_labels.y) WITH ORDINALITY r(y, i) USING (i)
    WHERE r.y IS NOT NULL GROUP BY i, r.y HAVING count(p) = k
  ), known AS (
    SELECT l, coalesce(array_position(classes, l), k + 1) AS place,
      (SELECT count(*) FROM rows WHERE y = l) AS came,
      (SELECT count(*) FROM rows WHERE called = l) AS called,
      (SELECT count(*) FROM rows WHERE y = l AND called = l) AS hit
    FROM (SELECT y AS l FROM rows UNION SELECT called FROM rows) u
  )
  SELECT (SELECT count(*) FROM rows) AS n, (SELECT count(*) FROM rows WHERE y <> ALL (classes)) AS strange,
    (SELECT avg((y = called)::integer)::float8 FROM rows) AS accuracy,
    (SELECT avg(-ln(own)) FROM rows) AS logloss,
    avg(coalesce(hit::float8 / nullif(called, 0), 0)) AS precision,
    avg(coalesce(hit::float8 / nullif(came, 0), 0)) AS recall,
    avg(2 * hit::float8 / (came + called)) AS f1,
    array_agg(l ORDER BY came + called DESC, place, l COLLATE "C") AS labels,
    (SELECT jsonb_agg(r) FROM rows r) AS rows,
    (SELECT @extschema@.l2_calibration((y = called)::integer::float8, sure, 10) FROM rows) AS bins
  INTO s FROM known;
  IF s.n = 0 THEN
    RETURN '';
  END IF;
  labels := ARRAY(SELECT l FROM unnest(s.labels[:shown]) l
    ORDER BY array_position(classes, l), l COLLATE "C");
  WITH pairs AS (
    SELECT y, called, count(*) AS n FROM jsonb_to_recordset(s.rows) r(y text, called text) GROUP BY 1, 2
  ), lines AS (
    SELECT l, i, (SELECT sum(n) FROM pairs WHERE y = l) AS came,
      (SELECT sum(n) FROM pairs WHERE called = l) AS called,
      coalesce((SELECT sum(n) FROM pairs WHERE y = l AND called = l), 0) AS hit,
      ARRAY(SELECT @extschema@._l2_html_count(coalesce((SELECT n FROM pairs WHERE y = l AND called = o), 0))
            FROM unnest(labels) WITH ORDINALITY o(o, j) WHERE o = ANY (classes) ORDER BY j) AS cells
    FROM unnest(labels) WITH ORDINALITY u(l, i)
  )
  SELECT string_agg(@extschema@._l2_html_row(@extschema@._l2_html_name(l), cells
      || ARRAY[@extschema@._l2_html_number((hit / called)::float8),
        @extschema@._l2_html_number((hit / came)::float8)], ''::text), '' ORDER BY i) AS lines,
    (SELECT array_agg(mean_p ORDER BY bin) FROM unnest(s.bins) WHERE mean_p IS NOT NULL) AS p,
    (SELECT array_agg(mean_y ORDER BY bin) FROM unnest(s.bins) WHERE mean_p IS NOT NULL) AS y
  INTO c FROM lines;
  RETURN format(E'<section>\n<h2>Predictions</h2>\n<p>Of %s row%s%s</p>\n%s%s%s%s</section>\n',
    @extschema@._l2_html_count(s.n), CASE WHEN s.n = 1 THEN '' ELSE 's' END, rows_of,
    CASE WHEN s.strange > 0 THEN format(E'<p class="warning">Of classes that the model does not know: %s. '
      'They count as wrong.</p>\n', @extschema@._l2_html_count(s.strange)) ELSE '' END,
    @extschema@._l2_html_facts(ARRAY['Accuracy', @extschema@._l2_html_number(s.accuracy),
      'Log loss', @extschema@._l2_html_number(s.logloss),
      'Precision', format('%s <small>mean of the classes</small>', @extschema@._l2_html_number(s.precision)),
      'Recall', format('%s <small>mean of the classes</small>', @extschema@._l2_html_number(s.recall)),
      'F1', format('%s <small>mean of the classes</small>', @extschema@._l2_html_number(s.f1))]),
    format(E'<h3>Who is taken for whom</h3>\n%s', CASE WHEN cardinality(s.labels) > shown
      THEN format(E'<p>The %s most frequent classes of %s.</p>\n', shown, cardinality(s.labels)) ELSE '' END)
    || @extschema@._l2_html_table('Confusion matrix'::text, ARRAY['']
      || ARRAY(SELECT 'Predicted ' || @extschema@._l2_html_name(l) FROM unnest(labels) WITH ORDINALITY u(l, i)
               WHERE l = ANY (classes) ORDER BY i)
      || ARRAY['Precision', 'Recall'], c.lines),
    E'<div class="figures">\n' || @extschema@._l2_html_figure('Calibration'::text, jsonb_build_object('x',
      '{"label": "probability of the predicted class"}'::jsonb, 'y', '{"label": "share that is so"}'::jsonb,
      'layers', '[{"type": "diagonal", "class": "zero"}]'::jsonb || jsonb_build_array(
        jsonb_build_object('type', 'line', 'class', 'c1', 'x', c.p, 'y', c.y),
        jsonb_build_object('type', 'points', 'class', 'dot c1', 'x', c.p, 'y', c.y))),
      'Rows in ten bins by the probability of their most probable class. A model that says the truth is on '
      'the line.'::text) || E'</div>\n');
END $$;
COMMENT ON FUNCTION @extschema@._l2_report_labels(@extschema@.l2_model, text[], float8[], text) IS
'Labels against what came, as a section of l2_report. y: labels; probabilities: of each row those of the
model''s classes, in their order. Rows with a NULL are left out.';

CREATE FUNCTION @extschema@._l2_report_definition(model @extschema@.l2_model, definition jsonb) RETURNS text
  LANGUAGE plpgsql STABLE SET search_path = pg_catalog, pg_temp SET extra_float_digits = 1 AS $$
DECLARE
  g record;
  options text := (SELECT string_agg(format('%s %s', key, value), ', ' ORDER BY key)
                   FROM jsonb_each(definition -> 'options') WHERE key NOT IN ('names', 'target'));
BEGIN
  IF definition IS NULL THEN
    RETURN '';
  END IF;
  SELECT * INTO g FROM @extschema@.l2_glance(model);
  RETURN format(E'<section>\n<h2>How it was made</h2>\n%s</section>\n',
    @extschema@._l2_html_table('How it was made'::text, ARRAY['', ''],
    (SELECT string_agg(@extschema@._l2_html_row(h, ARRAY['<span class="text">' || t || '</span>'],
      ''::text), '' ORDER BY i)
     FROM (VALUES (1, 'Source', @extschema@._l2_html(definition ->> 'source', 500)),
       (2, 'Formula', @extschema@._l2_html(definition ->> 'formula', 500)),
       (3, 'Method', @extschema@._l2_html(definition ->> 'method')),
       (4, 'Options', @extschema@._l2_html(options, 500)),
       (5, '&lambda;', CASE WHEN definition ->> 'method' NOT IN ('ridge', 'lasso', 'elastic_net') THEN NULL
         WHEN definition ->> 'lambda' IS NULL THEN format('by cross-validation, %s folds%s', g.folds,
           ' by ' || @extschema@._l2_html(regexp_replace(definition ->> 'fold', '^q[.]', '')))
         ELSE 'as given' END),
       (6, 'Weights', @extschema@._l2_html(regexp_replace(definition ->> 'weight', '^q[.]', ''))),
       (7, 'Refresh', @extschema@._l2_html(definition ->> 'refresh')),
       (8, 'Rows', format('%s used, %s left out: a value is missing, or the weight is 0',
         @extschema@._l2_html_count(g.n),
                          @extschema@._l2_html_count(g.n_skipped)))) v(i, h, t) WHERE t IS NOT NULL)));
END $$;
COMMENT ON FUNCTION @extschema@._l2_report_definition(@extschema@.l2_model, jsonb) IS
'What a model was made from, as a section of l2_report.';

CREATE FUNCTION @extschema@._l2_report_drift(drift jsonb) RETURNS text
  LANGUAGE sql IMMUTABLE PARALLEL SAFE SET search_path = pg_catalog, pg_temp SET extra_float_digits = 1 AS $$
  WITH d AS (
    SELECT r.*, i, i > 1 AND r.term = '(Residual)' AND i = jsonb_array_length($1) AS is_error
    FROM jsonb_array_elements($1) WITH ORDINALITY u(r0, i),
      jsonb_to_record(r0) AS r(term text, mean float8, mean_now float8, shift float8, sd float8,
      sd_now float8, spread float8)
  ), chosen AS (
    SELECT * FROM d ORDER BY is_error DESC, i = 1 DESC, CASE
      WHEN jsonb_array_length($1) > 52 THEN abs(shift) END DESC NULLS LAST, i LIMIT 52
  ), scale AS (
    SELECT greatest(1, least(5, max(abs(shift)))) AS size FROM chosen
  )
  SELECT
    format(E'<section>\n<h2>Drift</h2>\n<p>%sThe rows given against those of training: how many standard '
      'deviations each mean has moved, and how much wider the values spread now.</p>\n%s%s</section>\n',
    CASE WHEN jsonb_array_length($1) > 52 THEN format('The 50 features that moved most, of %s. ',
      @extschema@._l2_html_count((jsonb_array_length($1) - 2)::bigint)) ELSE '' END,
    (SELECT @extschema@._l2_html_facts(ARRAY['RMSE in training', CASE WHEN sd IS NOT NULL THEN
      @extschema@._l2_html_number(sd) END, 'RMSE now',
      @extschema@._l2_html_number(sd_now), 'Mean residual now',
      @extschema@._l2_html_number(CASE WHEN abs(mean_now) < 1e-12 * sd_now THEN 0 ELSE mean_now END, 3)])
     FROM chosen WHERE is_error),
    @extschema@._l2_html_table('Drift'::text, ARRAY['Column',
      @extschema@._l2_html_scale('Standard deviations'::text, max(s.size)), 'Shift', 'Spread', 'Mean then',
      'Mean now', 'Std. dev. then', 'Std. dev. now'],
      string_agg(@extschema@._l2_html_row(@extschema@._l2_html_name(term), ARRAY[
        @extschema@._l2_plot_interval(shift, least(shift, 0), greatest(shift, 0), s.size,
          @extschema@._l2_html(term), format('shift %s', @extschema@._l2_html_number(shift, 2))),
        @extschema@._l2_html_number(shift, 2), @extschema@._l2_html_number(spread, 2),
          @extschema@._l2_html_number(mean), @extschema@._l2_html_number(mean_now),
        @extschema@._l2_html_number(sd), @extschema@._l2_html_number(sd_now)],
        CASE WHEN abs(shift) >= 0.5 THEN 'moved' ELSE '' END), '' ORDER BY i)))
  FROM chosen, scale s WHERE NOT is_error HAVING count(*) > 0
$$;
COMMENT ON FUNCTION @extschema@._l2_report_drift(jsonb) IS
'Rows of l2_drift, an array of objects, as a section of l2_report.';

CREATE FUNCTION @extschema@._l2_report_versions(model regclass) RETURNS text
  LANGUAGE plpgsql STABLE STRICT SET search_path = pg_catalog, pg_temp SET extra_float_digits = 1 AS $$
DECLARE
  shown CONSTANT integer := 30;
  n bigint;
  by_cv boolean;
  by_sigma boolean;
  lines text;
  c record;
  figure text := '';
BEGIN
  SELECT count(*), bool_or(v.active AND v.cv_error IS NOT NULL AND v.sigma IS NOT NULL),
    bool_or(v.active AND v.sigma IS NOT NULL) INTO n, by_cv, by_sigma
  FROM @extschema@.l2_versions v WHERE v.name = _l2_report_versions.model::text;
  SELECT array_agg(version ORDER BY version) AS version, array_agg(error ORDER BY version) AS error,
    array_agg(low ORDER BY version) AS low, array_agg(high ORDER BY version) AS high,
    array_agg(version) FILTER (WHERE active) AS active, array_agg(error) FILTER (WHERE active) AS active_error
  INTO c FROM (
    SELECT version, active, CASE WHEN by_cv THEN sqrt(cv_error) WHEN by_sigma THEN sigma
      ELSE r_squared END AS error,
      CASE WHEN by_cv THEN sqrt(greatest(cv_error - cv_se, 0)) END AS low, CASE
        WHEN by_cv THEN sqrt(cv_error + cv_se) END AS high
    FROM @extschema@.l2_versions v WHERE v.name = _l2_report_versions.model::text
      AND v.outcome <> 'failed') v;
  IF cardinality(c.version) > 1 THEN
    figure := '<div class="figures">' || @extschema@._l2_html_figure(CASE WHEN by_cv
      OR by_sigma THEN 'Error by version' ELSE 'Deviance explained by version' END,
      jsonb_build_object('x', '{"label": "version", "whole": true}'::jsonb,
        'y', jsonb_build_object('label', CASE WHEN by_cv THEN 'RMSE on rows not seen'
          WHEN by_sigma THEN 'residual standard error' ELSE 'share' END),
        'layers', jsonb_build_array(jsonb_build_object('type', 'band', 'class', 'band', 'x', c.version, 'low',
          c.low, 'high', c.high),
          jsonb_build_object('type', 'line', 'class', 'c1', 'x', c.version, 'y', c.error),
            jsonb_build_object('type', 'points', 'class', 'dot c1', 'x', c.version, 'y', c.error),
          jsonb_build_object('type', 'points', 'class', 'ring', 'x', c.active, 'y', c.active_error))),
      'The version in use has a ring.'::text) || '</div>';
  END IF;
  SELECT string_agg(@extschema@._l2_html_row(version || CASE WHEN active THEN ' <small>in use</small>'
    ELSE '' END, ARRAY[
      to_char(trained_at AT TIME ZONE 'UTC', 'YYYY-MM-DD HH24:MI'), event, CASE
        WHEN outcome = 'ok' THEN outcome ELSE format('<strong>%s</strong>', outcome) END,
      @extschema@._l2_html_count(v.n::bigint), @extschema@._l2_html_number(r_squared),
        @extschema@._l2_html_number(CASE WHEN by_cv THEN sqrt(cv_error) ELSE sigma END),
        @extschema@._l2_html_number(lambda),
      @extschema@._l2_html_number(extract(epoch FROM duration)::float8, 2) || ' s'],
      CASE WHEN active THEN 'now' ELSE '' END)
    || CASE WHEN reason IS NULL THEN '' ELSE
      format(E'<tr class="reason"><td></td><td colspan="8">%s</td></tr>\n',
      @extschema@._l2_html(reason, 300)) END, '' ORDER BY version DESC)
  INTO lines FROM (SELECT * FROM @extschema@.l2_versions v WHERE v.name = _l2_report_versions.model::text
    ORDER BY version DESC LIMIT shown) v;
  RETURN format(E'<section>\n<h2>Versions</h2>\n%s%s%s</section>\n',
    CASE WHEN n > shown THEN format(E'<p>The newest %s of %s.</p>\n', shown, n) ELSE '' END, figure,
    @extschema@._l2_html_table('Versions'::text, ARRAY['Version', 'Trained (UTC)', 'By', 'Outcome', 'Rows',
      'R&sup2;', CASE WHEN by_cv THEN 'RMSE, not seen' ELSE 'Std. error' END, '&lambda;', 'Took'], lines));
END $$;
COMMENT ON FUNCTION @extschema@._l2_report_versions(regclass) IS
'The rows of l2_versions of a model, as a section of l2_report.';

-- Pages

CREATE FUNCTION @extschema@._l2_page_style() RETURNS text
  AS 'MODULE_PATHNAME' LANGUAGE C IMMUTABLE PARALLEL SAFE;
COMMENT ON FUNCTION @extschema@._l2_page_style() IS
  'The style sheet of l2_report''s page, src/report/page.css.';

CREATE FUNCTION @extschema@._l2_report_page(
  model @extschema@.l2_model, gram @extschema@.l2_gram, grams @extschema@.l2_gram[], y float8[],
    predicted float8[],
  title text, level float8, made date, drift jsonb, versions text, version integer, rows_of text,
    made_from text, at float8[], time_column text
) RETURNS text
  LANGUAGE plpgsql IMMUTABLE PARALLEL SAFE SET search_path = pg_catalog,
    pg_temp SET extra_float_digits = 1 AS $$
DECLARE
  m jsonb := model::jsonb;
  names text[] := @extschema@.l2_names(model);
  method text := CASE m ->> 'method' WHEN 'ols' THEN 'Ordinary least squares'
    WHEN 'ridge' THEN 'Ridge regression' WHEN 'lasso' THEN 'Lasso'
    WHEN 'elastic_net' THEN 'Elastic net' WHEN 'dropout' THEN 'Least squares with dropout'
      WHEN 'logistic' THEN 'Logistic regression' WHEN 'multinomial' THEN 'Multinomial logistic regression'
    WHEN 'poisson' THEN 'Poisson regression' WHEN 'huber' THEN 'Huber''s robust regression'
    WHEN 'quantile' THEN format('Quantile regression, %s', m ->> 'tau')
    WHEN 'glm' THEN format('Generalised linear model, %s, link %s',
      replace(m ->> 'family', '_', ' '), replace(m ->> 'link', '_', ' ')) ELSE m ->> 'method' END;
  g record;
  figures record;
  facts text;
BEGIN
  IF model IS NULL THEN
    RETURN NULL;
  END IF;
  IF (y IS NULL) <> (predicted IS NULL) OR cardinality(y) <> cardinality(predicted) THEN
    RAISE array_subscript_error USING MESSAGE = 'y and predicted must have the same length',
      HINT = 'For example: y => array_agg(price), predicted => array_agg(l2_predict(model, area, rooms)).';
  END IF;
  title := coalesce(title, names[1]);
  SELECT * INTO g FROM @extschema@.l2_glance(model);
  IF grams IS NOT NULL AND gram IS NULL THEN
    SELECT @extschema@.l2_gram_sum(u) INTO gram FROM unnest(grams) u;
  END IF;
  IF gram IS NOT NULL THEN
    SELECT * INTO figures FROM @extschema@._l2_report_penalties(model, gram, grams);
  ELSE
    SELECT NULL::text AS curve, NULL::text AS path INTO figures;
  END IF;
  facts := array_to_string(ARRAY[
    format('%s of %s on %s feature%s', method, @extschema@._l2_html(names[1]),
      @extschema@._l2_html_count((cardinality(names) - 1)::bigint), CASE WHEN cardinality(names) = 2 THEN ''
      ELSE 's' END),
    'classes ' || (SELECT string_agg(@extschema@._l2_html(c), ', ' ORDER BY i)
      FROM jsonb_array_elements_text(m -> 'classes') WITH ORDINALITY u(c, i)),
    'against ' || @extschema@._l2_html(m ->> 'reference_class'),
    '1 is ' || @extschema@._l2_html(m ->> 'positive') || ', 0 is ' || @extschema@._l2_html(m ->> 'negative'),
    @extschema@._l2_html_count(g.n) || ' rows',
    CASE WHEN m ->> 'method' <> 'ols' AND g.lambda > 0 THEN '&lambda;&nbsp;=&nbsp;'
      || @extschema@._l2_html_number(g.lambda) END,
    CASE WHEN m ->> 'method' IN ('elastic_net', 'logistic', 'poisson', 'glm', 'multinomial')
      AND g.l1_ratio > 0 THEN 'L1&nbsp;ratio&nbsp;' || @extschema@._l2_html_number(g.l1_ratio) END,
    CASE WHEN m ? 'rate' THEN 'rate&nbsp;' || @extschema@._l2_html_number((m ->> 'rate')::float8) END,
    'version&nbsp;' || version,
    '<time>' || to_char(made::timestamp, 'YYYY-MM-DD') || '</time>'], ' &middot; ');
  RETURN format(E'<!DOCTYPE html>\n<html lang="en">\n<head>\n<meta charset="utf-8">\n'
    '<meta name="viewport" content="width=device-width,initial-scale=1">\n<title>%s</title>\n'
    '<link rel="icon" href="data:,">\n<style>%s</style>\n</head>\n'
    '<body>\n<header>\n<h1>%s</h1>\n<p>%s</p>\n</header>\n'
    '<main>\n%s</main>\n<footer>Made by l2reg.</footer>\n</body>\n</html>',
    @extschema@._l2_html(title), @extschema@._l2_page_style(), @extschema@._l2_html(title), facts,
    concat(@extschema@._l2_report_fit(model), made_from,
      @extschema@._l2_report_terms(model, coalesce(level, 0.95)),
      @extschema@._l2_report_sample(model, y, predicted, rows_of, at, time_column),
      E'<section>\n<h2>Penalty</h2>\n<div class="figures">\n'
        || nullif(concat(figures.curve, figures.path), '') || E'</div>\n</section>\n',
      versions, @extschema@._l2_report_drift(drift)));
END $$;
COMMENT ON FUNCTION @extschema@._l2_report_page(@extschema@.l2_model, @extschema@.l2_gram,
  @extschema@.l2_gram[],
  float8[], float8[], text, float8, date, jsonb, text, integer, text, text, float8[], text) IS
'The page of l2_report, of its sections.';

CREATE FUNCTION @extschema@._l2_report_options(
  options @extschema@.l2_options, OUT title text, OUT level float8, OUT made date
) RETURNS record
  LANGUAGE plpgsql STABLE SET search_path = pg_catalog, pg_temp AS $$
DECLARE
  other text := (SELECT min(k) FROM jsonb_object_keys(options::jsonb) k
    WHERE k NOT IN ('title', 'level', 'made'));
BEGIN
  IF other IS NOT NULL THEN
    RAISE invalid_parameter_value USING MESSAGE = format('option "%s" is not one of l2_report', other),
      HINT = 'Its options: title, level, made.';
  END IF;
  title := options::jsonb ->> 'title';
  level := coalesce((options::jsonb ->> 'level')::float8, 0.95);
  made := coalesce((options::jsonb ->> 'made')::date, CURRENT_DATE);
END $$;
COMMENT ON FUNCTION @extschema@._l2_report_options(@extschema@.l2_options) IS
'The options of l2_report; error for one of others.';

CREATE FUNCTION @extschema@.l2_report(
  model @extschema@.l2_model,
  gram @extschema@.l2_gram DEFAULT NULL,
  folds @extschema@.l2_gram[] DEFAULT NULL,
  fresh @extschema@.l2_gram DEFAULT NULL,
  y float8[] DEFAULT NULL,
  predicted float8[] DEFAULT NULL,
  options @extschema@.l2_options DEFAULT NULL
) RETURNS text
  LANGUAGE sql STABLE PARALLEL SAFE COST 100000 SET search_path = pg_catalog, pg_temp
  SET extra_float_digits = 1 SET standard_conforming_strings = on AS $$
  SELECT @extschema@._l2_report_page(model, gram, folds, y, predicted, o.title, o.level, o.made,
    (SELECT jsonb_agg(to_jsonb(d) ORDER BY i)
     FROM @extschema@.l2_drift(model, fresh)
       WITH ORDINALITY d(term, mean, mean_now, shift, sd, sd_now, spread, i)),
    NULL::text, NULL::integer, NULL::text, NULL::text, NULL::float8[], NULL::text)
  FROM @extschema@._l2_report_options(options) o
$$;
COMMENT ON FUNCTION @extschema@.l2_report(@extschema@.l2_model, @extschema@.l2_gram, @extschema@.l2_gram[],
  @extschema@.l2_gram, float8[], float8[], @extschema@.l2_options) IS
'A report on the model: one page of HTML with its style and its drawings (SVG) in it, without scripts, that
needs nothing from elsewhere; light and dark, for screens, telephones and paper. It has what l2_glance and
l2_summary say, levels under their category or interaction with l2_wald of them all, and odds or rate ratios;
above 50 features the 50 largest standardised coefficients. With gram, the rows'' moments: the
path of the coefficients over lambda and information criteria (l2_path), of the model''s own penalty, the
lasso for least squares. With folds, a gram each: the curve of cross-validation too (l2_cv_curve), with the
choices "min" and "1se"; gram is their sum by default. With fresh, a gram of other rows: l2_drift. With y and
predicted, arrays of the same length: predictions against what came, residuals and l2_score; for logistic
regression calibration, ROC curve and its area. options: title, by default the target; level of intervals
(0.95); made, the date on the page (today). Names are escaped. The page says it is in UTF-8, so fetch it with
that client_encoding: psql -At -o report.html. NULL for a NULL model. Error where gram or folds are given for
a model with a link, and as those functions have.';

CREATE FUNCTION @extschema@._l2_run_sample(
  query text, search_path text, OUT y float8[], OUT predicted float8[], OUT at float8[]
) RETURNS record
  AS 'MODULE_PATHNAME', '_l2_run' LANGUAGE C VOLATILE STRICT COST 10000;
COMMENT ON FUNCTION @extschema@._l2_run_sample(text, text) IS 'As _l2_run, for a query of three arrays.';

CREATE FUNCTION @extschema@._l2_run_labels(
  query text, search_path text, OUT y text[], OUT probabilities float8[]
) RETURNS record
  AS 'MODULE_PATHNAME', '_l2_run' LANGUAGE C VOLATILE STRICT COST 10000;
COMMENT ON FUNCTION @extschema@._l2_run_labels(text, text) IS
'As _l2_run, for a query of labels and probabilities.';

CREATE FUNCTION @extschema@._l2_sample_sql(
  model regclass, d @extschema@._l2_definition, rows_drawn integer, at text
) RETURNS text
  LANGUAGE plpgsql STABLE STRICT SET search_path = pg_catalog, pg_temp AS $$
DECLARE
  c record := @extschema@._l2_columns(d, true);
  names text[];
  columns text;
BEGIN
  IF d.method = 'multinomial' THEN
    IF c.distributed THEN
      RAISE feature_not_supported USING MESSAGE = 'the report of several classes reads no distributed tables',
        HINT = 'Leave source out; l2_label_score(y, l2_predict_label(model, row)) has its scores.';
    END IF;
    RETURN format(
      'SELECT pg_catalog.array_agg(s.y), pg_catalog.array_agg(p.p)
       FROM (SELECT q.*::pg_catalog.record AS q, %2$s AS y, pg_catalog.row_number() OVER () AS i
             FROM (SELECT * FROM %3$s AS q) q) s,
         LATERAL (SELECT pg_catalog.array_agg(c.p ORDER BY c.i) AS p
           FROM @extschema@._l2_predict_proba_record(%1$L::pg_catalog.regclass, s.q)
             WITH ORDINALITY AS c(class, p, i)) p
       WHERE s.i OPERATOR(pg_catalog.%%)
         ((SELECT pg_catalog.count(*) FROM %3$s AS q) OPERATOR(pg_catalog./) %4$s
         OPERATOR(pg_catalog.+) 1) OPERATOR(pg_catalog.=) 0', model::oid,
      -- a class of numbers is called as the whole number
      (SELECT CASE WHEN t.kind = 'number' THEN format('(%s)::double precision::pg_catalog.text', c.columns[1])
         ELSE (SELECT @extschema@._l2_text(d.target_expression, array_agg(s.name), array_agg(s.type),
             c.columns[1])
           FROM @extschema@._l2_describe(format('SELECT * FROM %s AS q', c.from_item), d.search_path) s) END
       FROM @extschema@._l2_describe(format('SELECT %s FROM %s AS q', c.columns[1], c.from_item),
         d.search_path) t), c.from_item, rows_drawn);
  END IF;
  IF NOT c.distributed THEN
    RETURN format(
      'SELECT pg_catalog.array_agg(s.y),
         pg_catalog.array_agg(@extschema@._l2_predict_record(%1$L::pg_catalog.regclass, s.q)),
         pg_catalog.array_agg(s.at)
       FROM (SELECT q.*::pg_catalog.record AS q, %2$s AS y, %5$s AS at,
               pg_catalog.row_number() OVER () AS i
             FROM (SELECT * FROM %3$s AS q) q) s
       WHERE s.i OPERATOR(pg_catalog.%%)
         ((SELECT pg_catalog.count(*) FROM %3$s AS q) OPERATOR(pg_catalog./) %4$s
         OPERATOR(pg_catalog.+) 1) OPERATOR(pg_catalog.=) 0', model::oid, c.columns[1], c.from_item,
      rows_drawn, at);
  END IF;
  PERFORM @extschema@._l2_check_functions('{l2_predict,l2_get,l2_row,l2_holdout}'::text[]);
  SELECT array_agg(t.name), string_agg('q.' || quote_ident(t.name), ', ') INTO names, columns
  FROM @extschema@._l2_describe(format('SELECT * FROM %s AS q', c.from_item), d.search_path) t
  WHERE t.kind IN ('number', 'boolean', 'time', 'category');
  RETURN format(
    'SELECT pg_catalog.array_agg(s.y), pg_catalog.array_agg(s.predicted), pg_catalog.array_agg(s.at)
     FROM (SELECT %2$s AS y, %7$s AS at,
       @extschema@.l2_predict((SELECT @extschema@.l2_get(%1$L::pg_catalog.regclass,
         NULL::integer)), @extschema@.l2_row(ROW(%3$s), %4$L::pg_catalog.text[])) AS predicted
       FROM %5$s AS q WHERE @extschema@.l2_holdout(ROW(%3$s)::pg_catalog.text, LEAST(1::double precision,
         %6$s::double precision OPERATOR(pg_catalog./)
         (SELECT pg_catalog.count(*)::double precision FROM %5$s AS q)), 0::bigint)) s',
    model::oid, c.columns[1], columns, names, c.from_item, rows_drawn, at);
END $$;
COMMENT ON FUNCTION @extschema@._l2_sample_sql(regclass, @extschema@._l2_definition, integer, text) IS
'A query of the target, the prediction and the time at, SQL over q, of so many rows of a definition''s source:
every so manieth; where it is distributed, those that a hash of their values chooses, which
other servers can do by themselves.';

CREATE FUNCTION @extschema@._l2_report(
  model regclass, source text, options @extschema@.l2_options, search_path text
) RETURNS text
  LANGUAGE plpgsql STABLE COST 100000 SET search_path = pg_catalog, pg_temp SET extra_float_digits = 1 AS $$
DECLARE
  rows_drawn CONSTANT integer := 2000;
  m @extschema@.l2_model := @extschema@.l2_get(model, NULL::integer);
  in_use @extschema@.l2_version :=
    (SELECT v.training FROM @extschema@._l2_versions(_l2_report.model, true) v);
  kept @extschema@.l2_gram;
  drift jsonb;
  d @extschema@._l2_definition;
  item text;
  y float8[];
  predicted float8[];
  o record := @extschema@._l2_report_options(options);
  definition jsonb := in_use.definition;
  rows_of text;
  times text[];
  time_column text;
  at float8[];
  labels text;
BEGIN
  IF source IS NOT NULL THEN
    item := (@extschema@._l2_source(source, search_path)).source;
    rows_of := format(' of %s, evenly taken. ', @extschema@._l2_html(item, 200))
      || CASE WHEN item = definition ->> 'source'
              THEN 'The model was trained on this source: of rows it has not seen it knows less.'
              ELSE 'Whether the model was trained on some of them, the page does not know.' END
      || CASE WHEN definition ->> 'weight' IS NOT NULL
                OR (m::jsonb ->> 'sum_weights')::float8 <> (m::jsonb ->> 'n')::float8
              THEN ' Each counts once here, whatever it weighed in training.' ELSE '' END;
    IF NOT m::jsonb ? 'classes' THEN
      SELECT jsonb_agg(to_jsonb(r) ORDER BY i) INTO drift
      FROM @extschema@._l2_drift(model, source, search_path)
        WITH ORDINALITY r(term, mean, mean_now, shift, sd, sd_now, spread, i);
    END IF;
    d := @extschema@._l2_model_definition(m, source, search_path);
    item := (@extschema@._l2_source(source, search_path)).from_item;
    IF d.target_expression = '0::float8' AND definition ->> 'target' = d.target THEN
      -- the left side of a formula, as log(price), where the source has what it is made of
      BEGIN
        d.target_expression := definition ->> 'target_expression';
        PERFORM @extschema@._l2_columns(d, true);
      EXCEPTION WHEN undefined_column THEN
        d.target_expression := '0::float8';
      END;
    END IF;
    IF d.target_expression <> '0::float8' AND d.method = 'multinomial' THEN
      SELECT @extschema@._l2_report_labels(m, s.y, s.probabilities, rows_of) INTO labels
      FROM @extschema@._l2_run_labels(@extschema@._l2_sample_sql(model, d, rows_drawn, ''::text),
        search_path) s;
    ELSIF d.target_expression <> '0::float8' THEN
      -- the column that says when a row was: that of the definition, or the only one
      SELECT array_agg(c.name) INTO times
      FROM @extschema@._l2_describe('SELECT * FROM ' || item || ' AS q', search_path) c WHERE c.kind = 'time';
      time_column := CASE WHEN definition ->> 'time_column' = ANY (times) THEN definition ->> 'time_column'
        WHEN cardinality(times) = 1 THEN times[1] END;
      SELECT s.y, s.predicted, s.at INTO y, predicted, at
      FROM @extschema@._l2_run_sample(@extschema@._l2_sample_sql(model, d, rows_drawn,
        CASE WHEN time_column IS NULL THEN 'NULL::pg_catalog.float8'
          ELSE format('pg_catalog.date_part(''epoch'', q.%I)', time_column) END), search_path) s;
    END IF;
  END IF;
  IF m::jsonb ->> 'method' NOT IN ('logistic', 'poisson', 'glm', 'huber', 'quantile', 'multinomial') THEN
    kept := in_use.details ->> 'gram';
  END IF;
  RETURN @extschema@._l2_report_page(m, kept, NULL::@extschema@.l2_gram[], y, predicted,
    coalesce(o.title, (SELECT c.relname FROM pg_class c WHERE c.oid = _l2_report.model)), o.level, o.made,
      drift,
    concat(labels, @extschema@._l2_report_versions(model)), in_use.version, rows_of,
    @extschema@._l2_report_definition(m, definition), at, time_column);
END $$;
COMMENT ON FUNCTION @extschema@._l2_report(regclass, text, @extschema@.l2_options, text) IS
'l2_report of a model''s table.';

CREATE FUNCTION @extschema@.l2_report(name text, source text DEFAULT NULL,
  options @extschema@.l2_options DEFAULT NULL)
  RETURNS text
  AS 'MODULE_PATHNAME', '_l2_for_reader' LANGUAGE C STABLE COST 100000;
COMMENT ON FUNCTION @extschema@.l2_report(text, text, @extschema@.l2_options) IS
'l2_report of the model in use under that name: psql -At -c "SELECT l2_report(''house_price'')" > report.html.
It has the versions too, their errors and what became of them, as far as the current user may read them; the
path where the version was trained with option keep_gram. With source, a relation or a query with the columns
that the model takes: l2_drift against its rows, and, where it has the target, predictions on an even sample
of about 2,000 of them, residuals over time too where it has one column of dates or times, or that of option
time_column; of several classes, without l2_drift, the confusion matrix, scores and calibration; read with the
rights of the current user. options: title, by default the model''s
name; level of intervals; made, the date on the page.';
CREATE FUNCTION @extschema@.l2_report(model regclass, source text DEFAULT NULL,
  options @extschema@.l2_options DEFAULT NULL)
  RETURNS text
  AS 'MODULE_PATHNAME', '_l2_for_reader' LANGUAGE C STABLE COST 100000;
COMMENT ON FUNCTION @extschema@.l2_report(regclass, text, @extschema@.l2_options) IS
'The same of a model''s table.';

SET LOCAL search_path = @extschema@, pg_temp;
