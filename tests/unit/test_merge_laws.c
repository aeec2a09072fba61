/* merge: the laws of sync.md section 3 on random persons and cases, made from the model with everything embedded.
 * OUTPOST_SEED gives the first document's seed, OUTPOST_ROUNDS the number of documents a kind. */
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <cmocka.h>

#include "merge_fixture.h"

#define ROUNDS 150

/* ---- random documents ---- */

static bool chance(struct rand *r, unsigned percent)
{
	return rand_below(r, 100) < percent;
}

static const char *pick(struct rand *r, const char *const *values, size_t count)
{
	return values[rand_below(r, count)];
}

static void random_references(struct rand *r, struct json *list)
{
	static const char *const uuids[] = {"REFERE-NCEAAA", "REFERE-NCEBBB", "REFERE-NCECCC"};
	for (size_t i = 0; i < 3; i++) {
		if (chance(r, 50))
			continue;
		struct json *v = json_new_object();
		json_set(v, "uuid", json_new_string(uuids[i]));
		if (chance(r, 50))
			json_set(v, "caption", json_new_string(chance(r, 50) ? "Old" : "New"));
		json_insert(list, rand_below(r, json_count(list) + 1), v);
	}
}

/* Few values of each kind, so that two sides often meet; equal ones written differently among them. */
static struct json *random_scalar(struct rand *r, const struct model_field *f)
{
	static const char *const texts[] = {"", "a", "b", "Zo\u00e9", "Zoe\u0301", "two words", "\U0001f600"};
	static const char *const uuids[] = {"REFERE-NCEAAA", "REFERE-NCEBBB"};
	static const char *const captions[] = {"Old", "New"};
	static const int64_t dates[] = {0, 1795392000000, 1795395239119, 1795435200000, 1795478400000};
	struct json *v;
	switch (f->type) {
	case TYPE_STRING:
		return json_new_string(pick(r, texts, 7));
	case TYPE_BOOLEAN:
		return json_new_bool(chance(r, 50));
	case TYPE_INTEGER:
		return json_new_int((int64_t)rand_below(r, 3));
	case TYPE_NUMBER:
		return json_new_number_text(chance(r, 50) ? "1.5" : "1.50");
	case TYPE_DATE:
		return json_new_int(dates[rand_below(r, 5)]);
	case TYPE_ENUM: {
		const char *const *constants = f->enum_name ? model_enum(the_model, f->enum_name) : NULL;
		return json_new_string(constants && constants[0] ? constants[constants[1] ? rand_below(r, 2) : 0] : "X");
	}
	case TYPE_REFERENCE:
	case TYPE_CUSTOMIZABLE_ENUM:
		v = json_new_object();
		json_set(v, f->type == TYPE_REFERENCE ? "uuid" : "value", json_new_string(pick(r, uuids, 2)));
		if (chance(r, 50))
			json_set(v, "caption", json_new_string(pick(r, captions, 2)));
		return v;
	case TYPE_VALUE_LIST:
	case TYPE_OBJECT_LIST:
		v = json_new_array();
		if (f->reference) {
			random_references(r, v);
			return v;
		}
		for (uint64_t n = rand_below(r, 3); n; n--)
			json_append(v, json_new_string(pick(r, texts, 4)));
		return v;
	case TYPE_MAP:
	case TYPE_OBJECT:
	case TYPE_ANY:
		break;
	}
	v = json_new_object();
	json_set(v, pick(r, captions, 2), json_new_bool(chance(r, 50)));
	return v;
}

static bool is_part(const struct model_field *f, enum value_type type)
{
	return f->type == type && model_type_has_uuid(f->object);
}

