/* The trainer's SQLite store: one table of finished JSON texts. */
#include <sqlite3.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "trainer/store.h"

#define INTERN_SLOTS 1024
#define STATEMENTS_MAX 48
#define FEW_ROWS 4000 /* up to here the index of embedded dates is quicker than the one in order */

struct interned { int64_t id; char uuid[STORE_UUID]; struct interned *next; };
struct prepared { char *sql; sqlite3_stmt *stmt; };

struct store {
	sqlite3 *db;
	struct interned *slots[INTERN_SLOTS];
	struct prepared prepared[STATEMENTS_MAX];
	size_t prepared_count;
};

static const char schema[] =
	"CREATE TABLE meta(key TEXT PRIMARY KEY, value INTEGER NOT NULL) STRICT;"
	"CREATE TABLE name(id INTEGER PRIMARY KEY, uuid TEXT NOT NULL UNIQUE) STRICT;"
	"CREATE TABLE part(uuid TEXT PRIMARY KEY, owner TEXT NOT NULL) STRICT, WITHOUT ROWID;"
	"CREATE TABLE record(id INTEGER PRIMARY KEY, kind INTEGER NOT NULL, uuid TEXT NOT NULL, changed INTEGER NOT NULL,"
	" any_changed INTEGER NOT NULL, deleted INTEGER NOT NULL, archived INTEGER NOT NULL, poison INTEGER NOT NULL,"
	" restricted INTEGER NOT NULL, age_at INTEGER NOT NULL, person TEXT, parent TEXT,"
	" resp_region INTEGER, resp_district INTEGER, resp_community INTEGER, region INTEGER, district INTEGER, community INTEGER,"
	" facility INTEGER, poe INTEGER, lab INTEGER, reporter INTEGER, officer INTEGER, doc TEXT NOT NULL) STRICT;"
	"CREATE UNIQUE INDEX record_uuid ON record(kind, uuid);"
	"CREATE INDEX record_changed ON record(kind, changed, uuid);"
	"CREATE INDEX record_any ON record(kind, any_changed);"
	"CREATE INDEX record_person ON record(person, kind) WHERE person IS NOT NULL;"
	"CREATE INDEX record_parent ON record(parent, kind) WHERE parent IS NOT NULL;"
	"PRAGMA user_version = 1;";

static _Noreturn void die(const struct store *s, const char *what)
{
	fprintf(stderr, "outpost-trainer: the database failed (%s): %s\n", what, s->db ? sqlite3_errmsg(s->db) : "not open");
	abort();
}

static sqlite3_stmt *prepare(struct store *s, const char *sql)
{
	for (size_t i = 0; i < s->prepared_count; i++)
		if (strcmp(s->prepared[i].sql, sql) == 0)
			return s->prepared[i].stmt;
	sqlite3_stmt *stmt = NULL;
	if (sqlite3_prepare_v3(s->db, sql, -1, SQLITE_PREPARE_PERSISTENT, &stmt, NULL) != SQLITE_OK)
		die(s, sql);
	if (s->prepared_count == STATEMENTS_MAX) {
		/* the oldest goes; selections have a bounded number of shapes, so this is rare */
		sqlite3_finalize(s->prepared[0].stmt);
		mem_free(s->prepared[0].sql);
		s->prepared_count--;
		memmove(&s->prepared[0], &s->prepared[1], s->prepared_count * sizeof s->prepared[0]);
	}
	s->prepared[s->prepared_count++] = (struct prepared){mem_strdup(sql), stmt};
	return stmt;
}

static void bind_text(sqlite3_stmt *st, int at, const char *text)
{
	if (text && *text)
		sqlite3_bind_text(st, at, text, -1, SQLITE_STATIC);
	else
		sqlite3_bind_null(st, at);
}

static bool step(struct store *s, sqlite3_stmt *st)
{
	int rc = sqlite3_step(st);
	if (rc == SQLITE_ROW)
		return true;
	if (rc != SQLITE_DONE)
		die(s, sqlite3_sql(st));
	return false;
}

