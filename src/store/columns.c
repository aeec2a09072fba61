/* What lists and searches need, taken from the text of a document in one pass of the scanner: no tree is made for a clean record. */
#include <string.h>

#include "store/internal.h"

struct want { const char *key, *sub; enum slot slot; };   /* sub NULL: the value itself; else a key of the object there */

static const struct want of_cases[] = {
	{ "reportDate", NULL, SLOT_REPORT_DATE }, { "disease", NULL, SLOT_DISEASE }, { "caseClassification", NULL, SLOT_CLASSIFICATION },
	{ "investigationStatus", NULL, SLOT_INVESTIGATION }, { "outcome", NULL, SLOT_OUTCOME }, { "epidNumber", NULL, SLOT_EPID },
	{ "person", "uuid", SLOT_PERSON }, { "person", "firstName", SLOT_PERSON_FIRST }, { "person", "lastName", SLOT_PERSON_LAST },
	{ "healthFacility", "uuid", SLOT_FACILITY }, { "healthFacility", "caption", SLOT_FACILITY_CAPTION },
	{ "healthFacilityDetails", NULL, SLOT_FACILITY_DETAILS }, { NULL, NULL, SLOT_COUNT }
};
static const struct want of_persons[] = {
	{ "firstName", NULL, SLOT_FIRST }, { "lastName", NULL, SLOT_LAST }, { "sex", NULL, SLOT_SEX }, { "birthdateDD", NULL, SLOT_BIRTH_DAY },
	{ "birthdateMM", NULL, SLOT_BIRTH_MONTH }, { "birthdateYYYY", NULL, SLOT_BIRTH_YEAR }, { "approximateAge", NULL, SLOT_AGE },
	{ "approximateAgeType", NULL, SLOT_AGE_TYPE }, { NULL, NULL, SLOT_COUNT }
};
static const struct want of_refs[] = {
	{ "name", NULL, SLOT_NAME }, { "region", "uuid", SLOT_REGION }, { "district", "uuid", SLOT_DISTRICT },
	{ "community", "uuid", SLOT_COMMUNITY },
	{ "type", NULL, SLOT_TYPE }, { "archived", NULL, SLOT_ARCHIVED }, { NULL, NULL, SLOT_COUNT }
};
static const struct want of_countries[] = { { "defaultName", NULL, SLOT_NAME }, { "isoCode", NULL, SLOT_TYPE }, { "archived", NULL, SLOT_ARCHIVED },
	{ NULL, NULL, SLOT_COUNT } };
static const struct want of_continents[] = { { "defaultName", NULL, SLOT_NAME }, { "archived", NULL, SLOT_ARCHIVED },
	{ NULL, NULL, SLOT_COUNT } };
static const struct want of_entries[] = {
	{ "name", NULL, SLOT_NAME }, { "region", "uuid", SLOT_REGION }, { "district", "uuid", SLOT_DISTRICT },
	{ "pointOfEntryType", NULL, SLOT_TYPE },
	{ "archived", NULL, SLOT_ARCHIVED }, { "active", NULL, SLOT_ACTIVE }, { NULL, NULL, SLOT_COUNT }
};
static const struct want of_users[] = {
	{ "firstName", NULL, SLOT_FIRST }, { "lastName", NULL, SLOT_LAST }, { "userName", NULL, SLOT_NAME }, { "region", "uuid", SLOT_REGION },
	{ "district", "uuid", SLOT_DISTRICT }, { "community", "uuid", SLOT_COMMUNITY }, { "active", NULL, SLOT_ACTIVE },
	{ NULL, NULL, SLOT_COUNT }
};
static const struct want of_roles[] = { { "caption", NULL, SLOT_NAME }, { "enabled", NULL, SLOT_ACTIVE }, { NULL, NULL, SLOT_COUNT } };
static const struct want of_diseases[] = { { "disease", NULL, SLOT_NAME }, { "active", NULL, SLOT_ACTIVE }, { NULL, NULL, SLOT_COUNT } };
static const struct want of_features[] = { { "featureType", NULL, SLOT_NAME }, { "enabled", NULL, SLOT_ACTIVE },
	{ NULL, NULL, SLOT_COUNT } };
static const struct want of_values[] = { { "caption", NULL, SLOT_NAME }, { "dataType", NULL, SLOT_TYPE }, { "active", NULL, SLOT_ACTIVE },
	{ NULL, NULL, SLOT_COUNT } };
static const struct want of_outbreaks[] = { { "disease", NULL, SLOT_NAME }, { "district", "uuid", SLOT_DISTRICT },
	{ NULL, NULL, SLOT_COUNT } };
static const struct want of_others[] = { { NULL, NULL, SLOT_COUNT } };

