/* The recorded exchanges of a real server, replayed (recorded/README.md "Using them"): own uuids for the clients' records, dates as this
 * server gave them plus the recorded difference, what must not be compared left out. One TAP point a scenario. */
#include <dirent.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "recorded.h"

#define SCENARIO_MAX_BYTES ((size_t)16 * 1024 * 1024)
#define SHOWN_DIFFERENCES 6
#define NUL_SIGN "\xEF\xB7\x90" /* U+FDD0 stands for \u0000, which our JSON refuses */

/* ---- maps of uuids ---- */

static void keep(struct pairs *m, const char *key, const char *value, int64_t number)
{
	for (size_t i = 0; i < m->count; i++) {
		if (strcmp(m->list[i].key, key) != 0)
			continue;
		snprintf(m->list[i].value, sizeof m->list[i].value, "%s", value ? value : "");
		m->list[i].number = number;
		return;
	}
	void *array = m->list;
	mem_grow(&array, &m->cap, m->count + 1, sizeof *m->list);
	m->list = array;
	struct pair *p = &m->list[m->count++];
	snprintf(p->key, sizeof p->key, "%s", key);
	snprintf(p->value, sizeof p->value, "%s", value ? value : "");
	p->number = number;
}

static void forget(struct pairs *m, const char *key)
{
	for (size_t i = 0; i < m->count; i++)
		if (strcmp(m->list[i].key, key) == 0)
			m->list[i] = m->list[--m->count];
}

static const struct pair *find(const struct pairs *m, const char *key)
{
	for (size_t i = 0; key && i < m->count; i++)
		if (strcmp(m->list[i].key, key) == 0)
			return &m->list[i];
	return NULL;
}

static void pairs_clear(struct pairs *m)
{
	mem_free(m->list);
	memset(m, 0, sizeof *m);
}

/* ---- uuids of clients in a text ---- */

static bool is_uuid(const char *s)
{
	static const int groups[] = {6, 6, 6, 8};
	for (int g = 0; g < 4; g++) {
		for (int i = 0; i < groups[g]; i++, s++)
			if (!((*s >= 'A' && *s <= 'Z') || (*s >= '2' && *s <= '7')))
				return false;
		if (g < 3 && *s++ != '-')
			return false;
	}
	return true;
}

/* The scenario's text with its clients' uuids replaced by new ones; those of users and places by this server's. */
static char *own_uuids(struct replay *r, const char *text)
{
	struct buf out;
	buf_init(&out, 0);
	while (*text) {
		char uuid[UUID_SIZE], fresh[UUID_SIZE];
		if (strncmp(text, "\\u0000", 6) == 0) {
			buf_add_text(&out, NUL_SIGN);
			text += 6;
			continue;
		}
		if (!is_uuid(text)) {
			buf_add_char(&out, *text++);
			continue;
		}
		snprintf(uuid, 30, "%s", text);
		const struct pair *known = find(&r->places, uuid);
		if (!known)
			known = find(&r->own, uuid);
		if (!known) {
			new_uuid(r->w, fresh);
			keep(&r->own, uuid, fresh, 0);
			known = find(&r->own, uuid);
		}
		buf_add_text(&out, known->value);
		text += 29;
	}
	return buf_take(&out, NULL);
}

static void map_enum_values(struct replay *r, const char *folder)
{
	char *path = path_join(folder, "08-infrastructure-users-configuration.json"), *text = NULL;
	size_t len;
	struct json *recorded = NULL;
	struct reply here = client_get(&r->w->me, "/customizableenumvalues/all/0");
	if (path_read(path, SCENARIO_MAX_BYTES, &text, &len, NULL) == ST_OK && json_parse(text, len, &recorded, NULL) == ST_OK) {
		for (const struct json *e = json_first(json_get(recorded, "exchanges")); e; e = json_next(e)) {
			if (strcmp(text_at(e, "request.path"), "/customizableenumvalues/all/0") != 0)
				continue;
			for (const struct json *c = json_first(value_at(e, "response.body")); c; c = json_next(c))
				for (const struct json *m = json_first(here.json); m; m = json_next(m))
					if (strcmp(text_at(c, "value"), text_at(m, "value")) == 0 && strcmp(text_at(c, "dataType"), text_at(m, "dataType")) == 0 &&
					    json_equal(json_get(c, "diseases"), json_get(m, "diseases")))
						keep(&r->places, text_at(c, "uuid"), text_at(m, "uuid"), 0);
		}
	}
	json_free(recorded);
	reply_done(&here);
	mem_free(text);
	mem_free(path);
}

