/* The synchronization without its hands: a pure engine (events in, actions out) and the decisions about one record (sync.md section 4).
 *
 * The engine knows no clock, descriptor or database; the same events give the same actions. A driver (app/sync_run.c, a simulation, a test)
 * feeds one event at a time to engine_step(), carries out every action it returns, in order, and only then feeds the next event. */
#ifndef OUTPOST_SYNC_H
#define OUTPOST_SYNC_H

#include "merge/merge.h"
#include "model/model.h"
#include "sormas/sormas.h"

#define ENGINE_PAGE_MIN 10
#define ENGINE_PAGE_MAX 1000
#define ENGINE_PAGE_FIRST 100               /* before any speed was measured */
#define ENGINE_PAGE_DOUBLED_MAX 16384       /* how far a first page of embedded changes is doubled */
#define ENGINE_PAGE_AIM_MS 7000
#define ENGINE_OVERLAP_MS 60000             /* sync.md "Where the next pull starts" */
#define ENGINE_DAY_MS INT64_C(86400000)
#define ENGINE_PUSH_ITEMS 50
#define ENGINE_PUSH_BYTES_MIN 8192
#define ENGINE_PUSH_BYTES_MAX 524288
#define ENGINE_PUSH_AIM_MS 8000
#define ENGINE_QUERY_ITEMS 100
#define ENGINE_UPDATE_MOST 3                /* more edited cases go as one push: fewer round trips */
#define ENGINE_TRIES_FIRST 3                /* connection attempts before anything ever answered */
#define ENGINE_TRIES 6
#define ENGINE_REMOVED_UNASKED 3            /* so many may go without a question, whatever their share is */

enum engine_mode { ENGINE_CHANGES, ENGINE_COMPLETE, ENGINE_REPULL };
enum engine_phase { ENGINE_CONNECT, ENGINE_PUSH_NEW, ENGINE_INFRASTRUCTURE, ENGINE_PULL_PUSH, ENGINE_OBSOLETE, ENGINE_RESULTS, ENGINE_SAVE, ENGINE_PHASE_COUNT };
enum engine_verdict { ENGINE_RUNNING, ENGINE_COMPLETED, ENGINE_PARTIAL, ENGINE_OFFLINE, ENGINE_REFUSED, ENGINE_FAILED };
enum engine_activity { ENGINE_IDLE, ENGINE_PULLING, ENGINE_MERGING, ENGINE_PUSHING, ENGINE_REREADING, ENGINE_WAITING };

/* Where the pull of a kind stands; the driver keeps it (store.h "pull_position" has the same fields). */
struct engine_position {
	int64_t seen, from, page_date;
	char page_uuid[UUID_SIZE];          /* "": no interrupted run */
	int64_t t0, last_full_ms, last_obsolete_ms, single_start_mono_ms;
};

struct engine_kind {
	bool used;                          /* this kind is synchronized at all */
	bool view, edit, create;            /* what the account may */
	bool here;                          /* there are records of this kind: what is pulled has to be compared with /uuids now and then */
	struct engine_position position;
};

struct engine_start {
	enum engine_mode mode;
	bool dry;                           /* nothing is pushed */
	bool rights_due;                    /* locale, country and rights are to be asked: at sign-in and daily */
	bool rights_known;                  /* false: nothing is pulled before they came */
	bool updates;                       /* a few changed fields of a case may go as a partial update; false: the server is known not to have it */
	bool push_first;                    /* new records or unanswered pushes are waiting: nothing is pulled before they are through */
	int page_size;                      /* measured in an earlier run; 0: none */
	uint64_t seed;                      /* of the jitter */
	struct engine_kind kinds[KIND_COUNT];
};

/* ---- actions ---- */

enum engine_action_type {
	ENGINE_SEND,            /* send request (push: the outbox bodies of uuids, of kind, marked as sent first); answered by EVENT_ANSWER with id */
	ENGINE_CANCEL_REQUESTS, /* drop everything under way; no answers */
	ENGINE_TIMER,           /* EVENT_TIMER with id after ms */
	/* The following are answered by EVENT_DONE with id; never more than one at a time. */
	ENGINE_APPLY,           /* rows of page, each judged by `how`; asked = the uuids of a query; position after the last slice */
	ENGINE_SET_POSITION,
	ENGINE_RESET_POSITIONS, /* every from := 0 */
	ENGINE_DELETE,          /* infrastructure records that the server removed */
	ENGINE_INFO,            /* keep the answer of info (text, or the rights' JSON) */
	ENGINE_LIST,            /* done.uuids := what `list` asks for */
	ENGINE_SELECT,          /* choose, check and put into the outbox the next records to push; done.uuids, done.fresh, done.small */
	ENGINE_PREPARE,         /* the same for these uuids, after a merge; done.uuids := those that still are to be pushed */
	ENGINE_VERDICTS,        /* accept, reject or mark as answered, as the answer of a push says */
	ENGINE_COMPARE,         /* compare server_uuids with what is here: done.uuids := candidates for removal, done.missing := not here, done.total */
	ENGINE_COUNT,           /* done.left, done.rejected_left */
	ENGINE_ASK,             /* a person answers message by EVENT_REPLY */
	ENGINE_FINISH           /* the run is over; progress has its verdict */
};

