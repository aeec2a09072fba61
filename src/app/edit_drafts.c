/* Drafts found at start (terminal.md "Screens": drafts found). */
#include "app/edit.h"

#include <errno.h>
#include <signal.h>
#include <string.h>
#include <unistd.h>

#include "app/formset.h"
#include "app/listeners.h"
#include "app/profile.h"
#include "app/stored.h"

struct edit_draft_run { struct session *session; struct edit_draft *rows; size_t count, cap; };

static void edit_count_change(void *ctx, const char *path, const struct model_field *field, const struct json *old_value,
	const struct json *new_value)
{
	int *count = ctx;

	(void)path;
	(void)field;
	(void)old_value;
	(void)new_value;
	(*count)++;
}

static bool edit_visit_draft(void *ctx, const struct draft *draft)
{
	struct edit_draft_run *list = ctx;
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
		model_diff(model_of_kind(session->model, draft->kind), start, doc, edit_count_change, &row->changes);
	json_free(start);
	json_free(doc);
	return true;
}

enum status edit_drafts(struct session *session, struct edit_draft **rows, size_t *count, struct err *err)
{
	struct edit_draft_run list = { .session = session };
	enum status st = store_each_draft(session->store, edit_visit_draft, &list, err);

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
