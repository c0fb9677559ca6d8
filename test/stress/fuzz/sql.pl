#!/usr/bin/perl
#
# sql.pl [--seconds N] [--seed N] [--rounds N] [--keep FOLDER]: a fuzzer that speaks SQL.
# sql.pl --leak N [--functions REGEX]: calls each function N times in one query instead, and
# compares the memory in use after the first quarter of the calls and after all; fewer times if they
# would take longer than --seconds.
# sql.pl --faults N [--functions REGEX]: lets the calls of the server fail that each function makes,
# each of the first N and some of the later ones; test/tap/fault.sh says more.
#
# Calls every function and aggregate of l2reg that the catalog names, with NULLs, wrong shapes,
# extreme numbers, shuffled options, damaged grams and models; over tables, groups, frames and
# parallel plans; and checks what must hold whatever the rows are.  A round is some hundred
# statements in one session, each round of the seed after the last one's: --seed and --rounds 1
# repeat a round that failed.  Writes TAP; the statements of a failed round are kept.
#
# Needs a server: run it by test/stress/fuzz.sh.  Uses database l2reg_fuzz, which it makes.

use strict;
use warnings;
use File::Path 'make_path';

my %option = (seconds => 60, seed => time, rounds => 0, keep => 'build/fuzz', leak => 0, faults => 0, functions => '');
while (@ARGV) {
	my ($name, $value) = splice @ARGV, 0, 2;
	die "usage: sql.pl [--seconds N] [--seed N] [--rounds N] [--keep FOLDER] [--leak N] [--faults N] [--functions REGEX]\n"
	  unless $name =~ /^--(\w+)$/ && exists $option{$1} && defined $value;
	$option{$1} = $value;
}

my $database = 'l2reg_fuzz';
my $statements_a_round = 150;
# seconds that a statement may take; make coverage tests slow code
my $timeout = $ENV{COVERAGE} ? 300 : 60;
my $temporary = $ENV{L2REG_TMP} // '/tmp';

# ---- chance

sub pick { return $_[int rand @_] }
sub chance { return rand() < $_[0] }
sub several { my ($most, $make) = @_; return map { $make->() } 1 .. int rand($most + 1) }

sub shuffled
{
	my @list = @_;
	for my $i (reverse 1 .. $#list) {
		my $j = int rand($i + 1);
		@list[$i, $j] = @list[$j, $i];
	}
	return @list;
}

# ---- values

my @ordinary = qw(0 1 -1 2 0.5 0.1 3.25 -7 10 100 1e-3 0.95);
my @extreme = qw(-0 1e308 -1e308 1.7976931348623157e308 NaN Infinity -Infinity 5e-324 -5e-324 2.2250738585072014e-308
  1e-200 1e150 -1e150 1e154 1.3e154 1e16 9007199254740993 1e-16 0.9999999999999999 1.0000000000000002 1e-310 1e100 -1e-100);
my @integers = qw(0 1 -1 2 3 5 7 10 100 1000 2147483647 -2147483648 65536 32767);
my @columns = qw(a b c x1 x2 x3 y w);
my @words = (
	qw(ols ridge lasso elastic_net dropout logistic poisson sum mean glmnet precision frequency min 1se none balanced
	  deviance auc misclassification error null default cholesky coordinate fista gradient zero gcv aic aicc bic cp adj_r2
	  forward backward best first most_frequent skip), '', 'Min', 'x1', 'y', '(Intercept)', "a'b", "\x{e4}", 'a=b');
my @option_keys = qw(center class_weight criterion dropout dropout_to features folds force intercept l1_ratio lambda_min_ratio lambda_scale lambdas
  learning_rate lower max_features max_iter max_levels measure n_lambda names non_negative nonfinite null_level one_class penalty_factor
  reference rule seed solver standardize target tolerance unseen upper weight_type);
my %option_words = (
	class_weight => [qw(none balanced)], dropout_to => [qw(zero mean)], lambda_scale => [qw(sum mean glmnet)],
	measure => [qw(deviance auc misclassification)], nonfinite => [qw(error skip)], one_class => [qw(error null)],
	reference => [qw(first most_frequent none)], rule => [qw(min 1se)], unseen => [qw(error zero null)],
	criterion => [qw(gcv aic aicc bic cp adj_r2)], weight_type => [qw(precision frequency)], solver => [qw(cholesky coordinate fista gradient)],
	target => [qw(y a x1 b)]);

