#include "app/doctor.h"

#include <dirent.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/statvfs.h>
#include <unistd.h>

#include "app/account.h"
#include "app/connection.h"
#include "app/formset.h"
#include "app/profile.h"
#include "app/settings.h"

#define DOCTOR_LOW_SPACE (INT64_C(200) * 1024 * 1024)            /* bytes */
#define DOCTOR_CLOCK_MS (INT64_C(5) * 60 * 1000)
#define DOCTOR_OLD_EDIT_MS (INT64_C(7) * DATE_DAY_MS)

static const char *const state_names[] = { "ok", "warning", "error" };

const char *doctor_state_name(enum doctor_state state)
{
	return state_names[state];
}

#define DOCTOR_BACKUP_FILE "last-backup"
#define DOCTOR_BACKUP_MAX 8192               /* bytes of that file */

/* One line: when, and the path. A help only: without it the backup is as good. */
static void doctor_note_backup(struct session *session, const char *path)
{
	char *note = path_join(session->dir, DOCTOR_BACKUP_FILE), *whole = realpath(path, NULL), *line, time[40];

	date_print_instant(session_now(session), time);
	line = mem_printf("%s %s\n", time, whole != NULL ? whole : path);
	if (path_write(note, line, strlen(line), NULL) != ST_OK)
		log_write(session->log, LOG_WARN, "where the backup is could not be noted");
	free(whole);
	mem_free(line);
	mem_free(note);
}

enum status backup_write(struct session *session, const char *path, struct err *err)
{
	if (path_exists(path))
		return err_set(err, ST_INVALID, N_("{1} is there already; choose another name, nothing is overwritten"), path);
	if (store_backup(session->store, path, err) != ST_OK)
		return err_wrap(err, N_("the backup could not be written"));
	doctor_note_backup(session, path);
	return ST_OK;
}

static struct message *doctor_add(struct doctor *out, const char *name, enum doctor_state state)
{
	struct doctor_line *line = &out->lines[out->count < DOCTOR_MAX ? out->count++ : DOCTOR_MAX - 1];

	line->name = name;
	line->state = state;
	out->bad = out->bad || state == DOCTOR_BAD;
	return &line->message;
}

/* Where the last backup is, and how it is put back. */
static void doctor_backup(const char *dir, struct doctor *out)
{
	char *note = path_join(dir, DOCTOR_BACKUP_FILE), *line = NULL, *path;
	size_t len = 0;

	if (path_read(note, DOCTOR_BACKUP_MAX, &line, &len, NULL) == ST_OK && text_is_valid(line, len) && (path = strchr(line, ' ')) != NULL) {
		*path++ = '\0';
		path[strcspn(path, "\n")] = '\0';
		if (path_exists(path))
			message_set(doctor_add(out, "backup", DOCTOR_WARN), N_("the last backup is {1}, of {2}; move outpost.db, outpost.db-wal and"
				" outpost.db-shm out of {3}, then copy the backup there as outpost.db"), path, line, dir);
		else
			message_set(doctor_add(out, "backup", DOCTOR_WARN), N_("the last backup was written to {1} on {2} and is not there now; bring it"
				" back, or sign in again in another folder (--data) and synchronize"), path, line);
	} else {
		message_set(doctor_add(out, "backup", DOCTOR_WARN), N_("no backup is known; keep the files in {1}, sign in again in another folder"
			" (--data) and synchronize: what was sent is on the server"), dir);
	}
	mem_free(line);
	mem_free(note);
}

void doctor_run_closed(const struct session_options *options, const struct err *err, struct doctor *out)
{
	char *dir = session_folder(options);
	struct message *line;

	memset(out, 0, sizeof(*out));
	line = doctor_add(out, "database", DOCTOR_BAD);
	if (err->depth > 0)
		*line = err->msg[err->depth - 1];
	if (dir != NULL && (err->status == ST_INVALID || err->status == ST_FAILED))
		doctor_backup(dir, out);
	mem_free(dir);
}

