/* Every screen as --script dumps it, compared with tests/golden/ui; OUTPOST_GOLDEN=write writes them anew. */
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <cmocka.h>

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "tests/support/fake_app.h"
#include "ui/ui.h"

static char folder[64];

/* Runs script lines; what it dumped is returned. `dump @` in the lines dumps. */
static char *run(const char *lines, int *status)
{
	char *script = mem_printf("%s/script", folder), *dump = mem_printf("%s/dump", folder), *text = NULL;
	struct err err;
	size_t len;
	struct buf all;
	const char *at;

	buf_init(&all, 0);
	while ((at = strstr(lines, "dump @")) != NULL) {
		buf_add(&all, lines, (size_t)(at - lines));
		buf_printf(&all, "dump %s", dump);
		lines = at + 6;
	}
	buf_add_text(&all, lines);
	assert_int_equal(path_write(script, buf_text(&all), all.len, &err), ST_OK);
	unlink(dump);
	*status = ui_script(script);
	if (path_read(dump, 1 << 20, &text, &len, &err) != ST_OK)
		text = mem_strdup("");
	buf_done(&all);
	unlink(script);
	unlink(dump);
	mem_free(script);
	mem_free(dump);
	return text;
}

static void check_widths(const char *name, const char *text, int cols, int rows)
{
	int row;

	for (row = 0; row < rows; row++) {
		size_t len = strcspn(text, "\n");
		char *line = mem_strndup(text, len);

		if (text_columns(line) > cols)
			fail_msg("%s: line %d is wider than %d: %s", name, row, cols, line);
		mem_free(line);
		text += len + (text[len] == '\n');
	}
	assert_true(text_starts(text, "cursor "));
}

/* Besides the usual state of the stand-in: */
enum { FRESH = 1 /* nobody has signed in yet */, TRAINING = 2, EMPTY = 4, CLASH = 8, MOVED = 16, ASKS = 32 };

#define DATED "key Enter Enter Down Down\ntype 20.11.2026\nkey Enter "           /* a form with a change */

