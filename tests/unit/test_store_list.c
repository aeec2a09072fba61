/* The case list, its search and counts; infrastructure by name (architecture.md "Storage"). */
#include "store_fixture.h"

#define DAY INT64_C(86400000)
#define NOV_22_2026 INT64_C(1795305600000)

struct seen { char text[2048]; int count; struct case_row last; char facility[64], first[64], age_type[32], sex[16]; };

static bool see(void *ctx, const struct case_row *row)
{
	struct seen *s = ctx;
	size_t len = strlen(s->text);

	snprintf(s->text + len, sizeof s->text - len, "%s ", row->uuid);
	s->count++;
	s->last = *row;
	snprintf(s->facility, sizeof s->facility, "%s", row->facility);
	snprintf(s->first, sizeof s->first, "%s", row->first_name);
	snprintf(s->age_type, sizeof s->age_type, "%s", row->age_type);
	snprintf(s->sex, sizeof s->sex, "%s", row->sex);
	return true;
}

static struct seen list(struct store *store, struct case_query query)
{
	struct seen seen = { .text = "" };
	struct err err;

	MUST(store_list_cases(store, &query, see, &seen, &err));
	return seen;
}

static void expect_list(struct store *store, struct case_query query, const char *uuids)
{
	struct seen seen = list(store, query);
	struct case_counts counts;
	struct err err;

	if (strcmp(seen.text, uuids) != 0)
		fail_msg("words \"%s\": the list is \"%s\", expected \"%s\"", query.words != NULL ? query.words : "", seen.text, uuids);
	MUST(store_count_cases(store, &query, &counts, &err));
	if (query.limit == 0 && query.offset == 0 && counts.matching != seen.count)
		fail_msg("words \"%s\": counted %lld, listed %d", query.words != NULL ? query.words : "", (long long)counts.matching, seen.count);
}

static void fill(struct store *store)
{
	put(store, KIND_FACILITIES, "FACILI-1", mem_strdup("{\"uuid\":\"FACILI-1\",\"name\":\"Hôpital Saint-Luc\",\"type\":\"HOSPITAL\"}"));
	put(store, KIND_PERSONS, "P-1", person_doc("P-1", "Fatu", "Kamara", "FEMALE"));
	put(store, KIND_PERSONS, "P-2", person_doc("P-2", "Zoé", "Nguyễn", "FEMALE"));
	put(store, KIND_PERSONS, "P-3", person_doc("P-3", "100% Bo", "O_k\\\\", "MALE"));
	put(store, KIND_CASES, "AAA111", case_doc("AAA111", "P-1", "DEF-001", NOV_22_2026));
	put(store, KIND_CASES, "BBB222", case_doc("BBB222", "P-2", "DEF-002", NOV_22_2026 + DAY));
	put(store, KIND_CASES, "CCC333", case_doc("CCC333", "P-3", "DEF-003", NOV_22_2026 - DAY));
}

static void newest_report_comes_first_then_the_uuid(void **state)
{
	struct fixture *f = *state;

	fill(f->store);
	put(f->store, KIND_CASES, "AAA000", case_doc("AAA000", "P-1", "", NOV_22_2026));
	expect_list(f->store, (struct case_query){ 0 }, "BBB222 AAA000 AAA111 CCC333 ");
	expect_list(f->store, (struct case_query){ .offset = 1, .limit = 2 }, "AAA000 AAA111 ");
	expect_list(f->store, (struct case_query){ .offset = 9 }, "");
}

static void every_word_has_to_occur_somewhere(void **state)
{
	struct fixture *f = *state;

	fill(f->store);
	expect_list(f->store, (struct case_query){ .words = "kam" }, "AAA111 ");
	expect_list(f->store, (struct case_query){ .words = "KAMARA fat" }, "AAA111 ");
	expect_list(f->store, (struct case_query){ .words = "kamara zoe" }, "");
	expect_list(f->store, (struct case_query){ .words = "def-00" }, "BBB222 AAA111 CCC333 ");
	expect_list(f->store, (struct case_query){ .words = "aaa1" }, "AAA111 ");
	expect_list(f->store, (struct case_query){ .words = "saint-luc bbb" }, "BBB222 ");
	expect_list(f->store, (struct case_query){ .words = "   " }, "BBB222 AAA111 CCC333 ");
}