sub quoted { my $s = shift; $s =~ s/'/''/g; return "'$s'" }

sub number { return chance(0.8) ? pick(@ordinary) : pick(@extreme) }
sub float8 { return chance(0.06) ? 'NULL::float8' : "'" . number() . "'::float8" }
sub positive { my $n = number(); $n =~ s/^-//; return $n }

sub array
{
	my ($type, $make, $length) = @_;
	return "NULL::$type\[]" if chance(0.03);
	return "'{}'::$type\[]" if chance(0.03);
	$length //= pick(1, 2, 3, 3, 3, 4, 7);
	my $list = join ', ', map { $make->() } 1 .. $length;
	return "ARRAY[[$list], [$list]]::$type\[]" if chance(0.02);
	return "('[5:" . (4 + $length) . "]=' || ARRAY[$list]::$type\[]::text)::$type\[]" if chance(0.02);
	return "ARRAY[$list]::$type\[]";
}

sub json_number { my $n = number(); return $n =~ /^(NaN|-?Inf)/ ? '1e400' : $n }

sub json_value
{
	my $key = shift // '';
	if (chance(0.75)) {
		return '"' . pick(@{ $option_words{$key} }) . '"' if $option_words{$key};
		return pick('true', 'false') if $key =~ /^(center|intercept|standardize|non_negative|null_level)$/;
		return '[' . join(', ', map { '"' . pick(@columns) . '"' } 1 .. pick(1, 2, 3)) . ']' if $key =~ /^(features|force|names)$/;
		return '[' . join(', ', map { json_number() } 1 .. 3) . ']' if $key =~ /^(lambdas|lower|upper|penalty_factor|l1_ratio)$/;
		return pick(1, 2, 3, 5, 10) if $key =~ /^(folds|n_lambda|max_features|max_iter|max_levels|seed)$/;
	}
	return pick('null', 'true', '""', '{}', '[]', '[null]', '{"a": 1}', '-1', '1e5', '0', '"x"', '[1, "a"]', json_number());
}

sub options
{
	return 'NULL::l2_options' if chance(0.05);
	my @keys = (shuffled(@option_keys))[0 .. pick(-1, 0, 0, 0, 1, 1, 2)];
	@keys = grep { defined } @keys;
	push @keys, 'nonfinite' if chance(0.1);
	return "'" . '{' . join(', ', map { "\"$_\": " . json_value($_) } @keys) . '}' . "'" . pick('', '::jsonb', '::text', '::l2_options');
}

# Rows of a type that the extension may or may not like
my @record_types = qw(f_plain f_mixed f_odd f_dates f_nested f_dropped f_equals f_none f_null);
sub record
{
	return 'NULL::record' if chance(0.03);
	return 'ROW(' . join(', ', map { pick(float8(), "'a'::text", 'true', 'NULL', '7', 'now()', "'x'", 'ARRAY[1]', '1.5') } 1 .. pick(0, 1, 2, 3)) . ')'
	  if chance(0.3);
	my $table = pick(@record_types);
	return "(SELECT r FROM $table r LIMIT 1 OFFSET " . int(rand 3) . ')';
}

sub of_table { my ($table, $column) = @_; return "(SELECT $column FROM $table ORDER BY k LIMIT 1 OFFSET " . int(rand 26) . ')' }
sub gram
{
	return 'NULL::l2_gram' if chance(0.02);
	my $g = of_table('grams', 'g');
	return $g if chance(0.85);
	return "l2_gram_decay($g, 0.5)" if chance(0.3);
	return "($g " . pick('+', '-', '*') . ' ' . of_table('grams', 'g') . ')';
}
sub model { return chance(0.02) ? 'NULL::l2_model' : of_table('models', 'm') }
sub word { return quoted(pick(@words)) }
sub column { return quoted(pick(@columns)) }

# Of the language of terms, and of what is around it
sub term
{
	my @words = (qw(a b c q.a "a" 1 2.5 1e400 -1 NULL TRUE), "'a'", "'2024-01-01'", "'today'", ('(', ')') x 4, qw(+ - * / ^ % || = < IS AND OR NOT IN LIKE BETWEEN CASE WHEN THEN END),
		'::int', '::text', '::numeric', '::date', '[1]', '*', '$1', ',', qw{ln( length( coalesce( extract( nullif( replace( now( count( DISTINCT}, "AT TIME ZONE 'UTC'", '(SELECT 1)', "E'\\x'", 'COLLATE "C"');
	return quoted(pick('a / b', 'ln(abs(a) + 1) ^ 2', 'a || b', 'CASE a WHEN b THEN 1 ELSE c END', 'a IN (1, 2)', 'a[1] + b', "a > '2024-01-01'", 'a IS DISTINCT FROM b', "replace(a, 'a', 'bb')", "extract(hour FROM a AT TIME ZONE 'UTC')", 'a AND b', 'length(a)', 'a::text', 'a'))
	  if chance(0.6);
	return quoted(join(' ', map { pick(@words) } 1 .. pick(1, 3, 5, 9)));
}

# What to give for an argument, by its type; the name tells more
my %maker;
%maker = (
	'double precision' => sub {
		my $name = shift;
		return "'" . pick(0.9, 0.95, 0.99, 0, 1, 1e-300, 'NaN') . "'::float8" if $name eq 'level';
		return "'" . pick(0, 0.5, 1, 0.1, 2, -1) . "'::float8" if $name =~ /l1_ratio|rate|fraction|threshold|factor/;
		return "'" . positive() . "'::float8" if $name =~ /lambda|weight|tolerance/ && chance(0.9);
		return float8();
	},
	'integer' => sub { my $name = shift; return chance(0.05) ? 'NULL::int' : ($name =~ /folds|n_lambda|max|bins/ && chance(0.8) ? pick(1, 2, 3, 5, 10) : pick(@integers)) . '::int' },
	'bigint' => sub { return pick('NULL::bigint', '0::bigint', '-1::bigint', '9223372036854775807', '(-9223372036854775808)', '42::bigint') },
	'smallint' => sub { return pick('NULL', '1', '-32768') . '::smallint' },
	'boolean' => sub { return pick('true', 'false', 'true', 'false', 'NULL::boolean') },
	'text' => sub {
		my $name = shift;
		return 'NULL::text' if chance(0.06);
		return pick(quoted("SELECT * FROM f_plain"), "'f_plain'", "'f_mixed'", "'f_nosuch'", "'f_odd'", "'SELECT 1'", "''") if $name =~ /^(relation|source|query)$/;
		return pick(map { quoted($_) } 'y ~ a + b', 'y ~ .', '~ a', 'y ~ a * b', 'y ~ a:b + I(a^2)', 'y ~ log(a) - 1', 'y ~', ')(', 'y ~ poly(a, 3)', '(' x 50, 'y ~ ' . 'a + ' x 100 . 'b') if $name eq 'formula';
		return term() if $name eq 'sql';
		return column() if $name =~ /target|weight|offset/ && chance(0.8);
		return pick("'public'", "'pg_catalog'", "''") if $name eq 'search_path';
		return pick("'m1'", "'m2'", "'none'", "''") if $name eq 'name';
		return quoted(pick(qw(ols ridge lasso elastic_net dropout logistic poisson forward backward best))) if $name eq 'method' && chance(0.9);
		return word();
	},
	'text[]' => sub { return chance(0.4) ? 'NULL::text[]' : array('text', sub { chance(0.03) ? 'NULL' : chance(0.9) ? column() : word() }, pick(1, 2, 3)) },
	'double precision[]' => sub { return array('float8', sub { chance(0.02) ? 'NULL' : "'" . number() . "'" }) },
	'real[]' => sub { return array('real', sub { pick(1, 2, 0, "'NaN'", 'NULL') }) },
	'numeric[]' => sub { return array('numeric', sub { pick(1, '2.5', '1e400', "'NaN'", 'NULL') }) },
	'integer[]' => sub { return array('int', sub { pick(1, 2, -3, 'NULL') }) },
	'bigint[]' => sub { return array('bigint', sub { pick(1, 2, '9223372036854775807', 'NULL') }) },
	'smallint[]' => sub { return array('smallint', sub { pick(1, 2, 'NULL') }) },
	'jsonb' => sub { my $name = shift; return '(' . ($name eq 'document' ? of_table('models', 'm') . ')::text' : options() . ')') . '::jsonb' },
	'l2_options' => sub { return options() },
	'l2_obs' => sub { return pick('NULL::l2_obs', "'{\"y\": 1}'::l2_obs", "'{\"y\": \"NaN\", \"weight\": 0}'::l2_obs", 'l2_obs(' . float8() . ', ' . float8() . ')', "l2_obs(2, 1, 0, 'a'::text)") },
	'record' => sub { return record() },
	'anyelement' => sub { return pick('true', '1', '0', "'1'::float8", 'NULL::int', '2', '1.0', "'a'::text", "'2020-01-01'::date", 'NULL::boolean', "'NaN'::float8") },
	'"any"' => sub { return pick(float8(), '1', '2::smallint', '1.5', "'a'::text", 'true', 'NULL::int', 'now()', record()) },
	'l2_gram' => sub { return gram() },
	'l2_model' => sub { return model() },
	'l2_gram[]' => sub {
		return pick('NULL::l2_gram[]', "'{}'::l2_gram[]", 'ARRAY[NULL]::l2_gram[]', '(SELECT array_agg(g ORDER BY k) FROM grams)') if chance(0.1);
		return of_table('folds', 'f') if chance(0.6);
		return 'ARRAY[' . join(', ', map { gram() } 1 .. pick(1, 2, 3)) . ']::l2_gram[]';
	},
	'l2_model[]' => sub { return 'ARRAY[' . join(', ', map { model() } 1 .. pick(1, 2, 3)) . ']::l2_model[]' },
	'cstring' => sub { return pick('NULL', "''", "'x'", "'{}'", "'l2_gram/1 data='", '(' . of_table('grams', 'g') . ")::text::cstring", '(' . of_table('models', 'm') . ')::text::cstring') },
	'internal' => sub { return 'NULL' },
	'bytea' => sub { return pick('NULL::bytea', "''::bytea", "'\\x00'::bytea", "decode(repeat('ff', 60), 'hex')", "decode(repeat('00', 60), 'hex')", '_l2_gram_send(' . gram() . ')') },
	'name' => sub { return pick("'postgres'::name", "''::name", "'nobody'::name", 'NULL::name') },
	'name[]' => sub { return pick("'{postgres}'::name[]", 'NULL::name[]', "'{}'::name[]", "'{{a,b}}'::name[]") },
	'date' => sub { return pick('NULL::date', "'2020-02-29'::date", "'infinity'::date", "'5874897-12-31'::date", "'4713-01-01 BC'::date") },
	'timestamp without time zone' => sub { return pick('NULL::timestamp', "'2020-02-29'::timestamp", "'infinity'::timestamp", "'-infinity'::timestamp", "'294276-12-31'::timestamp") },
	'timestamp with time zone' => sub { return pick('NULL::timestamptz', "'2020-02-29'::timestamptz", "'-infinity'::timestamptz", "'294276-12-31'::timestamptz", "'4713-01-02 BC'::timestamptz") },
	'interval' => sub { return pick('NULL::interval', "'1 day'::interval", "'0'::interval", "'-1 hour'::interval", "'1 month'::interval", "'178000000 years'::interval", "'1 microsecond'::interval") },
	'regclass' => sub { return pick("'m1'::regclass", "'m2'::regclass", "'m2'::regclass", "'f_plain'::regclass", "'pg_class'::regclass", '0::regclass', '4000000000::oid::regclass') },
	'l2_version' => sub { return '(SELECT ROW(m.*)::l2_version FROM ' . pick(qw(m1 m2)) . ' m LIMIT 1)' },
	'_l2_definition' => sub {
		my $change = pick('{}', '{}', '{"expressions": ["q.a / 0"]}', '{"features": ["a"]}', '{"source": "f_odd"}', '{"kinds": ["time"]}', '{"refresh": "live"}', '{"refresh": "buckets"}', '{"method": "x"}', '{"lambda": "NaN"}', '{"weight": "q.b"}', '{"inputs": ["a"], "input_types": ["text"]}', '{"options": {"names": []}}');
		return '(SELECT jsonb_populate_record(NULL::_l2_definition, definition || ' . quoted($change) . ') FROM ' . pick(qw(m1 m2)) . ' LIMIT 1)';
	},
	'uuid' => sub { return pick('NULL::uuid', "'00000000-0000-0000-0000-000000000000'::uuid", "'ffffffff-ffff-4fff-bfff-ffffffffffff'::uuid") },
	'regtype' => sub { return pick('NULL::regtype', "'int'::regtype", "'text'::regtype", '0::regtype', '4000000000::oid::regtype') },
	'regtype[]' => sub { return array('regtype', sub { pick("'int'", "'float8'", "'numeric'", "'text'", "'date'", "'timestamptz'", "'float8[]'", "'bool'", "'point'", "'l2_gram'", "'0'", 'NULL') }, pick(1, 2, 3)) },
	'timestamp without time zone[]' => sub { return pick('NULL::timestamp[]', "'{}'::timestamp[]", "'{2020-01-01,infinity}'::timestamp[]") },
);

sub value
{
	my ($type, $name) = @_;
	my $make = $maker{$type};
	return "NULL::$type" unless $make;
	return $type eq 'internal' ? 'NULL' : "NULL::$type" if chance(0.03) && $type !~ /^(record|"any"|anyelement|cstring)$/;
	return $make->($name);
}

# ---- the catalog

sub psql { return ('psql', '-Xq', '-d', shift) }

sub ask
{
	my ($db, $sql) = @_;
	open my $pipe, '-|', psql($db), '-At', '-F', "\t", '-c', $sql or die "psql: $!\n";
	my @rows = map { chomp; [split /\t/, $_, -1] } <$pipe>;
	close $pipe or die "psql failed: $sql\n";
	return @rows;
}

my @functions;
sub read_catalog
{
	for (ask($database, <<'SQL')) {
SELECT p.proname, p.prokind, p.pronargdefaults, p.provariadic <> 0, p.proretset,
       coalesce((SELECT string_agg(format_type(t, NULL), ';' ORDER BY i) FROM unnest(p.proargtypes) WITH ORDINALITY u(t, i)), ''),
       coalesce(array_to_string(p.proargnames[:p.pronargs], ';', ''), ''),
       p.prorettype = 'trigger'::regtype
FROM pg_proc p JOIN pg_depend d ON d.classid = 'pg_proc'::regclass AND d.objid = p.oid AND d.deptype = 'e'
JOIN pg_extension e ON e.oid = d.refobjid AND e.extname = 'l2reg' ORDER BY p.oid::regprocedure::text COLLATE "C"
SQL
		my ($name, $kind, $defaults, $variadic, $set, $types, $names, $trigger) = @$_;
		next if $trigger eq 't';
		my @types = split /;/, $types;
		my @names = split /;/, $names, -1;
		push @functions, { name => $name, kind => $kind, defaults => $defaults, variadic => $variadic eq 't',
			set => $set eq 't', types => \@types, names => [map { $names[$_] // '' } 0 .. $#types], calls => 0 };
	}
	return;
}

# ---- statements

sub arguments
{
	my ($f, $make) = @_;
	my @types = @{ $f->{types} };
	my @given = 0 .. $#types;
	my $named = $f->{defaults} > 0 && chance(0.8);
	my @list;
	my $required = @types - $f->{defaults};
	if ($named) {
		my @extra = shuffled($required .. $#types);
		@given = (0 .. $required - 1, @extra[0 .. pick(-1, 0, 1, 1, 2, 3)]);
		@given = grep { defined } @given;
	}
	for my $i (@given) {
		my $v = $make->($types[$i], $f->{names}[$i]);
		$v = "$f->{names}[$i] => $v" if $named && $i >= $required;
		if ($f->{variadic} && $i == $#types) {
			if ($types[$i] =~ /\[\]$/) { $v = "VARIADIC $v" }
			else { $v = join ', ', $v, map { $make->($types[$i], '') } 1 .. pick(0, 1, 2, 2, 3) }
		}
		push @list, $v;
	}
	return join ', ', @list;
}

sub call
{
	my $f = shift;
	my $arguments = arguments($f, \&value);
	return "SELECT * FROM $f->{name}($arguments) LIMIT 50" if $f->{set};
	return "SELECT $f->{name}($arguments)";
}

# Tables of columns k, y, b (0 or 1), n (a count), x1 .. x3, w, c (text)
my @tables = qw(t_plain t_plain t_plain t_odd t_empty t_one t_constant t_collinear t_nulls t_wide t_large t_binary);

sub column_argument
{
	my ($type, $name) = @_;
	return value($type, $name) if chance(0.04);
	if ($type eq 'double precision') {
		return pick('y', 'y', 'y', 'b', 'n') if $name eq 'y';
		return pick('y', 'x1', 'b') if $name eq 'yhat';
		return pick('p', 'p', 'p', 'b', 'x1') if $name eq 'p';
		return "'" . pick(@ordinary, positive()) . "'::float8" if $name =~ /lambda|half_life/;
		return "'" . pick(0, 0.5, 1, 0.1) . "'::float8" if $name =~ /l1_ratio|rate|threshold/;
		return pick('x1', 'w');
	}
	return pick('ARRAY[x1, x2, x3]', 'ARRAY[x1, x2, x3]', 'ARRAY[x1]', 'ARRAY[x1, x1 * 2, 1]', 'ARRAY[x1, y, b]', 'ARRAY[x1 * 1e-170, x2]', 'ARRAY[x1 + 1e9, x2]') if $type eq 'double precision[]';
	return 'l2_obs(' . join(', ', pick('y', 'b', 'n', 'b > 0'), pick('w', 'w', 'k', '1', 'w * 1e100'), (chance(0.4) ? (pick('0', '0', '0', 'x1'), pick('k', 'c', 'k % 3', 'NULL::text', 'x1')) : ())) . ')' if $type eq 'l2_obs';
	return pick('y', 'b', 'n', 'b > 0', 'n::int', 'y::numeric', 'l2_obs(b > 0, w)', 'l2_obs(n, 1, x2, k)') if $type eq '"any"' && $name eq 'y';
	return pick('b > 0', 'false', 'b > 0') if $type eq 'boolean' && $name eq 'y';
	return pick('ROW(x1, x2, c)', 'ROW(x1, c, c)', 'ROW(x1)', 't', 'ROW(d, x1)', 'ARRAY[x1, x2, x3]', 'ARRAY[b > 0, x1 > 0]', 'ARRAY[n::int, k]', 'ARRAY[x1]::numeric[]', 'c', 'ARRAY[c]') if $type eq '"any"' && $name =~ /^(x|features)$/;
	return pick('x1', 'x2', 'n::int', 'b > 0', 'x1::numeric', 'k') if $type eq '"any"';
	return pick('ROW(x1, x2, c)', 'ROW(x1, c, c)', 'ROW(c)', 'ROW(x1)', 't', 't', 'ROW(d, x1)', 'ROW(b > 0, c, d)') if $type eq 'record';
	return pick('k', 'n', 'k % 3', '1') . '::bigint' if $type eq 'bigint';
	return model() if $type eq 'l2_model';
	return pick('(SELECT g FROM grams WHERE k = t.k % 20)', of_table('grams', 'g')) if $type eq 'l2_gram';
	return value($type, $name);
}

sub aggregate
{
	my $f = shift;
	my $table = pick(@tables);
	my $agg = "$f->{name}(" . arguments($f, \&column_argument) . (chance(0.1) ? ' ORDER BY ' . pick('k', 'x1 DESC', 'c') : '') . ')';
	$agg .= ' FILTER (WHERE ' . pick('k > 5', 'x1 > 0', 'false', 'k % 7 = 0') . ')' if chance(0.1);
	my $shape = rand;
	if ($shape < 0.25 && $agg !~ /ORDER BY/) {
		my $frame = pick('', 'ORDER BY k', 'ORDER BY k ROWS 9 PRECEDING', 'ORDER BY k ROWS BETWEEN 5 PRECEDING AND 2 FOLLOWING',
			'PARTITION BY k % 5 ORDER BY k ROWS BETWEEN 3 PRECEDING AND 1 PRECEDING', 'ORDER BY k ROWS BETWEEN 1 FOLLOWING AND 4 FOLLOWING',
			'ORDER BY k RANGE 20 PRECEDING', 'ORDER BY k GROUPS 2 PRECEDING EXCLUDE CURRENT ROW');
		return "SELECT $agg OVER ($frame) FROM (SELECT * FROM $table ORDER BY k LIMIT 60) t";
	}
	return "SELECT k % 4, $agg FROM $table t GROUP BY 1" if $shape < 0.45;
	return "SELECT c, b, $agg FROM $table t GROUP BY ROLLUP (c, b)" if $shape < 0.5;
	return "SELECT $agg FROM $table t" . (chance(0.3) ? ' WHERE k <= ' . pick(0, 1, 2, 3, 5, 20) : '');
}

# What must hold.  A condition that is not true raises F0001; NULL passes.
sub holds { my ($what, $condition, $from, $with) = @_; return 'SELECT must(' . quoted("$what ") . ($with ? " || $with" : '') . ", $condition) FROM $from" }

my @x_lists = ('ARRAY[x1, x2, x3]', 'ARRAY[x1, x2]', 'ARRAY[x1]', 'ARRAY[x1, x2, x1 + x2]');
sub fitted
{
	my ($x, $weight) = @_;
	my $y = $weight ? "l2_obs(y, $weight)" : 'y';
	my $l = pick(0.1, 1, 10, 0.001, 1000);
	return pick("ols_fit($y, $x)", "ridge_fit($y, $x, $l)", "lasso_fit($y, $x, $l)", "elastic_net_fit($y, $x, $l)",
		"dropout_fit($y, $x, 0.2)");
}

my @invariants = (
	sub {
		my $x = pick(@x_lists);
		my $t = pick(qw(t_plain t_constant t_collinear t_nulls t_wide t_binary t_one));
		my $fit = fitted($x, chance(0.3) ? 'w' : undef);
		return holds('gap >= 0', "(_l2_to_jsonb(m) ->> 'gap')::float8 >= 0", "(SELECT $fit m FROM $t GROUP BY k % 3) s");
	},
	sub {
		my $x = pick(@x_lists);
		my $t = pick(qw(t_plain t_constant t_collinear t_nulls t_wide t_large));
		my $w = pick('', ', w');
		my $skip = chance(0.5);
		my $fit = fitted($x, $w ? 'w' : undef);
		$w = $w ? 'w' : '1';
		return holds('the RSS is that of the predictions', 'close(rss, said, 1e-6, tss)',
			"(SELECT sum(CASE WHEN w IS NULL AND '$w' = 'w' THEN 0 ELSE $w * (y - l2_predict(m, $x)) ^ 2 END) rss,
			(max(_l2_to_jsonb(m)::text)::jsonb ->> 'rss')::float8 said, (max(_l2_to_jsonb(m)::text)::jsonb ->> 'tss')::float8 tss
			FROM $t, (SELECT $fit m FROM $t) s) q") unless $fit =~ /dropout/;
		return holds('a fit', 'true', "(SELECT $fit FROM $t) s");
	},
	sub {
		my ($a, $b) = (gram(), gram());
		return holds('a + b = b + a',
			'l2_n(ab) = l2_n(ba) AND l2_n_skipped(ab) = l2_n_skipped(ba) AND close(l2_sum_weights(ab), l2_sum_weights(ba), 1e-15) AND near(ab, ba, 1e-12)',
			"(SELECT a + b ab, b + a ba FROM (SELECT $a a, $b b) s) q");
	},
	sub {
		my ($a, $b) = (gram(), gram());
		return holds('a + b - b counts a', 'l2_n(c) = l2_n(a) AND l2_n_skipped(c) = l2_n_skipped(a)',
			"(SELECT a, a + b - b c FROM (SELECT g a, h b FROM (SELECT g, k FROM grams WHERE NOT odd) a, (SELECT g h, k k2 FROM grams WHERE NOT odd) b
			WHERE k % 7 = k2 % 5 AND l2_names(g) = l2_names(h) LIMIT 20) s) q");
	},
	sub { return holds('text of grams', 'g::text::l2_gram::text = g::text AND _l2_gram_send(g::text::l2_gram) = _l2_gram_send(g)', 'grams WHERE k % 5 = ' . pick(0 .. 4)) },
	sub {
		# a forged value may have flags that its method does not, which its text does not tell
		return holds("text of models", "m::text::l2_model::text = m::text AND (odd OR _l2_model_send(m::text::l2_model) = _l2_model_send(m)) AND l2_model(_l2_to_jsonb(m))::text = m::text", "models WHERE k % 5 = " . pick(0 .. 4), "m::text || ' ' || m::text::l2_model::text");
	},
	sub {
		my ($table, $column, $send) = @{ pick([qw(grams g _l2_gram_send)], [qw(models m _l2_model_send)]) };
		my $file = "$temporary/data/l2reg_fuzz.$$";
		return ("COPY (SELECT k, $column FROM $table ORDER BY k) TO '$file' (FORMAT binary)", "TRUNCATE ${table}_read",
			"COPY ${table}_read FROM '$file' (FORMAT binary)",
			holds('the bytes of a value', "$send(a.$column) = $send(b.$column) AND a.$column\::text = b.$column\::text", "$table a JOIN ${table}_read b USING (k)"));
	},
	sub {
		my $x = pick(@x_lists);
		my ($f, $y, $rest) = @{ pick([qw(ols y), ''], [qw(ridge y), ', 1'], [qw(lasso y), ', 0.5'], [qw(logistic b::int), ', 1'], [qw(poisson n), ', 0.1']) };
		my $t = pick(qw(t_plain t_wide t_binary));
		my ($once, $twice) = ("${f}_fit(l2_obs($y, 2), $x$rest)", "${f}_fit($y, $x$rest)");
		return holds('weight 2 is a row twice', 'alike(l2_coef(a), l2_coef(b), 1e-6)',
			"(SELECT $once a FROM $t) s, (SELECT $twice b FROM (SELECT * FROM $t UNION ALL SELECT * FROM $t) t) u");
	},
	sub {
		my $x = pick(@x_lists);
		my $fit = fitted($x, chance(0.4) ? 'w' : undef);
		my $t = pick(qw(t_plain t_nulls t_wide));
		my $k = pick(5, 10, 17, 30);
		return holds('a frame is its rows', 'alike(l2_coef(a), l2_coef(b), 1e-6)',
			"(SELECT $fit OVER (ORDER BY k ROWS 9 PRECEDING) a, k FROM (SELECT * FROM $t ORDER BY k LIMIT 60) r) s,
			(SELECT $fit b FROM (SELECT * FROM $t ORDER BY k LIMIT 10 OFFSET $k) r) u WHERE k = (SELECT k FROM $t ORDER BY k LIMIT 1 OFFSET $k + 9)");
	},
	sub {
		my $x = pick(@x_lists);
		my $fit = fitted($x, undef);
		return ('SET max_parallel_workers_per_gather = 2', 'SET parallel_setup_cost = 0', 'SET parallel_tuple_cost = 0', 'SET min_parallel_table_scan_size = 0',
			"CREATE TEMP TABLE par AS SELECT $fit m, l2_gram_agg(y, ROW(x1, c)) g FROM t_large", 'SET max_parallel_workers_per_gather = 0',
			holds('a parallel plan gives the same', 'alike(l2_coef(par.m), l2_coef(s.m), 1e-9) AND near(par.g, s.g, 1e-12)', "par, (SELECT $fit m, l2_gram_agg(y, ROW(x1, c)) g FROM t_large) s"),
			'DROP TABLE par');
	},
	sub {
		return holds('contributions add up to the prediction', 'close(p, e, 1e-9, size)',
			"(SELECT l2_predict(m, x) p, e.sum e, e.size FROM (SELECT m, (SELECT array_agg(sin(i * 7.0 + k)) FROM generate_series(1, coalesce(array_length(l2_coef(m), 1), 0)) i) x FROM models WHERE m::text ~ '\"method\": \"(ols|ridge|lasso|elastic_net|dropout)\"') s,
			LATERAL (SELECT sum(contribution) sum, sum(abs(contribution)) size FROM l2_explain(m, x)) e WHERE x IS NOT NULL) q");
	},
	sub {
		my $y = pick('b::int', 'b > 0', 'b');
		my $t = pick(qw(t_plain t_binary t_nulls t_large));
		return holds('scores of classes lie in their ranges', 'auc BETWEEN 0 AND 1 AND brier BETWEEN 0 AND 1 AND acc BETWEEN 0 AND 1 AND ll >= 0 AND close(auc, 1 - rev, 1e-12)',
			"(SELECT l2_auc($y, p) auc, l2_brier($y, p) brier, l2_accuracy($y, p) acc, l2_logloss($y, p) ll, l2_auc($y, 1 - p) rev FROM $t GROUP BY k % 3) s");
	},
	sub {
		return holds('a model does not drift from its own gram', 'coalesce(abs(shift) < 1e-9, true) AND coalesce(abs(spread - 1) < 1e-6, true)',
			"(SELECT l2_ridge(g, 1) m, g FROM (SELECT l2_gram_agg(y, ARRAY[x1, x2]) g FROM t_plain GROUP BY k % 4) t) s, l2_drift(m, g)");
	},
	sub {
		return holds('SQL of a model computes its prediction', 'close(a, b, 1e-9)',
			"(SELECT l2_predict(m, ARRAY[x1, x2, x3]) a, run(l2_sql(m), x1, x2, x3) b FROM t_plain, (SELECT " . fitted('ARRAY[x1, x2, x3]') . " m FROM t_plain) s LIMIT 10) q");
	},
	sub {
		my $l = pick(0, 0.1, 1, 100);
		return holds('the intercept makes residuals sum to 0', 'close(r, 0, 1e-7, size)',
			"(SELECT sum(y - l2_predict(m, ARRAY[x1, x2])) r, sum(abs(y)) size FROM t_plain, (SELECT ridge_fit(y, ARRAY[x1, x2], $l) m FROM t_plain) s) q");
	},
	sub {
		return holds('logistic regression predicts the mean', 'close(p, o, 1e-5)',
			"(SELECT avg(l2_predict(m, ARRAY[x1, x2])) p, avg(b) o FROM t_plain, (SELECT logistic_fit(b::int, ARRAY[x1, x2], " . pick(0, 0.1, 10) . ") m FROM t_plain) s) q");
	},
);

# ---- damage

my @crc;
for my $byte (0 .. 255) {
	my $c = $byte;
	$c = $c & 1 ? ($c >> 1) ^ 0x82F63B78 : $c >> 1 for 1 .. 8;
	$crc[$byte] = $c;
}
sub crc32c
{
	my $c = 0xFFFFFFFF;
	$c = ($c >> 8) ^ $crc[($c ^ $_) & 0xFF] for unpack 'C*', shift;
	return $c ^ 0xFFFFFFFF;
}

sub base64
{
	my $s = pack 'u', shift;
	my $text = '';
	for my $line (split /\n/, $s) {
		$line = substr $line, 1;
		$text .= $line;
	}
	return $text;
}

# uuencode to base64, with the padding
sub encode64
{
	my $bytes = shift;
	my $text = base64($bytes);
	$text =~ tr|` -_|AA-Za-z0-9+/|;
	my $padding = (3 - length($bytes) % 3) % 3;
	substr($text, -$padding) = '=' x $padding if $padding;
	return $text;
}

sub odd_bytes
{
	my $n = shift;
	return pick(map { pack 'H*', $_ } '7ff8000000000000', '7ff0000000000000', 'fff0000000000000', '8000000000000000', '0000000000000000',
		'7fefffffffffffff', 'ffefffffffffffff', '0000000000000001', '3ff0000000000000', 'bff0000000000000', '43f0000000000000', '54b249ad2594c37d', '0010000000000000')
	  if $n == 8;
	return pick(map { pack 'H*', $_ } '00000000', '00000001', '00000002', '00000003', '7fffffff', '80000000', 'ffffffff', '00002710') if $n == 4;
	return chr int rand 256;
}

sub damage
{
	my $bytes = shift;
	my $body = substr $bytes, 0, -4;
	for (1 .. pick(1, 1, 1, 2, 4)) {
		my $kind = rand;
		my $at = chance(0.4) ? int rand(56) : int rand(length $body);
		$at = length($body) - 1 if $at >= length $body;
		if ($kind < 0.4) {
			$at -= $at % 8 if chance(0.7);
			substr($body, $at, 8) = odd_bytes(8);
		}
		elsif ($kind < 0.55) { substr($body, $at, 4) = odd_bytes(4) }
		elsif ($kind < 0.85) { substr($body, $at, 1) = odd_bytes(1) }
		elsif ($kind < 0.9) { $body = substr $body, 0, $at + 1 }
		elsif ($kind < 0.95) { $body .= odd_bytes(8) }
		else { substr($body, $at, 0) = odd_bytes(pick(1, 4, 8)) }
	}
	return chance(0.02) ? $body . 'abcd' : $body . pack('N', crc32c($body));
}

my (@gram_bytes, @model_bytes, @model_texts);

sub damaged_gram
{
	my $bytes = damage(pick(@gram_bytes));
	my $head = 'l2_gram/1 ';
	if (length $bytes >= 24) {
		my ($version, undef, undef, $ncols, $n, $skipped) = unpack 'CCnNq>q>', $bytes;
		$ncols = unpack 'l', pack 'L', $ncols;
		$head = "l2_gram/$version n=$n skipped=$skipped columns=$ncols";
	}
	return "INSERT INTO grams(g, odd) VALUES ('$head data=" . encode64($bytes) . "', true)";
}

my $files = 0;
sub damaged_binary
{
	my ($table, $column, $bytes) = @_;
	my $file = "$temporary/l2reg_fuzz." . $$ . '.' . ++$files % 400;
	open my $f, '>:raw', $file or die "$file: $!\n";
	print $f pack 'a11NNnNa*n', "PGCOPY\n\377\r\n\0", 0, 0, 1, length $bytes, $bytes, 0xFFFF;
	close $f or die "$file: $!\n";
	chmod 0644, $file;
	return "COPY $table($column) FROM '$file' (FORMAT binary)";
}

sub damaged_model
{
	return damaged_binary('models', 'm', damage(pick(@model_bytes))) if chance(0.5);
	my $text = pick(@model_texts);
	for (1 .. pick(1, 1, 2, 3)) {
		my $kind = rand;
		my @numbers;
		push @numbers, [$-[1], $+[1] - $-[1]] while $text =~ /: (-?[0-9][0-9.e+-]*)/g;
		if ($kind < 0.6 && @numbers) {
			my ($at, $length) = @{ pick(@numbers) };
			substr($text, $at, $length) = pick(json_number(), json_number(), 'null', '-1', '0', '1e308', '"x"', '[]');
		}
		elsif ($kind < 0.75) {
			my @keys;
			push @keys, [$-[1], $+[1] - $-[1]] while $text =~ /(, "\w+": [^\[\{,]+)(?=,)/g;
			next unless @keys;
			my ($at, $length) = @{ pick(@keys) };
			substr($text, $at, $length) = chance(0.5) ? '' : substr($text, $at, $length) x 2;
		}
		elsif ($kind < 0.95) {
			my @strings;
			push @strings, [$-[1], $+[1] - $-[1]] while $text =~ /: "([^"]*)"/g;
			next unless @strings;
			my ($at, $length) = @{ pick(@strings) };
			substr($text, $at, $length) = pick(@words, @columns, 'a=p', 'c IS NULL');
		}
		else { substr($text, int rand length $text, 1) = pick('', '{', '}', '"', ',', '0') }
	}
	return 'INSERT INTO models(m, odd) VALUES (' . quoted($text) . ', true)';
}

# ---- a round

my @settings = (
	sub { return 'SET work_mem = ' . pick(64, 64, 256, 4096) },
	sub { return 'SET l2reg.kernel = ' . pick(qw(portable auto avx2)) },
	sub { return 'SET extra_float_digits = ' . pick(-15, 0, 1, 3) },
	sub { return 'SET enable_hashagg = ' . pick(qw(on off)) },
	sub { return 'SET max_parallel_workers_per_gather = ' . pick(0, 0, 2) },
	sub { return 'SET parallel_setup_cost = 0' },
	sub { return 'SET parallel_tuple_cost = 0' },
	sub { return 'SET min_parallel_table_scan_size = 0' },
	sub { return 'SET l2reg.max_columns = ' . pick(1600, 1600, 1600, 5, 100) },
	sub { return 'SET jit_above_cost = ' . pick(0, -1, -1) },
	sub { return 'SET DateStyle = ' . pick(qw(German ISO SQL)) },
);

sub statements
{
	my @list = map { $_->() } @settings;
	while (@list < $statements_a_round) {
		my $kind = rand;
		if ($kind < 0.1) { push @list, damaged_gram() }
		elsif ($kind < 0.14) { push @list, damaged_binary('grams', 'g', damage(pick(@gram_bytes))) }
		elsif ($kind < 0.24) { push @list, damaged_model() }
		elsif ($kind < 0.4) { push @list, pick(@invariants)->() }
		elsif ($kind < 0.42) { push @list, pick(@settings)->() }
		else {
			my $f = pick(@functions);
			# support functions of aggregates are many and much alike
			$f = pick(@functions) for 1 .. ($f->{name} =~ /_(accum|final|combine|add|remove)$/ ? 2 : 0);
			$f->{calls}++;
			push @list, $f->{kind} eq 'a' ? aggregate($f) : call($f);
		}
	}
	return @list;
}

my %errors;
my $start = time;
my ($executed, $failures) = (0, 0);

sub run_round
{
	my $seed = shift;
	srand($seed);
	$files = 0;
	my @list = statements();
	my $script = "$temporary/l2reg_fuzz.$$.sql";
	open my $f, '>:utf8', $script or die "$script: $!\n";
	print $f "\\set VERBOSITY verbose\nSET client_min_messages = error;\nSET statement_timeout = '${timeout}s';\n";
	print $f "DELETE FROM grams WHERE odd;\nDELETE FROM models WHERE odd;\n"
	  . "SELECT setval('grams_k_seq', 1000), setval('models_k_seq', 1000);\n";
	for my $i (0 .. $#list) { print $f "\\warn @@ $i\n$list[$i];\n" }
	print $f "\\warn @@ end\n";
	close $f;

	my $pid = open my $pipe, '-|';
	die "fork: $!\n" unless defined $pid;
	if ($pid == 0) {
		open STDERR, '>&', \*STDOUT;
		open STDOUT, '>', '/dev/null';
		open STDIN, '<', '/dev/null';
		exec psql($database), '-f', $script;
		exit 127;
	}
	my ($at, @bad) = (0);
	while (<$pipe>) {
		if (/^@@ (\d+|end)$/) { $at = $1; $executed++; next }
		chomp;
		if (/(?:ERROR|FATAL|PANIC):\s+(\w{5}): (.*)/) {
			my ($state, $message) = ($1, $2);
			$errors{$state}++;
			# XX000 of the server's own, about arguments that only a fuzzer writes
			next if $state eq 'XX000' && $message =~ /^cache lookup failed for type/;
			# these have ten million steps, or a hundred thousand penalties, a fit
			next if $state eq '57014' && $at ne 'end' && $list[$at] =~ /"(?:gradient|fista)"|"n_lambda": 1e5/;
			push @bad, [$at, "$state: $message"]
			  if $state =~ /^(XX|58|F0001|57014|57P|P0004|53200|08006)/ || $message =~ /unexpected(?! end of formula)/i;
		}
		elsif (/server closed the connection|connection to server was lost|Segmentation/) { push @bad, [$at, "crash: $_"] }
	}
	close $pipe;
	push @bad, [$at, 'the session ended early'] if $at ne 'end' && !@bad;
	unlink glob "$temporary/l2reg_fuzz.$$.[0-9]*";
	if (@bad) {
		$failures += @bad;
		make_path($option{keep});
		my $kept = "$option{keep}/seed-$seed.sql";
		rename $script, $kept or system 'cp', $script, $kept;
		for (@bad) {
			my ($i, $what) = @$_;
			my $statement = $i =~ /^\d+$/ ? $list[$i] : '(end)';
			print STDERR "# seed $seed, statement $i: $what\n";
			print STDERR "#   $_\n" for split /\n/, substr $statement, 0, 1500;
		}
		if (grep { $_->[1] =~ /crash|early|57P/ } @bad) {
			# the server comes back
			for (1 .. 100) {
				last if system('psql', '-Xqc', 'SELECT 1', '-o', '/dev/null', '-d', $database) == 0;
				select undef, undef, undef, 0.2;
			}
		}
	}
	return;
}

# ---- each function by itself

# For each function that changes nothing its name and some calls of it, of which the first that gives
# something will do; i is a number above 0.
sub calls_of_functions
{
	my @all;
	for my $f (grep { $_->{name} =~ /$option{functions}/ } @functions) {
		next if grep { $_ eq 'internal' } @{ $f->{types} } or $f->{name} =~ /^l2_(train|refresh|refit|drop|rename|schedule|run|follow|rollback|activate|mark|store|grant|revoke|live|lock)/;
		srand($option{seed});
		my @calls;
		for (1 .. 40) {
			if ($f->{kind} eq 'a') {
				my $over = chance(0.3) ? ' OVER (ORDER BY k ROWS 5 PRECEDING)' : '';
				my $call = "$f->{name}(" . arguments($f, \&column_argument) . ')';
				push @calls, "SELECT $call$over AS x FROM t_plain t WHERE k < 20 + i % 2";
			}
			else {
				push @calls, "SELECT $f->{name}(" . arguments($f, \&value) . ') AS x WHERE i > 0';
			}
		}
		push @all, ["$f->{name}(" . join(', ', @{ $f->{types} }) . ')', @calls];
	}
	return @all;
}

# A call that succeeds and gives something, in a loop of its own query.  What a call leaves behind
# in the memory of its call site, or of the session, is there until the end of the query at least.
sub look_for_leaks
{
	my $n = $option{leak};
	my ($tested, $leaks, %fewer, @never) = (0, 0);
	open my $to, '>:utf8', "$temporary/l2reg_leak.$$.sql" or die "leak: $!\n";
	print $to "SET client_min_messages = error;\nSET statement_timeout = '@{[$option{seconds} * 3 + 5]}s';\nSET max_parallel_workers_per_gather = 0;\n\\pset tuples_only on\n\\pset format unaligned\n";
	for (calls_of_functions()) {
		my ($name, @calls) = @$_;
		print $to 'SELECT leak(' . quoted($name) . ", $n, $option{seconds}, ARRAY[" . join(', ', map { quoted("(SELECT count(x) FROM ($_) q)") } @calls) . "]);\n";
	}
	close $to;
	open my $from, '-|', psql($database), '-q', '-f', "$temporary/l2reg_leak.$$.sql" or die "psql: $!\n";
	while (<$from>) {
		chomp;
		my ($name, $reached, $bytes, $call) = split /\t/;
		if (!defined $bytes) { print STDERR "# $_\n"; $leaks++; next }
		if ($bytes eq '') { push @never, $name; next }
		$tested++;
		$fewer{$name} = $reached if $reached < $n;
		next if $bytes < 16384 + $reached * 6;
		$leaks++;
		print STDERR "# $name leaves $bytes bytes after $reached calls\n#   $call\n";
	}
	close $from or $leaks++;
	unlink "$temporary/l2reg_leak.$$.sql";
	printf "# %d functions in %d s, %d of them called %d times; no call succeeded of %d: %s\n", $tested, time - $start, $tested - keys %fewer, $n, scalar @never, join '; ', @never[0 .. ($#never > 9 ? 9 : $#never)];
	my @slowest = sort { $fewer{$a} <=> $fewer{$b} } keys %fewer;
	print "# fewer calls in $option{seconds} s, of the slowest: ", join('; ', map { "$_ $fewer{$_}" } @slowest[0 .. ($#slowest > 9 ? 9 : $#slowest)]), "\n" if %fewer;
	print $leaks ? "not ok 1 - $leaks functions leak\n" : "ok 1 - no function leaks\n";
	print "1..1\n";
	return $leaks ? 1 : 0;
}

# ---- faults

sub inject_faults
{
	my $n = $option{faults};
	(my $folder = $0) =~ s{[^/]*$}{../fault/};
	ask($database, "UPDATE pg_proc SET probin = '\$libdir/l2reg_fault' WHERE probin = '\$libdir/l2reg' RETURNING 1");
	system(psql($database), '-v', 'ON_ERROR_STOP=1', '-f', "${folder}setup.sql", '-o', '/dev/null') == 0 or die "setup.sql failed\n";
	my $script = "$temporary/l2reg_fault.$$.sql";
	open my $to, '>:utf8', $script or die "fault: $!\n";
	print $to "LOAD '\$libdir/l2reg_fault';\nSET client_min_messages = error;\n\\pset tuples_only on\n\\pset format unaligned\n\\pset fieldsep '\\t'\n";
	my $walk = sub {
		my ($name, $seconds, @calls) = @_;
		$name =~ s/\s+/ /g;
		print $to 'SELECT ' . quoted($name) . ', w.* FROM walk(ARRAY[' . join(', ', map { quoted($_) } @calls) . "], $n, $seconds) w;\n";
	};
	if (open my $list, '<', "${folder}statements.sql") {
		local $/ = ";\n\n";
		while (<$list>) {
			s/^--.*\n//gm;
			s/^\s+|\s*;\s*$//g;
			next unless /\S/;
			if (/^(?:RE)?SET /) { print $to "$_;\n"; next }
			next unless /$option{functions}/;
			$walk->($_, 10 * $option{seconds}, $_);
		}
	}
	for (calls_of_functions()) {
		my ($name, @calls) = @$_;
		$walk->($name, $option{seconds}, map { "SELECT md5(string_agg(x::text, '|')) FROM (SELECT 1 AS i OFFSET 0) i, LATERAL ($_) q" } @calls);
	}
	print $to "SELECT 'files', count(*) FROM pg_ls_tmpdir();\n";
	close $to;
	open my $from, '-|', psql($database), '-q', '-f', $script or die "psql: $!\n";
	my ($tested, $faults, $caught, $bad, $left, @part, @never) = (0, 0, 0, 0, 1);
	while (<$from>) {
		chomp;
		my ($name, $failed, $seen, $calls, $wrong) = split /\t/;
		if ($name eq 'files') { $left = $failed; next }
		if (($wrong // '') eq 'never') { push @never, $name; next }
		$tested++;
		$faults += $failed // 0;
		$caught += $seen // 0;
		push @part, $name if !$calls;
		next if defined $wrong && $wrong eq '';
		$bad++;
		print STDERR "# $_\n";
	}
	close $from or $bad++;
	$bad++ if $left;
	unlink $script;
	printf "# %d failures injected into %d functions and statements in %d s, %d of them caught by the statement; %d of which the time allowed a part only; no call succeeded of %d: %s\n",
	  $faults, $tested, time - $start, $caught, scalar @part, scalar @never, join '; ', @never[0 .. ($#never > 9 ? 9 : $#never)];
	print $bad ? "not ok 1 - $bad did not survive\n" : "ok 1 - each failure is an error, after which all goes on\n";
	print "1..1\n";
	return $bad ? 1 : 0;
}

# ---- all of it

$| = 1;
system('psql', '-Xq', '-v', 'ON_ERROR_STOP=1', '-c', "SET client_min_messages = error", '-c', "DROP DATABASE IF EXISTS $database", '-c', "CREATE DATABASE $database") == 0
  or die "no server\n";
(my $folder = $0) =~ s{[^/]*$}{};
system(psql($database), '-v', 'ON_ERROR_STOP=1', '-f', "${folder}setup.sql", '-o', '/dev/null') == 0 or die "setup.sql failed\n";
read_catalog();
my $hex = sub { return map { pack 'H*', $_->[0] } ask($database, shift) };
@gram_bytes = $hex->("SELECT encode(_l2_gram_send(g), 'hex') FROM grams WHERE length(_l2_gram_send(g)) < 3000 ORDER BY k");
@model_bytes = $hex->("SELECT encode(_l2_model_send(m), 'hex') FROM models ORDER BY k");
@model_texts = map { $_->[0] } ask($database, 'SELECT m FROM models ORDER BY k');

print "# seed $option{seed}\n";

exit look_for_leaks() if $option{leak};
exit inject_faults() if $option{faults};
my $round = 0;
while ($option{rounds} ? $round < $option{rounds} : time - $start < $option{seconds}) {
	run_round($option{seed} + $round);
	$round++;
	last if $failures > 200;
}

my $called = grep { $_->{calls} } @functions;
printf "# %d statements in %d rounds and %d s, %d of %d functions called; errors: %s\n", $executed, $round, time - $start, $called, scalar @functions,
  join ' ', map { "$_ $errors{$_}" } sort { $errors{$b} <=> $errors{$a} } keys %errors;
print $failures ? "not ok 1 - $failures failures\n" : "ok 1 - no crash, no internal error, and all that must hold does\n";
print "1..1\n";
exit($failures ? 1 : 0);
