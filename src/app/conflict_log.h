/* Writing the conflict log (sync.md section 5). Private to app/. */
#ifndef OUTPOST_APP_CONFLICT_LOG_H
#define OUTPOST_APP_CONFLICT_LOG_H

#include "app/profile.h"
#include "merge/merge.h"

/* Conflicts of a merge into a stored record as open rows of the log. In the transaction of the caller; statuses of store_log_conflict. */
MUST_CHECK enum status conflict_log_merge(struct session *session, const struct record *stored, const struct merge_result *merged,
	struct err *err);

#endif
