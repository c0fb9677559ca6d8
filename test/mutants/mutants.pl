#!/usr/bin/perl
#
# mutants.pl: makes random single mistakes in the sources, and tells which of them no test notices.
#
#   N=100        mistakes to judge, a third each in src/num, the rest of src, and sql/install
#   SEED=1       which ones: the same seed on the same tree makes the same mistakes
#   JOBS=2       at a time, each in a copy of the tree in build/mutants
#   AREAS=...    of num, src and sql: only those; a pattern stands for files: AREAS='src/num/glm/*.c'
#   MINUTES=0    start no further ones after so long; 0: no limit
#   SUITE=full   sql: without test/tap, which takes as long as all the others; chapter: only the tests whose
#                names have to do with the file, or that noticed a mistake before, for a quick look;
#                unit: only mistakes in src/num, and only the unit tests, without a server
#   AGAIN=file   instead of random ones those that an earlier run printed into the file as not noticed
#
# Called by make mutants on a built tree.  A mistake that does not compile or install, or makes the same
# object file, does not count, nor does one that test/mutants/equivalent.txt lists as no mistake.  The unit
# tests come first, then the same with AddressSanitizer, as make unit SANITIZE=1 runs them, then those of
# the chapter, then those that have noticed others, then the rest, until one fails.  What is noticed by none
# is printed as a diff, with the score of each area.
use strict;
use warnings;
use Cwd qw(getcwd);
use File::Basename qw(basename dirname);
use POSIX qw(:sys_wait_h);

my %env = (N => 100, SEED => 1, JOBS => 2, AREAS => 'num src sql', MINUTES => 0, SUITE => 'full',
	AGAIN => '');
$env{$_} = $ENV{$_} || $env{$_} for keys %env;
$env{AREAS} = 'num' if $env{SUITE} eq 'unit' && $env{AREAS} !~ m{src/num/};
my $top = getcwd;
my $work = "$top/build/mutants";
# Seconds a test may take: a loop without an end is noticed, too
my ($timeout, $unit_timeout) = (600, 150);

