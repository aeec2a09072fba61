/* Editing: a form opened on a record, as rows; drafts; saving (forms.md, sync.md section 2, architecture.md "Three walks"). */
#ifndef OUTPOST_APP_EDIT_H
#define OUTPOST_APP_EDIT_H

#include "app/session.h"

/* The sections of a case as the case screen shows them. */
struct edit_section { const char *form; const char *title; const char *title_context; bool available; int edits, errors, conflicts; };
#define EDIT_MAX_SECTIONS 16
MUST_CHECK enum status edit_sections(struct session *session, const char *case_uuid, struct edit_section out[EDIT_MAX_SECTIONS],
	size_t *count, struct err *err);

/* The head line of a case: for titles. */
struct edit_head { char uuid[UUID_SIZE]; char short_uuid[8]; char *name; char *disease, *classification; char *epid_number; bool deleted,
	out_of_reach, editable; };
MUST_CHECK enum status edit_head(struct session *session, const char *case_uuid, struct edit_head *out, struct err *err);
void edit_head_done(struct edit_head *head);

struct edit;

/* Opens form `form` ("hospitalization") on record kind/uuid ("cases"). draft_id: continues a draft; NULL. ST_NOT_FOUND, ST_INVALID
 * (form). */
MUST_CHECK enum status edit_open(struct session *session, const char *form, const char *kind, const char *uuid, const char *draft_id,
	struct edit **out, struct err *err);
MUST_CHECK enum status edit_open_new_case(struct session *session, const char *draft_id, struct edit **out,
	struct err *err);   /* the form "new-case"; ST_REFUSED without the right */
void edit_close(struct edit *edit);               /* unsaved changes stay as the draft, unless edit_discard was called */
void edit_discard(struct edit *edit);             /* drops the draft and the changes */

enum edit_type { EDIT_TEXT, EDIT_INTEGER, EDIT_DECIMAL, EDIT_DATE, EDIT_DATE_TIME, EDIT_SELECT_ONE, EDIT_SELECT_MULTIPLE, EDIT_BOOLEAN,
	EDIT_NOTE, EDIT_CALCULATE,
	EDIT_GROUP, EDIT_REPEAT, EDIT_ITEM, EDIT_REFERENCE };

/* A visible row. Texts are translated by the caller: i18n_context_text(context, id), unless own. All pointers are valid until the next
 * change. */
struct edit_row {
	const char *path;
	enum edit_type type;
	const char *label_context, *label; bool label_own;
	const char *hint_context, *hint; bool hint_own;
	const char *guidance_context, *guidance; bool guidance_own;
	const char *list;            /* enum name of a select: "YesNoUnknown" */
	int depth;
	bool required, readonly, changed, conflict;   /* conflict: an open one in the log */
	bool empty;
	const char *value;           /* a date ISO, a constant's label id with value_context, a reference's name, text as it is */
	const char *value_context;   /* not NULL: value is a message id */
	int64_t date_ms;             /* of dates */
	int32_t day;                 /* of dates: the calendar day */
	int errors, warnings, older;
	const char *constant;        /* of select_one: the constant; NULL unset */
	int items;                   /* of a repeat */
	size_t max_length;           /* 0: none */
};
size_t edit_row_count(const struct edit *edit);
const struct edit_row *edit_row(struct edit *edit, size_t index);
const char *edit_title(const struct edit *edit, const char **context);
const char *edit_form(const struct edit *edit);
bool edit_is_changed(const struct edit *edit);
int edit_hidden_count(const struct edit *edit);   /* "n values not shown here" */
struct edit_hidden { const char *path, *label_context, *label; char *value; };
MUST_CHECK enum status edit_hidden(struct edit *edit, struct edit_hidden **rows, size_t *count, struct err *err);
void edit_hidden_done(struct edit_hidden *rows, size_t count);

struct edit_finding { const char *path; bool error, older; const char *rule; struct message message; bool own; };
size_t edit_finding_count(const struct edit *edit);
const struct edit_finding *edit_finding(struct edit *edit, size_t index);

/* Changes; statuses as form.h: ST_INVALID (typed text), ST_REFUSED (read-only), ST_ASK (clears items: again with force). Each goes to the
 * draft at the next
 * edit_commit_draft(), which the ui calls when a field is left and after two idle seconds. */
MUST_CHECK enum status edit_set(struct edit *edit, const char *path, const char *typed, bool force, struct err *err);
MUST_CHECK enum status edit_add_item(struct edit *edit, const char *repeat_path, char uuid[UUID_SIZE], struct err *err);
MUST_CHECK enum status edit_remove_item(struct edit *edit, const char *item_path, struct err *err);
bool edit_undo(struct edit *edit);
bool edit_redo(struct edit *edit);
MUST_CHECK enum status edit_commit_draft(struct edit *edit, struct err *err);
/* The last value of this field in another record (never names, dates, identifiers); NULL: none; new string as typed. */
char *edit_last_value(struct edit *edit, const char *path);

/* Choices of a row, narrowed by what was typed; at most max. label is an id in context, or own text when context is NULL. */
struct edit_choice { char *name; char *label; const char *context; bool stored; };
size_t edit_choices(struct edit *edit, const char *path, const char *typed, size_t max, struct edit_choice *out);
void edit_choices_done(struct edit_choice *choices, size_t count);

/* Saves: form rules, then one transaction. ST_INVALID: errors (see findings); ST_ASK: both sides changed the same fields since the form
 * was opened: see
 * edit_clash; answer with edit_resolve, then save again. When the facility of a case changed, ST_ASK with edit_asks_transfer(): call
 * edit_set_transfer. */
MUST_CHECK enum status edit_save(struct edit *edit, struct err *err);
struct edit_clash { const char *path, *label_context; char *label, *mine, *stored; };
size_t edit_clash_count(const struct edit *edit);
const struct edit_clash *edit_clash(const struct edit *edit, size_t index);
void edit_resolve(struct edit *edit, size_t index, bool keep_mine);
bool edit_asks_transfer(const struct edit *edit);
void edit_set_transfer(struct edit *edit, bool moved);             /* true "moved", false "correction" */

/* New case: possible duplicates before saving (protocol.md F.4). */
struct edit_duplicate { char uuid[UUID_SIZE]; char *text; bool person; };
MUST_CHECK enum status edit_duplicates(struct edit *edit, struct edit_duplicate **rows, size_t *count, struct err *err);
void edit_duplicates_done(struct edit_duplicate *rows, size_t count);
void edit_use_person(struct edit *edit, const char *person_uuid);  /* NULL: a new person */
const char *edit_uuid(const struct edit *edit);                    /* of the record */

/* Drafts found at start. */
struct edit_draft {
	char *id, *form;
	const char *title_context, *title;   /* of the form; NULL: there is no such form */
	char *kind, uuid[UUID_SIZE], *label;
	int64_t time_ms;
	bool in_use;                         /* by a process that runs */
	int changes;
};
MUST_CHECK enum status edit_drafts(struct session *session, struct edit_draft **rows, size_t *count, struct err *err);
void edit_drafts_done(struct edit_draft *rows, size_t count);
MUST_CHECK enum status edit_delete_draft(struct session *session, const char *id, struct err *err);

#endif
