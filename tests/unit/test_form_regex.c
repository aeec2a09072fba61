/* The matcher of regex(): what it takes, what it refuses and says, and that no pattern or text makes it slow (forms.md "Functions"). */
#include "form_fixture.h"

#include "form/regex.h"

#define PLENTY ((size_t)10 * 1000 * 1000)

struct row { const char *pattern, *text; bool matches; };

static void check(const struct row *rows, size_t count)
{
	for (size_t i = 0; i < count; i++) {
		const char *why = NULL;
		size_t at = 0, budget = PLENTY;
		struct regex *re = regex_new(rows[i].pattern, &why, &at);
		if (!re)
			fail_msg("%s is refused at %zu: %s", rows[i].pattern, at, why ? why : "?");
		if (regex_matches(re, rows[i].text, &budget) != rows[i].matches)
			fail_msg("%s %s match \"%s\"", rows[i].pattern, rows[i].matches ? "should" : "should not", rows[i].text);
		regex_free(re);
	}
}

#define CHECK(...) do { static const struct row rows[] = {__VA_ARGS__}; check(rows, sizeof rows / sizeof *rows); } while (0)

static void the_whole_text_is_matched(void **state)
{
	(void)state;
	CHECK({"abc", "abc", true}, {"abc", "abcd", false}, {"abc", "xabc", false}, {"", "", true}, {"", "a", false}, {"a", "", false}, {"^abc$", "abc", true},
		{"a^b", "ab", false}, {"(^a|b)c", "ac", true}, {"ab$|cd", "ab", true});
}

static void alternatives_and_groups(void **state)
{
	(void)state;
	CHECK({"a|b", "b", true}, {"a|b", "ab", false}, {"(a|b)*c", "ababc", true}, {"(?:ab)+", "abab", true}, {"(a|)b", "b", true}, {"(|a)", "", true},
		{"x(y(z|w))", "xyw", true}, {"()", "", true}, {"(a|b|c|d)(e|f)", "df", true});
}

static void repetitions_have_their_bounds(void **state)
{
	(void)state;
	CHECK({"a*", "", true}, {"a*", "aaaa", true}, {"a+", "", false}, {"a?", "aa", false}, {"a{2}", "aa", true}, {"a{2}", "aaa", false}, {"a{2,}", "aaaaa", true},
		{"a{2,}", "a", false}, {"a{2,3}", "aaa", true}, {"a{2,3}", "aaaa", false}, {"a{0}b", "b", true}, {"a{0,1}b", "ab", true}, {"(ab){2}c", "ababc", true},
		{"a*?b", "aab", true}, {"()*a", "a", true}, {"(a*)*", "aaa", true}, {"(a*)+b", "b", true});
	char text[256] = "";
	memset(text, 'a', 255);
	const struct row most[] = {{"a{255}", text, true}, {"a{0,255}", text, true}, {"a{254}", text, false}};
	check(most, 3);
}

static void classes_and_escapes(void **state)
{
	(void)state;
	CHECK({"\\d{4}-\\d{2}", "2026-11", true}, {"\\d", "x", false}, {"\\w+", "ab_9", true}, {"\\w", "-", false}, {"\\s", "\t", true}, {"\\S\\D\\W", "aa-", true},
		{"[abc]", "b", true}, {"[^abc]", "b", false}, {"[^abc]", "d", true}, {"[a-cx-z]+", "axbz", true}, {"[\\d.]+", "1.5", true}, {"[]a]", "]", true}, {"[a-]", "-", true},
		{"[\\]\\-]", "-", true}, {"\\.\\*\\\\", ".*\\", true}, {"\\{\\}", "{}", true}, {"a.c", "abc", true}, {"a.c", "a\nc", false}, {"\\n", "\n", true}, {"[^\\s]+", "ab", true});
}

