/* What the steps of a run share: its clock, its lists of uuids, its notes, the names of records. */
#include <stdio.h>
#include <string.h>

#include "app/sync_state.h"

int64_t sync_run_now(const struct sync_run *run)
{
	return clock_now(loop_clock(run->options.loop));
}

int64_t sync_run_mono(const struct sync_run *run)
{
	return clock_mono(loop_clock(run->options.loop));
}

void sync_append_uuid(char (**uuids)[UUID_SIZE], size_t *count, size_t *cap, const char *uuid)
{
	mem_grow((void **)uuids, cap, *count + 1, sizeof **uuids);
	memset((*uuids)[*count], 0, UUID_SIZE);
	memcpy((*uuids)[(*count)++], uuid, strnlen(uuid, UUID_SIZE - 1));
}

void sync_run_add_uuid(struct sync_run *run, const char *uuid, bool fresh)
{
	if (run->uuid_count == run->uuid_cap) {
		run->uuid_cap = run->uuid_cap > 0 ? 2 * run->uuid_cap : 64;
		run->uuids = mem_realloc(run->uuids, run->uuid_cap, sizeof *run->uuids);
		run->fresh = mem_realloc(run->fresh, run->uuid_cap, sizeof *run->fresh);
		run->small = mem_realloc(run->small, run->uuid_cap, sizeof *run->small);
	}
	memset(run->uuids[run->uuid_count], 0, UUID_SIZE);
	memcpy(run->uuids[run->uuid_count], uuid, strnlen(uuid, UUID_SIZE - 1));
	run->small[run->uuid_count] = false;
	run->fresh[run->uuid_count++] = fresh;
}

void sync_run_add_missing(struct sync_run *run, const char *uuid)
{
	sync_append_uuid(&run->missing, &run->missing_count, &run->missing_cap, uuid);
}

void sync_run_note(struct sync_run *run, const char *label, const char *id, const char *arg)
{
	struct sync_progress *p = &run->progress;
	struct sync_note *note;

	if (p->note_count == SYNC_MAX_EVENTS) {
		memmove(run->notes, run->notes + 1, (SYNC_MAX_EVENTS - 1) * sizeof run->notes[0]);
		p->note_count--;
	}
	mem_grow((void **)&run->notes, &run->notes_cap, (size_t)p->note_count + 1, sizeof *run->notes);
	p->notes = run->notes;
	note = &run->notes[p->note_count++];
	*note = (struct sync_note){ .time_ms = sync_run_now(run) };
	memcpy(note->label, label, text_cut(label, sizeof note->label - 1));
	message_set(&note->message, id, arg != NULL ? arg : "");
}

static void person_names(const struct json *person, char *out, size_t size)
{
	const char *first = json_get_string(person, "firstName"), *last = json_get_string(person, "lastName");
	char text[256];

	out[0] = '\0';
	if (first == NULL && last == NULL)
		return;
	(void)snprintf(text, sizeof text, "%s%s%s", last != NULL ? last : "", last != NULL && first != NULL ? ", " : "", first != NULL ? first : "");
	(void)snprintf(out, size, "%.*s", (int)text_cut(text, size - 1), text);
}

/* "SLR365 Kamara, Fatu": the short uuid and the person. */
void sync_label(struct sync_run *run, enum kind kind, const char *uuid, const struct json *doc, char out[96])
{
	char names[80] = "", shorter[7];
	const struct json *person = kind == KIND_PERSONS ? doc : json_get(doc, "person");
	const char *person_uuid = json_get_string(person, "uuid");
	struct record record;

	person_names(person, names, sizeof names);
	if (names[0] == '\0' && kind != KIND_PERSONS && person_uuid != NULL &&
		store_get(run->options.store, KIND_PERSONS, person_uuid, &record, NULL) == ST_OK) {
		struct json *other = NULL;

		if (json_parse_text(record.doc, &other, NULL) == ST_OK)
			person_names(other, names, sizeof names);
		json_free(other);
		record_done(&record);
	}
	(void)snprintf(shorter, sizeof shorter, "%.6s", uuid);
	(void)snprintf(out, 96, "%s%s%s", shorter, names[0] != '\0' ? " " : "", names);
}

/* ---- progress ---- */

bool sync_is_awaiting(struct sync_run *run, enum kind kind, const char *uuid, unsigned flags)
{
	struct outbox_row row;

	if ((flags & (RECORD_DIRTY | RECORD_REREAD)) == 0)
		return false;
	if (store_outbox_get(run->options.store, kind, uuid, &row, NULL) != ST_OK)
		return false;
	outbox_row_done(&row);
	return row.sent_ms != 0;
}
