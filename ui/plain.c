/* --plain: the forms asked line by line, for terminals that can only print (terminal.md "Drawing"). */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "internal.h"

#define PLAIN_LIST 20
#define PLAIN_CHOICES 30
#define PLAIN_VALUE 60                       /* bytes of a value before the colon: it is heard at every question */

/* A line of standard input without its end; NULL at the end of input. New string. */
static char *plain_read(const char *prompt)
{
	char *line = NULL, *own;
	size_t cap = 0;
	ssize_t n;

	printf("%s", prompt);
	fflush(stdout);
	n = getline(&line, &cap, stdin);
	if (n < 0 || !text_is_valid(line, strlen(line))) {
		free(line);
		return n < 0 ? NULL : mem_strdup("");
	}
	line[strcspn(line, "\r\n")] = '\0';
	own = text_nfc(line);
	free(line);
	return own;
}

static void plain_say(const char *text)
{
	char *safe = text_safe(text);

	printf("%s\n", safe);
	mem_free(safe);
}

/* Does the answer begin the word, in English or in the person's language? An empty one begins none. */
static bool plain_begins(const char *answer, const char *word)
{
	char *typed = text_fold(answer), *english = text_fold(word), *own = text_fold(i18n_context_text("answer", word));
	bool begins = *typed != '\0' && (text_starts(english, typed) || text_starts(own, typed));

	mem_free(typed);
	mem_free(english);
	mem_free(own);
	return begins;
}

/* Is it the whole word? */
static bool plain_is(const char *answer, const char *word)
{
	return plain_begins(answer, word) && (text_count(answer) == text_count(word) || text_count(answer) == text_count(i18n_context_text("answer",
		word)));
}

static void plain_error(const struct err *err)
{
	char text[1024];

	i18n_error(err, text, sizeof(text));
	plain_say(text);
}

static const char *plain_label(const struct edit_row *row)
{
	return row->label_own ? row->label : i18n_context_text(row->label_context, row->label);
}

static void plain_findings(struct edit *edit, const char *path)
{
	size_t i;

	for (i = 0; i < edit_finding_count(edit); i++) {
		const struct edit_finding *finding = edit_finding(edit, i);
		char text[1024], line[1100];

		if (path != NULL && strcmp(finding->path, path) != 0)
			continue;
		if (finding->own)
			message_text(&finding->message, text, sizeof(text));
		else
			i18n_message(&finding->message, text, sizeof(text));
		snprintf(line, sizeof(line), "  %s %s", finding->error ? "!" : "?", text);
		plain_say(line);
	}
}

static void plain_choices(struct edit *edit, const struct edit_row *row, const char *typed)
{
	struct edit_choice choices[PLAIN_CHOICES];
	size_t i, count = edit_choices(edit, row->path, typed, PLAIN_CHOICES, choices);

	for (i = 0; i < count; i++) {
		char *line = mem_printf("    %s", i18n_label(choices[i].context, choices[i].label));

		plain_say(line);
		mem_free(line);
	}
	edit_choices_done(choices, count);
}

static char *plain_value(struct session *session, const struct edit_row *row)
{
	if (row->type == EDIT_REPEAT)
		return text_number(row->items);
	if (row->empty || row->value == NULL)
		return mem_strdup("-");
	if (row->type == EDIT_DATE)
		return text_date(session, row->day, false);
	if (row->value_context == NULL && strlen(row->value) > PLAIN_VALUE)
		return mem_printf("%.*s...", (int)text_cut(row->value, PLAIN_VALUE), row->value);
	return mem_strdup(i18n_label(row->value_context, row->value));
}

