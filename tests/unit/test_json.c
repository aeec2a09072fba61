/* json: strict where cJSON is not, exact where it rounds. */
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <cmocka.h>

#include <dirent.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "collide.h"
#include "json/json.h"

static struct json *must_parse(const char *text)
{
	struct json *v = NULL;
	struct err err = {0};
	if (json_parse_text(text, &v, &err) != ST_OK) {
		char why[300];
		err_text(&err, why, sizeof why);
		fail_msg("%s was refused: %s", text, why);
	}
	return v;
}

static void refuse(const char *text, size_t len, enum status st)
{
	struct json *v = NULL;
	struct err err = {0};
	enum status got = json_parse(text, len, &v, &err);
	if (got != st)
		fail_msg("expected status %d, got %d for: %.60s", (int)st, (int)got, text);
	assert_null(v);
	assert_int_equal(err.depth, 1);
}

static void prints_as(const char *text, const char *expected)
{
	struct json *v = must_parse(text);
	char *out = json_print(v, NULL);
	assert_string_equal(out, expected);
	mem_free(out);
	json_free(v);
}

static void numbers_keep_their_text(void **state)
{
	(void)state;
	prints_as("[9223372036854775807,-9223372036854775808,1.10,1E400,-0,123456789012345678901234567890]",
		"[9223372036854775807,-9223372036854775808,1.10,1E400,-0,123456789012345678901234567890]");
}

static void a_nul_in_a_string_is_refused(void **state)
{
	(void)state;
	refuse("\"a\\u0000b\"", 10, ST_INVALID);
	refuse("\"a\0b\"", 5, ST_INVALID);
	refuse("1\0", 2, ST_INVALID);
}

static void a_key_that_comes_twice_is_refused(void **state)
{
	(void)state;
	const char *text = "{\"a\":1,\n\"b\":{\"x\":1,\"\\u0078\":2}}";
	refuse(text, strlen(text), ST_INVALID);
	/* the place is that of the second one */
	struct json *v = NULL;
	struct err err = {0};
	assert_int_equal(json_parse(text, strlen(text), &v, &err), ST_INVALID);
	assert_int_equal(err.line, 2);
	assert_int_equal(err.column, 12);
	prints_as("{\"a\":1,\"A\":2,\"b\":{\"a\":3}}", "{\"a\":1,\"A\":2,\"b\":{\"a\":3}}");
}

static void a_byte_order_mark_is_named(void **state)
{
	(void)state;
	struct json *v = NULL;
	struct err err = {0};
	char text[200];
	assert_int_equal(json_parse_text("\xef\xbb\xbf{}", &v, &err), ST_INVALID);
	err_text(&err, text, sizeof text);
	assert_non_null(strstr(text, "byte order mark"));
}

static void keys_have_case(void **state)
{
	(void)state;
	struct json *v = must_parse("{\"Name\":1,\"name\":2}");
	int64_t n = 0;
	assert_true(json_get_int(v, "name", &n));
	assert_int_equal(n, 2);
	assert_null(json_get(v, "NAME"));
	json_remove(v, "name");
	assert_non_null(json_get(v, "Name"));
	json_free(v);
}

static void nothing_may_follow_the_document(void **state)
{
	(void)state;
	refuse("{} x", 4, ST_INVALID);
	refuse("1 2", 3, ST_INVALID);
	refuse("[1],", 4, ST_INVALID);
	prints_as(" \t\r\n[1] \n", "[1]");
}

static void bad_utf8_is_refused(void **state)
{
	(void)state;
	static const char *const bad[] = {"\"\xff\"", "\"\xc0\x80\"", "\"\xed\xa0\x80\"", "\"\xf4\x90\x80\x80\"", "\"\xe1\x80\"", "\"\x80\"", "\xef\xbb\xbf{}"};
	for (size_t i = 0; i < sizeof bad / sizeof *bad; i++)
		refuse(bad[i], strlen(bad[i]), ST_INVALID);
	prints_as("\"\xef\xbf\xbd\xf0\x9f\x98\x80\"", "\"\xef\xbf\xbd\xf0\x9f\x98\x80\"");
}

