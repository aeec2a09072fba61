#!/bin/bash
# The client believes a server only for a reason: a trusted authority or the pinned key; otherwise not a byte of the password leaves. TAP.
# The authority and its certificates are made here and thrown away.
# shellcheck source=/dev/null disable=SC2034
. "$(dirname "$0")/support/clients.sh"
command -v openssl >/dev/null || {
	echo "1..0 # SKIP openssl is not installed"
	exit 0
}
unset SSL_CERT_FILE SSL_CERT_DIR CURL_CA_BUNDLE
export no_proxy='*'

made() { # what, command...: quietly, or the test ends
	"${@:2}" >"$work/openssl.log" 2>&1 || {
		echo "Bail out! openssl cannot make $1: $(tail -n 1 "$work/openssl.log")"
		exit 1
	}
}
authority() { # name
	made "the authority" openssl req -x509 -newkey rsa:2048 -nodes -keyout "$work/$1.key" -out "$work/$1.pem" -days 30 -subj "/CN=Throw-away authority $1" \
		-addext basicConstraints=critical,CA:TRUE -addext keyUsage=critical,keyCertSign,cRLSign
}
certificate() { # name, days valid, names
	made "a request" openssl req -new -newkey rsa:2048 -nodes -keyout "$work/$1.key" -out "$work/$1.csr" -subj "/CN=training"
	printf 'subjectAltName=%s\nextendedKeyUsage=serverAuth\nbasicConstraints=CA:FALSE\n' "$3" >"$work/$1.ext"
	made "a certificate" openssl x509 -req -in "$work/$1.csr" -CA "$work/ca.pem" -CAkey "$work/ca.key" -CAcreateserial -days "$2" \
		-extfile "$work/$1.ext" -out "$work/$1.pem"
}
pin_of() { # name: the public key's digest, as --pin wants it
	openssl x509 -in "$work/$1.pem" -pubkey -noout | openssl pkey -pubin -outform der | openssl dgst -sha256 -binary | base64 | sed 's|^|sha256//|'
}
serve() { # certificate's name
	stop_server
	start_server server.db --tls-certificate "$work/$1.pem" --tls-key "$work/$1.key"
}
# how many requests the server has seen, without the one that asks
requests() { curl -sk -u SurvOff:SurvOff "$url/trainer/state" | jq '.requests - 1'; }
profile=0
try() { # words of login...: sets $status; the message is in $work/said. A new profile each time: nothing is remembered.
	profile=$((profile + 1))
	before=$(requests)
	echo SurvOff | "$outpost" --data "$work/p$profile" login "$url" SurvOff --password-stdin "$@" >"$work/said" 2>&1
	status=$?
	after=$(requests)
}
refused() { # words that the message has to have
	same 5 "$status" && same "$((before + 1))" "$after" && said "$@"
}
said() {
	local word
	for word; do
		grep -qF -e "$word" "$work/said" || {
			echo "# expected in the message: $word"
			sed 's/^/# seen: /' "$work/said"
			return 1
		}
	done
}

authority ca
authority other
certificate good 30 "DNS:localhost,IP:$address"
certificate expired -1 "DNS:localhost,IP:$address"
certificate elsewhere 30 DNS:sormas.example.org
made "a certificate of its own" openssl req -x509 -newkey rsa:2048 -nodes -keyout "$work/own.key" -out "$work/own.pem" -days 30 -subj /CN=localhost \
	-addext "subjectAltName=DNS:localhost,IP:$address"
good=$(pin_of good)

serve good
check "the training server speaks https" grep -q "^https://$address:" <<<"$url"
try
check "an authority that this machine does not know: refused, and nothing was sent" refused "does not know who signed" "--pin"
SSL_CERT_FILE=$work/other.pem try
check "another authority than the one that signed: refused" refused "does not know who signed"
SSL_CERT_FILE=$work/none.pem try
check "a file of authorities that is not there: refused" refused SSL_CERT_FILE
SSL_CERT_FILE=$work/ca.pem try
check "a known authority, the right name, a date that is not over: accepted" same 0 "$status"
check "and the synchronization goes through" same "complete 0" "$(SSL_CERT_FILE=$work/ca.pem sync "p$profile")"
check "the next run without that authority stops before it sends" same "refused 5" "$(sync "p$profile")"
try --pin "$good"
check "the pinned key: accepted without an authority" same 0 "$status"
check "and the synchronization goes through with the pin that the profile keeps" same "complete 0" "$(sync "p$profile")"
try --pin "$(pin_of own)"
check "another key than the pinned one: refused, and nothing was sent" refused "not the pinned one"
SSL_CERT_FILE=$work/ca.pem try --pin "$(pin_of own)"
check "another key than the pinned one, from a known authority: refused as well" refused "not the pinned one"
try --pin "md5//AAAA"
check "a pin of another form is refused" same 2 "$status"
check "and the message says how one begins" said "sha256//"

serve own
try
check "signed by itself: refused, and nothing was sent" refused "signed by nobody but itself" "--pin"
SSL_CERT_FILE=$work/ca.pem try --pin "$good"
check "the pinned server's place taken by another: refused" refused "not the pinned one"

serve elsewhere
SSL_CERT_FILE=$work/ca.pem try
check "a certificate for another name: refused, and nothing was sent" refused "for another name" "check the address"
try --pin "$(pin_of elsewhere)"
check "the pinned key under another name: refused" refused "for another name"

serve expired
SSL_CERT_FILE=$work/ca.pem try
check "an expired certificate: refused, and nothing was sent" refused "has expired" "date"

# an old server, that can do TLS 1.1 at most
stop_server
openssl s_server -quiet -accept "$address:$port" -cert "$work/good.pem" -key "$work/good.key" -tls1_1 -cipher 'ALL:@SECLEVEL=0' >"$work/old.out" 2>&1 &
server=$! # clients.sh stops it
for _ in $(seq 100); do
	(exec 3<>"/dev/tcp/$address/$port") 2>/dev/null && break
	sleep 0.05
done
echo SurvOff | SSL_CERT_FILE=$work/ca.pem "$outpost" --data "$work/old" login "https://$address:$port" SurvOff --password-stdin >"$work/said" 2>&1
check "TLS 1.1 is not spoken" same 4 $?
check "the message says that no secure connection was made" said "no secure connection" "check the address"
check "and the server saw no request" same "" "$(grep -ac HTTP/ "$work/old.out" | grep -v '^0$')"
stop_server

start_server server.db
echo SurvOff | "$outpost" --data "$work/q" login "${url/http:/https:}" SurvOff --password-stdin >"$work/said" 2>&1
check "https to a server that speaks plain http fails without a word of it" said "no secure connection"
echo SurvOff | "$outpost" --data "$work/r" login "http://192.0.2.1:8080/sormas-rest" SurvOff --password-stdin >"$work/said" 2>&1
check "plain http to another machine is refused before anything else" same 1 $?
check "and the message says what to write" said "https://"
end
