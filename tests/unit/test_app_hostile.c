/* A server that sends nonsense: what cannot be used is told and left out, nothing here is changed or lost, everything else goes on (product.md "Everything
 * from outside is hostile"; sync.md "Any failure"). The server here is a table of answers. */
#include "app_profile.h"
#include "app_server.h"

#include "app/edit.h"
#include "app/list.h"

#define OTHER_CASE "CASEBB-AAAAAA-AAAAAA-AAAAAAAA"
#define GOOD_CASE "{\"uuid\":\"" OTHER_CASE "\",\"creationDate\":1000,\"changeDate\":1795341500000,\"disease\":\"LASSA\",\"person\":{\"uuid\":\"" P_PERSON "\"}}"
#define HEAD "\"uuid\":\"" P_CASE "\",\"creationDate\":1000,\"changeDate\":1795341500001,\"disease\":\"LASSA\",\"person\":{\"uuid\":\"" P_PERSON "\"}," \
	"\"reportDate\":1795132800000,\"reportingUser\":{\"uuid\":\"" P_ME "\"},\"caseClassification\":\"SUSPECT\",\"investigationStatus\":\"PENDING\",\"caseOrigin\":\"IN_COUNTRY\"," \
	"\"responsibleRegion\":{\"uuid\":\"" P_REGION "\"},\"responsibleDistrict\":{\"uuid\":\"" P_DISTRICT "\"},\"facilityType\":\"HOSPITAL\"," \
	"\"healthFacility\":{\"uuid\":\"" P_HOSPITAL "\"}"
#define SANE HEAD ",\"outcome\":\"NO_OUTCOME\",\"hospitalization\":{\"uuid\":\"HOSPAA-AAAAAA-AAAAAA-AAAAAAAA\"}"
#define LISTED { "/cases/uuids", 200, "[\"" P_CASE "\",\"" OTHER_CASE "\"]", 0 }, { "/persons/uuids", 200, "[\"" P_PERSON "\"]", 0 }

/* Versions that no merge can read: a part that is no object, a list that is none, a key twice. */
static const char *const nonsense[] = {
	"{" HEAD ",\"hospitalization\":\"none\"}",
	"{" HEAD ",\"hospitalization\":[]}",
	"{" HEAD ",\"hospitalization\":{\"uuid\":\"HOSPAA-AAAAAA-AAAAAA-AAAAAAAA\",\"previousHospitalizations\":{\"0\":1}}}",
	"{" HEAD ",\"hospitalization\":{\"uuid\":\"HOSPAA-AAAAAA-AAAAAA-AAAAAAAA\",\"previousHospitalizations\":7}}",
	"{" HEAD ",\"symptoms\":true}",
	"{" HEAD ",\"outcome\":\"NO_OUTCOME\",\"outcome\":\"DECEASED\"}",
};
/* Odd, but it can be merged: lists whose items have no uuid are one value. */
static const char *const odd[] = {
	"{" HEAD ",\"hospitalization\":{\"uuid\":\"HOSPAA-AAAAAA-AAAAAA-AAAAAAAA\",\"previousHospitalizations\":[{\"admissionDate\":1}]}}",
	"{" HEAD ",\"hospitalization\":{\"uuid\":7,\"previousHospitalizations\":[1,null,\"x\",[]]}}",
	"{" HEAD ",\"person\":\"nobody\",\"responsibleDistrict\":[],\"reportDate\":\"yesterday\"}",
};
#define COUNT(list) (sizeof(list) / sizeof((list)[0]))

static bool is_here(struct profile *p, enum kind kind, const char *uuid)
{
	struct record record;

	if (store_get(p->session->store, kind, uuid, &record, NULL) != ST_OK)
		return false;
	record_done(&record);
	return true;
}

static int count_lines(const struct server *server, const char *path)
{
	int count = 0;

	for (int i = 0; i < server->count; i++)
		count += strncmp(server->lines[i], path, strlen(path)) == 0;
	return count;
}

