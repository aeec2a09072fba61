#!/bin/bash
# make bench: JSON lines, each figure beside its floor of the same run. CASES=10000 by default; LINK=64,600 for the thin line.
set -eu
: "${builddir:?run this with make bench}"
cases=${CASES:-10000}
work=$(mktemp -d)
trap 'kill "${server:-}" 2>/dev/null || true; rm -rf "$work"' EXIT
outpost=$builddir/outpost
measure=$builddir/tests/bench/measure

start_server() { # options...: sets $url
	"$builddir/outpost-trainer" --listen 127.0.0.1:0 --seed 7 "$@" >"$work/server.out" 2>"$work/server.err" &
	server=$!
	for _ in $(seq 600); do
		url=$(sed -n 's/^listening on //p' "$work/server.out")
		[ -n "$url" ] && return
		sleep 0.1
	done
	cat "$work/server.err" >&2
	exit 1
}
stop_server() {
	kill "$server"
	wait "$server" 2>/dev/null || true
}
login() { echo SurvOff | "$outpost" --data "$1" login "$url" SurvOff --password-stdin >/dev/null; }
sync() { # label, data folder: one line of figures, and the run's own document
	echo SurvOff | "$measure" "$1" "$outpost" --data "$2" sync --json --password-stdin 2>"$work/$1.json"
}
field() { jq -r "$2" "$work/$1.json"; }

"$builddir/tests/bench/change" 50 1000 10000

start_server --cases "$cases"
"$measure" floor_first_pull "$builddir/tests/bench/floor" "$url" SurvOff SurvOff "$work/floor.db" 1000 2>"$work/floor.err" | tee "$work/floor.line"
login "$work/data"
sync outpost_first_pull "$work/data" | tee "$work/outpost.line"
jq -nc --slurpfile f "$work/floor.line" --slurpfile o "$work/outpost.line" --argjson n "$cases" \
	'{bench:"first_pull_against_floor",cases:$n,cpu_ratio:($o[0].cpu_s/$f[0].cpu_s*100|round/100),wall_ratio:($o[0].wall_s/$f[0].wall_s*100|round/100),peak_mb:$o[0].peak_mb}'
sync outpost_quiet "$work/data"
jq -nc --argjson r "$(field outpost_quiet .requests)" --argjson up "$(field outpost_quiet .bytes_sent)" --argjson down "$(field outpost_quiet .bytes_received)" \
	'{bench:"nothing_to_do",requests:$r,bytes_sent:$up,bytes_received:$down}'
"$measure" outpost_list_search "$outpost" --data "$work/data" cases --search "kam" --json 2>/dev/null
stop_server

start_server --cases 200 --link "${LINK:-64,600}"
login "$work/thin"
sync outpost_thin_first "$work/thin"
sync outpost_thin_quiet "$work/thin"
jq -nc --argjson s "$(field outpost_thin_quiet .seconds)" --argjson r "$(field outpost_thin_quiet .requests)" \
	--argjson b "$(field outpost_thin_quiet '.bytes_sent+.bytes_received')" '{bench:"nothing_to_do_thin_line",requests:$r,bytes_both_ways:$b,seconds:$s}'
stop_server
builddir=$builddir bash "$(dirname "$0")/quiet.sh"
builddir=$builddir bash "$(dirname "$0")/edit.sh"
builddir=$builddir bash "$(dirname "$0")/push.sh"
CASES=2000 builddir=$builddir bash "$(dirname "$0")/pace.sh"
CASES=$cases builddir=$builddir bash "$(dirname "$0")/keys.sh"
