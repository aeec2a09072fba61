#include "app/list.h"

#include <string.h>

#include "app/env.h"
#include "app/kinds.h"
#include "app/listeners.h"
#include "app/output.h"
#include "app/profile.h"
#include "app/stored.h"

static const char *const state_names[] = { "clean", "new", "dirty", "rejected" };

static const char *list_state_name(enum list_state state)
{
	return state_names[state];
}

static enum list_state list_state_of(unsigned flags)
{
	if ((flags & RECORD_REJECTED) != 0)
		return LIST_REJECTED;
	if ((flags & RECORD_NEW) != 0)
		return LIST_NEW;
	return (flags & RECORD_DIRTY) != 0 ? LIST_DIRTY : LIST_CLEAN;
}

struct list_run {
	struct session *session;
	struct list_page *page;
	size_t cap;
	const char *where;
	int64_t skip, limit;         /* with `where` the paging is done here */
	enum status st;
	struct err *err;
};

static char *list_text(const char *s)
{
	return mem_strdup(s == NULL ? "" : s);
}

/* Does the case document satisfy the expression? */
static enum status list_matches(struct list_run *run, const char *uuid, bool *matches)
{
	struct session *session = run->session;
	struct form_value value;
	struct env env;
	struct record record;
	struct json *doc;
	enum status st = store_get(session->store, KIND_CASES, uuid, &record, run->err);

	*matches = false;
	if (st == ST_NOT_FOUND)
		return ST_OK;
	if (st != ST_OK)
		return st;
	st = stored_parse(&record, &doc, run->err);
	if (st == ST_OK) {
		env_init(&env, session, KIND_CASES, doc, NULL, record.flags);
		st = form_eval(session->model, run->where, doc, model_of_kind(session->model, KIND_CASES), NULL, &env.env, &value, run->err);
		if (st == ST_OK) {
			*matches = value.type == FORM_VALUE_BOOLEAN ? value.boolean : value.type == FORM_VALUE_NUMBER ? value.number != 0.0
				: value.type == FORM_VALUE_NODESET ? value.count > 0 : *value.string != '\0';
			form_value_done(&value);
		}
		env_done(&env);
		json_free(doc);
	}
	record_done(&record);
	return st;
}

static bool list_visit(void *ctx, const struct case_row *row)
{
	struct list_run *run = ctx;
	struct list_case *out;
	bool matches = true;

	if (run->where != NULL) {
		run->st = list_matches(run, row->uuid, &matches);
		if (run->st != ST_OK)
			return false;
		if (!matches)
			return true;
		if (run->skip > 0) {
			run->skip--;
			return true;
		}
	}
	mem_grow((void **)&run->page->rows, &run->cap, run->page->count + 1, sizeof(*run->page->rows));
	out = &run->page->rows[run->page->count++];
	memset(out, 0, sizeof(*out));
	memcpy(out->uuid, row->uuid, sizeof(out->uuid));
	memcpy(out->person_uuid, row->person_uuid, sizeof(out->person_uuid));
	out->short_uuid = stored_short_uuid(row->uuid);
	out->epid_number = list_text(row->epid_number);
	out->disease = list_text(row->disease);
	out->classification = list_text(row->classification);
	out->investigation_status = list_text(row->investigation_status);
	out->outcome = list_text(row->outcome);
	out->first_name = list_text(row->first_name);
	out->last_name = list_text(row->last_name);
	out->sex = list_text(row->sex);
	out->facility = list_text(row->facility);
	out->age = row->age;
	out->age_type = list_text(row->age_type);
	out->report_date = row->report_date;
	out->state = list_state_of(row->flags);
	out->open_conflicts = row->open_conflicts;
	return run->where == NULL || run->limit == 0 || (int64_t)run->page->count < run->limit;
}

static struct case_query list_query(const struct list_filter *filter)
{
	struct case_query query = { 0 };

	if (filter == NULL)
		return query;
	query.words = filter->words != NULL && *filter->words != '\0' ? filter->words : NULL;
	query.disease = filter->disease;
	query.classification = filter->classification;
	query.investigation_status = filter->investigation_status;
	query.outcome = filter->outcome;
	if (filter->only_unsent)
		query.flags_any |= RECORD_DIRTY | RECORD_NEW;
	if (filter->only_rejected)
		query.flags_any = RECORD_REJECTED;
	query.with_conflicts = filter->only_conflicts;
	return query;
}

