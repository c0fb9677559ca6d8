#!/usr/bin/perl
#
# Dependencies of src point down only.  A file may include headers of its own folder and of those
# listed for it here, and of what these may include; src/num knows nothing above it, nor PostgreSQL.

use strict;
use warnings;
use File::Find;
use Test::More;

# A folder, and the folders right below it
my %below = (
    base     => ['num'],
    options  => ['base'],
    gram     => ['options'],
    record   => ['gram'],
    model    => ['gram'],
    score    => ['options'],
    fit      => [ 'record', 'model' ],
    glm      => [ 'fit', 'score' ],
    predict  => ['fit'],
    diagnose => ['predict'],
    named    => [ 'glm', 'predict', 'diagnose', 'score' ],
    report   => ['named'],
);

# The rooms of src/num, lowest first
my @rooms = qw(kernel moments linalg solve glm stats);

my %reach;

sub reach
{
    my $folder = shift;
    return $reach{$folder} //= {
        map { $_ => 1 } $folder,
        map { $_ eq 'num' ? $_ : keys %{ reach($_) } } @{ $below{$folder} }
    };
}

my %rank = map { $rooms[$_] => $_ } 0 .. $#rooms;
my (@wrong, %seen);
my $includes = 0;

find(
    {
        no_chdir => 1,
        wanted   => sub {
            return unless m{^src/(.*)\.[ch]$};
            my ($file, @path) = ($_, split m{/}, $1);
            my $folder = $path[0];
            open my $fh, '<', $file or die "$file: $!";
            while (<$fh>)
            {
                next unless /^\s*#\s*include\s*["<]([^">]+)[">]/;
                my ($what, @to) = ($1, split m{/}, $1);
                $includes++;
                if ($folder eq 'num')
                {
                    next if @to == 1 && $what =~ /^(?:immintrin|arm_neon|float|limits|math|std[a-z]+|string|time)\.h$/;
                    push @wrong, "$file: $what" and next
                      if @to < 2 || $to[0] ne 'num';
                    # what lies in src/num itself is below all rooms
                    my $from = @path > 2 ? $rank{ $path[1] } // die "$file: unknown room" : -1;
                    my $room = @to > 2   ? $rank{ $to[1] }   // die "$file: $what"        : -1;
                    push @wrong, "$file: $what" if $room > $from;
                }
                elsif (exists $below{ $to[0] } || $to[0] eq 'num')
                {
                    die "$file: the folder is not in the list" unless $below{$folder};
                    $seen{$folder}++;
                    push @wrong, "$file: $what" unless $to[0] eq 'num' || reach($folder)->{ $to[0] };
                }
            }
            close $fh;
        }
    },
    'src'
);

is_deeply(\@wrong, [], 'every include points down');
is_deeply([ sort keys %seen ], [ sort keys %below ], 'every folder in the list was looked at');
cmp_ok($includes, '>', 500, 'includes were found');
done_testing();
