#include "app/profile.h"

#include <ctype.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

struct loop *session_loop(const struct session *session) { return session->loop; }
int64_t session_now(const struct session *session) { return clock_now(&session->clock); }
const char *session_dir(const struct session *session) { return session->dir; }
bool session_is_training(const struct session *session) { return session->training; }

static bool profile_name_is_safe(const char *name)
{
	const char *c;

	if (*name == '\0' || *name == '.' || strlen(name) > 64)
		return false;
	for (c = name; *c != '\0'; c++)
		if (!isalnum((unsigned char)*c) && *c != '-' && *c != '_' && *c != '.')
			return false;
	return true;
}

static enum status profile_find_dir(const struct session_options *options, char **dir, struct err *err)
{
	const char *env = getenv("OUTPOST_DATA");

	if (options->data_dir != NULL && *options->data_dir != '\0')
		*dir = mem_strdup(options->data_dir);
	else if (options->profile != NULL && !profile_name_is_safe(options->profile))
		return err_set(err, ST_INVALID, N_("a profile's name has letters, digits, - and _ only: \"{1}\""), options->profile);
	else if (options->profile == NULL && env != NULL && *env != '\0')
		*dir = mem_strdup(env);
	else
		*dir = path_default_data(options->profile);
	return ST_OK;
}

static bool profile_has_wal(const char *dir)
{
	char *path = path_join(dir, "outpost.db-wal");
	bool there = path_exists(path);

	mem_free(path);
	return there;
}

char *session_folder(const struct session_options *options)
{
	char *dir = NULL;

	return profile_find_dir(options, &dir, NULL) == ST_OK ? dir : NULL;
}

enum status session_open_profile(const struct session_options *options, struct session **out, struct err *err)
{
	char *path = NULL, *log_path = NULL, *dir = NULL;
	struct session *session;
	const char *text;
	enum status st;
	size_t len;

	st = profile_find_dir(options, &dir, err);
	if (st != ST_OK)
		return st;
	umask(077);
	session = mem_calloc(1, sizeof(*session));
	session->dir = dir;
	session->loop = options->loop;
	session->clock = options->loop == NULL ? clock_system : *loop_clock(options->loop);
	session->training = options->training;
	if (options->seed != 0)
		rand_init(&session->rand, options->seed);
	else
		rand_init_system(&session->rand);
	path = path_join(dir, "outpost.db");
	if (!path_exists(path)) {
		/* With a log and no database the store says what to do. */
		if (!options->create && !profile_has_wal(dir)) {
			st = err_set(err, ST_NOT_FOUND, N_("there is no profile in {1}"), dir);
			goto out;
		}
		st = path_make_dirs(dir, err);
		if (st != ST_OK)
			goto out;
	}
	log_path = path_join(dir, "outpost.log");
	/* Without a log one can work; without a database one cannot. */
	if (log_open(log_path, &session->clock, &session->log, NULL) != ST_OK)
		session->log = NULL;
	text = model_builtin(&len);
	st = model_load(text, len, &session->model, err);
	if (st != ST_OK) {
		err_wrap(err, N_("the built-in model cannot be read; please install Outpost again"));
		goto out;
	}
	st = store_open(path, session->model, &session->store, err);
	if (st != ST_OK)
		err_wrap(err, N_("the profile in {1} cannot be opened"), dir);
out:
	if (st == ST_OK)
		*out = session;
	else
		session_close_profile(session);
	mem_free(path);
	mem_free(log_path);
	return st;
}

void session_close_profile(struct session *session)
{
	store_close(session->store);
	model_free(session->model);
	log_close(session->log);
	mem_free(session->dir);
	mem_free(session->host_name);
	mem_free(session);
}
