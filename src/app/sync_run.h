/* One synchronization: carries out the engine's actions on a store and a transport (sync.md section 4). Private to app/; tests use it without a session.
 *
 * Everything that changes the store is a step with a number: every executed action and every slice of a page. The program can be stopped dead after
 * step n (OUTPOST_STOP_AT_STEP, or stop_at), to prove that a run can be interrupted anywhere. */
#ifndef OUTPOST_APP_SYNC_RUN_H
#define OUTPOST_APP_SYNC_RUN_H

#include "app/sync_state.h"

/* Takes the run lock and starts. ST_LATER: somebody else has it, err says who. The stores and functions of options must outlive the run. */
MUST_CHECK enum status sync_run_new(const struct sync_run_options *options, struct sync_run **out, struct err *err);
void sync_run_cancel(struct sync_run *run);
void sync_run_answer(struct sync_run *run, bool yes);
void sync_run_free(struct sync_run *run);            /* drops what is under way */

#endif
