#!/bin/bash
# The real program is killed at the n-th call that writes, for every n of a save: the record, its history and what is left to send are those from before
# or those of the whole save, and saving once more ends where the save that nobody killed did. TAP; needs strace.
# shellcheck source=/dev/null disable=SC2154
. "$(dirname "$0")/support/clients.sh"
calls=write,writev,pwrite64,ftruncate,fdatasync,fsync,rename,renameat,renameat2,unlink,unlinkat
if ! strace -o /dev/null true 2>/dev/null; then
	echo "1..0 # SKIP strace is not installed, or may not look at programs here"
	exit 0
fi
edits=(hospitalization.description="the new text" hospitalization.isolated=YES)
save() { o x edit cases "$case" "${edits[@]}"; }
# What can be asked about the profile x; times and numbers of rows are not compared.
state() {
	o x show cases "$case" | jq -Sc .
	o x show cases "$case" --base 2>&1 | head -c 40
	o x history cases "$case" --json | jq -Sc 'map(del(.time))'
	o x status --json | jq -Sc '{dirty, new, drafts, rejected}'
}
fresh() {
	rm -rf "$work/x"
	cp -r "$work/a" "$work/x"
}

start_server server.db
log_in a
stop_server
o a edit cases "$case" additionalDetails="an earlier edit" >/dev/null
fresh
before=$(state)
save >/dev/null
after=$(state)
check "the save changes what is compared" test "$before" != "$after"

killed=0
old=0
new=0
wrong=
for at in $(seq 1 400); do
	fresh
	# the leak checker of a sanitizer build does not work under strace
	{ ASAN_OPTIONS=${ASAN_OPTIONS:-}:detect_leaks=0 strace -f -o /dev/null -e "inject=$calls:signal=KILL:when=$at" "$outpost" --data "$work/x" edit cases "$case" "${edits[@]}" >"$work/out" 2>&1; } 2>/dev/null
	status=$?
	[ "$status" -ge 128 ] || break
	killed=$at
	now=$(state)
	case $now in
	"$before") old=$((old + 1)) ;;
	"$after") new=$((new + 1)) ;;
	*)
		wrong="$wrong $at"
		echo "# killed at call $at: neither before nor after"
		diff <(echo "$before") <(echo "$now") | head -n 4 | cut -c1-300 | sed 's/^/# /'
		;;
	esac
	o x doctor --json | jq -e 'map(select(.check == "database" and .state != "ok")) | length == 0' >/dev/null || wrong="$wrong $at(doctor)"
	save >/dev/null
	[ "$(state | head -n 1)" = "$(head -n 1 <<<"$after")" ] || wrong="$wrong $at(again)"
done
check "the save ends by itself when it has made all its calls (status $status after $killed kills)" test "$status" -eq 0
check "killed at each of $killed calls: before or after, and once more ends as if nobody had ($old before, $new after)" same "" "$wrong"
check "some of the kills came before the save was there, and some after" test "$old" -gt 0 -a "$new" -gt 0
end
