/* Paths such as hospitalization.previousHospitalizations[UUID].admissionDate. */
#include <string.h>

#include "model/internal.h"

static enum status path_fail(struct err *err, const char *path, const char *part, const char *id)
{
	return err_set(err, ST_INVALID, id, path, part);
}

/* Reads "key" or "key[item]" at *at into step. */
static bool read_step(const char **at, struct model_step *step)
{
	const char *p = *at;
	size_t len = strcspn(p, ".[");
	if (!len || len >= sizeof step->key)
		return false;
	memcpy(step->key, p, len);
	step->key[len] = '\0';
	step->item[0] = '\0';
	p += len;
	if (*p == '[') {
		len = strcspn(++p, "]");
		if (!len || len >= sizeof step->item || p[len] != ']')
			return false;
		memcpy(step->item, p, len);
		step->item[len] = '\0';
		p += len + 1;
	}
	*at = p;
	return *p == '.' || !*p;
}

enum status model_parse_path(const struct model *model, enum kind kind, const char *path, struct model_path *out, struct err *err)
{
	const struct model_type *type = model->kinds[kind];
	struct model_path result = {0};
	const char *p = path;
	for (;;) {
		if (result.count == MODEL_PATH_STEPS)
			return path_fail(err, path, "", N_("\"{1}\" goes too deep"));
		struct model_step *step = &result.step[result.count];
		const char *start = p;
		if (!read_step(&p, step))
			return path_fail(err, path, start,
				N_("\"{1}\" is no path: \"{2}\" cannot be read; write it like hospitalization.admissionDate"));
		result.count++;
		const struct model_field *f = type ? model_field(type, step->key) : NULL;
		if (!f)
			return path_fail(err, path, step->key, N_("\"{1}\": there is no field \"{2}\""));
		result.field = f;
		if (*step->item && f->type != TYPE_OBJECT_LIST)
			return path_fail(err, path, step->key, N_("\"{1}\": {2} is no list with items"));
		if (!*p)
			break;
		p++;
		bool inside = f->type == TYPE_OBJECT || (f->type == TYPE_OBJECT_LIST && *step->item);
		if (!inside)
			return path_fail(err, path, step->key,
				f->type == TYPE_OBJECT_LIST ? N_("\"{1}\": name an item of {2} by its uuid in brackets") :
					N_("\"{1}\": {2} has no fields of its own"));
		type = f->object;
	}
	*out = result;
	return ST_OK;
}

static struct json *find_item(const struct json *list, const char *uuid)
{
	for (struct json *item = json_is_array(list) ? json_first(list) : NULL; item; item = json_next(item)) {
		const char *own = json_get_string(item, "uuid");
		if (own && !strcmp(own, uuid))
			return item;
	}
	return NULL;
}

static struct json *follow(const struct model_path *path, struct json *doc, int count, bool create)
{
	struct json *at = doc;
	for (int i = 0; i < count && at; i++) {
		const struct model_step *step = &path->step[i];
		struct json *next = json_get(at, step->key);
		if (*step->item) {
			next = find_item(next, step->item);
		} else if (create && json_is_null(next) && json_is_object(at)) {
			json_set(at, step->key, json_new_object());
			next = json_get(at, step->key);
		}
		at = next;
	}
	return at;
}

static struct json *mutable(const struct json *v)
{
	union { const struct json *c; struct json *m; } u = {.c = v};
	return u.m;
}

struct json *model_path_get(const struct model_path *path, const struct json *doc)
{
	return follow(path, mutable(doc), path->count, false);
}

int64_t model_path_change_date(const struct model_path *path, const struct json *doc)
{
	int64_t greatest = 0;
	for (int count = 0; count <= path->count; count++) {
		const struct json *at = follow(path, mutable(doc), count, false);
		int64_t own = 0;
		if (json_is_object(at) && json_get_int(at, "changeDate", &own) && own > greatest)
			greatest = own;
	}
	return greatest;
}

struct json *model_path_parent(const struct model_path *path, struct json *doc, bool create)
{
	struct json *parent = follow(path, doc, path->count - 1, create);
	const struct model_step *last = &path->step[path->count - 1];
	return parent && *last->item ? json_get(parent, last->key) : parent;
}

enum status model_path_set(const struct model_path *path, struct json *doc, struct json *value, struct err *err)
{
	const struct model_step *last = &path->step[path->count - 1];
	struct json *parent = follow(path, doc, path->count - 1, value != NULL);
	if (!json_is_object(parent)) {
		json_free(value);
		if (!value)
			return ST_OK; /* what is not there need not be removed */
		return err_set(err, ST_NOT_FOUND, N_("there is no item that holds {1}"), last->key);
	}
	if (!*last->item) {
		json_set(parent, last->key, value);
		return ST_OK;
	}
	struct json *list = json_get(parent, last->key);
	size_t index = 0;
	for (struct json *item = json_is_array(list) ? json_first(list) : NULL; item; item = json_next(item), index++) {
		const char *own = json_get_string(item, "uuid");
		if (!own || strcmp(own, last->item) != 0)
			continue;
		json_free(json_detach_at(list, index));
		if (value)
			json_insert(list, index, value);
		return ST_OK;
	}
	json_free(value);
	return err_set(err, ST_NOT_FOUND, N_("{1} has no item {2}"), last->key, last->item);
}
