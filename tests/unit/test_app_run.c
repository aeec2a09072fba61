/* What a run asks for, and in which order (sync.md section 4 "A run"): rules that other rules often hide, each by itself. The server here is a table of
 * answers; it keeps the requests. */
#include <sys/stat.h>

#include "app_profile.h"
#include "app_server.h"

#define P_OTHER "PERSON-BBBBBB-AAAAAA-AAAAAAAA"
#define NEW_CASE "{\"uuid\":\"CASEBB-AAAAAA-AAAAAA-AAAAAAAA\",\"creationDate\":1000,\"changeDate\":1795341500000,\"disease\":\"LASSA\",\"person\":{\"uuid\":\"%s\"}}"

/* The first request from `from` on that begins like this and has the word; -1. */
static int line_of(const struct server *server, const char *path, const char *word, int from)
{
	for (int i = from; i < server->count; i++)
		if (strncmp(server->lines[i], path, strlen(path)) == 0 && strstr(server->lines[i], word) != NULL)
			return i;
	return -1;
}

static void assert_asked(const struct server *server, const char *path, const char *word)
{
	if (line_of(server, path, word, 0) >= 0)
		return;
	for (int i = 0; i < server->count; i++)
		print_message("    %s\n", server->lines[i]);
	fail_msg("nobody asked %s for %s", path, word);
}

static void save_details(struct profile *p, const char *text)
{
	profile_save(p->session, "SurvOff", KIND_CASES, P_CASE, NULL, "additionalDetails", json_new_string(text));
}

static void the_rights_are_asked_when_the_own_user_came_changed(void **state)
{
	struct server server = { .replies = { { "/users/rights", 200, "[]", 1 }, { "/infrastructure/sync", 200, "{\"users\":[{\"uuid\":\"" P_ME "\","
		"\"userName\":\"survoff\",\"active\":false,\"changeDate\":1795341500000}]}", 0 } } };

	synchronize(*state, &server, false, 0);
	assert_int_equal(server.replies[0].times, -1);
	server_done(&server);
}

static void a_person_that_is_not_here_is_asked_for_when_its_case_came(void **state)
{
	static char page[400];
	struct server server = { .replies = { { "/cases/all/", 200, page, 1 } } };

	(void)snprintf(page, sizeof(page), "[" NEW_CASE "]", P_OTHER);
	synchronize(*state, &server, false, 0);
	assert_asked(&server, "/persons/query", P_OTHER);
	server_done(&server);
}

static void a_person_that_is_here_is_read_again_when_a_case_of_it_came_new(void **state)
{
	static char page[400];
	/* the person is listed: nothing else has a reason to ask for it */
	struct server server = { .replies = { { "/cases/all/", 200, page, 1 }, { "/persons/uuids", 200, "[\"" P_PERSON "\"]", 0 } } };

	struct pull_position before = { .seen = P_NOW - 1000000, .from = P_NOW - 1000000, .last_full_ms = P_NOW };
	struct err err;

	/* not the first pull, which brings all persons anyhow */
	assert_ok(store_set_position(((struct profile *)*state)->session->store, KIND_CASES, &before, &err), &err);
	(void)snprintf(page, sizeof(page), "[" NEW_CASE "]", P_PERSON);
	synchronize(*state, &server, false, 0);
	assert_asked(&server, "/persons/query", P_PERSON);
	server_done(&server);
}

