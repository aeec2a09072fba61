/* New records, change dates, partial commits, parts and lists (protocol.md A.4, B.2, D.1, D.2). */
#include <stdio.h>
#include <string.h>

#include "world.h"

static struct json *reread(struct world *w, const char *kind, const struct json *doc)
{
	return read_one(&w->me, kind, text_at(doc, "uuid"));
}

/* Replaces *doc by what the server has now. */
static void refresh(struct world *w, const char *kind, struct json **doc)
{
	struct json *now = reread(w, kind, *doc);
	if (now) {
		json_free(*doc);
		*doc = now;
	}
}

static void new_records(struct world *w)
{
	struct json *p = new_person(w, "Ada", "Newcomer"), *c = new_case(w, text_at(p, "uuid")), *got;
	char *text = NULL;
	check(push_me(w, "persons", p) == 200, "a new person is stored");
	got = reread(w, "persons", p);
	check(got && json_true(json_get(got, "pseudonymized")) && strcmp(text_at(got, "firstName"), "Confidential") == 0 &&
		!has(got, "birthdateDD") && has(got, "birthdateYYYY"), "before its case a new person is masked even for its creator");
	json_free(got);
	struct reply r = client_get(&w->me, "/persons/uuids");
	check(!strstr(r.body, text_at(p, "uuid")), "and not among the uuids");
	reply_done(&r);
	check(push_me(w, "cases", c) == 200, "its new case is stored");
	got = reread(w, "persons", p);
	check(got && !json_true(json_get(got, "pseudonymized")) && strcmp(text_at(got, "firstName"), "Ada") == 0,
		"now the person is there in full");
	check(date_at(got, "approximateAge") >= 30 && has(got, "approximateAgeReferenceDate") && has(got, "phone"), "with age and phone computed");
	json_free(got);
	r = client_get(&w->me, "/persons/uuids");
	check(strstr(r.body, text_at(p, "uuid")), "and among the uuids");
	reply_done(&r);
	got = reread(w, "cases", c);
	check(text_at(got, "epidNumber")[0] && text_at(got, "surveillanceOfficer.uuid")[0] && has(got, "followUpStatus"),
		"the server gave the case an epid number, an officer, a follow-up");
	check(date_at(got, "changeDate") > 0 && date_at(got, "creationDate") == w->now && date_at(got, "hospitalization.changeDate") > 0,
		"with change dates for it and its parts; the creation date is the client's");
	check(strcmp(text_at(got, "responsibleRegion.uuid"), w->region) == 0 && text_at(got, "responsibleRegion.caption")[0] &&
		has(got, "responsibleRegion.externalId"), "references are completed");
	json_free(got);
	check(push_one(&w->me, "cases", c, &text) == 409 && strncmp(text, "CaseDataDto is older (Thu Jan 01 00:00:00 UTC 1970) than current",
		64) == 0,
		"the same new case again: 409 that names the DTO and the dates (got %.90s)", text ? text : "");
	mem_free(text);
	check(push_me(w, "persons", p) == 409, "the same new person again: 409");
	json_free(p);
	json_free(c);
}