enum engine_list {
	ENGINE_LIST_UNRESOLVED,     /* pushes without an answer or without results */
	ENGINE_LIST_RESULTS,        /* accepted, not yet re-read; for persons also those of accepted cases; each once a run */
	ENGINE_LIST_MISSING_PERSONS,/* that records here refer to; each once a run */
	ENGINE_LIST_CLOCK_PERSON,   /* a living person with a birth date */
	ENGINE_LIST_REGIONS
};

enum engine_how {
	ENGINE_HOW_PAGE, ENGINE_HOW_INFRASTRUCTURE,
	ENGINE_HOW_QUERIED,     /* asked for because it is missing here */
	ENGINE_HOW_OUTDATED,    /* after 409 or a collision: merge; done.uuids := push again */
	ENGINE_HOW_FAILED,      /* after 500: merge and push again only if the server's version is another than the base */
	ENGINE_HOW_RESULT,      /* after a push: results, or an unknown outcome; done.uuids := push again */
	ENGINE_HOW_FORBIDDEN,   /* after 403: out of reach? */
	ENGINE_HOW_REMOVED      /* a candidate for removal */
};

enum engine_compare { ENGINE_COMPARE_UUIDS, ENGINE_COMPARE_OBSOLETE };

struct engine_item {
	char uuid[UUID_SIZE];
	enum engine_how how;        /* APPLY: how its row is judged */
	int status;                 /* VERDICTS: 2xx accept, 0 nothing, else reject with reason */
	const char *reason;
	bool collision;             /* VERDICTS: a collision that was tried twice: rejected only the second run */
	bool answered;              /* VERDICTS: neither accepted nor rejected, but the outcome is known: it is to be merged and pushed again */
};

struct engine_action {
	enum engine_action_type type;
	uint32_t id;
	enum kind kind;
	const struct sormas_request *request;       /* SEND; NULL: a push of items */
	bool update;                                /* SEND of one item: sync_patch() of it instead of the whole record */
	const struct engine_item *items;            /* SEND (push), APPLY (asked), PREPARE, VERDICTS, DELETE */
	size_t item_count;
	const struct sormas_page *page;             /* APPLY */
	enum engine_how how;                        /* APPLY without items */
	bool has_position;                          /* APPLY */
	struct engine_position position;            /* APPLY, SET_POSITION */
	int64_t from;                               /* APPLY: `from` before this run (0: first pull) */
	enum sormas_info info;                      /* INFO */
	const char *text; size_t len;               /* INFO */
	enum engine_list list;                      /* LIST */
	bool fresh_only;                            /* SELECT */
	size_t max_items, max_bytes;                /* SELECT, LIST */
	enum engine_compare compare;                /* COMPARE */
	const struct sormas_uuids *server_uuids;    /* COMPARE */
	int64_t ms;                                 /* TIMER */
	struct message message;                     /* ASK */
};

/* ---- events ---- */

struct engine_done {
	enum status st;             /* not ST_OK: the run fails; ST_CANCELLED: stopped between slices */
	const struct err *err;
	int64_t changed, pulled, merged, accepted, deleted, conflicts, not_stored, rejected;   /* accepted: pushes without an answer that had arrived */
	int64_t unusable;           /* APPLY: records whose server version cannot be read or merged, left as they are; each once a run */
	const struct err *unusable_err;     /* of the first one, with its name; NULL: none */
	char (*uuids)[UUID_SIZE];   /* copied by the engine */
	const bool *fresh;
	const bool *small;          /* SELECT of at most ENGINE_UPDATE_MOST: sync_patch() has one */
	size_t uuid_count;
	char (*missing)[UUID_SIZE];
	size_t missing_count;
	int64_t total;              /* COMPARE: records of the kind here; SELECT: bytes of what was chosen */
	bool own_user_changed;      /* the own user's roles or places: rights are asked, every from := 0 */
	bool role_changed;
	bool old_record_new_here;   /* a row that is new here but was created before `from` */
	bool rights_changed;
	const struct engine_kind *kinds;            /* INFO of rights: view, edit and create anew; NULL else */
	const int64_t *left;                        /* COUNT: by kind */
	int64_t rejected_left;                      /* COUNT: rejected in this or an earlier run and still so */
};

