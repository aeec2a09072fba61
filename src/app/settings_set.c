/* Changing a setting: checked, stored, and what depends on it made anew. */
#include "app/settings.h"

#include <stdlib.h>
#include <string.h>

#include "app/account.h"
#include "app/connection.h"
#include "app/listeners.h"
#include "app/profile.h"

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

enum status setting_check_zone(const char *zone, struct err *err)
{
	char *before = mem_strdup(date_zone());
	bool known = date_set_zone(zone, NULL) == ST_OK;

	/* Only looked at: the zone of this process stays what it was when the profile was opened. */
	if (date_set_zone(before, NULL) != ST_OK)
		known = false;
	mem_free(before);
	return known ? ST_OK : err_set(err, ST_INVALID, N_("the time zone \"{1}\" is not known here; it is written like Africa/Lagos"), zone);
}

/* As curl wants them: one "sha256//" and the base64 of 32 bytes, or several with ";" between them. */
static bool setting_is_pin(const char *value)
{
	static const char base64[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
	const char *digest;

	do {
		if (strncmp(value, "sha256//", 8) != 0)
			return false;
		digest = value + 8;
		if (strspn(digest, base64) != 43 || digest[43] != '=')
			return false;
		value = digest + 44;
	} while (*value++ == ';');
	return value[-1] == '\0';
}

static enum status setting_check_text(const struct setting *setting, const char *value, struct err *err)
{
	char number[24];
	const char *c;

	if (!text_is_valid(value, strlen(value)))
		return err_set(err, ST_INVALID, N_("{1}: the text is not valid UTF-8"), setting->name);
	if ((int64_t)strlen(value) > setting->max)
		return err_set_count(err, ST_INVALID, setting->max, NN_("{1} may have at most {2} byte", "{1} may have at most {2} bytes"), setting->name,
			err_number(number, setting->max));
	for (c = value; *c != '\0'; c++)
		if ((unsigned char)*c < ' ' || *c == 0x7f)
			return err_set(err, ST_INVALID, N_("{1} may have no control characters"), setting->name);
	if (strcmp(setting->name, "pin") == 0 && *value != '\0' && !setting_is_pin(value))
		return err_set(err, ST_INVALID, N_("pin takes sha256// and 44 characters, as outpost(1) shows how to get them"));
	/* A zone that the system does not know would make every day wrong at the next start. */
	if (strcmp(setting->name, "timezone") == 0 && *value != '\0')
		return setting_check_zone(value, err);
	return ST_OK;
}

/* What was made with the old value is made anew. */
static void setting_apply(struct session *session, const char *name)
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
	key = mem_printf(STATE_SETTING "%s", name);
	st = store_set_setting(session->store, key, value, err);
	mem_free(key);
	if (st == ST_OK) {
		setting_apply(session, name);
		session_notify_changed(session);
	}
	return st;
}
