/* What the server changes by itself after a push (protocol.md D.5). */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "trainer/element.h"
#include "trainer/record.h"

#define TASK_DUE_MS DATE_DAY_MS

static const char *reference(const struct json *o, const char *key)
{
	return json_get_string(json_get(o, key), "uuid");
}

static bool is(const struct json *o, const char *key, const char *value)
{
	const char *v = json_get_string(o, key);
	return v && strcmp(v, value) == 0;
}

static bool was(const struct push *p, const char *key, const char *value)
{
	return p->before && is(p->before, key, value);
}

/* Sets a value of the record's own row, which then has changed. */
static void set(struct push *p, struct json *row, const char *key, struct json *value)
{
	if (json_equal(json_get(row, key), value)) {
		json_free(value);
		return;
	}
	json_set(row, key, value);
	row_touch(p, row);
}

static void set_text(struct push *p, const char *key, const char *value)
{
	set(p, p->stored, key, value ? json_new_string(value) : NULL);
}

static int64_t midnight(int64_t ms)
{
	int64_t rest = ms % DATE_DAY_MS;
	return ms - (rest < 0 ? rest + DATE_DAY_MS : rest);
}

/* ---- before copying: defaults of a new record ---- */

void effects_before_copy(struct push *p, struct json *dto)
{
	static const char *const defaults[][2] = {{"caseClassification", "NOT_CLASSIFIED"}, {"investigationStatus", "PENDING"}, {"outcome",
		"NO_OUTCOME"},
		{"caseOrigin", "IN_COUNTRY"}};
	for (size_t i = 0; p->kind == KIND_CASES && p->fresh && i < sizeof defaults / sizeof defaults[0]; i++)
		if (json_is_null(json_get(dto, defaults[i][0])))
			json_set(dto, defaults[i][0], json_new_string(defaults[i][1]));
	if (p->kind == KIND_PERSONS && p->fresh)
		json_set(dto, "symptomJournalStatus", json_new_string("UNREGISTERED"));
	if (p->kind == KIND_PERSONS && !p->fresh && p->mobile_sync)
		json_set(dto, "symptomJournalStatus", json_copy(json_get(p->stored, "symptomJournalStatus")));
}

/* ---- cases ---- */

/* "DEF-REG-DIS-26-001": three groups of letters, the year, a number. Returns the length of the prefix, 0 when it is none. */
static size_t epid_prefix(const char *s, bool *complete)
{
	size_t i = 0;
	*complete = false;
	for (int group = 0; group < 3; group++) {
		for (int k = 0; k < 3; k++, i++)
			if (s[i] < 'A' || s[i] > 'Z')
				return 0;
		if (s[i++] != '-')
			return 0;
	}
	if (strspn(s + i, "0123456789") < 2 || s[i + 2] != '-')
		return 0;
	i += 3;
	size_t digits = strspn(s + i, "0123456789");
	*complete = digits > 0 && digits < 10 && s[i + digits] == '\0';
	return i;
}

static void set_epid_number(struct push *p)
{
	const char *number = json_get_string(p->stored, "epidNumber"), *district = reference(p->stored, "responsibleDistrict");
	bool complete = false;
	size_t len = number ? epid_prefix(number, &complete) : 0;
	char prefix[32], key[48];
	int64_t date = p->now;
	json_get_int(p->stored, "reportDate", &date);
	if (len > 0 && len < sizeof prefix)
		snprintf(prefix, sizeof prefix, "%.*s", (int)len, number);
	else
		snprintf(prefix, sizeof prefix, "DEF-REG-%s-%02d-", district && strcmp(district, DISTRICT_2) == 0 ? "SEC" : "DIS",
			date_to_civil((int32_t)(midnight(date) / DATE_DAY_MS)).year % 100);
	snprintf(key, sizeof key, "epid:%s", prefix);
	int64_t highest = store_meta(p->t->store, key, 0);
	if (complete) {
		int64_t entered = strtoll(number + len, NULL, 10);
		if (entered > highest)
			store_set_meta(p->t->store, key, entered);
		return;
	}
	store_set_meta(p->t->store, key, highest + 1);
	char *made = mem_printf("%s%03lld", prefix, (long long)highest + 1);
	set_text(p, "epidNumber", made);
	mem_free(made);
}

