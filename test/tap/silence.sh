#!/bin/bash
#
# silence.sh: cross-validation and training of clean data, the Ames house sales and the diamonds, say nothing.

. test/lib/tap.bash

load=$(run <<'SQL'
SET client_min_messages = warning;
CREATE EXTENSION IF NOT EXISTS l2reg;
DROP SCHEMA IF EXISTS silence CASCADE;
CREATE SCHEMA silence;
SET search_path = silence, public;
\i test/pgtap/ames.psql
\i test/pgtap/diamonds.psql
SQL
)
check 'the data are there' "$load" ''

said() # STATEMENT: what it says, and how many models it gives
{
    PGOPTIONS='-c search_path=silence,public -c client_min_messages=notice' run -c "$1"
}
quiet() { check "$1" "$(said "$2")" "${3-1}"; }

for method in ridge lasso; do
    quiet "${method}_cv of houses" "SELECT num_nonnulls(${method}_cv(y, x, '{\"standardize\": true}'))
        FROM houses"
    quiet "${method}_cv of stones" "SELECT num_nonnulls(${method}_cv(y, x, '{\"standardize\": true}'))
        FROM stones"
done
quiet 'ridge_cv of houses as they are' 'SELECT num_nonnulls(ridge_cv(y, x)) FROM houses'
quiet 'lasso_cv of houses as they are' 'SELECT num_nonnulls(lasso_cv(y, x)) FROM houses'
quiet 'ridge_cv of stones as they are' 'SELECT num_nonnulls(ridge_cv(y, x)) FROM stones'
quiet 'lasso_cv of stones as they are' 'SELECT num_nonnulls(lasso_cv(y, x)) FROM stones'
quiet 'logistic_cv of houses' "SELECT num_nonnulls(logistic_cv(y > 160000, x, '{\"standardize\": true}'))
    FROM houses"
quiet 'logistic_cv of stones' "SELECT num_nonnulls(logistic_cv(y > 4000, x, '{\"standardize\": true}'))
    FROM stones WHERE fold = 3"
for data in houses stones; do
    for options in '{"standardize": true}' '{"standardize": true, "l1_ratio": 0.1}' \
        '{"l1_ratio": [0.1, 0.5, 0.9]}' '{}'; do
        quiet "elastic_net_cv of $data $options" "SELECT num_nonnulls(elastic_net_cv(y, x, '$options'))
            FROM $data"
    done
done
quiet 'poisson_cv of houses' "SELECT num_nonnulls(poisson_cv(round(y / 10000), x, '{\"standardize\": true}'))
    FROM houses"
quiet 'glm_cv of houses' "SELECT num_nonnulls(glm_cv(y, x, '{\"family\": \"gamma\", \"standardize\": true}'))
    FROM houses"
quiet 'ridge_cv of diamonds as records' "SELECT num_nonnulls(ridge_cv(price, d, '{\"target\": \"price\"}'))
    FROM diamonds d"
for method in ols ridge lasso elastic_net; do
    quiet "l2_train of ames by $method" "SELECT count(n) FROM l2_train('silence.a_$method', 'silence.ames',
        'sale_price', '$method')"
    quiet "l2_train of diamonds by $method" "SELECT count(n)
        FROM l2_train('silence.d_$method', 'silence.diamonds', 'price', '$method')"
done
quiet 'l2_train of ames, a formula' "SELECT count(n)
    FROM l2_train('silence.f', 'silence.ames', 'log(sale_price) ~ gr_liv_area*ms_zoning + ns(year_built, 3)',
    'ols')"
quiet 'l2_train of ames, logistic' "SELECT count(n)
    FROM l2_train('silence.l', 'SELECT a.*, sale_price > 160000 AS dear FROM silence.ames a',
    'dear ~ gr_liv_area + year_built + central_air', 'logistic')"

# the other families, methods, penalties and errors
houses='SELECT a.*, sale_price > 160000 AS dear, round(sale_price / 10000) AS tens,
    CASE WHEN sale_price < 130000 THEN $$low$$ WHEN sale_price < 200000 THEN $$middle$$
    ELSE $$high$$ END AS class FROM silence.ames a'
