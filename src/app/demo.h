/* `outpost demo`: a training server of its own, made-up people, and a colleague who changes what the trainee changes (product.md). */
#ifndef OUTPOST_APP_DEMO_H
#define OUTPOST_APP_DEMO_H

#include "app/session.h"

struct demo;

struct demo_options {
	const char *program;         /* argv[0]: the training server is looked for beside it, then in PATH */
	const char *cases;           /* number as text; NULL: the training server's own */
	const char *link;            /* "gprs", "edge", "satellite" or KBIT,MS; NULL: as fast as it goes */
	const char *data;            /* folder; NULL: $XDG_DATA_HOME/outpost/demo */
	bool keep;                   /* go on with what the last demo left */
	struct loop *loop;
	const bool *stop;            /* becomes true, by a signal of the loop, when the person wants no more; NULL: never */
};

/* Starts the training server and opens a profile of its own, which is emptied first unless `keep`. The options are read during the call
 * only. ST_NOT_FOUND: there is no outpost-trainer; ST_INVALID: the folder is a real profile's; ST_FAILED: the server does not start, or does
 * not say within a minute where it listens; ST_CANCELLED: stopped; and the statuses of session_open. */
MUST_CHECK enum status demo_start(const struct demo_options *options, struct demo **out, struct err *err);
struct session *demo_session(struct demo *demo);     /* the demo's; nobody is signed in yet */
const char *demo_url(const struct demo *demo);       /* where to sign in; the demo's */
/* Watches what is saved from now on: the colleague then changes the same field on the server. */
void demo_watch(struct demo *demo);
void demo_stop(struct demo *demo);                   /* ends the training server, closes the session, frees it */
/* The same for a demo that was not yet ready: what it made is removed, unless it went on with what was there (`keep`). */
void demo_discard(struct demo *demo);

#define DEMO_USER "SurvOff"
#define DEMO_PASSWORD "SurvOff"                      /* of the training server's made-up account */

#endif
