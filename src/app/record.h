/* Whole records: show, edit by path, new case from a file, history (product.md: the commands show, edit, new case, history). */
#ifndef OUTPOST_APP_RECORD_H
#define OUTPOST_APP_RECORD_H

#include "app/session.h"

bool record_is_kind(const char *kind);
bool record_is_uuid(const char *text);               /* looks like a whole uuid */
char *record_pretty(char *json);                     /* indented for people; takes json and gives a new string */

enum record_version { RECORD_MINE, RECORD_BASE, RECORD_SERVER };   /* --base: the snapshot; --server: what the server last sent */

/* The whole uuid of which prefix is a beginning. ST_NOT_FOUND; ST_ASK: several records' begin so; ST_INVALID: no such kind, an empty prefix. */
MUST_CHECK enum status record_find(struct session *session, const char *kind, const char *prefix, char uuid[UUID_SIZE], struct err *err);
/* A version of the document, as it is stored; a new string. ST_NOT_FOUND: no such record, or the server does not have it yet. */
MUST_CHECK enum status record_text(struct session *session, const char *kind, const char *uuid, enum record_version version, char **json,
	struct err *err);

/* A finding, an error or a warning. own: the text is the site's and is not translated. Valid during the call. */
typedef void (*record_note_fn)(void *ctx, bool error, const char *path, const struct message *message, bool own);
typedef void (*record_item_fn)(void *ctx, const char *uuid);       /* the uuid of an item that LIST[+] made */

/* PATH=VALUE assignments as one save or nothing (product.md "edit"). note and item may be NULL; item is called only when it was saved. If
 * somebody else saves in between, the assignments are applied to what is there then.
 * ST_INVALID: an assignment that cannot be, or findings that are errors (given to note); ST_NOT_FOUND: no such record, or item of a path;
 * ST_ASK: a path names several items; ST_REFUSED: not by this account, or read-only; ST_LIMIT: none, or more than 500; ST_STALE: others kept
 * on saving. */
MUST_CHECK enum status record_edit(struct session *session, const char *kind, const char *uuid, const char *const *assignments,
	size_t count,
	record_note_fn note, record_item_fn item, void *ctx, struct err *err);

/* {"person":{…} or {"uuid":"…"},"case":{…}} → saved person and case, completed as the form of new cases would (product.md "new case").
 * ST_INVALID: not that JSON, a value that cannot be, a person or case that is here already, or findings that are errors (given to note);
 * ST_NOT_FOUND: the person named is not here, or the users were not pulled yet; ST_REFUSED: this account may not create cases. */
MUST_CHECK enum status record_new_case(struct session *session, const char *json, size_t len, record_note_fn note, void *ctx,
	char case_uuid[UUID_SIZE], char person_uuid[UUID_SIZE], struct err *err);

/* One changed field of the history (sync.md section 2, the journal). */
struct record_change {
	int64_t time_ms;
	char *user, *device, *path;
	char *old_value, *new_value; /* JSON text; NULL absent */
	char *cause;                 /* "edit" …: record_cause_text */
	bool sent;                   /* the server has it */
};
/* The newest first, of one path with what lies below it, or (path NULL) of all. The record may be gone: the journal outlives it. To be freed with
 * record_history_done. ST_INVALID: no such kind. */
MUST_CHECK enum status record_history(struct session *session, const char *kind, const char *uuid, const char *path,
	struct record_change **rows, size_t *count, struct err *err);
/* What an entry of the history comes from, where it is no plain edit: a message id; NULL. */
const char *record_cause_text(const char *cause);
void record_history_done(struct record_change *rows, size_t count);
char *record_history_json(const struct record_change *rows, size_t count);        /* `outpost history --json`; new string */

#endif