static void run(struct store *s, sqlite3_stmt *st)
{
	while (step(s, st)) {
	}
	sqlite3_reset(st);
}

static void finish(sqlite3_stmt *st)
{
	sqlite3_reset(st);
	sqlite3_clear_bindings(st);
}

static void exec(struct store *s, const char *sql)
{
	if (sqlite3_exec(s->db, sql, NULL, NULL, NULL) != SQLITE_OK)
		die(s, sql);
}

enum status store_open(const char *path, struct store **out, bool *fresh, struct err *err)
{
	struct store *s = mem_calloc(1, sizeof *s);
	/* "" is SQLite's private temporary file: it spills when memory gets tight and goes with the process */
	if (sqlite3_open_v2(path ? path : "", &s->db, SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE, NULL) != SQLITE_OK ||
	    sqlite3_exec(s->db, path ? "PRAGMA journal_mode = WAL; PRAGMA synchronous = NORMAL; PRAGMA cache_size = -65536"
	                             : "PRAGMA journal_mode = MEMORY; PRAGMA synchronous = OFF; PRAGMA cache_size = -131072", NULL, NULL,
		NULL) != SQLITE_OK)
		goto failed;
	sqlite3_busy_timeout(s->db, 5000);
	sqlite3_stmt *st = NULL;
	if (sqlite3_prepare_v2(s->db, "PRAGMA user_version", -1, &st, NULL) != SQLITE_OK)
		goto failed;
	int version = sqlite3_step(st) == SQLITE_ROW ? sqlite3_column_int(st, 0) : -1;
	sqlite3_finalize(st);
	if (version > 1) {
		store_close(s);
		return err_set(err, ST_INVALID, N_("{1} was made by a newer training server. Give another file."), path);
	}
	*fresh = version == 0;
	if (*fresh && sqlite3_exec(s->db, schema, NULL, NULL, NULL) != SQLITE_OK)
		goto failed;
	*out = s;
	return ST_OK;
failed:
	err_set(err, ST_FAILED, N_("The training server's file {1} cannot be opened: {2}"), path ? path : "", s->db ? sqlite3_errmsg(s->db) : "");
	store_close(s);
	return ST_FAILED;
}

void store_close(struct store *s)
{
	if (!s)
		return;
	for (size_t i = 0; i < s->prepared_count; i++) {
		sqlite3_finalize(s->prepared[i].stmt);
		mem_free(s->prepared[i].sql);
	}
	for (size_t i = 0; i < INTERN_SLOTS; i++) {
		while (s->slots[i]) {
			struct interned *n = s->slots[i];
			s->slots[i] = n->next;
			mem_free(n);
		}
	}
	sqlite3_close(s->db);
	mem_free(s);
}

void store_begin(struct store *s) { exec(s, "BEGIN IMMEDIATE"); }
void store_commit(struct store *s) { exec(s, "COMMIT"); }
void store_rollback(struct store *s) { exec(s, "ROLLBACK"); }

int64_t store_intern(struct store *s, const char *uuid)
{
	if (!uuid || !*uuid || strlen(uuid) >= STORE_UUID)
		return 0;
	uint32_t h = 2166136261u;
	for (const char *p = uuid; *p; p++)
		h = (h ^ (unsigned char)*p) * 16777619u;
	struct interned **slot = &s->slots[h % INTERN_SLOTS];
	for (struct interned *n = *slot; n; n = n->next)
		if (strcmp(n->uuid, uuid) == 0)
			return n->id;
	sqlite3_stmt *st = prepare(s, "INSERT INTO name(uuid) VALUES(?1) ON CONFLICT DO NOTHING");
	bind_text(st, 1, uuid);
	run(s, st);
	st = prepare(s, "SELECT id FROM name WHERE uuid = ?1");
	bind_text(st, 1, uuid);
	int64_t id = step(s, st) ? sqlite3_column_int64(st, 0) : 0;
	finish(st);
	/* not cached: a rollback may take the row back, and the ids in use are few */
	if (sqlite3_get_autocommit(s->db)) {
		struct interned *n = mem_calloc(1, sizeof *n);
		n->id = id;
		memcpy(n->uuid, uuid, strlen(uuid) + 1);
		n->next = *slot;
		*slot = n;
	}
	return id;
}

