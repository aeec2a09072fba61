/* Reading forms/model/model.json. It comes with the program, but is checked like any file. */
#include <string.h>

#include "model/internal.h"

extern const struct embedded_file embedded_model[];

uint32_t model_hash(const char *key)
{
	uint32_t h = 2166136261u;
	for (; *key; key++)
		h = (h ^ (unsigned char)*key) * 16777619u;
	return h;
}

static const struct { const char *name; enum value_type type; } type_names[] = {
	{"string", TYPE_STRING}, {"boolean", TYPE_BOOLEAN}, {"integer", TYPE_INTEGER}, {"number", TYPE_NUMBER}, {"date", TYPE_DATE},
	{"enum", TYPE_ENUM}, {"customizable_enum", TYPE_CUSTOMIZABLE_ENUM}, {"reference", TYPE_REFERENCE}, {"object", TYPE_OBJECT},
	{"objects", TYPE_OBJECT_LIST},
	{"values", TYPE_VALUE_LIST}, {"map", TYPE_MAP}, {"any", TYPE_ANY},
};

static const struct { const char *name; enum field_role role; } role_names[] = {
	{"bookkeeping", ROLE_BOOKKEEPING}, {"computed", ROLE_COMPUTED}, {"age_reference", ROLE_AGE_REFERENCE},
};

static enum status load_fail(struct err *err, const char *type, const char *field)
{
	return err_set(err, ST_INVALID, N_("the model does not describe {1}.{2} properly"), type, field ? field : "?");
}

/* A list of texts as a NULL-terminated array that the model frees; NULL when absent or empty. */
static const char *const *load_texts(struct model *model, const struct json *list)
{
	size_t count = json_count(list);
	if (!count)
		return NULL;
	const char **texts = mem_calloc(count + 1, sizeof *texts);
	size_t n = 0;
	for (const struct json *v = json_first(list); v; v = json_next(v))
		if (json_string(v))
			texts[n++] = json_string(v);
	void *array = model->lists;
	mem_grow(&array, &model->list_cap, model->list_count + 1, sizeof *model->lists);
	model->lists = array;
	model->lists[model->list_count++] = texts;
	return texts;
}

static struct model_type *find_type(const struct model *model, const char *name)
{
	for (size_t i = 0; i < model->type_count; i++)
		if (!strcmp(model->types[i].name, name))
			return &model->types[i];
	return NULL;
}

static enum status load_field(struct model *model, const struct model_type *type, const struct json *v, struct model_field *f,
	struct err *err)
{
	const char *kind = json_get_string(v, "type");
	const char *role = json_get_string(v, "role");
	f->name = json_get_string(v, "name");
	bool known = false;
	for (size_t i = 0; i < sizeof type_names / sizeof *type_names && kind; i++) {
		if (!strcmp(kind, type_names[i].name)) {
			f->type = type_names[i].type;
			known = true;
		}
	}
	if (!f->name || strlen(f->name) >= 64 || !known)
		return load_fail(err, type->name, f->name);
	for (size_t i = 0; i < sizeof role_names / sizeof *role_names && role; i++)
		if (!strcmp(role, role_names[i].name))
			f->role = role_names[i].role;
	f->value_group = -1;
	f->primitive = json_true(json_get(v, "primitive"));
	f->required = json_true(json_get(v, "required"));
	f->personal = json_true(json_get(v, "personal"));
	f->sensitive = json_true(json_get(v, "sensitive"));
	f->date_only = json_true(json_get(v, "day"));
	f->truncated = json_true(json_get(v, "truncated"));
	f->refused = json_true(json_get(v, "refused"));
	f->android_app_drops = json_true(json_get(v, "android_app_drops"));
	if (!json_get_int(v, "max_length", &f->max_length))
		f->max_length = -1;
	if (!json_get_int(v, "min_length", &f->min_length))
		f->min_length = -1;
	f->has_min = json_double(json_get(v, "min"), &f->min);
	f->has_max = json_double(json_get(v, "max"), &f->max);
	f->enum_name = json_get_string(v, "enum");
	f->reference = json_get_string(v, "reference");
	f->diseases = load_texts(model, json_get(v, "diseases"));
	f->hidden_for_diseases = load_texts(model, json_get(v, "hidden_for_diseases"));
	f->only_countries = load_texts(model, json_get(v, "only_countries"));
	f->hide_countries = load_texts(model, json_get(v, "hide_countries"));
	f->features = load_texts(model, json_get(v, "features"));
	f->user_right = json_get_string(v, "user_right");
	f->symptom_group = json_get_string(v, "symptom_group");
	f->depends_on = json_get_string(v, "depends_on");
	const char *object = json_get_string(v, "object");
	if (f->type == TYPE_OBJECT || f->type == TYPE_OBJECT_LIST) {
		f->object = object ? find_type(model, object) : NULL;
		if (!f->object) /* a type that the dictionary only names: its JSON is all there is */
			f->type = f->type == TYPE_OBJECT ? TYPE_ANY : TYPE_VALUE_LIST;
	}
	return ST_OK;
}

