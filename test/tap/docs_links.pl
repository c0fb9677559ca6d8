# Documents: every link leads somewhere, lines of prose and of SQL in README and docs are at most 120
# characters wide, the list by task has every function of the reference, and no document is out of reach of
# the README.

use strict;
use warnings;
use Test::More;
use File::Basename qw(dirname);

my @documents = split /\n/, `git ls-files '*.md' 2>/dev/null` || `find . -name '*.md' -not -path './build/*'`;
s{^\./}{} for @documents;
my (%text, %anchors, %reached);

# What a heading is called in links, as the usual hosts have it
sub anchor
{
    my ($heading) = @_;
    $heading =~ s/\[([^\]]*)\]\([^)]*\)/$1/g;
    $heading = lc $heading;
    $heading =~ s/[^\w\s-]//g;
    $heading =~ s/\s/-/g;
    return $heading;
}

sub path
{
    my ($from, $to) = @_;
    my @parts;
    for my $part (split m{/}, dirname($from) . "/$to") {
        if ($part eq '..') { pop @parts }
        elsif ($part ne '.' && $part ne '') { push @parts, $part }
    }
    return join '/', @parts;
}

for my $file (@documents) {
    open my $in, '<:encoding(UTF-8)', $file or next;
    my ($kind, @prose, @wide);
    while (my $line = <$in>) {
        chomp $line;
        if ($line =~ /^```(\w*)/) { $kind = defined $kind ? undef : $1; next }
        push @wide, "line $.: $line" if length $line > 120 && (defined $kind ? $kind eq 'sql' : $line !~ /^(\||    )/)
          # the result of an example, which the reference shows in the block of its statement
          && !($file =~ m{^docs/reference/} && $line =~ /^[ -]/);
        next if defined $kind;
        $anchors{$file}{anchor($1)} = 1 if $line =~ /^#+ (.*)/;
        $line =~ s/`[^`]*`//g;
        push @prose, $line;
    }
    $text{$file} = join "\n", @prose;
    # benchmarks.md is what a program measured
    next if $file !~ m{^(README|CONTRIBUTING|docs/.*)\.md$} || $file eq 'docs/benchmarks.md';
    ok(!@wide, "$file: lines are at most 120 characters wide") or diag map { "$_\n" } @wide;
}

my %links;
for my $file (sort keys %text) {
    my @dead;
    for my $link ($text{$file} =~ /\]\(([^)\s]+)\)/g) {
        next if $link =~ m{^\w+://|^mailto:};
        my ($to, $part) = $link =~ /^([^#]*)(?:#(.*))?$/;
        $to = $to eq '' ? $file : path($file, $to);
        push @dead, $link if !-e $to || (defined $part && !$anchors{$to}{$part});
        push @{ $links{$file} }, -d $to ? "$to/README.md" : $to;
    }
    ok(!@dead, "$file: its links lead somewhere") or diag map { "$_\n" } @dead;
}

my @next = ('README.md');
while (my $file = shift @next) {
    push @next, @{ $links{$file} || [] } unless $reached{$file}++;
}
cmp_ok(scalar(() = do { open my $in, '<', 'README.md' or die $!; <$in> }), '<=', 200, 'the README is at most 200 lines');

my @lost = grep { m{^docs/} && !$reached{$_} } sort keys %text;
ok(!@lost, 'the README leads to every page of docs') or diag map { "$_\n" } @lost;

my $tasks = do { open my $in, '<', 'docs/tasks.md' or die $!; local $/; <$in> };
my @functions = sort grep { /^\w+_\w+$/ } map { keys %{ $anchors{$_} } } grep { m{^docs/reference/[a-z]} } keys %text;
my @missing = grep { $tasks !~ /\b\Q$_\E\b/ } @functions;
ok(@functions > 100 && !@missing, 'docs/tasks.md has every function of the reference') or diag map { "$_\n" } @missing;

done_testing();
