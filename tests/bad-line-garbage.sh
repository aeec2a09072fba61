#!/bin/bash
# A server that answers what it should not: the run says so, nothing is lost, the next run goes on. TAP.
# shellcheck source=/dev/null
. "$(dirname "$0")/support/clients.sh"

start_server server.db
log_in a
fault "pulls answered with garbage" "GET /cases/all" garbage "offline 4|partial 3|failed 1"
end
