/* What the server changes by itself; deletion; texts; partial updates (protocol.md A.2, B.1, C.7, D.3, D.5). */
#include <stdio.h>
#include <string.h>

#include "world.h"

static void refresh(struct world *w, const char *kind, struct json **doc)
{
	struct json *now = read_one(&w->me, kind, text_at(*doc, "uuid"));
	if (now) {
		json_free(*doc);
		*doc = now;
	}
}

static void classification(struct world *w)
{
	struct json *p, *c;
	if (!world_can(w, "CASE_CLASSIFY") || !stored_pair(w, "Effects", &p, &c))
		return;
	put_text(c, "caseClassification", "CONFIRMED");
	check(push_me(w, "cases", c) == 200, "a classification is entered");
	refresh(w, "cases", &c);
	check(strcmp(text_at(c, "classificationUser.uuid"), text_at(w->user, "uuid")) == 0 && has(c, "classificationDate"),
		"the server adds user and date");
	int64_t before = date_at(p, "changeDate"), died = w->now - 3600000;
	put_text(c, "outcome", "DECEASED");
	put_date(c, "outcomeDate", died);
	check(push_me(w, "cases", c) == 200, "the outcome is DECEASED");
	refresh(w, "persons", &p);
	refresh(w, "cases", &c);
	check(strcmp(text_at(p, "presentCondition"), "DEAD") == 0 && strcmp(text_at(p, "causeOfDeath"), "EPIDEMIC_DISEASE") == 0 &&
		strcmp(text_at(p, "causeOfDeathDisease"), "CHOLERA") == 0 && date_at(p, "changeDate") > before,
			"the person is dead of it, and its date moved");
	check(date_at(c, "outcomeDate") == died && date_at(p, "deathDate") % 1000 == 0 && died - date_at(p, "deathDate") >= 0 &&
		died - date_at(p, "deathDate") < 2 * DATE_DAY_MS, "the death date lost its time, the outcome date did not");
	check(date_at(p, "approximateAgeReferenceDate") == date_at(p, "deathDate"), "the age is that at death");
	put_text(c, "healthFacility.uuid", "SORMAS-CONSTID-ISNONE-FACILITY");
	check(push_me(w, "cases", c) == 200, "the facility is none");
	refresh(w, "cases", &c);
	check(!has(c, "facilityType"), "so the facility's type is gone");
	json_free(p);
	json_free(c);
}

static void tasks(struct world *w)
{
	struct json *p, *c, *task = NULL;
	if (!world_can(w, "TASK_EDIT") || !stored_pair(w, "Tasks", &p, &c))
		return;
	char *path = mem_printf("/tasks/all/%lld", (long long)date_at(c, "changeDate") - 60000);
	struct reply r = client_get(&w->me, path);
	mem_free(path);
	for (const struct json *t = json_first(r.json); t; t = json_next(t))
		if (strcmp(text_at(t, "caze.uuid"), text_at(c, "uuid")) == 0)
			task = json_copy(t);
	reply_done(&r);
	if (check(task && strcmp(text_at(task, "taskType"), "CASE_INVESTIGATION") == 0 && !has(task, "creatorUser"),
		"the server made a task for the new case")) {
		check(push_me(w, "tasks", task) == 400, "pushed back as it came it is refused (contextReference)");
		json_remove(task, "contextReference");
		put_text(task, "taskStatus", "DONE");
		check(push_me(w, "tasks", task) == 200, "without that key it is stored");
		refresh(w, "cases", &c);
		check(strcmp(text_at(c, "investigationStatus"), "DONE") == 0 && has(c, "investigatedDate"), "and the case is investigated");
	}
	json_free(task);
	json_free(p);
	json_free(c);
}

static void truncated(struct world *w)
{
	static const char *const cut[] = {"prohibitionToWorkFrom", "prohibitionToWorkUntil", "previousInfectionDate", "previousQuarantineTo"};
	static const char *const whole[] = {"reportDate", "quarantineFrom", "quarantineTo", "hospitalization.admissionDate",
		"hospitalization.dischargeDate",
		"symptoms.onsetDate", "maternalHistory.rubellaOnset", "portHealthInfo.departureDateTime"};
	struct json *p, *c;
	int64_t noon = w->now - w->now % DATE_DAY_MS - 3 * DATE_DAY_MS + DATE_DAY_MS / 2;
	if (!stored_pair(w, "Dates", &p, &c))
		return;
	for (size_t i = 0; i < 4; i++)
		put_date(c, cut[i], noon);
	for (size_t i = 0; i < 8; i++)
		put_date(c, whole[i], noon + 123);
	check(push_me(w, "cases", c) == 200, "dates with a time are sent");
	refresh(w, "cases", &c);
	for (size_t i = 0; i < 4; i++)
		check(date_at(c, cut[i]) != noon && noon - date_at(c, cut[i]) > 0 && noon - date_at(c, cut[i]) <= DATE_DAY_MS, "%s lost its time",
			cut[i]);
	for (size_t i = 0; i < 8; i++)
		check(date_at(c, whole[i]) == noon + 123, "%s came back to the millisecond", whole[i]);
	json_free(p);
	json_free(c);
}

