/* Copies a DTO into the stored record, row by row: uuid and date check for each, lists replaced, change dates moved where
 * stored values changed (protocol.md B.2 "Partial commit", D.1, D.2). */
#include <stdio.h>
#include <string.h>
#include <time.h>

#include "trainer/element.h"
#include "trainer/wire.h"

bool push_fail(struct push *p, int status, char *message)
{
	if (p->status == 0) {
		p->status = status;
		p->message = message;
	} else
		mem_free(message);
	return false;
}

bool push_crash(struct push *p)
{
	p->crash = true;
	return push_fail(p, 500, mem_strdup(CRASH_TEXT));
}

void row_touch(struct push *p, struct json *row)
{
	json_set(row, "changeDate", json_new_int(p->now));
}

/* "Thu Jan 01 00:00:00 UTC 1970" and "2026-11-23 00:25:58.074", trailing zeros cut: facts of the wire. */
static char *older_text(const struct model_type *type, const struct json *dto, int64_t stored, const char *uuid)
{
	char sent[64] = "null", now[64];
	int64_t ms;
	struct tm tm;
	if (json_get_int(dto, "changeDate", &ms)) {
		time_t s = (time_t)((ms - (ms % 1000 + 1000) % 1000) / 1000);
		if (gmtime_r(&s, &tm))
			strftime(sent, sizeof sent, "%a %b %d %H:%M:%S UTC %Y", &tm);
	}
	time_t s = (time_t)(stored / 1000);
	if (!gmtime_r(&s, &tm))
		memset(&tm, 0, sizeof tm);
	size_t n = strftime(now, sizeof now, "%Y-%m-%d %H:%M:%S", &tm);
	n += (size_t)snprintf(now + n, sizeof now - n, ".%03d", (int)(stored % 1000));
	while (n > 2 && now[n - 1] == '0' && now[n - 2] != '.')
		now[--n] = '\0';
	return mem_printf("%s is older (%s) than current version on server (%s): '%s'", model_type_name(type), sent, now, uuid);
}

static bool check_row(struct push *p, const struct model_type *type, const struct json *row, const struct json *dto)
{
	const char *uuid = json_get_string(row, "uuid"), *sent = json_get_string(dto, "uuid");
	int64_t stored = 0, date;
	if (sent && strcmp(sent, uuid) != 0) {
		p->partial = true;
		const char *name = model_type_name(type);
		return push_fail(p, 500, mem_printf("%.*s dto UUID (%s) does not match entity UUID (%s)", (int)(strlen(name) - strlen("Dto")), name,
			sent, uuid));
	}
	json_get_int(row, "changeDate", &stored);
	if (json_get_int(dto, "changeDate", &date) && date + TOLERANCE_MS >= stored)
		return true;
	p->partial = row != p->stored;
	return push_fail(p, 409, older_text(type, dto, stored, uuid));
}

/* ---- rows ---- */

static bool server_dates(const struct model_type *type)
{
	const char *name = model_type_name(type);
	return strcmp(name, "HospitalizationDto") == 0 || strcmp(name, "SymptomsDto") == 0 || strcmp(name, "EpiDataDto") == 0 ||
		strcmp(name, "LocationDto") == 0;
}

struct json *row_fresh(struct push *p, const struct model_type *type, const struct json *dto)
{
	struct json *row = json_new_object();
	const char *uuid = json_get_string(dto, "uuid");
	char made[UUID_SIZE];
	int64_t created = p->now, changed = p->now, sent;
	if (!uuid) {
		rand_uuid(&p->t->rand, made);
		uuid = made;
	}
	if (!server_dates(type) && json_get_int(dto, "creationDate", &sent))
		created = sent;
	/* a new therapy keeps the client's date: protocol.md D.2 (a) */
	if (strcmp(model_type_name(type), "TherapyDto") == 0 && json_get_int(dto, "changeDate", &sent))
		changed = sent;
	json_set(row, "creationDate", json_new_int(created));
	json_set(row, "changeDate", json_new_int(changed));
	json_set(row, "uuid", json_new_string(uuid));
	if (model_field(type, "pseudonymized"))
		json_set(row, "pseudonymized", json_new_bool(false));
	/* a contact's health conditions and an event's place say false even to those who see them (recorded) */
	bool apart = (strcmp(model_type_name(type), "HealthConditionsDto") == 0 && p->kind == KIND_CONTACTS) ||
		(strcmp(model_type_name(type), "LocationDto") == 0 && p->kind == KIND_EVENTS);
	if (model_field(type, "inJurisdiction"))
		json_set(row, "inJurisdiction", json_new_bool(!apart));
	return row;
}

