/* What the files of store/ share. Private to this folder; the only place besides trainer's store where SQL is known. */
#ifndef OUTPOST_STORE_INTERNAL_H
#define OUTPOST_STORE_INTERNAL_H

#include <sqlite3.h>

#include "store/store.h"

#define STORE_APPLICATION_ID 0x4f757470      /* "Outp": tells our file from another program's database */
#define STORE_SCHEMA 3                       /* the newest migration in migrate.c */
#define STORE_PAGE_BYTES 4096                /* measured: 8 and 16 KiB are no quicker, with more to write for each entry of an index */
#define STORE_CACHE_KIB 12288                /* page cache: a pull stays under 40 MB in all (quality.md "Benchmarks") */
#define STORE_WAL_BYTES 16777216             /* the log file is cut back to this */
#define STORE_STATEMENTS 112                 /* prepared statements kept */
#define STORE_NESTING 8
#define STORE_LINK_KEYS 12                   /* references of one kind to other records */

struct store_stmt { const char *sql; sqlite3_stmt *stmt; bool used; };
/* Who a process is: its number alone comes back after a restart, its number and start time within one boot do not. */
struct store_identity { int64_t pid, started; char boot[64], host[160], space[64]; };
struct store_link_key { const char *key; enum kind kind; };

/* known.c: what a transaction asks once instead of for every record */
enum known { KNOWN_GONE, KNOWN_CONFLICTS /* open */, KNOWN_ORPHANS, KNOWN_UNNAMED, KNOWN_COUNT };
enum { KNOWN_NONE = 1, KNOWN_SOME };
#define KNOWN_PLACES 16
struct known_place { char uuid[UUID_SIZE]; char *name; };

struct store {
	sqlite3 *db;
	char *path;
	const struct model *model;
	struct store_stmt stmts[STORE_STATEMENTS];
	size_t stmt_count;
	int depth;                               /* of store_begin */
	sqlite3_int64 changes_at[STORE_NESTING]; /* total changes when that level began: a level that wrote nothing may fail without harm */
	bool failed;                             /* something was written and then went wrong: the outermost commit has to refuse */
	int wal_pages, wal_done, wal_tried;      /* of the log: its length; copied; its length when it was tried last */
	int kind_number[KIND_COUNT];             /* the file's number of a kind: the enum may be renumbered, files may not */
	struct store_link_key links[KIND_COUNT][STORE_LINK_KEYS];
	size_t link_count[KIND_COUNT];
	sqlite3_stmt *peek;                      /* has the text that store_peek gave out */
	unsigned char known[KNOWN_COUNT];        /* 0: not asked yet in this transaction */
	struct known_place places[KNOWN_PLACES]; /* facilities' names, by a hash of the uuid; name NULL: free */
	int64_t next_doc_id;                     /* 0: not asked yet */
	char *ref_text[5];                       /* strings of the last store_get_ref */
	bool run_locked;
	struct store_identity me;                /* pid 0: not yet read */
};