/* Days that a case of the disease is followed up; 0: not at all. */
static int follow_up_days(const char *disease)
{
	static const struct { const char *disease; int days; } table[] = {{"EVD", 21}, {"CHOLERA", 5}, {"NEW_INFLUENZA", 17}, {"MONKEYPOX", 21},
		{"PLAGUE", 7}, {"UNSPECIFIED_VHF", 21}, {"RABIES", 6}, {"CORONAVIRUS", 14}, {"LASSA", 21}, {"OTHER", 21}, {"CONGENITAL_RUBELLA", 21},
		{"ACUTE_VIRAL_HEPATITIS", 21}, {"TUBERCULOSIS", 0}};
	for (size_t i = 0; disease && i < sizeof table / sizeof table[0]; i++)
		if (strcmp(table[i].disease, disease) == 0)
			return table[i].days;
	return 0;
}

static void set_follow_up(struct push *p)
{
	int days = follow_up_days(json_get_string(p->stored, "disease"));
	int64_t start = p->now;
	json_get_int(p->stored, "reportDate", &start);
	json_get_int(json_get(p->stored, "symptoms"), "onsetDate", &start);
	if (days == 0) {
		if (!json_get_string(p->stored, "followUpStatus") || is(p->stored, "followUpStatus", "FOLLOW_UP"))
			set_text(p, "followUpStatus", "NO_FOLLOW_UP");
		set(p, p->stored, "followUpUntil", NULL);
		return;
	}
	if (!json_get_string(p->stored, "followUpStatus") || is(p->stored, "followUpStatus", "NO_FOLLOW_UP"))
		set_text(p, "followUpStatus", "FOLLOW_UP");
	if (!json_true(json_get(p->stored, "overwriteFollowUpUntil")) || json_is_null(json_get(p->stored, "followUpUntil")))
		set(p, p->stored, "followUpUntil", json_new_int(midnight(start) + days * DATE_DAY_MS));
	if (!json_get(p->stored, "overwriteFollowUpUntil"))
		json_set(p->stored, "overwriteFollowUpUntil", json_new_bool(false));
}

static void set_officer(struct push *p)
{
	if (reference(p->stored, "surveillanceOfficer"))
		return;
	const char *reporter = reference(p->stored, "reportingUser"), *district = reference(p->stored, "responsibleDistrict");
	const struct user *u = reporter ? user_by_uuid(p->t, reporter) : NULL, *officer = NULL;
	if (u && user_can(u, "CASE_RESPONSIBLE"))
		officer = u;
	for (size_t i = 0; !officer && district && i < p->t->user_count; i++) {
		const struct user *other = &p->t->users[i];
		if (other->district && strcmp(other->district, district) == 0 && user_can(other, "CASE_RESPONSIBLE"))
			officer = other;
	}
	if (officer)
		set(p, p->stored, "surveillanceOfficer", reference_new(p->t, "User", officer->fact->uuid));
}

static void set_classification(struct push *p)
{
	const char *now = json_get_string(p->stored, "caseClassification");
	if (!now || (p->before ? was(p, "caseClassification", now) : strcmp(now, "NOT_CLASSIFIED") == 0))
		return;
	set(p, p->stored, "classificationUser", reference_new(p->t, "User", p->user->fact->uuid));
	set(p, p->stored, "classificationDate", json_new_int(p->now));
}

static void set_confirmation(struct push *p)
{
	const char *known = json_get_string(json_get(p->stored, "epiData"), "contactWithSourceCaseKnown");
	if (p->fresh)
		return;
	/* a confirmed source case is a contact's case: without contacts YES cannot be confirmed */
	set_text(p, "epidemiologicalConfirmation", known && (strcmp(known, "YES") == 0 || strcmp(known, "NO") == 0) ? "NO" : "UNKNOWN");
}

static void set_lists_known(struct push *p)
{
	struct json *stay = json_get(p->stored, "hospitalization"), *epi = json_get(p->stored, "epiData");
	if (stay && json_count(json_get(stay, "previousHospitalizations")))
		set(p, stay, "hospitalizedPreviously", json_new_string("YES"));
	if (epi && json_count(json_get(epi, "exposures")))
		set(p, epi, "exposureDetailsKnown", json_new_string("YES"));
	if (epi && json_count(json_get(epi, "activitiesAsCase")))
		set(p, epi, "activityAsCaseDetailsKnown", json_new_string("YES"));
}

