/* The scanner: RFC 8259 to the letter, UTF-8 checked, without allocating. Recursion is bounded by JSON_MAX_DEPTH. */
#include <string.h>

#include "json/scan.h"

/* Each step takes where it begins and gives where it ended; NULL: refused or stopped, st says how. */
struct scanner {
	const char *start, *end;
	json_visit visit;
	void *ctx;
	enum status st;
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

static const char *scan_fail(struct scanner *s, const char *at, enum status st, const char *id)
{
	int line = 1;
	int column = 1;
	text_place(s->start, (size_t)(at - s->start), &line, &column);
	err_set(s->err, st, id);
	err_at(s->err, line, column);
	s->st = st;
	return NULL;
}

static const char *skip_blanks(const char *p, const char *end)
{
	while (p < end && (*p == ' ' || *p == '\n' || *p == '\t' || *p == '\r'))
		p++;
	return p;
}

/* Between tokens: servers write none, so that mostly one comparison does. */
static inline const char *scan_space(const struct scanner *s, const char *p)
{
	return p < s->end && (unsigned char)*p <= ' ' ? skip_blanks(p, s->end) : p;
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

static const char *scan_escape(struct scanner *s, const char *p)
{
	if (s->end - p < 2)
		return scan_fail(s, s->end, ST_INVALID, N_("the text ends inside a string"));
	if (p[1] != 'u') {
		if (!p[1] || !strchr("\"\\/bfnrt", p[1]))
			return scan_fail(s, p, ST_INVALID, N_("unknown escape in a string"));
		return p + 2;
	}
	int code = scan_hex(p + 2, s->end);
	if (code < 0)
		return scan_fail(s, p, ST_INVALID, N_("\\u needs four hexadecimal digits"));
	if (!code)
		return scan_fail(s, p, ST_INVALID, N_("the character \\u0000 is not allowed"));
	if (code >= 0xd800 && code <= 0xdfff) {
		int low = code <= 0xdbff && s->end - p >= 12 && p[6] == '\\' && p[7] == 'u' ? scan_hex(p + 8, s->end) : -1;
		if (low < 0xdc00 || low > 0xdfff)
			return scan_fail(s, p, ST_INVALID, N_("half of a surrogate pair"));
		return p + 12;
	}
	return p + 6;
}

/* The rest of a string in which something needs a look. */
static const char *scan_string_on(struct scanner *s, const char *p)
{
	while (p && p < s->end) {
		const char *at = p;
		switch (scan_class[(unsigned char)*p]) {
		case 0:
			p++;
			break;
		case 1:
			return p + 1;
		case 2:
			p = scan_escape(s, p);
			break;
		case 3:
			return scan_fail(s, p, ST_INVALID, N_("a control character in a string has to be escaped"));
		default:
			if (text_next(&p, s->end) == 0xfffd && !(p - at == 3 && !memcmp(at, "\xef\xbf\xbd", 3)))
				return scan_fail(s, at, ST_INVALID, N_("not valid UTF-8"));
		}
	}
	return p ? scan_fail(s, s->end, ST_INVALID, N_("the text ends inside a string")) : NULL;
}

/* p: the opening quote. */
static inline const char *scan_string(struct scanner *s, const char *p)
{
	p = scan_skip_plain(p + 1, s->end);
	return p < s->end && *p == '"' ? p + 1 : scan_string_on(s, p);
}

static const char *skip_digits(const char *p, const char *end)
{
	while (p < end && *p >= '0' && *p <= '9')
		p++;
	return p;
}

static const char *scan_number(struct scanner *s, const char *at)
{
	const char *first = *at == '-' ? at + 1 : at;
	const char *p = skip_digits(first, s->end);
	bool ok = p > first && !(*first == '0' && p - first > 1);
	if (ok && p < s->end && *p == '.') {
		const char *digits = p + 1;
		p = skip_digits(digits, s->end);
		ok = p > digits;
	}
	if (ok && p < s->end && (*p == 'e' || *p == 'E')) {
		const char *digits = p + 1;
		if (digits < s->end && (*digits == '+' || *digits == '-'))
			digits++;
		p = skip_digits(digits, s->end);
		ok = p > digits;
	}
	return ok ? p : scan_fail(s, at, ST_INVALID, N_("not a JSON number"));
}

static inline const char *scan_word(struct scanner *s, const char *p, const char *word)
{
	size_t len = strlen(word);
	if ((size_t)(s->end - p) < len || memcmp(p, word, len) != 0)
		return scan_fail(s, p, ST_INVALID, N_("expected a JSON value"));
	return p + len;
}

static const char *scan_value(struct scanner *s, const char *p, int depth, struct json_span key);

static inline const char *scan_key(struct scanner *s, const char *at, struct json_span *key)
{
	if (at >= s->end || *at != '"')
		return scan_fail(s, at, ST_INVALID, N_("expected a key in quotes"));
	const char *p = scan_string(s, at);
	if (!p)
		return NULL;
	*key = (struct json_span){at + 1, (size_t)(p - at) - 2};
	p = scan_space(s, p);
	if (p >= s->end || *p != ':')
		return scan_fail(s, p, ST_INVALID, N_("expected a colon after the key"));
	return scan_space(s, p + 1);
}

static const char *scan_stopped(struct scanner *s)
{
	s->st = ST_CANCELLED;
	return NULL;
}

static const char *scan_container(struct scanner *s, const char *at, int depth, struct json_span key, enum json_type type)
{
	char close = type == JSON_OBJECT ? '}' : ']';
	struct json_event ev = {.type = type, .depth = depth, .key = key, .raw = {at, 1}};
	if (depth >= JSON_MAX_DEPTH)
		return scan_fail(s, at, ST_LIMIT, N_("nested too deeply"));
	if (s->visit && !s->visit(s->ctx, &ev))
		return scan_stopped(s);
	const char *p = scan_space(s, at + 1);
	if (p < s->end && *p == close) {
		p++;
	} else {
		for (;;) {
			struct json_span child = {NULL, 0};
			if (type == JSON_OBJECT)
				p = scan_key(s, p, &child);
			if (p)
				p = scan_value(s, p, depth + 1, child);
			if (!p)
				return NULL;
			p = scan_space(s, p);
			if (p < s->end && *p == close) {
				p++;
				break;
			}
			if (p >= s->end || *p != ',')
				return scan_fail(s, p, ST_INVALID,
					p >= s->end ? N_("the text ends too early") : type == JSON_OBJECT ? N_("expected a comma or }") : N_("expected a comma or ]"));
			p = scan_space(s, p + 1);
		}
	}
	ev.end = true;
	ev.raw.len = (size_t)(p - at);
	return !s->visit || s->visit(s->ctx, &ev) ? p : scan_stopped(s);
}

static const char *scan_value(struct scanner *s, const char *at, int depth, struct json_span key)
{
	if (at >= s->end)
		return scan_fail(s, at, ST_INVALID, N_("the text ends too early"));
	const char *p;
	enum json_type type;
	switch (*at) {
	case '{':
		return scan_container(s, at, depth, key, JSON_OBJECT);
	case '[':
		return scan_container(s, at, depth, key, JSON_ARRAY);
	case '"':
		type = JSON_STRING;
		p = scan_string(s, at);
		break;
	case 't':
		type = JSON_TRUE;
		p = scan_word(s, at, "true");
		break;
	case 'f':
		type = JSON_FALSE;
		p = scan_word(s, at, "false");
		break;
	case 'n':
		type = JSON_NULL;
		p = scan_word(s, at, "null");
		break;
	default:
		if (*at != '-' && (*at < '0' || *at > '9'))
			return scan_fail(s, at, ST_INVALID, N_("expected a JSON value"));
		type = JSON_NUMBER;
		p = scan_number(s, at);
	}
	if (!p || !s->visit)
		return p;
	struct json_event ev = {.type = type, .depth = depth, .key = key, .raw = {at, (size_t)(p - at)}};
	return s->visit(s->ctx, &ev) ? p : scan_stopped(s);
}

enum status json_scan(const char *text, size_t len, json_visit visit, void *ctx, struct err *err)
{
	struct scanner s = {.start = text, .end = text + len, .visit = visit, .ctx = ctx, .st = ST_OK, .err = err};
	const char *p = NULL;
	if (len > JSON_MAX_BYTES)
		scan_fail(&s, text, ST_LIMIT, N_("the JSON text is too large"));
	else if (len >= 3 && !memcmp(text, "\xef\xbb\xbf", 3))
		scan_fail(&s, text, ST_INVALID, N_("a byte order mark stands before the text; save it as UTF-8 without one"));
	else
		p = scan_value(&s, scan_space(&s, text), 0, (struct json_span){NULL, 0});
	if (p)
		p = scan_space(&s, p);
	if (p && p < s.end)
		scan_fail(&s, p, ST_INVALID, N_("something follows the end of the JSON value"));
	else if (s.st == ST_CANCELLED)
		err_set(err, s.st, N_("stopped"));
	return s.st;
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
