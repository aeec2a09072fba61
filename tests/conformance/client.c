/* HTTP by libcurl, TAP, JSON paths. */
#include <curl/curl.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "client.h"

#define REPLY_MAX ((size_t)512 * 1024 * 1024)
#define PARALLEL_MAX 16

static const char *base_url;
static CURL *line;
static int points, failed;

/* ---- TAP ---- */

bool check(bool fine, const char *format, ...)
{
	va_list args;
	char text[1024];
	va_start(args, format);
	vsnprintf(text, sizeof text, format, args);
	va_end(args);
	/* one line, whatever a server said */
	for (char *c = text; *c; c++)
		if ((unsigned char)*c < 0x20 || *c == '#')
			*c = ' ';
	printf("%sok %d - %s\n", fine ? "" : "not ", ++points, text);
	failed += !fine;
	fflush(stdout);
	return fine;
}

void diag(const char *format, ...)
{
	va_list args;
	char text[1024];
	va_start(args, format);
	vsnprintf(text, sizeof text, format, args);
	va_end(args);
	for (char *c = text; *c; c++)
		if ((unsigned char)*c < 0x20)
			*c = ' ';
	printf("# %s\n", text);
}

void skip(const char *what, const char *why)
{
	printf("ok %d - %s # SKIP %s\n", ++points, what, why);
}

void plan_done(void)
{
	printf("1..%d\n", points);
}

int failures(void)
{
	return failed;
}

/* ---- HTTP ---- */

struct transfer { CURL *curl; struct curl_slist *headers; struct buf body; struct reply *reply; char *url; };

static size_t on_body(char *data, size_t size, size_t count, void *ctx)
{
	buf_add(ctx, data, size * count);
	return size * count;
}

static void keep(char *out, size_t size, const char *value, size_t len)
{
	while (len && (value[len - 1] == '\r' || value[len - 1] == '\n'))
		len--;
	while (len && *value == ' ')
		value++, len--;
	snprintf(out, size, "%.*s", (int)len, value);
}

static size_t on_header(char *data, size_t size, size_t count, void *ctx)
{
	struct reply *r = ctx;
	size_t len = size * count;
	if (len > 13 && strncasecmp(data, "Content-Type:", 13) == 0)
		keep(r->type, sizeof r->type, data + 13, len - 13);
	if (len > 17 && strncasecmp(data, "WWW-Authenticate:", 17) == 0)
		keep(r->challenge, sizeof r->challenge, data + 17, len - 17);
	if (len > 17 && strncasecmp(data, "Connection: close", 17) == 0)
		r->close = true;
	return len;
}

void client_start(const char *base)
{
	curl_global_init(CURL_GLOBAL_DEFAULT);
	base_url = base;
	line = curl_easy_init();
}

void client_stop(void)
{
	curl_easy_cleanup(line);
	curl_global_cleanup();
}

static void add_header(struct transfer *t, const char *name, const char *value)
{
	char *text = mem_printf("%s: %s", name, value);
	t->headers = curl_slist_append(t->headers, text);
	mem_free(text);
}

static void prepare(struct transfer *t, CURL *curl, const struct ask *ask, struct reply *reply)
{
	memset(t, 0, sizeof *t);
	memset(reply, 0, sizeof *reply);
	t->curl = curl;
	t->reply = reply;
	buf_init(&t->body, REPLY_MAX);
	t->url = mem_printf("%s%s", base_url, ask->path);
	curl_easy_reset(curl);
	curl_easy_setopt(curl, CURLOPT_URL, t->url);
	curl_easy_setopt(curl, CURLOPT_NOSIGNAL, 1L);
	curl_easy_setopt(curl, CURLOPT_QUICK_EXIT, 1L);
	curl_easy_setopt(curl, CURLOPT_TIMEOUT, 300L);
	curl_easy_setopt(curl, CURLOPT_HTTP_VERSION, (long)CURL_HTTP_VERSION_1_1);
	curl_easy_setopt(curl, CURLOPT_WRITEFUNCTION, on_body);
	curl_easy_setopt(curl, CURLOPT_WRITEDATA, &t->body);
	curl_easy_setopt(curl, CURLOPT_HEADERFUNCTION, on_header);
	curl_easy_setopt(curl, CURLOPT_HEADERDATA, reply);
	if (strcmp(ask->method, "HEAD") == 0)
		curl_easy_setopt(curl, CURLOPT_NOBODY, 1L);
	else
		curl_easy_setopt(curl, CURLOPT_CUSTOMREQUEST, ask->method);
	if (ask->body || strcmp(ask->method, "POST") == 0) {
		curl_easy_setopt(curl, CURLOPT_POSTFIELDSIZE_LARGE, (curl_off_t)(ask->body_len ? ask->body_len : ask->body ? strlen(ask->body) : 0));
		curl_easy_setopt(curl, CURLOPT_POSTFIELDS, ask->body ? ask->body : "");
		add_header(t, "Expect", "");
		if (!ask->type || *ask->type)
			add_header(t, "Content-Type", ask->type ? ask->type : "application/json; charset=UTF-8");
	}
	if (!ask->accept || *ask->accept)
		add_header(t, "Accept", ask->accept ? ask->accept : "application/json");
	if (!ask->no_mobile_sync)
		add_header(t, "mobile-sync", "true");
	if (ask->authorization)
		add_header(t, "Authorization", ask->authorization);
	else if (ask->account) {
		curl_easy_setopt(curl, CURLOPT_HTTPAUTH, CURLAUTH_BASIC);
		curl_easy_setopt(curl, CURLOPT_USERNAME, ask->account->user);
		curl_easy_setopt(curl, CURLOPT_PASSWORD, ask->account->password);
	}
	curl_easy_setopt(curl, CURLOPT_HTTPHEADER, t->headers);
}

