#include "app_profile.h"
#include "app_signin.h"

#include <sodium.h>
#include <sys/stat.h>

#include "app/secret.h"
#include "app/settings.h"
#include "app/server_url.h"

/* ---- the password ---- */

static void the_password_is_checked_without_a_connection(void **state)
{
	struct profile *p = *state;
	struct session_status status;
	struct err err;
	char *hash;

	assert_ok(secret_store_hash(p->session, "Secret word", &err), &err);
	assert_int_equal(session_give_password(p->session, "another word", &err), ST_REFUSED);
	session_status(p->session, &status);
	assert_false(status.signed_in);
	assert_ok(session_give_password(p->session, "Secret word", &err), &err);
	session_status(p->session, &status);
	assert_true(status.signed_in);
	hash = store_setting(p->session->store, STATE_HASH);
	assert_non_null(hash);
	assert_null(strstr(hash, "Secret"));
	mem_free(hash);
}

/* An earlier version hashed with 64 MiB and two passes: such a profile opens, and its next hash fits the program's memory. */
static void a_hash_of_other_costs_is_accepted_and_replaced(void **state)
{
	struct profile *p = *state;
	char old[crypto_pwhash_STRBYTES], *hash;
	struct err err;
	unsigned memory_kb = 0;

	assert_true(sodium_init() >= 0);
	assert_int_equal(crypto_pwhash_str(old, "right", 5, crypto_pwhash_OPSLIMIT_INTERACTIVE, crypto_pwhash_MEMLIMIT_INTERACTIVE), 0);
	assert_ok(store_set_setting(p->session->store, STATE_HASH, old, &err), &err);
	assert_int_equal(session_give_password(p->session, "wrong", &err), ST_REFUSED);
	hash = store_setting(p->session->store, STATE_HASH);
	assert_string_equal(hash, old); /* a wrong password replaces nothing */
	mem_free(hash);
	assert_ok(session_give_password(p->session, "right", &err), &err);
	hash = store_setting(p->session->store, STATE_HASH);
	assert_string_not_equal(hash, old);
	assert_int_equal(sscanf(hash, "$argon2id$v=%*d$m=%u,", &memory_kb), 1);
	assert_in_range(memory_kb, 19 * 1024, 24 * 1024);
	strcpy(old, hash);
	mem_free(hash);
	assert_int_equal(session_give_password(p->session, "wrong", &err), ST_REFUSED);
	assert_ok(session_give_password(p->session, "right", &err), &err);
	hash = store_setting(p->session->store, STATE_HASH);
	assert_string_equal(hash, old); /* made once, not at each sign-in */
	mem_free(hash);
}

static void wrong_passwords_make_one_wait_and_the_profile_remembers(void **state)
{
	struct profile *p = *state;
	struct session_options options = { .data_dir = p->dir, .loop = p->loop, .zone = "UTC" };
	struct err err;
	int i;

	assert_ok(secret_store_hash(p->session, "right", &err), &err);
	for (i = 0; i < SECRET_FREE_TRIES; i++)
		assert_int_equal(session_give_password(p->session, "wrong", &err), ST_REFUSED);
	assert_int_equal(session_give_password(p->session, "right", &err), ST_LATER);
	/* A new start of the program does not help. */
	session_close(p->session);
	assert_ok(session_open(&options, &p->session, &err), &err);
	assert_int_equal(session_give_password(p->session, "right", &err), ST_LATER);
	clock_advance(&p->manual, secret_delay_ms(SECRET_FREE_TRIES));
	assert_ok(session_give_password(p->session, "right", &err), &err);
	assert_int_equal(store_setting_int(p->session->store, STATE_FAILURES, 0), 0);
}

static void delays_grow_and_have_a_limit(void **state)
{
	int64_t last = 0;
	int i;

	(void)state;
	assert_int_equal(secret_delay_ms(0), 0);
	assert_int_equal(secret_delay_ms(SECRET_FREE_TRIES - 1), 0);
	for (i = SECRET_FREE_TRIES; i < 60; i++) {
		int64_t delay = secret_delay_ms(i);

		assert_true(delay >= last && delay > 0);
		assert_true(delay <= SECRET_MAX_DELAY_MS);
		last = delay;
	}
	assert_int_equal(last, SECRET_MAX_DELAY_MS);
}