/* ---- db.c: statements, errors ---- */
enum status db_error(struct store *store, int rc, struct err *err);
/* kept; sql is a constant; give back with db_done */
MUST_CHECK enum status db_prepare(struct store *store, const char *sql, sqlite3_stmt **out, struct err *err);
/* give back with db_done, too */
MUST_CHECK enum status db_prepare_once(struct store *store, const char *sql, sqlite3_stmt **out, struct err *err);
void db_done(struct store *store, sqlite3_stmt *stmt);                                                            /* NULL is fine */
MUST_CHECK enum status db_step(struct store *store, sqlite3_stmt *stmt, bool *row, struct err *err);
/* What sql says of one record: kind and uuid are its first two parameters. row: is there one? Give back with db_done; on failure there is nothing to give back. */
MUST_CHECK enum status db_find(struct store *store, const char *sql, enum kind kind, const char *uuid, sqlite3_stmt **out, bool *row, struct err *err);
/* steps to the end and gives it back */
MUST_CHECK enum status db_run(struct store *store, sqlite3_stmt *stmt, struct err *err);
MUST_CHECK enum status db_exec(struct store *store, const char *sql, struct err *err);
/* first column of the first row */
MUST_CHECK enum status db_int(struct store *store, const char *sql, int64_t *out, struct err *err);
/* The name under which SQLite opens a file: "file:x" is a file here and not a URI. New string. */
char *db_file_name(const char *path);
/* finalizes every statement */
void db_forget(struct store *store);
void db_drop_peek(struct store *store);
void bind_int(sqlite3_stmt *stmt, int index, int64_t value);
void bind_text(sqlite3_stmt *stmt, int index, const char *text);                    /* NULL binds NULL; the text has to outlive the step */
void bind_bytes(sqlite3_stmt *stmt, int index, const char *text, size_t len);
char *column_text(sqlite3_stmt *stmt, int column);                                  /* new string; NULL for NULL */
const char *column_view(sqlite3_stmt *stmt, int column);                            /* never NULL; until the next step */
void column_copy(sqlite3_stmt *stmt, int column, char *out, size_t size);
bool kind_from_number(const struct store *store, int64_t number, enum kind *out);
/* what is known of a record without its document */
struct store_meta { bool found; int64_t doc_id, revision, change_date, edited_ms; unsigned flags; };
MUST_CHECK enum status meta_get(struct store *store, enum kind kind, const char *uuid, struct store_meta *out, struct err *err);

/* ---- joined.c ---- */
/* The name of the layer below a store's file; NULL: SQLite's own. Registered at the first call. */
const char *joined_vfs(void);

/* ---- known.c: within a transaction only ---- */
void known_forget(struct store *store);
/* Are there any? true also when it cannot be told: then the question about the one record is asked as ever. */
bool known_any(struct store *store, enum known what);
/* this transaction may have added one */
void known_add(struct store *store, enum known what);
MUST_CHECK enum status known_next_doc_id(struct store *store, int64_t *id, struct err *err);
/* a facility's name as it stands in ref_row; NULL: look it up */
const char *known_place(struct store *store, const char *uuid);
void known_keep_place(struct store *store, const char *uuid, const char *name);
void known_forget_places(struct store *store);

/* ---- transaction.c ---- */
/* Ends a writing function: commits when st is ST_OK, else undoes. Gives the status to return. */
enum status tx_end(struct store *store, enum status st, struct err *err);

/* ---- kinds.c ---- */
MUST_CHECK enum status store_load_kinds(struct store *store, struct err *err);
void store_load_links(struct store *store);

/* ---- migrate.c ---- */
MUST_CHECK enum status store_migrate(struct store *store, int up_to, struct err *err);

/* ---- columns.c: what lists and searches need, from the text of a document in one pass ---- */
enum slot {
	SLOT_UUID, SLOT_CHANGE_DATE,
	/* cases */
	SLOT_REPORT_DATE, SLOT_DISEASE, SLOT_CLASSIFICATION, SLOT_INVESTIGATION, SLOT_OUTCOME, SLOT_EPID, SLOT_PERSON, SLOT_PERSON_FIRST,
		SLOT_PERSON_LAST,
	SLOT_FACILITY, SLOT_FACILITY_CAPTION, SLOT_FACILITY_DETAILS,
	/* persons, users */
	SLOT_FIRST, SLOT_LAST, SLOT_SEX, SLOT_BIRTH_DAY, SLOT_BIRTH_MONTH, SLOT_BIRTH_YEAR, SLOT_AGE, SLOT_AGE_TYPE,
	/* infrastructure */
	SLOT_NAME, SLOT_REGION, SLOT_DISTRICT, SLOT_COMMUNITY, SLOT_TYPE, SLOT_ARCHIVED, SLOT_ACTIVE,
	SLOT_COUNT
};
struct store_columns {
	struct json_span slot[SLOT_COUNT];       /* raw values inside the document's text; at NULL: absent */
	struct json_span link[STORE_LINK_KEYS];  /* uuids, in the order of store->links[kind] */
};
MUST_CHECK enum status columns_read(const struct store *store, enum kind kind, const char *doc, size_t len, struct store_columns *out,
	struct err *err);