static void leave_out(struct world *w)
{
	struct json *p, *c, *bare, *got;
	if (!stored_pair(w, "Leaveout", &p, &c))
		return;
	bare = new_case(w, text_at(p, "uuid"));
	static const char *const parts[] = {"hospitalization", "symptoms", "epiData", "therapy", "clinicalCourse", "maternalHistory",
		"portHealthInfo",
		"healthConditions"};
	for (size_t i = 0; i < 8; i++)
		json_remove(bare, parts[i]);
	check(push_me(w, "cases", bare) == 200, "a new case without embedded objects is stored");
	got = reread(w, "cases", bare);
	check(has(got, "hospitalization.uuid") && has(got, "therapy.uuid") && has(got, "symptoms.uuid") &&
		json_is_array(value_at(got, "epiData.exposures")), "and the server made them");
	json_free(got);
	static const struct { const char *part; int status; const char *text; } missing[] = {{"epiData", 500, "CORBA"}, {"hospitalization",
		500, "CORBA"},
		{"therapy", 500, "Therapy dto UUID ("}, {"clinicalCourse", 500, "ClinicalCourse dto UUID ("}, {"maternalHistory", 500,
			"MaternalHistory dto UUID ("},
		{"portHealthInfo", 500, "PortHealthInfo dto UUID ("}, {"healthConditions", 500, "HealthConditions dto UUID ("}};
	for (size_t i = 0; i < sizeof missing / sizeof missing[0]; i++) {
		struct json *cut = json_copy(c);
		char *text = NULL;
		json_remove(cut, missing[i].part);
		int status = push_one(&w->me, "cases", cut, &text);
		check(status == missing[i].status && text && strncmp(text, missing[i].text, strlen(missing[i].text)) == 0,
			"an existing case without %s: %d \"%s…\" (got %d %.60s)", missing[i].part, missing[i].status, missing[i].text, status, text ? text : "");
		mem_free(text);
		json_free(cut);
	}
	refresh(w, "cases", &c);
	char *old = mem_strdup(text_at(c, "symptoms.uuid"));
	put_text(c, "symptoms.vomiting", "YES");
	check(push_me(w, "cases", c) == 200, "symptoms are stored");
	refresh(w, "cases", &c);
	check(json_true(value_at(c, "symptoms.symptomatic")), "and symptomatic is computed");
	json_remove(c, "symptoms");
	check(push_me(w, "cases", c) == 200, "an existing case without symptoms: 200");
	refresh(w, "cases", &c);
	check(strcmp(text_at(c, "symptoms.uuid"), old) != 0 && !has(c, "symptoms.vomiting"),
		"and they are replaced by an empty row with a new uuid");
	mem_free(old);
	static const char *const kept[] = {"epiData", "hospitalization", "symptoms", "therapy"};
	for (size_t i = 0; i < 4; i++) {
		char *path = mem_printf("%s.uuid", kept[i]), *before = mem_strdup(text_at(c, path));
		put(c, path, NULL);
		int status = push_me(w, "cases", c);
		refresh(w, "cases", &c);
		check(status == 200 && strcmp(text_at(c, path), before) == 0, "%s without its uuid is kept and updated (got %d)", kept[i], status);
		mem_free(before);
		mem_free(path);
	}
	json_remove(p, "address");
	check(push_me(w, "persons", p) == 500, "an existing person without address: 500");
	json_free(p);
	json_free(c);
	json_free(bare);
}

static void change_dates(struct world *w)
{
	struct json *p, *c, *got;
	char *text = NULL;
	if (!stored_pair(w, "Tolerance", &p, &c))
		return;
	check(push_me(w, "cases", c) == 200, "a verbatim push is stored");
	got = reread(w, "cases", c);
	check(strcmp(text_at(got, "epidemiologicalConfirmation"), "UNKNOWN") == 0 && date_at(got, "changeDate") > date_at(c, "changeDate"),
		"the first one sets epidemiologicalConfirmation, so the date moves");
	json_free(c);
	c = got;
	check(push_me(w, "cases", c) == 200, "a second verbatim push");
	got = reread(w, "cases", c);
	check(json_equal(got, c), "changes nothing at all");
	json_free(got);
	put_text(c, "additionalDetails", "first edit");
	check(push_me(w, "cases", c) == 200, "an edit is stored");
	refresh(w, "cases", &c);
	int64_t date = date_at(c, "changeDate");
	put_date(c, "changeDate", date - 900);
	put_text(c, "additionalDetails", "900 ms old");
	check(push_me(w, "cases", c) == 200, "a copy 900 ms too old passes");
	refresh(w, "cases", &c);
	date = date_at(c, "changeDate");
	put_date(c, "changeDate", date - 1100);
	put_text(c, "additionalDetails", "1100 ms old");
	check(push_one(&w->me, "cases", c, &text) == 409 && strncmp(text, "CaseDataDto is older (", 22) == 0, "1100 ms is too old: 409");
	mem_free(text);
	text = NULL;
	put(c, "changeDate", NULL);
	check(push_one(&w->me, "cases", c, &text) == 409 && strncmp(text, "CaseDataDto is older (null)", 27) == 0, "no date at all: 409");
	mem_free(text);
	refresh(w, "cases", &c);
	check(strcmp(text_at(c, "additionalDetails"), "900 ms old") == 0, "and nothing of those is stored");
	int64_t own = date_at(c, "changeDate"), stay = date_at(c, "hospitalization.changeDate"), epi = date_at(c, "epiData.changeDate");
	put_text(c, "hospitalization.description", "only the stay");
	check(push_me(w, "cases", c) == 200, "an edit of the hospitalization alone");
	refresh(w, "cases", &c);
	check(date_at(c, "changeDate") == own && date_at(c, "hospitalization.changeDate") > stay && date_at(c, "epiData.changeDate") == epi,
		"moves that part's date only");
	put_date(c, "changeDate", INT64_C(4102444800000));
	check(push_me(w, "cases", c) == 200, "a date in the future passes the check");
	int64_t before = date_at(p, "changeDate");
	check(push_me(w, "persons", p) == 200, "a verbatim person");
	refresh(w, "persons", &p);
	check(date_at(p, "changeDate") > before, "always moves its date");
	json_free(p);
	json_free(c);
}

