/* What a transaction knows already. Writers have the file alone from BEGIN IMMEDIATE on, so that what was found out once holds until the end, but for
 * what is written here. A first pull asks the same of every record: was it here before, has it conflicts, what is its facility called? */
#include <string.h>

#include "store/internal.h"

static const char *const questions[KNOWN_COUNT] = {
	[KNOWN_GONE] = "SELECT EXISTS(SELECT 1 FROM gone)",
	[KNOWN_CONFLICTS] = "SELECT EXISTS(SELECT 1 FROM conflict WHERE state = 0)",
	[KNOWN_ORPHANS] = "SELECT EXISTS(SELECT 1 FROM case_row WHERE orphan = 1)",
	[KNOWN_UNNAMED] = "SELECT EXISTS(SELECT 1 FROM case_row WHERE facility_known = 0)",
};

void known_forget(struct store *store)
{
	memset(store->known, 0, sizeof store->known);
	store->next_doc_id = 0;
	known_forget_places(store);
}

static enum status ask(struct store *store, const char *sql, int64_t *out, struct err *err)
{
	sqlite3_stmt *stmt;
	bool row = false;
	enum status st = db_prepare(store, sql, &stmt, err);

	if (st != ST_OK)
		return st;
	st = db_step(store, stmt, &row, err);
	if (st == ST_OK && row)
		*out = sqlite3_column_int64(stmt, 0);
	db_done(store, stmt);
	return st;
}

bool known_any(struct store *store, enum known what)
{
	int64_t any = 1;

	if (store->depth == 0)
		return true;
	if (store->known[what] == 0)
		store->known[what] = ask(store, questions[what], &any, NULL) == ST_OK && any == 0 ? KNOWN_NONE : KNOWN_SOME;
	return store->known[what] != KNOWN_NONE;
}

void known_add(struct store *store, enum known what)
{
	store->known[what] = KNOWN_SOME;
}

enum status known_next_doc_id(struct store *store, int64_t *id, struct err *err)
{
	enum status st = ST_OK;

	if (store->next_doc_id == 0)
		st = ask(store, "SELECT ifnull(max(id), 0) + 1 FROM document", &store->next_doc_id, err);
	if (st == ST_OK)
		*id = store->next_doc_id++;
	return st;
}

/* ---- names of facilities ---- */

static struct known_place *place_of(struct store *store, const char *uuid)
{
	size_t h = 0;

	for (const char *p = uuid; *p != '\0'; p++)
		h = h * 31 + (unsigned char)*p;
	return &store->places[h % KNOWN_PLACES];
}

const char *known_place(struct store *store, const char *uuid)
{
	const struct known_place *place = place_of(store, uuid);

	return place->name != NULL && strcmp(place->uuid, uuid) == 0 ? place->name : NULL;
}

void known_keep_place(struct store *store, const char *uuid, const char *name)
{
	struct known_place *place = place_of(store, uuid);

	size_t len = strlen(uuid);

	if (store->depth == 0 || len >= sizeof place->uuid)
		return;
	mem_free(place->name);
	place->name = mem_strdup(name);
	memcpy(place->uuid, uuid, len + 1);
}

void known_forget_places(struct store *store)
{
	for (size_t i = 0; i < KNOWN_PLACES; i++) {
		mem_free(store->places[i].name);
		store->places[i].name = NULL;
	}
}
