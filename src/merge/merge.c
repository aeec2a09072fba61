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

/* Where in the document: written out only for a conflict or an error. */
struct where {
	const struct where *up;
	const char *key;
	const char *item; /* NULL, or the uuid of a list's item */
};

static void write_where(struct buf *b, const struct where *at)
{
	if (!at)
		return;
	write_where(b, at->up);
	buf_printf(b, "%s%s", at->up ? "." : "", at->key);
	if (at->item)
		buf_printf(b, "[%s]", at->item);
}

static char *path_of(const struct where *at)
{
	struct buf b;
	buf_init(&b, 0);
	write_where(&b, at);
	return buf_take(&b, NULL);
}

struct merge {
	struct merge_result *result;
	size_t cap;
};

/* The three sides of one key or object; NULL = absent. */
struct sides {
	const struct json *base, *mine, *theirs;
};

static struct json *merge_objects(struct merge *m, const struct model_type *type, const struct where *at, struct sides s);

static void add_conflict(struct merge *m, enum conflict_type type, const struct where *at, struct sides s)
{
	struct merge_result *result = m->result;
	void *array = result->conflicts;
	mem_grow(&array, &m->cap, result->conflict_count + 1, sizeof *result->conflicts);
	result->conflicts = array;
	result->conflicts[result->conflict_count++] =
		(struct merge_conflict){type, path_of(at), json_copy(s.base), json_copy(s.mine), json_copy(s.theirs)};
}

/* The keys of the three sides of an object. */
struct keys {
	struct model_index base, mine, theirs;
};

static struct sides sides_of(const struct keys *keys, const char *key)
{
	return (struct sides){model_index_find(&keys->base, key), model_index_find(&keys->mine, key), model_index_find(&keys->theirs, key)};
}

/* ---- values: one, or several that are parts of one ---- */

enum choice { UNDECIDED, TAKE_THEIRS, TAKE_MINE, TAKE_MY_OUTCOME_DATE };

struct value {
	const struct model_field *const *parts; /* NULL: an unknown key */
	size_t count;
	struct sides sides[MODEL_PARTS_MAX];
	bool theirs_is_base, mine_is_base, mine_is_theirs; /* equal in all parts */
	bool mine_untouched;                               /* even written as base writes it */
};

static void compare_sides(struct value *v, const struct model_field *field, struct sides s)
{
	v->theirs_is_base = v->theirs_is_base && model_values_equal(field, s.theirs, s.base);
	v->mine_is_base = v->mine_is_base && model_values_equal(field, s.mine, s.base);
	v->mine_is_theirs = v->mine_is_theirs && model_values_equal(field, s.mine, s.theirs);
	v->mine_untouched = v->mine_untouched && json_equal(s.mine, s.base);
}

/* The rule of sync.md section 3. Where all three are equal, the side that wrote it anew wins (a caption, null for absent); if neither did,
 * it does not matter. */
static enum choice choose(const struct value *v)
{
	if (v->theirs_is_base && !(v->mine_is_theirs && v->mine_untouched))
		return TAKE_MINE;
	return v->mine_is_base || v->mine_is_theirs ? TAKE_THEIRS : UNDECIDED;
}

/* Merged keys are new values of their own; NULL: absent. */
static struct json *merge_value(struct merge *m, const struct model_field *f, const struct where *at, struct sides s)
{
	struct value v = {.theirs_is_base = true, .mine_is_base = true, .mine_is_theirs = true, .mine_untouched = true};
	compare_sides(&v, f, s);
	enum choice choice = choose(&v);
	if (choice == UNDECIDED)
		add_conflict(m, CONFLICT_FIELD, at, s);
	return json_copy(choice == TAKE_MINE ? s.mine : s.theirs);
}

/* "Only the outcome date": both agree on the outcome, base has no date, both set one: mine stays, without a conflict. */
static bool keeps_my_outcome_date(const struct value *v)
{
	if (v->count != 2 || strcmp(v->parts[0]->name, "outcome") != 0 || strcmp(v->parts[1]->name, "outcomeDate") != 0)
		return false;
	const struct sides *outcome = &v->sides[0], *date = &v->sides[1];
	const struct model_field *f = v->parts[1];
	return model_values_equal(v->parts[0], outcome->mine, outcome->theirs) && model_value_is_empty(f, date->base) &&
		!model_value_is_empty(f, date->mine) && !model_value_is_empty(f, date->theirs);
}