/* Users and facilities of the recorded installation by name: their uuids here. */
static void map_places(struct replay *r, const char *folder)
{
	char *path = path_join(folder, "05-infrastructure-first.json"), *text = NULL;
	size_t len;
	struct json *recorded = NULL, *zero = json_new_object();
	static const struct { const char *list, *name; } lists[] = {{"users", "userName"}, {"facilities", "name"}, {"pointsOfEntry", "name"},
		{"userRoles", "linkedDefaultUserRole"}, {"featureConfigurations", NULL}, {"diseaseConfigurations", "disease"}};
	if (path_read(path, SCENARIO_MAX_BYTES, &text, &len, NULL) != ST_OK || json_parse(text, len, &recorded, NULL) != ST_OK)
		recorded = NULL;
	struct json *dates = json_copy(value_at(recorded, "exchanges[0].request.body"));
	struct reply here = client_post(&r->w->me, "/infrastructure/sync", dates ? dates : zero);
	for (size_t i = 0; i < sizeof lists / sizeof lists[0]; i++) {
		const struct json *theirs = json_get(value_at(recorded, "exchanges[0].response.body"), lists[i].list);
		const struct json *mine = json_first(json_get(here.json, lists[i].list));
		for (const struct json *c = json_first(theirs); c; c = json_next(c)) {
			const char *uuid = text_at(c, "uuid"), *found = uuid;
			for (const struct json *m = mine; m && lists[i].name; m = json_next(m))
				if (strcmp(text_at(m, lists[i].name), text_at(c, lists[i].name)) == 0)
					found = text_at(m, "uuid");
			keep(&r->places, uuid, found, 0);
		}
	}
	json_free(dates);
	json_free(zero);
	json_free(recorded);
	reply_done(&here);
	mem_free(text);
	mem_free(path);
}

/* ---- dates ---- */

static void learn_dates(struct pairs *m, const struct json *v)
{
	const char *uuid = json_is_object(v) ? json_get_string(v, "uuid") : NULL;
	int64_t date;
	if (uuid && json_get_int(v, "changeDate", &date))
		keep(m, uuid, NULL, date);
	for (const struct json *c = json_first(v); c; c = json_next(c))
		if (json_is_object(c) || json_is_array(c))
			learn_dates(m, c);
}

/* A request's dates and the uuids that the server made, turned into this server's. */
static void translate(struct replay *r, struct json *v)
{
	if (json_is_object(v)) {
		const char *uuid = json_get_string(v, "uuid");
		const struct pair *alias = find(&r->aliases, uuid), *theirs = find(&r->their_dates, uuid), *mine;
		int64_t date;
		mine = find(&r->my_dates, alias ? alias->value : uuid);
		if (theirs && mine && json_get_int(v, "changeDate", &date) && date != 0 && llabs(date - theirs->number) < 1000000000)
			put_date(v, "changeDate", mine->number + (date - theirs->number));
		if (alias)
			put_text(v, "uuid", alias->value);
	}
	for (struct json *c = json_first(v), *next; c; c = next) {
		next = json_next(c);
		if (json_is_object(c) || json_is_array(c))
			translate(r, c);
		else if (json_is_array(v) && json_string(c) && find(&r->aliases, json_string(c)))
			return; /* a list of server-made uuids: not followed */
	}
}

