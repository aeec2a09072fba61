/* Closing a conflict: mine is restored as a new edit, or the server's is kept (sync.md section 5). */
#include "app/conflict.h"

#include <string.h>

#include "app/conflict_log.h"
#include "app/listeners.h"
#include "app/profile.h"
#include "app/save.h"
#include "app/stored.h"

#define CONFLICT_RESTORE_DEPTH 3             /* a case, its person … */

/* "hospitalization." of "hospitalization.admissionDate". */
static size_t conflict_parent_length(const char *path)
{
	const char *dot = strrchr(path, '.');

	return dot == NULL ? 0 : (size_t)(dot - path) + 1;
}

static bool conflict_is_value(enum conflict_type type)
{
	return type == CONFLICT_FIELD || type == CONFLICT_NOT_STORED || type == CONFLICT_UNKNOWN_OUTCOME;
}

struct conflict_part { int64_t id; char *path, *mine; };
struct conflict_parts {
	const struct conflict_row *row; struct session *session; const struct model_field *field; struct conflict_part *parts;
	size_t count;
};

/* Rows of the same merge about parts of the same value (sync.md "One value"), also those that were closed with the server's part. */
static bool conflict_collect(void *ctx, const struct conflict_row *row)
{
	struct conflict_parts *run = ctx;
	size_t parent = conflict_parent_length(run->row->path);
	struct model_path path;
	bool same = row->id == run->row->id;

	if (!same && run->field->value_group >= 0 && row->state != CONFLICT_RESTORED && conflict_is_value(row->type) && row->run_id == run->row->run_id
		&& (row->run_id != 0 || row->time_ms == run->row->time_ms) && conflict_parent_length(row->path) == parent
		&& strncmp(row->path, run->row->path, parent) == 0 && model_parse_path(run->session->model, row->kind, row->path, &path, NULL) == ST_OK)
		same = path.field != NULL && path.field->value_group == run->field->value_group;
	if (same) {
		run->parts = mem_realloc(run->parts, run->count + 1, sizeof(*run->parts));
		run->parts[run->count++] = (struct conflict_part){ row->id, mem_strdup(row->path), mem_strdup(row->mine) };
	}
	return true;
}

static enum status conflict_set_path(struct session *session, enum kind kind, const char *path_text, const char *mine, struct json *doc,
	struct err *err)
{
	struct model_path path;
	struct json *value = NULL;
	enum status st = model_parse_path(session->model, kind, path_text, &path, err);

	if (st == ST_OK && mine != NULL)
		st = json_parse_text(mine, &value, err);
	if (st != ST_OK)
		return st;
	if (json_is_null(value)) {
		json_free(value);
		value = NULL;
	}
	(void)model_path_parent(&path, doc, true);
	st = model_path_set(&path, doc, value, err);
	if (st == ST_NOT_FOUND)
		return err_set(err, ST_NOT_FOUND, N_("the item that this value belonged to is no longer there; restore the item first"));
	return st;
}

/* Takes away what the server gave an object that it has deleted since, so that it can be sent as a new one. uuids: new ones as well. */
static void conflict_make_new(struct session *session, const struct model_type *type, struct json *object, bool uuids, const char *old_root,
	const char *new_root)
{
	struct json *child, *item, *next;
	char uuid[UUID_SIZE];

	json_remove(object, "changeDate");
	json_remove(object, "pseudonymized");
	json_remove(object, "inJurisdiction");
	if (uuids && json_get_string(object, "uuid") != NULL) {
		rand_uuid(&session->rand, uuid);
		json_set(object, "uuid", json_new_string(uuid));
	}
	for (child = json_first(object); child != NULL; child = next) {
		const struct model_field *field = model_field(type, json_key(child));

		next = json_next(child);
		if (field == NULL)
			continue;
		if (field->type == TYPE_OBJECT && json_is_object(child)) {
			conflict_make_new(session, field->object, child, uuids, old_root, new_root);
		} else if (field->type == TYPE_OBJECT_LIST) {
			for (item = json_first(child); item != NULL; item = json_next(item))
				if (json_is_object(item))
					conflict_make_new(session, field->object, item, uuids, old_root, new_root);
		} else if (field->type == TYPE_REFERENCE && uuids && old_root != NULL && json_is_object(child)) {
			/* A contact detail refers to its own person. */
			const char *to = json_get_string(child, "uuid");

			if (to != NULL && strcmp(to, old_root) == 0)
				json_set(child, "uuid", json_new_string(new_root));
		}
	}
}