/* Decides for all parts of a value together, and reports what of mine gives way. */
static enum choice decide_group(struct merge *m, const struct model_type *type, int group, const struct where *up, const struct keys *keys,
	bool *kept_mine)
{
	struct value v = {.theirs_is_base = true, .mine_is_base = true, .mine_is_theirs = true, .mine_untouched = true};
	v.parts = model_value_parts(type, group, &v.count);
	for (size_t i = 0; i < v.count; i++) {
		v.sides[i] = sides_of(keys, v.parts[i]->name);
		compare_sides(&v, v.parts[i], v.sides[i]);
	}
	enum choice choice = choose(&v);
	*kept_mine = choice == TAKE_MINE && !v.mine_is_theirs;
	if (choice != UNDECIDED)
		return choice;
	if (keeps_my_outcome_date(&v))
		return TAKE_MY_OUTCOME_DATE;
	for (size_t i = 0; i < v.count; i++) {
		if (model_values_equal(v.parts[i], v.sides[i].mine, v.sides[i].theirs))
			continue;
		struct where at = {up, v.parts[i]->name, NULL};
		add_conflict(m, CONFLICT_FIELD, &at, v.sides[i]);
	}
	return TAKE_THEIRS;
}

/* ---- lists with uuids ---- */

struct items {
	struct model_index base, mine, theirs;
};

/* Items of a list of references (type NULL) have no content beside their uuid: nobody can change one. */
static bool same_item(const struct model_type *type, const struct json *a, const struct json *b)
{
	return !type || model_objects_equal(type, a, b);
}

/* An item of theirs: added by them, merged, or one that I removed. NULL: it stays out. */
static struct json *merge_their_item(struct merge *m, const struct model_type *type, const struct where *at, struct sides s)
{
	if (s.mine && type)
		return merge_objects(m, type, at, s);
	if (s.mine)
		return json_copy(json_equal(s.mine, s.base) ? s.theirs : s.mine);
	if (s.base && same_item(type, s.theirs, s.base))
		return NULL;
	if (s.base)
		add_conflict(m, CONFLICT_LIST_ITEM_RECREATED, at, s);
	return json_copy(s.theirs);
}

/* An item that theirs does not have: added by me, or removed by them. NULL: it stays out. */
static struct json *merge_my_item(struct merge *m, const struct model_type *type, const struct where *at, struct sides s)
{
	if (!s.base)
		return json_copy(s.mine);
	if (!same_item(type, s.mine, s.base))
		add_conflict(m, CONFLICT_LIST_ITEM_REMOVED, at, s);
	return NULL;
}

static struct json *merge_items(struct merge *m, const struct model_type *type, struct where at, const struct items *items, struct sides s)
{
	struct json *out = json_new_array();
	for (const struct json *t = json_first(s.theirs); t; t = json_next(t)) {
		at.item = json_get_string(t, "uuid");
		struct sides item = {model_index_find(&items->base, at.item), model_index_find(&items->mine, at.item), t};
		struct json *merged = merge_their_item(m, type, &at, item);
		if (merged)
			json_append(out, merged);
	}
	for (const struct json *i = json_first(s.mine); i; i = json_next(i)) {
		at.item = json_get_string(i, "uuid");
		if (model_index_find(&items->theirs, at.item))
			continue;
		struct json *merged = merge_my_item(m, type, &at, (struct sides){model_index_find(&items->base, at.item), i, NULL});
		if (merged)
			json_append(out, merged);
	}
	return out;
}

static bool is_list(const struct json *v)
{
	return json_is_array(v) || json_is_null(v);
}

static struct json *merge_list(struct merge *m, const struct model_field *f, const struct where *at, struct sides s)
{
	if (!is_list(s.base) || !is_list(s.mine) || !is_list(s.theirs))
		return merge_value(m, f, at, s);
	if (!json_is_array(s.mine) && !json_is_array(s.theirs))
		return json_copy(s.theirs ? s.theirs : s.mine); /* null, both of them: that is no list */
	struct items items;
	model_index_items(&items.base, s.base);
	model_index_items(&items.mine, s.mine);
	model_index_items(&items.theirs, s.theirs);
	bool clean = items.base.clean && items.mine.clean && items.theirs.clean;
	struct json *merged = clean ? merge_items(m, f->object, *at, &items, s) : merge_value(m, f, at, s);
	model_index_done(&items.base);
	model_index_done(&items.mine);
	model_index_done(&items.theirs);
	return merged;
}

