#!/bin/bash
# Errors, refusals, lost and much too large answers, nobody there, a wrong password: each has its verdict and exit status, nothing is lost. TAP.
# shellcheck source=/dev/null
. "$(dirname "$0")/support/clients.sh"

start_server server.db
log_in a
fault "pulls answered with 500" "GET /cases/all" 500 "partial 3|failed 1"
o a set partial_updates false >/dev/null
fault "the answer to a push is lost" "POST /cases/push" lost "offline 4|partial 3|complete 0"
fault "a push is refused with 403" "POST /cases/push" 403 "partial 3|refused 5|failed 1"
o a set partial_updates true >/dev/null
fault "the answer to an update is lost" "POST /cases/postUpdate" lost "offline 4|partial 3|complete 0"
fault "the answer to an update is cut" "POST /cases/postUpdate" cut "complete 0"
fault "an update is refused: the push decides" "POST /cases/postUpdate" 403 "complete 0"
fault "the server has no updates" "POST /cases/postUpdate" 404 "complete 0"
fault "an answer of 256 MiB" "GET /cases/all" huge "partial 3|failed 1"

stop_server
check "nobody answers: offline, 4" same "offline 4" "$(sync a)"
start_server server.db
check "a wrong password: refused, 5" same 5 "$(
	echo wrong | o a sync --password-stdin >/dev/null
	echo $?
)"
end