static char *translate_path(struct replay *r, const char *path)
{
	static const char *const words[] = {"/all/", "/obsolete/", "/deleted/", "/archived/"};
	for (size_t i = 0; i < 4; i++) {
		const char *at = strstr(path, words[i]);
		if (!at)
			continue;
		at += strlen(words[i]);
		char *end;
		int64_t since = strtoll(at, &end, 10);
		for (size_t k = 0; k < r->their_dates.count && since > 1000000; k++) {
			const struct pair *theirs = &r->their_dates.list[k], *mine = find(&r->my_dates, theirs->key);
			if (mine && llabs(theirs->number - since) <= 5)
				return mem_printf("%.*s%lld%s", (int)(at - path), path, (long long)(mine->number + since - theirs->number), end);
		}
	}
	return mem_strdup(path);
}

/* ---- comparing ---- */

static void differ(struct replay *r, const char *path, const char *what)
{
	if (r->quiet) {
		r->differences++;
		return;
	}
	if (r->differences++ < SHOWN_DIFFERENCES)
		diag("%s [%zu] %s %s", r->name, r->index, path, what);
}

static bool not_compared(const char *key)
{
	static const char *const keys[] = {"changeDate", "creationDate", "approximateAgeReferenceDate", "approximateAge", "approximateAgeType",
		"epidNumber",
		"followUpUntil", "classificationDate", "investigatedDate", "dueDate", "suggestedStart", "statusChangeDate"};
	for (size_t i = 0; key && i < sizeof keys / sizeof keys[0]; i++)
		if (strcmp(keys[i], key) == 0)
			return true;
	return false;
}

/* Leaves out what stands in parentheses: the dates of a 409, a uuid made at random. */
static char *without_dates(const char *s)
{
	struct buf b;
	int depth = 0;
	buf_init(&b, 0);
	for (; *s; s++) {
		depth += *s == '(';
		if (depth == 0)
			buf_add_char(&b, *s);
		depth -= *s == ')' && depth > 0;
	}
	return buf_take(&b, NULL);
}

static bool same_text(const struct replay *r, const char *want, const char *got)
{
	const char *cut = strstr(want, "\xE2\x80\xA6[");
	const struct pair *alias = find(&r->aliases, want);
	if (strcmp(want, got) == 0 || (alias && strcmp(alias->value, got) == 0))
		return true;
	if (cut || strstr(want, " at [Source")) {
		size_t n = cut && cut - want < 44 ? (size_t)(cut - want) : 44;
		return strncmp(want, got, n) == 0;
	}
	char *a = without_dates(want), *b = without_dates(got);
	bool same = strcmp(a, b) == 0;
	mem_free(a);
	mem_free(b);
	return same;
}

static void compare(struct replay *r, const struct json *want, const struct json *got, const char *path);

static const struct json *same_item(const struct replay *r, const struct json *list, const struct json *item, size_t index)
{
	const char *uuid = json_get_string(item, "uuid"), *other;
	const struct pair *alias = find(&r->aliases, uuid);
	for (const struct json *c = json_first(list); c && uuid; c = json_next(c))
		if ((other = json_get_string(c, "uuid")) && (strcmp(other, uuid) == 0 || (alias && strcmp(other, alias->value) == 0)))
			return c;
	return json_at(list, index);
}

static void compare_objects(struct replay *r, const struct json *want, const struct json *got, const char *path)
{
	const char *theirs = json_get_string(want, "uuid"), *mine = json_get_string(got, "uuid");
	/* made by the server: another one here; from now on they mean the same */
	if (theirs && mine && strcmp(theirs, mine) != 0 && !find(&r->sent, theirs))
		keep(&r->aliases, theirs, mine, 0);
	for (const struct json *c = json_first(want); c; c = json_next(c)) {
		char *at = mem_printf("%s.%s", path, json_key(c));
		const struct json *other = json_get(got, json_key(c));
		if (!other)
			differ(r, at, "is missing");
		else if (!not_compared(json_key(c)))
			compare(r, c, other, at);
		mem_free(at);
	}
	for (const struct json *c = json_first(got); c; c = json_next(c)) {
		if (json_get(want, json_key(c)))
			continue;
		char *at = mem_printf("%s.%s", path, json_key(c));
		differ(r, at, "was not there");
		mem_free(at);
	}
}

