#!/usr/bin/perl
#
# mutants.pl: makes random single mistakes in the sources, and tells which of them no test notices.
#
#   N=100        mistakes to judge, a third each in src/num, the rest of src, and sql/install
#   SEED=1       which ones: the same seed on the same tree makes the same mistakes
#   JOBS=2       at a time, each in a copy of the tree in build/mutants
#   AREAS=...    of num, src and sql: only those
#   MINUTES=0    start no further ones after so long; 0: no limit
#   SUITE=full   chapter: only the tests whose names have to do with the file, for a quick look
#
# Called by make mutants on a built tree.  A mistake that does not compile or install, or makes the same
# object file, does not count, nor does one that test/mutants/equivalent.txt lists as no mistake.  The unit
# tests come first, then those of the chapter, then those that have noticed others, then the rest,
# until one fails.  What is noticed by none is printed as a diff, with the score of each area.
use strict;
use warnings;
use Cwd qw(getcwd);
use File::Basename qw(basename dirname);
use POSIX qw(:sys_wait_h);

my %env = (N => 100, SEED => 1, JOBS => 2, AREAS => 'num src sql', MINUTES => 0, SUITE => 'full');
$env{$_} = $ENV{$_} || $env{$_} for keys %env;
my $top = getcwd;
my $work = "$top/build/mutants";
my $timeout = 600;    # seconds a test may take: a loop without an end is noticed, too