/* ---- values ---- */

static struct json *number_value(const struct json *v)
{
	const char *text = json_number_text(v);
	if (!text || strpbrk(text, ".eE"))
		return json_copy(v);
	char *real = mem_printf("%s.0", text);
	struct json *out = json_new_number_text(real);
	mem_free(real);
	return out;
}

static int64_t floor_day(int64_t ms)
{
	int64_t rest = ms % DATE_DAY_MS;
	return ms - (rest < 0 ? rest + DATE_DAY_MS : rest);
}

static struct json *contact_person(struct push *p)
{
	struct json *o = json_new_object();
	json_set(o, "uuid", json_new_string(p->owner));
	json_set(o, "caption", json_new_string(p->own_name));
	json_set(o, "firstName", json_copy(json_get(p->stored, "firstName")));
	json_set(o, "lastName", json_copy(json_get(p->stored, "lastName")));
	return o;
}

static bool reference_value(struct push *p, const struct model_field *f, const struct json *sent, struct json **out)
{
	const char *uuid = json_get_string(sent, "uuid");
	if (p->kind == KIND_PERSONS && strcmp(f->reference, "Person") == 0) {
		*out = contact_person(p);
		return true;
	}
	if (!uuid)
		return true;
	*out = reference_new(p->t, f->reference, uuid);
	return *out ? true : push_crash(p);
}

/* The value as it is stored; NULL for none. */
static bool stored_value(struct push *p, const struct model_field *f, const struct json *dto, struct json **out)
{
	const struct json *sent = json_get(dto, f->name);
	int64_t ms;
	bool known;
	*out = NULL;
	if (f->type == TYPE_REFERENCE)
		return reference_value(p, f, sent, out);
	if (json_is_null(sent)) {
		if (f->type == TYPE_VALUE_LIST)
			*out = json_new_array();
		else if (f->primitive)
			*out = f->type == TYPE_BOOLEAN ? json_new_bool(false) : json_new_int(0);
		return true;
	}
	if (f->type == TYPE_DATE && f->truncated && json_int(sent, &ms))
		*out = json_new_int(floor_day(ms));
	else if (f->type == TYPE_NUMBER)
		*out = number_value(sent);
	else if (f->type == TYPE_CUSTOMIZABLE_ENUM) {
		const char *value = json_string(sent) ? json_string(sent) : json_get_string(sent, "value");
		if (value)
			*out = enum_value_new(f->enum_name, value, json_get_string(dto, "disease"), &known);
	} else if (f->type == TYPE_VALUE_LIST && f->reference) {
		*out = json_new_array();
		for (const struct json *c = json_first(sent); c; c = json_next(c)) {
			struct json *one = reference_new(p->t, f->reference, json_get_string(c, "uuid"));
			if (one)
				json_append(*out, one);
		}
	} else
		*out = json_copy(sent);
	return true;
}

/* null keeps what is stored: protocol.md D.1. */
static bool null_keeps(enum kind kind, const char *name)
{
	static const char *const names[] = {"caseClassification", "investigationStatus", "outcome", "caseOrigin", "reportDate", "externalData",
		"notifier",
		"sormasToSormasOriginInfo"};
	for (size_t i = 0; kind == KIND_CASES && i < sizeof names / sizeof names[0]; i++)
		if (strcmp(names[i], name) == 0)
			return true;
	return false;
}

static bool is_follow_up(const char *name)
{
	return strcmp(name, "followUpStatus") == 0 || strcmp(name, "followUpComment") == 0 || strcmp(name, "followUpUntil") == 0 ||
		strcmp(name, "overwriteFollowUpUntil") == 0 || strcmp(name, "followUpStatusChangeDate") == 0 || strcmp(name,
			"followUpStatusChangeUser") == 0;
}

