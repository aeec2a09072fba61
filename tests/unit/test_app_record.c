#include "app_profile.h"

#include "app/newcase.h"
#include "app/record.h"

struct notes { int errors, warnings, items; char item[UUID_SIZE]; char last[256]; };

static void take_note(void *ctx, bool error, const char *path, const struct message *message, bool own)
{
	struct notes *notes = ctx;
	char text[256];

	(void)own;
	message_text(message, text, sizeof(text));
	print_message("    %s %s: %s\n", error ? "error" : "warning", path, text);
	snprintf(notes->last, sizeof(notes->last), "%s", path);
	if (error)
		notes->errors++;
	else
		notes->warnings++;
}

static void take_item(void *ctx, const char *uuid)
{
	struct notes *notes = ctx;

	notes->items++;
	snprintf(notes->item, sizeof(notes->item), "%s", uuid);
}

#define EDIT(p, notes, err, ...) record_edit((p)->session, "cases", P_CASE, (const char *const[]){ __VA_ARGS__ }, \
	sizeof((const char *const[]){ __VA_ARGS__ }) / sizeof(char *), take_note, take_item, (notes), (err))

static const char *text_at(const struct json *doc, const char *object, const char *key)
{
	const char *text = json_get_string(object == NULL ? doc : json_get(doc, object), key);

	return text == NULL ? "" : text;
}

static void any_unique_beginning_of_a_uuid_finds_a_record(void **state)
{
	struct profile *p = *state;
	char uuid[UUID_SIZE];
	struct err err;

	assert_ok(record_find(p->session, "cases", "casea", uuid, &err), &err);
	assert_string_equal(uuid, P_CASE);
	assert_int_equal(record_find(p->session, "cases", "X", uuid, &err), ST_NOT_FOUND);
	assert_int_equal(record_find(p->session, "facilities", "HOSPIT", uuid, &err), ST_ASK);
	assert_int_equal(record_find(p->session, "no-kind", "X", uuid, &err), ST_INVALID);
}

static void an_edit_changes_only_its_fields_and_keeps_unknown_keys(void **state)
{
	struct profile *p = *state;
	struct json *before = profile_doc(p->session, KIND_CASES, P_CASE), *after;
	struct notes notes = { 0 };
	struct err err;
	int64_t ms = 0;
	char *base;

	assert_ok(EDIT(p, &notes, &err, "hospitalization.dischargeDate=2026-11-22", "hospitalization.leftAgainstAdvice=no"), &err);
	after = profile_doc(p->session, KIND_CASES, P_CASE);
	assert_true(json_get_int(json_get(after, "hospitalization"), "dischargeDate", &ms));
	assert_int_equal(ms, P_DAY(0));
	assert_string_equal(text_at(after, "hospitalization", "leftAgainstAdvice"), "NO");
	assert_string_equal(json_number_text(json_get(json_get(after, "keyOfTomorrow"), "kept")), "1.10");
	json_remove(json_get(after, "hospitalization"), "dischargeDate");
	json_remove(json_get(after, "hospitalization"), "leftAgainstAdvice");
	assert_true(json_equal(before, after));
	assert_ok(record_text(p->session, "cases", P_CASE, RECORD_BASE, &base, &err), &err);
	json_free(after);
	assert_ok(json_parse_text(base, &after, &err), &err);
	assert_true(json_equal(before, after));
	assert_int_equal(profile_flags(p->session, KIND_CASES, P_CASE) & RECORD_DIRTY, RECORD_DIRTY);
	mem_free(base);
	json_free(before);
	json_free(after);
}

static void one_wrong_value_saves_nothing(void **state)
{
	struct profile *p = *state;
	struct json *before = profile_doc(p->session, KIND_CASES, P_CASE), *after;
	struct notes notes = { 0 };
	struct err err;

	assert_int_not_equal(EDIT(p, &notes, &err, "hospitalization.isolated=YES", "hospitalization.admissionDate=someday"), ST_OK);
	assert_int_not_equal(EDIT(p, &notes, &err, "hospitalization.isolated=YES", "no.such.field=1"), ST_OK);
	assert_int_not_equal(EDIT(p, &notes, &err, "changeDate=5"), ST_OK);
	assert_int_not_equal(EDIT(p, &notes, &err, "uuid=AAAAAA-AAAAAA-AAAAAA-BBBBBBBB"), ST_OK);
	after = profile_doc(p->session, KIND_CASES, P_CASE);
	assert_true(json_equal(before, after));
	assert_int_equal(profile_flags(p->session, KIND_CASES, P_CASE) & RECORD_DIRTY, 0);
	json_free(before);
	json_free(after);
}

