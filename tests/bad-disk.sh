#!/bin/bash
# Disks and files that are not as they should be: a message that says what to do, the exit status of the manual, and nothing of what is there
# is changed. What needs a file system of our own (full, read-only) is skipped where it cannot be had. TAP.
# shellcheck source=/dev/null disable=SC2154
. "$(dirname "$0")/support/clients.sh"

fresh() { # the profile x: a whole one, with an edit
	rm -rf "$work/x"
	cp -r "$work/a" "$work/x"
}
files() { (cd "$work/x" && find . -type f ! -name outpost.log -exec sha256sum {} + | sort); }
# The commands refuse with this status and words, the doctor says so as a document, too, and the files stay as they are.
refuses() { # rule, status, words
	local before
	before=$(files)
	local command status
	for command in "status" "edit cases $case hospitalization.description=x" "show cases $case"; do
		# shellcheck disable=SC2086  # words
		"$outpost" --data "$work/x" $command >"$work/out" 2>"$work/why"
		status=$?
		check "$1: $command: exit status" same "$2" "$status"
		check "$1: $command: the message" grep -q "$3" "$work/why"
	done
	"$outpost" --data "$work/x" doctor --json >"$work/out" 2>"$work/why"
	check "$1: doctor: exit status" same "$2" "$?"
	check "$1: doctor: one document with the reason" grep -q "$3" <<<"$(jq -r '.[] | select(.check == "database" and .state == "error") | .message' "$work/out")"
	check "$1: nothing was touched" same "$before" "$(files)"
}
advice() { jq -r '.[] | select(.check == "backup") | .message' "$work/out"; }
overwrite() { # offset, bytes: noise over the middle of the database
	head -c "$2" /dev/urandom | dd of="$work/x/outpost.db" bs=512 seek=$(($1 / 512)) conv=notrunc 2>/dev/null
}

start_server server.db
log_in a
o a edit cases "$case" hospitalization.description="worth keeping" >/dev/null
stop_server

fresh
echo "a letter" >"$work/x/outpost.db"
refuses "no database" 1 "not a database of Outpost"
check "without a backup: what then" grep -q "no backup is known" <<<"$(advice)"

check "a backup" o a backup "$work/backup.db"
fresh
overwrite 4096 20480
refuses "a damaged head" 1 "damaged"
check "where the last backup is" grep -q "the last backup is $work/backup.db" <<<"$(advice)"
rm "$work"/x/outpost.db*
cp "$work/backup.db" "$work/x/outpost.db"
check "put back as the doctor says, everything is there" same '"worth keeping"' "$(o x show cases "$case" | jq .hospitalization.description)"

fresh
overwrite 20480 200000
refuses "damaged pages" 1 "damaged"
fresh
truncate -s 100000 "$work/x/outpost.db"
refuses "a file that was cut" 1 "damaged"
mv "$work/backup.db" "$work/elsewhere.db"
"$outpost" --data "$work/x" doctor --json >"$work/out"
check "the backup is not there now" grep -q "is not there now" <<<"$(advice)"

# One page in the middle of the documents: opened, but the doctor sees it.
fresh
pages=$(($(stat -c %s "$work/x/outpost.db") / 4096))
damaged=0
for page in $(seq 20 15 $((pages - 1))); do
	fresh
	overwrite $((page * 4096)) 4096
	"$outpost" --data "$work/x" doctor --json >"$work/out" 2>/dev/null
	[ $? -eq 1 ] && [ "$(jq -r '[.[] | select(.check == "database")][0].state' "$work/out")" = error ] || damaged=$page
done
check "noise in any page is found by the doctor (missed: page $damaged)" test "$damaged" = 0

fresh
mv "$work/x/outpost.db" "$work/x/outpost.db-wal"
refuses "the log without the database" 1 "missing or empty"
: >"$work/x/outpost.db"
refuses "the log beside an empty database" 1 "missing or empty"
rm "$work/x/outpost.db"
before=$(files)
start_server server.db
echo SurvOff | o x login "$url" SurvOff --password-stdin >/dev/null
check "signing in there makes no new profile over it" same "1 $before" "$? $(files)"
stop_server

