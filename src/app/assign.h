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

/* A value for a field as a person writes it (days in ISO, constants or labels, references by uuid or name, JSON for lists and maps). NULL
 * value: empty. */
MUST_CHECK enum status assign_value(struct session *session, const struct model_field *field, const char *disease, const char *typed,
	struct json **out, struct err *err);
/* A JSON value from a file for a field: days may be ISO text, references a uuid or a name; unknown keys and constants are refused. Takes
 * value always. */
MUST_CHECK enum status assign_clean(struct session *session, const struct model_field *field, const char *disease, const char *path,
	struct json *value, struct json **out,
	struct err *err);
MUST_CHECK enum status assign_clean_object(struct session *session, const struct model_type *type, const char *disease, const char *path,
	struct json *object,
	struct err *err);

/* Problems that the server would answer with 400 and that start (NULL: nothing) did not have; each goes to note. */
size_t assign_check_demands(struct session *session, enum kind kind, const struct json *start, const struct json *doc, record_note_fn note,
	void *ctx);

#endif
