#!/bin/sh
# Starts a training server on a free port and lets the conformance program walk over it.
# TRAINER and CONFORMANCE name the programs; OUTPOST_RECORDED, when set, the recorded exchanges.
set -u
trainer=${TRAINER:-./outpost-trainer}
conformance=${CONFORMANCE:-tests/conformance/conformance}
dir=$(mktemp -d) || exit 99
"$trainer" --listen 127.0.0.1:0 --cases 20 >"$dir/out" 2>"$dir/err" &
pid=$!
trap 'kill $pid 2>/dev/null; wait $pid 2>/dev/null; rm -rf "$dir"' EXIT INT TERM
n=0
while [ ! -s "$dir/out" ] && kill -0 $pid 2>/dev/null && [ $n -lt 100 ]; do
	sleep 0.1
	n=$((n + 1))
done
url=$(sed -n 's/^listening on //p' "$dir/out")
if [ -z "$url" ]; then
	echo "Bail out! The training server did not start: $(cat "$dir/err")"
	exit 1
fi
"$conformance" "$url" SurvOff SurvOff --second SurvOff2 SurvOff