# Of which tests a folder, or a file, is the business, besides those that are named like its files
my %business = (
	'src/base'     => 'input rolling memory record combine',
	'src/diagnose' => 'diagnose drift summary class_score robust term second inference',
	'src/fit'      => 'fit cv path select rolling elastic gradient follow evidence relax group',
	'src/glm'      => 'logistic glm path progress group relax multinomial columns',
	'src/gram'     => 'gram combine product equality record',
	'src/model'    => 'model text vcov binary',
	'src/named'    => 'named follow live schedule formula',
	'src/options'  => 'notices fit named formula defaults',
	'src/predict'  => 'explain record fit export interval second',
	'src/record'   => 'record term formula named',
	'src/report'   => 'report',
	'src/score'    => 'score class_score encoding',
	'src/num/glm'     => 'logistic glm dropout families multinomial',
	'src/num/kernel'  => 'kernel moments gram',
	'src/num/linalg'  => 'components covariance gram inference status',
	'src/num/moments' => 'kernel gram combine rolling kfold',
	'src/num/solve'   => 'status elastic ridge path select gradient cv kfold',
	'src/num/stats'   => 'inference summary robust diagnose score',
	'sql/class-score' => 'score',
	'sql/drift-named' => 'explain named_calls drift second',
	'sql/follow'      => 'live refresh',
	'sql/forms'       => 'surface record',
	'sql/margins'     => 'term named_calls diagnose inference',
	'sql/model'       => 'equality named',
	'sql/models'      => 'named',
	'sql/notices'     => 'model gram',
	'sql/report'      => 'named_calls multinomial labels second',
	'sql/schedule'    => 'named',
	'sql/spellings'   => 'surface',
	'sql/train'       => 'named formula fit notices second follow surface');

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
	my ($line, $sql) = @_;
	my $code = code_of($line, $sql);
	my @m;

	if (!$sql)
	{
		push @m, map { [$-[1], length $1, $_] } @{$swap{$1}}
			while $code =~ / (<=|>=|==|!=|&&|\|\||\+=|-=|\|=|&=|[<>+*\/-]) /g && ($-[1], 1)[1];
		push @m, [$-[1], length $1, $word{$1}] while $code =~ /\b(fmax|fmin|Max|Min|true|false|continue)\b/g;
		while ($code =~ /(?<![\w.])(\d+)(?![\w.])/g) { push @m, [$-[1], length $1, $1 == 0 ? 1 : $1 + 1]; }
		while ($code =~ /(?<![\w.])(\d+\.\d+(?:e-?\d+)?|\d+e-?\d+)(?![\w.])/g)
		{
			push @m, [$-[1], length $1, $1 == 0 ? '1.0' : "(2.0 * $1)"];
		}
		while ($code =~ /!(?=[\w(])/g) { push @m, [$-[0], 1, '']; }
		if ($code =~ /^\s*(?:else )?if \((.*)\)\s*$/)
		{
			push @m, [$-[1], length $1, "0 && ($1)"] if substr($line, $-[1], length $1) eq $1;
		}
		push @m, [$-[1], length $1, ';'] if $code =~ /^\t+((?:\(void\) )?\w+\([^;]*\);)\s*$/;
		push @m, [$-[1], length $1, ';'] if $code =~ /^\t+([\w.>\[\]-]+ (?:[-+|&*]?=) [^;{]*;)\s*$/;
		while ($code =~ /\b\w+\((\w+), (\w+)\)/g)
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
		push @m, map { [$-[1], length $1, $_] }
			($1 eq '=' ? '<>' : $1 eq '<>' ? '=' : $1 eq '<' ? ('<=', '>') : ('>=', '<'))
			while $code =~ / (=|<>|<|>) /g && ($-[1], 1)[1];
		push @m, [$-[1], 3, 'OR '] while $code =~ /\b(AND)\b/g;
		push @m, [$-[1], 2, 'AND'] while $code =~ /\b(OR)\b(?! REPLACE)/g;
		push @m, [$-[1], length $1, ''] while $code =~ /\b(NOT )(?!NULL|IN\b|EXISTS VALID)/g;
		# a function's rows come in the order of their ordinality anyway
		push @m, [$-[1], length $1, ''] if $code =~ /\b(ORDER BY [^()]*?)(?=\)|;|$)/ && $code !~ /WITH ORDINALITY/;
		push @m, [$-[1], length $1, ''] if $code =~ /^\s+(AND [^()]*(?:\([^()]*\)[^()]*)*?)(;?\s*)$/ && $1 !~ /BETWEEN/;
		push @m, [$-[1], length $1, 'false'] if $code =~ /\b(?:IF|ELSIF) (.*) THEN\s*$/;
		push @m, [$-[1], length $1, 'NULL;'] if $code =~ /^\s+(PERFORM [^;]*;)\s*$/;
		push @m, [$-[1], length $1, ''] if $code =~ /^((?:GRANT|REVOKE)\b.*;)\s*$/;
		push @m, [$-[1], length $1, $1 eq 'true' ? 'false' : 'true'] while $code =~ /\b(true|false)\b/g;
		push @m, [$-[1], length $1, $1 eq 'ASC' ? 'DESC' : ''] while $code =~ /\b(ASC|DESC)\b/g;
		push @m, [$-[1], length $1, $1 == 0 ? 1 : $1 + 1] while $code =~ /(?<![\w.\$'])(?<!SSPACE = )(\d+)(?![\w.'])/g;
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
	return 0 if $inside;
	return 1;
}

sub files_of
{
	my ($area) = @_;
	my @f = $area eq 'num' ? glob('src/num/*/*.c') : $area eq 'src' ? grep { !m{^src/num/} } glob('src/*/*.c')
		: glob('sql/install/*.sql');
	return sort @f;
}

my (%lines, %equivalent);
if (-e 'test/mutants/equivalent.txt')
{
	my $known = slurp('test/mutants/equivalent.txt');
	while ($known =~ /^- (.*)\n\+ (.*)\n/mg) { $equivalent{"$1\n$2"} = 1; }
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
			my ($inside, $sql) = (0, $area eq 'sql');
			$lines{$f} = [split /^/, slurp($f)];
			for my $i (0 .. $#{$lines{$f}})
			{
				my $l = $lines{$f}[$i];
				push @{$sites{$area}}, [$f, $i] if is_code($l, $sql, $inside) && mistakes($l, $sql);
				$inside = 1 if $l =~ m{/\*(?!.*\*/)} || $sql && $l =~ /^COMMENT ON\b/;
				$inside = 0 if $l =~ m{\*/} || $sql && $l =~ /;\s*$/;
			}
		}
	}
	my ($f, $i) = @{$sites{$area}[draw(scalar @{$sites{$area}})]};
	my @m = mistakes($lines{$f}[$i], $area eq 'sql');
	my ($at, $len, $text) = @{$m[draw(scalar @m)]};
	my $new = $lines{$f}[$i];
	substr($new, $at, $len) = $text;
	return {area => $area, file => $f, line => $i, old => $lines{$f}[$i], new => $new};
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

my %noticed;    # test: how many it has noticed
my %sound;      # whether it passes on the tree as it is: asked when it has first noticed something
sub order
{
	my ($m) = @_;
	my $stem = basename($m->{file});
	$stem =~ s/\.\w+$//;
	my $folder = $m->{area} eq 'sql' ? "sql/$stem" : dirname($m->{file});
	my @words = (split(/[_-]/, $stem), split(' ', $business{$folder} || ''));
	my %rank;
	for my $t (all_tests())
	{
		my $hits = grep { length $_ > 1 && $t =~ /\Q$_\E/ } @words;
		my $unit = $t =~ m{^build/unit} ? 1000 : 0;
		next if $unit && $m->{area} ne 'num';
		$rank{$t} = $unit + 10 * $hits + ($noticed{$t} || 0) + ($t =~ /^regress/ ? 5 : $t =~ m{/tap/} ? -5 : 0);
		delete $rank{$t} if $env{SUITE} eq 'chapter' && !$hits && $unit <= 0;
		delete $rank{$t} if exists $sound{$t} && !$sound{$t};
	}
	# only the whole of the regression tests looks at the SQLSTATE of errors
	$rank{'test/regress.sh'} = 500 if $m->{old} =~ /ERRCODE/ && ($sound{'test/regress.sh'} // 1);
	my @t = sort { $rank{$b} <=> $rank{$a} || $a cmp $b } keys %rank;
	return ([grep { m{^build/unit} } @t], [grep { !m{^build/unit} } @t]);
}

# ---- one of them, in a copy; ends with "noticed TEST", "missed", "same" or "broken" in a file

sub judge
{
	my ($copy, $m, $out) = @_;
	my ($unit, $rest) = order($m);
	my $object = $m->{file};
	chdir $copy or die "$copy: $!\n";
	$ENV{WERROR} = 0;
	my $run = sub { return system('bash', '-c', "$_[0] >>'$out.log' 2>&1 </dev/null") };
	my $verdict = sub { spurt($out, "$_[0]\n"); POSIX::_exit(0) };

	my @text = @{$lines{$m->{file}}};
	$text[$m->{line}] = $m->{new};
	spurt($m->{file}, join '', @text);
	if ($object =~ s/\.c$/.o/)
	{
		rename $object, "$object.was";
		$verdict->('broken') if $run->("make -s '$object'");
		$verdict->('same') if system('cmp', '-s', $object, "$object.was") == 0;
	}
	# Only src/num is linked to the unit tests
	for my $t ($m->{area} eq 'num' ? @$unit : ())
	{
		$verdict->('broken') if $run->("make -s $t");
		$verdict->("noticed $t") if $run->("timeout $timeout prove -Q --exec '' $t");
	}
	$verdict->('broken') if $run->('make -s all');
	@ENV{qw(OUT TIMEOUT)} = ($out, $timeout);
	spurt("$out.sh", script_of(@$rest));
	my $failed = $run->("bash test/cluster.sh bash '$out.sh'");
	$verdict->($failed ? 'noticed server' : 'missed') if !-e $out;
	POSIX::_exit(0);
}

# What runs tests in a server until one fails
sub script_of
{
	return <<'END' . join("\n", @_) . "\nEND\n";
createdb probe && psql -Xqd probe -v ON_ERROR_STOP=1 -c 'CREATE EXTENSION l2reg' || { echo broken >"$OUT"; exit; }
while read -r t; do
	case $t in
	regress:*) set -- make -s installcheck "REGRESS=setup ${t#*:}" ISOLATION= REGRESS_OUTPUT="$L2REG_TMP/r" ;;
	isolation:*) set -- make -s installcheck REGRESS= ISOLATION="${t#*:}" REGRESS_OUTPUT="$L2REG_TMP/r" ;;
	*) set -- prove -Q --exec 'bash test/lib/one.sh' "$t" ;;
	esac
	mkdir -p "$L2REG_TMP/r"
	timeout "$TIMEOUT" "$@" </dev/null || { echo "noticed $t" >"$OUT"; exit; }
