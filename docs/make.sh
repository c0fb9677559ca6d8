#!/bin/bash
#
# make.sh FOLDER: the pages of docs/reference into FOLDER, from the catalog and docs/examples.sql: CHAPTER.md for
# each sql/install/CHAPTER.sql that has functions for users, types.md, and README.md, the index.
#
# Runs in a cluster (test/cluster.sh), in a database of its own.  An error where a function has no
# COMMENT or no example, an example fails, or names no function.

set -u -o pipefail
out=$(realpath "${1:?the folder to write to}") || exit 1
cd "$(dirname "$0")/.." || exit 1
db=l2reg_docs
work=$(mktemp -d "${TMPDIR:-/tmp}/l2reg-docs.XXXXXX") || exit 1
examples=$work/examples signatures=$work/signatures
trap 'rm -rf "$work"; dropdb --if-exists "$db" 2>/dev/null' EXIT

dropdb --if-exists "$db" 2>/dev/null
createdb "$db" && psql -qX -d "$db" -v ON_ERROR_STOP=1 -c 'SET client_min_messages = warning' -c 'CREATE EXTENSION l2reg' || exit 1

# ---- examples, as "@names", "> query" and result lines

awk -v quote="'" '
    /^--- / { started = 1; shown = sub(/ !$/, ""); print "\\echo @" substr($0, 5); next }
    !started { next }
    shown { gsub(quote, quote quote); print "\\echo " quote $0 quote; next }
    { print }' docs/examples.sql |
    PGOPTIONS='-c client_min_messages=warning -c timezone=UTC' PGTZ=UTC \
        psql -X -q -a -d "$db" -v ON_ERROR_STOP=1 --pset footer=off >"$examples" 2>&1 || {
        tail -n 5 "$examples" >&2
        exit 1
    }

# ---- the objects, a line each: file order, kind, name, signature, comment

