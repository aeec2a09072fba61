#!/bin/bash
# What the commands say to people: the plain answers of sync, status, conflicts, history and form try, a trial run that changes nothing,
# a password that is asked for on a terminal. TAP.
# shellcheck source=/dev/null disable=SC2154
. "$(dirname "$0")/support/clients.sh"

says() { # client, words...: runs the command, standard output and error in one
	"$outpost" --data "$work/$1" "${@:2}" >"$work/out" 2>&1 </dev/null
}
plain_sync() { # client, options...: prints the exit status
	echo SurvOff | "$outpost" --data "$work/$1" sync --password-stdin "${@:2}" >"$work/out" 2>"$work/why"
	echo $?
}
has() { grep -qE -- "$1" "$work/out" || { sed 's/^/# /' "$work/out"; return 1; }; }
hasnt() { ! grep -qE -- "$1" "$work/out" || { sed 's/^/# /' "$work/out"; return 1; }; }

start_server server.db
echo SurvOff | o a login "$url" SurvOff --password-stdin --timezone UTC >/dev/null
says a status
check "before the first run status says so" has 'Never synchronized'
check "a plain run" same 0 "$(plain_sync a)"
check "it tells what came" has '^cases +.*[1-9]'
check "and how it ended" has 'Verdict: complete\. Conflicts: 0\. Requests: [1-9]'
check "and what it cost" has 'Sent [1-9][0-9]* bytes, received [1-9][0-9]*, in [0-9]+ ms'
check "a run with nothing to do" same 0 "$(plain_sync a)"
check "does not tell of kinds" hasnt '^(cases|persons) '
check "an unknown mode is a wrong call" same 2 "$(plain_sync a --mode everything)"
case=$(o a cases --json | jq -r '[.[] | select(.state == "clean")][0].uuid')
echo SurvOff | o b login "$url" SurvOff --password-stdin --timezone UTC >/dev/null
check "a second client" same 0 "$(plain_sync b)"

# ---- a trial run ----
o a edit cases "$case" hospitalization.description="from a" hospitalization.isolated=YES >/dev/null
o b edit cases "$case" hospitalization.leftAgainstAdvice=NO >/dev/null
check "b sends its edit" same 0 "$(plain_sync b)"
before=$(document a)
on_server_before=$(on_server)
check "a trial run: what it would send is left" same 3 "$(plain_sync a --dry-run)"
check "tells what would be sent" has "^send cases $case hospitalization.description: .*-> \"from a\""
check "and what would change here" has "^here cases $case hospitalization.leftAgainstAdvice: .*-> \"NO\""
check "nothing changed here" same "$before" "$(document a)"
check "nor on the server" same "$on_server_before" "$(on_server)"
check "the edit is still unsent" same 1 "$(o a status --json | jq .dirty)"
check "a trial run with --json" same 3 "$(plain_sync a --dry-run --json)"
check "answers with one document" same 1 "$(jq -s length "$work/out")"
check "the lines go to standard error" grep -q "^send cases $case" "$work/why"
pause
check "then in earnest" same 0 "$(plain_sync a)"
check "both are there" same '"from a" "NO"' "$(field a description) $(field a leftAgainstAdvice)"

# ---- a record that the server cannot take ----
o a edit cases "$case" hospitalization.description=unsent >/dev/null
new=$(echo '{"person":{"firstName":"Ama","lastName":"Trainee","sex":"FEMALE"},
	"case":{"disease":"LASSA","facilityType":"HOSPITAL","healthFacility":{"uuid":"NOSUCH-AAAAAA-AAAAAA-AAAAAAAA"}}}' | o a new case - | jq -r .case)
check "something is left: the run is not complete" same 3 "$(plain_sync a)"
check "the answer says so" has 'Verdict: partial'
check "and of which kind" has '^cases .*accepted 1 .*left 1'
says a status
check "status counts it" has '1 unsent, 1 of them new'
check "and when it was" has 'not complete; 0 days ago'
check "and it is still here" same '"Ama"' "$(o a show persons "$(o a show cases "$new" | jq -r .person.uuid)" | jq .firstName)"
o a edit cases "$case" hospitalization.description="later" >/dev/null

