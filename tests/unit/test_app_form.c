/* What the screens have of a form beside its rows: choices, hidden values, marks, drafts, both sides of a clash, the site's own forms. */
#include "app_profile.h"

#include <sys/stat.h>

#include "app/conflict.h"
#include "app/draft.h"
#include "app/edit.h"
#include "app/editing.h"
#include "app/labels.h"
#include "app/list.h"
#include "app/record.h"
#include "app/settings.h"

#define P_CLOSED "HOSPIT-EEEEEE-AAAAAA-AAAAAAAA"
#define STAYS "hospitalization.previousHospitalizations"

static struct edit *open_form(struct profile *p, const char *form)
{
	struct edit *edit = NULL;
	struct err err;

	assert_ok(edit_open(p->session, form, "cases", P_CASE, NULL, &edit, &err), &err);
	return edit;
}

static void leave(struct edit *edit)
{
	edit_discard(edit);
	edit_close(edit);
}

static const struct edit_row *row_of(struct edit *edit, const char *path)
{
	for (size_t i = 0; i < edit_row_count(edit); i++)
		if (strcmp(edit_row(edit, i)->path, path) == 0)
			return edit_row(edit, i);
	fail_msg("there is no row %s", path);
	return NULL;
}

/* The case as the server has it, with one more key. */
static void put_case(struct profile *p, const char *key, struct json *value)
{
	struct json *doc = profile_doc(p->session, KIND_CASES, P_CASE);
	struct err err;
	char *text;

	json_set(doc, key, value);
	text = json_print(doc, NULL);
	json_free(doc);
	assert_ok(store_delete(p->session->store, KIND_CASES, P_CASE, &err), &err);
	profile_put(p->session, KIND_CASES, P_CASE, text);
	mem_free(text);
}

/* ---- choices ---- */

static size_t choices(struct edit *edit, const char *path, const char *typed, char *names, size_t size)
{
	struct edit_choice list[20];
	size_t count = edit_choices(edit, path, typed, 20, list);

	names[0] = '\0';
	for (size_t i = 0; i < count; i++)
		snprintf(names + strlen(names), size - strlen(names), "%s%s%s", list[i].label, list[i].stored ? "*" : "", i + 1 < count ? "|" : "");
	edit_choices_done(list, count);
	return count;
}

static void places_are_offered_by_name_and_closed_ones_only_where_they_stand(void **state)
{
	struct profile *p = *state;
	struct edit *edit;
	char names[1000];
	struct err err;

	profile_put(p->session, KIND_FACILITIES, P_CLOSED, "{\"uuid\":\"" P_CLOSED "\",\"name\":\"Closed Hospital\",\"type\":\"HOSPITAL\","
		"\"archived\":true,\"region\":{\"uuid\":\"" P_REGION "\"},\"district\":{\"uuid\":\"" P_DISTRICT "\"},\"changeDate\":1000}");
	edit = open_form(p, "case");
	assert_int_equal(choices(edit, "healthFacility", "", names, sizeof(names)), 2);
	assert_string_equal(names, "Hill Hospital|Lake Hospital");
	assert_int_equal(choices(edit, "healthFacility", "lak", names, sizeof(names)), 1);
	assert_string_equal(names, "Lake Hospital");
	assert_int_equal(choices(edit, "healthFacility", "closed", names, sizeof(names)), 0);
	assert_int_equal(choices(edit, "responsibleDistrict", "", names, sizeof(names)), 1);
	assert_string_equal(names, "River");
	assert_int_equal(edit_choices(edit, "healthFacility", "", 0, NULL), 0);
	/* Typing the name of a closed one, or of one that does not go with the rest, changes nothing. */
	assert_int_equal(edit_set(edit, "healthFacility", "Closed Hospital", false, &err), ST_INVALID);
	assert_int_equal(edit_set(edit, "healthFacility", "Hospital of nowhere", false, &err), ST_INVALID);
	assert_ok(edit_set(edit, "healthFacility", "lake hospital", false, &err), &err);
	assert_string_equal(row_of(edit, "healthFacility")->value, "Lake Hospital");
	leave(edit);
	put_case(p, "healthFacility", output_json_value("{\"uuid\":\"" P_CLOSED "\",\"caption\":\"Closed Hospital\"}"));
	edit = open_form(p, "case");
	assert_string_equal(row_of(edit, "healthFacility")->value, "Closed Hospital");
	choices(edit, "healthFacility", "", names, sizeof(names));
	assert_non_null(strstr(names, "Closed Hospital*"));
	leave(edit);
}

