/* What an answer means (protocol.md A.5 and B.2). */
#include <ctype.h>
#include <string.h>

#include "sormas/sormas.h"

static const char *first_sign(const char *body, size_t len)
{
	size_t i = 0;

	if (len >= 3 && memcmp(body, "\xEF\xBB\xBF", 3) == 0)
		i = 3;
	while (i < len && (body[i] == ' ' || body[i] == '\t' || body[i] == '\r' || body[i] == '\n'))
		i++;
	return i < len ? body + i : NULL;
}

static bool contains(const char *body, size_t len, const char *what)
{
	return memmem(body, len, what, strlen(what)) != NULL;
}

enum sormas_class sormas_classify(int status, const char *body, size_t len, bool text)
{
	const char *sign = first_sign(body, len);

	if (status == 0)
		return SORMAS_NO_ANSWER;
	if (status == 401)
		return SORMAS_LOGIN;
	if (status == 403)
		return sign != NULL && *sign == '<' ? SORMAS_PORTAL : SORMAS_FORBIDDEN;
	if (status == 408 || status == 425 || status == 429 || status == 502 || status == 503 || status == 504)
		return SORMAS_UNAVAILABLE;
	if (status == 407 || status == 511 || (status >= 300 && status < 400))
		return SORMAS_PORTAL;
	if (status == 404 || status == 405)
		return SORMAS_NO_ENDPOINT;
	if (status >= 400 && status < 500)
		return SORMAS_BAD_REQUEST;
	if (status >= 500) {
		if (sign != NULL && len < 80 && (contains(body, len, "HTTP 404") || contains(body, len, "HTTP 405")))
			return SORMAS_NO_ENDPOINT;
		return SORMAS_SERVER_ERROR;
	}
	if (status == 204)
		return SORMAS_EMPTY;
	if (status < 200)
		return SORMAS_GARBAGE;
	if (sign != NULL && *sign == '<')
		return SORMAS_PORTAL;
	if (text)
		return sign == NULL || *sign == '[' || *sign == '{' ? SORMAS_GARBAGE : SORMAS_OK;
	return sign != NULL && (*sign == '[' || *sign == '{') ? SORMAS_OK : SORMAS_GARBAGE;
}

const char *sormas_class_name(enum sormas_class class)
{
	switch (class) {
	case SORMAS_OK: return N_("the server answered");
	case SORMAS_EMPTY: return N_("the server has no such record");
	case SORMAS_NO_ANSWER: return N_("no answer came");
	case SORMAS_UNAVAILABLE: return N_("the server is not available right now");
	case SORMAS_LOGIN: return N_("the server does not accept this user and password");
	case SORMAS_FORBIDDEN: return N_("this account has no right to do that");
	case SORMAS_BAD_REQUEST: return N_("the server does not understand the request");
	case SORMAS_NO_ENDPOINT: return N_("the server does not know this address");
	case SORMAS_SERVER_ERROR: return N_("the server failed");
	case SORMAS_PORTAL: return N_("a web page came instead of an answer: perhaps this network wants a sign-in of its own");
	case SORMAS_GARBAGE: return N_("the answer cannot be read");
	}
	return "";
}

char *sormas_unquote(const char *body, size_t len)
{
	while (len > 0 && isspace((unsigned char)body[len - 1]))
		len--;
	while (len > 0 && isspace((unsigned char)body[0])) {
		body++;
		len--;
	}
	/* Quotes around, nothing escaped inside (protocol.md A.2): they are only cut off. */
	if (len >= 2 && body[0] == '"' && body[len - 1] == '"') {
		body++;
		len -= 2;
	}
	return mem_strndup(body, len);
}

/* The first line of a text, made safe, cut, never empty. */
static char *one_line(const char *s)
{
	size_t start = strspn(s, " \t\r\n\"");
	size_t len = strcspn(s + start, "\r\n");
	const char *tab = memmem(s + start, len, "\tat ", 4);
	char *line, *valid, *cut;

	if (tab != NULL)
		len = (size_t)(tab - (s + start));
	if (len > 4 * (size_t)SORMAS_REASON_MAX)
		len = 4 * (size_t)SORMAS_REASON_MAX;
	line = mem_strndup(s + start, len);
	while (len > 0 && strchr(" \t\"", line[len - 1]) != NULL)
		line[--len] = '\0';
	valid = text_safe(line);
	mem_free(line);
	cut = mem_strndup(valid, text_cut(valid, SORMAS_REASON_MAX));
	mem_free(valid);
	if (text_is_blank(cut)) {
		mem_free(cut);
		cut = mem_strdup(N_("no reason given"));
	}
	return cut;
}