static void the_rules_of_the_form_stop_an_edit(void **state)
{
	struct profile *p = *state;
	struct notes notes = { 0 };
	struct err err;

	/* Discharged before the admission. */
	assert_int_equal(EDIT(p, &notes, &err, "hospitalization.dischargeDate=2026-11-01"), ST_INVALID);
	assert_true(notes.errors > 0);
	assert_string_equal(notes.last, "hospitalization.dischargeDate");
	assert_int_equal(profile_flags(p->session, KIND_CASES, P_CASE) & RECORD_DIRTY, 0);
}

static void the_order_of_assignments_does_not_count(void **state)
{
	struct profile *p = *state;
	struct notes notes = { 0 };
	struct json *doc;
	struct err err;

	/* The date shows only after the answer. */
	assert_ok(EDIT(p, &notes, &err, "hospitalization.isolationDate=2026-11-21", "hospitalization.isolated=YES"), &err);
	doc = profile_doc(p->session, KIND_CASES, P_CASE);
	assert_string_equal(text_at(doc, "hospitalization", "isolated"), "YES");
	json_free(doc);
}

static void a_value_for_a_hidden_field_is_an_error(void **state)
{
	struct profile *p = *state;
	struct notes notes = { 0 };
	struct err err;

	assert_int_equal(EDIT(p, &notes, &err, "hospitalization.isolationDate=2026-11-21"), ST_INVALID);
	assert_int_equal(EDIT(p, &notes, &err, "hospitalization.isolated=NO", "hospitalization.isolationDate=2026-11-21"), ST_INVALID);
	assert_int_equal(profile_flags(p->session, KIND_CASES, P_CASE) & RECORD_DIRTY, 0);
}

static void items_are_added_changed_and_removed(void **state)
{
	struct profile *p = *state;
	struct notes notes = { 0 };
	char path[256];
	struct json *doc, *list;
	struct err err;

	assert_ok(EDIT(p, &notes, &err, "hospitalization.previousHospitalizations[+]={\"admittedToHealthFacility\":\"YES\",\"admissionDate\":\"2026-10-01\",\"dischargeDate\":\"2026-10-03\"}"), &err);
	assert_int_equal(notes.items, 1);
	doc = profile_doc(p->session, KIND_CASES, P_CASE);
	list = json_get(json_get(doc, "hospitalization"), "previousHospitalizations");
	assert_int_equal(json_count(list), 2);
	assert_string_equal(json_get_string(json_at(list, 1), "uuid"), notes.item);
	json_free(doc);
	snprintf(path, sizeof(path), "hospitalization.previousHospitalizations[%s].description=short", notes.item);
	assert_ok(EDIT(p, &notes, &err, path), &err);
	assert_ok(EDIT(p, &notes, &err, "hospitalization.previousHospitalizations[" P_STAY "]="), &err);
	doc = profile_doc(p->session, KIND_CASES, P_CASE);
	list = json_get(json_get(doc, "hospitalization"), "previousHospitalizations");
	assert_int_equal(json_count(list), 1);
	assert_string_equal(json_get_string(json_at(list, 0), "description"), "short");
	json_free(doc);
	assert_int_equal(EDIT(p, &notes, &err, "hospitalization.previousHospitalizations[NOSUCH-AAAAAA-AAAAAA-AAAAAAAA].description=x"),
		ST_NOT_FOUND);
}

