#!/bin/bash
#
# report.sh: reports in a headless Chromium, at 390 and 1440 pixels, light and dark, and on paper.  Each page
# is in a frame of that width; a script of the frame's beholder measures it.

. test/lib/tap.bash

for browser in chromium chromium-browser google-chrome; do
    command -v "$browser" >/dev/null && break
    browser=
done
if [ -z "$browser" ]; then
    echo '1..0 # SKIP Chromium is not installed'
    exit
fi

work=$L2REG_TMP/report
mkdir "$work" && createdb l2reg_report && export PGDATABASE=l2reg_report || exit 1
trap 'cd /; dropdb --if-exists -f l2reg_report 2>/dev/null' EXIT
PGOPTIONS='-c client_min_messages=warning' run >"$work/setup" <<'SQL' || { cat "$work/setup" >&2; exit 1; }
CREATE EXTENSION l2reg;
CREATE TABLE houses AS SELECT 20 + 3 * i + 40 * (i % 3) + (i * i) % 17 AS price, 50 + (i * 7) % 31 AS area,
  i % 5 AS rooms, (i * i) % 13 AS age,
  repeat('a_level_with_a_long_name_', i % 2) || (ARRAY['<north>', 'south', 'west'])[1 + i % 3] AS zone
  FROM generate_series(1, 400) i;
SELECT l2_train('house_price', 'houses', 'price', options => '{"keep_gram": true}');
INSERT INTO houses SELECT price + 30, area + 5, rooms, age, zone FROM houses LIMIT 90;
SELECT l2_refresh('house_price');
CREATE TABLE sizes AS SELECT 1e12 * (i % 17) - 3e12 AS huge, 1e-9 * (i % 13) - 4e-9 AS tiny,
  -5 - i % 7 AS negative, date '2020-01-01' + i AS day,
  (ARRAY['a', 'b:b', 'South_and_West_of_Iowa_State_University'])[1 + i % 3] AS zone,
  2e12 * (i % 17) + 1e21 * 1e-9 * (i % 13) + 1e10 * sin(i) AS y FROM generate_series(1, 300) i;
SELECT l2_train('magnitudes', 'sizes', 'y ~ huge * zone + tiny + negative', 'ols',
  options => '{"keep_gram": true}');
SQL
run -c "SELECT l2_report('house_price', 'houses')" >"$work/named.html"
run -c "SELECT l2_report(l2_cv(grams, 'lasso'), folds => grams, options => l2_options('title',
    repeat('a_title_without_a_space_', 6)))
        FROM (SELECT l2_gram_folds(price, ARRAY[area, rooms, age], '{\"folds\": 5}') AS grams
        FROM houses) f" >"$work/model.html"
run -c "SELECT l2_report(m, y => y, predicted => p)
    FROM (SELECT logistic_fit(price > 600, ARRAY[area, age]) AS m FROM houses) s,
        LATERAL (SELECT array_agg((price > 600)::int::float8) AS y,
        array_agg(l2_predict(m, ARRAY[area, age])) AS p FROM houses) h" >"$work/logistic.html"

# Numbers of 1e-9 and 1e12, negative ones, and dates
run -c "SELECT l2_report('magnitudes', 'sizes')" >"$work/magnitudes.html"

