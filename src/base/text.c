#include "base/text.h"

#include <stdlib.h>
#include <string.h>
#include <utf8proc.h>

#include "base/buf.h"
#include "base/mem.h"

/* Length of the well-formed sequence at s, 0 if there is none (Unicode 15, table 3-7). */
static size_t text_sequence(const unsigned char *s, size_t len)
{
	if (!len)
		return 0;
	unsigned char c = s[0];
	if (c < 0x80)
		return 1;
	size_t n = c >= 0xc2 && c <= 0xdf ? 2 : (c & 0xf0) == 0xe0 ? 3 : c >= 0xf0 && c <= 0xf4 ? 4 : 0;
	if (!n || len < n)
		return 0;
	for (size_t i = 1; i < n; i++)
		if ((s[i] & 0xc0) != 0x80)
			return 0;
	if ((c == 0xe0 && s[1] < 0xa0) || (c == 0xed && s[1] > 0x9f) || (c == 0xf0 && s[1] < 0x90) || (c == 0xf4 && s[1] > 0x8f))
		return 0;
	return n;
}

bool text_is_valid(const char *s, size_t len)
{
	const unsigned char *p = (const unsigned char *)s;
	for (size_t i = 0; i < len;) {
		size_t n = text_sequence(p + i, len - i);
		if (!n || !p[i])
			return false;
		i += n;
	}
	return true;
}

int32_t text_next(const char **s, const char *end)
{
	const unsigned char *p = (const unsigned char *)*s;
	size_t left = end > *s ? (size_t)(end - *s) : 0;
	if (!left)
		return -1;
	size_t n = text_sequence(p, left);
	*s += n ? n : 1;
	switch (n) {
	case 1:
		return p[0];
	case 2:
		return (p[0] & 0x1f) << 6 | (p[1] & 0x3f);
	case 3:
		return (p[0] & 0x0f) << 12 | (p[1] & 0x3f) << 6 | (p[2] & 0x3f);
	case 4:
		return (p[0] & 0x07) << 18 | (p[1] & 0x3f) << 12 | (p[2] & 0x3f) << 6 | (p[3] & 0x3f);
	default:
		return 0xfffd;
	}
}

size_t text_put(int32_t cp, char out[4])
{
	if (cp < 0 || cp > 0x10ffff || (cp >= 0xd800 && cp <= 0xdfff))
		cp = 0xfffd;
	return (size_t)utf8proc_encode_char(cp, (utf8proc_uint8_t *)out);
}

static bool text_is_ascii(const char *s)
{
	for (; *s; s++)
		if ((unsigned char)*s >= 0x80)
			return false;
	return true;
}

/* utf8proc_map with checked memory; what utf8proc cannot map stays as it is. */
static char *text_map(const char *s, utf8proc_option_t options)
{
	utf8proc_uint8_t *mapped = NULL;
	utf8proc_ssize_t n = utf8proc_map((const utf8proc_uint8_t *)s, 0, &mapped, options | UTF8PROC_NULLTERM);
	if (n < 0 || !mapped)
		return mem_strdup(s);
	char *copy = mem_strndup((const char *)mapped, (size_t)n);
	free(mapped);
	return copy;
}

char *text_nfc(const char *s)
{
	if (!s)
		return mem_strdup("");
	return text_is_ascii(s) ? mem_strdup(s) : text_map(s, UTF8PROC_STABLE | UTF8PROC_COMPOSE);
}

size_t text_count(const char *s)
{
	if (!s)
		return 0;
	if (text_is_ascii(s))
		return strlen(s);
	char *nfc = text_nfc(s);
	const char *p = nfc;
	const char *end = nfc + strlen(nfc);
	size_t n = 0;
	while (text_next(&p, end) >= 0)
		n++;
	mem_free(nfc);
	return n;
}

