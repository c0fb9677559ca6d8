# A static function is found by its name: no two files of src have one of the same name, so that what a
# backtrace, a profile or a search names is one function.

use strict;
use warnings;
use Test::More;

my %files;
for my $file (sort glob 'src/*/*.c src/num/*/*.c')
{
    open my $f, '<', $file or die "$file: $!";
    local $/;
    my $text = <$f>;
    $text =~ s{/\*.*?\*/}{}gs;
    my %names = map { $_ => 1 } $text =~ /^static\b(?!\s+\w*_?attribute)[^;{}()=]*?\b([a-z]\w*)\(/mg;
    push @{ $files{$_} }, $file for keys %names;
}
my @twice = grep { @{ $files{$_} } > 1 } sort keys %files;
is(scalar @twice, 0, 'no static function has the name of one in another file')
  or diag map { "$_: @{$files{$_}}\n" } @twice;
cmp_ok(scalar keys %files, '>', 1500, 'all of them were read');
done_testing();
