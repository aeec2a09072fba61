#include "app/value.h"

#include <errno.h>
#include <math.h>
#include <stdlib.h>
#include <stdio.h>
#include <string.h>
#include <strings.h>

#include "app/env.h"
#include "sormas/sormas.h"

/* ---- references by uuid or unambiguous name ---- */

struct value_find { const char *name; char uuid[UUID_SIZE]; size_t same; };

static bool value_visit_ref(void *ctx, const struct ref_row *row)
{
	struct value_find *find = ctx;
	char *a = text_fold(row->name), *b = text_fold(find->name);

	if (strcmp(a, b) == 0 && !row->archived) {
		if (find->same++ == 0)
			memcpy(find->uuid, row->uuid, sizeof(find->uuid));
	}
	mem_free(a);
	mem_free(b);
	return find->same < 2;
}

static enum status value_reference(struct session *session, const struct model_field *field, const char *typed, struct json **out,
	struct err *err)
{
	struct value_find find = { typed, "", 0 };
	struct record record;
	struct json *reference;
	enum kind kind;
	enum status st;

	if (field->reference == NULL || !model_reference_kind(field->reference, &kind))
		return err_set(err, ST_INVALID, N_("{1} cannot be set by hand"), field->name);
	if (strlen(typed) < UUID_SIZE && store_get(session->store, kind, typed, &record, NULL) == ST_OK) {
		memcpy(find.uuid, record.uuid, sizeof(find.uuid));
		record_done(&record);
	} else {
		st = store_each_ref(session->store, kind, NULL, NULL, NULL, NULL, typed, value_visit_ref, &find, err);
		if (st != ST_OK)
			return st;
		if (find.same == 0)
			return err_set(err, ST_INVALID, N_("{1}: nothing here has the uuid or the name \"{2}\""), field->name, typed);
		if (find.same > 1)
			return err_set(err, ST_INVALID, N_("{1}: several have the name \"{2}\"; write the uuid"), field->name, typed);
	}
	reference = json_new_object();
	json_set(reference, "uuid", json_new_string(find.uuid));
	*out = reference;
	return ST_OK;
}

static const char *value_enum(struct session *session, const struct model_field *field, const char *typed)
{
	const char *const *constants = field->enum_name == NULL ? NULL : model_enum(session->model, field->enum_name);
	size_t i;

	for (i = 0; constants != NULL && constants[i] != NULL; i++)
		if (strcasecmp(constants[i], typed) == 0)
			return constants[i];
	/* "not classified" for NOT_CLASSIFIED */
	for (i = 0; constants != NULL && constants[i] != NULL; i++) {
		const char *a = constants[i], *b = typed;

		while (*a != '\0' && *b != '\0' && (strncasecmp(a, b, 1) == 0 || (*a == '_' && (*b == ' ' || *b == '-')))) {
			a++;
			b++;
		}
		if (*a == '\0' && *b == '\0')
			return constants[i];
	}
	return NULL;
}

static enum status value_number(const struct model_field *field, double n, struct err *err)
{
	char low[32], high[32];

	if ((field->has_min && n < field->min) || (field->has_max && n > field->max)) {
		snprintf(low, sizeof(low), "%g", field->has_min ? field->min : -HUGE_VAL);
		snprintf(high, sizeof(high), "%g", field->has_max ? field->max : HUGE_VAL);
		return err_set(err, ST_INVALID, N_("{1} has to be from {2} to {3}"), field->name, low, high);
	}
	return ST_OK;
}

static enum status value_text(const struct model_field *field, const char *text, struct err *err)
{
	char number[24];

	if (field->max_length >= 0 && (int64_t)text_count(text) > field->max_length)
		return err_set_count(err, ST_INVALID, field->max_length, NN_("{1} may have at most {2} character", "{1} may have at most {2} characters"),
			field->name, err_number(number, field->max_length));
	return ST_OK;
}

static enum status value_date(const struct model_field *field, const char *typed, struct json **out, struct err *err)
{
	int64_t ms;
	int32_t day;

	if (date_parse_day(typed, &day))
		ms = field->truncated ? date_truncated_ms(day) : date_start_of(day);
	else if (!date_parse_instant(typed, &ms))
		return err_set(err, ST_INVALID, N_("{1}: \"{2}\" is no date; write it like 2026-11-23"), field->name, typed);
	*out = json_new_int(ms);
	return ST_OK;
}

static enum status value_customizable(struct session *session, const struct model_field *field, const char *disease, const char *value,
	struct json **out,
	struct err *err)
{
	/* A value that the server does not know breaks its lists for everybody (protocol.md D.3). */
	if (field->enum_name == NULL || !env_is_pulled_value(session, field->enum_name, disease, value))
		return err_set(err, ST_INVALID, N_("{1}: the server has no value \"{2}\" for this disease"), field->name, value);
	*out = json_new_object();
	json_set(*out, "value", json_new_string(value));
	return ST_OK;
}

