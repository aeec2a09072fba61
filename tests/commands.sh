#!/bin/bash
# The commands' contracts on the real program (TAP): exit statuses, one JSON document on standard output, messages on standard error.
# OUTPOST: the program. TRAINER: the training server; without it the second half is skipped.
set -u
# shellcheck source=/dev/null
. "$(dirname "$0")/support/address.sh"
OUTPOST=${OUTPOST:-./outpost}
TRAINER=${TRAINER:-}
case $OUTPOST in */*) OUTPOST=$(cd "$(dirname "$OUTPOST")" && pwd)/$(basename "$OUTPOST") ;; esac
if [ ! -x "$OUTPOST" ]; then
	echo "Bail out! OUTPOST is no program: $OUTPOST"
	exit 1
fi
dir=$(mktemp -d "${TMPDIR:-/tmp}/outpost-commands-XXXXXX")
trainer_pid=
cleanup() {
	[ -n "$trainer_pid" ] && kill "$trainer_pid" 2>/dev/null
	rm -rf "$dir"
}
trap cleanup EXIT
unset OUTPOST_DATA
export XDG_DATA_HOME="$dir/share" TZ=UTC LC_ALL=C LANGUAGE=
n=0

ok() { # ok STATUS TEXT
	n=$((n + 1))
	if [ "$1" -eq 0 ]; then
		echo "ok $n - $2"
	else
		echo "not ok $n - $2"
		[ -s "$dir/out" ] && sed 's/^/# out: /' "$dir/out" | head -n 20
		[ -s "$dir/err" ] && sed 's/^/# err: /' "$dir/err" | head -n 20
	fi
}

run() { # run ARGS...: status in $status, output in out and err
	"$OUTPOST" "$@" >"$dir/out" 2>"$dir/err" </dev/null
	status=$?
}

expect() { # expect STATUS TEXT ARGS...
	local want=$1 text=$2
	shift 2
	run "$@"
	[ "$status" -eq "$want" ]
	ok $? "$text (exit $want, was $status)"
}

has() { # has FILE PATTERN TEXT
	grep -qE -- "$2" "$dir/$1"
	ok $? "$3"
}

json() { # standard output is exactly one line, one JSON document: our own strict parser judges
	printf '{"person":%s}' "$(cat "$dir/out")" >"$dir/judge.json"
	[ "$(wc -l <"$dir/out")" -eq 1 ] && "$OUTPOST" eval 'true()' --record "$dir/judge.json" >/dev/null 2>"$dir/judge.err"
	ok $? "$1"
}

# ---- usage ----
expect 0 "help" help
has out 'outpost sync' "help names the commands"
expect 0 "help of a command" help sync
expect 0 "--help behind a command" sync --help
has out 'dry-run' "it shows the command's options"
expect 0 "version" version
has out '^outpost [0-9]' "version says its number"
expect 2 "an unknown command" frobnicate
[ ! -s "$dir/out" ] && [ -s "$dir/err" ]
ok $? "messages go to standard error"
expect 2 "an unknown option" status --frobnicate
expect 2 "an option without its value" cases --where
expect 2 "a flag with a value" status --json=yes
expect 2 "too few words" merge cases
expect 2 "too many words" status now
expect 2 "an unknown kind" show nokinds ABC --data "$dir/none"
expect 2 "no PATH=VALUE" edit cases ABC nothing --data "$dir/none"

# ---- merge ----
echo '{"uuid":"A","disease":"LASSA","hospitalization":{"uuid":"H","isolated":"NO","previousHospitalizations":[]}}' >"$dir/base.json"
echo '{"uuid":"A","disease":"LASSA","hospitalization":{"uuid":"H","isolated":"YES","previousHospitalizations":[]},"mine":1}' >"$dir/mine.json"
echo '{"uuid":"A","disease":"LASSA","hospitalization":{"uuid":"H","isolated":"UNKNOWN","previousHospitalizations":[]},"epidNumber":"X"}' >"$dir/theirs.json"
expect 0 "merge" merge cases "$dir/base.json" "$dir/mine.json" "$dir/theirs.json" --json
json "its answer is one document"
has out '"path":"hospitalization.isolated","base":"NO","mine":"YES","theirs":"UNKNOWN"' "a conflict has path, base, mine and theirs"
has out '"type":"field"' "and its type"
has out '"dirty":true' "what only I have keeps it dirty"
expect 0 "merge without a base" merge cases - "$dir/mine.json" "$dir/mine.json" --json
has out '"conflicts":\[\]' "equal sides have no conflict"
echo '{"a":1,}' >"$dir/bad.json"
expect 1 "merge of what is no JSON" merge cases - "$dir/bad.json" "$dir/mine.json"
has err 'line 1, column 8: MINE \(.*/bad\.json\) is no correct JSON' "says which file, and where"
[ ! -s "$dir/out" ]
ok $? "and nothing on standard output"
printf '{\n"hospitalization":{"previousHospitalizations":7}}' >"$dir/shape.json"
expect 1 "merge of what is no record" merge cases "$dir/base.json" "$dir/mine.json" "$dir/shape.json"
has err 'THEIRS \(.*/shape\.json\) is no record of this kind: hospitalization\.previousHospitalizations is not a JSON array' "says which file, and where"
expect 1 "merge of a base that is no record" merge cases "$dir/shape.json" "$dir/mine.json" "$dir/mine.json"
has err 'BASE \(.*/shape\.json\)' "says which file"
echo '[]' >"$dir/list.json"
expect 1 "merge of a list" merge cases - "$dir/list.json" "$dir/mine.json"
has err 'MINE \(.*/list\.json\) has to be one JSON object' "says which file"
expect 1 "merge of a file that is not there" merge cases - "$dir/nowhere.json" "$dir/mine.json"
expect 2 "merge of an unknown kind" merge nokinds - "$dir/mine.json" "$dir/mine.json"