/* {"message":"Invalid data","errors":{"path":"text"}} as "path: text". */
static char *reason_of_object(const struct json *object)
{
	struct json *errors = json_get(object, "errors");
	const char *message = json_get_string(object, "message");
	struct buf b;
	char *line;

	buf_init(&b, 4096);
	for (struct json *e = json_first(errors); e != NULL; e = json_next(e)) {
		const char *text = json_string(e);

		if (b.len > 0)
			buf_add_text(&b, "; ");
		buf_printf(&b, "%s: %s", json_key(e) != NULL ? json_key(e) : "", text != NULL ? text : "");
	}
	if (b.len == 0)
		buf_add_text(&b, message);
	line = one_line(buf_text(&b));
	buf_done(&b);
	return line;
}

char *sormas_reason(const char *body, size_t len)
{
	const char *sign = first_sign(body, len);
	struct json *tree = NULL;
	char *text, *line;

	if (sign != NULL && *sign == '{' && json_parse(body, len, &tree, NULL) == ST_OK) {
		line = reason_of_object(tree);
		json_free(tree);
		return line;
	}
	if (sign != NULL && *sign == '<')
		return mem_strdup(N_("a web page instead of an answer"));
	text = sormas_unquote(body, len > 8192 ? 8192 : len);
	line = one_line(text);
	mem_free(text);
	return line;
}

bool sormas_is_collision(const char *reason)
{
	return text_starts(reason, "CORBA TRANSACTION_ROLLEDBACK");
}

static bool read_items(const struct json *list, size_t sent, struct sormas_push *push)
{
	if (!json_is_array(list) || json_count(list) != sent)
		return false;
	push->verdicts = mem_calloc(sent > 0 ? sent : 1, sizeof *push->verdicts);
	for (struct json *item = json_first(list); item != NULL; item = json_next(item)) {
		struct sormas_verdict *v = &push->verdicts[push->count];
		const char *body = json_get_string(item, "body");
		int64_t status;

		if (!json_is_object(item) || !json_get_int(item, "statusCode", &status) || status < 100 || status > 599)
			return false;
		push->count++;
		v->status = (int)status;
		if (status >= 200 && status < 300)
			continue;
		v->reason = sormas_reason(body != NULL ? body : "", body != NULL ? strlen(body) : 0);
		v->collision = status == 500 && sormas_is_collision(v->reason);
	}
	return true;
}

void sormas_read_push(int status, const char *body, size_t len, size_t sent, struct sormas_push *out)
{
	struct sormas_push push = { .kind = SORMAS_PUSH_UNKNOWN };
	struct json *tree = NULL;
	const char *sign = first_sign(body, len);

	if (status == 401) {
		push.kind = SORMAS_PUSH_LOGIN;
	} else if (status > 0 && sign != NULL && *sign == '[' && json_parse(body, len, &tree, NULL) == ST_OK && read_items(tree, sent, &push)) {
		push.kind = SORMAS_PUSH_ITEMS;
	} else if (status == 413 || (status == 400 && (sign == NULL || (*sign != '[' && *sign != '<')))) {
		push.kind = SORMAS_PUSH_REFUSED_LIST;
	}
	if (push.kind != SORMAS_PUSH_ITEMS) {
		sormas_push_done(&(struct sormas_push){ .verdicts = push.verdicts, .count = push.count });
		push.verdicts = NULL;
		push.count = 0;
		push.reason = status > 0 ? sormas_reason(body, len) : mem_strdup(sormas_class_name(SORMAS_NO_ANSWER));
	}
	json_free(tree);
	*out = push;
}

void sormas_push_done(struct sormas_push *push)
{
	for (size_t i = 0; i < push->count; i++)
		mem_free(push->verdicts[i].reason);
	mem_free(push->verdicts);
	mem_free(push->reason);
	*push = (struct sormas_push){ .kind = SORMAS_PUSH_UNKNOWN };
}
