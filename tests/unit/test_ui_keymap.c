/* Keys: bytes into keys, and the one table of actions. */
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <cmocka.h>

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "ui/internal.h"
#include "ui/keymap.h"
#include "ui/ui.h"

static struct buf got;

static void collect(void *ctx, int key, const char *paste)
{
	char name[16];

	(void)ctx;
	if (paste != NULL) {
		buf_printf(&got, "<%s>", paste);
		return;
	}
	keys_name(key, name);
	buf_printf(&got, "%s ", name);
}

/* Fed whole and byte by byte: the same keys. */
static void expect_keys(const char *bytes, const char *expected)
{
	size_t i, len = strlen(bytes);
	int pass;

	for (pass = 0; pass < 2; pass++) {
		struct keys keys;

		keys_init(&keys);
		buf_init(&got, 0);
		if (pass == 0)
			keys_feed(&keys, bytes, len, collect, NULL);
		for (i = 0; pass == 1 && i < len; i++)
			keys_feed(&keys, bytes + i, 1, collect, NULL);
		if (keys_waiting(&keys))
			keys_timeout(&keys, collect, NULL);
		assert_string_equal(buf_text(&got), expected);
		buf_done(&got);
		keys_done(&keys);
	}
}

static void arrows_are_known_in_csi_and_ss3_form(void **state)
{
	(void)state;
	expect_keys("\033[A\033OA\033[B\033OB\033[C\033OD", "Up Up Down Down Right Left ");
	expect_keys("\033[H\033OF\033[1~\033[4~\033[3~\033[5~\033[6~\033[7~\033[8~", "Home End Home End Delete PgUp PgDn Home End ");
	expect_keys("\033[Z\033OP\033[11~\033[[A\033[24~", "BackTab F1 F1 F1 F12 ");
	expect_keys("\033[1;5C", "Right ");
}

static void unknown_sequences_are_swallowed_whole(void **state)
{
	(void)state;
	expect_keys("\033[38;5;200ma", "a ");
	expect_keys("\033[?1;2cx", "x ");
	expect_keys("\033]0;title\007y", "y ");
	expect_keys("\033P1$r0m\033\\z", "z ");
	expect_keys("\033[M !!q", "q ");
	expect_keys("\033[<0;10;20Mq", "q ");
	expect_keys("\033xq", "q ");
}

static void a_lone_escape_is_a_key_after_the_delay(void **state)
{
	(void)state;
	expect_keys("\033", "Esc ");
	expect_keys("\033\033", "Esc Esc ");
	expect_keys("a\033[", "a ");
}

static void utf8_is_put_together_and_bad_bytes_are_dropped(void **state)
{
	(void)state;
	expect_keys("\xc3\xa9\xe4\xb8\xad", "é 中 ");
	expect_keys("\xff\xc3x\xed\xa0\x80y\xc2\x85z", "x y z ");
}

static void a_paste_is_one_text_whatever_is_in_it(void **state)
{
	(void)state;
	expect_keys("\033[200~n\r\nq\033[A\x13\033[201~s", "<n\nq\033[A\x13>s ");
	expect_keys("\033[200~\033[201~", "<>");
}

static void a_huge_paste_ends_and_the_keys_go_on(void **state)
{
	struct keys keys;
	size_t i;

	(void)state;
	keys_init(&keys);
	buf_init(&got, 0);
	keys_feed(&keys, "\033[200~", 6, collect, NULL);
	for (i = 0; i < KEYS_MAX_PASTE + 100000; i++)
		keys_feed(&keys, "x", 1, collect, NULL);
	keys_feed(&keys, "\033[201~q", 7, collect, NULL);
	assert_true(got.len > 1000 && got.len <= KEYS_MAX_PASTE + 100);
	assert_string_equal(got.data + got.len - 3, ">q ");
	buf_done(&got);
	keys_done(&keys);
}

static void names_and_keys_go_both_ways(void **state)
{
	static const char *const names[] = { "Enter", "Tab", "Esc", "Up", "PgDn", "^S", "^G", "F1", "F12", "Space", "x", "é", "/", "?",
		"BackTab" };
	char name[16];
	size_t i;

	(void)state;
	for (i = 0; i < sizeof(names) / sizeof(names[0]); i++) {
		assert_int_not_equal(key_from_name(names[i]), KEY_NONE);
		keys_name(key_from_name(names[i]), name);
		assert_string_equal(name, names[i]);
	}
	assert_int_equal(key_from_name("ctrl-s"), 19);
	assert_int_equal(key_from_name("Hyper"), KEY_NONE);
	assert_int_equal(key_from_name(""), KEY_NONE);
}