static const struct { const char *name, *keys; unsigned state; enum sync_verdict ends; } screens[] = {
	{ "signin", "", FRESH, 0 },
	{ "signin-missing", "key ^S\n", FRESH, 0 },
	{ "signin-refused", "type sormas.example.org\nkey Down\ntype SurvOff\nkey Down\ntype wrong\nkey ^S\n", FRESH, 0 },
	{ "signin-other", "type sormas.example.org\nkey Down\ntype SurvOff\nkey Down\ntype another\nkey ^S\n", FRESH, 0 },
	{ "signin-keep", "key Down Down Down Down\n", FRESH, 0 },
	{ "list", "", 0, 0 },
	{ "list-empty", "", EMPTY, 0 },
	{ "list-search", "key /\ntype kam\n", 0, 0 },
	{ "list-nothing", "key /\ntype zzz\n", 0, 0 },
	{ "list-filter", "key f\n", 0, 0 },
	{ "list-filter-nothing", "key f\ntype zzz\n", 0, 0 },
	{ "list-filtered", "key f End Enter f Down Down Down Down Enter f Down Enter Tab /\ntype kam\nkey Enter\n", 0, 0 },
	{ "list-unsent", "key f Down Enter\n", 0, 0 },
	{ "list-key", "key z\n", 0, 0 },
	{ "list-scrolled", "key PgDn Down\n", 0, 0 },
	{ "list-training", "", TRAINING, 0 },
	{ "case", "key Enter\n", 0, 0 },
	{ "case-other", "key Enter End Enter\n", 0, 0 },
	{ "form", "key Enter Enter\n", 0, 0 },
	{ "form-typing", "key Enter Enter Down Down\ntype 17.11\n", 0, 0 },
	{ "form-error", "key Enter Enter Down Down\ntype 17.11.2026\nkey Enter ^S\n", 0, 0 },
	{ "form-bad", "key Enter Enter Down Down\ntype nonsense\nkey Enter\n", 0, 0 },
	{ "form-choose", "key Enter Enter Down Down Down Down Down\ntype o\n", 0, 0 },
	{ "form-choose-all", "key Enter Enter Down Down Down Down Down ^O\n", 0, 0 },
	{ "form-item", "key Enter Enter End Enter\n", 0, 0 },
	{ "form-last", "key Enter Enter End Down\n", 0, 0 },
	{ "form-list", "key Enter Enter End Up\n", 0, 0 },
	{ "form-list-item", "key Enter Enter End\n", 0, 0 },
	{ "form-removed", "key Enter Enter End ^T\n", 0, 0 },
	{ "form-explain", "key Enter Enter Down F1\n", 0, 0 },
	{ "form-explain-choice", "key Enter Enter F1\n", 0, 0 },
	{ "form-hidden", "key Enter Enter ^V\n", 0, 0 },
	{ "form-leave", DATED "^G\n", 0, 0 },
	{ "form-leave-bad", "key Enter Enter Down Down\ntype nonsense\nkey Enter ^G\n", 0, 0 },
	{ "form-saved", DATED "^S\n", 0, 0 },
	{ "form-clash", DATED "^S\n", CLASH, 0 },
	{ "form-moved", DATED "^S\n", MOVED, 0 },
	{ "new", "key n\n", 0, 0 },
	{ "new-duplicates", "key n ^S\n", 0, 0 },
	{ "form-draft", DATED "^G d Enter\n", 0, 0 },
	{ "drafts", DATED "^G d ^G d\n", 0, 0 },
	{ "drafts-discard", DATED "^G d ^G d x\n", 0, 0 },
	{ "sync", "key s\n", 0, 0 },
	{ "sync-done", "key s\n", 0, SYNC_COMPLETED },
	{ "sync-partial", "key s\n", 0, SYNC_PARTIAL },
	{ "sync-verdicts", "key s v\n", 0, SYNC_PARTIAL },
	{ "sync-offline", "key s\n", 0, SYNC_OFFLINE },
	{ "sync-refused", "key s\n", 0, SYNC_REFUSED },
	{ "sync-failed", "key s\n", 0, SYNC_FAILED },
	{ "sync-asks", "key s Down\n", ASKS, 0 },
	{ "sync-stopped", "key s x\n", 0, 0 },
	{ "conflicts", "key c\n", 0, 0 },
	{ "conflicts-search", "key c /\ntype kam\n", 0, 0 },
	{ "conflicts-all", "key c k f\n", 0, 0 },
	{ "conflicts-kind", "key c t t\n", 0, 0 },
	{ "conflicts-days", "key c d d\n", 0, 0 },
	{ "conflicts-training", "key c t d\n", TRAINING, 0 },
	{ "conflicts-nothing", "key c t t d\n", 0, 0 },
	{ "conflicts-none", "key c\n", EMPTY, 0 },
	{ "conflict", "key c Enter\n", 0, 0 },
	{ "conflict-removed", "key c Down Enter\n", 0, 0 },
	{ "conflict-closed", "key c k f Enter\n", 0, 0 },
	{ "rejected", "key r\n", 0, 0 },
	{ "case-refused", "key r Enter\n", 0, 0 },
	{ "rejected-again", "key r a\n", 0, 0 },
	{ "rejected-none", "key r\n", EMPTY, 0 },
	{ "history", "key h\n", 0, 0 },
	{ "history-change", "key h Enter\n", 0, 0 },
	{ "settings", "key ,\n", 0, 0 },
	{ "settings-end", "key , End\n", 0, 0 },
	{ "settings-typing", "key , Enter\n", 0, 0 },
	{ "settings-bad", "key , Enter\ntype 00000\nkey Enter\n", 0, 0 },
	{ "help", "key ?\n", 0, 0 },
	{ "help-more", "key ? PgDn\n", 0, 0 },
	{ "help-conflicts", "key c ?\n", 0, 0 },
	{ "overview", "key v\n", 0, 0 },
	{ "edits-out", "key v e\n", 0, 0 },
	{ "edits-out-typing", "key e Enter\ntype secret\n", 0, 0 },
	{ "edits-out-short", "key e Enter\ntype short\nkey Enter\ntype short\nkey Enter\n", 0, 0 },
	{ "edits-out-differ", "key e Enter\ntype a good phrase\nkey Enter\ntype another phrase\nkey Enter\n", 0, 0 },
	{ "edits-out-taken", "key e ^A ^K\ntype taken\nkey Enter\ntype a good phrase\nkey Enter\ntype a good phrase\nkey Enter\n", 0, 0 },
	{ "edits-out-written", "key e Enter\ntype a good phrase\nkey Enter\ntype a good phrase\nkey Enter\n", 0, 0 },
	{ "edits-out-nothing", "key e\n", EMPTY, 0 },
	{ "edits-in", "key i\n", 0, 0 },
	{ "edits-in-none", "key i Enter Enter\n", EMPTY, 0 },
	{ "edits-in-wrong", "key i Enter\ntype a bad phrase\nkey ^S\n", 0, 0 },
	{ "edits-in-nowhere", "key i ^A ^K\ntype nowhere\nkey Enter\ntype a good phrase\nkey ^S\n", 0, 0 },
	{ "edits-in-other", "key i\ntype other\nkey Enter\ntype a good phrase\nkey ^S\n", 0, 0 },
	{ "edits-in-read", "key i\ntype other\nkey Enter\ntype a good phrase\nkey ^S Enter\n", 0, 0 },
	{ "help-edits-out", "key e F1\n", 0, 0 },
	{ "lock", "key l\n", 0, 0 },
	{ "lock-typing", "key l\ntype right\nkey Left Left\n", 0, 0 },
	{ "lock-wrong", "key l\ntype wrong\nkey Enter\n", 0, 0 },
};

