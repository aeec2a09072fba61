/* Requests to their handlers: login, paths, methods, types (protocol.md A.1, A.3, A.5). */
#include <ctype.h>
#include <stdlib.h>
#include <string.h>

#include "trainer/handlers.h"
#include "trainer/record.h"
#include "trainer/serve.h"

static const char refused_page[] = "<!DOCTYPE html><html lang=\"en\"><head><title>401 Unauthorized</title></head><body><h1>401 "
	"Unauthorized</h1>"
	"<p>This training server needs the name and the password of one of its accounts, for example SurvOff with the password SurvOff.</p>"
	"</body></html>";

/* ---- login ---- */

static bool decode_base64(const char *in, char *out, size_t size)
{
	static const char alphabet[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
	unsigned bits = 0;
	int have = 0;
	size_t n = 0;
	for (; *in && *in != '='; in++) {
		const char *at = strchr(alphabet, *in);
		if (!at)
			return false;
		bits = bits << 6 | (unsigned)(at - alphabet);
		have += 6;
		if (have >= 8) {
			have -= 8;
			if (n + 1 >= size)
				return false;
			out[n++] = (char)(bits >> have & 0xFF);
		}
	}
	out[n] = '\0';
	return strlen(out) == n;
}

const struct user *serve_login(const struct trainer *t, const char *authorization)
{
	char plain[512];
	if (!authorization || strncasecmp(authorization, "Basic ", 6) != 0 || !decode_base64(authorization + 6, plain, sizeof plain))
		return NULL;
	char *colon = strchr(plain, ':');
	if (!colon || !text_is_valid(plain, strlen(plain)))
		return NULL;
	*colon = '\0';
	const struct user *u = user_by_name(t, plain);
	return u && strcmp(u->fact->password, colon + 1) == 0 && user_can(u, "SORMAS_REST") ? u : NULL;
}

/* ---- info ---- */

static bool version_of(const char *text, long v[3])
{
	bool found = false;
	for (const char *p = text; *p; p++) {
		char *end;
		long part[3];
		int n = 0;
		if (!isdigit((unsigned char)*p) || (p > text && isdigit((unsigned char)p[-1])))
			continue;
		for (const char *at = p; n < 3 && isdigit((unsigned char)*at); n++) {
			part[n] = strtol(at, &end, 10);
			if (n < 2 && *end != '.')
				break;
			at = end + 1;
		}
		if (n == 3) {
			memcpy(v, part, sizeof part);
			found = true;
		}
	}
	return found;
}

static int compare_versions(const long a[3], const long b[3])
{
	for (int i = 0; i < 3; i++)
		if (a[i] != b[i])
			return a[i] < b[i] ? -1 : 1;
	return 0;
}

static void serve_info(const struct request *q, struct trainer_answer *a)
{
	static const long oldest[3] = {1, 94, 0}, newest[3] = {1, 104, 0};
	const char *what = q->segments == 2 ? q->segment[1] : "";
	if (strcmp(what, "version") == 0)
		serve_text(a, 200, SERVER_VERSION);
	else if (strcmp(what, "locale") == 0)
		serve_text(a, 200, "en");
	else if (strcmp(what, "countryname") == 0 || strcmp(what, "appurl") == 0)
		serve_text(a, 200, "");
	else if (strcmp(what, "checkcompatibility") == 0) {
		const char *version = q->ask->query ? strstr(q->ask->query, "appVersion=") : NULL;
		long v[3];
		if (!version || !version_of(version, v))
			serve_text(a, 500, "No proper app version provided");
		else
			serve_text(a, 200, compare_versions(v, oldest) < 0 ? "TOO_OLD" : compare_versions(v, newest) > 0 ? "TOO_NEW" : "COMPATIBLE");
	} else
		serve_web_error(a, NOT_FOUND_TEXT);
}

/* ---- rights ---- */

static int compare_words(const void *a, const void *b)
{
	return strcmp(*(const char *const *)a, *(const char *const *)b);
}

static void serve_rights(struct trainer *t, const struct request *q, struct trainer_answer *a)
{
	const struct user *u = q->user;
	if (q->segments == 3) {
		if (!user_can(q->user, "USER_VIEW") && !user_can(q->user, "USER_EDIT")) {
			serve_text(a, 403, NO_RIGHT_TEXT);
			return;
		}
		u = user_by_uuid(t, q->segment[2]);
	}
	const char *words[256] = {NULL};
	size_t n = 0;
	char *copy = mem_strdup(u ? u->role->rights : ""), *save = NULL;
	for (char *w = strtok_r(copy, " ", &save); w && n < 256; w = strtok_r(NULL, " ", &save))
		words[n++] = w;
	qsort(words, n, sizeof words[0], compare_words);
	struct json *list = json_new_array();
	for (size_t i = 0; i < n; i++)
		json_append(list, json_new_string(words[i]));
	serve_json(a, 200, list);
	json_free(list);
	mem_free(copy);
}

/* ---- the way to a handler ---- */

static void split(struct request *q)
{
	char *save = NULL;
	q->path = mem_strdup(q->ask->path);
	for (char *s = strtok_r(q->path, "/", &save); s; s = strtok_r(NULL, "/", &save)) {
		if (q->segments == SEGMENTS_MAX) {
			q->segments = 0;
			return;
		}
		q->segment[q->segments++] = s;
	}
}

static bool accepts_json(const char *accept)
{
	return !accept || !*accept || strstr(accept, "application/json") || strstr(accept, "*/*") || strstr(accept, "application/*");
}

/* What a path is for: GET, POST or both; 0 for no such path. */
enum { FOR_GET = 1, FOR_POST = 2 };

static int methods_of(const struct request *q)
{
	enum kind kind;
	const char *head = q->segments ? q->segment[0] : "", *next = q->segments > 1 ? q->segment[1] : "";
	if (strcmp(head, "info") == 0)
		return FOR_GET;
	if (strcmp(head, "infrastructure") == 0)
		return strcmp(next, "sync") == 0 ? FOR_POST : 0;
	if (strcmp(head, "trainer") == 0)
		return strcmp(next, "state") == 0 ? FOR_GET : FOR_POST;
	if (strcmp(head, "classification") == 0)
		return strcmp(next, "all") == 0 ? FOR_GET : 0;
	if (!model_kind_from_name(head, &kind) || q->segments < 2)
		return 0;
	bool single = q->segments == 2 && (kind == KIND_PERSONS || kind == KIND_CASES || kind == KIND_USERS || kind == KIND_CONTACTS ||
		kind == KIND_EVENTS ||
		kind == KIND_EVENT_PARTICIPANTS || kind == KIND_IMMUNIZATIONS || kind == KIND_SAMPLES || kind == KIND_TASKS || kind == KIND_ENVIRONMENTS);
	if (strcmp(next, "push") == 0 || strcmp(next, "query") == 0 || strcmp(next, "delete") == 0 || strcmp(next, "pushWithPerson") == 0)
		return FOR_POST | (single ? FOR_GET : 0);
	if (strcmp(next, "postUpdate") == 0)
		return FOR_POST;
	return FOR_GET;
}

static void serve_state(struct trainer *t, struct trainer_answer *a)
{
	struct json *o = json_new_object();
	json_set(o, "cases", json_new_int(store_count(t->store, KIND_CASES)));
	json_set(o, "persons", json_new_int(store_count(t->store, KIND_PERSONS)));
	json_set(o, "requests", json_new_int(t->requests));
	json_set(o, "collisions", json_new_int(t->collisions));
	serve_json(a, 200, o);
	json_free(o);
}

static void serve_archive(struct trainer *t, const struct request *q, struct trainer_answer *a)
{
	struct json *list;
	if (!serve_body_list(t, q, a, &list))
		return;
	store_begin(t->store);
	for (const struct json *c = json_first(list); c; c = json_next(c)) {
		struct record r;
		if (!json_string(c) || !store_get(t->store, KIND_CASES, json_string(c), &r))
			continue;
		struct json *doc = tree_of(&r);
		record_done(&r);
		json_set(doc, "changeDate", json_new_int(trainer_tick(t)));
		record_write(t, KIND_CASES, doc);
		json_free(doc);
		if (store_get(t->store, KIND_CASES, json_string(c), &r)) {
			r.archived = true;
			store_put(t->store, &r);
			record_done(&r);
		}
	}
	store_commit(t->store);
	serve_json(a, 200, list);
	json_free(list);
}

static void dispatch(struct trainer *t, const struct request *q, struct trainer_answer *a)
{
	enum kind kind;
	const char *head = q->segment[0], *next = q->segments > 1 ? q->segment[1] : "";
	if (strcmp(head, "info") == 0)
		serve_info(q, a);
	else if (strcmp(head, "infrastructure") == 0)
		serve_bundle(t, q, a);
	else if (strcmp(head, "trainer") == 0 && strcmp(next, "colleague") == 0)
		colleague_serve(t, q, a);
	else if (strcmp(head, "trainer") == 0 && strcmp(next, "archive") == 0)
		serve_archive(t, q, a);
	else if (strcmp(head, "trainer") == 0 && strcmp(next, "state") == 0)
		serve_state(t, a);
	else if (strcmp(head, "classification") == 0 && q->segments == 3)
		buf_add_text(&a->body, "[]");
	else if (!model_kind_from_name(head, &kind))
		serve_web_error(a, NOT_FOUND_TEXT);
	else if (kind == KIND_USERS && strcmp(next, "rights") == 0 && q->segments <= 3)
		serve_rights(t, q, a);
	else if (q->post && strcmp(next, "push") == 0 && model_kind_edit_right(kind))
		serve_push(t, q, kind, a);
	else if (q->post && kind == KIND_CASES && strcmp(next, "postUpdate") == 0 && q->segments == 3)
		serve_post_update(t, q, q->segment[2], a);
	else if (q->post && kind == KIND_CASES && strcmp(next, "pushWithPerson") == 0)
		serve_push_with_person(t, q, a);
	else if (q->post && strcmp(next, "delete") == 0)
		serve_delete(t, q, kind, a);
	else
		serve_kind(t, q, kind, a);
}

static void answer_known(struct trainer *t, struct request *q, struct trainer_answer *a)
{
	const char *method = q->ask->method;
	int methods = methods_of(q);
	q->get = strcmp(method, "GET") == 0 || strcmp(method, "HEAD") == 0;
	q->post = strcmp(method, "POST") == 0;
	if (!methods)
		serve_web_error(a, NOT_FOUND_TEXT);
	else if (strcmp(method, "OPTIONS") == 0)
		a->allow = methods == FOR_GET ? "HEAD,GET,OPTIONS" : methods == FOR_POST ? "POST,OPTIONS" : "HEAD,POST,GET,OPTIONS";
	else if (!(q->get && methods & FOR_GET) && !(q->post && methods & FOR_POST))
		serve_web_error(a, "HTTP 405 Method Not Allowed");
	else if (q->post && q->ask->content_type && !strstr(q->ask->content_type, "application/json") && !strstr(q->ask->content_type, "*/*"))
		serve_web_error(a, "HTTP 415 Unsupported Media Type");
	else if (!accepts_json(q->ask->accept))
		serve_web_error(a, "HTTP 406 Not Acceptable");
	else
		dispatch(t, q, a);
	if (strcmp(method, "HEAD") == 0)
		buf_clear(&a->body);
}

void trainer_answer(struct trainer *t, const struct trainer_ask *ask, struct trainer_answer *a)
{
	struct request q = {.ask = ask};
	memset(a, 0, sizeof *a);
	buf_init(&a->body, 0);
	a->status = 200;
	a->type = JSON_TYPE;
	t->requests++;
	q.user = serve_login(t, ask->authorization);
	if (!q.user) {
		a->status = 401;
		a->type = "text/html";
		a->challenge = true;
		buf_add_text(&a->body, refused_page);
		return;
	}
	split(&q);
	if (q.segments == 0)
		serve_web_error(a, NOT_FOUND_TEXT);
	else
		answer_known(t, &q, a);
	mem_free(q.path);
}

void trainer_answer_done(struct trainer_answer *a)
{
	buf_done(&a->body);
}