static void every_key_of_the_table_is_known_and_means_one_thing_on_a_screen(void **state)
{
	unsigned where;
	size_t i, k;

	(void)state;
	for (where = 1; where < IN_ANY; where <<= 1) {
		for (i = 0; i < keymap_count(); i++) {
			int key = keymap_first_key(&keymap[i]);

			if (key == KEY_NONE)
				fail_msg("%s has no key", keymap[i].name);
			for (k = i + 1; (keymap[i].where & where) && k < keymap_count(); k++)
				if ((keymap[k].where & where) && keymap_first_key(&keymap[k]) == key)
					fail_msg("%s and %s have the same key on screen %u", keymap[i].name, keymap[k].name, where);
		}
	}
}

static void no_action_needs_a_function_key_or_a_lone_escape(void **state)
{
	size_t i;

	(void)state;
	for (i = 0; i < keymap_count(); i++) {
		const char *at = keymap[i].keys;
		bool plain = false;

		while (*at != '\0') {
			char name[16] = "";
			size_t len = strcspn(at, " ");
			int key;

			assert_true(len < sizeof(name));
			memcpy(name, at, len);
			key = key_from_name(name);
			/* arrows and Tab always work; else a letter or a Ctrl key */
			plain = plain || (key > 0 && key < KEY_SPECIAL && key != KEY_ESC_CODE) || key == KEY_CODE_BACKSPACE || key == KEY_CODE_BACK_TAB;
			at += len;
			at += strspn(at, " ");
		}
		if (!plain)
			fail_msg("%s has neither a letter nor a Ctrl key", keymap[i].name);
	}
}

static void letters_are_text_while_one_types(void **state)
{
	(void)state;
	assert_int_equal(keymap_find(IN_LIST, 'q', false), ACTION_QUIT);
	assert_int_equal(keymap_find(IN_LIST, 'q', true), ACTION_NONE);
	assert_int_equal(keymap_find(IN_FORM, 19, true), ACTION_SAVE);
	assert_int_equal(keymap_find(IN_FORM, '?', true), ACTION_NONE);
	assert_int_equal(keymap_find(IN_FORM, '?', false), ACTION_EXPLAIN);
}

static void the_bar_has_whole_entries_only(void **state)
{
	struct keymap_place place = { .where = IN_LIST };
	int width;

	(void)state;
	for (width = 0; width < 100; width++) {
		char *bar = keymap_bar(&place, width);

		assert_true(text_columns(bar) <= width);
		if (width >= 6 && strstr(bar, "? help") == NULL)
			fail_msg("the help is not in \"%s\" of %d columns", bar, width);
		mem_free(bar);
	}
}

static void the_bar_of_a_form_keeps_what_explains_it(void **state)
{
	struct keymap_place place = { .where = IN_FORM, .typing = true };
	char *bar = keymap_bar(&place, 40);

	(void)state;
	assert_string_equal(bar, "Enter next  ^S save  F1 explain  ^G back");
	mem_free(bar);
}

static void the_bar_has_keys_that_work_and_actions_that_can_be_done(void **state)
{
	struct keymap_place place = { .where = IN_LOCK, .typing = true };
	char *bar = keymap_bar(&place, 80);

	(void)state;
	assert_string_equal(bar, "Enter unlock  ^C quit");
	mem_free(bar);
	place = (struct keymap_place){ .where = IN_SYNC, .not_now = UINT64_C(1) << ACTION_STOP | UINT64_C(1) << ACTION_EDITS_OUT };
	bar = keymap_bar(&place, 80);
	assert_string_equal(bar, "s sync  v verdicts  ^G back");
	mem_free(bar);
}

static void every_entry_has_a_name_of_its_own(void **state)
{
	size_t i, k;

	(void)state;
	assert_true(ACTION_COUNT <= 64);         /* struct keymap_place */
	for (i = 0; i < keymap_count(); i++)
		for (k = i + 1; k < keymap_count(); k++)
			assert_string_not_equal(keymap[i].name, keymap[k].name);
}

static void the_table_is_printed_for_the_manual(void **state)
{
	char *text = ui_keys_text();

	(void)state;
	assert_non_null(strstr(text, "sign-in\t^S\tsign in\tsign in"));
	assert_non_null(strstr(text, "up\tUp ^P\teverywhere\tone up"));
	mem_free(text);
}

#define MANUAL TOP_SRCDIR "/src/outpost.1"
#define TABLE_BEGINS ".\\\" The table of keys begins; tests/unit/test_ui_keymap.c compares it with the program's.\n"
#define TABLE_ENDS ".\\\" The table of keys ends.\n"

