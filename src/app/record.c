#include "app/record.h"

#include <string.h>

#include "app/assign.h"
#include "app/labels.h"
#include "app/listeners.h"
#include "app/output.h"
#include "app/profile.h"
#include "app/save.h"
#include "app/stored.h"

#define RECORD_EDIT_TRIES 3

bool record_is_kind(const char *kind)
{
	enum kind k;

	return model_kind_from_name(kind, &k);
}

bool record_is_uuid(const char *text)
{
	size_t len = strlen(text);

	return len >= 20 && len < UUID_SIZE && strspn(text, "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz-") == len;
}

char *record_pretty(char *json)
{
	struct json *value;
	char *text;

	if (json_parse_text(json, &value, NULL) != ST_OK)
		return json;
	text = json_print_pretty(value);
	json_free(value);
	mem_free(json);
	return text;
}

static enum status record_kind(const char *name, enum kind *kind, struct err *err)
{
	if (!model_kind_from_name(name, kind))
		return err_set(err, ST_INVALID, N_("there is no kind \"{1}\"; kinds are cases, persons, contacts …"), name);
	return ST_OK;
}

enum status record_find(struct session *session, const char *kind_name, const char *prefix, char uuid[37], struct err *err)
{
	enum kind kind;
	enum status st = record_kind(kind_name, &kind, err);

	if (st != ST_OK)
		return st;
	if (*prefix == '\0')
		return err_set(err, ST_INVALID, N_("the uuid is empty"));
	st = store_find(session->store, kind, prefix, uuid, err);
	if (st == ST_NOT_FOUND)
		return err_set(err, ST_NOT_FOUND, N_("no record of {1} here has a uuid that begins with {2}"), kind_name, prefix);
	if (st == ST_ASK)
		return err_set(err, ST_ASK, N_("several records of {1} have a uuid that begins with {2}; write more of it"), kind_name, prefix);
	return st;
}

enum status record_text(struct session *session, const char *kind_name, const char *uuid, enum record_version version, char **json,
	struct err *err)
{
	struct record record;
	enum kind kind;
	enum status st = record_kind(kind_name, &kind, err);

	if (st == ST_OK)
		st = store_get(session->store, kind, uuid, &record, err);
	if (st != ST_OK)
		return st;
	if (version == RECORD_MINE || (record.base == NULL && (record.flags & (RECORD_NEW | RECORD_DIRTY)) == 0)) {
		/* A clean record is what the server sent. */
		*json = record.doc;
		record.doc = NULL;
	} else if (record.base != NULL) {
		*json = record.base;
		record.base = NULL;
	} else {
		st = err_set(err, ST_NOT_FOUND, N_("the server does not have {1} yet: there is no version of its own"), uuid);
	}
	record_done(&record);
	return st;
}

/* ---- edit by path ---- */

/* What was deleted here and is not sent yet can be taken back; what the server shows as deleted cannot (protocol.md C.7). */
static bool record_may_edit(struct session *session, enum kind kind, const struct record *record, const struct json *doc)
{
	struct json *base, *probe;
	bool may;

	if (!json_true(json_get(doc, "deleted")) || record->base == NULL || json_parse_text(record->base, &base, NULL) != ST_OK)
		return stored_may_edit(session, kind, doc, record->flags);
	probe = json_copy(doc);
	json_set(probe, "deleted", json_new_bool(json_true(json_get(base, "deleted"))));
	may = stored_may_edit(session, kind, probe, record->flags);
	json_free(probe);
	json_free(base);
	return may;
}

static enum status record_edit_once(struct session *session, enum kind kind, const char *uuid, const char *const *assignments, size_t count,
	record_note_fn note, record_item_fn item, void *ctx, struct err *err)
{
	struct assign_run run = { .session = session, .kind = kind, .note = note, .item = item, .ctx = ctx };
	struct json *start = NULL;
	struct record record;
	enum status st = store_get(session->store, kind, uuid, &record, err);

	if (st != ST_OK)
		return st;
	st = stored_parse(&record, &start, err);
	if (st != ST_OK)
		goto out;
	if (!record_may_edit(session, kind, &record, start)) {
		st = err_set(err, ST_REFUSED, N_("this record may not be edited by this account (deleted, elsewhere, or the right is missing)"));
		goto out;
	}
	run.start = start;
	run.doc = json_copy(start);
	run.flags = record.flags;
	st = assign_apply(&run, assignments, count, err);
	if (st == ST_OK) {
		struct save save = { .kind = kind, .uuid = record.uuid, .revision = record.revision, .start = start, .doc = run.doc, .cause = "edit" };

		save_complete(session, kind, start, run.doc);
		st = save_record(session, &save, NULL, NULL, NULL, err);
	}
	if (st == ST_OK)
		assign_tell_items(&run);
	json_free(run.doc);
	assign_done(&run);
out:
	json_free(start);
	record_done(&record);
	return st;
}