static void any_unique_beginning_of_a_uuid_finds_an_item(void **state)
{
	struct profile *p = *state;
	struct notes notes = { 0 };
	struct json *doc, *list;
	struct err err;

	assert_ok(EDIT(p, &notes, &err, "hospitalization.previousHospitalizations[staya].description=short"), &err);
	/* the same path, written in two ways */
	assert_int_equal(EDIT(p, &notes, &err, "hospitalization.previousHospitalizations[STAYAA].description=1",
		"hospitalization.previousHospitalizations[" P_STAY "].description=2"), ST_INVALID);
	assert_ok(EDIT(p, &notes, &err, "hospitalization.previousHospitalizations[+]={}"), &err);
	assert_int_equal(EDIT(p, &notes, &err, "hospitalization.previousHospitalizations[].description=x"), ST_INVALID);
	doc = profile_doc(p->session, KIND_CASES, P_CASE);
	list = json_get(json_get(doc, "hospitalization"), "previousHospitalizations");
	assert_int_equal(json_count(list), 2);
	assert_string_equal(json_get_string(json_at(list, 0), "description"), "short");
	json_set(json_at(list, 1), "uuid", json_new_string("STAYAA-BBBBBB-BBBBBB-BBBBBBBB"));
	profile_save(p->session, "SurvOff", KIND_CASES, P_CASE, "hospitalization", "previousHospitalizations", json_copy(list));
	json_free(doc);
	assert_int_equal(EDIT(p, &notes, &err, "hospitalization.previousHospitalizations[STAYAA].description=x"), ST_ASK);
	assert_ok(EDIT(p, &notes, &err, "hospitalization.previousHospitalizations[STAYAA-B]="), &err);
	doc = profile_doc(p->session, KIND_CASES, P_CASE);
	assert_int_equal(json_count(json_get(json_get(doc, "hospitalization"), "previousHospitalizations")), 1);
	json_free(doc);
}

static void a_part_of_an_added_item_keeps_its_uuid(void **state)
{
	struct profile *p = *state;
	struct notes notes = { 0 };
	struct json *doc, *exposure;
	struct err err;

	assert_ok(EDIT(p, &notes, &err, "epiData.exposures[+]={\"exposureType\":\"WORK\",\"location\":{\"city\":\"Bo\"}}"), &err);
	doc = profile_doc(p->session, KIND_CASES, P_CASE);
	exposure = json_at(json_get(json_get(doc, "epiData"), "exposures"), 0);
	assert_string_equal(json_get_string(json_get(exposure, "location"), "city"), "Bo");
	assert_non_null(json_get_string(json_get(exposure, "location"), "uuid"));
	json_free(doc);
	/* items have uuids of ours: a given one could be another's */
	assert_int_equal(EDIT(p, &notes, &err, "epiData.exposures[+]={\"exposureType\":\"WORK\",\"uuid\":\"" P_STAY "\"}"), ST_INVALID);
}

static void a_contact_detail_names_its_person(void **state)
{
	static const char *const add[] = { "personContactDetails[+]={\"personContactDetailType\":\"PHONE\",\"contactInformation\":\"+232 1\"}" };
	struct profile *p = *state;
	struct notes notes = { 0 };
	struct json *doc;
	struct err err;

	assert_ok(record_edit(p->session, "persons", P_PERSON, add, 1, take_note, take_item, &notes, &err), &err);
	doc = profile_doc(p->session, KIND_PERSONS, P_PERSON);
	assert_string_equal(json_get_string(json_get(json_at(json_get(doc, "personContactDetails"), 0), "person"), "uuid"), P_PERSON);
	json_free(doc);
}

static void what_the_form_says_is_not_said_again_for_the_server(void **state)
{
	struct profile *p = *state;
	struct notes notes = { 0 };
	struct err err;

	assert_int_equal(EDIT(p, &notes, &err, "reportDate="), ST_INVALID);
	assert_int_equal(notes.errors, 1);
}

static void clearing_a_list_that_has_items_is_refused(void **state)
{
	struct profile *p = *state;
	struct notes notes = { 0 };
	struct err err;

	assert_int_not_equal(EDIT(p, &notes, &err, "hospitalization.previousHospitalizations="), ST_OK);
	assert_int_not_equal(EDIT(p, &notes, &err, "hospitalization.hospitalizedPreviously=NO"), ST_OK);
	assert_int_equal(profile_flags(p->session, KIND_CASES, P_CASE) & RECORD_DIRTY, 0);
}

static void what_the_server_demands_cannot_be_cleared(void **state)
{
	struct profile *p = *state;
	struct notes notes = { 0 };
	struct err err;

	assert_int_not_equal(EDIT(p, &notes, &err, "disease="), ST_OK);
	assert_int_equal(profile_flags(p->session, KIND_CASES, P_CASE) & RECORD_DIRTY, 0);
}

