/* The case list and counts: scans of the covering index, never of documents. */
#include <string.h>

#include "store/internal.h"

struct filter { struct buf where; char **patterns; size_t words; };

/* The query's condition; the parameters are bound by bind_filter in the same order. */
static void make_filter(const struct case_query *q, struct filter *f)
{
	buf_init(&f->where, 0);
	buf_add_text(&f->where, "1");
	if (q->disease != NULL)
		buf_add_text(&f->where, " AND disease = ?");
	if (q->classification != NULL)
		buf_add_text(&f->where, " AND classification = ?");
	if (q->investigation_status != NULL)
		buf_add_text(&f->where, " AND investigation = ?");
	if (q->outcome != NULL)
		buf_add_text(&f->where, " AND outcome = ?");
	if (q->report_from != 0)
		buf_add_text(&f->where, " AND report_date >= ?");
	if (q->report_to != 0)
		buf_add_text(&f->where, " AND report_date <= ?");
	if (q->flags_any != 0)
		buf_add_text(&f->where, " AND (flags & ?) <> 0");
	if (q->with_conflicts)
		buf_add_text(&f->where, " AND conflicts > 0");
	f->words = add_words(&f->where, "words", q->words, &f->patterns);
}

static int bind_filter(sqlite3_stmt *stmt, const struct case_query *q, const struct filter *f)
{
	int index = 1;

	if (q->disease != NULL)
		bind_text(stmt, index++, q->disease);
	if (q->classification != NULL)
		bind_text(stmt, index++, q->classification);
	if (q->investigation_status != NULL)
		bind_text(stmt, index++, q->investigation_status);
	if (q->outcome != NULL)
		bind_text(stmt, index++, q->outcome);
	if (q->report_from != 0)
		bind_int(stmt, index++, q->report_from);
	if (q->report_to != 0)
		bind_int(stmt, index++, q->report_to);
	if (q->flags_any != 0)
		bind_int(stmt, index++, q->flags_any);
	for (size_t i = 0; i < f->words; i++)
		bind_text(stmt, index++, f->patterns[i]);
	return index;
}

static void filter_done(struct filter *f)
{
	buf_done(&f->where);
	free_words(f->patterns, f->words);
}

/* Years at the report from the birth date (YYYYMMDD, parts may be 0), else -1. */
static int age_at(int64_t birth, int64_t report_date)
{
	struct date_civil at;
	int64_t year = birth / 10000, month = birth / 100 % 100, day = birth % 100, years;

	if (year == 0 || report_date == 0)
		return -1;
	at = date_to_civil(date_day_of(report_date));
	years = at.year - year;
	if (month != 0 && (at.month < month || (at.month == month && day != 0 && at.day < day)))
		years--;
	return years >= 0 && years <= 150 ? (int)years : -1;
}

static void read_case(sqlite3_stmt *stmt, struct case_row *out, char **owned)
{
	static const char years[] = "YEARS";
	int64_t report_date = sqlite3_column_int64(stmt, 2), approximate = sqlite3_column_int64(stmt, 12);
	int age = age_at(sqlite3_column_int64(stmt, 11), report_date);

	*out = (struct case_row){
		.report_date = report_date, .flags = (unsigned)sqlite3_column_int64(stmt, 14), .open_conflicts = sqlite3_column_int(stmt, 15),
		.edited_ms = sqlite3_column_int64(stmt, 16),
	};
	column_copy(stmt, 0, out->uuid, sizeof out->uuid);
	column_copy(stmt, 1, out->person_uuid, sizeof out->person_uuid);
	for (int i = 0; i < 8; i++)
		owned[i] = column_text(stmt, 3 + i);
	out->epid_number = owned[0];
	out->disease = owned[1];
	out->classification = owned[2];
	out->investigation_status = owned[3];
	out->outcome = owned[4];
	out->first_name = owned[5];
	out->last_name = owned[6];
	out->sex = owned[7];
	owned[8] = column_text(stmt, 17);
	out->facility = owned[8];
	if (age >= 0) {
		out->age = age;
		owned[9] = mem_strdup(years);
	} else {
		out->age = approximate >= 0 && approximate <= 99999 ? (int)approximate : -1;
		owned[9] = column_text(stmt, 13);
	}
	out->age_type = owned[9];
}