/* Of letters beyond ASCII alone. */
static char *text_fold_run(const char *s)
{
	char *folded = text_map(s, UTF8PROC_STABLE | UTF8PROC_COMPAT | UTF8PROC_DECOMPOSE | UTF8PROC_STRIPMARK | UTF8PROC_CASEFOLD);
	/* letters with a stroke have no decomposition, but people type them without it */
	static const struct { const char *from; char to; } strokes[] = {{"ł", 'l'}, {"ø", 'o'}, {"đ", 'd'}, {"ħ", 'h'}, {"ŧ", 't'}, {"ɓ", 'b'}, {"ɗ", 'd'}, {"ƙ", 'k'}, {"ı", 'i'}};
	char *out = folded;
	for (const char *p = folded; *p;) {
		bool found = false;
		bool latin = (unsigned char)*p >= 0xc3 && (unsigned char)*p <= 0xc9; /* what they begin with */
		for (size_t i = 0; latin && i < sizeof strokes / sizeof *strokes && !found; i++) {
			size_t len = strlen(strokes[i].from);
			if (!strncmp(p, strokes[i].from, len)) {
				*out++ = strokes[i].to;
				p += len;
				found = true;
			}
		}
		if (!found)
			*out++ = *p++;
	}
	*out = '\0';
	return folded;
}

/* A letter's folding does not depend on its neighbours (nothing is composed, marks go), so ASCII, most of any text here, does without the tables. */
char *text_fold(const char *s)
{
	struct buf out;
	buf_init(&out, 0);
	while (s && *s) {
		size_t len = 0;
		if ((unsigned char)*s < 0x80) {
			while (s[len] && (unsigned char)s[len] < 0x80)
				len++;
			buf_add(&out, s, len);
			for (char *p = out.data + out.len - len; *p; p++)
				if (*p >= 'A' && *p <= 'Z')
					*p = (char)(*p - 'A' + 'a');
		} else {
			while ((unsigned char)s[len] >= 0x80)
				len++;
			char *run = mem_strndup(s, len), *folded = text_fold_run(run);
			buf_add_text(&out, folded);
			mem_free(folded);
			mem_free(run);
		}
		s += len;
	}
	return buf_take(&out, NULL);
}

bool text_same(const char *a, const char *b)
{
	a = a ? a : "";
	b = b ? b : "";
	if (!strcmp(a, b))
		return true;
	if (text_is_ascii(a) && text_is_ascii(b))
		return false;
	char *x = text_nfc(a);
	char *y = text_nfc(b);
	bool same = !strcmp(x, y);
	mem_free(x);
	mem_free(y);
	return same;
}

/* Characters that would move the cursor, hide text or turn its direction. */
static bool text_is_unsafe(int32_t cp)
{
	if (cp < 0x20 || (cp >= 0x7f && cp < 0xa0))
		return true;
	if ((cp >= 0x200e && cp <= 0x200f) || (cp >= 0x2028 && cp <= 0x202e) || (cp >= 0x2066 && cp <= 0x2069) || cp == 0x061c || cp == 0xfeff || cp == 0x200b)
		return true;
	if (cp >= 0xfff9 && cp <= 0xfffb)
		return true;
	return (cp >= 0xe0000 && cp <= 0xe0fff) || utf8proc_category(cp) == UTF8PROC_CATEGORY_CN;
}

char *text_safe(const char *s)
{
	if (!s)
		return mem_strdup("");
	const char *end = s + strlen(s);
	size_t cap = 0;
	size_t n = 0;
	void *out = NULL;
	for (const char *p = s; p < end;) {
		int32_t cp = text_next(&p, end);
		char bytes[16];
		size_t len;
		if (cp < 0x20)
			len = text_put(0x2400 + cp, bytes); /* the picture of the control character */
		else if (cp == 0x7f)
			len = text_put(0x2421, bytes);
		else if (text_is_unsafe(cp))
			len = text_put(0xfffd, bytes);
		else
			len = text_put(cp, bytes);
		mem_grow(&out, &cap, n + len + 1, 1);
		memcpy((char *)out + n, bytes, len);
		n += len;
	}
	mem_grow(&out, &cap, n + 1, 1);
	((char *)out)[n] = '\0';
	return out;
}