static enum status conflict_restore_value(struct session *session, const struct conflict_row *row, struct json *doc,
	struct conflict_parts *parts, struct err *err)
{
	struct conflict_filter filter = { .state = -1, .kind = (int)row->kind, .uuid = row->uuid };
	struct model_path path;
	enum status st = model_parse_path(session->model, row->kind, row->path, &path, err);
	size_t i;

	if (st == ST_OK && path.field == NULL) {
		/* An unknown key of the server: it stands alone. */
		parts->parts = mem_calloc(1, sizeof(*parts->parts));
		parts->parts[0] = (struct conflict_part){ row->id, mem_strdup(row->path), mem_strdup(row->mine) };
		parts->count = 1;
	} else if (st == ST_OK) {
		parts->field = path.field;
		st = store_each_conflict(session->store, &filter, 0, 0, conflict_collect, parts, err);
	}
	for (i = 0; i < parts->count && st == ST_OK; i++)
		st = conflict_set_path(session, row->kind, parts->parts[i].path, parts->parts[i].mine, doc, err);
	return st;
}

static enum status conflict_restore_item(struct session *session, const struct conflict_row *row, struct json *doc, struct err *err)
{
	struct model_path path, list_path;
	struct json *item = NULL, *list;
	enum status st = model_parse_path(session->model, row->kind, row->path, &path, err);

	if (st != ST_OK)
		return st;
	if (row->type == CONFLICT_LIST_ITEM_RECREATED) {
		/* I had removed it. */
		st = model_path_set(&path, doc, NULL, err);
		return st == ST_NOT_FOUND ? ST_OK : st;
	}
	if (row->mine == NULL || json_parse_text(row->mine, &item, err) != ST_OK || !json_is_object(item)) {
		json_free(item);
		return err_set(err, ST_INVALID, N_("the conflict log has no usable copy of the item"));
	}
	if (model_path_get(&path, doc) != NULL)
		return model_path_set(&path, doc, item, err);
	list_path = path;
	list_path.step[list_path.count - 1].item[0] = '\0';
	list = model_path_get(&list_path, doc);
	if (!json_is_array(list)) {
		(void)model_path_parent(&list_path, doc, true);
		st = model_path_set(&list_path, doc, json_new_array(), err);
		list = model_path_get(&list_path, doc);
	}
	if (st != ST_OK || list == NULL) {
		json_free(item);
		return st == ST_OK ? err_set(err, ST_NOT_FOUND, N_("the list that the item belonged to is no longer there; restore that first")) : st;
	}
	/* The server takes the old uuid as a new row's (protocol.md D.1). */
	if (path.field != NULL && path.field->object != NULL)
		conflict_make_new(session, path.field->object, item, false, NULL, NULL);
	json_append(list, item);
	return ST_OK;
}

static char *conflict_restored_key(const char *uuid)
{
	return mem_printf(STATE_RESTORED "%s", uuid);
}

static enum status conflict_restore_record(struct session *session, const struct conflict_row *row, int depth, struct err *err);

struct conflict_find_person { const char *uuid; int64_t id; };

static bool conflict_is_person(void *ctx, const struct conflict_row *row)
{
	struct conflict_find_person *find = ctx;

	if (row->type == CONFLICT_RECORD_REMOVED && strcmp(row->uuid, find->uuid) == 0 && row->state == CONFLICT_OPEN) {
		find->id = row->id;
		return false;
	}
	return true;
}

/* A reference to a record that was removed too: to the one that was made from it, which is made now if need be. */
static enum status conflict_fix_reference(struct session *session, struct json *doc, const char *key, enum kind kind, int depth,
	struct err *err)
{
	struct conflict_filter filter = { .state = CONFLICT_OPEN, .kind = (int)kind };
	struct conflict_find_person find = { stored_reference(doc, key), 0 };
	struct conflict_row other;
	struct record record;
	enum status st = ST_OK;
	char *setting, *uuid;

	if (find.uuid == NULL)
		return ST_OK;
	if (store_get(session->store, kind, find.uuid, &record, NULL) == ST_OK) {
		record_done(&record);
		return ST_OK;
	}
	setting = conflict_restored_key(find.uuid);
	uuid = store_setting(session->store, setting);
	if (uuid == NULL && depth < CONFLICT_RESTORE_DEPTH) {
		filter.uuid = find.uuid;
		st = store_each_conflict(session->store, &filter, 0, 0, conflict_is_person, &find, err);
		if (st == ST_OK && find.id != 0) {
			st = store_get_conflict(session->store, find.id, &other, err);
			if (st == ST_OK) {
				st = conflict_restore_record(session, &other, depth + 1, err);
				conflict_row_done(&other);
			}
			uuid = store_setting(session->store, setting);
		}
	}
	if (st == ST_OK && uuid != NULL)
		json_set(json_get(doc, key), "uuid", json_new_string(uuid));
	mem_free(setting);
	mem_free(uuid);
	return st;
}

