/* The scanner and the tree agree; what is printed reads back as the same value. */
#include <stdlib.h>
#include <string.h>

#include "json/json.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct json *a = NULL;
	struct json *b = NULL;
	char *text = mem_strndup((const char *)data, size);
	enum status scanned = json_scan(text, size, NULL, NULL, NULL);
	enum status parsed = json_parse(text, size, &a, NULL);
	/* only a key that comes twice is refused by the tree alone */
	if (scanned != ST_OK && parsed != scanned)
		abort();
	struct json_members walk = json_members_of((struct json_span){text, size});
	struct json_member m;
	size_t members = 0;
	while (json_members_next(&walk, &m)) {
		if (m.key.at < text || m.key.at + m.key.len > text + size || m.raw.at < text || m.raw.at + m.raw.len > text + size)
			abort();
		members++;
	}
	if (parsed == ST_OK && json_is_object(a) && members != json_count(a))
		abort();
	if (parsed == ST_OK) {
		size_t len = 0;
		char *printed = json_print(a, &len);
		if (json_parse(printed, len, &b, NULL) != ST_OK || !json_equal(a, b) || !json_equal(b, a))
			abort();
		char *again = json_print(b, NULL);
		if (strcmp(printed, again) != 0)
			abort();
		struct json *copy = json_copy(a);
		if (!json_equal(copy, b))
			abort();
		json_free(copy);
		mem_free(printed);
		mem_free(again);
	}
	json_free(a);
	json_free(b);
	mem_free(text);
	return 0;
}
