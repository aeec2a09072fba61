/* Login, handshake, odd requests, infrastructure (protocol.md A, B.3, B.4). */
#include <stdio.h>
#include <string.h>

#include "world.h"

static void expect_text(struct world *w, const char *path, long status, const char *body)
{
	struct reply r = client_get(&w->me, path);
	check(r.status == status && strcmp(r.body, body) == 0, "GET %s: %ld %s (got %ld %.60s)", path, status, body, r.status, r.body);
	reply_done(&r);
}

static void expect_refused(const struct ask *ask, const char *why)
{
	struct reply r = client_send(ask);
	check(r.status == 401 && strcmp(r.challenge, "Basic realm=\"sormas-rest-realm\"") == 0 && strncmp(r.type, "text/html", 9) == 0,
		"%s: 401 with the realm and an HTML page (got %ld %s)", why, r.status, r.type);
	reply_done(&r);
}

static void login(struct world *w)
{
	const struct account wrong = {w->me.user, "certainly not this"}, nobody = {"nobody-at-all", "x"};
	struct ask ask = {.method = "GET", .path = "/info/version"};
	expect_refused(&ask, "no credentials");
	ask.account = &wrong;
	expect_refused(&ask, "a wrong password");
	ask.account = &nobody;
	expect_refused(&ask, "an unknown user");
	ask.account = NULL;
	ask.authorization = "Bearer abcdef";
	expect_refused(&ask, "Bearer instead of Basic");
	char *lower = text_lower(w->me.user);
	struct account small = {lower, w->me.password};
	struct reply r = client_get(&small, "/info/version");
	check(r.status == 200, "the user name in lower case is accepted (got %ld)", r.status);
	reply_done(&r);
	mem_free(lower);
}

static void handshake(struct world *w)
{
	expect_text(w, "/info/checkcompatibility?appVersion=1.104.0", 200, "\"COMPATIBLE\"");
	expect_text(w, "/info/checkcompatibility?appVersion=1.104.0-SNAPSHOT", 200, "\"COMPATIBLE\"");
	expect_text(w, "/info/checkcompatibility?appVersion=1.93.0", 200, "\"TOO_OLD\"");
	expect_text(w, "/info/checkcompatibility?appVersion=99.0.0", 200, "\"TOO_NEW\"");
	struct reply r = client_get(&w->me, "/info/checkcompatibility?appVersion=junk");
	check(r.status == 500 && r.body[0] == '"', "a version without numbers: 500 with a text (got %ld %.40s)", r.status, r.body);
	reply_done(&r);
	r = client_get(&w->me, "/info/locale");
	check(r.status == 200 && r.len >= 4 && r.body[0] == '"' && r.body[r.len - 1] == '"', "the locale comes in quotes (got %.20s)", r.body);
	reply_done(&r);
	r = client_get(&w->me, "/info/countryname");
	check(r.status == 200 && r.len >= 2 && r.body[0] == '"', "the country's name comes in quotes, empty or not (got %ld)", r.status);
	reply_done(&r);
	r = client_get(&w->me, "/users/rights");
	check(json_is_array(r.json) && json_count(r.json) > 5 && world_can(w, "SORMAS_REST"), "users/rights is a list with SORMAS_REST");
	reply_done(&r);
}

static void expect_web_error(struct world *w, const struct ask *ask, const char *text)
{
	struct ask own = *ask;
	own.account = &w->me;
	struct reply r = client_send(&own);
	char *quoted = mem_printf("\"%s\"", text);
	check(r.status == 500 && strcmp(r.body, quoted) == 0, "%s %s: 500 \"%s\" (got %ld %.60s)", ask->method, ask->path, text, r.status, r.body);
	mem_free(quoted);
	reply_done(&r);
}

static void expect_status(struct world *w, const struct ask *ask, long status, bool empty, const char *what)
{
	struct ask own = *ask;
	own.account = &w->me;
	struct reply r = client_send(&own);
	check(r.status == status && (!empty || r.len == 0), "%s: %ld%s (got %ld, %zu bytes)", what, status, empty ? " and empty" : "",
		r.status, r.len);
	reply_done(&r);
}

