/* Opening, changing, saving a form. */
#include "app/edit.h"

#include <stdio.h>
#include <string.h>

#include "app/draft.h"
#include "app/editing.h"
#include "app/formset.h"
#include "app/listeners.h"
#include "app/newcase.h"
#include "app/profile.h"
#include "app/record.h"
#include "app/save.h"
#include "app/stored.h"
#include "app/transfer.h"

#define EDIT_NEW_FORM "new-case"

/* ---- opening ---- */

static bool edit_visit_conflict(void *ctx, const struct conflict_row *row)
{
	struct edit *edit = ctx;

	edit->conflicts = mem_realloc(edit->conflicts, edit->conflict_count + 1, sizeof(*edit->conflicts));
	edit->conflicts[edit->conflict_count++] = mem_strdup(row->path == NULL ? "" : row->path);
	return true;
}

static void edit_load_conflicts(struct edit *edit)
{
	struct conflict_filter filter = { .state = CONFLICT_OPEN, .kind = (int)edit->kind, .uuid = edit->uuid };
	size_t i;

	for (i = 0; i < edit->conflict_count; i++)
		mem_free(edit->conflicts[i]);
	edit->conflict_count = 0;
	if (!edit->fresh && store_each_conflict(edit->session->store, &filter, 0, 0, edit_visit_conflict, edit, NULL) != ST_OK)
		log_write(edit->session->log, LOG_WARN, "the conflicts of a record could not be read");
}

/* Opens the view on start; a new case has its person in it, and nothing that counts as old. */
static void edit_open_view(struct edit *edit)
{
	env_init(&edit->env, edit->session, edit->kind, edit->start, edit->fresh ? NULL : edit->start, edit->flags);
	if (edit->fresh) {
		env_set_person(&edit->env, json_copy(json_get(edit->start, "person")));
		edit->env.env.editable = true;
		/* a draft has its defaults, or had them taken out */
		edit->env.env.fresh = !edit->draft_kept;
	}
	edit->view = form_open(edit->form, edit->session->model, edit->start, &edit->env.env);
	edit->rows_stale = true;
}

static void edit_close_view(struct edit *edit)
{
	form_close(edit->view);
	edit->view = NULL;
	env_done(&edit->env);
}

static struct edit *edit_new(struct session *session, const struct form *form, enum kind kind)
{
	struct edit *edit = mem_calloc(1, sizeof(*edit));

	edit->session = session;
	edit->form = form;
	edit->kind = kind;
	rand_uuid(&session->rand, edit->draft_id);
	return edit;
}

static void edit_free(struct edit *edit)
{
	size_t i;

	edit_drop_clashes(edit);
	if (edit->view != NULL)
		edit_close_view(edit);
	edit_pool_clear(edit);
	mem_free(edit->pool.strings);
	mem_free(edit->rows);
	for (i = 0; i < edit->conflict_count; i++)
		mem_free(edit->conflicts[i]);
	mem_free(edit->conflicts);
	mem_free(edit->use_person);
	json_free(edit->start);
	mem_free(edit);
}

static enum status edit_find_form(struct session *session, const char *name, const struct form **out, struct err *err)
{
	const struct form *form;
	enum status st = session_load_forms(session, err);

	if (st != ST_OK)
		return st;
	form = session_form(session, name);
	if (form == NULL)
		return err_set(err, ST_INVALID, N_("there is no form \"{1}\""), name);
	*out = form;
	return ST_OK;
}

/* The state in which a draft was left. */
static enum status edit_take_draft(struct edit *edit, const char *draft_id, struct json **doc, struct err *err)
{
	struct json *start = NULL;
	struct draft draft;
	enum status st = draft_get(edit->session, draft_id, &draft, err);

	if (st != ST_OK)
		return st;
	if (draft.kind != edit->kind || strcmp(draft.form, form_name(edit->form)) != 0 || (!edit->fresh && strcmp(draft.uuid, edit->uuid) != 0)) {
		st = err_set(err, ST_INVALID, N_("this draft belongs to another form"));
		goto out;
	}
	if (draft.base_doc == NULL)
		st = err_set(err, ST_INVALID, N_("this draft is damaged"));
	else
		st = json_parse_text(draft.base_doc, &start, err);
	if (st == ST_OK)
		st = json_parse_text(draft.doc, doc, err);
	if (st != ST_OK) {
		json_free(start);
		goto out;
	}
	json_free(edit->start);
	edit->start = start;
	/* What the draft was made from decides how it is merged at saving. */
	edit->revision = draft.revision;
	snprintf(edit->draft_id, sizeof(edit->draft_id), "%s", draft.id);
	memcpy(edit->uuid, draft.uuid, sizeof(edit->uuid));
	edit->draft_kept = true;
	edit->draft_stale = true;
out:
	draft_free(&draft);
	return st;
}

