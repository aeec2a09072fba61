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
	return json_type(v) == JSON_FALSE || json_is_zero(v);
}

/* Objects that stand for something by one key: references by uuid, customizable enums by value. */
static bool same_identity(const struct json *a, const struct json *b, const char *key)
{
	const char *x = json_get_string(a, key);
	const char *y = json_get_string(b, key);
	return x && y ? !strcmp(x, y) : json_equal(a, b);
}

/* The same uuids in any order and equal items; of references (type NULL) the uuid is all. */
static bool lists_equal(const struct model_type *type, const struct json *a, const struct json *b)
{
	if (json_count(a) != json_count(b))
		return false;
	struct model_index in_a, in_b;
	model_index_items(&in_a, a);
	model_index_items(&in_b, b);
	/* without a uuid each there is nothing to match by: the same JSON value */
	bool same = in_a.clean && in_b.clean ? true : json_equal(a, b);
	for (const struct json *x = in_a.clean && same ? json_first(a) : NULL; x && same; x = json_next(x)) {
		const struct json *y = model_index_find(&in_b, json_get_string(x, "uuid"));
		same = y && (!type || model_objects_equal(type, x, y));
	}
	model_index_done(&in_a);
	model_index_done(&in_b);
	return same;
}

bool model_list_has_uuids(const struct model_field *field)
{
	return (field->type == TYPE_OBJECT_LIST && field->object->has_uuid) || (field->type == TYPE_VALUE_LIST && field->reference);
}

bool model_values_equal(const struct model_field *field, const struct json *a, const struct json *b)
{
	bool list = field && (field->type == TYPE_OBJECT_LIST || field->type == TYPE_VALUE_LIST);
	bool a_empty = model_value_is_empty(field, a) || (list && json_is_array(a) && !json_first(a));
	bool b_empty = model_value_is_empty(field, b) || (list && json_is_array(b) && !json_first(b));
	if (a_empty || b_empty)
		return a_empty && b_empty;
	if (!field || field->type == TYPE_ANY)
		return json_equal(a, b);
	if (json_is_string(a) && json_is_string(b))
		return text_same(json_string(a), json_string(b));
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
	if (model_list_has_uuids(field) && json_is_array(a) && json_is_array(b))
		return lists_equal(field->object, a, b);
	return json_equal(a, b);
}

#define SCAN_LIMIT 16 /* keys out of order that are looked for by scanning, before the object is hashed */

/* Every key of a equals b's; with only_missing just those that b lacks. */
static bool keys_equal(const struct model_type *type, const struct json *a, const struct json *b, bool only_missing)
{
	const struct json *hint = json_first(b);
	struct model_index index;
	index.slots = NULL;
	int scans = 0;
	bool same = true;
	for (const struct json *x = json_first(a); x && same; x = json_next(x)) {
		const char *key = json_key(x);
		const struct json *y = hint && !strcmp(json_key(hint), key) ? hint : NULL;
		if (!y && ++scans <= SCAN_LIMIT)
			y = json_get(b, key);
		else if (!y && !index.slots)
			model_index_keys(&index, b);
		if (!y && index.slots)
			y = model_index_find(&index, key);
		hint = y ? json_next(y) : hint;
		if ((y && only_missing) || model_key_role(type, key) != ROLE_VALUE)
			continue;
		same = model_values_equal(model_field(type, key), x, y);
	}
	if (index.slots)
		model_index_done(&index);
	return same;
}

bool model_objects_equal(const struct model_type *type, const struct json *a, const struct json *b)
{
	if (!json_is_object(a) || !json_is_object(b))
		return json_equal(a, b);
	return keys_equal(type, a, b, false) && keys_equal(type, b, a, true);
}