static void a_person_that_could_not_be_read_again_is_asked_for_in_the_next_run(void **state)
{
	static char page[400];
	struct profile *p = *state;
	struct server server = { .replies = { { "/cases/all/", 200, page, 1 }, { "/persons/query", 0, "", 0 }, { "/persons/uuids", 200, "[\"" P_PERSON "\"]", 0 } } };
	struct pull_position before = { .seen = P_NOW - 1000000, .from = P_NOW - 1000000, .last_full_ms = P_NOW };
	struct err err;

	assert_ok(store_set_position(p->session->store, KIND_CASES, &before, &err), &err);
	(void)snprintf(page, sizeof(page), "[" NEW_CASE "]", P_PERSON);
	synchronize(p, &server, false, 0);
	assert_asked(&server, "/persons/query", P_PERSON);
	server.replies[1] = (struct reply){ "/persons/query", 200, "[]", 0 };
	synchronize(p, &server, false, 0);
	assert_asked(&server, "/persons/query", P_PERSON);
	/* answered, also if it is not there: not for ever */
	synchronize(p, &server, false, 0);
	assert_int_equal(line_of(&server, "/persons/query", P_PERSON, 0), -1);
	server_done(&server);
}

static void what_was_accepted_is_read_again(void **state)
{
	struct profile *p = *state;
	struct server server = { .replies = { { "/cases/push", 200, "[{\"statusCode\":200}]", 0 } } };

	save_details(p, "one");
	synchronize(p, &server, false, 0);
	assert_asked(&server, "/cases/push", P_CASE);
	assert_true(line_of(&server, "/cases/query", P_CASE, line_of(&server, "/cases/push", P_CASE, 0)) > 0);
	assert_asked(&server, "/persons/query", P_PERSON);
	server_done(&server);
}

static void an_edit_waits_until_the_result_of_the_one_before_was_read(void **state)
{
	struct profile *p = *state;
	struct server server = { .replies = { { "/cases/push", 200, "[{\"statusCode\":200}]", 0 }, { "/cases/query", 500, "\"broken\"", 0 } } };

	save_details(p, "one");
	synchronize(p, &server, false, 0);
	assert_true((profile_flags(p->session, KIND_CASES, P_CASE) & RECORD_REREAD) != 0);
	save_details(p, "two");
	synchronize(p, &server, false, 0);
	assert_asked(&server, "/cases/query", P_CASE);
	if (line_of(&server, "/cases/push", P_CASE, 0) >= 0)
		fail_msg("the second edit was pushed before the result of the first was read");
	server_done(&server);
}

static void a_push_without_an_answer_is_asked_about_before_anything_is_pushed_again(void **state)
{
	struct profile *p = *state;
	struct server server = { .replies = { { "/cases/push", 0, "", 0 }, { "/cases/query", 0, "", 0 } } };

	save_details(p, "one");
	synchronize(p, &server, false, 0);
	assert_asked(&server, "/cases/push", P_CASE);
	server.replies[0] = (struct reply){ "/cases/push", 200, "[{\"statusCode\":200}]", 0 };
	server.replies[1] = (struct reply){ "/cases/query", 200, "[]", 0 };
	synchronize(p, &server, false, 0);
	assert_asked(&server, "/cases/query", P_CASE);
	if (line_of(&server, "/cases/push", P_CASE, 0) >= 0 && line_of(&server, "/cases/push", P_CASE, 0) < line_of(&server, "/cases/query", P_CASE, 0))
		fail_msg("it was pushed again before it was asked about");
	server_done(&server);
}

static void the_person_is_read_again_when_a_partial_update_may_have_changed_it(void **state)
{
	static const struct { const char *key, *value; bool asked; } edits[] = { { "outcome", "DECEASED", true }, { "caseClassification", "CONFIRMED", true },
		{ "additionalDetails", "two beds", false } };
	struct profile *p = *state;

	for (size_t i = 0; i < sizeof(edits) / sizeof(edits[0]); i++) {
		struct json *doc;
		char *answer;
		struct server server = { .updates = true, .replies = { { "/cases/uuids", 200, "[\"" P_CASE "\"]", 0 }, { "/persons/uuids", 200, "[\"" P_PERSON "\"]", 0 } } };

		profile_save(p->session, "SurvOff", KIND_CASES, P_CASE, NULL, edits[i].key, json_new_string(edits[i].value));
		doc = profile_doc(p->session, KIND_CASES, P_CASE);
		json_set(doc, "changeDate", json_new_int(P_NOW + (int64_t)i));
		answer = json_print(doc, NULL);
		json_free(doc);
		server.replies[2] = (struct reply){ "/cases/postUpdate", 200, answer, 0 };
		synchronize(p, &server, false, 0);
		assert_asked(&server, "/cases/postUpdate", edits[i].key);
		if ((line_of(&server, "/persons/query", P_PERSON, 0) >= 0) != edits[i].asked)
			fail_msg("after an update of %s the person was %s", edits[i].key, edits[i].asked ? "not read again" : "read again");
		mem_free(answer);
		server_done(&server);
	}
}