static void odd_requests(struct world *w)
{
	expect_web_error(w, &(struct ask){.method = "GET", .path = "/nosuch"}, "HTTP 404 Not Found");
	expect_web_error(w, &(struct ask){.method = "GET", .path = "/cases/all/abc"}, "HTTP 404 Not Found");
	expect_web_error(w, &(struct ask){.method = "PUT", .path = "/cases/push"}, "HTTP 405 Method Not Allowed");
	expect_web_error(w, &(struct ask){.method = "POST", .path = "/cases/push", .body = "[]", .type = "text/plain"},
		"HTTP 415 Unsupported Media Type");
	expect_web_error(w, &(struct ask){.method = "GET", .path = "/cases/all/4102444800000", .accept = "text/html"}, "HTTP 406 Not Acceptable");
	expect_web_error(w, &(struct ask){.method = "POST", .path = "/userroles/query", .body = "[]"}, "HTTP 404 Not Found");
	expect_web_error(w, &(struct ask){.method = "GET", .path = "/facilities/all/0"}, "HTTP 404 Not Found");
	expect_web_error(w, &(struct ask){.method = "GET", .path = "/persons/obsolete/0"}, "HTTP 404 Not Found");
	expect_web_error(w, &(struct ask){.method = "GET", .path = "/regions/all/0/10/NO_LAST_SYNCED_UUID"}, "HTTP 404 Not Found");
	expect_status(w, &(struct ask){.method = "GET", .path = "/cases/push"}, 204, true, "GET cases/push is read as a uuid");
	expect_status(w, &(struct ask){.method = "GET", .path = "/cases/xx"}, 204, true, "an impossible uuid");
	expect_status(w, &(struct ask){.method = "POST", .path = "/cases/push", .body = "[]"}, 200, true, "an empty list pushed");
	expect_status(w, &(struct ask){.method = "POST", .path = "/cases/push", .body = ""}, 200, true, "an empty body pushed");
	expect_status(w, &(struct ask){.method = "POST", .path = "/cases/push", .body = "[]", .type = "application/json"}, 200, true,
		"a type without charset");
	expect_status(w, &(struct ask){.method = "HEAD", .path = "/info/version"}, 200, true, "HEAD");
	expect_status(w, &(struct ask){.method = "POST", .path = "/cases/query", .body = "\x1f\x8b\x08", .body_len = 3}, 400, false,
		"bytes that are not JSON");
}

/* ---- infrastructure ---- */

static const char *const dates[] = {"continent", "subcontinent", "country", "area", "region", "district", "community", "facility",
	"pointOfEntry",
	"user", "diseaseClassification", "diseaseConfiguration", "userRole", "featureConfiguration"};
static const char *const lists[] = {"continents", "subcontinents", "countries", "areas", "regions", "districts", "communities",
	"facilities",
	"pointsOfEntry", "users", "diseaseClassifications", "diseaseConfigurations", "userRoles", "featureConfigurations"};

static struct json *bundle(const int64_t *since, const char *without)
{
	struct json *o = json_new_object();
	for (size_t i = 0; i < 14; i++) {
		char *key = mem_printf("%sChangeDate", dates[i]);
		if (!without || strcmp(without, dates[i]) != 0)
			put_date(o, key, since ? since[i] : 0);
		mem_free(key);
	}
	return o;
}

static struct reply ask_bundle(struct world *w, const int64_t *since, const char *without)
{
	struct json *o = bundle(since, without);
	struct reply r = client_post(&w->me, "/infrastructure/sync", o);
	json_free(o);
	return r;
}

