/* What is refused: by the reader, the field checks, rights, business rules (protocol.md A.5, D.1, D.3). */
#include <stdio.h>
#include <string.h>

#include "world.h"

static struct reply push_raw(struct world *w, const char *kind, const char *body)
{
	char *path = mem_printf("/%s/push", kind);
	struct reply r = client_send(&(struct ask){.account = &w->me, .method = "POST", .path = path, .body = body});
	mem_free(path);
	return r;
}

static struct reply push_doc(struct world *w, const char *kind, struct json *doc)
{
	struct json *list = json_new_array();
	json_append(list, doc);
	char *path = mem_printf("/%s/push", kind);
	struct reply r = client_post(&w->me, path, list);
	mem_free(path);
	json_free(list);
	return r;
}

static void expect_reader(struct world *w, const char *what, struct json *doc, const char *part)
{
	struct reply r = push_doc(w, "cases", doc);
	check(r.status == 400 && strncmp(r.type, "text/plain", 10) == 0 && strstr(r.body, part), "%s: 400 text with \"%s\" (got %ld %s %.90s)",
		what, part,
		r.status, r.type, r.body);
	reply_done(&r);
}

static void reader(struct world *w, const char *person)
{
	struct json *c = new_case(w, person);
	put_text(c, "foo", "x");
	expect_reader(w, "an unknown key", c, "Unrecognized field \"foo\"");
	c = new_case(w, person);
	put_text(c, "disease", "NO_SUCH_DISEASE");
	expect_reader(w, "an unknown constant", c, "NO_SUCH_DISEASE");
	c = new_case(w, person);
	put_text(c, "symptoms.fever", "MAYBE");
	expect_reader(w, "an unknown constant in a part", c, "SymptomState");
	c = new_case(w, person);
	put(c, "reportDate", json_new_number_text("1795393557417.5"));
	expect_reader(w, "a date with a fraction", c, "java.util.Date");
	c = new_case(w, person);
	put_text(c, "healthFacility.foo", "x");
	expect_reader(w, "an unknown key in a reference", c, "FacilityReferenceDto");
	struct reply r = push_raw(w, "cases", "[{\"uuid\":");
	check(r.status == 400 && strncmp(r.type, "text/plain", 10) == 0, "broken JSON: 400 (got %ld)", r.status);
	reply_done(&r);
	r = push_raw(w, "cases", "{}");
	check(r.status == 400 && strstr(r.body, "java.util.ArrayList<"), "an object instead of a list: 400 (got %ld)", r.status);
	reply_done(&r);
	static const char *const dates[] = {"2026-11-20T10:00:00.000+0000", "2026-11-20", "1795393557417"};
	static const int64_t values[] = {INT64_C(1795168800000), INT64_C(1795132800000), INT64_C(1795393557417)};
	for (size_t i = 0; i < 3; i++) {
		c = new_case(w, person);
		put_text(c, "reportDate", dates[i]);
		int status = push_me(w, "cases", c);
		struct json *got = read_one(&w->me, "cases", text_at(c, "uuid"));
		check(status == 200 && date_at(got, "reportDate") == values[i], "the date \"%s\" is accepted (got %d)", dates[i], status);
		json_free(got);
		json_free(c);
	}
}

static void expect_errors(struct world *w, const char *what, const char *kind, struct json *doc, const char *path)
{
	struct reply r = push_doc(w, kind, doc);
	const struct json *errors = json_get(r.json, "errors");
	check(r.status == 400 && strcmp(text_at(r.json, "message"), "Invalid data") == 0 && json_get(errors, path),
		"%s: 400 with errors[\"%s\"] (got %ld %.100s)", what, path, r.status, r.body);
	reply_done(&r);
}

static char *repeated(char c, size_t n)
{
	char *s = mem_alloc(n + 1);
	memset(s, c, n);
	s[n] = '\0';
	return s;
}