static void doctor_store(struct session *session, struct doctor *out)
{
	struct json *report = NULL;

	if (store_check(session->store, &report, NULL) != ST_OK || !json_true(json_get(report, "ok"))) {
		message_set(doctor_add(out, "database", DOCTOR_BAD), N_("the database is damaged: make a copy of the folder, then ask for help"));
		doctor_backup(session->dir, out);
	} else {
		message_set(doctor_add(out, "database", DOCTOR_OK), N_("the database is whole"));
	}
	json_free(report);
}

static void doctor_space(struct session *session, struct doctor *out)
{
	struct statvfs fs;
	char number[24];
	int64_t space;

	if (statvfs(session->dir, &fs) != 0) {
		message_set(doctor_add(out, "space", DOCTOR_WARN), N_("the free space cannot be read"));
		return;
	}
	space = (int64_t)fs.f_bavail * (int64_t)fs.f_frsize;
	message_set(doctor_add(out, "space", space < DOCTOR_LOW_SPACE ? DOCTOR_WARN : DOCTOR_OK), N_("{1} MB are free"), err_number(number,
		space / 1048576));
}

static void doctor_rights(struct session *session, struct doctor *out)
{
	static const char *const names[] = { "outpost.db", "outpost.db-wal", "outpost.log" };
	struct stat info;
	size_t i;

	if (stat(session->dir, &info) == 0 && (info.st_mode & 077) != 0) {
		message_set(doctor_add(out, "files", DOCTOR_WARN), N_("others can look into {1}; do: chmod 700"), session->dir);
		return;
	}
	for (i = 0; i < sizeof(names) / sizeof(names[0]); i++) {
		char *path = path_join(session->dir, names[i]);
		bool open = stat(path, &info) == 0 && (info.st_mode & 077) != 0;

		mem_free(path);
		if (open) {
			message_set(doctor_add(out, "files", DOCTOR_BAD), N_("others can read {1}; do: chmod 600"), names[i]);
			return;
		}
	}
	message_set(doctor_add(out, "files", DOCTOR_OK), N_("nobody else can read the files"));
}

/* The files in the site's folder that should be forms; -1: there is no such folder. */
static int64_t doctor_count_site_files(const char *dir)
{
	DIR *folder = opendir(dir);
	struct dirent *entry;
	int64_t files = 0;

	if (folder == NULL)
		return -1;
	while ((entry = readdir(folder)) != NULL) {
		size_t len = strlen(entry->d_name);

		files += entry->d_name[0] != '.' && len >= 6 && strcmp(entry->d_name + len - 5, ".json") == 0;
	}
	closedir(folder);
	return files;
}

static void doctor_forms(struct session *session, struct doctor *out)
{
	size_t count, i, site = 0;
	const struct session_form *forms = session_forms(session, &count);
	char number[2][24], *dir = setting_get(session, "forms_dir");
	int64_t files = dir == NULL || *dir == '\0' ? 0 : doctor_count_site_files(dir);

	for (i = 0; i < count; i++)
		site += forms[i].site;
	if (files < 0)
		message_set(doctor_add(out, "forms", DOCTOR_WARN), N_("the folder of the site's forms cannot be read: {1}"), dir);
	else if (files > (int64_t)site)
		message_set_count(doctor_add(out, "forms", DOCTOR_WARN), files, NN_("{1} of {2} form in {3} is not used; `outpost form check` says why",
			"{1} of {2} forms in {3} are not used; `outpost form check` says why"), err_number(number[0], files - (int64_t)site), err_number(number[1], files), dir);
	mem_free(dir);
	if (files < 0 || files > (int64_t)site)
		return;
	message_set_count(doctor_add(out, "forms", count == 0 ? DOCTOR_BAD : DOCTOR_OK), (int64_t)count, NN_("{1} form, {2} of them the site's own",
		"{1} forms, {2} of them the site's own"), err_number(number[0], (int64_t)count),
		err_number(number[1], (int64_t)site));
}

static void doctor_clock(struct session *session, struct doctor *out)
{
	int64_t newest = session_newest_server(session), now = session_now(session);
	char number[24];

	if (newest > now + DOCTOR_CLOCK_MS)
		message_set_count(doctor_add(out, "clock", DOCTOR_WARN), (newest - now) / 60000,
			NN_("this machine's clock is {1} minute behind the server's; set it", "this machine's clock is {1} minutes behind the server's; set it"),
			err_number(number, (newest - now) / 60000));
	else
		message_set(doctor_add(out, "clock", DOCTOR_OK), N_("the clock is not behind the server's; time zone {1}"), date_zone());
}

