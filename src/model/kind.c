/* Kinds: the endpoints' names, their types and the rights that they need (protocol.md B.3). */
#include <string.h>

#include "model/internal.h"

struct kind_facts {
	const char *name, *type, *view_right, *edit_right, *create_right;
	bool infrastructure;
};

static const struct kind_facts kinds[KIND_COUNT] = {
	[KIND_CONTINENTS] = {"continents", "ContinentDto", NULL, NULL, NULL, true},
	[KIND_SUBCONTINENTS] = {"subcontinents", "SubcontinentDto", NULL, NULL, NULL, true},
	[KIND_COUNTRIES] = {"countries", "CountryDto", NULL, NULL, NULL, true},
	[KIND_AREAS] = {"areas", "AreaDto", NULL, NULL, NULL, true},
	[KIND_REGIONS] = {"regions", "RegionDto", NULL, NULL, NULL, true},
	[KIND_DISTRICTS] = {"districts", "DistrictDto", NULL, NULL, NULL, true},
	[KIND_COMMUNITIES] = {"communities", "CommunityDto", NULL, NULL, NULL, true},
	[KIND_FACILITIES] = {"facilities", "FacilityDto", NULL, NULL, NULL, true},
	[KIND_POINTS_OF_ENTRY] = {"pointsofentry", "PointOfEntryDto", NULL, NULL, NULL, true},
	[KIND_USER_ROLES] = {"userroles", "UserRoleDto", NULL, NULL, NULL, true},
	[KIND_USERS] = {"users", "UserDto", NULL, NULL, NULL, true},
	[KIND_DISEASE_CONFIGURATIONS] = {"diseaseconfigurations", "DiseaseConfigurationDto", NULL, NULL, NULL, true},
	[KIND_FEATURE_CONFIGURATIONS] = {"featureconfigurations", "FeatureConfigurationDto", NULL, NULL, NULL, true},
	[KIND_CUSTOMIZABLE_ENUM_VALUES] = {"customizableenumvalues", "CustomizableEnumValueDto", NULL, NULL, NULL, true},
	[KIND_OUTBREAKS] = {"outbreaks", "OutbreakDto", "OUTBREAK_VIEW", NULL, NULL, true},
	[KIND_PERSONS] = {"persons", "PersonDto", "PERSON_VIEW", "PERSON_EDIT", "CASE_CREATE", false},
	[KIND_CASES] = {"cases", "CaseDataDto", "CASE_VIEW", "CASE_EDIT", "CASE_CREATE", false},
	[KIND_IMMUNIZATIONS] = {"immunizations", "ImmunizationDto", "IMMUNIZATION_VIEW", "IMMUNIZATION_EDIT", "IMMUNIZATION_CREATE", false},
	[KIND_EVENTS] = {"events", "EventDto", "EVENT_VIEW", "EVENT_EDIT", "EVENT_CREATE", false},
	[KIND_EVENT_PARTICIPANTS] = {"eventparticipants", "EventParticipantDto",
		"EVENTPARTICIPANT_VIEW", "EVENTPARTICIPANT_EDIT", "EVENTPARTICIPANT_CREATE", false},
	[KIND_ENVIRONMENTS] = {"environments", "EnvironmentDto", "ENVIRONMENT_VIEW", "ENVIRONMENT_EDIT", "ENVIRONMENT_CREATE", false},
	[KIND_ENVIRONMENT_SAMPLES] = {"environmentsamples", "EnvironmentSampleDto",
		"ENVIRONMENT_SAMPLE_VIEW", "ENVIRONMENT_SAMPLE_EDIT", "ENVIRONMENT_SAMPLE_CREATE", false},
	[KIND_SAMPLES] = {"samples", "SampleDto", "SAMPLE_VIEW", "SAMPLE_EDIT", "SAMPLE_CREATE", false},
	[KIND_PATHOGEN_TESTS] = {"pathogentests", "PathogenTestDto", "SAMPLE_VIEW", "PATHOGEN_TEST_EDIT", "PATHOGEN_TEST_CREATE", false},
	[KIND_ADDITIONAL_TESTS] = {"additionaltests", "AdditionalTestDto",
		"ADDITIONAL_TEST_VIEW", "ADDITIONAL_TEST_EDIT", "ADDITIONAL_TEST_CREATE", false},
	[KIND_CONTACTS] = {"contacts", "ContactDto", "CONTACT_VIEW", "CONTACT_EDIT", "CONTACT_CREATE", false},
	[KIND_VISITS] = {"visits", "VisitDto", "CONTACT_VIEW", "VISIT_EDIT", "VISIT_CREATE", false},
	[KIND_TASKS] = {"tasks", "TaskDto", "TASK_VIEW", "TASK_EDIT", "TASK_CREATE", false},
	[KIND_WEEKLY_REPORTS] = {"weeklyreports", "WeeklyReportDto", "WEEKLYREPORT_VIEW", "WEEKLYREPORT_CREATE", "WEEKLYREPORT_CREATE", false},
	[KIND_AGGREGATE_REPORTS] = {"aggregatereports", "AggregateReportDto",
		"AGGREGATE_REPORT_VIEW", "AGGREGATE_REPORT_EDIT", "AGGREGATE_REPORT_EDIT", false},
	[KIND_PRESCRIPTIONS] = {"prescriptions", "PrescriptionDto", "THERAPY_VIEW", "PRESCRIPTION_EDIT", "PRESCRIPTION_CREATE", false},
	[KIND_TREATMENTS] = {"treatments", "TreatmentDto", "THERAPY_VIEW", "TREATMENT_EDIT", "TREATMENT_CREATE", false},
	[KIND_CLINICAL_VISITS] = {"clinicalvisits", "ClinicalVisitDto",
		"CLINICAL_COURSE_VIEW", "CLINICAL_VISIT_EDIT", "CLINICAL_VISIT_CREATE", false},
	[KIND_CAMPAIGNS] = {"campaigns", "CampaignDto", "CAMPAIGN_VIEW", "CAMPAIGN_EDIT", "CAMPAIGN_EDIT", false},
	[KIND_CAMPAIGN_FORM_META] = {"campaignFormMeta", "CampaignFormMetaDto", "CAMPAIGN_FORM_DATA_VIEW", NULL, NULL, false},
	[KIND_CAMPAIGN_FORM_DATA] = {"campaignFormData", "CampaignFormDataDto",
		"CAMPAIGN_FORM_DATA_VIEW", "CAMPAIGN_FORM_DATA_EDIT", "CAMPAIGN_FORM_DATA_EDIT", false},
};