# "chapter TAB title TAB name" in the order of the install script, which the Makefile has
chapters()
{
    local files
    mapfile -t files < <(awk '/^CHAPTERS *=/ { on = 1; sub(/.*=/, "") }
        on { more = sub(/\\$/, ""); for (i = 1; i <= NF; i++) print "sql/install/" $i ".sql"; if (!more) exit }' Makefile)
    awk 'FNR == 1 {
            title = $0; sub(/^-- */, "", title); sub(/\.$/, "", title)
            chapter = FILENAME; sub(/.*\//, "", chapter); sub(/\.sql$/, "", chapter)
        }
        /^CREATE (FUNCTION|AGGREGATE|PROCEDURE) / {
            name = $3; sub(/^@extschema@\./, "", name); sub(/\(.*/, "", name)
            print chapter "\t" title "\t" name
        }
        /^CALL _l2_[a-z_]*\(/ {
            split($0, quoted, "'\''"); name = quoted[2]; sub(/\(.*/, "", name)
            print chapter "\t" title "\t" name
        }' "${files[@]}"
}

# Not for users: what aggregates, types, operators and casts are made of, and what begins with _
public="p.oid NOT IN (SELECT unnest(ARRAY[aggtransfn, aggfinalfn, aggcombinefn, aggserialfn, aggdeserialfn, aggmtransfn, aggminvtransfn, aggmfinalfn]) FROM pg_aggregate)
    AND p.oid NOT IN (SELECT unnest(ARRAY[typinput, typoutput, typreceive, typsend]) FROM pg_type)
    AND p.oid NOT IN (SELECT castfunc FROM pg_cast) AND p.oid NOT IN (SELECT oprcode FROM pg_operator)
    AND p.oid NOT IN (SELECT amproc FROM pg_amproc)
    AND NOT 'internal'::regtype = ANY (p.proargtypes) AND NOT starts_with(p.proname, '_')"

# of all functions: "@name", a code block of all signatures, what the COMMENTs say
signatures()
{
    psql -XqAt -d "$db" <<'SQL' | awk '
        # a long signature over several lines
        function wrap(line,    words, n, i, out) {
            n = split(line, words, ", "); out = words[1]
            for (i = 2; i <= n; i++) {
                if (length(out) + length(words[i]) > 98) { print out ","; out = "    " words[i] }
                else out = out ", " words[i]
            }
            print out
        }
        /^```$/ { code = !code; print; next }
        code { wrap($0); next }
        { print }'
WITH f AS (
  SELECT p.oid, p.proname, row_number() OVER (PARTITION BY p.proname ORDER BY p.oid) AS i, p.proname || '(' || a.arguments || ')' AS head,
    CASE WHEN p.prokind = 'p' THEN '' WHEN o.names IS NULL THEN ' → ' || replace(replace(pg_get_function_result(p.oid), 'SETOF record', 'rows'), ' without time zone', '')
         ELSE format(E'\n    → %s (%s)', CASE WHEN p.proretset THEN 'rows' ELSE 'a row' END, o.names) END AS result,
    
    regexp_replace(coalesce(obj_description(p.oid, 'pg_proc'), '!!! no comment'), '([^\n])\n([^\n])', '\1 \2', 'g') AS comment
  FROM pg_proc p
    JOIN pg_depend d ON d.objid = p.oid AND d.classid = 'pg_proc'::regclass AND d.deptype = 'e'
    JOIN pg_extension e ON e.oid = d.refobjid AND e.extname = 'l2reg',
    LATERAL (SELECT array_to_string(ARRAY(SELECT replace(replace(regexp_replace(a, '::[a-z0-9_ ]+(\[\])?', '', 'g'), 'timestamp without time zone', 'timestamp'), 'timestamp with time zone', 'timestamptz') FROM regexp_split_to_table(pg_get_function_arguments(p.oid), ', (?![^(]*\))') a WHERE a !~ '^OUT '), ', ') AS arguments) a,
    LATERAL (SELECT string_agg(format('%s %s', n, format_type(t, NULL)), ', ' ORDER BY i) AS names
             FROM unnest(p.proargnames, p.proallargtypes, p.proargmodes) WITH ORDINALITY u(n, t, m, i) WHERE m IN ('o', 't')) o
  WHERE NOT 'internal'::regtype = ANY (p.proargtypes) AND coalesce(obj_description(p.oid, 'pg_proc'), '') !~ '^An error:'
), told AS (
  SELECT *, count(*) FILTER (WHERE i = 1 OR comment !~ '^As ') OVER (PARTITION BY proname) AS several FROM f
)
SELECT '@' || proname || E'\n' || replace(E'```\n' || string_agg(head || result, E'\n' ORDER BY i) || E'\n```', 'double precision', 'float8') || E'\n\n'
  || string_agg(CASE WHEN several = 1 THEN comment ELSE format('- `%s`: %s', regexp_replace(replace(head, 'double precision', 'float8'), ' DEFAULT [^,)]*', '', 'g'), comment) END, E'\n' ORDER BY i)
     FILTER (WHERE i = 1 OR comment !~ '^As ')
FROM told GROUP BY proname;
SQL
}

signatures >"$signatures" || exit 1
public_names=$(psql -XqAt -d "$db" -c "SELECT DISTINCT p.proname FROM pg_proc p JOIN pg_depend d ON d.objid = p.oid AND d.classid = 'pg_proc'::regclass AND d.deptype = 'e' JOIN pg_extension e ON e.oid = d.refobjid AND e.extname = 'l2reg' WHERE $public") || exit 1

# ---- pages

# Text of COMMENTs, wrapped; what follows a line break must not look like a list, a heading or a quotation.
wrap()
{
    awk -v width=118 '
        /^```/ { code = !code; print; next }
        code || /^[#|]/ || length($0) <= width { print; next }
        {
            indent = match($0, /^ *- /) ? sprintf("%*s", RLENGTH, "") : ""
            n = split($0, words, " "); line = substr($0, 1, match($0, /[^ ]/) - 1) words[1]
            for (i = 2; i <= n; i++) {
                if (length(line) + 1 + length(words[i]) > width && words[i] !~ /^([-+*]$|=+$|[>#|]|[0-9]+[.)]$)/) {
                    print line; line = indent words[i]
                } else line = line " " words[i]
            }
            print line
        }'
}

find "$out" -maxdepth 1 -name '*.md' -delete
chapters >"$work/chapters"
printf '%s\n' "$public_names" >"$work/public"
mkdir "$work/pages"

# An example counts for all names in its line.
awk -v FS='\t' -v done_file="$work/done" -v pages="$work/pages/" '
    function trim(text) { sub(/^\n+/, "", text); sub(/\n+$/, "", text); return text }
    FILENAME ~ /public$/ { public[$0] = 1; next }
    FILENAME ~ /chapters$/ { if (($3 in example) && ($3 in public) && !told[$3]++) { order[++count] = $3; chapter[$3] = $1; title[$1] = $2 } next }
    /^\\echo / { next }
    /^@/ { n = split(substr($0, 2), names, " "); next }
    FILENAME ~ /examples$/ { for (i = 1; i <= n; i++) example[names[i]] = example[names[i]] "\n" $0; next }
    { signature[names[1]] = signature[names[1]] "\n" $0 }
    END {
        for (i = 1; i <= count; i++) {
            name = order[i]
            page = pages chapter[name] ".md"
            if (chapter[name] != last) printf "# %s\n\n[Index](README.md) · sql/install/%s.sql\n", title[chapter[name]], chapter[name] >page
            last = chapter[name]
            printf "\n## %s\n\n%s\n\n```sql\n%s\n```\n", name, trim(signature[name]), trim(example[name]) >page
            print chapter[name] "\t" title[chapter[name]] "\t" name >done_file
        }
        for (name in example)
            if (!(name in told) && name != "setup") {
                print "docs: docs/examples.sql has an example of " name ", which is no function" >"/dev/stderr"
                bad = 1
            }
        exit bad
    }' "$work/public" "$examples" "$signatures" "$work/chapters"
status=$?

{
    cat <<'MD'

## Keys

Options are a JSON object of type `l2_options`, the same keys everywhere: `'{"standardize": true}'`, or
`l2_options('standardize', true)`. Keys and values are checked when the statement is read, and once more, by who
knows them, when it runs: `*` is every method that there is such an aggregate or function of, and `l2_train` and
`l2_fit` take those of their method's aggregate too. A value null is as if not given. Behind each key: what it takes,
what it is without, and which functions take it.

MD
    psql -XqAt -d "$db" -c "SELECT format('- \`%s\`: %s. *Takes* %s; *else* %s. *Of* %s.', key, about, value, otherwise, replace(callers, '*', '\*')) FROM _l2_option_page()" || exit 1
    cat <<'MD'

## Keys of other packages

They are refused, with what to write here:

MD
    psql -XqAt -d "$db" -c "SELECT format('- \`%s\`: %s', replace(keys, ' ', '\`, \`'), hint) FROM _l2_refused_page() WHERE keys <> ''" || exit 1
} >>"$work/pages/options.md" || exit 1

printf '# Types, operators, casts and views\n\n[Index](README.md)\n\n' >"$work/pages/types.md"
psql -XqAt -d "$db" <<'SQL' >>"$work/pages/types.md" || exit 1
SELECT format('- %s: %s', CASE classid WHEN 'pg_cast'::regclass THEN (SELECT format('`%s::%s`', format_type(castsource, NULL), format_type(casttarget, NULL)) FROM pg_cast c WHERE c.oid = objid)
    ELSE '`' || pg_describe_object(classid, objid, 0) || '`' END,
    regexp_replace(coalesce(obj_description(objid, classid::regclass::name), (SELECT obj_description(castfunc, 'pg_proc') FROM pg_cast c WHERE c.oid = objid), '!!! no comment'), '\s*\n\s*', ' ', 'g'))
FROM pg_depend LEFT JOIN pg_class c ON classid = 'pg_class'::regclass AND c.oid = objid
WHERE refclassid = 'pg_extension'::regclass AND refobjid = (SELECT oid FROM pg_extension WHERE extname = 'l2reg') AND objsubid = 0
  AND (classid IN ('pg_operator'::regclass, 'pg_cast'::regclass) OR c.relkind = 'v' OR (classid = 'pg_type'::regclass AND objid IN ('l2_options'::regtype, 'l2_obs'::regtype, 'l2_row'::regtype, 'l2_state'::regtype, 'l2_gram'::regtype, 'l2_model'::regtype)))
ORDER BY classid = 'pg_class'::regclass, classid <> 'pg_type'::regclass, classid, objid;
SQL

{
    cat <<'MD'
# Reference

Every function and aggregate that users call, with its COMMENT in the catalog and an example that was
run to write its page. Made by `make docs`; do not edit. The examples use eight houses (`houses`: area, rooms,
zone, price), their gram (`grams`) and model (`models`), sixty invented patients (`patients`: age, dose, cured,
visits) and `r`, which rounds; docs/examples.sql has them all. [What to use for what](../tasks.md) says which of
these does what, [objective](../objective.md) what is minimised, [terms](../terms.md) what a formula may hold,
[notices](../notices.md) what messages mean.

## By task

MD
    awk -F '\t' '$1 != last { if (last) print "\n"; printf "- [%s](%s.md):", $2, $1; comma = ""; last = $1 }
        { printf "%s [%s](%s.md#%s)", comma, $3, $1, $3; comma = "," }
        END { print "\n" }' "$work/done" | sed '/^$/d'
    cat <<'MD'
- [Options: every key, and those of other packages](options.md#keys)
- [Types, operators, casts and views](types.md)

## By name

MD
    LC_ALL=C sort -t "$(printf '\t')" -k 3 "$work/done" | awk -F '\t' '{ print "- [" $3 "](" $1 ".md#" $3 "): " $2 }'
} >"$work/pages/README.md"

for page in "$work"/pages/*.md; do
    wrap <"$page" >"$out/${page##*/}" || exit 1
done

# Pieces of l2_report and of the view l2_progress, and the trigger function, are left out; all others must have been shown.
cut -f 3 "$work/done" >"$work/shown"
while read -r name; do
    [[ $name =~ ^l2_(html|plot|report_|follow$|progress_entries$|set_progress$) || $name = sum ]] && continue
    grep -qx "$name" "$work/shown" || { echo "docs: docs/examples.sql has no example of $name" >&2; status=1; }
done <"$work/public"
exit $status