# ---- eval ----
expect 0 "eval" eval '1 + 2 * 3'
[ "$(cat "$dir/out")" = 7 ]
ok $? "prints the value"
expect 0 "eval --json" eval '1 div 0' --json
[ "$(cat "$dir/out")" = '{"type":"number","value":null,"string":"Infinity"}' ]
ok $? "Infinity is null with its string"
expect 0 "eval of a negative number" eval '-1 + 3'
expect 2 "eval of a mistake" eval '1 +'
has err 'line 1' "says the line"
expect 2 "eval with an unknown zone" eval '1' --timezone Mars/Olympus
expect 2 "eval with an impossible time" eval 'today()' --now 2026-13-01
expect 0 "eval at a time" eval 'string(today())' --now 2026-11-22T23:30:00Z --timezone Africa/Lagos
[ "$(cat "$dir/out")" = 2026-11-23 ]
ok $? "today() is the zone's day"
# shellcheck disable=SC2016
expect 0 "eval on a record" eval '${/hospitalization/isolated}' --record "$dir/base.json" --kind cases
expect 0 "eval with rights" eval "user-right('X')" --rights none
[ "$(cat "$dir/out")" = false ]
ok $? "no rights"
expect 0 "eval with a list of rights" eval "user-right('X')" --rights Y,X
[ "$(cat "$dir/out")" = true ]
ok $? "one of the rights"

# ---- forms ----
cat >"$dir/form.json" <<'FORM'
{ "form": "tiny", "title": "Tiny", "kind": "cases", "path": "hospitalization",
  "children": [
    { "name": "isolated", "type": "select_one YesNoUnknown", "label": "Isolated?" },
    { "name": "isolationDate", "type": "date", "label": "Since", "relevant": "${isolated} = 'YES'", "constraint": ". <= today()", "constraint_message": "Not in the future" } ] }
FORM
expect 0 "form check of a good form" form check "$dir/form.json" --json
json "its answer is one document"
[ "$(cat "$dir/out")" = '[]' ]
ok $? "nothing to complain about"
sed 's/isolationDate/noSuchField/' "$dir/form.json" >"$dir/form2.json"
expect 1 "form check of an unknown field" form check "$dir/form2.json" --json
json "its answer is one document"
has out '"line":[0-9]+,"column":[0-9]+,"severity":"error","code":"[a-z_]+","message":"' "with line, column, severity, code and message"
expect 1 "form check of no file" form check "$dir/nowhere.json" --json
json "its answer is one document, too"
expect 1 "form check of what is no JSON" form check "$dir/bad.json" --json
json "likewise"
expect 2 "form without a word" form
expect 2 "form frob" form frob
expect 0 "form try" form try "$dir/form.json" "$dir/mine.json" --json --now 2026-11-22T10:00:00Z
json "its answer is one document"
has out '"path":"hospitalization.isolationDate","visible":true,"required":false,"readonly":false,"value":null' "a field as agreed"
expect 0 "form try with a hidden field" form try "$dir/form.json" "$dir/base.json" --json
has out '"path":"hospitalization.isolationDate","visible":false' "hidden"
expect 1 "form try with a bad form" form try "$dir/form2.json" "$dir/base.json" --json
[ ! -s "$dir/out" ]
ok $? "prints nothing"

