/* base: text, messages, buffers, random numbers. */
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <cmocka.h>

#include <pwd.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/base.h"

static void folds_to(const char *s, const char *expected)
{
	char *folded = text_fold(s);
	assert_string_equal(folded, expected);
	mem_free(folded);
}

static void a_search_ignores_case_and_marks(void **state)
{
	(void)state;
	folds_to("Łódź", "lodz");
	folds_to("ọ\xcc\x80", "o");
	folds_to("ß", "ss");
	folds_to("ẞ", "ss");
	folds_to("Ế", "e");
	folds_to("ﬁ", "fi");
	folds_to("Ɓala", "bala");
	folds_to("ABC", "abc");
	folds_to("中", "中");
	folds_to("", "");
	folds_to("ABC Łódź-DEF Ếa", "abc lodz-def ea"); /* each run by itself */
	folds_to("A\xcc\x81Z e\xcc\x81", "az e");
	folds_to("Centre de Santé", "centre de sante");
}

static void length_counts_code_points_after_nfc(void **state)
{
	(void)state;
	assert_int_equal(text_count("abc"), 3);
	assert_int_equal(text_count("e\xcc\x81"), 1);          /* e and acute become é */
	assert_int_equal(text_count("ọ\xcc\x80"), 2);          /* has no single letter */
	assert_int_equal(text_count("o\xcc\x80\xcc\xa3"), 2);  /* the same in the other order */
	assert_int_equal(text_count("\xf0\x9f\x98\x80"), 1);
	assert_int_equal(text_count(NULL), 0);
	assert_true(text_same("é", "e\xcc\x81"));
	assert_true(text_same("ọ\xcc\x80", "o\xcc\x80\xcc\xa3"));
	assert_false(text_same("e", "é"));
	assert_true(text_same(NULL, ""));
}

static void bad_utf8_is_found(void **state)
{
	(void)state;
	static const char *const bad[] = {"\xff", "\xc0\xaf", "\xe0\x80\x80", "\xed\xa0\x80", "\xf4\x90\x80\x80", "\xf8\x88\x80\x80\x80", "a\xe2\x82", "\x80"};
	for (size_t i = 0; i < sizeof bad / sizeof *bad; i++)
		assert_false(text_is_valid(bad[i], strlen(bad[i])));
	assert_false(text_is_valid("a\0b", 3));
	assert_true(text_is_valid("ọ̀中\xf0\x9f\x98\x80", strlen("ọ̀中\xf0\x9f\x98\x80")));
}

static void what_is_shown_cannot_move_the_cursor_or_turn_the_text(void **state)
{
	(void)state;
	char *safe = text_safe("a\x1b[2J\n\xe2\x80\xae""b\xc2\x9b""c\x7f");
	assert_string_equal(safe, "a␛[2J␊\xef\xbf\xbd""b\xef\xbf\xbd""c␡");
	mem_free(safe);
}

static void a_document_on_a_terminal_is_the_same_document(void **state)
{
	(void)state;
	char *safe = text_safe_json("{\n\t\"a\": \"\xe2\x80\xae" "x\xc2\x9b" "31m\x7f \xc3\xa9\xe4\xb8\xad\xf3\xa0\x80\x81\"\n}");
	assert_string_equal(safe, "{\n\t\"a\": \"\\u202ex\\u009b31m\\u007f \xc3\xa9\xe4\xb8\xad\\udb40\\udc01\"\n}");
	mem_free(safe);
}

static void a_cut_never_splits_a_character(void **state)
{
	(void)state;
	assert_int_equal(text_cut("aé", 2), 1);
	assert_int_equal(text_cut("aé", 3), 3);
	assert_int_equal(text_cut("\xf0\x9f\x98\x80", 3), 0);
	assert_int_equal(text_cut("abc", 10), 3);
}

