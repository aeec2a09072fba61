#!/bin/bash
# The real program stops dead at step n of a synchronization and starts again: it ends where the run that nobody stopped did, on both sides,
# whatever n is. Every kind of edit takes part. TAP. OUTPOST_DEPTH=2 or more (make check-long): every n; else every fifth or so and the last;
# OUTPOST_SEED shifts which.
# shellcheck source=/dev/null disable=SC2154
. "$(dirname "$0")/support/clients.sh"

push() { # kind, document: as a colleague
	curl -s -u SurvOff:SurvOff -H 'mobile-sync: true' -H 'Content-Type: application/json' -d "[$2]" "$url/$1/push" >/dev/null
}
query() { # kind, uuids...: the server's documents
	local kind=$1
	shift
	curl -s -u NatUser:NatUser -H 'mobile-sync: true' -H 'Content-Type: application/json' -d "$(printf '%s\n' "$@" | jq -R . | jq -sc .)" "$url/$kind/query"
}
# What has to be the same in the end. Dates of changes are the server's clock; what it computes on each read is no value.
strip='del(.. | .changeDate?, .creationDate?, .approximateAgeReferenceDate?)
	| walk(if type == "array" and all(type == "object" and has("uuid")) then sort_by(.uuid) else . end)'
client_state() {
	local uuid
	o a status --json | jq -c '{dirty, new, rejected, conflicts_open, drafts}'
	o a conflicts --json | jq -Sc '[.[] | del(.id, .time)] | sort_by(.uuid, .path, .type) | .[]' | jq -Sc "$strip"
	o a cases --json | jq -c 'map({uuid, state, conflicts}) | sort_by(.uuid)'
	for uuid in "${cases[@]}"; do
		o a show cases "$uuid" | jq -Sc "$strip"
		o a history cases "$uuid" --json | jq -Sc 'map(del(.time)) | sort_by(.path)'
	done
	for uuid in "${persons[@]}"; do
		o a show persons "$uuid" | jq -Sc "$strip"
	done
	# A line in the outbox would be a push whose outcome is still open.
	if command -v sqlite3 >/dev/null; then sqlite3 "$work/a/outpost.db" 'SELECT count(*) FROM outbox'; fi
}
server_state() {
	query cases "${cases[@]}" | jq -Sc "sort_by(.uuid) | .[] | $strip"
	query persons "${persons[@]}" | jq -Sc "sort_by(.uuid) | .[] | $strip"
	for kind in cases persons; do curl -s -u NatUser:NatUser -H 'mobile-sync: true' "$url/$kind/uuids" | jq -c sort; done
}
keep() { # name: client and server as they are
	stop_server
	rm -rf "$work/kept-$1"
	mkdir "$work/kept-$1"
	cp -r "$work"/a "$work"/server.db* "$work/kept-$1/"
	start_server server.db
}
put_back() { # name
	stop_server
	rm -rf "$work/a" "$work"/server.db*
	cp -r "$work/kept-$1"/* "$work/"
	start_server server.db
}
complete() { # to the end, or (n) to step n: prints verdict and exit status
	local out status
	out=$(echo SurvOff | OUTPOST_STOP_AT_STEP=${1:-1000000} o a sync --json --mode complete --password-stdin)
	status=$?
	echo "$(jq -r .verdict <<<"$out") $status"
}

# ---- both sides, with something to do of every kind ----
start_server server.db
log_in a
mapfile -t cases < <(for uuid in $(o a cases --json | jq -r '[.[] | select(.state == "clean") | .uuid] | sort | .[]'); do
	o a show cases "$uuid" | jq -r 'select(.facilityType == "HOSPITAL" and .inJurisdiction) | .uuid'
done)
check "there are cases to work with" test "${#cases[@]}" -ge 6
stays=hospitalization.previousHospitalizations
for i in 0 1; do
	o a edit cases "${cases[$i]}" hospitalization.hospitalizedPreviously=YES "${stays}[+]={\"description\":\"one\"}" "${stays}[+]={\"description\":\"two\"}" >/dev/null
done
check "a sends earlier stays" same "complete 0" "$(sync a)"
pause
check "it pulls them" same "complete 0" "$(sync a)"
stay() { o a show cases "${cases[$1]}" | jq -r ".hospitalization.previousHospitalizations[] | select(.description == \"$2\") | .uuid"; }
one=$(stay 0 one)
two=$(stay 0 two)
o a edit cases "${cases[0]}" hospitalization.description=mine "${stays}[$one].description=changed" "${stays}[$two]=" "${stays}[+]={\"description\":\"three\"}" >/dev/null
check "changed, removed and added items" test $? = 0
person=$(o a show cases "${cases[0]}" | jq -r .person.uuid)
o a edit persons "$person" nickname=Mine >/dev/null
check "a changed person" test $? = 0
one=$(stay 1 one)
two=$(stay 1 two)
o a edit cases "${cases[1]}" hospitalization.description=mine hospitalization.isolated=YES "${stays}[$one].description=changed" "${stays}[$two]=" >/dev/null
check "an edit that meets a colleague's" test $? = 0
push cases "$(query cases "${cases[1]}" | jq -c ".[0] | .hospitalization.description = \"theirs\" | .hospitalization.leftAgainstAdvice = \"UNKNOWN\"
	| .hospitalization.previousHospitalizations |= map(select(.uuid != \"$one\") | .description = \"theirs\")")"
unreachable=$(o a show cases "${cases[2]}" | jq -r .person.uuid)
o a edit persons "$unreachable" 'personContactDetails[+]={"personContactDetailType":"EMAIL","contactInformation":"no address","primaryContact":true}' >/dev/null
check "a record that the server refuses" test $? = 0
o a edit cases "${cases[3]}" hospitalization.description="lost on the server" >/dev/null
check "an edit of a record that is deleted there" test $? = 0
curl -s -u admin:sadmin -X POST -H 'Content-Type: application/json' "$url/cases/delete" -d "[\"${cases[3]}\",\"${cases[4]}\"]" >/dev/null
push cases "$(query cases "${cases[5]}" | jq -c '.[0] | .hospitalization.description = "theirs alone"')"
facility=$(o a show cases "${cases[0]}" | jq -r .healthFacility.uuid)
new=$(echo "{\"person\":{\"firstName\":\"Ama\",\"lastName\":\"Trainee\",\"sex\":\"FEMALE\",\"birthdateYYYY\":1999},
	\"case\":{\"disease\":\"LASSA\",\"facilityType\":\"HOSPITAL\",\"healthFacility\":{\"uuid\":\"$facility\"}}}" | o a new case -)
check "a new person with a new case" test $? = 0
cases+=("$(jq -r .case <<<"$new")")
persons=("$person" "$unreachable" "$(jq -r .person <<<"$new")")
keep start

# ---- the run that nobody stops ----
check "the whole run: everything but the refused record" same "partial 3" "$(complete)"
client_state >"$work/client.whole"
server_state >"$work/server.whole"
check "the server has what was sent" grep -q '"description":"three"' "$work/server.whole"
check "the new case is there" grep -q Trainee "$work/server.whole"
check "conflicts of several types were met" same "field list_item_recreated list_item_removed record_removed" \
	"$(o a conflicts --json | jq -r '[.[].type] | unique | join(" ")')"
check "one record was refused" same 1 "$(o a status --json | jq .rejected)"

# ---- and the one that is stopped at n ----
# The number of steps by halves, so that the sample knows where it ends.
low=1
high=256
while [ "$low" -lt "$high" ]; do
	middle=$(((low + high) / 2))
	put_back start
	if [ "$(complete "$middle")" = " 99" ]; then low=$((middle + 1)); else high=$middle; fi
done
steps=$((low - 1))
check "the run has steps ($steps)" test "$steps" -gt 40
stride=1
[ "${OUTPOST_DEPTH:-1}" -lt 2 ] && stride=$((steps / 12 + 1))
first=$((${OUTPOST_SEED:-1} % stride + 1))
for at in $(seq "$first" "$stride" "$steps") "$steps"; do
	put_back start
	check "step $at: it stops there" same " 99" "$(complete "$at")"
	check "step $at: the next run ends as the whole one did" same "partial 3" "$(complete)"
	client_state >"$work/client.seen"
	server_state >"$work/server.seen"
	check "step $at: the client is the same" diff "$work/client.whole" "$work/client.seen"
	check "step $at: the server is the same" diff "$work/server.whole" "$work/server.seen"
done
end