static void the_servers_own_lists_are_offered_for_the_disease(void **state)
{
	struct profile *p = *state;
	struct json *doc;
	struct edit *edit;
	char names[1000];
	struct err err;

	profile_put(p->session, KIND_CUSTOMIZABLE_ENUM_VALUES, "VALUEA-AAAAAA-AAAAAA-AAAAAAAA", "{\"uuid\":\"VALUEA-AAAAAA-AAAAAA-AAAAAAAA\","
		"\"dataType\":\"DISEASE_VARIANT\",\"value\":\"LINEAGE_2\",\"caption\":\"Lineage II\",\"diseases\":[\"LASSA\"],\"changeDate\":1000}");
	profile_put(p->session, KIND_CUSTOMIZABLE_ENUM_VALUES, "VALUEB-AAAAAA-AAAAAA-AAAAAAAA", "{\"uuid\":\"VALUEB-AAAAAA-AAAAAA-AAAAAAAA\","
		"\"dataType\":\"DISEASE_VARIANT\",\"value\":\"OTHER_1\",\"caption\":\"Of another\",\"diseases\":[\"CHOLERA\"],\"changeDate\":1000}");
	edit = open_form(p, "case");
	assert_int_equal(choices(edit, "diseaseVariant", "", names, sizeof(names)), 1);
	assert_string_equal(names, "Lineage II");
	assert_ok(edit_set(edit, "diseaseVariant", "Lineage II", false, &err), &err);
	assert_string_equal(row_of(edit, "diseaseVariant")->value, "Lineage II");
	assert_int_equal(edit_set(edit, "diseaseVariant", "Of another", false, &err), ST_INVALID);
	assert_ok(edit_save(edit, &err), &err);
	edit_close(edit);
	/* With another disease it goes, and comes back with the first one: the server has no such value for that. */
	edit = open_form(p, "case");
	assert_ok(edit_set(edit, "disease", "MALARIA", false, &err), &err);
	assert_ok(edit_set(edit, "disease", "LASSA", false, &err), &err);
	assert_string_equal(row_of(edit, "diseaseVariant")->value, "Lineage II");
	assert_ok(edit_set(edit, "disease", "MALARIA", false, &err), &err);
	assert_ok(edit_save(edit, &err), &err);
	edit_close(edit);
	doc = profile_doc(p->session, KIND_CASES, P_CASE);
	assert_null(json_get(doc, "diseaseVariant"));
	json_free(doc);
}

/* ---- rows of each kind ---- */

static void each_kind_of_row_takes_what_people_write(void **state)
{
	static const struct { const char *path, *typed; enum status st; const char *value; } cases[] = {
		{ "nosocomialOutbreak", "yes", ST_OK, "Yes" }, { "nosocomialOutbreak", "N", ST_OK, "No" },
		{ "nosocomialOutbreak", "maybe", ST_INVALID, "No" },
		{ "nosocomialOutbreak", "TRUE", ST_OK, "Yes" }, { "reportLat", "7.5", ST_OK, "7.5" }, { "reportLat", "91", ST_OK, "91" },
		{ "reportLat", "north", ST_INVALID, "91" }, { "reportLat", "8.25", ST_OK, "8.25" },
		{ "disease", "CORONAVIRUS", ST_OK, NULL }, { "reInfection", "yes", ST_OK, "Yes" },
		{ "reinfectionDetails", "GENOME_SEQUENCES_NOT_MATCHING", ST_OK, NULL },
		{ "reinfectionDetails", "NO_SUCH_DETAIL", ST_INVALID, NULL }, { "reportDate", "20.11.2026", ST_OK, "2026-11-20" },
		{ "externalID", " A-1", ST_OK, " A-1" },
	};
	struct profile *p = *state;
	struct edit *edit;
	const struct edit_row *row;
	const char *context;
	struct err err;

	/* Some of these are asked in some countries only. */
	assert_ok(store_set_setting(p->session->store, STATE_LOCALE, "de-DE", &err), &err);
	session_account_changed(p->session);
	edit = open_form(p, "case");
	assert_ok(setting_set(p->session, "date_order", "dmy", &err), &err);
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		enum status st = edit_set(edit, cases[i].path, cases[i].typed, false, &err);

		if (st != cases[i].st && st != ST_OK)
			profile_say(&err);
		if (st != cases[i].st)
			fail_msg("%s=%s: status %d, should be %d", cases[i].path, cases[i].typed, (int)st, (int)cases[i].st);
		row = row_of(edit, cases[i].path);
		if (cases[i].value != NULL && strcmp(row->value, cases[i].value) != 0)
			fail_msg("%s=%s shows \"%s\", should be \"%s\"", cases[i].path, cases[i].typed, row->value, cases[i].value);
	}
	assert_int_equal(row_of(edit, "nosocomialOutbreak")->type, EDIT_BOOLEAN);
	assert_int_equal(row_of(edit, "reinfectionDetails")->type, EDIT_SELECT_MULTIPLE);
	assert_int_equal(row_of(edit, "reportLat")->type, EDIT_DECIMAL);
	assert_int_equal(row_of(edit, "classification")->type, EDIT_GROUP);
	assert_non_null(edit_title(edit, &context));
	assert_string_equal(edit_form(edit), "case");
	assert_null(edit_row(edit, 10000));
	assert_null(edit_finding(edit, 10000));
	leave(edit);
}

