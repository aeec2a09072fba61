/* The clients' stores: in memory, and emptied for the next history instead of made anew. Making one, with its tables and prepared statements, took a third
 * of a history's time. */
#include <stdlib.h>

#include "sim/sim.h"
#include "store/internal.h"

static struct store *spare[SIM_CLIENTS_MAX];
static int spare_count;

/* What was there before the first record: the kinds' numbers. Numbers given to rows begin again, too, so that no history sees another one's. */
static enum status empty(struct store *store)
{
	static const char *const all[] = { "DELETE FROM link", "DELETE FROM ref_row", "DELETE FROM case_row", "DELETE FROM person_row", "DELETE FROM record",
		"DELETE FROM document", "DELETE FROM gone", "DELETE FROM journal", "DELETE FROM draft", "DELETE FROM conflict", "DELETE FROM outbox",
		"DELETE FROM position", "DELETE FROM run", "DELETE FROM run_lock", "DELETE FROM setting", "DELETE FROM sqlite_sequence" };
	enum status st = store_begin(store, NULL);

	if (st != ST_OK)
		return st;
	for (size_t i = 0; st == ST_OK && i < sizeof all / sizeof all[0]; i++) {
		sqlite3_stmt *stmt;

		st = db_prepare(store, all[i], &stmt, NULL);
		if (st == ST_OK)
			st = db_run(store, stmt, NULL);
	}
	return tx_end(store, st, NULL);
}

/* A table that `empty` does not know would carry one history's rows into the next. */
static bool is_empty(struct store *store)
{
	static const char sql[] = "SELECT name FROM sqlite_schema WHERE type = 'table' AND name <> 'kind'";
	sqlite3_stmt *tables = NULL;
	bool row = false, good;

	good = db_prepare_once(store, sql, &tables, NULL) == ST_OK;
	while (good && db_step(store, tables, &row, NULL) == ST_OK && row) {
		char *count = mem_printf("SELECT count(*) FROM %s", column_view(tables, 0));
		int64_t rows = -1;

		good = db_int(store, count, &rows, NULL) == ST_OK && rows == 0;
		mem_free(count);
	}
	db_done(store, tables);
	return good;
}

enum status stores_take(const struct model *model, struct store **out)
{
	if (spare_count == 0)
		return store_open(":memory:", model, out, NULL);
	*out = spare[--spare_count];
	return empty(*out);
}

void stores_give_back(struct store *store)
{
	static bool looked;

	if (store == NULL || spare_count == SIM_CLIENTS_MAX || store->depth > 0) {
		store_close(store);     /* left in the middle of a transaction */
		return;
	}
	store_unlock_run(store);
	if (!looked && (empty(store) != ST_OK || !is_empty(store))) {
		fprintf(stderr, "# tests/sim/stores.c does not empty every table\n");
		store_close(store);
		exit(1);
	}
	looked = true;
	spare[spare_count++] = store;
}

void stores_done(void)
{
	while (spare_count > 0)
		store_close(spare[--spare_count]);
}