enum status record_edit(struct session *session, const char *kind_name, const char *uuid, const char *const *assignments, size_t count,
	record_note_fn note, record_item_fn item, void *ctx, struct err *err)
{
	enum kind kind;
	enum status st = record_kind(kind_name, &kind, err);
	int tries;

	for (tries = 0; st == ST_OK && tries < RECORD_EDIT_TRIES; tries++) {
		st = record_edit_once(session, kind, uuid, assignments, count, note, item, ctx, err);
		if (st != ST_STALE)
			break;
		/* Somebody saved in the moment between: what the command says is applied to what is there now. */
		st = tries + 1 < RECORD_EDIT_TRIES ? ST_OK : ST_STALE;
	}
	if (st == ST_OK)
		session_notify_changed(session);
	return st;
}

/* ---- history ---- */

struct history_run { struct record_change *rows; size_t count, cap; };

static bool history_visit(void *ctx, const struct journal_row *row)
{
	struct history_run *run = ctx;
	struct record_change *out;

	mem_grow((void **)&run->rows, &run->cap, run->count + 1, sizeof(*run->rows));
	out = &run->rows[run->count++];
	*out = (struct record_change){ .time_ms = row->time_ms, .user = mem_strdup(row->user), .device = mem_strdup(row->device), .path = mem_strdup(row->path),
		.old_value = mem_strdup(row->old_value), .new_value = mem_strdup(row->new_value), .cause = mem_strdup(row->cause), .sent = row->sent };
	return true;
}

enum status record_history(struct session *session, const char *kind_name, const char *uuid, const char *path, struct record_change **rows,
	size_t *count,
	struct err *err)
{
	struct history_run run = { NULL, 0, 0 };
	enum kind kind;
	enum status st = record_kind(kind_name, &kind, err);

	if (st == ST_OK)
		st = store_each_journal(session->store, kind, uuid, path, history_visit, &run, err);
	if (st != ST_OK) {
		record_history_done(run.rows, run.count);
		return st;
	}
	*rows = run.rows;
	*count = run.count;
	return ST_OK;
}

const char *record_cause_text(const char *cause)
{
	static const char *const causes[][2] = { { "new", N_("new record") }, { "import", N_("from a file of edits") },
		{ "restore", N_("put back from a conflict") }, { "keep", N_("conflict closed, the server's kept") },
		{ "transfer", N_("moved to another facility") } };
	size_t i;

	for (i = 0; cause != NULL && i < sizeof(causes) / sizeof(causes[0]); i++)
		if (strcmp(cause, causes[i][0]) == 0)
			return causes[i][1];
	return NULL;
}

void record_history_done(struct record_change *rows, size_t count)
{
	size_t i;

	for (i = 0; i < count; i++) {
		mem_free(rows[i].user);
		mem_free(rows[i].device);
		mem_free(rows[i].path);
		mem_free(rows[i].old_value);
		mem_free(rows[i].new_value);
		mem_free(rows[i].cause);
	}
	mem_free(rows);
}

char *record_history_json(const struct record_change *rows, size_t count)
{
	struct json *array = json_new_array();
	char *text;
	size_t i;

	for (i = 0; i < count; i++) {
		struct json *object = json_new_object();

		json_set(object, "time", json_new_int(rows[i].time_ms));
		json_set(object, "user", json_new_string(rows[i].user));
		json_set(object, "device", json_new_string(rows[i].device));
		json_set(object, "path", json_new_string(rows[i].path));
		json_set(object, "old", output_json_value(rows[i].old_value));
		json_set(object, "new", output_json_value(rows[i].new_value));
		json_set(object, "sent", json_new_bool(rows[i].sent));
		json_append(array, object);
	}
	text = json_print(array, NULL);
	json_free(array);
	return text;
}