done <<'END'
END
}

# Whether a test passes in a copy that has no mistake in it
sub is_sound
{
	my ($copy, $t) = @_;
	return 1 if $t =~ m{^build/unit} || $t eq 'server';
	if (!exists $sound{$t})
	{
		local @ENV{qw(OUT TIMEOUT WERROR)} = ("$work/sound", $timeout, 0);
		unlink "$work/sound";
		spurt("$work/sound.sh", script_of($t));
		system('bash', '-c', "cd '$copy' && make -s all && bash test/cluster.sh bash '$work/sound.sh' >'$work/sound.log' 2>&1 </dev/null");
		$sound{$t} = !-e "$work/sound";
		print "$t fails without a mistake: left out\n" if !$sound{$t};
	}
	return $sound{$t};
}

# Undo it: the next one finds the tree as it was
sub restore
{
	my ($copy, $m) = @_;
	(my $object = "$copy/$m->{file}") =~ s/\.c$/.o/;
	spurt("$copy/$m->{file}", join '', @{$lines{$m->{file}}});
	if (-e "$object.was")
	{
		rename "$object.was", $object;
		utime undef, undef, $object;
	}
}

# ---- all

my @areas = split ' ', $env{AREAS};
my (%running, @free, @again, @result, %tried);
my ($began, $made, $number) = (time, 0, 0);

system('rm', '-rf', $work) == 0 or die "cannot remove $work\n";
for my $j (1 .. $env{JOBS})
{
	system('bash', '-c', "mkdir -p '$work' && mkdir '$work/$j' && tar cf - --exclude=./.git --exclude=./build/mutants . | tar xf - -C '$work/$j'")
		== 0 or die "cannot copy the tree\n";
	push @free, $j;
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
		my $pid = fork();
		judge("$work/$j", $m, $m->{out}) if $pid == 0;
		$running{$pid} = [$j, $m];
	}
	last if !%running;
	my $pid = waitpid(-1, 0);
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
		if (!is_sound("$work/$j", $t))
		{
			unlink $m->{out};
			$made--;
			push @again, $m;
			next;
		}
		$noticed{$t}++;
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
print "\n";
printf "%-20s %3d of %3d noticed, %3.0f %%\n", $_, $seen{$_}, $all{$_}, 100 * $seen{$_} / $all{$_} for sort keys %all;
exit 0;
