#!/bin/bash
# Unsent edits as an encrypted file: from a machine that does not synchronize to one that does. TAP.
# shellcheck source=/dev/null disable=SC2154
. "$(dirname "$0")/support/clients.sh"

phrase="a phrase of several words"
write() { # client, file
	echo "$phrase" | o "$1" export-edits "$work/$2" --passphrase-stdin --json
}
read_in() { # client, file, phrase: prints the answer and the exit status
	local out status
	out=$(echo "${3:-$phrase}" | "$outpost" --data "$work/$1" import-edits "$work/$2" --passphrase-stdin --json 2>"$work/why")
	status=$?
	echo "$out $status"
}
refused() { # rule, words of the message, client, file, phrase
	check "$1" same " 1" "$(read_in "${@:3}")"
	check "$1: it says why" grep -q "$2" "$work/why"
}
# All that an import could change, but for counters of wrong tries.
state() {
	o "$1" cases --json
	o "$1" conflicts --json
	o "$1" history cases "$case" --json
	document "$1"
}

start_server server.db
log_in a b
mapfile -t clean < <(o a cases --json | jq -r '.[] | select(.state == "clean") | .uuid' | sort)
facility=$(document a | jq -r .healthFacility.uuid)

check "nothing unsent: no file" same "" "$(write a none)"
check "none was made" test ! -e "$work/none"

stays=hospitalization.previousHospitalizations
o a edit cases "$case" hospitalization.hospitalizedPreviously=YES hospitalization.description=mine hospitalization.isolated=YES "${stays}[+]={\"description\":\"from a\"}" >/dev/null
person=$(document a | jq -r .person.uuid)
o a edit persons "$person" nickname=Mine >/dev/null
new=$(echo "{\"person\":{\"firstName\":\"Ama\",\"lastName\":\"Trainee\",\"sex\":\"FEMALE\",\"birthdateYYYY\":1999},
	\"case\":{\"disease\":\"LASSA\",\"facilityType\":\"HOSPITAL\",\"healthFacility\":{\"uuid\":\"$facility\"}}}" | o a new case - | jq -r .case)
before=$(state a)
report=$(write a edits)
check "the file holds every unsent record" same 4 "$(jq .records <<<"$report")"
check "writing it changes nothing there" same "$before" "$(state a)"
check "only its owner may read it" same 600 "$(stat -c %a "$work/edits")"
check "nothing in it can be read" test "$(grep -cE 'Ama|Trainee|mine|hospitalization|SurvOff' "$work/edits")" = 0
check "a file that is there is not overwritten" same "" "$(write a edits)"
check "a short passphrase is refused" same " 1" "$(echo short | o a export-edits "$work/short" --passphrase-stdin --json; echo " $?")"

o b edit cases "$case" hospitalization.hospitalizedPreviously=YES hospitalization.description=theirs hospitalization.leftAgainstAdvice=UNKNOWN "${stays}[+]={\"description\":\"from b\"}" >/dev/null
before=$(state b)
refused "another passphrase" "passphrase is not the one" b edits "another phrase"
size=$(stat -c %s "$work/edits")
head -c $((size - 1)) "$work/edits" >"$work/cut"
head -c 60 "$work/edits" >"$work/stub"
(cat "$work/edits"; echo) >"$work/longer"
echo hello >"$work/other"
: >"$work/empty"
refused "a file that was cut" "cut off or altered" b cut
refused "the beginning of one" "cut off" b stub
refused "something added to it" "cut off or altered" b longer
refused "another file" "no file of" b other
refused "an empty file" "no file of" b empty
refused "no file" "there is no file" b nowhere
for at in 20 40 70 1000 $((size - 5)); do
	cp "$work/edits" "$work/altered"
	byte=$(od -An -tu1 -j "$at" -N 1 "$work/edits")
	printf "%b" "\\x$(printf %x $((byte ^ 1)))" | dd of="$work/altered" bs=1 seek="$at" conv=notrunc 2>/dev/null
	check "byte $at altered" same " 1" "$(read_in b altered)"
done
refused "the machine that wrote it" "was written here" a edits
check "all these changed nothing" same "$before" "$(state b)"

check "the import" same '{"records":4,"created":2,"merged":2,"unchanged":0,"conflicts":1} 0' "$(read_in b edits | sed 's/"file":"[^"]*",//')"
check "fields of both are there" same '"YES" "UNKNOWN"' "$(field b isolated) $(field b leftAgainstAdvice)"
check "the same field: the value here stays" same '"theirs"' "$(field b description)"
check "the other is in the conflict log" same 'hospitalization.description "mine" "theirs"' "$(o b conflicts --open --json | jq -r '.[0] | "\(.path) \(.mine|tojson) \(.theirs|tojson)"')"
check "items of both are there" same '["from a","from b"]' "$(document b | jq -c "[.${stays}[].description | select(startswith(\"from\"))] | sort")"
check "the new case is there" same 1 "$(o b cases --search Trainee --json | jq 'map(select(.state == "new")) | length')"
check "each change of the new case is in it once" same "$(o a history cases "$new" --json | jq -Sc 'map(del(.sent))')" "$(o b history cases "$new" --json | jq -Sc 'map(del(.sent))')"
before=$(state b)
refused "a second time" "imported here before" b edits
check "and it changes nothing" same "$before" "$(state b)"

check "b sends it all" same "complete 0" "$(sync b)"
check "the server has it" same "$(document b)" "$(on_server)"
pause
check "the first machine meets its own edits" same "complete 0" "$(sync a)"
check "nothing is there twice" same "$(document a)" "$(document b)"
check "nothing is left to send" same "0 0" "$(o a status --json | jq -r '"\(.dirty) \(.new)"')"
check "one new case, not two" same 1 "$(o a cases --search Trainee --json | jq length)"

# ---- who has not signed in; another server; a record that is unknown there ----
check "without an account" same " 5" "$(read_in nobody edits)"
o a edit cases "${clean[1]}" hospitalization.description="by file" >/dev/null
write a second >/dev/null
stop_server
# shellcheck disable=SC2034  # start_server reads it
port=
start_server other.db
echo SurvOff | o c login "$url" SurvOff --password-stdin >/dev/null
refused "another server" "holds edits for" c second
end
