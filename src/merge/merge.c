/* The merge itself (sync.md section 3). */
#include "merge/merge.h"

#include <string.h>

#include "merge/internal.h"

static const char *const type_names[CONFLICT_TYPE_COUNT] = {
	[CONFLICT_FIELD] = "field",
	[CONFLICT_LIST_ITEM_REMOVED] = "list_item_removed",
	[CONFLICT_LIST_ITEM_RECREATED] = "list_item_recreated",
	[CONFLICT_RECORD_REMOVED] = "record_removed",
	[CONFLICT_NOT_STORED] = "not_stored",
	[CONFLICT_UNKNOWN_OUTCOME] = "unknown_outcome",
};

const char *conflict_type_name(enum conflict_type type)
{
	return type_names[type];
}

bool conflict_type_from_name(const char *name, enum conflict_type *out)
{
	for (int i = 0; i < CONFLICT_TYPE_COUNT; i++) {
		if (!strcmp(type_names[i], name)) {
			*out = (enum conflict_type)i;
			return true;
		}
	}
	return false;
}

struct merge {
	struct merge_result *result;
	size_t cap;
	struct err *err;
};

static struct json *merge_objects(struct merge *m, const struct model_type *type, const char *prefix, const struct json *base, const struct json *mine,
	const struct json *theirs);

static void add_conflict(struct merge *m, enum conflict_type type, const char *path, const struct json *base, const struct json *mine, const struct json *theirs)
{
	void *array = m->result->conflicts;
	mem_grow(&array, &m->cap, m->result->conflict_count + 1, sizeof *m->result->conflicts);
	m->result->conflicts = array;
	m->result->conflicts[m->result->conflict_count++] =
		(struct merge_conflict){type, mem_strdup(path), json_copy(base), json_copy(mine), json_copy(theirs)};
}

/* Puts a copy of v into out; an absent value is left out. */
static void put(struct json *out, const char *key, const struct json *v)
{
	if (v)
		json_set(out, key, json_copy(v));
}

/* ---- one value in several parts ---- */

static bool parts_equal(const struct model_field *const *parts, size_t count, const struct json *a, const struct json *b)
{
	for (size_t i = 0; i < count; i++)
		if (!model_values_equal(parts[i], json_get(a, parts[i]->name), json_get(b, parts[i]->name)))
			return false;
	return true;
}

/* Written the very same way: equal values can differ in captions and in absent against null. */
static bool parts_untouched(const struct model_field *const *parts, size_t count, const struct json *a, const struct json *b)
{
	for (size_t i = 0; i < count; i++)
		if (!json_equal(json_get(a, parts[i]->name), json_get(b, parts[i]->name)))
			return false;
	return true;
}

static void put_parts(struct json *out, const struct model_field *const *parts, size_t count, const struct json *from)
{
	for (size_t i = 0; i < count; i++)
		put(out, parts[i]->name, json_get(from, parts[i]->name));
}

/* "Only the outcome date": both agree on the outcome, base has no date, both set one: mine stays, without a conflict. */
static bool keeps_my_outcome_date(const struct model_field *const *parts, size_t count, const struct json *base, const struct json *mine, const struct json *theirs)
{
	if (count != 2 || strcmp(parts[0]->name, "outcome") != 0 || strcmp(parts[1]->name, "outcomeDate") != 0)
		return false;
	return model_values_equal(parts[0], json_get(mine, "outcome"), json_get(theirs, "outcome")) &&
		model_value_is_empty(parts[1], json_get(base, "outcomeDate")) && !model_value_is_empty(parts[1], json_get(mine, "outcomeDate")) &&
		!model_value_is_empty(parts[1], json_get(theirs, "outcomeDate"));
}

/* Returns true when a value of mine that differs from theirs was taken. */
static bool merge_group(struct merge *m, const struct model_type *type, int group, const char *prefix, const struct json *base, const struct json *mine,
	const struct json *theirs, struct json *out)
{
	size_t count = 0;
	const struct model_field *const *parts = model_value_parts(type, group, &count);
	bool same = parts_equal(parts, count, mine, theirs);
	if (parts_equal(parts, count, theirs, base) && !(same && parts_untouched(parts, count, mine, base))) {
		put_parts(out, parts, count, mine);
		return !same;
	}
	put_parts(out, parts, count, theirs);
	if (same || parts_equal(parts, count, mine, base))
		return false;
	if (keeps_my_outcome_date(parts, count, base, mine, theirs)) {
		put(out, parts[1]->name, json_get(mine, parts[1]->name));
		return true;
	}
	for (size_t i = 0; i < count; i++) {
		const char *key = parts[i]->name;
		if (model_values_equal(parts[i], json_get(mine, key), json_get(theirs, key)))
			continue;
		char *path = mem_printf("%s%s", prefix, key);
		add_conflict(m, CONFLICT_FIELD, path, json_get(base, key), json_get(mine, key), json_get(theirs, key));
		mem_free(path);
	}
	return false;
}