static void a_server_without_partial_updates_is_not_asked_again_before_the_rights_are_due(void **state)
{
	struct profile *p = *state;
	struct server server = { .updates = true, .replies = { { "/cases/postUpdate", 500, "\"HTTP 404 Not Found\"", 0 },
		{ "/cases/push", 400, "{\"message\":\"no\"}", 0 }, { "/cases/uuids", 200, "[\"" P_CASE "\"]", 0 } } };
	static const struct { bool rights_due, has_updates, asked; } runs[] = { { false, false, true }, { false, false, false }, { true, true, true }, { false, true, true } };

	for (size_t i = 0; i < sizeof(runs) / sizeof(runs[0]); i++) {
		char text[2] = { (char)('a' + i), '\0' };

		save_details(p, text);
		server.rights_due = runs[i].rights_due;
		if (runs[i].has_updates)
			server.replies[0] = (struct reply){ "/cases/postUpdate", 403, "\"no\"", 0 };
		synchronize(p, &server, false, 0);
		if ((line_of(&server, "/cases/postUpdate", P_CASE, 0) >= 0) != runs[i].asked)
			fail_msg("run %zu: a partial update was %s", i + 1, runs[i].asked ? "not tried" : "tried");
		assert_asked(&server, "/cases/push", P_CASE);
	}
	server_done(&server);
}

static void what_nobody_could_be_asked_about_is_not_pushed_again(void **state)
{
	struct profile *p = *state;
	struct server server = { .replies = { { "/cases/push", 0, "", 0 }, { "/cases/query", 0, "", 0 } } };
	struct outbox_row before, after;
	struct err err;

	save_details(p, "one");
	synchronize(p, &server, false, 0);
	assert_asked(&server, "/cases/push", P_CASE);
	assert_ok(store_outbox_get(p->session->store, KIND_CASES, P_CASE, &before, &err), &err);
	save_details(p, "two");
	server.replies[0] = (struct reply){ "/cases/push", 200, "[{\"statusCode\":200}]", 0 };
	server.replies[1] = (struct reply){ "/cases/query", 500, "\"broken\"", 0 };
	synchronize(p, &server, false, 0);
	assert_asked(&server, "/cases/query", P_CASE);
	if (line_of(&server, "/cases/push", P_CASE, 0) >= 0)
		fail_msg("it was pushed again, and what became of the first push is not known");
	/* what was sent then is still there to be compared with */
	assert_ok(store_outbox_get(p->session->store, KIND_CASES, P_CASE, &after, &err), &err);
	assert_string_equal(after.body, before.body);
	outbox_row_done(&before);
	outbox_row_done(&after);
	server_done(&server);
}

static void a_person_that_a_record_refers_to_stays_although_the_server_does_not_list_it(void **state)
{
	struct profile *p = *state;
	struct server server = { .replies = { { "/cases/uuids", 200, "[\"" P_CASE "\"]", 0 }, { "/persons/uuids", 200, "[]", 0 } } };
	struct record record;
	struct err err;

	synchronize(p, &server, false, 0);
	assert_asked(&server, "/persons/uuids", "");
	if (line_of(&server, "/persons/query", P_PERSON, 0) >= 0)
		fail_msg("it is no candidate for removal, and was asked for");
	assert_ok(store_get(p->session->store, KIND_PERSONS, P_PERSON, &record, &err), &err);
	record_done(&record);
	server_done(&server);
}

