#include "app/labels.h"

#include <string.h>

#include "app/account.h"
#include "app/formset.h"
#include "app/place.h"
#include "app/profile.h"

#define LABELS_DEPTH 6                       /* lists in lists */

struct labels_field { enum kind kind; char *path; char *label; const char *context; const struct form *form; };
struct labels_constant { char *list, *name, *label; const char *context; };
struct labels_choices { char *list; char **names; };

struct labels {
	unsigned reloads;            /* that the session counted when they were read */
	struct labels_field *fields;
	size_t field_count, field_cap;
	struct labels_constant *constants;
	size_t constant_count, constant_cap;
	struct labels_choices *choices;
	size_t choice_count;
};

void labels_forget(struct session *session)
{
	struct labels *cache = session->labels;
	size_t i, k;

	if (cache == NULL)
		return;
	for (i = 0; i < cache->field_count; i++) {
		mem_free(cache->fields[i].path);
		mem_free(cache->fields[i].label);
	}
	for (i = 0; i < cache->constant_count; i++) {
		mem_free(cache->constants[i].list);
		mem_free(cache->constants[i].name);
		mem_free(cache->constants[i].label);
	}
	for (i = 0; i < cache->choice_count; i++) {
		for (k = 0; cache->choices[i].names[k] != NULL; k++)
			mem_free(cache->choices[i].names[k]);
		mem_free(cache->choices[i].names);
		mem_free(cache->choices[i].list);
	}
	mem_free(cache->fields);
	mem_free(cache->constants);
	mem_free(cache->choices);
	mem_free(cache);
	session->labels = NULL;
}

char *labels_plain_path(const char *path)
{
	struct buf b;

	buf_init(&b, 0);
	while (*path != '\0') {
		size_t len = strcspn(path, "[");

		buf_add(&b, path, len);
		path += len;
		path += strcspn(path, "]");
		path += *path == ']';
	}
	return buf_take(&b, NULL);
}

/* One item in every list, so that every field has a row. */
static void labels_fill_lists(struct session *session, const struct model_type *type, struct json *object, int depth)
{
	int i;

	for (i = 0; depth > 0 && i < model_field_count(type); i++) {
		const struct model_field *field = model_field_at(type, i);

		if (field->type == TYPE_OBJECT && json_is_object(json_get(object, field->name))) {
			labels_fill_lists(session, field->object, json_get(object, field->name), depth - 1);
		} else if (field->type == TYPE_OBJECT_LIST) {
			struct json *list = json_new_array(), *item = model_new_item(field, &session->rand, 1);

			labels_fill_lists(session, field->object, item, depth - 1);
			json_append(list, item);
			json_set(object, field->name, list);
		}
	}
}

static const struct labels_constant *labels_find(const struct labels *cache, const char *list, const char *name)
{
	size_t i;

	for (i = 0; i < cache->constant_count; i++)
		if (strcmp(cache->constants[i].name, name) == 0 && strcmp(cache->constants[i].list, list) == 0)
			return &cache->constants[i];
	return NULL;
}

struct labels_visit { struct labels *cache; const char *list; };

static bool labels_visit_choice(void *ctx, const char *name, struct form_label label, bool stored)
{
	const struct labels_visit *visit = ctx;
	struct labels *cache = visit->cache;

	(void)stored;
	if (label.id == NULL || labels_find(cache, visit->list, name) != NULL)
		return true;
	mem_grow((void **)&cache->constants, &cache->constant_cap, cache->constant_count + 1, sizeof(*cache->constants));
	cache->constants[cache->constant_count++] = (struct labels_constant){ mem_strdup(visit->list), mem_strdup(name), mem_strdup(label.id),
		label.own ? NULL : label.context };
	return true;
}

static void labels_read_form(struct session *session, struct labels *cache, const struct form *form)
{
	/* Everything is allowed and nothing known: every row and choice that the form has. */
	struct form_env env = { .now_ms = session_now(session), .editable = true, .language = session_language(session) };
	struct rand before = session->rand;
	struct json *doc = json_new_object();
	struct form_view *view;
	size_t i;

	model_complete_new(session->model, form_kind(form), doc, &session->rand, 1);
	labels_fill_lists(session, model_of_kind(session->model, form_kind(form)), doc, LABELS_DEPTH);
	session->rand = before;
	view = form_open(form, session->model, doc, &env);
	for (i = 0; i < form_row_count(view); i++) {
		const struct form_row *row = form_row_at(view, i);

		if (row->field != NULL && row->label.id != NULL && !row->item && row->type != FORM_NOTE && row->type != FORM_GROUP) {
			mem_grow((void **)&cache->fields, &cache->field_cap, cache->field_count + 1, sizeof(*cache->fields));
			cache->fields[cache->field_count++] = (struct labels_field){ form_kind(form), labels_plain_path(row->path), mem_strdup(row->label.id),
				row->label.own ? NULL : row->label.context, form };
		}
		if (row->list_name != NULL && row->type == FORM_SELECT_ONE) {
			struct labels_visit visit = { cache, row->list_name };

			form_each_choice(view, row->path, NULL, labels_visit_choice, &visit);
		}
	}
	form_close(view);
	json_free(doc);
}

