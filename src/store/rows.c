/* Keeps the list tables right: what a screen lists stands there without any document (architecture.md "Storage").
 * A case's row holds its person's names, sex and birth and its facility's name; when those change, so do the rows that refer to them. */
#include <stdlib.h>
#include <string.h>

#include "store/internal.h"

size_t add_words(struct buf *sql, const char *column, const char *words, char ***patterns)
{
	char *folded = text_fold(words != NULL ? words : ""), *save = NULL;
	size_t count = 0, cap = 0;
	char **list = NULL;

	for (char *word = strtok_r(folded, " \t\r\n", &save); word != NULL; word = strtok_r(NULL, " \t\r\n", &save)) {
		struct buf pattern;

		if (count == 16)
			break; /* nobody types more; each costs a comparison a row */
		buf_init(&pattern, 0);
		buf_add_char(&pattern, '%');
		for (const char *p = word; *p != '\0'; p++) {
			if (*p == '%' || *p == '_' || *p == '\\')
				buf_add_char(&pattern, '\\');
			buf_add_char(&pattern, *p);
		}
		buf_add_char(&pattern, '%');
		mem_grow((void **)&list, &cap, count + 1, sizeof *list);
		list[count++] = buf_take(&pattern, NULL);
		buf_printf(sql, " AND %s LIKE ? ESCAPE '\\'", column);
	}
	mem_free(folded);
	*patterns = list;
	return count;
}

void free_words(char **patterns, size_t count)
{
	for (size_t i = 0; i < count; i++)
		mem_free(patterns[i]);
	mem_free(patterns);
}

static void replace(char **text, char *with)
{
	mem_free(*text);
	*text = with;
}

static enum status doc_id_of(struct store *store, enum kind kind, const char *uuid, int64_t *id, struct err *err)
{
	struct store_meta meta;
	enum status st = meta_get(store, kind, uuid, &meta, err);

	if (st == ST_OK)
		*id = meta.found ? meta.doc_id : 0;
	return st;
}

/* ---- persons, infrastructure, links ---- */

static enum status put_person(struct store *store, const char *uuid, int64_t id, bool is_new, const struct store_columns *columns,
	struct err *err)
{
	static const char insert[] = "INSERT INTO person_row(first_name, last_name, sex, birth, age, age_type, id) VALUES(?1, ?2, ?3, ?4,"
		" ?5, ?6, ?7)";
	static const char update[] = "UPDATE person_row SET first_name = ?1, last_name = ?2, sex = ?3, birth = ?4, age = ?5, age_type = ?6"
		" WHERE id = ?7";
	int64_t year = columns_int(columns, SLOT_BIRTH_YEAR, 0), month = columns_int(columns, SLOT_BIRTH_MONTH, 0), day = columns_int(columns,
		SLOT_BIRTH_DAY, 0);
	char *text[4] = { columns_text(columns, SLOT_FIRST), columns_text(columns, SLOT_LAST), columns_text(columns, SLOT_SEX),
		columns_text(columns, SLOT_AGE_TYPE) };
	sqlite3_stmt *stmt;
	enum status st = db_prepare(store, is_new ? insert : update, &stmt, err);

	if (year < 1 || year > 9999)
		year = month = day = 0;
	if (month < 1 || month > 12)
		month = day = 0;
	if (day < 1 || day > 31)
		day = 0;
	if (st == ST_OK) {
		bind_text(stmt, 1, text[0]);
		bind_text(stmt, 2, text[1]);
		bind_text(stmt, 3, text[2]);
		bind_int(stmt, 4, year * 10000 + month * 100 + day);
		bind_int(stmt, 5, columns_int(columns, SLOT_AGE, -1));
		bind_text(stmt, 6, text[3]);
		bind_int(stmt, 7, id);
		st = db_run(store, stmt, err);
	}
	for (size_t i = 0; i < 4; i++)
		mem_free(text[i]);
	if (st != ST_OK)
		return st;
	if (is_new)
		return known_any(store, KNOWN_ORPHANS) ? case_rows_renew(store, CASES_WITHOUT_PERSON, uuid, 0, err) : ST_OK;
	return case_rows_renew(store, CASES_OF_PERSON, NULL, id, err);
}