static void index_fields(struct model_type *type)
{
	size_t size = 8;
	while (size < (size_t)type->count * 2)
		size *= 2;
	type->slots = mem_calloc(size, sizeof *type->slots);
	type->slot_mask = size - 1;
	for (int i = 0; i < type->count; i++) {
		size_t slot = model_hash(type->fields[i].name) & type->slot_mask;
		while (type->slots[slot])
			slot = (slot + 1) & type->slot_mask;
		type->slots[slot] = i + 1;
		type->fields[i].index = i;
		if (!strcmp(type->fields[i].name, "uuid"))
			type->has_uuid = true;
	}
}

static enum status load_groups(struct model_type *type, const struct json *groups, struct err *err)
{
	size_t count = json_count(groups);
	if (!count)
		return ST_OK;
	if (count > MODEL_GROUPS_MAX)
		return load_fail(err, type->name, "one_value");
	type->groups = mem_calloc(count, sizeof *type->groups);
	for (const struct json *g = json_first(groups); g; g = json_next(g)) {
		struct model_group *group = &type->groups[type->group_count];
		for (const struct json *part = json_first(g); part; part = json_next(part)) {
			const char *name = json_string(part);
			const struct model_field *f = name ? model_field(type, name) : NULL;
			if (!f || group->count >= sizeof group->parts / sizeof *group->parts)
				return load_fail(err, type->name, name);
			type->fields[f->index].value_group = type->group_count;
			group->parts[group->count++] = f;
		}
		type->group_count++;
	}
	return ST_OK;
}

static enum status load_types(struct model *model, const struct json *types, struct err *err)
{
	model->types = mem_calloc(json_count(types), sizeof *model->types);
	/* names first: fields refer to types further down */
	for (const struct json *t = json_first(types); t; t = json_next(t))
		model->types[model->type_count++].name = json_key(t);
	size_t i = 0;
	for (const struct json *t = json_first(types); t; t = json_next(t), i++) {
		struct model_type *type = &model->types[i];
		const struct json *fields = json_get(t, "fields");
		type->fields = mem_calloc(json_count(fields), sizeof *type->fields);
		for (const struct json *v = json_first(fields); v; v = json_next(v)) {
			enum status st = load_field(model, type, v, &type->fields[type->count], err);
			if (st != ST_OK)
				return st;
			type->count++;
		}
		index_fields(type);
		enum status st = load_groups(type, json_get(t, "one_value"), err);
		if (st != ST_OK)
			return st;
	}
	return ST_OK;
}

static void load_enums(struct model *model, const struct json *enums)
{
	model->enums = mem_calloc(json_count(enums), sizeof *model->enums);
	for (const struct json *e = json_first(enums); e; e = json_next(e)) {
		struct model_enum_values *values = &model->enums[model->enum_count++];
		values->name = json_key(e);
		values->values = mem_calloc(json_count(e) + 1, sizeof *values->values);
		size_t n = 0;
		for (const struct json *v = json_first(e); v; v = json_next(v))
			if (json_string(v))
				values->values[n++] = json_string(v);
	}
}

enum status model_load(const char *text, size_t len, struct model **out, struct err *err)
{
	struct json *doc = NULL;
	enum status st = json_parse(text, len, &doc, err);
	if (st != ST_OK)
		return err_wrap(err, N_("the model cannot be read"));
	struct model *model = mem_calloc(1, sizeof *model);
	model->text = doc;
	if (!json_is_object(json_get(doc, "types")) || !json_is_object(json_get(doc, "enums")))
		st = load_fail(err, "types", NULL);
	if (st == ST_OK)
		st = load_types(model, json_get(doc, "types"), err);
	if (st == ST_OK)
		load_enums(model, json_get(doc, "enums"));
	for (int k = 0; k < KIND_COUNT && st == ST_OK; k++) {
		model->kinds[k] = find_type(model, model_kind_type((enum kind)k));
		if (!model->kinds[k])
			st = load_fail(err, model_kind_type((enum kind)k), NULL);
	}
	if (st == ST_OK)
		*out = model;
	else
		model_free(model);
	return st;
}

