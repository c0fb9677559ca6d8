# The shared library as a guest in the backend: what it exports, what it pulls in, that it starts
# no thread, and that numpy in PL/Python, with an OpenBLAS of its own, gets on with it.

use strict;
use warnings;
use Test::More;

my $library = "$ENV{L2REG_TMP}/root" . (`"$ENV{PG_CONFIG}" --pkglibdir` =~ s/\n//r) . '/l2reg.so';

# psql SQL...: the last line of what one session says
sub psql
{
	open my $p, '-|', qw(psql -XqAt -v ON_ERROR_STOP=1), map { ('-c', $_) } @_ or die $!;
	chomp(my @out = <$p>);
	return close($p) ? ($out[-1] // '') : "psql failed: $?";
}

# ---- the file

my %exported = map { $_ => 1 } `nm -D --defined-only '$library'` =~ /^\S+ [A-Z] (\w+)$/mg;
my @strangers =
  grep { !/^(?:pg_finfo_|Pg_magic_func$|_PG_init$)/ && !$exported{"pg_finfo_$_"} } sort keys %exported;
is("@strangers", '', 'exports the SQL functions and nothing else');

SKIP:
{
	skip 'built with BLAS_LIBS or sanitizers', 1 if $ENV{BLAS_LIBS} || ($ENV{SANITIZE} // 0) eq '1';
	my @needed = grep { !/^(?:libc|libm|ld-linux.*|libgcc_s)\.so/ }
	  `objdump -p '$library'` =~ /^\s*NEEDED\s+(\S+)/mg;
	is("@needed", '', 'needs no other library at run time');
}

# ---- the backend

is(psql('SET client_min_messages = warning', 'CREATE EXTENSION IF NOT EXISTS l2reg', 'SELECT 1'), 1, 'the extension loads');

# 200 columns: enough for a threaded BLAS to spread out
my $fit = 'SELECT l2_coef(ridge_fit(cos(i), x, 0.1)) IS NOT NULL FROM generate_series(1, 500) AS i, '
  . 'LATERAL (SELECT array_agg(sin(i * j)) AS x FROM generate_series(1, 200) AS j) AS r';
my $threads = q{SELECT substring(pg_read_file('/proc/self/status') FROM 'Threads:\s+(\d+)')};

SKIP:
{
	skip 'no /proc', 1 unless -r '/proc/self/status';
	is(psql($fit, $threads), 1, 'one thread after a fit');
}

SKIP:
{
	my $why = 'PL/Python is not installed';
	my $there = psql(q{SELECT count(*) FROM pg_available_extensions WHERE name = 'plpython3u'});
	if ($there eq '1')
	{
		psql('SET client_min_messages = warning', 'CREATE EXTENSION IF NOT EXISTS plpython3u');
		$why = 'numpy is not installed';
		$there = psql(q{DO $$
import importlib.util
plpy.execute("SET l2test.numpy = '%d'" % (importlib.util.find_spec('numpy') is not None))
$$ LANGUAGE plpython3u}, q{SELECT current_setting('l2test.numpy')});
	}
	skip $why, 2 unless $there eq '1';

	my $numpy = q{DO $$
import numpy
a = numpy.ones((300, 300)) + 299 * numpy.eye(300)
b = numpy.linalg.solve(a, a @ numpy.arange(300.0))
assert abs(b - numpy.arange(300.0)).max() < 1e-9 and abs(numpy.linalg.eigvalsh(a)[0] - 299) < 1e-9
$$ LANGUAGE plpython3u};
	is(psql($fit, $numpy, $fit), 't', 'numpy works after l2reg');
	is(psql($numpy, $fit, $numpy, $fit), 't', 'l2reg works after numpy');
}

done_testing();