enum status edit_open(struct session *session, const char *form_id, const char *kind_name, const char *uuid, const char *draft_id,
	struct edit **out, struct err *err)
{
	struct json *draft = NULL;
	const struct form *form;
	struct record record;
	struct edit *edit;
	enum kind kind;
	enum status st = edit_find_form(session, form_id, &form, err);

	if (st != ST_OK)
		return st;
	if (!model_kind_from_name(kind_name, &kind) || form_kind(form) != kind)
		return err_set(err, ST_INVALID, N_("the form \"{1}\" is not one of {2}"), form_id, kind_name);
	st = store_get(session->store, kind, uuid, &record, err);
	if (st != ST_OK)
		return st == ST_NOT_FOUND ? err_set(err, ST_NOT_FOUND, N_("this record is no longer here")) : st;
	edit = edit_new(session, form, kind);
	memcpy(edit->uuid, record.uuid, sizeof(edit->uuid));
	edit->revision = record.revision;
	edit->flags = record.flags;
	st = stored_parse(&record, &edit->start, err);
	record_done(&record);
	if (st == ST_OK && draft_id != NULL)
		st = edit_take_draft(edit, draft_id, &draft, err);
	if (st != ST_OK) {
		edit_free(edit);
		return st;
	}
	edit_open_view(edit);
	if (draft != NULL)
		draft_apply(session, edit->view, kind, edit->start, draft);
	json_free(draft);
	edit_load_conflicts(edit);
	*out = edit;
	return ST_OK;
}

/* The person of a new case's draft, field by field: to the model it is a mere reference there. */
static void edit_apply_person(struct edit *edit, const struct json *person)
{
	const struct json *child;
	bool progress = true;

	while (progress) {
		progress = false;
		for (child = json_first(person); child != NULL; child = json_next(child)) {
			const struct json *now = json_get(json_get(form_doc(edit->view), "person"), json_key(child));
			char *path;

			if (json_equal(now, child) || strcmp(json_key(child), "uuid") == 0)
				continue;
			path = mem_printf("person.%s", json_key(child));
			if (form_row_find(edit->view, path) != NULL && form_set_value(edit->view, path, child, true, NULL) == ST_OK)
				progress = true;
			mem_free(path);
		}
	}
}

enum status edit_open_new_case(struct session *session, const char *draft_id, struct edit **out, struct err *err)
{
	struct json *person, *draft = NULL;
	const struct form *form;
	struct edit *edit;
	enum status st = edit_find_form(session, EDIT_NEW_FORM, &form, err);

	if (st != ST_OK)
		return st;
	edit = edit_new(session, form, KIND_CASES);
	edit->fresh = true;
	edit->flags = RECORD_NEW | RECORD_DIRTY;
	edit->start = json_new_object();
	st = newcase_complete(session, edit->start, err);
	if (st == ST_OK) {
		/* The person is typed on the same form; saving parts the two. */
		person = json_new_object();
		newcase_complete_person(session, person);
		json_set(edit->start, "person", person);
		snprintf(edit->uuid, sizeof(edit->uuid), "%s", json_get_string(edit->start, "uuid"));
		if (draft_id != NULL)
			st = edit_take_draft(edit, draft_id, &draft, err);
	}
	if (st != ST_OK) {
		edit_free(edit);
		return st;
	}
	edit_open_view(edit);
	if (draft != NULL) {
		draft_apply(session, edit->view, edit->kind, edit->start, draft);
		edit_apply_person(edit, json_get(draft, "person"));
		edit_changed(edit);
	}
	json_free(draft);
	*out = edit;
	return ST_OK;
}

void edit_close(struct edit *edit)
{
	struct err err;

	if (edit == NULL)
		return;
	if (!edit->discarded && edit_commit_draft(edit, &err) != ST_OK)
		log_write(edit->session->log, LOG_ERROR, "a draft could not be written");
	edit_free(edit);
}

void edit_discard(struct edit *edit)
{
	edit->discarded = true;
	if (edit->draft_kept && store_delete_draft(edit->session->store, edit->draft_id, NULL) == ST_OK) {
		edit->draft_kept = false;
		session_notify_changed(edit->session);
	}
}

