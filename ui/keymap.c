#include "keymap.h"

#include <string.h>

#include "ui.h"

#define IN_ROWS (IN_LIST | IN_CASE | IN_CONFLICTS | IN_REJECTED | IN_HISTORY | IN_DRAFTS | IN_SETTINGS)
#define IN_FIELDS (IN_SIGN_IN | IN_EXPORT | IN_IMPORT)
#define IN_TEXT (IN_FORM | IN_FIELDS | IN_LOCK | IN_CHOOSE | IN_LIST | IN_SETTINGS | IN_CONFLICTS)

const struct keymap_entry keymap[] = {
	{ ACTION_OPEN, "open", "Enter", N_("open"), N_("open what is selected"), IN_ROWS | IN_CHOOSE | IN_ASK,
		IN_LIST | IN_CASE | IN_CONFLICTS | IN_REJECTED | IN_HISTORY | IN_DRAFTS | IN_SETTINGS },
	{ ACTION_NEXT, "next", "Enter Tab", N_("next"), N_("go to the next field"), IN_FORM | IN_FIELDS, IN_FORM | IN_FIELDS },
	{ ACTION_NEXT, "unlock", "Enter", N_("unlock"), N_("unlock with the password"), IN_LOCK, IN_LOCK },
	{ ACTION_PREVIOUS, "previous", "BackTab", NULL, N_("go to the field before"), IN_FORM | IN_FIELDS, 0 },
	{ ACTION_NEW, "new", "n", N_("new"), N_("enter a new case"), IN_LIST, IN_LIST },
	{ ACTION_SEARCH, "search", "/", N_("search"), N_("search as you type"), IN_LIST | IN_CONFLICTS, IN_LIST },
	{ ACTION_FILTER, "filter", "f", N_("filter"), N_("show only some: disease, class, unsent, state"), IN_LIST, IN_LIST },
	{ ACTION_FILTER, "closed", "f", NULL, N_("show the closed conflicts, too, or the open ones only"), IN_CONFLICTS, 0 },
	{ ACTION_KIND, "kind", "t", NULL, N_("only conflicts of cases, only of persons, or of any kind"), IN_CONFLICTS, 0 },
	{ ACTION_SINCE, "days", "d", NULL, N_("only conflicts of today, of 7 days, of 30 days, or of any day"), IN_CONFLICTS, 0 },
	{ ACTION_TAB, "tab", "Tab", NULL, N_("next tab: all, pending, done"), IN_LIST, 0 },
	{ ACTION_SYNC, "sync", "s", N_("sync"), N_("synchronize with the server, or look how far it is"),
		IN_LIST | IN_CASE | IN_REJECTED | IN_SYNC | IN_OVERVIEW, IN_LIST | IN_SYNC | IN_OVERVIEW },
	{ ACTION_EDITS_OUT, "export-edits", "e", N_("edits to a file"), N_("write the unsent edits to a file, for a machine with a connection"),
		IN_LIST | IN_SYNC | IN_OVERVIEW, IN_SYNC | IN_OVERVIEW },
	{ ACTION_EDITS_IN, "import-edits", "i", N_("edits from a file"), N_("take in the edits of another machine from a file"),
		IN_LIST | IN_SYNC | IN_OVERVIEW, IN_OVERVIEW },
	{ ACTION_CONFLICTS, "conflicts", "c", N_("conflicts"), N_("values that lost against the server's"), IN_LIST | IN_CASE | IN_SYNC, IN_LIST },
	{ ACTION_REJECTED, "rejected", "r", N_("rejected"), N_("what the server refused, and why"), IN_LIST, IN_LIST },
	{ ACTION_AGAIN, "send-again", "a", N_("send again"), N_("send this record again with the next sync"), IN_REJECTED, IN_REJECTED },
	{ ACTION_RESTORE, "restore", "r", N_("restore mine"), N_("put your value back as a new edit"), IN_CONFLICTS | IN_CONFLICT,
		IN_CONFLICTS | IN_CONFLICT },
	{ ACTION_KEEP, "keep", "k", N_("keep server's"), N_("keep the server's value and close this"), IN_CONFLICTS | IN_CONFLICT,
		IN_CONFLICTS | IN_CONFLICT },
	{ ACTION_FIELD, "open-field", "o", N_("open field"), N_("open the form at this field"), IN_CONFLICTS | IN_CONFLICT,
		IN_CONFLICTS | IN_CONFLICT },
	{ ACTION_EXPORT, "export", "e", N_("export"), N_("write the list to a file"), IN_CONFLICTS, IN_CONFLICTS },
	{ ACTION_STOP, "stop", "x", N_("stop after this page"), N_("stop the sync at the next safe point"), IN_SYNC, IN_SYNC },
	{ ACTION_VERDICTS, "verdicts", "v", N_("verdicts"), N_("what the server refused in this run"), IN_SYNC, IN_SYNC },
	{ ACTION_DISCARD, "discard", "x", N_("discard"), N_("throw this draft away"), IN_DRAFTS, IN_DRAFTS },
	{ ACTION_SAVE, "save", "^S", N_("save"), N_("save"), IN_FORM, IN_FORM },
	{ ACTION_SAVE, "sign-in", "^S", N_("sign in"), N_("sign in"), IN_SIGN_IN, IN_SIGN_IN },
	{ ACTION_SAVE, "write-file", "^S", N_("write the file"), N_("write the file of edits"), IN_EXPORT, IN_EXPORT },
	{ ACTION_SAVE, "read-file", "^S", N_("take it in"), N_("take the edits of the file in"), IN_IMPORT, IN_IMPORT },
	{ ACTION_UNDO, "undo", "^Z", N_("undo"), N_("take the last change back"), IN_FORM, IN_FORM },
	{ ACTION_REDO, "redo", "^Y", NULL, N_("do it again after an undo"), IN_FORM, 0 },
	{ ACTION_MARK, "choose", "^O Insert", NULL, N_("open the choices of a field; add or open an entry; mark a choice"), IN_FORM | IN_CHOOSE,
		0 },
	{ ACTION_ADD, "add", "+", NULL, N_("add an entry to the list (also ^O)"), IN_FORM, 0 },
	{ ACTION_REMOVE, "remove", "^T", NULL, N_("remove this entry; undo brings it back"), IN_FORM, 0 },
	{ ACTION_REPEAT, "repeat", "^R", NULL, N_("the last value of this field in another record"), IN_FORM, 0 },
	{ ACTION_HIDDEN, "hidden", "^V", NULL, N_("list the values that are not shown on this form"), IN_FORM, 0 },
	{ ACTION_HISTORY, "history", "h", N_("history"), N_("who changed what, and when"), IN_LIST | IN_CASE, IN_CASE },
	{ ACTION_DRAFTS, "drafts", "d", NULL, N_("drafts: typed, not yet saved"), IN_LIST, 0 },
	{ ACTION_OVERVIEW, "overview", "v", NULL, N_("overview: what is unsent, conflicts, last sync"), IN_LIST, 0 },
	{ ACTION_SETTINGS, "settings", ",", NULL, N_("settings"), IN_LIST, 0 },
	{ ACTION_LOCK, "lock", "l", NULL, N_("lock the screen; a sync goes on"), IN_LIST | IN_CASE, 0 },
	{ ACTION_EXPLAIN, "explain", "F1 ?", N_("explain"), N_("explain the field (? where it is no text)"), IN_FORM, IN_FORM },
	{ ACTION_HELP, "help", "? F1", N_("help"), N_("this help"), IN_ANY & ~(unsigned)(IN_FORM | IN_ASK | IN_PAGER),
		IN_LIST | IN_CASE | IN_CONFLICTS | IN_REJECTED },
	{ ACTION_UP, "up", "Up ^P", NULL, N_("one up"), IN_ANY, 0 },
	{ ACTION_DOWN, "down", "Down ^N", NULL, N_("one down"), IN_ANY, 0 },
	{ ACTION_LEFT, "left", "Left ^B", NULL, N_("left; the choice before"), IN_ANY, 0 },
	{ ACTION_RIGHT, "right", "Right ^F", NULL, N_("right; the choice after"), IN_ANY, 0 },
	{ ACTION_HOME, "home", "Home ^A", NULL, N_("to the beginning"), IN_ANY, 0 },
	{ ACTION_END, "end", "End ^E", NULL, N_("to the end"), IN_ANY, 0 },
	{ ACTION_PAGE_UP, "page-up", "PgUp ^U", NULL, N_("one page up"), IN_ANY, 0 },
	{ ACTION_PAGE_DOWN, "page-down", "PgDn ^D", NULL, N_("one page down"), IN_ANY, 0 },
	{ ACTION_DELETE, "delete", "Delete ^X", NULL, N_("delete the character; clear a choice"), IN_TEXT, 0 },
	{ ACTION_BACKSPACE, "backspace", "Backspace", NULL, N_("delete the character before"), IN_TEXT, 0 },
	{ ACTION_KILL, "clear-rest", "^K", NULL, N_("delete to the end of the line"), IN_TEXT, 0 },
	{ ACTION_REDRAW, "redraw", "^L", NULL, N_("draw the screen anew"), IN_ANY, 0 },
	{ ACTION_BACK, "back", "^G Esc", N_("back"), N_("go back; a sync goes on"), IN_ANY,
		IN_CASE | IN_FORM | IN_SYNC | IN_CONFLICT | IN_REJECTED | IN_HISTORY | IN_DRAFTS | IN_SETTINGS | IN_PAGER | IN_CHOOSE | IN_FIELDS | IN_OVERVIEW },
	{ ACTION_QUIT, "quit", "q ^C", N_("quit"), N_("end Outpost; drafts are kept"), IN_LIST | IN_SIGN_IN | IN_LOCK,
		IN_LIST | IN_SIGN_IN | IN_LOCK },
};

