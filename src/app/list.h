/* The case list: rows as a screen or `outpost cases` shows them (terminal.md, product.md). */
#ifndef OUTPOST_APP_LIST_H
#define OUTPOST_APP_LIST_H

#include "app/session.h"

#define LIST_UUID_SIZE UUID_SIZE

enum list_state { LIST_CLEAN, LIST_NEW, LIST_DIRTY, LIST_REJECTED };   /* "clean|new|dirty|rejected" */

/* Strings belong to the page. Labels of constants are message ids ("choice:Disease" contexts): labels_constant(). */
struct list_case {
	char uuid[LIST_UUID_SIZE], person_uuid[LIST_UUID_SIZE];
	const char *short_uuid;      /* first six characters */
	const char *epid_number, *disease, *classification, *investigation_status, *outcome;   /* constants; "" unset */
	const char *first_name, *last_name, *sex, *facility;
	int age; const char *age_type;    /* -1 unknown */
	int64_t report_date;         /* ms; 0 unset */
	enum list_state state;
	int open_conflicts;
};

struct list_filter {
	const char *words;           /* search as you type; NULL or "" all */
	const char *disease, *classification, *investigation_status, *outcome;   /* NULL any */
	bool only_unsent, only_rejected, only_conflicts;
	const char *where;           /* an expression of the form language over the case document; NULL */
};

struct list_page { struct list_case *rows; size_t count; };
/* The cases that match (filter NULL: all), the newest report first; limit 0: all from offset on. To be freed with list_page_done.
 * ST_INVALID: a mistake in `where`, with line and column; it is told even when no case is stored. */
MUST_CHECK enum status list_cases(struct session *session, const struct list_filter *filter, int64_t offset, int64_t limit,
	struct list_page *out, struct err *err);
void list_page_done(struct list_page *page);

/* By investigation status, of all cases here; matching: those of the filter. Statuses of list_cases. */
struct list_counts { int64_t all, pending, done, discarded, matching; };
MUST_CHECK enum status list_count(struct session *session, const struct list_filter *filter, struct list_counts *out, struct err *err);

int list_years(const struct list_case *row);                      /* completed years, also of an age in months or days; -1: not known */
/* `outpost cases --json`: the array of product.md. `--csv`: a header line, then a line a case (RFC 4180). New strings. */
char *list_json(const struct list_page *page);
char *list_csv(const struct list_page *page);

/* Rejected records (screen "rejected", `status`). */
struct list_rejected {
	const char *kind;
	char uuid[LIST_UUID_SIZE];
	char *label;                 /* of the record */
	int status;                  /* of HTTP; 0: not the server's answer */
	char *reason;                /* what the server said; "" nothing */
	int64_t edited_ms;
	char case_uuid[LIST_UUID_SIZE]; /* to open; "" none */
};
MUST_CHECK enum status list_rejected(struct session *session, struct list_rejected **rows, size_t *count, struct err *err);
void list_rejected_done(struct list_rejected *rows, size_t count);
/* Lifts the mark: it is sent with the next synchronization. ST_INVALID: no such kind; ST_NOT_FOUND: no such record. */
MUST_CHECK enum status list_send_again(struct session *session, const char *kind, const char *uuid, struct err *err);

#endif
