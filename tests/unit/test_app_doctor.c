/* What `outpost doctor` finds and says, and backups: each finding is made here, and goes when its cause goes. */
#include "app_profile.h"

#include <fcntl.h>
#include <sqlite3.h>
#include <sys/stat.h>

#include "app/doctor.h"
#include "app/secret.h"
#include "app/settings.h"

static const struct doctor_line *line_of(const struct doctor *doctor, const char *name)
{
	for (size_t i = 0; i < doctor->count; i++)
		if (strcmp(doctor->lines[i].name, name) == 0)
			return &doctor->lines[i];
	fail_msg("doctor has nothing to say about \"%s\"", name);
	abort();                     /* not reached; the compiler cannot know */
}

/* The line's state, and words of its text. */
static void assert_line(const struct doctor *doctor, const char *name, enum doctor_state state, const char *words)
{
	const struct doctor_line *line = line_of(doctor, name);
	char text[1024];

	message_text(&line->message, text, sizeof(text));
	if (line->state != state || strstr(text, words) == NULL)
		fail_msg("%s: should be %s and say \"%s\"; is %s: %s", name, doctor_state_name(state), words, doctor_state_name(line->state), text);
}

static void a_profile_in_order_has_no_finding(void **state)
{
	static const char *const names[] = { "database", "space", "files", "forms", "clock", "terminal", "unsent", "account" };
	struct profile *p = *state;
	struct doctor doctor;
	struct json *json;
	struct err err;
	char *text;

	doctor_run(p->session, &doctor);
	assert_false(doctor.bad);
	for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++)
		if (strcmp(names[i], "space") != 0 && line_of(&doctor, names[i])->state != DOCTOR_OK)
			fail_msg("%s should be in order", names[i]);
	text = doctor_json(&doctor);
	assert_ok(json_parse_text(text, &json, &err), &err);
	assert_int_equal(json_count(json), doctor.count);
	for (struct json *line = json_first(json); line != NULL; line = json_next(line)) {
		assert_non_null(json_get_string(line, "check"));
		assert_non_null(json_get_string(line, "state"));
		assert_true(strlen(json_get_string(line, "message")) > 0);
	}
	json_free(json);
	mem_free(text);
}

static void files_that_others_can_read_are_found(void **state)
{
	struct profile *p = *state;
	char *path = path_join(p->dir, "outpost.db");
	struct doctor doctor;

	assert_int_equal(chmod(path, 0640), 0);
	doctor_run(p->session, &doctor);
	assert_line(&doctor, "files", DOCTOR_BAD, "outpost.db");
	assert_line(&doctor, "files", DOCTOR_BAD, "chmod 600");
	assert_true(doctor.bad);
	assert_int_equal(chmod(path, 0600), 0);
	assert_int_equal(chmod(p->dir, 0750), 0);
	doctor_run(p->session, &doctor);
	assert_line(&doctor, "files", DOCTOR_WARN, "chmod 700");
	assert_false(doctor.bad);
	assert_int_equal(chmod(p->dir, 0700), 0);
	doctor_run(p->session, &doctor);
	assert_line(&doctor, "files", DOCTOR_OK, "");
	mem_free(path);
}

static void a_clock_behind_the_servers_is_told_with_the_minutes(void **state)
{
	struct profile *p = *state;
	struct doctor doctor;

	session_note_server_time(p->session, P_NOW + INT64_C(4) * 60000);
	doctor_run(p->session, &doctor);
	assert_line(&doctor, "clock", DOCTOR_OK, "UTC");
	session_note_server_time(p->session, P_NOW + INT64_C(42) * 60000);
	doctor_run(p->session, &doctor);
	assert_line(&doctor, "clock", DOCTOR_WARN, "42 minutes behind");
	clock_advance(&p->manual, INT64_C(42) * 60000);
	doctor_run(p->session, &doctor);
	assert_line(&doctor, "clock", DOCTOR_OK, "");
}

