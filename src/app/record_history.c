/* The history of a record, from the journal (product.md "history"). */
#include "app/record.h"

#include <string.h>

#include "app/kinds.h"
#include "app/output.h"
#include "app/profile.h"

struct history_run { struct record_change *rows; size_t count, cap; };

static bool history_visit(void *ctx, const struct journal_row *row)
{
	struct history_run *run = ctx;
	struct record_change *out;

	mem_grow((void **)&run->rows, &run->cap, run->count + 1, sizeof(*run->rows));
	out = &run->rows[run->count++];
	*out = (struct record_change){ .time_ms = row->time_ms, .user = mem_strdup(row->user), .device = mem_strdup(row->device), .path = mem_strdup(row->path),
		.old_value = mem_strdup(row->old_value), .new_value = mem_strdup(row->new_value), .cause = mem_strdup(row->cause), .sent = row->sent };
	return true;
}

enum status record_history(struct session *session, const char *kind_name, const char *uuid, const char *path, struct record_change **rows,
	size_t *count,
	struct err *err)
{
	struct history_run run = { NULL, 0, 0 };
	enum kind kind;
	enum status st = kind_named(kind_name, &kind, err);

	if (st == ST_OK)
		st = store_each_journal(session->store, kind, uuid, path, history_visit, &run, err);
	if (st != ST_OK) {
		record_history_done(run.rows, run.count);
		return st;
	}
	*rows = run.rows;
	*count = run.count;
	return ST_OK;
}

const char *record_cause_text(const char *cause)
{
	static const char *const causes[][2] = { { "new", N_("new record") }, { "import", N_("from a file of edits") },
		{ "restore", N_("put back from a conflict") }, { "keep", N_("conflict closed, the server's kept") },
		{ "transfer", N_("moved to another facility") } };
	size_t i;

	for (i = 0; cause != NULL && i < sizeof(causes) / sizeof(causes[0]); i++)
		if (strcmp(cause, causes[i][0]) == 0)
			return causes[i][1];
	return NULL;
}

void record_history_done(struct record_change *rows, size_t count)
{
	size_t i;

	for (i = 0; i < count; i++) {
		mem_free(rows[i].user);
		mem_free(rows[i].device);
		mem_free(rows[i].path);
		mem_free(rows[i].old_value);
		mem_free(rows[i].new_value);
		mem_free(rows[i].cause);
	}
	mem_free(rows);
}

char *record_history_json(const struct record_change *rows, size_t count)
{
	struct json *array = json_new_array();
	char *text;
	size_t i;

	for (i = 0; i < count; i++) {
		struct json *object = json_new_object();

		json_set(object, "time", json_new_int(rows[i].time_ms));
		json_set(object, "user", json_new_string(rows[i].user));
		json_set(object, "device", json_new_string(rows[i].device));
		json_set(object, "path", json_new_string(rows[i].path));
		json_set(object, "old", output_json_value(rows[i].old_value));
		json_set(object, "new", output_json_value(rows[i].new_value));
		json_set(object, "sent", json_new_bool(rows[i].sent));
		json_append(array, object);
	}
	text = json_print(array, NULL);
	json_free(array);
	return text;
}
