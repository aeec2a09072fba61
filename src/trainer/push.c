/* One element of a push: rights, rules, copying, effects, all in a transaction of its own (protocol.md B.2, D.1). */
#include <string.h>

#include "trainer/element.h"
#include "trainer/mask.h"
#include "trainer/push.h"
#include "trainer/record.h"
#include "trainer/wire.h"

static bool check_rights(struct push *p)
{
	static const char *const creators[] = {"CASE_CREATE", "CONTACT_CREATE", "EVENTPARTICIPANT_CREATE", "IMMUNIZATION_CREATE",
		"TRAVEL_ENTRY_CREATE"};
	bool may = false;
	if (p->kind == KIND_PERSONS && p->fresh)
		for (size_t i = 0; i < sizeof creators / sizeof creators[0]; i++)
			may = may || user_can(p->user, creators[i]);
	else if (p->kind == KIND_PERSONS)
		may = user_can(p->user, "PERSON_EDIT");
	else if (p->kind == KIND_CASES && p->fresh)
		may = true; /* every default user could create one: recorded */
	else {
		const char *right = p->fresh ? model_kind_create_right(p->kind) : model_kind_edit_right(p->kind);
		may = right && user_can(p->user, right);
	}
	return may ? true : push_fail(p, 403, mem_strdup(NO_RIGHT_TEXT));
}

static void put_parts(struct push *p, const struct model_type *type, const struct json *row)
{
	for (int i = 0; i < model_field_count(type); i++) {
		const struct model_field *f = model_field_at(type, i);
		const struct json *v = json_get(row, f->name);
		if (!v || !f->object || !model_type_has_uuid(f->object) || (f->type != TYPE_OBJECT && f->type != TYPE_OBJECT_LIST))
			continue;
		for (const struct json *c = f->type == TYPE_OBJECT ? v : json_first(v); c; c = f->type == TYPE_OBJECT ? NULL : json_next(c)) {
			if (json_get_string(c, "uuid"))
				store_put_part(p->t->store, json_get_string(c, "uuid"), p->owner);
			put_parts(p, f->object, c);
		}
	}
}

static void drop_parts(struct push *p, const struct json *v)
{
	for (const struct json *c = json_first(v); c; c = json_next(c)) {
		if (!json_is_object(c) && !json_is_array(c))
			continue;
		/* references have no dates; parts do */
		if (json_get_string(c, "uuid") && json_get(c, "changeDate"))
			store_remove_part(p->t->store, json_get_string(c, "uuid"));
		drop_parts(p, c);
	}
}

static void register_parts(struct push *p, const struct model_type *type)
{
	if (p->before)
		drop_parts(p, p->before);
	put_parts(p, type, p->stored);
}

static bool prepare(struct push *p, const struct model_type *type, struct json *dto)
{
	struct record r;
	const char *uuid = json_get_string(dto, "uuid");
	if (uuid && store_get(p->t->store, p->kind, uuid, &r)) {
		p->stored = tree_of(&r);
		p->before = json_copy(p->stored);
		bool seen = record_seen(p->t, p->user, &r);
		record_done(&r);
		if (!check_rights(p))
			return false;
		if (p->kind == KIND_CASES && !seen)
			return push_fail(p, 403, mem_strdup(OUTSIDE_TEXT));
		mask_restore(p->user, type, p->stored, dto, seen);
	} else {
		p->fresh = true;
		if (!check_rights(p))
			return false;
	}
	if (wire_has_nul(dto))
		return push_crash(p);
	if (p->kind == KIND_CASES && !p->fresh && !rules_field_rights(p, dto))
		return false;
	if (p->kind == KIND_CASES && !rules_case(p, dto))
		return false;
	if (p->kind == KIND_PERSONS && !rules_person(p, dto))
		return false;
	if (p->fresh)
		p->stored = row_fresh(p, type, dto);
	p->owner = json_get_string(p->stored, "uuid");
	effects_before_copy(p, dto);
	return true;
}

