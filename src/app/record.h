/* Whole records: show, edit by path, new case from a file, history (product.md: the commands show, edit, new case, history). */
#ifndef OUTPOST_APP_RECORD_H
#define OUTPOST_APP_RECORD_H

#include "app/session.h"

bool record_is_kind(const char *kind);
bool record_is_uuid(const char *text);               /* looks like a whole uuid */
char *record_pretty(char *json);                     /* indented for people; takes json and gives a new string */

enum record_version { RECORD_MINE, RECORD_BASE, RECORD_SERVER };   /* --base: the snapshot; --server: what the server last sent */

/* Any unique prefix of a uuid. ST_NOT_FOUND, ST_ASK (ambiguous), ST_INVALID (kind). */
MUST_CHECK enum status record_find(struct session *session, const char *kind, const char *prefix, char uuid[UUID_SIZE], struct err *err);
MUST_CHECK enum status record_text(struct session *session, const char *kind, const char *uuid, enum record_version version, char **json,
	struct err *err);

/* PATH=VALUE assignments as one save or nothing. Findings (warnings too) are given to note. ST_INVALID: nothing was saved. */
typedef void (*record_note_fn)(void *ctx, bool error, const char *path, const struct message *message, bool own);
typedef void (*record_item_fn)(void *ctx, const char *uuid);       /* of LIST[+] */
MUST_CHECK enum status record_edit(struct session *session, const char *kind, const char *uuid, const char *const *assignments,
	size_t count,
	record_note_fn note, record_item_fn item, void *ctx, struct err *err);

/* {"person":{…} or {"uuid":"…"},"case":{…}} → saved person and case. */
MUST_CHECK enum status record_new_case(struct session *session, const char *json, size_t len, record_note_fn note, void *ctx,
	char case_uuid[UUID_SIZE], char person_uuid[UUID_SIZE], struct err *err);

struct record_change { int64_t time_ms; char *user, *device, *path, *old_value, *new_value,
	*cause; bool sent; };   /* values as JSON text, NULL absent */
MUST_CHECK enum status record_history(struct session *session, const char *kind, const char *uuid, const char *path,
	struct record_change **rows, size_t *count, struct err *err);
/* What an entry of the history comes from, where it is no plain edit: a message id; NULL. */
const char *record_cause_text(const char *cause);
void record_history_done(struct record_change *rows, size_t count);
char *record_history_json(const struct record_change *rows, size_t count);

#endif
