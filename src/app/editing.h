/* The inside of an open form. Private to edit*.c. */
#ifndef OUTPOST_APP_EDITING_H
#define OUTPOST_APP_EDITING_H

#include "app/edit.h"
#include "app/env.h"
#include "app/profile.h"
#include "merge/merge.h"

struct edit_pool { char **strings; size_t count, cap; };          /* what rows point to; freed at the next change */

struct edit {
	struct session *session;
	const struct form *form;
	enum kind kind;
	char uuid[UUID_SIZE];
	bool fresh;                  /* a new case */
	int64_t revision;
	unsigned flags;
	struct json *start;          /* the document that was opened; the view's base */
	struct env env;
	struct form_view *view;
	char draft_id[UUID_SIZE];
	bool draft_kept, draft_stale, discarded;  /* is in the store; has to be written again; to be dropped */
	char *use_person;            /* a new case of a person who is here; NULL: a new person */

	struct edit_row *rows;
	size_t row_count;
	bool rows_stale;
	struct edit_pool pool;
	struct edit_finding finding;
	char **conflicts;            /* open ones of this record: paths */
	size_t conflict_count;

	/* both sides changed the same fields */
	bool clashes;
	struct merge_result clash;
	struct json *clash_stored;
	int64_t clash_revision;
	struct edit_clash *clash_rows;
	bool *clash_mine;

	bool asks_transfer;
	int transfer;                /* 0 not decided, 1 moved, 2 correction */
};

const char *edit_keep(struct edit *edit, char *text);             /* takes text into the pool and returns it */
void edit_pool_clear(struct edit *edit);
void edit_open_view(struct edit *edit);                           /* on `start`; a new case has its person in it, and nothing that counts as old */
void edit_close_view(struct edit *edit);
void edit_load_conflicts(struct edit *edit);
void edit_drop_clashes(struct edit *edit);
void edit_changed(struct edit *edit);                             /* after every change of the view */
void edit_free(struct edit *edit);
/* Settings that remember the last value of a field in a record of the kind (for the key that repeats it). */
void edit_remember(struct session *session, enum kind kind, const struct json *before, const struct json *after);

#endif
