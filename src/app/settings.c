#include "app/settings.h"

#include <stdlib.h>
#include <string.h>

#include "app/profile.h"

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
	return mem_printf(STATE_SETTING "%s", name);
}

char *setting_get(struct session *session, const char *name)
{
	const struct setting *setting = setting_find(name);
	char *key, *value;

	if (setting == NULL)
		return NULL;
	key = setting_key(name);
	value = store_setting(session->store, key);
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

char *settings_json(struct session *session, const char *name)
{
	struct json *object = json_new_object();
	char *text;
	size_t i;

	for (i = 0; i < settings_count(); i++) {
		char *value;

		if (name != NULL && strcmp(settings[i].name, name) != 0)
			continue;
		value = setting_get(session, settings[i].name);
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