static void characters_are_code_points_after_nfc(void **state)
{
	(void)state;
	CHECK({".", "\xc3\xa9", true}, {".", "e\xcc\x81", true}, {"\xc3\xa9", "e\xcc\x81", true}, {"[\xc3\xa0-\xc3\xbc]+", "\xc3\xa9\xc3\xa8", true}, {"..", "\xf0\x9f\x98\x80", false},
		{"\xe4\xb8\xad+", "\xe4\xb8\xad\xe4\xb8\xad", true}, {"\\w", "\xc3\xa9", false});
}

static void what_is_no_pattern_is_refused_with_its_place(void **state)
{
	static const struct { const char *pattern; size_t at; } rows[] = {{"(", 0}, {"a(b", 1}, {"a)", 1}, {"*a", 0}, {"a|+", 2}, {"[a", 0}, {"[b-a]", 2}, {"a{", 1}, {"a{x}", 1}, {"a{2", 1},
		{"a{3,2}", 1}, {"a{256}", 2}, {"a{1,999}", 4}, {"\\", 0}, {"\\q", 0}, {"\\b", 0}, {"a**", 2}, {"{2}", 0}, {"[a\\z]", 2}};
	(void)state;
	for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
		const char *why = NULL;
		size_t at = 999;
		struct regex *re = regex_new(rows[i].pattern, &why, &at);
		if (re)
			fail_msg("%s should be refused", rows[i].pattern);
		if (!why || at != rows[i].at)
			fail_msg("%s is refused at %zu (%s), expected at %zu", rows[i].pattern, at, why ? why : "without a reason", rows[i].at);
	}
}

static void a_pattern_has_a_size_and_a_nesting_at_most(void **state)
{
	char nested[200] = "";
	(void)state;
	assert_null(regex_new("(a{255}){255}", NULL, NULL));
	/* nothing, however often: small and quick */
	struct regex *re = regex_new("((((){255}){255}){255}){255}", NULL, NULL);
	assert_non_null(re);
	regex_free(re);
	memset(nested, '(', 60);
	nested[60] = 'a';
	memset(nested + 61, ')', 60);
	assert_null(regex_new(nested, NULL, NULL));
}

static void no_text_makes_it_slow(void **state)
{
	/* what takes a backtracking matcher 2^30 steps and more */
	static const char *const patterns[] = {"(a*)*b", "(a|a)*b", "(a|aa)+$b", "(.*)(.*)(.*)(.*)(.*)x", "a{0,255}a{255}b"};
	char *text = mem_alloc(20001);
	(void)state;
	memset(text, 'a', 20000);
	text[20000] = '\0';
	for (size_t i = 0; i < sizeof patterns / sizeof *patterns; i++) {
		struct regex *re = regex_new(patterns[i], NULL, NULL);
		size_t budget = (size_t)2000 * 20000;
		assert_non_null(re);
		assert_false(regex_matches(re, text, &budget));
		if (!budget)
			fail_msg("%s visits more than 2,000 states a character", patterns[i]);
		regex_free(re);
	}
	mem_free(text);
}

static void a_budget_that_is_used_up_is_no_match_and_zero(void **state)
{
	struct regex *re = regex_new("(a|b)*", NULL, NULL);
	size_t budget = 10;
	(void)state;
	assert_false(regex_matches(re, "abababababababab", &budget));
	assert_int_equal(budget, 0);
	budget = PLENTY;
	assert_true(regex_matches(re, "abababababababab", &budget));
	assert_true(budget > 0);
	regex_free(re);
}

/* Random small patterns against all small texts, compared with a matcher that simply tries everything. */

enum shape { SHAPE_LETTER, SHAPE_CAT, SHAPE_ALT, SHAPE_STAR };
struct shape_node { enum shape shape; char letter; int left, right; };
static struct shape_node shapes[64];
static int shape_count;

static int make_shape(struct rand *r, int depth)
{
	int own = shape_count++;
	uint64_t pick = depth == 0 ? 0 : rand_below(r, 5);
	shapes[own] = (struct shape_node){.shape = SHAPE_LETTER, .letter = (char)('a' + rand_below(r, 2))};
	if (pick >= 3)
		shapes[own].shape = SHAPE_CAT;
	else if (pick > 0)
		shapes[own].shape = pick == 1 ? SHAPE_ALT : SHAPE_STAR;
	if (shapes[own].shape != SHAPE_LETTER) {
		int left = make_shape(r, depth - 1);
		shapes[own].left = left;
	}
	if (shapes[own].shape == SHAPE_CAT || shapes[own].shape == SHAPE_ALT) {
		int right = make_shape(r, depth - 1);
		shapes[own].right = right;
	}
	return own;
}

