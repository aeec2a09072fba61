/* Who a profile belongs to: what a sign-in may answer, what is left when another user takes it over, the keyring, the lock. */
#include "app_profile.h"
#include "app_signin.h"

#include "app/conflict.h"
#include "app/draft.h"
#include "app/edit.h"
#include "app/secret.h"
#include "app/settings.h"
#include "app/signin.h"

#define SERVER "https://sormas.example.org/sormas-rest"
#define COMPATIBLE EXCHANGE("/info/checkcompatibility?appVersion=1.104.0", "200", "\"\\\"COMPATIBLE\\\"\"")
#define FIRST(status, body) "{\"scenario\":\"t\",\"exchanges\":[" EXCHANGE("/info/checkcompatibility?appVersion=1.104.0", status, body) "]}"
#define RIGHTS "[\"CASE_VIEW\",\"CASE_EDIT\",\"CASE_CREATE\",\"PERSON_EDIT\"]"

static void assert_says(const struct err *err, const char *words)
{
	char text[1024];

	err_text(err, text, sizeof(text));
	if (strstr(text, words) == NULL)
		fail_msg("the message should have \"%s\" in it: %s", words, text);
}

/* ---- what a server may say ---- */

static void each_answer_of_a_wrong_server_is_told_apart(void **state)
{
	static const struct { const char *answers; enum status st; const char *says; } cases[] = {
		{ FIRST("401", "\"\""), ST_REFUSED, "wrong name or password" },
		{ FIRST("403", "\"\""), ST_REFUSED, "may not use the mobile interface" },
		{ FIRST("503", "\"\""), ST_LATER, "try again later" },
		{ FIRST("404", "\"\""), ST_INVALID, "no SORMAS server at this address" },
		{ FIRST("200", "\"<html>Welcome</html>\""), ST_INVALID, "no SORMAS server at this address" },
		{ FIRST("200", "\"\\\"TOO_OLD\\\"\""), ST_INVALID, "newer Outpost" },
		{ FIRST("200", "\"\\\"TOO_NEW\\\"\""), ST_INVALID, "the server is older" },
		{ FIRST("0", "\"\""), ST_LATER, "cannot be reached" },
		{ "{\"scenario\":\"t\",\"exchanges\":[" COMPATIBLE "," EXCHANGE("/info/locale", "401", "\"\"") "]}", ST_REFUSED, "wrong name or password" },
		{ "{\"scenario\":\"t\",\"exchanges\":[" COMPATIBLE "," EXCHANGE("/info/locale", "404", "\"\"") ","
			EXCHANGE("/info/countryname", "404", "\"\"") "," EXCHANGE("/users/rights", "500", "\"\"") "]}", ST_FAILED, "rights of this account" },
		{ ANSWERS("{\"no\":\"list\"}"), ST_INVALID, "list of rights" },
	};

	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		struct profile *p = *state;
		struct signed_in end = sign_in(p, cases[i].answers, SERVER, "SurvOff", false);

		print_message("    %zu: %s\n", i, cases[i].says);
		assert_int_equal(end.st, cases[i].st);
		assert_says(&end.err, cases[i].says);
		/* Nothing of it is stored. */
		assert_true(session_has_right(p->session, "CASE_CREATE"));
		assert_null(p->session->password);
		profile_close(state);
		assert_int_equal(profile_open(state), 0);
	}
}

static void a_missing_folder_in_the_address_is_found(void **state)
{
	static const char answers[] = "{\"scenario\":\"t\",\"exchanges\":["
		EXCHANGE("/info/checkcompatibility?appVersion=1.104.0", "404", "\"\"") "," COMPATIBLE "," EXCHANGE("/info/locale", "200", "\"\\\"fr-FR\\\"\"") ","
		EXCHANGE("/info/countryname", "200", "\"\\\"\\\"\"") "," EXCHANGE("/users/rights", "200", RIGHTS) "]}";
	struct profile *p = *state;
	struct signed_in end = sign_in(p, answers, "https://other.example.org", "SurvOff", true);

	assert_ok(end.st, &end.err);
	assert_string_equal(session_server(p->session), "https://other.example.org/sormas-rest");
	assert_string_equal(session_country(p->session), "fr");
}