/* A number as it is typed, as on a form with one comma for the point. */
static bool value_parse_number(const char *typed, double *out)
{
	char *text = mem_strdup(typed), *comma = strchr(text, ','), *end;
	bool good;

	if (comma != NULL && strchr(text, '.') == NULL)
		*comma = '.';
	errno = 0;
	*out = strtod(text, &end);
	good = end != text && *end == '\0' && errno == 0 && isfinite(*out) && strpbrk(text, "xXpP") == NULL;
	mem_free(text);
	return good;
}

enum status value_parse(struct session *session, const struct model_field *field, const char *disease, const char *typed,
	struct json **out, struct err *err)
{
	struct json *value = NULL;
	const char *constant;
	enum status st = ST_OK;
	double real;

	if (*typed == '\0') {
		*out = NULL;
		return ST_OK;
	}
	switch (field->type) {
	case TYPE_STRING:
		st = value_text(field, typed, err);
		if (st == ST_OK)
			value = json_new_string(typed);
		break;
	case TYPE_BOOLEAN:
		if (strcasecmp(typed, "true") != 0 && strcasecmp(typed, "false") != 0)
			st = err_set(err, ST_INVALID, N_("{1} is true or false"), field->name);
		else
			value = json_new_bool(strcasecmp(typed, "true") == 0);
		break;
	case TYPE_INTEGER:
	case TYPE_NUMBER:
		if (!value_parse_number(typed, &real) || (field->type == TYPE_INTEGER && (real != floor(real) || fabs(real) > 2147483647.0)))
			st = err_set(err, ST_INVALID, field->type == TYPE_INTEGER ? N_("{1}: \"{2}\" is no whole number") : N_("{1}: \"{2}\" is no number"),
				field->name,
				typed);
		else
			st = value_number(field, real, err);
		if (st == ST_OK)
			value = field->type == TYPE_INTEGER ? json_new_int((int64_t)real) : json_new_double(real);
		break;
	case TYPE_DATE:
		st = value_date(field, typed, &value, err);
		break;
	case TYPE_ENUM:
		constant = value_enum(session, field, typed);
		if (constant == NULL)
			st = err_set(err, ST_INVALID, N_("{1}: there is no choice \"{2}\""), field->name, typed);
		else
			value = json_new_string(constant);
		break;
	case TYPE_CUSTOMIZABLE_ENUM:
		st = value_customizable(session, field, disease, typed, &value, err);
		break;
	case TYPE_REFERENCE:
		st = value_reference(session, field, typed, &value, err);
		break;
	case TYPE_OBJECT:
	case TYPE_OBJECT_LIST:
		st = err_set(err, ST_INVALID, N_("{1} has fields of its own: write {1}.FIELD=VALUE or, for a list, {1}[+]={…}"), field->name);
		break;
	case TYPE_VALUE_LIST:
	case TYPE_MAP:
	case TYPE_ANY:
		st = json_parse_text(typed, &value, err);
		if (st != ST_OK)
			st = err_wrap(err, N_("{1} takes a JSON value"), field->name);
		else if ((field->type == TYPE_VALUE_LIST && !json_is_array(value)) || (field->type == TYPE_MAP && !json_is_object(value))) {
			st = err_set(err, ST_INVALID, field->type == TYPE_MAP ? N_("{1} takes a JSON object") : N_("{1} takes a JSON array"), field->name);
			json_free(value);
			value = NULL;
		}
		break;
	}
	if (st == ST_OK)
		*out = value;
	return st;
}

/* ---- values of files ---- */

static enum status value_wrong_type(struct err *err, const char *path, const char *what)
{
	return err_set(err, ST_INVALID, N_("{1}: {2} is expected here"), path, what);
}

static bool value_is_empty_text(const struct json *value)
{
	return json_is_null(value) || (json_string(value) != NULL && *json_string(value) == '\0');
}

/* The server refuses the whole request for one that is none (protocol.md D.3). */
static bool value_is_uuid(const char *s)
{
	return s != NULL && sormas_uuid_is_good(s, strlen(s));
}

static enum status value_clean_list(struct session *session, const struct model_field *field, const char *disease, const char *path,
	struct json *list, struct err *err)
{
	struct json *child, *fresh, *key, *next;
	enum status st = ST_OK;
	size_t index = 0;

	for (child = json_first(list); child != NULL && st == ST_OK; child = json_next(child), index++) {
		char *item_path = mem_printf("%s[%zu]", path, index);

		if (!json_is_object(child)) {
			st = value_wrong_type(err, item_path, "an object");
		} else {
			st = value_clean_object(session, field->object, disease, item_path, child, err);
			if (st == ST_OK) {
				/* What a new item has and this one does not say. */
				fresh = model_new_item(field, &session->rand, session_now(session));
				for (key = json_first(fresh); key != NULL; key = next) {
					next = json_next(key);
					if (json_get(child, json_key(key)) == NULL)
						json_set(child, json_key(key), json_copy(key));
				}
				json_free(fresh);
			}
		}
		mem_free(item_path);
	}
	return st;
}

