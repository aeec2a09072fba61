#!/bin/bash
# edit.sh: one changed field of one case over a thin line: a whole run (push, then query), and cases/postUpdate with that field alone (protocol.md B.1).
# LINE="64 600": kbit/s, round trip in ms. JSON lines; bytes as line.c counts them.
set -eu
. "$(dirname "$0")/thin-line.sh"
tell_line() { # what, seconds: ends the line and prints its figures
	line_down
	tail -n 1 "$work/line" | jq -c --arg bench "$1" --argjson seconds "$2" '{$bench,$seconds,connections,up,down}'
}
run() { echo SurvOff | o sync --json --password-stdin | jq .seconds; }
part() { o show cases "$case" | jq "$1"; }

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
o edit cases "$case" hospitalization.description="a new text of the stay" >/dev/null
line_up "$port" "$kbit" "$ms"
seconds=$(run)
tell_line edit_push_and_query "$seconds"
jq -nc --arg uuid "$case" --argjson date "$(part .changeDate)" --argjson stay "$(part '.hospitalization | {uuid,changeDate}')" \
	'{uuid:$uuid,changeDate:$date,hospitalization:($stay + {description:"another text of the stay"})}' >"$work/patch"
line_up "$port" "$kbit" "$ms"
seconds=$(curl -s -o /dev/null -w '%{time_total}' -u SurvOff:SurvOff -A '' -H 'mobile-sync: true' --compressed -H 'Content-Type: application/json' \
	-d "@$work/patch" "http://127.0.0.1:$port/sormas-rest/cases/postUpdate/$case")
tell_line edit_post_update_alone "$seconds"
jq -nc --argjson whole "$(part . | jq -c . | wc -c)" --argjson patch "$(wc -c <"$work/patch")" '{bench:"edit_document",whole:$whole,patch:$patch}'