static void infrastructure(struct world *w)
{
	int64_t newest[14] = {0};
	bool complete = true, empty = true;
	struct reply r = ask_bundle(w, NULL, NULL);
	if (!check(r.status == 200 && json_is_bool(json_get(r.json, "initialSyncRequired")), "the bundle answers (got %ld)", r.status)) {
		reply_done(&r);
		return;
	}
	for (size_t i = 0; i < 14; i++) {
		complete = complete && json_get(r.json, lists[i]);
		for (const struct json *c = json_first(json_get(r.json, lists[i])); c; c = json_next(c))
			if (date_at(c, "changeDate") > newest[i])
				newest[i] = date_at(c, "changeDate");
	}
	check(complete && json_get(r.json, "deletedUserRoleUuids") && json_get(r.json, "deletedFeatureConfigurationUuids"),
		"the bundle has all of its lists");
	reply_done(&r);
	r = ask_bundle(w, newest, NULL);
	for (size_t i = 0; i < 14; i++)
		empty = empty && json_count(json_get(r.json, lists[i])) == 0;
	check(r.status == 200 && empty, "with the newest dates all lists are empty");
	reply_done(&r);
	newest[9]--;
	r = ask_bundle(w, newest, NULL);
	check(json_count(json_get(r.json, "users")) == 0, "one millisecond before the newest user: not delivered");
	reply_done(&r);
	newest[9]--;
	r = ask_bundle(w, newest, NULL);
	check(json_count(json_get(r.json, "users")) >= 1, "two milliseconds before the newest user: delivered");
	reply_done(&r);
	static const char *const needed[] = {"facility", "diseaseClassification", "userRole", "featureConfiguration"};
	for (size_t i = 0; i < 4; i++) {
		r = ask_bundle(w, NULL, needed[i]);
		check(r.status == 500, "without the date of %s: 500 (got %ld)", needed[i], r.status);
		reply_done(&r);
	}
	r = ask_bundle(w, NULL, "continent");
	check(r.status == 200, "without the date of continent: taken as 0 (got %ld)", r.status);
	reply_done(&r);
}

static void kinds(struct world *w)
{
	static const char *const plain[] = {"continents", "regions", "districts", "communities", "pointsofentry", "persons", "cases", "contacts"};
	static const char *const crashing[] = {"users", "featureconfigurations", "diseaseconfigurations", "customizableenumvalues", "tasks"};
	struct json *none = json_new_array(), *unknown = json_new_array();
	char uuid[UUID_SIZE];
	new_uuid(w, uuid);
	json_append(unknown, json_new_string(uuid));
	for (size_t i = 0; i < sizeof plain / sizeof plain[0]; i++) {
		char *path = mem_printf("/%s/query", plain[i]);
		struct reply r = client_post(&w->me, path, none), s = client_post(&w->me, path, unknown);
		check(r.status == 200 && json_is_array(r.json) && json_count(r.json) == 0, "%s/query of nothing: [] (got %ld)", plain[i], r.status);
		check(s.status == 200 && json_count(s.json) == 0, "%s/query of an unknown uuid: [] (got %ld)", plain[i], s.status);
		reply_done(&r);
		reply_done(&s);
		mem_free(path);
	}
	for (size_t i = 0; i < sizeof crashing / sizeof crashing[0]; i++) {
		char *path = mem_printf("/%s/query", crashing[i]);
		struct reply r = client_post(&w->me, path, none);
		check(r.status == 500 && strncmp(r.body, "\"CORBA TRANSACTION_ROLLEDBACK", 29) == 0, "%s/query of nothing: 500 (got %ld)",
			crashing[i], r.status);
		reply_done(&r);
		mem_free(path);
	}
	if (!world_can(w, "OUTBREAK_VIEW")) {
		struct reply r = client_get(&w->me, "/outbreaks/uuids");
		check(r.status == 403 && r.body[0] == '"', "outbreaks without the right: 403 with a text (got %ld)", r.status);
		reply_done(&r);
	}
	json_free(none);
	json_free(unknown);
}

void test_wire(struct world *w)
{
	login(w);
	handshake(w);
	odd_requests(w);
	infrastructure(w);
	kinds(w);
}