size_t keymap_count(void)
{
	return sizeof(keymap) / sizeof(keymap[0]);
}

/* The next name of a list of keys; KEY_NONE at the end. */
static int keymap_next_key(const char **keys)
{
	char name[16] = "";
	size_t len;

	*keys += strspn(*keys, " ");
	len = strcspn(*keys, " ");
	if (len == 0 || len >= sizeof(name))
		return KEY_NONE;
	memcpy(name, *keys, len);
	*keys += len;
	return key_from_name(name);
}

int keymap_first_key(const struct keymap_entry *entry)
{
	const char *keys = entry->keys;

	return keymap_next_key(&keys);
}

static bool keymap_is_text(int key)
{
	return key >= 32 && key < KEY_SPECIAL;
}

enum action keymap_find(unsigned where, int key, bool typing)
{
	size_t i;

	if (typing && keymap_is_text(key))
		return ACTION_NONE;
	for (i = 0; i < keymap_count(); i++) {
		const char *keys = keymap[i].keys;
		int one;

		if ((keymap[i].where & where) == 0)
			continue;
		while ((one = keymap_next_key(&keys)) != KEY_NONE)
			if (one == key)
				return keymap[i].action;
	}
	return ACTION_NONE;
}

const struct keymap_entry *keymap_by_name(const char *name)
{
	size_t i;

	for (i = 0; i < keymap_count(); i++)
		if (strcmp(keymap[i].name, name) == 0)
			return &keymap[i];
	return NULL;
}