static void edits_that_wait_for_a_week_or_were_rejected_are_told(void **state)
{
	struct profile *p = *state;
	struct doctor doctor;
	struct err err;

	profile_save(p->session, "SurvOff", KIND_CASES, P_CASE, NULL, "additionalDetails", json_new_string("waits"));
	session_notify_changed(p->session);
	doctor_run(p->session, &doctor);
	assert_line(&doctor, "unsent", DOCTOR_OK, "1 unsent, 0 rejected");
	clock_advance(&p->manual, 8 * DATE_DAY_MS);
	doctor_run(p->session, &doctor);
	assert_line(&doctor, "unsent", DOCTOR_WARN, "1 unsent");
	clock_advance(&p->manual, -8 * DATE_DAY_MS);
	assert_ok(store_reject(p->session->store, KIND_CASES, P_CASE, 400, "no", &err), &err);
	session_notify_changed(p->session);
	doctor_run(p->session, &doctor);
	assert_line(&doctor, "unsent", DOCTOR_WARN, "1 rejected");
	assert_false(doctor.bad);
}

static void nobody_signed_in_is_told(void **state)
{
	struct profile *p = *state;
	struct doctor doctor;
	struct err err;

	assert_ok(store_set_setting(p->session->store, STATE_USER, NULL, &err), &err);
	session_account_changed(p->session);
	doctor_run(p->session, &doctor);
	assert_line(&doctor, "account", DOCTOR_WARN, "nobody has signed in");
}

/* As a bad disk would: a document is gone that a record refers to. */
static void damage(struct profile *p)
{
	char *path = path_join(p->dir, "outpost.db");
	sqlite3 *db;

	assert_int_equal(sqlite3_open_v2(path, &db, SQLITE_OPEN_READWRITE, NULL), SQLITE_OK);
	assert_int_equal(sqlite3_exec(db, "PRAGMA foreign_keys = OFF; DELETE FROM document WHERE id = (SELECT max(id) FROM document)", NULL, NULL, NULL),
		SQLITE_OK);
	sqlite3_close(db);
	mem_free(path);
}

static void a_damaged_database_is_an_error_and_the_way_back_is_told(void **state)
{
	struct profile *p = *state;
	char *backup = path_join(p->dir, "backup.db"), *note = path_join(p->dir, "last-backup"), *moved = path_join(p->dir, "moved.db");
	struct doctor doctor;
	struct err err;

	assert_ok(backup_write(p->session, backup, &err), &err);
	doctor_run(p->session, &doctor);
	assert_line(&doctor, "database", DOCTOR_OK, "whole");
	damage(p);
	doctor_run(p->session, &doctor);
	assert_true(doctor.bad);
	assert_line(&doctor, "database", DOCTOR_BAD, "damaged");
	assert_line(&doctor, "backup", DOCTOR_WARN, "backup.db");
	assert_line(&doctor, "backup", DOCTOR_WARN, "copy the backup there as outpost.db");
	/* It was moved away, or nobody ever made one. */
	assert_int_equal(rename(backup, moved), 0);
	doctor_run(p->session, &doctor);
	assert_line(&doctor, "backup", DOCTOR_WARN, "is not there now");
	unlink(note);
	doctor_run(p->session, &doctor);
	assert_line(&doctor, "backup", DOCTOR_WARN, "no backup is known");
	unlink(moved);
	mem_free(backup);
	mem_free(note);
	mem_free(moved);
}

static void a_profile_that_cannot_be_opened_is_told_with_its_backup(void **state)
{
	struct profile *p = *state;
	struct session_options options = { .data_dir = p->dir, .loop = p->loop, .zone = "UTC" };
	char *backup = path_join(p->dir, "backup.db"), *note = path_join(p->dir, "last-backup"), *path = path_join(p->dir, "outpost.db");
	char *wal = path_join(p->dir, "outpost.db-wal"), *shm = path_join(p->dir, "outpost.db-shm");
	struct session *session;
	struct doctor doctor;
	struct err err;
	int fd;

	assert_ok(backup_write(p->session, backup, &err), &err);
	session_close(p->session);
	fd = open(path, O_WRONLY | O_TRUNC);
	assert_true(fd >= 0);
	assert_int_equal(write(fd, "this is no database at all", 26), 26);
	close(fd);
	assert_int_equal(session_open(&options, &session, &err), ST_INVALID);
	doctor_run_closed(&options, &err, &doctor);
	assert_true(doctor.bad);
	assert_int_equal(line_of(&doctor, "database")->state, DOCTOR_BAD);
	assert_line(&doctor, "backup", DOCTOR_WARN, "backup.db");
	/* What the line says works. */
	unlink(wal);
	unlink(shm);
	assert_int_equal(rename(backup, path), 0);
	assert_ok(session_open(&options, &p->session, &err), &err);
	json_free(profile_doc(p->session, KIND_CASES, P_CASE));
	/* Somebody else works with it: no reason to look for a backup. */
	err_set(&err, ST_LATER, N_("the database is busy"));
	doctor_run_closed(&options, &err, &doctor);
	assert_int_equal(doctor.count, 1);
	unlink(note);
	mem_free(backup);
	mem_free(note);
	mem_free(path);
	mem_free(wal);
	mem_free(shm);
}

