/* A few changed fields of a case as a partial update (protocol.md B.1 "postUpdate"). */
#include <string.h>

#include "sync/sync.h"

struct patch { const struct json *base, *sent; struct json *out; bool fits; };

static bool is_masked(const struct json *object)
{
	return json_true(json_get(object, "pseudonymized"));
}

/* An object says which it is and how old; the server compares both. */
static bool add_identity(struct json *to, const struct json *base)
{
	int64_t ms;

	if (json_get_string(base, "uuid") == NULL || !json_get_int(base, "changeDate", &ms) || ms == 0 || is_masked(base))
		return false;
	json_set(to, "uuid", json_copy(json_get(base, "uuid")));
	json_set(to, "changeDate", json_copy(json_get(base, "changeDate")));
	return true;
}

/* path is "key" or "part.key", deeper parts likewise; a list's items are never patched: a list that is present replaces the whole list. */
static void add_change(void *ctx, const char *path, const struct model_field *field, const struct json *old_value, const struct json *new_value)
{
	struct patch *patch = ctx;
	const struct json *base = patch->base, *sent = patch->sent;
	struct json *to = patch->out;
	const char *at = path, *dot;

	(void)old_value;
	if (field == NULL || field->type == TYPE_OBJECT_LIST || strchr(path, '[') != NULL)
		patch->fits = false;
	for (; patch->fits && (dot = strchr(at, '.')) != NULL; at = dot + 1) {
		char *key = mem_strndup(at, (size_t)(dot - at));
		const char *uuid;

		base = json_get(base, key);
		sent = json_get(sent, key);
		uuid = json_get_string(sent, "uuid");
		if (json_get(to, key) == NULL) {
			json_set(to, key, json_new_object());
			patch->fits = add_identity(json_get(to, key), base) && uuid != NULL && strcmp(uuid, json_get_string(base, "uuid")) == 0;
		}
		to = json_get(to, key);
		mem_free(key);
	}
	/* A new embedded object has no place in the server's record yet. */
	if (patch->fits && field->type == TYPE_OBJECT && model_type_has_uuid(field->object))
		patch->fits = false;
	if (patch->fits)
		json_set(to, at, new_value != NULL ? json_copy(new_value) : json_new_null());
}

char *sync_patch(const struct model *model, enum kind kind, const char *base, const char *sent)
{
	struct json *a = NULL, *b = NULL;
	struct patch patch = { .fits = kind == KIND_CASES && base != NULL };
	char *text = NULL;
	size_t len;

	if (!patch.fits || json_parse_text(base, &a, NULL) != ST_OK || json_parse_text(sent, &b, NULL) != ST_OK)
		goto out;
	patch.base = a;
	patch.sent = b;
	patch.out = json_new_object();
	patch.fits = add_identity(patch.out, a);
	if (patch.fits)
		model_diff(model_of_kind(model, kind), a, b, add_change, &patch);
	/* Nothing but the identity: what was edited has no field's name, or went back to what it was. */
	if (patch.fits && json_count(patch.out) > 2)
		text = json_print(patch.out, &len);
	if (text != NULL && 2 * len > strlen(sent)) {
		mem_free(text);
		text = NULL;
	}
out:
	json_free(patch.out);
	json_free(a);
	json_free(b);
	return text;
}