static void run_effects(struct push *p)
{
	if (p->kind == KIND_CASES)
		effects_case(p);
	else if (p->kind == KIND_PERSONS)
		effects_person(p);
	else if (p->kind == KIND_TASKS)
		effects_task(p);
	else
		effects_other(p);
}

int push_element(struct trainer *t, const struct user *user, enum kind kind, bool mobile_sync, struct json *dto, char **message)
{
	const struct model_type *type = model_of_kind(t->model, kind);
	struct push p = {.t = t, .user = user, .kind = kind, .now = trainer_tick(t), .mobile_sync = mobile_sync};
	store_begin(t->store);
	bool fine = prepare(&p, type, dto) && copy_record(&p, type, dto);
	if (fine) {
		register_parts(&p, type);
		run_effects(&p);
	} else if (p.partial && !p.fresh && !p.crash && !json_equal(p.stored, p.before)) {
		/* what was copied before the part that failed stays; nothing else is done with it */
		register_parts(&p, type);
		if (kind == KIND_PERSONS) {
			person_complete(p.stored, p.now);
			row_touch(&p, p.stored);
		}
		record_write(t, kind, p.stored);
		if (kind == KIND_PERSONS)
			record_refresh_person(t, p.owner);
		fine = true;
	}
	if (fine)
		store_commit(t->store);
	else
		store_rollback(t->store);
	json_free(p.stored);
	json_free(p.before);
	mem_free(p.own_name);
	*message = p.message;
	return p.status ? p.status : 200;
}

/* ---- partial updates ---- */

static bool lay_over(const struct model_type *type, struct json *base, const struct json *patch, char **message);

/* A list that is present replaces the whole list; an item that is known keeps the keys that the patch does not have. */
static bool lay_list(const struct model_type *type, struct json *base, const char *key, const struct json *patch, char **message)
{
	struct json *list = json_new_array();
	bool fine = true;
	for (const struct json *c = json_first(patch); c && fine; c = json_next(c)) {
		const char *uuid = json_get_string(c, "uuid"), *other;
		struct json *item = NULL;
		for (const struct json *b = json_first(json_get(base, key)); b && uuid && !item; b = json_next(b))
			if ((other = json_get_string(b, "uuid")) && strcmp(other, uuid) == 0)
				item = json_copy(b);
		fine = !item || lay_over(type, item, c, message);
		json_append(list, item ? item : json_copy(c));
	}
	json_set(base, key, list);
	return fine;
}

/* Lays a patch over a copy of what is stored: absent keys stay, null clears, a list replaces (protocol.md B.1 "postUpdate"). */
static bool lay_over(const struct model_type *type, struct json *base, const struct json *patch, char **message)
{
	for (const struct json *c = json_first(patch); c; c = json_next(c)) {
		const struct model_field *f = model_field(type, json_key(c));
		struct json *below = json_get(base, json_key(c));
		if (!f) {
			*message = mem_printf("No field %s in the class %s", json_key(c), model_type_name(type));
			return false;
		}
		if (f->type == TYPE_OBJECT && f->object && model_type_has_uuid(f->object) && json_is_object(c) && below) {
			if (!lay_over(f->object, below, c, message))
				return false;
		} else if (f->type == TYPE_OBJECT_LIST && f->object && model_type_has_uuid(f->object) && json_is_array(c)) {
			if (!lay_list(f->object, base, f->name, c, message))
				return false;
		} else
			json_set(base, json_key(c), json_copy(c));
	}
	return true;
}

bool push_complete_patch(struct trainer *t, const char *uuid, struct json *patch, struct json **dto, int *status, char **message)
{
	struct record r;
	*status = 500;
	*dto = NULL;
	if (!json_get_string(patch, "uuid") || !record_tree(t, KIND_CASES, uuid, dto, &r)) {
		*message = mem_strdup(CRASH_TEXT);
		return false;
	}
	if (lay_over(model_of_kind(t->model, KIND_CASES), *dto, patch, message))
		return true;
	json_free(*dto);
	*dto = NULL;
	return false;
}
