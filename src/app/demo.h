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
};

/* Starts the training server and opens the profile. ST_NOT_FOUND: there is no outpost-trainer; ST_FAILED, ST_INVALID. */
MUST_CHECK enum status demo_start(const struct demo_options *options, struct demo **out, struct err *err);
struct session *demo_session(struct demo *demo);
const char *demo_url(const struct demo *demo);
/* Watches what is saved from now on: the colleague then changes the same field on the server. */
void demo_watch(struct demo *demo);
void demo_stop(struct demo *demo);                   /* ends the training server and closes the session */

#define DEMO_USER "SurvOff"
#define DEMO_PASSWORD "SurvOff"                      /* of the training server's made-up account */

#endif
