/* What the server would refuse for a whole list with 400 (protocol.md D.3), found before anything is sent. */
#include <string.h>

#include "model/internal.h"

struct demands {
	const struct model *model;
	model_problem_fn visit;
	void *ctx;
	size_t count;
};

static void tell(struct demands *d, const char *path, const struct model_field *f, const struct message *what)
{
	d->count++;
	if (d->visit)
		d->visit(d->ctx, path, f, what);
}

static void problem(struct demands *d, const char *path, const struct model_field *f, const char *id, const char *arg)
{
	struct message what;
	message_set(&what, id, arg);
	tell(d, path, f, &what);
}

static void length_problem(struct demands *d, const char *path, const struct model_field *f, int64_t n, const char *one, const char *many)
{
	struct message what;
	char number[24];
	message_set_count(&what, n, one, many, err_number(number, n));
	tell(d, path, f, &what);
}

static void check_object(struct demands *d, const struct model_type *type, const char *prefix, const struct json *v);

/* Uuids are 20 to 36 of 0-9, a-z, A-Z and "-" (protocol.md A.2). */
static bool uuid_is_sendable(const char *uuid)
{
	size_t len = strlen(uuid);
	return len >= 20 && len <= 36 && strspn(uuid, "0123456789abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ-") == len;
}

static void check_text(struct demands *d, const char *path, const struct model_field *f, const char *text)
{
	int64_t length = (int64_t)text_count(text);
	if (!strcmp(f->name, "uuid")) {
		if (!uuid_is_sendable(text))
			problem(d, path, f, N_("\"{1}\" is no uuid that the server takes"), text);
		return;
	}
	/* the server counts UTF-16 units: a character beyond the first plane counts twice */
	const char *end = text + strlen(text);
	for (const char *p = text; p < end;)
		length += text_next(&p, end) > 0xffff;
	if (f->max_length >= 0 && length > f->max_length)
		length_problem(d, path, f, f->max_length, NN_("longer than {1} character; shorten it", "longer than {1} characters; shorten it"));
	else if (f->min_length >= 0 && length < f->min_length)
		length_problem(d, path, f, f->min_length, NN_("shorter than {1} character", "shorter than {1} characters"));
}

static void check_number(struct demands *d, const char *path, const struct model_field *f, const struct json *v)
{
	double n = 0;
	char number[24];
	if (!json_double(v, &n))
		return;
	if (f->has_min && n < f->min)
		problem(d, path, f, N_("less than {1}"), err_number(number, (int64_t)f->min));
	if (f->has_max && n > f->max)
		problem(d, path, f, N_("more than {1}"), err_number(number, (int64_t)f->max));
}

/* Does the JSON type go with the field? What the server's parser takes counts. */
static bool shape_fits(const struct model_field *f, const struct json *v)
{
	int64_t n;
	switch (f->type) {
	case TYPE_STRING:
		return json_is_string(v) || json_is_number(v) || json_is_bool(v);
	case TYPE_BOOLEAN:
		return json_is_bool(v);
	case TYPE_INTEGER:
		return json_int(v, &n) && n >= INT32_MIN && n <= INT32_MAX;
	case TYPE_NUMBER:
		return json_is_number(v);
	case TYPE_DATE:
		return json_int(v, &n) || json_is_string(v);
	case TYPE_ENUM:
		return json_is_string(v);
	case TYPE_REFERENCE:
	case TYPE_CUSTOMIZABLE_ENUM:
	case TYPE_OBJECT:
	case TYPE_MAP:
		return json_is_object(v);
	case TYPE_OBJECT_LIST:
	case TYPE_VALUE_LIST:
		return json_is_array(v);
	case TYPE_ANY:
		break;
	}
	return true;
}

/* An unknown constant fails the whole request (protocol.md A.2). */
static void check_constant(struct demands *d, const char *path, const struct model_field *f, const char *constant)
{
	if (f->enum_name && model_enum(d->model, f->enum_name) && !model_enum_has(d->model, f->enum_name, constant))
		problem(d, path, f, N_("\"{1}\" is none of the choices"), constant);
}

static void check_value(struct demands *d, const char *path, const struct model_field *f, const struct json *v)
{
	if (!shape_fits(f, v)) {
		problem(d, path, f, N_("not a value of this field"), "");
		return;
	}
	if (f->type == TYPE_STRING && json_is_string(v)) {
		check_text(d, path, f, json_string(v));
	} else if (f->type == TYPE_INTEGER || f->type == TYPE_NUMBER) {
		check_number(d, path, f, v);
	} else if (f->type == TYPE_ENUM) {
		check_constant(d, path, f, json_string(v));
	} else if (f->type == TYPE_VALUE_LIST && !f->reference) {
		for (const struct json *item = json_first(v); item; item = json_next(item))
			if (json_is_string(item))
				check_constant(d, path, f, json_string(item));
	} else if (f->type == TYPE_MAP) {
		for (const struct json *entry = json_first(v); entry; entry = json_next(entry))
			check_constant(d, path, f, json_key(entry));
	} else if (f->type == TYPE_REFERENCE) {
		const char *uuid = json_get_string(v, "uuid");
		if (!uuid || !uuid_is_sendable(uuid))
			problem(d, path, f, N_("\"{1}\" is no uuid that the server takes"), uuid ? uuid : "");
	} else if (f->type == TYPE_OBJECT) {
		char *below = mem_printf("%s.", path);
		check_object(d, f->object, below, v);
		mem_free(below);
	} else if (f->type == TYPE_OBJECT_LIST) {
		for (const struct json *item = json_first(v); item; item = json_next(item)) {
			const char *uuid = json_get_string(item, "uuid");
			char *below = mem_printf("%s[%s].", path, uuid ? uuid : "");
			if (json_is_object(item))
				check_object(d, f->object, below, item);
			else
				problem(d, path, f, N_("not a value of this field"), "");
			mem_free(below);
		}
	}
}

static void check_object(struct demands *d, const struct model_type *type, const char *prefix, const struct json *v)
{
	for (int i = 0; i < type->count; i++) {
		const struct model_field *f = &type->fields[i];
		const struct json *value = json_get(v, f->name);
		/* computed and refused keys are not sent for what they say; a record without uuid would be stored twice */
		if (f->role == ROLE_COMPUTED || f->refused)
			continue;
		bool needed = f->required || (!*prefix && !strcmp(f->name, "uuid"));
		if (!needed && json_is_null(value))
			continue;
		char *path = mem_printf("%s%s", prefix, f->name);
		if (json_is_null(value)) {
			problem(d, path, f, N_("must be filled in"), "");
		} else if (f->required && json_is_string(value) && text_is_blank(json_string(value))) {
			problem(d, path, f, N_("must be filled in"), "");
		} else {
			check_value(d, path, f, value);
		}
		mem_free(path);
	}
}

size_t model_check_demands(const struct model *model, enum kind kind, const struct json *doc, model_problem_fn visit, void *ctx)
{
	struct demands d = {model, visit, ctx, 0};
	if (!json_is_object(doc)) {
		problem(&d, "", NULL, N_("not a record"), "");
		return d.count;
	}
	check_object(&d, model->kinds[kind], "", doc);
	return d.count;
}
