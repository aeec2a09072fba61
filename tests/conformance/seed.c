/* Records that a scenario reads or edits before it makes them: made from the first copy that the recording shows. */
#include <stdio.h>
#include <string.h>

#include "recorded.h"

static bool there(struct replay *r, const char *kind, const char *uuid)
{
	static const struct account national = {"NatUser", "NatUser"};
	struct json *doc = read_one(r->trainer ? &national : &r->w->me, kind, uuid);
	json_free(doc);
	return doc != NULL;
}

static void forget_dates(struct json *v)
{
	if (json_is_object(v) && json_get(v, "changeDate"))
		put_date(v, "changeDate", 0);
	for (struct json *c = json_first(v); c; c = json_next(c))
		if (json_is_object(c) || json_is_array(c))
			forget_dates(c);
}

static void make_person(struct replay *r, const struct json *reference)
{
	struct json *p;
	if (!json_get_string(reference, "uuid") || there(r, "persons", text_at(reference, "uuid")))
		return;
	p = new_person(r->w, text_at(reference, "firstName")[0] ? text_at(reference, "firstName") : "Ada",
		text_at(reference, "lastName")[0] ? text_at(reference, "lastName") : "Seed");
	put_text(p, "uuid", text_at(reference, "uuid"));
	push_me(r->w, "persons", p);
	json_free(p);
}

/* The dates of a copy that the recording does not show being read: they were current. */
static void seed_dates(struct replay *r, const char *kind, const struct json *doc)
{
	bool read = false;
	for (size_t i = 0; i < r->their_dates.count; i++)
		read = read || strcmp(r->their_dates.list[i].key, text_at(doc, "uuid")) == 0;
	struct json *mine = read ? NULL : read_one(&r->w->me, kind, text_at(doc, "uuid"));
	if (mine)
		learn_both(r, doc, mine);
	json_free(mine);
}

static void make(struct replay *r, const char *kind, const struct json *doc, const struct account *account)
{
	struct json *copy = json_copy(doc);
	bool person = strcmp(kind, "persons") == 0;
	forget_dates(copy);
	if (strcmp(kind, "cases") == 0) {
		make_person(r, json_get(copy, "person"));
		/* such a row is one that the server made for a push without symptoms */
		if (!has(copy, "symptoms.symptomatic"))
			json_remove(copy, "symptoms");
	}
	int status = push_one(strcmp(kind, "cases") == 0 ? &r->w->me : account, kind, copy, NULL);
	if (status != 200)
		diag("%s [%zu] a record to start from was refused: %d", r->name, r->index, status);
	if (person && json_true(json_get(doc, "inJurisdiction"))) {
		struct json *c = new_case(r->w, text_at(copy, "uuid"));
		push_me(r->w, "cases", c);
		json_free(c);
	}
	json_free(copy);
	r->seeded = true;
}

static const char *kind_of(const char *path)
{
	static const char *const kinds[] = {"persons", "cases"};
	for (size_t i = 0; i < 2; i++)
		if (path[0] == '/' && strncmp(path + 1, kinds[i], strlen(kinds[i])) == 0 && path[1 + strlen(kinds[i])] == '/')
			return kinds[i];
	return NULL;
}

bool seed_is_read(const char *path)
{
	const char *last = strrchr(path, '/');
	return kind_of(path) && last && (strcmp(last, "/query") == 0 || (strlen(last) == 30 && last[7] == '-' && strchr(path + 1, '/') == last));
}

void seed_over(struct replay *r, const char *path, const struct json *doc)
{
	static const struct account national = {"NatUser", "NatUser"};
	const char *kind = kind_of(path);
	char *text = NULL;
	/* own rights may not do for every field */
	int status = push_one(r->trainer ? &national : &r->w->me, kind, doc, &text);
	if (status != 200)
		diag("%s [%zu] the recorded state was refused: %d %s", r->name, r->index, status, text ? text : "");
	mem_free(text);
}

/* A push of a record that should be there: one that says so by its dates, or that the real server found (409). */
static void seed_push(struct replay *r, const char *kind, const struct json *request, const struct json *response,
	const struct account *account)
{
	size_t i = 0;
	for (const struct json *doc = json_first(request); doc; doc = json_next(doc), i++) {
		const char *uuid = json_get_string(doc, "uuid");
		int64_t date = 0, status = 0;
		json_get_int(json_at(response, i), "statusCode", &status);
		bool dated = json_get_int(doc, "changeDate", &date) && date > 1 && date < INT64_C(4000000000000);
		bool known = uuid && there(r, kind, uuid);
		/* the same new record twice in one list */
		bool twice = false;
		for (const struct json *c = json_first(request); c != doc; c = json_next(c))
			twice = twice || (uuid && strcmp(text_at(c, "uuid"), uuid) == 0);
		if (!known && strcmp(kind, "cases") == 0 && status == 200)
			make_person(r, json_get(doc, "person"));
		if (uuid && !known && !twice && (dated || status == 409))
			make(r, kind, doc, account);
		if (uuid && (known || r->seeded) && dated)
			seed_dates(r, kind, doc);
	}
	r->seeded = false;
}

void seed(struct replay *r, const char *path, const struct json *request, const struct json *response, const struct account *account)
{
	const char *kind = kind_of(path);
	r->seeded = false;
	if (kind && strstr(path, "/push") && !strstr(path, "WithPerson") && json_is_array(request) && json_is_array(response))
		seed_push(r, kind, request, response, account);
	if (!seed_is_read(path))
		return;
	for (const struct json *doc = json_is_array(response) ? json_first(response) : response; doc; doc = json_is_array(response)
		? json_next(doc) : NULL) {
		const char *uuid = json_get_string(doc, "uuid");
		if (uuid && !there(r, kind, uuid))
			make(r, kind, doc, account);
	}
}

void archive_where_needed(struct replay *r, const struct json *exchange)
{
	struct json *list;
	if (!r->trainer || strncmp(r->name, "30-", 3) != 0 || !strstr(text_at(exchange, "note"), "obsolete after archiving"))
		return;
	list = json_new_array();
	for (size_t i = 0; i < r->sent.count; i++)
		json_append(list, json_new_string(r->sent.list[i].key));
	struct reply reply = client_post(&r->w->me, "/trainer/archive", list);
	reply_done(&reply);
	json_free(list);
}
