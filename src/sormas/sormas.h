/* The wire of a SORMAS server: paths and bodies of requests, pages split into records, answers of pushes, what an answer means.
 * Pure: nothing is sent or stored here. Source: protocol.md sections A and B; what is done with it: sync.md section 4. */
#ifndef OUTPOST_SORMAS_H
#define OUTPOST_SORMAS_H

#include "base/base.h"
#include "json/json.h"
#include "model/model.h"

#define SORMAS_APP_VERSION "1.104.0"        /* what we say we are (protocol.md A.3) */
#define SORMAS_MAX_QUERY 200                /* uuids in one query; the server fails above 65,535 (A.1) */
#define SORMAS_MAX_ROWS 100000              /* rows in one answer */
#define SORMAS_REASON_MAX 240               /* bytes of a reason, at a character border */

/* ---- requests ---- */

struct sormas_request {
	const char *method;         /* constant */
	char *path;                 /* begins with '/'; owned */
	char *body;                 /* NULL: none; owned */
	size_t body_len;
};
void sormas_request_done(struct sormas_request *request);

/* info/checkcompatibility, info/locale, info/countryname, users/rights. */
enum sormas_info { SORMAS_COMPATIBILITY, SORMAS_LOCALE, SORMAS_COUNTRY, SORMAS_RIGHTS };
void sormas_request_info(enum sormas_info what, struct sormas_request *out);
/* One page; last_uuid "" or NULL: the first one. since may be negative. */
void sormas_request_page(enum kind kind, int64_t since, int size, const char *last_uuid, struct sormas_request *out);
/* all/{since}; for facilities general/{since}. */
void sormas_request_all(enum kind kind, int64_t since, struct sormas_request *out);
void sormas_request_facilities(const char *region, int64_t since, struct sormas_request *out);
void sormas_request_removed(enum kind kind, int64_t since, struct sormas_request *out);        /* deleted/{since} */
void sormas_request_obsolete(enum kind kind, int64_t since, struct sormas_request *out);
void sormas_request_uuids(enum kind kind, struct sormas_request *out);
/* count must be > 0: an empty query breaks some servers (B.1). */
void sormas_request_query(enum kind kind, const char *const *uuids, size_t count, struct sormas_request *out);
/* The bodies are JSON texts of one record each. */
void sormas_request_push(enum kind kind, const char *const *bodies, size_t count, struct sormas_request *out);
/* Some keys of one case (B.1 "postUpdate"); body is taken over. */
void sormas_request_update(const char *uuid, char *body, struct sormas_request *out);
/* The infrastructure bundle; since by kind (index: enum kind). No disease classifications are asked for. */
void sormas_request_bundle(const int64_t since[KIND_COUNT], struct sormas_request *out);

bool sormas_kind_is_in_bundle(enum kind kind);
bool sormas_kind_has_obsolete(enum kind kind);
/* What the next page must be asked with after a row of this date: contacts ignore the uuid (sync.md "Pull"). */
int64_t sormas_next_since(enum kind kind, int64_t last_date);

/* ---- answers ---- */

enum sormas_class {
	SORMAS_OK,
	SORMAS_EMPTY,           /* 204: no such record */
	SORMAS_NO_ANSWER,       /* nothing came: connection, timeout, cut */
	SORMAS_UNAVAILABLE,     /* 408, 425, 429, 502, 503, 504: later */
	SORMAS_LOGIN,           /* 401 */
	SORMAS_FORBIDDEN,       /* 403 */
	SORMAS_BAD_REQUEST,     /* 400, 413, 422 … : this request never works */
	SORMAS_NO_ENDPOINT,     /* 404; 500 with "HTTP 404 Not Found" and its like (A.5) */
	SORMAS_SERVER_ERROR,    /* 500 and other 5xx */
	SORMAS_PORTAL,          /* HTML or a redirection where JSON was expected: something between us and the server */
	SORMAS_GARBAGE          /* 2xx, but neither JSON nor HTML */
};
/* Looks at the first characters only: whether an SORMAS_OK body is whole JSON shows when it is split. text: the answer is plain text (info/…). */
enum sormas_class sormas_classify(int status, const char *body, size_t len, bool text);
const char *sormas_class_name(enum sormas_class class);   /* English, for messages */

