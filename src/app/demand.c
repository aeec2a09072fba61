#include "app/demand.h"

#include <string.h>

#include "app/business.h"

struct demand {
	const struct json *start; enum kind kind; struct session *session; record_note_fn note; void *ctx; size_t count;
	const char *path; const char *id; bool found;
};

static void demand_find(void *ctx, const char *path, const struct model_field *field, const struct message *what)
{
	struct demand *demand = ctx;

	(void)field;
	if (strcmp(path, demand->path) == 0 && strcmp(what->id, demand->id) == 0)
		demand->found = true;
}

static void demand_note_new(void *ctx, const char *path, const struct model_field *field, const struct message *what)
{
	struct demand *demand = ctx, old = *demand;

	(void)field;
	old.path = path;
	old.id = what->id;
	old.found = false;
	if (demand->start != NULL) {
		model_check_demands(demand->session->model, demand->kind, demand->start, demand_find, &old);
		business_check(demand->session, demand->kind, demand->start, demand_find, &old);
	}
	if (old.found)
		return;
	demand->count++;
	if (demand->note != NULL)
		demand->note(demand->ctx, true, path, what, false);
}

size_t demand_check(struct session *session, enum kind kind, const struct json *start, const struct json *doc, record_note_fn note,
	void *ctx)
{
	struct demand demand = { .start = start, .kind = kind, .session = session, .note = note, .ctx = ctx };

	model_check_demands(session->model, kind, doc, demand_note_new, &demand);
	business_check(session, kind, doc, demand_note_new, &demand);
	return demand.count;
}
