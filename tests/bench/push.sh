#!/bin/bash
# push.sh: a run that pushes 100 edited cases over a thin line; what goes up against the documents themselves.
# LINE="64 600": kbit/s, round trip in ms; EDITS=100. JSON lines; bytes as line.c counts them.
set -eu
. "$(dirname "$0")/thin-line.sh"
edits=${EDITS:-100}
run() { echo SurvOff | o sync --json --password-stdin >"$work/run"; }

: >"$work/server"
"$builddir/outpost-trainer" --cases 300 --seed 7 >"$work/server" &
wait_for "$work/server" '^listening on .*:([0-9]+)\/.*'
# shellcheck disable=SC2034  # for line_up
behind=$found
line_up 0 100000 1
echo SurvOff | o login "http://127.0.0.1:$port/sormas-rest" SurvOff --password-stdin 2>/dev/null
run
run # the second run ever asks for less than the first
line_down
o cases --json | jq -r ".[:$edits][].uuid" >"$work/cases"
documents=0
while read -r case; do
	o edit cases "$case" hospitalization.description="Details of the stay" >/dev/null 2>&1
	documents=$((documents + $(o show cases "$case" | jq -c . | wc -c)))
done <"$work/cases"
line_up "$port" "$kbit" "$ms"
run
line_down
tail -n 1 "$work/line" | jq -c --argjson edits "$(wc -l <"$work/cases")" --argjson documents "$documents" --slurpfile run "$work/run" \
	'{bench:"push_edits",$edits,verdict:$run[0].verdict,accepted:($run[0].kinds|map(.accepted)|add),requests:$run[0].requests,seconds:$run[0].seconds,
	$documents,up,down,up_ratio:(.up/$documents*100|round/100)}'