static void what_the_server_lists_is_no_longer_archived(void **state)
{
	struct profile *p = *state;
	struct server server = { .replies = { { "/cases/uuids", 200, "[\"" P_CASE "\"]", 0 }, { "/persons/uuids", 200, "[\"" P_PERSON "\"]", 0 } } };
	struct err err;

	assert_ok(store_set_flags(p->session->store, KIND_CASES, P_CASE, RECORD_ARCHIVED, 0, &err), &err);
	synchronize(p, &server, false, 0);
	assert_asked(&server, "/cases/uuids", "");
	if ((profile_flags(p->session, KIND_CASES, P_CASE) & RECORD_ARCHIVED) != 0)
		fail_msg("it is still taken for archived, and would be deleted here after the next push");
	server_done(&server);
}

static void the_position_moves_with_the_last_slice_of_a_page_and_not_before(void **state)
{
	struct profile *p = *state;
	struct server server = { .replies = { { "/persons/all/", 200, NULL, 1 } } };
	int slices = 0;
	struct buf page;

	buf_init(&page, 0);
	for (int i = 0; i < 250; i++)
		buf_printf(&page, "%s{\"uuid\":\"PERS%02d-%06d-AAAAAA-AAAAAAAA\",\"changeDate\":%lld,\"firstName\":\"Ama\",\"lastName\":\"T\",\"sex\":\"FEMALE\"}", i > 0 ? "," : "[",
			i % 100, i, (long long)(P_NOW - 900000 + i));
	buf_add_char(&page, ']');
	/* Stopped dead after every step in turn until all the rows are there: with fewer, there is no position yet. */
	for (int64_t stop = 1; stop < 40; stop++) {
		struct pull_position position;
		int64_t count;
		struct err err;

		server.replies[0] = (struct reply){ "/persons/all/", 200, buf_text(&page), 1 };
		synchronize(p, &server, false, stop);
		store_unlock_run(p->session->store);
		assert_ok(store_count_kind(p->session->store, KIND_PERSONS, &count, &err), &err);
		assert_ok(store_get_position(p->session->store, KIND_PERSONS, &position, &err), &err);
		if (count >= 251)
			break;
		slices += count > 1;
		if (position.page_uuid[0] != '\0' || position.from > 0)
			fail_msg("stopped after step %lld with %lld of 251 persons, and the position has moved", (long long)stop, (long long)count);
	}
	assert_true(slices > 0);
	buf_done(&page);
	server_done(&server);
}

static void the_next_page_begins_before_what_changed_while_the_first_was_read(void **state)
{
	struct server server = { .replies = { { "/persons/all/", 200, NULL, 1 }, { "/persons/uuids", 500, "\"broken\"", 0 } } };
	char older[32], newer[32];
	struct buf page;

	/* A full page; the last row has changed after the pull began, and rows that are slower to come may be older than it. */
	buf_init(&page, 0);
	for (int i = 0; i < ENGINE_PAGE_FIRST; i++)
		buf_printf(&page, "%s{\"uuid\":\"PERS%02d-AAAAAA-AAAAAA-AAAAAAAA\",\"changeDate\":%lld,\"firstName\":\"Ama\",\"lastName\":\"T\",\"sex\":\"FEMALE\"}", i > 0 ? "," : "[", i,
			(long long)(i < ENGINE_PAGE_FIRST - 1 ? P_NOW - 900000 + i : P_NOW + 5000));
	buf_add_char(&page, ']');
	server.replies[0].body = buf_text(&page);
	(void)snprintf(older, sizeof(older), "/PERS%02d-", ENGINE_PAGE_FIRST - 2);
	(void)snprintf(newer, sizeof(newer), "/PERS%02d-", ENGINE_PAGE_FIRST - 1);
	synchronize(*state, &server, false, 0);
	assert_asked(&server, "/persons/all/", older);
	if (line_of(&server, "/persons/all/", newer, 0) >= 0)
		fail_msg("the next page begins behind a row that changed after the pull began");
	buf_done(&page);
	server_done(&server);
}