static void partial(struct world *w)
{
	struct json *p, *c;
	char *text = NULL;
	if (!stored_pair(w, "Partial", &p, &c))
		return;
	int64_t old = date_at(c, "symptoms.changeDate"), root = date_at(c, "changeDate");
	put_date(c, "reportDate", date_at(c, "reportDate") - 1000);
	put_text(c, "hospitalization.description", "came through");
	put_text(c, "healthConditions.asplenia", "YES");
	json_remove(c, "responsibleCommunity");
	put_text(c, "additionalDetails", "did not");
	put_text(c, "symptoms.fever", "YES");
	put_date(c, "symptoms.changeDate", old - 5000);
	int64_t report = date_at(c, "reportDate");
	check(push_one(&w->me, "cases", c, &text) == 409 && strncmp(text, "SymptomsDto is older", 20) == 0, "stale symptoms: 409 that names them");
	mem_free(text);
	text = NULL;
	refresh(w, "cases", &c);
	check(date_at(c, "reportDate") == report && strcmp(text_at(c, "hospitalization.description"), "came through") == 0 &&
		strcmp(text_at(c, "healthConditions.asplenia"), "YES") == 0 && !has(c, "responsibleCommunity"), "what is copied before them is stored");
	check(!has(c, "additionalDetails") && !has(c, "symptoms.fever") && date_at(c, "changeDate") > root,
		"what comes later is not, and the root date moved");
	put_text(c, "hospitalization.description", "again");
	put_date(c, "reportDate", report - 1000);
	char *right = mem_strdup(text_at(c, "symptoms.uuid")), wrong[UUID_SIZE];
	new_uuid(w, wrong);
	put_text(c, "symptoms.uuid", wrong);
	char *want = mem_printf("Symptoms dto UUID (%s) does not match entity UUID (%s)", wrong, right);
	check(push_one(&w->me, "cases", c, &text) == 500 && strcmp(text, want) == 0, "another symptoms uuid: 500 (got %.80s)", text ? text : "");
	mem_free(text);
	mem_free(want);
	mem_free(right);
	refresh(w, "cases", &c);
	check(strcmp(text_at(c, "hospitalization.description"), "again") == 0, "and what is copied before is stored, too");
	put_text(p, "nickname", "kept");
	put_date(p, "address.changeDate", date_at(p, "address.changeDate") - 5000);
	check(push_me(w, "persons", p) == 409, "a person with a stale address: 409");
	refresh(w, "persons", &p);
	check(strcmp(text_at(p, "nickname"), "kept") == 0, "its own fields are stored all the same");
	json_free(p);
	json_free(c);
}

static struct json *item(struct world *w, const char *key, const char *value)
{
	struct json *o = json_new_object();
	char uuid[UUID_SIZE];
	new_uuid(w, uuid);
	put_text(o, "uuid", uuid);
	put_text(o, key, value);
	return o;
}

