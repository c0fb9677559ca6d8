#!/usr/bin/perl
#
# coverage.pl [--listings FOLDER] FILE: the report of make coverage, from gcov --json-format.
#
# A header, or a kernel that is compiled for several instruction sets, is in many objects; a line
# of it counts as run when one of them ran it.

use strict;
use warnings;
use File::Basename qw(dirname);
use File::Path qw(make_path);
use Getopt::Long;
use JSON::PP;

my @parts = ([ 'src/num', qr{^src/num/}, 95 ], [ 'src', qr{^src/(?!num/)}, 90 ]);

GetOptions('listings=s' => \my $listings) && @ARGV == 1
  or die "usage: $0 [--listings FOLDER] FILE\n";

my %times; # file → line → how often
open my $json, '<', $ARGV[0] or die "$ARGV[0]: $!\n";
while (my $object = <$json>)
{
    for my $file (@{ decode_json($object)->{files} })
    {
        next if $file->{file} !~ m{^src/};
        $times{ $file->{file} }{ $_->{line_number} } += $_->{count} for @{ $file->{lines} };
    }
}

sub list
{
    my ($file) = @_;
    my $to = "$listings/$file.gcov";
    make_path(dirname($to));
    open my $in,  '<', $file or die "$file: $!\n";
    open my $out, '>', $to   or die "$to: $!\n";
    while (my $text = <$in>)
    {
        my $count = $times{$file}{$.};
        printf $out '%9s:%5d:%s', !defined $count ? '-' : $count || '#####', $., $text;
    }
    close $out or die "$to: $!\n";
}

sub row { printf "%-28s %6d %6d %7.2f%%\n", $_[0], $_[1], $_[2], 100 * $_[2] / $_[1] }

my (@totals, $failed);
printf "%-28s %6s %6s %8s\n", 'file', 'lines', 'run', '';
for my $part (@parts)
{
    my ($name, $pattern, $want) = @$part;
    my ($lines, $run) = (0, 0);
    for my $file (sort grep { $_ =~ $pattern } keys %times)
    {
        my @counts = values %{ $times{$file} };
        my $hit = grep { $_ } @counts;
        row($file, scalar @counts, $hit);
        $lines += @counts;
        $run += $hit;
        list($file) if $listings;
    }
    $lines or die "no counters of $name\n";
    push @totals, [ "all of $name", $lines, $run ];
    $failed .= "less than $want% of the lines of $name are run\n" if 100 * $run < $want * $lines;
}
print "\n";
row(@$_) for @totals;
die $failed if $failed;
