/* The schema, as numbered migrations. Each runs in a transaction of its own and ends with its number in user_version.
 * A migration that was released is never changed: what is to be different gets a new number. */
#include <stdio.h>

#include "store/internal.h"

/* 1: what is kept. Documents stand apart, so that nothing but reading a document touches their pages. */
static const char core[] =
	"CREATE TABLE setting(name TEXT PRIMARY KEY, value TEXT NOT NULL) STRICT, WITHOUT ROWID;"
	"CREATE TABLE kind(number INTEGER PRIMARY KEY, name TEXT NOT NULL UNIQUE) STRICT;"
	"CREATE TABLE document(id INTEGER PRIMARY KEY, doc TEXT NOT NULL, base TEXT) STRICT;"
	"CREATE TABLE record(kind INTEGER NOT NULL, uuid TEXT NOT NULL, doc_id INTEGER NOT NULL, change_date INTEGER NOT NULL, revision"
	" INTEGER NOT NULL,"
	" flags INTEGER NOT NULL, edited_ms INTEGER NOT NULL, seen_ms INTEGER NOT NULL, reject_status INTEGER NOT NULL DEFAULT 0,"
	" reject_reason TEXT,"
	" PRIMARY KEY(kind, uuid), CHECK(length(uuid) BETWEEN 1 AND 36)) STRICT, WITHOUT ROWID;"
	"CREATE INDEX record_unsent ON record(edited_ms, flags) WHERE (flags & 1) <> 0;"
	"CREATE INDEX record_new ON record(flags) WHERE (flags & 2) <> 0;"
	"CREATE INDEX record_rejected ON record(flags) WHERE (flags & 4) <> 0;"
	"CREATE INDEX record_reread ON record(flags) WHERE (flags & 8) <> 0;"
	"CREATE TABLE gone(kind INTEGER NOT NULL, uuid TEXT NOT NULL, revision INTEGER NOT NULL, PRIMARY KEY(kind, uuid)) STRICT, WITHOUT"
	" ROWID;"
	"CREATE TABLE journal(id INTEGER PRIMARY KEY AUTOINCREMENT, kind INTEGER NOT NULL, uuid TEXT NOT NULL, time_ms INTEGER NOT NULL,"
	" user TEXT, device TEXT,"
	" path TEXT NOT NULL, old_value TEXT, new_value TEXT, cause TEXT NOT NULL, sent INTEGER NOT NULL DEFAULT 0) STRICT;"
	"CREATE INDEX journal_by_record ON journal(kind, uuid);"
	"CREATE INDEX journal_unsent ON journal(kind, uuid) WHERE sent = 0;"
	"CREATE TABLE draft(id TEXT PRIMARY KEY, kind INTEGER NOT NULL, uuid TEXT NOT NULL, form TEXT NOT NULL, revision INTEGER NOT NULL,"
	" base_doc TEXT,"
	" doc TEXT NOT NULL, time_ms INTEGER NOT NULL, pid INTEGER NOT NULL, user TEXT) STRICT;"
	"CREATE TABLE conflict(id INTEGER PRIMARY KEY AUTOINCREMENT, time_ms INTEGER NOT NULL, run_id INTEGER NOT NULL, kind INTEGER NOT"
	" NULL, uuid TEXT NOT NULL,"
	" label TEXT NOT NULL, path TEXT NOT NULL, type TEXT NOT NULL, base TEXT, mine TEXT, theirs TEXT, server_change_date INTEGER NOT NULL,"
	" state INTEGER NOT NULL CHECK(state BETWEEN 0 AND 2), words TEXT NOT NULL) STRICT;"
	"CREATE INDEX conflict_open ON conflict(kind, uuid) WHERE state = 0;"
	"CREATE INDEX conflict_state ON conflict(state);"
	"CREATE INDEX conflict_by_record ON conflict(kind, uuid);"
	"CREATE TABLE outbox(kind INTEGER NOT NULL, uuid TEXT NOT NULL, body TEXT NOT NULL, base TEXT, revision INTEGER NOT NULL,"
	" journal_id INTEGER NOT NULL,"
	" sent_ms INTEGER NOT NULL, tries INTEGER NOT NULL, PRIMARY KEY(kind, uuid)) STRICT;"
	"CREATE TABLE position(kind INTEGER PRIMARY KEY, seen INTEGER NOT NULL, start INTEGER NOT NULL, page_date INTEGER NOT NULL,"
	" page_uuid TEXT NOT NULL,"
	" t0 INTEGER NOT NULL, last_full_ms INTEGER NOT NULL, last_obsolete_ms INTEGER NOT NULL, single_start_mono_ms INTEGER NOT NULL) STRICT;"
	"CREATE TABLE run(id INTEGER PRIMARY KEY AUTOINCREMENT, mode TEXT NOT NULL, start_ms INTEGER NOT NULL, end_ms INTEGER, summary"
	" TEXT) STRICT;"
	"CREATE TABLE run_lock(one INTEGER PRIMARY KEY CHECK(one = 1), pid INTEGER NOT NULL, started INTEGER NOT NULL, boot TEXT NOT NULL,"
	" host TEXT NOT NULL,"
	" space TEXT NOT NULL, terminal TEXT NOT NULL, since_ms INTEGER NOT NULL) STRICT;";

