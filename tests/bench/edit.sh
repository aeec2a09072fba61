#!/bin/bash
# edit.sh: one changed field of one case over a thin line: a run that pushes the record and asks for it again, and one that sends the changed key alone
# (protocol.md B.1 "postUpdate").
# LINE="64 600": kbit/s, round trip in ms. JSON lines; bytes as line.c counts them.
set -eu
. "$(dirname "$0")/thin-line.sh"
tell_line() { # what, seconds: ends the line and prints its figures
	line_down
	tail -n 1 "$work/line" | jq -c --arg bench "$1" --argjson seconds "$2" '{$bench,$seconds,connections,up,down}'
}
run() { echo SurvOff | o sync --json --password-stdin | jq .seconds; }

: >"$work/server"
"$builddir/outpost-trainer" --cases 200 --seed 7 >"$work/server" &
wait_for "$work/server" '^listening on .*:([0-9]+)\/.*'
# shellcheck disable=SC2034  # for line_up
behind=$found
line_up 0 100000 1
echo SurvOff | o login "http://127.0.0.1:$port/sormas-rest" SurvOff --password-stdin 2>/dev/null
run >/dev/null
tell_line first_pull 0 >/dev/null
line_up "$port" "$kbit" "$ms"
seconds=$(run)
tell_line edit_nothing "$seconds"
case=$(o cases --json | jq -r '.[0].uuid')
edit_over_line() { # what, whether changed keys may go alone
	o set partial_updates "$2" >/dev/null
	o edit cases "$case" hospitalization.description="$1 of the stay" >/dev/null
	line_up "$port" "$kbit" "$ms"
	seconds=$(run)
	tell_line "$1" "$seconds"
}
edit_over_line edit_whole_record false
edit_over_line edit_changed_keys true