static struct json *random_object(struct rand *r, const struct model_type *type, unsigned filled, int depth)
{
	struct json *o = json_new_object();
	char uuid[UUID_SIZE];
	rand_uuid(r, uuid);
	for (int i = 0; i < model_field_count(type); i++) {
		const struct model_field *f = model_field_at(type, i);
		if (!strcmp(f->name, "uuid"))
			json_set(o, f->name, json_new_string(uuid));
		else if (f->role == ROLE_BOOKKEEPING)
			json_set(o, f->name, f->type == TYPE_DATE ? json_new_int((int64_t)rand_below(r, 1000)) : json_new_bool(false));
		else if (is_part(f, TYPE_OBJECT))
			json_set(o, f->name, random_object(r, f->object, filled, depth + 1));
		else if (is_part(f, TYPE_OBJECT_LIST)) {
			struct json *list = json_new_array();
			for (uint64_t n = depth < 2 ? rand_below(r, 4) : 0; n; n--)
				json_append(list, random_object(r, f->object, filled, depth + 1));
			json_set(o, f->name, list);
		} else if (chance(r, filled))
			json_set(o, f->name, random_scalar(r, f));
	}
	if (chance(r, 50))
		json_set(o, "keyOfTheFuture", json_new_int((int64_t)rand_below(r, 3)));
	return o;
}

static void edit_object(struct rand *r, const struct model_type *type, struct json *o, unsigned percent, int depth);

static void edit_list(struct rand *r, const struct model_field *f, struct json *list, unsigned percent, int depth)
{
	for (size_t i = json_count(list); i-- > 0;) {
		if (chance(r, 20)) {
			json_free(json_detach_at(list, i));
		} else if (chance(r, 50)) {
			edit_object(r, f->object, json_at(list, i), percent, depth + 1);
		} else if (chance(r, 20)) {
			json_append(list, json_detach_at(list, i));
		}
	}
	if (chance(r, 25))
		json_insert(list, rand_below(r, json_count(list) + 1), random_object(r, f->object, 20, depth + 1));
}

/* What a person or the server might do to a document; parts stay, as the laws ask. */
static void edit_object(struct rand *r, const struct model_type *type, struct json *o, unsigned percent, int depth)
{
	for (int i = 0; i < model_field_count(type); i++) {
		const struct model_field *f = model_field_at(type, i);
		if (is_part(f, TYPE_OBJECT))
			edit_object(r, f->object, json_get(o, f->name), percent, depth + 1);
		else if (is_part(f, TYPE_OBJECT_LIST))
			edit_list(r, f, json_get(o, f->name), percent, depth);
		else if (!strcmp(f->name, "changeDate"))
			json_set(o, f->name, json_new_int((int64_t)rand_below(r, 1000)));
		else if (f->role == ROLE_BOOKKEEPING || !chance(r, percent))
			continue;
		else if (chance(r, 25))
			json_set(o, f->name, chance(r, 50) ? NULL : json_new_null());
		else
			json_set(o, f->name, random_scalar(r, f));
	}
	if (chance(r, 20))
		json_set(o, "keyOfTheFuture", chance(r, 30) ? NULL : json_new_int((int64_t)rand_below(r, 3)));
}

/* ---- the laws ---- */

struct trial {
	enum kind kind;
	uint64_t seed;
	const struct model_type *type;
	struct json *base, *mine, *theirs;
};

static struct merge_result do_merge(const struct trial *t, const struct json *base, const struct json *mine, const struct json *theirs)
{
	struct merge_result result = {0};
	struct err err = {0};
	if (merge_records(the_model, t->kind, base, mine, theirs, &result, &err) != ST_OK) {
		char why[300];
		err_text(&err, why, sizeof why);
		fail_msg("seed %llu: refused: %s", (unsigned long long)t->seed, why);
	}
	return result;
}

static void show_difference(void *ctx, const char *path, const struct model_field *field, const struct json *a, const struct json *b)
{
	(void)field;
	size_t *shown = ctx;
	if ((*shown)++ >= 5)
		return;
	char *x = json_print(a, NULL);
	char *y = json_print(b, NULL);
	print_error("  %s: expected %.200s, got %.200s\n", path, x, y);
	mem_free(x);
	mem_free(y);
}

