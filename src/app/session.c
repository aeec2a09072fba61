#include "app/internal.h"

#include <ctype.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <sys/stat.h>
#include <unistd.h>

#include "app/labels.h"
#include "app/secret.h"
#include "app/settings.h"
#include "app/signin.h"

#define SESSION_POLL_MS 1000                 /* how soon another process' save is noticed */
/* the year 2100: a server time beyond is a mistake (the own clock may be decades behind) */
#define SESSION_MAX_SERVER_MS INT64_C(4102444800000)

struct loop *session_loop(const struct session *session) { return session->loop; }
int64_t session_now(const struct session *session) { return clock_now(&session->clock); }
struct rand *session_rand(struct session *session) { return &session->rand; }
const char *session_dir(const struct session *session) { return session->dir; }
bool session_is_training(const struct session *session) { return session->training; }
const char *session_server(const struct session *session) { return session->server; }
const char *session_host(const struct session *session) { return session->host; }
const char *session_user(const struct session *session) { return session->user; }
const char *session_device(const struct session *session) { return session->device; }
struct store *session_store(struct session *session) { return session->store; }
struct model *session_model(struct session *session) { return session->model; }
struct log *session_log(struct session *session) { return session->log; }
const char *session_password(struct session *session) { return session->password; }

/* ---- names: rights and features ---- */

static void names_done(struct session_names *names)
{
	size_t i;

	for (i = 0; i < names->count; i++)
		mem_free(names->names[i]);
	mem_free(names->names);
	*names = (struct session_names){ NULL, 0 };
}

static int names_compare(const void *a, const void *b)
{
	return strcmp(*(char *const *)a, *(char *const *)b);
}

static void names_add(struct session_names *names, const char *name)
{
	names->names = mem_realloc(names->names, names->count + 1, sizeof(*names->names));
	names->names[names->count++] = mem_strdup(name);
}

static void names_sort(struct session_names *names)
{
	if (names->count > 1)
		qsort(names->names, names->count, sizeof(*names->names), names_compare);
}

static bool names_have(const struct session_names *names, const char *name)
{
	return names->count > 0 && bsearch(&name, names->names, names->count, sizeof(*names->names), names_compare) != NULL;
}

static void session_load_rights(struct session *session)
{
	char *text;
	struct json *list, *child;

	if (session->rights_loaded)
		return;
	names_done(&session->rights);
	session->rights_loaded = true;
	session->rights_known = false;
	text = store_setting(session->store, STATE_RIGHTS);
	if (text != NULL && json_parse_text(text, &list, NULL) == ST_OK) {
		for (child = json_first(list); child != NULL; child = json_next(child))
			if (json_string(child) != NULL)
				names_add(&session->rights, json_string(child));
		names_sort(&session->rights);
		session->rights_known = true;
		json_free(list);
	}
	mem_free(text);
}

static bool session_visit_feature(void *ctx, const struct record *record)
{
	struct session *session = ctx;
	const char *type;
	struct json *doc;

	session->features_known = true;
	if (json_parse_text(record->doc, &doc, NULL) != ST_OK)
		return true;
	type = json_get_string(doc, "featureType");
	if (type != NULL && json_true(json_get(doc, "enabled")) && !json_true(json_get(doc, "deleted"))) {
		/* Configurations may be for one region or disease only; that the feature is there at all is what forms ask. */
		names_add(&session->features, type);
	}
	json_free(doc);
	return true;
}

static void session_load_features(struct session *session)
{
	if (session->features_loaded)
		return;
	names_done(&session->features);
	session->features_loaded = true;
	session->features_known = false;
	if (store_each(session->store, KIND_FEATURE_CONFIGURATIONS, 0, 0, session_visit_feature, session, NULL) != ST_OK)
		log_write(session->log, LOG_WARN, "the feature configurations could not be read");
	names_sort(&session->features);
}

bool session_knows_rights(struct session *session)
{
	session_load_rights(session);
	return session->rights_known;
}

