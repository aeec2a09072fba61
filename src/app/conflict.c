#include "app/conflict.h"

#include <string.h>

#include "app/kinds.h"
#include "app/labels.h"
#include "app/output.h"
#include "app/profile.h"

struct conflict_run { struct session *session; struct conflict_list *list; size_t cap; };
struct conflict_by { const char *path; const struct conflict_row *row; struct conflict *out; };

/* Who wrote my value, and when: the newest entry of the journal for the path that is not younger than the conflict. */
static bool conflict_journal(void *ctx, const struct journal_row *row)
{
	struct conflict_by *by = ctx;

	if (row->time_ms > by->row->time_ms)
		return true;
	by->out->mine_user = mem_strdup(row->user);
	by->out->mine_device = mem_strdup(row->device);
	by->out->mine_ms = row->time_ms;
	return false;
}

static bool conflict_visit(void *ctx, const struct conflict_row *row)
{
	struct conflict_run *run = ctx;
	struct conflict_by by = { row->path, row, NULL };
	const char *kind = model_kind_name(row->kind);
	struct conflict *out;

	mem_grow((void **)&run->list->rows, &run->cap, run->list->count + 1, sizeof(*run->list->rows));
	out = &run->list->rows[run->list->count++];
	memset(out, 0, sizeof(*out));
	out->id = row->id;
	out->time_ms = row->time_ms;
	out->server_change_date = row->server_change_date;
	out->kind = kind;
	memcpy(out->uuid, row->uuid, sizeof(out->uuid));
	out->label = mem_strdup(row->label == NULL ? "" : row->label);
	out->path = mem_strdup(row->path == NULL ? "" : row->path);
	out->field = mem_strdup(labels_field(run->session, kind, out->path, &out->field_context));
	out->type = conflict_type_name(row->type);
	out->base = mem_strdup(row->base);
	out->mine = mem_strdup(row->mine);
	out->theirs = mem_strdup(row->theirs);
	out->base_text = labels_value(run->session, kind, out->path, row->base);
	out->mine_text = labels_value(run->session, kind, out->path, row->mine);
	out->theirs_text = labels_value(run->session, kind, out->path, row->theirs);
	out->state = conflict_state_name(row->state);
	by.out = out;
	if (*out->path != '\0' && store_each_journal(run->session->store, row->kind, row->uuid, out->path, conflict_journal, &by, NULL) != ST_OK)
		log_write(run->session->log, LOG_WARN, "the journal of a conflict could not be read");
	return true;
}

enum status conflict_list(struct session *session, const struct conflict_query *query, struct conflict_list *out, struct err *err)
{
	struct conflict_filter filter = { .state = -1, .kind = -1 };
	struct conflict_list list = { NULL, 0 };
	struct conflict_run run = { session, &list, 0 };
	int64_t offset = 0, limit = 0;
	enum status st;
	int state;

	if (query != NULL) {
		for (state = CONFLICT_OPEN; query->state != NULL && state <= CONFLICT_RESTORED; state++)
			if (strcmp(conflict_state_name((enum conflict_state)state), query->state) == 0)
				filter.state = state;
		if (query->state != NULL && filter.state < 0)
			return err_set(err, ST_INVALID, N_("a conflict is open, kept or restored, not \"{1}\""), query->state);
		if (query->kind != NULL) {
			enum kind kind;

			if (kind_named(query->kind, &kind, err) != ST_OK)
				return ST_INVALID;
			filter.kind = (int)kind;
		}
		filter.uuid = query->uuid;
		filter.words = query->words != NULL && *query->words != '\0' ? query->words : NULL;
		filter.from_ms = query->from_ms;
		filter.to_ms = query->to_ms;
		offset = query->offset;
		limit = query->limit;
	}
	st = store_each_conflict(session->store, &filter, offset, limit, conflict_visit, &run, err);
	if (st != ST_OK) {
		conflict_list_done(&list);
		return st;
	}
	*out = list;
	return ST_OK;
}