/* xx: the language of tests/support/longer.awk */
static const struct { const char *name, *lines; int cols, rows; bool longer; } sizes[] = {
	{ "80x24", "size 80x24\n", 80, 24, false }, { "132x43", "size 132x43\ncaps utf8 color\n", 132, 43, false },
	{ "60x15", "size 60x15\n", 60, 15, false }, { "80x24-ascii", "size 80x24\ncaps ascii mono\n", 80, 24, false },
	{ "80x24-longer", "size 80x24\nlanguage xx\n", 80, 24, true },
};

static void compare(const char *name, const char *text)
{
	char *path = mem_printf("%s/tests/golden/ui/%s.txt", TOP_SRCDIR, name), *golden = NULL;
	const char *mode = getenv("OUTPOST_GOLDEN");
	struct err err;
	size_t len;

	if (mode != NULL && strcmp(mode, "write") == 0)
		assert_int_equal(path_write(path, text, strlen(text), &err), ST_OK);
	if (path_read(path, 1 << 20, &golden, &len, &err) != ST_OK)
		fail_msg("%s is missing; OUTPOST_GOLDEN=write makes it", path);
	if (strcmp(golden, text) != 0)
		fail_msg("%s differs. Now it is:\n%s", path, text);
	mem_free(golden);
	mem_free(path);
}

static void look(size_t screen, size_t size)
{
	char *lines = mem_printf("%s%sdump @\n", sizes[size].lines, screens[screen].keys), *name = mem_printf("%s-%s", screens[screen].name, sizes[size].name),
		*text;
	unsigned state = screens[screen].state;
	int status;

	fake_app.account = fake_app.signed_in = !(state & FRESH);
	fake_app.training = state & TRAINING;
	fake_app.empty = state & EMPTY;
	fake_app.clash = state & CLASH;
	fake_app.moved = state & MOVED;
	fake_app.asks = state & ASKS;
	fake_app.ends = screens[screen].ends;
	fake_app.longer = sizes[size].longer;
	text = run(lines, &status);
	assert_int_equal(status, 0);
	check_widths(name, text, sizes[size].cols, sizes[size].rows);
	compare(name, text);
	mem_free(lines);
	mem_free(name);
	mem_free(text);
}

static void every_screen_looks_as_agreed_in_every_size(void **state)
{
	struct fake_app before = fake_app;
	size_t i, k;

	(void)state;
	for (i = 0; i < sizeof(screens) / sizeof(screens[0]); i++)
		for (k = 0; k < sizeof(sizes) / sizeof(sizes[0]); k++)
			look(i, k);
	fake_app = before;
}

static void expect_script(const char *lines, int expected)
{
	int status;

	mem_free(run(lines, &status));
	if (status != expected)
		fail_msg("status %d, not %d, of:\n%s", status, expected, lines);
}

static void what_is_missed_gives_1_and_a_bad_line_2(void **state)
{
	(void)state;
	expect_script("# nothing\n\nexpect Kamara\nabsent Nobody\n", 0);
	expect_script("expect Nobody\n", 1);
	expect_script("absent Kamara\n", 1);
	expect_script("jump\n", 2);
	expect_script("size 80\n", 2);
	expect_script("key Hyper-Q\n", 2);
	expect_script("clock yesterday\n", 2);
	expect_script("caps utf9\n", 2);
	expect_script("language ../fr\n", 2);
	expect_script("language xx\nexpect [Cásés]\n", 0);
	expect_script("expect Cases\n", 0);
	expect_script("paste a\\q\n", 2);
	expect_script("answers /nonexistent\n", 2);
}

