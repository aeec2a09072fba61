/* Since, pages, who sees what, limits, simultaneous pushes (protocol.md A.1, A.5, B.1, D.4, D.6). */
#include <stdio.h>
#include <string.h>

#include "world.h"

static bool pulled(struct world *w, const char *kind, int64_t since, const char *rest, const char *uuid)
{
	char *path = mem_printf("/%s/all/%lld%s", kind, (long long)since, rest);
	struct reply r = client_get(&w->me, path);
	bool found = r.status == 200 && strstr(r.body, uuid);
	mem_free(path);
	reply_done(&r);
	return found;
}

static void since(struct world *w)
{
	struct json *p, *c;
	if (!stored_pair(w, "Since", &p, &c))
		return;
	int64_t cd = date_at(c, "changeDate"), pd = date_at(p, "changeDate");
	const char *cu = text_at(c, "uuid"), *pu = text_at(p, "uuid");
	int64_t newest = cd; /* a part may be a millisecond or two newer than the case */
	static const char *const parts[] = {"hospitalization", "symptoms", "epiData", "therapy", "clinicalCourse", "maternalHistory",
		"portHealthInfo",
		"healthConditions"};
	for (size_t i = 0; i < 8; i++) {
		char *path = mem_printf("%s.changeDate", parts[i]);
		newest = date_at(c, path) > newest ? date_at(c, path) : newest;
		mem_free(path);
	}
	check(pulled(w, "cases", cd - 1, "", cu), "a case is delivered from its date - 1 ms on");
	check(!pulled(w, "cases", newest, "", cu), "but not from its (newest) date itself");
	check(pulled(w, "cases", cd - 1, "/1000/NO_LAST_SYNCED_UUID", cu), "the same on a first page");
	check(pulled(w, "persons", pd - 1, "", pu), "a person is delivered from its date - 1 ms on");
	int64_t address = date_at(p, "address.changeDate");
	check(!pulled(w, "persons", address > pd ? address : pd, "", pu), "but not from its date itself");
	json_free(p);
	json_free(c);
}

static void parts_only(struct world *w)
{
	struct json *p, *c;
	if (!stored_pair(w, "Partsonly", &p, &c))
		return;
	push_me(w, "cases", c); /* the first verbatim push moves the case once */
	struct json *now = read_one(&w->me, "cases", text_at(c, "uuid"));
	json_free(c);
	c = now;
	int64_t own = date_at(c, "changeDate");
	put_text(c, "hospitalization.description", "a part only");
	push_me(w, "cases", c);
	now = read_one(&w->me, "cases", text_at(c, "uuid"));
	json_free(c);
	c = now;
	int64_t stay = date_at(c, "hospitalization.changeDate");
	check(date_at(c, "changeDate") == own && stay > own, "only the hospitalization has a new date");
	check(pulled(w, "cases", stay - 1, "", text_at(c, "uuid")), "an unpaged pull after the case's own date delivers it");
	check(pulled(w, "cases", stay - 1, "/1000/NO_LAST_SYNCED_UUID", text_at(c, "uuid")), "a first page, too");
	check(!pulled(w, "cases", stay - 1, "/1000/AAAAAA-AAAAAA-AAAAAA-AAAAAAAA", text_at(c, "uuid")), "a later page does not");
	json_free(p);
	json_free(c);
}

static void pages(struct world *w, const char *kind)
{
	char last[UUID_SIZE] = "NO_LAST_SYNCED_UUID";
	int64_t from = w->now - DATE_DAY_MS, previous = from;
	size_t total = 0, requests = 0;
	bool ordered = true, again = true;
	while (again && requests++ < 200) {
		char *path = mem_printf("/%s/all/%lld/7/%s", kind, (long long)from, last);
		struct reply r = client_get(&w->me, path);
		size_t n = json_count(r.json);
		for (const struct json *c = json_first(r.json); c; c = json_next(c)) {
			ordered = ordered && date_at(c, "changeDate") >= previous;
			previous = date_at(c, "changeDate");
			snprintf(last, sizeof last, "%s", text_at(c, "uuid"));
			from = previous;
		}
		total += n;
		again = n == 7;
		mem_free(path);
		reply_done(&r);
	}
	check(ordered && total > 0 && requests < 200, "pages of %s come in the order of their dates and end (%zu rows in %zu pages)", kind,
		total, requests);
}