static int by_text(const void *a, const void *b)
{
	return strcmp(*(const char *const *)a, *(const char *const *)b);
}

/* Lists of words have no order that counts (constants, uuids). */
static bool same_words(const struct json *a, const struct json *b)
{
	const char *wa[512], *wb[512];
	size_t n = json_count(a);
	if (n != json_count(b) || n > 512)
		return false;
	for (size_t i = 0; i < n; i++) {
		wa[i] = json_string(json_at(a, i));
		wb[i] = json_string(json_at(b, i));
		if (!wa[i] || !wb[i])
			return false;
	}
	qsort(wa, n, sizeof *wa, by_text);
	qsort(wb, n, sizeof *wb, by_text);
	for (size_t i = 0; i < n; i++)
		if (strcmp(wa[i], wb[i]) != 0)
			return false;
	return true;
}

static void compare(struct replay *r, const struct json *want, const struct json *got, const char *path)
{
	if (json_is_object(want) && json_is_object(got))
		compare_objects(r, want, got, path);
	else if (json_is_array(want) && json_is_array(got)) {
		if (json_count(want) != json_count(got)) {
			char *text = mem_printf("has %zu items, expected %zu", json_count(got), json_count(want));
			differ(r, path, text);
			mem_free(text);
			return;
		}
		if (json_count(want) > 0 && same_words(want, got))
			return;
		size_t i = 0;
		for (const struct json *c = json_first(want); c; c = json_next(c), i++) {
			char *at = mem_printf("%s[%zu]", path, i);
			compare(r, c, same_item(r, got, c, i), at);
			mem_free(at);
		}
	} else if (json_string(want) && json_string(got) ? !same_text(r, json_string(want), json_string(got)) : !json_equal(want, got)) {
		char *a = json_print(want, NULL), *b = json_print(got, NULL), *text = mem_printf("is %.90s, expected %.90s", b, a);
		differ(r, path, text);
		mem_free(text);
		mem_free(a);
		mem_free(b);
	}
}

/* Change dates: not their values, but whether they moved since the last read. */
static void compare_moves(struct replay *r, const struct pairs *theirs, const struct pairs *mine)
{
	for (size_t i = 0; i < theirs->count; i++) {
		const struct pair *now = &theirs->list[i], *old = find(&r->their_dates, now->key), *alias = find(&r->aliases, now->key);
		const char *uuid = alias ? alias->value : now->key;
		const struct pair *my_now = find(mine, uuid), *my_old = find(&r->my_dates, uuid);
		if (!old || !my_now || !my_old || (old->number != now->number) == (my_old->number != my_now->number))
			continue;
		char *text = mem_printf("%s the change date of %s", my_old->number != my_now->number ? "moved" : "did not move", uuid);
		differ(r, "", text);
		mem_free(text);
	}
}

static void take_dates(struct replay *r, const struct json *theirs, const struct json *mine, bool moves)
{
	struct pairs a = {0}, b = {0};
	learn_dates(&a, theirs);
	learn_dates(&b, mine);
	if (moves)
		compare_moves(r, &a, &b);
	for (size_t i = 0; i < a.count; i++)
		keep(&r->their_dates, a.list[i].key, NULL, a.list[i].number);
	for (size_t i = 0; i < b.count; i++)
		keep(&r->my_dates, b.list[i].key, NULL, b.list[i].number);
	pairs_clear(&a);
	pairs_clear(&b);
}

void learn_both(struct replay *r, const struct json *theirs, const struct json *mine)
{
	size_t before = r->differences;
	r->quiet = true;
	compare(r, theirs, mine, "");
	r->quiet = false;
	r->differences = before;
	take_dates(r, theirs, mine, false);
}

/* ---- one exchange ---- */