static void half_of_a_surrogate_pair_is_refused(void **state)
{
	(void)state;
	static const char *const bad[] = {"\"\\ud800\"", "\"\\udc00\"", "\"\\ud800\\u0041\"", "\"\\udc00\\ud800\"", "\"\\ud800\\udc0\""};
	for (size_t i = 0; i < sizeof bad / sizeof *bad; i++)
		refuse(bad[i], strlen(bad[i]), ST_INVALID);
	prints_as("\"\\ud83d\\ude00\"", "\"\xf0\x9f\x98\x80\"");
}

static void what_is_not_in_the_grammar_is_refused(void **state)
{
	(void)state;
	static const char *const bad[] = {"", " ", "{", "[", "[1,]", "{\"a\":1,}", "{a:1}", "{\"a\" 1}", "{\"a\":}", "01", "-", "+1", "1.", ".5", "1e", "1e+", "0x1",
		"NaN", "Infinity", "nul", "tru", "True", "'a'", "\"a", "\"\\x\"", "\"\\u12\"", "\"\n\"", "\"\x1f\"", "[1 2]", "]", "/**/1", "{\"a\":1 \"b\":2}", "-a", "1.e1"};
	for (size_t i = 0; i < sizeof bad / sizeof *bad; i++) {
		refuse(bad[i], strlen(bad[i]), ST_INVALID);
		assert_int_equal(json_scan(bad[i], strlen(bad[i]), NULL, NULL, NULL), ST_INVALID);
	}
}

static void an_error_says_line_and_column(void **state)
{
	(void)state;
	struct json *v = NULL;
	struct err err = {0};
	const char *text = "{\n  \"ü\": tru\n}";
	assert_int_equal(json_parse_text(text, &v, &err), ST_INVALID);
	assert_int_equal(err.line, 2);
	assert_int_equal(err.column, 8);
}

static void nesting_has_a_limit(void **state)
{
	(void)state;
	char text[2 * (JSON_MAX_DEPTH + 1)];
	memset(text, '[', JSON_MAX_DEPTH);
	memset(text + JSON_MAX_DEPTH, ']', JSON_MAX_DEPTH);
	struct json *v = NULL;
	assert_int_equal(json_parse(text, (size_t)2 * JSON_MAX_DEPTH, &v, NULL), ST_OK);
	json_free(v);
	memset(text, '[', JSON_MAX_DEPTH + 1);
	memset(text + JSON_MAX_DEPTH + 1, ']', JSON_MAX_DEPTH + 1);
	refuse(text, sizeof text, ST_LIMIT);
}

static void numbers_are_compared_by_value_at_any_length(void **state)
{
	(void)state;
	static const struct { const char *a, *b; bool same; } cases[] = {
		{"1", "1.0", true}, {"1e3", "1000", true}, {"1000e-3", "1", true}, {"0", "-0.0e9", true}, {"0.1", "1e-1", true}, {"10.01", "1001e-2", true},
		{"9223372036854775807", "9223372036854775808", false}, {"123456789012345678901234567890", "123456789012345678901234567891", false},
		{"123456789012345678901234567890", "1.2345678901234567890123456789e29", true}, {"1", "-1", false}, {"1e400", "1e401", false}, {"1e400", "10e399", true},
		{"100", "1", false}, {"0.10", "0.01", false}, {"1e99999999999999999999", "2e99999999999999999999", false}, {"1e10000000000000000", "1e100000000000000000", false}, {"12", "1.2", false}, {"120", "12e1", true},
		{"1", "12", false}, {"0.7", "67e-1", false}, {"2", "11", false},
	};
	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
		struct json *a = must_parse(cases[i].a);
		struct json *b = must_parse(cases[i].b);
		if (json_equal(a, b) != cases[i].same || json_equal(b, a) != cases[i].same)
			fail_msg("%s and %s should be %s", cases[i].a, cases[i].b, cases[i].same ? "equal" : "different");
		json_free(a);
		json_free(b);
	}
}