/* Keys that a push does not set: bookkeeping, computed ones, parts (they are rows of their own), what the server keeps for itself. */
static bool is_copied(const struct push *p, const struct model_type *type, const struct model_field *f, const struct json *dto)
{
	if (f->role == ROLE_BOOKKEEPING || f->role == ROLE_COMPUTED || f->refused || strcmp(f->name, "ownershipHandedOver") == 0)
		return false;
	if ((f->type == TYPE_OBJECT || f->type == TYPE_OBJECT_LIST) && f->object && model_type_has_uuid(f->object))
		return false;
	if (json_is_null(json_get(dto, f->name)) && null_keeps(p->kind, f->name) && json_get(p->stored, f->name))
		return false;
	bool is_case = strcmp(model_type_name(type), "CaseDataDto") == 0;
	if (is_case && is_follow_up(f->name)) /* the status' date and user are the server's (recorded) */
		return json_get_string(dto, "followUpStatus") && strcmp(f->name, "followUpStatusChangeDate") != 0 &&
			strcmp(f->name, "followUpStatusChangeUser") != 0;
	return true;
}

static bool copy_field(struct push *p, const struct model_field *f, struct json *row, const struct json *dto, bool *changed)
{
	struct json *value;
	const struct json *old = json_get(row, f->name);
	if (!stored_value(p, f, dto, &value))
		return false;
	bool same = json_equal(old, value);
	if (!same && f->type == TYPE_REFERENCE) {
		const char *a = json_get_string(old, "uuid"), *b = json_get_string(value, "uuid");
		same = a && b && strcmp(a, b) == 0;
	}
	if (json_equal(old, value))
		json_free(value);
	else
		json_set(row, f->name, value);
	*changed = *changed || !same;
	return true;
}

bool row_copy_fields(struct push *p, const struct model_type *type, struct json *row, const struct json *dto, bool *changed)
{
	for (int i = 0; i < model_field_count(type); i++) {
		const struct model_field *f = model_field_at(type, i);
		if (is_copied(p, type, f, dto) && !copy_field(p, f, row, dto, changed))
			return false;
	}
	return true;
}

/* ---- parts ---- */

/* Parts that the server builds when a DTO has none. */
static bool is_built(const struct model_type *type, const struct model_field *f)
{
	static const char *const built[] = {"CaseDataDto", "PersonDto", "ExposureDto", "ActivityAsCaseDto", "ContactDto", "EventDto",
		"ClinicalVisitDto",
		"VisitDto", "VaccinationDto", "PathogenTestDto", "EnvironmentDto", "EnvironmentSampleDto"};
	if (strcmp(f->name, "sormasToSormasOriginInfo") == 0)
		return false;
	for (size_t i = 0; i < sizeof built / sizeof built[0]; i++)
		if (strcmp(built[i], model_type_name(type)) == 0)
			return true;
	return false;
}

static void set_symptomatic(struct json *row, const struct model_type *type, bool *changed)
{
	bool any = false;
	for (int i = 0; i < model_field_count(type) && !any; i++) {
		const struct model_field *f = model_field_at(type, i);
		const char *value = f->enum_name && strcmp(f->enum_name, "SymptomState") == 0 ? json_get_string(row, f->name) : NULL;
		any = value && strcmp(value, "YES") == 0;
	}
	const struct json *old = json_get(row, "symptomatic");
	if (json_is_bool(old) && json_true(old) == any)
		return;
	json_set(row, "symptomatic", json_new_bool(any));
	*changed = true;
}

static bool copy_part(struct push *p, const struct model_type *owner, const struct model_field *f, struct json *row,
	const struct json *dto, bool *changed);