/* A quoted text without its quotes ("\"COMPATIBLE\""), blanks trimmed; new string. */
char *sormas_unquote(const char *body, size_t len);
/* One line that a person can read: of a quoted text, an object {"message","errors"}, a parser's message or a stack trace its first line; never
 * empty, safe to show, at most SORMAS_REASON_MAX bytes; new string. */
char *sormas_reason(const char *body, size_t len);
/* Is this reason of a 500 that of two pushes at once, or of something that is not there (A.5)? */
bool sormas_is_collision(const char *reason);

/* ---- pages ---- */

struct sormas_row {
	char uuid[UUID_SIZE];
	int64_t change_date;        /* of the root; 0 absent */
	int64_t creation_date;
	int64_t greatest;           /* change date, nested ones too, without a therapy's and those after not_after_ms */
	bool later;                 /* a date after not_after_ms was left out */
	int64_t clock_ms;           /* approximateAgeReferenceDate of a living person with a birth date; 0: none */
	uint64_t signature;         /* of dates, uuids, pseudonymized and inJurisdiction of every object, in any order */
	bool deleted, archived, pseudonymized, out_of_jurisdiction;
	struct json_span raw;       /* into the text */
	const struct json_spot *members; size_t member_count;     /* in raw, of the record itself, in their order; only of a page's rows, whose page owns them */
};
struct sormas_page {
	struct sormas_row *rows; size_t count, cap;
	struct json_spot *members; size_t member_count, member_cap;
	int64_t clock_ms;           /* the least clock_ms of its rows; 0 none */
	size_t left_out;            /* sormas_split_usable(): so many were no object, or had not one good uuid */
	size_t left_out_row;        /* the first of them, from 1, and why: a message */
	const char *left_out_why;
};

/* Splits an array of records in one pass, without trees. ST_INVALID: no JSON (cut?), no array, a row without a good uuid; ST_LIMIT. */
MUST_CHECK enum status sormas_split(const char *text, size_t len, int64_t not_after_ms, struct sormas_page *out, struct err *err);
/* The same for what came without having been asked for by its uuid: one bad row does not stop the others (sync.md "Any failure"). What a query does not
 * bring counts as not there, so its answers are not read by this. */
MUST_CHECK enum status sormas_split_usable(const char *text, size_t len, int64_t not_after_ms, struct sormas_page *out, struct err *err);
void sormas_page_done(struct sormas_page *page);
/* The same of one record's text. */
MUST_CHECK enum status sormas_look(const char *text, size_t len, int64_t not_after_ms, struct sormas_row *out, struct err *err);

/* The bundle's lists. Absent and null lists have raw.at NULL. */
struct sormas_bundle { bool initial_sync_required; struct json_span list[KIND_COUNT]; struct json_span removed_roles, removed_features; };
MUST_CHECK enum status sormas_split_bundle(const char *text, size_t len, struct sormas_bundle *out, struct err *err);

struct sormas_uuids { char (*uuid)[UUID_SIZE]; size_t count, cap; };   /* sorted, each once */
MUST_CHECK enum status sormas_split_uuids(const char *text, size_t len, struct sormas_uuids *out, struct err *err);
bool sormas_uuids_have(const struct sormas_uuids *uuids, const char *uuid);
void sormas_uuids_done(struct sormas_uuids *uuids);
bool sormas_uuid_is_good(const char *s, size_t len);      /* 20 to 36 of [0-9a-zA-Z-] (A.2) */

/* ---- pushes (B.2) ---- */

enum sormas_push_kind {
	SORMAS_PUSH_ITEMS,          /* an array of the sent length: each item has its status */
	SORMAS_PUSH_REFUSED_LIST,   /* 400, or 413 of a proxy to which it is too long: nothing of the list was stored */
	SORMAS_PUSH_LOGIN,          /* 401: nothing was stored */
	SORMAS_PUSH_UNKNOWN         /* anything else: it may have been stored or not */
};
struct sormas_verdict { int status; char *reason; bool collision; /* "CORBA TRANSACTION_ROLLEDBACK" */ };  /* reason NULL for 2xx */
struct sormas_push { enum sormas_push_kind kind; struct sormas_verdict *verdicts; size_t count; char *reason; };
void sormas_read_push(int status, const char *body, size_t len, size_t sent, struct sormas_push *out);
void sormas_push_done(struct sormas_push *push);

#endif
