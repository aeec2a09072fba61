/* The file's numbers of kinds, and which of their keys refer to other records. */
#include <string.h>

#include "store/internal.h"

static enum status read_kinds(struct store *store, int *missing, int64_t *next, struct err *err)
{
	sqlite3_stmt *stmt;
	bool row;
	enum status st;

	*missing = 0;
	*next = 1;
	for (int kind = 0; kind < KIND_COUNT; kind++)
		store->kind_number[kind] = -1;
	st = db_prepare_once(store, "SELECT number, name FROM kind", &stmt, err);
	if (st != ST_OK)
		return st;
	while ((st = db_step(store, stmt, &row, err)) == ST_OK && row) {
		enum kind kind;
		int64_t number = sqlite3_column_int64(stmt, 0);

		if (number >= *next)
			*next = number + 1;
		if (model_kind_from_name(column_view(stmt, 1), &kind))
			store->kind_number[kind] = (int)number;
	}
	db_done(store, stmt);
	for (int kind = 0; kind < KIND_COUNT; kind++)
		*missing += store->kind_number[kind] < 0;
	return st;
}

enum status store_load_kinds(struct store *store, struct err *err)
{
	int missing;
	int64_t next;
	enum status st = read_kinds(store, &missing, &next, err);

	if (st != ST_OK || missing == 0)
		return st;
	st = store_begin(store, err);
	if (st != ST_OK)
		return st;
	st = read_kinds(store, &missing, &next, err); /* another process may have added them while we waited */
	for (int kind = 0; st == ST_OK && kind < KIND_COUNT; kind++) {
		sqlite3_stmt *stmt;

		if (store->kind_number[kind] >= 0)
			continue;
		st = db_prepare(store, "INSERT INTO kind(number, name) VALUES(?, ?)", &stmt, err);
		if (st != ST_OK)
			break;
		bind_int(stmt, 1, next);
		bind_text(stmt, 2, model_kind_name((enum kind)kind));
		st = db_run(store, stmt, err);
		if (st == ST_OK)
			store->kind_number[kind] = (int)next++;
	}
	return tx_end(store, st, err);
}

void store_load_links(struct store *store)
{
	memset(store->link_count, 0, sizeof store->link_count);
	for (int kind = KIND_PERSONS; kind < KIND_COUNT; kind++) {
		const struct model_type *type = model_of_kind(store->model, (enum kind)kind), *person = model_of_kind(store->model, KIND_PERSONS);

		if (type == NULL || kind == KIND_CASES)
			continue; /* a case's person has a column of its own */
		for (int i = 0; i < model_field_count(type) && store->link_count[kind] < STORE_LINK_KEYS; i++) {
			const struct model_field *field = model_field_at(type, i);
			enum kind target;

			if (field->type == TYPE_OBJECT && field->object == person && person != NULL)
				target = KIND_PERSONS; /* an event participant holds the whole person */
			else if (field->type != TYPE_REFERENCE || field->reference == NULL || !model_reference_kind(field->reference, &target) ||
				target < KIND_PERSONS)
				continue; /* what refers to infrastructure is of no interest here, and would be most of the work */
			store->links[kind][store->link_count[kind]++] = (struct store_link_key){ field->name, target };
		}
	}
}