static void if_neither_address_is_one_the_first_answer_counts(void **state)
{
	static const char answers[] = "{\"scenario\":\"t\",\"exchanges\":["
		EXCHANGE("/info/checkcompatibility?appVersion=1.104.0", "503", "\"\"") ","
		EXCHANGE("/info/checkcompatibility?appVersion=1.104.0", "404", "\"\"") "]}";
	struct profile *p = *state;
	struct signed_in end = sign_in(p, answers, "https://sormas.example.org", "SurvOff", false);

	assert_int_equal(end.st, ST_LATER);
	assert_says(&end.err, "status 503");
}

static void what_cannot_be_right_is_not_sent(void **state)
{
	static const struct { struct sign_in how; const char *says; } cases[] = {
		{ { .url = "", .user = "SurvOff", .password = "x" }, "address of the server is missing" },
		{ { .url = NULL, .user = "SurvOff", .password = "x" }, "address of the server is missing" },
		{ { .url = SERVER, .user = " ", .password = "x" }, "user name is empty" },
		{ { .url = SERVER, .user = NULL, .password = "x" }, "user name is empty" },
		{ { .url = SERVER, .user = "Surv:Off", .password = "x" }, "colon" },
		{ { .url = SERVER, .user = "SurvOff", .password = "" }, "password is empty" },
		{ { .url = SERVER, .user = "SurvOff", .password = NULL }, "password is empty" },
		{ { .url = SERVER, .user = "SurvOff", .password = "x", .zone = "Mars/Olympus" }, "Mars/Olympus" },
	};
	struct profile *p = *state;
	char *text = mem_alloc(2001);
	struct err err;

	assert_ok(session_answers(p->session, ANSWERS(RIGHTS), strlen(ANSWERS(RIGHTS)), &err), &err);
	for (size_t i = 0; i <= sizeof(cases) / sizeof(cases[0]); i++) {
		struct sign_in how = { .url = SERVER, .user = "SurvOff", .password = text };
		struct signed_in end = { .st = ST_OK };

		memset(text, 'x', 2000);
		text[2000] = '\0';
		session_sign_in(p->session, i < sizeof(cases) / sizeof(cases[0]) ? &cases[i].how : &how, signed_in_ended, &end);
		assert_true(loop_settle(p->loop, 1000));
		assert_int_equal(end.calls, 1);
		assert_int_equal(end.st, ST_INVALID);
		assert_says(&end.err, i < sizeof(cases) / sizeof(cases[0]) ? cases[i].says : "too long");
	}
	assert_string_equal(date_zone(), "UTC");
	mem_free(text);
}

static void a_second_sign_in_takes_the_place_of_the_first(void **state)
{
	struct profile *p = *state;
	struct sign_in how = { .url = SERVER, .user = "Nobody", .password = "pass", .replace = true };
	struct signed_in first = { .st = ST_OK }, second;
	struct err err;

	assert_ok(session_answers(p->session, ANSWERS(RIGHTS), strlen(ANSWERS(RIGHTS)), &err), &err);
	session_sign_in(p->session, &how, signed_in_ended, &first);
	second = sign_in(p, ANSWERS(RIGHTS), SERVER, "SurvOff", false);
	assert_ok(second.st, &second.err);
	assert_int_equal(first.calls, 0);
	assert_string_equal(session_user(p->session), "SurvOff");
	/* Nor does anything come when the profile is closed meanwhile. */
	session_sign_in(p->session, &how, signed_in_ended, &first);
	session_sign_out(p->session);
	assert_true(loop_settle(p->loop, 1000));
	assert_int_equal(first.calls, 0);
}

static void the_zone_is_stored_with_the_first_sign_in_and_stays(void **state)
{
	struct profile *p = *state;
	struct sign_in how = { .url = SERVER, .user = "SurvOff", .password = "pass", .zone = "Africa/Lagos" };
	struct signed_in end = { .st = ST_FAILED };
	struct err err;
	char *zone;

	assert_ok(session_answers(p->session, ANSWERS(RIGHTS), strlen(ANSWERS(RIGHTS)), &err), &err);
	session_sign_in(p->session, &how, signed_in_ended, &end);
	assert_true(loop_settle(p->loop, 1000));
	assert_ok(end.st, &end.err);
	zone = setting_get(p->session, "timezone");
	assert_string_equal(zone, "Africa/Lagos");
	mem_free(zone);
	end = sign_in(p, ANSWERS(RIGHTS), SERVER, "SurvOff", false);
	assert_ok(end.st, &end.err);
	zone = setting_get(p->session, "timezone");
	assert_string_equal(zone, "Africa/Lagos");
	mem_free(zone);
}