static void values_that_are_not_shown_are_counted_and_told(void **state)
{
	struct profile *p = *state;
	struct edit_hidden *rows;
	struct edit *edit;
	struct err err;
	size_t count;

	put_case(p, "sequelaeDetails", json_new_string("kept though nobody asks"));
	edit = open_form(p, "case");
	assert_int_equal(edit_hidden_count(edit), 1);
	assert_ok(edit_hidden(edit, &rows, &count, &err), &err);
	assert_int_equal(count, 1);
	assert_string_equal(rows[0].path, "sequelaeDetails");
	assert_string_equal(rows[0].value, "kept though nobody asks");
	edit_hidden_done(rows, count);
	/* Saving something else does not touch it. */
	assert_ok(edit_set(edit, "additionalDetails", "x", false, &err), &err);
	assert_ok(edit_save(edit, &err), &err);
	edit_close(edit);
	json_free(profile_doc(p->session, KIND_CASES, P_CASE));
	edit = open_form(p, "case");
	assert_int_equal(edit_hidden_count(edit), 1);
	leave(edit);
}

static void an_item_goes_when_it_is_removed_and_comes_back_by_undo(void **state)
{
	struct profile *p = *state;
	struct edit *edit = open_form(p, "hospitalization");
	struct json *doc;
	struct err err;

	assert_int_equal(row_of(edit, STAYS)->items, 1);
	assert_int_equal(edit_remove_item(edit, STAYS "[GONEAA-AAAAAA-AAAAAA-AAAAAAAA]", &err), ST_NOT_FOUND);
	assert_ok(edit_remove_item(edit, STAYS "[" P_STAY "]", &err), &err);
	assert_true(edit_undo(edit));
	assert_int_equal(row_of(edit, STAYS)->items, 1);
	assert_false(edit_is_changed(edit));
	assert_ok(edit_remove_item(edit, STAYS "[" P_STAY "]", &err), &err);
	assert_ok(edit_save(edit, &err), &err);
	edit_close(edit);
	doc = profile_doc(p->session, KIND_CASES, P_CASE);
	assert_int_equal(json_count(json_get(json_get(doc, "hospitalization"), "previousHospitalizations")), 0);
	json_free(doc);
}

/* ---- marks ---- */

static const struct edit_section *section_of(const struct edit_section *sections, size_t count, const char *form)
{
	for (size_t i = 0; i < count; i++)
		if (strcmp(sections[i].form, form) == 0)
			return &sections[i];
	fail_msg("there is no section %s", form);
	abort();                     /* not reached; the compiler cannot know */
}

static void open_conflicts_and_errors_mark_rows_and_sections(void **state)
{
	struct profile *p = *state;
	struct conflict_row conflict = { .time_ms = P_NOW, .kind = KIND_CASES, .uuid = P_CASE, .type = CONFLICT_FIELD };
	struct edit_section sections[EDIT_MAX_SECTIONS];
	struct json *doc, *stay;
	struct edit *edit;
	struct err err;
	size_t count;
	int64_t id;

	conflict.label = mem_strdup("CASEAA");
	conflict.path = mem_strdup("hospitalization.isolated");
	conflict.mine = mem_strdup("\"YES\"");
	assert_ok(store_add_conflict(p->session->store, &conflict, &id, &err), &err);
	conflict_row_done(&conflict);
	doc = profile_doc(p->session, KIND_CASES, P_CASE);
	stay = json_copy(json_get(doc, "hospitalization"));
	json_free(doc);
	json_set(stay, "dischargeDate", json_new_int(P_DAY(-30)));
	put_case(p, "hospitalization", stay);
	edit = open_form(p, "hospitalization");
	assert_true(row_of(edit, "hospitalization.isolated")->conflict);
	assert_false(row_of(edit, "hospitalization.leftAgainstAdvice")->conflict);
	/* The server's own mistakes are told, but they do not stop anybody. */
	assert_true(row_of(edit, "hospitalization.dischargeDate")->older > 0);
	leave(edit);
	assert_ok(edit_sections(p->session, P_CASE, sections, &count, &err), &err);
	assert_int_equal(section_of(sections, count, "hospitalization")->conflicts, 1);
	assert_true(section_of(sections, count, "hospitalization")->errors > 0);
	assert_int_equal(section_of(sections, count, "case")->conflicts, 0);
	assert_ok(conflict_keep(p->session, id, &err), &err);
	assert_ok(edit_sections(p->session, P_CASE, sections, &count, &err), &err);
	assert_int_equal(section_of(sections, count, "hospitalization")->conflicts, 0);
	assert_int_equal(edit_sections(p->session, "GONEAA-AAAAAA-AAAAAA-AAAAAAAA", sections, &count, &err), ST_NOT_FOUND);
}