static void accents_and_case_do_not_count(void **state)
{
	struct fixture *f = *state;

	fill(f->store);
	expect_list(f->store, (struct case_query){ .words = "zoe" }, "BBB222 ");
	expect_list(f->store, (struct case_query){ .words = "ZOÉ" }, "BBB222 ");
	expect_list(f->store, (struct case_query){ .words = "Zoe\xcc\x81 nguyen" }, "BBB222 ");
	expect_list(f->store, (struct case_query){ .words = "hopital" }, "BBB222 AAA111 CCC333 ");
}

static void wildcards_are_plain_characters(void **state)
{
	struct fixture *f = *state;

	fill(f->store);
	expect_list(f->store, (struct case_query){ .words = "%" }, "CCC333 ");
	expect_list(f->store, (struct case_query){ .words = "100%" }, "CCC333 ");
	expect_list(f->store, (struct case_query){ .words = "o_k" }, "CCC333 ");
	expect_list(f->store, (struct case_query){ .words = "k\\" }, "CCC333 ");
	expect_list(f->store, (struct case_query){ .words = "_" }, "CCC333 ");
	expect_list(f->store, (struct case_query){ .words = "'; DROP TABLE case_row; --" }, "");
	expect_list(f->store, (struct case_query){ 0 }, "BBB222 AAA111 CCC333 ");
}

static void filters_narrow_the_list_and_the_count(void **state)
{
	struct fixture *f = *state;
	struct case_counts counts;
	struct err err;

	fill(f->store);
	edit_key(f->store, KIND_CASES, "AAA111", "investigationStatus", "\"DONE\"", 1);
	edit_key(f->store, KIND_CASES, "CCC333", "disease", "\"MEASLES\"", 2);
	edit_key(f->store, KIND_CASES, "CCC333", "outcome", "\"DECEASED\"", 3);
	edit_key(f->store, KIND_CASES, "CCC333", "caseClassification", "\"CONFIRMED\"", 4);
	expect_list(f->store, (struct case_query){ .disease = "CHOLERA" }, "BBB222 AAA111 ");
	expect_list(f->store, (struct case_query){ .investigation_status = "DONE" }, "AAA111 ");
	expect_list(f->store, (struct case_query){ .outcome = "DECEASED", .classification = "CONFIRMED" }, "CCC333 ");
	expect_list(f->store, (struct case_query){ .outcome = "DECEASED", .classification = "SUSPECT" }, "");
	expect_list(f->store, (struct case_query){ .report_from = NOV_22_2026 }, "BBB222 AAA111 ");
	expect_list(f->store, (struct case_query){ .report_to = NOV_22_2026 }, "AAA111 CCC333 ");
	expect_list(f->store, (struct case_query){ .words = "def", .disease = "CHOLERA", .report_from = NOV_22_2026 + 1 }, "BBB222 ");
	MUST(store_count_cases(f->store, &(struct case_query){ .disease = "CHOLERA" }, &counts, &err));
	assert_int_equal(counts.all, 3);
	assert_int_equal(counts.pending, 2);
	assert_int_equal(counts.done, 1);
	assert_int_equal(counts.discarded, 0);
	assert_int_equal(counts.matching, 2);
}

static void flags_of_the_person_count_for_its_cases(void **state)
{
	struct fixture *f = *state;
	struct err err;

	fill(f->store);
	expect_list(f->store, (struct case_query){ .flags_any = RECORD_DIRTY | RECORD_REJECTED }, "");
	edit_key(f->store, KIND_PERSONS, "P-1", "nickname", "\"F\"", 5);
	expect_list(f->store, (struct case_query){ .flags_any = RECORD_DIRTY }, "AAA111 ");
	MUST(store_reject(f->store, KIND_PERSONS, "P-1", 400, "x", &err));
	expect_list(f->store, (struct case_query){ .flags_any = RECORD_REJECTED }, "AAA111 ");
	MUST(store_set_flags(f->store, KIND_CASES, "CCC333", RECORD_OUT_OF_REACH, 0, &err));
	expect_list(f->store, (struct case_query){ .flags_any = RECORD_OUT_OF_REACH }, "CCC333 ");
	expect_list(f->store, (struct case_query){ .flags_any = RECORD_OUT_OF_REACH | RECORD_REJECTED }, "AAA111 CCC333 ");
	put(f->store, KIND_PERSONS, "P-1", person_doc("P-1", "Fatu", "Kamara", "FEMALE"));
	expect_list(f->store, (struct case_query){ .flags_any = RECORD_DIRTY | RECORD_REJECTED }, "");
}

