#!/usr/bin/env bash
# Where the tests' time went: each project's minutes and the 30 slowest classes, as a table in Markdown, from the reports (TRX) that the
# last `dotnet test` left in .build/reports. Durations of a class are its tests' together; some run at once.
set -euo pipefail
cd -- "$(dirname -- "${BASH_SOURCE[0]}")/.."
shopt -s nullglob
reports=(.build/reports/*.trx)
((${#reports[@]} > 0)) || { echo 'there is no report: run dotnet test first' >&2 && exit 1; }

# A line each: seconds, "project" or "class", name.
measured() {
    for report in "$@"; do
        awk -v project="$(basename "$report" .trx)" '
            function at(name,    text) {
                if (!match($0, " " name "=\"[^\"]*\"")) return ""
                text = substr($0, RSTART, RLENGTH)
                sub(/^[^"]*"/, "", text)
                sub(/"$/, "", text)
                return text
            }
            function seconds(clock,    part) { split(clock, part, ":"); return 3600 * part[1] + 60 * part[2] + part[3] }
            BEGIN { RS = "<" }
            /^Times / {
                took = seconds(substr(at("finish"), 12, 15)) - seconds(substr(at("start"), 12, 15))
                printf "%.1f project %s\n", took < 0 ? took + 86400 : took, project
            }
            /^UnitTestResult / {
                name = at("testName")
                sub(/\(.*/, "", name)
                sub(/\.[^.]*$/, "", name)
                of[name] += seconds(at("duration"))
            }
            END { for (name in of) printf "%.1f class %s\n", of[name], name }' "$report"
    done
}

table() {
    local kind=$1 unit=$2 seconds=$3 most=$4
    printf '\n| %s | %s |\n| --- | ---: |\n' "$kind" "$unit"
    sort -rn | awk -v kind="$kind" -v unit="$seconds" -v most="$most" '$2 == kind && n++ < most { printf "| %s | %.1f |\n", $3, $1 / unit }'
}

lines=$(measured "${reports[@]}")
table project minutes 60 99 <<<"$lines"
table class seconds 1 30 <<<"$lines"
