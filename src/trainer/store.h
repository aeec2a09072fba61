/* Private to trainer: records as finished JSON texts with what selects them in columns. The only file with sqlite3.h is store.c. */
#ifndef OUTPOST_TRAINER_STORE_H
#define OUTPOST_TRAINER_STORE_H

#include "base/base.h"
#include "model/model.h"

#define STORE_UUID 40

/* Whose record it is: numbers of interned uuids, 0 = none (protocol.md D.6). */
struct places {
	int64_t resp_region, resp_district, resp_community, region, district, community, facility, poe, lab, reporter, officer;
};

struct record {
	enum kind kind;
	char uuid[STORE_UUID];
	char *doc;
	size_t len;
	int64_t changed;       /* the row's own change date */
	int64_t any_changed;   /* the greatest that the first page looks at (protocol.md D.4) */
	bool deleted, archived;
	bool poison;           /* an unknown disease variant (protocol.md D.3) */
	bool restricted;       /* has a field that not every reader may see */
	int64_t age_at;        /* offset of the 13 digits of approximateAgeReferenceDate that are "now"; -1: none */
	char person[STORE_UUID];
	char parent[STORE_UUID]; /* the case */
	struct places places;
};

void record_init(struct record *r, enum kind kind, const char *uuid);
void record_done(struct record *r);

struct store;
MUST_CHECK enum status store_open(const char *path, struct store **out, bool *fresh, struct err *err);
void store_close(struct store *s);

/* A database that fails under the server is the end of it: these print to standard error and abort, as mem_* do. */
void store_begin(struct store *s);
void store_commit(struct store *s);
void store_rollback(struct store *s);
int64_t store_intern(struct store *s, const char *uuid);                  /* NULL or "": 0 */
void store_put(struct store *s, const struct record *r);                  /* inserts or replaces */
bool store_get(struct store *s, enum kind kind, const char *uuid, struct record *out);
bool store_has(struct store *s, enum kind kind, const char *uuid);
int64_t store_count(struct store *s, enum kind kind);
void store_set_meta(struct store *s, const char *key, int64_t value);
int64_t store_meta(struct store *s, const char *key, int64_t fallback);
/* The record that a part's uuid belongs to; false: none known. */
bool store_part_owner(struct store *s, const char *part, char owner[STORE_UUID]);
void store_put_part(struct store *s, const char *part, const char *owner);
void store_remove_part(struct store *s, const char *part);
void store_move_children(struct store *s, const char *parent, const struct places *places);

/* Who asks: everything, or what one of these matches. */
struct viewer {
	bool all;
	const char *column;       /* "district": responsible or place of stay; "facility", "poe", "lab"; NULL: none */
	bool responsible;         /* resp_<column> too */
	int64_t place, user;
};

bool viewer_sees(const struct viewer *v, const struct places *p);

struct selection {
	enum kind kind;
	const struct viewer *viewer;   /* NULL: everything */
	int64_t since;
	bool since_includes;           /* >= (obsolete) */
	bool any_dates;                /* first page: embedded dates count, too */
	const char *after_uuid;        /* later pages: also rows of `since` itself with a greater uuid */
	int64_t limit;                 /* 0: none */
	bool through_cases;            /* persons: seen through a visible case or the like */
	bool or_newer_case;            /* persons without mobile-sync: or one of their cases is newer */
	enum { ALIVE, OBSOLETE, DELETED, ARCHIVED } state;
};

/* Rows by (changed, uuid). fn gets a record that is valid during the call only; false stops. */
typedef bool (*store_visit)(void *ctx, const struct record *r);
void store_select(struct store *s, const struct selection *sel, store_visit fn, void *ctx);
void store_children(struct store *s, enum kind kind, const char *parent, store_visit fn, void *ctx);
void store_of_person(struct store *s, enum kind kind, const char *person, store_visit fn, void *ctx);
bool store_person_seen(struct store *s, const char *person, const struct viewer *v);

#endif