/* Asks one row until it is right or left as it is. False: stop asking. */
static bool plain_ask(struct session *session, struct edit *edit, size_t index)
{
	for (;;) {
		const struct edit_row *row = edit_row(edit, index);
		char *value = plain_value(session, row), *prompt = mem_printf("%zu. %s [%s]: ", index + 1, plain_label(row), value),
			*safe = text_safe(prompt), *typed, *path;
		struct err err;
		enum status st;
		char uuid[37];
		bool go_on = true, again = false;

		typed = plain_read(safe);
		mem_free(value);
		mem_free(prompt);
		mem_free(safe);
		if (typed == NULL)
			return false;
		path = mem_strdup(row->path);
		if (strcmp(typed, ".") == 0) {
			go_on = false;
		} else if (strcmp(typed, "?") == 0) {
			if (row->hint != NULL)
				plain_say(row->hint_own ? row->hint : i18n_context_text(row->hint_context, row->hint));
			plain_choices(edit, row, "");
			again = true;
		} else if (*typed != '\0' && row->type == EDIT_REPEAT) {
			again = strcmp(typed, "+") != 0;
			if (again)
				plain_say(_(N_("+ adds an entry; an empty line goes on.")));
			else if (edit_add_item(edit, path, uuid, &err) != ST_OK)
				plain_error(&err);
		} else if (*typed != '\0') {
			st = edit_set(edit, path, strcmp(typed, "-") == 0 ? "" : typed, false, &err);
			if (st == ST_ASK) {
				char *answer;

				plain_error(&err);
				answer = plain_read(_(N_("Remove them? (yes/no) ")));
				if (answer != NULL && plain_begins(answer, NC_("answer", "yes")))
					st = edit_set(edit, path, strcmp(typed, "-") == 0 ? "" : typed, true, &err);
				mem_free(answer);
			}
			if (st != ST_OK && st != ST_ASK) {
				plain_error(&err);
				plain_choices(edit, row, "");
				again = true;
			} else if (edit_commit_draft(edit, &err) != ST_OK) {
				plain_error(&err);
			}
			plain_findings(edit, path);
		}
		mem_free(typed);
		mem_free(path);
		if (!again)
			return go_on;
	}
}

/* Is the new case one that is here, or its person? False: the case is here, and what was typed stays a draft. */
static bool plain_ask_duplicates(struct edit *edit)
{
	struct edit_duplicate *rows;
	struct err err;
	size_t count, i;
	unsigned long at;
	char *answer;
	bool go_on = true;

	if (edit_duplicates(edit, &rows, &count, &err) != ST_OK) {
		plain_error(&err);
		return true;
	}
	for (i = 0; i < count; i++) {
		char *line = mem_printf("%zu. %s %s", i + 1, rows[i].person ? _(N_("Person:")) : _(N_("Case:")), rows[i].text);

		plain_say(line);
		mem_free(line);
	}
	answer = count == 0 ? NULL : plain_read(_(N_("Is it one of these? Its number, empty for a new person: ")));
	at = answer == NULL ? 0 : strtoul(answer, NULL, 10);
	if (at > 0 && at <= count && rows[at - 1].person) {
		edit_use_person(edit, rows[at - 1].uuid);
	} else if (at > 0 && at <= count) {
		go_on = false;
		plain_say(_(N_("This case was here already; what you typed stays a draft.")));
	}
	mem_free(answer);
	edit_duplicates_done(rows, count);
	return go_on;
}

/* True: saved, or nothing to save. */
static bool plain_save(struct edit *edit)
{
	struct err err;
	enum status st;
	bool mine, other;
	size_t i;

	if (strcmp(edit_form(edit), "new-case") == 0 && !plain_ask_duplicates(edit))
		return true;
	st = edit_save(edit, &err);
	while (st == ST_ASK) {
		char *answer;

		if (edit_asks_transfer(edit)) {
			answer = plain_read(_(N_("Another facility: did the person move (m), or was it a correction (c)? ")));
			if (answer == NULL || (answer[0] != 'm' && answer[0] != 'c')) {
				mem_free(answer);
				return false;
			}
			edit_set_transfer(edit, answer[0] == 'm');
			mem_free(answer);
		} else if (edit_clash_count(edit) > 0) {
			for (i = 0; i < edit_clash_count(edit); i++) {
				const struct edit_clash *clash = edit_clash(edit, i);
				char *text = ui_text(N_("{1} was changed by both. Mine: {2}. Stored now: {3}."), i18n_context_text(clash->label_context, clash->label),
					clash->mine, clash->stored);

				plain_say(text);
				mem_free(text);
				do {             /* an empty line is no answer: one of the two would be lost */
					answer = plain_read(_(N_("Mine (m) or the stored one (o)? ")));
					if (answer == NULL)
						return false;
					mine = answer[0] == 'm';
					other = answer[0] == 'o';
					mem_free(answer);
				} while (!mine && !other);
				edit_resolve(edit, i, mine);
			}
		} else {
			break;
		}
		st = edit_save(edit, &err);
	}
	if (st == ST_OK) {
		plain_say(_(N_("Saved. It is sent with the next sync.")));
		return true;
	}
	plain_error(&err);
	plain_findings(edit, NULL);
	return false;
}

