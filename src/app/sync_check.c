/* What must never be sent (sync.md "Never send"): told before the server is asked. */
#include <string.h>

#include "app/sync_check.h"

/* ---- customizable enums: a value that was not pulled breaks the server for everybody (protocol.md D.3) ---- */

static bool keep_enum(void *ctx, const struct record *record)
{
	struct sync_run *run = ctx;
	struct json *doc = NULL;

	if (json_parse_text(record->doc, &doc, NULL) == ST_OK) {
		const char *type = json_get_string(doc, "dataType"), *value = json_get_string(doc, "value");

		if (type != NULL && value != NULL) {
			char *key = mem_printf("%s\n%s", type, value);

			json_set(run->enums, key, json_is_array(json_get(doc, "diseases")) ? json_copy(json_get(doc, "diseases")) : json_new_null());
			mem_free(key);
		}
	}
	json_free(doc);
	return true;
}

struct check { struct sync_run *run; const struct json *doc, *base; enum kind kind; char *reason; };

static void set_reason(struct check *check, const char *path, const char *text)
{
	if (check->reason == NULL)
		check->reason = mem_printf("%s: %s", path, text);
}

static bool enum_is_known(struct sync_run *run, const struct json *doc, const struct model_field *field, const struct json *value)
{
	const char *text = json_string(value) != NULL ? json_string(value) : json_get_string(value, "value");
	const char *disease = json_get_string(doc, "disease");
	char *key;
	struct json *diseases;
	bool known = false, found = false;

	if (text == NULL || text[0] == '\0')
		return true;
	if (!run->enums_loaded) {
		run->enums = json_new_object();
		run->enums_loaded = true;
		if (store_each(run->options.store, KIND_CUSTOMIZABLE_ENUM_VALUES, 0, 0, keep_enum, run, NULL) != ST_OK)
			return false;
	}
	key = mem_printf("%s\n%s", model_enum_data_type(field->enum_name), text);
	for (const struct json *e = json_first(run->enums); e != NULL && !found; e = json_next(e))
		found = strcmp(json_key(e), key) == 0;
	diseases = json_get(run->enums, key);
	known = found && (json_is_null(diseases) || json_count(diseases) == 0 || disease == NULL);
	for (const struct json *d = json_first(diseases); d != NULL && found && !known; d = json_next(d))
		known = json_string(d) != NULL && strcmp(json_string(d), disease) == 0;
	mem_free(key);
	return known;
}

/* The object that holds the path has its own mask. */
static bool is_masked_at(const struct model *model, enum kind kind, const struct json *base, const char *path)
{
	struct model_path where;
	const struct json *at = base;
	bool masked = json_true(json_get(base, "pseudonymized"));

	if (base == NULL || model_parse_path(model, kind, path, &where, NULL) != ST_OK)
		return false;
	for (int i = 0; i < where.count - 1 && at != NULL; i++) {
		at = json_get(at, where.step[i].key);
		if (json_is_object(at))
			masked = json_true(json_get(at, "pseudonymized"));
	}
	return masked;
}

static void check_edit(void *ctx, const char *path, const struct model_field *field, const struct json *old_value, const struct json *new_value)
{
	struct check *check = ctx;

	(void)old_value;
	if (field == NULL)
		return;
	if (field->type == TYPE_CUSTOMIZABLE_ENUM && !enum_is_known(check->run, check->doc, field, new_value))
		set_reason(check, path, N_("this value is not in the server's list; choose another one"));
	if ((field->personal || field->sensitive) && is_masked_at(check->run->options.model, check->kind, check->base, path))
		set_reason(check, path, N_("this field is hidden from your account, so it cannot be changed"));
}

/* A variant belongs to its disease: with another disease it is another value, though nobody touched it. */
static void check_disease(struct check *check)
{
	const struct model_type *type = model_of_kind(check->run->options.model, check->kind);
	const struct json *before = json_get(check->base, "disease");

	if (check->base == NULL || model_values_equal(model_field(type, "disease"), before, json_get(check->doc, "disease")))
		return;
	for (int i = 0; i < model_field_count(type); i++) {
		const struct model_field *field = model_field_at(type, i);

		if (field->type == TYPE_CUSTOMIZABLE_ENUM)
			check_edit(check, field->name, field, NULL, json_get(check->doc, field->name));
	}
}

/* What came from the server goes back to it as it is: a newer server knows constants that are none here. */
static bool is_the_servers(const struct check *check, const char *path, const struct model_field *field)
{
	struct model_path where;
	const struct json *value;

	if (check->base == NULL || model_parse_path(check->run->options.model, check->kind, path, &where, NULL) != ST_OK)
		return false;
	value = model_path_get(&where, check->doc);
	return !json_is_null(value) && model_values_equal(field, model_path_get(&where, check->base), value);
}

static void check_demand(void *ctx, const char *path, const struct model_field *field, const struct message *what)
{
	struct check *check = ctx;
	char text[256];

	if (is_the_servers(check, path, field))
		return;
	(void)message_text(what, text, sizeof text);
	set_reason(check, path, text);
}

char *sync_check(struct sync_run *run, enum kind kind, const struct json *doc, const struct json *base)
{
	const struct model *model = run->options.model;
	struct check check = { .run = run, .doc = doc, .base = base, .kind = kind };

	model_diff(model_of_kind(model, kind), base, doc, check_edit, &check);
	if (model_field(model_of_kind(model, kind), "disease") != NULL)
		check_disease(&check);
	(void)model_check_demands(model, kind, doc, check_demand, &check);
	return check.reason;
}
