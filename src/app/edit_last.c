/* The last value of a field, for the key that repeats it (forms.md "Entry"). */
#include <string.h>

#include "app/editing.h"
#include "app/labels.h"

#define EDIT_LAST_MAX 500                    /* bytes of a value that is remembered */

/* "last.cases.hospitalization.previousHospitalizations.isolated": without the items' uuids. New string. */
static char *edit_last_key(enum kind kind, const char *path)
{
	char *plain = labels_plain_path(path), *key = mem_printf("last.%s.%s", model_kind_name(kind), plain);

	mem_free(plain);
	return key;
}

/* Never names, dates or identifiers (forms.md "Entry"). */
static bool edit_may_repeat(const struct model_field *field)
{
	static const char *const never[] = { "uuid", "person", "epidNumber", "externalID", "externalId", "externalToken", "internalToken",
		"caseReferenceNumber",
		"caseIdIsm", "contactInformation" };
	size_t i;

	if (field == NULL || field->role != ROLE_VALUE)
		return false;
	for (i = 0; i < sizeof(never) / sizeof(never[0]); i++)
		if (strcmp(field->name, never[i]) == 0)
			return false;
	if (field->type == TYPE_STRING)
		return !field->personal && strstr(field->name, "Name") == NULL && strstr(field->name, "Phone") == NULL && strstr(field->name,
			"Email") == NULL;
	return field->type == TYPE_BOOLEAN || field->type == TYPE_ENUM || field->type == TYPE_CUSTOMIZABLE_ENUM || field->type == TYPE_REFERENCE
		|| ((field->type == TYPE_INTEGER || field->type == TYPE_NUMBER) && strncmp(field->name, "birthdate", 9) != 0 && strncmp(field->name,
			"report", 6) != 0);
}

/* A value as one would type it; NULL: none. New string. */
static char *edit_typed(const struct model_field *field, const struct json *value)
{
	const char *text = json_string(value);

	if (field->type == TYPE_REFERENCE)
		text = json_get_string(value, "uuid");
	else if (field->type == TYPE_CUSTOMIZABLE_ENUM)
		text = json_get_string(value, "value");
	else if (json_is_bool(value))
		text = json_true(value) ? "true" : "false";
	else if (json_is_number(value))
		text = json_number_text(value);
	return text == NULL || *text == '\0' || strlen(text) > EDIT_LAST_MAX ? NULL : mem_strdup(text);
}

struct edit_remember_run { struct session *session; enum kind kind; };

static void edit_remember_change(void *ctx, const char *path, const struct model_field *field, const struct json *old_value,
	const struct json *new_value)
{
	const struct edit_remember_run *run = ctx;
	char *key, *typed;

	(void)old_value;
	if (!edit_may_repeat(field) || json_is_object(new_value) != (field->type == TYPE_REFERENCE || field->type == TYPE_CUSTOMIZABLE_ENUM))
		return;
	typed = edit_typed(field, new_value);
	if (typed == NULL)
		return;
	key = edit_last_key(run->kind, path);
	if (store_set_setting(run->session->store, key, typed, NULL) != ST_OK)
		log_write(run->session->log, LOG_WARN, "a last value could not be remembered");
	mem_free(key);
	mem_free(typed);
}

void edit_remember(struct session *session, enum kind kind, const struct json *before, const struct json *after)
{
	struct edit_remember_run run = { session, kind };

	if (store_begin(session->store, NULL) != ST_OK)
		return;
	model_diff(model_of_kind(session->model, kind), before, after, edit_remember_change, &run);
	if (store_commit(session->store, NULL) != ST_OK)
		store_rollback(session->store);
}

char *edit_last_value(struct edit *edit, const char *path)
{
	const struct form_row *row = form_row_find(edit->view, path);
	char *key, *typed;

	if (row == NULL || !edit_may_repeat(row->field))
		return NULL;
	key = edit_last_key(edit->kind, path);
	typed = store_setting(edit->session->store, key);
	mem_free(key);
	return typed;
}
