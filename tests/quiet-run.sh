#!/bin/bash
# A run with nothing to do costs one flight of five requests and less than 6 kB, already right after the first pull. TAP.
# shellcheck source=/dev/null
. "$(dirname "$0")/support/clients.sh"

quiet() { # client: verdict, requests, whether the bytes are within the budget
	echo SurvOff | o "$1" sync --json --password-stdin |
		jq -r '"\(.verdict) \(.requests) requests, \(if .bytes_sent + .bytes_received < 6000 then "under 6 kB" else .bytes_sent + .bytes_received end)"'
}

start_server server.db
log_in a
check "the second run asks five things at once and little comes back" same "complete 5 requests, under 6 kB" "$(quiet a)"
check "so does the third" same "complete 5 requests, under 6 kB" "$(quiet a)"
o a set http 2 >/dev/null
check "HTTP/2 is only offered: a server that does not know it answers all the same" same "complete 5 requests, under 6 kB" "$(quiet a)"
end