static enum status conflict_restore_record(struct session *session, const struct conflict_row *row, int depth, struct err *err)
{
	const char *create_right = model_kind_create_right(row->kind);
	struct json *doc = NULL;
	char uuid[UUID_SIZE], *key;
	struct save save = { .kind = row->kind, .uuid = uuid, .cause = "restore" };
	enum status st;

	if (create_right != NULL && !session_has_right(session, create_right))
		return err_set(err, ST_REFUSED, N_("this account may not create such records"));
	if (row->mine == NULL || json_parse_text(row->mine, &doc, err) != ST_OK || !json_is_object(doc)) {
		json_free(doc);
		return err_set(err, ST_INVALID, N_("the conflict log has no usable copy of the record"));
	}
	rand_uuid(&session->rand, uuid);
	conflict_make_new(session, model_of_kind(session->model, row->kind), doc, true, row->uuid, uuid);
	json_set(doc, "uuid", json_new_string(uuid));
	json_set(doc, "deleted", json_new_bool(false));
	json_remove(doc, "deletionReason");
	json_remove(doc, "otherDeletionReason");
	if (model_field(model_of_kind(session->model, row->kind), "deleted") == NULL)
		json_remove(doc, "deleted");
	st = conflict_fix_reference(session, doc, "person", KIND_PERSONS, depth, err);
	if (st == ST_OK)
		st = conflict_fix_reference(session, doc, "caze", KIND_CASES, depth, err);
	if (st == ST_OK) {
		model_complete_new(session->model, row->kind, doc, &session->rand, session_now(session));
		save.doc = doc;
		st = save_record(session, &save, NULL, NULL, NULL, err);
	}
	if (st == ST_OK) {
		key = conflict_restored_key(row->uuid);
		st = store_set_setting(session->store, key, uuid, err);
		mem_free(key);
	}
	if (st == ST_OK)
		st = store_set_conflict_state(session->store, row->id, CONFLICT_RESTORED, err);
	json_free(doc);
	return st;
}

/* A removed record that came back: another user had this profile meanwhile, or it was out of reach for a while. A second one would be sent
 * for the same person, so what I had changed is merged into the one here; where both changed the same the value here stays, mine is an open
 * conflict of its own. */
static enum status conflict_restore_returned(struct session *session, const struct conflict_row *row, const struct record *stored,
	struct err *err)
{
	struct json *base = NULL, *mine = NULL, *here = NULL;
	struct merge_result merged = { 0 };
	enum status st = stored_parse(stored, &here, err);

	if (st == ST_OK && !stored_may_edit(session, row->kind, here, stored->flags))
		st = err_set(err, ST_REFUSED, N_("this record may not be edited by this account (deleted, elsewhere, or the right is missing)"));
	if (st == ST_OK && (row->mine == NULL || json_parse_text(row->mine, &mine, NULL) != ST_OK || !json_is_object(mine) ||
		(row->base != NULL && json_parse_text(row->base, &base, NULL) != ST_OK)))
		st = err_set(err, ST_INVALID, N_("the conflict log has no usable copy of the record"));
	if (st == ST_OK)
		st = merge_records(session->model, row->kind, base, mine, here, &merged, err);
	if (st == ST_OK) {
		struct save save = { .kind = row->kind, .uuid = row->uuid, .revision = stored->revision, .start = here, .doc = merged.merged,
			.cause = "restore" };

		st = save_record(session, &save, NULL, NULL, NULL, err);
	}
	if (st == ST_OK)
		st = conflict_log_merge(session, stored, &merged, err);
	if (st == ST_OK)
		st = store_set_conflict_state(session->store, row->id, CONFLICT_RESTORED, err);
	merge_result_done(&merged);
	json_free(base);
	json_free(mine);
	json_free(here);
	return st;
}

static enum status conflict_restore_removed(struct session *session, const struct conflict_row *row, struct err *err)
{
	struct record stored;
	enum status st = store_get(session->store, row->kind, row->uuid, &stored, err);

	if (st != ST_OK)
		return st == ST_NOT_FOUND ? conflict_restore_record(session, row, 0, err) : st;
	st = conflict_restore_returned(session, row, &stored, err);
	record_done(&stored);
	return st;
}