static void the_head_of_a_case_names_person_and_state(void **state)
{
	struct profile *p = *state;
	struct edit_head head;
	struct err err;

	assert_ok(edit_head(p->session, P_CASE, &head, &err), &err);
	assert_string_equal(head.short_uuid, "CASEAA");
	assert_string_equal(head.name, "Kamara, Fatu");
	assert_string_equal(head.disease, "LASSA");
	assert_string_equal(head.classification, "SUSPECT");
	assert_true(head.editable);
	assert_false(head.deleted);
	edit_head_done(&head);
	put_case(p, "deleted", json_new_bool(true));
	assert_ok(edit_head(p->session, P_CASE, &head, &err), &err);
	assert_true(head.deleted);
	assert_false(head.editable);
	edit_head_done(&head);
	/* Another district's case stays its reporter's own. */
	put_case(p, "deleted", json_new_bool(false));
	put_case(p, "inJurisdiction", json_new_bool(false));
	assert_ok(edit_head(p->session, P_CASE, &head, &err), &err);
	assert_true(head.editable);
	edit_head_done(&head);
	put_case(p, "reportingUser", output_json_value("{\"uuid\":\"USEROT-AAAAAA-AAAAAA-AAAAAAAA\"}"));
	assert_ok(edit_head(p->session, P_CASE, &head, &err), &err);
	assert_false(head.editable);
	edit_head_done(&head);
	assert_int_equal(edit_head(p->session, "GONEAA-AAAAAA-AAAAAA-AAAAAAAA", &head, &err), ST_NOT_FOUND);
}

/* ---- drafts ---- */

static void a_draft_opens_only_where_it_belongs(void **state)
{
	struct profile *p = *state;
	struct json *doc = profile_doc(p->session, KIND_CASES, P_CASE);
	struct edit *edit = NULL;
	struct err err;

	assert_ok(draft_put(p->session, "d1", KIND_CASES, P_CASE, "hospitalization", 1, doc, doc, &err), &err);
	assert_ok(draft_put(p->session, "d2", KIND_CASES, P_CASE, "hospitalization", 1, NULL, doc, &err), &err);
	json_free(doc);
	assert_int_equal(edit_open(p->session, "case", "cases", P_CASE, "d1", &edit, &err), ST_INVALID);
	assert_int_equal(edit_open(p->session, "hospitalization", "cases", P_CASE, "d2", &edit, &err), ST_INVALID);
	assert_int_equal(edit_open(p->session, "hospitalization", "cases", P_CASE, "d3", &edit, &err), ST_NOT_FOUND);
	assert_int_equal(edit_open(p->session, "hospitalization", "cases", "GONEAA-AAAAAA-AAAAAA-AAAAAAAA", NULL, &edit, &err), ST_NOT_FOUND);
	assert_int_equal(edit_open(p->session, "hospitalization", "persons", P_PERSON, NULL, &edit, &err), ST_INVALID);
	assert_int_equal(edit_open(p->session, "no-form", "cases", P_CASE, NULL, &edit, &err), ST_INVALID);
	assert_int_equal(edit_open_new_case(p->session, "d1", &edit, &err), ST_INVALID);
	assert_null(edit);
	/* A refused draft is not lost. */
	assert_ok(edit_open(p->session, "hospitalization", "cases", P_CASE, "d1", &edit, &err), &err);
	leave(edit);
}

static void what_is_undone_again_leaves_no_draft(void **state)
{
	struct profile *p = *state;
	struct edit *edit = open_form(p, "hospitalization");
	struct edit_draft *drafts;
	struct err err;
	size_t count;

	assert_ok(edit_set(edit, "hospitalization.isolated", "NO", false, &err), &err);
	assert_ok(edit_commit_draft(edit, &err), &err);
	assert_true(edit_undo(edit));
	assert_ok(edit_commit_draft(edit, &err), &err);
	edit_close(edit);
	assert_ok(edit_drafts(p->session, &drafts, &count, &err), &err);
	assert_int_equal(count, 0);
	edit_drafts_done(drafts, count);
}