static const struct want *wants(enum kind kind)
{
	if (kind == KIND_CASES)
		return of_cases;
	if (kind == KIND_PERSONS)
		return of_persons;
	if (kind == KIND_USERS)
		return of_users;
	if (kind == KIND_COUNTRIES)
		return of_countries;
	if (kind == KIND_CONTINENTS || kind == KIND_SUBCONTINENTS)
		return of_continents;
	if (kind == KIND_POINTS_OF_ENTRY)
		return of_entries;
	if (kind == KIND_USER_ROLES)
		return of_roles;
	if (kind == KIND_DISEASE_CONFIGURATIONS)
		return of_diseases;
	if (kind == KIND_FEATURE_CONFIGURATIONS)
		return of_features;
	if (kind == KIND_CUSTOMIZABLE_ENUM_VALUES)
		return of_values;
	if (kind == KIND_OUTBREAKS)
		return of_outbreaks;
	return kind_is_ref(kind) ? of_refs : of_others;
}

struct reading {
	const struct want *wants;
	const struct store_link_key *links;
	size_t link_count;
	struct json_span parent;                 /* key of the object at depth 1 that we are in; at NULL: none of interest */
	bool root_is_object;
	struct store_columns *out;
};

static bool note(void *ctx, const struct json_event *ev)
{
	struct reading *r = ctx;

	if (ev->depth == 0) {
		r->root_is_object = ev->type == JSON_OBJECT;
		return true;
	}
	if (ev->depth > 2 || ev->end || ev->key.at == NULL || ev->key.len == 0)
		return true;
	if (ev->depth == 1) {
		r->parent.at = NULL;
		if (ev->type == JSON_ARRAY)
			return true;
		if (ev->type == JSON_OBJECT) {
			r->parent = ev->key;
			return true;
		}
		if (ev->key.len == 4 && json_span_is(ev->key, "uuid"))
			r->out->slot[SLOT_UUID] = ev->raw;
		else if (ev->key.len == 10 && json_span_is(ev->key, "changeDate"))
			r->out->slot[SLOT_CHANGE_DATE] = ev->raw;
		for (const struct want *w = r->wants; w->key != NULL; w++) {
			if (w->sub == NULL && w->key[0] == ev->key.at[0] && json_span_is(ev->key, w->key)) {
				r->out->slot[w->slot] = ev->raw;
				return true;
			}
		}
		return true;
	}
	if (r->parent.at == NULL || ev->type == JSON_OBJECT || ev->type == JSON_ARRAY)
		return true;
	for (const struct want *w = r->wants; w->key != NULL; w++) {
		if (w->sub != NULL && w->sub[0] == ev->key.at[0] && json_span_is(ev->key, w->sub) && json_span_is(r->parent, w->key)) {
			r->out->slot[w->slot] = ev->raw;
			return true;
		}
	}
	if (r->link_count > 0 && json_span_is(ev->key, "uuid")) {
		for (size_t i = 0; i < r->link_count; i++)
			if (json_span_is(r->parent, r->links[i].key))
				r->out->link[i] = ev->raw;
	}
	return true;
}

enum status columns_read(const struct store *store, enum kind kind, const char *doc, size_t len, struct store_columns *out, struct err *err)
{
	struct reading r = { .wants = wants(kind), .links = store->links[kind], .link_count = store->link_count[kind], .out = out };
	enum status st;

	memset(out, 0, sizeof *out);
	st = json_scan(doc, len, note, &r, err);
	if (st != ST_OK)
		return st;
	if (!r.root_is_object)
		return err_set(err, ST_INVALID, N_("A document has to be a JSON object."));
	return ST_OK;
}

int64_t columns_int(const struct store_columns *columns, enum slot slot, int64_t fallback)
{
	int64_t value;

	return columns->slot[slot].at != NULL && json_span_int(columns->slot[slot], &value) ? value : fallback;
}

bool columns_true(const struct store_columns *columns, enum slot slot, bool fallback)
{
	struct json_span raw = columns->slot[slot];

	if (raw.at == NULL || json_span_is(raw, "null"))
		return fallback;
	return json_span_is(raw, "true");
}

char *span_text(struct json_span raw)
{
	char *text;

	if (raw.at == NULL || raw.len < 2 || raw.at[0] != '"')
		return mem_strdup("");
	if (memchr(raw.at, '\\', raw.len) == NULL)
		return mem_strndup(raw.at + 1, raw.len - 2);
	text = json_span_string(raw);
	return text != NULL ? text : mem_strdup("");
}

char *columns_text(const struct store_columns *columns, enum slot slot)
{
	return span_text(columns->slot[slot]);
}