/* As after a run: no kind is compared with what the server lists. */
static void put_positions(struct profile *p)
{
	struct pull_position before = { .seen = P_NOW - 1000000, .from = P_NOW - 1000000, .last_full_ms = P_NOW, .last_obsolete_ms = P_NOW };
	struct err err;

	for (int k = 0; k < KIND_COUNT; k++)
		assert_ok(store_set_position(p->session->store, (enum kind)k, &before, &err), &err);
}

static char *page_of(const char *a, const char *b)
{
	return mem_printf("[%s,%s]", a, b);
}

static char *details_of(struct profile *p)
{
	struct json *doc = profile_doc(p->session, KIND_CASES, P_CASE);
	char *text = mem_strdup(json_get_string(doc, "additionalDetails") != NULL ? json_get_string(doc, "additionalDetails") : "");

	json_free(doc);
	return text;
}

static void assert_told(const struct server *server, const char *word)
{
	if (server->verdict != SYNC_PARTIAL || strstr(server->why, word) == NULL)
		fail_msg("the run is %s, \"%s\"; expected partial, with %s", sync_verdict_name(server->verdict), server->why, word);
}

static void an_edited_record_whose_version_cannot_be_merged_stays_and_the_rest_goes_on(void **state)
{
	struct profile *p = *state;

	for (size_t i = 0; i < COUNT(nonsense); i++) {
		char *page = page_of(nonsense[i], GOOD_CASE), *answer = mem_printf("[%s]", nonsense[i]), *text = mem_printf("edit %zu", i);
		struct server server = { .replies = { { "/cases/all/", 200, page, 1 }, { "/cases/push", 200, "[{\"statusCode\":409,\"body\":\"Dto is older\"}]", 0 },
			{ "/cases/query", 200, answer, 0 }, LISTED } };
		struct record before, after;
		struct err err;

		profile_save(p->session, "SurvOff", KIND_CASES, P_CASE, NULL, "additionalDetails", json_new_string(text));
		assert_ok(store_get(p->session->store, KIND_CASES, P_CASE, &before, &err), &err);
		synchronize(p, &server, false, 0);
		assert_told(&server, P_CASE);
		if (!is_here(p, KIND_CASES, OTHER_CASE))
			fail_msg("%s: the record behind it did not come", nonsense[i]);
		assert_ok(store_get(p->session->store, KIND_CASES, P_CASE, &after, &err), &err);
		assert_string_equal(after.doc, before.doc);
		assert_string_equal(after.base, before.base);
		assert_true((after.flags & RECORD_DIRTY) != 0);
		if (count_lines(&server, "/cases/push") > 3)
			fail_msg("%s: pushed %d times in one run", nonsense[i], count_lines(&server, "/cases/push"));
		record_done(&before);
		record_done(&after);
		server_done(&server);
		/* the server sends sense again: the edit is merged into it and goes */
		server = (struct server){ .replies = { { "/cases/push", 200, "[{\"statusCode\":409,\"body\":\"Dto is older\"}]", 1 },
			{ "/cases/push", 200, "[{\"statusCode\":200}]", 0 }, { "/cases/query", 200, "[{" SANE ",\"epidNumber\":\"E-1\"}]", 0 }, LISTED } };
		synchronize(p, &server, false, 0);
		assert_non_null(strstr(buf_text(&server.pushed), text));
		if (strstr(buf_text(&server.pushed), "E-1") == NULL)
			fail_msg("%s: pushed without what the server has: %s\n%s", nonsense[i], buf_text(&server.pushed), server.why);
		server_done(&server);
		/* for the next one: clean, of an older date */
		server = (struct server){ .replies = { { "/cases/query", 200, "[{" SANE "}]", 0 }, LISTED } };
		synchronize(p, &server, false, 0);
		mem_free(page);
		mem_free(answer);
		mem_free(text);
		server_done(&server);
	}
}

