#!/usr/bin/perl
#
# readme.pl: every SQL block of the README, and of the chapters in docs/guide, runs in order without an error,
# and prints what the block behind it shows, where there is one.
#
# Each page is pasted into an empty database of its own.  A block that begins with ```sql NAME needs the
# extension NAME and is left out where the server cannot have it; L2REG_CONF="shared_preload_libraries = NAME"
# preloads it. A line "..." in a shown result stands for any lines.

use strict;
use warnings;

chdir "$1" if $0 =~ m{^(.*)/test/tap/};
# Whether the server can have that extension: installed, and preloaded if it must be
my %usable;
sub usable
{
    my ($name) = @_;
    $usable{$name} //= system("psql -Xq -d readme -c 'BEGIN; CREATE EXTENSION $name; ROLLBACK' >/dev/null 2>&1") == 0 ? 1 : 0;
    return $usable{$name};
}

# [line, code, result shown, extension it needs] for each SQL block
sub blocks
{
    my ($file) = @_;
    my (@blocks, $kind, $text, $start, $ended, $needs);
    open my $in, '<', $file or die "$file: $!";
    while (my $line = <$in>) {
        if ($line =~ /^```(\w*) ?(\w*)/ && !defined $kind) {
            ($kind, $needs, $text, $start) = ($1, $2, '', $.);
        } elsif ($line =~ /^```/) {
            if ($kind eq 'sql') { push @blocks, [$start, $text, undef, $needs] }
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

for my $file ('README.md', sort glob 'docs/guide/*.md') {
    my $db = 'readme';
    system("dropdb --if-exists $db 2>/dev/null; createdb $db") == 0 or die "createdb failed\n";
    my $script = "$ENV{L2REG_TMP}/readme.sql";
    my @blocks = blocks($file);
    for my $missing (grep { $_->[3] ne '' && !usable($_->[3]) } @blocks) {
        $n++;
        print "ok $n # SKIP $file, line $missing->[0]: extension $missing->[3] is not to be had\n";
    }
    @blocks = grep { $_->[3] eq '' || usable($_->[3]) } @blocks;
    open my $out, '>', $script or die $!;
    print $out "SET client_min_messages = notice;\n\\set QUIET on\n";
    print $out "\\pset footer off\n";
    print $out "\\echo \@\@$_\n$blocks[$_][1]\n" for 0 .. $#blocks;
    print $out "\\echo \@\@end\n";
    close $out;
    my $got = `PGOPTIONS='-c timezone=UTC' psql -X -q -d $db -f $script 2>&1`;
    $got =~ s/^psql:\S+:\d+: //mg;
    my %part;
    for my $p (split /^\@\@/m, $got) {
        $part{$1} = $2 if $p =~ /\A(\d+)\n(.*)\z/s;
    }
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
