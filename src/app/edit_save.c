/* Saving an open form, and what to ask when both sides changed the same fields. */
#include <string.h>

#include "app/editing.h"
#include "app/labels.h"
#include "app/listeners.h"
#include "app/newcase.h"
#include "app/save.h"
#include "app/stored.h"
#include "app/transfer.h"

/* ---- both sides changed the same fields ---- */

static char *edit_clash_text(struct edit *edit, const char *path, const struct json *value)
{
	char *json = value == NULL ? NULL : json_print(value, NULL), *text;

	text = labels_value(edit->session, model_kind_name(edit->kind), path, json);
	mem_free(json);
	return text;
}

static void edit_show_clashes(struct edit *edit)
{
	size_t i, count = edit->clash.conflict_count;

	edit->clashes = true;
	edit->clash_rows = mem_calloc(count, sizeof(*edit->clash_rows));
	edit->clash_mine = mem_calloc(count, sizeof(*edit->clash_mine));
	for (i = 0; i < count; i++) {
		const struct merge_conflict *conflict = &edit->clash.conflicts[i];
		struct edit_clash *row = &edit->clash_rows[i];

		row->path = conflict->path;
		row->label = mem_strdup(labels_field(edit->session, model_kind_name(edit->kind), conflict->path, &row->label_context));
		row->mine = edit_clash_text(edit, conflict->path, conflict->mine);
		row->stored = edit_clash_text(edit, conflict->path, conflict->theirs);
	}
}

size_t edit_clash_count(const struct edit *edit)
{
	return edit->clashes ? edit->clash.conflict_count : 0;
}

const struct edit_clash *edit_clash(const struct edit *edit, size_t index)
{
	return index < edit_clash_count(edit) ? &edit->clash_rows[index] : NULL;
}

/* Parts of one value are kept or given up together. */
static bool edit_same_value(struct edit *edit, const char *a, const char *b)
{
	const char *dot_a = strrchr(a, '.'), *dot_b = strrchr(b, '.');
	size_t parent_a = dot_a == NULL ? 0 : (size_t)(dot_a - a), parent_b = dot_b == NULL ? 0 : (size_t)(dot_b - b);
	struct model_path x, y;

	if (parent_a != parent_b || strncmp(a, b, parent_a) != 0 || model_parse_path(edit->session->model, edit->kind, a, &x, NULL) != ST_OK
		|| model_parse_path(edit->session->model, edit->kind, b, &y, NULL) != ST_OK || x.field == NULL || y.field == NULL)
		return false;
	return x.field->value_group >= 0 && x.field->value_group == y.field->value_group;
}

void edit_resolve(struct edit *edit, size_t index, bool keep_mine)
{
	size_t i, count = edit_clash_count(edit);

	for (i = 0; i < count && index < count; i++)
		if (i == index || edit_same_value(edit, edit->clash.conflicts[i].path, edit->clash.conflicts[index].path))
			edit->clash_mine[i] = keep_mine;
}

static enum status edit_put_mine(struct edit *edit, const struct merge_conflict *conflict, struct err *err)
{
	struct json *doc = edit->clash.merged, *list;
	struct model_path path, list_path;
	enum status st = model_parse_path(edit->session->model, edit->kind, conflict->path, &path, err);

	if (st != ST_OK)
		return st;
	if (conflict->type == CONFLICT_LIST_ITEM_REMOVED && model_path_get(&path, doc) == NULL) {
		list_path = path;
		list_path.step[list_path.count - 1].item[0] = '\0';
		list = model_path_get(&list_path, doc);
		if (list != NULL)
			json_append(list, json_copy(conflict->mine));
		return ST_OK;
	}
	(void)model_path_parent(&path, doc, true);
	return model_path_set(&path, doc, json_copy(conflict->mine), err);
}

/* ---- saving ---- */

bool edit_asks_transfer(const struct edit *edit) { return edit->asks_transfer; }

void edit_set_transfer(struct edit *edit, bool moved)
{
	edit->transfer = moved ? 1 : 2;
	edit->asks_transfer = false;
}

/* After a save the form stands on what is stored now. */
static enum status edit_reopen(struct edit *edit, struct err *err)
{
	struct json *start;
	struct record record;
	enum status st = store_get(edit->session->store, edit->kind, edit->uuid, &record, err);

