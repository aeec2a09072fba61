#include "app/output.h"

#include <string.h>

struct json *output_json_value(const char *text)
{
	struct json *value;

	if (text == NULL)
		return json_new_null();
	return json_parse_text(text, &value, NULL) == ST_OK ? value : json_new_string(text);
}

/* Would a spreadsheet calculate it? A number with its sign is one. */
static bool output_is_formula(const char *text)
{
	if (*text == '\0' || strchr("=+-@", *text) == NULL)
		return false;
	return (*text != '+' && *text != '-') || text[1] == '\0' || text[1 + strspn(text + 1, "0123456789.")] != '\0';
}

/* RFC 4180: quoted where needed. Control characters become visible signs, so that a file that is looked at on a terminal cannot drive it; what a
 * spreadsheet would take for a formula gets an apostrophe in front, as its user would type it. */
void output_csv_field(struct buf *b, const char *text, bool first)
{
	char *safe = text_safe(text == NULL ? "" : text), *guarded = output_is_formula(safe) ? mem_printf("'%s", safe) : NULL;
	const char *c;

	if (guarded != NULL) {
		mem_free(safe);
		safe = guarded;
	}
	if (!first)
		buf_add_char(b, ',');
	if (strpbrk(safe, ",\"\r\n") == NULL && safe[0] != ' ' && (safe[0] == '\0' || safe[strlen(safe) - 1] != ' ')) {
		buf_add_text(b, safe);
	} else {
		buf_add_char(b, '"');
		for (c = safe; *c != '\0'; c++) {
			if (*c == '"')
				buf_add_char(b, '"');
			buf_add_char(b, *c);
		}
		buf_add_char(b, '"');
	}
	mem_free(safe);
}