static void set_place(struct push *p)
{
	const char *facility = reference(p->stored, "healthFacility");
	if (!facility || strcmp(facility, FACILITY_NONE) == 0)
		set(p, p->stored, "facilityType", NULL);
}

static void set_investigation(struct push *p)
{
	bool pending = is(p->stored, "investigationStatus", "PENDING");
	if (pending)
		set(p, p->stored, "investigatedDate", NULL);
	else if (json_is_null(json_get(p->stored, "investigatedDate")))
		set(p, p->stored, "investigatedDate", json_new_int(p->now));
}

struct tasks { struct push *p; bool any_pending; const char *status; };

static bool see_task(void *ctx, const struct record *r)
{
	struct tasks *f = ctx;
	struct json *task = tree_of(r);
	if (is(task, "taskType", "CASE_INVESTIGATION") && is(task, "taskStatus", "PENDING")) {
		f->any_pending = true;
		if (f->status) {
			json_set(task, "taskStatus", json_new_string(f->status));
			json_set(task, "statusChangeDate", json_new_int(f->p->now));
			row_touch(f->p, task);
			record_write(f->p->t, KIND_TASKS, task);
		}
	}
	json_free(task);
	return true;
}

static void make_task(struct push *p)
{
	const char *officer = reference(p->stored, "surveillanceOfficer");
	if (!officer)
		return;
	char uuid[UUID_SIZE];
	rand_uuid(&p->t->rand, uuid);
	struct json *task = json_new_object(), *caze = reference_new(p->t, "Case", p->owner);
	json_set(task, "creationDate", json_new_int(p->now));
	json_set(task, "changeDate", json_new_int(p->now));
	json_set(task, "uuid", json_new_string(uuid));
	json_set(task, "taskContext", json_new_string("CASE"));
	json_set(task, "caze", json_copy(caze));
	json_set(task, "taskType", json_new_string("CASE_INVESTIGATION"));
	json_set(task, "priority", json_new_string("NORMAL"));
	json_set(task, "dueDate", json_new_int(p->now + TASK_DUE_MS));
	json_set(task, "suggestedStart", json_new_int(p->now));
	json_set(task, "taskStatus", json_new_string("PENDING"));
	json_set(task, "assigneeUser", reference_new(p->t, "User", officer));
	json_set(task, "observerUsers", json_new_array());
	json_set(task, "contextReference", caze);
	record_write(p->t, KIND_TASKS, task);
	json_free(task);
}

/* After the case is stored: its tasks follow the investigation. */
static void follow_investigation(struct push *p)
{
	bool pending = is(p->stored, "investigationStatus", "PENDING");
	struct tasks f = {p, false, NULL};
	if (!pending)
		f.status = is(p->stored, "investigationStatus", "DONE") ? "DONE" : "REMOVED";
	store_children(p->t->store, KIND_TASKS, p->owner, see_task, &f);
	if (pending && !f.any_pending && (p->fresh || !was(p, "investigationStatus", "PENDING")))
		make_task(p);
}

struct others { const char *self; bool deceased; };

static bool see_other(void *ctx, const struct record *r)
{
	struct others *o = ctx;
	struct json *doc = tree_of(r);
	if (strcmp(r->uuid, o->self) != 0 && !r->deleted && is(doc, "outcome", "DECEASED"))
		o->deceased = true;
	json_free(doc);
	return true;
}

