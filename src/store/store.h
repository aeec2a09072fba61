/* The store: one SQLite file a profile (architecture.md "Storage"; sync.md section 2). Only this folder knows SQL.
 *
 * Every writing function is one transaction unless it stands between store_begin() and store_commit(). Any number of processes may
  * read and save:
 * writes start with BEGIN IMMEDIATE and wait up to STORE_BUSY_MS; revisions decide. Documents are JSON text as the server sent it.
 * Strings in results belong to the result; free it with its _done function.
 * Callbacks may call the store. Those of store_each, store_each_uuid, store_each_draft and store_each_outbox may also write; the
  * others only read.
 * An inner store_rollback (or a function that failed after it wrote something) dooms the whole transaction: the outermost
  * store_commit answers ST_FAILED. */
#ifndef OUTPOST_STORE_H
#define OUTPOST_STORE_H

#include "merge/merge.h"
#include "model/model.h"

#define STORE_BUSY_MS 5000

struct store;

/* Opens or creates (0600) the file and migrates it. path ":memory:" for tests. ST_INVALID: no database or damaged; ST_LATER:
 * locked; ST_FAILED: disk, rights;
 * ST_REFUSED: made by a newer Outpost. model has to outlive the store. */
MUST_CHECK enum status store_open(const char *path, const struct model *model, struct store **out, struct err *err);
void store_close(struct store *store);
/* A copy that is thrown away when it is closed, for --dry-run: a nameless temporary file (SQLITE_TMPDIR, TMPDIR, else /var/tmp) as
 * large as the store;
 * memory is the page cache (12 MB) as for any store, not the size of the data. Writes to the copy never reach the original.
  * ST_FAILED: no space, ST_LATER. */
MUST_CHECK enum status store_open_copy(struct store *store, struct store **out, struct err *err);
/* One consistent file, 0600, written beside `path` and then renamed: an older backup there stays until the new one is whole.
 * ST_INVALID: path is the store itself, or there and no file; ST_FAILED: disk, rights. */
MUST_CHECK enum status store_backup(struct store *store, const char *path, struct err *err);
/* integrity, foreign keys, counts: for doctor */
MUST_CHECK enum status store_check(struct store *store, struct json **report, struct err *err);
/* changes when another process has committed */
int64_t store_data_version(struct store *store);
/* The log that commits are written to is copied into the file now and then (a checkpoint): between transactions, at the caller's leisure, so that no
 * commit has to wait for it; only from STORE_LOG_MOST pages on does a commit do it itself. */
#define STORE_LOG_LONG 1000                  /* pages: worth the two syncs from here on; it takes some 10 ms and what the disk takes to sync */
#define STORE_LOG_LONGER 4096                /* for who has nobody waiting: pages that change again and again are copied less often */
#define STORE_LOG_MOST 8192
int store_log_length(const struct store *store);     /* pages of it that are not copied, as far as this process knows */
/* Copies the log if it is STORE_LOG_LONG. Not within a transaction. Others who read at this moment may keep some of it back; then, and while the disk
 * refuses, it is not tried again before the log has grown as much once more. True: there is more to do. */
bool store_checkpoint(struct store *store);

MUST_CHECK enum status store_begin(struct store *store, struct err *err);                        /* BEGIN IMMEDIATE; nests (counted) */
MUST_CHECK enum status store_commit(struct store *store, struct err *err);
void store_rollback(struct store *store);

/* ---- settings and small state: names are dotted, values text ---- */
char *store_setting(struct store *store, const char *name);                                      /* NULL: not set; the caller frees it */
int64_t store_setting_int(struct store *store, const char *name, int64_t fallback);
MUST_CHECK enum status store_set_setting(struct store *store, const char *name, const char *value, struct err *err); /* NULL removes */

/* ---- records ---- */
enum record_flag {
	RECORD_DIRTY = 1, RECORD_NEW = 2 /* never accepted by the server */, RECORD_REJECTED = 4, RECORD_REREAD = 8 /* accepted,
		not yet re-read */,
	RECORD_OUT_OF_REACH = 16, RECORD_ARCHIVED = 32
};
struct record {
	enum kind kind;
	char uuid[UUID_SIZE];
	char *doc;                  /* the document as the person sees it */
	char *base;                 /* the snapshot; NULL: clean, or new */
	char *shown;                /* the server's last version as it came, where its masks were lifted for doc and base (sync.md section 3); NULL: they were not */
	int64_t change_date;        /* the server's, of the root; 0: never confirmed */
	int64_t revision;           /* goes up with every write of the document, also beyond a deletion; flags and reject marks leave it */
	unsigned flags;
	int reject_status;          /* with RECORD_REJECTED */
	char *reject_reason;        /* one line; NULL */
	int64_t edited_ms;          /* last local edit; 0 */
};
/* ST_NOT_FOUND */
MUST_CHECK enum status store_get(struct store *store, enum kind kind, const char *uuid, struct record *out, struct err *err);
void record_done(struct record *record);
/* The record whose uuid begins with prefix (case does not count). ST_NOT_FOUND; ST_ASK: several. */
MUST_CHECK enum status store_find(struct store *store, enum kind kind, const char *prefix, char uuid[UUID_SIZE], struct err *err);

