/* The scanner: RFC 8259 to the letter, UTF-8 checked, without allocating. Recursion is bounded by JSON_MAX_DEPTH. */
#include <string.h>

#include "json/scan.h"

struct scanner {
	const char *start, *p, *end;
	json_visit visit;
	void *ctx;
	struct err *err;
};

/* What a byte inside a string needs: 0 nothing, 1 the end, 2 an escape, 3 refused (control character), 4 a sequence to check. */
#define SIXTEEN(n) n, n, n, n, n, n, n, n, n, n, n, n, n, n, n, n
static const unsigned char scan_class[256] = {
	SIXTEEN(3), SIXTEEN(3),
	0, 0, 1, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, /* 0x22 " */
	SIXTEEN(0), SIXTEEN(0),
	0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 2, 0, 0, 0, /* 0x5c \ */
	SIXTEEN(0), SIXTEEN(0),
	SIXTEEN(4), SIXTEEN(4), SIXTEEN(4), SIXTEEN(4), SIXTEEN(4), SIXTEEN(4), SIXTEEN(4), SIXTEEN(4),
};

static enum status scan_fail(struct scanner *s, const char *at, enum status st, const char *id)
{
	int line = 1;
	int column = 1;
	text_place(s->start, (size_t)(at - s->start), &line, &column);
	err_set(s->err, st, id);
	err_at(s->err, line, column);
	return st;
}

static void scan_space(struct scanner *s)
{
	while (s->p < s->end && (*s->p == ' ' || *s->p == '\n' || *s->p == '\t' || *s->p == '\r'))
		s->p++;
}

/* Four hexadecimal digits after \u; -1 if they are none. */
static int scan_hex(const char *p, const char *end)
{
	int value = 0;
	if (end - p < 4)
		return -1;
	for (int i = 0; i < 4; i++) {
		char c = p[i];
		int digit = c >= '0' && c <= '9' ? c - '0' : c >= 'a' && c <= 'f' ? c - 'a' + 10 : c >= 'A' && c <= 'F' ? c - 'A' + 10 : -1;
		if (digit < 0)
			return -1;
		value = value << 4 | digit;
	}
	return value;
}

static enum status scan_escape(struct scanner *s)
{
	const char *at = s->p;
	if (s->end - at < 2)
		return scan_fail(s, s->end, ST_INVALID, N_("the text ends inside a string"));
	if (at[1] != 'u') {
		if (!at[1] || !strchr("\"\\/bfnrt", at[1]))
			return scan_fail(s, at, ST_INVALID, N_("unknown escape in a string"));
		s->p += 2;
		return ST_OK;
	}
	int code = scan_hex(at + 2, s->end);
	if (code < 0)
		return scan_fail(s, at, ST_INVALID, N_("\\u needs four hexadecimal digits"));
	if (!code)
		return scan_fail(s, at, ST_INVALID, N_("the character \\u0000 is not allowed"));
	s->p += 6;
	if (code >= 0xd800 && code <= 0xdfff) {
		int low = code <= 0xdbff && s->end - s->p >= 6 && s->p[0] == '\\' && s->p[1] == 'u' ? scan_hex(s->p + 2, s->end) : -1;
		if (low < 0xdc00 || low > 0xdfff)
			return scan_fail(s, at, ST_INVALID, N_("half of a surrogate pair"));
		s->p += 6;
	}
	return ST_OK;
}

static enum status scan_string(struct scanner *s)
{
	s->p++;
	for (s->p = scan_skip_plain(s->p, s->end); s->p < s->end;) {
		unsigned char class = scan_class[(unsigned char)*s->p];
		if (!class) {
			s->p++;
			continue;
		}
		if (class == 1) {
			s->p++;
			return ST_OK;
		}
		if (class == 3)
			return scan_fail(s, s->p, ST_INVALID, N_("a control character in a string has to be escaped"));
		if (class == 2) {
			enum status st = scan_escape(s);
			if (st != ST_OK)
				return st;
			continue;
		}
		const char *at = s->p;
		if (text_next(&s->p, s->end) == 0xfffd && !(s->p - at == 3 && !memcmp(at, "\xef\xbf\xbd", 3)))
			return scan_fail(s, at, ST_INVALID, N_("not valid UTF-8"));
	}
	return scan_fail(s, s->end, ST_INVALID, N_("the text ends inside a string"));
}