static bool is_pull(const char *path)
{
	return strstr(path, "/all/") || strstr(path, "/uuids") || strstr(path, "/obsolete/") || strstr(path, "/deleted/") || strstr(path,
		"/archived/") ||
		strstr(path, "/infrastructure/") || strstr(path, "/facilities/");
}

/* Rows of a pull that this scenario knows must be equal; others come from elsewhere. */
static void compare_pull(struct replay *r, const struct json *want, const struct json *got)
{
	for (const struct json *c = json_first(want); c; c = json_next(c)) {
		const char *uuid = json_get_string(c, "uuid"), *other;
		if (!uuid || !find(&r->my_dates, uuid) || !find(&r->sent, uuid))
			continue;
		const struct json *row = NULL;
		for (const struct json *g = json_first(got); g && !row; g = json_next(g))
			if ((other = json_get_string(g, "uuid")) && strcmp(other, uuid) == 0)
				row = g;
		if (row)
			compare(r, c, row, "row");
		else
			differ(r, uuid, "is not in the pull");
	}
}

static void note_sent(struct replay *r, const struct json *v)
{
	const char *uuid = json_is_object(v) ? json_get_string(v, "uuid") : NULL;
	if (uuid)
		keep(&r->sent, uuid, NULL, 0);
	for (const struct json *c = json_first(v); c; c = json_next(c))
		if (json_is_object(c) || json_is_array(c))
			note_sent(r, c);
}

/* "x…[1000000 characters, all the same]" */
static void expand(struct json *v)
{
	for (struct json *c = json_first(v), *next; c; c = next) {
		next = json_next(c);
		const char *s = json_string(c), *at = s ? strstr(s, "\xE2\x80\xA6[") : NULL;
		if (!s)
			expand(c);
		else if (at && at == s + 1 && strstr(at, "all the same") && json_is_object(v)) {
			size_t n = (size_t)strtoll(at + 4, NULL, 10);
			char *text = mem_alloc(n + 1);
			memset(text, s[0], n);
			text[n] = '\0';
			put_text(v, json_key(c), text);
			mem_free(text);
		}
	}
}

/* Requests that may change something make their records uncertain; a read makes them certain. */
static void touch(struct replay *r, const char *path, const struct json *body)
{
	bool read = seed_is_read(path);
	for (const struct json *c = json_is_array(body) ? json_first(body) : body; c; c = json_is_array(body) ? json_next(c) : NULL) {
		const char *uuid = json_string(c) ? json_string(c) : json_get_string(c, "uuid");
		if (uuid && read)
			forget(&r->touched, uuid);
		else if (uuid)
			keep(&r->touched, uuid, NULL, 0);
	}
}

/* A read that differs although nothing recorded happened since the last one: something was left out of the recording. The record is
 * brought to the recorded state. Notes of starting points say "before". */
static bool caught_up(struct replay *r, const struct json *exchange, const struct json *got)
{
	const struct json *want = value_at(exchange, "response.body"), *doc = json_is_array(want) ? json_first(want) : want;
	const char *uuid = json_get_string(doc, "uuid"), *path = text_at(exchange, "request.path");
	bool start = strstr(text_at(exchange, "note"), "before") != NULL || (strncmp(r->name, "39-", 3) == 0 && r->index == 3);
	if (r->seeded || !uuid || (!start && find(&r->touched, uuid)) || (json_is_array(want) && json_count(want) != 1) ||
	    json_true(json_get(doc, "pseudonymized")))
		return false;
	size_t before = r->differences;
	r->quiet = true;
	compare(r, want, got, "");
	r->quiet = false;
	bool differs = r->differences != before;
	r->differences = before;
	if (!differs)
		return false;
	take_dates(r, want, got, false);
	struct json *copy = json_copy(doc);
	translate(r, copy);
	seed_over(r, path, copy);
	json_free(copy);
	r->seeded = true;
	return true;
}