static void outcome_to_person(struct push *p)
{
	const char *outcome = json_get_string(p->stored, "outcome"), *uuid = reference(p->stored, "person"),
		*disease = json_get_string(p->stored, "disease");
	struct json *person;
	struct record r;
	int64_t date = p->now, old;
	bool changed = p->fresh ? strcmp(outcome, "NO_OUTCOME") != 0 : !was(p, "outcome", outcome);
	bool redated = !changed && strcmp(outcome, "DECEASED") == 0 && json_get_int(p->stored, "outcomeDate", &date) &&
		!(json_get_int(p->before, "outcomeDate", &old) && old == date);
	if ((!changed && !redated) || !record_tree(p->t, KIND_PERSONS, uuid, &person, &r))
		return;
	bool dead = is(person, "presentCondition", "DEAD") || is(person, "presentCondition", "BURIED");
	bool of_this = is(person, "causeOfDeath", "EPIDEMIC_DISEASE") && disease && is(person, "causeOfDeathDisease", disease);
	bool write = false;
	json_get_int(p->stored, "outcomeDate", &date);
	if (strcmp(outcome, "DECEASED") == 0 && (!dead || of_this)) {
		if (!dead)
			json_set(person, "presentCondition", json_new_string("DEAD"));
		json_set(person, "deathDate", json_new_int(midnight(date)));
		json_set(person, "causeOfDeath", json_new_string("EPIDEMIC_DISEASE"));
		json_set(person, "causeOfDeathDisease", json_new_string(disease));
		write = true;
	} else if (strcmp(outcome, "DECEASED") != 0 && dead && of_this) {
		struct others o = {p->owner, false};
		store_of_person(p->t->store, KIND_CASES, uuid, see_other, &o);
		if (!o.deceased) {
			static const char *const keys[] = {"deathDate", "causeOfDeath", "causeOfDeathDisease", "causeOfDeathDetails", "deathPlaceType",
				"deathPlaceDescription", "burialDate", "burialConductor", "burialPlaceDescription"};
			json_set(person, "presentCondition", json_new_string(strcmp(outcome, "UNKNOWN") == 0 ? "UNKNOWN" : "ALIVE"));
			for (size_t i = 0; i < sizeof keys / sizeof keys[0]; i++)
				json_set(person, keys[i], NULL);
			write = true;
		}
	}
	if (write) {
		person_complete(person, p->now);
		row_touch(p, person);
		record_write(p->t, KIND_PERSONS, person);
	}
	json_free(person);
}

void effects_case(struct push *p)
{
	set_place(p);
	set_epid_number(p);
	set_classification(p);
	set_officer(p);
	set_investigation(p);
	if (is(p->stored, "outcome", "NO_OUTCOME"))
		set(p, p->stored, "outcomeDate", NULL);
	else if (is(p->stored, "outcome", "DECEASED") && !was(p, "outcome", "DECEASED") && !json_get(p->stored, "sequelaeDetails"))
		set_text(p, "sequelaeDetails", "");
	set_confirmation(p);
	set_follow_up(p);
	set_lists_known(p);
	json_set(p->stored, "ownershipHandedOver", json_new_bool(false));
	record_write(p->t, KIND_CASES, p->stored);
	follow_investigation(p);
	outcome_to_person(p);
}

/* ---- persons ---- */

static void complete_age(struct json *person, int64_t now)
{
	int64_t y, m = 1, d = 1, until = now;
	if (!json_get_int(person, "birthdateYYYY", &y))
		return;
	if (json_get_int(person, "birthdateMM", &m))
		json_get_int(person, "birthdateDD", &d);
	json_get_int(person, "deathDate", &until);
	struct date_civil end = date_to_civil((int32_t)(midnight(until) / DATE_DAY_MS));
	int64_t months = (end.year - y) * 12 + (end.month - m) - (end.day < d), days = midnight(until) / DATE_DAY_MS - date_from_civil((int)y,
		(int)m, (int)d);
	const char *unit = months >= 12 ? "YEARS" : months >= 1 ? "MONTHS" : "DAYS";
	int64_t age = months >= 12 ? months / 12 : months >= 1 ? months : days;
	json_set(person, "approximateAge", json_new_int(age < 0 ? 0 : age));
	json_set(person, "approximateAgeType", json_new_string(unit));
	json_set(person, "approximateAgeReferenceDate", json_new_int(until));
}

static const char *primary(const struct json *person, const char *type)
{
	for (const struct json *c = json_first(json_get(person, "personContactDetails")); c; c = json_next(c))
		if (is(c, "personContactDetailType", type) && json_true(json_get(c, "primaryContact")) && json_get_string(c, "contactInformation"))
			return json_get_string(c, "contactInformation");
	return "";
}

void person_complete(struct json *person, int64_t now)
{
	char *phone = mem_strdup(primary(person, "PHONE")), *email = mem_strdup(primary(person, "EMAIL"));
	complete_age(person, now);
	json_set(person, "emailAddress", json_new_string(email));
	json_set(person, "phone", json_new_string(phone));
	mem_free(phone);
	mem_free(email);
}