static void open_conflicts_of_case_and_person_are_counted(void **state)
{
	struct fixture *f = *state;
	struct err err;
	struct conflict_row row = { .kind = KIND_CASES, .uuid = "AAA111", .path = (char[]){ "outcome" }, .type = CONFLICT_FIELD };
	int64_t first = 0, second = 0;

	fill(f->store);
	MUST(store_add_conflict(f->store, &row, &first, &err));
	row.kind = KIND_PERSONS;
	strcpy(row.uuid, "P-1");
	MUST(store_add_conflict(f->store, &row, &second, &err));
	expect_list(f->store, (struct case_query){ .with_conflicts = true }, "AAA111 ");
	assert_int_equal(list(f->store, (struct case_query){ .with_conflicts = true }).last.open_conflicts, 2);
	MUST(store_set_conflict_state(f->store, first, CONFLICT_KEPT, &err));
	assert_int_equal(list(f->store, (struct case_query){ .with_conflicts = true }).last.open_conflicts, 1);
	MUST(store_set_conflict_state(f->store, second, CONFLICT_RESTORED, &err));
	expect_list(f->store, (struct case_query){ .with_conflicts = true }, "");
}

static void a_changed_person_changes_its_cases_rows(void **state)
{
	struct fixture *f = *state;
	struct seen seen;

	fill(f->store);
	edit_key(f->store, KIND_PERSONS, "P-1", "firstName", "\"Mariama\"", 5);
	edit_key(f->store, KIND_PERSONS, "P-1", "sex", "\"UNKNOWN\"", 6);
	expect_list(f->store, (struct case_query){ .words = "fatu" }, "");
	expect_list(f->store, (struct case_query){ .words = "mariama" }, "AAA111 ");
	seen = list(f->store, (struct case_query){ .words = "mariama" });
	assert_string_equal(seen.first, "Mariama");
	assert_string_equal(seen.sex, "UNKNOWN");
	/* A case that gets another person shows that one. */
	edit_key(f->store, KIND_CASES, "AAA111", "person", "{\"uuid\":\"P-2\"}", 7);
	expect_list(f->store, (struct case_query){ .words = "mariama" }, "");
	expect_list(f->store, (struct case_query){ .words = "zoe" }, "BBB222 AAA111 ");
}

static void a_person_that_comes_late_replaces_the_reference_s_name(void **state)
{
	struct fixture *f = *state;

	put(f->store, KIND_CASES, "AAA111", case_doc("AAA111", "P-1", "DEF-001", NOV_22_2026));
	expect_list(f->store, (struct case_query){ .words = "erence" }, "AAA111 ");
	put(f->store, KIND_PERSONS, "P-1", person_doc("P-1", "Fatu", "Kamara", "FEMALE"));
	expect_list(f->store, (struct case_query){ .words = "erence" }, "");
	expect_list(f->store, (struct case_query){ .words = "kamara" }, "AAA111 ");
}

static void a_renamed_facility_renames_it_in_the_list(void **state)
{
	struct fixture *f = *state;

	put(f->store, KIND_CASES, "AAA111", case_doc("AAA111", "P-1", "DEF-001", NOV_22_2026));
	/* the caption, until it is known */
	assert_string_equal(list(f->store, (struct case_query){ .words = "old name" }).facility, "Old Name");
	put(f->store, KIND_FACILITIES, "FACILI-1", mem_strdup("{\"uuid\":\"FACILI-1\",\"name\":\"Hill Hospital\"}"));
	expect_list(f->store, (struct case_query){ .words = "hill" }, "AAA111 ");
	put(f->store, KIND_FACILITIES, "FACILI-1", mem_strdup("{\"uuid\":\"FACILI-1\",\"name\":\"Lake Hospital\"}"));
	assert_string_equal(list(f->store, (struct case_query){ .words = "lake" }).facility, "Lake Hospital");
	expect_list(f->store, (struct case_query){ .words = "hill" }, "");
}