/* ---- another user on the same profile ---- */

static bool count_row(void *ctx, const struct journal_row *row)
{
	int *count = ctx;

	assert_string_equal(row->user, "SurvOff");
	(*count)++;
	return true;
}

static bool count_outbox(void *ctx, const struct outbox_row *row)
{
	(void)row;
	(*(int *)ctx)++;
	return true;
}

static int64_t removed_conflict(struct profile *p)
{
	struct conflict_query query = { .state = "open", .kind = "cases" };
	struct conflict_list list;
	struct err err;
	int64_t id = 0;

	assert_ok(conflict_list(p->session, &query, &list, &err), &err);
	for (size_t i = 0; i < list.count; i++)
		if (strcmp(list.rows[i].type, "record_removed") == 0)
			id = list.rows[i].id;
	conflict_list_done(&list);
	assert_true(id != 0);
	return id;
}

static void another_user_finds_no_records_but_nothing_typed_is_lost(void **state)
{
	struct profile *p = *state;
	struct store *store = p->session->store;
	struct outbox_row sent = { .kind = KIND_CASES, .uuid = P_CASE, .revision = 1, .sent_ms = P_NOW };
	struct conflict_row earlier = { .time_ms = P_NOW, .kind = KIND_CASES, .uuid = P_CASE, .type = CONFLICT_FIELD };
	struct pull_position position = { .seen = 5000, .from = 4000 };
	struct json *draft = profile_doc(p->session, KIND_CASES, P_CASE);
	struct edit_draft *drafts;
	struct conflict_query query = { .state = "open" };
	struct conflict_list list;
	struct signed_in end;
	struct err err;
	int64_t count, id;
	size_t draft_count;
	char *value;
	int rows = 0;

	profile_save(p->session, "SurvOff", KIND_CASES, P_CASE, NULL, "additionalDetails", json_new_string("typed here"));
	sent.body = mem_strdup("{}");
	sent.base = mem_strdup("{}");
	assert_ok(store_outbox_put(store, &sent, &err), &err);
	outbox_row_done(&sent);
	earlier.label = mem_strdup("CASEAA");
	earlier.path = mem_strdup("epidNumber");
	earlier.mine = mem_strdup("\"A\"");
	earlier.theirs = mem_strdup("\"B\"");
	assert_ok(store_add_conflict(store, &earlier, &id, &err), &err);
	conflict_row_done(&earlier);
	json_set(draft, "additionalDetails", json_new_string("half a sen"));
	assert_ok(draft_put(p->session, "d1", KIND_CASES, P_CASE, "hospitalization", 2, NULL, draft, &err), &err);
	json_free(draft);
	assert_ok(store_set_position(store, KIND_CASES, &position, &err), &err);
	assert_ok(setting_set(p->session, "lock_minutes", "7", &err), &err);

	end = sign_in(p, ANSWERS("[\"CASE_VIEW\"]"), SERVER, "HospInf", true);
	assert_ok(end.st, &end.err);
	assert_string_equal(session_user(p->session), "HospInf");
	for (int kind = 0; kind < KIND_COUNT; kind++) {
		assert_ok(store_count_kind(store, (enum kind)kind, &count, &err), &err);
		if (count != 0)
			fail_msg("%d %s of the former user are still here", (int)count, model_kind_name((enum kind)kind));
	}
	assert_false(session_has_right(p->session, "CASE_EDIT"));
	assert_string_equal(session_user_uuid(p->session), "");
	/* Nothing of the former user is sent with the new one's name, and all is pulled from the beginning. */
	rows = 0;
	assert_ok(store_each_outbox(store, KIND_COUNT, count_outbox, &rows, &err), &err);
	assert_int_equal(rows, 0);
	assert_ok(store_get_position(store, KIND_CASES, &position, &err), &err);
	assert_int_equal(position.seen, 0);
	assert_int_equal(position.from, 0);
	/* Journal, drafts, conflict log and settings stay. */
	assert_ok(store_each_journal(store, KIND_CASES, P_CASE, "additionalDetails", count_row, &rows, &err), &err);
	assert_int_equal(rows, 1);
	assert_ok(edit_drafts(p->session, &drafts, &draft_count, &err), &err);
	assert_int_equal(draft_count, 1);
	assert_string_equal(drafts[0].uuid, P_CASE);
	edit_drafts_done(drafts, draft_count);
	assert_int_equal(setting_int(p->session, "lock_minutes"), 7);
	assert_ok(conflict_list(p->session, &query, &list, &err), &err);
	assert_int_equal(list.count, 2);
	for (size_t i = 0; i < list.count; i++) {
		if (list.rows[i].id == id)
			continue;
		assert_string_equal(list.rows[i].type, "record_removed");
		assert_non_null(strstr(list.rows[i].mine, "typed here"));
		assert_null(strstr(list.rows[i].base, "typed here"));
	}
	conflict_list_done(&list);
	/* The new user may not create cases: the former one's are not made again by mistake. */
	assert_int_equal(conflict_restore(p->session, removed_conflict(p), &err), ST_REFUSED);
	value = store_setting(store, STATE_NEWEST);
	assert_null(value);
}