const char *conflict_about(const struct conflict *conflict)
{
	static const char *const texts[CONFLICT_TYPE_COUNT] = {
		[CONFLICT_FIELD] = N_("changed on both sides"),
		[CONFLICT_LIST_ITEM_REMOVED] = N_("removed there, edited here"),
		[CONFLICT_LIST_ITEM_RECREATED] = N_("removed here, edited there"),
		[CONFLICT_RECORD_REMOVED] = N_("no longer there, edited here"),
		[CONFLICT_NOT_STORED] = N_("the server did not keep yours"),
		[CONFLICT_UNKNOWN_OUTCOME] = N_("not known whether yours arrived"),
	};
	enum conflict_type type;

	return conflict_type_from_name(conflict->type, &type) ? texts[type] : conflict->type;
}

const char *conflict_state_text(const struct conflict *conflict)
{
	static const char *const states[] = { NC_("conflict", "open"), NC_("conflict", "kept"), NC_("conflict", "restored") };
	size_t i;

	for (i = 0; i < sizeof(states) / sizeof(states[0]); i++)
		if (strcmp(states[i], conflict->state) == 0)
			return states[i];
	return conflict->state;
}

void conflict_list_done(struct conflict_list *list)
{
	size_t i;

	for (i = 0; i < list->count; i++) {
		struct conflict *row = &list->rows[i];

		mem_free(row->label);
		mem_free(row->path);
		mem_free(row->field);
		mem_free(row->base);
		mem_free(row->mine);
		mem_free(row->theirs);
		mem_free(row->base_text);
		mem_free(row->mine_text);
		mem_free(row->theirs_text);
		mem_free(row->mine_user);
		mem_free(row->mine_device);
	}
	mem_free(list->rows);
	*list = (struct conflict_list){ NULL, 0 };
}

enum status conflict_count(struct session *session, struct conflict_counts *out, struct err *err)
{
	int64_t counts[3];
	enum status st = store_count_conflicts(session->store, counts, err);

	if (st == ST_OK)
		*out = (struct conflict_counts){ counts[CONFLICT_OPEN], counts[CONFLICT_KEPT], counts[CONFLICT_RESTORED] };
	return st;
}

char *conflict_json(const struct conflict_list *list)
{
	struct json *array = json_new_array();
	char *text;
	size_t i;

	for (i = 0; i < list->count; i++) {
		const struct conflict *row = &list->rows[i];
		struct json *object = json_new_object();

		json_set(object, "id", json_new_int(row->id));
		json_set(object, "time", json_new_int(row->time_ms));
		json_set(object, "kind", json_new_string(row->kind));
		json_set(object, "uuid", json_new_string(row->uuid));
		json_set(object, "path", json_new_string(row->path));
		json_set(object, "type", json_new_string(row->type));
		json_set(object, "base", output_json_value(row->base));
		json_set(object, "mine", output_json_value(row->mine));
		json_set(object, "theirs", output_json_value(row->theirs));
		json_set(object, "state", json_new_string(row->state));
		json_append(array, object);
	}
	text = json_print(array, NULL);
	json_free(array);
	return text;
}

char *conflict_csv(const struct conflict_list *list)
{
	struct buf b;
	size_t i;

	buf_init(&b, 0);
	buf_add_text(&b, "id,time,kind,uuid,label,path,type,base,mine,theirs,state\r\n");
	for (i = 0; i < list->count; i++) {
		const struct conflict *row = &list->rows[i];
		char id[24], time[40];

		date_print_instant(row->time_ms, time);
		output_csv_field(&b, err_number(id, row->id), true);
		output_csv_field(&b, time, false);
		output_csv_field(&b, row->kind, false);
		output_csv_field(&b, row->uuid, false);
		output_csv_field(&b, row->label, false);
		output_csv_field(&b, row->path, false);
		output_csv_field(&b, row->type, false);
		output_csv_field(&b, row->base_text, false);
		output_csv_field(&b, row->mine_text, false);
		output_csv_field(&b, row->theirs_text, false);
		output_csv_field(&b, row->state, false);
		buf_add_text(&b, "\r\n");
	}
	return buf_take(&b, NULL);
}
