/* Who may change which field, and the business rules (protocol.md D.1 step 5, D.3 right column). */
#include <ctype.h>
#include <string.h>

#include "trainer/element.h"

static const char *reference(const struct json *o, const char *key)
{
	return json_get_string(json_get(o, key), "uuid");
}

static bool same_text(const char *a, const char *b)
{
	return a == b || (a && b && strcmp(a, b) == 0);
}

/* ---- field rights ---- */

static bool differs(const struct json *stored, const struct json *dto, const char *key)
{
	const struct json *a = json_get(stored, key), *b = json_get(dto, key);
	if (json_is_object(a) || json_is_object(b)) {
		const char *name = json_get_string(a, "uuid") || json_get_string(b, "uuid") ? "uuid" : "value";
		return !same_text(json_get_string(a, name), json_get_string(b, name));
	}
	return !json_equal(a, b);
}

bool rules_field_rights(struct push *p, const struct json *dto)
{
	static const struct { const char *right, *other_right, *caption, *keys[8]; bool keeps[8]; } groups[] = {
		{"CASE_TRANSFER", "CASE_REFER_FROM_POE", "Health facility", {"healthFacility"}, {false}},
		{"CASE_INVESTIGATE", NULL, "Investigation status and related fields", {"investigationStatus", "investigatedDate"}, {true, false}},
		{"CASE_CLASSIFY", NULL, "Case classification and related fields", {"caseClassification", "classificationComment", "classificationDate",
			"classificationUser", "outcome", "outcomeDate"}, {true, false, false, false, true, false}},
		{"CASE_CHANGE_DISEASE", NULL, "Disease", {"disease", "diseaseDetails"}, {false}},
		{"CASE_CHANGE_EPID_NUMBER", NULL, "EPID number", {"epidNumber"}, {false}},
	};
	for (size_t g = 0; g < sizeof groups / sizeof groups[0]; g++) {
		if (user_can(p->user, groups[g].right) || (groups[g].other_right && user_can(p->user, groups[g].other_right)))
			continue;
		for (size_t k = 0; k < 8 && groups[g].keys[k]; k++) {
			bool absent = json_is_null(json_get(dto, groups[g].keys[k]));
			if (!(absent && groups[g].keeps[k]) && differs(p->stored, dto, groups[g].keys[k]))
				return push_fail(p, 403, mem_printf("You have no rights for changing %s", groups[g].caption));
		}
	}
	return true;
}

/* ---- cases ---- */

/* Facility types that can be a place of stay (protocol.md E.13). */
static const char stays[] = "CAMPSITE CHILDRENS_HOME CORRECTIONAL_FACILITY CRUISE_SHIP HOMELESS_SHELTER HOSPITAL HOSTEL HOTEL "
	"MASS_ACCOMMODATION "
	"MILITARY_BARRACKS OTHER_ACCOMMODATION OTHER_MEDICAL_FACILITY OTHER_RESIDENCE REFUGEE_ACCOMMODATION REHAB_FACILITY RETIREMENT_HOME "
	"MATERNITY_FACILITY DIAGNOSTIC_PREVENTATIVE_THERAPEUTIC_FACILITY ELDERLY_CARE_FACILITY DISABLED_PERSON_HABITATION "
		"CARE_RECIPIENT_HABITATION";

static bool rule(struct push *p, const char *text)
{
	return push_fail(p, 500, mem_strdup(text));
}

static bool inside(const char *whole, const char *part)
{
	return !whole || same_text(whole, part);
}

static bool check_area(struct push *p, const struct json *dto, const char *region, const char *district, const char *community,
	const char *word)
{
	const char *r = reference(dto, region), *d = reference(dto, district), *c = reference(dto, community);
	const struct place *dp = d ? place_by_uuid(p->t, KIND_DISTRICTS, d) : NULL, *cp = c ? place_by_uuid(p->t, KIND_COMMUNITIES, c) : NULL;
	if (d && r && (!dp || !same_text(dp->region, r)))
		return push_fail(p, 500, mem_printf("Could not find a database entry for the specified %sdistrict in the specified %sregion", word,
			word));
	if (c && d && (!cp || !same_text(cp->district, d)))
		return push_fail(p, 500, mem_printf("Could not find a database entry for the specified %scommunity in the specified %sdistrict", word,
			word));
	return true;
}