static void another_facility_shows_its_description(void **state)
{
	struct fixture *f = *state;

	put(f->store, KIND_FACILITIES, "SORMAS-CONSTID-OTHERS-FACILITY", mem_strdup("{\"name\":\"OTHER_FACILITY\"}"));
	put(f->store, KIND_CASES, "AAA111", mem_strdup("{\"healthFacility\":{\"uuid\":\"SORMAS-CONSTID-OTHERS-FACILITY\"},\"healthFacilityDetails\":\"Tent by the river\"}"));
	assert_string_equal(list(f->store, (struct case_query){ .words = "tent" }).facility, "Tent by the river");
	put(f->store, KIND_FACILITIES, "SORMAS-CONSTID-OTHERS-FACILITY", mem_strdup("{\"name\":\"OTHER\"}"));
	assert_string_equal(list(f->store, (struct case_query){ .words = "tent" }).facility, "Tent by the river");
}

static void the_age_is_that_at_the_report(void **state)
{
	struct fixture *f = *state;
	struct seen seen;

	fill(f->store); /* born on 23 November 1990 */
	seen = list(f->store, (struct case_query){ .words = "aaa111" });
	assert_int_equal(seen.last.age, 35); /* a day before the birthday */
	assert_string_equal(seen.age_type, "YEARS");
	assert_int_equal(list(f->store, (struct case_query){ .words = "bbb222" }).last.age, 36);
	put(f->store, KIND_PERSONS, "P-1", mem_strdup("{\"uuid\":\"P-1\",\"firstName\":\"Fatu\",\"birthdateYYYY\":1990,\"approximateAge\":7}"));
	assert_int_equal(list(f->store, (struct case_query){ .words = "aaa111" }).last.age, 36); /* only the year is known */
	put(f->store, KIND_PERSONS, "P-1", mem_strdup("{\"uuid\":\"P-1\",\"firstName\":\"Fatu\",\"approximateAge\":7,\"approximateAgeType\":\"MONTHS\"}"));
	seen = list(f->store, (struct case_query){ .words = "aaa111" });
	assert_int_equal(seen.last.age, 7);
	assert_string_equal(seen.age_type, "MONTHS");
	put(f->store, KIND_PERSONS, "P-1", mem_strdup("{\"uuid\":\"P-1\",\"firstName\":\"Fatu\",\"birthdateYYYY\":99999999999,\"birthdateMM\":\"x\",\"approximateAge\":-4}"));
	assert_int_equal(list(f->store, (struct case_query){ .words = "aaa111" }).last.age, -1);
}

static void a_deleted_case_leaves_the_list(void **state)
{
	struct fixture *f = *state;
	struct err err;

	fill(f->store);
	MUST(store_delete(f->store, KIND_CASES, "AAA111", &err));
	expect_list(f->store, (struct case_query){ 0 }, "BBB222 CCC333 ");
	put(f->store, KIND_PERSONS, "P-1", person_doc("P-1", "New", "Name", "MALE"));
	expect_list(f->store, (struct case_query){ .words = "new" }, "");
}

static void documents_of_any_shape_can_be_listed(void **state)
{
	struct fixture *f = *state;
	struct seen seen;

	put(f->store, KIND_CASES, "AAA111", mem_strdup("{}"));
	put(f->store, KIND_CASES, "BBB222", mem_strdup("{\"person\":null,\"healthFacility\":[],\"reportDate\":\"soon\",\"disease\":5,\"epidNumber\":{\"uuid\":\"x\"},\"outcome\":null}"));
	put(f->store, KIND_CASES, "CCC333", mem_strdup("{\"epidNumber\":\"quo\\\"te"
		" \\u00c9t\\u00e9\",\"person\":{\"uuid\":null,\"firstName\":7}}"));
	expect_list(f->store, (struct case_query){ 0 }, "AAA111 BBB222 CCC333 ");
	expect_list(f->store, (struct case_query){ .words = "quo\"te ete" }, "CCC333 ");
	seen = list(f->store, (struct case_query){ .words = "aaa" });
	assert_int_equal(seen.last.age, -1);
	assert_int_equal(seen.last.report_date, 0);
}

/* ---- infrastructure ---- */

static bool see_ref(void *ctx, const struct ref_row *row)
{
	char *text = ctx;

	sprintf(text + strlen(text), "%s%s, ", row->name, row->archived ? "*" : "");
	return true;
}

