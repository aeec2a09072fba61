/* The one table of actions: name, default keys, texts, where valid. Key handling, the bottom bar, the help screen and the manual page come
 * from it
 * (terminal.md "Keys"). Private to ui/. */
#ifndef OUTPOST_UI_KEYMAP_H
#define OUTPOST_UI_KEYMAP_H

#include "keys.h"

enum where { IN_LIST = 1, IN_CASE = 2, IN_FORM = 4, IN_SYNC = 8, IN_CONFLICTS = 16, IN_CONFLICT = 32, IN_REJECTED = 64, IN_HISTORY = 128,
	IN_DRAFTS = 256,
	IN_SETTINGS = 512, IN_PAGER = 1024, IN_CHOOSE = 2048, IN_ASK = 4096, IN_SIGN_IN = 8192, IN_LOCK = 16384, IN_OVERVIEW = 32768,
	IN_EXPORT = 65536, IN_IMPORT = 131072, IN_ANY = 262143 };

enum action { ACTION_NONE, ACTION_UP, ACTION_DOWN, ACTION_LEFT, ACTION_RIGHT, ACTION_HOME, ACTION_END, ACTION_PAGE_UP, ACTION_PAGE_DOWN,
	ACTION_NEXT,
	ACTION_PREVIOUS, ACTION_OPEN, ACTION_MARK, ACTION_DELETE, ACTION_BACKSPACE, ACTION_KILL, ACTION_SAVE, ACTION_UNDO, ACTION_REDO, ACTION_ADD,
		ACTION_REMOVE,
	ACTION_REPEAT, ACTION_HIDDEN, ACTION_NEW, ACTION_SEARCH, ACTION_FILTER, ACTION_TAB, ACTION_SYNC, ACTION_STOP, ACTION_VERDICTS,
		ACTION_CONFLICTS, ACTION_RESTORE,
	ACTION_KEEP, ACTION_FIELD, ACTION_EXPORT, ACTION_KIND, ACTION_SINCE, ACTION_REJECTED, ACTION_AGAIN, ACTION_DISCARD, ACTION_HISTORY, ACTION_DRAFTS, ACTION_OVERVIEW,
		ACTION_SETTINGS,
	ACTION_EDITS_OUT, ACTION_EDITS_IN, ACTION_LOCK, ACTION_EXPLAIN, ACTION_HELP, ACTION_REDRAW, ACTION_BACK, ACTION_QUIT, ACTION_COUNT };

struct keymap_entry {
	enum action action;
	const char *name;            /* "page-down": in scripts and settings */
	const char *keys;            /* names with blanks between them; the first is shown */
	const char *bar;             /* text of the bottom bar, a message id; NULL: not in the bar */
	const char *help;            /* a message id */
	unsigned where;              /* valid in these screens */
	unsigned bar_where;          /* in the bar of these */
};

extern const struct keymap_entry keymap[];
size_t keymap_count(void);

/* typing: characters are text, so only other keys are actions. ACTION_NONE: the key means nothing here. */
enum action keymap_find(unsigned where, int key, bool typing);
const struct keymap_entry *keymap_by_name(const char *name);       /* NULL */
int keymap_first_key(const struct keymap_entry *entry);
/* "Enter open  ^S save" within `width` columns, whole entries only; help, explain and back before the others. New string. */
struct keymap_place {
	unsigned where;              /* the screen */
	bool typing;                 /* as above */
	uint64_t not_now;            /* bits of actions that would only say why they cannot be done */
};
char *keymap_bar(const struct keymap_place *place, int width);
char *keymap_keys_text(const struct keymap_entry *entry);          /* "Enter Tab", as the keyboard names them here; new string */

#endif
