#include "app/save.h"

#include <string.h>

#include "app/stored.h"

#define SAVE_TRIES 5

/* A contact detail names its person: the server sets it, and what comes back would not be what was sent. */
static void save_complete_contacts(struct json *person)
{
	const char *uuid = json_get_string(person, "uuid");
	struct json *item, *reference;

	for (item = json_first(json_get(person, "personContactDetails")); item != NULL && uuid != NULL; item = json_next(item)) {
		if (!json_is_object(item) || !json_is_null(json_get(item, "person")))
			continue;
		reference = json_new_object();
		json_set(reference, "uuid", json_new_string(uuid));
		json_set(item, "person", reference);
	}
}

void save_complete(struct session *session, enum kind kind, const struct json *start, struct json *doc)
{
	const struct model_type *type = model_of_kind(session->model, kind);
	static const char *const keys[] = { "approximateAge", "approximateAgeType" };
	bool changed = false;
	int64_t death;
	size_t i;

	if (kind != KIND_PERSONS)
		return;
	save_complete_contacts(doc);
	for (i = 0; i < sizeof(keys) / sizeof(keys[0]); i++)
		changed = changed || !model_values_equal(model_field(type, keys[i]), json_get(start, keys[i]), json_get(doc, keys[i]));
	if (!changed)
		return;
	/* A typed age is true of a day: without it the server would count from an older one. */
	if (json_is_null(json_get(doc, "approximateAge")))
		json_remove(doc, "approximateAgeReferenceDate");
	else if (json_get_int(doc, "deathDate", &death))
		json_set(doc, "approximateAgeReferenceDate", json_new_int(death));
	else
		json_set(doc, "approximateAgeReferenceDate", json_new_int(date_truncated_ms(date_day_of(session_now(session)))));
}

enum status save_record(struct session *session, const struct save *save, struct merge_result *clash, struct json **stored_out,
	int64_t *clash_revision,
	struct err *err)
{
	struct store_edit edit = { .kind = save->kind, .uuid = save->uuid, .revision = save->revision, .doc = save->doc, .user = session->user,
		.device = session->device, .now_ms = session_now(session), .draft_id = save->draft_id, .cause = save->cause };
	struct merge_result merged = { 0 };
	struct json *stored = NULL;
	struct record record;
	int64_t revision;
	enum status st;
	int tries;

	for (tries = 0; tries < SAVE_TRIES; tries++) {
		st = store_save_edit(session->store, &edit, &revision, err);
		if (st != ST_STALE || save->start == NULL)
			break;
		/* Somebody else saved, or a synchronization came by: put both together. */
		merge_result_done(&merged);
		memset(&merged, 0, sizeof(merged));
		json_free(stored);
		stored = NULL;
		st = store_get(session->store, save->kind, save->uuid, &record, err);
		if (st != ST_OK)
			break;
		edit.revision = record.revision;
		st = stored_parse(&record, &stored, err);
		record_done(&record);
		if (st != ST_OK)
			break;
		st = merge_records(session->model, save->kind, save->start, save->doc, stored, &merged, err);
		if (st != ST_OK)
			break;
		if (merged.conflict_count > 0 && clash != NULL) {
			*clash = merged;
			*clash_revision = edit.revision;
			if (stored_out != NULL)
				*stored_out = stored;
			else
				json_free(stored);
			return err_set(err, ST_ASK, N_("the record was changed meanwhile, in the same fields"));
		}
		if (merged.conflict_count > 0) {
			st = err_set(err, ST_STALE, N_("the record was changed meanwhile, in the same fields; look at it again"));
			break;
		}
		edit.doc = merged.merged;
		st = ST_STALE;
	}
	if (st == ST_OK && session->saved != NULL && save->start != NULL && strcmp(save->cause, "restore") != 0)
		session->saved(session->saved_ctx, save->kind, save->uuid, save->start, edit.doc);
	merge_result_done(&merged);
	json_free(stored);
	if (st == ST_OK)
		log_write(session->log, LOG_INFO, "saved %s %s (%s)", model_kind_name(save->kind), save->uuid, save->cause);
	return st;
}