/* A save by a person: snapshot if there is none, document, journal, dirty, revision, draft deleted, the reject mark lifted - one
 * transaction (sync.md section 2). */
struct store_edit {
	enum kind kind;
	const char *uuid;
	int64_t revision;           /* that the document was made from; 0: a new record */
	const struct json *doc;     /* the new document */
	const char *user, *device;
	int64_t now_ms;
	const char *draft_id;       /* draft to delete; NULL */
	const char *cause;          /* journal: "edit", "restore", "keep", "new", "transfer", "import" */
};
/* ST_STALE: revision moved on; ST_INVALID: no object, or of another uuid. Nothing changed: ST_OK, only the draft goes;
 * *new_revision is then the old one */
MUST_CHECK enum status store_save_edit(struct store *store, const struct store_edit *edit, int64_t *new_revision, struct err *err);

/* What sync writes. Each checks `revision` (the one that was read; 0 = the record must not exist) and answers ST_STALE if it moved on. */
struct store_pulled {
	enum kind kind;
	const char *uuid;
	int64_t revision;
	const char *doc; size_t doc_len;     /* text */
	bool unseen;                         /* probably not here (of a first pull): it is not looked for; ST_STALE if it is, with nothing changed */
	/* Of a document that json_scan() has accepted, an object, its members (a page's rows have them): it is not checked a second time. NULL: it is. */
	const struct json_spot *members; size_t member_count;
	const char *base;                    /* NULL: none */
	struct json_span shown;              /* of struct record; at NULL: none */
	unsigned flags;
	int64_t now_ms;
	int64_t edited_ms;                   /* of a record whose edits come from another machine; 0: as it was */
};
MUST_CHECK enum status store_put_pulled(struct store *store, const struct store_pulled *row, struct err *err);
MUST_CHECK enum status store_reject(struct store *store, enum kind kind, const char *uuid, int status, const char *reason, struct err *err);
MUST_CHECK enum status store_unreject(struct store *store, enum kind kind, const char *uuid, struct err *err);  /* kind KIND_COUNT: all */
MUST_CHECK enum status store_set_flags(struct store *store, enum kind kind, const char *uuid, unsigned set, unsigned clear,
	struct err *err);
/* the record; journal, conflicts and drafts stay */
MUST_CHECK enum status store_delete(struct store *store, enum kind kind, const char *uuid, struct err *err);

/* Visits records of a kind (KIND_COUNT: of all, in dependency order) that have all of flags_all and none of flags_none: with
 * flags_all in the order in which they came here (what refers comes after what it refers to), without in the order of their uuids.
  * visit returns false to stop; it may write: what it deletes or changes so that it no longer matches is not visited. */
typedef bool (*store_record_fn)(void *ctx, const struct record *record);
MUST_CHECK enum status store_each(struct store *store, enum kind kind, unsigned flags_all, unsigned flags_none, store_record_fn visit,
	void *ctx, struct err *err);
/* Of which kinds are records here that have the flag (DIRTY, NEW, REJECTED or REREAD)? One look into its index. */
MUST_CHECK enum status store_flagged(struct store *store, enum record_flag flag, bool out[KIND_COUNT], struct err *err);
/* Is any record of the kind here? */
MUST_CHECK enum status store_has_kind(struct store *store, enum kind kind, bool *out, struct err *err);
/* The names of the persons here, without their documents, for the duplicates of a new one. Only
 * those whose sex and year of birth are the given ones, or who have none; sex "" and year 0: any. In no order; visit only reads. */
struct person_name { const char *uuid, *first, *last; };        /* valid in the callback; "" absent */
MUST_CHECK enum status store_each_person_name(struct store *store, const char *sex, int64_t birth_year, bool (*visit)(void *ctx,
	const struct person_name *name), void *ctx, struct err *err);
MUST_CHECK enum status store_each_uuid(struct store *store, enum kind kind, bool (*visit)(void *ctx, const char *uuid,
	int64_t change_date, unsigned flags), void *ctx, struct err *err);
/* Is any record here that refers to this one (a person's cases)? */
bool store_is_referred(struct store *store, enum kind kind, const char *uuid);
/* Persons that cases here refer to and that are not here: for "References" (sync.md). At most `max` uuids; the caller frees each
 * and the array. */
