#!/usr/bin/perl
#
# fastpath.pl: every function that takes a model's table, or asks for the types of its arguments, called by
# the message for function calls of the protocol, which no expression comes with: names that are models,
# tables and nothing, NULLs. A result or an error of the user's kind, in a session that goes on.

use strict;
use warnings;
use IO::Handle;
use Socket;
use Test::More;

# ---- the protocol, as far as it is needed

my $s;
socket($s, PF_UNIX, SOCK_STREAM, 0) && connect($s, sockaddr_un("$ENV{PGHOST}/.s.PGSQL.$ENV{PGPORT}")) or die "connect: $!";
binmode $s;
$s->autoflush(1);

sub receive
{
	my ($n) = @_;
	my $bytes = '';
	while (length $bytes < $n)
	{
		sysread($s, $bytes, $n - length $bytes, length $bytes) or die "the server ended the session\n";
	}
	return $bytes;
}

# Until the server is ready: rows, values of functions, and the code and text of an error
sub answer
{
	my (@rows, $value, $code, $text);
	while (1)
	{
		my ($type, $length) = unpack 'aN', receive(5);
		my $body = receive($length - 4);
		if ($type eq 'D')
		{
			my ($n, $rest) = unpack 'na*', $body;
			my @row;
			for (1 .. $n)
			{
				(my $len, $rest) = unpack 'Na*', $rest;
				push @row, $len == 0xFFFFFFFF ? undef : substr $rest, 0, $len, '';
			}
			push @rows, \@row;
		}
		elsif ($type eq 'V') { $value = 1 }
		elsif ($type eq 'E')
		{
			my %field = map { substr($_, 0, 1) => substr($_, 1) } grep { length } split /\0/, $body;
			($code, $text) = @field{qw(C M)};
		}
		elsif ($type eq 'Z') { return { rows => \@rows, value => $value, code => $code, text => $text } }
	}
}

sub query
{
	my ($sql) = @_;
	syswrite $s, pack 'aNa*', 'Q', 5 + length $sql, "$sql\0";
	return answer();
}

# Arguments are text; undef for NULL
sub call
{
	my ($oid, @arguments) = @_;
	my $body = pack 'Nnn', $oid, 0, scalar @arguments;
	$body .= defined $_ ? pack 'Na*', length $_, $_ : pack 'N', 0xFFFFFFFF for @arguments;
	$body .= pack 'n', 0;
	syswrite $s, pack 'aNa*', 'F', 4 + length $body, $body;
	return answer();
}

sub must
{
	my ($sql) = @_;
	my $a = query($sql);
	die "$sql: $a->{text}\n" if $a->{code};
	return $a->{rows};
}

my $startup = "user\0$ENV{PGUSER}\0database\0$ENV{PGDATABASE}\0\0";
syswrite $s, pack 'NNa*', 8 + length $startup, 196608, $startup;
answer();

# ---- the functions

must('SET client_min_messages = error');
must('CREATE EXTENSION IF NOT EXISTS l2reg');
must('CREATE SCHEMA fastpath');
must('SET search_path = fastpath, public');
must('CREATE TABLE source AS SELECT i::float8 AS x, i * 3 % 7 + i AS y, i * interval \'1 day\' + timestamp \'2024-01-01\' AS t FROM generate_series(1, 30) i');
must(q(SELECT l2_train('live', 'source', 'y ~ x', 'ridge', 1, '{"refresh": "live"}')));
must(q(SELECT l2_train('buckets', 'source', 'y ~ x', 'ridge', 1, '{"refresh": "buckets", "time_column": "t", "bucket": "day"}')));
must(q(SELECT l2_train('plain', 'source', 'y ~ x')));
my ($start) = @{must('SELECT pg_postmaster_start_time()')->[0]};
my $functions = must(<<'SQL');
SELECT p.oid, p.oid::regprocedure, p.pronargs, coalesce((SELECT string_agg(t::regtype::text, ';' ORDER BY i) FROM unnest(p.proargtypes) WITH ORDINALITY u(t, i)), '')
FROM pg_proc p JOIN pg_depend d ON d.classid = 'pg_proc'::regclass AND d.objid = p.oid AND d.deptype = 'e' JOIN pg_extension e ON e.oid = d.refobjid
WHERE e.extname = 'l2reg' AND p.prokind = 'f' AND NOT p.proretset AND p.prorettype <> ALL ('{trigger,internal}'::regtype[])
  AND NOT 'internal'::regtype = ANY (p.proargtypes::oid[])
