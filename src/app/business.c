#include "app/business.h"

#include <string.h>

#include "app/stored.h"

struct business { struct session *session; model_problem_fn visit; void *ctx; size_t count; };

static void business_problem(struct business *b, const char *prefix, const char *key, const char *id)
{
	char *path = mem_printf("%s%s", prefix, key);
	struct message what;

	message_set(&what, id);
	b->count++;
	if (b->visit != NULL)
		b->visit(b->ctx, path, NULL, &what);
	mem_free(path);
}

/* ---- places ---- */

/* Does the place name another one above it than `above`? What either does not say is no contradiction. */
static bool business_lies_elsewhere(struct business *b, enum kind kind, const char *uuid, const char *key, const char *above)
{
	const char *own;
	struct record record;
	struct json *doc;
	bool elsewhere;

	if (uuid == NULL || above == NULL || store_get(b->session->store, kind, uuid, &record, NULL) != ST_OK)
		return false;
	if (stored_parse(&record, &doc, NULL) != ST_OK) {
		record_done(&record);
		return false;
	}
	own = stored_reference(doc, key);
	elsewhere = own != NULL && strcmp(own, above) != 0;
	json_free(doc);
	record_done(&record);
	return elsewhere;
}

struct business_place { const char *region, *district, *community; };

static void business_check_district(struct business *b, const char *prefix, const struct json *doc, const struct business_place *place)
{
	const char *district = stored_reference(doc, place->district);

	if (business_lies_elsewhere(b, KIND_DISTRICTS, district, "region", stored_reference(doc, place->region)))
		business_problem(b, prefix, place->district, N_("this district lies in another region"));
	if (business_lies_elsewhere(b, KIND_COMMUNITIES, stored_reference(doc, place->community), "district", district))
		business_problem(b, prefix, place->community, N_("this community lies in another district"));
}

static void business_check_facility(struct business *b, const char *prefix, const char *key, const struct json *doc,
	const struct business_place *place)
{
	const char *facility = stored_reference(doc, key);

	if (business_lies_elsewhere(b, KIND_FACILITIES, facility, "region", stored_reference(doc, place->region)))
		business_problem(b, prefix, key, N_("this facility lies in another region"));
	else if (business_lies_elsewhere(b, KIND_FACILITIES, facility, "district", stored_reference(doc, place->district)))
		business_problem(b, prefix, key, N_("this facility lies in another district"));
	else if (business_lies_elsewhere(b, KIND_FACILITIES, facility, "community", stored_reference(doc, place->community)))
		business_problem(b, prefix, key, N_("this facility lies in another community"));
}

static void business_check_case(struct business *b, const struct json *doc)
{
	static const struct business_place responsible = { "responsibleRegion", "responsibleDistrict", "responsibleCommunity" },
		stay = { "region", "district", "community" };

	business_check_district(b, "", doc, &responsible);
	business_check_district(b, "", doc, &stay);
	business_check_facility(b, "", "healthFacility", doc, stored_reference(doc, "region") == NULL ? &responsible : &stay);
}

/* ---- persons ---- */

static void business_check_address(struct business *b, const struct json *address)
{
	static const struct business_place place = { "region", "district", "community" };

	if (stored_reference(address, "region") == NULL && (stored_reference(address, "district") != NULL || stored_reference(address, "facility") != NULL))
		business_problem(b, "address.", "region", N_("a district or a facility needs its region"));
	business_check_district(b, "address.", address, &place);
	business_check_facility(b, "address.", "facility", address, &place);
}

static void business_check_birth(struct business *b, const struct json *person)
{
	static const int days[12] = { 31, 29, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31 };
	int64_t year, month, day;
	bool has_year = json_get_int(person, "birthdateYYYY", &year), has_month = json_get_int(person, "birthdateMM", &month),
		has_day = json_get_int(person, "birthdateDD", &day);
	struct date_time today = date_local(session_now(b->session));

	if (has_month && (month < 1 || month > 12)) {
		business_problem(b, "", "birthdateMM", N_("a month is a number from 1 to 12"));
		return;
	}
	if (has_day && (day < 1 || day > (has_month ? days[month - 1] : 31))) {
		business_problem(b, "", "birthdateDD", N_("there is no such day"));
		return;
	}
	if (has_year && has_month && has_day && month == 2 && day == 29 && (year % 4 != 0 || (year % 100 == 0 && year % 400 != 0)))
		business_problem(b, "", "birthdateDD", N_("there is no such day"));
	else if (has_year && (year > today.year || (year == today.year && has_month && (month > today.month || (month == today.month && has_day
		&& day > today.day)))))
		business_problem(b, "", "birthdateYYYY", N_("a birth cannot lie in the future"));
}

static void business_check_contacts(struct business *b, const struct json *person)
{
	static const char *const types[] = { "PHONE", "EMAIL" };
	const struct json *item;
	size_t i, count;

	for (i = 0; i < sizeof(types) / sizeof(types[0]); i++) {
		count = 0;
		for (item = json_first(json_get(person, "personContactDetails")); item != NULL; item = json_next(item)) {
			const char *type = json_get_string(item, "personContactDetailType");

			count += type != NULL && strcmp(type, types[i]) == 0 && json_true(json_get(item, "primaryContact"));
		}
		if (count > 1)
			business_problem(b, "", "personContactDetails", i == 0 ? N_("only one phone number can be the primary one")
				: N_("only one e-mail address can be the primary one"));
	}
}

size_t business_check(struct session *session, enum kind kind, const struct json *doc, model_problem_fn visit, void *ctx)
{
	struct business b = { .session = session, .visit = visit, .ctx = ctx };

	if (kind == KIND_CASES) {
		business_check_case(&b, doc);
	} else if (kind == KIND_PERSONS) {
		business_check_address(&b, json_get(doc, "address"));
		business_check_birth(&b, doc);
		business_check_contacts(&b, doc);
	}
	return b.count;
}