static void a_new_case_goes_on_from_its_draft_with_its_person(void **state)
{
	struct profile *p = *state;
	struct edit_draft *drafts;
	struct edit *edit;
	struct err err;
	size_t count;

	assert_ok(edit_open_new_case(p->session, NULL, &edit, &err), &err);
	assert_ok(edit_set(edit, "disease", "CHOLERA", false, &err), &err);
	assert_ok(edit_set(edit, "person.firstName", "Ama", false, &err), &err);
	assert_ok(edit_set(edit, "person.sex", "FEMALE", false, &err), &err);
	edit_close(edit);
	assert_ok(edit_drafts(p->session, &drafts, &count, &err), &err);
	assert_int_equal(count, 1);
	assert_string_equal(drafts[0].form, "new-case");
	assert_ok(edit_open_new_case(p->session, drafts[0].id, &edit, &err), &err);
	edit_drafts_done(drafts, count);
	assert_string_equal(row_of(edit, "disease")->constant, "CHOLERA");
	assert_string_equal(row_of(edit, "person.firstName")->value, "Ama");
	assert_string_equal(row_of(edit, "person.sex")->constant, "FEMALE");
	leave(edit);
	assert_ok(edit_drafts(p->session, &drafts, &count, &err), &err);
	assert_int_equal(count, 0);
	edit_drafts_done(drafts, count);
}

/* The person is typed on the same form: what is typed there is evaluated once, with what reads it. */
static void a_change_in_a_new_case_evaluates_what_depends_on_it_only(void **state)
{
	struct profile *p = *state;
	struct edit *edit;
	struct err err;
	size_t before;

	assert_ok(edit_open_new_case(p->session, NULL, &edit, &err), &err);
	before = form_evaluated(edit->view);
	assert_ok(edit_set(edit, "person.firstName", "Ama", false, &err), &err);
	if (form_evaluated(edit->view) - before > 3)
		fail_msg("a first name: %zu of %zu rows were evaluated, expected its own", form_evaluated(edit->view) - before, form_row_count(edit->view));
	before = form_evaluated(edit->view);
	assert_ok(edit_set(edit, "disease", "CHOLERA", false, &err), &err);
	assert_true(form_evaluated(edit->view) - before >= form_row_count(edit->view));   /* every field may be for this disease or not */
	leave(edit);
}

static void a_new_case_of_a_person_who_is_here_refers_to_that_person(void **state)
{
	static const struct { const char *path, *text; } typed[] = { { "disease", "LASSA" }, { "facilityType", "HOSPITAL" },
		{ "healthFacility", P_HOSPITAL }, { "person.firstName", "Fatu" }, { "person.lastName", "Kamara" }, { "person.sex", "FEMALE" } };
	struct profile *p = *state;
	struct edit_duplicate *rows;
	struct edit *edit;
	struct json *doc;
	struct err err;
	int64_t persons;
	size_t count;

	assert_ok(edit_open_new_case(p->session, NULL, &edit, &err), &err);
	for (size_t i = 0; i < sizeof(typed) / sizeof(typed[0]); i++)
		assert_ok(edit_set(edit, typed[i].path, typed[i].text, false, &err), &err);
	edit_use_person(edit, P_PERSON);
	/* Now it is asked whether this illness is here already. */
	assert_ok(edit_duplicates(edit, &rows, &count, &err), &err);
	assert_int_equal(count, 1);
	assert_false(rows[0].person);
	assert_string_equal(rows[0].uuid, P_CASE);
	assert_non_null(strstr(rows[0].text, "Hill Hospital"));
	edit_duplicates_done(rows, count);
	assert_ok(edit_save(edit, &err), &err);
	doc = profile_doc(p->session, KIND_CASES, edit_uuid(edit));
	assert_string_equal(json_get_string(json_get(doc, "person"), "uuid"), P_PERSON);
	json_free(doc);
	edit_close(edit);
	assert_ok(store_count_kind(p->session->store, KIND_PERSONS, &persons, &err), &err);
	assert_int_equal(persons, 1);
	/* A person who is gone meanwhile. */
	assert_ok(edit_open_new_case(p->session, NULL, &edit, &err), &err);
	for (size_t i = 0; i < sizeof(typed) / sizeof(typed[0]); i++)
		assert_ok(edit_set(edit, typed[i].path, typed[i].text, false, &err), &err);
	edit_use_person(edit, "GONEAA-AAAAAA-AAAAAA-AAAAAAAA");
	assert_int_equal(edit_save(edit, &err), ST_NOT_FOUND);
	leave(edit);
	/* A stored record is nobody's duplicate. */
	edit = open_form(p, "case");
	assert_ok(edit_duplicates(edit, &rows, &count, &err), &err);
	assert_int_equal(count, 0);
	leave(edit);
}

/* ---- both sides changed the same ---- */