static void lists_in_cases(struct world *w)
{
	static const char stays[] = "hospitalization.previousHospitalizations";
	struct json *p, *c, *list;
	if (!stored_pair(w, "Lists", &p, &c))
		return;
	list = json_new_array();
	json_append(list, item(w, "description", "first"));
	json_append(list, item(w, "description", "second"));
	put(c, stays, list);
	list = json_new_array();
	json_append(list, item(w, "exposureType", "TRAVEL"));
	put(c, "epiData.exposures", list);
	check(push_me(w, "cases", c) == 200, "stays and an exposure are added");
	refresh(w, "cases", &c);
	check(json_count(value_at(c, stays)) == 2 && has(c, "hospitalization.previousHospitalizations[0].changeDate"),
		"they are there, with dates");
	check(strcmp(text_at(c, "hospitalization.hospitalizedPreviously"), "YES") == 0 && strcmp(text_at(c, "epiData.exposureDetailsKnown"),
		"YES") == 0 &&
		has(c, "epiData.exposures[0].location.uuid"), "the server set the two yes/no fields and made the exposure's place");
	int64_t stay = date_at(c, "hospitalization.changeDate"), root = date_at(c, "changeDate");
	union { const struct json *in; struct json *out; } all = {.in = value_at(c, stays)};
	struct json *gone = json_detach_at(all.out, 0);
	check(push_me(w, "cases", c) == 200, "one is removed");
	refresh(w, "cases", &c);
	check(json_count(value_at(c, stays)) == 1 && date_at(c, "hospitalization.changeDate") > stay && date_at(c, "changeDate") == root,
		"it is gone; the hospitalization's date moved, the case's did not");
	put_date(gone, "changeDate", 0);
	all.in = value_at(c, stays);
	json_append(all.out, gone);
	check(push_me(w, "cases", c) == 200, "the removed uuid may come again as a new one");
	refresh(w, "cases", &c);
	put_date(c, "hospitalization.previousHospitalizations[0].changeDate",
		date_at(c, "hospitalization.previousHospitalizations[0].changeDate") - 5000);
	char *text = NULL;
	check(push_one(&w->me, "cases", c, &text) == 409 && strncmp(text, "PreviousHospitalizationDto is older", 35) == 0,
		"a stale item: 409 that names it");
	mem_free(text);
	refresh(w, "cases", &c);
	put(c, stays, json_new_null());
	check(push_me(w, "cases", c) == 500, "a list that is null: 500");
	put(c, stays, NULL);
	check(push_me(w, "cases", c) == 200, "a list that is absent: 200");
	refresh(w, "cases", &c);
	check(json_is_array(value_at(c, stays)) && json_count(value_at(c, stays)) == 0, "and all of its items are gone");
	json_free(p);
	json_free(c);
}

static void several(struct world *w)
{
	struct json *old = new_person(w, "Old", "One"), *fresh = new_person(w, "New", "One"), *list = json_new_array();
	push_me(w, "persons", old);
	json_append(list, fresh);
	json_append(list, json_copy(old));
	struct reply r = client_post(&w->me, "/persons/push", list);
	check(r.status == 207 && date_at(r.json, "[0].statusCode") == 200 && date_at(r.json, "[1].statusCode") == 409,
		"a new and an outdated person: 207 with a status each (got %ld %.80s)", r.status, r.body);
	reply_done(&r);
	json_free(list);
	list = json_new_array();
	json_append(list, new_person(w, "Twin", "One"));
	json_append(list, json_copy(json_at(list, 0)));
	r = client_post(&w->me, "/persons/push", list);
	check(r.status == 207 && date_at(r.json, "[0].statusCode") == 200 && date_at(r.json, "[1].statusCode") == 409,
		"the same uuid twice: 200, 409");
	reply_done(&r);
	json_free(list);
	json_free(old);
}

static void client_dates(struct world *w)
{
	struct json *p, *c, *fresh;
	if (!stored_pair(w, "Therapy", &p, &c))
		return;
	check(date_at(c, "therapy.changeDate") > w->now - DATE_DAY_MS, "a new therapy without a date gets the server's");
	fresh = new_case(w, text_at(p, "uuid"));
	put_date(fresh, "therapy.changeDate", INT64_C(4102444800000));
	put_date(fresh, "creationDate", 1);
	check(push_me(w, "cases", fresh) == 200, "a new therapy with a date of 2100");
	refresh(w, "cases", &fresh);
	check(date_at(fresh, "therapy.changeDate") == INT64_C(4102444800000) && date_at(fresh, "creationDate") == 1,
		"keeps it, and the case its creation date");
	put_text(fresh, "therapy.treatmentStarted", "YES");
	check(push_me(w, "cases", fresh) == 200, "it is edited");
	refresh(w, "cases", &fresh);
	check(date_at(fresh, "therapy.changeDate") < INT64_C(4102444800000), "and has the server's date now");
	json_free(p);
	json_free(c);
	json_free(fresh);
}

void test_records(struct world *w)
{
	new_records(w);
	leave_out(w);
	change_dates(w);
	partial(w);
	lists_in_cases(w);
	several(w);
	client_dates(w);
}
