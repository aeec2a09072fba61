/* What the files of ui/ share: the stack of screens and how they are drawn. Private to ui/. */
#ifndef OUTPOST_UI_INTERNAL_H
#define OUTPOST_UI_INTERNAL_H

#include "app/conflict.h"
#include "app/edit.h"
#include "app/labels.h"
#include "app/list.h"
#include "app/record.h"
#include "app/session.h"
#include "app/settings.h"
#include "app/sync.h"
#include "field.h"
#include "keymap.h"
#include "surface.h"
#include "ui.h"

#define UI_MIN_ROWS 15
#define UI_MIN_COLS 60
#define UI_IDLE_MS 2000                      /* after this a draft is committed (forms.md "Entry") */
#define UI_MESSAGE_MAX 300

struct ui;
struct screen;

struct screen_class {
	const char *name;                                                          /* in dumps */
	unsigned where;                                                            /* its keys */
	bool over;                                                                 /* drawn over the screen below */
	void (*draw)(struct screen *screen, struct surface *surface);
	bool (*act)(struct screen *screen, enum action action);                    /* false: not handled */
	bool (*typing)(const struct screen *screen);                               /* characters are text; NULL: never */
	uint64_t (*not_now)(const struct screen *screen);                          /* bits of actions that the bar leaves out; NULL: none */
	bool (*text)(struct screen *screen, const char *text, bool paste);         /* characters; NULL or false: they mean nothing */
	void (*idle)(struct screen *screen);                                       /* two seconds without a key, and before the program ends */
	void (*changed)(struct screen *screen);                                    /* records changed here or elsewhere; it is on top again */
	void (*done)(struct screen *screen);                                       /* frees what it has; not itself */
};
struct screen { const struct screen_class *class; struct ui *ui; struct screen *below; };

struct terminal;
struct ui {
	struct session *session;
	struct loop *loop;
	struct surface surface;
	struct screen *top;
	struct screen *gone;                                                       /* popped in this turn; freed at its end */
	char message[UI_MESSAGE_MAX];
	bool stale;                                                                /* something has to be drawn */
	bool repaint;                                                              /* everything: ^L, resize */
	bool quit;
	struct terminal *term;                                                         /* NULL: --script */
	int64_t idle_timer, lock_timer, sync_timer;
	struct session_status status;
	bool status_known, noticed_training;
};

/* ---- ui.c ---- */
void ui_init(struct ui *ui, struct session *session, int rows, int cols);
void ui_done(struct ui *ui);
void ui_start(struct ui *ui);                                /* the first screen: sign in, unlock, drafts found or the list */
void ui_key(struct ui *ui, int key, const char *paste);      /* keys_fn without the void */
void ui_draw(struct ui *ui);                                 /* onto the surface */
void ui_resize(struct ui *ui, int rows, int cols);
void ui_stale(struct ui *ui);
/* a translated message in the line above the keys */
void ui_say(struct ui *ui, const char *id, const char *a, const char *b, const char *c);
void ui_say_error(struct ui *ui, const struct err *err);
char *ui_text(const char *id, const char *a, const char *b, const char *c);                 /* {1} {2} {3} put in; new string */
/* A text about n things, with the form that the language has for n; the number is {1}: ui_text_count(n, NN_("{1} entry", "{1} entries"), NULL). New string. */
char *ui_text_count(int64_t n, const char *one, const char *many, const char *b);
const struct session_status *ui_status(struct ui *ui);
void ui_open_list(struct ui *ui);                            /* instead of everything that is open */
void ui_lock(struct ui *ui);

/* A new screen of `size` bytes on top. It belongs to the stack. */
void *ui_push(struct ui *ui, const struct screen_class *class, size_t size);
void ui_pop(struct screen *screen);

/* ---- draw.c: parts of screens ---- */
void draw_head(struct ui *ui, struct surface *surface, const char *left, const char *right);     /* row 0 */
int draw_head_room(const struct ui *ui, const struct surface *surface, const char *left);       /* columns for `right` beside the whole of `left` */
void draw_rule(struct surface *surface, int row);
/* The hint, the rule and the keys: the last three rows. right: at the right of the keys. */
void draw_foot(struct screen *screen, struct surface *surface, const char *hint, const char *right);
/* The message instead of the hint, and above it where one row is too short; drawn last. */
void draw_message(struct ui *ui, struct surface *surface);
/* A text broken into at most max rows from row on, columns col … end-1; what is over is cut. surface NULL: nothing is drawn.
 * Returns the rows that it takes. */
