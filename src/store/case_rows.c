/* The rows of the case list. A row holds its person's names, sex and birth and its facility's name; when those change, so do the rows that refer to them. */
#include <string.h>

#include "store/internal.h"

#define OTHER_FACILITY "SORMAS-CONSTID-OTHERS-FACILITY"  /* stands for a facility that is only described in words (protocol.md D.6) */

struct case_fields {
	char *uuid, *person, *disease, *classification, *investigation, *outcome, *epid, *facility_uuid, *facility, *first, *last, *sex,
		*age_type;
	int64_t report_date, birth, age;
	unsigned own_flags, flags;
	int64_t conflicts, edited_ms;
	int64_t person_id;                       /* of its document; 0: the person is not here */
	bool orphan, facility_known;
};

static void case_fields_done(struct case_fields *f)
{
	char *all[] = { f->uuid, f->person, f->disease, f->classification, f->investigation, f->outcome, f->epid, f->facility_uuid,
		f->facility, f->first, f->last,
		f->sex, f->age_type };

	for (size_t i = 0; i < sizeof all / sizeof all[0]; i++)
		mem_free(all[i]);
}

static void replace(char **text, char *with)
{
	mem_free(*text);
	*text = with;
}

static enum status look_up_person(struct store *store, struct case_fields *f, struct err *err)
{
	static const char sql[] = "SELECT p.first_name, p.last_name, p.sex, p.birth, p.age, p.age_type, r.flags, r.doc_id FROM record r"
		" JOIN person_row p ON p.id = r.doc_id"
		" WHERE r.kind = ? AND r.uuid = ?";
	sqlite3_stmt *stmt;
	bool row = false;
	enum status st;

	f->orphan = false;
	f->person_id = 0;
	f->flags = f->own_flags;
	if (f->person[0] == '\0')
		return ST_OK;
	st = db_prepare(store, sql, &stmt, err);
	if (st != ST_OK)
		return st;
	bind_int(stmt, 1, store->kind_number[KIND_PERSONS]);
	bind_text(stmt, 2, f->person);
	st = db_step(store, stmt, &row, err);
	if (st == ST_OK && row) {
		replace(&f->first, column_text(stmt, 0));
		replace(&f->last, column_text(stmt, 1));
		replace(&f->sex, column_text(stmt, 2));
		f->birth = sqlite3_column_int64(stmt, 3);
		f->age = sqlite3_column_int64(stmt, 4);
		replace(&f->age_type, column_text(stmt, 5));
		f->flags |= (unsigned)sqlite3_column_int64(stmt, 6);
		f->person_id = sqlite3_column_int64(stmt, 7);
	}
	f->orphan = !row; /* the names that the case's reference has do until the person is here */
	db_done(store, stmt);
	return st;
}

/* A facility that is here, but without a name: the case's own words for it do, else the uuid. */
static void take_facility(struct case_fields *f, const char *name)
{
	f->facility_known = true;
	if (name[0] != '\0')
		replace(&f->facility, mem_strdup(name));
	else if (f->facility[0] == '\0')
		replace(&f->facility, mem_strdup(f->facility_uuid));
}

static enum status look_up_facility(struct store *store, struct case_fields *f, struct err *err)
{
	static const char sql[] = "SELECT f.name FROM record r JOIN ref_row f ON f.id = r.doc_id WHERE r.kind = ? AND r.uuid = ?";
	sqlite3_stmt *stmt;
	const char *name;
	bool row = false;
	enum status st;

	f->facility_known = f->facility_uuid[0] == '\0';
	if (f->facility_known)
		return ST_OK;
	name = known_place(store, f->facility_uuid);
	if (name != NULL) {
		take_facility(f, name);
		return ST_OK;
	}
	st = db_prepare(store, sql, &stmt, err);
	if (st != ST_OK)
		return st;
	bind_int(stmt, 1, store->kind_number[KIND_FACILITIES]);
	bind_text(stmt, 2, f->facility_uuid);
	st = db_step(store, stmt, &row, err);
	if (st == ST_OK && row) {
		known_keep_place(store, f->facility_uuid, column_view(stmt, 0));
		take_facility(f, column_view(stmt, 0));
	}
	db_done(store, stmt);
	if (st == ST_OK && !row && f->facility[0] == '\0')
		replace(&f->facility, mem_strdup(f->facility_uuid));
	return st;
}

static enum status count_open(struct store *store, enum kind kind, const char *uuid, int64_t *out, struct err *err)
{
	static const char sql[] = "SELECT count(*) FROM conflict WHERE state = 0 AND kind = ? AND uuid = ?";
	sqlite3_stmt *stmt;
	bool row;
	enum status st = db_find(store, sql, kind, uuid, &stmt, &row, err);

