# shellcheck shell=bash disable=SC2034
# What the tests with real clients and the training server share. OUTPOST and TRAINER name the programs. To be sourced.
set -u
# shellcheck source=/dev/null
. "$(dirname "${BASH_SOURCE[0]}")/address.sh"
outpost=${OUTPOST:-./outpost}
trainer=${TRAINER:-./outpost-trainer}
work=$(mktemp -d) || exit 99
server=
trap 'stop_server; rm -rf "$work"' EXIT INT TERM

n=0
failed=0
check() { # rule, command...: ok when the command succeeds
	n=$((n + 1))
	if "${@:2}"; then
		echo "ok $n - $1"
	else
		echo "not ok $n - $1"
		failed=1
	fi
}
# shellcheck disable=SC2317  # called through check
same() { # expected, seen
	[ "$1" = "$2" ] && return 0
	echo "# expected: $1"
	echo "# seen:     $2"
	return 1
}

start_server() { # data file, options...: sets $url; the same port again, so that the clients find it
	"$trainer" --listen "$address:${port:-0}" --data "$work/$1" --cases 12 --seed 5 "${@:2}" >"$work/server" 2>"$work/server.err" &
	server=$!
	url=
	for _ in $(seq 200); do
		[ ! -f "$work/server" ] || url=$(sed -n 's/^listening on //p' "$work/server")
		[ -n "$url" ] && break
		sleep 0.05
	done
	[ -n "$url" ] || {
		echo "Bail out! The training server did not start: $(cat "$work/server.err")"
		exit 1
	}
	port=$(sed -E 's|.*:([0-9]+)/.*|\1|' <<<"$url")
}
stop_server() {
	[ -n "$server" ] || return 0
	kill "$server" 2>/dev/null
	wait "$server" 2>/dev/null
	server=
}
o() { # client, words...
	"$outpost" --data "$work/$1" "${@:2}" 2>>"$work/$1.err"
}
sync() { # client: prints verdict and exit status
	local out status
	out=$(echo SurvOff | o "$1" sync --json --password-stdin)
	status=$?
	echo "$(jq -r .verdict <<<"$out") $status"
}
document() { o "$1" show cases "$case" | jq -S .; }
on_server() { curl -s -u SurvOff:SurvOff -H 'mobile-sync: true' -H 'Content-Type: application/json' -d "[\"$case\"]" "$url/cases/query" | jq -S '.[0]'; }
field() { document "$1" | jq -c ".hospitalization.$2"; }
# change dates have a tolerance of a second: two edits within it are taken for one
pause() { sleep 1.1; }

log_in() { # clients...: each signs in and pulls everything; sets $case
	local c
	for c; do
		echo SurvOff | o "$c" login "$url" SurvOff --password-stdin >/dev/null
		check "client $c pulls everything" same "complete 0" "$(sync "$c")"
	done
	case=$(o a cases --json | jq -r '[.[] | select(.state == "clean")][0].uuid')
}
end() {
	echo "1..$n"
	exit $failed
}

value=0
fault() { # name, match, do, verdict and status expected
	value=$((value + 1))
	stop_server
	echo "[{\"match\":\"$2\",\"nth\":1,\"count\":0,\"do\":\"$3\",\"ms\":200}]" >"$work/faults"
	start_server server.db --faults "$work/faults"
	o a edit cases "$case" hospitalization.description="value $value" >/dev/null
	local seen
	seen=$(echo SurvOff | timeout 100 "$outpost" --data "$work/a" sync --json --password-stdin 2>"$work/why")
	local status=$?
	seen="$(jq -r .verdict <<<"$seen") $status"
	check "$1: the run says so (it said $seen)" grep -qE "^($4)$" <<<"$seen"
	check "$1: the edit is still here" same "\"value $value\"" "$(field a description)"
	stop_server
	start_server server.db
	pause
	check "$1: the next run goes on" same "complete 0" "$(sync a)"
	check "$1: the server has the edit" same "\"value $value\"" "$(on_server | jq -c .hospitalization.description)"
	pause
}