static void field_checks(struct world *w, const char *person)
{
	static const char *const required[] = {"disease", "reportDate", "person", "responsibleRegion", "responsibleDistrict"};
	struct json *c;
	for (size_t i = 0; i < 5; i++) {
		c = new_case(w, person);
		json_remove(c, required[i]);
		char *what = mem_printf("no %s", required[i]);
		expect_errors(w, what, "cases", c, required[i]);
		mem_free(what);
	}
	char *text = repeated('x', 600);
	c = new_case(w, person);
	put_text(c, "diseaseDetails", text);
	expect_errors(w, "a text of 600", "cases", c, "diseaseDetails");
	c = new_case(w, person);
	put_text(c, "symptoms.onsetSymptom", text);
	expect_errors(w, "a text of 600 in a part", "cases", c, "symptoms.onsetSymptom");
	mem_free(text);
	c = new_case(w, person);
	put_text(c, "uuid", "abc");
	expect_errors(w, "a uuid that is too short", "cases", c, "uuid");
	c = new_case(w, person);
	put_text(c, "uuid", "abcdef_hijklmnopqrstuvw!");
	expect_errors(w, "a uuid with other characters", "cases", c, "uuid");
	c = new_case(w, person);
	put_date(c, "reportLat", 100);
	expect_errors(w, "a latitude of 100", "cases", c, "reportLat");
	c = new_case(w, person);
	struct json *stays = json_new_array(), *stay = json_new_object();
	put_text(stay, "uuid", "x");
	json_append(stays, stay);
	put(c, "hospitalization.previousHospitalizations", stays);
	expect_errors(w, "a bad uuid in a list", "cases", c, "hospitalization.previousHospitalizations[0].uuid");
	c = new_case(w, person);
	struct json *exposures = json_new_array();
	json_append(exposures, json_new_object());
	put(c, "epiData.exposures", exposures);
	expect_errors(w, "an exposure without a type", "cases", c, "epiData.exposures[0].exposureType");
	struct json *p = new_person(w, " ", "Blank");
	expect_errors(w, "a blank first name", "persons", p, "firstName");
	p = new_person(w, "No", "Sex");
	put(p, "sex", json_new_null());
	expect_errors(w, "no sex", "persons", p, "sex");
	struct json *good = new_person(w, "Good", "One"), *list = json_new_array();
	json_append(list, json_copy(good));
	json_append(list, new_person(w, "", "Bad"));
	struct reply r = client_post(&w->me, "/persons/push", list);
	struct json *got = read_one(&w->me, "persons", text_at(good, "uuid"));
	check(r.status == 400 && !got, "one bad record: the whole list is refused and the good one not stored (got %ld)", r.status);
	reply_done(&r);
	json_free(got);
	json_free(list);
	json_free(good);
}

static void expect_rule(struct world *w, const char *what, const char *kind, struct json *doc, bool crash)
{
	char *text = NULL;
	int status = push_one(&w->me, kind, doc, &text);
	bool trace = text && strncmp(text, "CORBA TRANSACTION_ROLLEDBACK", 28) == 0;
	check(status == 500 && text && *text && trace == crash, "%s: 500 with %s (got %d %.70s)", what, crash ? "a stack trace" : "a sentence",
		status,
		text ? text : "");
	mem_free(text);
	json_free(doc);
}

static void set_reference(struct json *doc, const char *key, const char *uuid)
{
	struct json *o = json_new_object();
	put_text(o, "uuid", uuid);
	put(doc, key, o);
}