static void plain_form(struct session *session, struct edit *edit)
{
	const char *context = NULL, *title = edit_title(edit, &context);
	size_t i = 0;

	plain_say(i18n_context_text(context, title));
	plain_say(_(N_("Enter keeps a value, - empties it, ? explains, . stops asking.")));
	for (;;) {
		bool draft, discard;
		char *answer;

		for (; i < edit_row_count(edit); i++) {
			const struct edit_row *row = edit_row(edit, i);

			if (row->type == EDIT_GROUP || row->type == EDIT_ITEM || (row->type == EDIT_NOTE && row->empty)) {
				char *label = row->type == EDIT_ITEM ? text_days(plain_label(row)) : mem_strdup(plain_label(row));

				plain_say(label);
				mem_free(label);
			} else if (row->readonly || row->type == EDIT_CALCULATE || row->type == EDIT_NOTE) {
				char *value = plain_value(session, row), *line = mem_printf("%zu. %s: %s", i + 1, plain_label(row), value);

				plain_say(line);
				mem_free(value);
				mem_free(line);
			} else if (!plain_ask(session, edit, i)) {
				break;
			}
		}
		answer = plain_read(_(N_("save, draft, discard, or the number of a line to go back to: ")));
		draft = answer == NULL || plain_begins(answer, NC_("answer", "draft"));
		discard = answer != NULL && !draft && plain_begins(answer, NC_("answer", "discard"));
		if (discard)
			edit_discard(edit);
		if (draft || discard || (plain_begins(answer, NC_("answer", "save")) && plain_save(edit))) {
			mem_free(answer);
			return;
		}
		i = strtoul(answer, NULL, 10);
		i = i > 0 ? i - 1 : edit_row_count(edit);
		mem_free(answer);
	}
}

static void plain_case(struct session *session, const char *uuid)
{
	struct edit_section sections[EDIT_MAX_SECTIONS];
	struct edit *edit;
	struct err err;
	size_t count, i;
	char *answer;
	unsigned long at;

	for (;;) {
		if (edit_sections(session, uuid, sections, &count, &err) != ST_OK) {
			plain_error(&err);
			return;
		}
		for (i = 0; i < count; i++) {
			char *line = mem_printf("%zu. %s%s", i + 1, i18n_context_text(sections[i].title_context, sections[i].title), sections[i].edits > 0 ? " *"
				: "");

			plain_say(line);
			mem_free(line);
		}
		answer = plain_read(_(N_("Number of a form, empty to go back: ")));
		at = answer == NULL ? 0 : strtoul(answer, NULL, 10);
		mem_free(answer);
		if (at > count)
			plain_say(_(N_("There is no such number.")));
		if (at == 0 || at > count)
			return;
		if (edit_open(session, sections[at - 1].form, "cases", uuid, NULL, &edit, &err) != ST_OK) {
			plain_error(&err);
			continue;
		}
		plain_form(session, edit);
		edit_close(edit);
	}
}

int plain_run(struct session *session)
{
	if (!session_knows_account(session)) {
		plain_say(_(N_("Nobody signed in here yet: `outpost login URL USER` first.")));
		return 1;
	}
	if (session_is_training(session))
		plain_say(_(N_("TRAINING: these people are made up.")));
	for (;;) {
		struct list_filter filter = { .words = NULL };
		struct list_page page;
		struct err err;
		char *words = plain_read(_(N_("Search for a case (empty: the newest; new; quit): "))), *answer;
		unsigned long at;
		size_t i;

		if (words == NULL || plain_is(words, NC_("answer", "quit")) || strcmp(words, "q") == 0) {
			mem_free(words);
			return 0;
		}
		if (plain_is(words, NC_("answer", "new"))) {
			struct edit *edit;

			mem_free(words);
			if (edit_open_new_case(session, NULL, &edit, &err) != ST_OK) {
				plain_error(&err);
				continue;
			}
			plain_form(session, edit);
			edit_close(edit);
			continue;
		}
		filter.words = words;
		if (list_cases(session, &filter, 0, PLAIN_LIST, &page, &err) != ST_OK) {
			plain_error(&err);
			mem_free(words);
			return 1;
		}
		for (i = 0; i < page.count; i++) {
			const char *context, *id;
			char *line;

			labels_constant(session, "Disease", page.rows[i].disease, &context, &id);
			line = mem_printf("%zu. %s  %s, %s  %s", i + 1, page.rows[i].short_uuid, page.rows[i].last_name, page.rows[i].first_name,
				id == NULL ? "" : i18n_label(context, id));

			plain_say(line);
			mem_free(line);
		}
		answer = page.count == 0 ? mem_strdup("") : plain_read(_(N_("Number of a case, empty to search again: ")));
		at = answer == NULL ? 0 : strtoul(answer, NULL, 10);
		if (page.count == 0)
			plain_say(_(N_("No case matches.")));
		if (at > page.count)
			plain_say(_(N_("There is no such number.")));
		else if (at > 0)
			plain_case(session, page.rows[at - 1].uuid);
		list_page_done(&page);
		mem_free(words);
		if (answer == NULL)
			return 0;
		mem_free(answer);
	}
}
