# The version is written once, in the control file: what else states it must agree.

use strict;
use warnings;
use JSON::PP;
use Test::More;

sub slurp { open my $f, '<', $_[0] or die "$_[0]: $!"; local $/; return <$f> }

my ($version) = slurp('l2reg.control') =~ /^default_version\s*=\s*'([^']+)'/m;
like($version, qr/^\d+\.\d+\.\d+$/, "the control file has version $version");

my $meta = decode_json(slurp('META.json'));
is($meta->{name}, 'l2reg', 'META.json names the distribution');
is($meta->{version}, $version, 'META.json has the same version');
is($meta->{provides}{l2reg}{version}, $version, 'so has the extension in it');
is($meta->{provides}{l2reg}{file}, "sql/l2reg--$version.sql", 'and its file');
ok(-f $_, "$_ is there for earlier ones")
  for map { "sql/releases/l2reg--$_.sql" } grep { $_ ne $version && $_ !~ /^0/ } slurp('CHANGELOG.md') =~ /^## (\d+\.\d+\.\d+)/mg;
ok(-f $meta->{provides}{l2reg}{docfile}, 'the docfile it names exists');
like(slurp('CHANGELOG.md'), qr/^## (?:Unreleased|\Q$version\E\b)/m, 'the changelog has this version');

# make test says what is missing by itself, where there is no PostgreSQL yet
is(`MAKEFLAGS= make -n test PG_CONFIG=no-such-pg_config 2>&1 >/dev/null`, '', 'make test starts without an error line');

done_testing();
