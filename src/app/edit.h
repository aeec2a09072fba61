/* Editing: a form opened on a record, as rows; drafts; saving (forms.md, sync.md section 2, architecture.md "Three walks"). */
#ifndef OUTPOST_APP_EDIT_H
#define OUTPOST_APP_EDIT_H

#include "app/session.h"

/* The sections of a case as the case screen shows them: its forms and those of its person, a site's own last. */
struct edit_section {
	const char *form;                     /* name, for edit_open */
	const char *title, *title_context;    /* context NULL: as it is */
	bool available;                       /* false: not for this disease, or the person is not here */
	int edits, errors, conflicts;         /* changed fields not sent yet; findings that are errors; open conflicts */
};
#define EDIT_MAX_SECTIONS 16
/* ST_NOT_FOUND: no such case. With more forms than fit the last ones are left out. */
MUST_CHECK enum status edit_sections(struct session *session, const char *case_uuid, struct edit_section out[EDIT_MAX_SECTIONS],
	size_t *count, struct err *err);

/* The head line of a case: for titles. To be freed with edit_head_done. ST_NOT_FOUND: no such case. */
struct edit_head {
	char uuid[UUID_SIZE], short_uuid[8];
	char *name;                           /* "Kamara, Fatu" */
	char *disease, *classification;       /* constants; "" unset */
	char *epid_number;                    /* "" unset */
	bool deleted, out_of_reach, editable;
	char *refused;                        /* why the server refused it; NULL: it did not */
	bool refused_person;                  /* its person, not the case itself */
};
MUST_CHECK enum status edit_head(struct session *session, const char *case_uuid, struct edit_head *out, struct err *err);
void edit_head_done(struct edit_head *head);

/* A form that is open. It is the caller's until edit_close, before the session is closed. */
struct edit;

/* Opens form `form` ("hospitalization") on record kind/uuid ("cases"). draft_id: goes on with this draft; NULL: a new one.
 * ST_NOT_FOUND: no such record or draft; ST_INVALID: no such form, a form of another kind, or a draft that does not belong here. */
MUST_CHECK enum status edit_open(struct session *session, const char *form, const char *kind, const char *uuid, const char *draft_id,
	struct edit **out, struct err *err);
/* The form "new-case", filled in with what is known. ST_REFUSED: this account may not create cases; ST_NOT_FOUND: no such draft, or the
 * users were not pulled yet; ST_INVALID: the draft is another form's. */
MUST_CHECK enum status edit_open_new_case(struct session *session, const char *draft_id, struct edit **out, struct err *err);
void edit_close(struct edit *edit);               /* unsaved changes stay as the draft, unless edit_discard was called; NULL is fine */
void edit_discard(struct edit *edit);             /* drops the draft; what is not saved goes with edit_close */

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
const struct edit_row *edit_row(struct edit *edit, size_t index);       /* NULL behind the last */
const char *edit_title(const struct edit *edit, const char **context);  /* *context NULL: as it is */
const char *edit_form(const struct edit *edit);                         /* name */
bool edit_is_changed(const struct edit *edit);                          /* is there something to save? */
int edit_hidden_count(const struct edit *edit);   /* "n values not shown here" */
/* These values, to be freed with edit_hidden_done. Always ST_OK. */
struct edit_hidden { const char *path, *label_context, *label; char *value; };
MUST_CHECK enum status edit_hidden(struct edit *edit, struct edit_hidden **rows, size_t *count, struct err *err);
void edit_hidden_done(struct edit_hidden *rows, size_t count);

/* A rule that is broken. older: in data that this edit did not touch; shown, it does not keep from saving (forms.md). own: the site's text. */
struct edit_finding { const char *path; bool error, older; const char *rule; struct message message; bool own; };
size_t edit_finding_count(const struct edit *edit);
const struct edit_finding *edit_finding(struct edit *edit, size_t index);   /* good until the next call of it or change; NULL behind the last */

/* Changes. typed is what a person writes: "" clears, dates such as 2026-11-23 or t-3, constants or their labels, places by uuid or name.
 * ST_INVALID: it cannot be that value, err says what is expected; ST_REFUSED: read-only or hidden; ST_NOT_FOUND: no such row;
 * ST_ASK: it clears a list that has items: again with force. Each goes to the draft at the next edit_commit_draft(), which the ui calls when a
 * field is left and after two idle seconds (forms.md "Entry"). */
MUST_CHECK enum status edit_set(struct edit *edit, const char *path, const char *typed, bool force, struct err *err);
MUST_CHECK enum status edit_add_item(struct edit *edit, const char *repeat_path, char uuid[UUID_SIZE], struct err *err);
MUST_CHECK enum status edit_remove_item(struct edit *edit, const char *item_path, struct err *err);
bool edit_undo(struct edit *edit);
bool edit_redo(struct edit *edit);
MUST_CHECK enum status edit_commit_draft(struct edit *edit, struct err *err);
/* The last value of this field in another record (never names, dates, identifiers); NULL: none; new string as typed. */
char *edit_last_value(struct edit *edit, const char *path);

/* Choices of a row, narrowed by what was typed; at most max. label is an id in context, or own text when context is NULL. stored: kept, but not offered
 * any more; chosen: one of those that a row of several has. */
struct edit_choice { char *name; char *label; const char *context; bool stored, chosen; };
size_t edit_choices(struct edit *edit, const char *path, const char *typed, size_t max, struct edit_choice *out);
void edit_choices_done(struct edit_choice *choices, size_t count);

/* Saves: form rules, then one transaction (sync.md section 2); the form then stands on what is stored.
 * ST_INVALID: errors, see the findings; ST_ASK: both sides changed the same fields since the form was opened, see edit_clash, answer with
 * edit_resolve and save again; or, with edit_asks_transfer(), the facility of a case changed: answer with edit_set_transfer and save again;
 * ST_NOT_FOUND: the record, or the chosen person, is no longer here; ST_REFUSED: this account may not create cases; ST_STALE: others kept on
 * saving. Nothing is lost: the draft stays. */
MUST_CHECK enum status edit_save(struct edit *edit, struct err *err);
/* A field that both changed, as people read it. Where mine is not kept, stored stays. */
struct edit_clash { const char *path, *label_context; char *label, *mine, *stored; };
size_t edit_clash_count(const struct edit *edit);
const struct edit_clash *edit_clash(const struct edit *edit, size_t index);
void edit_resolve(struct edit *edit, size_t index, bool keep_mine);      /* for all parts of this value; stored, if never called */
bool edit_asks_transfer(const struct edit *edit);
void edit_set_transfer(struct edit *edit, bool moved);             /* true "moved", false "correction" */

/* New case: possible duplicates before saving (protocol.md F.4): persons, or, once a person is chosen, cases. Of a stored record: none. */
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
MUST_CHECK enum status edit_delete_draft(struct session *session, const char *id, struct err *err);   /* gone already: ST_OK */

#endif