/* The former user signs in again, and the server's case comes as it is there now. */
static void come_back(struct profile *p, const char *text)
{
	struct json *doc = profile_doc(p->session, KIND_CASES, P_CASE);
	struct signed_in end;
	char *server;

	json_remove(doc, "additionalDetails");
	json_set(doc, "epidNumber", json_new_string("given there meanwhile"));
	json_set(doc, "changeDate", json_new_int(P_NOW));
	if (text != NULL)
		json_set(doc, "additionalDetails", json_new_string(text));
	server = json_print(doc, NULL);
	json_free(doc);
	end = sign_in(p, ANSWERS("[\"CASE_VIEW\"]"), SERVER, "HospInf", true);
	assert_ok(end.st, &end.err);
	end = sign_in(p, ANSWERS(RIGHTS), SERVER, "SurvOff", true);
	assert_ok(end.st, &end.err);
	profile_put(p->session, KIND_CASES, P_CASE, server);
	mem_free(server);
}

static void edits_of_a_user_who_came_back_go_into_the_record_that_is_there(void **state)
{
	struct profile *p = *state;
	struct conflict_counts counts;
	struct json *doc;
	struct err err;
	int64_t count;

	profile_save(p->session, "SurvOff", KIND_CASES, P_CASE, NULL, "additionalDetails", json_new_string("typed here"));
	come_back(p, NULL);
	assert_ok(conflict_restore(p->session, removed_conflict(p), &err), &err);
	/* Not a second case for the same person. */
	assert_ok(store_count_kind(p->session->store, KIND_CASES, &count, &err), &err);
	assert_int_equal(count, 1);
	assert_int_equal(profile_flags(p->session, KIND_CASES, P_CASE) & (RECORD_DIRTY | RECORD_NEW), RECORD_DIRTY);
	doc = profile_doc(p->session, KIND_CASES, P_CASE);
	assert_string_equal(json_get_string(doc, "additionalDetails"), "typed here");
	assert_string_equal(json_get_string(doc, "epidNumber"), "given there meanwhile");
	json_free(doc);
	assert_ok(conflict_count(p->session, &counts, &err), &err);
	assert_int_equal(counts.open, 0);
	assert_int_equal(counts.restored, 1);
}

