/* What a reader may not see, and what such a reader cannot change (protocol.md C.7, D.6). */
#include <stdio.h>
#include <string.h>

#include "trainer/mask.h"

#define MASK_NAME "Confidential"

static bool is_hidden(const struct model_field *f)
{
	return f->personal || f->sensitive;
}

static bool has_rows(const struct model_field *f)
{
	return (f->type == TYPE_OBJECT || f->type == TYPE_OBJECT_LIST) && f->object && model_type_has_uuid(f->object);
}

/* Parts that disappear as a whole, others only lose their contents (recorded). */
static bool part_goes(const struct model_type *type, const char *name)
{
	return strcmp(model_type_name(type), "CaseDataDto") == 0 && (strcmp(name, "healthConditions") == 0 || strcmp(name, "portHealthInfo") == 0);
}

static void set_flag(struct json *o, const char *key, bool value)
{
	if (json_get(o, key))
		json_set(o, key, json_new_bool(value));
}

/* A little off, as the server moves coordinates of hidden places: here by a fixed amount per uuid, within 5 km. */
static void move_coordinate(struct json *o, const char *key)
{
	double d;
	if (!json_double(json_get(o, key), &d))
		return;
	const char *uuid = json_get_string(o, "uuid");
	unsigned h = 7;
	for (const char *c = uuid ? uuid : ""; *c; c++)
		h = h * 31 + (unsigned char)*c;
	json_set(o, key, json_new_double(d + ((double)(h % 800) - 400) / 10000.0));
}

static void hide_value(const struct model_type *type, const struct model_field *f, struct json *o, struct json *v)
{
	bool person = strcmp(model_type_name(type), "PersonDto") == 0;
	const char *text = json_string(v);
	if (strcmp(f->name, "latitude") == 0 || strcmp(f->name, "longitude") == 0)
		move_coordinate(o, f->name);
	else if (f->type == TYPE_STRING && strcmp(f->name, "postalCode") == 0 && text) {
		char *cut = mem_strndup(text, text_cut(text, 3));
		json_set(o, f->name, json_new_string(cut));
		mem_free(cut);
	} else if (person && (strcmp(f->name, "firstName") == 0 || strcmp(f->name, "lastName") == 0))
		json_set(o, f->name, json_new_string(MASK_NAME));
	else if (f->type == TYPE_STRING)
		json_set(o, f->name, json_new_string(""));
	else if (f->type == TYPE_REFERENCE && strcmp(f->reference, "Person") == 0) {
		json_set(v, "caption", json_new_string(" "));
		json_set(v, "firstName", json_new_string(""));
		json_set(v, "lastName", json_new_string(""));
	} else
		json_set(o, f->name, NULL);
}

static void hide(const struct model_type *type, struct json *o)
{
	set_flag(o, "pseudonymized", strcmp(model_type_name(type), "EpiDataDto") != 0);
	set_flag(o, "inJurisdiction", false);
	for (int i = 0; i < model_field_count(type); i++) {
		const struct model_field *f = model_field_at(type, i);
		struct json *v = json_get(o, f->name);
		if (!v || f->role == ROLE_BOOKKEEPING)
			continue;
		if (part_goes(type, f->name))
			json_set(o, f->name, NULL);
		else if (has_rows(f) && f->type == TYPE_OBJECT)
			hide(f->object, v);
		else if (has_rows(f))
			for (struct json *c = json_first(v); c; c = json_next(c))
				hide(f->object, c);
		else if (is_hidden(f) || (strcmp(f->name, "person") == 0 && strcmp(model_type_name(type), "CaseDataDto") == 0))
			hide_value(type, f, o, v);
	}
}

static void hide_case_users(const struct trainer *t, const struct user *user, struct json *doc)
{
	const char *uuid = json_get_string(json_get(doc, "reportingUser"), "uuid");
	const struct user *reporter = uuid ? user_by_uuid(t, uuid) : NULL;
	/* a reporter without a district of their own stays (recorded) */
	if (!reporter || (reporter->district && (!user->district || strcmp(reporter->district, user->district) != 0)))
		json_set(doc, "reportingUser", NULL);
	json_set(doc, "surveillanceOfficer", NULL);
	json_set(doc, "facilityType", NULL);
	json_set(doc, "healthFacility", NULL);
	json_set(doc, "responsibleCommunity", NULL);
}

void mask_hidden(const struct trainer *t, const struct user *user, enum kind kind, struct json *doc, bool seen)
{
	const struct model_type *type = model_of_kind(t->model, kind);
	if (!seen) {
		hide(type, doc);
		if (kind == KIND_CASES)
			hide_case_users(t, user, doc);
		if (kind == KIND_PERSONS) {
			set_flag(doc, "pseudonymized", true);
			json_set(doc, "phone", json_new_string(""));
			json_set(doc, "emailAddress", json_new_string(""));
		}
	}
	for (int i = 0; i < model_field_count(type); i++) {
		const struct model_field *f = model_field_at(type, i);
		const struct json *v = f->user_right && !user_can(user, f->user_right) ? json_get(doc, f->name) : NULL;
		if (v)
			json_set(doc, f->name, json_is_string(v) ? json_new_string("") : NULL);
	}
}

/* ---- the way back ---- */

static const struct json *item_of(const struct json *list, const struct json *item)
{
	const char *uuid = json_get_string(item, "uuid"), *other;
	for (const struct json *c = json_first(list); c && uuid; c = json_next(c))
		if ((other = json_get_string(c, "uuid")) && strcmp(other, uuid) == 0)
			return c;
	return NULL;
}

static bool is_placeholder(const struct json *v)
{
	return json_is_null(v) || (json_string(v) && (!*json_string(v) || strcmp(json_string(v), MASK_NAME) == 0));
}

void mask_restore(const struct user *user, const struct model_type *type, const struct json *stored, struct json *dto, bool may_see)
{
	bool masked = json_true(json_get(dto, "pseudonymized"));
	for (int i = 0; i < model_field_count(type); i++) {
		const struct model_field *f = model_field_at(type, i);
		struct json *mine = json_get(dto, f->name);
		const struct json *theirs = json_get(stored, f->name);
		if (f->role == ROLE_BOOKKEEPING)
			continue;
		if (has_rows(f) && f->type == TYPE_OBJECT && json_is_object(mine)) {
			if (theirs)
				mask_restore(user, f->object, theirs, mine, may_see);
			continue;
		}
		if (has_rows(f) && f->type == TYPE_OBJECT_LIST) {
			for (struct json *c = json_first(mine); c; c = json_next(c))
				if (item_of(theirs, c))
					mask_restore(user, f->object, item_of(theirs, c), c, may_see);
			continue;
		}
		bool no_right = f->user_right && !user_can(user, f->user_right);
		if (no_right || (is_hidden(f) && (!may_see || (masked && is_placeholder(mine)))))
			json_set(dto, f->name, theirs ? json_copy(theirs) : NULL);
	}
}