void record_init(struct record *r, enum kind kind, const char *uuid)
{
	memset(r, 0, sizeof *r);
	r->kind = kind;
	r->age_at = -1;
	snprintf(r->uuid, sizeof r->uuid, "%s", uuid ? uuid : "");
}

void record_done(struct record *r)
{
	mem_free(r->doc);
	r->doc = NULL;
}

#define COLUMNS "kind, uuid, changed, any_changed, deleted, archived, poison, restricted, age_at, person, parent, resp_region, " \
	"resp_district," \
	" resp_community, region, district, community, facility, poe, lab, reporter, officer, doc"

void store_put(struct store *s, const struct record *r)
{
	sqlite3_stmt *st = prepare(s, "INSERT INTO record(" COLUMNS ") VALUES(?1,?2,?3,?4,?5,?6,?7,?8,?9,?10,?11,?12,?13,?14,?15,?16,?17,"
		"?18,?19,?20,?21,?22,?23)"
		" ON CONFLICT(kind, uuid) DO UPDATE SET changed=?3, any_changed=?4, deleted=?5, archived=?6, poison=?7, restricted=?8, "
		"age_at=?9, person=?10,"
		" parent=?11, resp_region=?12, resp_district=?13, resp_community=?14, region=?15, district=?16, community=?17, facility=?18, poe=?19,"
		" lab=?20, reporter=?21, officer=?22, doc=?23");
	const struct places *p = &r->places;
	const int64_t place[] = {p->resp_region, p->resp_district, p->resp_community, p->region, p->district, p->community, p->facility,
		p->poe, p->lab,
		p->reporter, p->officer};
	sqlite3_bind_int(st, 1, (int)r->kind);
	bind_text(st, 2, r->uuid);
	sqlite3_bind_int64(st, 3, r->changed);
	sqlite3_bind_int64(st, 4, r->any_changed);
	sqlite3_bind_int(st, 5, r->deleted);
	sqlite3_bind_int(st, 6, r->archived);
	sqlite3_bind_int(st, 7, r->poison);
	sqlite3_bind_int(st, 8, r->restricted);
	sqlite3_bind_int64(st, 9, r->age_at);
	bind_text(st, 10, r->person);
	bind_text(st, 11, r->parent);
	for (int i = 0; i < 11; i++) {
		if (place[i])
			sqlite3_bind_int64(st, 12 + i, place[i]);
		else
			sqlite3_bind_null(st, 12 + i);
	}
	sqlite3_bind_text(st, 23, r->doc, (int)r->len, SQLITE_STATIC);
	run(s, st);
	finish(st);
}

static void copy_text(char out[STORE_UUID], const unsigned char *text)
{
	snprintf(out, STORE_UUID, "%s", text ? (const char *)text : "");
}

/* The doc stays SQLite's until the statement steps on. */
static void read_row(sqlite3_stmt *st, struct record *r)
{
	memset(r, 0, sizeof *r);
	r->kind = (enum kind)sqlite3_column_int(st, 0);
	copy_text(r->uuid, sqlite3_column_text(st, 1));
	r->changed = sqlite3_column_int64(st, 2);
	r->any_changed = sqlite3_column_int64(st, 3);
	r->deleted = sqlite3_column_int(st, 4) != 0;
	r->archived = sqlite3_column_int(st, 5) != 0;
	r->poison = sqlite3_column_int(st, 6) != 0;
	r->restricted = sqlite3_column_int(st, 7) != 0;
	r->age_at = sqlite3_column_int64(st, 8);
	copy_text(r->person, sqlite3_column_text(st, 9));
	copy_text(r->parent, sqlite3_column_text(st, 10));
	int64_t *const place[] = {&r->places.resp_region, &r->places.resp_district, &r->places.resp_community, &r->places.region,
		&r->places.district,
		&r->places.community, &r->places.facility, &r->places.poe, &r->places.lab, &r->places.reporter, &r->places.officer};
	for (int i = 0; i < 11; i++)
		*place[i] = sqlite3_column_int64(st, 11 + i);
	union { const unsigned char *in; char *out; } text = {.in = sqlite3_column_text(st, 22)};
	r->doc = text.out;
	r->len = (size_t)sqlite3_column_bytes(st, 22);
}