static void zero_is_exact(void **state)
{
	(void)state;
	static const struct { const char *text; bool zero; } numbers[] = {
		{"0", true}, {"-0", true}, {"0.000", true}, {"0e99999999999999999999", true}, {"1e-400", false}, {"0.01", false}, {"\"0\"", false}, {"null", false}};
	for (size_t i = 0; i < sizeof numbers / sizeof *numbers; i++) {
		struct json *v = must_parse(numbers[i].text);
		if (json_is_zero(v) != numbers[i].zero)
			fail_msg("%s should %sbe zero", numbers[i].text, numbers[i].zero ? "" : "not ");
		json_free(v);
	}
}

static void an_integer_is_read_exactly_or_not_at_all(void **state)
{
	(void)state;
	static const struct { const char *text; bool ok; int64_t n; } cases[] = {
		{"9223372036854775807", true, INT64_MAX}, {"-9223372036854775808", true, INT64_MIN}, {"9223372036854775808", false, 0}, {"-9223372036854775809", false, 0},
		{"1.0", true, 1}, {"1e3", true, 1000}, {"1.5", false, 0}, {"1e19", false, 0}, {"-0", true, 0}, {"0e999", true, 0}, {"9007199254740993", true, INT64_C(9007199254740993)},
		{"1e-1", false, 0}, {"10e-1", true, 1}, {"1.20e1", true, 12},
	};
	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
		struct json *v = must_parse(cases[i].text);
		int64_t n = 0;
		if (json_int(v, &n) != cases[i].ok || n != cases[i].n)
			fail_msg("%s was read as %lld", cases[i].text, (long long)n);
		json_free(v);
	}
}

static void a_double_gets_the_shortest_text_that_reads_back(void **state)
{
	(void)state;
	static const struct { double d; const char *text; } cases[] = {{0.1, "0.1"}, {1e300, "1e+300"}, {0.1 + 0.2, "0.30000000000000004"}, {5, "5"}, {1 / 3.0, "0.3333333333333333"}};
	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
		struct json *v = json_new_double(cases[i].d);
		assert_string_equal(json_number_text(v), cases[i].text);
		json_free(v);
	}
	struct json *none = json_new_double(strtod("inf", NULL));
	assert_true(json_is_null(none));
	json_free(none);
}

static void order_of_keys_does_not_count_but_order_in_arrays_does(void **state)
{
	(void)state;
	struct json *a = must_parse("{\"a\":[1,2],\"b\":null}");
	struct json *b = must_parse("{\"b\":null,\"a\":[1.0,2]}");
	struct json *c = must_parse("{\"b\":null,\"a\":[2,1]}");
	struct json *d = must_parse("{\"c\":null,\"a\":[1,2]}");
	struct json *e = must_parse("{\"a\":[1,2],\"b\":null,\"c\":1}");
	assert_true(json_equal(a, b));
	assert_false(json_equal(a, c));
	assert_false(json_equal(a, d));
	assert_false(json_equal(a, e));
	assert_false(json_equal(e, a));
	json_free(a);
	json_free(b);
	json_free(c);
	json_free(d);
	json_free(e);
}

static void setting_replaces_in_place(void **state)
{
	(void)state;
	struct json *v = must_parse("{\"a\":1,\"b\":2,\"c\":3}");
	json_set(v, "b", json_new_string("ü\"\n"));
	json_set(v, "d", json_new_bool(true));
	json_set(v, "a", NULL);
	struct json *moved = json_detach(v, "c");
	assert_null(json_key(moved));
	struct json *list = json_new_array();
	json_append(list, moved);
	json_insert(list, 0, json_new_int(INT64_MIN));
	json_set(v, "e", list);
	char *text = json_print(v, NULL);
	assert_string_equal(text, "{\"b\":\"ü\\\"\\n\",\"d\":true,\"e\":[-9223372036854775808,3]}");
	mem_free(text);
	json_free(v);
}

struct spans { int values; int ends; char key[32]; int64_t n; };

static bool see(void *ctx, const struct json_event *ev)
{
	struct spans *s = ctx;
	if (ev->end)
		s->ends++;
	else
		s->values++;
	if (json_span_is(ev->key, "n") && !json_span_int(ev->raw, &s->n))
		return false;
	return !json_span_is(ev->key, "stop");
}

