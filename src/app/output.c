#include "app/output.h"

#include <string.h>

struct json *output_json_value(const char *text)
{
	struct json *value;

	if (text == NULL)
		return json_new_null();
	return json_parse_text(text, &value, NULL) == ST_OK ? value : json_new_string(text);
}

/* RFC 4180: quoted where needed. Control characters become visible signs, so that a file that is looked at on a terminal cannot drive it.
 * */
void output_csv_field(struct buf *b, const char *text, bool first)
{
	char *safe = text_safe(text == NULL ? "" : text);
	const char *c;

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