#define DRAW_LINES 6
int draw_text(struct surface *surface, int row, int max, int col, int end, enum role role, const char *text);
int draw_bottom(const struct surface *surface);              /* first row that is the foot's */
void draw_mark(struct surface *surface, int row);            /* ">" and the cursor */
char *text_date(struct session *session, int32_t day, bool ago);          /* "Thu 19 Nov 2026, 3 days ago"; new string */
char *text_days(const char *text);           /* "Hill Hospital 2026-11-19" -> "Hill Hospital 19 Nov 2026"; new string */
char *text_day_typed(struct session *session, int32_t day);  /* as one types it, in the order of the setting; new string */
/* A value as labels_value() gives it; where it is a day, as above or briefly: "19 Nov". New string; NULL stays NULL. */
char *text_value(struct session *session, const char *value, bool brief);
char *text_time(int64_t ms);                                 /* "23 Nov, 08:15" */
char *text_clock(int64_t ms);                                /* "08:15" */
char *text_age(struct session *session, int64_t ms);         /* "2 d" */
char *text_bytes(int64_t bytes);                             /* "412 kB" */
char *text_span(int64_t ms);                                 /* "1 min 12 s" */
char *text_number(int64_t n);

/* Rows that can be selected and scrolled. */
struct rows { size_t count, at, top; };
bool rows_act(struct rows *rows, enum action action, size_t height);       /* false: not a movement */
void rows_show(struct rows *rows, size_t height);                          /* keeps the selected row in sight */
size_t lists_height(const struct ui *ui);                                   /* rows between the head with its rule and the foot */

/* ---- field_keys.c ---- */
bool field_act(struct field *field, enum action action);                   /* moves in a line of text or deletes; false: another action */

/* ---- dialogs (dialog.c) ---- */
#define ASK_MAX 8
struct ask_choice { char key; const char *text; /* a message id */ };
typedef void (*ask_fn)(void *ctx, int choice);               /* index; -1: went back */
/* A question with choices; text is shown as it is. */
void ask_open(struct ui *ui, const char *title, const char *text, const struct ask_choice *choices, size_t count, ask_fn done, void *ctx);

/* Choices to pick from, narrowed by what is typed (choose.c). list fills out up to max entries for a typed text; done gets the name, or
 * NULL. */
struct choose_item { char *name, *label; bool marked; };
struct choose {
	size_t (*list)(void *ctx, const char *typed, struct choose_item *out, size_t max);
	void (*picked)(void *ctx, const char *name);             /* NULL: went back */
	void (*mark)(void *ctx, const char *name);               /* of several: Space or ^O; NULL: one is picked */
	void *ctx;
};
#define CHOOSE_MAX 200
void choose_open(struct ui *ui, const char *title, const struct choose *choose, const char *typed);

/* Lines to read (pager.c); what stands behind the tab of an indented line is a column of its own. Takes text. */
void pager_open(struct ui *ui, const char *name, const char *title, char *text);
/* The same with keys of its own; the text is made anew when records changed. */
struct pager_keys {
	unsigned where;
	bool (*act)(struct ui *ui, enum action action);          /* false: not handled */
	char *(*text)(struct ui *ui);                            /* new string */
	const char *hint;                                        /* a message id */
};
void pager_open_keys(struct ui *ui, const char *name, const char *title, const struct pager_keys *keys);
char *help_text(unsigned where);                             /* new string */

/* ---- screens ---- */
void list_open(struct ui *ui);
void case_open(struct ui *ui, const char *uuid);
void form_open_screen(struct ui *ui, const char *form, const char *kind, const char *uuid, const char *draft, const char *path);
void form_open_new(struct ui *ui, const char *draft);
void sync_open(struct ui *ui, bool start);
void conflicts_open(struct ui *ui, const char *uuid);
void rejected_open(struct ui *ui);
void history_open(struct ui *ui, const char *kind, const char *uuid);
bool drafts_open(struct ui *ui);                             /* false: there are none */
void settings_open(struct ui *ui);
void overview_open(struct ui *ui);
void edits_out_open(struct ui *ui);                          /* unsent edits to a file */
void edits_in_open(struct ui *ui);                           /* from a file */
void signin_open(struct ui *ui);
void lock_open(struct ui *ui);

/* ---- list_words.c ---- */
/* A disease in eight columns, where the beginning of its label does not tell which one it is, here or in another language; else NULL. */
const char *list_disease(const char *constant);
/* Four letters that tell the constants apart, which the beginnings of their labels do not. */
const char *list_code(const char *constant);
/* Choices of the filter, what lifts it and what is looked for every day first. Their names: s and a state ("any", "unsent", "rejected", "conflicts"), c and a
 * classification, d and a disease. */
size_t list_filter_choices(struct session *session, const char *typed, struct choose_item *out, size_t max);

/* ---- plain.c ---- */
int plain_run(struct session *session);

/* ---- backend_memory.c ---- */
char *memory_dump(const struct surface *surface);            /* product.md "--script"; new string */

/* ---- backend_curses.c ---- */
/* Takes the terminal. NULL after a message in err. on_key is called from the loop. */
MUST_CHECK enum status term_open(struct ui *ui, const struct ui_options *options, struct terminal **out, struct err *err);
void term_close(struct terminal *term);
/* nothing while bytes are queued; see term_is_busy */
void term_show(struct terminal *term, const struct surface *surface, bool repaint);
bool term_is_busy(const struct terminal *term);

#endif