static bool scan_digits(struct scanner *s)
{
	const char *at = s->p;
	while (s->p < s->end && *s->p >= '0' && *s->p <= '9')
		s->p++;
	return s->p > at;
}

static enum status scan_number(struct scanner *s)
{
	const char *at = s->p;
	if (*s->p == '-')
		s->p++;
	const char *first = s->p;
	bool ok = scan_digits(s) && !(*first == '0' && s->p - first > 1);
	if (ok && s->p < s->end && *s->p == '.') {
		s->p++;
		ok = scan_digits(s);
	}
	if (ok && s->p < s->end && (*s->p == 'e' || *s->p == 'E')) {
		s->p++;
		if (s->p < s->end && (*s->p == '+' || *s->p == '-'))
			s->p++;
		ok = scan_digits(s);
	}
	return ok ? ST_OK : scan_fail(s, at, ST_INVALID, N_("not a JSON number"));
}

static enum status scan_word(struct scanner *s, const char *word)
{
	size_t len = strlen(word);
	if ((size_t)(s->end - s->p) < len || memcmp(s->p, word, len) != 0)
		return scan_fail(s, s->p, ST_INVALID, N_("expected a JSON value"));
	s->p += len;
	return ST_OK;
}

static enum status scan_value(struct scanner *s, int depth, struct json_span key);

static enum status scan_key(struct scanner *s, struct json_span *key)
{
	if (s->p >= s->end || *s->p != '"')
		return scan_fail(s, s->p, ST_INVALID, N_("expected a key in quotes"));
	const char *at = s->p;
	enum status st = scan_string(s);
	if (st != ST_OK)
		return st;
	*key = (struct json_span){at + 1, (size_t)(s->p - at) - 2};
	scan_space(s);
	if (s->p >= s->end || *s->p != ':')
		return scan_fail(s, s->p, ST_INVALID, N_("expected a colon after the key"));
	s->p++;
	scan_space(s);
	return ST_OK;
}

static enum status scan_container(struct scanner *s, int depth, struct json_span key, enum json_type type)
{
	const char *at = s->p;
	char close = type == JSON_OBJECT ? '}' : ']';
	struct json_event ev = {.type = type, .depth = depth, .key = key, .raw = {at, 1}};
	if (depth >= JSON_MAX_DEPTH)
		return scan_fail(s, at, ST_LIMIT, N_("nested too deeply"));
	if (s->visit && !s->visit(s->ctx, &ev))
		return ST_CANCELLED;
	s->p++;
	scan_space(s);
	if (s->p < s->end && *s->p == close) {
		s->p++;
	} else {
		for (;;) {
			struct json_span child = {NULL, 0};
			enum status st = type == JSON_OBJECT ? scan_key(s, &child) : ST_OK;
			if (st == ST_OK)
				st = scan_value(s, depth + 1, child);
			if (st != ST_OK)
				return st;
			scan_space(s);
			if (s->p < s->end && *s->p == close) {
				s->p++;
				break;
			}
			if (s->p >= s->end || *s->p != ',')
				return scan_fail(s, s->p, ST_INVALID,
					s->p >= s->end ? N_("the text ends too early") : type == JSON_OBJECT ? N_("expected a comma or }") : N_("expected a comma or ]"));
			s->p++;
			scan_space(s);
		}
	}
	ev.end = true;
	ev.raw.len = (size_t)(s->p - at);
	return !s->visit || s->visit(s->ctx, &ev) ? ST_OK : ST_CANCELLED;
}