static void the_scanner_reports_every_value_and_can_be_stopped(void **state)
{
	(void)state;
	struct spans s = {0};
	const char *text = "{\"a\":[1,{\"n\":42}],\"b\":\"x\"}";
	assert_int_equal(json_scan(text, strlen(text), see, &s, NULL), ST_OK);
	assert_int_equal(s.values, 6);
	assert_int_equal(s.ends, 3);
	assert_int_equal(s.n, 42);
	assert_int_equal(json_scan("{\"stop\":1}", 10, see, &s, NULL), ST_CANCELLED);
}

/* The scanner takes eight bytes at a time: what it has to see may stand anywhere among them. */
static void what_matters_in_a_string_is_seen_at_every_place(void **state)
{
	(void)state;
	for (size_t len = 1; len < 40; len++)
		for (size_t at = 0; at < len; at++) {
			static const struct { const char *put; enum status st; } cases[] = {{"\x1f", ST_INVALID}, {"\x01", ST_INVALID}, {"\xff", ST_INVALID}, {"\x80", ST_INVALID},
				{"\\q", ST_INVALID}, {"\"", ST_INVALID}, {"\\n", ST_OK}, {"é", ST_OK}, {"\x7f", ST_OK}, {" ", ST_OK}, {"!", ST_OK}, {"#", ST_OK}, {"[", ST_OK}};
			for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
				struct buf b;
				buf_init(&b, 0);
				buf_add_char(&b, '"');
				for (size_t k = 0; k < len; k++)
					buf_add_text(&b, k == at ? cases[i].put : "a");
				buf_add_char(&b, '"');
				if (json_scan(b.data, b.len, NULL, NULL, NULL) != cases[i].st)
					fail_msg("case %zu at %zu of %zu: %s", i, at, len, b.data);
				buf_done(&b);
			}
		}
}

struct told { struct json_member members[64]; size_t count; };

static bool tell(void *ctx, const struct json_event *ev)
{
	struct told *t = ctx;
	if (ev->depth == 1 && ev->key.at && (ev->end || (ev->type != JSON_OBJECT && ev->type != JSON_ARRAY))) {
		assert_true(t->count < sizeof t->members / sizeof *t->members);
		t->members[t->count++] = (struct json_member){ev->type, ev->key, ev->raw};
	}
	return true;
}

static void walking_an_object_tells_what_the_scanner_tells(void **state)
{
	(void)state;
	static const char *const texts[] = {"{}", " { } ", "{\"a\":1}", "{\"a\":1,\"b\":[1,{\"c\":\"]}\"}],\"d\":{\"e\":{\"f\":\"\\\"}\"}},\"g\":\"\\\\\"}",
		" {\n\t\"a\" : \"x\" , \"b\" :null\r\n,\"\":true , \"c\\\"d\":false,\"n\": -1.5e3 }\n", "{\"long\":\"0123456789012345678901234567890\\u00e9é\",\"a\":[],\"b\":{}}",
		"[1,{\"a\":2}]", "\"{\"", "7"};
	for (size_t i = 0; i < sizeof texts / sizeof *texts; i++) {
		struct told t = {.count = 0};
		struct json_members walk = json_members_of((struct json_span){texts[i], strlen(texts[i])});
		struct json_member m;
		size_t n = 0;
		assert_int_equal(json_scan(texts[i], strlen(texts[i]), tell, &t, NULL), ST_OK);
		for (; json_members_next(&walk, &m); n++) {
			if (n >= t.count || m.type != t.members[n].type || m.key.at != t.members[n].key.at || m.key.len != t.members[n].key.len ||
				m.raw.at != t.members[n].raw.at || m.raw.len != t.members[n].raw.len)
				fail_msg("member %zu of %s: %.*s = %.*s", n, texts[i], (int)m.key.len, m.key.at, (int)m.raw.len, m.raw.at);
		}
		assert_int_equal(n, t.count);
	}
}