static void texts(struct world *w)
{
	static const char *const samples[] = {"Žofie Ñandú", "名前", "😀 emoji", "<b>bold</b> & \"q\"", " lead/trail ", "tab\tnl\nx", "O'Neil",
		"=1+1", ""};
	struct json *p, *c;
	if (!stored_pair(w, "Texts", &p, &c))
		return;
	for (size_t i = 0; i < sizeof samples / sizeof samples[0]; i++) {
		put_text(c, "additionalDetails", samples[i]);
		int status = push_me(w, "cases", c);
		refresh(w, "cases", &c);
		check(status == 200 && has(c, "additionalDetails") && strcmp(text_at(c, "additionalDetails"), samples[i]) == 0,
			"text %zu comes back unchanged", i + 1);
	}
	char *big = mem_alloc(1000002);
	memset(big, 'x', 1000001);
	big[1000001] = '\0';
	put_text(c, "additionalDetails", big);
	check(push_me(w, "cases", c) == 400, "1,000,001 characters: 400");
	big[1000000] = '\0';
	put_text(c, "additionalDetails", big);
	check(push_me(w, "cases", c) == 200, "1,000,000 characters: stored");
	refresh(w, "cases", &c);
	check(strlen(text_at(c, "additionalDetails")) == 1000000, "and they come back");
	mem_free(big);
	json_free(p);
	json_free(c);
}

static void deleted(struct world *w)
{
	struct json *p, *c;
	if (!stored_pair(w, "Deleted", &p, &c))
		return;
	put(c, "deleted", json_new_bool(true));
	put_text(c, "deletionReason", "OTHER_REASON");
	check(push_me(w, "cases", c) == 200, "deleted:true is obeyed in a push");
	refresh(w, "cases", &c);
	check(json_true(json_get(c, "deleted")), "a query still delivers the case");
	char *path = mem_printf("/cases/obsolete/%lld", (long long)date_at(c, "changeDate")), *later = mem_printf("/cases/obsolete/%lld",
		(long long)date_at(c, "changeDate") + 1);
	struct reply r = client_get(&w->me, path), s = client_get(&w->me, later), u = client_get(&w->me, "/cases/uuids");
	check(strstr(r.body, text_at(c, "uuid")), "it is obsolete since its own date (inclusive)");
	check(!strstr(s.body, text_at(c, "uuid")), "not since a millisecond later");
	check(!strstr(u.body, text_at(c, "uuid")), "and not among the uuids");
	reply_done(&r);
	reply_done(&s);
	reply_done(&u);
	mem_free(path);
	mem_free(later);
	json_remove(c, "deleted");
	json_remove(c, "deletionReason");
	check(push_me(w, "cases", c) == 200, "a push without the key");
	refresh(w, "cases", &c);
	check(!json_true(json_get(c, "deleted")), "revives it");
	json_free(p);
	json_free(c);
}

static void post_update(struct world *w)
{
	struct json *p, *c, *patch = json_new_object(), *stay = json_new_object();
	if (!stored_pair(w, "Patch", &p, &c)) {
		json_free(patch);
		json_free(stay);
		return;
	}
	char *path = mem_printf("/cases/postUpdate/%s", text_at(c, "uuid"));
	put_text(patch, "uuid", text_at(c, "uuid"));
	put_text(stay, "uuid", text_at(c, "hospitalization.uuid"));
	put_text(stay, "description", "patched");
	put(patch, "hospitalization", stay);
	struct reply r = client_post(&w->me, path, patch);
	check(r.status == 200 && strcmp(text_at(r.json, "hospitalization.description"), "patched") == 0 &&
		strcmp(text_at(r.json, "disease"), "CHOLERA") == 0, "postUpdate changes the keys present and answers the case (got %ld)", r.status);
	reply_done(&r);
	put_text(patch, "nosuch", "x");
	r = client_post(&w->me, path, patch);
	check(r.status == 500 && r.body[0] == '"', "an unknown key: 500 with a text (got %ld)", r.status);
	reply_done(&r);
	json_remove(patch, "nosuch");
	put_date(patch, "changeDate", date_at(c, "changeDate") - 100000);
	r = client_post(&w->me, path, patch);
	check(r.status == 409 && strncmp(r.body, "\"CaseDataDto is older", 21) == 0, "a stale date that is sent is checked: 409 (got %ld)",
		r.status);
	reply_done(&r);
	put(patch, "changeDate", NULL);
	json_remove(patch, "uuid");
	r = client_post(&w->me, path, patch);
	check(r.status == 500, "without the root uuid: 500 (got %ld)", r.status);
	reply_done(&r);
	mem_free(path);
	json_free(patch);
	struct json *both = json_new_object(), *person = new_person(w, "Both", "Atonce");
	put(both, "coreData", new_case(w, text_at(person, "uuid")));
	put(both, "person", person);
	r = client_post(&w->me, "/cases/pushWithPerson", both);
	check(r.status == 200 && strcmp(text_at(r.json, "person.firstName"), "Both") == 0 && has(r.json, "coreData.epidNumber"),
		"pushWithPerson stores both and answers both (got %ld)", r.status);
	reply_done(&r);
	r = client_post(&w->me, "/cases/pushWithPerson", both);
	check(r.status == 409 && r.body[0] == '"', "again: 409 with a text (got %ld)", r.status);
	reply_done(&r);
	json_free(both);
	json_free(p);
	json_free(c);
}

void test_effects(struct world *w)
{
	classification(w);
	tasks(w);
	truncated(w);
	texts(w);
	deleted(w);
	post_update(w);
}