enum engine_event_type { ENGINE_EVENT_START, ENGINE_EVENT_ANSWER, ENGINE_EVENT_DONE, ENGINE_EVENT_TIMER, ENGINE_EVENT_REPLY, ENGINE_EVENT_CANCEL };
struct engine_event {
	enum engine_event_type type;
	uint32_t id;
	int64_t now_ms, mono_ms;
	const struct engine_start *start;
	int status;                 /* ANSWER: HTTP; 0 none came */
	const char *body;           /* ANSWER: copied, unless it may be kept */
	char **keep;                /* body's own memory; the engine sets *keep to NULL when it takes it. NULL: it may not be kept */
	size_t len;
	int64_t date_ms, total_ms;
	enum status net_status;     /* ANSWER with status 0: ST_LATER, ST_REFUSED (certificate), ST_LIMIT … */
	const struct err *err;
	struct engine_done done;
	bool yes;
};

/* ---- the engine ---- */

struct engine_counts { int64_t pulled, merged, pushed, accepted, outdated, rejected, deleted, left; };
struct engine_progress {
	enum engine_phase phase;
	enum engine_activity activity;
	int kind;                   /* -1: none */
	bool phase_done[ENGINE_PHASE_COUNT];
	struct engine_counts kinds[KIND_COUNT];
	int64_t conflicts, not_stored;
	int64_t retry_ms;           /* waiting so long before the next try; 0 */
	int page_size;              /* the last measured; for the next run */
	bool no_updates;            /* the server has no partial update; for the next runs */
	enum engine_verdict verdict;
	struct err err;
};

struct engine *engine_new(void);
void engine_free(struct engine *engine);
/* The actions and everything they point to stay valid until the next step. */
const struct engine_action *engine_step(struct engine *engine, const struct engine_event *event, size_t *count);
const struct engine_progress *engine_progress(const struct engine *engine);

/* ---- decisions about one record; the driver calls them inside the store's transaction ---- */

enum decide_what {
	DECIDE_SKIP,        /* nothing to do */
	DECIDE_TEXT,        /* insert or replace by the row's text */
	DECIDE_STORE,       /* doc and base (NULL: clean) */
	DECIDE_REMOVE,      /* delete here; a conflict "record_removed" if it had edits */
	DECIDE_PUSH_AGAIN,  /* DECIDE_STORE, and it is to be pushed again in this run */
	DECIDE_SEND_AGAIN   /* unchanged here; the push did not arrive: send it again */
};
struct decide {
	enum decide_what what;
	struct json *doc, *base;
	struct json_span shown;     /* of the row's text: the server's version, where masks were lifted for doc and base (struct record); at NULL: none were */
	struct merge_conflict *conflicts;
	size_t conflict_count, not_stored;
	bool merged;        /* counts as merged */
	bool masked;        /* a new person that its case does not show yet: still to be re-read */
};
void decide_done(struct decide *decide);

/* What is here; NULL documents are absent. */
struct decide_local {
	bool here, dirty, fresh, awaiting;          /* awaiting: in the outbox, sent, without its results */
	const char *doc, *base;                     /* texts */
	size_t doc_len;
};
/* A row of a page, or of a query for something missing (sync.md "Pull"). whole: mode repull, nothing is skipped as unchanged. */
MUST_CHECK enum status decide_pulled(const struct model *model, enum kind kind, const struct decide_local *local, const struct sormas_row *row,
	bool whole, struct decide *out, struct err *err);
/* After 409, 500 or a collision. only_if_moved: another version than the base, else DECIDE_SKIP (a 500 that stored nothing). */
MUST_CHECK enum status decide_outdated(const struct model *model, enum kind kind, const struct decide_local *local, const struct sormas_row *row,
	bool only_if_moved, struct decide *out, struct err *err);
/* Results of an accepted push: merge(what was sent, mine, theirs); what was not stored becomes a conflict (sync.md "Results"). base NULL: it was new. */
MUST_CHECK enum status decide_result(const struct model *model, enum kind kind, const char *sent, const char *base, const char *mine,
	const struct sormas_row *row, struct decide *out, struct err *err);
/* A push whose answer never came; row NULL: the server has no such record (sync.md "Unknown outcome"). */
MUST_CHECK enum status decide_unknown(const struct model *model, enum kind kind, const char *sent, const char *base, const char *mine,
	const struct sormas_row *row, struct decide *out, struct err *err);
/* A candidate for removal; row NULL: the query did not bring it. archived: set if it is only archived and has edits: it stays until it is clean. */
MUST_CHECK enum status decide_removed(const struct decide_local *local, bool referred, const struct sormas_row *row, bool *archived, struct decide *out, struct err *err);

/* What of a changed case goes as a partial update (protocol.md B.1 "postUpdate"): uuid and change date of the record and of each changed part, and the
 * changed keys. base: the server's version, sent: the whole record as a push would send it. NULL: it has to be a push, since a list or something
 * unknown changed, a part is new or masked, or little would be saved. New string. */
char *sync_patch(const struct model *model, enum kind kind, const char *base, const char *sent);

/* Is a difference between what was sent and what came back a rule of the server (protocol.md D.5)? */
bool decide_is_server_rule(enum kind kind, const char *path, const struct json *sent, const struct json *theirs);

#endif