static void a_command_gives_its_first_line(void **state)
{
	char *password;

	(void)state;
	password = secret_from_command("printf 'first\\nsecond\\n'");
	assert_string_equal(password, "first");
	secret_wipe(password);
	assert_null(secret_from_command("printf x; exit 3"));
	assert_null(secret_from_command("true"));
	assert_null(secret_from_command(""));
}

static void signing_out_forgets_the_password_and_keeps_the_data(void **state)
{
	struct profile *p = *state;
	struct session_status status;
	struct err err;

	assert_ok(secret_store_hash(p->session, "word", &err), &err);
	assert_ok(session_give_password(p->session, "word", &err), &err);
	session_sign_out(p->session);
	session_status(p->session, &status);
	assert_false(status.signed_in);
	assert_null(p->session->password);
	json_free(profile_doc(p->session, KIND_CASES, P_CASE));
}

/* ---- the address ---- */

static void addresses_are_cleaned_and_plain_http_stays_on_this_machine(void **state)
{
	static const struct { const char *typed, *clean; } good[] = {
		{ "https://sormas.example.org/sormas-rest/", "https://sormas.example.org/sormas-rest" },
		{ "  sormas.example.org  ", "https://sormas.example.org" },
		{ "http://127.0.0.1:6080/sormas-rest", "http://127.0.0.1:6080/sormas-rest" },
		{ "http://localhost:1", "http://localhost:1" },
		{ "https://https://sormas.example.org", "https://sormas.example.org" }, { "https://http://127.0.0.1:6080", "http://127.0.0.1:6080" },
		{ "http://[::1]:8080/x", "http://[::1]:8080/x" },
	};
	static const char *const bad[] = { "", " / ", "http://sormas.example.org", "http://127.0.0.1.example.org", "http://localhost.example.org/",
		"ftp://x",
		"https://a b", "https://user:pass@host", "https://http://sormas.example.org", "https://x?y", "http://1270.0.0.1.evil/" };
	struct err err;
	size_t i;
	char *url;

	(void)state;
	for (i = 0; i < sizeof(good) / sizeof(good[0]); i++) {
		assert_int_equal(server_url_clean(good[i].typed, &url, &err), ST_OK);
		assert_string_equal(url, good[i].clean);
		mem_free(url);
	}
	for (i = 0; i < sizeof(bad) / sizeof(bad[0]); i++)
		if (server_url_clean(bad[i], &url, &err) == ST_OK)
			fail_msg("\"%s\" should be refused, became %s", bad[i], url);
}

/* ---- signing in, on recorded answers ---- */

static void signing_in_stores_rights_and_country(void **state)
{
	struct profile *p = *state;
	struct signed_in end = sign_in(p, ANSWERS("[\"CASE_VIEW\",\"CASE_EDIT\"]"), "https://sormas.example.org/sormas-rest", "SurvOff", false);
	struct err err;

	assert_ok(end.st, &end.err);
	assert_true(session_has_right(p->session, "CASE_EDIT"));
	assert_false(session_has_right(p->session, "CASE_CREATE"));
	assert_string_equal(session_country(p->session), "ch");
	assert_string_equal(session_host(p->session), "sormas.example.org");
	/* From now on without a connection. */
	session_sign_out(p->session);
	assert_ok(session_give_password(p->session, "pass", &err), &err);
}

static void a_refused_password_leaves_everything_as_it_was(void **state)
{
	static const char refused[] = "{\"scenario\":\"t\",\"exchanges\":[" EXCHANGE("/info/checkcompatibility?appVersion=1.104.0", "401",
		"\"<html>\"") "]}";
	struct profile *p = *state;
	struct signed_in end = sign_in(p, refused, "https://sormas.example.org/sormas-rest", "SurvOff", false);

	assert_int_equal(end.st, ST_REFUSED);
	assert_true(session_has_right(p->session, "CASE_CREATE"));
	json_free(profile_doc(p->session, KIND_CASES, P_CASE));
}

