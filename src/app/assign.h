/* PATH=VALUE assignments on a document, with the rules of the model and of the forms (product.md "edit"). Private to app/. */
#ifndef OUTPOST_APP_ASSIGN_H
#define OUTPOST_APP_ASSIGN_H

#include "app/profile.h"
#include "app/record.h"

struct assign_run {
	struct session *session;
	enum kind kind;
	const struct json *start;    /* the stored document */
	struct json *doc;            /* a copy of it, changed; stays the caller's */
	unsigned flags;
	record_note_fn note;         /* may be NULL */
	record_item_fn item;         /* may be NULL */
	void *ctx;
	char (*items)[UUID_SIZE];    /* of LIST[+], told when it is saved */
	size_t item_count;
};

/* Applies all or none. ST_INVALID, ST_REFUSED, ST_NOT_FOUND: what was wrong is in err or was given to note. */
MUST_CHECK enum status assign_apply(struct assign_run *run, const char *const *assignments, size_t count, struct err *err);
void assign_tell_items(struct assign_run *run);
void assign_done(struct assign_run *run);    /* not the document */

#endif