static bool check_facility(struct push *p, const struct json *dto)
{
	const char *uuid = reference(dto, "healthFacility"), *type = json_get_string(dto, "facilityType");
	if (!uuid)
		return true;
	const struct place *f = place_by_uuid(p->t, KIND_FACILITIES, uuid);
	if (!type && strcmp(uuid, FACILITY_NONE) != 0)
		return rule(p, "The facility type has to be specified if a facility is specified");
	if (type && !word_in(stays, type)) {
		char *name = spoken_constant(type);
		char *text = mem_printf("Facility type %s can not be used for place of stay", name);
		mem_free(name);
		return push_fail(p, 500, text);
	}
	if (!f)
		return push_crash(p);
	if (!f->region)
		return true;
	bool responsible = !reference(dto, "region");
	const char *r = reference(dto, responsible ? "responsibleRegion" : "region"), *d = reference(dto, responsible
		? "responsibleDistrict" : "district");
	const char *c = reference(dto, responsible ? "responsibleCommunity" : "community");
	if (!inside(c, f->community))
		return rule(p, "Could not find a database entry for the specified health facility in the specified community");
	if (!inside(d, f->district))
		return rule(p, "Could not find a database entry for the specified health facility in the specified district");
	return inside(r, f->region) ? true : rule(p, "Could not find a database entry for the specified health facility in the specified region");
}

bool rules_case(struct push *p, const struct json *dto)
{
	const char *origin = json_get_string(dto, "caseOrigin"), *reporter = reference(dto, "reportingUser"), *person = reference(dto, "person");
	bool poe = origin && strcmp(origin, "POINT_OF_ENTRY") == 0;
	if (!reporter && !json_true(json_get(dto, "pseudonymized")))
		return rule(p, "You have to specify a valid user from the SORMAS database");
	if (!check_area(p, dto, "responsibleRegion", "responsibleDistrict", "responsibleCommunity", "responsible ") ||
	    !check_area(p, dto, "region", "district", "community", ""))
		return false;
	if (!poe && !reference(dto, "healthFacility"))
		return rule(p, "You have to specify a valid health facility");
	if (poe && !reference(dto, "pointOfEntry"))
		return rule(p, "You have to specify a valid point of entry");
	if (!check_facility(p, dto))
		return false;
	if ((reporter && !user_by_uuid(p->t, reporter)) || !person || !store_has(p->t->store, KIND_PERSONS, person))
		return push_crash(p);
	return true;
}

/* ---- persons ---- */

static bool valid_email(const char *s)
{
	const char *at = strchr(s, '@'), *dot = at ? strrchr(at, '.') : NULL;
	return at && at > s && !strchr(at + 1, '@') && dot && dot > at + 1 && dot[1] && !strpbrk(s, " \t\n,;<>");
}

static bool valid_phone(const char *s)
{
	size_t n = 0;
	for (const char *c = s; *c; c++) {
		if (isdigit((unsigned char)*c))
			n++;
		else if (!strchr("+-()/. ", *c))
			return false;
	}
	return n >= 3;
}

static bool check_birth(struct push *p, const struct json *dto)
{
	int64_t y, m = 1, d = 1;
	if (!json_get_int(dto, "birthdateYYYY", &y))
		return true;
	bool month = json_get_int(dto, "birthdateMM", &m), day = month && json_get_int(dto, "birthdateDD", &d);
	(void)day;
	if (y < 0 || y > 9999 || m < 1 || m > 12 || !date_is_valid((int)y, (int)m, (int)d))
		return rule(p, "The specified birth date is not a valid date");
	if ((int64_t)date_from_civil((int)y, (int)m, (int)d) * DATE_DAY_MS > p->now)
		return rule(p, "Birth date must not be in the future");
	return true;
}

static bool check_contacts(struct push *p, const struct json *dto)
{
	int phones = 0, emails = 0;
	for (const struct json *c = json_first(json_get(dto, "personContactDetails")); c; c = json_next(c)) {
		const char *type = json_get_string(c, "personContactDetailType"), *value = json_get_string(c, "contactInformation");
		if (!type || !json_true(json_get(c, "primaryContact")))
			continue;
		if (strcmp(type, "PHONE") == 0) {
			phones++;
			if (value && *value && !valid_phone(value))
				return rule(p, "Primary phone number must be a valid phone number");
		}
		if (strcmp(type, "EMAIL") == 0) {
			emails++;
			if (value && *value && !valid_email(value))
				return rule(p, "Primary email address must be a valid email address");
		}
	}
	if (phones > 1)
		return rule(p, "The person has multiple primary phone numbers. Only one primary phone number is allowed.");
	return emails > 1 ? rule(p, "The person has multiple primary email addresses. Only one primary email address is allowed.") : true;
}

bool rules_person(struct push *p, const struct json *dto)
{
	const struct json *address = json_get(dto, "address");
	if (!reference(address, "region") && (reference(address, "district") || reference(address, "facility")))
		return rule(p, "You have to specify a valid region");
	return check_birth(p, dto) && check_contacts(p, dto) && check_area(p, address, "region", "district", "community", "");
}
