/* Private to app/: rows of answers into the store. */
#ifndef OUTPOST_APP_SYNC_APPLY_H
#define OUTPOST_APP_SYNC_APPLY_H

#include "app/sync_state.h"

/* Rows of a page from run->row on, within a transaction; *more: some are left. */
MUST_CHECK enum status sync_apply_slice(struct sync_run *run, bool *more, struct err *err);

#endif
