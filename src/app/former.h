/* What belonged to another user or server and has to leave this machine (sync.md section 2). Private to app/. */
#ifndef OUTPOST_APP_FORMER_H
#define OUTPOST_APP_FORMER_H

#include "app/profile.h"

bool former_has_data(struct session *session);        /* is any record here? */
/* One transaction: unsent edits into the conflict log, then every record away. Journal, conflict log and drafts stay. The caller holds the
 * store's run lock. Statuses of the store: nothing was changed then. */
MUST_CHECK enum status former_remove(struct session *session, struct err *err);

#endif