/* ---- objects ---- */

static struct json *merge_key(struct merge *m, const struct model_field *f, const struct where *at, struct sides s)
{
	if (f && model_list_has_uuids(f))
		return merge_list(m, f, at, s);
	if (!f || f->type != TYPE_OBJECT || !model_type_has_uuid(f->object))
		return merge_value(m, f, at, s);
	if (json_is_null(s.theirs))
		return json_copy(json_is_null(s.mine) && s.theirs ? s.theirs : s.mine);
	if (json_is_null(s.mine))
		return json_copy(s.theirs); /* no edit takes a part away: a document without it lost it on its way */
	return merge_objects(m, f->object, at, s);
}

/* The merge of one object, key by key; `decided` are the values of several parts. */
struct object {
	const struct model_type *type;
	const struct where *at;
	struct keys keys;
	enum choice decided[MODEL_GROUPS_MAX];
	bool my_age; /* my changed age was kept */
};

static enum choice group_choice(struct merge *m, struct object *o, int group)
{
	enum choice *choice = &o->decided[group];
	if (*choice == UNDECIDED) {
		bool kept_mine = false;
		*choice = decide_group(m, o->type, group, o->at, &o->keys, &kept_mine);
		o->my_age = o->my_age || (kept_mine && group == model_age_group(o->type));
	}
	return *choice;
}

static struct json *merge_part(struct merge *m, struct object *o, const struct model_field *f, struct sides s)
{
	enum choice choice = group_choice(m, o, f->value_group);
	bool mine = choice == TAKE_MINE || (choice == TAKE_MY_OUTCOME_DATE && !strcmp(f->name, "outcomeDate"));
	return json_copy(mine ? s.mine : s.theirs);
}

static struct json *merge_member(struct merge *m, struct object *o, const struct model_field *f, const char *key, struct sides s)
{
	struct where at = {o->at, key, NULL};
	if ((f ? f->role : model_key_role(o->type, key)) != ROLE_VALUE)
		return json_copy(s.theirs); /* bookkeeping and what the server computes */
	if (f && f->value_group >= 0)
		return merge_part(m, o, f, s);
	return merge_key(m, f, &at, s);
}

/* The members of theirs, then those that only mine has: the order in which they are written. */
struct member {
	const char *key;
	const struct model_field *field;
	struct sides sides;
	struct json *merged;
};

static size_t list_members(const struct object *o, struct sides s, struct member *members)
{
	size_t count = 0;
	for (const struct json *v = json_first(s.theirs); v; v = json_next(v)) {
		const char *key = json_key(v);
		struct sides sides = {model_index_find(&o->keys.base, key), model_index_find(&o->keys.mine, key), v};
		members[count++] = (struct member){key, model_field(o->type, key), sides, NULL};
	}
	for (const struct json *v = json_first(s.mine); v; v = json_next(v)) {
		const char *key = json_key(v);
		if (!model_index_find(&o->keys.theirs, key))
			members[count++] = (struct member){key, model_field(o->type, key), {model_index_find(&o->keys.base, key), v, NULL}, NULL};
	}
	return count;
}

/* "For every key of the model and every unknown key": so conflicts come in the model's order, whatever the documents'. */
static void merge_members(struct merge *m, struct object *o, struct member *members, size_t count)
{
	int fields = model_field_count(o->type);
	struct member **known = mem_calloc((size_t)fields + 1, sizeof *known);
	for (size_t i = 0; i < count; i++)
		if (members[i].field)
			known[members[i].field->index] = &members[i];
	for (int i = 0; i < fields; i++) {
		const struct model_field *f = model_field_at(o->type, i);
		if (known[i])
			known[i]->merged = merge_member(m, o, f, f->name, known[i]->sides);
		else if (f->value_group >= 0)
			group_choice(m, o, f->value_group); /* a part that is not there has its place */
	}
	for (size_t i = 0; i < count; i++)
		if (!members[i].field)
			members[i].merged = merge_member(m, o, NULL, members[i].key, members[i].sides);
	mem_free(known);
}