/* ---- changes ---- */

bool edit_is_changed(const struct edit *edit)
{
	size_t i;

	/* The defaults of a new record are nobody's typing: without a change there is nothing to ask about when it is left. */
	if (edit->fresh && !edit->draft_stale && !edit->draft_kept)
		return false;
	for (i = 0; i < form_row_count(edit->view); i++)
		if (form_row_at(edit->view, i)->changed)
			return true;
	return !json_equal(edit->start, form_doc(edit->view));
}

void edit_changed(struct edit *edit)
{
	const char *disease = json_get_string(form_doc(edit->view), "disease");

	edit->rows_stale = true;
	edit->draft_stale = true;
	edit->discarded = false;
	edit_drop_clashes(edit);
	if (edit->fresh) {
		env_set_person(&edit->env, json_copy(json_get(form_doc(edit->view), "person")));
		env_set_disease(&edit->env, disease);
		form_set_env(edit->view, &edit->env.env);
	} else if (edit->kind == KIND_CASES && (disease == NULL || edit->env.disease == NULL ? disease != edit->env.disease : strcmp(disease,
		edit->env.disease) != 0)) {
		env_set_disease(&edit->env, disease);
		form_set_env(edit->view, &edit->env.env);
	}
}

enum status edit_set(struct edit *edit, const char *path, const char *typed, bool force, struct err *err)
{
	enum status st = form_set_text(edit->view, path, typed, force, err);

	if (st == ST_OK)
		edit_changed(edit);
	return st;
}

enum status edit_add_item(struct edit *edit, const char *repeat_path, char uuid[37], struct err *err)
{
	enum status st = form_add_item(edit->view, repeat_path, &edit->session->rand, uuid, err);

	if (st == ST_OK)
		edit_changed(edit);
	return st;
}

enum status edit_remove_item(struct edit *edit, const char *item_path, struct err *err)
{
	enum status st = form_remove_item(edit->view, item_path, err);

	if (st == ST_OK)
		edit_changed(edit);
	return st;
}

bool edit_undo(struct edit *edit)
{
	bool done = form_undo(edit->view);

	if (done)
		edit_changed(edit);
	return done;
}

bool edit_redo(struct edit *edit)
{
	bool done = form_redo(edit->view);

	if (done)
		edit_changed(edit);
	return done;
}

enum status edit_commit_draft(struct edit *edit, struct err *err)
{
	enum status st = ST_OK;

	if (!edit->draft_stale)
		return ST_OK;
	if (edit_is_changed(edit)) {
		st = draft_put(edit->session, edit->draft_id, edit->kind, edit->uuid, form_name(edit->form), edit->revision, edit->start,
			form_doc(edit->view), err);
		edit->draft_kept = edit->draft_kept || st == ST_OK;
	} else if (edit->draft_kept) {
		/* Everything was taken back. */
		st = store_delete_draft(edit->session->store, edit->draft_id, err);
		edit->draft_kept = st != ST_OK;
	}
	if (st == ST_OK)
		edit->draft_stale = false;
	return st;
}

const char *edit_uuid(const struct edit *edit) { return edit->uuid; }
const char *edit_form(const struct edit *edit) { return form_name(edit->form); }

void edit_use_person(struct edit *edit, const char *person_uuid)
{
	mem_free(edit->use_person);
	edit->use_person = mem_strdup(person_uuid);
}

/* ---- both sides changed the same fields ---- */

void edit_drop_clashes(struct edit *edit)
{
	size_t i;

	if (!edit->clashes)
		return;
	for (i = 0; i < edit->clash.conflict_count; i++) {
		mem_free(edit->clash_rows[i].mine);
		mem_free(edit->clash_rows[i].stored);
	}
	mem_free(edit->clash_rows);
	mem_free(edit->clash_mine);
	edit->clash_rows = NULL;
	edit->clash_mine = NULL;
	merge_result_done(&edit->clash);
	json_free(edit->clash_stored);
	edit->clash_stored = NULL;
	edit->clashes = false;
}

static char *edit_clash_text(struct edit *edit, const char *path, const struct json *value)
{
	char *json = value == NULL ? NULL : json_print(value, NULL), *text;

	text = record_value_text(edit->session, model_kind_name(edit->kind), path, json);
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
		row->label = record_field_label(edit->session, model_kind_name(edit->kind), conflict->path, &row->label_context);
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