enum status value_clean(struct session *session, const struct model_field *field, const char *disease, const char *path,
	struct json *value, struct json **out,
	struct err *err)
{
	const char *text = json_string(value);
	struct json *clean = NULL;
	enum status st = ST_OK;
	double real;
	int64_t whole;

	if (value_is_empty_text(value) && field->type != TYPE_OBJECT_LIST) {
		json_free(value);
		*out = NULL;
		return ST_OK;
	}
	switch (field->type) {
	case TYPE_STRING:
		st = text == NULL ? value_wrong_type(err, path, "a text") : value_text(field, text, err);
		break;
	case TYPE_BOOLEAN:
		if (!json_is_bool(value))
			st = value_wrong_type(err, path, "true or false");
		break;
	case TYPE_INTEGER:
		if (!json_int(value, &whole))
			st = value_wrong_type(err, path, "a whole number");
		else
			st = value_number(field, (double)whole, err);
		break;
	case TYPE_NUMBER:
		if (!json_double(value, &real))
			st = value_wrong_type(err, path, "a number");
		else
			st = value_number(field, real, err);
		break;
	case TYPE_DATE:
		if (text != NULL)
			st = value_date(field, text, &clean, err);
		else if (!json_int(value, &whole))
			st = value_wrong_type(err, path, "a date");
		break;
	case TYPE_ENUM:
		if (text == NULL)
			st = value_wrong_type(err, path, "a constant");
		else if (field->enum_name != NULL && model_enum(session->model, field->enum_name) != NULL && !model_enum_has(session->model,
			field->enum_name, text))
			st = err_set(err, ST_INVALID, N_("{1}: there is no choice \"{2}\""), path, text);
		break;
	case TYPE_CUSTOMIZABLE_ENUM:
		text = text != NULL ? text : json_get_string(value, "value");
		if (text == NULL)
			st = value_wrong_type(err, path, "a value of the server's list");
		else if (json_is_object(value) && field->enum_name != NULL && env_is_pulled_value(session, field->enum_name, disease, text))
			break;
		else
			st = value_customizable(session, field, disease, text, &clean, err);
		break;
	case TYPE_REFERENCE:
		if (json_is_object(value)) {
			if (!value_is_uuid(json_get_string(value, "uuid")))
				st = value_wrong_type(err, path, "a reference with a uuid");
		} else if (text == NULL) {
			st = value_wrong_type(err, path, "a reference");
		} else {
			st = value_reference(session, field, text, &clean, err);
		}
		break;
	case TYPE_OBJECT:
		st = json_is_object(value) ? value_clean_object(session, field->object, disease, path, value, err) : value_wrong_type(err, path,
			"an object");
		break;
	case TYPE_OBJECT_LIST:
		if (json_is_null(value))
			clean = json_new_array();
		else if (!json_is_array(value))
			st = value_wrong_type(err, path, "a list");
		else
			st = value_clean_list(session, field, disease, path, value, err);
		break;
	case TYPE_VALUE_LIST:
		if (!json_is_array(value))
			st = value_wrong_type(err, path, "a list");
		break;
	case TYPE_MAP:
		if (!json_is_object(value))
			st = value_wrong_type(err, path, "an object");
		break;
	case TYPE_ANY:
		break;
	}
	if (st != ST_OK || clean != NULL) {
		json_free(value);
		value = clean;
	}
	if (st == ST_OK)
		*out = value;
	return st;
}

enum status value_clean_object(struct session *session, const struct model_type *type, const char *disease, const char *path,
	struct json *object, struct err *err)
{
	struct json *child, *next, *value, *clean;
	enum status st = ST_OK;

	for (child = json_first(object); child != NULL && st == ST_OK; child = next) {
		const struct model_field *field = model_field(type, json_key(child));
		char *key = mem_strdup(json_key(child)), *field_path = mem_printf("%s%s%s", path, *path == '\0' ? "" : ".", key);

		next = json_next(child);
		if (field == NULL) {
			st = err_set(err, ST_INVALID, N_("{1} is no field that the server knows"), field_path);
		} else if (strcmp(key, "uuid") == 0) {
			if (!value_is_uuid(json_string(child)))
				st = err_set(err, ST_INVALID, N_("{1}: a uuid has 20 to 36 letters, digits and dashes"), field_path);
		} else if (field->role != ROLE_VALUE) {
			/* The server writes these itself. */
			if (field->role != ROLE_AGE_REFERENCE)
				json_remove(object, key);
		} else {
			value = json_copy(child);
			st = value_clean(session, field, disease, field_path, value, &clean, err);
			if (st == ST_OK)
				json_set(object, key, clean);
			/* Replacing keeps the place, so that the next child has to be looked up again. */
			if (st == ST_OK && clean != NULL)
				next = json_next(json_get(object, key));
		}
		mem_free(key);
		mem_free(field_path);
	}
	return st;
}
