#include "app/transfer.h"

#include <string.h>

#include "app/stored.h"

static const char *transfer_facility(const struct json *doc)
{
	return stored_reference(doc, "healthFacility");
}

bool transfer_is_one(const struct json *before, const struct json *after)
{
	const char *a = transfer_facility(before), *b = transfer_facility(after);

	return a != NULL && (b == NULL || strcmp(a, b) != 0);
}

static void transfer_copy(struct json *to, const char *key, const struct json *from, const char *from_key)
{
	const struct json *value = json_get(from, from_key);

	if (!json_is_null(value))
		json_set(to, key, json_copy(value));
}

static bool transfer_is_hospital(const struct json *doc)
{
	const char *type = json_get_string(doc, "facilityType");

	return type != NULL && strcmp(type, "HOSPITAL") == 0;
}

/* Place of stay where there is one, else the responsible place. */
static void transfer_copy_place(struct json *item, const struct json *before)
{
	bool stay = stored_reference(before, "region") != NULL;

	transfer_copy(item, "region", before, stay ? "region" : "responsibleRegion");
	transfer_copy(item, "district", before, stay ? "district" : "responsibleDistrict");
	transfer_copy(item, "community", before, stay ? "community" : "responsibleCommunity");
	transfer_copy(item, "healthFacility", before, "healthFacility");
	transfer_copy(item, "healthFacilityDetails", before, "healthFacilityDetails");
}

void transfer_move(struct session *session, const struct json *before, struct json *doc)
{
	static const char *const carried[] = { "isolated", "isolationDate", "hospitalizationReason", "otherHospitalizationReason",
		"intensiveCareUnit",
		"intensiveCareUnitStart", "intensiveCareUnitEnd", "icuLengthOfStay", "oxygenPrescribed", "description", "admittedToHealthFacility" };
	static const char *const cleared[] = { "dischargeDate", "isolated", "isolationDate", "intensiveCareUnit", "intensiveCareUnitStart",
		"intensiveCareUnitEnd",
		"leftAgainstAdvice", "admittedToHealthFacility", "hospitalizationReason", "otherHospitalizationReason", "durationOfHospitalization",
			"icuLengthOfStay",
		"oxygenPrescribed", "stillHospitalized", "currentlyHospitalized", "description" };
	const struct model_type *type = model_of_kind(session->model, KIND_CASES);
	const struct json *old = json_get(before, "hospitalization");
	struct json *stay = json_get(doc, "hospitalization"), *list, *item;
	const struct model_field *stay_field = model_field(type, "hospitalization"), *list_field;
	int64_t today = date_start_of(date_day_of(session_now(session)));
	size_t i;

	if (stay == NULL || stay_field == NULL || stay_field->object == NULL)
		return;
	list_field = model_field(stay_field->object, "previousHospitalizations");
	if (transfer_is_hospital(before) && list_field != NULL) {
		item = model_new_item(list_field, &session->rand, session_now(session));
		transfer_copy_place(item, before);
		for (i = 0; i < sizeof(carried) / sizeof(carried[0]); i++)
			if (model_field(list_field->object, carried[i]) != NULL)
				transfer_copy(item, carried[i], old, carried[i]);
		if (!json_is_null(json_get(old, "admissionDate")))
			transfer_copy(item, "admissionDate", old, "admissionDate");
		else
			transfer_copy(item, "admissionDate", before, "reportDate");
		if (!json_is_null(json_get(old, "dischargeDate")))
			transfer_copy(item, "dischargeDate", old, "dischargeDate");
		else
			json_set(item, "dischargeDate", json_new_int(today));
		list = json_get(stay, "previousHospitalizations");
		if (!json_is_array(list)) {
			json_set(stay, "previousHospitalizations", json_new_array());
			list = json_get(stay, "previousHospitalizations");
		}
		json_append(list, item);
		json_set(stay, "hospitalizedPreviously", json_new_string("YES"));
	}
	/* The new stay starts empty, whatever the old place was: what was noted belongs to there. */
	if (transfer_is_hospital(doc) || transfer_is_hospital(before))
		for (i = 0; i < sizeof(cleared) / sizeof(cleared[0]); i++)
			json_remove(stay, cleared[i]);
	if (transfer_is_hospital(doc))
		json_set(stay, "admissionDate", json_new_int(today));
	else if (transfer_is_hospital(before))
		json_remove(stay, "admissionDate");
}
