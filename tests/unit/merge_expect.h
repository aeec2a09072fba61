/* What the tests of merge say: three documents, and what has to come of them. */
#ifndef OUTPOST_TEST_MERGE_EXPECT_H
#define OUTPOST_TEST_MERGE_EXPECT_H

#include "merge_fixture.h"

/* What a merge has to give. conflicts: "type path" each, separated by "; ". */
struct expected {
	const char *merged;
	const char *base;      /* NULL: theirs */
	const char *conflicts; /* NULL: none */
	bool dirty;
};

static inline char *conflicts_text(const struct merge_result *r)
{
	struct buf b;
	buf_init(&b, 0);
	for (size_t i = 0; i < r->conflict_count; i++)
		buf_printf(&b, "%s%s %s", i ? "; " : "", conflict_type_name(r->conflicts[i].type), r->conflicts[i].path);
	return buf_take(&b, NULL);
}

static inline void expect_json(const char *what, const struct json *got, const struct json *wanted)
{
	if (json_equal(got, wanted))
		return;
	char *a = json_print(got, NULL);
	char *b = json_print(wanted, NULL);
	fail_msg("%s: expected %s, got %s", what, b, a);
}

static inline struct merge_result merge(enum kind kind, const char *base, const char *mine, const char *theirs)
{
	struct json *b = js(base), *m = js(mine), *t = js(theirs);
	struct json *sides[] = {json_copy(b), json_copy(m), json_copy(t)};
	struct merge_result result = {0};
	struct err err = {0};
	if (merge_records(the_model, kind, b, m, t, &result, &err) != ST_OK) {
		char why[300];
		err_text(&err, why, sizeof why);
		fail_msg("refused: %s", why);
	}
	if (!json_equal(b, sides[0]) || !json_equal(m, sides[1]) || !json_equal(t, sides[2]))
		fail_msg("the merge changed what it was given");
	for (size_t i = 0; i < 3; i++)
		json_free(sides[i]);
	json_free(b);
	json_free(m);
	json_free(t);
	return result;
}

static inline void expect(enum kind kind, const char *base, const char *mine, const char *theirs, struct expected e)
{
	struct merge_result r = merge(kind, base, mine, theirs);
	struct json *merged = js(e.merged);
	struct json *new_base = js(e.base ? e.base : theirs);
	expect_json("merged", r.merged, merged);
	expect_json("the new base", r.base, new_base);
	char *conflicts = conflicts_text(&r);
	assert_string_equal(conflicts, e.conflicts ? e.conflicts : "");
	if (r.dirty != e.dirty)
		fail_msg("expected a %s record", e.dirty ? "dirty" : "clean");
	mem_free(conflicts);
	json_free(merged);
	json_free(new_base);
	merge_result_done(&r);
}

#define PERSON(base, mine, theirs, ...) expect(KIND_PERSONS, base, mine, theirs, (struct expected){__VA_ARGS__})
#define CASE(base, mine, theirs, ...) expect(KIND_CASES, base, mine, theirs, (struct expected){__VA_ARGS__})

/* A person with addresses, made of these. */
#define ADDRESSES(items) "{'addresses':[" items "]}"
#define A "{'uuid':'A','street':'First'}"
#define A2 "{'uuid':'A','street':'Second'}"
#define A3 "{'uuid':'A','street':'Third'}"
#define B "{'uuid':'B','street':'Other'}"
#define C "{'uuid':'C','street':'More'}"

#endif
