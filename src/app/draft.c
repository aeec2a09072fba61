#include "app/draft.h"

#include <errno.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "app/edit.h"
#include "app/formset.h"
#include "app/listeners.h"
#include "app/stored.h"

static void draft_copy(struct draft *to, const struct draft *from)
{
	*to = *from;
	to->id = mem_strdup(from->id);
	to->form = mem_strdup(from->form);
	to->base_doc = mem_strdup(from->base_doc);
	to->doc = mem_strdup(from->doc);
	to->user = mem_strdup(from->user);
}

void draft_free(struct draft *draft)
{
	mem_free(draft->id);
	mem_free(draft->form);
	mem_free(draft->base_doc);
	mem_free(draft->doc);
	mem_free(draft->user);
}

struct draft_find { const char *id; struct draft *out; bool found; };

static bool draft_visit(void *ctx, const struct draft *draft)
{
	struct draft_find *find = ctx;

	if (strcmp(draft->id, find->id) != 0)
		return true;
	draft_copy(find->out, draft);
	find->found = true;
	return false;
}

enum status draft_get(struct session *session, const char *id, struct draft *out, struct err *err)
{
	struct draft_find find = { id, out, false };
	enum status st = store_each_draft(session->store, draft_visit, &find, err);

	if (st == ST_OK && !find.found)
		st = err_set(err, ST_NOT_FOUND, N_("this draft is no longer there"));
	return st;
}

enum status draft_put(struct session *session, const char *id, enum kind kind, const char *uuid, const char *form, int64_t revision,
	const struct json *start, const struct json *doc, struct err *err)
{
	char *base_text = start == NULL ? NULL : json_print(start, NULL), *doc_text = json_print(doc, NULL);
	struct draft draft = { .kind = kind, .revision = revision, .base_doc = base_text, .doc = doc_text, .time_ms = session_now(session),
		.pid = getpid() };
	enum status st;

	snprintf(draft.uuid, sizeof(draft.uuid), "%s", uuid);
	draft.id = mem_strdup(id);
	draft.form = mem_strdup(form);
	draft.user = mem_strdup(session->user == NULL ? "" : session->user);
	st = store_put_draft(session->store, &draft, err);
	mem_free(draft.id);
	mem_free(draft.form);
	mem_free(draft.user);
	mem_free(base_text);
	mem_free(doc_text);
	return st;
}

/* ---- opening again ---- */

struct draft_change { char *path; struct json *value; bool done; };
struct draft_changes { struct draft_change *list; size_t count, cap; };

static void draft_collect(void *ctx, const char *path, const struct model_field *field, const struct json *old_value,
	const struct json *new_value)
{
	struct draft_changes *changes = ctx;

	(void)field;
	(void)old_value;
	mem_grow((void **)&changes->list, &changes->cap, changes->count + 1, sizeof(*changes->list));
	changes->list[changes->count++] = (struct draft_change){ mem_strdup(path), json_copy(new_value), false };
}

/* "a.list[UUID]" → "a.list"; NULL: not an item. New string. */
static char *draft_list_of(const char *path)
{
	size_t len = strlen(path);
	const char *open = strrchr(path, '[');

	return len > 0 && path[len - 1] == ']' && open != NULL ? mem_strndup(path, (size_t)(open - path)) : NULL;
}

static enum status draft_apply_one(struct session *session, struct form_view *view, enum kind kind, const struct json *doc,
	const struct draft_change *change)
{
	char *list = draft_list_of(change->path);
	struct model_path path;
	enum status st = ST_INVALID;

	if (list == NULL)
		return form_set_value(view, change->path, change->value, true, NULL);
	/* An item came or went: the whole list is set, which keeps the uuids. */
	if (model_parse_path(session->model, kind, list, &path, NULL) == ST_OK)
		st = form_set_value(view, list, model_path_get(&path, doc), true, NULL);
	if (st != ST_OK && change->value == NULL)
		st = form_remove_item(view, change->path, NULL);
	mem_free(list);
	return st;
}