static void odd_lists_are_merged_as_one_value(void **state)
{
	struct profile *p = *state;

	for (size_t i = 0; i < COUNT(odd); i++) {
		char *page = page_of(odd[i], GOOD_CASE), *now;
		struct server server = { .replies = { { "/cases/all/", 200, page, 1 }, { "/cases/push", 0, "", 0 }, LISTED } };

		profile_save(p->session, "SurvOff", KIND_CASES, P_CASE, NULL, "additionalDetails", json_new_string("mine"));
		synchronize(p, &server, false, 0);
		assert_true(is_here(p, KIND_CASES, OTHER_CASE));
		now = details_of(p);
		assert_string_equal(now, "mine");
		assert_true((profile_flags(p->session, KIND_CASES, P_CASE) & RECORD_DIRTY) != 0);
		mem_free(now);
		mem_free(page);
		server_done(&server);
	}
}

static void what_was_sent_waits_until_its_result_can_be_read(void **state)
{
	static const struct { int status; const char *verdicts; } pushes[] = { { 200, "[{\"statusCode\":200}]" }, { 0, "" } };
	struct profile *p = *state;

	for (size_t push = 0; push < COUNT(pushes); push++)
		for (size_t i = 0; i < COUNT(nonsense); i++) {
			char *answer = mem_printf("[%s]", nonsense[i]), *text = mem_printf("edit %zu %zu", push, i), *now, *sane;
			struct server server = { .replies = { { "/cases/push", pushes[push].status, pushes[push].verdicts, 0 }, { "/cases/query", 200, answer, 0 }, LISTED } };
			struct outbox_row row;
			struct err err;

			profile_save(p->session, "SurvOff", KIND_CASES, P_CASE, NULL, "additionalDetails", json_new_string(text));
			synchronize(p, &server, false, 0);
			if (server.verdict == SYNC_COMPLETED)
				fail_msg("%s: the run is said to be complete", nonsense[i]);
			now = details_of(p);
			assert_string_equal(now, text);
			mem_free(now);
			if (store_outbox_get(p->session->store, KIND_CASES, P_CASE, &row, &err) != ST_OK)
				fail_msg("%s, push %d: forgotten: %s\n%s", nonsense[i], pushes[push].status, server.why, server.lines[server.count - 1]);
			assert_true(row.sent_ms != 0);
			outbox_row_done(&row);
			server_done(&server);
			sane = mem_printf("[{" SANE ",\"additionalDetails\":\"%s\"}]", text);
			server = (struct server){ .replies = { { "/cases/query", 200, sane, 0 }, { "/cases/push", 200, "[{\"statusCode\":200}]", 0 }, LISTED } };
			synchronize(p, &server, false, 0);
			now = details_of(p);
			assert_string_equal(now, text);
			if ((profile_flags(p->session, KIND_CASES, P_CASE) & (RECORD_DIRTY | RECORD_REREAD)) != 0)
				fail_msg("%s: still waiting after the server sent sense (%s)", nonsense[i], server.why);
			mem_free(now);
			mem_free(sane);
			mem_free(answer);
			mem_free(text);
			server_done(&server);
		}
}

static void a_clean_record_takes_what_the_server_has_whatever_it_is(void **state)
{
	struct profile *p = *state;

	for (size_t i = 0; i < COUNT(nonsense) + COUNT(odd); i++) {
		const char *row = i < COUNT(nonsense) ? nonsense[i] : odd[i - COUNT(nonsense)];
		char *page = page_of(row, GOOD_CASE);
		struct server server = { .replies = { { "/cases/all/", 200, page, 1 }, LISTED } };

		synchronize(p, &server, false, 0);
		if (server.verdict != SYNC_COMPLETED)
			fail_msg("%s: the run is %s: %s", row, sync_verdict_name(server.verdict), server.why);
		assert_true(is_here(p, KIND_CASES, OTHER_CASE));
		mem_free(page);
		server_done(&server);
	}
}

