#!/bin/bash
# The disk fills up while a person types: it is said and what to do, typing goes on, what was saved before is there whatever happens, and with space
# again the same key saves. TAP; needs tmux, and a file system of our own (user namespaces).
# shellcheck source=/dev/null disable=SC2154
. "$(dirname "$0")/support/clients.sh"
. "$(dirname "$0")/support/screen.sh"

start_server server.db
log_in a
stop_server
mkdir "$work/x"
# The program in a small file system with the profile in it. It is filled, and has space again, when the test says so; in the end the profile comes back.
cat >"$work/small-disk" <<END
mount -t tmpfs -o size=$(($(du -k "$work/a" | cut -f1) + 4096))k tmpfs '$work/x' || exit 77
cp -r '$work'/a/* '$work/x/' && chmod 700 '$work/x'
touch '$work/mounted'
(
	while [ ! -e '$work/over' ]; do
		if [ -e '$work/fill' ]; then dd if=/dev/zero of='$work/x/filler' 2>/dev/null; mv '$work/fill' '$work/is-full'; fi
		if [ -e '$work/empty' ]; then rm '$work/x/filler'; mv '$work/empty' '$work/has-space'; fi
		sleep 0.05
	done
) &
'$outpost' --data '$work/x'
status=\$?
rm -f '$work/x/filler'
touch '$work/over'
cp '$work'/x/outpost.db* '$work/a/'
exit \$status
END
if ! unshare -rm sh -c "mount -t tmpfs -o size=1m tmpfs '$work/x'" 2>/dev/null; then
	echo "1..0 # SKIP no file system of our own can be had here"
	exit 0
fi
signalled() { # file: waits until it is there
	for _ in $(seq 400); do
		[ -e "$work/$1" ] && return 0
		sleep 0.05
	done
	return 1
}
becomes() { rm -f "$work/$2"; touch "$work/$1"; signalled "$2"; }     # what is wished, how it is answered
start() {
	rm -f "$work"/{over,fill,is-full,empty,has-space,mounted}
	open_terminal xterm-256color "unshare -rm sh '$work/small-disk'"
	signalled mounted
}
unlock() {
	sees 'is locked' || return 1
	keys -l SurvOff
	keys Enter
	sees '(Cases \[All|Drafts: typed)'
}
running() { pgrep -f -x "$outpost --data $work/x"; }
remarks() { field a description; }

start
unlock
to_case
to_remarks
keys -l ' one'
sees one
keys C-s
check "with space it is saved" sees 'Saved\.'
to_remarks
becomes fill is-full
keys -l ' two'
check "what is typed is seen" sees 'one two'
keys C-s
check "saving says that the disk is full, and what to do" sees 'The disk is full\. Free some space'
check "what was typed stays" sees 'one two'
keys -l ' three'
check "typing goes on" sees 'two three'
becomes empty has-space
keys C-s
check "with space again the same key saves" sees 'Saved\.'
kill -HUP "$(running)"
check "the program ends" same 0 "$(ended)"
check "both are there" grep -q 'one two three' <<<"$(remarks)"
saved=$(remarks)

start
sees 'is locked'
becomes fill is-full
keys -l SurvOff
keys Enter
# A wrong password could not be counted.
check "it is not unlocked with a full disk, and says why" sees 'The disk is full\. Free some space'
becomes empty has-space
check "with space again it is" unlock
to_case
to_remarks
becomes fill is-full
keys -l ' lost'
sees lost
keys C-s
sees 'The disk is full'
kill -KILL "$(running)"
ended >/dev/null
check "killed with a full disk: what was saved before is there" same "$saved" "$(remarks)"
check "and the database is whole" test "$(o a doctor --json | jq '[.[] | select(.check == "database" and .state != "ok")] | length')" = 0
end