static void below_the_least_size_it_says_so_and_does_nothing(void **state)
{
	(void)state;
	expect_script("size 59x24\nexpect Please enlarge\nkey Enter\nsize 80x24\nabsent Symptoms\nexpect Kamara\n", 0);
	expect_script("size 80x14\nexpect 60 x 15\n", 0);
	expect_script("size 20x5\nexpect least.\n", 0);
}

static void a_paste_is_text_and_never_keys(void **state)
{
	(void)state;
	expect_script("paste nsq\\n\nexpect Cases\nkey /\npaste se\\tsay\nexpect / se say\n", 0);
}

static void undo_and_redo_work_until_the_form_is_left(void **state)
{
	(void)state;
	expect_script("key Enter Enter Down Down Down\ntype y\nexpect [Yes]  No   Unknown\n"
		"expect *Still\nkey ^Z\nabsent *Still\nkey ^Y\nexpect *Still\n", 0);
}

static void what_could_not_be_read_is_undone_first_and_typed_anew(void **state)
{
	(void)state;
	expect_script("key Enter Enter Down Down\ntype 18.11.2026\nkey Enter Up\nexpect before the admission\n"
		"type 31.2.\nkey Enter\nexpect 31.2. \nabsent before the admission\nexpect   1 error\n"
		"key ^Z\nabsent 31.2.\nexpect before the admission\n", 0);
	expect_script("key Enter Enter Down Down\ntype 31.2.\nkey Enter Up\ntype 20.11.2026\nkey Enter\nexpect 20 Nov 2026\n", 0);
	expect_script("key Enter Enter Down Down\ntype 31.2.\nkey Enter ^G\nexpect cannot be kept\n", 0);
}

static void what_a_new_record_still_needs_is_told_when_it_is_saved(void **state)
{
	(void)state;
	fake_app.requires = true;
	expect_script("key n\nabsent which room\nabsent error\nkey ^S\nabsent one of these\nexpect which room\nexpect 1 error\n", 0);
	fake_app.requires = false;
}

static void duplicates_are_asked_when_the_new_case_is_complete_and_again_when_it_changed(void **state)
{
	(void)state;
	fake_app.requires = true;
	fake_app.saves = 0;
	/* ^G from the question goes back to the form; letters narrow it whatever their case. */
	expect_script("key n ^S\ntype 7\nkey Enter ^S\nexpect Is it one of these?\ntype kam\nexpect Person: Kamara\nabsent None of these\nkey ^G\n"
		"absent one of these\nkey ^S\nexpect Is it one of these?\nkey Enter\nexpect Saved\n", 0);
	assert_int_equal(fake_app.saves, 1);
	fake_app.requires = false;
}

static void a_resize_keeps_what_is_typed_and_where(void **state)
{
	(void)state;
	expect_script("key Enter Enter Down Down\ntype 17.1\nsize 132x43\nexpect 17.1\ntype 1\nexpect 17.11\n", 0);
}

static void a_typed_value_is_in_the_draft_after_two_idle_seconds(void **state)
{
	(void)state;
	fake_app.commits = 0;
	expect_script("key Enter Enter Down Down\ntype 18.11.2026\n", 0);
	assert_int_equal(fake_app.commits, 1);   /* the end of the program commits, too */
	fake_app.drafts = 0;
	fake_app.commits = 0;
	expect_script("key Enter Enter Down Down\ntype 18.11.2026\nclock +2000\nclock +2000\n", 0);
	assert_int_equal(fake_app.commits, 1);
	fake_app.drafts = 0;
}

static void an_idle_terminal_locks(void **state)
{
	(void)state;
	expect_script("expect Kamara\nclock +900000\nexpect locked\nabsent Kamara\n"
		"type wrong\nkey Enter\nexpect not the password\ntype right\nkey Enter\nexpect Kamara\n", 0);
}

