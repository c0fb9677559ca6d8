#!/usr/bin/perl
#
# readme.pl: every SQL block of the README, and of the chapters in docs/guide, runs in order without an error, and
# prints what the block behind it shows, where there is one.
#
# The README is pasted into an empty database; a chapter has test/readme/NAME.sql before it, or else the
# house sales, ames.sql.
# A line "..." in a shown result stands for any lines.

use strict;
use warnings;

chdir "$1" if $0 =~ m{^(.*)/test/tap/};
my @documents = (['README.md', ''],
    map { my ($name) = m{([^/]+)\.md$}; [$_, -e "test/readme/$name.sql" ? "test/readme/$name.sql" : "test/readme/ames.sql"] } sort glob 'docs/guide/*.md');

# [line, code, result shown] for each SQL block
sub blocks
{
    my ($file) = @_;
    my (@blocks, $kind, $text, $start, $ended);
    open my $in, '<', $file or die "$file: $!";
    while (my $line = <$in>) {
        if ($line =~ /^```(\w*)/ && !defined $kind) {
            ($kind, $text, $start) = ($1, '', $.);
        } elsif ($line =~ /^```/) {
            if ($kind eq 'sql') { push @blocks, [$start, $text, undef] }
            elsif ($kind eq '' && @blocks && defined $ended && $start == $ended + 1) { $blocks[-1][2] = $text }
            ($kind, $ended) = (undef, $.);
        } elsif (defined $kind) {
            $text .= $line;
        }
    }
    return @blocks;
}

sub tidy
{
    my ($text) = @_;
    $text =~ s/[ \t]+$//mg;
    $text =~ s/^\(\d+ rows?\)\n//mg;
    $text =~ s/\n+/\n/g;
    $text =~ s/^\n//;
    return $text;
}

sub matches
{
    my ($got, $shown) = map { tidy($_) } @_;
    my $pattern = join '.*', map { quotemeta } split /^\.\.\.\n/m, $shown, -1;
    return $got =~ /\A$pattern\z/s ? 1 : 0;
}

my ($n, @report) = (0);
sub result
{
    my ($ok, $what, @why) = @_;
    $n++;
    print $ok ? "ok $n - $what\n" : "not ok $n - $what\n";
    unless ($ok) { print STDERR map { "# $_\n" } map { split /\n/ } @why }
}

for my $d (@documents) {
    my ($file, $setup) = @$d;
    my $db = 'readme';
    system("dropdb --if-exists $db 2>/dev/null; createdb $db") == 0 or die "createdb failed\n";
    my $script = "$ENV{L2REG_TMP}/readme.sql";
    my @blocks = blocks($file);
    open my $out, '>', $script or die $!;
    print $out "SET client_min_messages = notice;\n\\set QUIET on\n";
    print $out "CREATE EXTENSION l2reg;\n" if $setup;
    print $out "\\i $setup\n" if $setup;
    print $out "\\pset footer off\n";
    print $out "\\echo \@\@$_\n$blocks[$_][1]\n" for 0 .. $#blocks;
    print $out "\\echo \@\@end\n";
    close $out;
    my $got = `PGOPTIONS='-c timezone=UTC' psql -X -q -d $db -f $script 2>&1`;
    $got =~ s/^psql:\S+:\d+: //mg;
    my ($before, %part) = ('');
    for my $p (split /^\@\@/m, $got) {
        if ($p =~ /\A(\d+)\n(.*)\z/s) { $part{$1} = $2 }
        elsif ($p !~ /\Aend/) { $before = $p }
    }
    result($before !~ /ERROR/, "$file: what it needs is made", $before);
    for my $i (0 .. $#blocks) {
        my ($line, $code, $shown) = @{ $blocks[$i] };
        my $printed = $part{$i} // '';
        # what is for pg_cron cannot work here
        (my $errors = $printed) =~ s/^ERROR:  [^\n]*pg_cron[^\n]*\n(?:DETAIL|HINT|CONTEXT)?[^\n]*\n?//mg;
        if (defined $shown) {
            result(matches($printed, $shown), "$file, line $line: prints what is shown", "printed:", tidy($printed));
        } else {
            result($errors !~ /^ERROR/m, "$file, line $line: runs", $errors =~ /^(ERROR.*)/ms ? $1 : $errors);
        }
    }
    system("dropdb $db; dropdb --if-exists $db 2>/dev/null; psql -Xqc 'DROP ROLE IF EXISTS analyst' 2>/dev/null");
}
print "1..$n\n";