bool session_has_right(const struct session *session, const char *right)
{
	/* The answers are read when first asked for; the session is the same to those who look at it. */
	session_load_rights((struct session *)(uintptr_t)session);
	return session->rights_known && names_have(&session->rights, right);
}

bool session_has_feature(const struct session *session, const char *feature)
{
	session_load_features((struct session *)(uintptr_t)session);
	return !session->features_known || names_have(&session->features, feature);
}

void session_reload_rights(struct session *session)
{
	session->rights_loaded = false;
	session->features_loaded = false;
	mem_free(session->user_uuid);
	session->user_uuid = NULL;
	labels_forget(session);
}

enum status session_store_rights(struct session *session, const char *body, size_t len, bool *changed, struct err *err)
{
	struct session_names before, *now = &session->rights;
	struct json *list, *child;
	enum status st;
	char number[24], *text;
	size_t i;

	if (json_parse(body, len, &list, err) != ST_OK)
		return err_wrap(err, N_("the server's list of rights is not what it should be"));
	st = json_is_array(list) ? ST_OK : ST_INVALID;
	for (child = json_first(list); child != NULL && st == ST_OK; child = json_next(child))
		if (!json_is_string(child))
			st = ST_INVALID;
	if (st != ST_OK) {
		json_free(list);
		return err_set(err, ST_INVALID, N_("the server's list of rights is not what it should be"));
	}
	session_load_rights(session);
	before = session->rights;
	session->rights = (struct session_names){ NULL, 0 };
	session->rights_loaded = false;
	text = json_print(list, NULL);
	json_free(list);
	st = store_set_setting(session->store, STATE_RIGHTS, text, err);
	mem_free(text);
	if (st == ST_OK)
		st = store_set_setting(session->store, STATE_RIGHTS_AT, err_number(number, session_now(session)), err);
	session_load_rights(session);
	if (st == ST_OK && changed != NULL) {
		*changed = before.count != now->count;
		for (i = 0; i < now->count && !*changed; i++)
			*changed = strcmp(before.names[i], now->names[i]) != 0;
	}
	names_done(&before);
	return st;
}

/* ---- the own user, the country ---- */

struct session_find_user { const char *name; char uuid[UUID_SIZE]; };

static bool session_visit_user(void *ctx, const struct record *record)
{
	struct session_find_user *find = ctx;
	const char *name;
	struct json *doc;
	bool found;

	if (json_parse_text(record->doc, &doc, NULL) != ST_OK)
		return true;
	name = json_get_string(doc, "userName");
	/* The server does not tell upper from lower case here (protocol.md A.1). */
	found = name != NULL && strcasecmp(name, find->name) == 0;
	if (found)
		memcpy(find->uuid, record->uuid, sizeof(find->uuid));
	json_free(doc);
	return !found;
}

const char *session_user_uuid(struct session *session)
{
	struct session_find_user find = { session->user, "" };

	if (session->user_uuid == NULL && session->user != NULL) {
		if (store_each(session->store, KIND_USERS, 0, 0, session_visit_user, &find, NULL) == ST_OK && find.uuid[0] != '\0')
			session->user_uuid = mem_strdup(find.uuid);
	}
	return session->user_uuid == NULL ? "" : session->user_uuid;
}

const char *session_country(struct session *session)
{
	if (session->country == NULL) {
		char *locale = store_setting(session->store, STATE_LOCALE), *mark;

		/* "de-CH", "de_CH": the part behind the language; a locale without one says nothing. */
		mark = locale == NULL ? NULL : strpbrk(locale, "-_");
		session->country = mark != NULL && strlen(mark + 1) == 2 ? text_lower(mark + 1) : mem_strdup("");
		mem_free(locale);
	}
	return *session->country == '\0' ? NULL : session->country;
}

const char *session_language(struct session *session)
{
	if (session->language == NULL) {
		char *set = setting_get(session, "language");
		const char *env = NULL, *names[] = { "LC_ALL", "LC_MESSAGES", "LANG" };
		size_t i, len;

		for (i = 0; i < 3 && (env == NULL || *env == '\0'); i++)
			env = getenv(names[i]);
		if (set != NULL && *set != '\0') {
			session->language = set;
			set = NULL;
		} else {
			len = env == NULL ? 0 : strcspn(env, "_.@");
			session->language = len >= 2 && len <= 3 && islower((unsigned char)env[0]) ? mem_strndup(env, len) : mem_strdup("en");
		}
		mem_free(set);
	}
	return session->language;
}