static void what_the_server_hides_goes_back_as_it_was_shown(void **state)
{
	static const char shown[] = "[{\"uuid\":\"" P_PERSON "\",\"creationDate\":1000,\"changeDate\":9000,\"pseudonymized\":true,\"inJurisdiction\":false,"
		"\"firstName\":\"Confidential\",\"lastName\":\"Confidential\",\"sex\":\"FEMALE\",\"birthdateYYYY\":1992,\"address\":{\"uuid\":\"ADDRES-AAAAAA-AAAAAA-AAAAAAAA\","
		"\"changeDate\":2000,\"pseudonymized\":true,\"street\":\"\"},\"addresses\":[],\"personContactDetails\":[]}]";
	struct profile *p = *state;
	struct server server = { .replies = { { "/persons/push", 200, "[{\"statusCode\":409,\"message\":\"Dto is older\"}]", 1 },
		{ "/persons/push", 200, "[{\"statusCode\":200}]", 0 }, { "/persons/query", 200, shown, 0 } } };
	struct record person;
	const char *second;
	struct err err;

	/* While an edit waits, the person goes out of sight; the second push follows the reading of the masked version. */
	profile_save(p->session, "SurvOff", KIND_PERSONS, P_PERSON, NULL, "presentCondition", json_new_string("ALIVE"));
	synchronize(p, &server, false, 0);
	second = strstr(buf_text(&server.pushed), "][");
	assert_non_null(second);
	assert_null(strstr(second, "Fatu"));
	assert_non_null(strstr(second, "\"firstName\":\"Confidential\""));
	assert_non_null(strstr(second, "\"pseudonymized\":true"));
	assert_non_null(strstr(second, "\"presentCondition\":\"ALIVE\""));
	assert_ok(store_get(p->session->store, KIND_PERSONS, P_PERSON, &person, &err), &err);
	/* What was known of it stays here; the next push will not send it either. */
	assert_non_null(strstr(person.doc, "Fatu"));
	assert_null(person.base);
	assert_non_null(person.shown);
	record_done(&person);
	server_done(&server);
}

/* What a later SORMAS might add, numbers that a double would spoil, texts with everything in them. */
#define ODD_KEYS "\"new1\":1.0,\"new2\":1e2,\"new3\":12345678901234567890,\"new4\":-0,\"new5\":{\"x\":[0.10,null,{},[],\"\"],\"y\":null}," \
	"\"new6\":\"tab\\tcr lf\\r\\n e\xcc\x81 \xc3\xa9 \xf0\x9f\x98\x80 \xe2\x80\xa8 \""

