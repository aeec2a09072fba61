#include "app/editing.h"

#include <string.h>

const char *edit_keep(struct edit *edit, char *text)
{
	if (text == NULL)
		return NULL;
	mem_grow((void **)&edit->pool.strings, &edit->pool.cap, edit->pool.count + 1, sizeof(*edit->pool.strings));
	edit->pool.strings[edit->pool.count++] = text;
	return text;
}

void edit_pool_clear(struct edit *edit)
{
	size_t i;

	for (i = 0; i < edit->pool.count; i++)
		mem_free(edit->pool.strings[i]);
	edit->pool.count = 0;
}

static bool edit_visit_conflict(void *ctx, const struct conflict_row *row)
{
	struct edit *edit = ctx;

	edit->conflicts = mem_realloc(edit->conflicts, edit->conflict_count + 1, sizeof(*edit->conflicts));
	edit->conflicts[edit->conflict_count++] = mem_strdup(row->path == NULL ? "" : row->path);
	return true;
}

void edit_load_conflicts(struct edit *edit)
{
	struct conflict_filter filter = { .state = CONFLICT_OPEN, .kind = (int)edit->kind, .uuid = edit->uuid };
	size_t i;

	for (i = 0; i < edit->conflict_count; i++)
		mem_free(edit->conflicts[i]);
	edit->conflict_count = 0;
	if (!edit->fresh && store_each_conflict(edit->session->store, &filter, 0, 0, edit_visit_conflict, edit, NULL) != ST_OK)
		log_write(edit->session->log, LOG_WARN, "the conflicts of a record could not be read");
}

void edit_open_view(struct edit *edit)
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

void edit_close_view(struct edit *edit)
{
	form_close(edit->view);
	edit->view = NULL;
	env_done(&edit->env);
}

void edit_drop_clashes(struct edit *edit)
{
	size_t i;

	if (!edit->clashes)
		return;
	for (i = 0; i < edit->clash.conflict_count; i++) {
		mem_free(edit->clash_rows[i].label);
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

void edit_free(struct edit *edit)
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

void edit_changed(struct edit *edit)
{
	const char *disease = edit->kind == KIND_CASES ? json_get_string(form_doc(edit->view), "disease") : NULL;

	edit->rows_stale = true;
	edit->draft_stale = true;
	edit->discarded = false;
	edit_drop_clashes(edit);
	/* What depends on a field has been evaluated; the environment changes with the disease alone. */
	if (edit->kind == KIND_CASES && (disease == NULL || edit->env.disease == NULL ? disease != edit->env.disease : strcmp(disease,
		edit->env.disease) != 0)) {
		env_set_disease(&edit->env, disease);
		form_set_env(edit->view, &edit->env.env);
	}
}
