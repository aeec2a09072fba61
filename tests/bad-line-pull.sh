#!/bin/bash
# Pulls over a line or from a server that fails: the run says so, nothing is lost, the next run goes on. TAP.
# shellcheck source=/dev/null
. "$(dirname "$0")/support/clients.sh"

start_server server.db
log_in a
fault "half an answer to a pull" "GET /cases/all" cut "offline 4|partial 3|failed 1"
end