static void what_cannot_be_a_value_is_kept_as_typed_and_not_saved(void **state)
{
	(void)state;
	fake_app.saves = 0;
	expect_script("key Enter Enter Down Down\ntype nonsense\nkey Enter\nexpect nonsense\n"
		"expect ! nonsense is not a day\nkey ^S\nexpect Not saved yet\n", 0);
	assert_int_equal(fake_app.saves, 0);
	fake_app.drafts = 0;
}

static void the_keys_of_a_line_of_text_work_wherever_one_types(void **state)
{
	(void)state;
	expect_script("key /\ntype am\nkey Home\ntype kx\nkey Backspace\nexpect / kam\nkey Right Delete ^K\nexpect / ka\nexpect Kamara\n", 0);
	expect_script("key c /\ntype kamx\nkey Left Delete\nexpect / kam\nkey Home\ntype o\nkey Backspace ^K\nabsent kam\nkey Enter\nexpect Kamara\n", 0);
	expect_script("key f\ntype xlas\nkey Left Left Left Backspace\nexpect LASSA\nabsent Nothing begins\n", 0);
}

static void a_filter_is_found_by_any_of_its_words_and_lifted_by_the_first(void **state)
{
	(void)state;
	expect_script("key f\ntype uns\nexpect only unsent\nkey Enter\nexpect unsent  /\nkey f Enter\nabsent unsent  /\n", 0);
	/* What begins so comes before what has a word that does. */
	expect_script("key f\ntype conf\nkey Enter\nexpect Confirmed  /\nkey f\ntype confl\nkey Enter\nexpect Confirmed, conflicts\n", 0);
}

static void a_key_that_does_nothing_says_so(void **state)
{
	(void)state;
	expect_script("key ^T\nexpect ^T means nothing here. F1 shows the keys.\nkey z\nexpect z means nothing here. ? shows the keys.\n", 0);
	expect_script("key ? z\nexpect z means nothing here. ^G goes back.\nkey F5\nexpect F5 means nothing here. ^G goes back.\n", 0);
	expect_script("key c /\ntype zzz\nexpect No conflict matches\nkey Enter r\nexpect No conflict is selected here.\nkey Enter\nexpect No conflict is selected"
		"\nkey o\nexpect No conflict is selected\n", 0);
	expect_script("key Enter Enter Down Down Down\ntype y\nkey ^Z\nexpect Taken back. ^Y does it again.\nkey ^Y\nexpect Done again.\n", 0);
}

static void a_conflict_that_was_kept_by_mistake_can_still_be_restored(void **state)
{
	(void)state;
	expect_script("key c k\nexpect f and r put yours back after all\nkey f k\nexpect closed already\nkey r\nexpect Yours is back as a new edit\n", 0);
	expect_script("key c k f Enter\nexpect Closed: the server's was kept. r puts yours back after all.\nexpect r restore mine\nabsent k keep\n", 0);
}

static void signing_in_asks_anew_for_what_cannot_be_right(void **state)
{
	struct fake_app before = fake_app;

	(void)state;
	fake_app.account = fake_app.signed_in = false;
	expect_script("key ^S\nexpect Please fill in: Server\n", 0);
	expect_script("type sormas.example.org\nkey Down\ntype SurvOff\nkey Down\ntype wrong\nkey ^S\nexpect https://sormas.example.org\nabsent *****\ntype a\nexpect *\n", 0);
	fake_app = before;
}

static void entries_of_a_list_are_added_opened_removed_and_come_back(void **state)
{
	(void)state;
	expect_script("key Enter Enter End\nexpect 1 entry\nkey ^T\nexpect no entries\nexpect Removed. ^Z brings it back.\nkey ^Z\nexpect 1 entry\nkey End ^O\n"
		"expect , entry\nkey End ^G\nabsent , entry\nkey ^T\nexpect no entries\nkey End\ntype +\nexpect , entry\nkey ^T\nexpect no entries\n", 0);
	expect_script("key Enter Enter ^T\nexpect Select an entry of a list first\ntype +\nexpect Only a list takes entries\n", 0);
	fake_app.drafts = 0;
}

