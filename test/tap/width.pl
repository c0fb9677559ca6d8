# SQL is at most 110 columns wide, what is installed and what tests it: a statement is read, and its lines are
# compared in expected/*.out, where a terminal would break them.
#
# Two kinds of line are longer.  A command of psql, which begins with a backslash, ends with its line.  And
# what COPY reads is data, which has a line for each row.

use strict;
use warnings;
use Test::More;

sub wide
{
    my ($file) = @_;
    open my $f, '<:encoding(UTF-8)', $file or die "$file: $!";
    my ($data, @wide);
    while (my $line = <$f>)
    {
        chomp $line;
        if ($data) { $data = $line ne '\.'; next }
        $data = $line =~ /^COPY\b.*\bFROM stdin\b/i;
        push @wide, "$.: $line\n" if length $line > 110 && $line !~ /^\\/;
    }
    return @wide;
}

for my $file (sort glob 'sql/install/*.sql sql/*.sql test/pgtap/*.sql test/lib/*.sql bench/*.sql bench/compare/*.sql')
{
    my @wide = wide($file);
    is(scalar @wide, 0, "$file is at most 110 columns wide") or diag @wide;
}
done_testing();
