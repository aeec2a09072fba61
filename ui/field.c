#include "field.h"

#include <string.h>

void field_init(struct field *field, const char *text)
{
	memset(field, 0, sizeof(*field));
	field_set(field, text);
}

void field_done(struct field *field)
{
	if (field->text != NULL)
		explicit_bzero(field->text, strlen(field->text));    /* it may have been a password */
	mem_free(field->text);
	field->text = NULL;
}

void field_set(struct field *field, const char *text)
{
	char *fresh = text_nfc(text == NULL ? "" : text);

	field_done(field);
	field->text = fresh;
	field->cursor = strlen(fresh);
	field->changed = false;
}

static bool field_is_mark(int32_t cp)
{
	return cp >= 0x300 && text_width(cp) == 0;
}

static size_t field_after(const struct field *field, size_t at)
{
	const char *p = field->text + at, *end = field->text + strlen(field->text);

	if (p >= end)
		return at;
	text_next(&p, end);
	while (p < end) {
		const char *next = p;

		if (!field_is_mark(text_next(&next, end)))
			break;
		p = next;
	}
	return (size_t)(p - field->text);
}

static size_t field_before(const struct field *field, size_t at)
{
	size_t from = 0, next;

	while ((next = field_after(field, from)) < at)
		from = next;
	return at == 0 ? 0 : from;
}

/* What may be typed: no control characters but, in a field of several lines, line ends and tabs. */
static char *field_clean(const struct field *field, const char *text)
{
	const char *at = text, *end = text + strlen(text);
	struct buf out;

	buf_init(&out, 0);
	while (at < end) {
		char bytes[4];
		int32_t cp = text_next(&at, end);

		if (!field->lines && (cp == '\n' || cp == '\t' || cp == '\r'))
			cp = ' ';
		if ((cp < 0x20 && cp != '\n' && cp != '\t') || (cp >= 0x7f && cp < 0xa0))
			continue;
		buf_add(&out, bytes, text_put(cp, bytes));
	}
	return buf_take(&out, NULL);
}

static bool field_fits(const struct field *field, const char *text)
{
	return strlen(text) <= FIELD_MAX && (field->max_length == 0 || text_count(text) <= field->max_length);
}

bool field_insert(struct field *field, const char *text)
{
	char *clean = field_clean(field, text), *joined = NULL, *all = NULL, *head = NULL;
	size_t len = strlen(clean), border;
	bool whole = true;

	for (;;) {
		mem_free(joined);
		mem_free(all);
		joined = mem_printf("%.*s%.*s%s", (int)field->cursor, field->text, (int)len, clean, field->text + field->cursor);
		all = text_nfc(joined);
		if (len == 0 || field_fits(field, all))
			break;
		whole = false;
		/* halve what is too long, then go on character by character */
		len = text_cut(clean, len > 64 ? len / 2 : len - 1);
	}
	if (len > 0) {
		joined[field->cursor + len] = '\0';
		head = text_nfc(joined);
		border = strlen(head);
		if (border > strlen(all) || memcmp(head, all, border) != 0)
			border = text_cut(all, border);      /* a mark behind the cursor joined what was typed */
		field_done(field);
		field->text = all;
		all = NULL;
		field->cursor = border;
		if (field->text[border] != '\0') {
			const char *p = field->text + border;

			while (*p != '\0') {
				const char *next = p;

				if (!field_is_mark(text_next(&next, p + strlen(p))))
					break;
				p = next;
			}
			field->cursor = (size_t)(p - field->text);
		}
		field->changed = true;
	}
	mem_free(clean);
	mem_free(joined);
	mem_free(all);
	mem_free(head);
	return whole && len > 0;
}

void field_left(struct field *field)
{
	field->cursor = field_before(field, field->cursor);
}

void field_right(struct field *field)
{
	field->cursor = field_after(field, field->cursor);
}

void field_home(struct field *field)
{
	field->cursor = 0;
}

void field_end(struct field *field)
{
	field->cursor = strlen(field->text);
}

bool field_delete(struct field *field)
{
	size_t end = field_after(field, field->cursor);

	if (end == field->cursor)
		return false;
	memmove(field->text + field->cursor, field->text + end, strlen(field->text + end) + 1);
	field->changed = true;
	return true;
}

bool field_backspace(struct field *field)
{
	if (field->cursor == 0)
		return false;
	field_left(field);
	return field_delete(field);
}

bool field_kill(struct field *field)
{
	if (field->text[field->cursor] == '\0')
		return false;
	field->text[field->cursor] = '\0';
	field->changed = true;
	return true;
}

void field_draw(const struct field *field, struct surface *surface, int row, int col, int end, bool secret)
{
	int width = end - col, used;
	char *head, *rest;
	size_t from = 0, i, stars;

	if (width < 2)
		return;
	if (secret) {
		stars = text_count(field->text);
		for (i = 0; i < stars && (int)i < width - 1; i++)
			surface_put(surface, row, col + (int)i, end, ROLE_TEXT, "*");
		head = mem_strndup(field->text, field->cursor);
		if (text_count(head) < i)
			i = text_count(head);
		mem_free(head);
		surface_cursor(surface, row, col + (int)i);
		return;
	}
	head = mem_strndup(field->text, field->cursor);
	used = surface_columns(surface, head);
	/* Scrolls by half the width, so that typing on does not redraw the line with every key. */
	while (used > width - 1) {
		char *part;
		int goal = used - width / 2;

		while (goal > 0 && from < field->cursor) {
			size_t next = field_after(field, from);

			part = mem_strndup(field->text + from, next - from);
			goal -= surface_columns(surface, part);
			mem_free(part);
			from = next;
		}
		mem_free(head);
		head = mem_strndup(field->text + from, field->cursor - from);
		used = surface_columns(surface, head);
	}
	rest = mem_strdup(field->text + from);
	surface_put(surface, row, col, end, ROLE_TEXT, rest);
	surface_cursor(surface, row, col + used);
	mem_free(head);
	mem_free(rest);
}
