#!/bin/bash
# quiet.sh [SERVER HTTP]...: a run with nothing to do over a thin line (line.c counts every byte of it). One JSON line a pair.
# SERVER: plain, tls (the training server alone, HTTP/1.1), h2c, tls-h2 (nghttpx of the package nghttp2-proxy in front of it). HTTP: auto, 1.1, 2.
# LINE="64 600": kbit/s, round trip in ms.
set -eu
. "$(dirname "$0")/thin-line.sh"
openssl req -x509 -newkey rsa:2048 -nodes -keyout "$work/key" -out "$work/certificate" -days 3 -subj /CN=localhost -addext subjectAltName=IP:127.0.0.1 2>/dev/null
measure() { # server, http
	local tls=() scheme=http
	rm -rf "$work/data"
	[ "$1" != tls ] || tls=(--tls-certificate "$work/certificate" --tls-key "$work/key")
	"$builddir/outpost-trainer" --cases 200 --seed 7 "${tls[@]}" >"$work/server" &
	server=$!
	wait_for "$work/server" '^listening on .*:([0-9]+)\/.*'
	behind=$found
	case $1 in tls*) scheme=https ;; esac
	proxy=
	case $1 in h2c | tls-h2)
		local front=127.0.0.1,$((behind + 1)) files=()
		if [ "$1" = h2c ]; then front="$front;no-tls"; else files=("$work/key" "$work/certificate"); fi
		nghttpx --conf=/dev/null -f"$front" -b"127.0.0.1,$behind" --errorlog-file="$work/proxy" --no-ocsp "${files[@]}" 2>/dev/null &
		proxy=$!
		behind=$((behind + 1))
		for _ in $(seq 100); do
			(exec 3<>"/dev/tcp/127.0.0.1/$behind") 2>/dev/null && break
			sleep 0.05
		done
		;;
	esac
	line_up 0 100000 1
	o set http "$2"
	o set pin "sha256//$(openssl x509 -in "$work/certificate" -pubkey -noout | openssl pkey -pubin -outform der | openssl dgst -sha256 -binary | base64)"
	echo SurvOff | o login "$scheme://127.0.0.1:$port/sormas-rest" SurvOff --password-stdin 2>/dev/null
	echo SurvOff | o sync --password-stdin >/dev/null
	line_down
	line_up "$port" "$kbit" "$ms"
	echo SurvOff | o sync --json --password-stdin >"$work/run"
	line_down
	tail -n 1 "$work/line" | jq -c --slurpfile run "$work/run" --arg server "$1" --arg http "$2" \
		'{bench:"quiet_run",server:$server,http:$http,verdict:$run[0].verdict,requests:$run[0].requests,seconds:$run[0].seconds,connections,up,down}'
	kill "$server" ${proxy:+"$proxy"}
	wait "$server" ${proxy:+"$proxy"} 2>/dev/null || true
}

if [ $# -eq 0 ]; then
	set -- plain auto tls auto tls 1.1
	command -v nghttpx >/dev/null && set -- "$@" h2c 1.1 h2c 2 tls-h2 auto tls-h2 1.1
fi
while [ $# -ge 2 ]; do
	measure "$1" "$2"
	shift 2
done