#define ROW(uuid, rest) "{\"uuid\":\"" uuid "\"" rest ",\"disease\":\"LASSA\",\"person\":{\"uuid\":\"" P_PERSON "\"}}"
#define LONG_TEXT "AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA"

static void one_bad_row_of_a_page_does_not_stop_the_others(void **state)
{
	static const char *const rows[] = { "{\"changeDate\":1795341500002}", "{\"uuid\":null}", "{\"uuid\":17}", "{\"uuid\":\"\"}", "{\"uuid\":\"" LONG_TEXT LONG_TEXT "\"}",
		"{\"uuid\":\"CASE\\\"A-AAAAAA-AAAAAA-AAAAAAAA\"}", "{\"uuid\":\"CASE\\u001bA-AAAAAA-AAAAAA-AAAAAAAA\"}", "{\"uuid\":\"CASE/A-AAAAAA-AAAAAA-AAAAAAAA\"}",
		"{\"uuid\":\"" OTHER_CASE "\",\"uuid\":\"" P_CASE "\"}", "{\"uuid\":\"" OTHER_CASE "\",\"uuid\":5}", "7", "null", "\"text\"", "[]",
		"[{\"uuid\":\"" P_CASE "\",\"deleted\":true}]", "[[],[{}]]", "{}" };
	struct profile *p = *state;

	put_positions(p);
	for (size_t i = 0; i < COUNT(rows); i++) {
		char uuid[40], *page;
		struct server server = { .replies = { { "/cases/all/", 200, NULL, 1 }, LISTED } };

		(void)snprintf(uuid, sizeof(uuid), "CASE%02zu-BBBBBB-AAAAAA-AAAAAAAA", i);
		page = mem_printf("[%s,{\"uuid\":\"%s\",\"changeDate\":%lld,\"person\":{\"uuid\":\"" P_PERSON "\"}},%s]", rows[i], uuid, (long long)P_NOW - 90000 + (long long)i, rows[i]);
		server.replies[0].body = page;
		synchronize(p, &server, false, 0);
		if (!is_here(p, KIND_CASES, uuid))
			fail_msg("%s: the row beside it did not come: %s", rows[i], server.why);
		assert_told(&server, "row 1 of an answer");
		assert_true(is_here(p, KIND_CASES, P_CASE));
		mem_free(page);
		server_done(&server);
	}
}

static void odd_dates_and_a_uuid_twice_are_no_reason_to_stop(void **state)
{
	static const char page[] = "[" ROW("CASE01-BBBBBB-AAAAAA-AAAAAAAA", "") "," ROW("CASE02-BBBBBB-AAAAAA-AAAAAAAA", ",\"changeDate\":\"yesterday\"") ","
		ROW("CASE03-BBBBBB-AAAAAA-AAAAAAAA", ",\"changeDate\":-5") "," ROW("CASE04-BBBBBB-AAAAAA-AAAAAAAA", ",\"changeDate\":1e300") ","
		ROW("CASE05-BBBBBB-AAAAAA-AAAAAAAA", ",\"changeDate\":9007199254740993000000") "," ROW("CASE06-BBBBBB-AAAAAA-AAAAAAAA", ",\"changeDate\":9223372036854775807") ","
		ROW("CASE07-BBBBBB-AAAAAA-AAAAAAAA", ",\"changeDate\":1795341500000") "," ROW("CASE07-BBBBBB-AAAAAA-AAAAAAAA", ",\"changeDate\":1795341500001") ","
		ROW("CASE08-BBBBBB-AAAAAA-AAAAAAAA", ",\"changeDate\":null,\"creationDate\":{}") "]";
	struct profile *p = *state;
	struct server server = { .replies = { { "/cases/all/", 200, page, 1 }, LISTED } };
	struct pull_position position;
	struct err err;

	put_positions(p);
	synchronize(p, &server, false, 0);
	assert_int_equal(server.verdict, SYNC_COMPLETED);
	for (int i = 1; i <= 8; i++) {
		char uuid[40];

		(void)snprintf(uuid, sizeof(uuid), "CASE%02d-BBBBBB-AAAAAA-AAAAAAAA", i);
		if (!is_here(p, KIND_CASES, uuid))
			fail_msg("%s did not come", uuid);
	}
	/* a date that never was does not move the place where the next pull begins */
	assert_ok(store_get_position(p->session->store, KIND_CASES, &position, &err), &err);
	if (position.from > INT64_C(1795341500001) || position.from < INT64_C(1795341500001) - ENGINE_OVERLAP_MS)
		fail_msg("the next pull begins at %lld, the newest row is of 1795341500001", (long long)position.from);
	server_done(&server);
}

