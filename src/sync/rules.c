/* What the server changes by itself after a push (protocol.md D.5): a difference there is no lost edit. */
#include <string.h>

#include "sync/sync.h"

static bool text_is(const struct json *doc, const char *key, const char *value)
{
	const char *s = json_get_string(doc, key);

	return s != NULL && strcmp(s, value) == 0;
}

/* "REG-REG-DIS-26-001": three groups of three capitals, a year, a number. */
static bool is_epid_number(const char *s)
{
	if (s == NULL)
		return false;
	for (int group = 0; group < 3; group++, s += 4)
		for (int i = 0; i < 4; i++)
			if (i < 3 ? s[i] < 'A' || s[i] > 'Z' : s[i] != '-')
				return false;
	if (s[0] < '0' || s[0] > '9' || s[1] < '0' || s[1] > '9' || s[2] != '-')
		return false;
	return s[3] != '\0' && strspn(s + 3, "0123456789") == strlen(s + 3);
}

static bool has_items(const struct json *doc, const char *part, const char *list)
{
	return json_count(json_get(json_get(doc, part), list)) > 0;
}

static bool rule_epid(const struct json *sent, const struct json *theirs)
{
	(void)theirs;
	return !is_epid_number(json_get_string(sent, "epidNumber"));
}

static bool rule_facility_type(const struct json *sent, const struct json *theirs)
{
	const char *uuid = json_get_string(json_get(sent, "healthFacility"), "uuid");

	(void)theirs;
	return uuid == NULL || strcmp(uuid, "SORMAS-CONSTID-ISNONE-FACILITY") == 0;
}

static bool rule_plague(const struct json *sent, const struct json *theirs)
{
	(void)theirs;
	return text_is(sent, "disease", "PLAGUE");
}

static bool rule_outcome_date(const struct json *sent, const struct json *theirs)
{
	(void)theirs;
	return text_is(sent, "outcome", "NO_OUTCOME") || json_is_null(json_get(sent, "outcome"));
}

static bool rule_previous(const struct json *sent, const struct json *theirs)
{
	return has_items(sent, "hospitalization", "previousHospitalizations") &&
		text_is(json_get(theirs, "hospitalization"), "hospitalizedPreviously", "YES");
}

static bool rule_exposures(const struct json *sent, const struct json *theirs)
{
	return has_items(sent, "epiData", "exposures") && text_is(json_get(theirs, "epiData"), "exposureDetailsKnown", "YES");
}

/* These keep the stored value, or are set, when they come empty (D.1 "Copy rules"). */
static bool rule_absent(const struct json *sent, const struct json *theirs)
{
	(void)sent;
	(void)theirs;
	return true;
}

static bool rule_coordinates(const struct json *sent, const struct json *theirs)
{
	(void)theirs;
	return json_is_null(json_get(sent, "reportLat")) || json_is_null(json_get(sent, "reportLon"));
}

static bool rule_investigated(const struct json *sent, const struct json *theirs)
{
	(void)theirs;
	return text_is(sent, "investigationStatus", "PENDING") || json_is_null(json_get(sent, "investigatedDate"));
}

static bool rule_follow_up(const struct json *sent, const struct json *theirs)
{
	/* The whole block is ignored without a status, and follows the disease configuration. */
	(void)theirs;
	return json_is_null(json_get(sent, "followUpStatus")) || !json_true(json_get(sent, "overwriteFollowUpUntil"));
}

static bool alive(const struct json *theirs)
{
	return !text_is(theirs, "presentCondition", "DEAD") && !text_is(theirs, "presentCondition", "BURIED");
}

static bool rule_death(const struct json *sent, const struct json *theirs)
{
	(void)sent;
	return alive(theirs);
}

static bool rule_burial(const struct json *sent, const struct json *theirs)
{
	(void)sent;
	return !text_is(theirs, "presentCondition", "BURIED");
}

static bool rule_age(const struct json *sent, const struct json *theirs)
{
	(void)theirs;
	return !json_is_null(json_get(sent, "birthdateYYYY"));
}