static void another_user_is_asked_about_and_unsent_edits_go_to_the_conflict_log(void **state)
{
	struct profile *p = *state;
	struct json *doc = profile_doc(p->session, KIND_CASES, P_CASE);
	struct store_edit edit = { .kind = KIND_CASES, .uuid = P_CASE, .user = "SurvOff", .device = "t", .now_ms = P_NOW, .cause = "edit" };
	struct signed_in end;
	struct record record;
	struct err err;
	int64_t counts[3], revision;

	assert_ok(store_get(p->session->store, KIND_CASES, P_CASE, &record, &err), &err);
	edit.revision = record.revision;
	record_done(&record);
	json_set(doc, "additionalDetails", json_new_string("typed here"));
	edit.doc = doc;
	assert_ok(store_save_edit(p->session->store, &edit, &revision, &err), &err);
	json_free(doc);
	end = sign_in(p, ANSWERS("[\"CASE_VIEW\"]"), "https://sormas.example.org/sormas-rest", "HospInf", false);
	assert_int_equal(end.st, ST_ASK);
	json_free(profile_doc(p->session, KIND_CASES, P_CASE));
	assert_string_equal(session_user(p->session), "SurvOff");
	end = sign_in(p, ANSWERS("[\"CASE_VIEW\"]"), "https://sormas.example.org/sormas-rest", "HospInf", true);
	assert_ok(end.st, &end.err);
	assert_string_equal(session_user(p->session), "HospInf");
	assert_int_equal(store_get(p->session->store, KIND_CASES, P_CASE, &record, &err), ST_NOT_FOUND);
	assert_ok(store_count_conflicts(p->session->store, counts, &err), &err);
	assert_int_equal(counts[CONFLICT_OPEN], 1);
}

/* ---- the folder, settings, listeners ---- */

static void files_are_the_owners_alone(void **state)
{
	struct profile *p = *state;
	char path[256];
	struct stat info;

	snprintf(path, sizeof(path), "%s/outpost.db", p->dir);
	assert_int_equal(stat(path, &info), 0);
	assert_int_equal(info.st_mode & 0777, 0600);
	assert_int_equal(stat(p->dir, &info), 0);
	assert_int_equal(info.st_mode & 0777, 0700);
}

static void a_profile_that_is_not_there_is_made_only_when_asked(void **state)
{
	struct profile *p = *state;
	struct session_options options = { .loop = p->loop, .zone = "UTC" };
	struct session *session;
	char dir[256];
	struct err err;

	snprintf(dir, sizeof(dir), "%s/none", p->dir);
	options.data_dir = dir;
	assert_int_equal(session_open(&options, &session, &err), ST_NOT_FOUND);
	options.data_dir = NULL;
	options.profile = "../else";
	assert_int_equal(session_open(&options, &session, &err), ST_INVALID);
}

static void settings_refuse_what_is_out_of_range(void **state)
{
	struct profile *p = *state;
	struct err err;
	char *value;

	assert_int_equal(setting_set(p->session, "lock_minutes", "ten", &err), ST_INVALID);
	assert_int_equal(setting_set(p->session, "lock_minutes", "-1", &err), ST_INVALID);
	assert_int_equal(setting_set(p->session, "no_such", "1", &err), ST_NOT_FOUND);
	assert_int_equal(setting_set(p->session, "timezone", "Mars/Olympus", &err), ST_INVALID);
	assert_string_equal(date_zone(), "UTC");
	assert_int_equal(setting_set(p->session, "date_order", "random", &err), ST_INVALID);
	assert_int_equal(setting_set(p->session, "pin", "A1b2", &err), ST_INVALID);
	assert_int_equal(setting_set(p->session, "pin", "sha256//A1b2", &err), ST_INVALID);
	assert_int_equal(setting_set(p->session, "pin", "sha256//AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA=;", &err), ST_INVALID);
	assert_ok(setting_set(p->session, "pin", "sha256//AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA=;sha256//BBBBBBBBBBBBBBBBBBBBBBBBBBBBBBBBBBBBBBBBB+/=", &err), &err);
	assert_ok(setting_set(p->session, "pin", NULL, &err), &err);
	assert_ok(setting_set(p->session, "lock_minutes", "30", &err), &err);
	assert_int_equal(setting_int(p->session, "lock_minutes"), 30);
	assert_ok(setting_set(p->session, "lock_minutes", NULL, &err), &err);
	assert_int_equal(setting_int(p->session, "lock_minutes"), 15);
	assert_ok(setting_set(p->session, "keep_password", "yes", &err), &err);
	assert_true(setting_bool(p->session, "keep_password"));
	value = settings_json(p->session, NULL);
	assert_non_null(strstr(value, "\"keep_password\":true"));
	mem_free(value);
}

static void count_call(void *ctx) { (*(int *)ctx)++; }