static void a_full_page_of_bad_rows_is_not_passed_over(void **state)
{
	struct profile *p = *state;
	struct server server = { .replies = { { "/cases/all/", 200, NULL, 0 }, LISTED } };
	struct pull_position position, before = { .seen = P_NOW - 1000000, .from = P_NOW - 1000000, .last_full_ms = P_NOW };
	struct buf page;
	struct err err;

	assert_ok(store_set_position(p->session->store, KIND_CASES, &before, &err), &err);
	buf_init(&page, 0);
	for (int i = 0; i < ENGINE_PAGE_DOUBLED_MAX; i++)
		buf_printf(&page, "%s{\"changeDate\":%lld}", i > 0 ? "," : "[", (long long)P_NOW - 500000 + i);
	buf_add_char(&page, ']');
	server.replies[0].body = buf_text(&page);
	synchronize(p, &server, false, 0);
	assert_int_equal(server.verdict, SYNC_FAILED);
	assert_ok(store_get_position(p->session->store, KIND_CASES, &position, &err), &err);
	if (position.from != before.from || position.page_uuid[0] != '\0')
		fail_msg("the next pull begins at %lld, expected %lld as before", (long long)position.from, (long long)before.from);
	if (count_lines(&server, "/cases/all/") > 12)
		fail_msg("%d pages were asked for", count_lines(&server, "/cases/all/"));
	buf_done(&page);
	server_done(&server);
}

/* No screen, file or error may be moved by it: no control character, no mark that turns the writing round. */
static void assert_tame(const char *text, const char *where)
{
	for (const char *c = text; c != NULL && *c != '\0'; c++)
		if ((unsigned char)*c < 0x20 && *c != '\n' && *c != '\r')
			fail_msg("%s: a control character %d in \"%.80s\"", where, *c, text);
	if (text != NULL && (strstr(text, "\xe2\x80\xae") != NULL || strstr(text, "\xc2\x9b") != NULL))
		fail_msg("%s: a mark that turns the writing round, or a C1 sign, in \"%.80s\"", where, text);
}

/* Nobody knows where its rows end: nothing of it is used, the place is kept, the other kinds and the edits go on. (One that is cut short is no answer, and
 * asked for again.) */
