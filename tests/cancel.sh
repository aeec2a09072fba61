#!/bin/bash
# Stopping a synchronization: ^C, a line that hangs up, x on the sync screen. Whatever it waits for, it ends within two seconds at a safe point, keeps
# what is done, and the next run goes on from there (sync.md "A run", product.md "Exit status"). TAP; needs tmux.
# shellcheck source=/dev/null disable=SC2154
. "$(dirname "$0")/support/clients.sh"
. "$(dirname "$0")/support/screen.sh"

faulty() { # the server, from now on, with this rule
	stop_server
	echo "[$1]" >"$work/faults"
	start_server server.db --cases 120 --faults "$work/faults"
}
healthy() {
	stop_server
	start_server server.db --cases 120
}
mark() { marked=$(wc -l <"$work/a/outpost.log"); }
has_asked() { # a request, since the mark: waits until the client has sent it
	for _ in $(seq 400); do
		tail -n "+$((marked + 1))" "$work/a/outpost.log" | grep -q "debug $1" && return 0
		sleep 0.05
	done
	echo "# never asked: $1"
	return 1
}
now_ms() { date +%s%3N; }
within_two_seconds() {
	[ "$took" -le 2000 ] && return 0
	echo "# it took $took ms"
	return 1
}
new_client() { # a client that is signed in and has nothing yet
	rm -rf "$work/a"
	echo SurvOff | o a login "$url" SurvOff --password-stdin >/dev/null
}

stopped_by() { # signal, situation, request that it waits in
	mark
	echo SurvOff | "$outpost" --data "$work/a" sync --json --password-stdin >"$work/run" 2>"$work/why" &
	local run=$!
	has_asked "$3"
	local begun
	begun=$(now_ms)
	kill "-$1" $run
	wait $run
	local status=$?
	took=$(($(now_ms) - begun))
	check "$2: SIG$1 ends it within two seconds" within_two_seconds
	check "$2: the run says that something is left" same "partial 3" "$(jq -r .verdict "$work/run") $status"
}
goes_on() { # situation
	healthy
	pause
	check "$1: the next run ends complete" same "complete 0" "$(sync a)"
}

for signal in INT HUP TERM; do
	faulty '{"match":"GET /cases/all","count":0,"do":"stall","ms":86400000}'
	new_client
	stopped_by $signal "a page that stops half way" "GET /cases/all"
done
goes_on "a page that stops half way"

faulty '{"match":"GET /persons/all","count":0,"do":"delay","ms":86400000}'
new_client
stopped_by INT "a server that says nothing" "GET /persons/all"
goes_on "a server that says nothing"

# The first request was refused; the next try comes after some seconds.
faulty '{"match":"GET /cases/all","count":0,"do":"drop"}'
new_client
stopped_by INT "waiting to try again" "GET /cases/all"
goes_on "waiting to try again"

# A push whose answer is not awaited: whether the server has it is asked, and it has it once.
case=$(o a cases --json | jq -r '[.[] | select(.state == "clean")][0].uuid')
o a set partial_updates false >/dev/null
faulty '{"match":"POST /cases/push","count":0,"do":"delay","ms":86400000}'
o a edit cases "$case" 'hospitalization.description=words' >/dev/null
stopped_by INT "a push without its answer" "POST /cases/push"
check "a push without its answer: the edit is still here" same '"words"' "$(field a description)"
goes_on "a push without its answer"
check "a push without its answer: the server has the edit" same '"words"' "$(on_server | jq -c .hospitalization.description)"
check "a push without its answer: nothing is in conflict" same 0 "$(o a conflicts --json | jq length)"

# ---- in the terminal ----
in_terminal() { # the sync screen, waiting for a page
	open_terminal vt100 "'$outpost' --data '$work/a'"
	sees 'is locked'
	keys -l SurvOff
	keys Enter
	sees 'Cases '
	mark
	keys s
	sees 'x stop'
	has_asked "GET /cases/all"
}
faulty '{"match":"GET /cases/all","count":0,"do":"stall","ms":86400000}'
new_client
in_terminal
begun=$(now_ms)
keys x
check "x on the sync screen: it says that it was stopped" sees '[Ss]topped'
took=$(($(now_ms) - begun))
check "x on the sync screen: within two seconds" within_two_seconds
mark
keys s
has_asked "GET /cases/all"
begun=$(now_ms)
kill -HUP "$(pgrep -P "$(tm list-panes -F '#{pane_pid}')" -x outpost)"
check "a line that hangs up during a sync: the program ends" same 0 "$(ended)"
took=$(($(now_ms) - begun))
check "a line that hangs up during a sync: within two seconds" within_two_seconds
goes_on "a line that hung up during a sync"
end
