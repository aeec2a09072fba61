/* A synchronization as a use case: started, stopped, answered, listened to (sync.md section 4). */
#ifndef OUTPOST_APP_SYNC_H
#define OUTPOST_APP_SYNC_H

#include "app/session.h"
#include "app/sync_progress.h"

/* Starts a run. One at a time: ST_LATER when this or another process has one (err says who: pid, terminal, since when); ST_REFUSED not signed in.
 * dry: on a copy of the store, no push; what would change goes to `dry_line`. */
struct sync_options {
	enum sync_mode mode;
	bool dry; void (*dry_line)(void *ctx, const char *text); void *dry_ctx;
	bool unwatched;                         /* nobody types meanwhile (a command): fewer, larger transactions */
};
MUST_CHECK enum status sync_start(struct session *session, const struct sync_options *options, struct err *err);
bool sync_is_running(const struct session *session);
const struct sync_progress *sync_progress(const struct session *session);   /* of the current or last run; NULL: none yet in this process */
void sync_stop(struct session *session);              /* after this page; ends within two seconds at a safe point */
void sync_answer(struct session *session, bool yes);

/* Called at most twice a second with changes, and at the end. */
typedef void (*sync_progress_fn)(void *ctx, const struct sync_progress *progress);
void sync_listen(struct session *session, sync_progress_fn fn, void *ctx);
void sync_unlisten(struct session *session, void *ctx);

#endif