static void wide_and_combining_characters_have_their_cells(void **state)
{
	(void)state;
	assert_int_equal(text_columns("ọ\xcc\x80"), 1);
	assert_int_equal(text_columns("中a"), 3);
	assert_int_equal(text_width(0x200d), 0);
	assert_int_equal(text_width('\n'), 0);
}

static void messages_take_their_arguments(void **state)
{
	(void)state;
	struct err err = {0};
	char text[200];
	assert_int_equal(err_set(&err, ST_INVALID, "{2} before {1}, {1} again, {5} {", "a", "{1}"), ST_INVALID);
	assert_int_equal(err_wrap(&err, "outer"), ST_INVALID);
	assert_int_equal(err_at(&err, 3, 7), ST_INVALID);
	size_t n = err_text(&err, text, sizeof text);
	assert_string_equal(text, "line 3, column 7: outer: {1} before a, a again, {5} {");
	assert_int_equal(n, strlen(text));
	char small[12];
	assert_int_equal(err_text(&err, small, sizeof small), n);
	assert_string_equal(small, "line 3, col");
	assert_int_equal(err_text(&err, small, 0), n);
	for (int i = 0; i < 10; i++)
		assert_int_equal(err_wrap(&err, "again"), ST_INVALID);
	assert_int_equal(err.depth, ERR_DEPTH);
	assert_int_equal(err_wrap(NULL, "x"), ST_FAILED);
}

static void a_text_about_one_thing_is_not_in_the_plural(void **state)
{
	(void)state;
	static const struct { int64_t n; const char *says; } cases[] = {
		{ 0, "a has 0 unsent records" }, { 1, "a has 1 unsent record" }, { 2, "a has 2 unsent records" }, { 1000001, "a has 1000001 unsent records" },
	};
	for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
		struct err err;
		struct message m;
		char text[100], number[24];
		message_set_count(&m, cases[i].n, "{1} has {2} unsent record", "{1} has {2} unsent records", "a", err_number(number, cases[i].n));
		message_text(&m, text, sizeof text);
		assert_string_equal(text, cases[i].says);
		i18n_message(&m, text, sizeof text);
		assert_string_equal(text, cases[i].says);
		assert_int_equal(err_set_count(&err, ST_INVALID, cases[i].n, "{1} has {2} unsent record", "{1} has {2} unsent records", "a", err_number(number,
			cases[i].n)), ST_INVALID);
		err_text(&err, text, sizeof text);
		assert_string_equal(text, cases[i].says);
	}
}

static void a_long_argument_is_cut_at_a_character(void **state)
{
	(void)state;
	char many[400];
	for (size_t i = 0; i < sizeof many - 2; i += 2)
		memcpy(many + i, "é", 2);
	many[sizeof many - 2] = '\0';
	struct message m;
	message_set(&m, "{1}", many);
	assert_true(strlen(m.arg[0]) < MESSAGE_ARG_MAX);
	assert_true(text_is_valid(m.arg[0], strlen(m.arg[0])));
	assert_true(strlen(m.arg[0]) >= MESSAGE_ARG_MAX - 2);
}

static void a_buffer_stops_at_its_maximum(void **state)
{
	(void)state;
	struct buf b;
	buf_init(&b, 5);
	assert_string_equal(buf_text(&b), "");
	buf_add_text(&b, "abc");
	buf_printf(&b, "%d", 12);
	assert_false(buf_over(&b));
	buf_add_char(&b, 'x');
	assert_true(buf_over(&b));
	assert_string_equal(buf_text(&b), "abc12");
	buf_clear(&b);
	assert_false(buf_over(&b));
	char *taken = buf_take(&b, NULL);
	assert_string_equal(taken, "");
	mem_free(taken);
	buf_done(&b);
}

static void the_same_seed_gives_the_same_numbers(void **state)
{
	(void)state;
	struct rand r;
	rand_init(&r, 0);
	/* splitmix64 of 0 is published as this state, xoshiro256** as this first number of it */
	assert_true(r.s[0] == UINT64_C(0xe220a8397b1dcdaf) && r.s[1] == UINT64_C(0x6e789e6aa1b965f4));
	assert_true(rand_u64(&r) == UINT64_C(0x99ec5f36cb75f2b4));
	for (int i = 0; i < 1000; i++)
		assert_true(rand_below(&r, 7) < 7);
	assert_int_equal(rand_below(&r, 1), 0);
}