bool store_get(struct store *s, enum kind kind, const char *uuid, struct record *out)
{
	sqlite3_stmt *st = prepare(s, "SELECT " COLUMNS " FROM record WHERE kind = ?1 AND uuid = ?2");
	sqlite3_bind_int(st, 1, (int)kind);
	bind_text(st, 2, uuid);
	bool found = step(s, st);
	if (found) {
		read_row(st, out);
		out->doc = mem_strndup(out->doc, out->len);
	}
	finish(st);
	return found;
}

bool store_has(struct store *s, enum kind kind, const char *uuid)
{
	sqlite3_stmt *st = prepare(s, "SELECT 1 FROM record WHERE kind = ?1 AND uuid = ?2");
	sqlite3_bind_int(st, 1, (int)kind);
	bind_text(st, 2, uuid);
	bool found = step(s, st);
	finish(st);
	return found;
}

int64_t store_count(struct store *s, enum kind kind)
{
	sqlite3_stmt *st = prepare(s, "SELECT count(*) FROM record WHERE kind = ?1");
	sqlite3_bind_int(st, 1, (int)kind);
	int64_t n = step(s, st) ? sqlite3_column_int64(st, 0) : 0;
	finish(st);
	return n;
}

void store_set_meta(struct store *s, const char *key, int64_t value)
{
	sqlite3_stmt *st = prepare(s, "INSERT INTO meta(key, value) VALUES(?1, ?2) ON CONFLICT(key) DO UPDATE SET value = ?2");
	bind_text(st, 1, key);
	sqlite3_bind_int64(st, 2, value);
	run(s, st);
	finish(st);
}

int64_t store_meta(struct store *s, const char *key, int64_t fallback)
{
	sqlite3_stmt *st = prepare(s, "SELECT value FROM meta WHERE key = ?1");
	bind_text(st, 1, key);
	int64_t value = step(s, st) ? sqlite3_column_int64(st, 0) : fallback;
	finish(st);
	return value;
}

bool store_part_owner(struct store *s, const char *part, char owner[STORE_UUID])
{
	sqlite3_stmt *st = prepare(s, "SELECT owner FROM part WHERE uuid = ?1");
	bind_text(st, 1, part);
	bool found = step(s, st);
	if (found)
		copy_text(owner, sqlite3_column_text(st, 0));
	finish(st);
	return found;
}

void store_put_part(struct store *s, const char *part, const char *owner)
{
	sqlite3_stmt *st = prepare(s, "INSERT INTO part(uuid, owner) VALUES(?1, ?2) ON CONFLICT(uuid) DO UPDATE SET owner = ?2");
	bind_text(st, 1, part);
	bind_text(st, 2, owner);
	run(s, st);
	finish(st);
}

void store_remove_part(struct store *s, const char *part)
{
	sqlite3_stmt *st = prepare(s, "DELETE FROM part WHERE uuid = ?1");
	bind_text(st, 1, part);
	run(s, st);
	finish(st);
}

void store_move_children(struct store *s, const char *parent, const struct places *p)
{
	sqlite3_stmt *st = prepare(s, "UPDATE record SET resp_region=?2, resp_district=?3, resp_community=?4, region=?5, district=?6, "
		"community=?7,"
		" facility=?8, poe=?9 WHERE parent = ?1");
	const int64_t place[] = {p->resp_region, p->resp_district, p->resp_community, p->region, p->district, p->community, p->facility, p->poe};
	bind_text(st, 1, parent);
	for (int i = 0; i < 8; i++)
		sqlite3_bind_int64(st, 2 + i, place[i]);
	run(s, st);
	finish(st);
}