static void a_page_that_is_no_json_ends_its_kind_alone_and_says_where(void **state)
{
	static const char *const bodies[] = { "[{\"uuid\":\"" OTHER_CASE "\",\"epidNumber\":\"\\u0000\"}]", "[{\"uuid\":\"" OTHER_CASE "\",\"epidNumber\":\"\xff\"}]",
		"[{\"uuid\":\"" OTHER_CASE "\"}] []", "{\"a\":[]}", "[{\"uuid\":\"" OTHER_CASE "\",\"x\":\"\\ud800\"}]" };
	struct profile *p = *state;

	put_positions(p);
	for (size_t i = 0; i < COUNT(bodies); i++) {
		struct server server = { .replies = { { "/cases/all/", 200, bodies[i], 0 }, { "/cases/push", 200, "[{\"statusCode\":422,\"body\":\"no\"}]", 0 },
			{ "/persons/all/", 200, "[{\"uuid\":\"PERSON-BBBBBB-AAAAAA-AAAAAAAA\",\"changeDate\":1795341500000,\"firstName\":\"Ama\",\"lastName\":\"T\",\"sex\":\"FEMALE\"}]", 0 }, LISTED } };
		char *text = mem_printf("edit %zu", i);
		struct pull_position position;
		struct err err;

		profile_save(p->session, "SurvOff", KIND_CASES, P_CASE, NULL, "additionalDetails", json_new_string(text));
		synchronize(p, &server, false, 0);
		if (server.verdict != SYNC_FAILED || strstr(server.why, "/cases/all/") == NULL)
			fail_msg("%s: the run is %s: %s", bodies[i], sync_verdict_name(server.verdict), server.why);
		assert_tame(server.why, bodies[i]);
		assert_false(is_here(p, KIND_CASES, OTHER_CASE));
		assert_true(is_here(p, KIND_PERSONS, "PERSON-BBBBBB-AAAAAA-AAAAAAAA"));
		assert_non_null(strstr(buf_text(&server.pushed), text));
		assert_ok(store_get_position(p->session->store, KIND_CASES, &position, &err), &err);
		assert_int_equal(position.from, P_NOW - 1000000);
		mem_free(text);
		server_done(&server);
	}
}

/* Opens everything that shows a case; what cannot be opened says why. */
static void open_all(struct profile *p, const char *doc)
{
	struct edit_section sections[EDIT_MAX_SECTIONS];
	struct list_page page;
	struct edit_head head;
	struct edit *edit;
	size_t count = 0;
	struct err err = { 0 };
	char text[1024], *out;

	if (list_cases(p->session, NULL, 0, 0, &page, &err) != ST_OK)
		fail_msg("%.200s: the list cannot be shown", doc);
	out = list_csv(&page);
	assert_tame(out, "the list as CSV");
	mem_free(out);
	mem_free(list_json(&page));
	list_page_done(&page);
	if (edit_head(p->session, P_CASE, &head, &err) == ST_OK)
		edit_head_done(&head);
	if (edit_sections(p->session, P_CASE, sections, &count, &err) != ST_OK) {
		err_text(&err, text, sizeof(text));
		assert_true(text[0] != '\0');
		assert_tame(text, "the error of the sections");
		return;
	}
	for (size_t i = 0; i < count; i++) {
		err = (struct err){ 0 };
		if (edit_open(p->session, sections[i].form, "cases", P_CASE, NULL, &edit, &err) == ST_OK) {
			for (size_t row = 0; row < edit_row_count(edit); row++)
				assert_non_null(edit_row(edit, row)->path);
			edit_close(edit);
			continue;
		}
		err_text(&err, text, sizeof(text));
		if (text[0] == '\0')
			fail_msg("%.200s: %s does not open and does not say why", doc, sections[i].form);
		assert_tame(text, sections[i].form);
	}
}

static void whatever_the_server_has_can_be_looked_at(void **state)
{
	struct profile *p = *state;

	for (size_t i = 0; i < COUNT(nonsense) + COUNT(odd); i++) {
		const char *doc = i < COUNT(nonsense) ? nonsense[i] : odd[i - COUNT(nonsense)];
		struct store_pulled row = { .kind = KIND_CASES, .uuid = P_CASE, .doc = doc, .doc_len = strlen(doc), .now_ms = P_NOW };
		struct record before;
		struct err err;

		assert_ok(store_get(p->session->store, KIND_CASES, P_CASE, &before, &err), &err);
		row.revision = before.revision;
		record_done(&before);
		assert_ok(store_put_pulled(p->session->store, &row, &err), &err);
		open_all(p, doc);
	}
}

