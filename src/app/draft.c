#include "app/draft.h"

#include <stdio.h>
#include <string.h>
#include <unistd.h>

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
