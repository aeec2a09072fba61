/* Equality of values, objects and lists (sync.md "Equality"). */
#include <string.h>

#include "model/internal.h"

bool model_value_is_empty(const struct model_field *field, const struct json *v)
{
	if (json_is_null(v))
		return true;
	const char *text = json_string(v);
	if (text && !*text)
		return true;
	if (!field || !field->primitive)
		return false;
	if (json_type(v) == JSON_FALSE)
		return true;
	double number = 0;
	return json_double(v, &number) && !(number < 0 || number > 0);
}

/* Objects that stand for something by one key: references by uuid, customizable enums by value. */
static bool same_identity(const struct json *a, const struct json *b, const char *key)
{
	const char *x = json_get_string(a, key);
	const char *y = json_get_string(b, key);
	return x && y ? !strcmp(x, y) : json_equal(a, b);
}

static bool lists_equal(const struct model_type *type, const struct json *a, const struct json *b)
{
	if (json_count(a) != json_count(b))
		return false;
	for (const struct json *x = json_first(a); x; x = json_next(x)) {
		const char *uuid = json_get_string(x, "uuid");
		const struct json *y = json_first(b);
		for (; y; y = json_next(y)) {
			const char *other = json_get_string(y, "uuid");
			if (uuid ? other && !strcmp(uuid, other) : json_equal(x, y))
				break;
		}
		if (!y || !model_objects_equal(type, x, y))
			return false;
	}
	return true;
}

bool model_values_equal(const struct model_field *field, const struct json *a, const struct json *b)
{
	bool list = field && field->type == TYPE_OBJECT_LIST;
	bool a_empty = model_value_is_empty(field, a) || (list && json_is_array(a) && !json_first(a));
	bool b_empty = model_value_is_empty(field, b) || (list && json_is_array(b) && !json_first(b));
	if (a_empty || b_empty)
		return a_empty && b_empty;
	if (json_is_string(a) && json_is_string(b))
		return text_same(json_string(a), json_string(b));
	if (!field)
		return json_equal(a, b);
	int64_t x = 0, y = 0;
	if (field->truncated && json_int(a, &x) && json_int(b, &y))
		return date_truncated_day(x) == date_truncated_day(y);
	if (json_is_object(a) && json_is_object(b)) {
		if (field->type == TYPE_REFERENCE)
			return same_identity(a, b, "uuid");
		if (field->type == TYPE_CUSTOMIZABLE_ENUM)
			return same_identity(a, b, "value");
		if (field->type == TYPE_OBJECT && field->object->has_uuid)
			return model_objects_equal(field->object, a, b);
	}
	if (list && field->object->has_uuid && json_is_array(a) && json_is_array(b))
		return lists_equal(field->object, a, b);
	return json_equal(a, b);
}

static bool keys_equal(const struct model_type *type, const struct json *a, const struct json *b, bool only_missing)
{
	const struct json *hint = json_first(b);
	for (const struct json *x = json_first(a); x; x = json_next(x)) {
		const struct json *y = hint && !strcmp(json_key(hint), json_key(x)) ? hint : json_get(b, json_key(x));
		hint = y ? json_next(y) : hint;
		if (y && only_missing)
			continue;
		const struct model_field *f = model_field(type, json_key(x));
		if (f && f->role != ROLE_VALUE)
			continue;
		if (!model_values_equal(f, x, y))
			return false;
	}
	return true;
}

bool model_objects_equal(const struct model_type *type, const struct json *a, const struct json *b)
{
	if (!json_is_object(a) || !json_is_object(b))
		return json_equal(a, b);
	return keys_equal(type, a, b, false) && keys_equal(type, b, a, true);
}