/* ---- server time ---- */

void session_note_server_time(struct session *session, int64_t ms)
{
	char number[24];

	if (ms <= 0 || ms > SESSION_MAX_SERVER_MS || ms <= store_setting_int(session->store, STATE_NEWEST, 0))
		return;
	if (store_set_setting(session->store, STATE_NEWEST, err_number(number, ms), NULL) != ST_OK)
		log_write(session->log, LOG_WARN, "the server's time could not be stored");
}

int64_t session_newest_server(struct session *session)
{
	static const enum kind kinds[] = { KIND_PERSONS, KIND_CASES, KIND_USERS };
	int64_t newest = store_setting_int(session->store, STATE_NEWEST, 0);
	struct pull_position position;
	size_t i;

	/* A real server sends no clock in its headers (protocol.md A.1): the dates of what was pulled tell the time. */
	for (i = 0; i < sizeof(kinds) / sizeof(kinds[0]); i++)
		if (store_get_position(session->store, kinds[i], &position, NULL) == ST_OK && position.seen > newest && position.seen <= SESSION_MAX_SERVER_MS)
			newest = position.seen;
	return newest;
}

/* ---- the network ---- */

void session_drop_net(struct session *session)
{
	if (session->net == NULL || session->net_given)
		return;
	net_free(session->net);
	session->net = NULL;
}

struct net *session_net(struct session *session)
{
	struct net_options options = { 0 };
	struct err err;
	char *pin, *http;

	if (session->password == NULL || session->server == NULL || session->user == NULL)
		return NULL;
	if (session->net != NULL)
		return session->net;
	pin = setting_get(session, "pin");
	http = setting_get(session, "http");
	options.base_url = session->server;
	options.user = session->user;
	options.password = session->password;
	if (strcmp(http, "auto") == 0 && strncmp(session->server, "https:", 6) == 0) {
		/* A new process need not find out again, at the price of a round trip or two, that the server takes no HTTP/2. */
		mem_free(http);
		http = store_setting(session->store, STATE_HTTP);
	}
	options.http = net_http_named(http);
	options.pin = pin == NULL || *pin == '\0' ? NULL : pin;
	options.connect_timeout_ms = (int)(setting_int(session, "connect_timeout") * 1000);
	options.stall_timeout_ms = (int)(setting_int(session, "stall_timeout") * 1000);
	if (net_new(session->loop, &options, &session->net, &err) != ST_OK) {
		session->net = NULL;
		log_write(session->log, LOG_ERROR, "no connection can be made: %s", err.msg[0].id);
	}
	mem_free(pin);
	mem_free(http);
	return session->net;
}

enum status session_answers(struct session *session, const char *exchanges, size_t len, struct err *err)
{
	enum status st;

	if (session->net != NULL && session->net_given)
		return net_replay_add(session->net, exchanges, len, err);
	session_drop_net(session);
	st = net_new_replay(session->loop, exchanges, len, &session->net, err);
	session->net_given = st == ST_OK;
	return st;
}

/* ---- listeners ---- */

static void session_poll(void *ctx)
{
	struct session *session = ctx;
	int64_t version = store_data_version(session->store);

	session->poll_timer = loop_after(session->loop, SESSION_POLL_MS, session_poll, session);
	if (version != session->data_version) {
		session->data_version = version;
		session_notify_changed(session);
	}
}

void session_listen(struct session *session, session_changed_fn fn, void *ctx)
{
	if (session->listener_count == SESSION_MAX_LISTENERS)
		return;
	session->listeners[session->listener_count++] = (struct session_listener){ fn, ctx };
	if (session->poll_timer == 0) {
		session->data_version = store_data_version(session->store);
		session->poll_timer = loop_after(session->loop, SESSION_POLL_MS, session_poll, session);
	}
}

