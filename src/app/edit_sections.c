/* The sections of a case (its forms) with their marks, and its head line. */
#include <stdio.h>
#include <string.h>

#include "app/edit.h"
#include "app/env.h"
#include "app/formset.h"
#include "app/profile.h"
#include "app/stored.h"

/* In the order in which the sections stand (protocol.md E.1, end); a site's own forms follow. */
static const char *const section_order[] = { "case", "case-information", "person", "occupation", "death", "death-and-burial", "address",
	"addresses", "contact-details", "maternal-history",
	"hospitalization", "port-health", "symptoms", "health-conditions", "epidemiological-data", "epi-data", "therapy", "clinical-course",
		NULL };

static size_t section_rank(const char *name)
{
	size_t i;

	for (i = 0; section_order[i] != NULL; i++)
		if (strcmp(section_order[i], name) == 0)
			return i;
	return i;
}

struct section_side { enum kind kind; char uuid[UUID_SIZE]; struct json *doc,
	*base; unsigned flags; char **paths; size_t count; bool here; };

static bool section_visit_conflict(void *ctx, const struct conflict_row *row)
{
	struct section_side *side = ctx;

	side->paths = mem_realloc(side->paths, side->count + 1, sizeof(*side->paths));
	side->paths[side->count++] = mem_strdup(row->path == NULL ? "" : row->path);
	return true;
}

static enum status section_load(struct session *session, struct section_side *side, struct err *err)
{
	struct conflict_filter filter = { .state = CONFLICT_OPEN, .kind = (int)side->kind, .uuid = side->uuid };
	struct record record;
	enum status st = store_get(session->store, side->kind, side->uuid, &record, err);

	if (st != ST_OK)
		return st;
	st = stored_parse(&record, &side->doc, err);
	if (st == ST_OK && record.base != NULL && json_parse_text(record.base, &side->base, NULL) != ST_OK)
		side->base = NULL;
	side->flags = record.flags;
	side->here = st == ST_OK;
	record_done(&record);
	return st == ST_OK ? store_each_conflict(session->store, &filter, 0, 0, section_visit_conflict, side, err) : st;
}

static void section_free(struct section_side *side)
{
	size_t i;

	for (i = 0; i < side->count; i++)
		mem_free(side->paths[i]);
	mem_free(side->paths);
	json_free(side->doc);
	json_free(side->base);
}

struct section_edits { const struct form_view *view; int count; };

static void section_count_edit(void *ctx, const char *path, const struct model_field *field, const struct json *old_value,
	const struct json *new_value)
{
	struct section_edits *edits = ctx;

	(void)field;
	(void)old_value;
	(void)new_value;
	if (form_row_find(edits->view, path) != NULL)
		edits->count++;
}

static bool section_is_asked(const struct form *form, const struct json *case_doc)
{
	const char *name = form_name(form), *disease = json_get_string(case_doc, "disease"), *origin = json_get_string(case_doc, "caseOrigin");

	if (strcmp(name, "maternal-history") == 0)
		return disease != NULL && strcmp(disease, "CONGENITAL_RUBELLA") == 0;
	if (strcmp(name, "port-health") == 0)
		return origin != NULL && strcmp(origin, "POINT_OF_ENTRY") == 0;
	return true;
}

static void section_fill(struct session *session, const struct form *form, struct section_side *side, const struct json *case_doc,
	struct edit_section *out)
{
	struct section_edits edits = { NULL, 0 };
	struct form_view *view;
	struct env env;
	size_t i;

	memset(out, 0, sizeof(*out));
	out->form = form_name(form);
	out->title = session_form_title(session, form, &out->title_context);
	if (!side->here)
		return;
	env_init(&env, session, side->kind, side->doc, side->doc, side->flags);
	if (side->kind == KIND_PERSONS)
		env_set_disease(&env, json_get_string(case_doc, "disease"));
	view = form_open(form, session->model, side->doc, &env.env);
	for (i = 0; i < form_row_count(view); i++) {
		const struct form_row *row = form_row_at(view, i);

		if (row->visible && row->type != FORM_NOTE && row->type != FORM_GROUP && row->type != FORM_CALCULATE)
			out->available = true;
	}
	out->available = out->available && section_is_asked(form, case_doc);
	for (i = 0; i < form_finding_count(view); i++)
		if (form_finding_at(view, i)->severity == FORM_ERROR)
			out->errors++;
	for (i = 0; i < side->count; i++)
		if (form_row_find(view, side->paths[i]) != NULL)
			out->conflicts++;
	if ((side->flags & RECORD_DIRTY) != 0) {
		edits.view = view;
		model_diff(model_of_kind(session->model, side->kind), side->base, side->doc, section_count_edit, &edits);
		out->edits = edits.count;
	}
	form_close(view);
	env_done(&env);
}

