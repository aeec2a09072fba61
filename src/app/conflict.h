/* The conflict log: browse, restore mine, keep the server's, export (sync.md section 5). */
#ifndef OUTPOST_APP_CONFLICT_H
#define OUTPOST_APP_CONFLICT_H

#include "app/session.h"

struct conflict {
	int64_t id, time_ms;
	int64_t server_change_date;  /* of the server's version; 0 unknown */
	const char *kind;
	char uuid[UUID_SIZE];
	char *label;                 /* of the record: "SLR365 Kamara, Fatu" */
	char *path;                  /* "": the whole record */
	const char *field_context; char *field;   /* label of the field; context NULL: as it is */
	const char *type;            /* "field", "list_item_removed" … */
	char *base, *mine, *theirs;  /* JSON text; NULL absent */
	char *base_text, *mine_text, *theirs_text;   /* as the form shows them, in the language of the environment */
	char *mine_user, *mine_device; int64_t mine_ms;   /* from the journal; NULL, 0 unknown */
	const char *state;           /* "open", "kept", "restored" */
};
struct conflict_list { struct conflict *rows; size_t count; };

struct conflict_query {
	const char *state, *kind, *uuid;   /* NULL any */
	const char *words;           /* in the record's label, its uuid, the path or the two values; NULL or "" all */
	int64_t from_ms, to_ms;      /* 0: no border */
	int64_t offset, limit;       /* limit 0: all */
};
/* The newest first; query NULL: all. To be freed with conflict_list_done. ST_INVALID: no such state or kind. */
MUST_CHECK enum status conflict_list(struct session *session, const struct conflict_query *query, struct conflict_list *out,
	struct err *err);
void conflict_list_done(struct conflict_list *list);
const char *conflict_about(const struct conflict *conflict);   /* what happened, in a few words: a message id */
const char *conflict_state_text(const struct conflict *conflict);      /* a message id of the context "conflict" */

struct conflict_counts { int64_t open, kept, restored; };
MUST_CHECK enum status conflict_count(struct session *session, struct conflict_counts *out, struct err *err);

/* Mine again, as a new edit on top of what is here; parts of one value go together. A removed record is made again; if it came back, mine is
 * merged into it (what both changed: open conflicts of their own). All of it or nothing.
 * Also of a conflict that was kept: it takes the keeping back.
 * ST_INVALID: restored already, or no usable copy; ST_NOT_FOUND: no such conflict, or what it belongs to is gone; ST_REFUSED: this account may not
 * edit or create it; ST_STALE: it was saved meanwhile, in the same fields. */
MUST_CHECK enum status conflict_restore(struct session *session, int64_t id, struct err *err);
/* The server's stays; what was given up is in the journal. ST_NOT_FOUND: no such conflict; ST_INVALID: not open. */
MUST_CHECK enum status conflict_keep(struct session *session, int64_t id, struct err *err);

/* `outpost conflicts --json` and `--csv` (product.md); new strings. */
char *conflict_json(const struct conflict_list *list);
char *conflict_csv(const struct conflict_list *list);

#endif
