/* Opening a form, changing it, its draft. */
#include "app/edit.h"

#include <stdio.h>
#include <string.h>

#include "app/draft.h"
#include "app/editing.h"
#include "app/formset.h"
#include "app/listeners.h"
#include "app/newcase.h"
#include "app/profile.h"
#include "app/stored.h"

#define EDIT_NEW_FORM "new-case"

/* ---- opening ---- */

static struct edit *edit_new(struct session *session, const struct form *form, enum kind kind)
{
	struct edit *edit = mem_calloc(1, sizeof(*edit));

	edit->session = session;
	edit->form = form;
	edit->kind = kind;
	rand_uuid(&session->rand, edit->draft_id);
	return edit;
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

enum status edit_set(struct edit *edit, const char *path, const char *typed, bool force, struct err *err)
{
	enum status st = form_set_text(edit->view, path, typed, force, err);

	if (st == ST_OK)
		edit_changed(edit);
	return st;
}

enum status edit_add_item(struct edit *edit, const char *repeat_path, char uuid[UUID_SIZE], struct err *err)
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
