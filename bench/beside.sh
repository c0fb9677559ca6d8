#!/bin/bash
#
# beside.sh REVISION: make bench of another revision and of this tree, in turn, a part at a time, and a table
# of the lines that both have.  PARTS as in make bench.  0.2.0 is the parent of the commit that wrote version
# 1.0.0:
#
#   bash bench/beside.sh "$(git log --format=%h -S"'1.0.0'" -- l2reg.control | tail -n 1)^"
#
# The other revision is built in build/beside; ROUNDS=3 measures that often, and the least time of each
# counts.

set -u
cd "$(dirname "$0")/.." || exit 1
revision=$(git rev-parse --short "${1:?revision}^{commit}") || exit 1
other=build/beside/$revision
lines=build/beside/lines

mkdir -p build/beside || exit 1
[ -d "$other" ] || git worktree add -q --detach "$other" "$revision" || exit 1
rm -f "$lines"

# SIDE FOLDER PART: lines of SIDE, what is measured, against what, milliseconds and ratio
measure()
{
    PARTS=$3 make -s -C "$2" bench | awk -F '|' -v side="$1" '
        NF == 8 && $3 + 0 > 0 {
            for (i = 1; i <= NF; i++) gsub(/^ +| +$/, "", $i)
            print side "|" $1 "|" $2 "|" $3 "|" $5
        }' >>"$lines"
}

for ((round = 0; round < ${ROUNDS:-1}; round++)); do
    for part in ${PARTS:-fit cv windows logistic}; do
        measure other "$other" "$part"
        measure this . "$part"
    done
done

awk -F '|' -v revision="$revision" '
    { key = $2 " | " $3 }
    !(key in at) { at[key] = ++n; line[n] = key }
    !(($1, key) in time) || $4 + 0 < time[$1, key] { time[$1, key] = $4 + 0; ratio[$1, key] = $5 }
    END {
        print "what | against | ms, " revision " | ms, this | this / " revision " | ratio, " revision " | ratio, this"
        for (i = 1; i <= n; i++) {
            key = line[i]
            if (("other", key) in time && ("this", key) in time)
                printf "%s | %s | %s | %.2f | %s | %s\n", key, time["other", key], time["this", key],
                    time["this", key] / time["other", key], ratio["other", key], ratio["this", key]
        }
    }' "$lines" | column -t -s '|' -o '|'
