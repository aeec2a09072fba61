#include "app/newcase.h"

#include <stdlib.h>
#include <string.h>

#include "app/account.h"
#include "app/save.h"
#include "app/stored.h"

static bool newcase_is_unset(const struct json *doc, const char *key)
{
	const struct json *value = json_get(doc, key);

	return json_is_null(value) || (json_string(value) != NULL && *json_string(value) == '\0');
}

static void newcase_default(struct json *doc, const char *key, const char *text)
{
	if (newcase_is_unset(doc, key))
		json_set(doc, key, json_new_string(text));
}

/* A reference of the user's record is copied with its caption: it is what a pull would bring. */
static void newcase_copy_reference(struct json *doc, const char *key, const struct json *user, const char *user_key)
{
	if (newcase_is_unset(doc, key) && stored_reference(user, user_key) != NULL)
		json_set(doc, key, json_copy(json_get(user, user_key)));
}

enum status newcase_complete(struct session *session, struct json *doc, struct err *err)
{
	const char *me = session_user_uuid(session), *create_right = model_kind_create_right(KIND_CASES);
	struct json *user = NULL, *reference;
	struct record record;
	enum status st;

	if (create_right != NULL && !session_has_right(session, create_right))
		return err_set(err, ST_REFUSED, N_("this account may not create cases"));
	if (*me == '\0')
		return err_set(err, ST_NOT_FOUND, N_("the server's users are not here yet; synchronize once, then create cases"));
	st = store_get(session->store, KIND_USERS, me, &record, err);
	if (st != ST_OK)
		return st;
	st = stored_parse(&record, &user, err);
	record_done(&record);
	if (st != ST_OK)
		return st;
	if (newcase_is_unset(doc, "reportDate"))
		json_set(doc, "reportDate", json_new_int(date_start_of(date_day_of(session_now(session)))));
	if (stored_reference(doc, "reportingUser") == NULL) {
		reference = json_new_object();
		json_set(reference, "uuid", json_new_string(me));
		json_set(doc, "reportingUser", reference);
	}
	newcase_default(doc, "caseClassification", "NOT_CLASSIFIED");
	newcase_default(doc, "investigationStatus", "PENDING");
	newcase_default(doc, "outcome", "NO_OUTCOME");
	newcase_default(doc, "caseOrigin", "IN_COUNTRY");
	newcase_default(doc, "creationVersion", "Outpost " PACKAGE_VERSION);
	/* The place of the user: only the levels that are not given, and only where the given ones do not say another place. */
	if (stored_reference(doc, "responsibleRegion") == NULL || (stored_reference(user, "region") != NULL
			&& strcmp(stored_reference(doc, "responsibleRegion"), stored_reference(user, "region")) == 0)) {
		newcase_copy_reference(doc, "responsibleRegion", user, "region");
		if (stored_reference(doc, "responsibleDistrict") == NULL || (stored_reference(user, "district") != NULL
				&& strcmp(stored_reference(doc, "responsibleDistrict"), stored_reference(user, "district")) == 0)) {
			newcase_copy_reference(doc, "responsibleDistrict", user, "district");
			newcase_copy_reference(doc, "responsibleCommunity", user, "community");
		}
	}
	if (stored_reference(doc, "healthFacility") == NULL && stored_reference(user, "healthFacility") != NULL) {
		struct ref_row row;

		newcase_copy_reference(doc, "healthFacility", user, "healthFacility");
		if (store_get_ref(session->store, KIND_FACILITIES, stored_reference(doc, "healthFacility"), &row, NULL) == ST_OK && row.type != NULL
			&& *row.type != '\0')
			newcase_default(doc, "facilityType", row.type);
	}
	if (stored_reference(doc, "pointOfEntry") == NULL && stored_reference(user, "pointOfEntry") != NULL) {
		newcase_copy_reference(doc, "pointOfEntry", user, "pointOfEntry");
		json_set(doc, "caseOrigin", json_new_string("POINT_OF_ENTRY"));
	}
	if (stored_reference(doc, "surveillanceOfficer") == NULL) {
		if (session_has_right(session, "CASE_RESPONSIBLE")) {
			reference = json_new_object();
			json_set(reference, "uuid", json_new_string(me));
			json_set(doc, "surveillanceOfficer", reference);
		} else {
			newcase_copy_reference(doc, "surveillanceOfficer", user, "associatedOfficer");
		}
	}
	model_complete_new(session->model, KIND_CASES, doc, &session->rand, session_now(session));
	json_free(user);
	return ST_OK;
}