static bool tell_row(void *ctx, const struct case_row *row)
{
	char *text = ctx;
	size_t len = strlen(text);

	snprintf(text + len, 4096 - len, "%s %s %s,%s at %s flags %u conflicts %d; ", row->uuid, row->disease, row->last_name, row->first_name, row->facility,
		row->flags, row->open_conflicts);
	return true;
}

/* Writes this and that about the same few records, all in one transaction or each in its own, and tells what the list shows after each. */
static void write_this_and_that(bool in_one, char text[4096])
{
	struct conflict_row conflict = { .kind = KIND_CASES, .uuid = "C-2", .label = (char[]){ "l" }, .path = (char[]){ "outcome" }, .type = CONFLICT_FIELD };
	struct case_query all = { 0 };
	struct store *store = NULL;
	struct record record;
	struct err err = { 0 };

	text[0] = '\0';
	MUST(store_open(":memory:", fixture_model, &store, &err));
	if (in_one)
		MUST(store_begin(store, &err));
	for (int step = -3; step < 15; step++) {
		switch (step) {
		case -3: put(store, KIND_PERSONS, "P-0", person_doc("P-0", "No", "Case", "FEMALE")); break;
		case -2: put(store, KIND_FACILITIES, "FACILI-0", mem_strdup("{\"uuid\":\"FACILI-0\",\"name\":\"Unused\"}")); break;
		case -1: put(store, KIND_CASES, "C-0", mem_strdup("{\"uuid\":\"C-0\"}")); break;
		case 0: put(store, KIND_CASES, "C-1", case_doc("C-1", "P-1", "", NOV_22_2026)); break;
		case 1: put(store, KIND_PERSONS, "P-1", person_doc("P-1", "Fatu", "Kamara", "FEMALE")); break;
		case 2: put(store, KIND_FACILITIES, "FACILI-1", mem_strdup("{\"uuid\":\"FACILI-1\",\"name\":\"Clinic\"}")); break;
		case 3: MUST(store_add_conflict(store, &conflict, NULL, &err)); break;
		case 4: put(store, KIND_CASES, "C-2", case_doc("C-2", "P-2", "", NOV_22_2026 + DAY)); break;
		case 5: put(store, KIND_FACILITIES, "FACILI-1", mem_strdup("{\"uuid\":\"FACILI-1\",\"name\":\"Post 7\"}")); break;
		case 6: put(store, KIND_CASES, "C-3", case_doc("C-3", "P-1", "", NOV_22_2026 - DAY)); break;
		case 7: MUST(store_set_conflict_state(store, 1, CONFLICT_KEPT, &err)); break;
		case 8: put(store, KIND_PERSONS, "P-2", person_doc("P-2", "Zoe", "Nguyen", "FEMALE")); break;
		case 9: MUST(store_delete(store, KIND_FACILITIES, "FACILI-1", &err)); break;
		case 10: put(store, KIND_CASES, "C-1", case_doc("C-1", "P-2", "", NOV_22_2026)); break;
		case 11: put(store, KIND_FACILITIES, "FACILI-1", mem_strdup("{\"uuid\":\"FACILI-1\",\"name\":\"Third\"}")); break;
		case 12: MUST(store_delete(store, KIND_CASES, "C-3", &err)); break;
		case 13: put(store, KIND_CASES, "C-3", case_doc("C-3", "P-1", "", NOV_22_2026 - DAY)); break;
		default: MUST(store_set_conflict_state(store, 1, CONFLICT_OPEN, &err));
		}
		MUST(store_list_cases(store, &all, tell_row, text, &err));
		snprintf(text + strlen(text), 4096 - strlen(text), "\n");
	}
	if (in_one)
		MUST(store_commit(store, &err));
	record = get(store, KIND_CASES, "C-3");
	assert_int_equal(record.revision, 2); /* a form that was opened on the deleted one is stale */
	record_done(&record);
	store_close(store);
}

/* What a transaction knows already (known.c) never makes another list of it. */
static void one_transaction_gives_the_list_that_many_give(void **state)
{
	char one[4096], many[4096];

	(void)state;
	write_this_and_that(true, one);
	write_this_and_that(false, many);
	assert_string_equal(one, many);
	assert_non_null(strstr(many, "C-2 CHOLERA Nguyen,Zoe at Third flags 0 conflicts 1"));
}