static void finish(struct transfer *t, const char *path)
{
	struct reply *r = t->reply;
	curl_easy_getinfo(t->curl, CURLINFO_RESPONSE_CODE, &r->status);
	if (buf_over(&t->body)) {
		printf("Bail out! The answer to %s is too large.\n", path);
		exit(1);
	}
	r->body = buf_take(&t->body, &r->len);
	if (r->len && (r->body[0] == '{' || r->body[0] == '[') && json_parse(r->body, r->len, &r->json, NULL) != ST_OK)
		r->json = NULL;
	curl_slist_free_all(t->headers);
	mem_free(t->url);
}

static void must(CURLcode code, const char *path)
{
	if (code == CURLE_OK)
		return;
	printf("Bail out! %s: %s\n", path, curl_easy_strerror(code));
	exit(1);
}

struct reply client_send(const struct ask *ask)
{
	struct transfer t;
	struct reply reply;
	prepare(&t, line, ask, &reply);
	must(curl_easy_perform(line), ask->path);
	finish(&t, ask->path);
	return reply;
}

void client_send_all(const struct ask *asks, struct reply *replies, size_t count)
{
	struct transfer transfers[PARALLEL_MAX];
	CURLM *multi = curl_multi_init();
	int running = 1;
	count = count < PARALLEL_MAX ? count : PARALLEL_MAX;
	for (size_t i = 0; i < count; i++) {
		prepare(&transfers[i], curl_easy_init(), &asks[i], &replies[i]);
		curl_multi_add_handle(multi, transfers[i].curl);
	}
	while (running > 0) {
		curl_multi_perform(multi, &running);
		if (running > 0)
			curl_multi_poll(multi, NULL, 0, 1000, NULL);
	}
	for (size_t i = 0; i < count; i++) {
		finish(&transfers[i], asks[i].path);
		curl_multi_remove_handle(multi, transfers[i].curl);
		curl_easy_cleanup(transfers[i].curl);
	}
	curl_multi_cleanup(multi);
}

void reply_done(struct reply *r)
{
	mem_free(r->body);
	json_free(r->json);
	memset(r, 0, sizeof *r);
}

struct reply client_get(const struct account *a, const char *path)
{
	return client_send(&(struct ask){.account = a, .method = "GET", .path = path});
}

struct reply client_post(const struct account *a, const char *path, const struct json *body)
{
	size_t len;
	char *text = json_print(body, &len);
	struct reply r = client_send(&(struct ask){.account = a, .method = "POST", .path = path, .body = text, .body_len = len});
	mem_free(text);
	return r;
}

/* ---- JSON paths ---- */

/* One step: "name" or "name[2]" or "[2]". Returns what follows the dot, NULL at the end. */
static const char *next_step(const char *path, char name[64], long *index)
{
	size_t n = strcspn(path, ".[");
	snprintf(name, 64, "%.*s", (int)n, path);
	*index = -1;
	path += n;
	if (*path == '[') {
		char *end;
		*index = strtol(path + 1, &end, 10);
		path = *end == ']' ? end + 1 : end;
	}
	return *path == '.' ? path + 1 : NULL;
}

static struct json *walk(const struct json *doc, const char *path)
{
	union { const struct json *in; struct json *out; } at = {.in = doc};
	while (path && at.in) {
		char name[64];
		long index;
		path = next_step(path, name, &index);
		if (*name)
			at.in = json_get(at.in, name);
		if (index >= 0)
			at.in = json_at(at.in, (size_t)index);
	}
	return at.out;
}

const struct json *value_at(const struct json *doc, const char *path)
{
	return walk(doc, path);
}

const char *text_at(const struct json *doc, const char *path)
{
	const char *s = json_string(walk(doc, path));
	return s ? s : "";
}

int64_t date_at(const struct json *doc, const char *path)
{
	int64_t n = 0;
	json_int(walk(doc, path), &n);
	return n;
}

bool has(const struct json *doc, const char *path)
{
	return walk(doc, path) != NULL;
}

void put(struct json *doc, const char *path, struct json *value)
{
	const char *dot = strrchr(path, '.');
	char *parent = dot ? mem_strndup(path, (size_t)(dot - path)) : NULL;
	struct json *at = parent ? walk(doc, parent) : doc;
	if (at)
		json_set(at, dot ? dot + 1 : path, value);
	else
		json_free(value);
	mem_free(parent);
}

void put_text(struct json *doc, const char *path, const char *text)
{
	put(doc, path, json_new_string(text));
}

void put_date(struct json *doc, const char *path, int64_t ms)
{
	put(doc, path, json_new_int(ms));
}
