/* What differs between two documents, leaf by leaf, the way the journal keeps it. */
#include "model/internal.h"

struct diff {
	model_change_fn visit;
	void *ctx;
};

static void diff_objects(const struct diff *d, const struct model_type *type, const char *prefix, const struct json *a,
	const struct json *b);

/* An item that the other list lacks, or both against each other. */
static void diff_item(const struct diff *d, const struct model_field *f, const char *path, const struct json *a, const struct json *b)
{
	char *item_path = mem_printf("%s[%s]", path, json_get_string(a ? a : b, "uuid"));
	if (a && b) {
		char *below = mem_printf("%s.", item_path);
		diff_objects(d, f->object, below, a, b);
		mem_free(below);
	} else {
		d->visit(d->ctx, item_path, f, a, b);
	}
	mem_free(item_path);
}

/* false: items without a uuid each; the lists can only be compared whole. */
static bool diff_lists(const struct diff *d, const struct model_field *f, const char *path, const struct json *a, const struct json *b)
{
	struct model_index in_a, in_b;
	model_index_items(&in_a, a);
	model_index_items(&in_b, b);
	bool clean = in_a.clean && in_b.clean;
	for (const struct json *x = clean ? json_first(a) : NULL; x; x = json_next(x))
		diff_item(d, f, path, x, model_index_find(&in_b, json_get_string(x, "uuid")));
	for (const struct json *y = clean ? json_first(b) : NULL; y; y = json_next(y))
		if (!model_index_find(&in_a, json_get_string(y, "uuid")))
			diff_item(d, f, path, NULL, y);
	model_index_done(&in_a);
	model_index_done(&in_b);
	return clean;
}

static bool is_list(const struct json *v)
{
	return json_is_array(v) || json_is_null(v);
}

static void diff_key(const struct diff *d, const struct model_type *type, const char *prefix, const char *key, const struct json *a,
	const struct json *b)
{
	const struct model_field *f = model_field(type, key);
	enum field_role role = model_key_role(type, key);
	if (role != ROLE_VALUE && role != ROLE_AGE_REFERENCE)
		return;
	char *path = mem_printf("%s%s", prefix, key);
	bool done = false;
	if (f && f->type == TYPE_OBJECT && f->object->has_uuid && json_is_object(a) && json_is_object(b)) {
		char *below = mem_printf("%s.", path);
		diff_objects(d, f->object, below, a, b);
		mem_free(below);
		done = true;
	} else if (f && f->type == TYPE_OBJECT_LIST && f->object->has_uuid && is_list(a) && is_list(b)) {
		done = diff_lists(d, f, path, a, b);
	}
	if (!done && !model_values_equal(f, a, b))
		d->visit(d->ctx, path, f, a, b);
	mem_free(path);
}

static void diff_objects(const struct diff *d, const struct model_type *type, const char *prefix, const struct json *a,
	const struct json *b)
{
	struct model_index in_a, in_b;
	model_index_keys(&in_a, a);
	model_index_keys(&in_b, b);
	for (const struct json *x = json_first(a); x; x = json_next(x))
		diff_key(d, type, prefix, json_key(x), x, model_index_find(&in_b, json_key(x)));
	for (const struct json *y = json_first(b); y; y = json_next(y))
		if (!model_index_find(&in_a, json_key(y)))
			diff_key(d, type, prefix, json_key(y), NULL, y);
	model_index_done(&in_a);
	model_index_done(&in_b);
}

void model_diff(const struct model_type *type, const struct json *old_doc, const struct json *new_doc, model_change_fn visit, void *ctx)
{
	struct diff d = {visit, ctx};
	diff_objects(&d, type, "", old_doc, new_doc);
}