	if (st != ST_OK)
		return st;
	st = stored_parse(&record, &start, err);
	if (st == ST_OK) {
		edit_close_view(edit);
		json_free(edit->start);
		edit->start = start;
		edit->revision = record.revision;
		edit->flags = record.flags;
		edit->fresh = false;
		edit_open_view(edit);
		edit_load_conflicts(edit);
	}
	record_done(&record);
	return st;
}

static enum status edit_save_new(struct edit *edit, struct json *doc, struct err *err)
{
	struct json *person = json_detach(doc, "person");
	struct record record;
	enum status st;

	if (edit->use_person != NULL) {
		struct json *existing = NULL;

		json_free(person);
		person = NULL;
		st = store_get(edit->session->store, KIND_PERSONS, edit->use_person, &record, err);
		if (st != ST_OK)
			return err_wrap(err, N_("the chosen person is no longer here"));
		st = stored_parse(&record, &existing, err);
		record_done(&record);
		if (st != ST_OK)
			return st;
		newcase_set_person(doc, existing);
		json_free(existing);
	} else {
		save_complete(edit->session, KIND_PERSONS, NULL, person);
		newcase_set_person(doc, person);
	}
	st = newcase_complete(edit->session, doc, err);
	if (st == ST_OK)
		st = newcase_save(edit->session, doc, person, edit->draft_kept ? edit->draft_id : NULL, err);
	json_free(person);
	return st;
}

static enum status edit_save_resolved(struct edit *edit, struct err *err)
{
	struct save save = { .kind = edit->kind, .uuid = edit->uuid, .revision = edit->clash_revision, .start = edit->clash_stored,
		.doc = edit->clash.merged,
		.draft_id = edit->draft_kept ? edit->draft_id : NULL, .cause = edit->transfer == 1 ? "transfer" : "edit" };
	struct merge_result again;
	struct json *stored = NULL;
	int64_t revision = 0;
	enum status st = ST_OK;
	size_t i;

	for (i = 0; i < edit->clash.conflict_count && st == ST_OK; i++)
		if (edit->clash_mine[i])
			st = edit_put_mine(edit, &edit->clash.conflicts[i], err);
	if (st != ST_OK)
		return st;
	st = save_record(edit->session, &save, &again, &stored, &revision, err);
	if (st == ST_ASK) {
		/* Once more, in the meantime: ask again about what clashes now. */
		edit_drop_clashes(edit);
		edit->clash = again;
		edit->clash_stored = stored;
		edit->clash_revision = revision;
		edit_show_clashes(edit);
	}
	return st;
}

enum status edit_save(struct edit *edit, struct err *err)
{
	struct save save = { .kind = edit->kind, .uuid = edit->uuid, .revision = edit->revision, .start = edit->start,
		.draft_id = edit->draft_kept ? edit->draft_id : NULL, .cause = "edit" };
	struct json *doc = NULL, *before;
	enum status st;

	if (!form_can_save(edit->view))
		return err_set(err, ST_INVALID, N_("please correct the marked fields first"));
	before = json_copy(edit->start);
	if (edit->clashes) {
		st = edit_save_resolved(edit, err);
		goto out;
	}
	doc = form_result(edit->view);
	if (edit->fresh) {
		st = edit_save_new(edit, doc, err);
		goto out;
	}
	if (edit->kind == KIND_CASES && transfer_is_one(edit->start, doc) && (edit->flags & RECORD_NEW) == 0) {
		if (edit->transfer == 0) {
			edit->asks_transfer = true;
			st = err_set(err, ST_ASK, N_("the facility changed: was the person moved, or is this a correction?"));
			goto out;
		}
		if (edit->transfer == 1) {
			transfer_move(edit->session, edit->start, doc);
			save.cause = "transfer";
		}
	}
	save_complete(edit->session, edit->kind, edit->start, doc);
	save.doc = doc;
	st = save_record(edit->session, &save, &edit->clash, &edit->clash_stored, &edit->clash_revision, err);
	if (st == ST_ASK)
		edit_show_clashes(edit);
out:
	json_free(doc);
	if (st == ST_OK) {
		edit->draft_kept = edit->draft_stale = false;
		edit->transfer = 0;
		edit_drop_clashes(edit);
		st = edit_reopen(edit, err);
		if (st == ST_OK)
			edit_remember(edit->session, edit->kind, before, edit->start);
		rand_uuid(&edit->session->rand, edit->draft_id);
		session_notify_changed(edit->session);
	}
	json_free(before);
	return st;
}