# ---- without a profile ----
expect 5 "status without a profile" status --json
expect 5 "cases without a profile" cases --json
expect 5 "sync without a profile" sync --json
[ ! -e "$dir/share" ]
ok $? "asking makes no folder"
expect 2 "a password needs the network but a bad address not" login
printf 'x\n' | "$OUTPOST" login http://sormas.example.org SurvOff --password-stdin >"$dir/out" 2>"$dir/err"
[ $? -eq 1 ]
ok $? "plain HTTP to another machine is refused"
for url in 'https://sormas.example.org?x' 'ftp://sormas.example.org' 'https://nurse@sormas.example.org' ''; do
	expect 2 "no address is wrong usage, before a password is asked for: '$url'" login "$url" SurvOff
done
printf 'x\n' | "$OUTPOST" login http://127.0.0.1:9 SurvOff --password-stdin >"$dir/out" 2>"$dir/err"
[ $? -eq 4 ]
ok $? "nobody answers: exit 4"
printf '' | "$OUTPOST" login http://127.0.0.1:9 SurvOff --password-stdin >"$dir/out" 2>"$dir/err"
[ $? -eq 5 ]
ok $? "no password on standard input: exit 5"

# ---- settings ----
expect 0 "set" set
has out '^timezone=' "lists the settings"
expect 0 "set NAME VALUE" set lock_minutes 20
expect 0 "set NAME" set lock_minutes
[ "$(cat "$dir/out")" = 20 ]
ok $? "is what was set"
expect 2 "a wrong value" set lock_minutes many
expect 2 "an unknown setting" set nothing 1
expect 0 "set --json" set --json
json "one document"
[ "$(stat -c %a "$dir/share/outpost/default/outpost.db")" = 600 ] && [ "$(stat -c %a "$dir/share/outpost/default")" = 700 ]
ok $? "folder 700, file 600"
expect 0 "another profile" --profile other set lock_minutes
[ "$(cat "$dir/out")" = 15 ]
ok $? "has its own settings"
OUTPOST_DATA="$dir/env" "$OUTPOST" set lock_minutes 7 && [ -e "$dir/env/outpost.db" ]
ok $? "OUTPOST_DATA is the folder"
expect 0 "status of an empty profile" status --json
json "one document"
has out '"server":null,"user":null,"dirty":0,"new":0,"rejected":0,"conflicts_open":0,"drafts":0,"oldest_unsent":null,"last_run":null' "as agreed"
expect 0 "cases of an empty profile" cases --json
[ "$(cat "$dir/out")" = '[]' ]
ok $? "none"
expect 2 "a mistake in --where" cases --where '1 +'
expect 0 "doctor" doctor --json
json "one document"
expect 0 "backup" backup "$dir/backup.db"
[ "$(stat -c %a "$dir/backup.db")" = 600 ]
ok $? "600"
expect 1 "backup overwrites nothing" backup "$dir/backup.db"
(cd "$dir" && "$OUTPOST" backup 'file:copy?mode=memory' >out 2>err && [ -s 'file:copy?mode=memory' ] && [ ! -e copy ])
ok $? "a backup's name is that of a file, also where it looks like a URI"
(cd "$dir" && "$OUTPOST" --data file:x set lock_minutes 7 >out 2>err && [ "$("$OUTPOST" --data "$dir/file:x" set lock_minutes)" = 7 ] && [ ! -e x ])
ok $? "so is the folder's"
expect 5 "sync without an account" sync --json
if [ -w /dev/full ]; then
	"$OUTPOST" status --json >/dev/full 2>"$dir/err"
	[ $? -eq 1 ]
	ok $? "a full disk is no success"
fi

