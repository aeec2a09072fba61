#!/bin/bash
# HTTP/2 with a real proxy in front of the training server: by ALPN with TLS, by Upgrade without. TAP; needs nghttpx (package nghttp2-proxy).
# shellcheck source=/dev/null disable=SC2034
. "$(dirname "$0")/support/clients.sh"
if ! command -v nghttpx >/dev/null || ! command -v openssl >/dev/null; then
	echo "1..0 # SKIP nghttpx (package nghttp2-proxy) or openssl is not installed"
	exit 0
fi
export no_proxy='*'
proxy=
trap 'kill $proxy 2>/dev/null; stop_server; rm -rf "$work"' EXIT INT TERM

free_port() { # a port that nobody had a moment ago
	"$trainer" --listen "$address:0" --cases 0 >"$work/probe" &
	local probe=$!
	for _ in $(seq 200); do
		front=$(sed -nE 's|^listening on .*:([0-9]+)/.*|\1|p' "$work/probe")
		[ -n "$front" ] && break
		sleep 0.05
	done
	kill "$probe"
	wait "$probe" 2>/dev/null
}
same_port=
start_proxy() { # frontend's options, files...: sets $front
	[ -n "$same_port" ] || free_port
	: >"$work/proxy.log"
	# shellcheck disable=SC2016  # nghttpx's own names
	nghttpx --conf=/dev/null -f"$address,$front$1" -b"$address,$port" --no-ocsp --errorlog-file="$work/proxy.err" --accesslog-file="$work/proxy.log" \
		--accesslog-format='$protocol_version $method $path' "${@:2}" 2>/dev/null &
	proxy=$!
	for _ in $(seq 200); do
		(exec 3<>"/dev/tcp/$address/$front") 2>/dev/null && return
		sleep 0.05
	done
	echo "Bail out! nghttpx did not start: $(tail -n 1 "$work/proxy.err")"
	exit 1
}
stop_proxy() {
	kill "$proxy"
	wait "$proxy" 2>/dev/null
	proxy=
	for _ in $(seq 200); do # its worker holds the port a little longer
		(exec 3<>"/dev/tcp/$address/$front") 2>/dev/null || break
		sleep 0.05
	done
}
versions() { awk 'NF > 1 { print $1 }' "$work/proxy.log" | sort | uniq | paste -sd ' '; }

openssl req -x509 -newkey rsa:2048 -nodes -keyout "$work/key" -out "$work/certificate" -days 3 -subj /CN=localhost -addext "subjectAltName=IP:$address" 2>/dev/null
start_server server.db
start_proxy "" "$work/key" "$work/certificate"
export SSL_CERT_FILE=$work/certificate
echo SurvOff | o a login "https://$address:$front/sormas-rest" SurvOff --password-stdin
check "a first pull over TLS" same "complete 0" "$(sync a)"
check "and a second run" same "complete 0" "$(sync a)"
check "all of it in HTTP/2, agreed in the handshake" same "HTTP/2" "$(versions)"
: >"$work/proxy.log"
case=$(o a cases --json | jq -r '.[0].uuid')
o a edit cases "$case" hospitalization.description="over HTTP/2" >/dev/null
check "an edit is pushed over HTTP/2" same "complete 0" "$(sync a)"
check "the server has it" same '"over HTTP/2"' "$(on_server | jq -c .hospitalization.description)"
stop_proxy

start_proxy "" --npn-list=http/1.1 "$work/key" "$work/certificate"
echo SurvOff | o c login "https://$address:$front/sormas-rest" SurvOff --password-stdin
check "a pull from a server that does not offer HTTP/2" same "complete 0" "$(sync c)"
check "is in HTTP/1.1" same "HTTP/1.1" "$(versions)"
stop_proxy
same_port=yes
start_proxy "" "$work/key" "$work/certificate"
check "the same server with HTTP/2 later" same "complete 0" "$(sync c)"
check "is asked in HTTP/1.1, as the sign-in has found" same "HTTP/1.1" "$(versions)"
echo SurvOff | o c login "https://$address:$front/sormas-rest" SurvOff --password-stdin
: >"$work/proxy.log"
check "after the next sign-in" same "complete 0" "$(sync c)"
check "HTTP/2 is taken" same "HTTP/2" "$(versions)"
stop_proxy
same_port=

start_proxy ";no-tls"
echo SurvOff | o b login "http://$address:$front/sormas-rest" SurvOff --password-stdin
check "a pull without TLS" same "complete 0" "$(sync b)"
check "in HTTP/1.1 unless chosen otherwise" same "HTTP/1.1" "$(versions)"
o b set http 2 >/dev/null
: >"$work/proxy.log"
check "a run with HTTP/2 chosen" same "complete 0" "$(sync b)"
check "comes to HTTP/2 by Upgrade: the first request in 1.1, the others in 2" same "HTTP/1.1 HTTP/2" "$(versions)"
stop_proxy
end