/* The row's fields, then its parts. The date moves when it, or the membership of one of its lists, changed. */
static bool copy_row(struct push *p, const struct model_type *type, struct json *row, const struct json *dto, bool fresh)
{
	bool changed = false, fine = row_copy_fields(p, type, row, dto, &changed);
	if (fine && strcmp(model_type_name(type), "SymptomsDto") == 0)
		set_symptomatic(row, type, &changed);
	for (int i = 0; fine && i < model_field_count(type); i++) {
		const struct model_field *f = model_field_at(type, i);
		if ((f->type == TYPE_OBJECT || f->type == TYPE_OBJECT_LIST) && f->object && model_type_has_uuid(f->object))
			fine = copy_part(p, type, f, row, dto, &changed);
	}
	if (changed && !fresh)
		row_touch(p, row);
	return fine;
}

static bool part_is_free(struct push *p, const char *uuid)
{
	char owner[STORE_UUID];
	return !uuid || !store_part_owner(p->t->store, uuid, owner) || strcmp(owner, p->owner) == 0 ? true : push_crash(p);
}

static struct json *find_item(const struct json *list, const char *uuid)
{
	for (struct json *c = json_first(list); c && uuid; c = json_next(c)) {
		const char *other = json_get_string(c, "uuid");
		if (other && strcmp(other, uuid) == 0)
			return c;
	}
	return NULL;
}

static bool copy_list(struct push *p, const struct model_field *f, struct json *row, const struct json *sent, bool *changed)
{
	const struct json *old = json_get(row, f->name);
	struct json *list = json_new_array();
	bool fine = true, members = false;
	for (const struct json *c = json_first(sent); c && fine; c = json_next(c)) {
		struct json *item = find_item(old, json_get_string(c, "uuid"));
		bool fresh = !item;
		item = fresh ? NULL : json_copy(item);
		if (fresh) {
			fine = part_is_free(p, json_get_string(c, "uuid"));
			item = row_fresh(p, f->object, c);
			members = true;
		} else
			fine = check_row(p, f->object, item, c);
		fine = fine && copy_row(p, f->object, item, c, fresh);
		json_append(list, item);
	}
	members = members || json_count(list) != json_count(old);
	if (!fine) {
		json_free(list); /* an element that failed leaves its list as it was */
		return false;
	}
	if (!json_equal(old, list) || !old)
		json_set(row, f->name, list);
	else
		json_free(list);
	*changed = *changed || (members && json_get(row, f->name) != NULL && (old || json_count(json_get(row, f->name))));
	return true;
}

static bool copy_part(struct push *p, const struct model_type *owner, const struct model_field *f, struct json *row,
	const struct json *dto, bool *changed)
{
	const struct json *sent = json_get(dto, f->name);
	struct json *part = json_get(row, f->name);
	bool object = json_is_object(sent), top = strcmp(model_type_name(owner), "CaseDataDto") == 0;
	if (p->kind == KIND_EVENT_PARTICIPANTS && strcmp(f->name, "person") == 0) {
		/* the whole person comes along; it is a record of its own */
		const char *uuid = json_get_string(sent, "uuid"), *old = json_get_string(part, "uuid");
		if (!uuid || !store_has(p->t->store, KIND_PERSONS, uuid))
			return push_crash(p);
		*changed = *changed || !old || strcmp(old, uuid) != 0;
		struct json *only = json_new_object();
		json_set(only, "uuid", json_new_string(uuid));
		json_set(row, f->name, only);
		return true;
	}
	/* an object that the server makes up at every read until something is entered there (recorded) */
	if (p->kind == KIND_PATHOGEN_TESTS && strcmp(f->name, "drugSusceptibility") == 0 && !part && json_count(sent) <= 3)
		return true;
	if (f->type == TYPE_OBJECT_LIST) {
		if (sent && json_is_null(sent))
			return push_crash(p);
		return copy_list(p, f, row, sent, changed);
	}
	if (part && object) {
		if (!check_row(p, f->object, part, sent))
			return false;
		return copy_row(p, f->object, part, sent, false);
	}
	if (part && !object) {
		if (top && (strcmp(f->name, "epiData") == 0 || strcmp(f->name, "hospitalization") == 0))
			return push_crash(p);
		if (p->kind == KIND_PERSONS && strcmp(f->name, "address") == 0)
			return push_crash(p);
		if (top && strcmp(f->name, "symptoms") != 0 && strcmp(f->name, "sormasToSormasOriginInfo") != 0) {
			/* a fresh part is built and does not match the stored one */
			struct json *built = row_fresh(p, f->object, NULL);
			check_row(p, f->object, part, built);
			json_free(built);
			return false;
		}
		if (!top)
			return true;
		if (strcmp(f->name, "symptoms") != 0)
			return true;
	}
	if (!object && !is_built(owner, f))
		return true;
	if (!part_is_free(p, json_get_string(sent, "uuid")))
		return false;
	struct json *fresh = row_fresh(p, f->object, sent), *nothing = json_new_object();
	bool fine = true;
	if (object)
		fine = copy_row(p, f->object, fresh, sent, true);
	else {
		bool ignored = false;
		fine = row_copy_fields(p, f->object, fresh, nothing, &ignored);
		for (int i = 0; fine && i < model_field_count(f->object); i++)
			if (model_field_at(f->object, i)->type == TYPE_OBJECT_LIST)
				json_set(fresh, model_field_at(f->object, i)->name, json_new_array());
	}
	json_free(nothing);
	json_set(row, f->name, fresh);
	*changed = true;
	return fine;
}