static struct labels *labels_cache(struct session *session)
{
	const struct session_form *forms;
	size_t count, i;

	if (session->labels != NULL && session->labels->reloads != session->reloads)
		labels_forget(session);
	if (session->labels == NULL) {
		session->labels = mem_calloc(1, sizeof(*session->labels));
		session->labels->reloads = session->reloads;
		forms = session_forms(session, &count);
		/* The form of new cases comes last: where another has the field too, that one is opened. */
		for (i = 0; i < count; i++)
			if (strcmp(form_name(forms[i].form), "new-case") != 0)
				labels_read_form(session, session->labels, forms[i].form);
		for (i = 0; i < count; i++)
			if (strcmp(form_name(forms[i].form), "new-case") == 0)
				labels_read_form(session, session->labels, forms[i].form);
	}
	return session->labels;
}

/* ---- constants and places ---- */

void labels_constant(struct session *session, const char *enum_name, const char *constant, const char **context, const char **id)
{
	const struct labels_constant *found = constant == NULL ? NULL : labels_find(labels_cache(session), enum_name, constant);

	*context = found == NULL ? NULL : found->context;
	*id = found == NULL ? constant : found->label;
}

static bool labels_visit_configuration(void *ctx, const struct record *record)
{
	struct session_names *off = ctx;
	const char *disease;
	struct json *doc;

	if (json_parse_text(record->doc, &doc, NULL) != ST_OK)
		return true;
	disease = json_get_string(doc, "disease");
	if (disease != NULL && json_is_bool(json_get(doc, "active")) && !json_true(json_get(doc, "active"))) {
		off->names = mem_realloc(off->names, off->count + 1, sizeof(*off->names));
		off->names[off->count++] = mem_strdup(disease);
	}
	json_free(doc);
	return true;
}

const char *const *labels_choices(struct session *session, const char *enum_name)
{
	struct labels *cache = labels_cache(session);
	const char *const *constants = model_enum(session->model, enum_name);
	struct session_names off = { NULL, 0 };
	struct labels_choices *choices;
	size_t i, k, n = 0;

	for (i = 0; i < cache->choice_count; i++)
		if (strcmp(cache->choices[i].list, enum_name) == 0)
			return (const char *const *)cache->choices[i].names;
	if (strcmp(enum_name, "Disease") == 0
		&& store_each(session->store, KIND_DISEASE_CONFIGURATIONS, 0, 0, labels_visit_configuration, &off, NULL) != ST_OK)
		log_write(session->log, LOG_WARN, "the disease configurations could not be read");
	cache->choices = mem_realloc(cache->choices, cache->choice_count + 1, sizeof(*cache->choices));
	choices = &cache->choices[cache->choice_count++];
	for (i = 0; constants != NULL && constants[i] != NULL; i++)
		;
	choices->list = mem_strdup(enum_name);
	choices->names = mem_calloc(i + 1, sizeof(*choices->names));
	for (i = 0; constants != NULL && constants[i] != NULL; i++) {
		for (k = 0; k < off.count && strcmp(off.names[k], constants[i]) != 0; k++)
			;
		if (k == off.count)
			choices->names[n++] = mem_strdup(constants[i]);
	}
	for (k = 0; k < off.count; k++)
		mem_free(off.names[k]);
	mem_free(off.names);
	return (const char *const *)choices->names;
}

const char *labels_place(const char *name)
{
	const struct place *place;
	size_t i;

	for (i = 0; name != NULL && (place = place_at(i)) != NULL; i++)
		if (strcmp(place->name, name) == 0)
			return _(place->text);
	return name;
}

/* ---- fields and values ---- */

static const struct labels_field *labels_field_of(struct session *session, const char *kind_name, const char *path)
{
	const struct labels *cache = labels_cache(session);
	const struct labels_field *found = NULL;
	enum kind kind;
	char *plain;
	size_t i;

	if (!model_kind_from_name(kind_name, &kind))
		return NULL;
	plain = labels_plain_path(path);
	for (i = 0; i < cache->field_count && found == NULL; i++)
		if (cache->fields[i].kind == kind && strcmp(cache->fields[i].path, plain) == 0)
			found = &cache->fields[i];
	mem_free(plain);
	return found;
}

const char *labels_field(struct session *session, const char *kind, const char *path, const char **context)
{
	const struct labels_field *field = labels_field_of(session, kind, path);

	*context = field == NULL ? NULL : field->context;
	return field == NULL ? path : field->label;
}

bool labels_field_form(struct session *session, const char *kind, const char *path, const char **form)
{
	const struct labels_field *field = labels_field_of(session, kind, path);

	if (field == NULL)
		return false;
	*form = form_name(field->form);
	return true;
}

/* Where a value stands: its fields have the labels of the forms. */
struct labels_at { struct session *session; const char *kind; int depth; };

static void labels_add_value(const struct labels_at *at, struct buf *b, const char *path, const struct model_field *field,
	const struct json *value);

