/* The French texts: complete, short enough for where they stand, and never two choices with one label. */
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <cmocka.h>

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "app/settings.h"
#include "base/base.h"
#include "json/json.h"

#define CHOICE_COLUMNS 30
#define HINT_COLUMNS 30                      /* the screen cuts what is longer */

struct po_entry { char *context, *id, *text, *many_id, *many; };      /* many: of a text with a count; else NULL */

static struct po_entry *entries;
static size_t entry_count;
static bool fuzzy_found;

/* Adds what is between the quotes of a line, with the escapes taken back. */
static void add_quoted(char **out, const char *line)
{
	const char *at = strchr(line, '"'), *end = strrchr(line, '"');
	struct buf b;

	buf_init(&b, 0);
	buf_add_text(&b, *out);
	for (at++; at < end; at++) {
		if (*at == '\\') {
			at++;
			buf_add_char(&b, *at == 'n' ? '\n' : *at == 't' ? '\t' : *at);
		} else {
			buf_add_char(&b, *at);
		}
	}
	mem_free(*out);
	*out = buf_take(&b, NULL);
}

static int read_po(void **state)
{
	FILE *f = fopen(TOP_SRCDIR "/po/fr.po", "r");
	char *line = NULL, **part = NULL, *rest = NULL;
	struct po_entry one = { NULL, NULL, NULL, NULL, NULL };
	size_t cap = 0;

	(void)state;
	if (f == NULL)
		return -1;
	for (;;) {
		bool more = getline(&line, &cap, f) >= 0;

		if (!more || line[0] == '\n') {
			if (one.id != NULL && one.id[0] != '\0') {
				entries = mem_realloc(entries, entry_count + 1, sizeof(*entries));
				entries[entry_count++] = one;
			} else {
				mem_free(one.context);
				mem_free(one.id);
				mem_free(one.text);
				mem_free(one.many_id);
				mem_free(one.many);
			}
			one = (struct po_entry){ NULL, NULL, NULL, NULL, NULL };
			if (!more)
				break;
			continue;
		}
		fuzzy_found = fuzzy_found || (text_starts(line, "#,") && strstr(line, "fuzzy") != NULL);
		if (line[0] == '#')
			continue;
		if (text_starts(line, "msgctxt"))
			part = &one.context;
		else if (text_starts(line, "msgid "))
			part = &one.id;
		else if (text_starts(line, "msgstr ") || text_starts(line, "msgstr[0]"))
			part = &one.text;
		else if (text_starts(line, "msgid_plural"))
			part = &one.many_id;
		else if (text_starts(line, "msgstr[1]"))
			part = &one.many;
		else if (line[0] != '"')
			part = &rest;
		add_quoted(part, line);
	}
	free(line);
	mem_free(rest);
	fclose(f);
	return 0;
}

static int free_po(void **state)
{
	size_t i;

	(void)state;
	for (i = 0; i < entry_count; i++) {
		mem_free(entries[i].context);
		mem_free(entries[i].id);
		mem_free(entries[i].text);
		mem_free(entries[i].many_id);
		mem_free(entries[i].many);
	}
	mem_free(entries);
	return 0;
}

static const char *french(const char *context, const char *id)
{
	size_t i;

	for (i = 0; i < entry_count; i++)
		if (strcmp(entries[i].id, id) == 0 && (context == NULL) == (entries[i].context == NULL)
			&& (context == NULL || strcmp(entries[i].context, context) == 0))
			return entries[i].text;
	return NULL;
}

static void every_message_has_its_french(void **state)
{
	size_t i;

	(void)state;
	assert_true(entry_count > 1500);
	assert_false(fuzzy_found);
	for (i = 0; i < entry_count; i++)
		if (entries[i].text == NULL || entries[i].text[0] == '\0')
			fail_msg("no French for \"%s\"", entries[i].id);
	for (i = 0; i < entry_count; i++)
		if (entries[i].many_id != NULL && (entries[i].many == NULL || entries[i].many[0] == '\0'))
			fail_msg("no French for \"%s\"", entries[i].many_id);
}

static void what_is_put_in_is_in_both_languages(void **state)
{
	size_t i;
	char mark[4] = "{1}";

	(void)state;
	for (i = 0; i < entry_count; i++)
		for (mark[1] = '1'; mark[1] <= '9'; mark[1]++)
			if ((strstr(entries[i].id, mark) == NULL) != (strstr(entries[i].text, mark) == NULL))
				fail_msg("%s is not in both: \"%s\", \"%s\"", mark, entries[i].id, entries[i].text);
	/* The form for one has what the form for several has. */
	for (i = 0; i < entry_count; i++)
		for (mark[1] = '1'; entries[i].many_id != NULL && mark[1] <= '9'; mark[1]++) {
			const char *const forms[] = { entries[i].many_id, entries[i].many, entries[i].text };
			size_t k;

			for (k = 0; k < 3; k++)
				if ((strstr(entries[i].id, mark) == NULL) != (strstr(forms[k], mark) == NULL))
					fail_msg("%s is not in both: \"%s\", \"%s\"", mark, entries[i].id, forms[k]);
		}
}