static struct account account_of(const char *name)
{
	if (strcmp(name, "admin") == 0)
		return (struct account){name, "sadmin"};
	if (strcmp(name, "SurvOff2") == 0 || strcmp(name, "survoff") == 0)
		return (struct account){name, "SurvOff"};
	return (struct account){name, name};
}

static void run_exchange(struct replay *r, const struct json *e, const char *default_account)
{
	const struct json *request = json_get(e, "request"), *response = json_get(e, "response");
	const char *name = json_get(e, "account") ? json_get_string(e, "account") : default_account;
	struct account account = account_of(name ? name : "");
	struct json *body = json_copy(json_get(request, "body"));
	char *path = translate_path(r, text_at(request, "path")), *text = NULL;
	size_t len = 0;
	expand(body);
	seed(r, path, body, json_get(response, "body"), &account);
	note_sent(r, body);
	translate(r, body);
	if (json_string(body))
		text = mem_strdup(json_string(body));
	else if (body)
		text = json_print(body, &len);
	if (text && strstr(text, NUL_SIGN)) {
		char *at = strstr(text, NUL_SIGN), *nul = mem_printf("%.*s\\u0000%s", (int)(at - text), text, at + 3);
		mem_free(text);
		text = nul;
		len = 0;
	}
	const struct json *headers = json_get(request, "headers");
	struct ask ask = {.account = name ? &account : NULL, .method = text_at(request, "method"), .path = path, .body = text, .body_len = len,
		.type = json_get_string(headers, "Content-Type"), .accept = json_get_string(headers, "Accept"), .no_mobile_sync = !json_get(headers,
			"mobile-sync")};
	struct reply reply = client_send(&ask);
	int64_t status = date_at(response, "status");
	if (status == 200 && reply.status == 200 && seed_is_read(path) && caught_up(r, e, reply.json)) {
		reply_done(&reply);
		reply = client_send(&ask);
	}
	const char *type = json_get_string(json_get(response, "headers"), "Content-Type");
	if (reply.status != status) {
		char *what = mem_printf("gave %ld, expected %lld: %.120s", reply.status, (long long)status, reply.body);
		differ(r, path, what);
		mem_free(what);
	} else if ((type != NULL) != (reply.type[0] != '\0') || (type && strncmp(type, reply.type, strcspn(type, ";")) != 0))
		differ(r, path, "has another content type");
	else if (is_pull(path))
		compare_pull(r, json_get(response, "body"), reply.json);
	else if (json_string(json_get(response, "body"))) {
		if (!r->seeded && strncmp(reply.type, "text/html", 9) != 0 && !same_text(r, json_string(json_get(response, "body")), reply.body))
			differ(r, path, reply.body);
	} else if (!r->seeded) {
		struct json *want = json_copy(json_get(response, "body"));
		expand(want);
		compare(r, want, reply.json, path);
		json_free(want);
	}
	if (r->seeded && status == 200 && !is_pull(path)) {
		/* made just now: only what the server named is learned */
		size_t before = r->differences;
		r->quiet = true;
		compare(r, json_get(response, "body"), reply.json, "");
		r->quiet = false;
		r->differences = before;
	}
	touch(r, path, body);
	if (status == 200)
		take_dates(r, json_get(response, "body"), reply.json, !r->seeded && !is_pull(path));
	reply_done(&reply);
	json_free(body);
	mem_free(path);
	mem_free(text);
}

/* The copy that is stale by more than a second must be: the deletion between comes that much later. */
static void wait_where_needed(const struct json *e)
{
	const struct json *next = json_next(e);
	if (strstr(text_at(e, "request.path"), "/delete") && next && date_at(next, "response.status") == 409)
		usleep(1100000);
}

