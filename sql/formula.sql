-- formulas: what they mean, and where they go wrong
\pset format unaligned
\set SHOW_CONTEXT never
PREPARE f(text) AS
SELECT target, target_expression, term, expression, intercept
FROM _l2_formula($1, ARRAY['y', 'a', 'b', 'flag', 'zone', 'Mixed "Case', 'd'],
                '{number,number,number,boolean,category,number,number}', '{a,b,flag,d}', '{zone,zone}',
                '{north,south}', false,
                '{float8,float8,float8,boolean,text,float8,float8}') f,
     unnest(terms, expressions) u(term, expression);

-- sums, products, everything else, and SQL
EXECUTE f('y ~ a + b + a:b + I(a^2)');
EXECUTE f('y~b:a+b*a+a:a');
EXECUTE f('y ~ . - a');
EXECUTE f('a ~ .');
EXECUTE f('~ a');
EXECUTE f('I(ln(y)) ~ (a + b) * flag + "Mixed ""Case" - 1');
EXECUTE f('Y ~ A*B*d + 0 - a:B:d');
EXECUTE f('y ~ -1 + a - a + b + 1');
EXECUTE f('y ~ . + .:flag - zone');
EXECUTE f('y ~ zone + b');
-- categories and booleans in products, and without an intercept, as R codes them
EXECUTE f('y ~ a + zone:b');
EXECUTE f('y ~ zone * a');
EXECUTE f('y ~ zone:flag - 1');
EXECUTE f('y ~ zone - 1');
EXECUTE f('y ~ flag + a - 1');
-- functions of a number, powers of sums, several columns of one
EXECUTE f('log(y) ~ log2(a) + log10("Mixed ""Case") + exp(d) + sqrt(log(b))');
EXECUTE f('y ~ (a + b + d)^2');
EXECUTE f('y ~ poly(a, 2):b + poly(log(d), degree = 2, raw = TRUE)');
-- SQL ends at its own parenthesis, whatever is in strings, names and comments
EXECUTE f($f$y ~ I(CASE WHEN zone = ')' THEN 1 ELSE "Mixed ""Case" END -- )
  ) + I(length(E'\')')) + I(length($x$)$x$)) + I(a /* ) /* ) */ ) */) + I((a - b) * (a + b))$f$);
EXECUTE f($f$y ~ i((SELECT max(b) FROM t WHERE a IN (1, 2)))$f$);

-- errors show the place
EXECUTE f('');
EXECUTE f('y');
EXECUTE f('y ~');
EXECUTE f('y ~ 1');
EXECUTE f('y ~ a +');
EXECUTE f('y ~ a ^ 2');
EXECUTE f('y ~ a & b');
EXECUTE f('y ~ (a + b)^0');
EXECUTE f('y ~ (a + b)^d');
EXECUTE f('y ~ (a + 1)^2');
EXECUTE f('y ~ a b');
EXECUTE f('y ~ c');
EXECUTE f('y ~ "A"');
EXECUTE f('y ~ sin(a)');
EXECUTE f('y ~ log(a, b)');
EXECUTE f('y ~ a:1');
EXECUTE f('y ~ (a + 1) * b');
EXECUTE f('y ~ 2');
EXECUTE f('y ~ a - 0');
EXECUTE f('y ~ a - a');
EXECUTE f('y ~ (a + b');
EXECUTE f('y ~ a)');
EXECUTE f('y ~ "a');
EXECUTE f('y ~ ""');
EXECUTE f('y ~ I(a');
EXECUTE f($f$y ~ I('a)$f$);
EXECUTE f('y ~ b + I(a +)');
EXECUTE f('y ~ I()');
-- what the new words take
EXECUTE f('y ~ poly(a)');
EXECUTE f('y ~ poly(a, 0)');
EXECUTE f('y ~ poly(a, 21)');
EXECUTE f('y ~ poly(a, 2, 3)');
EXECUTE f('y ~ ns(a)');
EXECUTE f('y ~ ns(a, 1.5)');
EXECUTE f('y ~ bs(a, 2)');
EXECUTE f('y ~ bs(a, df = many)');
EXECUTE f('y ~ factor(a + 1)');
EXECUTE f('y ~ factor()');
EXECUTE f('y ~ factor(c)');
EXECUTE f('y ~ offset(a)');
EXECUTE f('offset(y) ~ a');
EXECUTE f('poly(y, 2) ~ a');
EXECUTE f('y ~ a + offset(a, b)');
EXECUTE f('y ~ log(a');
-- the target is no term, however it is written
EXECUTE f('y ~ a + Y');
EXECUTE f('log(y) ~ a + a:log(y)');
-- more than one expression is none
EXECUTE f('y ~ I(a, b)');
EXECUTE f('y ~ I(a) FROM pg_class WHERE (true)');
EXECUTE f('y ~ I(a FROM pg_class)');
EXECUTE f('y ~ I(a AS b)');
EXECUTE f('y ~ I(SELECT 1)');
EXECUTE f('y ~ I(a); DROP TABLE t');
EXECUTE f('y ~ I(a; DROP TABLE t)');
EXECUTE f('y ~ I(a -- )');
EXECUTE f('y ~ I(a /* )');
SELECT _l2_formula('y ~ a', '{y,a}', '{number}', '{a}', '{}', '{}', false, '{float8,float8}');
-- what must be known of the rows first is asked for
SELECT needs, need_expressions, need_kinds, terms, guards, guard_expressions
FROM _l2_formula('y ~ a:zone + k:b + ns(a, 3) + bs(b, 4)', '{y,a,b,zone,k}',
  '{number,number,number,category,enum}', '{}', '{}', '{}', false,
                '{float8,float8,float8,text,text}');
-- as many terms as a model may have columns, and no more
SET l2reg.max_columns = 10;
EXECUTE f('y ~ (a + b + d) * (a + b + d)');
EXECUTE f('y ~ . * . * .');
RESET l2reg.max_columns;