void draft_apply(struct session *session, struct form_view *view, enum kind kind, const struct json *start, const struct json *doc)
{
	struct draft_changes changes = { NULL, 0, 0 };
	bool progress = true;
	size_t i;

	model_diff(model_of_kind(session->model, kind), start, doc, draft_collect, &changes);
	/* A field may be shown only after another one: as long as one more can be set, go round. */
	while (progress) {
		progress = false;
		for (i = 0; i < changes.count; i++) {
			struct draft_change *change = &changes.list[i];

			if (!change->done && draft_apply_one(session, view, kind, doc, change) == ST_OK)
				change->done = progress = true;
		}
	}
	for (i = 0; i < changes.count; i++) {
		if (!changes.list[i].done)
			log_write(session->log, LOG_INFO, "of a draft %s could not be set again", changes.list[i].path);
		mem_free(changes.list[i].path);
		json_free(changes.list[i].value);
	}
	mem_free(changes.list);
}

/* ---- drafts found at start ---- */

struct draft_list { struct session *session; struct edit_draft *rows; size_t count, cap; };

static void draft_count_change(void *ctx, const char *path, const struct model_field *field, const struct json *old_value,
	const struct json *new_value)
{
	int *count = ctx;

	(void)path;
	(void)field;
	(void)old_value;
	(void)new_value;
	(*count)++;
}

static bool draft_list_visit(void *ctx, const struct draft *draft)
{
	struct draft_list *list = ctx;
	struct session *session = list->session;
	size_t count, i;
	const struct session_form *forms = session_forms(session, &count);
	struct json *start = NULL, *doc = NULL;
	struct edit_draft *row;

	mem_grow((void **)&list->rows, &list->cap, list->count + 1, sizeof(*list->rows));
	row = &list->rows[list->count++];
	memset(row, 0, sizeof(*row));
	row->id = mem_strdup(draft->id);
	row->form = mem_strdup(draft->form);
	for (i = 0; i < count; i++)
		if (strcmp(form_name(forms[i].form), draft->form) == 0)
			row->title = session_form_title(session, forms[i].form, &row->title_context);
	row->kind = mem_strdup(model_kind_name(draft->kind));
	memcpy(row->uuid, draft->uuid, sizeof(row->uuid));
	row->label = stored_label(draft->kind, draft->doc);
	row->time_ms = draft->time_ms;
	row->in_use = draft->pid != getpid() && draft->pid > 0 && (kill((pid_t)draft->pid, 0) == 0 || errno == EPERM);
	if (draft->base_doc == NULL || json_parse_text(draft->base_doc, &start, NULL) != ST_OK)
		start = NULL;
	if (draft->doc != NULL && json_parse_text(draft->doc, &doc, NULL) == ST_OK)
		model_diff(model_of_kind(session->model, draft->kind), start, doc, draft_count_change, &row->changes);
	json_free(start);
	json_free(doc);
	return true;
}

enum status edit_drafts(struct session *session, struct edit_draft **rows, size_t *count, struct err *err)
{
	struct draft_list list = { .session = session };
	enum status st = store_each_draft(session->store, draft_list_visit, &list, err);

	if (st != ST_OK) {
		edit_drafts_done(list.rows, list.count);
		return st;
	}
	*rows = list.rows;
	*count = list.count;
	return ST_OK;
}

void edit_drafts_done(struct edit_draft *rows, size_t count)
{
	size_t i;

	for (i = 0; i < count; i++) {
		mem_free(rows[i].id);
		mem_free(rows[i].form);
		mem_free(rows[i].kind);
		mem_free(rows[i].label);
	}
	mem_free(rows);
}

enum status edit_delete_draft(struct session *session, const char *id, struct err *err)
{
	enum status st = store_delete_draft(session->store, id, err);

	if (st == ST_OK)
		session_notify_changed(session);
	return st;
}