	if (st != ST_OK)
		return st;
	*out += sqlite3_column_int64(stmt, 0);
	db_done(store, stmt);
	return ST_OK;
}

/* What a search looks in, folded; new string. */
static char *case_words(const struct case_fields *f)
{
	const char *const parts[] = { f->first, f->last, f->epid, f->uuid, f->facility };
	struct buf text;
	char *words;

	buf_init(&text, 0);
	for (size_t i = 0; i < sizeof parts / sizeof parts[0]; i++) {
		if (i > 0)
			buf_add_char(&text, ' ');
		buf_add_text(&text, parts[i]);
	}
	words = text_fold(text.data);
	buf_done(&text);
	return words;
}

/* Completes the fields from person, facility and conflict log, and writes the row. */
static enum status write_case(struct store *store, int64_t id, bool is_new, struct case_fields *f, struct err *err)
{
	static const char insert[] = "INSERT INTO case_row(uuid, person_uuid, report_date, disease, classification, investigation,"
		" outcome, epid, facility_uuid, facility,"
		" first_name, last_name, sex, birth, age, age_type, own_flags, flags, conflicts, edited_ms, orphan, words, id, person_id,"
		" facility_known)"
		" VALUES(?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?13, ?14, ?15, ?16, ?17, ?18, ?19, ?20, ?21, ?22, ?23, ?24, ?25)";
	static const char update[] = "UPDATE case_row SET uuid = ?1, person_uuid = ?2, report_date = ?3, disease = ?4, classification ="
		" ?5, investigation = ?6, outcome = ?7,"
		" epid = ?8, facility_uuid = ?9, facility = ?10, first_name = ?11, last_name = ?12, sex = ?13, birth = ?14, age = ?15,"
		" age_type = ?16, own_flags = ?17,"
		" flags = ?18, conflicts = ?19, edited_ms = ?20, orphan = ?21, words = ?22, person_id = ?24,"
		" facility_known = ?25 WHERE id = ?23";
	sqlite3_stmt *stmt;
	char *words;
	enum status st = look_up_person(store, f, err);

	if (st == ST_OK)
		st = look_up_facility(store, f, err);
	f->conflicts = 0;
	if (f->orphan)
		known_add(store, KNOWN_ORPHANS);
	if (!f->facility_known)
		known_add(store, KNOWN_UNNAMED);
	if (st == ST_OK && known_any(store, KNOWN_CONFLICTS))
		st = count_open(store, KIND_CASES, f->uuid, &f->conflicts, err);
	if (st == ST_OK && known_any(store, KNOWN_CONFLICTS) && f->person[0] != '\0')
		st = count_open(store, KIND_PERSONS, f->person, &f->conflicts, err);
	if (st == ST_OK)
		st = db_prepare(store, is_new ? insert : update, &stmt, err);
	if (st != ST_OK)
		return st;
	words = case_words(f);
	bind_text(stmt, 1, f->uuid);
	bind_text(stmt, 2, f->person);
	bind_int(stmt, 3, f->report_date);
	bind_text(stmt, 4, f->disease);
	bind_text(stmt, 5, f->classification);
	bind_text(stmt, 6, f->investigation);
	bind_text(stmt, 7, f->outcome);
	bind_text(stmt, 8, f->epid);
	bind_text(stmt, 9, f->facility_uuid);
	bind_text(stmt, 10, f->facility);
	bind_text(stmt, 11, f->first);
	bind_text(stmt, 12, f->last);
	bind_text(stmt, 13, f->sex);
	bind_int(stmt, 14, f->birth);
	bind_int(stmt, 15, f->age);
	bind_text(stmt, 16, f->age_type);
	bind_int(stmt, 17, f->own_flags);
	bind_int(stmt, 18, f->flags);
	bind_int(stmt, 19, f->conflicts);
	bind_int(stmt, 20, f->edited_ms);
	bind_int(stmt, 21, f->orphan);
	bind_text(stmt, 22, words);
	bind_int(stmt, 23, id);
	bind_int(stmt, 24, f->person_id);
	bind_int(stmt, 25, f->facility_known);
	st = db_run(store, stmt, err);
	mem_free(words);
	return st;
}

