#!/bin/bash
# A server that stops in the middle of a page and never closes: noticed, asked again, and the pull goes on where it was. TAP.
# shellcheck source=/dev/null
. "$(dirname "$0")/support/clients.sh"

stall() { # match, nth: from now on
	stop_server
	echo "[{\"match\":\"$1\",\"nth\":$2,\"count\":1,\"do\":\"stall\",\"ms\":86400000}]" >"$work/faults"
	start_server server.db --cases 250 --faults "$work/faults"
}
pull() { # client: verdict, exit status, requests, cases here
	local out status
	echo SurvOff | o "$1" login "$url" SurvOff --password-stdin >/dev/null
	o "$1" set stall_timeout 1 >/dev/null
	out=$(echo SurvOff | o "$1" sync --json --password-stdin)
	status=$?
	requests=$(jq .requests <<<"$out")
	result="$(jq -r .verdict <<<"$out") $status, $(o "$1" cases --json | jq length) cases"
}

start_server server.db --cases 250
pull a
check "without a stall" grep -qE '^complete 0, 1[0-9][0-9] cases$' <<<"$result"
plain=$requests
whole=$result
stall "GET /cases/all" 1
pull b
check "the first page stops half way: the run ends complete all the same" same "$whole" "$result"
check "with one request more" same $((plain + 1)) "$requests"
stall "GET /cases/all" 2
pull c
check "the second page stops half way: the run ends complete all the same" same "$whole" "$result"
check "with one request more: the first page is not asked again" same $((plain + 1)) "$requests"
stall "POST /infrastructure" 1
pull d
check "the infrastructure stops half way: the run ends complete all the same" same "$whole" "$result"
end
