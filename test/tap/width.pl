# SQL that is installed is at most 110 columns wide.

use strict;
use warnings;
use Test::More;

for my $file (sort glob 'sql/install/*.sql')
{
    open my $f, '<', $file or die "$file: $!";
    my @wide = grep { chomp; length > 110 } <$f>;
    is(scalar @wide, 0, "$file is at most 110 columns wide") or diag map { "$_\n" } @wide;
}
done_testing();