enum status edit_sections(struct session *session, const char *case_uuid, struct edit_section out[EDIT_MAX_SECTIONS], size_t *count,
	struct err *err)
{
	struct section_side caze = { .kind = KIND_CASES }, person = { .kind = KIND_PERSONS };
	const struct form *chosen[EDIT_MAX_SECTIONS];
	const struct session_form *forms;
	size_t form_count, n = 0, i, k;
	const char *uuid;
	enum status st = session_load_forms(session, err);

	if (st != ST_OK)
		return st;
	snprintf(caze.uuid, sizeof(caze.uuid), "%s", case_uuid);
	st = section_load(session, &caze, err);
	if (st != ST_OK)
		goto out;
	uuid = stored_reference(caze.doc, "person");
	if (uuid != NULL && strlen(uuid) < sizeof(person.uuid)) {
		memcpy(person.uuid, uuid, strlen(uuid) + 1);
		st = section_load(session, &person, err);
		/* A person that is not here yet leaves its sections closed. */
		if (st == ST_NOT_FOUND)
			st = ST_OK;
		if (st != ST_OK)
			goto out;
	}
	forms = session_forms(session, &form_count);
	for (i = 0; i < form_count; i++) {
		const struct form *form = forms[i].form;
		enum kind kind = form_kind(form);

		if ((kind != KIND_CASES && kind != KIND_PERSONS) || strcmp(form_name(form), "new-case") == 0)
			continue;
		for (k = n; k > 0 && section_rank(form_name(chosen[k - 1])) > section_rank(form_name(form)); k--)
			if (k < EDIT_MAX_SECTIONS)
				chosen[k] = chosen[k - 1];
		if (k < EDIT_MAX_SECTIONS)
			chosen[k] = form;
		if (n < EDIT_MAX_SECTIONS)
			n++;
	}
	for (i = 0; i < n; i++)
		section_fill(session, chosen[i], form_kind(chosen[i]) == KIND_CASES ? &caze : &person, caze.doc, &out[i]);
	*count = n;
out:
	section_free(&caze);
	section_free(&person);
	return st;
}

static void head_refused(struct session *session, const struct record *record, const struct json *doc, struct edit_head *out)
{
	const char *uuid = stored_reference(doc, "person");
	struct record person;

	if ((record->flags & RECORD_REJECTED) != 0) {
		out->refused = mem_strdup(record->reject_reason == NULL ? "?" : record->reject_reason);
	} else if (uuid != NULL && store_get(session->store, KIND_PERSONS, uuid, &person, NULL) == ST_OK) {
		out->refused_person = (person.flags & RECORD_REJECTED) != 0;
		if (out->refused_person)
			out->refused = mem_strdup(person.reject_reason == NULL ? "?" : person.reject_reason);
		record_done(&person);
	}
}

enum status edit_head(struct session *session, const char *case_uuid, struct edit_head *out, struct err *err)
{
	const char *first, *last, *text;
	struct json *doc, *person;
	const struct json *names;
	struct record record;
	char *short_uuid;
	enum status st = store_get(session->store, KIND_CASES, case_uuid, &record, err);

	if (st != ST_OK)
		return st;
	st = stored_parse(&record, &doc, err);
	if (st != ST_OK) {
		record_done(&record);
		return st;
	}
	person = stored_person_of(session, doc);
	names = person != NULL ? person : json_get(doc, "person");
	memset(out, 0, sizeof(*out));
	memcpy(out->uuid, record.uuid, sizeof(out->uuid));
	short_uuid = stored_short_uuid(record.uuid);
	snprintf(out->short_uuid, sizeof(out->short_uuid), "%s", short_uuid);
	mem_free(short_uuid);
	first = json_get_string(names, "firstName");
	last = json_get_string(names, "lastName");
	out->name = mem_printf("%s%s%s", last == NULL ? "" : last, first != NULL && *first != '\0' && last != NULL && *last != '\0' ? ", " : "",
		first == NULL ? "" : first);
	text = json_get_string(doc, "disease");
	out->disease = mem_strdup(text == NULL ? "" : text);
	text = json_get_string(doc, "caseClassification");
	out->classification = mem_strdup(text == NULL ? "" : text);
	text = json_get_string(doc, "epidNumber");
	out->epid_number = mem_strdup(text == NULL ? "" : text);
	out->deleted = json_true(json_get(doc, "deleted"));
	out->out_of_reach = (record.flags & RECORD_OUT_OF_REACH) != 0;
	out->editable = stored_may_edit(session, KIND_CASES, doc, record.flags);
	head_refused(session, &record, doc, out);
	json_free(person);
	json_free(doc);
	record_done(&record);
	return ST_OK;
}

void edit_head_done(struct edit_head *head)
{
	mem_free(head->name);
	mem_free(head->disease);
	mem_free(head->classification);
	mem_free(head->epid_number);
	mem_free(head->refused);
}