MUST_CHECK enum status store_missing_persons(struct store *store, size_t max, char ***uuids, size_t *count, struct err *err);
/* Fast check for skipping what is unchanged: revision, flags, change_date and the document's text without copying. doc stays valid
 * until the next store call. */
MUST_CHECK enum status store_peek(struct store *store, enum kind kind, const char *uuid, int64_t *revision, unsigned *flags,
	const char **doc, size_t *len, struct err *err);

/* ---- journal ---- */
/* values as JSON text; NULL absent */
struct journal_row { int64_t id, time_ms; char *user, *device, *path, *old_value, *new_value, *cause; bool sent; };
typedef bool (*journal_fn)(void *ctx, const struct journal_row *row);
/* One row of the journal by itself, for what changes no document ("keep"). row->id is not read; path NULL: the whole record. id
 * may be NULL. */
MUST_CHECK enum status store_add_journal(struct store *store, enum kind kind, const char *uuid, const struct journal_row *row,
	int64_t *id, struct err *err);
/* newest first */
MUST_CHECK enum status store_each_journal(struct store *store, enum kind kind, const char *uuid,
	const char *path /* NULL: all; also everything below it */, journal_fn visit, void *ctx, struct err *err);
int64_t store_newest_journal(struct store *store, enum kind kind, const char *uuid);             /* id; 0: none */
MUST_CHECK enum status store_mark_sent(struct store *store, enum kind kind, const char *uuid, int64_t up_to_id, struct err *err);

/* ---- drafts: typed, not yet saved ---- */
struct draft { char *id; enum kind kind; char uuid[UUID_SIZE]; char *form; int64_t revision; char *base_doc; char *doc; int64_t time_ms;
	int64_t pid; char *user; };
MUST_CHECK enum status store_put_draft(struct store *store, const struct draft *draft, struct err *err);   /* by id */
MUST_CHECK enum status store_delete_draft(struct store *store, const char *id, struct err *err);
/* newest first */
MUST_CHECK enum status store_each_draft(struct store *store, bool (*visit)(void *ctx, const struct draft *draft), void *ctx,
	struct err *err);

/* ---- conflict log (sync.md section 5) ---- */
enum conflict_state { CONFLICT_OPEN, CONFLICT_KEPT, CONFLICT_RESTORED };
const char *conflict_state_name(enum conflict_state state);
struct conflict_row {
	int64_t id, time_ms, run_id;
	enum kind kind; char uuid[UUID_SIZE]; char *label;     /* of the record: "SLR365 Kamara, Fatu" */
	char *path; enum conflict_type type;
	char *base, *mine, *theirs;                             /* JSON text; NULL absent */
	int64_t server_change_date;
	enum conflict_state state;
};
/* row->id is not read */
MUST_CHECK enum status store_add_conflict(struct store *store, const struct conflict_row *row, int64_t *id, struct err *err);
/* What a merge reports, as an open row: when, run, kind, uuid, label and the server's date are head's, the rest is the conflict's. */
MUST_CHECK enum status store_log_conflict(struct store *store, const struct conflict_row *head, const struct merge_conflict *conflict,
	struct err *err);
struct conflict_filter { int state; /* -1 any */ int kind; /* -1 any */ const char *uuid; const char *words; int64_t from_ms, to_ms;
	/* 0 none */ int64_t run_id; /* 0 any */ };
/* newest first */
MUST_CHECK enum status store_each_conflict(struct store *store, const struct conflict_filter *filter, int64_t offset, int64_t limit,
	bool (*visit)(void *ctx, const struct conflict_row *row), void *ctx, struct err *err);
MUST_CHECK enum status store_get_conflict(struct store *store, int64_t id, struct conflict_row *out, struct err *err);
void conflict_row_done(struct conflict_row *row);
MUST_CHECK enum status store_set_conflict_state(struct store *store, int64_t id, enum conflict_state state, struct err *err);
MUST_CHECK enum status store_count_conflicts(struct store *store, int64_t counts[3], struct err *err);      /* by state */

/* ---- outbox: what is sent, until it is answered ---- */
struct outbox_row { enum kind kind; char uuid[UUID_SIZE]; char *body, *base; int64_t revision, journal_id, sent_ms; int tries; };
/* before the request goes out; by kind and uuid */
MUST_CHECK enum status store_outbox_put(struct store *store, const struct outbox_row *row, struct err *err);
/* ST_NOT_FOUND */
MUST_CHECK enum status store_outbox_get(struct store *store, enum kind kind, const char *uuid, struct outbox_row *out, struct err *err);
void outbox_row_done(struct outbox_row *row);
MUST_CHECK enum status store_outbox_delete(struct store *store, enum kind kind, const char *uuid, struct err *err);
/* of a kind (KIND_COUNT: of all, in dependency order), the oldest first */
MUST_CHECK enum status store_each_outbox(struct store *store, enum kind kind, bool (*visit)(void *ctx, const struct outbox_row *row),
	void *ctx, struct err *err);

