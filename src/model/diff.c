/* What differs between two documents, leaf by leaf, the way the journal keeps it. */
#include <string.h>

#include "model/internal.h"

struct diff {
	model_change_fn visit;
	void *ctx;
};

static void diff_objects(const struct diff *d, const struct model_type *type, const char *prefix, const struct json *a, const struct json *b);

static const struct json *item_of(const struct json *list, const char *uuid)
{
	for (const struct json *item = json_is_array(list) ? json_first(list) : NULL; item; item = json_next(item)) {
		const char *own = json_get_string(item, "uuid");
		if (own && !strcmp(own, uuid))
			return item;
	}
	return NULL;
}

static void diff_lists(const struct diff *d, const struct model_field *f, const char *path, const struct json *a, const struct json *b)
{
	for (int side = 0; side < 2; side++) {
		const struct json *list = side ? b : a;
		for (const struct json *item = json_is_array(list) ? json_first(list) : NULL; item; item = json_next(item)) {
			const char *uuid = json_get_string(item, "uuid");
			const struct json *other = uuid ? item_of(side ? a : b, uuid) : NULL;
			if (side && other)
				continue; /* seen from the other side */
			char *item_path = mem_printf("%s[%s]", path, uuid ? uuid : "");
			if (other) {
				char *below = mem_printf("%s.", item_path);
				diff_objects(d, f->object, below, item, other);
				mem_free(below);
			} else {
				d->visit(d->ctx, item_path, f, side ? NULL : item, side ? item : NULL);
			}
			mem_free(item_path);
		}
	}
}

static void diff_key(const struct diff *d, const struct model_type *type, const char *prefix, const char *key, const struct json *a, const struct json *b)
{
	const struct model_field *f = model_field(type, key);
	if (f && f->role != ROLE_VALUE && f->role != ROLE_AGE_REFERENCE)
		return;
	char *path = mem_printf("%s%s", prefix, key);
	if (f && f->type == TYPE_OBJECT && f->object->has_uuid && json_is_object(a) && json_is_object(b)) {
		char *below = mem_printf("%s.", path);
		diff_objects(d, f->object, below, a, b);
		mem_free(below);
	} else if (f && f->type == TYPE_OBJECT_LIST && f->object->has_uuid && (json_is_array(a) || json_is_null(a)) && (json_is_array(b) || json_is_null(b))) {
		diff_lists(d, f, path, a, b);
	} else if (!model_values_equal(f, a, b)) {
		d->visit(d->ctx, path, f, a, b);
	}
	mem_free(path);
}

static void diff_objects(const struct diff *d, const struct model_type *type, const char *prefix, const struct json *a, const struct json *b)
{
	for (const struct json *x = json_first(a); x; x = json_next(x))
		diff_key(d, type, prefix, json_key(x), x, json_get(b, json_key(x)));
	for (const struct json *y = json_first(b); y; y = json_next(y))
		if (!json_get(a, json_key(y)))
			diff_key(d, type, prefix, json_key(y), NULL, y);
}

void model_diff(const struct model_type *type, const struct json *old_doc, const struct json *new_doc, model_change_fn visit, void *ctx)
{
	struct diff d = {visit, ctx};
	diff_objects(&d, type, "", old_doc, new_doc);
}