/* The first key of an entry that is not text while one types; KEY_NONE. */
static int keymap_bar_key(const struct keymap_entry *entry, bool typing)
{
	const char *keys = entry->keys;
	int key;

	do {
		key = keymap_next_key(&keys);
	} while (typing && keymap_is_text(key));
	return key;
}

/* "^S save"; NULL: not in this bar. New string. */
static char *keymap_bar_entry(const struct keymap_entry *entry, const struct keymap_place *place)
{
	int key = keymap_bar_key(entry, place->typing);
	char name[16];

	if ((entry->bar_where & place->where) == 0 || entry->bar == NULL || key == KEY_NONE || (place->not_now >> entry->action & 1))
		return NULL;
	keys_name(key, name);
	return mem_printf("%s %s", i18n_context_text("key", name), _(entry->bar));
}

char *keymap_bar(const struct keymap_place *place, int width)
{
	struct buf out;
	size_t i;
	int used = 0, kept = 0, pass;

	/* First the room of those that lead on from everywhere, then what fits beside them. */
	buf_init(&out, 0);
	for (pass = 0; pass < 2; pass++) {
		for (i = 0; i < keymap_count(); i++) {
			bool keeps = keymap[i].action == ACTION_HELP || keymap[i].action == ACTION_EXPLAIN || keymap[i].action == ACTION_BACK;
			char *text = pass == 0 && !keeps ? NULL : keymap_bar_entry(&keymap[i], place);
			int columns = text == NULL ? 0 : text_columns(text) + 2;

			if (text != NULL && pass == 0) {
				kept += columns;
			} else if (text != NULL) {
				kept -= keeps ? columns : 0;
				if (used + columns + kept <= width + 2) {
					buf_printf(&out, "%s%s", used > 0 ? "  " : "", text);
					used += columns;
				}
			}
			mem_free(text);
		}
	}
	return buf_take(&out, NULL);
}

char *keymap_keys_text(const struct keymap_entry *entry)
{
	const char *keys = entry->keys;
	struct buf out;
	int key;

	buf_init(&out, 0);
	while ((key = keymap_next_key(&keys)) != KEY_NONE) {
		char name[16];

		keys_name(key, name);
		buf_printf(&out, "%s%s", out.len > 0 ? " " : "", i18n_context_text("key", name));
	}
	return buf_take(&out, NULL);
}

char *ui_keys_text(void)
{
	static const char *const names[] = { "list", "case", "form", "sync", "conflicts", "conflict", "rejected", "history", "drafts", "settings",
		"text", "choices",
		"question", "sign in", "lock", "overview", "export", "import" };
	struct buf out;
	size_t i, k;

	buf_init(&out, 0);
	for (i = 0; i < keymap_count(); i++) {
		bool first = true;

		buf_printf(&out, "%s\t%s\t", keymap[i].name, keymap[i].keys);
		for (k = 0; k < sizeof(names) / sizeof(names[0]); k++) {
			if ((keymap[i].where & (1u << k)) == 0 || keymap[i].where == IN_ANY)
				continue;
			buf_printf(&out, "%s%s", first ? "" : ", ", names[k]);
			first = false;
		}
		buf_printf(&out, "%s\t%s\n", keymap[i].where == IN_ANY ? "everywhere" : "", keymap[i].help);
	}
	return buf_take(&out, NULL);
}