static void a_backup_overwrites_nothing_and_leaves_no_half_file(void **state)
{
	struct profile *p = *state;
	char *path = path_join(p->dir, "backup.db"), *nowhere = path_join(p->dir, "none/backup.db"), *note = path_join(p->dir, "last-backup");
	struct stat before, after;
	struct err err;
	char text[1024];

	assert_int_not_equal(backup_write(p->session, nowhere, &err), ST_OK);
	err_text(&err, text, sizeof(text));
	assert_non_null(strstr(text, "the backup could not be written"));
	/* A backup that failed is not the last backup. */
	assert_int_equal(stat(note, &after), -1);
	assert_ok(backup_write(p->session, path, &err), &err);
	assert_int_equal(stat(path, &before), 0);
	assert_int_equal(before.st_mode & 0777, 0600);
	assert_int_equal(backup_write(p->session, path, &err), ST_INVALID);
	assert_int_equal(stat(path, &after), 0);
	assert_int_equal(before.st_ino, after.st_ino);
	assert_int_equal(before.st_size, after.st_size);
	unlink(note);
	mem_free(path);
	mem_free(nowhere);
	mem_free(note);
}

/* ---- the link ---- */

static void take_line(void *ctx, const struct doctor_line *line)
{
	struct doctor *doctor = ctx;

	doctor->lines[doctor->count++] = *line;
}

static void the_link_is_asked_once_and_its_answer_told(void **state)
{
	static const struct { const char *status; enum doctor_state state; const char *says; } cases[] = {
		{ "200", DOCTOR_OK, "answers after" }, { "401", DOCTOR_WARN, "sign in again" }, { "0", DOCTOR_WARN, "cannot be reached" },
		{ "502", DOCTOR_WARN, "status 502" },
	};
	struct profile *p = *state;
	struct doctor doctor = { .count = 0 };
	struct err err;

	doctor_link(p->session, take_line, &doctor);
	assert_int_equal(doctor.count, 1);
	assert_line(&doctor, "link", DOCTOR_OK, "no password at hand");
	assert_ok(store_set_setting(p->session->store, STATE_SERVER, "https://sormas.example.org/sormas-rest", &err), &err);
	session_account_changed(p->session);
	assert_ok(secret_hold(p->session, "pass", &err), &err);
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		char *answers = mem_printf("{\"scenario\":\"t\",\"exchanges\":[{\"request\":{\"method\":\"GET\",\"path\":\"/info/version\"},"
			"\"response\":{\"status\":%s,\"headers\":{},\"body\":\"1.104.0\"}}]}", cases[i].status);

		assert_ok(session_answers(p->session, answers, strlen(answers), &err), &err);
		doctor = (struct doctor){ .count = 0 };
		doctor_link(p->session, take_line, &doctor);
		assert_int_equal(doctor.count, 0);
		assert_true(loop_settle(p->loop, 1000));
		assert_int_equal(doctor.count, 1);
		assert_line(&doctor, "link", cases[i].state, cases[i].says);
		mem_free(answers);
	}
}

#define T(f) cmocka_unit_test_setup_teardown(f, profile_open, profile_close)

int main(void)
{
	const struct CMUnitTest tests[] = {
		T(a_profile_in_order_has_no_finding), T(files_that_others_can_read_are_found), T(a_clock_behind_the_servers_is_told_with_the_minutes),
		T(edits_that_wait_for_a_week_or_were_rejected_are_told), T(nobody_signed_in_is_told),
		T(a_damaged_database_is_an_error_and_the_way_back_is_told), T(a_profile_that_cannot_be_opened_is_told_with_its_backup),
		T(a_backup_overwrites_nothing_and_leaves_no_half_file), T(the_link_is_asked_once_and_its_answer_told),
	};

	return cmocka_run_group_tests_name("app_doctor", tests, NULL, NULL);
}
