/* Making documents whole: for sending, for a new record, for a new list item; and the dates in them. */
#include <string.h>

#include "model/internal.h"

static bool same_uuid(const struct json *a, const struct json *b)
{
	const char *ua = json_get_string(a, "uuid"), *ub = json_get_string(b, "uuid");
	return ua && ub && strcmp(ua, ub) == 0;
}

static const struct json *item_like(const struct json *list, const struct json *item)
{
	const struct json *other = json_is_array(list) ? json_first(list) : NULL;
	while (other && !same_uuid(other, item))
		other = json_next(other);
	return other;
}

static void prepare_object(const struct model_type *type, const struct json *base, struct json *doc)
{
	for (int i = 0; i < type->count; i++) {
		const struct model_field *f = &type->fields[i];
		struct json *v = json_get(doc, f->name);
		if (f->refused) {
			json_remove(doc, f->name);
		} else if (f->type == TYPE_OBJECT && json_is_object(v)) {
			prepare_object(f->object, json_get(base, f->name), v);
		} else if (f->type == TYPE_OBJECT_LIST || f->type == TYPE_VALUE_LIST) {
			if (json_is_null(v)) {
				json_set(doc, f->name, json_new_array());
				continue;
			}
			for (struct json *item = f->type == TYPE_OBJECT_LIST && json_is_array(v) ? json_first(v) : NULL; item; item = json_next(item))
				if (json_is_object(item))
					prepare_object(f->object, item_like(json_get(base, f->name), item), item);
		}
	}
	/* 0 would be kept by a new therapy and means nothing elsewhere; but one that another client made so has 0 for good, and goes back with it: without a
	 * date the server takes the whole record for outdated (protocol.md D.2). */
	int64_t date = 0;
	if (json_get_int(doc, "changeDate", &date) && date <= 0 && !same_uuid(doc, base))
		json_remove(doc, "changeDate");
}

void model_prepare_for_push(const struct model *model, enum kind kind, const struct json *base, struct json *doc)
{
	prepare_object(model->kinds[kind], base, doc);
}

static void complete_object(const struct model_type *type, struct json *doc, struct rand *rand, int64_t now_ms, int depth)
{
	if (type->has_uuid && json_is_null(json_get(doc, "uuid"))) {
		char uuid[UUID_SIZE];
		rand_uuid(rand, uuid);
		json_set(doc, "uuid", json_new_string(uuid));
	}
	if (model_field(type, "creationDate") && json_is_null(json_get(doc, "creationDate")))
		json_set(doc, "creationDate", json_new_int(now_ms));
	if (model_field(type, "pseudonymized") && json_is_null(json_get(doc, "pseudonymized")))
		json_set(doc, "pseudonymized", json_new_bool(false));
	for (int i = 0; i < type->count && depth < JSON_MAX_DEPTH / 4; i++) {
		const struct model_field *f = &type->fields[i];
		struct json *v = json_get(doc, f->name);
		if (f->type == TYPE_OBJECT && f->object->has_uuid && strncmp(f->object->name, "Sormas", 6) != 0) {
			if (json_is_null(v)) {
				json_set(doc, f->name, json_new_object());
				v = json_get(doc, f->name);
			}
			if (json_is_object(v))
				complete_object(f->object, v, rand, now_ms, depth + 1);
		} else if (f->type == TYPE_OBJECT_LIST) {
			if (json_is_null(v)) {
				json_set(doc, f->name, json_new_array());
				continue;
			}
			for (struct json *item = json_is_array(v) ? json_first(v) : NULL; item; item = json_next(item))
				if (json_is_object(item))
					complete_object(f->object, item, rand, now_ms, depth + 1);
		}
	}
}

void model_complete_new(const struct model *model, enum kind kind, struct json *doc, struct rand *rand, int64_t now_ms)
{
	complete_object(model->kinds[kind], doc, rand, now_ms, 0);
}

struct json *model_new_item(const struct model_field *list_field, struct rand *rand, int64_t now_ms)
{
	struct json *item = json_new_object();
	complete_object(list_field->object, item, rand, now_ms, 1);
	return item;
}