/* Places that contradict themselves, nobody's users, values without a value, features that nobody knows, names of a megabyte with everything in them. */
static void infrastructure_that_contradicts_itself_is_taken_as_it_is(void **state)
{
	static const char evil[] = "\\u001b]0;x\\u0007\\u001b[2J \\u202e\\u2066 \\u009b31m \\u0000";
	struct profile *p = *state;
	char *name = mem_alloc(1000001), *bundle;
	struct server server = { .replies = { { "/infrastructure", 200, NULL, 0 }, { "/customizableenumvalues", 200,
		"[{\"uuid\":\"ENUMAA-AAAAAA-AAAAAA-AAAAAAAA\",\"changeDate\":5,\"dataType\":\"DISEASE_VARIANT\",\"value\":null,\"caption\":7,\"diseases\":\"LASSA\"},"
		"{\"uuid\":\"ENUMBB-AAAAAA-AAAAAA-AAAAAAAA\",\"changeDate\":5,\"dataType\":[],\"value\":{\"a\":1}}]", 0 }, LISTED } };

	memset(name, 'n', 1000000);
	name[1000000] = '\0';
	bundle = mem_printf("{\"regions\":[{\"uuid\":\"" P_REGION "\",\"changeDate\":9000,\"name\":\"%s%s\",\"region\":{\"uuid\":\"" P_REGION "\"},\"area\":{\"uuid\":\"" P_REGION "\"}},8],"
		"\"districts\":[{\"uuid\":\"" P_DISTRICT "\",\"changeDate\":9000,\"name\":null,\"region\":{\"uuid\":\"" P_DISTRICT "\"}},{\"uuid\":\"NO\"}],"
		"\"communities\":[{\"uuid\":\"" P_REGION "\",\"name\":[\"x\"],\"district\":\"" P_DISTRICT "\"}],"
		"\"facilities\":[{\"uuid\":\"" P_HOSPITAL "\",\"changeDate\":9000,\"name\":{\"a\":\"b\"},\"type\":17,\"district\":null}],"
		"\"users\":[{\"uuid\":\"" P_ME "\",\"changeDate\":9000,\"userName\":\"SurvOff\",\"userRoles\":null},{\"uuid\":\"USERXX-AAAAAA-AAAAAA-AAAAAAAA\",\"userName\":\"%s\",\"userRoles\":[7]}],"
		"\"userRoles\":[{\"uuid\":\"ROLEAA-AAAAAA-AAAAAA-AAAAAAAA\",\"changeDate\":9000,\"caption\":\"%s\",\"userRights\":null}],"
		"\"featureConfigurations\":[{\"uuid\":\"FEATAA-AAAAAA-AAAAAA-AAAAAAAA\",\"featureType\":\"OF_TOMORROW\",\"enabled\":\"maybe\",\"properties\":[1]},"
		"{\"uuid\":\"FEATBB-AAAAAA-AAAAAA-AAAAAAAA\",\"featureType\":null}]}", evil, name, evil, evil);
	/* a NUL is no text that anything here can keep: that is a matter of json, and would be the whole answer */
	for (char *nul = strstr(bundle, "\\u0000"); nul != NULL; nul = strstr(nul, "\\u0000"))
		memcpy(nul, "\\u0001", 6);
	server.replies[0].body = bundle;
	synchronize(p, &server, false, 0);
	assert_told(&server, "row 2 of an answer");
	assert_true(is_here(p, KIND_USER_ROLES, "ROLEAA-AAAAAA-AAAAAA-AAAAAAAA"));
	assert_true(is_here(p, KIND_CUSTOMIZABLE_ENUM_VALUES, "ENUMBB-AAAAAA-AAAAAA-AAAAAAAA"));
	assert_true(is_here(p, KIND_FEATURE_CONFIGURATIONS, "FEATBB-AAAAAA-AAAAAA-AAAAAAAA"));
	session_account_changed(p->session);
	session_notify_changed(p->session);
	open_all(p, "infrastructure");
	mem_free(bundle);
	mem_free(name);
	server_done(&server);
}