static void an_age_takes_its_day_along(void **state)
{
	struct profile *p = *state;
	const char *const set[] = { "birthdateYYYY=", "approximateAge=34", "approximateAgeType=YEARS" };
	struct notes notes = { 0 };
	struct json *doc;
	struct err err;
	int64_t ms = 0;

	assert_ok(record_edit(p->session, "persons", P_PERSON, set, 3, take_note, take_item, &notes, &err), &err);
	doc = profile_doc(p->session, KIND_PERSONS, P_PERSON);
	assert_true(json_get_int(doc, "approximateAgeReferenceDate", &ms));
	assert_int_equal(ms, P_DAY(0) + DATE_DAY_MS / 2);
	json_free(doc);
}

static void every_edit_is_in_the_journal(void **state)
{
	struct profile *p = *state;
	struct record_change *rows;
	struct notes notes = { 0 };
	struct err err;
	size_t count;

	assert_ok(EDIT(p, &notes, &err, "additionalDetails=seen twice"), &err);
	assert_ok(record_history(p->session, "cases", P_CASE, "additionalDetails", &rows, &count, &err), &err);
	assert_int_equal(count, 1);
	assert_string_equal(rows[0].new_value, "\"seen twice\"");
	assert_null(rows[0].old_value);
	assert_string_equal(rows[0].user, "SurvOff");
	assert_int_equal(rows[0].time_ms, P_NOW);
	assert_false(rows[0].sent);
	record_history_done(rows, count);
}

static void a_record_out_of_reach_is_not_edited(void **state)
{
	struct profile *p = *state;
	struct notes notes = { 0 };
	struct err err;

	assert_ok(store_set_flags(p->session->store, KIND_CASES, P_CASE, RECORD_OUT_OF_REACH, 0, &err), &err);
	assert_int_equal(EDIT(p, &notes, &err, "additionalDetails=x"), ST_REFUSED);
}

/* ---- new case ---- */

#define NEW_PERSON "\"person\":{\"firstName\":\"Ama\",\"lastName\":\"Test\",\"sex\":\"FEMALE\",\"birthdateYYYY\":2001}"
#define NEW_CASE "\"case\":{\"disease\":\"LASSA\",\"facilityType\":\"HOSPITAL\",\"healthFacility\":{\"uuid\":\"" P_HOSPITAL "\"},\"reportDate\":\"2026-11-21\"}"

static enum status new_case(struct profile *p, const char *json, struct notes *notes, char case_uuid[UUID_SIZE],
	char person_uuid[UUID_SIZE], struct err *err)
{
	return record_new_case(p->session, json, strlen(json), take_note, notes, case_uuid, person_uuid, err);
}

static void a_new_case_is_completed_like_on_the_form(void **state)
{
	static const char *const objects[] = { "hospitalization", "symptoms", "epiData", "therapy", "clinicalCourse", "maternalHistory",
		"portHealthInfo", "healthConditions" };
	struct profile *p = *state;
	char case_uuid[UUID_SIZE], person_uuid[UUID_SIZE];
	struct notes notes = { 0 };
	struct json *doc, *person;
	struct err err;
	int64_t ms = 0;
	size_t i;

	assert_ok(new_case(p, "{" NEW_PERSON "," NEW_CASE "}", &notes, case_uuid, person_uuid, &err), &err);
	doc = profile_doc(p->session, KIND_CASES, case_uuid);
	person = profile_doc(p->session, KIND_PERSONS, person_uuid);
	assert_string_equal(text_at(doc, "person", "uuid"), person_uuid);
	assert_string_equal(text_at(doc, "reportingUser", "uuid"), P_ME);
	assert_string_equal(text_at(doc, "surveillanceOfficer", "uuid"), P_ME);
	assert_string_equal(text_at(doc, "responsibleRegion", "uuid"), P_REGION);
	assert_string_equal(text_at(doc, "responsibleDistrict", "uuid"), P_DISTRICT);
	assert_string_equal(text_at(doc, NULL, "caseClassification"), "NOT_CLASSIFIED");
	assert_string_equal(text_at(doc, NULL, "investigationStatus"), "PENDING");
	assert_string_equal(text_at(doc, NULL, "outcome"), "NO_OUTCOME");
	assert_true(json_get_int(doc, "reportDate", &ms));
	assert_int_equal(ms, P_DAY(-1));
	for (i = 0; i < sizeof(objects) / sizeof(objects[0]); i++)
		if (text_at(doc, objects[i], "uuid")[0] == '\0')
			fail_msg("%s should have a uuid", objects[i]);
	assert_true(text_at(person, "address", "uuid")[0] != '\0');
	assert_int_equal(profile_flags(p->session, KIND_CASES, case_uuid) & (RECORD_NEW | RECORD_DIRTY), RECORD_NEW | RECORD_DIRTY);
	assert_int_equal(model_check_demands(p->session->model, KIND_CASES, doc, NULL, NULL), 0);
	assert_int_equal(model_check_demands(p->session->model, KIND_PERSONS, person, NULL, NULL), 0);
	json_free(doc);
	json_free(person);
}