/* ---- where pulls stand, and runs ---- */
struct pull_position {
	int64_t seen, from;                             /* sync.md "Where the next pull starts" */
	int64_t page_date; char page_uuid[UUID_SIZE];   /* of an interrupted run; "" = none */
	int64_t t0;                                     /* of that run */
	int64_t last_full_ms;                           /* last pull with from - 24 h, last /uuids: wall clock */
	int64_t last_obsolete_ms;
	int64_t single_start_mono_ms;
};
/* of every kind at once */
MUST_CHECK enum status store_get_positions(struct store *store, struct pull_position out[KIND_COUNT], struct err *err);
/* zeros when new */
MUST_CHECK enum status store_get_position(struct store *store, enum kind kind, struct pull_position *out, struct err *err);
MUST_CHECK enum status store_set_position(struct store *store, enum kind kind, const struct pull_position *position, struct err *err);
MUST_CHECK enum status store_reset_positions(struct store *store, struct err *err);     /* every from := 0 */

MUST_CHECK enum status store_start_run(struct store *store, const char *mode, int64_t now_ms, int64_t *run_id, struct err *err);
MUST_CHECK enum status store_finish_run(struct store *store, int64_t run_id, int64_t now_ms, const char *summary_json, struct err *err);
/* summary of the last finished run; NULL: none; the caller frees it */
char *store_last_run(struct store *store, int64_t *start_ms, int64_t *end_ms);

/* The one lock `run` (architecture.md): held during a sync; taken over from a process that is gone. */
struct run_holder { int64_t pid; char terminal[64]; int64_t since_ms; };
/* ST_LATER: *who has it */
MUST_CHECK enum status store_lock_run(struct store *store, int64_t now_ms, struct run_holder *who, struct err *err);
void store_unlock_run(struct store *store);

/* ---- lists: the covering index (architecture.md "Storage") ---- */
struct case_row {
	char uuid[UUID_SIZE], person_uuid[UUID_SIZE];
	char *epid_number, *disease, *classification, *investigation_status, *outcome, *first_name, *last_name, *sex,
		*facility; /* facility: name or uuid; "" absent */
	int age;                    /* years, -1 unknown: from the birth date at report, else approximateAge */
	char *age_type;
	int64_t report_date;
	unsigned flags;             /* of the case or its person */
	int open_conflicts;
	int64_t edited_ms;
};
struct case_query {
	const char *words;          /* each must occur in names, epid number, uuid, facility; folded; NULL: all */
	const char *disease, *classification, *investigation_status, *outcome;   /* NULL: any */
	unsigned flags_any;         /* e.g. RECORD_DIRTY | RECORD_REJECTED: any of them; 0: all */
	bool with_conflicts;
	int64_t report_from, report_to;        /* 0: none */
	int64_t offset, limit;                 /* limit 0: all */
};
/* Newest report first, then uuid. */
MUST_CHECK enum status store_list_cases(struct store *store, const struct case_query *query, bool (*visit)(void *ctx,
	const struct case_row *row), void *ctx, struct err *err);
struct case_counts { int64_t all, pending, done, discarded, matching; };
/* one pass over the index */
MUST_CHECK enum status store_count_cases(struct store *store, const struct case_query *query, struct case_counts *out, struct err *err);
struct store_counts { int64_t dirty, fresh, rejected, conflicts_open, drafts, oldest_unsent_ms; /* 0: none */ };
MUST_CHECK enum status store_count_state(struct store *store, struct store_counts *out, struct err *err);
MUST_CHECK enum status store_count_kind(struct store *store, enum kind kind, int64_t *out, struct err *err);

/* ---- infrastructure, for choices and labels ---- */
/* valid in the callback */
struct ref_row { char uuid[UUID_SIZE]; const char *name, *region, *district, *community, *type; bool archived; };
MUST_CHECK enum status store_each_ref(struct store *store, enum kind kind, const char *region, const char *district,
	const char *community, const char *type,
	/* in name order; words folded */
	const char *words, bool (*visit)(void *ctx, const struct ref_row *row), void *ctx, struct err *err);
/* strings valid until the next call */
MUST_CHECK enum status store_get_ref(struct store *store, enum kind kind, const char *uuid, struct ref_row *out, struct err *err);

#endif
