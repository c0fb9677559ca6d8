# What l2_pmml writes gives l2_predict's numbers, also of terms of formulas: evaluated by a reader of PMML
# that knows nothing of l2reg.

use strict;
use warnings;
use Test::More;

# ---- XML, as a tree of [name, attributes, children, text]

my %entities = (amp => '&', lt => '<', gt => '>', quot => '"');

sub unescape
{
    my ($s) = @_;
    $s =~ s/&(?:#(\d+)|(\w+));/defined $1 ? chr $1 : $entities{$2}/ge;
    return $s;
}

sub parse
{
    my ($xml) = @_;
    my @open = (['', {}, [], '']);
    while ($xml =~ /<(\/?)([\w?]+)((?:\s+[\w:]+="[^"]*")*)\s*(\/|\?)?>|([^<]+)/g)
    {
        my ($end, $name, $attributes, $closed, $text) = ($1, $2, $3, $4, $5);
        if (defined $text) { $open[-1][3] .= unescape($text); next }
        if ($end) { my $e = pop @open; die "$name ends $e->[0]" unless $e->[0] eq $name; next }
        my %a;
        $a{$1} = unescape($2) while ($attributes // '') =~ /([\w:]+)="([^"]*)"/g;
        my $e = [$name, \%a, [], ''];
        push @{$open[-1][2]}, $e;
        push @open, $e unless $closed;
    }
    return $open[0];
}

sub all_of
{
    my ($e, $name) = @_;
    return (grep({ $_->[0] eq $name } @{$e->[2]}), map { all_of($_, $name) } @{$e->[2]});
}

# ---- Expressions; undef is what is missing

sub number_or_text
{
    my ($type, $s) = @_;
    return $type eq 'boolean' ? ($s eq 'true' ? 1 : 0) : $s;
}

my %functions = (
    '+' => sub { $_[0] + $_[1] }, '-' => sub { $_[0] - $_[1] }, '*' => sub { $_[0] * $_[1] },
    '/' => sub { $_[0] / $_[1] }, pow => sub { $_[0]**$_[1] }, ln => sub { log $_[0] },
    log10 => sub { log($_[0]) / log(10) }, exp => sub { exp $_[0] }, sqrt => sub { sqrt $_[0] },
    abs => sub { abs $_[0] }, floor => sub { my $i = int $_[0]; $i > $_[0] ? $i - 1 : $i },
    ceil => sub { my $i = int $_[0]; $i < $_[0] ? $i + 1 : $i }, sin => sub { sin $_[0] },
    cos => sub { cos $_[0] },
    equal => sub { same(@_) }, notEqual => sub { same(@_) ? 0 : 1 },
    lessThan => sub { $_[0] < $_[1] ? 1 : 0 }, lessOrEqual => sub { $_[0] <= $_[1] ? 1 : 0 },
    greaterThan => sub { $_[0] > $_[1] ? 1 : 0 }, greaterOrEqual => sub { $_[0] >= $_[1] ? 1 : 0 },
    not => sub { $_[0] ? 0 : 1 },
    isIn => sub { my $x = shift; (grep { same($x, $_) } @_) ? 1 : 0 },
    isNotIn => sub { my $x = shift; (grep { same($x, $_) } @_) ? 0 : 1 });

sub is_numeral { return $_[0] =~ /^-?[\d.]+(?:e[-+]?\d+)?$/i }

sub same
{
    my ($x, $y) = @_;
    return (is_numeral($x) && is_numeral($y) ? $x == $y : $x eq $y) ? 1 : 0;
}

sub value
{
    my ($e, $row) = @_;
    my ($name, $attributes, $children) = @$e;
    return $row->{$attributes->{field}} if $name eq 'FieldRef';
    return number_or_text($attributes->{dataType}, $e->[3]) if $name eq 'Constant';
    die "no $name" unless $name eq 'Apply';
    my $f = $attributes->{function};
    if ($f eq 'if')
    {
        my $c = value($children->[0], $row);
        return undef unless defined $c;
        return value($children->[1], $row) if $c;
        return @$children > 2 ? value($children->[2], $row) : undef;
    }
    my @args = map { scalar value($_, $row) } @$children;
    return defined $args[0] ? 0 : 1 if $f eq 'isMissing';
    return defined $args[0] ? 1 : 0 if $f eq 'isNotMissing';
    if ($f eq 'max' || $f eq 'min')
    {
        my @known = sort { $a <=> $b } grep { defined } @args;
        return $f eq 'max' ? $known[-1] : $known[0];
    }
    if ($f eq 'and' || $f eq 'or')
    {
        my $decides = $f eq 'or' ? 1 : 0;
        return $decides if grep { defined && $_ == $decides } @args;
        return (grep { !defined } @args) ? undef : 1 - $decides;
    }
    if (grep { !defined } @args)
    {
        return defined $attributes->{mapMissingTo} ? number_or_text('boolean', $attributes->{mapMissingTo}) : undef;
    }
    die "no function $f" unless $functions{$f};
    return $functions{$f}->(@args);
}

# ---- A model; the mean, or the probability of the first table's category

sub predict
{
    my ($pmml, $given) = @_;
    my %row = %$given;
    my ($model) = all_of($pmml, 'RegressionModel');
    my %field = map { $_->[1]{name} => $_ } all_of($pmml, 'DataField');
    for my $m (all_of($model, 'MiningField'))
    {
        my ($name, $f) = ($m->[1]{name}, $field{$m->[1]{name}});
        next if ($m->[1]{usageType} // '') eq 'target';
        die "no data for $name" unless exists $row{$name};
        next unless defined $row{$name};
        my @values = map { $_->[1]{value} } grep { $_->[0] eq 'Value' } @{$f->[2]};
        return undef if @values && $f->[1]{dataType} ne 'boolean' && !grep { $_ eq $row{$name} } @values;
    }
    for my $d (all_of($pmml, 'DerivedField'))
    {
        die "two fields are called $d->[1]{name}" if exists $row{$d->[1]{name}};
        $row{$d->[1]{name}} = value($d->[2][0], \%row);
    }
    my ($table) = all_of($model, 'RegressionTable');
    my $eta = $table->[1]{intercept};
    for my $p (@{$table->[2]})
    {
        my $x = $row{$p->[1]{name}};
        return undef unless defined $x;
        $eta += $p->[1]{coefficient} * $x if $p->[0] eq 'NumericPredictor';
        my $level = $p->[1]{value} // '';
        $level = 1 if $level eq 'true' && $field{$p->[1]{name}}[1]{dataType} eq 'boolean';
        $eta += $p->[1]{coefficient} if $p->[0] eq 'CategoricalPredictor' && $x eq $level;
    }
    my $link = $model->[1]{normalizationMethod} // 'none';
    return $link eq 'logit' ? 1 / (1 + exp(-$eta)) : $link eq 'exp' ? exp($eta) : $eta;
}

# ---- Against the server

sub ask
{
    my ($sql) = @_;
    open my $f, '-|', 'psql', '-XqAt', '-F', "\t", '-R', "\x1e", '-P', 'null=NULL', '-v', 'ON_ERROR_STOP=1',
        '-c', "SET client_min_messages = warning", '-c', $sql or die;
    binmode $f, ':encoding(UTF-8)';
    local $/;
    my $out = <$f>;
    close $f;
    $out =~ s/\x1e?\n\z//;
    return $out;
}

ask(<<'END');
CREATE EXTENSION IF NOT EXISTS l2reg;
DROP TABLE IF EXISTS pmml_rows;
CREATE TABLE pmml_rows AS SELECT i AS id, 1 + i * 0.37::float8 AS a, 1 + i % 4 AS k, i % 3 = 0 AS b,
    (ARRAY['u', 'v & "w"', '<x>'])[1 + i % 3] AS g, 0.5 + (i * 7 % 11)::numeric / 4 AS c,
    i * 2 + 10 * sin(i) AS y, sin(i) > 0 AS yes, i % 6 AS n FROM generate_series(1, 60) i;
INSERT INTO pmml_rows SELECT 100 + i, CASE WHEN i <> 1 THEN 90.5 END, CASE WHEN i <> 2 THEN 2 END,
    CASE WHEN i <> 3 THEN true END, CASE WHEN i <> 4 THEN 'u' END, CASE WHEN i <> 5 THEN 0.1 END, NULL, NULL, NULL
    FROM generate_series(1, 6) i;
INSERT INTO pmml_rows SELECT 200, -5.5, 9, false, 'new', 12, NULL, NULL, NULL;
END

sub agrees
{
    my ($formula, $method, $options) = @_;
    $options //= '{"unseen": "null"}';
    my $model = ask("SELECT l2_fit('SELECT * FROM pmml_rows WHERE id < 100', \$f\$$formula\$f\$, '$method', 0.1,
      options => '$options')");
    my $pmml = parse(ask("SELECT l2_pmml(\$m\$$model\$m\$::l2_model)"));
    my @rows = split /\x1e\n?/, ask("SELECT a, k, b, g, c, l2_predict(\$m\$$model\$m\$::l2_model, r) FROM pmml_rows r
      ORDER BY id");
    my ($wrong, $known) = (0, 0);
    for my $line (@rows)
    {
        my @v = map { $_ eq 'NULL' ? undef : $_ } split /\t/, $line;
        $v[2] = $v[2] eq 't' ? 1 : 0 if defined $v[2];
        my $p = predict($pmml, {a => $v[0], k => $v[1], b => $v[2], g => $v[3], c => $v[4]});
        $known++ if defined $p;
        next if !defined $p && !defined $v[5];
        next if defined $p && defined $v[5] && abs($p - $v[5]) <= 1e-9 * (1 + abs $v[5]);
        $wrong++;
        diag "$formula: ", $p // 'missing', ' for ', $v[5] // 'NULL', " of $line" if $wrong < 3;
    }
    ok($wrong == 0 && $known >= 60, "$method $formula");
}

agrees($_, 'ridge') for (
    'y ~ a + g + b', 'y ~ log(a + 10) + sqrt(c)', 'y ~ log2(c) + log10(c) + exp(-c)', 'y ~ poly(a, 3)',
    'y ~ ns(a, 3)', 'y ~ bs(a, 5)', 'y ~ ns(a, 4) + g', 'y ~ factor(k)', 'y ~ g * a', 'y ~ g:factor(k) + a',
    'y ~ a:c + I(a^2)', 'y ~ I(a / k)', 'y ~ I(greatest(a, c)) + I(least(a, 30))', 'y ~ g:b',
    'y ~ I(CASE WHEN a > 10 AND NOT b THEN a WHEN k IN (1, 2) OR a < 3 THEN 2 ELSE 5 END)',
    'y ~ I((a > 10)::int) + I(abs(a - 12))', 'y ~ I(coalesce(c, 1)) + I(-a)', 'y ~ I(b AND a > 12)',
    'y ~ b * a', 'y ~ b * g + b:k', 'y ~ b + b:a - 1',
    'y ~ I(g = \'u\') + I(g <> \'<x>\' OR a > 4)', 'y ~ I((k IS NULL)::int) + a', 'y ~ factor(k) * ns(a, 2)',
    'y ~ (a + c + g)^2', 'y ~ g:a - 1', 'y ~ I(floor(a)) + I(ceil(c)) + I(power(c, 1.5))', 'log(y + 20) ~ a + log(c)');
agrees('yes ~ a + log(c) + factor(k)', 'logistic');
agrees('n ~ sqrt(c) + g:a', 'poisson');
agrees('y ~ g * c', 'ridge', '{"unseen": "null", "intercept": true, "standardize": false}');

# ---- What it cannot say is an error that says what to do

sub refused
{
    my ($formula, $detail) = @_;
    open my $f, '-|', 'psql', '-XqAt', '-c', "DO \$x\$ DECLARE d text; h text; BEGIN PERFORM l2_pmml(l2_fit(
      'SELECT *, date ''2000-01-01'' + id AS d FROM pmml_rows WHERE id < 100', \$f\$$formula\$f\$, 'ridge', 0.1));
      RAISE 'no error'; EXCEPTION WHEN feature_not_supported THEN GET STACKED DIAGNOSTICS d = PG_EXCEPTION_DETAIL,
      h = PG_EXCEPTION_HINT; CREATE TEMP TABLE said AS SELECT d || ' ' || h AS s; END \$x\$", '-c', 'TABLE said' or die;
    local $/;
    my $said = <$f> // '';
    close $f;
    like($said, qr/^It has no word for \Q$detail\E.*\. Use l2_sql/, "refused: $formula");
}
refused('y ~ I(extract(month FROM d)) + a', 'the function');
refused('y ~ I(k % 3)', 'the operator %');
refused('y ~ I(length(g))', 'the function length');
refused('y ~ I((a)::int)', 'the function int4');
done_testing();