#define FAR_REGION "FARREG-AAAAAA-AAAAAA-AAAAAAAA"
#define FAR_DISTRICT "FARDIS-AAAAAA-AAAAAA-AAAAAAAA"
#define FAR_FACILITY "FARFAC-AAAAAA-AAAAAA-AAAAAAAA"

/* The server would answer with a sentence, and the record would be rejected (protocol.md D.3). */
static void places_that_lie_elsewhere_are_told_before_the_server_does(void **state)
{
	static const struct { const char *person, *place, *path; } cases[] = {
		{ "", "\"healthFacility\":{\"uuid\":\"" P_HOSPITAL "\"}", NULL },
		{ "", "\"healthFacility\":{\"uuid\":\"" FAR_FACILITY "\"}", "healthFacility" },
		{ "", "\"healthFacility\":{\"uuid\":\"" FAR_FACILITY "\"},\"region\":{\"uuid\":\"" FAR_REGION "\"},\"district\":{\"uuid\":\"" FAR_DISTRICT "\"}", NULL },
		{ "", "\"healthFacility\":{\"uuid\":\"" P_HOSPITAL "\"},\"responsibleDistrict\":{\"uuid\":\"" FAR_DISTRICT "\"}", "healthFacility" },
		{ ",\"address\":{\"district\":{\"uuid\":\"" P_DISTRICT "\"}}", "\"healthFacility\":{\"uuid\":\"" P_HOSPITAL "\"}", "address.region" },
		{ ",\"address\":{\"region\":{\"uuid\":\"" P_REGION "\"},\"district\":{\"uuid\":\"" FAR_DISTRICT "\"}}",
			"\"healthFacility\":{\"uuid\":\"" P_HOSPITAL "\"}", "address.district" },
		{ ",\"personContactDetails\":[{\"personContactDetailType\":\"PHONE\",\"contactInformation\":\"1\",\"primaryContact\":true},"
			"{\"personContactDetailType\":\"PHONE\",\"contactInformation\":\"2\",\"primaryContact\":true}]",
			"\"healthFacility\":{\"uuid\":\"" P_HOSPITAL "\"}", "personContactDetails" },
	};
	struct profile *p = *state;
	char case_uuid[UUID_SIZE], person_uuid[UUID_SIZE];
	struct err err;
	size_t i;

	profile_put(p->session, KIND_REGIONS, FAR_REGION, "{\"uuid\":\"" FAR_REGION "\",\"name\":\"Far\",\"changeDate\":1000}");
	profile_put(p->session, KIND_DISTRICTS, FAR_DISTRICT,
		"{\"uuid\":\"" FAR_DISTRICT "\",\"name\":\"Far\",\"changeDate\":1000,\"region\":{\"uuid\":\"" FAR_REGION "\"}}");
	profile_put(p->session, KIND_FACILITIES, FAR_FACILITY, "{\"uuid\":\"" FAR_FACILITY "\",\"name\":\"Far\",\"changeDate\":1000,\"type\":\"HOSPITAL\","
		"\"region\":{\"uuid\":\"" FAR_REGION "\"},\"district\":{\"uuid\":\"" FAR_DISTRICT "\"}}");
	for (i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		char *text = mem_printf("{\"person\":{\"firstName\":\"A\",\"lastName\":\"B\",\"sex\":\"MALE\"%s},\"case\":{\"disease\":\"LASSA\","
			"\"facilityType\":\"HOSPITAL\",%s}}", cases[i].person, cases[i].place);
		struct notes notes = { 0 };
		enum status st = record_new_case(p->session, text, strlen(text), take_note, &notes, case_uuid, person_uuid, &err);

		if (st != (cases[i].path == NULL ? ST_OK : ST_INVALID) || (cases[i].path != NULL && strcmp(notes.last, cases[i].path) != 0))
			fail_msg("%zu: status %d, %s; expected %s", i, (int)st, notes.last, cases[i].path == NULL ? "no error" : cases[i].path);
		mem_free(text);
	}
}