enum status list_cases(struct session *session, const struct list_filter *filter, int64_t offset, int64_t limit, struct list_page *out,
	struct err *err)
{
	struct list_page page = { NULL, 0 };
	struct case_query query = list_query(filter);
	struct list_run run = { .session = session, .page = &page, .st = ST_OK, .err = err };
	enum status st;

	if (filter != NULL && filter->where != NULL && *filter->where != '\0') {
		struct env env;
		struct form_value value;

		run.where = filter->where;
		run.skip = offset;
		run.limit = limit;
		/* A mistake in the expression is told even when no case is stored. */
		env_init(&env, session, KIND_CASES, NULL, NULL, 0);
		st = form_eval(session->model, run.where, NULL, model_of_kind(session->model, KIND_CASES), NULL, &env.env, &value, err);
		env_done(&env);
		if (st != ST_OK)
			return st;
		form_value_done(&value);
	} else {
		query.offset = offset;
		query.limit = limit;
	}
	st = store_list_cases(session->store, &query, list_visit, &run, err);
	if (st == ST_OK)
		st = run.st;
	if (st != ST_OK) {
		list_page_done(&page);
		return st;
	}
	*out = page;
	return ST_OK;
}

void list_page_done(struct list_page *page)
{
	size_t i;

	for (i = 0; i < page->count; i++) {
		struct list_case *row = &page->rows[i];
		const char *strings[] = { row->short_uuid, row->epid_number, row->disease, row->classification, row->investigation_status, row->outcome,
			row->first_name, row->last_name, row->sex, row->facility, row->age_type };
		size_t k;

		for (k = 0; k < sizeof(strings) / sizeof(strings[0]); k++)
			mem_free((char *)(uintptr_t)strings[k]);
	}
	mem_free(page->rows);
	page->rows = NULL;
	page->count = 0;
}

enum status list_count(struct session *session, const struct list_filter *filter, struct list_counts *out, struct err *err)
{
	struct case_query query = list_query(filter);
	struct case_counts counts;
	enum status st = store_count_cases(session->store, &query, &counts, err);

	if (st != ST_OK)
		return st;
	*out = (struct list_counts){ counts.all, counts.pending, counts.done, counts.discarded, counts.matching };
	if (filter != NULL && filter->where != NULL && *filter->where != '\0') {
		struct list_page page;

		st = list_cases(session, filter, 0, 0, &page, err);
		if (st != ST_OK)
			return st;
		out->matching = (int64_t)page.count;
		list_page_done(&page);
	}
	return ST_OK;
}

/* ---- JSON and CSV ---- */

int list_years(const struct list_case *row)
{
	if (row->age < 0)
		return -1;
	return strcmp(row->age_type, "MONTHS") == 0 ? row->age / 12 : strcmp(row->age_type, "DAYS") == 0 ? row->age / 365 : row->age;
}

static struct json *list_json_text(const char *s)
{
	return s == NULL || *s == '\0' ? json_new_null() : json_new_string(s);
}

char *list_json(const struct list_page *page)
{
	struct json *array = json_new_array();
	char *text;
	size_t i;

	for (i = 0; i < page->count; i++) {
		const struct list_case *row = &page->rows[i];
		struct json *object = json_new_object(), *person = json_new_object();

		json_set(object, "uuid", json_new_string(row->uuid));
		json_set(object, "epidNumber", list_json_text(row->epid_number));
		json_set(object, "disease", list_json_text(row->disease));
		json_set(object, "caseClassification", list_json_text(row->classification));
		json_set(object, "investigationStatus", list_json_text(row->investigation_status));
		json_set(object, "outcome", list_json_text(row->outcome));
		json_set(person, "uuid", list_json_text(row->person_uuid));
		json_set(person, "firstName", list_json_text(row->first_name));
		json_set(person, "lastName", list_json_text(row->last_name));
		json_set(object, "person", person);
		json_set(object, "sex", list_json_text(row->sex));
		json_set(object, "age", row->age < 0 ? json_new_null() : json_new_int(list_years(row)));
		json_set(object, "reportDate", row->report_date == 0 ? json_new_null() : json_new_int(row->report_date));
		json_set(object, "healthFacility", list_json_text(row->facility));
		json_set(object, "state", json_new_string(list_state_name(row->state)));
		json_set(object, "conflicts", json_new_int(row->open_conflicts));
		json_append(array, object);
	}
	text = json_print(array, NULL);
	json_free(array);
	return text;
}

