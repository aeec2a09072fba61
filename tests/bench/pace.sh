#!/bin/bash
# pace.sh: a first pull from a server that takes as long as a real one (PACE=2: ms a row) against the floor, which waits for nothing but the server. CASES=2000.
set -eu
. "$(dirname "$0")/thin-line.sh"
cases=${CASES:-2000}
: >"$work/server"
"$builddir/outpost-trainer" --cases "$cases" --seed 7 --pace "${PACE:-2}" >"$work/server" &
wait_for "$work/server" '^listening on (.*)'
url=$found
measure=$builddir/tests/bench/measure
"$measure" floor_paced "$builddir/tests/bench/floor" "$url" SurvOff SurvOff "$work/floor.db" 1000 2>/dev/null | tee "$work/floor.line"
echo SurvOff | o login "$url" SurvOff --password-stdin 2>/dev/null
echo SurvOff | "$measure" outpost_paced "$builddir/outpost" --data "$work/data" sync --json --password-stdin 2>/dev/null | tee "$work/outpost.line"
jq -nc --slurpfile f "$work/floor.line" --slurpfile o "$work/outpost.line" --argjson cases "$cases" \
	'{bench:"first_pull_paced",$cases,wall_s:$o[0].wall_s,server_s:$f[0].wall_s,wall_ratio:($o[0].wall_s/$f[0].wall_s*100|round/100)}'
