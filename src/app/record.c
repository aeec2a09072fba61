#include "app/record.h"

#include <string.h>

#include "app/kinds.h"
#include "app/profile.h"

bool record_is_kind(const char *kind)
{
	enum kind k;

	return model_kind_from_name(kind, &k);
}

bool record_is_uuid(const char *text)
{
	size_t len = strlen(text);

	return len >= 20 && len < UUID_SIZE && strspn(text, "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz-") == len;
}

char *record_pretty(char *json)
{
	struct json *value;
	char *text;

	if (json_parse_text(json, &value, NULL) != ST_OK)
		return json;
	text = json_print_pretty(value);
	json_free(value);
	mem_free(json);
	return text;
}

enum status record_find(struct session *session, const char *kind_name, const char *prefix, char uuid[UUID_SIZE], struct err *err)
{
	enum kind kind;
	enum status st = kind_named(kind_name, &kind, err);

	if (st != ST_OK)
		return st;
	if (*prefix == '\0')
		return err_set(err, ST_INVALID, N_("the uuid is empty"));
	st = store_find(session->store, kind, prefix, uuid, err);
	if (st == ST_NOT_FOUND)
		return err_set(err, ST_NOT_FOUND, N_("no record of {1} here has a uuid that begins with {2}"), kind_name, prefix);
	if (st == ST_ASK)
		return err_set(err, ST_ASK, N_("several records of {1} have a uuid that begins with {2}; write more of it"), kind_name, prefix);
	return st;
}

enum status record_text(struct session *session, const char *kind_name, const char *uuid, enum record_version version, char **json,
	struct err *err)
{
	struct record record;
	enum kind kind;
	enum status st = kind_named(kind_name, &kind, err);

	if (st == ST_OK)
		st = store_get(session->store, kind, uuid, &record, err);
	if (st != ST_OK)
		return st;
	if (version == RECORD_MINE || (record.base == NULL && (record.flags & (RECORD_NEW | RECORD_DIRTY)) == 0)) {
		/* A clean record is what the server sent. */
		*json = record.doc;
		record.doc = NULL;
	} else if (record.base != NULL) {
		*json = record.base;
		record.base = NULL;
	} else {
		st = err_set(err, ST_NOT_FOUND, N_("the server does not have {1} yet: there is no version of its own"), uuid);
	}
	record_done(&record);
	return st;
}