/* The reference date of an age that was kept goes with it: none, if I have none (an age that I cleared). */
static void follow_age(const struct object *o, const struct json *mine, struct json *out)
{
	for (int i = 0; i < model_field_count(o->type); i++) {
		const struct model_field *f = model_field_at(o->type, i);
		if (f->role == ROLE_AGE_REFERENCE)
			json_set(out, f->name, json_copy(json_get(mine, f->name)));
	}
}

static struct json *merge_objects(struct merge *m, const struct model_type *type, const struct where *at, struct sides s)
{
	struct object o = {.type = type, .at = at};
	model_index_keys(&o.keys.base, s.base);
	model_index_keys(&o.keys.mine, s.mine);
	model_index_keys(&o.keys.theirs, s.theirs);
	struct member *members = mem_calloc(json_count(s.theirs) + json_count(s.mine) + 1, sizeof *members);
	size_t count = list_members(&o, s, members);
	merge_members(m, &o, members, count);
	struct json *out = json_new_object();
	for (size_t i = 0; i < count; i++)
		if (members[i].merged)
			json_add(out, members[i].key, members[i].merged);
	if (o.my_age)
		follow_age(&o, s.mine, out);
	mem_free(members);
	model_index_done(&o.keys.base);
	model_index_done(&o.keys.mine);
	model_index_done(&o.keys.theirs);
	return out;
}

/* ---- what has to be true of the input ---- */

static enum status shape_fail(struct err *err, const struct where *at, bool object)
{
	if (!at)
		return err_set(err, ST_INVALID, N_("the record is not a JSON object"));
	char *path = path_of(at);
	enum status st = err_set(err, ST_INVALID, object ? N_("{1} is not a JSON object") : N_("{1} is not a JSON array"), path);
	mem_free(path);
	return st;
}

/* An embedded object or list of another JSON type cannot be merged: say where. */
static enum status check_shape(const struct model_type *type, const struct json *doc, const struct where *up, struct err *err)
{
	if (!json_is_object(doc))
		return shape_fail(err, up, true);
	enum status st = ST_OK;
	for (const struct json *v = json_first(doc); v && st == ST_OK; v = json_next(v)) {
		const struct model_field *f = model_field(type, json_key(v));
		if (!f || !f->object || json_is_null(v) || !model_type_has_uuid(f->object))
			continue;
		struct where at = {up, f->name, NULL};
		if (f->type == TYPE_OBJECT) {
			st = check_shape(f->object, v, &at, err);
			continue;
		}
		if (!json_is_array(v))
			return shape_fail(err, &at, false);
		for (const struct json *item = json_first(v); item && st == ST_OK; item = json_next(item)) {
			at.item = json_get_string(item, "uuid");
			st = check_shape(f->object, item, &at, err);
		}
	}
	return st;
}

enum status merge_check(const struct model *model, enum kind kind, const struct json *doc, struct err *err)
{
	return check_shape(model_of_kind(model, kind), doc, NULL, err);
}

enum status merge_records(const struct model *model, enum kind kind, const struct json *base, const struct json *mine,
	const struct json *theirs, struct merge_result *out, struct err *err)
{
	const struct model_type *type = model_of_kind(model, kind);
	enum status st = merge_check(model, kind, mine, err);
	if (st == ST_OK)
		st = merge_check(model, kind, theirs, err);
	if (st == ST_OK && !json_is_null(base))
		st = merge_check(model, kind, base, err);
	if (st != ST_OK)
		return st;
	/* copies only where masks have to be lifted: most documents have none */
	bool masked = merge_has_mask(base) || merge_has_mask(mine) || merge_has_mask(theirs);
	struct json *lifted_base = masked && !json_is_null(base) ? json_copy(base) : NULL;
	struct json *lifted_mine = masked ? json_copy(mine) : NULL;
	struct merge_result result = {.base = json_copy(theirs)};
	if (masked)
		merge_lift_masks(type, lifted_base, lifted_mine, result.base);
	struct merge m = {.result = &result};
	struct sides sides = {lifted_base ? lifted_base : base, lifted_mine ? lifted_mine : mine, result.base};
	result.merged = merge_objects(&m, type, NULL, sides);
	result.dirty = !model_objects_equal(type, result.merged, result.base);
	json_free(lifted_base);
	json_free(lifted_mine);
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