static void print_shape(int i, struct buf *b)
{
	const struct shape_node *s = &shapes[i];
	if (s->shape == SHAPE_LETTER) {
		buf_add_char(b, s->letter);
		return;
	}
	buf_add_char(b, '(');
	print_shape(s->left, b);
	if (s->shape == SHAPE_ALT)
		buf_add_char(b, '|');
	if (s->shape != SHAPE_STAR)
		print_shape(s->right, b);
	buf_add_text(b, s->shape == SHAPE_STAR ? ")*" : ")");
}

/* Bit k of the result: the first k letters can match. */
static unsigned ends(int i, const char *text, size_t len, size_t from)
{
	const struct shape_node *s = &shapes[i];
	unsigned all = 0, fresh, now;
	switch (s->shape) {
	case SHAPE_LETTER:
		return from < len && text[from] == s->letter ? 1u << (from + 1) : 0;
	case SHAPE_ALT:
		return ends(s->left, text, len, from) | ends(s->right, text, len, from);
	case SHAPE_CAT:
		now = ends(s->left, text, len, from);
		for (size_t k = 0; k <= len; k++)
			if (now & 1u << k)
				all |= ends(s->right, text, len, k);
		return all;
	case SHAPE_STAR:
		break;
	}
	all = fresh = 1u << from;
	while (fresh) {
		now = 0;
		for (size_t k = 0; k <= len; k++)
			if (fresh & 1u << k)
				now |= ends(s->left, text, len, k);
		fresh = now & ~all;
		all |= now;
	}
	return all;
}

static void it_agrees_with_trying_everything(void **state)
{
	uint64_t seed = getenv("OUTPOST_SEED") ? strtoull(getenv("OUTPOST_SEED"), NULL, 10) : 20261122;
	struct rand r;
	int matched = 0;
	(void)state;
	print_message("# seed %llu\n", (unsigned long long)seed);
	rand_init(&r, seed);
	for (int round = 0; round < 300; round++) {
		struct buf b;
		shape_count = 0;
		make_shape(&r, 4);
		buf_init(&b, 0);
		print_shape(0, &b);
		struct regex *re = regex_new(buf_text(&b), NULL, NULL);
		assert_non_null(re);
		for (unsigned bits = 0; bits < 1u << 7; bits++) {
			char text[8] = "";
			size_t len = 0, budget = PLENTY;
			/* every text of up to six letters: the highest bit says how long */
			for (len = 0; len < 6 && bits >> (len + 1); len++)
				text[len] = bits & 1u << len ? 'b' : 'a';
			bool expected = ends(0, text, len, 0) & 1u << len;
			if (regex_matches(re, text, &budget) != expected)
				fail_msg("seed %llu: %s and \"%s\": expected %s", (unsigned long long)seed, buf_text(&b), text, expected ? "a match" : "none");
			matched += expected;
		}
		regex_free(re);
		buf_done(&b);
	}
	assert_true(matched > 300);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(the_whole_text_is_matched),
		cmocka_unit_test(alternatives_and_groups),
		cmocka_unit_test(repetitions_have_their_bounds),
		cmocka_unit_test(classes_and_escapes),
		cmocka_unit_test(characters_are_code_points_after_nfc),
		cmocka_unit_test(what_is_no_pattern_is_refused_with_its_place),
		cmocka_unit_test(a_pattern_has_a_size_and_a_nesting_at_most),
		cmocka_unit_test(no_text_makes_it_slow),
		cmocka_unit_test(a_budget_that_is_used_up_is_no_match_and_zero),
		cmocka_unit_test(it_agrees_with_trying_everything),
	};
	return cmocka_run_group_tests_name("form_regex", tests, NULL, NULL);
}