fresh
rm "$work/x/outpost.db"
mkdir "$work/x/outpost.db"
refuses "a folder of that name" 1 "is not a file"

if command -v sqlite3 >/dev/null; then
	fresh
	sqlite3 "$work/x/outpost.db" 'PRAGMA user_version = 99'
	refuses "a newer version's data" 5 "newer Outpost"
	fresh
	sqlite3 "$work/x/outpost.db" 'PRAGMA application_id = 7'
	refuses "another program's database" 1 "of another program"

	# A reader goes on; a writer waits for a while, then says so.
	fresh
	mkfifo "$work/hold"
	sqlite3 "$work/x/outpost.db" <"$work/hold" >"$work/held" 2>&1 &
	holder=$!
	exec 9>"$work/hold"
	echo "BEGIN IMMEDIATE; SELECT 'held';" >&9
	for _ in $(seq 100); do
		grep -q held "$work/held" && break
		sleep 0.05
	done
	check "locked by another process: reading goes on" same '"worth keeping"' "$(o x show cases "$case" | jq .hospitalization.description)"
	"$outpost" --data "$work/x" edit cases "$case" hospitalization.description=x 2>"$work/why"
	check "saving waits, then: later" same "4" "$?"
	check "it says that somebody else is writing" grep -q "Another Outpost is writing" "$work/why"
	"$outpost" --data "$work/x" set lock_minutes 5 2>"$work/why"
	check "a setting likewise" same "4" "$?"
	echo SurvOff | "$outpost" --data "$work/x" sync --password-stdin >"$work/out" 2>"$work/why"
	check "the right password is not called wrong" same "4" "$?"
	echo "ROLLBACK;" >&9
	exec 9>&-
	wait "$holder"
	check "afterwards it is saved" o x edit cases "$case" hospitalization.description=x
else
	n=$((n + 1))
	echo "ok $n # SKIP no sqlite3 here: other versions, locks"
fi

# ---- file systems ----
space() { # options of the mount, commands: in a file system of our own, with the profile in it at $1
	unshare -rm sh -c "mount -t tmpfs -o $1 tmpfs '$work/x' && cp -r '$work'/a/* '$work/x/' && chmod 700 '$work/x' && $2" 2>&1
}
fresh
if space size=8m true >/dev/null; then
	edit="'$outpost' --data '$work/x' edit cases $case hospitalization.description"
	show="'$outpost' --data '$work/x' show cases $case | jq -c .hospitalization.description"
	size=$(($(du -k "$work/a/outpost.db" | cut -f1) + 48))
	answer=$(space size=${size}k "$edit=x; echo status \$?; $show; '$outpost' --data '$work/x' doctor >/dev/null; echo doctor \$?; rm '$work/x/outpost.log'; dd if=/dev/zero of='$work/x/filler' 2>/dev/null; $edit=y; echo status \$?; rm '$work/x/filler'; mount -o remount,size=9m '$work/x'; $edit=z; echo status \$?; $show")
	check "full: the message" grep -q "The disk is full. Free some space" <<<"$answer"
	check "full: failed, failed, and with space again saved" same "1 1 0" "$(sed -n 's/^status //p' <<<"$answer" | xargs)"
	check "full: reading goes on, nothing was lost, nothing half saved" same '"worth keeping" "z"' \
		"$(grep '^"' <<<"$answer" | paste -sd' ')"
	answer=$(space size=8m "mount -o remount,ro '$work/x'; $edit=x; echo status \$?; '$outpost' --data '$work/x' doctor; echo status \$?")
	check "read-only: the message" grep -q "cannot be written. Check who owns them" <<<"$answer"
	check "read-only: failed" same "1 1" "$(sed -n 's/^status //p' <<<"$answer" | xargs)"
else
	n=$((n + 1))
	echo "ok $n # SKIP no file system of our own: full, read-only"
fi
end
