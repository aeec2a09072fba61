/* Private to app/: what the engine asks the store. */
#ifndef OUTPOST_APP_SYNC_LIST_H
#define OUTPOST_APP_SYNC_LIST_H

#include "app/sync_state.h"

MUST_CHECK enum status sync_list_uuids(struct sync_run *run, const struct engine_action *action, struct err *err);
MUST_CHECK enum status sync_compare(struct sync_run *run, const struct engine_action *action, struct err *err);
MUST_CHECK enum status sync_count_left(struct sync_run *run, struct err *err);

#endif
