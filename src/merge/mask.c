/* Masks: where the server pseudonymized one side, the personal and sensitive values of the other stand in, so that a placeholder is never
 * merged; on the way back the placeholders take their places again. */
#include <string.h>

#include "merge/internal.h"

static bool is_masked(const struct json *object)
{
	return json_true(json_get(object, "pseudonymized"));
}

bool merge_has_mask(const struct json *v)
{
	for (const struct json *child = json_is_object(v) || json_is_array(v) ? json_first(v) : NULL; child; child = json_next(child))
		if (merge_has_mask(child))
			return true;
	return is_masked(v);
}

static void take_value(struct json *to, const char *key, const struct json *from)
{
	json_set(to, key, json_copy(json_get(from, key)));
}

/* to takes the masked values and the flag of from. */
static void take_masked_values(const struct model_type *type, struct json *to, const struct json *from)
{
	take_value(to, "pseudonymized", from);
	for (int i = 0; i < model_field_count(type); i++) {
		const struct model_field *f = model_field_at(type, i);
		if (f->role == ROLE_BOOKKEEPING || !(f->personal || f->sensitive))
			continue;
		struct json *own = json_get(to, f->name);
		const struct json *other = json_get(from, f->name);
		bool embedded = f->type == TYPE_OBJECT && model_type_has_uuid(f->object);
		if (!embedded)
			take_value(to, f->name, from);
		else if (json_is_null(own) && other)
			take_value(to, f->name, from); /* the server leaves a sensitive part out altogether */
		else if (json_is_object(own) && json_is_object(other) && !model_field(f->object, "pseudonymized"))
			take_masked_values(f->object, own, other); /* no mask of its own: this one covers it */
	}
}

/* The index points into a tree that is ours to change. */
static struct json *item_of(const struct model_index *items, const char *uuid)
{
	union { const struct json *found; struct json *ours; } u = {.found = model_index_find(items, uuid)};
	return u.ours;
}

static void lift_items(const struct model_type *type, struct json *base, struct json *mine, struct json *theirs)
{
	struct model_index in_base, in_mine, in_theirs;
	model_index_items(&in_base, base);
	model_index_items(&in_mine, mine);
	model_index_items(&in_theirs, theirs);
	/* without a uuid each, items of the sides do not belong together */
	bool clean = in_base.clean && in_mine.clean && in_theirs.clean;
	for (struct json *item = clean && json_is_array(theirs) ? json_first(theirs) : NULL; item; item = json_next(item)) {
		const char *uuid = json_get_string(item, "uuid");
		merge_lift_masks(type, item_of(&in_base, uuid), item_of(&in_mine, uuid), item);
	}
	model_index_done(&in_base);
	model_index_done(&in_mine);
	model_index_done(&in_theirs);
}

void merge_lift_masks(const struct model_type *type, struct json *base, struct json *mine, struct json *theirs)
{
	if (!json_is_object(theirs))
		return;
	bool has_base = json_is_object(base);
	bool has_mine = json_is_object(mine);
	bool masked = is_masked(theirs);
	if (masked && has_mine && !is_masked(mine)) {
		take_masked_values(type, theirs, has_base ? base : mine);
	} else if (masked && !has_mine && has_base && !is_masked(base)) {
		take_masked_values(type, theirs, base); /* an item that I removed: without its placeholders it is base's */
	} else if (!masked && has_mine && is_masked(mine)) {
		take_masked_values(type, mine, theirs);
		if (has_base)
			take_masked_values(type, base, theirs);
	} else if (!masked && !has_mine && has_base && is_masked(base)) {
		take_masked_values(type, base, theirs); /* likewise, when I saw it masked */
	}
	for (int i = 0; i < model_field_count(type); i++) {
		const struct model_field *f = model_field_at(type, i);
		if (f->type != TYPE_OBJECT && f->type != TYPE_OBJECT_LIST)
			continue;
		struct json *b = json_get(base, f->name);
		struct json *m = json_get(mine, f->name);
		struct json *t = json_get(theirs, f->name);
		if (f->type == TYPE_OBJECT)
			merge_lift_masks(f->object, b, m, t);
		else
			lift_items(f->object, b, m, t);
	}
}

/* The server knows its own placeholder on the way back: nothing, an empty text, or where a text is required a word of its language. A postal code cut short
 * or a place moved a little are none: it would store them. */
static bool is_placeholder(const struct model_field *f, const struct json *shown)
{
	const char *text = json_string(shown);
	return json_is_null(shown) || (text && (!*text || f->required));
}

static void put_placeholders(const struct model_type *type, struct json *doc, const struct json *shown)
{
	take_value(doc, "pseudonymized", shown);
	for (int i = 0; i < model_field_count(type); i++) {
		const struct model_field *f = model_field_at(type, i);
		if (f->role == ROLE_BOOKKEEPING || !(f->personal || f->sensitive) || json_is_array(json_get(doc, f->name)))
			continue;
		struct json *own = json_get(doc, f->name);
		const struct json *other = json_get(shown, f->name);
		bool embedded = f->type == TYPE_OBJECT && model_type_has_uuid(f->object);
		if (!embedded && is_placeholder(f, other))
			take_value(doc, f->name, shown);
		else if (embedded && json_is_object(own) && json_is_object(other) && !model_field(f->object, "pseudonymized"))
			put_placeholders(f->object, own, other); /* no mask of its own: this one covers it */
	}
}

static void mask_items(const struct model_type *type, struct json *doc, const struct json *shown)
{
	struct model_index in_shown;
	model_index_items(&in_shown, shown);
	for (struct json *item = in_shown.clean && json_is_array(doc) ? json_first(doc) : NULL; item; item = json_next(item))
		merge_put_masks(type, item, model_index_find(&in_shown, json_get_string(item, "uuid")));
	model_index_done(&in_shown);
}

void merge_put_masks(const struct model_type *type, struct json *doc, const struct json *shown)
{
	if (!json_is_object(doc) || !json_is_object(shown))
		return;
	if (is_masked(shown) && !is_masked(doc))
		put_placeholders(type, doc, shown);
	for (int i = 0; i < model_field_count(type); i++) {
		const struct model_field *f = model_field_at(type, i);
		if (f->type == TYPE_OBJECT)
			merge_put_masks(f->object, json_get(doc, f->name), json_get(shown, f->name));
		else if (f->type == TYPE_OBJECT_LIST)
			mask_items(f->object, json_get(doc, f->name), json_get(shown, f->name));
	}
}
