#include "app/demand.h"

#include <string.h>

#include "app/stored.h"

struct demand {
	const struct json *start; enum kind kind; struct session *session; record_note_fn note; void *ctx; size_t count;
	const char *path; const char *id; bool found;
};

/* Asked of the places that are stored here. */
static bool demand_lies_elsewhere(void *ctx, enum kind kind, const char *uuid, const char *key, const char *above)
{
	struct session *session = ctx;
	const char *own;
	struct record record;
	struct json *doc;
	bool elsewhere = false;

	if (store_get(session->store, kind, uuid, &record, NULL) != ST_OK)
		return false;
	if (stored_parse(&record, &doc, NULL) == ST_OK) {
		own = stored_reference(doc, key);
		elsewhere = own != NULL && strcmp(own, above) != 0;
		json_free(doc);
	}
	record_done(&record);
	return elsewhere;
}

static void demand_ask(struct session *session, enum kind kind, const struct json *doc, model_problem_fn visit, void *ctx)
{
	struct model_surroundings around = { .today = date_to_civil(date_day_of(session_now(session))), .lies_elsewhere = demand_lies_elsewhere,
		.ctx = session };

	model_check_demands(session->model, kind, doc, visit, ctx);
	model_check_business(kind, doc, &around, visit, ctx);
}

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
	if (demand->start != NULL)
		demand_ask(demand->session, demand->kind, demand->start, demand_find, &old);
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

	demand_ask(session, kind, doc, demand_note_new, &demand);
	return demand.count;
}