/* Exchanges on records in a state that the recording does not show how to reach. */
static bool cannot_be_replayed(const struct replay *r)
{
	static const struct { const char *scenario; size_t from, to; } left_out[] = {
		{"25-", 6, 8},   /* the case has left the hospital in between; another case's state before is not shown */
		{"29-", 21, 33}, /* cases of other scenarios */
		{"32-", 16, 27}, /* the symptoms were replaced in between, and a masked person; test_records shows the same */
		{"39-", 2, 2},   /* many fields were changed in between; the read that follows is where it starts */
	};
	for (size_t i = 0; i < sizeof left_out / sizeof left_out[0]; i++)
		if (strncmp(r->name, left_out[i].scenario, 3) == 0 && r->index >= left_out[i].from && r->index <= left_out[i].to)
			return true;
	return false;
}

static void run_scenario(struct replay *r, const char *folder, const char *file)
{
	char *path = path_join(folder, file), *text = NULL, *own;
	struct json *scenario = NULL;
	size_t len;
	snprintf(r->name, sizeof r->name, "%.*s", (int)(strlen(file) - 5), file);
	r->differences = r->index = 0;
	if (path_read(path, SCENARIO_MAX_BYTES, &text, &len, NULL) == ST_OK) {
		own = own_uuids(r, text);
		if (json_parse_text(own, &scenario, NULL) != ST_OK)
			scenario = NULL;
		mem_free(own);
	}
	check(scenario != NULL, "%s can be read", r->name);
	for (const struct json *e = json_first(json_get(scenario, "exchanges")); e; e = json_next(e), r->index++) {
		/* a request whose body could not be recorded */
		if (strstr(text_at(e, "request.body"), "bytes of gzip"))
			continue;
		if (cannot_be_replayed(r))
			continue;
		wait_where_needed(e);
		archive_where_needed(r, e);
		run_exchange(r, e, text_at(scenario, "account"));
	}
	check(r->differences == 0, "%s: %zu exchanges as recorded (%zu differences)", r->name, r->index, r->differences);
	json_free(scenario);
	mem_free(text);
	mem_free(path);
	pairs_clear(&r->own);
	pairs_clear(&r->aliases);
	pairs_clear(&r->their_dates);
	pairs_clear(&r->my_dates);
	pairs_clear(&r->sent);
	pairs_clear(&r->touched);
}

static int by_name(const struct dirent **a, const struct dirent **b)
{
	return strcmp((*a)->d_name, (*b)->d_name);
}

static int is_scenario(const struct dirent *d)
{
	size_t n = strlen(d->d_name);
	return n > 5 && strcmp(d->d_name + n - 5, ".json") == 0;
}

void test_recorded(struct world *w, const char *folder)
{
	struct replay r = {.w = w};
	struct dirent **files = NULL;
	struct reply state = client_get(&w->me, "/trainer/state");
	r.trainer = state.status == 200;
	reply_done(&state);
	int n = scandir(folder, &files, is_scenario, by_name);
	if (!check(n > 0, "there are recorded exchanges in %s", folder))
		return;
	map_places(&r, folder);
	map_enum_values(&r, folder);
	for (int i = 0; i < n; i++) {
		const char *file = files[i]->d_name;
		/* the accounts of the first were altered; the second needs the same instant, which test_reading shows */
		bool altered = strncmp(file, "03-", 3) == 0 || strncmp(file, "42-", 3) == 0;
		/* these need a second district, a hand in the database, or break the server for everybody */
		bool own_server = strncmp(file, "30-", 3) == 0 || strncmp(file, "34-", 3) == 0 || strncmp(file, "35-", 3) == 0 || strncmp(file, "43-",
			3) == 0;
		bool last = strncmp(file, "43-", 3) == 0;
		if (altered)
			diag("%s is not replayed: accounts that were altered for it, or requests at the same instant", file);
		else if (own_server && !r.trainer)
			skip(file, "only against a training server");
		else if (!last)
			run_scenario(&r, folder, file);
	}
	if (r.trainer)
		for (int i = 0; i < n; i++)
			if (strncmp(files[i]->d_name, "43-", 3) == 0)
				run_scenario(&r, folder, files[i]->d_name);
	for (int i = 0; i < n; i++)
		free(files[i]);
	free(files);
	pairs_clear(&r.places);
}