static void the_parts_of_one_value_are_kept_together_and_a_second_clash_is_asked_again(void **state)
{
	struct profile *p = *state;
	struct edit *edit = open_form(p, "case");
	struct json *doc;
	struct err err;
	size_t outcome = 99;
	char *label;

	assert_ok(edit_set(edit, "outcome", "DECEASED", false, &err), &err);
	assert_ok(edit_set(edit, "outcomeDate", "2026-11-20", false, &err), &err);
	assert_ok(edit_set(edit, "additionalDetails", "mine", false, &err), &err);
	profile_save(p->session, "Other", KIND_CASES, P_CASE, NULL, "outcome", json_new_string("RECOVERED"));
	profile_save(p->session, "Other", KIND_CASES, P_CASE, NULL, "additionalDetails", json_new_string("theirs"));
	assert_int_equal(edit_save(edit, &err), ST_ASK);
	for (size_t i = 0; i < edit_clash_count(edit); i++)
		if (strcmp(edit_clash(edit, i)->path, "outcome") == 0)
			outcome = i;
	assert_int_not_equal(outcome, 99);
	assert_null(edit_clash(edit, edit_clash_count(edit)));
	/* A synchronization that goes on meanwhile reads the labels anew. */
	label = mem_strdup(edit_clash(edit, outcome)->label);
	labels_forget(p->session);
	assert_string_equal(edit_clash(edit, outcome)->label, label);
	mem_free(label);
	edit_resolve(edit, outcome, true);
	/* While the person looks at it the other one goes on. */
	profile_save(p->session, "Other", KIND_CASES, P_CASE, NULL, "outcome", json_new_string("UNKNOWN"));
	assert_int_equal(edit_save(edit, &err), ST_ASK);
	for (size_t i = 0; i < edit_clash_count(edit); i++)
		if (strcmp(edit_clash(edit, i)->path, "outcome") == 0) {
			assert_string_equal(edit_clash(edit, i)->stored, "Unknown");
			edit_resolve(edit, i, true);
		}
	assert_ok(edit_save(edit, &err), &err);
	edit_close(edit);
	doc = profile_doc(p->session, KIND_CASES, P_CASE);
	assert_string_equal(json_get_string(doc, "outcome"), "DECEASED");
	assert_non_null(json_get(doc, "outcomeDate"));
	assert_string_equal(json_get_string(doc, "additionalDetails"), "theirs");
	json_free(doc);
}

static void an_item_that_was_removed_elsewhere_can_be_kept(void **state)
{
	for (int keep = 0; keep < 2; keep++) {
		void *own = NULL;
		struct profile *p;
		struct edit *edit;
		struct json *doc, *stay;
		struct err err;

		assert_int_equal(profile_open(&own), 0);
		p = own;
		edit = open_form(p, "hospitalization");
		assert_ok(edit_set(edit, STAYS "[" P_STAY "].description", "edited here", false, &err), &err);
		doc = profile_doc(p->session, KIND_CASES, P_CASE);
		stay = json_copy(json_get(doc, "hospitalization"));
		json_free(doc);
		json_set(stay, "previousHospitalizations", json_new_array());
		profile_save(p->session, "Other", KIND_CASES, P_CASE, NULL, "hospitalization", stay);
		assert_int_equal(edit_save(edit, &err), ST_ASK);
		assert_int_equal(edit_clash_count(edit), 1);
		edit_resolve(edit, 0, keep == 1);
		assert_ok(edit_save(edit, &err), &err);
		edit_close(edit);
		doc = profile_doc(p->session, KIND_CASES, P_CASE);
		assert_int_equal(json_count(json_get(json_get(doc, "hospitalization"), "previousHospitalizations")), keep);
		json_free(doc);
		profile_close(&own);
	}
	(void)state;
}

/* ---- labels ---- */