static void a_uuid_has_the_servers_form(void **state)
{
	(void)state;
	struct rand r;
	rand_init_system(&r);
	char a[UUID_SIZE], b[UUID_SIZE];
	rand_uuid(&r, a);
	rand_uuid(&r, b);
	assert_int_equal(strlen(a), 29);
	assert_int_equal(strspn(a, "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567-"), 29);
	assert_true(a[6] == '-' && a[13] == '-' && a[20] == '-');
	assert_string_not_equal(a, b);
}

static void without_home_the_accounts_home_counts(void **state)
{
	(void)state;
	const struct passwd *account = getpwuid(getuid());
	if (!account)
		skip();
	char *home = mem_strdup(getenv("HOME")), *data = mem_strdup(getenv("XDG_DATA_HOME"));
	unsetenv("HOME");
	unsetenv("XDG_DATA_HOME");
	char *expected = mem_printf("%s/.local/share/outpost/p", account->pw_dir), *found = path_default_data("p");
	if (home)
		setenv("HOME", home, 1);
	if (data)
		setenv("XDG_DATA_HOME", data, 1);
	assert_string_equal(found, expected);
	mem_free(found);
	mem_free(expected);
	mem_free(data);
	mem_free(home);
}

static void a_new_file_takes_the_place_of_none(void **state)
{
	char dir[] = "/tmp/outpost-base-XXXXXX", *path, *text = NULL, *lost;
	struct err err;
	size_t len;

	(void)state;
	assert_non_null(mkdtemp(dir));
	path = path_join(dir, "edits");
	assert_int_equal(path_write_new(path, "first", 5, &err), ST_OK);
	assert_int_equal(path_write_new(path, "second", 6, &err), ST_INVALID);
	assert_int_equal(path_read(path, 100, &text, &len, &err), ST_OK);
	assert_string_equal(text, "first");
	mem_free(text);
	assert_int_equal(path_write(path, "third", 5, &err), ST_OK);
	assert_int_equal(unlink(path), 0);
	assert_int_equal(symlink("nowhere", path), 0);
	assert_int_equal(path_write_new(path, "fourth", 6, &err), ST_INVALID);
	assert_int_equal(unlink(path), 0);
	lost = path_join(dir, "none/edits");
	assert_int_equal(path_write_new(lost, "x", 1, &err), ST_FAILED);
	mem_free(lost);
	mem_free(path);
	/* nothing else was left */
	assert_int_equal(rmdir(dir), 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_search_ignores_case_and_marks),
		cmocka_unit_test(length_counts_code_points_after_nfc),
		cmocka_unit_test(bad_utf8_is_found),
		cmocka_unit_test(what_is_shown_cannot_move_the_cursor_or_turn_the_text),
		cmocka_unit_test(a_document_on_a_terminal_is_the_same_document),
		cmocka_unit_test(a_cut_never_splits_a_character),
		cmocka_unit_test(wide_and_combining_characters_have_their_cells),
		cmocka_unit_test(messages_take_their_arguments),
		cmocka_unit_test(a_text_about_one_thing_is_not_in_the_plural),
		cmocka_unit_test(a_long_argument_is_cut_at_a_character),
		cmocka_unit_test(a_buffer_stops_at_its_maximum),
		cmocka_unit_test(the_same_seed_gives_the_same_numbers),
		cmocka_unit_test(a_uuid_has_the_servers_form),
		cmocka_unit_test(without_home_the_accounts_home_counts),
		cmocka_unit_test(a_new_file_takes_the_place_of_none),
	};
	return cmocka_run_group_tests_name("base_text", tests, NULL, NULL);
}
