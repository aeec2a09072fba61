# shellcheck shell=bash
# A terminal for the tests: a program in tmux, keys to it, its screen read back. To be sourced after clients.sh; needs tmux.
if ! command -v tmux >/dev/null; then
	echo "1..0 # SKIP tmux is not installed"
	exit 0
fi
terminal=outpost-test-$$-0
tm() { tmux -L "$terminal" -f /dev/null "$@" 2>/dev/null; }
trap 'tm kill-server; stop_server; rm -rf "$work"' EXIT INT TERM

open_terminal() { # TERM, command: in 80x24; its exit status comes to $work/status
	tm kill-server
	terminal=${terminal%-*}-$((${terminal##*-} + 1))     # another server: the old one may still be ending
	rm -f "$work/status"
	TERM=xterm LC_ALL=C.UTF-8 tm new-session -d -x 80 -y 24 "export TERM=$1; $2; echo \$? >'$work/status'; cat"
}
screen() { tm capture-pane -p; }
# Keys by tmux's names; text after -l as it is.
keys() { tm send-keys "$@"; }
sees() { # pattern...: waits until the screen has them all, in any order
	local pattern now
	for _ in $(seq 400); do
		now=$(screen)
		for pattern; do
			if ! grep -qE -e "$pattern" <<<"$now"; then
				sleep 0.05
				continue 2
			fi
		done
		return 0
	done
	for pattern; do
		grep -qE -e "$pattern" <<<"$now" || echo "# not on the screen: $pattern"
	done
	sed 's/^/# | /' <<<"$now"
	return 1
}
ended() { # waits until the program has ended; prints its exit status
	for _ in $(seq 400); do
		if [ -s "$work/status" ]; then
			cat "$work/status"
			return
		fi
		sleep 0.05
	done
	echo "still running"
}
program() { pgrep -P "$(tm list-panes -F '#{pane_pid}')" -x outpost; }
to_case() { # from the list to $case
	keys /
	keys -l "${case:0:6}"
	sees "/ ${case:0:6}" "^ > .*${case:0:6}" || return 1
	keys Enter
	sees "^ > .*${case:0:6}" || return 1
	keys Enter
	sees 'Case information' || return 1
	keys Down
	sees '^ > Hospitalization'
}
to_remarks() { # from there to the end of a text of its hospitalization
	local row
	keys Enter
	sees '\^S save' || return 1
	for _ in $(seq 12); do
		row=$(screen | grep '^ >')
		grep -qE '^ >[ *]Remarks' <<<"$row" && break
		keys Down
		for _ in $(seq 200); do
			[ "$(screen | grep '^ >')" != "$row" ] && break
			sleep 0.05
		done
	done
	sees '^ >[ *]Remarks'
}