static void an_edit_makes_no_impossible_person(void **state)
{
	static const struct { const char *edit[3]; const char *path; } cases[] = {
		{ { "birthdateMM=13" }, "birthdateMM" }, { { "birthdateMM=2", "birthdateDD=30" }, "birthdateDD" },
		{ { "birthdateYYYY=2023", "birthdateMM=2", "birthdateDD=29" }, "birthdateDD" }, { { "birthdateYYYY=2024", "birthdateMM=2", "birthdateDD=29" }, NULL },
		{ { "birthdateYYYY=2996" }, "birthdateYYYY" }, { { "birthdateYYYY=", "birthdateMM=", "birthdateDD=31" }, NULL },
		{ { "address.district=" P_DISTRICT }, "address.region" }, { { "address.region=" P_REGION, "address.district=" P_DISTRICT }, NULL },
		/* what is there already stops nobody */
		{ { "address.region=" }, "address.region" },
	};
	struct profile *p = *state;
	struct json *address;
	struct err err;
	size_t i, count;

	for (i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		struct notes notes = { 0 };
		enum status st;

		for (count = 0; count < 3 && cases[i].edit[count] != NULL; count++)
			;
		st = record_edit(p->session, "persons", P_PERSON, cases[i].edit, count, take_note, take_item, &notes, &err);
		if (st != (cases[i].path == NULL ? ST_OK : ST_INVALID) || (cases[i].path != NULL && strcmp(notes.last, cases[i].path) != 0))
			fail_msg("%s: status %d, %s; expected %s", cases[i].edit[0], (int)st, notes.last, cases[i].path == NULL ? "no error" : cases[i].path);
	}
	address = json_new_object();
	json_set(address, "uuid", json_new_string("ADDRES-AAAAAA-AAAAAA-AAAAAAAA"));
	json_set(address, "district", json_new_object());
	json_set(json_get(address, "district"), "uuid", json_new_string(P_DISTRICT));
	profile_save(p->session, "SurvOff", KIND_PERSONS, P_PERSON, NULL, "address", address);
	assert_ok(record_edit(p->session, "persons", P_PERSON, (const char *const[]){ "nickname=x" }, 1, take_note, take_item, &(struct notes){ 0 }, &err), &err);
}

static void a_new_case_may_be_of_a_person_who_is_here(void **state)
{
	struct profile *p = *state;
	char case_uuid[UUID_SIZE], person_uuid[UUID_SIZE];
	struct notes notes = { 0 };
	struct err err;

	assert_ok(new_case(p, "{\"person\":{\"uuid\":\"" P_PERSON "\"}," NEW_CASE "}", &notes, case_uuid, person_uuid, &err), &err);
	assert_string_equal(person_uuid, P_PERSON);
	assert_int_equal(profile_flags(p->session, KIND_PERSONS, P_PERSON) & RECORD_DIRTY, 0);
}

static void a_new_case_of_a_person_who_cannot_be_read_is_refused(void **state)
{
	struct profile *p = *state;
	char case_uuid[UUID_SIZE], person_uuid[UUID_SIZE];
	struct notes notes = { 0 };
	struct err err;

	/* What the server sent is stored as it came; the same key twice is nothing that can be edited. */
	profile_put(p->session, KIND_PERSONS, "PERSON-TWICEA-AAAAAA-AAAAAAAA",
		"{\"uuid\":\"PERSON-TWICEA-AAAAAA-AAAAAAAA\",\"firstName\":\"Ama\",\"firstName\":\"Ada\",\"changeDate\":1000}");
	assert_int_equal(new_case(p, "{\"person\":{\"uuid\":\"PERSON-TWICEA-AAAAAA-AAAAAAAA\"}," NEW_CASE "}", &notes, case_uuid, person_uuid, &err), ST_FAILED);
}

