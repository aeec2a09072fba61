/* Saving a document that was made from a stored one (sync.md section 2). Private to app/. */
#ifndef OUTPOST_APP_SAVE_H
#define OUTPOST_APP_SAVE_H

#include "app/profile.h"
#include "merge/merge.h"

struct save {
	enum kind kind;
	const char *uuid;
	int64_t revision;            /* that `start` had; 0: a new record */
	const struct json *start;    /* NULL: a new record */
	const struct json *doc;      /* what is to be stored */
	const char *draft_id;        /* NULL */
	const char *cause;           /* "edit" … */
};

/* Saves. When the record moved on meanwhile it merges (start, doc, stored) and saves that; where both changed a field ST_ASK, and *clash
 * (a merge of the
 * three, theirs in force) with *clash_revision is given: resolve in clash->merged, then save that with start = the stored document again.
 * *stored (may be NULL) is then the stored document, the caller's. */
MUST_CHECK enum status save_record(struct session *session, const struct save *save, struct merge_result *clash, struct json **stored,
	int64_t *clash_revision,
	struct err *err);

/* What follows from an edit in the same document: the date to which a person's typed age belongs, the person of a new contact detail. */
void save_complete(struct session *session, enum kind kind, const struct json *start, struct json *doc);

#endif