static enum status ref_name(struct store *store, int64_t id, char **out, struct err *err)
{
	sqlite3_stmt *stmt;
	bool row = false;
	enum status st = db_prepare(store, "SELECT name FROM ref_row WHERE id = ?", &stmt, err);

	if (st != ST_OK)
		return st;
	bind_int(stmt, 1, id);
	st = db_step(store, stmt, &row, err);
	if (st == ST_OK && row)
		*out = column_text(stmt, 0);
	db_done(store, stmt);
	return st;
}

static enum status put_ref(struct store *store, enum kind kind, const char *uuid, int64_t id, bool is_new,
	const struct store_columns *columns, struct err *err)
{
	static const char insert[] = "INSERT INTO ref_row(kind, uuid, name, words, region, district, community, type, archived, id)"
		" VALUES(?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10)";
	static const char update[] = "UPDATE ref_row SET kind = ?1, uuid = ?2, name = ?3, words = ?4, region = ?5, district = ?6,"
		" community = ?7, type = ?8, archived = ?9"
		" WHERE id = ?10";
	char *name = columns_text(columns, SLOT_NAME), *old_name = NULL, *words;
	bool renamed = false;
	char *text[4] = { columns_text(columns, SLOT_REGION), columns_text(columns, SLOT_DISTRICT), columns_text(columns, SLOT_COMMUNITY),
		columns_text(columns, SLOT_TYPE) };
	sqlite3_stmt *stmt;
	enum status st;

	if (kind == KIND_USERS) {
		char *first = columns_text(columns, SLOT_FIRST), *last = columns_text(columns, SLOT_LAST);

		if (!text_is_blank(first) || !text_is_blank(last))
			replace(&name, mem_printf("%s%s%s", first, first[0] != '\0' && last[0] != '\0' ? " " : "", last));
		mem_free(first);
		mem_free(last);
	}
	words = text_fold(name);
	st = is_new ? ST_OK : ref_name(store, id, &old_name, err);
	renamed = old_name != NULL && strcmp(old_name, name) != 0;
	if (st == ST_OK)
		st = db_prepare(store, is_new ? insert : update, &stmt, err);
	if (st == ST_OK) {
		bind_int(stmt, 1, store->kind_number[kind]);
		bind_text(stmt, 2, uuid);
		bind_text(stmt, 3, name);
		bind_text(stmt, 4, words);
		for (int i = 0; i < 4; i++)
			bind_text(stmt, 5 + i, text[i]);
		bind_int(stmt, 9, columns_true(columns, SLOT_ARCHIVED, false) || !columns_true(columns, SLOT_ACTIVE, true));
		bind_int(stmt, 10, id);
		st = db_run(store, stmt, err);
	}
	mem_free(name);
	mem_free(old_name);
	mem_free(words);
	for (size_t i = 0; i < 4; i++)
		mem_free(text[i]);
	if (st != ST_OK || kind != KIND_FACILITIES)
		return st;
	known_forget_places(store);
	if (is_new)
		return known_any(store, KNOWN_UNNAMED) ? case_rows_renew(store, CASES_WITHOUT_FACILITY, uuid, 0, err) : ST_OK;
	return renamed ? case_rows_renew(store, CASES_AT_FACILITY, uuid, 0, err) : ST_OK;
}

static enum status put_links(struct store *store, enum kind kind, int64_t id, bool is_new, const struct store_columns *columns,
	struct err *err)
{
	sqlite3_stmt *stmt;
	enum status st = ST_OK;