/* ---- selecting ---- */

static void add_viewer(struct buf *sql, const struct viewer *v, const char *alias)
{
	if (v->all) {
		buf_add_text(sql, "1");
		return;
	}
	buf_printf(sql, "(%s.reporter = ?5 OR %s.officer = ?5", alias, alias);
	if (v->column && v->responsible)
		buf_printf(sql, " OR %s.resp_%s = ?4", alias, v->column);
	if (v->column)
		buf_printf(sql, " OR %s.%s = ?4", alias, v->column);
	buf_add_text(sql, ")");
}

bool viewer_sees(const struct viewer *v, const struct places *p)
{
	if (v->all || (v->user && (p->reporter == v->user || p->officer == v->user)))
		return true;
	if (!v->column || !v->place)
		return false;
	const struct { const char *column; int64_t responsible, stay; } columns[] = {
		{"region", p->resp_region, p->region}, {"district", p->resp_district, p->district}, {"community", p->resp_community, p->community},
		{"facility", 0, p->facility}, {"poe", 0, p->poe}, {"lab", 0, p->lab},
	};
	for (size_t i = 0; i < sizeof columns / sizeof columns[0]; i++)
		if (strcmp(columns[i].column, v->column) == 0)
			return columns[i].stay == v->place || columns[i].responsible == v->place;
	return false;
}

static bool few_newer(struct store *s, const struct selection *sel)
{
	sqlite3_stmt *st = prepare(s, "SELECT count(*) FROM (SELECT 1 FROM record WHERE kind = ?1 AND any_changed > ?2 LIMIT ?3)");
	sqlite3_bind_int(st, 1, (int)sel->kind);
	sqlite3_bind_int64(st, 2, sel->since);
	sqlite3_bind_int(st, 3, FEW_ROWS);
	bool few = step(s, st) && sqlite3_column_int64(st, 0) < FEW_ROWS;
	finish(st);
	return few;
}

static void bind_selection(sqlite3_stmt *st, const struct selection *sel)
{
	sqlite3_bind_int(st, 1, (int)sel->kind);
	sqlite3_bind_int64(st, 2, sel->since);
	bind_text(st, 3, sel->after_uuid);
	if (sel->viewer) {
		sqlite3_bind_int64(st, 4, sel->viewer->place);
		sqlite3_bind_int64(st, 5, sel->viewer->user);
	}
	sqlite3_bind_int64(st, 6, sel->limit > 0 ? sel->limit : -1);
}

/* Kinds that make a person visible: cases, contacts, event participants, immunizations. */
static void add_seen_through(struct buf *sql, const struct selection *sel, bool newer)
{
	buf_printf(sql, "EXISTS(SELECT 1 FROM record c WHERE c.person = r.uuid AND c.kind IN (%d,%d,%d,%d)%s AND ", KIND_CASES, KIND_CONTACTS,
		KIND_EVENT_PARTICIPANTS, KIND_IMMUNIZATIONS, newer ? " AND c.any_changed > ?2" : "");
	add_viewer(sql, sel->viewer, "c");
	buf_add_text(sql, ")");
}

