/* What the server refuses with a sentence (protocol.md D.3, right column), found before anything is sent. */
#include <string.h>

#include "model/model.h"

struct business {
	const struct model_surroundings *around;
	model_problem_fn visit;
	void *ctx;
	size_t count;
};

static void problem(struct business *b, const char *prefix, const char *key, const char *id)
{
	struct message what;
	message_set(&what, id);
	b->count++;
	if (!b->visit)
		return;
	char *path = mem_printf("%s%s", prefix, key);
	b->visit(b->ctx, path, NULL, &what);
	mem_free(path);
}

/* ---- places ---- */

static const char *reference(const struct json *doc, const char *key)
{
	return json_get_string(json_get(doc, key), "uuid");
}

/* Does the place, as far as it is known, lie in another one than `above`? What either does not say is no contradiction. */
static bool lies_elsewhere(struct business *b, enum kind kind, const char *uuid, const char *key, const char *above)
{
	return uuid && above && b->around->lies_elsewhere && b->around->lies_elsewhere(b->around->ctx, kind, uuid, key, above);
}

/* The keys of a place in its object. */
struct place {
	const char *region, *district, *community;
};

static void check_district(struct business *b, const char *prefix, const struct json *doc, const struct place *place)
{
	const char *district = reference(doc, place->district);
	if (lies_elsewhere(b, KIND_DISTRICTS, district, "region", reference(doc, place->region)))
		problem(b, prefix, place->district, N_("this district lies in another region"));
	if (lies_elsewhere(b, KIND_COMMUNITIES, reference(doc, place->community), "district", district))
		problem(b, prefix, place->community, N_("this community lies in another district"));
}

static void check_facility(struct business *b, const char *prefix, const char *key, const struct json *doc, const struct place *place)
{
	const char *facility = reference(doc, key);
	if (lies_elsewhere(b, KIND_FACILITIES, facility, "region", reference(doc, place->region)))
		problem(b, prefix, key, N_("this facility lies in another region"));
	else if (lies_elsewhere(b, KIND_FACILITIES, facility, "district", reference(doc, place->district)))
		problem(b, prefix, key, N_("this facility lies in another district"));
	else if (lies_elsewhere(b, KIND_FACILITIES, facility, "community", reference(doc, place->community)))
		problem(b, prefix, key, N_("this facility lies in another community"));
}

static void check_case(struct business *b, const struct json *doc)
{
	static const struct place responsible = {"responsibleRegion", "responsibleDistrict", "responsibleCommunity"};
	static const struct place stay = {"region", "district", "community"};
	check_district(b, "", doc, &responsible);
	check_district(b, "", doc, &stay);
	check_facility(b, "", "healthFacility", doc, reference(doc, "region") ? &stay : &responsible);
}

/* ---- persons ---- */

static void check_address(struct business *b, const struct json *address)
{
	static const struct place place = {"region", "district", "community"};
	if (!reference(address, "region") && (reference(address, "district") || reference(address, "facility")))
		problem(b, "address.", "region", N_("a district or a facility needs its region"));
	check_district(b, "address.", address, &place);
	check_facility(b, "address.", "facility", address, &place);
}

/* Any part may be missing: without a year every fourth one is thought of, without a month a long one. */
static void check_birth(struct business *b, const struct json *person)
{
	int64_t year = 0, month = 0, day = 0;
	bool has_year = json_get_int(person, "birthdateYYYY", &year);
	bool has_month = json_get_int(person, "birthdateMM", &month);
	bool has_day = json_get_int(person, "birthdateDD", &day);
	const struct date_civil *today = &b->around->today;
	if (has_month && (month < 1 || month > 12)) {
		problem(b, "", "birthdateMM", N_("a month is a number from 1 to 12"));
		return;
	}
	int some_year = has_year && year >= 1 && year <= 9999 ? (int)year : 2000;
	if (has_day && (day < 1 || day > 31 || !date_is_valid(some_year, has_month ? (int)month : 1, (int)day)))
		problem(b, "", "birthdateDD", N_("there is no such day"));
	else if (has_year && (year > today->year || (year == today->year && has_month && (month > today->month ||
			(month == today->month && has_day && day > today->day)))))
		problem(b, "", "birthdateYYYY", N_("a birth cannot lie in the future"));
}

static size_t count_primary(const struct json *person, const char *wanted)
{
	size_t count = 0;
	for (const struct json *item = json_first(json_get(person, "personContactDetails")); item; item = json_next(item)) {
		const char *type = json_get_string(item, "personContactDetailType");
		count += type && !strcmp(type, wanted) && json_true(json_get(item, "primaryContact"));
	}
	return count;
}

static void check_contacts(struct business *b, const struct json *person)
{
	if (count_primary(person, "PHONE") > 1)
		problem(b, "", "personContactDetails", N_("only one phone number can be the primary one"));
	if (count_primary(person, "EMAIL") > 1)
		problem(b, "", "personContactDetails", N_("only one e-mail address can be the primary one"));
}

size_t model_check_business(enum kind kind, const struct json *doc, const struct model_surroundings *around, model_problem_fn visit, void *ctx)
{
	struct business b = {around, visit, ctx, 0};
	if (kind == KIND_CASES) {
		check_case(&b, doc);
	} else if (kind == KIND_PERSONS) {
		check_address(&b, json_get(doc, "address"));
		check_birth(&b, doc);
		check_contacts(&b, doc);
	}
	return b.count;
}