/* ---- whole records ---- */

struct step { const char *part; int group; };

/* A case is copied in this order; what comes before a part that fails stays (protocol.md B.2). */
static int case_group(const char *name)
{
	static const char *const first[] = {"disease", "diseaseVariant", "diseaseDetails", "diseaseVariantDetails", "plagueType",
		"dengueFeverType", "rabiesType",
		"person", "epidNumber", "reportDate", "reportingUser", "investigatedDate", "regionLevelDate", "nationalLevelDate", "districtLevelDate",
		"caseClassification", "caseIdentificationSource", "screeningType", "classificationUser", "classificationDate", "classificationComment",
		"clinicalConfirmation", "epidemiologicalConfirmation", "laboratoryDiagnosticConfirmation", "investigationStatus"};
	static const char *const places[] = {"responsibleRegion", "responsibleDistrict", "responsibleCommunity", "region", "district", "community",
		"facilityType", "healthFacility", "healthFacilityDetails"};
	for (size_t i = 0; i < sizeof first / sizeof first[0]; i++)
		if (strcmp(first[i], name) == 0)
			return 0;
	for (size_t i = 0; i < sizeof places / sizeof places[0]; i++)
		if (strcmp(places[i], name) == 0)
			return 1;
	return 2;
}

static bool copy_case(struct push *p, const struct model_type *type, const struct json *dto)
{
	static const struct step steps[] = {{NULL, 0}, {"hospitalization", 0}, {"epiData", 0}, {"therapy", 0}, {"healthConditions", 0},
		{"clinicalCourse", 0},
		{"maternalHistory", 0}, {"portHealthInfo", 0}, {NULL, 1}, {"symptoms", 0}, {NULL, 2}};
	bool changed = false, fine = true;
	for (size_t s = 0; s < sizeof steps / sizeof steps[0] && fine; s++) {
		if (steps[s].part) {
			const struct model_field *f = model_field(type, steps[s].part);
			fine = !f || copy_part(p, type, f, p->stored, dto, &changed);
			continue;
		}
		for (int i = 0; i < model_field_count(type) && fine; i++) {
			const struct model_field *f = model_field_at(type, i);
			if (case_group(f->name) == steps[s].group && is_copied(p, type, f, dto))
				fine = copy_field(p, f, p->stored, dto, &changed);
		}
	}
	if (changed && !p->fresh)
		row_touch(p, p->stored);
	return fine;
}

bool copy_record(struct push *p, const struct model_type *type, const struct json *dto)
{
	if (!p->fresh && !check_row(p, type, p->stored, dto))
		return false;
	if (p->kind == KIND_PERSONS) {
		mem_free(p->own_name);
		p->own_name = person_caption(json_get_string(dto, "firstName"), json_get_string(dto, "lastName"));
	}
	if (p->kind == KIND_CASES)
		return copy_case(p, type, dto);
	return copy_row(p, type, p->stored, dto, p->fresh);
}