char *text_safe_json(const char *json)
{
	struct buf b;
	buf_init(&b, 0);
	for (const char *p = json, *end = json + strlen(json); p < end;) {
		const char *at = p;
		int32_t cp = text_next(&p, end);
		/* below are JSON's own blanks: it escapes the other control characters itself */
		if (cp < 0x7f || !text_is_unsafe(cp))
			buf_add(&b, at, (size_t)(p - at));
		else if (cp > 0xffff)
			buf_printf(&b, "\\u%04x\\u%04x", (unsigned)(0xd800 + ((cp - 0x10000) >> 10)), (unsigned)(0xdc00 + ((cp - 0x10000) & 0x3ff)));
		else
			buf_printf(&b, "\\u%04x", (unsigned)cp);
	}
	return buf_take(&b, NULL);
}

int text_width(int32_t cp)
{
	if (cp < 0x20 || (cp >= 0x7f && cp < 0xa0))
		return 0;
	if (cp < 0x300)
		return 1;
	/* A vowel sign that stands beside its letter takes a cell on terminals; utf8proc counts it as none. */
	if (utf8proc_category(cp) == UTF8PROC_CATEGORY_MC)
		return 1;
	return utf8proc_charwidth(cp);
}

int text_columns(const char *s)
{
	int columns = 0;
	const char *end = s + strlen(s);
	for (const char *p = s; p < end;)
		columns += text_width(text_next(&p, end));
	return columns;
}

void text_place(const char *s, size_t offset, int *line, int *column)
{
	*line = 1;
	*column = 1;
	for (const char *p = s; p < s + offset; p++) {
		if (*p == '\n') {
			(*line)++;
			*column = 1;
		} else if (((unsigned char)*p & 0xc0) != 0x80) {
			(*column)++;
		}
	}
}

size_t text_cut(const char *s, size_t max_bytes)
{
	size_t len = strnlen(s, max_bytes + 1);
	if (len <= max_bytes) {
		/* the end itself may stand in the middle of a character */
		size_t back = len;
		while (back > 0 && len - back < 4 && ((unsigned char)s[back - 1] & 0xc0) == 0x80)
			back--;
		if (back > 0 && (unsigned char)s[back - 1] >= 0xc0 && !text_sequence((const unsigned char *)s + back - 1, len - back + 1))
			return back - 1;
		return len;
	}
	size_t n = max_bytes;
	while (n > 0 && ((unsigned char)s[n] & 0xc0) == 0x80)
		n--;
	return n;
}

bool text_is_blank(const char *s)
{
	if (!s)
		return true;
	const char *end = s + strlen(s);
	for (const char *p = s; p < end;) {
		int32_t cp = text_next(&p, end);
		if (cp > 0x20 && cp != 0xa0 && utf8proc_category(cp) != UTF8PROC_CATEGORY_ZS)
			return false;
	}
	return true;
}

bool text_starts(const char *s, const char *prefix)
{
	return !strncmp(s, prefix, strlen(prefix));
}

static char *text_each(const char *s, utf8proc_int32_t (*change)(utf8proc_int32_t))
{
	const char *end = s + strlen(s);
	char *out = mem_alloc((size_t)(end - s) * 4 + 1);
	size_t n = 0;
	for (const char *p = s; p < end;)
		n += text_put(change(text_next(&p, end)), out + n);
	out[n] = '\0';
	return out;
}

char *text_upper(const char *s)
{
	/* the one letter of Latin script that becomes two */
	char *upper = text_each(s, utf8proc_toupper);
	for (char *p = upper; (p = strstr(p, "\xe1\xba\x9e")); p += 2) {
		memcpy(p, "SS", 2);
		memmove(p + 2, p + 3, strlen(p + 3) + 1);
	}
	return upper;
}

char *text_lower(const char *s)
{
	return text_each(s, utf8proc_tolower);
}
