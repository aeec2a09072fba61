/* Possible duplicates of a new case, to be asked about before it is saved (protocol.md F.4). */
#include <stdio.h>
#include <string.h>

#include "app/editing.h"
#include "app/labels.h"
#include "app/newcase.h"

struct edit_duplicate_run { struct edit *edit; struct edit_duplicate *rows; size_t count, cap; };

static struct edit_duplicate *edit_add_duplicate(struct edit_duplicate_run *run, const char *uuid, bool person)
{
	struct edit_duplicate *out;

	mem_grow((void **)&run->rows, &run->cap, run->count + 1, sizeof(*run->rows));
	out = &run->rows[run->count++];
	memset(out, 0, sizeof(*out));
	snprintf(out->uuid, sizeof(out->uuid), "%s", uuid);
	out->person = person;
	return out;
}

/* A constant as people read it; "" for none. */
static const char *edit_constant_text(struct edit_duplicate_run *run, const char *list, const char *constant)
{
	const char *context, *id;

	labels_constant(run->edit->session, list, constant, &context, &id);
	return id == NULL ? "" : i18n_label(context, id);
}

static bool edit_duplicate_case(void *ctx, const struct case_row *row)
{
	struct edit_duplicate_run *run = ctx;
	char day[16] = "";

	if (row->report_date != 0)
		date_print_day(date_day_of(row->report_date), day);
	edit_add_duplicate(run, row->uuid, false)->text = mem_printf("%s, %s · %s · %s · %s", row->last_name, row->first_name,
		edit_constant_text(run, "Disease", row->disease), day, labels_place(row->facility));
	return run->count < 50;
}

static bool edit_duplicate_person(void *ctx, const struct record *record, double similarity)
{
	struct edit_duplicate_run *run = ctx;
	int64_t year = 0, month = 0, day = 0;
	struct json *doc;
	char birth[40] = "";

	(void)similarity;
	if (json_parse_text(record->doc, &doc, NULL) != ST_OK)
		return true;
	json_get_int(doc, "birthdateYYYY", &year);
	json_get_int(doc, "birthdateMM", &month);
	json_get_int(doc, "birthdateDD", &day);
	if (year > 0 && year < 10000)
		snprintf(birth, sizeof(birth), month > 0 && month < 13 && day > 0 && day < 32 ? " · %04d-%02d-%02d" : " · %04d", (int)year, (int)month,
			(int)day);
	edit_add_duplicate(run, record->uuid, true)->text = mem_printf("%s, %s%s%s%s", json_get_string(doc, "lastName") == NULL ? ""
		: json_get_string(doc, "lastName"),
		json_get_string(doc, "firstName") == NULL ? "" : json_get_string(doc, "firstName"), json_get_string(doc, "sex") == NULL ? "" : " · ",
		edit_constant_text(run, "Sex", json_get_string(doc, "sex")), birth);
	json_free(doc);
	return run->count < 50;
}

enum status edit_duplicates(struct edit *edit, struct edit_duplicate **rows, size_t *count, struct err *err)
{
	struct edit_duplicate_run run = { edit, NULL, 0, 0 };
	const struct json *doc = form_doc(edit->view);
	enum status st;

	if (!edit->fresh) {
		*rows = NULL;
		*count = 0;
		return ST_OK;
	}
	/* With a chosen person the question is whether this illness is here already. */
	if (edit->use_person != NULL)
		st = newcase_each_case(edit->session, doc, edit->use_person, edit_duplicate_case, &run, err);
	else
		st = newcase_each_person(edit->session, json_get(doc, "person"), edit_duplicate_person, &run, err);
	if (st != ST_OK) {
		edit_duplicates_done(run.rows, run.count);
		return st;
	}
	*rows = run.rows;
	*count = run.count;
	return ST_OK;
}

void edit_duplicates_done(struct edit_duplicate *rows, size_t count)
{
	size_t i;

	for (i = 0; i < count; i++)
		mem_free(rows[i].text);
	mem_free(rows);
}