static void what_both_changed_meanwhile_is_a_conflict_of_its_own(void **state)
{
	struct conflict_query query = { .state = "open" };
	struct profile *p = *state;
	struct conflict_list list;
	struct json *doc;
	struct err err;

	profile_save(p->session, "SurvOff", KIND_CASES, P_CASE, NULL, "additionalDetails", json_new_string("typed here"));
	come_back(p, "typed there");
	assert_ok(conflict_restore(p->session, removed_conflict(p), &err), &err);
	doc = profile_doc(p->session, KIND_CASES, P_CASE);
	assert_string_equal(json_get_string(doc, "additionalDetails"), "typed there");
	json_free(doc);
	assert_ok(conflict_list(p->session, &query, &list, &err), &err);
	assert_int_equal(list.count, 1);
	assert_string_equal(list.rows[0].path, "additionalDetails");
	assert_string_equal(list.rows[0].mine, "\"typed here\"");
	assert_string_equal(list.rows[0].theirs, "\"typed there\"");
	conflict_list_done(&list);
}

static void a_profile_is_not_taken_over_while_it_is_synchronized(void **state)
{
	struct profile *p = *state;
	struct session_options options = { .data_dir = p->dir, .loop = p->loop, .zone = "UTC" };
	struct session *other;
	struct signed_in end;
	struct err err;

	assert_ok(session_open(&options, &other, &err), &err);
	assert_ok(store_lock_run(other->store, P_NOW, NULL, &err), &err);
	end = sign_in(p, ANSWERS(RIGHTS), SERVER, "HospInf", true);
	assert_int_equal(end.st, ST_LATER);
	assert_string_equal(session_user(p->session), "SurvOff");
	json_free(profile_doc(p->session, KIND_CASES, P_CASE));
	store_unlock_run(other->store);
	end = sign_in(p, ANSWERS(RIGHTS), SERVER, "HospInf", true);
	assert_ok(end.st, &end.err);
	/* Nor is the next run kept waiting. */
	assert_ok(store_lock_run(other->store, P_NOW, NULL, &err), &err);
	session_close(other);
}

static void the_same_user_is_no_other_one_whatever_the_case_of_letters(void **state)
{
	struct profile *p = *state;
	struct signed_in end;

	end = sign_in(p, ANSWERS(RIGHTS), SERVER, "survoff", false);
	assert_ok(end.st, &end.err);
	json_free(profile_doc(p->session, KIND_CASES, P_CASE));
	/* The same name on another server is somebody else. */
	end = sign_in(p, ANSWERS(RIGHTS), "https://elsewhere.example.org/sormas-rest", "SurvOff", false);
	assert_int_equal(end.st, ST_ASK);
}

static void training_and_real_servers_do_not_mix(void **state)
{
	struct profile *p = *state;
	struct signed_in end;
	struct err err;

	assert_ok(store_set_setting(p->session->store, STATE_TRAINING, "1", &err), &err);
	assert_ok(store_set_setting(p->session->store, STATE_SERVER, "http://127.0.0.1:4001/sormas-rest", &err), &err);
	session_account_changed(p->session);
	end = sign_in(p, ANSWERS(RIGHTS), SERVER, "SurvOff", true);
	assert_int_equal(end.st, ST_INVALID);
	assert_says(&end.err, "training");
	json_free(profile_doc(p->session, KIND_CASES, P_CASE));
	/* It has another port at each start. */
	end = sign_in(p, ANSWERS(RIGHTS), "http://127.0.0.1:4002/sormas-rest", "SurvOff", false);
	assert_ok(end.st, &end.err);
	json_free(profile_doc(p->session, KIND_CASES, P_CASE));
}

/* ---- the keyring ---- */

/* A machine may forbid the keyring: then there is nothing to show. */
static void keep(struct profile *p, const char *password)
{
	struct err err;

	assert_ok(secret_store_hash(p->session, password, &err), &err);
	if (!secret_keep(p->session, password))
		skip();
}

static void start_again(struct profile *p)
{
	struct session_options options = { .data_dir = p->dir, .loop = p->loop, .zone = "UTC" };
	struct err err;

	session_close(p->session);
	assert_ok(session_open(&options, &p->session, &err), &err);
}

static void a_kept_password_serves_the_next_start(void **state)
{
	struct profile *p = *state;

	keep(p, "Secret word");
	start_again(p);
	assert_null(p->session->password);
	assert_true(session_take_kept_password(p->session));
	assert_string_equal(p->session->password, "Secret word");
	session_sign_out(p->session);
	start_again(p);
	assert_false(session_take_kept_password(p->session));
}