# ---- with a training server ----
if [ -z "$TRAINER" ] || [ ! -x "$TRAINER" ]; then
	n=$((n + 1))
	echo "ok $n - login, sync, edit, conflict, restore # SKIP no training server (TRAINER)"
	echo "1..$n"
	exit 0
fi
for link in 9.6,600 64,600 0.3 0; do
	"$TRAINER" --link "$link" --help >/dev/null 2>"$dir/err"
	ok $? "the training server imitates a line of $link"
done
for link in 9.6.1,600 -1 1e3 0x10 9.6k,600 .,600 0.0001 ,600; do
	"$TRAINER" --link "$link" --help >/dev/null 2>"$dir/err"
	[ $? -eq 2 ]
	ok $? "it takes no line of $link"
done
"$TRAINER" --listen "$address:0" --cases 30 --persons 30 --seed 3 >"$dir/trainer" 2>"$dir/trainer.err" &
trainer_pid=$!
url=
for _ in $(seq 200); do
	url=$(sed -n 's/^listening on //p' "$dir/trainer")
	[ -n "$url" ] && break
	sleep 0.05
done
[ -n "$url" ]
ok $? "the training server listens"
a=(--data "$dir/a") b=(--data "$dir/b")
login() { # login DIR USER PASSWORD
	printf '%s\n' "$3" | "$OUTPOST" --data "$1" login "$url" "$2" --password-stdin --timezone UTC >"$dir/out" 2>"$dir/err"
}
sync() { # sync DIR PASSWORD ARGS...
	local where=$1 password=$2
	shift 2
	printf '%s\n' "$password" | "$OUTPOST" --data "$where" sync --password-stdin --json "$@" >"$dir/out" 2>"$dir/err"
	status=$?
}
login "$dir/a" SurvOff wrong
[ $? -eq 5 ]
ok $? "a wrong password: exit 5"
login "$dir/a" SurvOff SurvOff
ok $? "login"
base=${url%/sormas-rest}
printf 'SurvOff\n' | "$OUTPOST" "${b[@]}" login "$base" SurvOff --password-stdin --timezone UTC >"$dir/out" 2>"$dir/err"
ok $? "a missing /sormas-rest is added"
sync "$dir/a" wrong
[ "$status" -eq 5 ]
ok $? "sync with a wrong password: exit 5"
sync "$dir/a" SurvOff
[ "$status" -eq 0 ]
ok $? "first sync (exit 0, was $status)"
json "one document"
has out '"verdict":"complete"' "complete"
has out '"mode":"changes"' "mode"
sync "$dir/b" SurvOff
[ "$status" -eq 0 ]
ok $? "second device"
expect 0 "cases" "${a[@]}" cases --json
json "one document"
uuid=$(grep -oE '\{"uuid":"[^"]+"' "$dir/out" | head -n 1 | cut -d'"' -f4)
[ -n "$uuid" ]
ok $? "there are cases"
has out '"state":"clean"' "clean ones"
expect 0 "cases --csv" "${a[@]}" cases --csv
has out '^uuid,epidNumber,' "with a header"
# shellcheck disable=SC2016
expect 0 "cases --where" "${a[@]}" cases --where "\${uuid} = '$uuid'" --json
[ "$(grep -o '"epidNumber"' "$dir/out" | wc -l)" -eq 1 ]
ok $? "finds the one"
expect 0 "show" "${a[@]}" show cases "${uuid:0:10}" --json
json "one document"
has out '"hospitalization":\{' "the whole document"
expect 1 "show of nothing" "${a[@]}" show cases ZZZZZZ
expect 0 "edit" "${a[@]}" edit cases "$uuid" additionalDetails="from the first device"
expect 0 "show --base" "${a[@]}" show cases "$uuid" --base --json
grep -q 'first device' "$dir/out"
[ $? -eq 1 ]
ok $? "the snapshot is what the server sent"
expect 0 "status" "${a[@]}" status --json
has out '"dirty":1' "one unsent"
expect 0 "history" "${a[@]}" history cases "$uuid" --json
has out '"path":"additionalDetails".*"new":"from the first device","sent":false' "has the edit"
expect 1 "a wrong edit" "${a[@]}" edit cases "$uuid" hospitalization.admissionDate=someday
expect 0 "the other device edits the same field" "${b[@]}" edit cases "$uuid" additionalDetails="from the second device"
sync "$dir/a" SurvOff
[ "$status" -eq 0 ]
ok $? "the first one sends (exit 0, was $status)"
expect 0 "history after the sync" "${a[@]}" history cases "$uuid" additionalDetails --json
has out '"sent":true' "says sent"
sync "$dir/b" SurvOff
has out '"conflicts":1' "the second one has a conflict"
printf '%s\n' '{"person":{"firstName":"A","lastName":"","sex":"MALE","birthdateMM":13},"case":{"disease":"LASSA","facilityType":"HOSPITAL","reportDate":"2999-01-01"}}' >"$dir/new.json"
expect 1 "a new case with mistakes" "${b[@]}" new case "$dir/new.json"
has err 'reportDate: .*future' "each is told"
has err 'person.birthdateMM: ' "the person's, too"
[ -z "$(sort "$dir/err" | uniq -d)" ]
ok $? "and each once, although several forms and the model have it"
expect 0 "conflicts" "${b[@]}" conflicts --open --json
json "one document"
has out '"path":"additionalDetails","type":"field".*"mine":"from the second device","theirs":"from the first device","state":"open"' "mine and theirs"
id=$(grep -oE '"id":[0-9]+' "$dir/out" | head -n 1 | cut -d: -f2)
expect 0 "show: the server's value is in force" "${b[@]}" show cases "$uuid" --json
has out 'from the first device' "it is"
expect 2 "restore takes no option of the list" "${b[@]}" conflicts restore "$id" --csv
expect 0 "restore" "${b[@]}" conflicts restore "$id" --json
[ "$(cat "$dir/out")" = "{\"id\":$id,\"state\":\"restored\"}" ]
ok $? "answers with the conflict's state"
expect 1 "restore again" "${b[@]}" conflicts restore "$id"
expect 1 "restore of nothing" "${b[@]}" conflicts restore 999999
expect 2 "restore of a word" "${b[@]}" conflicts restore first
sync "$dir/b" SurvOff
[ "$status" -eq 0 ]
ok $? "sends it"
sync "$dir/a" SurvOff
expect 0 "show on the first device" "${a[@]}" show cases "$uuid" --json
has out 'from the second device' "has the restored value"
sync "$dir/a" SurvOff --dry-run
[ "$status" -eq 0 ]
ok $? "a dry run"
facility=$("$OUTPOST" "${a[@]}" show cases "$uuid" --json | grep -oE '"healthFacility":\{[^}]*"uuid":"[^"]+"' | head -n 1 | sed 's/.*"uuid":"//;s/"$//')
cat >"$dir/new.json" <<NEW
{"person":{"firstName":"Ama","lastName":"Trainee","sex":"FEMALE","birthdateYYYY":1999},
 "case":{"disease":"LASSA","facilityType":"HOSPITAL","healthFacility":{"uuid":"$facility"}}}