void store_select(struct store *s, const struct selection *sel, store_visit fn, void *ctx)
{
	struct buf sql;
	buf_init(&sql, 0);
	bool by_any = sel->any_dates && !sel->or_newer_case && few_newer(s, sel);
	buf_printf(&sql, "SELECT " COLUMNS " FROM record r INDEXED BY %s WHERE r.kind = ?1 AND ", by_any ? "record_any" : "record_changed");
	if (sel->since_includes)
		buf_add_text(&sql, "r.changed >= ?2");
	else if (sel->after_uuid)
		buf_add_text(&sql, sel->any_dates ? "(r.changed > ?2 OR (r.changed = ?2 AND r.uuid > ?3) OR r.any_changed > ?2)"
		                                  : "r.changed >= ?2 AND (r.changed > ?2 OR r.uuid > ?3)");
	else if (sel->any_dates && sel->or_newer_case) {
		buf_add_text(&sql, "(r.any_changed > ?2 OR ");
		add_seen_through(&sql, sel, true);
		buf_add_text(&sql, ")");
	} else
		buf_add_text(&sql, sel->any_dates ? "r.any_changed > ?2" : "r.changed > ?2");
	const char *state[] = {[ALIVE] = " AND r.deleted = 0 AND r.archived = 0", [OBSOLETE] = " AND (r.deleted <> 0 OR r.archived <> 0)",
		[DELETED] = " AND r.deleted <> 0", [ARCHIVED] = " AND r.archived <> 0"};
	buf_add_text(&sql, state[sel->state]);
	if (sel->viewer) {
		buf_add_text(&sql, " AND ");
		if (sel->through_cases)
			add_seen_through(&sql, sel, false);
		else
			add_viewer(&sql, sel->viewer, "r");
	}
	buf_add_text(&sql, " ORDER BY r.changed, r.uuid LIMIT ?6");
	sqlite3_stmt *st = prepare(s, buf_text(&sql));
	bind_selection(st, sel);
	while (step(s, st)) {
		struct record r;
		read_row(st, &r);
		if (!fn(ctx, &r))
			break;
	}
	finish(st);
	buf_done(&sql);
}

static void visit_all(struct store *s, sqlite3_stmt *st, store_visit fn, void *ctx)
{
	/* fn may write, so that rows are collected first */
	struct record *rows = NULL;
	size_t count = 0, cap = 0;
	while (step(s, st)) {
		void *array = rows;
		mem_grow(&array, &cap, count + 1, sizeof *rows);
		rows = array;
		read_row(st, &rows[count]);
		rows[count].doc = mem_strndup(rows[count].doc, rows[count].len);
		count++;
	}
	finish(st);
	bool go = true;
	for (size_t i = 0; i < count; i++) {
		if (go)
			go = fn(ctx, &rows[i]);
		record_done(&rows[i]);
	}
	mem_free(rows);
}

void store_children(struct store *s, enum kind kind, const char *parent, store_visit fn, void *ctx)
{
	sqlite3_stmt *st = prepare(s, "SELECT " COLUMNS " FROM record WHERE parent = ?1 AND kind = ?2");
	bind_text(st, 1, parent);
	sqlite3_bind_int(st, 2, (int)kind);
	visit_all(s, st, fn, ctx);
}

void store_of_person(struct store *s, enum kind kind, const char *person, store_visit fn, void *ctx)
{
	sqlite3_stmt *st = prepare(s, "SELECT " COLUMNS " FROM record WHERE person = ?1 AND kind = ?2");
	bind_text(st, 1, person);
	sqlite3_bind_int(st, 2, (int)kind);
	visit_all(s, st, fn, ctx);
}

bool store_person_seen(struct store *s, const char *person, const struct viewer *v)
{
	if (v->all)
		return true;
	struct buf sql;
	buf_init(&sql, 0);
	buf_printf(&sql, "SELECT 1 FROM record c WHERE c.person = ?3 AND c.kind IN (%d,%d,%d,%d) AND ", KIND_CASES, KIND_CONTACTS,
		KIND_EVENT_PARTICIPANTS,
		KIND_IMMUNIZATIONS);
	add_viewer(&sql, v, "c");
	buf_add_text(&sql, " LIMIT 1");
	sqlite3_stmt *st = prepare(s, buf_text(&sql));
	bind_text(st, 3, person);
	sqlite3_bind_int64(st, 4, v->place);
	sqlite3_bind_int64(st, 5, v->user);
	bool seen = step(s, st);
	finish(st);
	buf_done(&sql);
	return seen;
}
