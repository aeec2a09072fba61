/* The grid of cells: widths, clipping, halves of wide characters, signs that a terminal cannot show. */
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <cmocka.h>

#include <string.h>

#include "ui/surface.h"

static void expect_row(const struct surface *surface, int row, const char *expected)
{
	struct buf out;
	int col;

	buf_init(&out, 0);
	for (col = 0; col < surface->cols; col++)
		if (surface_cell(surface, row, col)->width > 0)
			buf_add_text(&out, surface_cell(surface, row, col)->text);
	assert_string_equal(buf_text(&out), expected);
	buf_done(&out);
}

static void text_is_clipped_at_its_end_and_at_the_edge(void **state)
{
	struct surface surface;

	(void)state;
	surface_init(&surface, 2, 10);
	assert_int_equal(surface_put(&surface, 0, 2, 6, ROLE_TEXT, "abcdefgh"), 6);
	expect_row(&surface, 0, "  abcd    ");
	surface_put(&surface, 1, 8, 99, ROLE_TEXT, "xyz");
	expect_row(&surface, 1, "        xy");
	surface_put(&surface, 5, 0, 10, ROLE_TEXT, "outside");
	surface_put(&surface, -1, 0, 10, ROLE_TEXT, "outside");
	surface_done(&surface);
}

static void what_is_cut_says_so(void **state)
{
	struct surface surface;

	(void)state;
	surface_init(&surface, 1, 10);
	surface_put_cut(&surface, 0, 0, 8, ROLE_TEXT, "Bangura-Thompson");
	expect_row(&surface, 0, "Bangur..  ");
	surface_done(&surface);
}

static void a_wide_character_has_two_cells_and_never_half(void **state)
{
	struct surface surface;

	(void)state;
	surface_init(&surface, 1, 6);
	assert_int_equal(surface_put(&surface, 0, 0, 5, ROLE_TEXT, "中中中"), 4);
	assert_int_equal(surface_cell(&surface, 0, 0)->width, 2);
	assert_int_equal(surface_cell(&surface, 0, 1)->width, 0);
	surface_put(&surface, 0, 1, 2, ROLE_TEXT, "x");
	expect_row(&surface, 0, " x中  ");
	surface_done(&surface);
}

static void marks_stay_with_their_letter(void **state)
{
	struct surface surface;

	(void)state;
	surface_init(&surface, 1, 5);
	assert_int_equal(surface_put(&surface, 0, 0, 5, ROLE_TEXT, "ọ̀k"), 2);
	assert_string_equal(surface_cell(&surface, 0, 0)->text, "ọ̀");
	assert_string_equal(surface_cell(&surface, 0, 1)->text, "k");
	surface_done(&surface);
}

static void many_marks_never_leave_the_cell(void **state)
{
	struct surface surface;
	struct buf text;
	int i;

	(void)state;
	buf_init(&text, 0);
	buf_add_text(&text, "a");
	for (i = 0; i < 1000; i++)
		buf_add_text(&text, "\xcc\x81");
	surface_init(&surface, 1, 3);
	surface_put(&surface, 0, 0, 3, ROLE_TEXT, buf_text(&text));
	assert_true(strlen(surface_cell(&surface, 0, 0)->text) < CELL_BYTES);
	assert_string_equal(surface_cell(&surface, 0, 1)->text, " ");
	buf_done(&text);
	surface_done(&surface);
}

static void control_and_bidirectional_characters_are_never_sent(void **state)
{
	struct surface surface;
	int col;

	(void)state;
	surface_init(&surface, 1, 40);
	surface_put(&surface, 0, 0, 40, ROLE_TEXT, "a\033[2J\x07\xe2\x80\xae\xc2\x9b" "b\r\n");
	for (col = 0; col < 40; col++) {
		const char *text = surface_cell(&surface, 0, col)->text;

		assert_true((unsigned char)text[0] >= 0x20);
		assert_true(strcmp(text, "\xe2\x80\xae") != 0 && strcmp(text, "\xc2\x9b") != 0);
	}
	surface_done(&surface);
}

static void expect_ascii(const char *text, const char *expected)
{
	char *shown = repertoire_text(REPERTOIRE_ASCII, text);

	assert_string_equal(shown, expected);
	mem_free(shown);
}

static void ascii_shows_base_letters_or_a_question_mark(void **state)
{
	(void)state;
	expect_ascii("Ọlábísí Ếmile", "Olabisi Emile");
	expect_ascii("ọ̀", "o");
	expect_ascii("Ngũgĩ – “x” → 1×", "Ngugi - \"x\" > 1x");
	expect_ascii("中ж", "? ?");
}

static void lines_break_at_blanks_and_keep_every_word(void **state)
{
	struct wrap_line lines[4];

	(void)state;
	assert_int_equal(wrap_text("one two three", 7, lines, 4), 2);
	assert_int_equal(lines[0].len, 7);
	assert_memory_equal(lines[1].at, "three", 5);
	assert_int_equal(wrap_text("Par les signes ?", 15, lines, 4), 2);
	assert_int_equal(lines[0].len, strlen("Par les"));
	assert_int_equal(lines[1].len, strlen("signes ?"));
	assert_int_equal(wrap_text("Par les signes ?", 16, lines, 4), 1);
	assert_int_equal(wrap_text("one, ! error", 5, lines, 4), 3);
	assert_int_equal(wrap_text("", 7, lines, 4), 1);
	assert_int_equal(wrap_text("unbreakable", 4, lines, 4), 3);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(text_is_clipped_at_its_end_and_at_the_edge),
		cmocka_unit_test(what_is_cut_says_so),
		cmocka_unit_test(a_wide_character_has_two_cells_and_never_half),
		cmocka_unit_test(marks_stay_with_their_letter),
		cmocka_unit_test(many_marks_never_leave_the_cell),
		cmocka_unit_test(control_and_bidirectional_characters_are_never_sent),
		cmocka_unit_test(ascii_shows_base_letters_or_a_question_mark),
		cmocka_unit_test(lines_break_at_blanks_and_keep_every_word),
	};

	return cmocka_run_group_tests_name("ui_surface", tests, NULL, NULL);
}