ORDER BY 2
SQL
my ($model) = @{must('SELECT l2_get(\'plain\')')->[0]};
my ($gram) = @{must('SELECT l2_gram_cols(y, x) FROM source')->[0]};
my %value = (
	'regclass' => 'fastpath.live', 'regclass[]' => '{fastpath.live}', 'text' => 'live', 'text[]' => '{x}', 'integer' => 1, 'bigint' => 1, 'double precision' => '1.5', 'double precision[]' => '{1}',
	'boolean' => 't', 'oid' => 1, 'jsonb' => '{}', 'json' => '{}', 'l2_options' => '{}', 'l2_model' => $model, 'l2_gram' => $gram, 'l2_gram[]' => undef, 'interval' => '1 day', 'date' => '2024-01-01', 'regtype' => 'float8', 'regtype[]' => '{float8}',
	'timestamp without time zone' => '2024-01-01', 'timestamp with time zone' => '2024-01-01', 'tid[]' => '{"(0,1)"}', 'timestamp without time zone[]' => '{2024-01-01}');
my ($calls, $regclass, $results, %seen, @internal) = (0, 0, 0);

sub attempt
{
	my ($oid, $name, @arguments) = @_;
	my $a;
	must('BEGIN');
	$a = eval { call($oid, @arguments) } // die "$name(" . join(', ', map { $_ // 'NULL' } @arguments) . "): $@";
	query('ROLLBACK');
	$calls++;
	$results++ if $a->{value};
	$seen{$a->{code} // 'a result'}++;
	push @internal, "$name(" . join(', ', map { $_ // 'NULL' } @arguments) . "): $a->{code} $a->{text}" if ($a->{code} // '') =~ /^XX/;
}

for my $f (@$functions)
{
	my ($oid, $name, $n, $types) = @$f;
	my @types = split /;/, $types;
	my @usual = map { $value{$_} } @types;
	my @tables = grep { $types[$_] eq 'regclass' } 0 .. $#types;
	attempt($oid, $name, @usual);
	attempt($oid, $name, (undef) x $n);
	$regclass++ if @tables;
	for my $table ($tables[0] // ())
	{
		for my $which ('fastpath.buckets', 'fastpath.plain', 'fastpath.source', 'fastpath.live_grams', 'pg_class', 'pg_class_oid_index', '0', '4294967295', undef)
		{
			attempt($oid, $name, map { $types[$_] eq 'regclass' ? $which : $usual[$_] } 0 .. $#types);
			# and with nothing else
			attempt($oid, $name, map { $types[$_] eq 'regclass' ? $which : undef } 0 .. $#types) if @types > 1;
		}
	}
	# one NULL at a time
	for my $null (0 .. $#types)
	{
		attempt($oid, $name, map { $_ == $null ? undef : $usual[$_] } 0 .. $#types) if @types > 1;
	}
}

cmp_ok($regclass, '>', 40, 'functions take the table of a model');
cmp_ok($calls, '>', 1000, 'calls were made');
cmp_ok($results, '>', 200, 'and many had a result');
is(join("\n", @internal), '', 'no error is internal') or diag(join "\n", @internal[0 .. ($#internal > 20 ? 20 : $#internal)]);
is(must('SELECT pg_postmaster_start_time()')->[0][0], $start, 'the server never ended');
is(must('SELECT count(*) FROM l2_models')->[0][0], 3, 'and the models are there');
diag(join ', ', map { "$seen{$_} $_" } sort keys %seen) if $ENV{FASTPATH_SHOW};
must('SELECT count(l2_drop(name)) FROM l2_models');
must('DROP SCHEMA fastpath CASCADE');
done_testing();