void newcase_complete_person(struct session *session, struct json *person)
{
	model_complete_new(session->model, KIND_PERSONS, person, &session->rand, session_now(session));
	save_complete(session, KIND_PERSONS, NULL, person);
}

void newcase_set_person(struct json *case_doc, const struct json *person)
{
	struct json *reference = json_new_object();

	json_set(reference, "uuid", json_new_string(json_get_string(person, "uuid")));
	if (json_get_string(person, "firstName") != NULL)
		json_set(reference, "firstName", json_new_string(json_get_string(person, "firstName")));
	if (json_get_string(person, "lastName") != NULL)
		json_set(reference, "lastName", json_new_string(json_get_string(person, "lastName")));
	json_set(case_doc, "person", reference);
}

enum status newcase_save(struct session *session, const struct json *case_doc, const struct json *person, const char *draft_id,
	struct err *err)
{
	struct save save = { .kind = KIND_PERSONS, .uuid = json_get_string(person, "uuid"), .doc = person, .cause = "new" };
	enum status st = store_begin(session->store, err);

	if (st != ST_OK)
		return st;
	if (person != NULL)
		st = save_record(session, &save, NULL, NULL, NULL, err);
	save = (struct save){ .kind = KIND_CASES, .uuid = json_get_string(case_doc, "uuid"), .doc = case_doc, .draft_id = draft_id,
		.cause = "new" };
	if (st == ST_OK)
		st = save_record(session, &save, NULL, NULL, NULL, err);
	if (st == ST_OK)
		st = store_commit(session->store, err);
	else
		store_rollback(session->store);
	return st;
}

/* ---- duplicates ---- */

struct trigrams { uint64_t *at; size_t count; };

static int trigram_compare(const void *a, const void *b)
{
	uint64_t x = *(const uint64_t *)a, y = *(const uint64_t *)b;

	return x < y ? -1 : x > y;
}

/* The sets of three neighbouring characters of each word, padded as usual ("  kamara "). */
static struct trigrams trigrams_of(const char *text)
{
	char *folded = text_fold(text);
	const char *s = folded, *end = folded + strlen(folded);
	uint64_t window[3] = { ' ', ' ', ' ' };
	struct trigrams t = { NULL, 0 };
	bool in_word = false;
	size_t i, kept = 0;

	t.at = mem_calloc(strlen(folded) * 2 + 4, sizeof(*t.at));
	for (;;) {
		int32_t cp = s < end ? text_next(&s, end) : -1;
		bool blank = cp < 0 || cp == ' ' || cp == '\t' || cp == '\n' || cp == ',' || cp == '-' || cp == '\'';

		if (!blank || in_word) {
			if (!in_word)
				window[0] = window[1] = window[2] = ' ';
			window[0] = window[1];
			window[1] = window[2];
			window[2] = blank ? ' ' : (uint64_t)cp;
			t.at[t.count++] = window[0] << 42 | window[1] << 21 | window[2];
		}
		in_word = !blank;
		if (cp < 0)
			break;
	}
	mem_free(folded);
	qsort(t.at, t.count, sizeof(*t.at), trigram_compare);
	for (i = 0; i < t.count; i++)
		if (kept == 0 || t.at[kept - 1] != t.at[i])
			t.at[kept++] = t.at[i];
	t.count = kept;
	return t;
}

static double trigrams_similarity(const struct trigrams *x, const struct trigrams *y)
{
	size_t i = 0, k = 0, same = 0, all;

	while (i < x->count && k < y->count) {
		if (x->at[i] == y->at[k]) {
			same++;
			i++;
			k++;
		} else if (x->at[i] < y->at[k]) {
			i++;
		} else {
			k++;
		}
	}
	all = x->count + y->count - same;
	return all == 0 ? 0.0 : (double)same / (double)all;
}

double newcase_similarity(const char *a, const char *b)
{
	struct trigrams x = trigrams_of(a), y = trigrams_of(b);
	double similarity = trigrams_similarity(&x, &y);

	mem_free(x.at);
	mem_free(y.at);
	return similarity;
}

struct newcase_persons {
	struct session *session;
	const struct json *person;
	struct trigrams name;        /* of a set the order of the words does not count: "last first" is the same */
	bool (*visit)(void *ctx, const struct record *record, double similarity);
	void *ctx;
};

