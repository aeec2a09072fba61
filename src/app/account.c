#include "app/account.h"

#include <ctype.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <unistd.h>

#include "app/settings.h"

/* the year 2100: a server time beyond is a mistake (the own clock may be decades behind) */
#define ACCOUNT_MAX_SERVER_MS INT64_C(4102444800000)

const char *session_server(const struct session *session) { return session->server; }
const char *session_host(const struct session *session) { return session->host; }
const char *session_user(const struct session *session) { return session->user; }

/* ---- rights and features ---- */

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
	session->reloads++;
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

/* ---- the own user, the country, the language ---- */

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

	if (ms <= 0 || ms > ACCOUNT_MAX_SERVER_MS || ms <= store_setting_int(session->store, STATE_NEWEST, 0))
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
		if (store_get_position(session->store, kinds[i], &position, NULL) == ST_OK && position.seen > newest && position.seen <= ACCOUNT_MAX_SERVER_MS)
			newest = position.seen;
	return newest;
}

/* ---- read and forgotten ---- */

void session_load_account(struct session *session)
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
		session->device = mem_strdup(session->host_name != NULL ? session->host_name : gethostname(host, sizeof(host) - 1) == 0 ? (host[sizeof(host) - 1] = '\0', host) : "unknown");
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

void session_free_account(struct session *session)
{
	names_done(&session->rights);
	names_done(&session->features);
	mem_free(session->server);
	mem_free(session->host);
	mem_free(session->user);
	mem_free(session->user_uuid);
	mem_free(session->device);
	mem_free(session->country);
	mem_free(session->language);
}
