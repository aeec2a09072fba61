/* What the server demands of a record (model.h), as findings of an edit. Private to app/. */
#ifndef OUTPOST_APP_DEMAND_H
#define OUTPOST_APP_DEMAND_H

#include "app/profile.h"
#include "app/record.h"

/* Problems that the server would answer with 400, or with a sentence (model.h), and that start (NULL: nothing) did not have; each goes to note. */
size_t demand_check(struct session *session, enum kind kind, const struct json *start, const struct json *doc, record_note_fn note,
	void *ctx);

#endif
