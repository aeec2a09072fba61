/* The field checks: required, lengths, patterns, ranges, over the whole list at once (protocol.md D.3, left column). */
#include <string.h>

#include "trainer/wire.h"

#define UUID_LENGTH_MIN 20
#define UUID_LENGTH_MAX 36

/* Java counts UTF-16 units. */
static int64_t java_length(const char *s)
{
	int64_t n = 0;
	for (const char *end = s + strlen(s); s < end;)
		n += text_next(&s, end) > 0xFFFF ? 2 : 1;
	return n;
}

static const char *required_text(const char *name)
{
	static const struct { const char *name, *text; } texts[] = {
		{"disease", "You have to specify a valid disease"}, {"reportDate", "You have to specify a valid report date"},
		{"reportDateTime", "You have to specify a valid report date"}, {"person", "You have to specify a valid person from the SORMAS database"},
		{"responsibleRegion", "You have to specify a valid responsible region"},
		{"responsibleDistrict", "You have to specify a valid responsible district"}, {"firstName", "You have to specify a first name"},
		{"lastName", "You have to specify a last name"}, {"sex", "You have to specify the sex"},
	};
	for (size_t i = 0; i < sizeof texts / sizeof texts[0]; i++)
		if (strcmp(texts[i].name, name) == 0)
			return texts[i].text;
	return "This field is required";
}

struct check { struct json *errors; };

static void note(struct check *c, const char *path, const char *name, char *text)
{
	char *full = path[0] ? mem_printf("%s.%s", path, name) : mem_strdup(name);
	if (!c->errors)
		c->errors = json_new_object();
	json_set(c->errors, full, json_new_string(text));
	mem_free(full);
	mem_free(text);
}

static void check_uuid(struct check *c, const char *path, const char *name, const char *uuid)
{
	size_t len = strlen(uuid);
	if (strspn(uuid, "0123456789abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ-") != len)
		note(c, path, name, mem_strdup("The UUID you entered is not valid. Only numbers, letters and \"-\"(dash) is allowed"));
	if (len < UUID_LENGTH_MIN || len > UUID_LENGTH_MAX)
		note(c, path, name, mem_printf("The text you entered is not valid. It's length must be between %d and %d", UUID_LENGTH_MIN,
			UUID_LENGTH_MAX));
}

static void check_object(struct check *c, const struct model_type *type, const struct json *dto, const char *path);

static void check_nested(struct check *c, const struct model_field *f, const struct json *v, const char *path)
{
	char *at = path[0] ? mem_printf("%s.%s", path, f->name) : mem_strdup(f->name);
	if (f->type == TYPE_OBJECT && json_is_object(v))
		check_object(c, f->object, v, at);
	size_t i = 0;
	for (const struct json *item = f->type == TYPE_OBJECT_LIST ? json_first(v) : NULL; item; item = json_next(item), i++) {
		char *item_at = mem_printf("%s[%zu]", at, i);
		check_object(c, f->object, item, item_at);
		mem_free(item_at);
	}
	mem_free(at);
}

static void check_field(struct check *c, const struct model_field *f, const struct json *v, const char *path)
{
	const char *text = json_string(v);
	double d;
	bool person_name = strcmp(f->name, "firstName") == 0 || strcmp(f->name, "lastName") == 0;
	if (f->required && (json_is_null(v) || (person_name && text_is_blank(text)))) {
		note(c, path, f->name, mem_strdup(required_text(f->name)));
		return;
	}
	if (json_is_null(v))
		return;
	if (strcmp(f->name, "uuid") == 0 && text)
		check_uuid(c, path, f->name, text);
	else if (f->type == TYPE_STRING && text && f->max_length >= 0 && java_length(text) > f->max_length)
		note(c, path, f->name, mem_printf("The text you entered is too long. Maximum allowed length is %lld", (long long)f->max_length));
	if ((f->type == TYPE_NUMBER || f->type == TYPE_INTEGER) && json_double(v, &d)) {
		if (f->has_max && d > f->max)
			note(c, path, f->name, mem_printf("The number you entered is too big. The maximum allowed is %g", f->max));
		if (f->has_min && d < f->min)
			note(c, path, f->name, mem_printf("The number you entered is too small. The minimum allowed is %g", f->min));
	}
	if (f->type == TYPE_REFERENCE) {
		char *at = path[0] ? mem_printf("%s.%s", path, f->name) : mem_strdup(f->name);
		const char *uuid = json_get_string(v, "uuid");
		if (uuid)
			check_uuid(c, at, "uuid", uuid);
		else
			note(c, at, "uuid", mem_strdup(required_text("")));
		mem_free(at);
	}
	if ((f->type == TYPE_OBJECT || f->type == TYPE_OBJECT_LIST) && f->object && model_type_has_uuid(f->object))
		check_nested(c, f, v, path);
}

static void check_object(struct check *c, const struct model_type *type, const struct json *dto, const char *path)
{
	for (int i = 0; i < model_field_count(type); i++) {
		const struct model_field *f = model_field_at(type, i);
		if (!f->refused)
			check_field(c, f, json_get(dto, f->name), path);
	}
}

struct json *bean_check(const struct model_type *type, const struct json *list)
{
	struct check c = {0};
	for (const struct json *dto = json_first(list); dto; dto = json_next(dto))
		check_object(&c, type, dto, "");
	return c.errors;
}
