#include "app/settings.h"

#include <stdlib.h>
#include <string.h>

#include "app/internal.h"

#define SETTING_MAX_TEXT 1000                /* bytes */

static const char *const date_orders[] = { "auto", "dmy", "mdy", "ymd", NULL };
static const char *const https[] = { "auto", "1.1", "2", NULL };
static const char *const charsets[] = { "auto", "utf8", "ascii", NULL };
static const char *const colours[] = { "auto", "never", "always", NULL };

/* The one table (architecture.md "Modules are doors"). Stored under these names in the profile. */
static const struct setting settings[] = {
	{ "timezone", SETTING_TEXT, 0, 64, NULL, "", N_("time zone of the days, such as Africa/Lagos; empty: the machine's") },
	{ "forms_dir", SETTING_TEXT, 0, SETTING_MAX_TEXT, NULL, "",
		N_("folder with this site's forms; one there replaces ours of the same name") },
	{ "language", SETTING_TEXT, 0, 16, NULL, "",
		N_("language of a site's own forms, such as fr; empty: the environment's") },
	{ "password_command", SETTING_TEXT, 0, SETTING_MAX_TEXT, NULL, "", N_("command whose first line of output is the password") },
	{ "keep_password", SETTING_BOOL, 0, 1, NULL, "false", N_("keep the password in the kernel's keyring for the next start") },
	{ "lock_minutes", SETTING_INT, 0, 1440, NULL, "15", N_("lock the screen after so many idle minutes; 0: never") },
	{ "sync_minutes", SETTING_INT, 0, 1440, NULL, "0", N_("synchronize by itself every so many minutes; 0: only when asked") },
	{ "pin", SETTING_TEXT, 0, 200, NULL, "", N_("the server's public key, such as sha256//…; empty: any trusted one") },
	{ "http", SETTING_CHOICE, 0, 0, https, "auto", N_("version of HTTP; auto: 2 where the server offers it with TLS, else 1.1") },
	{ "connect_timeout", SETTING_INT, 1, 600, NULL, "20", N_("seconds to wait for a connection") },
	{ "stall_timeout", SETTING_INT, 1, 3600, NULL, "60", N_("seconds with next to nothing coming before trying again") },
	{ "partial_updates", SETTING_BOOL, 0, 1, NULL, "true", N_("send only a case's changed fields, if the server can; false: whole records") },
	{ "device", SETTING_TEXT, 0, 64, NULL, "", N_("name of this machine in the journal; empty: its host name") },
	{ "date_order", SETTING_CHOICE, 0, 0, date_orders, "auto", N_("order of day, month and year when typing dates") },
	{ "escape_delay", SETTING_INT, 0, 5000, NULL, "50", N_("milliseconds to wait after Escape; more on serial lines") },
	{ "charset", SETTING_CHOICE, 0, 0, charsets, "auto", N_("characters that the terminal can show") },
	{ "colour", SETTING_CHOICE, 0, 0, colours, "auto", N_("colours on the screen") },
	{ "plain", SETTING_BOOL, 0, 1, NULL, "false", N_("ask line by line instead of drawing screens") },
};

size_t settings_count(void)
{
	return sizeof(settings) / sizeof(settings[0]);
}

const struct setting *setting_at(size_t index)
{
	return index < settings_count() ? &settings[index] : NULL;
}

const struct setting *setting_find(const char *name)
{
	size_t i;

	for (i = 0; i < settings_count(); i++)
		if (strcmp(settings[i].name, name) == 0)
			return &settings[i];
	return NULL;
}

/* The store has a name space of its own for what people set. */
static char *setting_key(const char *name)
{
	return mem_printf("setting.%s", name);
}

char *setting_get(struct session *session, const char *name)
{
	const struct setting *setting = setting_find(name);
	char *key, *value;

	if (setting == NULL)
		return NULL;
	key = setting_key(name);
	value = store_setting(session_store(session), key);
	mem_free(key);
	return value != NULL ? value : mem_strdup(setting->fallback);
}

int64_t setting_int(struct session *session, const char *name)
{
	char *value = setting_get(session, name);
	int64_t n = value == NULL ? 0 : strtoll(value, NULL, 10);

	mem_free(value);
	return n;
}

bool setting_bool(struct session *session, const char *name)
{
	char *value = setting_get(session, name);
	bool yes = value != NULL && strcmp(value, "true") == 0;

	mem_free(value);
	return yes;
}