/* ---- lists with uuids ---- */

static const struct json *find_item(const struct json *list, const char *uuid)
{
	for (const struct json *item = json_first(list); uuid && item; item = json_next(item)) {
		const char *own = json_get_string(item, "uuid");
		if (own && !strcmp(own, uuid))
			return item;
	}
	return NULL;
}

/* An item of theirs: added by them, merged, or one that I removed. NULL: it stays out. */
static struct json *merge_their_item(struct merge *m, const struct model_type *type, const char *path, const struct json *base, const struct json *mine,
	const struct json *theirs)
{
	if (mine) {
		char *prefix = mem_printf("%s.", path);
		struct json *merged = merge_objects(m, type, prefix, base, mine, theirs);
		mem_free(prefix);
		return merged;
	}
	if (base && model_objects_equal(type, theirs, base))
		return NULL;
	if (base)
		add_conflict(m, CONFLICT_LIST_ITEM_RECREATED, path, base, NULL, theirs);
	return json_copy(theirs);
}

static struct json *merge_lists(struct merge *m, const struct model_field *f, const char *path, const struct json *base, const struct json *mine, const struct json *theirs)
{
	struct json *out = json_new_array();
	for (const struct json *t = json_first(theirs); t; t = json_next(t)) {
		const char *uuid = json_get_string(t, "uuid");
		if (!uuid || find_item(out, uuid)) { /* nothing to match it by, or there twice: as the server has it */
			json_append(out, json_copy(t));
			continue;
		}
		char *item_path = mem_printf("%s[%s]", path, uuid);
		struct json *item = merge_their_item(m, f->object, item_path, find_item(base, uuid), find_item(mine, uuid), t);
		mem_free(item_path);
		if (item)
			json_append(out, item);
	}
	for (const struct json *i = json_first(mine); i; i = json_next(i)) {
		const char *uuid = json_get_string(i, "uuid");
		if (!uuid || find_item(theirs, uuid))
			continue;
		const struct json *old = find_item(base, uuid);
		if (!old) {
			if (!find_item(out, uuid))
				json_append(out, json_copy(i));
		} else if (!model_objects_equal(f->object, i, old)) {
			char *item_path = mem_printf("%s[%s]", path, uuid);
			add_conflict(m, CONFLICT_LIST_ITEM_REMOVED, item_path, old, i, NULL);
			mem_free(item_path);
		}
	}
	return out;
}

/* ---- objects ---- */

static void merge_value(struct merge *m, const struct model_field *f, const char *path, const char *key, const struct json *base, const struct json *mine,
	const struct json *theirs, struct json *out)
{
	/* where all three are equal and I did not even write it anew: the server's way of writing it (a new caption) */
	if (model_values_equal(f, theirs, base) && !(json_equal(mine, base) && model_values_equal(f, mine, theirs))) {
		put(out, key, mine);
	} else if (model_values_equal(f, mine, base) || model_values_equal(f, mine, theirs)) {
		put(out, key, theirs);
	} else {
		put(out, key, theirs);
		add_conflict(m, CONFLICT_FIELD, path, base, mine, theirs);
	}
}

static void merge_key(struct merge *m, const struct model_type *type, const char *prefix, const char *key, const struct json *base, const struct json *mine,
	const struct json *theirs, struct json *out)
{
	const struct model_field *f = model_field(type, key);
	const struct json *b = json_get(base, key);
	const struct json *i = json_get(mine, key);
	const struct json *t = json_get(theirs, key);
	char *path = mem_printf("%s%s", prefix, key);
	if (f && f->type == TYPE_OBJECT && model_type_has_uuid(f->object)) {
		if (json_is_null(t)) {
			put(out, key, json_is_null(i) ? t : i);
		} else if (json_is_null(i)) {
			/* mine never lacks an embedded object by an edit (a form cannot remove one): theirs */
			put(out, key, t);
		} else {
			char *below = mem_printf("%s.", path);
			json_set(out, key, merge_objects(m, f->object, below, b, i, t));
			mem_free(below);
		}
	} else if (f && f->type == TYPE_OBJECT_LIST && model_type_has_uuid(f->object)) {
		if (!t && !i)
			put(out, key, b ? NULL : t);
		else
			json_set(out, key, merge_lists(m, f, path, b, i, t));
	} else {
		merge_value(m, f, path, key, b, i, t, out);
	}
	mem_free(path);
}

#define MERGE_GROUPS 16

