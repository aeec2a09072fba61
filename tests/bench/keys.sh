#!/bin/bash
# keys.sh: how soon the screens answer with CASES=100000 stored: idle, and while a synchronization of another process writes them all anew.
set -eu
. "$(dirname "$0")/thin-line.sh"
keys=$builddir/tests/bench/keys
: >"$work/server"
"$builddir/outpost-trainer" --cases "${CASES:-100000}" --seed 7 >"$work/server" &
wait_for "$work/server" '^listening on (.*)'
echo SurvOff | o login "$found" SurvOff --password-stdin 2>/dev/null
echo SurvOff | o sync --json --password-stdin >"$work/run" 2>/dev/null
jq -c '{bench:"keys",cases:(.kinds[]|select(.kind=="cases").pulled)}' "$work/run"
"$keys" keys_floor cat
"$keys" keys_idle "$builddir/outpost" "$work/data" SurvOff
(while [ ! -e "$work/enough" ]; do echo SurvOff | o sync --mode repull --json --password-stdin >"$work/run" 2>/dev/null; done) &
repull=$!
"$keys" keys_during_sync "$builddir/outpost" "$work/data" SurvOff
: >"$work/enough"
kill "$repull" 2>/dev/null || true