static void expect_refs(struct store *store, enum kind kind, const char *district, const char *type, const char *words, const char *names)
{
	char text[512] = "";
	struct err err;

	MUST(store_each_ref(store, kind, NULL, district, NULL, type, words, see_ref, text, &err));
	assert_string_equal(text, names);
}

static void infrastructure_is_found_by_place_type_and_name(void **state)
{
	struct fixture *f = *state;
	struct err err;
	struct ref_row row;

	put(f->store, KIND_FACILITIES, "F-1", mem_strdup("{\"uuid\":\"F-1\",\"name\":\"Éast"
		" Hospital\",\"type\":\"HOSPITAL\",\"region\":{\"uuid\":\"R-1\"},\"district\":{\"uuid\":\"D-1\"}}"));
	put(f->store, KIND_FACILITIES, "F-2", mem_strdup("{\"uuid\":\"F-2\",\"name\":\"Clinic\",\"type\":\"CLINIC\",\"district\":{\"uuid\":\"D-1\"},\"archived\":true}"));
	put(f->store, KIND_FACILITIES, "F-3", mem_strdup("{\"uuid\":\"F-3\",\"name\":\"air"
		" Hospital\",\"type\":\"HOSPITAL\",\"district\":{\"uuid\":\"D-2\"},\"community\":{\"uuid\":\"K-1\"}}"));
	put(f->store, KIND_DISTRICTS, "D-1", mem_strdup("{\"uuid\":\"D-1\",\"name\":\"River\"}"));
	put(f->store, KIND_COUNTRIES, "L-1", mem_strdup("{\"uuid\":\"L-1\",\"defaultName\":\"Nowhere\",\"isoCode\":\"NOW\"}"));
	put(f->store, KIND_USERS, "U-1", mem_strdup("{\"uuid\":\"U-1\",\"userName\":\"so\",\"firstName\":\"Sam\",\"lastName\":\"Officer\",\"active\":false}"));
	expect_refs(f->store, KIND_FACILITIES, NULL, NULL, NULL, "air Hospital, Clinic*, Éast Hospital, ");
	expect_refs(f->store, KIND_FACILITIES, "D-1", NULL, NULL, "Clinic*, Éast Hospital, ");
	expect_refs(f->store, KIND_FACILITIES, NULL, "HOSPITAL", "hosp EAST", "Éast Hospital, ");
	expect_refs(f->store, KIND_DISTRICTS, NULL, NULL, NULL, "River, ");
	expect_refs(f->store, KIND_COUNTRIES, NULL, NULL, "now", "Nowhere, ");
	expect_refs(f->store, KIND_USERS, NULL, NULL, NULL, "Sam Officer*, ");
	MUST(store_get_ref(f->store, KIND_FACILITIES, "F-3", &row, &err));
	assert_string_equal(row.name, "air Hospital");
	assert_string_equal(row.district, "D-2");
	assert_string_equal(row.community, "K-1");
	assert_string_equal(row.type, "HOSPITAL");
	assert_string_equal(row.uuid, "F-3");
	EXPECT(store_get_ref(f->store, KIND_FACILITIES, "F-9", &row, &err), ST_NOT_FOUND);
	EXPECT(store_get_ref(f->store, KIND_REGIONS, "F-3", &row, &err), ST_NOT_FOUND);
}

#define T(name) cmocka_unit_test_setup_teardown(name, memory_setup, teardown)

int main(void)
{
	const struct CMUnitTest tests[] = {
		T(newest_report_comes_first_then_the_uuid), T(every_word_has_to_occur_somewhere), T(accents_and_case_do_not_count),
			T(wildcards_are_plain_characters),
		T(filters_narrow_the_list_and_the_count), T(flags_of_the_person_count_for_its_cases),
			T(open_conflicts_of_case_and_person_are_counted),
		T(a_changed_person_changes_its_cases_rows), T(a_person_that_comes_late_replaces_the_reference_s_name),
			T(a_renamed_facility_renames_it_in_the_list),
		T(another_facility_shows_its_description), T(the_age_is_that_at_the_report), T(a_deleted_case_leaves_the_list),
			T(documents_of_any_shape_can_be_listed),
		T(infrastructure_is_found_by_place_type_and_name), T(one_transaction_gives_the_list_that_many_give),
	};

	return cmocka_run_group_tests_name("store_list", tests, NULL, group_teardown);
}
