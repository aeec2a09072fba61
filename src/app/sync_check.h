/* Private to app/: what must never be sent (sync.md "Never send"). */
#ifndef OUTPOST_APP_SYNC_CHECK_H
#define OUTPOST_APP_SYNC_CHECK_H

#include "app/sync_state.h"

/* Why a record may not be sent, "path: reason"; NULL: it may. base: its snapshot; NULL: new. New string. */
char *sync_check(struct sync_run *run, enum kind kind, const struct json *doc, const struct json *base);

#endif