static void law_broken(const struct trial *t, const char *law, const struct json *expected, const struct json *got)
{
	size_t shown = 0;
	print_error("%s of seed %llu: %s\n", model_kind_name(t->kind), (unsigned long long)t->seed, law);
	if (expected)
		model_diff(t->type, expected, got, show_difference, &shown);
	fail_msg("%s (OUTPOST_SEED=%llu OUTPOST_ROUNDS=1)", law, (unsigned long long)t->seed);
}

static void must_equal(const struct trial *t, const char *law, const struct json *expected, const struct json *got)
{
	if (!model_objects_equal(t->type, expected, got) || !model_objects_equal(t->type, got, expected))
		law_broken(t, law, expected, got);
}

static void laws_of_one_side(const struct trial *t)
{
	struct merge_result r = do_merge(t, t->base, t->mine, t->base);
	must_equal(t, "merge(b,m,b) = m", t->mine, r.merged);
	if (r.conflict_count || !json_equal(r.base, t->base))
		law_broken(t, "merge(b,m,b) has no conflict and base stays", t->mine, r.merged);
	if (r.dirty == model_objects_equal(t->type, t->mine, t->base))
		law_broken(t, "merge(b,m,b) is dirty if m is not b", t->base, t->mine);
	merge_result_done(&r);

	r = do_merge(t, t->base, t->base, t->theirs);
	if (!json_equal(r.merged, t->theirs) || r.conflict_count || r.dirty)
		law_broken(t, "merge(b,b,t) = t", t->theirs, r.merged);
	merge_result_done(&r);

	r = do_merge(t, t->base, t->mine, t->mine);
	must_equal(t, "merge(b,x,x) = x", t->mine, r.merged);
	if (r.conflict_count || r.dirty)
		law_broken(t, "merge(b,x,x) has no conflict", t->mine, r.merged);
	merge_result_done(&r);

	r = do_merge(t, NULL, t->mine, t->mine);
	must_equal(t, "merge(nothing,x,x) = x", t->mine, r.merged);
	if (r.conflict_count || r.dirty)
		law_broken(t, "merge(nothing,x,x) has no conflict", t->mine, r.merged);
	merge_result_done(&r);
}

struct changes {
	const struct trial *trial;
	const struct merge_result *result;
};

/* Does path name what prefix names, or something inside it? */
static bool starts_with(const char *path, const char *prefix)
{
	size_t len = strlen(prefix);
	return !strncmp(path, prefix, len) && (!path[len] || path[len] == '.' || path[len] == '[');
}

/* An unknown key has no model_path: its keys and items one by one. */
static const struct json *follow(const struct json *doc, const char *path)
{
	char *copy = mem_strdup(path);
	char *save = NULL;
	for (char *key = strtok_r(copy, ".", &save); key && doc; key = strtok_r(NULL, ".", &save)) {
		char *uuid = strchr(key, '[');
		if (uuid)
			*uuid++ = '\0';
		doc = json_get(doc, key);
		if (!uuid)
			continue;
		uuid[strcspn(uuid, "]")] = '\0';
		struct model_index items;
		model_index_items(&items, doc);
		doc = model_index_find(&items, uuid);
		model_index_done(&items);
	}
	mem_free(copy);
	return doc;
}

static bool has_reference(const struct json *list, const struct json *reference)
{
	struct model_index items;
	model_index_items(&items, list);
	bool found = model_index_find(&items, json_get_string(reference, "uuid")) != NULL;
	model_index_done(&items);
	return found;
}

/* Of a list of references each that I added has to be there, and none that I removed. */
static bool keeps_my_references(const struct json *base, const struct json *mine, const struct json *got)
{
	for (const struct json *v = json_is_array(mine) ? json_first(mine) : NULL; v; v = json_next(v))
		if (!has_reference(base, v) && !has_reference(got, v))
			return false;
	for (const struct json *v = json_is_array(base) ? json_first(base) : NULL; v; v = json_next(v))
		if (!has_reference(mine, v) && has_reference(got, v))
			return false;
	return true;
}