static void listeners_hear_of_other_processes(void **state)
{
	struct profile *p = *state;
	struct session_options options = { .data_dir = p->dir, .loop = p->loop, .zone = "UTC" };
	struct session *other;
	struct err err;
	int calls = 0;

	session_listen(p->session, count_call, &calls);
	assert_ok(session_open(&options, &other, &err), &err);
	clock_advance(&p->manual, 2000);
	loop_settle(p->loop, 100);
	calls = 0;
	clock_advance(&p->manual, 2000);
	loop_settle(p->loop, 100);
	assert_int_equal(calls, 0);
	assert_ok(setting_set(other, "lock_minutes", "5", &err), &err);
	clock_advance(&p->manual, 2000);
	loop_settle(p->loop, 100);
	assert_int_equal(calls, 1);
	session_unlisten(p->session, &calls);
	session_close(other);
}

struct closes { struct session *session; int *other; int calls; };

static void close_other(void *ctx)
{
	struct closes *closes = ctx;

	closes->calls++;
	session_unlisten(closes->session, closes->other);
}

static void a_listener_that_another_took_away_is_not_called_any_more(void **state)
{
	struct profile *p = *state;
	int calls = 0;
	struct closes closes = { .session = p->session, .other = &calls };
	struct err err;

	session_listen(p->session, close_other, &closes);
	session_listen(p->session, count_call, &calls);
	assert_ok(setting_set(p->session, "lock_minutes", "5", &err), &err);
	assert_int_equal(closes.calls, 1);
	assert_int_equal(calls, 0);
	session_unlisten(p->session, &closes);
}

static void the_log_is_copied_when_nothing_else_is_to_be_done(void **state)
{
	struct profile *p = *state;
	char value[4000];
	int calls = 0;
	struct err err;

	session_listen(p->session, count_call, &calls);
	memset(value, 'x', sizeof(value) - 1);
	value[sizeof(value) - 1] = '\0';
	assert_ok(store_begin(p->session->store, &err), &err);
	for (int i = 0; i < STORE_LOG_LONG + 200; i++) {
		char name[24];

		(void)snprintf(name, sizeof(name), "test.%d", i);
		assert_ok(store_set_setting(p->session->store, name, value, &err), &err);
	}
	assert_ok(store_commit(p->session->store, &err), &err);
	assert_true(store_log_length(p->session->store) >= STORE_LOG_LONG);
	clock_advance(&p->manual, 1000);
	assert_true(loop_turn(p->loop, 0));      /* looks, and leaves it to a turn that has nothing else to do */
	assert_true(store_log_length(p->session->store) >= STORE_LOG_LONG);
	(void)loop_settle(p->loop, 10);
	assert_true(store_log_length(p->session->store) < STORE_LOG_LONG);
	session_unlisten(p->session, &calls);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(the_password_is_checked_without_a_connection, profile_open, profile_close),
		cmocka_unit_test_setup_teardown(a_hash_of_other_costs_is_accepted_and_replaced, profile_open, profile_close),
		cmocka_unit_test_setup_teardown(wrong_passwords_make_one_wait_and_the_profile_remembers, profile_open, profile_close),
		cmocka_unit_test(delays_grow_and_have_a_limit),
		cmocka_unit_test(a_command_gives_its_first_line),
		cmocka_unit_test_setup_teardown(signing_out_forgets_the_password_and_keeps_the_data, profile_open, profile_close),
		cmocka_unit_test(addresses_are_cleaned_and_plain_http_stays_on_this_machine),
		cmocka_unit_test_setup_teardown(signing_in_stores_rights_and_country, profile_open, profile_close),
		cmocka_unit_test_setup_teardown(a_refused_password_leaves_everything_as_it_was, profile_open, profile_close),
		cmocka_unit_test_setup_teardown(another_user_is_asked_about_and_unsent_edits_go_to_the_conflict_log, profile_open, profile_close),
		cmocka_unit_test_setup_teardown(files_are_the_owners_alone, profile_open, profile_close),
		cmocka_unit_test_setup_teardown(a_profile_that_is_not_there_is_made_only_when_asked, profile_open, profile_close),
		cmocka_unit_test_setup_teardown(settings_refuse_what_is_out_of_range, profile_open, profile_close),
		cmocka_unit_test_setup_teardown(listeners_hear_of_other_processes, profile_open, profile_close),
		cmocka_unit_test_setup_teardown(a_listener_that_another_took_away_is_not_called_any_more, profile_open, profile_close),
		cmocka_unit_test_setup_teardown(the_log_is_copied_when_nothing_else_is_to_be_done, profile_open, profile_close),
	};

	return cmocka_run_group_tests_name("app_session", tests, NULL, NULL);
}
