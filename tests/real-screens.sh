#!/bin/bash
# Screens of the real program with the training server's records: what the server refuses is told where one stands, a heading without fields is left out,
# a person who moved, what is done by mistake. TAP.
# shellcheck source=/dev/null disable=SC2154
. "$(dirname "$0")/support/clients.sh"

screens() { # rule, client: standard input is the script, after the password; locked or not when it starts
	{ printf 'key l ^A ^K\ntype SurvOff\nkey Enter\nexpect Cases\n'; cat; } >"$work/script"
	check "$1" "$outpost" --data "$work/$2" --script "$work/script"
}

start_server server.db
log_in a
name=$(o a cases --json | jq -r --arg c "$case" '.[] | select(.uuid == $c) | .person.lastName')
person=$(document a | jq -r .person.uuid)
find="key /
	type $name
	key Enter Enter"

screens "a heading without a field below it is left out; ^O where nothing can be chosen says so" a <<-END
	size 80x60
	$find
	key Up Enter
	expect Case information
	expect Place of stay
	absent Treating clinician
	key ^O
	expect This field has no choices
END
screens "a new case asks for the kind of a disease when the disease is chosen; its person has a heading" a <<-END
	size 80x60
	key n
	expect A new case
	expect    Person
	absent Form of plague
	key Down
	type plag
	key Enter
	expect Form of plague
	key ^G
	type x
	expect Cases
END
o a edit cases "$case" hospitalization.hospitalizedPreviously=YES "hospitalization.previousHospitalizations[+]={\"description\":\"kept\"}" >/dev/null
screens "an answer that others fix cannot be changed, and it is said why" a <<-END
	size 80x40
	$find
	key Enter
	expect 1 entry
	key PgDn Up Up
	expect > In hospital earlier?
	type n
	expect This can be read, not changed. F1 explains it.
	key F1
	expect follows from other answers
	key ^G Down Down
	expect Enter opens it, ^T removes it.
	key ^T Up
	type n
	expect *In hospital earlier?           Yes  [No]
	key ^Z ^Z
	expect 1 entry
	key ^G
	absent There are changes
END
item=$(o a edit persons "$person" 'personContactDetails[+]={"personContactDetailType":"EMAIL","contactInformation":"no address","primaryContact":true}')
check "the server refuses the person" same "partial 3" "$(sync a)"
screens "the case says that its person was refused, why and what to do" a <<-END
	$find
	expect R The server refused this person: Primary email address
	expect then it is sent again
	key ^G r
	expect Primary email address must be a valid email address
	expect No form here changes a person
	key Enter
	expect R The server refused this person
	key ^G a
	expect It is sent again with the next sync
	key ^G
	key Enter
	absent refused
END
o a edit persons "$person" "personContactDetails[$item]=" >/dev/null
check "corrected, it goes" same "complete 0" "$(sync a)"
end