void effects_person(struct push *p)
{
	static const char *const death[] = {"deathDate", "causeOfDeath", "causeOfDeathDisease", "causeOfDeathDetails", "deathPlaceType",
		"deathPlaceDescription"};
	static const char *const burial[] = {"burialDate", "burialConductor", "burialPlaceDescription"};
	bool buried = is(p->stored, "presentCondition", "BURIED"), dead = buried || is(p->stored, "presentCondition", "DEAD");
	for (size_t i = 0; !dead && i < sizeof death / sizeof death[0]; i++)
		json_set(p->stored, death[i], NULL);
	for (size_t i = 0; !buried && i < sizeof burial / sizeof burial[0]; i++)
		json_set(p->stored, burial[i], NULL);
	person_complete(p->stored, p->now);
	row_touch(p, p->stored); /* a person's push always moves its date: protocol.md D.5 */
	record_write(p->t, KIND_PERSONS, p->stored);
	bool renamed = p->before && (!json_equal(json_get(p->before, "firstName"), json_get(p->stored, "firstName")) ||
		!json_equal(json_get(p->before, "lastName"), json_get(p->stored, "lastName")));
	if (renamed)
		record_refresh_person(p->t, p->owner);
}

/* ---- tasks and the others ---- */

void effects_task(struct push *p)
{
	static const char *const contexts[] = {"caze", "contact", "event"};
	const char *status = json_get_string(p->stored, "taskStatus");
	bool changed = !p->before || !status || !was(p, "taskStatus", status);
	if (changed)
		set(p, p->stored, "statusChangeDate", json_new_int(p->now));
	for (size_t i = 0; i < sizeof contexts / sizeof contexts[0]; i++)
		if (json_get(p->stored, contexts[i]))
			json_set(p->stored, "contextReference", json_copy(json_get(p->stored, contexts[i])));
	record_write(p->t, KIND_TASKS, p->stored);
	struct json *caze;
	struct record r;
	if (!changed || !is(p->stored, "taskStatus", "DONE") || !is(p->stored, "taskType", "CASE_INVESTIGATION") ||
	    !record_tree(p->t, KIND_CASES, reference(p->stored, "caze"), &caze, &r))
		return;
	struct push q = {.t = p->t, .user = p->user, .kind = KIND_CASES, .now = p->now, .stored = caze, .before = json_copy(caze),
		.owner = r.uuid};
	if (is(caze, "investigationStatus", "PENDING")) {
		set(&q, caze, "investigationStatus", json_new_string("DONE"));
		effects_case(&q);
	}
	json_free(q.before);
	json_free(caze);
}

void effects_other(struct push *p)
{
	/* these two move at every push (recorded) */
	if (p->kind == KIND_SAMPLES || p->kind == KIND_WEEKLY_REPORTS)
		row_touch(p, p->stored);
	int64_t date;
	if (p->kind == KIND_CONTACTS) {
		if (json_get_int(p->stored, "reportDateTime", &date))
			json_set(p->stored, "reportDateTime", json_new_int(midnight(date)));
		if (p->fresh && json_get_int(p->stored, "reportDateTime", &date)) {
			int days = follow_up_days(json_get_string(p->stored, "disease"));
			json_set(p->stored, "followUpStatus", json_new_string(days ? "FOLLOW_UP" : "NO_FOLLOW_UP"));
			if (days)
				json_set(p->stored, "followUpUntil", json_new_int(midnight(date) + days * DATE_DAY_MS));
		}
	}
	if (model_field(model_of_kind(p->t->model, p->kind), "ownershipHandedOver"))
		json_set(p->stored, "ownershipHandedOver", json_new_bool(false));
	if (p->kind == KIND_EVENTS)
		json_set(p->stored, "multiDayEvent", json_new_bool(!json_is_null(json_get(p->stored, "endDate"))));
	static const char *const asked[] = {"pathogenTestingRequested", "additionalTestingRequested"};
	for (size_t i = 0; p->kind == KIND_SAMPLES && i < 2; i++)
		if (!json_get(p->stored, asked[i]))
			json_set(p->stored, asked[i], json_new_bool(false));
	if (p->kind == KIND_EVENT_PARTICIPANTS && !json_get(p->stored, "reportingUser"))
		json_set(p->stored, "reportingUser", reference_new(p->t, "User", p->user->fact->uuid));
	record_write(p->t, p->kind, p->stored);
}
