# What the measurements over a thin line share; sourced. Wants $builddir; makes $work. LINE="64 600": kbit/s, round trip in ms.
# shellcheck shell=bash disable=SC2034
: "${builddir:?run this with make bench}"
work=$(mktemp -d)
trap 'kill $(jobs -p) 2>/dev/null || true; rm -rf "$work"' EXIT
read -r kbit ms <<<"${LINE:-64 600}"
o() { "$builddir/outpost" --data "$work/data" "$@"; }

wait_for() { # file, pattern: sets $found
	for _ in $(seq 200); do
		found=$(sed -nE "s/$2/\1/p" "$1" | head -n 1)
		[ -n "$found" ] && return
		sleep 0.05
	done
	cat "$1" >&2
	exit 1
}
line_up() { # port or 0, kbit, ms: sets $line and $port
	: >"$work/line"
	"$builddir/tests/bench/line" "$1" "$behind" "$2" "$3" >"$work/line" &
	line=$!
	wait_for "$work/line" '^([0-9]+)$'
	port=$found
}
line_down() {
	kill "$line"
	wait "$line" || true
}