static enum status scan_value(struct scanner *s, int depth, struct json_span key)
{
	if (s->p >= s->end)
		return scan_fail(s, s->p, ST_INVALID, N_("the text ends too early"));
	const char *at = s->p;
	enum json_type type;
	enum status st;
	switch (*at) {
	case '{':
		return scan_container(s, depth, key, JSON_OBJECT);
	case '[':
		return scan_container(s, depth, key, JSON_ARRAY);
	case '"':
		type = JSON_STRING;
		st = scan_string(s);
		break;
	case 't':
		type = JSON_TRUE;
		st = scan_word(s, "true");
		break;
	case 'f':
		type = JSON_FALSE;
		st = scan_word(s, "false");
		break;
	case 'n':
		type = JSON_NULL;
		st = scan_word(s, "null");
		break;
	default:
		if (*at != '-' && (*at < '0' || *at > '9'))
			return scan_fail(s, at, ST_INVALID, N_("expected a JSON value"));
		type = JSON_NUMBER;
		st = scan_number(s);
	}
	if (st != ST_OK || !s->visit)
		return st;
	struct json_event ev = {.type = type, .depth = depth, .key = key, .raw = {at, (size_t)(s->p - at)}};
	return s->visit(s->ctx, &ev) ? ST_OK : ST_CANCELLED;
}

enum status json_scan(const char *text, size_t len, json_visit visit, void *ctx, struct err *err)
{
	struct scanner s = {text, text, text + len, visit, ctx, err};
	if (len > JSON_MAX_BYTES)
		return scan_fail(&s, text, ST_LIMIT, N_("the JSON text is too large"));
	if (len >= 3 && !memcmp(text, "\xef\xbb\xbf", 3))
		return scan_fail(&s, text, ST_INVALID, N_("a byte order mark stands before the text; save it as UTF-8 without one"));
	scan_space(&s);
	enum status st = scan_value(&s, 0, (struct json_span){NULL, 0});
	if (st != ST_OK) {
		if (st == ST_CANCELLED)
			err_set(err, st, N_("stopped"));
		return st;
	}
	scan_space(&s);
	if (s.p < s.end)
		return scan_fail(&s, s.p, ST_INVALID, N_("something follows the end of the JSON value"));
	return ST_OK;
}

char *json_span_string(struct json_span raw)
{
	if (!raw.at || raw.len < 2 || raw.at[0] != '"')
		return NULL;
	const char *p = raw.at + 1;
	const char *end = raw.at + raw.len - 1;
	char *out = mem_alloc((size_t)(end - p) + 1);
	size_t n = 0;
	while (p < end) {
		if (*p != '\\') {
			out[n++] = *p++;
			continue;
		}
		char c = p[1];
		p += 2;
		if (c == 'u') {
			int32_t code = scan_hex(p, end);
			p += 4;
			if (code >= 0xd800 && code <= 0xdbff) {
				code = 0x10000 + ((code - 0xd800) << 10) + (scan_hex(p + 2, end) - 0xdc00);
				p += 6;
			}
			n += text_put(code, out + n); /* at most as long as the escape was */
			continue;
		}
		out[n++] = c == 'b' ? '\b' : c == 'f' ? '\f' : c == 'n' ? '\n' : c == 'r' ? '\r' : c == 't' ? '\t' : c;
	}
	out[n] = '\0';
	return out;
}

void json_write_string(struct buf *b, const char *s)
{
	if (!s) {
		buf_add_text(b, "null");
		return;
	}
	buf_add_char(b, '"');
	const char *plain = s;
	for (const char *p = s;; p++) {
		unsigned char c = (unsigned char)*p;
		if (c >= 0x20 && c != '"' && c != '\\')
			continue;
		buf_add(b, plain, (size_t)(p - plain));
		plain = p + 1;
		if (!c)
			break;
		switch (c) {
		case '"':
			buf_add_text(b, "\\\"");
			break;
		case '\\':
			buf_add_text(b, "\\\\");
			break;
		case '\n':
			buf_add_text(b, "\\n");
			break;
		case '\r':
			buf_add_text(b, "\\r");
			break;
		case '\t':
			buf_add_text(b, "\\t");
			break;
		case '\b':
			buf_add_text(b, "\\b");
			break;
		case '\f':
			buf_add_text(b, "\\f");
			break;
		default:
			buf_printf(b, "\\u%04x", c);
		}
	}
	buf_add_char(b, '"');
}