/* The same of a document that json_scan() has accepted, from its members. */
void columns_of_members(const struct store *store, enum kind kind, const char *doc, const struct json_spot *members, size_t count,
	struct store_columns *out);
bool kind_is_ref(enum kind kind);
int64_t columns_int(const struct store_columns *columns, enum slot slot, int64_t fallback);
bool columns_true(const struct store_columns *columns, enum slot slot, bool fallback);
char *columns_text(const struct store_columns *columns, enum slot slot);            /* new string, "" when absent */
char *span_text(struct json_span raw);                                              /* likewise of any raw value */

/* ---- record.c ---- */
struct store_write {
	enum kind kind;
	const char *uuid;
	const char *doc; size_t doc_len;
	const struct json_spot *members; size_t member_count;     /* of struct store_pulled */
	const char *base; size_t base_len;       /* NULL: none */
	struct json_span shown;                  /* beside the base */
	bool keep_base;                          /* leaves the base as it is */
	bool base_from_doc;                      /* the stored document becomes the base: the snapshot */
	int64_t change_date;                     /* -1: from the document */
	unsigned flags;
	int64_t edited_ms;                       /* -1: as it was */
	int64_t seen_ms;                         /* when it came from the server; -1: as it was */
};
/* Writes record, document and list rows; the caller has a transaction and has checked the revision. */
MUST_CHECK enum status record_write(struct store *store, const struct store_meta *old, const struct store_write *write, int64_t *revision,
	struct err *err);

/* ---- case_rows.c ---- */
MUST_CHECK enum status case_row_put(struct store *store, const char *uuid, int64_t id, bool is_new, const struct store_columns *columns,
	unsigned flags, int64_t edited_ms, struct err *err);
/* Writes a case's row again from itself: its person, facility, flags (NULL: as they are) or conflicts changed. */
MUST_CHECK enum status case_row_renew(struct store *store, int64_t id, const unsigned *own_flags, struct err *err);
enum case_rows { CASES_OF_PERSON, CASES_WITHOUT_PERSON, CASES_AT_FACILITY, CASES_WITHOUT_FACILITY };
/* uuid: of the person or facility; NULL: id is the number of its document */
MUST_CHECK enum status case_rows_renew(struct store *store, enum case_rows which, const char *uuid, int64_t id, struct err *err);

/* ---- rows.c: keeps the list tables right ---- */
MUST_CHECK enum status rows_write(struct store *store, enum kind kind, const char *uuid, int64_t id, bool is_new,
	const struct store_columns *columns, unsigned flags,
	int64_t edited_ms, struct err *err);
/* flags of a record changed */
MUST_CHECK enum status rows_flags(struct store *store, enum kind kind, int64_t id, unsigned flags, struct err *err);
/* a record is gone; id: its document had */
MUST_CHECK enum status rows_forget(struct store *store, enum kind kind, const char *uuid, int64_t id, struct err *err);
/* its open conflicts changed */
MUST_CHECK enum status rows_conflicts(struct store *store, enum kind kind, const char *uuid, struct err *err);
/* all list tables from the documents */
MUST_CHECK enum status rows_rebuild(struct store *store, struct err *err);
/* Adds " AND (column LIKE ? ESCAPE '\')" for each word of `words` to sql; the patterns go to *patterns (the caller frees them and
 * the array). */
size_t add_words(struct buf *sql, const char *column, const char *words, char ***patterns);
void free_words(char **patterns, size_t count);

#endif