static void every_choice_is_short_and_unlike_the_others_of_its_list(void **state)
{
	size_t i, k, seen = 0;

	(void)state;
	for (i = 0; i < entry_count; i++) {
		if (entries[i].context == NULL || !text_starts(entries[i].context, "choice:"))
			continue;
		seen++;
		if (text_columns(entries[i].text) > CHOICE_COLUMNS)
			fail_msg("%s: \"%s\" has %d columns, at most %d are good", entries[i].context, entries[i].text, text_columns(entries[i].text),
				CHOICE_COLUMNS);
		for (k = i + 1; k < entry_count; k++)
			if (entries[k].context != NULL && strcmp(entries[i].context, entries[k].context) == 0
				&& strcmp(entries[i].text, entries[k].text) == 0)
				fail_msg("%s: \"%s\" and \"%s\" are both \"%s\"", entries[i].context, entries[i].id, entries[k].id, entries[i].text);
	}
	assert_true(seen > 200);
}

static void check_hints(const struct json *v, int *hints)
{
	const struct json *child;
	size_t i;

	for (child = json_is_object(v) || json_is_array(v) ? json_first(v) : NULL; child != NULL; child = json_next(child)) {
		const char *id = json_is_object(v) && strcmp(json_key(child), "hint") == 0 ? json_string(child) : NULL;

		for (i = 0; id != NULL && i < entry_count; i++) {
			if (entries[i].context == NULL || !text_starts(entries[i].context, "form:") || strcmp(entries[i].id, id) != 0)
				continue;
			++*hints;
			if (text_columns(entries[i].text) > HINT_COLUMNS)
				fail_msg("%s: the hint \"%s\" has %d columns, at most %d are shown", entries[i].context, entries[i].text,
					text_columns(entries[i].text), HINT_COLUMNS);
		}
		check_hints(child, hints);
	}
}

static void every_hint_fits_its_column(void **state)
{
	static const char *const files[] = { "case", "hospitalization", "new-case" };
	size_t i, len;

	(void)state;
	for (i = 0; i < sizeof(files) / sizeof(files[0]); i++) {
		char *path = mem_printf(TOP_SRCDIR "/forms/%s.json", files[i]), *text = NULL;
		struct err err;
		struct json *form = NULL;
		int hints = 0;

		assert_int_equal(path_read(path, 1 << 20, &text, &len, &err), ST_OK);
		assert_int_equal(json_parse_text(text, &form, &err), ST_OK);
		check_hints(form, &hints);
		assert_true(hints > 5);
		json_free(form);
		mem_free(text);
		mem_free(path);
	}
}

static void months_and_days_of_the_week_are_all_different(void **state)
{
	static const char *const names[] = { "Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec", "Mon", "Tue", "Wed", "Thu",
		"Fri", "Sat", "Sun" };
	size_t i, k;

	(void)state;
	for (i = 0; i < sizeof(names) / sizeof(names[0]); i++) {
		assert_non_null(french(NULL, names[i]));
		for (k = 0; k < i; k++)
			if (strcmp(french(NULL, names[i]), french(NULL, names[k])) == 0)
				fail_msg("%s and %s are both \"%s\"", names[i], names[k], french(NULL, names[i]));
	}
}

/* The settings' screen explains the selected one in a line of 78 columns. */
static void every_setting_is_explained_in_one_line(void **state)
{
	size_t i;

	(void)state;
	for (i = 0; i < settings_count(); i++) {
		const char *help = setting_at(i)->text, *own = french(NULL, help);

		assert_non_null(own);
		if (text_columns(help) > 78 || text_columns(own) > 78)
			fail_msg("%s: more than 78 columns: \"%s\", \"%s\"", setting_at(i)->name, help, own);
	}
}

/* The list has four columns for a classification and eight for a disease. */
static void codes_of_the_list_fit_their_columns(void **state)
{
	static const struct { const char *context; int columns; size_t least; } places[] = { { "four columns", 4, 7 }, { "eight columns", 8, 10 } };
	size_t i, k, found;

	(void)state;
	for (k = 0; k < sizeof(places) / sizeof(places[0]); k++) {
		for (i = found = 0; i < entry_count; i++) {
			if (entries[i].context == NULL || strcmp(entries[i].context, places[k].context) != 0)
				continue;
			found++;
			assert_true(text_columns(entries[i].id) <= places[k].columns);
			if (text_columns(entries[i].text) > places[k].columns)
				fail_msg("\"%s\" is longer than %s", entries[i].text, places[k].context);
		}
		if (found < places[k].least)
			fail_msg("%zu codes of %s", found, places[k].context);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(every_message_has_its_french),
		cmocka_unit_test(what_is_put_in_is_in_both_languages),
		cmocka_unit_test(every_choice_is_short_and_unlike_the_others_of_its_list),
		cmocka_unit_test(every_hint_fits_its_column),
		cmocka_unit_test(months_and_days_of_the_week_are_all_different),
		cmocka_unit_test(every_setting_is_explained_in_one_line),
		cmocka_unit_test(codes_of_the_list_fit_their_columns),
	};

	return cmocka_run_group_tests_name("po", tests, read_po, free_po);
}