static void rules(struct world *w, const char *person)
{
	char unknown[UUID_SIZE];
	struct json *c = new_case(w, person), *p;
	new_uuid(w, unknown);
	json_remove(c, "healthFacility");
	expect_rule(w, "no facility", "cases", c, false);
	c = new_case(w, person);
	json_remove(c, "reportingUser");
	expect_rule(w, "no reporting user", "cases", c, false);
	c = new_case(w, person);
	json_remove(c, "facilityType");
	expect_rule(w, "a facility without its type", "cases", c, false);
	c = new_case(w, person);
	put_text(c, "facilityType", "LABORATORY");
	expect_rule(w, "a laboratory as place of stay", "cases", c, false);
	c = new_case(w, person);
	set_reference(c, "responsibleRegion", unknown);
	expect_rule(w, "an unknown region", "cases", c, false);
	c = new_case(w, person);
	put_text(c, "caseOrigin", "POINT_OF_ENTRY");
	json_remove(c, "healthFacility");
	json_remove(c, "facilityType");
	expect_rule(w, "a point of entry case without one", "cases", c, false);
	c = new_case(w, person);
	set_reference(c, "healthFacility", unknown);
	expect_rule(w, "an unknown facility", "cases", c, true);
	expect_rule(w, "an unknown person", "cases", new_case(w, unknown), true);
	c = new_case(w, person);
	set_reference(c, "reportingUser", unknown);
	expect_rule(w, "an unknown reporting user", "cases", c, true);
	c = new_case(w, person);
	put_text(c, "additionalDetails", "REPLACED");
	char *text = json_print(c, NULL), *at = strstr(text, "REPLACED");
	memcpy(at, "a\\u0000b", 8);
	char *body = mem_printf("[%s]", text);
	struct reply r = push_raw(w, "cases", body);
	check(r.status == 500, "a NUL character: 500 (got %ld)", r.status);
	reply_done(&r);
	mem_free(text);
	mem_free(body);
	json_free(c);
	p = new_person(w, "Future", "Birth");
	put_date(p, "birthdateYYYY", 9000);
	expect_rule(w, "a birth in the future", "persons", p, false);
	p = new_person(w, "No", "Day");
	put_date(p, "birthdateMM", 2);
	put_date(p, "birthdateDD", 31);
	expect_rule(w, "the 31st of February", "persons", p, false);
	static const struct { const char *type, *value; } contacts[] = {{"PHONE", "not a number"}, {"EMAIL", "nobody"}};
	for (size_t i = 0; i < 2; i++) {
		struct json *list = json_new_array(), *contact = json_new_object();
		char uuid[UUID_SIZE];
		new_uuid(w, uuid);
		put_text(contact, "uuid", uuid);
		put_text(contact, "personContactDetailType", contacts[i].type);
		put_text(contact, "contactInformation", contacts[i].value);
		put(contact, "primaryContact", json_new_bool(true));
		json_append(list, contact);
		p = new_person(w, "Bad", "Contact");
		put(p, "personContactDetails", list);
		expect_rule(w, contacts[i].value, "persons", p, false);
	}
}

static void rights(struct world *w)
{
	struct json *p, *c;
	if (!stored_pair(w, "Rights", &p, &c))
		return;
	static const struct { const char *right, *key, *value; } fields[] = {{"CASE_CHANGE_DISEASE", "disease", "MEASLES"},
		{"CASE_CLASSIFY", "caseClassification", "CONFIRMED"}, {"CASE_INVESTIGATE", "investigationStatus", "DONE"},
		{"CASE_CHANGE_EPID_NUMBER", "epidNumber", "DEF-REG-DIS-26-999999"}};
	for (size_t i = 0; i < 4; i++) {
		struct json *edit = json_copy(c);
		char *text = NULL;
		put_text(edit, fields[i].key, fields[i].value);
		if (world_can(w, fields[i].right)) {
			json_free(edit);
			continue;
		}
		int status = push_one(&w->me, "cases", edit, &text);
		check(status == 403 && strncmp(text, "You have no rights for changing ", 32) == 0, "%s without %s: 403 (got %d %.60s)", fields[i].key,
			fields[i].right, status, text ? text : "");
		mem_free(text);
		json_free(edit);
	}
	if (!world_can(w, "CASE_CLINICIAN_VIEW")) {
		put_text(c, "clinicianName", "Dr Nobody");
		int status = push_me(w, "cases", c);
		struct json *got = read_one(&w->me, "cases", text_at(c, "uuid"));
		check(status == 200 && !has(got, "clinicianName"), "a clinician's name without the right: 200 and dropped (got %d)", status);
		json_free(got);
	}
	if (!world_can(w, "CASE_DELETE")) {
		struct json *list = json_new_array();
		json_append(list, json_new_string(text_at(c, "uuid")));
		struct reply r = client_post(&w->me, "/cases/delete", list);
		check(r.status == 403 && r.body[0] == '"', "cases/delete without the right: 403 (got %ld)", r.status);
		reply_done(&r);
		json_free(list);
	}
	json_free(p);
	json_free(c);
}

void test_refusals(struct world *w)
{
	struct json *p, *c;
	if (!stored_pair(w, "Refused", &p, &c))
		return;
	reader(w, text_at(p, "uuid"));
	field_checks(w, text_at(p, "uuid"));
	rules(w, text_at(p, "uuid"));
	rights(w);
	json_free(p);
	json_free(c);
}