static void doctor_terminal(struct doctor *out)
{
	const char *term = getenv("TERM");

	message_set(doctor_add(out, "terminal", DOCTOR_OK), N_("terminal {1}; locale {2}"), term == NULL ? "-" : term,
		getenv("LC_ALL") != NULL ? getenv("LC_ALL") : getenv("LANG") != NULL ? getenv("LANG") : "C");
}

static void doctor_unsent(struct session *session, struct doctor *out)
{
	struct session_status status;
	char number[3][24];
	bool old;

	session_status(session, &status);
	old = status.oldest_unsent_ms != 0 && session_now(session) - status.oldest_unsent_ms > DOCTOR_OLD_EDIT_MS;
	message_set_count(doctor_add(out, "unsent", old || status.rejected > 0 ? DOCTOR_WARN : DOCTOR_OK), status.conflicts_open,
		NN_("{1} unsent, {2} rejected, {3} open conflict", "{1} unsent, {2} rejected, {3} open conflicts"),
		err_number(number[0], status.unsent), err_number(number[1], status.rejected), err_number(number[2], status.conflicts_open));
}

void doctor_run(struct session *session, struct doctor *out)
{
	memset(out, 0, sizeof(*out));
	doctor_store(session, out);
	doctor_space(session, out);
	doctor_rights(session, out);
	doctor_forms(session, out);
	doctor_clock(session, out);
	doctor_terminal(out);
	doctor_unsent(session, out);
	if (session->user == NULL)
		message_set(doctor_add(out, "account", DOCTOR_WARN), N_("nobody has signed in here yet"));
	else
		message_set(doctor_add(out, "account", DOCTOR_OK), N_("{1} at {2}"), session->user, session->host);
}

struct doctor_ask { doctor_fn done; void *ctx; };

static void doctor_answer(void *ctx, uint64_t id, const struct net_answer *answer)
{
	struct doctor_ask *ask = ctx;
	struct doctor_line line = { .name = "link", .state = DOCTOR_OK };
	char number[24];

	(void)id;
	if (answer->status == 200) {
		message_set(&line.message, N_("the server answers after {1} ms"), err_number(number, answer->latency_ms));
	} else if (answer->status == 401) {
		line.state = DOCTOR_WARN;
		message_set(&line.message, N_("the server does not accept the password any more; sign in again"));
	} else if (answer->status == 0) {
		line.state = DOCTOR_WARN;
		message_set(&line.message, N_("the server cannot be reached"));
	} else {
		line.state = DOCTOR_WARN;
		message_set(&line.message, N_("the server answers with status {1}"), err_number(number, answer->status));
	}
	ask->done(ask->ctx, &line);
	mem_free(ask);
}

void doctor_link(struct session *session, doctor_fn done, void *ctx)
{
	struct net_request request = { .method = "GET", .path = "/info/version" };
	struct net *net = session_net(session);
	struct doctor_ask *ask;

	if (net == NULL) {
		struct doctor_line line = { .name = "link", .state = DOCTOR_OK };

		message_set(&line.message, N_("not asked: no password at hand"));
		done(ctx, &line);
		return;
	}
	ask = mem_calloc(1, sizeof(*ask));
	*ask = (struct doctor_ask){ done, ctx };
	net_send(net, &request, doctor_answer, ask);
}

char *doctor_json(const struct doctor *doctor)
{
	struct json *array = json_new_array();
	char text[512], *out;
	size_t i;

	for (i = 0; i < doctor->count; i++) {
		const struct doctor_line *line = &doctor->lines[i];
		struct json *object = json_new_object();

		message_text(&line->message, text, sizeof(text));
		json_set(object, "check", json_new_string(line->name));
		json_set(object, "state", json_new_string(doctor_state_name(line->state)));
		json_set(object, "message", json_new_string(text));
		json_append(array, object);
	}
	out = json_print(array, NULL);
	json_free(array);
	return out;
}