/* A change of mine: its value is in merged, or a conflict tells of it, of a part of it, or of the item that it was in. */
static void find_change(void *ctx, const char *path, const struct model_field *field, const struct json *old_value,
	const struct json *new_value)
{
	const struct changes *c = ctx;
	if (field && field->role != ROLE_VALUE)
		return;
	for (size_t i = 0; i < c->result->conflict_count; i++)
		if (starts_with(path, c->result->conflicts[i].path) || starts_with(c->result->conflicts[i].path, path))
			return;
	const struct json *got = follow(c->result->merged, path);
	bool kept = model_values_equal(field, new_value, got);
	if (field && field->type == TYPE_VALUE_LIST && field->reference)
		kept = keeps_my_references(old_value, new_value, got);
	if (path[strlen(path) - 1] == ']') /* an item as a whole: field is its list's */
		kept = new_value && got ? model_objects_equal(field->object, new_value, got) : !new_value && !got;
	if (kept)
		return;
	print_error("my change of %s:\n", path);
	law_broken(c->trial, "every change of mine is in merged or in a conflict", c->trial->mine, c->result->merged);
}

static void no_key_is_invented(const struct trial *t, const struct json *merged, const struct json *a, const struct json *b)
{
	for (const struct json *v = json_first(merged); v; v = json_next(v))
		if (!json_get(a, json_key(v)) && !json_get(b, json_key(v)))
			law_broken(t, "no key is invented", NULL, NULL);
}

static void laws_of_both_sides(const struct trial *t)
{
	struct merge_result r = do_merge(t, t->base, t->mine, t->theirs);
	if (!json_equal(r.base, t->theirs))
		law_broken(t, "the new base is theirs", t->theirs, r.base);
	if (r.dirty == model_objects_equal(t->type, r.merged, r.base))
		law_broken(t, "dirty if merged is not the new base", r.base, r.merged);
	no_key_is_invented(t, r.merged, t->mine, t->theirs);
	struct changes changes = {t, &r};
	model_diff(t->type, t->base, t->mine, find_change, &changes);
	/* what they left as it was cannot be in a conflict */
	for (size_t i = 0; i < r.conflict_count; i++)
		if (r.conflicts[i].type == CONFLICT_FIELD && json_equal(r.conflicts[i].mine, r.conflicts[i].theirs))
			law_broken(t, "a conflict is about two values", NULL, NULL);

	/* the same answer again, and the answer to a push of merged */
	struct merge_result again = do_merge(t, r.base, r.merged, t->theirs);
	must_equal(t, "merging twice changes nothing", r.merged, again.merged);
	if (again.conflict_count || again.dirty != r.dirty)
		law_broken(t, "merging twice gives no conflict", r.merged, again.merged);
	merge_result_done(&again);
	again = do_merge(t, r.base, r.merged, r.merged);
	must_equal(t, "what was pushed comes back", r.merged, again.merged);
	if (again.conflict_count || again.dirty)
		law_broken(t, "what was pushed comes back clean", r.merged, again.merged);
	merge_result_done(&again);
	merge_result_done(&r);
}

/* ---- masks ---- */

#define PLACEHOLDER "#Confidential#"

static bool is_covered(const struct model_field *f)
{
	return f->role != ROLE_BOOKKEEPING && (f->personal || f->sensitive);
}

/* Puts the server's mask on an object, and on a second copy of it what has to stand under the mask: the values of `from`. */
static void cover(const struct model_type *type, struct json *masked, struct json *open, const struct json *from, bool flag)
{
	for (int i = 0; i < model_field_count(type); i++) {
		const struct model_field *f = model_field_at(type, i);
		struct json *v = json_get(masked, f->name);
		if (!is_covered(f))
			continue;
		if (is_part(f, TYPE_OBJECT)) { /* has a mask of its own, or is covered by this one */
			if (!model_field(f->object, "pseudonymized") && json_is_object(v))
				cover(f->object, v, json_get(open, f->name), json_get(from, f->name), false);
			continue;
		}
		json_set(open, f->name, json_copy(json_get(from, f->name)));
		json_set(masked, f->name, json_is_string(v) ? json_new_string(PLACEHOLDER) : NULL);
	}
	if (flag) {
		json_set(masked, "pseudonymized", json_new_bool(true));
		json_set(open, "pseudonymized", json_copy(json_get(from, "pseudonymized")));
	}
}