void session_unlisten(struct session *session, void *ctx)
{
	size_t i, kept = 0;

	for (i = 0; i < session->listener_count; i++)
		if (session->listeners[i].ctx != ctx)
			session->listeners[kept++] = session->listeners[i];
	session->listener_count = kept;
	if (kept == 0 && session->poll_timer != 0) {
		loop_cancel(session->loop, session->poll_timer);
		session->poll_timer = 0;
	}
}

void session_notify_changed(struct session *session)
{
	struct session_listener copy[SESSION_MAX_LISTENERS];
	size_t i, count = session->listener_count;

	session->status_known = false;
	memcpy(copy, session->listeners, count * sizeof(copy[0]));
	/* A listener may take itself or others away. */
	for (i = 0; i < count; i++)
		copy[i].fn(copy[i].ctx);
}

void session_status(struct session *session, struct session_status *out)
{
	if (!session->status_known) {
		struct session_status *status = &session->status;
		struct store_counts counts = { 0 };
		int64_t start = 0, end = 0;
		struct json *run = NULL;
		char *summary;

		memset(status, 0, sizeof(*status));
		if (store_count_state(session->store, &counts, NULL) != ST_OK)
			log_write(session->log, LOG_WARN, "the counts could not be read");
		status->unsent = counts.dirty;
		status->fresh = counts.fresh;
		status->rejected = counts.rejected;
		status->conflicts_open = counts.conflicts_open;
		status->drafts = counts.drafts;
		status->oldest_unsent_ms = counts.oldest_unsent_ms;
		summary = store_last_run(session->store, &start, &end);
		if (summary != NULL) {
			const char *verdict = NULL;

			status->last_sync_ms = end;
			if (json_parse_text(summary, &run, NULL) == ST_OK)
				verdict = json_get_string(run, "verdict");
			status->last_sync_complete = verdict != NULL && strcmp(verdict, "complete") == 0;
			json_free(run);
			mem_free(summary);
		}
		session->status_known = true;
	}
	*out = session->status;
	out->signed_in = session->password != NULL || (session->net_given && session->user != NULL);
	out->locked = session->locked;
}

/* ---- open and close ---- */

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

static enum status session_find_dir(const struct session_options *options, char **dir, struct err *err)
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

static void session_load_account(struct session *session)
{
	char *device = setting_get(session, "device"), *training = store_setting(session->store, STATE_TRAINING), host[65];
	const char *at;

	mem_free(session->server);
	mem_free(session->host);
	mem_free(session->user);
	mem_free(session->device);
	mem_free(session->country);
	session->country = NULL;
	session->server = store_setting(session->store, STATE_SERVER);
	session->user = store_setting(session->store, STATE_USER);
	session->host = NULL;
	if (session->server != NULL) {
		at = strstr(session->server, "://");
		at = at == NULL ? session->server : at + 3;
		session->host = mem_strndup(at, strcspn(at, "/"));
	}
	if (device != NULL && *device != '\0') {
		session->device = device;
		device = NULL;
	} else {
		session->device = mem_strdup(gethostname(host, sizeof(host) - 1) == 0 ? (host[sizeof(host) - 1] = '\0', host) : "unknown");
	}
	if (training != NULL)
		session->training = true;
	mem_free(device);
	mem_free(training);
}

void session_account_changed(struct session *session)
{
	session_load_account(session);
	session_reload_rights(session);
}

void session_setting_changed(struct session *session, const char *name)
{
	if (strcmp(name, "device") == 0) {
		session_load_account(session);
	} else if (strcmp(name, "language") == 0) {
		mem_free(session->language);
		session->language = NULL;
	} else if (strcmp(name, "pin") == 0 || strcmp(name, "http") == 0 || strcmp(name, "connect_timeout") == 0 || strcmp(name, "stall_timeout") == 0) {
		session_drop_net(session);
	}
	/* forms_dir: at the next start, as forms may be open. */
}

static enum status session_choose_zone(struct session *session, const char *given, struct err *err)
{
	char *zone = given != NULL ? mem_strdup(given) : setting_get(session, "timezone");
	enum status st;

