/* Private to app/: what the engine starts with (sync.md section 4). */
#ifndef OUTPOST_APP_SYNC_BEGIN_H
#define OUTPOST_APP_SYNC_BEGIN_H

#include "app/sync_state.h"

MUST_CHECK enum status sync_fill_start(struct sync_run *run, struct engine_start *start, struct err *err);
/* Answers about rights, locale and country. */
MUST_CHECK enum status sync_take_info(struct sync_run *run, const struct engine_action *action, struct err *err);

/* What was learnt of the server, for the next run's start. */
void sync_keep_start(struct sync_run *run);

#endif
