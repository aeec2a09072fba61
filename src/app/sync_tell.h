/* Private to app/: what a run tells of itself. */
#ifndef OUTPOST_APP_SYNC_TELL_H
#define OUTPOST_APP_SYNC_TELL_H

#include "app/sync_state.h"

/* From the engine's figures and the page under way to run->progress. */
void sync_copy_progress(struct sync_run *run);
/* Soon: at most twice a second. */
void sync_tell(struct sync_run *run);

#endif