/* Whatever the text: what a walk tells lies inside it. The copies have no room behind them, for the sanitizer. */
static void walking_through_a_broken_text_stays_inside(void **state)
{
	(void)state;
	static const char text[] = "{\"a\\\"\":\"x\\\\\",\"b\":[{\"c\":\"]\"}],\"d\" : -1.5 ,\"e\":{\"f\":{}},\"g\":tru";
	for (size_t len = 1; len < sizeof text; len++)
		for (size_t hole = 0; hole <= len; hole++) {
			char *copy = mem_alloc(len);
			memcpy(copy, text, len);
			if (hole < len)
				copy[hole] = hole % 2 ? '\\' : '"';
			struct json_members walk = json_members_of((struct json_span){copy, len});
			struct json_member m;
			while (json_members_next(&walk, &m)) {
				assert_true(m.key.at > copy && m.key.at + m.key.len <= copy + len);
				assert_true(m.raw.at > copy && m.raw.at + m.raw.len <= copy + len);
			}
			mem_free(copy);
		}
}

static char *read_all(const char *path, size_t *len)
{
	char *text = NULL;
	assert_int_equal(path_read(path, JSON_MAX_BYTES, &text, len, NULL), ST_OK);
	return text;
}

static void recorded_documents_survive_parse_and_print(void **state)
{
	(void)state;
	const char *dir = getenv("OUTPOST_RECORDED");
	if (!dir || !*dir)
		skip();
	DIR *d = opendir(dir);
	assert_non_null(d);
	int count = 0;
	for (struct dirent *e; (e = readdir(d));) {
		size_t n = strlen(e->d_name);
		if (n < 5 || strcmp(e->d_name + n - 5, ".json") != 0)
			continue;
		char *path = path_join(dir, e->d_name);
		size_t len = 0;
		char *text = read_all(path, &len);
		struct json *a = NULL, *b = NULL;
		if (json_parse(text, len, &a, NULL) != ST_OK) {
			/* one recording sends the character NUL on purpose; nothing else may be refused */
			if (!strstr(text, "\\u0000"))
				fail_msg("%s was refused", e->d_name);
			mem_free(text);
			mem_free(path);
			continue;
		}
		char *printed = json_print(a, NULL);
		assert_int_equal(json_parse_text(printed, &b, NULL), ST_OK);
		assert_true(json_equal(a, b));
		char *again = json_print(b, NULL);
		assert_string_equal(printed, again);
		json_free(a);
		json_free(b);
		mem_free(printed);
		mem_free(again);
		mem_free(text);
		mem_free(path);
		count++;
	}
	closedir(d);
	assert_true(count > 0);
}

static void items_can_be_put_anywhere(void **state)
{
	(void)state;
	for (size_t at = 0; at <= 4; at++) {
		struct json *list = must_parse("[0,1,2]");
		json_insert(list, at, json_new_int(9));
		json_append(list, json_new_int(3));
		char *text = json_print(list, NULL);
		static const char *const expected[] = {"[9,0,1,2,3]", "[0,9,1,2,3]", "[0,1,9,2,3]", "[0,1,2,9,3]", "[0,1,2,9,3]"};
		assert_string_equal(text, expected[at]);
		json_free(json_detach_at(list, at < 4 ? at : 3));
		json_insert(list, 0, json_new_int(8));
		assert_int_equal(json_count(list), 5);
		mem_free(text);
		json_free(list);
	}
}

/* An object of 50,000 keys, read and compared with itself in another order; CPU seconds. */
static double read_and_compare(const struct collide *c, bool colliding)
{
	enum { KEYS = 50000 };
	struct json *a = NULL, *b = NULL;
	struct buf forth, back;
	double begun;

	buf_init(&forth, 0);
	buf_init(&back, 0);
	for (uint32_t i = 0; i < KEYS; i++) {
		char name[COLLIDE_BLOCK * COLLIDE_STAGES + 1];

		collide_name(c, i, colliding, name);
		buf_printf(&forth, "%c\"%s\":%u", i ? ',' : '{', name, i);
		collide_name(c, KEYS - 1 - i, colliding, name);
		buf_printf(&back, "%c\"%s\":%u", i ? ',' : '{', name, KEYS - 1 - i);
	}
	buf_add_char(&forth, '}');
	buf_add_char(&back, '}');
	begun = collide_seconds();
	assert_int_equal(json_parse(buf_text(&forth), forth.len, &a, NULL), ST_OK);
	assert_int_equal(json_parse(buf_text(&back), back.len, &b, NULL), ST_OK);
	assert_true(json_equal(a, b));
	begun = collide_seconds() - begun;
	json_free(a);
	json_free(b);
	buf_done(&forth);
	buf_done(&back);
	return begun;
}