static void after_a_lock_the_next_start_asks(void **state)
{
	struct profile *p = *state;
	struct session_status status;
	struct err err;

	keep(p, "Secret word");
	assert_true(session_take_kept_password(p->session));
	session_lock(p->session);
	session_status(p->session, &status);
	assert_true(status.locked);
	/* A run under way needs it. */
	assert_string_equal(p->session->password, "Secret word");
	assert_int_equal(session_give_password(p->session, "wrong", &err), ST_REFUSED);
	session_status(p->session, &status);
	assert_true(status.locked);
	assert_ok(session_give_password(p->session, "Secret word", &err), &err);
	session_status(p->session, &status);
	assert_false(status.locked);
	start_again(p);
	assert_false(session_take_kept_password(p->session));
}

static void the_setting_keeps_it_again_at_each_unlock(void **state)
{
	struct profile *p = *state;
	struct err err;

	keep(p, "Secret word");
	assert_ok(setting_set(p->session, "keep_password", "yes", &err), &err);
	session_lock(p->session);
	assert_ok(session_give_password(p->session, "Secret word", &err), &err);
	start_again(p);
	assert_true(session_take_kept_password(p->session));
	session_sign_out(p->session);
}

static void signing_in_keeps_it_only_when_asked_and_takes_away_the_former_users(void **state)
{
	struct profile *p = *state;
	struct sign_in how = { .url = SERVER, .user = "HospInf", .password = "pass", .replace = true, .keep = true };
	struct signed_in end = { .st = ST_FAILED };
	struct err err;
	char *left;

	keep(p, "Secret word");
	assert_ok(session_answers(p->session, ANSWERS(RIGHTS), strlen(ANSWERS(RIGHTS)), &err), &err);
	session_sign_in(p->session, &how, signed_in_ended, &end);
	assert_true(loop_settle(p->loop, 1000));
	assert_ok(end.st, &end.err);
	left = secret_kept(p->session);
	assert_string_equal(left, "pass");
	secret_wipe(left);
	end = sign_in(p, ANSWERS(RIGHTS), SERVER, "HospInf", false);
	assert_ok(end.st, &end.err);
	assert_null(secret_kept(p->session));
	assert_ok(store_set_setting(p->session->store, STATE_USER, "SurvOff", &err), &err);
	session_account_changed(p->session);
	assert_null(secret_kept(p->session));
}

static void a_password_command_serves_where_no_keyring_does(void **state)
{
	struct profile *p = *state;
	struct err err;

	assert_ok(secret_store_hash(p->session, "Secret word", &err), &err);
	assert_false(session_take_kept_password(p->session));
	assert_ok(setting_set(p->session, "password_command", "echo 'Secret word'", &err), &err);
	assert_true(session_take_kept_password(p->session));
	session_sign_out(p->session);
	assert_ok(setting_set(p->session, "password_command", "echo wrong", &err), &err);
	assert_false(session_take_kept_password(p->session));
	assert_null(p->session->password);
}

#define T(f) cmocka_unit_test_setup_teardown(f, profile_open, profile_close)

int main(void)
{
	const struct CMUnitTest tests[] = {
		T(each_answer_of_a_wrong_server_is_told_apart), T(a_missing_folder_in_the_address_is_found),
		T(if_neither_address_is_one_the_first_answer_counts), T(what_cannot_be_right_is_not_sent),
		T(a_second_sign_in_takes_the_place_of_the_first), T(the_zone_is_stored_with_the_first_sign_in_and_stays),
		T(another_user_finds_no_records_but_nothing_typed_is_lost), T(edits_of_a_user_who_came_back_go_into_the_record_that_is_there),
		T(what_both_changed_meanwhile_is_a_conflict_of_its_own), T(a_profile_is_not_taken_over_while_it_is_synchronized),
		T(the_same_user_is_no_other_one_whatever_the_case_of_letters), T(training_and_real_servers_do_not_mix),
		T(a_kept_password_serves_the_next_start), T(after_a_lock_the_next_start_asks), T(the_setting_keeps_it_again_at_each_unlock),
		T(signing_in_keeps_it_only_when_asked_and_takes_away_the_former_users), T(a_password_command_serves_where_no_keyring_does),
	};

	return cmocka_run_group_tests_name("app_account", tests, NULL, NULL);
}