	if (!is_new) {
		st = db_prepare(store, "DELETE FROM link WHERE id = ?", &stmt, err);
		if (st != ST_OK)
			return st;
		bind_int(stmt, 1, id);
		st = db_run(store, stmt, err);
	}
	for (size_t i = 0; st == ST_OK && i < store->link_count[kind]; i++) {
		char *uuid = span_text(columns->link[i]);

		if (uuid[0] != '\0') {
			st = db_prepare(store, "INSERT INTO link(id, place, kind, uuid) VALUES(?, ?, ?, ?)", &stmt, err);
			if (st == ST_OK) {
				bind_int(stmt, 1, id);
				bind_int(stmt, 2, (int64_t)i);
				bind_int(stmt, 3, store->kind_number[store->links[kind][i].kind]);
				bind_text(stmt, 4, uuid);
				st = db_run(store, stmt, err);
			}
		}
		mem_free(uuid);
	}
	return st;
}

enum status rows_write(struct store *store, enum kind kind, const char *uuid, int64_t id, bool is_new,
	const struct store_columns *columns, unsigned flags,
	int64_t edited_ms, struct err *err)
{
	if (kind == KIND_CASES)
		return case_row_put(store, uuid, id, is_new, columns, flags, edited_ms, err);
	if (kind == KIND_PERSONS)
		return put_person(store, uuid, id, is_new, columns, err);
	if (kind_is_ref(kind))
		return put_ref(store, kind, uuid, id, is_new, columns, err);
	return store->link_count[kind] > 0 ? put_links(store, kind, id, is_new, columns, err) : ST_OK;
}

enum status rows_flags(struct store *store, enum kind kind, int64_t id, unsigned flags, struct err *err)
{
	if (kind == KIND_CASES)
		return case_row_renew(store, id, &flags, err);
	return kind == KIND_PERSONS ? case_rows_renew(store, CASES_OF_PERSON, NULL, id, err) : ST_OK;
}

enum status rows_forget(struct store *store, enum kind kind, const char *uuid, int64_t id, struct err *err)
{
	if (kind == KIND_PERSONS)
		return case_rows_renew(store, CASES_OF_PERSON, NULL, id, err);
	return kind == KIND_FACILITIES ? case_rows_renew(store, CASES_AT_FACILITY, uuid, 0, err) : ST_OK;
}

enum status rows_conflicts(struct store *store, enum kind kind, const char *uuid, struct err *err)
{
	int64_t id = 0;
	enum status st;

	known_add(store, KNOWN_CONFLICTS);
	if (kind != KIND_CASES && kind != KIND_PERSONS)
		return ST_OK;
	st = doc_id_of(store, kind, uuid, &id, err);
	if (st != ST_OK || id == 0)
		return st;
	return kind == KIND_CASES ? case_row_renew(store, id, NULL, err) : case_rows_renew(store, CASES_OF_PERSON, NULL, id, err);
}

/* Persons and facilities first (the kinds' order), so that no case has to be written twice. */
enum status rows_rebuild(struct store *store, struct err *err)
{
	static const char sql[] = "SELECT r.uuid, r.doc_id, r.flags, r.edited_ms, d.doc FROM record r JOIN document d ON d.id = r.doc_id"
		" WHERE r.kind = ?";
	enum status st = db_exec(store, "DELETE FROM case_row; DELETE FROM person_row; DELETE FROM ref_row; DELETE FROM link", err);

	for (int kind = 0; st == ST_OK && kind < KIND_COUNT; kind++) {
		sqlite3_stmt *stmt;
		bool row;

		st = db_prepare(store, sql, &stmt, err);
		if (st != ST_OK)
			return st;
		bind_int(stmt, 1, store->kind_number[kind]);
		while ((st = db_step(store, stmt, &row, err)) == ST_OK && row) {
			struct store_columns columns;
			const char *doc = column_view(stmt, 4);

			st = columns_read(store, (enum kind)kind, doc, (size_t)sqlite3_column_bytes(stmt, 4), &columns, err);
			if (st == ST_OK)
				st = rows_write(store, (enum kind)kind, column_view(stmt, 0), sqlite3_column_int64(stmt, 1), true, &columns,
					(unsigned)sqlite3_column_int64(stmt, 2), sqlite3_column_int64(stmt, 3), err);
			if (st != ST_OK)
				break;
		}
		db_done(store, stmt);
	}
	return st;
}
