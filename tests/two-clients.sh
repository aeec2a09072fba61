#!/bin/bash
# Two clients and the training server: edits on both sides end equal on all three, nothing is lost without a conflict row. TAP.
# shellcheck source=/dev/null
. "$(dirname "$0")/support/clients.sh"

start_server server.db
log_in a b

# ---- the same and different fields, list items on both sides ----
o a edit cases "$case" hospitalization.hospitalizedPreviously=YES 'hospitalization.previousHospitalizations[+]={"description":"first"}' >/dev/null
check "a sends an earlier stay" same "complete 0" "$(sync a)"
pause
check "b pulls it" same "complete 0" "$(sync b)"
first=$(field a 'previousHospitalizations[0].uuid' | tr -d '"')
o a edit cases "$case" hospitalization.description=mine hospitalization.isolated=YES "hospitalization.previousHospitalizations[$first].description=mine too" \
	'hospitalization.previousHospitalizations[+]={"description":"from a"}' >/dev/null
o b edit cases "$case" hospitalization.description=theirs hospitalization.leftAgainstAdvice=UNKNOWN 'hospitalization.previousHospitalizations[+]={"description":"from b"}' >/dev/null
pause
check "b sends first" same "complete 0" "$(sync b)"
pause
check "a merges and sends" same "complete 0" "$(sync a)"
pause
check "b pulls the result" same "complete 0" "$(sync b)"
check "both clients hold the same document" same "$(document a)" "$(document b)"
check "the server holds it, too" same "$(on_server)" "$(document a)"
check "the same field: the server's value won" same '"theirs"' "$(field a description)"
check "other fields of both are there" same '"YES" "UNKNOWN"' "$(field a isolated) $(field a leftAgainstAdvice)"
check "the list items of both are there" same '["from a","from b","mine too"]' "$(document a | jq -c '[.hospitalization.previousHospitalizations[].description] | sort')"
check "the lost value is in the conflict log" same 'hospitalization.description "mine" "theirs" open' \
	"$(o a conflicts --json | jq -r '.[0] | "\(.path) \(.mine|tojson) \(.theirs|tojson) \(.state)"')"
check "b has no conflict" same 0 "$(o b conflicts --json | jq length)"

id=$(o a conflicts --json | jq -r '.[0].id')
check "restoring puts mine back" o a conflicts restore "$id"
pause
check "it is sent" same "complete 0" "$(sync a)"
check "the server has my value" same '"mine"' "$(on_server | jq -c .hospitalization.description)"
pause
check "b pulls it" same "complete 0" "$(sync b)"

# ---- an item removed here and changed there, and the other way round ----
second=$(document a | jq -r '.hospitalization.previousHospitalizations[] | select(.description == "from b") | .uuid')
o a edit cases "$case" "hospitalization.previousHospitalizations[$first]=" "hospitalization.previousHospitalizations[$second].description=changed by a" >/dev/null
o b edit cases "$case" "hospitalization.previousHospitalizations[$first].description=changed by b" "hospitalization.previousHospitalizations[$second]=" >/dev/null
check "b sends" same "complete 0" "$(sync b)"
pause
check "a merges" same "complete 0" "$(sync a)"
pause
check "b follows" same "complete 0" "$(sync b)"
check "equal again" same "$(document a)" "$(document b)"
check "one item recreated, one removed, both in the log" same "list_item_recreated list_item_removed" "$(o a conflicts --open --json | jq -r '[.[].type] | sort | join(" ")')"
check "a further run has nothing to do" same "complete 0" "$(sync a)"

# ---- what nobody touched goes through unchanged ----
before=$(on_server | jq -S 'del(.. | .changeDate?) | del(.hospitalization.description)')
o a edit cases "$case" hospitalization.description="only this" >/dev/null
pause
check "one field is sent" same "complete 0" "$(sync a)"
check "nothing else changed on the server" same "$before" "$(on_server | jq -S 'del(.. | .changeDate?) | del(.hospitalization.description)')"
end
