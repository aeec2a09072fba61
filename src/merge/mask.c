/* Masks: where the server pseudonymized one side, the personal and sensitive values of the other stand in, so that a placeholder is never merged. */
#include <string.h>

#include "merge/internal.h"

/* What a mask covers: personal and sensitive values, not embedded objects, which have a mask of their own. */
static bool is_masked_field(const struct model_field *f)
{
	if (f->type == TYPE_OBJECT || f->type == TYPE_OBJECT_LIST)
		return false;
	return f->role == ROLE_VALUE && (f->personal || f->sensitive);
}

static bool is_masked(const struct json *object)
{
	return json_true(json_get(object, "pseudonymized"));
}

/* to takes the masked values and the flag of from. */
static void take_masked_values(const struct model_type *type, struct json *to, const struct json *from)
{
	for (int i = 0; i < model_field_count(type); i++) {
		const struct model_field *f = model_field_at(type, i);
		if (is_masked_field(f) || !strcmp(f->name, "pseudonymized"))
			json_set(to, f->name, json_copy(json_get(from, f->name)));
	}
}

static struct json *item_like(struct json *list, const struct json *item)
{
	const char *uuid = json_get_string(item, "uuid");
	for (struct json *i = json_is_array(list) && uuid ? json_first(list) : NULL; i; i = json_next(i)) {
		const char *own = json_get_string(i, "uuid");
		if (own && !strcmp(own, uuid))
			return i;
	}
	return NULL;
}

void merge_lift_masks(const struct model_type *type, struct json *base, struct json *mine, struct json *theirs)
{
	if (!json_is_object(mine) || !json_is_object(theirs))
		return;
	if (model_field(type, "pseudonymized")) {
		bool their_mask = is_masked(theirs);
		bool my_mask = is_masked(mine);
		if (their_mask && !my_mask) {
			take_masked_values(type, theirs, json_is_object(base) ? base : mine);
		} else if (my_mask && !their_mask) {
			take_masked_values(type, mine, theirs);
			if (json_is_object(base))
				take_masked_values(type, base, theirs);
		}
	}
	for (int i = 0; i < model_field_count(type); i++) {
		const struct model_field *f = model_field_at(type, i);
		struct json *b = json_get(base, f->name);
		struct json *m = json_get(mine, f->name);
		struct json *t = json_get(theirs, f->name);
		if (f->type == TYPE_OBJECT)
			merge_lift_masks(f->object, b, m, t);
		for (struct json *item = f->type == TYPE_OBJECT_LIST && json_is_array(t) ? json_first(t) : NULL; item; item = json_next(item))
			merge_lift_masks(f->object, item_like(b, item), item_like(m, item), item);
	}
}