# ---- history and conflicts ----
says a history cases "$case"
check "the history shows who, what and both values" has 'SurvOff@.*hospitalization.description: "from a" -> "unsent"'
check "what was not sent is marked" has '"unsent" -> "later".*not sent'
says a history cases "$case" hospitalization.isolated
check "of one field only" hasnt description
says a history nothings "$case"
check "an unknown kind says which there are" has 'kinds are cases, persons'
says a conflicts --json --csv
check "two formats are one too many" has 'choose one of'
says a conflicts restore first
check "a conflict has a number" has 'is no number of a conflict'

# ---- a form tried without a screen ----
cat >"$work/form.json" <<'FORM'
{ "form": "tiny", "title": "Tiny", "kind": "cases", "path": "hospitalization", "children": [
	{ "name": "isolated", "type": "select_one YesNoUnknown", "label": "Isolated?", "required": "true()" },
	{ "name": "isolationDate", "type": "date", "label": "Since", "relevant": "${isolated} = 'YES'", "constraint": ". <= today()",
		"constraint_message": "Not in the future" },
	{ "name": "description", "type": "text", "label": "Notes", "read_only": "true()" } ] }
FORM
echo '{"uuid":"A","hospitalization":{"uuid":"H","isolated":"YES","isolationDate":1795564800000,"description":"a\u001b[2Jb"}}' >"$work/record.json"
says a form try "$work/form.json" "$work/record.json" --now 2026-11-22T10:00:00Z
check "rows with their values" has '^hospitalization.isolated \*: Yes'
check "a finding says where and why" has '^error: hospitalization.isolationDate: Not in the future'
check "text of a record does not move the cursor" test "$(grep -c $'\e' "$work/out")" = 0
echo '[]' >"$work/list.json"
says a form try "$work/form.json" "$work/list.json"
check "a record is an object" has 'has to be one JSON object'

# ---- wrong calls ----
for call in 'sync --mode|needs a value' 'status --json=yes|takes no value' 'show cases|needs more words' 'logout now|is too much' \
	'--script x status|do not go together'; do
	# shellcheck disable=SC2086  # words
	says a ${call%|*}
	check "\"${call%|*}\" says what is wrong" has "${call#*|}"
done
says a --version
check "--version" has '^outpost [0-9]'
says a --help
check "--help lists the commands" has 'export-edits'
says a sync --help
check "a command's own help" has '--dry-run'

# ---- asked for on a terminal ----
ask() { # what is typed, words...: waits for the question, types; the terminal's text in out
	local got='' c pid
	coproc script -qec "$(printf '%q ' "$outpost" --data "$work/a" "${@:2}")" /dev/null
	# shellcheck disable=SC2154
	pid=$COPROC_PID
	while IFS= read -r -n 1 -t 20 c <&"${COPROC[0]}"; do
		got+=$c
		[[ $got != *': ' ]] || break
	done
	printf %b "$1" >&"${COPROC[1]}"
	got+=$(cat <&"${COPROC[0]}")
	wait "$pid"
	status=$?
	printf '%s' "$got" >"$work/out"
}
ask 'SurvOff\r' login "$url" SurvOff
check "a typed password" same 0 "$status"
check "the question names user and server" has "Password of SurvOff at http"
check "it is not shown" test "$(grep -o SurvOff "$work/out" | wc -l)" = 2
ask 'SurvOfX\x7ff\r' login "$url" SurvOff
check "a letter can be taken back" same 0 "$status"
ask 'nonsense\x15SurvOff\r' login "$url" SurvOff
check "and all of it with ^U" same 0 "$status"
ask 'wrong\r' login "$url" SurvOff
check "a wrong one" same 5 "$status"
ask '\x03' login "$url" SurvOff
check "^C ends the question" same 5 "$status"
check "and says so" has 'no password was given'
ask '\r' export-edits "$work/parcel"
check "no passphrase, no file" test ! -e "$work/parcel"
end
