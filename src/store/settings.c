/* Settings and small state: dotted names, text values. */
#include <errno.h>
#include <stdlib.h>

#include "store/internal.h"

char *store_setting(struct store *store, const char *name)
{
	sqlite3_stmt *stmt;
	struct err ignored;
	char *value = NULL;
	bool row = false;

	if (db_prepare(store, "SELECT value FROM setting WHERE name = ?", &stmt, &ignored) != ST_OK)
		return NULL;
	bind_text(stmt, 1, name);
	if (db_step(store, stmt, &row, &ignored) == ST_OK && row)
		value = column_text(stmt, 0);
	db_done(store, stmt);
	return value;
}

int64_t store_setting_int(struct store *store, const char *name, int64_t fallback)
{
	char *value = store_setting(store, name), *end;
	int64_t number = fallback;

	if (value != NULL) {
		long long n;

		errno = 0;
		n = strtoll(value, &end, 10);
		if (errno == 0 && end != value && *end == '\0')
			number = n;
	}
	mem_free(value);
	return number;
}

enum status store_set_setting(struct store *store, const char *name, const char *value, struct err *err)
{
	sqlite3_stmt *stmt;
	enum status st = store_begin(store, err);

	if (st != ST_OK)
		return st;
	if (value != NULL)
		st = db_prepare(store, "INSERT INTO setting(name, value) VALUES(?1, ?2) ON CONFLICT(name) DO UPDATE SET value = ?2", &stmt, err);
	else
		st = db_prepare(store, "DELETE FROM setting WHERE name = ?1", &stmt, err);
	if (st == ST_OK) {
		bind_text(stmt, 1, name);
		if (value != NULL)
			bind_text(stmt, 2, value);
		st = db_run(store, stmt, err);
	}
	return tx_end(store, st, err);
}
