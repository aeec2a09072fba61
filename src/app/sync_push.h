/* Private to app/: what is pushed, and what the answer does to it (sync.md section 4 "Push", "Accept"). */
#ifndef OUTPOST_APP_SYNC_PUSH_H
#define OUTPOST_APP_SYNC_PUSH_H

#include "app/sync_state.h"

MUST_CHECK enum status sync_select(struct sync_run *run, const struct engine_action *action, struct err *err);
MUST_CHECK enum status sync_prepare(struct sync_run *run, const struct engine_action *action, struct err *err);
MUST_CHECK enum status sync_verdicts(struct sync_run *run, const struct engine_action *action, struct err *err);
/* Marks the action's records as sent and makes their request. */
MUST_CHECK enum status sync_push_body(struct sync_run *run, const struct engine_action *action, struct sormas_request *out, struct err *err);

#endif