static void a_wrong_new_case_leaves_nothing_behind(void **state)
{
	static const char *const wrong[] = {
		"{}", "[]", "{\"case\":{}}", "{" NEW_CASE "}",
		"{" NEW_PERSON ",\"case\":{\"facilityType\":\"HOSPITAL\"}}",
		"{" NEW_PERSON ",\"case\":{\"disease\":\"NO_SUCH_DISEASE\"}}",
		"{" NEW_PERSON ",\"case\":{\"disease\":\"LASSA\",\"noSuchKey\":1}}",
		"{\"person\":{\"firstName\":\"Ama\"}," NEW_CASE "}",
		"{\"person\":{\"uuid\":\"NOBODY-AAAAAA-AAAAAA-AAAAAAAA\"}," NEW_CASE "}",
		"{" NEW_PERSON "," NEW_CASE ",\"other\":1}",
		"{" NEW_PERSON ",\"case\":{\"disease\":\"LASSA\",\"diseaseVariant\":\"MADE-UP\"}}",
	};
	struct profile *p = *state;
	char case_uuid[UUID_SIZE], person_uuid[UUID_SIZE];
	struct notes notes = { 0 };
	int64_t cases = 0, persons = 0;
	struct err err;
	size_t i;

	for (i = 0; i < sizeof(wrong) / sizeof(wrong[0]); i++)
		if (new_case(p, wrong[i], &notes, case_uuid, person_uuid, &err) == ST_OK)
			fail_msg("%s should have been refused", wrong[i]);
	assert_ok(store_count_kind(p->session->store, KIND_CASES, &cases, &err), &err);
	assert_ok(store_count_kind(p->session->store, KIND_PERSONS, &persons, &err), &err);
	assert_int_equal(cases, 1);
	assert_int_equal(persons, 1);
}

static void without_the_right_no_case_is_made(void **state)
{
	static const char few[] = "[\"CASE_VIEW\",\"CASE_EDIT\"]";
	struct profile *p = *state;
	char case_uuid[UUID_SIZE], person_uuid[UUID_SIZE];
	struct notes notes = { 0 };
	struct err err;

	assert_ok(session_store_rights(p->session, few, sizeof(few) - 1, NULL, &err), &err);
	assert_int_equal(new_case(p, "{" NEW_PERSON "," NEW_CASE "}", &notes, case_uuid, person_uuid, &err), ST_REFUSED);
}

/* ---- duplicates ---- */

static void similar_names_are_found_and_others_are_not(void **state)
{
	(void)state;
	assert_true(newcase_similarity("Fatu Kamara", "Fatu Kamara") > 0.999);
	assert_true(newcase_similarity("Fatu Kamara", "Kamara Fatu") > 0.999);
	assert_true(newcase_similarity("F\xC3\xA0tu Kamara", "fatu KAMARA") > 0.999);
	assert_true(newcase_similarity("Fatu Kamara", "Fatu Kamarra") >= NEWCASE_SIMILAR);
	assert_true(newcase_similarity("Fatu Kamara", "Ibrahim Sesay") < NEWCASE_SIMILAR);
	assert_true(newcase_similarity("", "") < NEWCASE_SIMILAR);
}

static bool count_person(void *ctx, const struct record *record, double similarity)
{
	(void)record;
	assert_true(similarity >= NEWCASE_SIMILAR);
	(*(int *)ctx)++;
	return true;
}

static void only_entered_parts_of_a_birth_date_count(void **state)
{
	static const struct { const char *person; int found; } cases[] = {
		{ "{\"firstName\":\"Fatu\",\"lastName\":\"Kamara\"}", 1 },
		{ "{\"firstName\":\"Kamara\",\"lastName\":\"Fatu\",\"sex\":\"FEMALE\",\"birthdateYYYY\":1992,\"birthdateMM\":3}", 1 },
		{ "{\"firstName\":\"Fatu\",\"lastName\":\"Kamara\",\"birthdateYYYY\":1993}", 0 },
		{ "{\"firstName\":\"Fatu\",\"lastName\":\"Kamara\",\"sex\":\"MALE\"}", 0 },
		{ "{\"sex\":\"FEMALE\"}", 0 },
	};
	struct profile *p = *state;
	struct err err;
	size_t i;

	for (i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		struct json *person;
		int found = 0;

		assert_ok(json_parse_text(cases[i].person, &person, &err), &err);
		assert_ok(newcase_each_person(p->session, person, count_person, &found, &err), &err);
		if (found != cases[i].found)
			fail_msg("%s: %d found, %d expected", cases[i].person, found, cases[i].found);
		json_free(person);
	}
}

static void pull_person(struct session *session, const char *doc)
{
	struct store_pulled row = { .kind = KIND_PERSONS, .uuid = P_PERSON, .doc = doc, .doc_len = strlen(doc), .now_ms = P_NOW };
	struct record record;
	struct err err;

	assert_ok(store_get(session->store, KIND_PERSONS, P_PERSON, &record, &err), &err);
	row.revision = record.revision;
	record_done(&record);
	assert_ok(store_put_pulled(session->store, &row, &err), &err);
}