static void labels_add_object(const struct labels_at *at, struct buf *b, const char *path, const struct model_type *type,
	const struct json *object)
{
	struct labels_at inner = { at->session, at->kind, at->depth - 1 };
	const struct json *child;
	bool first = true;

	for (child = json_first(object); child != NULL; child = json_next(child)) {
		const struct model_field *field = model_field(type, json_key(child));
		const struct labels_field *label;
		const char *text;
		char *below;

		if (field == NULL || field->role != ROLE_VALUE || model_value_is_empty(field, child))
			continue;
		if (!first)
			buf_add_text(b, ", ");
		first = false;
		below = mem_printf("%s%s%s", path, *path == '\0' ? "" : ".", field->name);
		label = labels_field_of(at->session, at->kind, below);
		text = label == NULL ? field->name : i18n_label(label->context, label->label);
		/* "Isolated? Yes", "Remarks: none" */
		buf_printf(b, "%s%s ", text, *text != '\0' && text[strlen(text) - 1] == '?' ? "" : ":");
		labels_add_value(&inner, b, below, field, child);
		mem_free(below);
	}
}

static void labels_add_reference(struct session *session, struct buf *b, const struct model_field *field, const struct json *value)
{
	const char *uuid = json_get_string(value, "uuid"), *caption = json_get_string(value, "caption");
	struct ref_row row;
	enum kind kind;

	if (uuid != NULL && field->reference != NULL && model_reference_kind(field->reference, &kind) && store_get_ref(session->store, kind, uuid,
		&row, NULL) == ST_OK
		&& row.name != NULL && *row.name != '\0')
		buf_add_text(b, labels_place(row.name));
	else
		buf_add_text(b, caption != NULL && *caption != '\0' ? caption : uuid);
}

static void labels_add_value(const struct labels_at *at, struct buf *b, const char *path, const struct model_field *field,
	const struct json *value)
{
	const char *text = json_string(value);
	const struct labels_constant *constant;
	char day[16], time[40], *json;
	int64_t ms;

	if (json_is_null(value) || at->depth == 0)
		return;
	if (field == NULL) {
		json = text != NULL ? mem_strdup(text) : json_print(value, NULL);
		buf_add_text(b, json);
		mem_free(json);
		return;
	}
	switch (field->type) {
	case TYPE_DATE:
		if (json_int(value, &ms)) {
			if (field->date_only) {
				date_print_day(field->truncated ? date_truncated_day(ms) : date_day_of(ms), day);
				buf_add_text(b, day);
			} else {
				date_print_instant(ms, time);
				time[16] = '\0';
				time[10] = ' ';
				buf_add_text(b, time);
			}
			return;
		}
		break;
	case TYPE_ENUM:
		if (text != NULL) {
			constant = field->enum_name == NULL ? NULL : labels_find(labels_cache(at->session), field->enum_name, text);
			buf_add_text(b, constant == NULL ? text : i18n_label(constant->context, constant->label));
			return;
		}
		break;
	case TYPE_CUSTOMIZABLE_ENUM:
		text = json_get_string(value, "caption");
		buf_add_text(b, text != NULL && *text != '\0' ? text : json_get_string(value, "value"));
		return;
	case TYPE_REFERENCE:
		labels_add_reference(at->session, b, field, value);
		return;
	case TYPE_OBJECT:
		if (json_is_object(value)) {
			labels_add_object(at, b, path, field->object, value);
			return;
		}
		break;
	case TYPE_OBJECT_LIST:
		if (json_is_object(value)) {
			/* One item of the list. */
			labels_add_object(at, b, path, field->object, value);
			return;
		}
		break;
	case TYPE_BOOLEAN:
		if (json_is_bool(value)) {
			buf_add_text(b, json_true(value) ? _(N_("Yes")) : _(N_("No")));
			return;
		}
		break;
	case TYPE_STRING:
	case TYPE_INTEGER:
	case TYPE_NUMBER:
	case TYPE_VALUE_LIST:
	case TYPE_MAP:
	case TYPE_ANY:
		break;
	}
	labels_add_value(at, b, path, NULL, value);
}

char *labels_value(struct session *session, const char *kind_name, const char *path_text, const char *json_value)
{
	const struct labels_at at = { session, kind_name, LABELS_DEPTH };
	const struct model_field *field = NULL;
	struct model_path path;
	struct json *value;
	enum kind kind;
	struct buf b;

	buf_init(&b, 0);
	if (json_value == NULL || json_parse_text(json_value, &value, NULL) != ST_OK) {
		buf_add_text(&b, json_value);
	} else {
		if (model_kind_from_name(kind_name, &kind)) {
			if (path_text != NULL && *path_text != '\0') {
				if (model_parse_path(session->model, kind, path_text, &path, NULL) == ST_OK)
					field = path.field;
				labels_add_value(&at, &b, path_text, field, value);
			} else {
				labels_add_object(&at, &b, "", model_of_kind(session->model, kind), value);
			}
		}
		json_free(value);
	}
	return buf_take(&b, NULL);
}