static void what_nobody_edited_goes_up_as_it_came_down(void **state)
{
	static const char person[] = "{\"uuid\":\"" P_PERSON "\",\"changeDate\":%s,\"pseudonymized\":false,\"inJurisdiction\":true," ODD_KEYS
		",\"firstName\":\"Fatu\",\"lastName\":\"Kamara\",\"sex\":\"%s\",\"birthWeight\":3.20e3,\"nickname\":\" e\xcc\x81\\t\",%s"
		"\"address\":{\"uuid\":\"ADDRES-AAAAAA-AAAAAA-AAAAAAAA\",\"changeDate\":1000,\"latitude\":8.50," ODD_KEYS "},"
		"\"addresses\":[{\"uuid\":\"ADDRES-BBBBBB-AAAAAA-AAAAAAAA\",\"changeDate\":1000,\"longitude\":-13.20," ODD_KEYS "}],\"personContactDetails\":[]}";
	struct profile *p = *state;
	static const char passport[] = "\"passportNumber\":\"P1\",";
	char *first = mem_printf(person, "1795341500000", "FEMALE", ""), *second = mem_printf(person, "1795341600000", "FEMALE", passport);
	char *third = mem_printf(person, "1795341700000", "MALE", passport);
	char *page_one = mem_printf("[%s]", first), *page_two = mem_printf("[%s]", second);
	char *stored = mem_printf("[%s]", third);
	struct server server = { .replies = { { "/persons/all/", 200, page_one, 1 }, { "/persons/uuids", 200, "[\"" P_PERSON "\"]", 0 },
		{ "/cases/uuids", 200, "[\"" P_CASE "\"]", 0 } } };

	synchronize(p, &server, false, 0);
	profile_save(p->session, "SurvOff", KIND_PERSONS, P_PERSON, NULL, "sex", json_new_string("MALE"));
	/* somebody else changed another field: the edit is merged into what is read, and sent */
	server_done(&server);
	server = (struct server){ .replies = { { "/persons/all/", 200, page_two, 1 }, { "/persons/query", 200, stored, 0 }, { "/persons/push", 200, "[{\"statusCode\":200}]", 0 } } };
	synchronize(p, &server, false, 0);
	struct json *sent = NULL, *expected = NULL;
	struct err err;
	assert_ok(json_parse_text(buf_text(&server.pushed), &sent, &err), &err);
	assert_ok(json_parse_text(second, &expected, &err), &err);
	json_set(expected, "sex", json_new_string("MALE"));
	char *text = json_print(json_at(sent, 0), NULL), *wanted = json_print(expected, NULL);
	assert_string_equal(text, wanted);
	mem_free(text);
	mem_free(wanted);
	json_free(sent);
	json_free(expected);
	mem_free(first);
	mem_free(second);
	mem_free(third);
	mem_free(page_one);
	mem_free(page_two);
	mem_free(stored);
	server_done(&server);
}

/* A thousand cases of 8 kB, 2,000 pages of the file: as a page, or their uuids. */
static char *many_cases(bool whole)
{
	char filler[7800];
	struct buf page;

	memset(filler, 'f', sizeof(filler) - 1);
	filler[sizeof(filler) - 1] = '\0';
	buf_init(&page, 0);
	buf_add_text(&page, whole ? "[" : "[\"" P_CASE "\"");
	for (int i = 0; i < 1000; i++) {
		char uuid[40];

		(void)snprintf(uuid, sizeof(uuid), "CASE%02d-BBBBBB-AAAAAA-AAAA%04d", i % 100, i);
		if (!whole)
			buf_printf(&page, ",\"%s\"", uuid);
		else
			buf_printf(&page, "%s{\"uuid\":\"%s\",\"creationDate\":1000,\"changeDate\":%lld,\"disease\":\"LASSA\",\"additionalDetails\":\"%s\"}", i == 0 ? "" : ",",
				uuid, (long long)P_NOW - 100000 + i, filler);
	}
	buf_add_text(&page, "]");
	return buf_take(&page, NULL);
}

/* Not in their commits (a_commit_leaves_copying_the_log_to_the_idle_job), and not only when the file is closed. */
static void the_log_is_copied_between_the_slices_of_a_page(void **state)
{
	struct profile *p = *state;
	char *page = many_cases(true), *uuids = many_cases(false), *path = mem_printf("%s/outpost.db", p->dir);
	struct server server = { .replies = { { "/cases/all/", 200, page, 1 }, { "/cases/uuids", 200, uuids, 0 } } };
	struct stat before, after;
	int64_t cases = 0;
	struct err err;

	assert_int_equal(stat(path, &before), 0);
	synchronize(p, &server, false, 0);
	assert_int_equal(stat(path, &after), 0);
	assert_ok(store_count_kind(p->session->store, KIND_CASES, &cases, &err), &err);
	assert_true(cases >= 1000);
	if (after.st_size < before.st_size + 1000 * 4096)
		fail_msg("the file went from %lld to %lld bytes, expected at least 1,000 pages more", (long long)before.st_size, (long long)after.st_size);
	assert_true(store_log_length(p->session->store) < 2 * STORE_LOG_LONG);
	server_done(&server);
	mem_free(path);
	mem_free(uuids);
	mem_free(page);
}