/* The names come from the rows, the rest from the document: both have to follow what a pull brings. */
static void the_search_for_duplicates_follows_the_person(void **state)
{
	static const struct { const char *what, *doc; int found; } persons[] = {
		{ "as it was", NULL, 1 },
		{ "another name", "{\"uuid\":\"" P_PERSON "\",\"firstName\":\"Ibrahim\",\"lastName\":\"Sesay\",\"sex\":\"FEMALE\"}", 0 },
		{ "no sex", "{\"uuid\":\"" P_PERSON "\",\"firstName\":\"Fatu\",\"lastName\":\"Kamara\"}", 1 },
		{ "another sex", "{\"uuid\":\"" P_PERSON "\",\"firstName\":\"Fatu\",\"lastName\":\"Kamara\",\"sex\":\"MALE\"}", 0 },
		{ "a year that cannot be", "{\"uuid\":\"" P_PERSON "\",\"firstName\":\"Fatu\",\"lastName\":\"Kamara\",\"birthdateYYYY\":99999}", 0 },
		{ "the year without a month", "{\"uuid\":\"" P_PERSON "\",\"firstName\":\"Fatu\",\"lastName\":\"Kamara\",\"birthdateYYYY\":1992}", 1 },
		{ "another month", "{\"uuid\":\"" P_PERSON "\",\"firstName\":\"Fatu\",\"lastName\":\"Kamara\",\"birthdateYYYY\":1992,"
			"\"birthdateMM\":4}", 0 },
		{ "deleted", "{\"uuid\":\"" P_PERSON "\",\"firstName\":\"Fatu\",\"lastName\":\"Kamara\",\"deleted\":true}", 0 },
	};
	struct profile *p = *state;
	struct json *person;
	struct err err;
	size_t i;

	assert_ok(json_parse_text("{\"firstName\":\"Fatu\",\"lastName\":\"Kamara\",\"sex\":\"FEMALE\",\"birthdateYYYY\":1992,"
		"\"birthdateMM\":3}", &person, &err), &err);
	for (i = 0; i < sizeof(persons) / sizeof(persons[0]); i++) {
		int found = 0;

		if (persons[i].doc != NULL)
			pull_person(p->session, persons[i].doc);
		assert_ok(newcase_each_person(p->session, person, count_person, &found, &err), &err);
		if (found != persons[i].found)
			fail_msg("%s: %d found, %d expected", persons[i].what, found, persons[i].found);
	}
	json_free(person);
}

#define T(f) cmocka_unit_test_setup_teardown(f, profile_open, profile_close)

int main(void)
{
	const struct CMUnitTest tests[] = {
		T(any_unique_beginning_of_a_uuid_finds_a_record), T(an_edit_changes_only_its_fields_and_keeps_unknown_keys),
			T(one_wrong_value_saves_nothing),
		T(the_rules_of_the_form_stop_an_edit), T(the_order_of_assignments_does_not_count), T(a_value_for_a_hidden_field_is_an_error),
		T(items_are_added_changed_and_removed), T(any_unique_beginning_of_a_uuid_finds_an_item), T(a_contact_detail_names_its_person), T(a_part_of_an_added_item_keeps_its_uuid),
		T(what_the_form_says_is_not_said_again_for_the_server),
		T(clearing_a_list_that_has_items_is_refused), T(what_the_server_demands_cannot_be_cleared),
		T(an_age_takes_its_day_along), T(every_edit_is_in_the_journal), T(a_record_out_of_reach_is_not_edited),
			T(a_new_case_is_completed_like_on_the_form), T(places_that_lie_elsewhere_are_told_before_the_server_does),
			T(an_edit_makes_no_impossible_person),
		T(a_new_case_may_be_of_a_person_who_is_here), T(a_wrong_new_case_leaves_nothing_behind), T(a_new_case_of_a_person_who_cannot_be_read_is_refused), T(without_the_right_no_case_is_made),
		cmocka_unit_test(similar_names_are_found_and_others_are_not), T(only_entered_parts_of_a_birth_date_count),
		T(the_search_for_duplicates_follows_the_person),
	};

	return cmocka_run_group_tests_name("app_record", tests, NULL, NULL);
}