/* The same objects are masked in every document of a trial. */
static bool has_fate(uint64_t seed, const struct json *o)
{
	uint64_t h = seed * 0x9e3779b97f4a7c15u + 1;
	for (const char *p = json_get_string(o, "uuid"); p && *p; p++)
		h = (h ^ (unsigned char)*p) * 1099511628211u;
	return (h >> 32) % 100 < 40;
}

static struct json *item_named(struct json *list, const char *uuid)
{
	struct json *item = json_is_array(list) ? json_first(list) : NULL;
	while (item && strcmp(json_get_string(item, "uuid"), uuid) != 0)
		item = json_next(item);
	return item;
}

/* Object by object, where `from` has it too. */
static void cover_objects(const struct model_type *type, uint64_t seed, struct json *masked, struct json *open, struct json *from)
{
	if (!json_is_object(masked) || !json_is_object(from))
		return;
	for (int i = 0; i < model_field_count(type); i++) {
		const struct model_field *f = model_field_at(type, i);
		struct json *m = json_get(masked, f->name), *o = json_get(open, f->name), *b = json_get(from, f->name);
		if (is_part(f, TYPE_OBJECT)) {
			cover_objects(f->object, seed, m, o, b);
		} else if (is_part(f, TYPE_OBJECT_LIST)) {
			for (struct json *item = json_first(m); item; item = json_next(item)) {
				const char *uuid = json_get_string(item, "uuid");
				cover_objects(f->object, seed, item, item_named(o, uuid), item_named(b, uuid));
			}
		}
	}
	if (model_field(type, "pseudonymized") && has_fate(seed, masked))
		cover(type, masked, open, from, true);
}

static void no_placeholder(const struct trial *t, const char *what, const struct json *v)
{
	char *text = json_print(v, NULL);
	if (strstr(text, PLACEHOLDER)) {
		print_error("  %.*s\n", 300, strstr(text, PLACEHOLDER) - (strstr(text, PLACEHOLDER) - text > 150 ? 150 : 0));
		law_broken(t, what, NULL, NULL);
	}
	mem_free(text);
}

/* Both merges have to say the same. */
static void must_agree(const struct trial *t, const char *law, struct merge_result *expected, struct merge_result *got)
{
	struct json *a = merge_result_json(expected), *b = merge_result_json(got);
	no_placeholder(t, "a placeholder is never merged, shown as a conflict, or stored as base", b);
	must_equal(t, law, expected->merged, got->merged);
	must_equal(t, law, expected->base, got->base);
	if (expected->dirty != got->dirty || !json_equal(json_get(a, "conflicts"), json_get(b, "conflicts")))
		law_broken(t, law, a, b);
	json_free(a);
	json_free(b);
	merge_result_done(expected);
	merge_result_done(got);
}

static void laws_of_masks(const struct trial *t)
{
	/* theirs is masked: base stands under the mask */
	struct json *masked = json_copy(t->theirs), *open = json_copy(t->theirs);
	cover_objects(t->type, t->seed, masked, open, t->base);
	struct merge_result expected = do_merge(t, t->base, t->mine, open), got = do_merge(t, t->base, t->mine, masked);
	struct merge_result again = do_merge(t, got.base, got.merged, masked);
	must_equal(t, "merging a masked version twice changes nothing", got.merged, again.merged);
	if (again.conflict_count || again.dirty != got.dirty)
		law_broken(t, "merging a masked version twice gives no conflict", got.merged, again.merged);
	merge_result_done(&again);
	must_agree(t, "their masked version merges as if base stood under the mask", &expected, &got);
	json_free(masked);
	json_free(open);

	/* base and mine are masked: theirs stands under it */
	struct json *b = json_copy(t->base), *open_b = json_copy(t->base), *m = json_copy(t->mine), *open_m = json_copy(t->mine);
	cover_objects(t->type, t->seed, b, open_b, t->theirs);
	cover_objects(t->type, t->seed, m, open_m, t->theirs);
	expected = do_merge(t, open_b, open_m, t->theirs);
	got = do_merge(t, b, m, t->theirs);
	must_agree(t, "my masked version merges as if theirs stood under the mask", &expected, &got);
	json_free(b);
	json_free(open_b);
	json_free(m);
	json_free(open_m);
}

