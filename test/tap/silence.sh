#!/bin/bash
#
# silence.sh: cross-validation and training of clean data, the Ames house sales and the diamonds, say nothing.

. test/tap.bash

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

for method in ridge lasso elastic_net; do
    quiet "${method}_cv of houses" "SELECT count(${method}_cv(y, x, '{\"standardize\": true}')) FROM houses"
    quiet "${method}_cv of stones" "SELECT count(${method}_cv(y, x, '{\"standardize\": true}')) FROM stones"
done
quiet 'ridge_cv of houses as they are' 'SELECT count(ridge_cv(y, x)) FROM houses'
quiet 'lasso_cv of houses as they are' 'SELECT count(lasso_cv(y, x)) FROM houses'
quiet 'ridge_cv of stones as they are' 'SELECT count(ridge_cv(y, x)) FROM stones'
quiet 'lasso_cv of stones as they are' 'SELECT count(lasso_cv(y, x)) FROM stones'
quiet 'logistic_cv of houses' "SELECT count(logistic_cv(y > 160000, x, '{\"standardize\": true}')) FROM houses"
quiet 'logistic_cv of stones' "SELECT count(logistic_cv(y > 4000, x, '{\"standardize\": true}')) FROM (SELECT * FROM stones LIMIT 5000) s"
quiet 'ridge_cv of diamonds as records' "SELECT count(ridge_cv(price, d, '{\"target\": \"price\"}')) FROM diamonds d"
for method in ols ridge lasso; do
    quiet "l2_train of ames by $method" "SELECT count(n) FROM l2_train('silence.a_$method', 'silence.ames', 'sale_price', '$method')"
    quiet "l2_train of diamonds by $method" "SELECT count(n) FROM l2_train('silence.d_$method', 'silence.diamonds', 'price', '$method')"
done
quiet 'l2_train of ames, a formula' "SELECT count(n) FROM l2_train('silence.f', 'silence.ames', 'log(sale_price) ~ gr_liv_area*ms_zoning + ns(year_built, 3)', 'ols')"
quiet 'l2_train of ames, logistic' "SELECT count(n) FROM l2_train('silence.l', 'silence.ames', 'I(sale_price > 160000) ~ gr_liv_area + year_built + ms_zoning', 'logistic')"

# and the same where there is something to say
check 'what is said is heard' "$(said 'SELECT count(ridge_cv(mod(year_built::int, 7), ARRAY[mod(lot_area::int, 5)])) FROM ames' | grep -c NOTICE)" 1
echo "1..$n"