static bool setting_yes(const char *value, bool *out)
{
	static const char *const yes[] = { "true", "yes", "on", "1", NULL }, *const no[] = { "false", "no", "off", "0", NULL };
	size_t i;

	for (i = 0; yes[i] != NULL; i++) {
		if (strcmp(value, yes[i]) == 0 || strcmp(value, no[i]) == 0) {
			*out = strcmp(value, yes[i]) == 0;
			return true;
		}
	}
	return false;
}

static enum status setting_check_text(const struct setting *setting, const char *value, struct err *err)
{
	char number[24];
	const char *c;

	if (!text_is_valid(value, strlen(value)))
		return err_set(err, ST_INVALID, N_("{1}: the text is not valid UTF-8"), setting->name);
	if ((int64_t)strlen(value) > setting->max)
		return err_set(err, ST_INVALID, N_("{1} may have at most {2} bytes"), setting->name, err_number(number, setting->max));
	for (c = value; *c != '\0'; c++)
		if ((unsigned char)*c < ' ' || *c == 0x7f)
			return err_set(err, ST_INVALID, N_("{1} may have no control characters"), setting->name);
	/* A zone that the system does not know would make every day wrong at the next start. */
	if (strcmp(setting->name, "timezone") == 0 && *value != '\0') {
		char *before = mem_strdup(date_zone());
		enum status st = date_set_zone(value, err);

		/* Only looked at: the zone of this process stays what it was when the profile was opened. */
		if (date_set_zone(before, NULL) != ST_OK)
			st = ST_FAILED;
		mem_free(before);
		if (st != ST_OK)
			return err_set(err, ST_INVALID, N_("the time zone \"{1}\" is not known here; it is written like Africa/Lagos"), value);
	}
	return ST_OK;
}

enum status setting_set(struct session *session, const char *name, const char *value, struct err *err)
{
	const struct setting *setting = setting_find(name);
	char number[2][24], *key, *end;
	enum status st = ST_OK;
	bool yes;
	int64_t n;
	size_t i;

	if (setting == NULL)
		return err_set(err, ST_NOT_FOUND, N_("there is no setting \"{1}\"; `outpost set` lists them"), name);
	if (value != NULL) {
		switch (setting->type) {
		case SETTING_TEXT:
			st = setting_check_text(setting, value, err);
			break;
		case SETTING_INT:
			n = strtoll(value, &end, 10);
			if (*value == '\0' || *end != '\0' || strlen(value) > 18 || n < setting->min || n > setting->max)
				st = err_set(err, ST_INVALID, N_("{1} takes a number from {2} to {3}"), name, err_number(number[0], setting->min),
					err_number(number[1], setting->max));
			break;
		case SETTING_BOOL:
			if (!setting_yes(value, &yes))
				st = err_set(err, ST_INVALID, N_("{1} takes true or false"), name);
			else
				value = yes ? "true" : "false";
			break;
		case SETTING_CHOICE:
			for (i = 0; setting->choices[i] != NULL && strcmp(setting->choices[i], value) != 0; i++)
				;
			if (setting->choices[i] == NULL) {
				struct buf b;

				buf_init(&b, 0);
				for (i = 0; setting->choices[i] != NULL; i++)
					buf_printf(&b, i == 0 ? "%s" : ", %s", setting->choices[i]);
				st = err_set(err, ST_INVALID, N_("{1} takes one of: {2}"), name, buf_text(&b));
				buf_done(&b);
			}
			break;
		}
	}
	if (st != ST_OK)
		return st;
	key = setting_key(name);
	st = store_set_setting(session_store(session), key, value, err);
	mem_free(key);
	if (st == ST_OK) {
		session_setting_changed(session, name);
		session_notify_changed(session);
	}
	return st;
}

char *settings_json(struct session *session)
{
	struct json *object = json_new_object();
	char *text;
	size_t i;

	for (i = 0; i < settings_count(); i++) {
		char *value = setting_get(session, settings[i].name);

		switch (settings[i].type) {
		case SETTING_INT:
			json_set(object, settings[i].name, json_new_int(strtoll(value, NULL, 10)));
			break;
		case SETTING_BOOL:
			json_set(object, settings[i].name, json_new_bool(strcmp(value, "true") == 0));
			break;
		case SETTING_TEXT:
		case SETTING_CHOICE:
			json_set(object, settings[i].name, json_new_string(value));
			break;
		}
		mem_free(value);
	}
	text = json_print(object, NULL);
	json_free(object);
	return text;
}
