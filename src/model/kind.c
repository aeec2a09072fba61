/* Kinds: the endpoints' names, their types and the rights that they need (protocol.md B.3). A screen translates the name with the context
 * "kind"; commands, files and JSON have it as it is. */
#include <string.h>

#include "model/internal.h"

struct kind_facts {
	const char *name, *type, *view_right, *edit_right, *create_right;
	bool infrastructure;
};

static const struct kind_facts kinds[KIND_COUNT] = {
	[KIND_CONTINENTS] = {NC_("kind", "continents"), "ContinentDto", NULL, NULL, NULL, true},
	[KIND_SUBCONTINENTS] = {NC_("kind", "subcontinents"), "SubcontinentDto", NULL, NULL, NULL, true},
	[KIND_COUNTRIES] = {NC_("kind", "countries"), "CountryDto", NULL, NULL, NULL, true},
	[KIND_AREAS] = {NC_("kind", "areas"), "AreaDto", NULL, NULL, NULL, true},
	[KIND_REGIONS] = {NC_("kind", "regions"), "RegionDto", NULL, NULL, NULL, true},
	[KIND_DISTRICTS] = {NC_("kind", "districts"), "DistrictDto", NULL, NULL, NULL, true},
	[KIND_COMMUNITIES] = {NC_("kind", "communities"), "CommunityDto", NULL, NULL, NULL, true},
	[KIND_FACILITIES] = {NC_("kind", "facilities"), "FacilityDto", NULL, NULL, NULL, true},
	[KIND_POINTS_OF_ENTRY] = {NC_("kind", "pointsofentry"), "PointOfEntryDto", NULL, NULL, NULL, true},
	[KIND_USER_ROLES] = {NC_("kind", "userroles"), "UserRoleDto", NULL, NULL, NULL, true},
	[KIND_USERS] = {NC_("kind", "users"), "UserDto", NULL, NULL, NULL, true},
	[KIND_DISEASE_CONFIGURATIONS] = {NC_("kind", "diseaseconfigurations"), "DiseaseConfigurationDto", NULL, NULL, NULL, true},
	[KIND_FEATURE_CONFIGURATIONS] = {NC_("kind", "featureconfigurations"), "FeatureConfigurationDto", NULL, NULL, NULL, true},
	[KIND_CUSTOMIZABLE_ENUM_VALUES] = {NC_("kind", "customizableenumvalues"), "CustomizableEnumValueDto", NULL, NULL, NULL, true},
	[KIND_OUTBREAKS] = {NC_("kind", "outbreaks"), "OutbreakDto", "OUTBREAK_VIEW", NULL, NULL, true},
	[KIND_PERSONS] = {NC_("kind", "persons"), "PersonDto", "PERSON_VIEW", "PERSON_EDIT", "CASE_CREATE", false},
	[KIND_CASES] = {NC_("kind", "cases"), "CaseDataDto", "CASE_VIEW", "CASE_EDIT", "CASE_CREATE", false},
	[KIND_IMMUNIZATIONS] = {NC_("kind", "immunizations"), "ImmunizationDto", "IMMUNIZATION_VIEW", "IMMUNIZATION_EDIT", "IMMUNIZATION_CREATE", false},
	[KIND_EVENTS] = {NC_("kind", "events"), "EventDto", "EVENT_VIEW", "EVENT_EDIT", "EVENT_CREATE", false},
	[KIND_EVENT_PARTICIPANTS] = {NC_("kind", "eventparticipants"), "EventParticipantDto",
		"EVENTPARTICIPANT_VIEW", "EVENTPARTICIPANT_EDIT", "EVENTPARTICIPANT_CREATE", false},
	[KIND_ENVIRONMENTS] = {NC_("kind", "environments"), "EnvironmentDto", "ENVIRONMENT_VIEW", "ENVIRONMENT_EDIT", "ENVIRONMENT_CREATE", false},
	[KIND_ENVIRONMENT_SAMPLES] = {NC_("kind", "environmentsamples"), "EnvironmentSampleDto",
		"ENVIRONMENT_SAMPLE_VIEW", "ENVIRONMENT_SAMPLE_EDIT", "ENVIRONMENT_SAMPLE_CREATE", false},
	[KIND_SAMPLES] = {NC_("kind", "samples"), "SampleDto", "SAMPLE_VIEW", "SAMPLE_EDIT", "SAMPLE_CREATE", false},
	[KIND_PATHOGEN_TESTS] = {NC_("kind", "pathogentests"), "PathogenTestDto", "SAMPLE_VIEW", "PATHOGEN_TEST_EDIT", "PATHOGEN_TEST_CREATE", false},
	[KIND_ADDITIONAL_TESTS] = {NC_("kind", "additionaltests"), "AdditionalTestDto",
		"ADDITIONAL_TEST_VIEW", "ADDITIONAL_TEST_EDIT", "ADDITIONAL_TEST_CREATE", false},
	[KIND_CONTACTS] = {NC_("kind", "contacts"), "ContactDto", "CONTACT_VIEW", "CONTACT_EDIT", "CONTACT_CREATE", false},
	[KIND_VISITS] = {NC_("kind", "visits"), "VisitDto", "CONTACT_VIEW", "VISIT_EDIT", "VISIT_CREATE", false},
	[KIND_TASKS] = {NC_("kind", "tasks"), "TaskDto", "TASK_VIEW", "TASK_EDIT", "TASK_CREATE", false},
	[KIND_WEEKLY_REPORTS] = {NC_("kind", "weeklyreports"), "WeeklyReportDto", "WEEKLYREPORT_VIEW", "WEEKLYREPORT_CREATE", "WEEKLYREPORT_CREATE", false},
	[KIND_AGGREGATE_REPORTS] = {NC_("kind", "aggregatereports"), "AggregateReportDto",
		"AGGREGATE_REPORT_VIEW", "AGGREGATE_REPORT_EDIT", "AGGREGATE_REPORT_EDIT", false},
	[KIND_PRESCRIPTIONS] = {NC_("kind", "prescriptions"), "PrescriptionDto", "THERAPY_VIEW", "PRESCRIPTION_EDIT", "PRESCRIPTION_CREATE", false},
	[KIND_TREATMENTS] = {NC_("kind", "treatments"), "TreatmentDto", "THERAPY_VIEW", "TREATMENT_EDIT", "TREATMENT_CREATE", false},
	[KIND_CLINICAL_VISITS] = {NC_("kind", "clinicalvisits"), "ClinicalVisitDto",
		"CLINICAL_COURSE_VIEW", "CLINICAL_VISIT_EDIT", "CLINICAL_VISIT_CREATE", false},
	[KIND_CAMPAIGNS] = {NC_("kind", "campaigns"), "CampaignDto", "CAMPAIGN_VIEW", "CAMPAIGN_EDIT", "CAMPAIGN_EDIT", false},
	[KIND_CAMPAIGN_FORM_META] = {NC_("kind", "campaignFormMeta"), "CampaignFormMetaDto", "CAMPAIGN_FORM_DATA_VIEW", NULL, NULL, false},
	[KIND_CAMPAIGN_FORM_DATA] = {NC_("kind", "campaignFormData"), "CampaignFormDataDto",
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

const char *model_enum_data_type(const char *enum_name)
{
	static const char *const types[][2] = {{"DiseaseVariant", "DISEASE_VARIANT"}, {"OccupationType", "OCCUPATION_TYPE"},
		{"SpecificRisk", "SPECIFIC_EVENT_RISK"}, {"Pathogen", "PATHOGEN"}};
	for (size_t i = 0; i < sizeof types / sizeof types[0]; i++)
		if (!strcmp(enum_name, types[i][0]))
			return types[i][1];
	return enum_name;
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