# Of which tests a folder, or a file, is the business, besides those that are named like its files
my %business = (
	'src/base'     => 'ways input rolling memory record combine limits robust',
	'src/diagnose' => 'ways diagnose drift summary class_score robust term second inference multinomial refused',
	'src/fit'      => 'ways fit cv path select rolling elastic gradient follow evidence relax group refused
		robust iv limits',
	'src/glm'      => 'ways logistic glm path progress group relax multinomial columns refused robust',
	'src/gram'     => 'ways gram combine product equality record forged row limits robust
		likelihood',
	'src/model'    => 'ways model text vcov binary glm multinomial forged refused',
	'src/named'    => 'named follow live schedule formula refused',
	'src/options'  => 'notices fit named formula defaults limits refused robust cv',
	'src/predict'  => 'ways own_rows explain record fit export interval second model refused term',
	'src/record'   => 'ways record term formula named forged refused row',
	'src/report'   => 'report',
	'src/score'    => 'score class_score encoding multinomial',
	'src/num/glm'     => 'logistic glm dropout families multinomial',
	'src/num/kernel'  => 'kernel moments gram',
	'src/num/linalg'  => 'components covariance gram inference status',
	'src/num/moments' => 'kernel gram combine rolling kfold',
	'src/num/solve'   => 'status elastic ridge path select gradient cv kfold',
	'src/num/stats'   => 'inference summary robust diagnose score',
	'sql/class-score' => 'score',
	'sql/drift-named' => 'explain named_calls drift second',
	'sql/follow'      => 'live refresh own_rows messages statements spread',
	'sql/forms'       => 'surface record',
	'sql/margins'     => 'term named_calls diagnose inference spread',
	'sql/model'       => 'equality named',
	'sql/models'      => 'named',
	'sql/notices'     => 'model gram named',
	'sql/report'      => 'named_calls multinomial labels second',
	'sql/schedule'    => 'named',
	'sql/spellings'   => 'surface',
	'sql/train'       => 'statements spread named formula fit notices second follow surface iv labels coding multinomial robust messages
		own_rows');

sub slurp { my ($f) = @_; open my $h, '<', $f or die "$f: $!\n"; local $/; my $s = <$h>; return $s }
sub spurt { my ($f, $s) = @_; open my $h, '>', $f or die "$f: $!\n"; print $h $s; close $h }

# A number of one's own below n: perl's may differ between machines
my $state = $env{SEED};
sub draw
{
	my ($n) = @_;
	$state = ($state * 69069 + 12345) % 4294967296 for 1 .. 3;
	return int($state / 4294967296 * $n);
}

# ---- mistakes

my %swap = (
	'<' => ['<=', '>='], '<=' => ['<', '>'], '>' => ['>=', '<='], '>=' => ['>', '<'],
	'==' => ['!='], '!=' => ['=='], '&&' => ['||'], '||' => ['&&'], '+' => ['-'], '-' => ['+'],
	'*' => ['/'], '/' => ['*'], '+=' => ['-='], '-=' => ['+='], '|=' => ['='], '&=' => ['=']);
my %word = (
	'fmax' => 'fmin', 'fmin' => 'fmax', 'Max' => 'Min', 'Min' => 'Max', 'true' => 'false', 'false' => 'true',
	'continue' => 'break');
my @states = qw(DATA_EXCEPTION INVALID_PARAMETER_VALUE UNDEFINED_COLUMN NUMERIC_VALUE_OUT_OF_RANGE);

# The same line with blanks where comments and strings are, so that places agree
sub code_of
{
	my ($line, $sql) = @_;
	my $blank = sub { my ($s) = @_; $s =~ s/[^\t]/ /g; return $s };
	$line =~ s{("(?:[^"\\]|\\.)*"|/\*.*?(?:\*/|$)|'(?:[^'\\]|\\.)')}{$blank->($1)}ge if !$sql;
	$line =~ s{(--.*|/\*.*?(?:\*/|$))}{$blank->($1)}ge if $sql;
	return $line;
}

# All mistakes that a line has room for: [from, length, text]
sub mistakes
{
	my ($line, $sql, $before, $behind) = @_;
	my $code = code_of($line, $sql);
	my @m;

	# how much memory there is for numbers a server with assertions tells, and no test of what they are
	$code =~ s/(\b(?:palloc|repalloc|MemoryContextAlloc|l2_take|memset|sizeof)\w*\(.*)/$1 =~ s{[^\t]}{ }gr/e if !$sql;
	if (!$sql)
	{
		push @m, map { [$-[1], length $1, $_] } @{$swap{$1}}
			while $code =~ / (<=|>=|==|!=|&&|\|\||\+=|-=|\|=|&=|[<>+*\/-]) /g && ($-[1], 1)[1];
		push @m, [$-[1], length $1, $word{$1}] while $code =~ /\b(fmax|fmin|Max|Min|true|false|continue)\b/g;
		while ($code =~ /(?<![\w.])(?<!\(Datum\) )(\d+)(?![\w.])/g) { push @m, [$-[1], length $1, $1 == 0 ? 1 : $1 + 1]; }
		while ($code =~ /(?<![\w.])(\d+\.\d+(?:e-?\d+)?|\d+e-?\d+)(?![\w.])/g)
		{
			push @m, [$-[1], length $1, $1 == 0 ? '1.0' : "(2.0 * $1)"];
		}
		while ($code =~ /!(?=[\w(])/g) { push @m, [$-[0], 1, '']; }
		if ($code =~ /^\s*(?:else )?if \((.*)\)\s*$/)
		{
			push @m, [$-[1], length $1, "0 && ($1)"] if substr($line, $-[1], length $1) eq $1;
		}
		push @m, [$-[1], length $1, ';'] if $code =~ /^\t+((?:\(void\) )?(?!pfree|MemoryContextDelete)\w+\([^;]*\);)\s*$/;
		push @m, [$-[1], length $1, ';'] if $code =~ /^\t+([\w.>\[\]-]+ (?:[-+|&*]?=) [^;{]*;)\s*$/;
		# of these the order of arguments makes no difference
		while ($code =~ /\b(?!(?:dd_add|dd_mul|dd_two_sum|dd_two_prod|fmax|fmin|hypot|Max|Min)\()\w+\((\w+), (\w+)\)/g)
		{
			push @m, [$-[1], $+[2] - $-[1], "$2, $1"] if $1 ne $2;
		}
		while ($code =~ /\bERRCODE_(\w+)/g)
		{
			my ($at, $len, $old) = ($-[1], length $1, $1);
			push @m, [$at, $len, (grep { $_ ne $old } @states)[length($old) % 3]];
		}
	}
	else
	{
		# behind these words = is no operator
		push @m, map { [$-[1], length $1, $_] }
			($1 eq '=' ? '<>' : $1 eq '<>' ? '=' : $1 eq '<' ? ('<=', '>') : ('>=', '<'))
			while $code =~ /(?<!\b[A-Z]{4})(?<!\b[A-Z]{5})(?<!\b[A-Z]{6})(?<!\b[A-Z]{7})(?<!\b[A-Z]{8})(?<![A-Z]{9}) (=|<>|<|>) /g
			&& ($-[1], 1)[1];
		push @m, [$-[1], 3, 'OR '] while $code =~ /\b(AND)\b/g;
		push @m, [$-[1], 2, 'AND'] while $code =~ /\b(OR)\b(?! REPLACE)/g;
		push @m, [$-[1], length $1, ''] while $code =~ /\b(NOT )(?!NULL|IN\b|EXISTS VALID)/g;
		# a function's rows come in the order of their ordinality anyway, unless they are joined
		push @m, [$-[1], length $1, ''] if $code =~ /\b(ORDER BY [^()]*?)(?=\)|;|$)/
			&& "$code$behind" !~ /WITH ORDINALITY(?!.*\bJOIN\b)/s && $before !~ /WITH ORDINALITY(?!.*\bJOIN\b)/;
		push @m, [$-[1], length $1, ''] if $code =~ /^\s+(AND [^()]*(?:\([^()]*\)[^()]*)*?)(;?\s*)$/ && $1 !~ /BETWEEN/;
		push @m, [$-[1], length $1, 'false'] if $code =~ /\b(?:IF|ELSIF) (.*) THEN\s*$/;
		push @m, [$-[1], length $1, 'NULL;'] if $code =~ /^\s+(PERFORM [^;]*;)\s*$/;
		push @m, [$-[1], length $1, ''] if $code =~ /^((?:GRANT|REVOKE)\b.*;)\s*$/;
		push @m, [$-[1], length $1, $1 eq 'true' ? 'false' : 'true'] while $code =~ /\b(true|false)\b/g;
		push @m, [$-[1], length $1, $1 eq 'ASC' ? 'DESC' : ''] while $code =~ /\b(ASC|DESC)\b/g;
		push @m, [$-[1], length $1, $1 == 0 ? 1 : $1 + 1] while $code =~ /(?<![\w.\$'])(?<!SSPACE = )(?<!float_digits = )(\d+)(?![\w.'])/g;
		push @m, [$-[1], length $1, "$1" eq '22023' ? '42501' : '22023'] while $code =~ /ERRCODE = '(\w{5})'/g;
		push @m, [$-[1], length $1, 'true'] while $code =~ /(pg_has_role\([^()]*\)|has_\w+_privilege\([^()]*\))/g;
		push @m, [$-[1], length $1, 'VOLATILE'] if $code =~ /\b(STRICT)\b/;
	}
	return @m;
}

# Lines in comments that span lines, and what is not code, have no mistakes in them
sub is_code
{
	my ($line, $sql, $inside) = @_;
	return 0 if $line =~ /^\s*(?:\*|\/\*|--|#)/ || $line =~ /^\s*$/;
	return 0 if $sql && $line =~ /^\s*(?:'|COMMENT ON|IS '|CREATE |CALL |AS 'MODULE|LANGUAGE)|\b[SFC]\w*FUNC = |^\s*(?:MESSAGE|HINT|DETAIL) = /;
	# more room than is needed is no mistake
	return 0 if !$sql && $line =~ /^\s*(?:static |const |struct )*\w+ \**\w+\[[^=]*;/;
	return 0 if $inside;
	return 1;
}

sub files_of
{
	my ($area) = @_;
	my @f = $area eq 'num' ? glob('src/num/*/*.c') : $area eq 'src' ? grep { !m{^src/num/} } glob('src/*/*.c')
		: glob($area eq 'sql' ? 'sql/install/*.sql' : $area);
	return sort @f;
}

sub area_of { my ($f) = @_; return $f =~ m{^src/num/} ? 'num' : $f =~ m{^src/} ? 'src' : 'sql' }

my (%lines, %equivalent);
if (-e 'test/mutants/equivalent.txt')
{
	my $known = slurp('test/mutants/equivalent.txt');
	while ($known =~ /^- (.*)\n\+ (.*)\n/mg) { $equivalent{"$1\n$2"} = 1; }
}

# Those of a report: its diffs are of one line each, at a place that may have moved since
sub again
{
	my ($report) = @_;
	my @m;
	while ($report =~ /^--- (.*)\n\+\+\+ .*\n@@ -(\d+) .*\n-(.*\n)\+(.*\n)/mg)
	{
		my ($f, $i, $old, $new) = ($1, $2 - 1, $3, $4);
		$lines{$f} ||= [split /^/, slurp($f)];
		my ($at) = sort { abs($a - $i) <=> abs($b - $i) } grep { $lines{$f}[$_] eq $old } 0 .. $#{$lines{$f}};
		if (!defined $at) { print "$f:$2: not there any more: $old"; next; }
		push @m, {area => area_of($f), file => $f, line => $at, old => $old, new => $new};
	}
	return @m;
}

# Some mistake in that area: a line of all its code, then one of its mistakes
my %sites;
sub pick
{
	my ($area) = @_;
	if (!$sites{$area})
	{
		for my $f (files_of($area))
		{
			my ($inside, $sql) = (0, area_of($f) eq 'sql');
			$lines{$f} = [split /^/, slurp($f)];
			for my $i (0 .. $#{$lines{$f}})
			{
				my $l = $lines{$f}[$i];
				my $before = $i > 0 ? $lines{$f}[$i - 1] : '';
				my $behind = join '', map { $lines{$f}[$_] // '' } $i + 1 .. $i + 5;
				push @{$sites{$area}}, [$f, $i, $before, $behind]
					if is_code($l, $sql, $inside) && mistakes($l, $sql, $before, $behind);
				# a text that began on a line of its own ends where a quote does
				my $odd = $sql && ($l =~ tr/'//) % 2;
				$inside = 1 if !$inside && ($l =~ m{/\*(?!.*\*/)} || $sql && $l =~ /^COMMENT ON\b/);
				if ($inside < 2 && $odd && $l =~ /^'/) { $inside = 2; }
				elsif ($inside == 2 && $odd || $inside == 1 && ($l =~ m{\*/} || $sql && $l =~ /;\s*$/)) { $inside = 0; }
			}
		}
	}
	my ($f, $i, $before, $behind) = @{$sites{$area}[draw(scalar @{$sites{$area}})]};
	my @m = mistakes($lines{$f}[$i], area_of($f) eq 'sql', $before, $behind);
	my ($at, $len, $text) = @{$m[draw(scalar @m)]};
	my $new = $lines{$f}[$i];
	substr($new, $at, $len) = $text;
	return {area => area_of($f), file => $f, line => $i, old => $lines{$f}[$i], new => $new};
}

# ---- tests

sub all_tests
{
	my @t = map { 'build/unit/' . basename($_, '.c') } glob('test/unit/test_*.c');
	push @t, map { 'regress:' . basename($_, '.sql') } grep { !m{/(?:setup|l2reg--.*)\.sql$} } glob('sql/*.sql');
	push @t, map { 'isolation:' . basename($_, '.spec') } glob('test/isolation/specs/*.spec');
	# those that look for crashes and leaks take long and know no right answer
	push @t, glob('test/pgtap/*.sql'), grep { !m{/(?:fuzz|fault|leak|torture|citus|pg_upgrade|cancel.*)\.\w+$} }
		glob('test/tap/*.*');
	return @t;
}

# Whether a unit test has the object of that file linked to it, from its symbols, or includes it: once
my %linked;
sub is_linked
{
	my ($t, $file) = @_;
	(my $source = $t) =~ s{^build/(.*)}{test/$1.c};
	$linked{$t} ||= {map { $_ => 1 } `nm -a $t` =~ / a (\S+)$/mg,
		slurp($source) =~ m{^#include "\.\./\.\./src/num/.*/(\w+\.c)"}mg};
	return !%{$linked{$t}} || $linked{$t}{basename($file)};
}

my %noticed;    # file: test: how many mistakes in the file it has noticed, in earlier runs, too
my %sound;      # whether it passes on the tree as it is: asked when it has first noticed something
my $history = 'build/mutants-noticed.txt';
if (-e $history)
{
	my $known = slurp($history);
	while ($known =~ /^(\S+) (\S+) (\d+)$/mg) { $noticed{$1}{$2} = $3; }
}

sub order
{
	my ($m) = @_;
	my $stem = basename($m->{file});
	$stem =~ s/\.\w+$//;
	my $folder = $m->{area} eq 'sql' ? "sql/$stem" : dirname($m->{file});
	my @words = (split(/[_-]/, $stem), split(' ', $business{$folder} || ''));
	my (%rank, %often);
	for my $f (keys %noticed)
	{
		my $near = $f eq $m->{file} ? 30 : dirname($f) eq dirname($m->{file}) ? 2 : 0.5;
		$often{$_} += $near * $noticed{$f}{$_} for keys %{$noticed{$f}};
	}
	for my $t (all_tests())
	{
		my $hits = grep { length $_ > 1 && $t =~ /\Q$_\E/ } @words;
		my $unit = $t =~ m{^build/unit} ? 1000 : 0;
		$unit -= 30 if $t =~ /test_(?:kernel|glm_fits|fuzz)$/;    # they take long
		next if $unit && ($m->{area} ne 'num' || !is_linked($t, $m->{file}));
		$rank{$t} = $unit + 10 * $hits + ($often{$t} || 0)
			+ ($t =~ /^regress:(.*)/ ? 25 - (-s "sql/$1.sql") / 2000 : $t =~ m{/tap/} ? -50 : $t =~ /^iso/ ? -20 : 0);
		delete $rank{$t} if $env{SUITE} eq 'chapter' && !$hits && !$often{$t} && $unit <= 0;
		delete $rank{$t} if $env{SUITE} ne 'full' && $t =~ m{/tap/};
		delete $rank{$t} if exists $sound{$t} && !$sound{$t};
	}
	# only the whole of the regression tests looks at the SQLSTATE of errors
	$rank{'test/regress.sh'} = 500 if $m->{old} =~ /ERRCODE/ && ($sound{'test/regress.sh'} // 1);
	my @t = sort { $rank{$b} <=> $rank{$a} || $a cmp $b } keys %rank;
	return ([grep { m{^build/unit} } @t], [grep { !m{^build/unit} } @t]);
}

# ---- servers: one for each copy, for as long as nothing is left behind in it

my %server;    # number of the copy: the handle that ends its server when it is closed
sub start_server
{
	my ($j) = @_;
	close delete $server{$j} if $server{$j};
	unlink "$work/$j.env";
	open my $h, '|-', "cd '$work/$j' && L2REG_KILLS=1 L2REG_CONF='jit = off' exec bash test/cluster.sh bash -c '"
		. "env | grep -E \"^(PG|PATH|L2REG_TMP|LC_|TZ)\" >\"$work/$j.new\" && mv \"$work/$j.new\" \"$work/$j.env\"; cat >/dev/null'"
		or die "no server\n";
	$server{$j} = $h;
	for (1 .. 600) { return if -s "$work/$j.env"; select undef, undef, undef, 0.2; }
	die "the server of $work/$j does not start\n";
}

# Its settings, for the programs that are run from here on
sub use_server
{
	my ($j) = @_;
	my $settings = slurp("$work/$j.env");
	while ($settings =~ /^(\w+)=(.*)$/mg) { $ENV{$1} = $2; }
}

# Take away what tests have left; whether that was possible
sub is_clean
{
	my ($j) = @_;
	return 0 if !$server{$j};
	local %ENV = %ENV;
	use_server($j);
	spurt("$work/$j.clean", <<'END');
set -eu
q() { psql -XqAt -d postgres -v ON_ERROR_STOP=1 -c "$1"; }
for i in 1 2 3 4 5 6 7 8 9 10; do pg_isready -q && break; sleep 0.5; done
others="pg_stat_activity WHERE pid <> pg_backend_pid() AND backend_type IN ('client backend', 'parallel worker')"
for i in 1 2 3 4 5 6 7 8 9 10; do
	[ "$(q "SELECT count(pg_terminate_backend(pid)) FROM $others")" = 0 ] && break
	sleep 0.3
done
[ "$(q "SELECT count(*) FROM $others")" = 0 ]
for d in $(q "SELECT quote_ident(datname) FROM pg_database WHERE datname NOT IN ('postgres', 'template0', 'template1')"); do
	q "DROP DATABASE $d"
done
for r in $(q "SELECT quote_ident(rolname) FROM pg_roles WHERE rolname !~ '^(postgres|pg_.*)$'"); do
	q "DROP ROLE $r"
done
[ "$(q "SELECT count(*) FROM pg_extension WHERE extname <> 'plpgsql'")" = 0 ]
END
	return system('bash', '-c', "timeout 60 bash '$work/$j.clean' >'$work/$j.cleanlog' 2>&1 </dev/null") == 0;
}

# ---- one of them, in a copy; ends with "noticed TEST", "missed", "same" or "broken" in a file

# Put what was built where the server finds it; backends that run keep what they have
my $install = <<'END';
put() { cp "$1" "$2/$1.new" 2>/dev/null && mv "$2/$1.new" "$2/$1"; }
put l2reg.so "$L2REG_TMP/root$(pg_config --pkglibdir)" || exit 1
cd sql && for f in l2reg--*.sql; do put "$f" "$L2REG_TMP/root$(pg_config --sharedir)/extension" || exit 1; done
END

# While an extension is made nobody looks into the bodies of its functions
my $probe = <<'END';
createdb probe && psql -Xqd probe -v ON_ERROR_STOP=1 -c 'CREATE EXTENSION l2reg' -c "SELECT CASE l.lanname
	WHEN 'plpgsql' THEN plpgsql_validator(p.oid) ELSE fmgr_sql_validator(p.oid) END
	FROM pg_proc p JOIN pg_language l ON l.oid = p.prolang AND l.lanname IN ('plpgsql', 'sql')
	JOIN pg_depend d ON d.objid = p.oid AND d.classid = 'pg_proc'::regclass AND d.deptype = 'e'" ||
	{ echo broken >"$OUT"; exit; }
END

sub judge
{
	my ($j, $m, $out) = @_;
	my ($unit, $rest) = order($m);
	close $_ for values %server;    # they are the parent's, to end when it likes
	$ENV{WERROR} = 0;
	my $run = sub { return system('bash', '-c', "$_[0] >>'$out.log' 2>&1 </dev/null") };
	my $verdict = sub { spurt($out, "$_[0]\n"); POSIX::_exit(0) };
	my $units = sub
	{
		my ($copy, $make, @tests) = @_;
		my $object = $m->{file};
		my @text = @{$lines{$m->{file}}};
		chdir $copy or die "$copy: $!\n";
		$text[$m->{line}] = $m->{new};
		spurt($m->{file}, join '', @text);
		if ($object =~ s/\.c$/.o/)
		{
			rename $object, "$object.was";
			$verdict->('broken') if $run->("$make '$object'");
			$verdict->('same') if system('cmp', '-s', $object, "$object.was") == 0;
		}
		for my $t (@tests)
		{
			$verdict->('broken') if $run->("$make $t");
			$verdict->("noticed $t") if $run->("ASAN_OPTIONS=detect_leaks=0 timeout $unit_timeout prove -Q --exec '' $t");
		}
	};

	$units->("$work/$j", 'make -s', @$unit);
	if (@$unit)
	{
		# of the long ones there are enough rounds without it
		$units->("$work/$j.sanitized", 'make -s SANITIZE=1', grep { !m{/test_(?:glm_fits|fuzz)$} } @$unit);
		chdir "$work/$j";
	}
	$verdict->('missed') if $env{SUITE} eq 'unit';
	use_server($j);
	$verdict->('broken') if $run->("make -s all && { $install }");
	@ENV{qw(OUT TIMEOUT)} = ($out, $timeout);
	spurt("$out.sh", ($m->{area} eq 'sql' ? $probe : '') . script_of(@$rest));
	my $failed = $run->("bash '$out.sh'");
	$verdict->($failed ? 'noticed server' : 'missed') if !-e $out;
	POSIX::_exit(0);
}

# What runs tests in a server until one fails; regression tests that follow each other make one run of the
# server's tool, with sql/setup.sql, which makes the extension
sub script_of
{
	my @t = @_;
	for my $i (reverse 1 .. $#t)
	{
		next if $i % 4 == 0 || $t[$i] !~ /^regress:/ || $t[$i - 1] !~ /^regress:/;
		$t[$i - 1] .= substr($t[$i], 7) =~ s/^:/ /r;
		splice @t, $i, 1;
	}
	s/^regress:(?!setup$)/regress:setup / for @t;
	return <<'END' . join("\n", @t) . "\nEND\n";
log=$L2REG_TMP/tests
mkdir -p "$L2REG_TMP/r"
while read -r t; do
	case $t in
	regress:*) set -- make -s installcheck "REGRESS=${t#*:}" ISOLATION= REGRESS_OUTPUT="$L2REG_TMP/r" ;;
	isolation:*) set -- make -s installcheck REGRESS= ISOLATION="${t#*:}" REGRESS_OUTPUT="$L2REG_TMP/r" ;;
	*) rm -rf "$L2REG_TMP/regress"; set -- prove -Q --exec 'bash test/lib/one.sh' "$t" ;;
	esac
	case $t in *.*) seconds=$TIMEOUT ;; *) seconds=$((TIMEOUT / 4)) ;; esac
	if ! timeout "$seconds" "$@" >"$log" 2>&1 </dev/null; then
		tail -n 60 "$log"
		case $t in
		regress:*)
			which=$(sed -nE 's/^test +(\w+) +\.\.\. FAILED.*/\1/p; s/^not ok [0-9]+ +[-+] (\w+) .*/\1/p' "$log" | head -n 1)
			t=regress:${which:-setup} ;;
		esac
		echo "noticed $t" >"$OUT"
		exit
	fi
done <<'END'
END
}

# Whether a test passes in a copy that has no mistake in it
sub is_sound
{
	my ($j, $t) = @_;
	return 1 if $t =~ m{^build/unit} || $t eq 'server';
	if (!exists $sound{$t})
	{
		start_server($j) if !is_clean($j);
		local %ENV = %ENV;
		use_server($j);
		@ENV{qw(OUT TIMEOUT WERROR)} = ("$work/sound", $timeout, 0);
		unlink "$work/sound";
		spurt("$work/sound.sh", script_of($t));
		system('bash', '-c', "cd '$work/$j' && make -s all && ( $install ) && bash '$work/sound.sh' >'$work/sound.log' 2>&1 </dev/null");
		$sound{$t} = !-e "$work/sound";
		print "$t fails without a mistake: left out\n" if !$sound{$t};
	}
	return $sound{$t};
}

# Undo it: the next one finds the tree as it was
sub restore
{
	my ($copy, $m) = @_;
	for my $c (grep { -d $_ } $copy, "$copy.sanitized")
	{
		(my $object = "$c/$m->{file}") =~ s/\.c$/.o/;
		spurt("$c/$m->{file}", join '', @{$lines{$m->{file}}});
		next if !-e "$object.was";
		rename "$object.was", $object;
		utime undef, undef, $object;
	}
}

# ---- all

my @areas = split ' ', $env{AREAS};
my (%running, @free, @result, %tried);
my @again = $env{AGAIN} ? again(slurp($env{AGAIN})) : ();
$env{N} = @again if @again;
my ($began, $made, $number) = (time, 0, 0);

# Ctrl-C ends what is under way, too: each has a group of its own
$SIG{INT} = $SIG{TERM} = sub { kill 'TERM', map { -$_ } keys %running; exit 1 };
system('rm', '-rf', $work) == 0 or die "cannot remove $work\n";
for my $j (1 .. $env{JOBS})
{
	system('bash', '-c', "mkdir -p '$work' && mkdir '$work/$j' && tar cf - --exclude=./.git --exclude=./build/mutants . | tar xf - -C '$work/$j'")
		== 0 or die "cannot copy the tree\n";
	push @free, $j;
}
if (grep { $_ eq 'num' || m{src/num/} } @areas, map { $_->{area} } @again)
{
	system('bash', '-c', "cp -a '$work/1' '$work/1.sanitized' && make -s -j$env{JOBS} -C '$work/1.sanitized' unit-build SANITIZE=1"
		. " WERROR=0 && for j in \$(seq 2 $env{JOBS}); do cp -a '$work/1.sanitized' '$work/'\$j.sanitized; done") == 0
		or die "cannot build the unit tests with AddressSanitizer\n";
}
while (1)
{
	while (@free && $made < $env{N} && (!$env{MINUTES} || time - $began < 60 * $env{MINUTES}))
	{
		my $m = shift @again || pick($areas[$made % @areas]);
		next if !$m->{out} && $tried{"$m->{file} $m->{line} $m->{new}"}++;
		$made++;
		my $j = shift @free;
		$m->{out} = "$work/mistake." . ++$number;
		start_server($j) if $env{SUITE} ne 'unit' && !is_clean($j);
		order($m) if !%linked;
		my $pid = fork();
		if ($pid == 0) { $SIG{INT} = $SIG{TERM} = 'DEFAULT'; setpgrp(0, 0); judge($j, $m, $m->{out}); }
		$running{$pid} = [$j, $m];
	}
	last if !%running;
	my $pid = waitpid(-1, 0);
	next if !$running{$pid};    # a server that ended
	my ($j, $m) = @{delete $running{$pid}};
	push @free, $j;
	restore("$work/$j", $m);
	my $says = -e $m->{out} ? slurp($m->{out}) : "broken\n";
	chomp $says;
	(my $old = $m->{old}) =~ s/^\s+|\s+$//g;
	(my $new = $m->{new}) =~ s/^\s+|\s+$//g;
	$says = 'known' if $says eq 'missed' && $equivalent{"$old\n$new"};
	if ($says =~ /^noticed (.*)/)
	{
		my $t = $1;
		# a test that starts servers or alters settings may have left them
		close delete $server{$j} if $t =~ m{/tap/} && $server{$j};
		if (!is_sound($j, $t))
		{
			unlink $m->{out};
			$made--;
			push @again, $m;
			next;
		}
		$noticed{$m->{file}}{$t}++;
	}
	$made-- if $says eq 'broken' || $says eq 'same';
	$m->{says} = $says;
	push @result, $m;
	printf "%-28s %s:%d: %s -> %s\n", $says, $m->{file}, $m->{line} + 1, $old, $new;
	$| = 1;
}

# ---- the report

my (%seen, %all);
for my $m (@result)
{
	next if $m->{says} !~ /^(?:noticed|missed)/;
	my $folder = dirname($m->{file});
	for my $k ($folder, " $m->{area}")
	{
		$all{$k}++;
		$seen{$k} += $m->{says} =~ /^noticed/;
	}
}
print "\nNot noticed, SEED=$env{SEED}:\n\n" if grep { $_->{says} eq 'missed' } @result;
for my $m (grep { $_->{says} eq 'missed' } @result)
{
	printf "--- %s\n+++ %s\n@@ -%d +%d @@\n-%s+%s", $m->{file}, $m->{file}, $m->{line} + 1, $m->{line} + 1, $m->{old}, $m->{new};
}
spurt($history, join '', "Which tests noticed mistakes in which files, and how many: mutants.pl runs those first, and adds to it.\n",
	map { my $f = $_; map { "$f $_ $noticed{$f}{$_}\n" } sort keys %{$noticed{$f}} } sort keys %noticed);
print "\n";
printf "%-20s %3d of %3d noticed, %3.0f %%\n", $_, $seen{$_}, $all{$_}, 100 * $seen{$_} / $all{$_} for sort keys %all;
exit 0;
