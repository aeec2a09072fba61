/* The line editor: characters with their marks are one, input is kept in NFC, limits hold. */
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <cmocka.h>

#include <string.h>

#include "ui/field.h"

static void typing_a_mark_composes_with_the_letter_before(void **state)
{
	struct field field;

	(void)state;
	field_init(&field, "e");
	field_insert(&field, "\xcc\x81");
	assert_string_equal(field.text, "\xc3\xa9");
	assert_int_equal(field.cursor, 2);
	field_done(&field);
}

static void backspace_takes_a_letter_with_all_its_marks(void **state)
{
	struct field field;

	(void)state;
	/* o with dot below and grave has no single code point */
	field_init(&field, "xọ̀");
	assert_true(field_backspace(&field));
	assert_string_equal(field.text, "x");
	field_done(&field);
}

static void left_and_right_step_over_wide_and_marked_characters(void **state)
{
	struct field field;

	(void)state;
	field_init(&field, "aọ̀中b");
	field_left(&field);
	field_left(&field);
	field_left(&field);
	assert_int_equal(field.cursor, 1);
	field_right(&field);
	assert_int_equal(field.cursor, strlen("aọ̀"));
	field_done(&field);
}

static void inserting_in_the_middle_keeps_what_is_around(void **state)
{
	struct field field;

	(void)state;
	field_init(&field, "Kaara");
	field_home(&field);
	field_right(&field);
	field_right(&field);
	field_insert(&field, "m");
	assert_string_equal(field.text, "Kamara");
	assert_int_equal(field.cursor, 3);
	field_done(&field);
}

static void a_paste_into_one_line_has_blanks_for_line_ends(void **state)
{
	struct field field;

	(void)state;
	field_init(&field, "");
	field_insert(&field, "a\nb\tc\033[2J");
	assert_string_equal(field.text, "a b c[2J");
	field_set(&field, "");
	field.lines = true;
	field_insert(&field, "a\nb");
	assert_string_equal(field.text, "a\nb");
	field_done(&field);
}

static void nothing_is_inserted_over_the_limit(void **state)
{
	struct field field;

	(void)state;
	field_init(&field, "");
	field.max_length = 5;
	assert_false(field_insert(&field, "1234567"));
	assert_string_equal(field.text, "12345");
	assert_false(field_insert(&field, "6"));
	assert_string_equal(field.text, "12345");
	field_done(&field);
}

static void the_cursor_stays_in_sight_in_a_narrow_field(void **state)
{
	struct surface surface;
	struct field field;
	int i;

	(void)state;
	surface_init(&surface, 3, 40);
	field_init(&field, "");
	for (i = 0; i < 200; i++) {
		field_insert(&field, i % 3 ? "x" : "中");
		surface_clear(&surface);
		field_draw(&field, &surface, 1, 10, 30, false);
		assert_in_range(surface.cursor_col, 10, 29);
		assert_string_equal(surface_cell(&surface, 1, 30)->text, " ");
	}
	field_done(&field);
	surface_done(&surface);
}

static void a_secret_shows_stars(void **state)
{
	struct surface surface;
	struct field field;

	(void)state;
	surface_init(&surface, 1, 20);
	field_init(&field, "geheim");
	field_draw(&field, &surface, 0, 0, 20, true);
	assert_string_equal(surface_cell(&surface, 0, 5)->text, "*");
	assert_string_equal(surface_cell(&surface, 0, 6)->text, " ");
	field_done(&field);
	surface_done(&surface);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(typing_a_mark_composes_with_the_letter_before),
		cmocka_unit_test(backspace_takes_a_letter_with_all_its_marks),
		cmocka_unit_test(left_and_right_step_over_wide_and_marked_characters),
		cmocka_unit_test(inserting_in_the_middle_keeps_what_is_around),
		cmocka_unit_test(a_paste_into_one_line_has_blanks_for_line_ends),
		cmocka_unit_test(nothing_is_inserted_over_the_limit),
		cmocka_unit_test(the_cursor_stays_in_sight_in_a_narrow_field),
		cmocka_unit_test(a_secret_shows_stars),
	};

	return cmocka_run_group_tests_name("ui_field", tests, NULL, NULL);
}
