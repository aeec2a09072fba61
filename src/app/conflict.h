/* The conflict log: browse, restore mine, keep the server's, export (sync.md section 5). */
#ifndef OUTPOST_APP_CONFLICT_H
#define OUTPOST_APP_CONFLICT_H

#include "app/session.h"

struct conflict {
	int64_t id, time_ms, server_change_date;
	const char *kind;
	char uuid[UUID_SIZE];
	char *label;                 /* of the record */
	char *path;
	const char *field_context; char *field;   /* label of the field; context NULL: as it is */
	const char *type;            /* "field", "list_item_removed" … */
	char *base, *mine, *theirs;  /* JSON text; NULL absent */
	char *base_text, *mine_text, *theirs_text;   /* as the form shows them, in the language of the environment */
	char *mine_user, *mine_device; int64_t mine_ms;   /* from the journal; NULL, 0 unknown */
	const char *state;           /* "open", "kept", "restored" */
};
struct conflict_list { struct conflict *rows; size_t count; };
struct conflict_query { const char *state; /* NULL any */ const char *kind; const char *uuid; const char *words; int64_t from_ms,
	to_ms; int64_t offset, limit; };
MUST_CHECK enum status conflict_list(struct session *session, const struct conflict_query *query, struct conflict_list *out,
	struct err *err);   /* newest first */
const char *conflict_about(const struct conflict *conflict);   /* what happened, in a few words: a message id */
const char *conflict_state_text(const struct conflict *conflict);      /* a message id of the context "conflict" */
void conflict_list_done(struct conflict_list *list);
struct conflict_counts { int64_t open, kept, restored; };
MUST_CHECK enum status conflict_count(struct session *session, struct conflict_counts *out, struct err *err);
/* A new edit on top of the server's version. A removed record is made again; if it came back, mine is merged into it (what both changed:
 * open conflicts of their own). ST_INVALID: not open, or no usable copy; ST_NOT_FOUND; ST_REFUSED: this account may not edit it. */
MUST_CHECK enum status conflict_restore(struct session *session, int64_t id, struct err *err);
MUST_CHECK enum status conflict_keep(struct session *session, int64_t id, struct err *err);
char *conflict_json(const struct conflict_list *list);
char *conflict_csv(const struct conflict_list *list);

#endif