const char *model_kind_name(enum kind kind)
{
	return kinds[kind].name;
}

bool model_kind_from_name(const char *name, enum kind *out)
{
	for (int k = 0; k < KIND_COUNT; k++) {
		if (strcmp(kinds[k].name, name) != 0)
			continue;
		*out = (enum kind)k;
		return true;
	}
	return false;
}

const char *model_kind_type(enum kind kind)
{
	return kinds[kind].type;
}

const char *model_kind_view_right(enum kind kind)
{
	return kinds[kind].view_right;
}

const char *model_kind_edit_right(enum kind kind)
{
	return kinds[kind].edit_right;
}

const char *model_kind_create_right(enum kind kind)
{
	return kinds[kind].create_right;
}

bool model_kind_is_infrastructure(enum kind kind)
{
	return kinds[kind].infrastructure;
}

bool model_reference_kind(const char *reference, enum kind *out)
{
	/* A reference names its DTO without "Dto"; only a case's differs. */
	if (!strcmp(reference, "Case")) {
		*out = KIND_CASES;
		return true;
	}
	size_t len = strlen(reference);
	for (int k = 0; k < KIND_COUNT; k++) {
		const char *type = kinds[k].type;
		if (!strncmp(type, reference, len) && !strcmp(type + len, "Dto")) {
			*out = (enum kind)k;
			return true;
		}
	}
	return false;
}
