#!/bin/bash
# A server that has lost most of its records, or an address that now leads to another one: what is here does not go without a word
# (sync.md "Removed or out of reach"). TAP.
# shellcheck source=/dev/null disable=SC2154
. "$(dirname "$0")/support/clients.sh"

plain_sync() { # client, options...: prints the exit status
	echo SurvOff | "$outpost" --data "$work/$1" sync --password-stdin "${@:2}" >"$work/out" 2>"$work/why"
	echo $?
}
count() { o a cases --json | jq length; }

start_server server.db
log_in a
before=$(count)
check "there are enough to ask about" test "$before" -ge 5
o a edit cases "$case" hospitalization.description="typed here" >/dev/null
new=$(echo "{\"person\":{\"firstName\":\"Ama\",\"lastName\":\"Trainee\",\"sex\":\"FEMALE\"},\"case\":{\"disease\":\"LASSA\",
	\"facilityType\":\"HOSPITAL\",\"healthFacility\":{\"uuid\":\"$(document a | jq -r .healthFacility.uuid)\"}}}" | o a new case - | jq -r .case)

stop_server
start_server other.db --seed 9
plain_sync a --mode complete >/dev/null
check "it is asked before most of them go" grep -qE 'cases' "$work/why"
check "what to do is said" grep -q -- '--yes' "$work/why"
check "they are still here" test "$(count)" -gt "$before"
check "the edit, too" same '"typed here"' "$(field a description)"

plain_sync a --mode complete --yes >/dev/null
check "after a yes they go" same "" "$(o a show cases "$case")"
mine=$(o a conflicts --open --json | jq -c "[.[] | select(.uuid == \"$case\" and .type == \"record_removed\")]")
check "the edit is in the conflict log with its whole record" same '1 "typed here"' "$(jq -r 'length' <<<"$mine") $(jq -c '.[0].mine.hospitalization.description' <<<"$mine")"
check "what was never sent stays" same "$new" "$(o a show cases "$new" | jq -r .uuid)"
end
