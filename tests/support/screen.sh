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