/* 2: what lists and searches need, made from the documents; may be thrown away and made again. */
static const char lists[] =
	"CREATE TABLE person_row(id INTEGER PRIMARY KEY REFERENCES document(id) ON DELETE CASCADE, first_name TEXT NOT NULL, last_name"
	" TEXT NOT NULL, sex TEXT NOT NULL,"
	" birth INTEGER NOT NULL, age INTEGER NOT NULL, age_type TEXT NOT NULL) STRICT;"
	"CREATE TABLE case_row(id INTEGER PRIMARY KEY REFERENCES document(id) ON DELETE CASCADE, uuid TEXT NOT NULL, person_uuid TEXT NOT"
	" NULL, person_id INTEGER NOT NULL,"
	" report_date INTEGER NOT NULL, disease TEXT NOT NULL, classification TEXT NOT NULL, investigation TEXT NOT NULL, outcome TEXT NOT"
	" NULL, epid TEXT NOT NULL,"
	" facility_uuid TEXT NOT NULL, facility TEXT NOT NULL, facility_known INTEGER NOT NULL, first_name TEXT NOT NULL, last_name TEXT"
	" NOT NULL, sex TEXT NOT NULL, birth INTEGER NOT NULL,"
	" age INTEGER NOT NULL, age_type TEXT NOT NULL, own_flags INTEGER NOT NULL, flags INTEGER NOT NULL, conflicts INTEGER NOT NULL,"
	" edited_ms INTEGER NOT NULL,"
	" orphan INTEGER NOT NULL, words TEXT NOT NULL) STRICT;"
	"CREATE INDEX case_list ON case_row(report_date DESC, uuid, disease, classification, investigation, outcome, flags, conflicts, words);"
	/* By number, not by uuid: a case comes soon after its person, so that the entries of a pull stand together. */
	"CREATE INDEX case_by_person ON case_row(person_id) WHERE person_id <> 0;"
	/* A facility that is known is looked for only when it gets another name, so seldom that reading the table will do. */
	"CREATE INDEX case_unnamed ON case_row(facility_uuid) WHERE facility_known = 0;"
	"CREATE INDEX case_attention ON case_row(report_date DESC, uuid) WHERE (flags & 7) <> 0;"
	"CREATE INDEX case_conflicts ON case_row(report_date DESC, uuid) WHERE conflicts > 0;"
	"CREATE INDEX case_orphan ON case_row(person_uuid) WHERE orphan = 1;"
	"CREATE TABLE ref_row(id INTEGER PRIMARY KEY REFERENCES document(id) ON DELETE CASCADE, kind INTEGER NOT NULL, uuid TEXT NOT NULL,"
	" name TEXT NOT NULL,"
	" words TEXT NOT NULL, region TEXT NOT NULL, district TEXT NOT NULL, community TEXT NOT NULL, type TEXT NOT NULL, archived INTEGER"
	" NOT NULL) STRICT;"
	"CREATE INDEX ref_list ON ref_row(kind, words, uuid, region, district, community, type, archived, name);"
	"CREATE TABLE link(id INTEGER NOT NULL REFERENCES document(id) ON DELETE CASCADE, place INTEGER NOT NULL, kind INTEGER NOT NULL,"
	" uuid TEXT NOT NULL,"
	" PRIMARY KEY(id, place)) STRICT, WITHOUT ROWID;"
	"CREATE INDEX link_target ON link(kind, uuid);";

/* 3: the server's last version as it came, where its masks were lifted; see struct record. */
static const char shown[] = "ALTER TABLE document ADD COLUMN shown TEXT;";

struct migration { const char *sql; enum status (*then)(struct store *store, struct err *err); };

static enum status claim_file(struct store *store, struct err *err)
{
	char pragma[64];

	snprintf(pragma, sizeof pragma, "PRAGMA application_id = %d", STORE_APPLICATION_ID);
	return db_exec(store, pragma, err);
}

static enum status fill_lists(struct store *store, struct err *err)
{
	enum status st = store_load_kinds(store, err);

	return st == ST_OK ? rows_rebuild(store, err) : st;
}

static const struct migration migrations[STORE_SCHEMA] = {
	{ core, claim_file },
	{ lists, fill_lists },
	{ shown, NULL },
};

enum status store_migrate(struct store *store, int up_to, struct err *err)
{
	char pragma[64], number[24];
	int64_t version = 0;
	enum status st = db_int(store, "PRAGMA user_version", &version, err);

	if (st == ST_OK && version < up_to)
		store_load_links(store);
	while (st == ST_OK && version < up_to) {
		st = store_begin(store, err);
		if (st != ST_OK)
			return st;
		/* Somebody else may have done it while we waited. */
		st = db_int(store, "PRAGMA user_version", &version, err);
		if (st == ST_OK && version < up_to) {
			st = db_exec(store, migrations[version].sql, err);
			if (st == ST_OK && migrations[version].then != NULL)
				st = migrations[version].then(store, err);
			snprintf(pragma, sizeof pragma, "PRAGMA user_version = %d", (int)version + 1);
			if (st == ST_OK)
				st = db_exec(store, pragma, err);
		}
		st = tx_end(store, st, err);
		if (st != ST_OK)
			return err_wrap(err, N_("The data could not be brought to version {1}. It is as it was."), err_number(number, version + 1));
		st = db_int(store, "PRAGMA user_version", &version, err);
	}
	if (st == ST_OK)
		st = store_load_kinds(store, err);
	if (st == ST_OK)
		store_load_links(store);
	return st;
}