static struct json *merge_objects(struct merge *m, const struct model_type *type, const char *prefix, const struct json *base, const struct json *mine,
	const struct json *theirs)
{
	struct json *out = json_new_object();
	bool done[MERGE_GROUPS] = {false};
	bool my_age = false;
	const struct json *const sides[] = {theirs, mine};
	for (size_t side = 0; side < 2; side++) {
		for (const struct json *v = json_first(sides[side]); v; v = json_next(v)) {
			const char *key = json_key(v);
			if (side == 1 && json_get(theirs, key))
				continue;
			const struct model_field *f = model_field(type, key);
			if (f && f->role != ROLE_VALUE) {
				/* bookkeeping and what the server computes: as the server has it */
				if (side == 0)
					put(out, key, v);
			} else if (f && f->value_group >= 0 && f->value_group < MERGE_GROUPS) {
				if (done[f->value_group])
					continue;
				done[f->value_group] = true;
				bool kept = merge_group(m, type, f->value_group, prefix, base, mine, theirs, out);
				size_t count = 0;
				const struct model_field *const *parts = model_value_parts(type, f->value_group, &count);
				my_age |= kept && !strcmp(parts[0]->name, "approximateAge");
			} else {
				merge_key(m, type, prefix, key, base, mine, theirs, out);
			}
		}
	}
	/* a person's reference date follows the age */
	if (my_age && json_get(mine, "approximateAgeReferenceDate"))
		put(out, "approximateAgeReferenceDate", json_get(mine, "approximateAgeReferenceDate"));
	return out;
}

/* ---- what has to be true of the input ---- */

/* An embedded object or list of another JSON type cannot be merged: say where. */
static enum status check_shape(const struct model_type *type, const struct json *doc, const char *prefix, struct err *err)
{
	if (!json_is_object(doc))
		return err_set(err, ST_INVALID, N_("{1} is not a JSON object"), *prefix ? prefix : N_("the record"));
	enum status st = ST_OK;
	for (const struct json *v = json_first(doc); v && st == ST_OK; v = json_next(v)) {
		const struct model_field *f = model_field(type, json_key(v));
		if (!f || !f->object || json_is_null(v) || !model_type_has_uuid(f->object))
			continue;
		char *path = mem_printf("%s%s%s", prefix, *prefix ? "." : "", json_key(v));
		if (f->type == TYPE_OBJECT) {
			st = check_shape(f->object, v, path, err);
		} else if (!json_is_array(v)) {
			st = err_set(err, ST_INVALID, N_("{1} is not a JSON array"), path);
		} else {
			for (const struct json *item = json_first(v); item && st == ST_OK; item = json_next(item))
				st = check_shape(f->object, item, path, err);
		}
		mem_free(path);
	}
	return st;
}

enum status merge_records(const struct model *model, enum kind kind, const struct json *base, const struct json *mine, const struct json *theirs,
	struct merge_result *out, struct err *err)
{
	const struct model_type *type = model_of_kind(model, kind);
	enum status st = check_shape(type, mine, "", err);
	if (st == ST_OK)
		st = check_shape(type, theirs, "", err);
	if (st == ST_OK && !json_is_null(base))
		st = check_shape(type, base, "", err);
	if (st != ST_OK)
		return st;
	struct json *b = json_is_null(base) ? NULL : json_copy(base);
	struct json *i = json_copy(mine);
	struct json *t = json_copy(theirs);
	merge_lift_masks(type, b, i, t);
	struct merge_result result = {0};
	struct merge m = {.result = &result, .err = err};
	result.merged = merge_objects(&m, type, "", b, i, t);
	result.dirty = !model_objects_equal(type, result.merged, t);
	result.base = t;
	json_free(b);
	json_free(i);
	*out = result;
	return ST_OK;
}

void merge_result_done(struct merge_result *result)
{
	json_free(result->merged);
	json_free(result->base);
	for (size_t i = 0; i < result->conflict_count; i++) {
		mem_free(result->conflicts[i].path);
		json_free(result->conflicts[i].base);
		json_free(result->conflicts[i].mine);
		json_free(result->conflicts[i].theirs);
	}
	mem_free(result->conflicts);
	*result = (struct merge_result){0};
}

static struct json *copy_or_null(const struct json *v)
{
	return v ? json_copy(v) : json_new_null();
}

struct json *merge_result_json(const struct merge_result *result)
{
	struct json *doc = json_new_object();
	struct json *conflicts = json_new_array();
	json_set(doc, "merged", json_copy(result->merged));
	json_set(doc, "base", json_copy(result->base));
	json_set(doc, "dirty", json_new_bool(result->dirty));
	for (size_t i = 0; i < result->conflict_count; i++) {
		const struct merge_conflict *c = &result->conflicts[i];
		struct json *row = json_new_object();
		json_set(row, "type", json_new_string(conflict_type_name(c->type)));
		json_set(row, "path", json_new_string(c->path));
		json_set(row, "base", copy_or_null(c->base));
		json_set(row, "mine", copy_or_null(c->mine));
		json_set(row, "theirs", copy_or_null(c->theirs));
		json_append(conflicts, row);
	}
	json_set(doc, "conflicts", conflicts);
	return doc;
}
