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