	if (zone == NULL || *zone == '\0') {
		mem_free(zone);
		zone = date_machine_zone();
	}
	st = date_set_zone(zone, err);
	if (st != ST_OK && given == NULL) {
		/* The system lost the zone: days would be guessed, so say it. */
		st = err_wrap(err, N_("the profile's time zone \"{1}\" is not known on this machine; install tzdata or change the setting timezone"),
			zone);
	}
	mem_free(zone);
	return st;
}

static bool session_has_wal(const char *dir)
{
	char *path = path_join(dir, "outpost.db-wal");
	bool there = path_exists(path);

	mem_free(path);
	return there;
}

char *session_folder(const struct session_options *options)
{
	char *dir = NULL;

	return session_find_dir(options, &dir, NULL) == ST_OK ? dir : NULL;
}

enum status session_open(const struct session_options *options, struct session **out, struct err *err)
{
	char *path = NULL, *log_path = NULL, *dir = NULL;
	struct session *session;
	const char *text;
	enum status st;
	size_t len;

	st = session_find_dir(options, &dir, err);
	if (st != ST_OK)
		return st;
	umask(077);
	session = mem_calloc(1, sizeof(*session));
	session->dir = dir;
	session->loop = options->loop;
	session->clock = options->loop == NULL ? clock_system : *loop_clock(options->loop);
	session->training = options->training;
	session->zone_fixed = options->zone != NULL;
	if (options->seed != 0)
		rand_init(&session->rand, options->seed);
	else
		rand_init_system(&session->rand);
	path = path_join(dir, "outpost.db");
	if (!path_exists(path)) {
		/* With a log and no database the store says what to do. */
		if (!options->create && !session_has_wal(dir)) {
			st = err_set(err, ST_NOT_FOUND, N_("there is no profile in {1}"), dir);
			goto fail;
		}
		st = path_make_dirs(dir, err);
		if (st != ST_OK)
			goto fail;
	}
	log_path = path_join(dir, "outpost.log");
	/* Without a log one can work; without a database one cannot. */
	if (log_open(log_path, &session->clock, &session->log, NULL) != ST_OK)
		session->log = NULL;
	text = model_builtin(&len);
	st = model_load(text, len, &session->model, err);
	if (st != ST_OK) {
		err_wrap(err, N_("the built-in model cannot be read; please install Outpost again"));
		goto fail;
	}
	st = store_open(path, session->model, &session->store, err);
	if (st != ST_OK) {
		err_wrap(err, N_("the profile in {1} cannot be opened"), dir);
		goto fail;
	}
	st = session_choose_zone(session, options->zone, err);
	if (st != ST_OK)
		goto fail;
	session_load_account(session);
	if (options->training && store_set_setting(session->store, STATE_TRAINING, "1", err) != ST_OK) {
		st = ST_FAILED;
		goto fail;
	}
	mem_free(path);
	mem_free(log_path);
	*out = session;
	return ST_OK;
fail:
	mem_free(path);
	mem_free(log_path);
	session_close(session);
	return st;
}

void session_close(struct session *session)
{
	if (session == NULL)
		return;
	signin_cancel(session);
	if (session->sync_done != NULL)
		session->sync_done(session);
	if (session->poll_timer != 0)
		loop_cancel(session->loop, session->poll_timer);
	net_free(session->net);
	secret_forget(session);
	session_free_forms(session);
	labels_forget(session);
	names_done(&session->rights);
	names_done(&session->features);
	store_close(session->store);
	model_free(session->model);
	log_close(session->log);
	mem_free(session->dir);
	mem_free(session->server);
	mem_free(session->host);
	mem_free(session->user);
	mem_free(session->user_uuid);
	mem_free(session->device);
	mem_free(session->country);
	mem_free(session->language);
	mem_free(session);
}

char *session_proposed_zone(struct session *session)
{
	char *zone = setting_get(session, "timezone");

	if (zone != NULL && *zone != '\0')
		return zone;
	mem_free(zone);
	return date_machine_zone();
}