some='gr_liv_area + year_built + central_air'
while read -r name target method rest; do
    quiet "l2_train of ames, $name" "SELECT count(n) FROM l2_train('silence.o_${name//[^a-z0-9]/_}',
        \$q\$$houses\$q\$, '$target ~ $some', '$method'$rest)"
done <<'END'
gamma sale_price glm , options => '{"family": "gamma", "link": "log"}'
inverse-gaussian sale_price glm , options => '{"family": "inverse_gaussian", "link": "log"}'
negative-binomial tens glm , options => '{"family": "negative_binomial"}'
tweedie tens glm , options => '{"family": "tweedie", "power": 1.5}'
probit dear glm , options => '{"family": "binomial", "link": "probit"}'
poisson tens poisson
poisson-penalised tens poisson , 1
poisson-by-cv tens poisson , options => '{"l1_ratio": 1}'
logistic-by-cv dear logistic , options => '{"folds": 5}'
gamma-by-cv sale_price glm , options => '{"family": "gamma", "link": "log", "folds": 5}'
huber sale_price huber
median sale_price quantile , 0.5
ninth-decile sale_price quantile , 0.9
dropout sale_price dropout , 0.1
multinomial class multinomial
multinomial-penalised class multinomial , 1
multinomial-by-cv class multinomial , options => '{"folds": 5}'
groups sale_price lasso , options => '{"group": "factors"}'
relax sale_price lasso , options => '{"relax": [0, 0.5, 1]}'
hc1 sale_price ols , options => '{"vcov": "HC1"}'
hc3 sale_price ols , options => '{"vcov": "HC3"}'
cr1 sale_price ols , options => '{"vcov": "CR1", "cluster": "neighborhood"}'
logistic-hc1 dear logistic , options => '{"vcov": "HC1"}'
END
quiet 'l2_fit of ames, a fit within groups' \
    "SELECT num_nonnulls(l2_fit('silence.ames', 'sale_price ~ gr_liv_area + year_built | ms_zoning', 'ols'))"
quiet 'l2_fit of diamonds, all columns, gamma' \
    "SELECT num_nonnulls(l2_fit('silence.diamonds', 'price', 'glm',
    options => '{\"family\": \"gamma\", \"link\": \"log\"}'))"
for report in "'silence.a_ridge'" "'silence.a_ridge', 'silence.ames'" "'silence.o_logistic_by_cv'" \
    "'silence.o_gamma'" "'silence.o_multinomial'"; do
    quiet "l2_report($report)" "SELECT num_nonnulls(l2_report($report))"
done
quiet 'l2_drift of ames' "SELECT 1 WHERE (SELECT count(*) FROM l2_drift('silence.a_ridge', 'silence.ames'))
    > 5"
quiet 'l2_refresh of ames' "SELECT count(n) FROM l2_refresh('silence.a_lasso')"
for criterion in gcv aic aicc bic; do
    quiet "l2_select of houses by $criterion" \
        "SELECT count(l2_select(g, m, l2_options('criterion', '$criterion')))
        FROM (SELECT l2_gram_agg(y, x) AS g FROM houses) s, unnest('{ridge,lasso,elastic_net}'::text[]) m" 3
done

# a grid that goes on finds what lasso and ridge find: those of the elastic net do not end far above
best() { run -c "SET search_path = silence, public" -c \
    "SELECT g.cv_error FROM l2_glance((SELECT $1_cv(y, x, '{\"standardize\": true}') FROM $2)) g"; }
for data in houses stones; do
    check "elastic_net_cv of $data is within 0.1 % of ridge_cv" \
        "$(run -c "SELECT $(best elastic_net "$data" | tail -n 1)
        < 1.001 * $(best ridge "$data" | tail -n 1)")" t
done

# and the same where there is something to say
check 'what is said is heard' "$(said "SELECT num_nonnulls(ridge_cv(y, x, '{\"lambda_min_ratio\": 0.5}'))
    FROM houses" | grep -c NOTICE)" 1
echo "1..$n"