static void choices_are_taken_by_letter_arrow_or_from_the_list(void **state)
{
	(void)state;
	expect_script("key Enter Enter\nexpect [Yes]  No   Unknown\nkey Right\nexpect  Yes  [No]  Unknown\nkey Left\nexpect [Yes]\nkey Delete\nabsent [Yes]\n", 0);
	expect_script("key Enter Enter Down Down Down Down Down ^O Down Enter\nabsent Type to narrow\nexpect *Reason\n", 0);
	expect_script("key Enter Enter Down Down Down Down Down Down ^R\nexpect  Yes  [No]  Unknown\nkey ^R\nexpect There is no last value\n", 0);
	expect_script("key Enter Enter Down Left\nexpect 19.11.2026\nkey Home\ntype 0\nexpect 019.11.2026\n", 0);
	fake_app.drafts = 0;
}

static void what_saving_asks_is_answered_and_it_is_saved(void **state)
{
	struct fake_app before = fake_app;

	(void)state;
	fake_app.clash = true;
	expect_script(DATED "^S\nexpect Changed by both\nkey ^G\nabsent Saved\nkey ^S\ntype o\nexpect Saved\n", 0);
	fake_app = before;
	fake_app.moved = true;
	expect_script(DATED "^S\nexpect Another facility\nkey ^G\nabsent Saved\nkey ^S\ntype c\nexpect Saved\n", 0);
	fake_app = before;
	fake_app.asks = true;
	expect_script("key s Down\nexpect yes, remove them here, too\ntype n\nabsent yes, remove them\n", 0);
	fake_app = before;
	fake_app.account = fake_app.signed_in = false;
	expect_script("type sormas.example.org\nkey Down\ntype SurvOff\nkey Down\ntype another\nkey ^S\nexpect replace them\ntype n\nexpect sign in\nabsent replace them\n", 0);
	fake_app = before;
}

static void a_conflict_is_settled_on_its_page_and_the_list_written_to_a_file(void **state)
{
	struct fake_app before = fake_app;
	char *path = mem_printf("%s/conflicts.csv", folder);

	(void)state;
	expect_script("key c Enter r\nexpect Yours is back as a new edit\n", 0);
	expect_script("key c Enter k\nexpect The server's value is kept\n", 0);
	expect_script("key c Enter o\nexpect > Discharge\nexpect Hospitalization\n", 0);
	fake_app.dir = folder;
	expect_script("key c e\nexpect Written to\n", 0);
	assert_true(path_exists(path));
	unlink(path);
	fake_app = before;
	mem_free(path);
}

static void conflicts_are_narrowed_by_kind_days_and_words_together(void **state)
{
	(void)state;
	expect_script("key c\nexpect AZ1000\nexpect BY1001\nexpect any kind   any day\nkey t\nexpect   cases   any day\nexpect AZ1000\nabsent BY1001\n"
		"key t\nexpect   persons   any day\nabsent AZ1000\nexpect BY1001\nkey d\nexpect   persons   today\nabsent BY1001\n"
		"expect t the kind, d the days\nkey d\nexpect 7 days\nexpect BY1001\nkey /\ntype zzz\nabsent BY1001\nkey ^G t\nexpect any kind   7 days\n"
		"expect AZ1000\nexpect BY1001\nkey d\nexpect 30 days\nexpect BY1001\nkey d\nexpect any day\n", 0);
	/* While one types they are letters. */
	expect_script("key c /\ntype td\nexpect / td\nexpect any kind\n", 0);
}

static void a_draft_of_the_same_form_is_offered(void **state)
{
	(void)state;
	expect_script(DATED "^G\ntype d\nexpect Kept as a draft\nkey Enter\nexpect There is a draft of this form\nexpect 2 changes\nkey ^G\nexpect Symptoms\n"
		"absent There is a draft\nkey Enter\ntype s\nexpect > Admitted\nkey ^G Enter\nexpect There is a draft of this form\ntype g\nexpect > Admitted\n", 0);
	fake_app.drafts = 0;
	expect_script(DATED "^G\ntype d\nkey ^G d x\nexpect Throw the draft away?\ntype n\nexpect 2 changes\nkey x\ntype y\nexpect There are no drafts left.\nkey x\n"
		"expect There are no drafts left.\nsettle\nkey ^G d\nexpect There are no drafts.\n", 0);
	fake_app.drafts = 0;
	/* What is not in the draft is not said to be. */
	expect_script("key Enter Enter Down Down\ntype nonsense\nkey Enter ^G\ntype d\nexpect There was nothing to keep\n", 0);
	fake_app.drafts = 0;
}