NEW
expect 0 "new case" "${a[@]}" new case "$dir/new.json"
json "one document"
has out '^\{"case":"[^"]+","person":"[^"]+"\}$' "with both uuids"
fresh=$(cut -d'"' -f4 "$dir/out")
expect 0 "status" "${a[@]}" status --json
has out '"new":2' "person and case are new"
sync "$dir/a" SurvOff
[ "$status" -eq 0 ]
ok $? "both are sent (exit 0, was $status)"
sync "$dir/b" SurvOff
expect 0 "the other device has the new case" "${b[@]}" show cases "$fresh" --json
echo '{"person":{"firstName":"Ama"},"case":{"disease":"LASSA"}}' >"$dir/wrong.json"
expect 1 "a new case without what is required" "${a[@]}" new case "$dir/wrong.json"
kill "$trainer_pid"
wait "$trainer_pid" 2>/dev/null
trainer_pid=
sync "$dir/a" SurvOff
[ "$status" -eq 4 ]
ok $? "nobody answers: exit 4 (was $status)"
json "still one document"
has out '"verdict":"offline"' "offline"
expect 0 "doctor" "${a[@]}" doctor --json
grep -rqE 'SurvOff|Trainee|Kamara|second device' "$dir/a/outpost.log"
[ $? -eq 1 ]
ok $? "nothing personal is in the log"
expect 0 "logout" "${a[@]}" logout
echo "1..$n"