struct seen_dates { int count; int64_t details, description; };

static bool see_dates(void *ctx, const struct conflict_row *row)
{
	struct seen_dates *seen = ctx;

	seen->count++;
	if (strcmp(row->path, "additionalDetails") == 0)
		seen->details = row->server_change_date;
	if (strcmp(row->path, "hospitalization.description") == 0)
		seen->description = row->server_change_date;
	return true;
}

static void a_conflict_has_the_date_of_the_part_that_changed_there(void **state)
{
	struct profile *p = *state;
	struct json *doc = profile_doc(p->session, KIND_CASES, P_CASE);
	struct conflict_filter all = { .state = -1, .kind = -1 };
	struct seen_dates seen = { 0 };
	struct err err;
	char *text, *page;

	json_set(doc, "changeDate", json_new_int(P_NOW - 90000));
	json_set(doc, "additionalDetails", json_new_string("theirs"));
	json_set(json_get(doc, "hospitalization"), "changeDate", json_new_int(P_NOW - 60000));
	json_set(json_get(doc, "hospitalization"), "description", json_new_string("theirs"));
	text = json_print(doc, NULL);
	page = mem_printf("[%s]", text);
	save_details(p, "mine");
	profile_save(p->session, "SurvOff", KIND_CASES, P_CASE, "hospitalization", "description", json_new_string("mine"));
	struct server server = { .replies = { { "/cases/all/", 200, page, 1 }, { "/cases/uuids", 200, "[\"" P_CASE "\"]", 0 },
		{ "/persons/uuids", 200, "[\"" P_PERSON "\"]", 0 } } };

	synchronize(p, &server, false, 0);
	assert_ok(store_each_conflict(p->session->store, &all, 0, 0, see_dates, &seen, &err), &err);
	assert_int_equal(seen.count, 2);
	assert_int_equal(seen.details, P_NOW - 90000);
	assert_int_equal(seen.description, P_NOW - 60000);
	server_done(&server);
	json_free(doc);
	mem_free(text);
	mem_free(page);
}

#define T(f) cmocka_unit_test_setup_teardown(f, profile_open, profile_close)

int main(void)
{
	const struct CMUnitTest tests[] = {
		T(the_rights_are_asked_when_the_own_user_came_changed),
		T(a_person_that_is_not_here_is_asked_for_when_its_case_came), T(a_person_that_is_here_is_read_again_when_a_case_of_it_came_new),
		T(a_person_that_could_not_be_read_again_is_asked_for_in_the_next_run), T(what_was_accepted_is_read_again), T(an_edit_waits_until_the_result_of_the_one_before_was_read),
		T(a_push_without_an_answer_is_asked_about_before_anything_is_pushed_again),
		T(what_nobody_could_be_asked_about_is_not_pushed_again),
		T(the_person_is_read_again_when_a_partial_update_may_have_changed_it),
		T(a_server_without_partial_updates_is_not_asked_again_before_the_rights_are_due),
		T(a_person_that_a_record_refers_to_stays_although_the_server_does_not_list_it),
		T(what_the_server_lists_is_no_longer_archived), T(the_position_moves_with_the_last_slice_of_a_page_and_not_before),
		T(the_next_page_begins_before_what_changed_while_the_first_was_read), T(what_the_server_hides_goes_back_as_it_was_shown), T(what_nobody_edited_goes_up_as_it_came_down),
		T(the_log_is_copied_between_the_slices_of_a_page), T(a_conflict_has_the_date_of_the_part_that_changed_there),
	};

	return cmocka_run_group_tests_name("app_run", tests, NULL, NULL);
}