static char *newcase_name(const char *first, const char *last)
{
	return mem_printf("%s %s", first == NULL ? "" : first, last == NULL ? "" : last);
}

/* What the rows do not hold: deleted or not, month and day. */
static bool newcase_person_fits(const struct json *person, const struct json *other)
{
	static const char *const parts[] = { "birthdateYYYY", "birthdateMM", "birthdateDD" };
	const char *sex = json_get_string(person, "sex"), *other_sex = json_get_string(other, "sex");
	size_t i;

	if (json_true(json_get(other, "deleted")))
		return false;
	if (sex != NULL && other_sex != NULL && *sex != '\0' && *other_sex != '\0' && strcmp(sex, other_sex) != 0)
		return false;
	for (i = 0; i < 3; i++) {
		int64_t a, b;

		if (json_get_int(person, parts[i], &a) && json_get_int(other, parts[i], &b) && a != b)
			return false;
	}
	return true;
}

/* Most persons are not similar, and there may be a hundred thousand: only of those who are is the document read. */
static bool newcase_visit_name(void *ctx, const struct person_name *row)
{
	const struct newcase_persons *run = ctx;
	char *name = newcase_name(row->first, row->last);
	struct trigrams t = trigrams_of(name);
	double similarity = trigrams_similarity(&run->name, &t);
	struct record record;
	struct json *doc;
	bool go_on = true;

	mem_free(t.at);
	mem_free(name);
	if (similarity < NEWCASE_SIMILAR || store_get(run->session->store, KIND_PERSONS, row->uuid, &record, NULL) != ST_OK)
		return true;
	if (json_parse_text(record.doc, &doc, NULL) == ST_OK) {
		if (newcase_person_fits(run->person, doc))
			go_on = run->visit(run->ctx, &record, similarity);
		json_free(doc);
	}
	record_done(&record);
	return go_on;
}

enum status newcase_each_person(struct session *session, const struct json *person, bool (*visit)(void *ctx, const struct record *record,
	double similarity),
	void *ctx, struct err *err)
{
	struct newcase_persons run = { .session = session, .person = person, .visit = visit, .ctx = ctx };
	const char *sex = json_get_string(person, "sex");
	char *name = newcase_name(json_get_string(person, "firstName"), json_get_string(person, "lastName"));
	enum status st = ST_OK;
	int64_t year;

	/* The rows hold no year outside of this range: 0 is none for them. */
	if (!json_get_int(person, "birthdateYYYY", &year) || year < 1 || year > 9999)
		year = 0;
	if (!text_is_blank(name)) {
		run.name = trigrams_of(name);
		st = store_each_person_name(session->store, sex == NULL ? "" : sex, year, newcase_visit_name, &run, err);
		mem_free(run.name.at);
	}
	mem_free(name);
	return st;
}

struct newcase_cases {
	struct session *session;
	const struct json *doc;
	const char *person;
	bool (*visit)(void *ctx, const struct case_row *row);
	void *ctx;
};

static bool newcase_visit_case(void *ctx, const struct case_row *row)
{
	const struct newcase_cases *run = ctx;
	struct record record;
	struct json *doc;
	const char *region, *other;
	bool same = false;

	if (strcmp(row->person_uuid, run->person) != 0 || store_get(run->session->store, KIND_CASES, row->uuid, &record, NULL) != ST_OK)
		return true;
	if (json_parse_text(record.doc, &doc, NULL) == ST_OK) {
		region = stored_reference(run->doc, "responsibleRegion");
		other = stored_reference(doc, "responsibleRegion");
		same = !json_true(json_get(doc, "deleted")) && (region == NULL || other == NULL || strcmp(region, other) == 0);
		json_free(doc);
	}
	record_done(&record);
	return same ? run->visit(run->ctx, row) : true;
}

enum status newcase_each_case(struct session *session, const struct json *case_doc, const char *person_uuid,
	bool (*visit)(void *ctx, const struct case_row *row), void *ctx, struct err *err)
{
	struct newcase_cases run = { session, case_doc, person_uuid, visit, ctx };
	struct case_query query = { .disease = json_get_string(case_doc, "disease") };
	int64_t report;

	if (json_get_int(case_doc, "reportDate", &report)) {
		query.report_from = report - NEWCASE_DAYS * DATE_DAY_MS;
		query.report_to = report + (NEWCASE_DAYS + 1) * DATE_DAY_MS;
	}
	return store_list_cases(session->store, &query, newcase_visit_case, &run, err);
}