static uint64_t number_from(const char *name, uint64_t otherwise)
{
	const char *text = getenv(name);
	return text && *text ? strtoull(text, NULL, 10) : otherwise;
}

static void try_kind(enum kind kind, void (*laws)(const struct trial *))
{
	uint64_t seed = number_from("OUTPOST_SEED", 20261123);
	uint64_t rounds = number_from("OUTPOST_ROUNDS", ROUNDS);
	print_message("%s: OUTPOST_SEED=%llu, %llu rounds\n", model_kind_name(kind), (unsigned long long)seed, (unsigned long long)rounds);
	for (uint64_t i = 0; i < rounds; i++) {
		struct rand r;
		struct trial t = {.kind = kind, .seed = seed + i, .type = model_of_kind(the_model, kind)};
		rand_init(&r, t.seed);
		unsigned percent = (unsigned)(1 + rand_below(&r, 30));
		t.base = random_object(&r, t.type, (unsigned)rand_below(&r, 80), 0);
		t.mine = json_copy(t.base);
		t.theirs = json_copy(t.base);
		edit_object(&r, t.type, t.mine, percent, 0);
		edit_object(&r, t.type, t.theirs, percent, 0);
		laws(&t);
		json_free(t.base);
		json_free(t.mine);
		json_free(t.theirs);
	}
}

static void one_side_alone_wins_for_persons(void **state)
{
	(void)state;
	try_kind(KIND_PERSONS, laws_of_one_side);
}

static void one_side_alone_wins_for_cases(void **state)
{
	(void)state;
	try_kind(KIND_CASES, laws_of_one_side);
}

static void nothing_of_mine_is_lost_for_persons(void **state)
{
	(void)state;
	try_kind(KIND_PERSONS, laws_of_both_sides);
}

static void nothing_of_mine_is_lost_for_cases(void **state)
{
	(void)state;
	try_kind(KIND_CASES, laws_of_both_sides);
}

static void masks_hide_nothing_from_persons(void **state)
{
	(void)state;
	try_kind(KIND_PERSONS, laws_of_masks);
}

static void masks_hide_nothing_from_cases(void **state)
{
	(void)state;
	try_kind(KIND_CASES, laws_of_masks);
}

static void the_laws_hold_for_every_kind(void **state)
{
	(void)state;
	for (int k = 0; k < KIND_COUNT; k++) {
		struct rand r;
		struct trial t = {.kind = (enum kind)k, .seed = number_from("OUTPOST_SEED", 20261123), .type = model_of_kind(the_model,
			(enum kind)k)};
		rand_init(&r, t.seed);
		t.base = random_object(&r, t.type, 60, 0);
		t.mine = json_copy(t.base);
		t.theirs = json_copy(t.base);
		edit_object(&r, t.type, t.mine, 20, 0);
		edit_object(&r, t.type, t.theirs, 20, 0);
		laws_of_one_side(&t);
		laws_of_both_sides(&t);
		laws_of_masks(&t);
		json_free(t.base);
		json_free(t.mine);
		json_free(t.theirs);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(one_side_alone_wins_for_persons),
		cmocka_unit_test(one_side_alone_wins_for_cases),
		cmocka_unit_test(nothing_of_mine_is_lost_for_persons),
		cmocka_unit_test(nothing_of_mine_is_lost_for_cases),
		cmocka_unit_test(masks_hide_nothing_from_persons),
		cmocka_unit_test(masks_hide_nothing_from_cases),
		cmocka_unit_test(the_laws_hold_for_every_kind),
	};
	return cmocka_run_group_tests_name("merge_laws", tests, load_model, free_model);
}