char *list_csv(const struct list_page *page)
{
	struct buf b;
	size_t i;

	buf_init(&b, 0);
	buf_add_text(&b, "uuid,epidNumber,disease,caseClassification,investigationStatus,outcome,personUuid,firstName,lastName,sex,age,reportDate,healthFacility,"
		"state,conflicts\r\n");
	for (i = 0; i < page->count; i++) {
		const struct list_case *row = &page->rows[i];
		const char *head[] = { row->uuid, row->epid_number, row->disease, row->classification, row->investigation_status, row->outcome,
			row->person_uuid,
			row->first_name, row->last_name, row->sex };
		char day[16] = "", age[24] = "", conflicts[24];
		size_t k;

		for (k = 0; k < sizeof(head) / sizeof(head[0]); k++)
			output_csv_field(&b, head[k], k == 0);
		if (row->age >= 0)
			err_number(age, list_years(row));
		if (row->report_date != 0)
			date_print_day(date_day_of(row->report_date), day);
		output_csv_field(&b, age, false);
		output_csv_field(&b, day, false);
		output_csv_field(&b, row->facility, false);
		output_csv_field(&b, list_state_name(row->state), false);
		output_csv_field(&b, err_number(conflicts, row->open_conflicts), false);
		buf_add_text(&b, "\r\n");
	}
	return buf_take(&b, NULL);
}

/* ---- rejected ---- */

struct list_reject_run { struct session *session; struct list_rejected *rows; size_t count, cap; };

struct list_case_of { const char *person; char uuid[UUID_SIZE]; };

static bool list_find_case(void *ctx, const struct case_row *row)
{
	struct list_case_of *find = ctx;

	if (strcmp(row->person_uuid, find->person) != 0)
		return true;
	memcpy(find->uuid, row->uuid, sizeof(find->uuid));
	return false;
}

static bool list_visit_rejected(void *ctx, const struct record *record)
{
	struct list_reject_run *run = ctx;
	struct list_rejected *row;
	struct json *doc;

	mem_grow((void **)&run->rows, &run->cap, run->count + 1, sizeof(*run->rows));
	row = &run->rows[run->count++];
	memset(row, 0, sizeof(*row));
	row->kind = model_kind_name(record->kind);
	memcpy(row->uuid, record->uuid, sizeof(row->uuid));
	row->label = stored_label(record->kind, record->doc);
	row->status = record->reject_status;
	row->reason = mem_strdup(record->reject_reason == NULL ? "" : record->reject_reason);
	row->edited_ms = record->edited_ms;
	if (record->kind == KIND_CASES) {
		memcpy(row->case_uuid, record->uuid, sizeof(row->case_uuid));
	} else if (json_parse_text(record->doc, &doc, NULL) == ST_OK) {
		const char *uuid = stored_reference(doc, "caze");

		if (record->kind == KIND_PERSONS) {
			struct list_case_of find = { record->uuid, "" };
			struct case_query query = { .words = json_get_string(doc, "lastName") };

			if (store_list_cases(run->session->store, &query, list_find_case, &find, NULL) == ST_OK)
				memcpy(row->case_uuid, find.uuid, sizeof(row->case_uuid));
		} else if (uuid != NULL && strlen(uuid) < sizeof(row->case_uuid)) {
			memcpy(row->case_uuid, uuid, strlen(uuid) + 1);
		}
		json_free(doc);
	}
	return true;
}

enum status list_rejected(struct session *session, struct list_rejected **rows, size_t *count, struct err *err)
{
	struct list_reject_run run = { .session = session };
	int kind;

	for (kind = 0; kind < KIND_COUNT; kind++) {
		enum status st = store_each(session->store, (enum kind)kind, RECORD_REJECTED, 0, list_visit_rejected, &run, err);

		if (st != ST_OK) {
			list_rejected_done(run.rows, run.count);
			return st;
		}
	}
	*rows = run.rows;
	*count = run.count;
	return ST_OK;
}

void list_rejected_done(struct list_rejected *rows, size_t count)
{
	size_t i;

	for (i = 0; i < count; i++) {
		mem_free(rows[i].label);
		mem_free(rows[i].reason);
	}
	mem_free(rows);
}

enum status list_send_again(struct session *session, const char *kind_name, const char *uuid, struct err *err)
{
	enum kind kind;
	enum status st = kind_named(kind_name, &kind, err);

	if (st == ST_OK)
		st = store_unreject(session->store, kind, uuid, err);
	if (st == ST_OK)
		session_notify_changed(session);
	return st;
}