static void constants_fields_and_values_have_the_names_of_the_forms(void **state)
{
	static const struct { const char *path, *json, *text; } values[] = {
		{ "caseClassification", "\"NOT_CLASSIFIED\"", "Not classified" }, { "healthFacility", "{\"uuid\":\"" P_HOSPITAL2 "\"}", "Lake Hospital" },
		{ "diseaseVariant", "{\"value\":\"LINEAGE_2\",\"caption\":\"Lineage II\"}", "Lineage II" },
		{ "diseaseVariant", "{\"value\":\"LINEAGE_2\"}", "LINEAGE_2" },
		{ "additionalDetails", "\"text\"", "text" }, { "caseIdIsm", "7", "7" },
	};
	struct profile *p = *state;
	const char *context, *id, *form = NULL;
	const char *const *list;
	bool lassa = false, cholera = false;

	labels_constant(p->session, "CaseOutcome", "DECEASED", &context, &id);
	assert_non_null(context);
	assert_string_not_equal(id, "DECEASED");
	labels_constant(p->session, "CaseOutcome", "FROM_TOMORROW", &context, &id);
	assert_null(context);
	assert_string_equal(id, "FROM_TOMORROW");
	profile_put(p->session, KIND_DISEASE_CONFIGURATIONS, "DISEAS-AAAAAA-AAAAAA-AAAAAAAA",
		"{\"uuid\":\"DISEAS-AAAAAA-AAAAAA-AAAAAAAA\",\"disease\":\"CHOLERA\",\"active\":false,\"changeDate\":1000}");
	list = labels_choices(p->session, "Disease");
	assert_ptr_equal(list, labels_choices(p->session, "Disease"));
	for (; *list != NULL; list++) {
		lassa = lassa || strcmp(*list, "LASSA") == 0;
		cholera = cholera || strcmp(*list, "CHOLERA") == 0;
	}
	/* A filter does not offer what the server does not follow. */
	assert_true(lassa);
	assert_false(cholera);
	assert_true(labels_field_form(p->session, "cases", "hospitalization.isolated", &form));
	assert_string_equal(form, "hospitalization");
	assert_false(labels_field_form(p->session, "cases", "keyOfTomorrow", &form));
	for (size_t i = 0; i < sizeof(values) / sizeof(values[0]); i++) {
		char *text = labels_value(p->session, "cases", values[i].path, values[i].json);

		if (strcmp(text, values[i].text) != 0)
			fail_msg("%s %s reads \"%s\", should be \"%s\"", values[i].path, values[i].json, text, values[i].text);
		mem_free(text);
	}
}

/* ---- the site's own forms ---- */

#define PERSON_FORM "{\"form\":\"person\",\"title\":\"Person\",\"kind\":\"persons\",\"children\":[" \
	"{\"name\":\"firstName\",\"type\":\"text\",\"label\":\"First name\"}," \
	"{\"name\":\"nickname\",\"type\":\"text\",\"label\":\"Called\",\"relevant\":\"disease('LASSA')\"}," \
	"{\"name\":\"occupationType\",\"type\":\"select_one OccupationType\",\"label\":\"Work\"}]}"

static void put_file(const char *dir, const char *name, const char *text)
{
	char *path = path_join(dir, name);
	struct err err;

	assert_ok(path_write(path, text, strlen(text), &err), &err);
	mem_free(path);
}

static void a_sites_forms_replace_ours_and_bad_ones_are_left_out(void **state)
{
	static const char *const names[] = { "person.json", "bad.json", "notes.txt", ".hidden.json", "stay.json" };
	struct profile *p = *state;
	struct session_options options = { .data_dir = p->dir, .loop = p->loop, .zone = "UTC" };
	char *dir = path_join(p->dir, "forms");
	struct edit_section sections[EDIT_MAX_SECTIONS];
	const struct session_form *forms;
	struct edit *edit;
	struct err err;
	size_t count, all, site = 0;

	assert_int_equal(mkdir(dir, 0700), 0);
	put_file(dir, "person.json", PERSON_FORM);
	put_file(dir, "bad.json", "{\"form\":\"case\",\"kind\":\"cases\",");
	put_file(dir, "notes.txt", "{}");
	put_file(dir, ".hidden.json", "{");
	put_file(dir, "stay.json", "{\"form\":\"hospitalization\",\"title\":\"Our stay\",\"kind\":\"cases\",\"path\":\"hospitalization\",\"children\":["
		"{\"name\":\"isolated\",\"type\":\"select_one YesNoUnknown\",\"label\":\"Apart?\"}]}");
	assert_ok(session_load_forms(p->session, &err), &err);
	session_forms(p->session, &all);
	assert_ok(setting_set(p->session, "forms_dir", dir, &err), &err);
	session_close(p->session);
	assert_ok(session_open(&options, &p->session, &err), &err);
	assert_ok(session_load_forms(p->session, &err), &err);
	forms = session_forms(p->session, &count);
	assert_int_equal(count, all + 1);
	for (size_t i = 0; i < count; i++)
		site += forms[i].site;
	assert_int_equal(site, 2);
	edit = open_form(p, "hospitalization");
	assert_string_equal(row_of(edit, "hospitalization.isolated")->label, "Apart?");
	leave(edit);
	/* The built-in form stays where the site's cannot be read. */
	leave(open_form(p, "case"));
	/* A person's rules know the disease of the person's case. */
	assert_ok(edit_open(p->session, "person", "persons", P_PERSON, NULL, &edit, &err), &err);
	assert_string_equal(row_of(edit, "nickname")->label, "Called");
	assert_ok(edit_set(edit, "nickname", "Fa", false, &err), &err);
	assert_ok(edit_save(edit, &err), &err);
	edit_close(edit);
	assert_ok(edit_sections(p->session, P_CASE, sections, &count, &err), &err);
	assert_int_equal(section_of(sections, count, "person")->edits, 1);
	/* A folder that went away: work goes on with the built-in forms. */
	for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++) {
		char *path = path_join(dir, names[i]);

		unlink(path);
		mem_free(path);
	}
	assert_int_equal(rmdir(dir), 0);
	mem_free(dir);
	session_close(p->session);
	assert_ok(session_open(&options, &p->session, &err), &err);
	assert_ok(session_load_forms(p->session, &err), &err);
	session_forms(p->session, &count);
	assert_int_equal(count, all);
}