static void limits(struct world *w)
{
	struct buf b;
	buf_init(&b, 0);
	for (int i = 0; i < 65536; i++)
		buf_printf(&b, "%s\"AAAAAA-AAAAAA-AAAAAA-AAA%05d\"", i ? "," : "[", i);
	buf_add_char(&b, ']');
	struct reply r = client_send(&(struct ask){.account = &w->me, .method = "POST", .path = "/persons/query", .body = b.data,
		.body_len = b.len});
	check(r.status == 500, "65,536 uuids in a query: 500 (got %ld)", r.status);
	reply_done(&r);
	buf_done(&b);
	bool closed = false;
	for (int i = 0; i < 260 && !closed; i++) {
		r = client_get(&w->me, "/info/version");
		closed = r.close;
		reply_done(&r);
	}
	check(closed, "a connection is closed after 250 requests");
}

static void parallel(struct world *w)
{
	struct json *p, *c;
	struct ask asks[6];
	struct reply replies[6];
	char *bodies[6];
	int stored = 0, crashed = 0;
	if (!stored_pair(w, "Parallel", &p, &c))
		return;
	for (int i = 0; i < 6; i++) {
		char *text = mem_printf("parallel %d", i), *doc;
		put_text(c, "additionalDetails", text);
		doc = json_print(c, NULL);
		bodies[i] = mem_printf("[%s]", doc);
		asks[i] = (struct ask){.account = &w->me, .method = "POST", .path = "/cases/push", .body = bodies[i]};
		mem_free(doc);
		mem_free(text);
	}
	client_send_all(asks, replies, 6);
	for (int i = 0; i < 6; i++) {
		stored += replies[i].status == 200;
		crashed += replies[i].status == 500;
		reply_done(&replies[i]);
		mem_free(bodies[i]);
	}
	check(stored >= 1 && crashed >= 1, "simultaneous pushes of one case: some are system exceptions (%d stored, %d crashed)", stored, crashed);
	json_free(p);
	json_free(c);
}

static void other_district(struct world *w)
{
	struct json *p, *c, *masked;
	char *text = NULL;
	if (!w->second.user) {
		skip("another district's user", "no --second account");
		return;
	}
	if (!stored_pair(w, "Elsewhere", &p, &c))
		return;
	put_text(c, "additionalDetails", "case secret");
	push_me(w, "cases", c);
	masked = read_one(&w->second, "cases", text_at(c, "uuid"));
	check(masked && json_true(json_get(masked, "pseudonymized")) && json_is_bool(json_get(masked, "inJurisdiction")) &&
		!json_true(json_get(masked, "inJurisdiction")), "a case of another district comes masked by query");
	check(masked && has(masked, "additionalDetails") && !text_at(masked, "additionalDetails")[0] && strcmp(text_at(masked,
		"person.caption"), " ") == 0 &&
		!has(masked, "healthFacility") && !has(masked, "healthConditions") && !has(masked, "surveillanceOfficer") && has(masked,
			"responsibleDistrict"),
		"texts are empty, names gone, places and conditions left out");
	struct reply r = client_get(&w->second, "/cases/uuids");
	check(!strstr(r.body, text_at(c, "uuid")), "it is not among that user's uuids");
	reply_done(&r);
	if (masked)
		check(push_one(&w->second, "cases", masked, &text) == 403 && strcmp(text,
			"The case outside the user's jurisdiction can not be edited") == 0,
			"pushed back: 403 (got %.60s)", text ? text : "");
	mem_free(text);
	json_free(masked);
	masked = read_one(&w->second, "persons", text_at(p, "uuid"));
	check(masked && strcmp(text_at(masked, "firstName"), "Confidential") == 0 && !has(masked, "birthdateDD"), "the person is masked, too");
	if (masked) {
		put_text(masked, "firstName", "Changed");
		put_text(masked, "educationType", "PRIMARY");
		check(push_one(&w->second, "persons", masked, NULL) == 200, "pushing the masked person: 200");
		struct json *now = read_one(&w->me, "persons", text_at(p, "uuid"));
		check(strcmp(text_at(now, "firstName"), "Ada") == 0 && strcmp(text_at(now, "educationType"), "PRIMARY") == 0,
			"personal fields are dropped, others are stored");
		json_free(now);
	}
	json_free(masked);
	json_free(p);
	json_free(c);
}

void test_reading(struct world *w)
{
	since(w);
	parts_only(w);
	pages(w, "cases");
	pages(w, "persons");
	other_district(w);
	parallel(w);
	limits(w);
}