static void a_passphrase_is_never_seen_and_two_that_differ_write_nothing(void **state)
{
	(void)state;
	expect_script("key e Enter\ntype a good phrase\nabsent good\nexpect *************\nkey Enter\ntype a good phrasf\nkey Enter\n"
		"expect two different\nabsent *\ntype a good phrase\nkey Enter\ntype a good phrase\nkey Enter\nexpect 3 unsent records are in this file\n"
		"expect /data/nurse/outpost-edits-2026-11-22\nkey ^G\nexpect Kamara\n", 0);
	/* ^G leaves without a file, from any field. */
	expect_script("key v e Enter\ntype a good phrase\nkey ^G\nexpect Overview\nabsent file:\n", 0);
}

static void the_edits_of_somebody_else_are_taken_in_after_a_question(void **state)
{
	(void)state;
	expect_script("key i\ntype other\nkey Enter\ntype a good phrase\nkey ^S\nexpect made by HospInf\nkey Down Enter\nabsent taken in\nexpect Edits from a file\n"
		"key ^S Enter\nexpect The edits are taken in\nexpect 4 records were in the file, written by HospInf\n", 0);
	expect_script("key i\ntype -1\nkey Enter\ntype a good phrase\nkey ^S\nexpect The edits are taken in\n", 0);
}

static void saving_closes_the_form_and_says_so(void **state)
{
	(void)state;
	expect_script("key Enter Enter Down Down\ntype t\nkey Enter ^S\nexpect Saved\nexpect Symptoms\n", 0);
	assert_int_equal(fake_app.saves, 1);
}

static int setup(void **state)
{
	char *locale;

	(void)state;
	/* where make check puts the language xx; the tests run in the build's folder */
	locale = realpath("tests/locale", NULL);
	i18n_init(locale == NULL ? "/nonexistent" : locale);
	free(locale);
	snprintf(folder, sizeof(folder), "/tmp/outpost-ui-XXXXXX");
	fake_app.stands = false;
	return mkdtemp(folder) == NULL ? 1 : 0;
}

static int teardown(void **state)
{
	(void)state;
	return rmdir(folder);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(every_screen_looks_as_agreed_in_every_size),
		cmocka_unit_test(what_is_missed_gives_1_and_a_bad_line_2),
		cmocka_unit_test(below_the_least_size_it_says_so_and_does_nothing),
		cmocka_unit_test(a_paste_is_text_and_never_keys),
		cmocka_unit_test(undo_and_redo_work_until_the_form_is_left),
		cmocka_unit_test(what_could_not_be_read_is_undone_first_and_typed_anew),
		cmocka_unit_test(what_a_new_record_still_needs_is_told_when_it_is_saved),
		cmocka_unit_test(duplicates_are_asked_when_the_new_case_is_complete_and_again_when_it_changed),
		cmocka_unit_test(a_resize_keeps_what_is_typed_and_where),
		cmocka_unit_test(a_typed_value_is_in_the_draft_after_two_idle_seconds),
		cmocka_unit_test(an_idle_terminal_locks),
		cmocka_unit_test(what_cannot_be_a_value_is_kept_as_typed_and_not_saved),
		cmocka_unit_test(the_keys_of_a_line_of_text_work_wherever_one_types),
		cmocka_unit_test(a_filter_is_found_by_any_of_its_words_and_lifted_by_the_first),
		cmocka_unit_test(a_key_that_does_nothing_says_so),
		cmocka_unit_test(a_conflict_that_was_kept_by_mistake_can_still_be_restored),
		cmocka_unit_test(signing_in_asks_anew_for_what_cannot_be_right),
		cmocka_unit_test(entries_of_a_list_are_added_opened_removed_and_come_back),
		cmocka_unit_test(choices_are_taken_by_letter_arrow_or_from_the_list),
		cmocka_unit_test(what_saving_asks_is_answered_and_it_is_saved),
		cmocka_unit_test(a_conflict_is_settled_on_its_page_and_the_list_written_to_a_file),
		cmocka_unit_test(a_draft_of_the_same_form_is_offered),
		cmocka_unit_test(conflicts_are_narrowed_by_kind_days_and_words_together),
		cmocka_unit_test(a_passphrase_is_never_seen_and_two_that_differ_write_nothing),
		cmocka_unit_test(the_edits_of_somebody_else_are_taken_in_after_a_question),
		cmocka_unit_test(saving_closes_the_form_and_says_so),
	};

	return cmocka_run_group_tests_name("ui_screens", tests, setup, teardown);
}