static void an_answer_to_a_push_that_cannot_be_read_loses_nothing_and_accepts_nothing(void **state)
{
	static const struct { int status; const char *body; } answers[] = { { 200, "[]" }, { 200, "[{\"statusCode\":200},{\"statusCode\":200}]" }, { 200, "[{\"statusCode\":-200}]" },
		{ 200, "[{\"statusCode\":2000000000000}]" }, { 200, "[{\"statusCode\":\"200\"}]" }, { 200, "[{\"statusCode\":2e300}]" }, { 200, "[{\"statusCode\":null}]" }, { 200, "[200]" },
		{ 200, "[[{\"statusCode\":200}]]" }, { 200, "{\"statusCode\":200}" }, { 200, "200" }, { 200, "[{\"statusCode\":200}" }, { 200, "[{\"statusCode\":200,\"statusCode\":500}]" },
		{ 200, "<html>" }, { 200, "" }, { 204, "" }, { 302, "" }, { 99, "[]" }, { 999, "x" }, { 200, "[{\"statusCode\":500,\"body\":{\"a\":[1]}}]" },
		{ 200, "[{\"statusCode\":422,\"body\":17}]" }, { 200, "[{\"statusCode\":403,\"body\":[\"\\u001b[2J\"]}]" }, { 200, "[{\"statusCode\":100}]" }, { 200, "[{\"statusCode\":302}]" } };
	struct profile *p = *state;

	for (size_t i = 0; i < COUNT(answers); i++) {
		char *text = mem_printf("edit %zu", i), *now;
		struct server server = { .replies = { { "/cases/push", answers[i].status, answers[i].body, 0 }, LISTED } };

		profile_save(p->session, "SurvOff", KIND_CASES, P_CASE, NULL, "additionalDetails", json_new_string(text));
		synchronize(p, &server, false, 0);
		now = details_of(p);
		assert_string_equal(now, text);
		if ((profile_flags(p->session, KIND_CASES, P_CASE) & RECORD_DIRTY) == 0)
			fail_msg("%d %s: taken for accepted", answers[i].status, answers[i].body);
		if (server.verdict == SYNC_COMPLETED)
			fail_msg("%d %s: the run is said to be complete", answers[i].status, answers[i].body);
		if (server.why[0] == '\0')
			fail_msg("%d %s: nobody says why", answers[i].status, answers[i].body);
		assert_tame(server.why, answers[i].body);
		if (count_lines(&server, "/cases/push") > 4)
			fail_msg("%d %s: pushed %d times in one run", answers[i].status, answers[i].body, count_lines(&server, "/cases/push"));
		mem_free(now);
		mem_free(text);
		server_done(&server);
	}
}

#define T(f) cmocka_unit_test_setup_teardown(f, profile_open, profile_close)

int main(void)
{
	const struct CMUnitTest tests[] = {
		T(an_edited_record_whose_version_cannot_be_merged_stays_and_the_rest_goes_on), T(odd_lists_are_merged_as_one_value),
		T(what_was_sent_waits_until_its_result_can_be_read), T(a_clean_record_takes_what_the_server_has_whatever_it_is),
		T(one_bad_row_of_a_page_does_not_stop_the_others), T(odd_dates_and_a_uuid_twice_are_no_reason_to_stop), T(a_full_page_of_bad_rows_is_not_passed_over), T(a_page_that_is_no_json_ends_its_kind_alone_and_says_where),
		T(an_answer_to_a_push_that_cannot_be_read_loses_nothing_and_accepts_nothing),
		T(whatever_the_server_has_can_be_looked_at), T(infrastructure_that_contradicts_itself_is_taken_as_it_is),
	};

	return cmocka_run_group_tests_name("app_hostile", tests, NULL, NULL);
}