static enum status conflict_restore_part(struct session *session, const struct conflict_row *row, struct err *err)
{
	struct conflict_parts parts = { .row = row, .session = session };
	struct json *start = NULL, *doc = NULL;
	struct record record;
	enum status st = store_get(session->store, row->kind, row->uuid, &record, err);
	size_t i;

	if (st == ST_NOT_FOUND)
		return err_set(err, ST_NOT_FOUND, N_("the record of this conflict is no longer here"));
	if (st != ST_OK)
		return st;
	st = stored_parse(&record, &start, err);
	if (st == ST_OK && !stored_may_edit(session, row->kind, start, record.flags))
		st = err_set(err, ST_REFUSED, N_("this record may not be edited by this account (deleted, elsewhere, or the right is missing)"));
	if (st == ST_OK) {
		doc = json_copy(start);
		if (conflict_is_value(row->type))
			st = conflict_restore_value(session, row, doc, &parts, err);
		else
			st = conflict_restore_item(session, row, doc, err);
	}
	if (st == ST_OK) {
		struct save save = { .kind = row->kind, .uuid = row->uuid, .revision = record.revision, .start = start, .doc = doc, .cause = "restore" };

		save_complete(session, row->kind, start, doc);
		st = save_record(session, &save, NULL, NULL, NULL, err);
	}
	if (st == ST_OK)
		st = store_set_conflict_state(session->store, row->id, CONFLICT_RESTORED, err);
	for (i = 0; i < parts.count; i++) {
		if (st == ST_OK)
			st = store_set_conflict_state(session->store, parts.parts[i].id, CONFLICT_RESTORED, err);
		mem_free(parts.parts[i].path);
		mem_free(parts.parts[i].mine);
	}
	mem_free(parts.parts);
	json_free(start);
	json_free(doc);
	record_done(&record);
	return st;
}

/* kept: also one that was closed with the server's value, which restoring takes back. */
static enum status conflict_get_open(struct session *session, int64_t id, bool kept, struct conflict_row *row, struct err *err)
{
	char number[24];
	enum status st = store_get_conflict(session->store, id, row, err);

	if (st == ST_NOT_FOUND)
		return err_set(err, ST_NOT_FOUND, N_("there is no conflict {1}"), err_number(number, id));
	if (st == ST_OK && row->state != CONFLICT_OPEN && !(kept && row->state == CONFLICT_KEPT)) {
		conflict_row_done(row);
		return err_set(err, ST_INVALID, N_("conflict {1} is closed already"), err_number(number, id));
	}
	return st;
}

/* One transaction: what is done and the state of the conflict belong together. */
static enum status conflict_close(struct session *session, int64_t id, bool kept, enum status (*close)(struct session *session,
	const struct conflict_row *row, struct err *err), struct err *err)
{
	struct conflict_row row;
	enum status st = conflict_get_open(session, id, kept, &row, err);

	if (st != ST_OK)
		return st;
	st = store_begin(session->store, err);
	if (st == ST_OK) {
		st = close(session, &row, err);
		if (st == ST_OK)
			st = store_commit(session->store, err);
		else
			store_rollback(session->store);
	}
	conflict_row_done(&row);
	if (st == ST_OK)
		session_notify_changed(session);
	return st;
}

static enum status conflict_restore_row(struct session *session, const struct conflict_row *row, struct err *err)
{
	return row->type == CONFLICT_RECORD_REMOVED ? conflict_restore_removed(session, row, err) : conflict_restore_part(session, row, err);
}

enum status conflict_restore(struct session *session, int64_t id, struct err *err)
{
	return conflict_close(session, id, true, conflict_restore_row, err);
}

/* What was given up is in the journal, too: mine as the old value, the server's as the new one. There is nothing to send. */
static enum status conflict_keep_row(struct session *session, const struct conflict_row *row, struct err *err)
{
	struct journal_row entry = { .time_ms = session_now(session), .user = session->user, .device = session->device, .path = row->path,
		.old_value = row->mine,
		.new_value = row->theirs, .sent = true };
	enum status st;

	entry.cause = mem_strdup("keep");
	st = store_add_journal(session->store, row->kind, row->uuid, &entry, NULL, err);
	mem_free(entry.cause);
	if (st == ST_OK)
		st = store_set_conflict_state(session->store, row->id, CONFLICT_KEPT, err);
	return st;
}

enum status conflict_keep(struct session *session, int64_t id, struct err *err)
{
	return conflict_close(session, id, false, conflict_keep_row, err);
}
