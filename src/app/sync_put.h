/* Private to app/: what a run writes, and what a dry run says instead. All within a transaction of the caller, but for the last two. */
#ifndef OUTPOST_APP_SYNC_PUT_H
#define OUTPOST_APP_SYNC_PUT_H

#include "app/sync_state.h"

void sync_dry_tell(struct sync_run *run, enum kind kind, const char *uuid, const char *old_text, size_t old_len, const char *text, size_t len);
/* The text of a page's row: splitting the page has scanned it. */
MUST_CHECK enum status sync_put_row(struct sync_run *run, enum kind kind, const struct sormas_row *from, int64_t revision, unsigned flags, struct err *err);
/* The same for a record that is probably not here: it is not looked for. ST_STALE: it is here, nothing changed. */
MUST_CHECK enum status sync_put_unseen(struct sync_run *run, enum kind kind, const struct sormas_row *from, struct err *err);
/* Stores a merge and its conflicts. keep: flags that stay. */
MUST_CHECK enum status sync_put_merged(struct sync_run *run, enum kind kind, const struct record *record, int64_t change_date, const struct decide *decide,
	unsigned keep, struct err *err);
/* The record goes; edits that nobody has go to the conflict log. theirs: what the server shows of it; NULL. */
MUST_CHECK enum status sync_remove(struct sync_run *run, enum kind kind, const struct record *record, const char *theirs, size_t theirs_len, struct err *err);
MUST_CHECK enum status sync_delete_items(struct sync_run *run, const struct engine_action *action, struct err *err);
MUST_CHECK enum status sync_put_position(struct sync_run *run, const struct engine_action *action, struct err *err);

#endif