void model_free(struct model *model)
{
	if (!model)
		return;
	for (size_t i = 0; i < model->type_count; i++) {
		mem_free(model->types[i].fields);
		mem_free(model->types[i].slots);
		mem_free(model->types[i].groups);
	}
	for (size_t i = 0; i < model->enum_count; i++)
		mem_free(model->enums[i].values);
	for (size_t i = 0; i < model->list_count; i++)
		mem_free(model->lists[i]);
	mem_free(model->lists);
	mem_free(model->types);
	mem_free(model->enums);
	json_free(model->text);
	mem_free(model);
}

const char *model_builtin(size_t *len)
{
	*len = embedded_model[0].len;
	return embedded_model[0].text;
}

/* ---- looking up ---- */

const struct model_type *model_type(const struct model *model, const char *name)
{
	return find_type(model, name);
}

const struct model_type *model_of_kind(const struct model *model, enum kind kind)
{
	return model->kinds[kind];
}

const char *model_type_name(const struct model_type *type)
{
	return type->name;
}

int model_field_count(const struct model_type *type)
{
	return type->count;
}

const struct model_field *model_field_at(const struct model_type *type, int index)
{
	return &type->fields[index];
}

const struct model_field *model_field(const struct model_type *type, const char *key)
{
	size_t slot = model_hash(key) & type->slot_mask;
	while (type->slots[slot]) {
		const struct model_field *f = &type->fields[type->slots[slot] - 1];
		if (!strcmp(f->name, key))
			return f;
		slot = (slot + 1) & type->slot_mask;
	}
	return NULL;
}

enum field_role model_key_role(const struct model_type *type, const char *key)
{
	static const char *const bookkeeping[] = {"uuid", "creationDate", "changeDate", "pseudonymized", "inJurisdiction"};
	const struct model_field *f = model_field(type, key);
	if (f)
		return f->role;
	for (size_t i = 0; i < sizeof bookkeeping / sizeof *bookkeeping; i++)
		if (!strcmp(bookkeeping[i], key))
			return ROLE_BOOKKEEPING;
	return ROLE_VALUE;
}

bool model_type_has_uuid(const struct model_type *type)
{
	return type->has_uuid;
}

const char *const *model_enum(const struct model *model, const char *name)
{
	for (size_t i = 0; i < model->enum_count; i++)
		if (!strcmp(model->enums[i].name, name))
			return model->enums[i].values;
	return NULL;
}

bool model_enum_has(const struct model *model, const char *name, const char *constant)
{
	const char *const *values = model_enum(model, name);
	for (; values && *values; values++)
		if (!strcmp(*values, constant))
			return true;
	return false;
}

const struct model_field *const *model_value_parts(const struct model_type *type, int value_group, size_t *count)
{
	*count = 0;
	if (value_group < 0 || value_group >= type->group_count)
		return NULL;
	*count = type->groups[value_group].count;
	return type->groups[value_group].parts;
}

int model_value_group_count(const struct model_type *type)
{
	return type->group_count;
}

int model_age_group(const struct model_type *type)
{
	const struct model_field *age = model_field(type, "approximateAge");
	return age ? age->value_group : -1;
}

/* ---- visible by the model alone ---- */

static bool has_text(const char *const *list, const char *text)
{
	for (; *list; list++)
		if (!strcmp(*list, text))
			return true;
	return false;
}

bool model_field_visible(const struct model_field *f, const struct model_scope *scope)
{
	if (scope->disease && f->diseases && !has_text(f->diseases, scope->disease))
		return false;
	if (scope->disease && f->hidden_for_diseases && has_text(f->hidden_for_diseases, scope->disease))
		return false;
	if (f->only_countries && !(scope->country && has_text(f->only_countries, scope->country)))
		return false;
	if (f->hide_countries && scope->country && has_text(f->hide_countries, scope->country))
		return false;
	if (f->features && scope->has_feature) {
		bool any = false;
		for (const char *const *p = f->features; *p && !any; p++)
			any = scope->has_feature(scope->ctx, *p);
		if (!any)
			return false;
	}
	return !f->user_right || !scope->has_right || scope->has_right(scope->ctx, f->user_right);
}