# A page that has the report in a frame and writes down, behind "measured:", what it looks like there
frame() # FILE WIDTH
{
    printf '<!DOCTYPE html><html style="color-scheme:light dark"><body><iframe style="border:0;width:%spx;height:900px" srcdoc="' "$2"
    sed 's/&/\&amp;/g; s/"/\&quot;/g' "$1"
    cat <<'HTML'
"></iframe><script>
document.querySelector("iframe").onload = function () {
  const d = this.contentDocument, w = this.contentWindow, all = q => [...d.querySelectorAll(q)];
  const light = c => { const v = c.match(/[\d.]+/g).map(Number); return (v[0] * 2 + v[1] * 5 + v[2]) / 8 };
  const inside = e => e.closest(".wide") || e.closest("svg");
  // the words of an element, of up to 20 letters
  const words = e => { const found = [], walk = d.createTreeWalker(e, 4); while (walk.nextNode()) for (const m of walk.currentNode.data.matchAll(/[^\s-]+/g)) if (m[0].length <= 20) {
    const r = d.createRange(); r.setStart(walk.currentNode, m.index); r.setEnd(walk.currentNode, m.index + m[0].length); found.push(r) } return found };
  const edge = d.documentElement.clientWidth + 1;
  const page = light(w.getComputedStyle(d.body).backgroundColor), ink = light(w.getComputedStyle(d.body).color);
  const said = ["measured:", "width=" + d.documentElement.scrollWidth, "beyond=" + all("body *").filter(e => !inside(e) && e.getBoundingClientRect().right > edge).length,
    "unseen=" + all("svg").filter(e => e.getBoundingClientRect().width < 60).length, "scheme=" + (page < 60 && ink > 190 ? "dark" : page > 240 && ink < 60 ? "light" : "unclear"),
    "cut=" + all("svg text").filter(e => { const t = e.getBoundingClientRect(), s = e.closest("svg").getBoundingClientRect(); return t.left < s.left - 2 || t.right > s.right + 2 || t.top < s.top - 2 || t.bottom > s.bottom + 2 }).length,
    "unnamed=" + all("svg").filter(e => !e.querySelector("title")?.textContent || !e.querySelector("desc")?.textContent).length,
    "broken=" + all("tbody th").flatMap(words).filter(r => new Set([...r.getClientRects()].map(b => b.top)).size > 1).length,
    "small=" + all("svg text").filter(e => parseFloat(w.getComputedStyle(e).fontSize) * e.closest("svg").getBoundingClientRect().width / 420 < 9).length,
    "end"];
  document.body.dataset.measured = said.join(" ");
};
</script></body></html>
HTML
}

for page in named model logistic magnitudes; do
    for width in 390 1440; do
        frame "$work/$page.html" "$width" >"$work/frame.html"
        for scheme in light dark; do
            [ $scheme = dark ] && preference=0 || preference=1
            timeout 60 "$browser" --headless --no-sandbox --disable-gpu --hide-scrollbars \
                --enable-logging=stderr --user-data-dir="$work/profile" \
                "--blink-settings=preferredColorScheme=$preference" --window-size=1500,1000 \
                --virtual-time-budget=2000 --dump-dom "file://$work/frame.html" >"$work/dom" \
                2>"$work/browser.log"
            check "$page at $width pixels, $scheme" "$(grep -o 'measured: .* end' "$work/dom")" \
                "measured: width=$width beyond=0 unseen=0 scheme=$scheme cut=0 unnamed=0 broken=0 small=0 end"
            check "$page at $width pixels, $scheme: nothing in the console" \
                "$(grep -c 'CONSOLE' "$work/browser.log")" 0
        done
    done
done
timeout 60 "$browser" --headless --no-sandbox --disable-gpu --user-data-dir="$work/profile" \
    --no-pdf-header-footer "--print-to-pdf=$work/page.pdf" "file://$work/named.html" >/dev/null 2>&1
check 'a page prints' "$(head -c 5 "$work/page.pdf")" '%PDF-'
check 'levels of an interaction stand under it, with a test of all' \
    "$(grep -c '<tr class="group"><th scope="rowgroup">huge:<wbr>zone</th><td colspan="6">all 2 as one: F ' \
    "$work/magnitudes.html")" 1
check 'residuals are drawn over the time that the source has' \
    "$(grep -c '<h3>Residuals over time</h3>' "$work/magnitudes.html")$(grep -c \
    '<h3>Residuals over time</h3>' "$work/named.html")" 10
check 'their axis has dates' "$(grep -c '>2020-04<' "$work/magnitudes.html")" 1
check 'a page is pure ASCII where names are' "$(LC_ALL=C grep -c '[^ -~]' "$work/named.html")" 0
echo "1..$n"