struct rule { enum kind kind; const char *path; bool (*applies)(const struct json *sent, const struct json *theirs); bool only_empty; };

static const struct rule rules[] = {
	{ KIND_CASES, "epidNumber", rule_epid, false },
	{ KIND_CASES, "facilityType", rule_facility_type, false },
	{ KIND_CASES, "plagueType", rule_plague, false },
	{ KIND_CASES, "outcomeDate", rule_outcome_date, false },
	{ KIND_CASES, "reportLat", rule_coordinates, false },
	{ KIND_CASES, "reportLon", rule_coordinates, false },
	{ KIND_CASES, "reportLatLonAccuracy", rule_coordinates, false },
	{ KIND_CASES, "surveillanceOfficer", rule_absent, false },
	{ KIND_CASES, "investigatedDate", rule_investigated, false },
	{ KIND_CASES, "caseAge", rule_absent, false },
	{ KIND_CASES, "epidemiologicalConfirmation", rule_absent, false },
	{ KIND_CASES, "followUpStatus", rule_follow_up, false },
	{ KIND_CASES, "followUpUntil", rule_follow_up, false },
	{ KIND_CASES, "followUpComment", rule_follow_up, false },
	{ KIND_CASES, "overwriteFollowUpUntil", rule_follow_up, false },
	{ KIND_CASES, "followUpStatusChangeDate", rule_absent, false },
	{ KIND_CASES, "followUpStatusChangeUser", rule_absent, false },
	{ KIND_CASES, "classificationDate", rule_absent, false },
	{ KIND_CASES, "classificationUser", rule_absent, false },
	{ KIND_CASES, "hospitalization.hospitalizedPreviously", rule_previous, false },
	{ KIND_CASES, "epiData.exposureDetailsKnown", rule_exposures, false },
	{ KIND_CASES, "previousQuarantineTo", rule_absent, false },
	{ KIND_CASES, "caseReferenceDefinition", rule_absent, false },
	{ KIND_CASES, "reinfectionStatus", rule_absent, false },
	{ KIND_CASES, "vaccinationStatus", rule_absent, true },
	{ KIND_CASES, "caseClassification", rule_absent, true },
	{ KIND_CASES, "investigationStatus", rule_absent, true },
	{ KIND_CASES, "outcome", rule_absent, true },
	{ KIND_CASES, "caseOrigin", rule_absent, true },
	{ KIND_CASES, "reportDate", rule_absent, true },
	{ KIND_PERSONS, "symptomJournalStatus", rule_absent, false },
	{ KIND_PERSONS, "approximateAge", rule_age, false },
	{ KIND_PERSONS, "approximateAgeType", rule_age, false },
	{ KIND_PERSONS, "deathDate", rule_death, false },
	{ KIND_PERSONS, "causeOfDeath", rule_death, false },
	{ KIND_PERSONS, "causeOfDeathDetails", rule_death, false },
	{ KIND_PERSONS, "causeOfDeathDisease", rule_death, false },
	{ KIND_PERSONS, "deathPlaceType", rule_death, false },
	{ KIND_PERSONS, "deathPlaceDescription", rule_death, false },
	{ KIND_PERSONS, "burialDate", rule_burial, false },
	{ KIND_PERSONS, "burialPlaceDescription", rule_burial, false },
	{ KIND_PERSONS, "burialConductor", rule_burial, false }
};

bool decide_is_server_rule(enum kind kind, const char *path, const struct json *sent, const struct json *theirs)
{
	for (size_t i = 0; i < sizeof rules / sizeof rules[0]; i++) {
		const struct rule *rule = &rules[i];

		if (rule->kind != kind || strcmp(rule->path, path) != 0)
			continue;
		if (rule->only_empty) {
			const struct json *value = json_get(sent, path);
			const char *text = json_string(value);

			return json_is_null(value) || (text != NULL && text[0] == '\0');
		}
		return rule->applies(sent, theirs);
	}
	return false;
}