enum status store_list_cases(struct store *store, const struct case_query *query, bool (*visit)(void *ctx, const struct case_row *row),
	void *ctx, struct err *err)
{
	/* Unsent, rejected and conflicts have small indexes of their own; everything else is read along the list's order, only as far as
	 * needed. */
	const unsigned attention = RECORD_DIRTY | RECORD_NEW | RECORD_REJECTED;
	bool few = query->flags_any != 0 && (query->flags_any & ~attention) == 0;
	struct filter f;
	struct buf sql;
	sqlite3_stmt *stmt = NULL;
	bool row, go_on = true;
	int index;
	enum status st;

	make_filter(query, &f);
	buf_init(&sql, 0);
	buf_printf(&sql, "SELECT uuid, person_uuid, report_date, epid, disease, classification, investigation, outcome, first_name,"
		" last_name, sex, birth, age, age_type,"
		" flags, conflicts, edited_ms, facility FROM case_row INDEXED BY %s WHERE %s%s ORDER BY report_date DESC, uuid LIMIT ? OFFSET ?",
		few ? "case_attention" : query->with_conflicts ? "case_conflicts" : "case_list", few ? "(flags & 7) <> 0 AND " : "",
			buf_text(&f.where));
	st = db_prepare_once(store, buf_text(&sql), &stmt, err);
	buf_done(&sql);
	if (st != ST_OK)
		goto out;
	index = bind_filter(stmt, query, &f);
	bind_int(stmt, index++, query->limit > 0 ? query->limit : -1);
	bind_int(stmt, index, query->offset);
	while (go_on && (st = db_step(store, stmt, &row, err)) == ST_OK && row) {
		struct case_row entry;
		char *owned[10];

		read_case(stmt, &entry, owned);
		go_on = visit(ctx, &entry);
		for (size_t i = 0; i < sizeof owned / sizeof owned[0]; i++)
			mem_free(owned[i]);
	}
	db_done(store, stmt);
out:
	filter_done(&f);
	return st;
}

enum status store_count_cases(struct store *store, const struct case_query *query, struct case_counts *out, struct err *err)
{
	struct filter f;
	struct buf sql;
	sqlite3_stmt *stmt = NULL;
	bool row = false;
	enum status st;

	make_filter(query, &f);
	buf_init(&sql, 0);
	buf_printf(&sql, "SELECT count(*), total(investigation = 'PENDING'), total(investigation = 'DONE'), total(investigation ="
		" 'DISCARDED'), total(%s)"
		" FROM case_row INDEXED BY case_list", buf_text(&f.where));
	st = db_prepare_once(store, buf_text(&sql), &stmt, err);
	buf_done(&sql);
	if (st != ST_OK)
		goto out;
	bind_filter(stmt, query, &f);
	st = db_step(store, stmt, &row, err);
	if (st == ST_OK)
		*out = (struct case_counts){
			.all = sqlite3_column_int64(stmt, 0), .pending = sqlite3_column_int64(stmt, 1), .done = sqlite3_column_int64(stmt, 2),
			.discarded = sqlite3_column_int64(stmt, 3), .matching = sqlite3_column_int64(stmt, 4),
		};
	db_done(store, stmt);
out:
	filter_done(&f);
	return st;
}

enum status store_count_state(struct store *store, struct store_counts *out, struct err *err)
{
	/* Each from its own partial index. */
	static const char sql[] = "SELECT (SELECT count(*) FROM record WHERE (flags & 1) <> 0), (SELECT count(*) FROM record WHERE (flags"
		" & 2) <> 0),"
		" (SELECT count(*) FROM record WHERE (flags & 4) <> 0), (SELECT count(*) FROM conflict WHERE state = 0), (SELECT count(*) FROM"
		" draft),"
		" (SELECT min(edited_ms) FROM record WHERE (flags & 1) <> 0 AND edited_ms > 0)";
	sqlite3_stmt *stmt;
	bool row;
	enum status st = db_prepare(store, sql, &stmt, err);

	if (st != ST_OK)
		return st;
	st = db_step(store, stmt, &row, err);
	if (st == ST_OK)
		*out = (struct store_counts){
			.dirty = sqlite3_column_int64(stmt, 0), .fresh = sqlite3_column_int64(stmt, 1), .rejected = sqlite3_column_int64(stmt, 2),
			.conflicts_open = sqlite3_column_int64(stmt, 3), .drafts = sqlite3_column_int64(stmt, 4),
				.oldest_unsent_ms = sqlite3_column_int64(stmt, 5),
		};
	db_done(store, stmt);
	return st;
}

enum status store_count_kind(struct store *store, enum kind kind, int64_t *out, struct err *err)
{
	sqlite3_stmt *stmt;
	bool row;
	enum status st = db_prepare(store, "SELECT count(*) FROM record WHERE kind = ?", &stmt, err);

	if (st != ST_OK)
		return st;
	bind_int(stmt, 1, store->kind_number[kind]);
	st = db_step(store, stmt, &row, err);
	if (st == ST_OK)
		*out = sqlite3_column_int64(stmt, 0);
	db_done(store, stmt);
	return st;
}