enum status case_row_put(struct store *store, const char *uuid, int64_t id, bool is_new, const struct store_columns *columns,
	unsigned flags, int64_t edited_ms,
	struct err *err)
{
	struct case_fields f = {
		.uuid = mem_strdup(uuid), .person = columns_text(columns, SLOT_PERSON), .disease = columns_text(columns, SLOT_DISEASE),
		.classification = columns_text(columns, SLOT_CLASSIFICATION), .investigation = columns_text(columns, SLOT_INVESTIGATION),
		.outcome = columns_text(columns, SLOT_OUTCOME), .epid = columns_text(columns, SLOT_EPID), .facility_uuid = columns_text(columns,
			SLOT_FACILITY),
		.facility = columns_text(columns, SLOT_FACILITY_CAPTION), .first = columns_text(columns, SLOT_PERSON_FIRST),
		.last = columns_text(columns, SLOT_PERSON_LAST), .sex = mem_strdup(""), .age_type = mem_strdup(""),
		.report_date = columns_int(columns, SLOT_REPORT_DATE, 0), .birth = 0, .age = -1, .own_flags = flags, .edited_ms = edited_ms,
	};
	enum status st;

	if (strcmp(f.facility_uuid, OTHER_FACILITY) == 0) {
		char *details = columns_text(columns, SLOT_FACILITY_DETAILS);

		if (text_is_blank(details)) {
			mem_free(details);
		} else {
			replace(&f.facility, details);
			replace(&f.facility_uuid, mem_strdup("")); /* its name is the case's own: no facility's change may overwrite it */
		}
	}
	st = write_case(store, id, is_new, &f, err);
	case_fields_done(&f);
	return st;
}

/* Writes a case's row again from itself: its person, facility, flags or conflicts changed. */
enum status case_row_renew(struct store *store, int64_t id, const unsigned *own_flags, struct err *err)
{
	static const char sql[] = "SELECT uuid, person_uuid, report_date, disease, classification, investigation, outcome, epid,"
		" facility_uuid, facility, first_name, last_name,"
		" sex, birth, age, age_type, own_flags, edited_ms FROM case_row WHERE id = ?";
	struct case_fields f;
	sqlite3_stmt *stmt;
	bool row;
	enum status st = db_prepare(store, sql, &stmt, err);

	if (st != ST_OK)
		return st;
	bind_int(stmt, 1, id);
	st = db_step(store, stmt, &row, err);
	if (st != ST_OK || !row) {
		db_done(store, stmt);
		return st;
	}
	f = (struct case_fields){
		.uuid = column_text(stmt, 0), .person = column_text(stmt, 1), .report_date = sqlite3_column_int64(stmt, 2),
			.disease = column_text(stmt, 3),
		.classification = column_text(stmt, 4), .investigation = column_text(stmt, 5), .outcome = column_text(stmt, 6),
			.epid = column_text(stmt, 7),
		.facility_uuid = column_text(stmt, 8), .facility = column_text(stmt, 9), .first = column_text(stmt, 10), .last = column_text(stmt,
			11),
		.sex = column_text(stmt, 12), .birth = sqlite3_column_int64(stmt, 13), .age = sqlite3_column_int64(stmt, 14),
			.age_type = column_text(stmt, 15),
		.own_flags = own_flags != NULL ? *own_flags : (unsigned)sqlite3_column_int64(stmt, 16), .edited_ms = sqlite3_column_int64(stmt, 17),
	};
	db_done(store, stmt);
	st = write_case(store, id, false, &f, err);
	case_fields_done(&f);
	return st;
}

/* The rows are gathered first: renewing moves them in the very index that finds them. */
enum status case_rows_renew(struct store *store, enum case_rows which, const char *uuid, int64_t id, struct err *err)
{
	static const char *const which_sql[] = {
		[CASES_OF_PERSON] = "SELECT id FROM case_row WHERE person_id = ?1 AND person_id <> 0",
		[CASES_WITHOUT_PERSON] = "SELECT id FROM case_row WHERE orphan = 1 AND person_uuid = ?1",
		[CASES_AT_FACILITY] = "SELECT id FROM case_row WHERE facility_uuid = ?1",
		[CASES_WITHOUT_FACILITY] = "SELECT id FROM case_row WHERE facility_known = 0 AND facility_uuid = ?1",
	};
	sqlite3_stmt *stmt;
	int64_t *ids = NULL;
	size_t count = 0, cap = 0;
	bool row;
	enum status st = db_prepare(store, which_sql[which], &stmt, err);

	if (st != ST_OK)
		return st;
	if (uuid != NULL)
		bind_text(stmt, 1, uuid);
	else
		bind_int(stmt, 1, id);
	while ((st = db_step(store, stmt, &row, err)) == ST_OK && row) {
		mem_grow((void **)&ids, &cap, count + 1, sizeof *ids);
		ids[count++] = sqlite3_column_int64(stmt, 0);
	}
	db_done(store, stmt);
	for (size_t i = 0; st == ST_OK && i < count; i++)
		st = case_row_renew(store, ids[i], NULL, err);
	mem_free(ids);
	return st;
}