static void keys_that_were_chosen_to_collide_cost_no_more_than_others(void **state)
{
	struct collide c;
	double harmless, hostile;
	(void)state;
	collide_init(&c);
	harmless = read_and_compare(&c, false);
	hostile = read_and_compare(&c, true);
	/* the square of it would be thousands of times as much */
	if (hostile > 20 * harmless + 0.2)
		fail_msg("50,000 colliding keys took %.3f s of the processor, as many others %.3f s", hostile, harmless);
	if (harmless > 5)
		fail_msg("50,000 keys in another order took %.3f s of the processor", harmless);
}

static void a_key_that_comes_twice_among_many_is_found(void **state)
{
	static const int counts[] = {255, 256, 257, 1000};
	(void)state;
	for (size_t n = 0; n < sizeof counts / sizeof *counts; n++) {
		struct json *doc = NULL;
		struct buf b;
		struct err err = {0};
		char text[200];

		buf_init(&b, 0);
		for (int i = 0; i < counts[n]; i++)
			buf_printf(&b, "%c\n\"k%d\":1", i ? ',' : '{', i);
		buf_add_char(&b, '}');
		assert_int_equal(json_parse(buf_text(&b), b.len, &doc, NULL), ST_OK);
		assert_int_equal((int)json_count(doc), counts[n]);
		json_free(doc);
		b.data[b.len - 1] = ',';
		buf_add_text(&b, "\n\"k7\":2}");
		assert_int_equal(json_parse(buf_text(&b), b.len, &doc, &err), ST_INVALID);
		err_text(&err, text, sizeof text);
		assert_non_null(strstr(text, "twice"));
		buf_done(&b);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(numbers_keep_their_text),
		cmocka_unit_test(a_nul_in_a_string_is_refused),
		cmocka_unit_test(a_key_that_comes_twice_is_refused), cmocka_unit_test(a_key_that_comes_twice_among_many_is_found),
		cmocka_unit_test(keys_that_were_chosen_to_collide_cost_no_more_than_others), cmocka_unit_test(a_byte_order_mark_is_named),
		cmocka_unit_test(keys_have_case),
		cmocka_unit_test(nothing_may_follow_the_document),
		cmocka_unit_test(bad_utf8_is_refused),
		cmocka_unit_test(half_of_a_surrogate_pair_is_refused),
		cmocka_unit_test(what_is_not_in_the_grammar_is_refused),
		cmocka_unit_test(an_error_says_line_and_column),
		cmocka_unit_test(nesting_has_a_limit),
		cmocka_unit_test(numbers_are_compared_by_value_at_any_length),
		cmocka_unit_test(zero_is_exact),
		cmocka_unit_test(an_integer_is_read_exactly_or_not_at_all),
		cmocka_unit_test(a_double_gets_the_shortest_text_that_reads_back),
		cmocka_unit_test(order_of_keys_does_not_count_but_order_in_arrays_does),
		cmocka_unit_test(setting_replaces_in_place),
		cmocka_unit_test(the_scanner_reports_every_value_and_can_be_stopped),
		cmocka_unit_test(what_matters_in_a_string_is_seen_at_every_place),
		cmocka_unit_test(walking_an_object_tells_what_the_scanner_tells),
		cmocka_unit_test(walking_through_a_broken_text_stays_inside),
		cmocka_unit_test(items_can_be_put_anywhere),
		cmocka_unit_test(recorded_documents_survive_parse_and_print),
	};
	return cmocka_run_group_tests_name("json", tests, NULL, NULL);
}