/* ui_keys_text() as the manual writes it. New string. */
static char *manual_table(void)
{
	char *text = ui_keys_text(), *line, *rest = text, *fields[4];
	struct buf out;
	size_t i;

	buf_init(&out, 0);
	while ((line = strsep(&rest, "\n")) != NULL && *line != '\0') {
		for (i = 0; i < 4; i++) {
			fields[i] = strsep(&line, "\t");
			assert_non_null(fields[i]);
		}
		buf_add_text(&out, ".TP\n.B \"");
		for (; *fields[1] != '\0'; fields[1]++)
			buf_printf(&out, "%s", *fields[1] == '^' ? "\\(ha" : *fields[1] == ' ' ? " \\fRor\\fP " : (char[]){ *fields[1], '\0' });
		/* a line of text may not begin with what groff takes for a command */
		buf_printf(&out, "\"\n%s%s (%s; %s)\n", *fields[3] == '.' || *fields[3] == '\'' ? "\\&" : "", fields[3], fields[2], fields[0]);
	}
	mem_free(text);
	return buf_take(&out, NULL);
}

/* OUTPOST_GOLDEN=write writes the table anew. */
static void the_manual_has_the_table(void **state)
{
	char *manual, *table = manual_table(), *begin, *end, *had, *fresh;
	const char *mode = getenv("OUTPOST_GOLDEN");
	struct err err;
	size_t len;

	(void)state;
	assert_int_equal(path_read(MANUAL, 1 << 20, &manual, &len, &err), ST_OK);
	begin = strstr(manual, TABLE_BEGINS);
	assert_non_null(begin);
	begin += strlen(TABLE_BEGINS);
	end = strstr(begin, TABLE_ENDS);
	assert_non_null(end);
	had = mem_strndup(begin, (size_t)(end - begin));
	if (mode != NULL && strcmp(mode, "write") == 0) {
		fresh = mem_printf("%.*s%s%s", (int)(begin - manual), manual, table, end);
		assert_int_equal(path_write(MANUAL, fresh, strlen(fresh), &err), ST_OK);
		mem_free(fresh);
	} else {
		assert_string_equal(had, table);
	}
	mem_free(had);
	mem_free(table);
	mem_free(manual);
}

/* Every key of a screen stands in its help with what it does, and nothing else does. */
static void the_help_of_every_screen_has_its_keys(void **state)
{
	unsigned where;
	size_t i, rows, expected;

	(void)state;
	for (where = 1; where < IN_ANY; where <<= 1) {
		char *help = help_text(where);
		const char *at;

		for (i = rows = expected = 0; i < keymap_count(); i++) {
			char *keys = keymap_keys_text(&keymap[i]), *line = mem_printf("\n  %-14s \t%s\n", keys, keymap[i].help);
			bool valid = (keymap[i].where & where) != 0;

			expected += valid;
			if ((strstr(help, line) != NULL) != valid)
				fail_msg("the help of screen %u: %s is %s", where, keymap[i].name, valid ? "missing" : "there");
			mem_free(line);
			mem_free(keys);
		}
		for (at = help; (at = strchr(at, '\t')) != NULL; at++)
			rows++;
		assert_int_equal(rows, expected);
		mem_free(help);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(arrows_are_known_in_csi_and_ss3_form),
		cmocka_unit_test(unknown_sequences_are_swallowed_whole),
		cmocka_unit_test(a_lone_escape_is_a_key_after_the_delay),
		cmocka_unit_test(utf8_is_put_together_and_bad_bytes_are_dropped),
		cmocka_unit_test(a_paste_is_one_text_whatever_is_in_it),
		cmocka_unit_test(a_huge_paste_ends_and_the_keys_go_on),
		cmocka_unit_test(names_and_keys_go_both_ways),
		cmocka_unit_test(every_key_of_the_table_is_known_and_means_one_thing_on_a_screen),
		cmocka_unit_test(no_action_needs_a_function_key_or_a_lone_escape),
		cmocka_unit_test(letters_are_text_while_one_types),
		cmocka_unit_test(the_bar_has_whole_entries_only),
		cmocka_unit_test(the_bar_of_a_form_keeps_what_explains_it),
		cmocka_unit_test(the_bar_has_keys_that_work_and_actions_that_can_be_done),
		cmocka_unit_test(every_entry_has_a_name_of_its_own),
		cmocka_unit_test(the_manual_has_the_table),
		cmocka_unit_test(the_help_of_every_screen_has_its_keys),
		cmocka_unit_test(the_table_is_printed_for_the_manual),
	};

	return cmocka_run_group_tests_name("ui_keymap", tests, NULL, NULL);
}