static void chosen(struct edit *edit, const char *path, const char *expected)
{
	struct edit_choice list[20];
	size_t count = edit_choices(edit, path, "", 20, list);
	char names[200] = "";

	for (size_t i = 0; i < count; i++)
		if (list[i].chosen)
			snprintf(names + strlen(names), sizeof(names) - strlen(names), " %s", list[i].name);
	edit_choices_done(list, count);
	assert_string_equal(names, expected);
}

static void of_several_choices_those_are_marked_that_were_chosen_whatever_their_labels(void **state)
{
	struct profile *p = *state;
	struct session_options options = { .data_dir = p->dir, .loop = p->loop, .zone = "UTC" };
	char *dir = path_join(p->dir, "forms"), *file = path_join(dir, "case.json");
	struct edit *edit;
	struct err err;

	put_case(p, "disease", json_new_string("CORONAVIRUS"));
	assert_int_equal(mkdir(dir, 0700), 0);
	/* One label is the beginning of another. */
	put_file(dir, "case.json", "{\"form\":\"case\",\"title\":\"Case\",\"kind\":\"cases\",\"lists\":{\"changes\":["
		"{\"name\":\"quarantineReduced\",\"label\":\"Other\"},{\"name\":\"quarantineExtended\",\"label\":\"Other days\"}]},\"children\":["
		"{\"name\":\"changes\",\"type\":\"select_multiple changes\",\"label\":\"Changes\"},"
		"{\"name\":\"reinfectionDetails\",\"type\":\"select_multiple ReinfectionDetail\",\"label\":\"Signs\"}]}");
	assert_ok(setting_set(p->session, "forms_dir", dir, &err), &err);
	assert_ok(store_set_setting(p->session->store, STATE_LOCALE, "de-DE", &err), &err);
	session_close(p->session);
	assert_ok(session_open(&options, &p->session, &err), &err);
	assert_ok(session_load_forms(p->session, &err), &err);
	edit = open_form(p, "case");
	chosen(edit, "changes", "");
	assert_ok(edit_set(edit, "changes", "quarantineExtended", false, &err), &err);
	assert_string_equal(row_of(edit, "changes")->value, "Other days");
	chosen(edit, "changes", " quarantineExtended");
	assert_ok(edit_set(edit, "reinfectionDetails", "GENOME_SEQUENCES_NOT_MATCHING", false, &err), &err);
	chosen(edit, "reinfectionDetails", " GENOME_SEQUENCES_NOT_MATCHING");
	leave(edit);
	unlink(file);
	mem_free(file);
	assert_int_equal(rmdir(dir), 0);
	mem_free(dir);
}

#define T(f) cmocka_unit_test_setup_teardown(f, profile_open, profile_close)

int main(void)
{
	const struct CMUnitTest tests[] = {
		T(places_are_offered_by_name_and_closed_ones_only_where_they_stand), T(the_servers_own_lists_are_offered_for_the_disease),
		T(each_kind_of_row_takes_what_people_write), T(values_that_are_not_shown_are_counted_and_told),
		T(an_item_goes_when_it_is_removed_and_comes_back_by_undo), T(open_conflicts_and_errors_mark_rows_and_sections),
		T(the_head_of_a_case_names_person_and_state), T(a_draft_opens_only_where_it_belongs), T(what_is_undone_again_leaves_no_draft),
		T(a_new_case_goes_on_from_its_draft_with_its_person), T(a_new_case_of_a_person_who_is_here_refers_to_that_person),
		T(the_parts_of_one_value_are_kept_together_and_a_second_clash_is_asked_again),
		cmocka_unit_test(an_item_that_was_removed_elsewhere_can_be_kept), T(a_change_in_a_new_case_evaluates_what_depends_on_it_only),
		T(constants_fields_and_values_have_the_names_of_the_forms),
		T(a_sites_forms_replace_ours_and_bad_ones_are_left_out),
		T(of_several_choices_those_are_marked_that_were_chosen_whatever_their_labels),
	};

	return cmocka_run_group_tests_name("app_form", tests, NULL, NULL);
}
