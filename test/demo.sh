#!/bin/bash
#
# demo.sh: demo.sql in a throwaway cluster.  KEEP=1 leaves psql open on it; quitting ends it.

set -u
cd "$(dirname "$0")/.." || exit 1

if [ "${1:-}" != --inside ]; then
    unset MAKEFLAGS MFLAGS MAKELEVEL
    if [ -n "${KEEP:-}" ] && ! [ -t 0 ]; then
        echo 'l2reg: KEEP needs a terminal, to type in' >&2
        exit 1
    fi
    bash test/lib/setup.sh demo || exit 1
    [ -f l2reg.so ] || echo 'l2reg: building'
    make -s -j2 all </dev/null || exit 1
    exec bash test/cluster.sh ${KEEP:+--interactive} bash test/demo.sh --inside
fi

style=ascii
[ "$(locale charmap 2>/dev/null)" = UTF-8 ] && style=unicode
mkdir -p build || exit 1
export PGCLIENTENCODING=UTF8
psql -XqP pager=off -P linestyle=$style -v report=build/house_price.html -f test/demo.sql || exit 1
if [ -z "${KEEP:-}" ]; then
    cat <<'END'
  Next: make demo KEEP=1 does the same, stays in psql, and says what to type there;
  README.md has more to paste, docs/guide the same data step by step.

END
    exit 0
fi

cat <<'END'
  The tables are ames (the sales) and house_price (the model's versions), the view sold is what it learned '
  'from.
  Type, or paste:

    SELECT * FROM l2_summary('house_price');
    SELECT sale_price, l2_predict('house_price', a) FROM ames a WHERE id % 5 = 0 LIMIT 5;
    SELECT * FROM l2_summary(l2_fit('ames', 'log(sale_price) ~ log(gr_liv_area) * central_air', 'ols'));
    SELECT * FROM l2_train('dear', 'ames', 'I(sale_price > 200000) ~ gr_liv_area + year_built', 'logistic');
    \df l2_*

  \q quits and removes all but the report.

END
pager=off # psql without the program shows nothing
if command -v less >/dev/null 2>&1; then
    export PAGER='less -FRSX'
    pager=on
fi
psql -XqP linestyle=$style -P border=2 -P pager=$pager
exit 0
