/* Knobs of the stand-in for app/ (fake_app.c). */
#ifndef OUTPOST_TESTS_FAKE_APP_H
#define OUTPOST_TESTS_FAKE_APP_H

#include <stdbool.h>

#include "app/sync.h"

struct session;

struct fake_app {
	bool training, account, signed_in;
	bool stands;                 /* session_now() is 2026-11-22T10:00:00Z whatever the loop's clock says */
	bool requires;               /* a new case needs its room */
	bool empty;                  /* nothing was ever synchronized, nothing is here */
	bool clash, moved;           /* saving asks: changed by both, did the person move */
	bool longer;                 /* labels of forms and choices as tests/support/longer.awk makes the texts of the program */
	bool asks;                   /* a sync asks whether many records may go */
	enum sync_verdict ends;      /* a sync ends so at once; SYNC_RUNNING: it stands still */
	int drafts, saves, commits;  /* counted */
	const char *dir;
};
extern struct fake_app fake_app;

void fake_app_progress(struct session *session);     /* a sync goes on a little and tells its listener */

#endif
