/* What the server changes by itself after a push (protocol.md D.5, and D.1 "Copy rules") is no lost edit; everything else is. */
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <cmocka.h>

#include "sync/sync.h"

/* sent and theirs: the documents as they were pushed and read again. */
struct rule_case { enum kind kind; const char *path, *sent, *theirs; bool server; };

static void check(const struct rule_case *cases, size_t count)
{
	for (size_t i = 0; i < count; i++) {
		const struct rule_case *c = &cases[i];
		struct json *sent, *theirs;

		assert_int_equal(json_parse_text(c->sent, &sent, NULL), ST_OK);
		assert_int_equal(json_parse_text(c->theirs, &theirs, NULL), ST_OK);
		if (decide_is_server_rule(c->kind, c->path, sent, theirs) != c->server)
			fail_msg("%s: sent %s, came back %s: this %s the server's own doing", c->path, c->sent, c->theirs, c->server ? "is" : "is not");
		json_free(sent);
		json_free(theirs);
	}
}

#define CHECK(...) do { static const struct rule_case cases[] = { __VA_ARGS__ }; check(cases, sizeof(cases) / sizeof(cases[0])); } while (0)

static void what_a_person_typed_and_the_server_has_no_rule_for_is_lost(void **state)
{
	(void)state;
	CHECK({ KIND_CASES, "additionalDetails", "{\"additionalDetails\":\"mine\"}", "{}", false },
		{ KIND_CASES, "hospitalization.isolated", "{\"hospitalization\":{\"isolated\":\"YES\"}}", "{}", false },
		{ KIND_PERSONS, "firstName", "{\"firstName\":\"Ama\"}", "{}", false },
		/* A rule is for its kind and its whole path only. */
		{ KIND_CONTACTS, "epidNumber", "{}", "{\"epidNumber\":\"DEF-REG-DIS-26-001\"}", false },
		{ KIND_PERSONS, "epidNumber", "{}", "{}", false },
		{ KIND_CASES, "hospitalization", "{}", "{}", false },
		{ KIND_CASES, "hospitalizedPreviously", "{}", "{}", false });
}

static void an_epid_number_is_made_by_the_server_unless_mine_is_a_whole_one(void **state)
{
	static const char *const whole[] = { "DEF-REG-DIS-26-001", "ABC-ABC-ABC-00-1", "ABC-ABC-ABC-99-123456" };
	static const char *const partial[] = { "", "DEF-REG-DIS-26-", "DEF-REG-DIS-26-1a", "DEF-REG-DIS-26-001 ", "def-REG-DIS-26-001", "DEF-REG-26-001",
		"DEF-REG-DIS-2026-001", "DEFREG-DIS-26-001", "DEF-REG-DIS", "DEF-REG-DIS-", "DEF-REG-DIS-2", "DEF-REG-DIS-26", "D", "DEF-REG-DI1-26-001" };

	(void)state;
	for (size_t i = 0; i < sizeof(whole) / sizeof(whole[0]) + sizeof(partial) / sizeof(partial[0]); i++) {
		bool is_whole = i < sizeof(whole) / sizeof(whole[0]);
		const char *number = is_whole ? whole[i] : partial[i - sizeof(whole) / sizeof(whole[0])];
		char *sent = mem_printf("{\"epidNumber\":\"%s\"}", number);
		const struct rule_case c = { KIND_CASES, "epidNumber", sent, "{\"epidNumber\":\"DEF-REG-DIS-26-007\"}", !is_whole };

		check(&c, 1);
		mem_free(sent);
	}
	CHECK({ KIND_CASES, "epidNumber", "{}", "{\"epidNumber\":\"DEF-REG-DIS-26-007\"}", true });
}

static void a_facility_type_goes_only_where_there_is_no_facility(void **state)
{
	(void)state;
	CHECK({ KIND_CASES, "facilityType", "{\"facilityType\":\"HOSPITAL\"}", "{}", true },
		{ KIND_CASES, "facilityType", "{\"facilityType\":\"HOSPITAL\",\"healthFacility\":{\"uuid\":\"SORMAS-CONSTID-ISNONE-FACILITY\"}}", "{}", true },
		{ KIND_CASES, "facilityType", "{\"facilityType\":\"HOSPITAL\",\"healthFacility\":{\"uuid\":\"SORMAS-CONSTID-OTHERS-FACILITY\"}}", "{}", false },
		{ KIND_CASES, "facilityType", "{\"facilityType\":\"HOSPITAL\",\"healthFacility\":{\"uuid\":\"H\"}}", "{}", false });
}

static void values_that_follow_from_others_follow_only_then(void **state)
{
	(void)state;
	CHECK({ KIND_CASES, "plagueType", "{\"disease\":\"PLAGUE\"}", "{\"plagueType\":\"BUBONIC\"}", true },
		{ KIND_CASES, "plagueType", "{\"disease\":\"LASSA\",\"plagueType\":\"BUBONIC\"}", "{}", false },
		{ KIND_CASES, "outcomeDate", "{\"outcome\":\"NO_OUTCOME\",\"outcomeDate\":5}", "{}", true },
		{ KIND_CASES, "outcomeDate", "{\"outcomeDate\":5}", "{}", true },
		{ KIND_CASES, "outcomeDate", "{\"outcome\":\"DECEASED\",\"outcomeDate\":5}", "{}", false },
		{ KIND_CASES, "reportLat", "{\"reportLon\":3}", "{\"reportLat\":1}", true },
		{ KIND_CASES, "reportLat", "{\"reportLat\":2,\"reportLon\":3}", "{\"reportLat\":1}", false },
		{ KIND_CASES, "investigatedDate", "{\"investigationStatus\":\"PENDING\",\"investigatedDate\":5}", "{}", true },
		{ KIND_CASES, "investigatedDate", "{\"investigationStatus\":\"DONE\"}", "{\"investigatedDate\":9}", true },
		{ KIND_CASES, "investigatedDate", "{\"investigationStatus\":\"DONE\",\"investigatedDate\":5}", "{\"investigatedDate\":9}", false },
		{ KIND_CASES, "surveillanceOfficer", "{}", "{\"surveillanceOfficer\":{\"uuid\":\"A\"}}", true });
}

static void lists_with_items_answer_their_question(void **state)
{
	(void)state;
	CHECK({ KIND_CASES, "hospitalization.hospitalizedPreviously", "{\"hospitalization\":{\"hospitalizedPreviously\":\"NO\",\"previousHospitalizations\":[{}]}}",
			"{\"hospitalization\":{\"hospitalizedPreviously\":\"YES\"}}", true },
		{ KIND_CASES, "hospitalization.hospitalizedPreviously", "{\"hospitalization\":{\"hospitalizedPreviously\":\"NO\",\"previousHospitalizations\":[]}}",
			"{\"hospitalization\":{\"hospitalizedPreviously\":\"YES\"}}", false },
		{ KIND_CASES, "hospitalization.hospitalizedPreviously", "{\"hospitalization\":{\"hospitalizedPreviously\":\"YES\",\"previousHospitalizations\":[{}]}}",
			"{\"hospitalization\":{\"hospitalizedPreviously\":\"NO\"}}", false },
		{ KIND_CASES, "epiData.exposureDetailsKnown", "{\"epiData\":{\"exposures\":[{}]}}", "{\"epiData\":{\"exposureDetailsKnown\":\"YES\"}}", true },
		{ KIND_CASES, "epiData.exposureDetailsKnown", "{\"epiData\":{\"exposureDetailsKnown\":\"YES\"}}", "{\"epiData\":{}}", false });
}

static void the_follow_up_is_the_servers_without_a_status_or_an_overwrite(void **state)
{
	(void)state;
	CHECK({ KIND_CASES, "followUpUntil", "{\"followUpUntil\":5}", "{\"followUpUntil\":6}", true },
		{ KIND_CASES, "followUpUntil", "{\"followUpStatus\":\"FOLLOW_UP\",\"followUpUntil\":5}", "{\"followUpUntil\":6}", true },
		{ KIND_CASES, "followUpUntil", "{\"followUpStatus\":\"FOLLOW_UP\",\"followUpUntil\":5,\"overwriteFollowUpUntil\":true}", "{\"followUpUntil\":6}", false });
}

static void what_came_empty_is_set_or_kept_there_but_a_value_is_not_exchanged(void **state)
{
	(void)state;
	CHECK({ KIND_CASES, "caseClassification", "{}", "{\"caseClassification\":\"SUSPECT\"}", true },
		{ KIND_CASES, "caseClassification", "{\"caseClassification\":\"\"}", "{\"caseClassification\":\"SUSPECT\"}", true },
		{ KIND_CASES, "caseClassification", "{\"caseClassification\":null}", "{\"caseClassification\":\"SUSPECT\"}", true },
		{ KIND_CASES, "caseClassification", "{\"caseClassification\":\"CONFIRMED\"}", "{\"caseClassification\":\"SUSPECT\"}", false },
		{ KIND_CASES, "reportDate", "{\"reportDate\":5}", "{\"reportDate\":6}", false },
		{ KIND_CASES, "outcome", "{\"outcome\":\"DECEASED\"}", "{\"outcome\":\"NO_OUTCOME\"}", false },
		{ KIND_CASES, "outcome", "{}", "{\"outcome\":\"NO_OUTCOME\"}", true });
}

static void the_dead_keep_what_is_said_of_their_death_and_the_living_lose_it(void **state)
{
	(void)state;
	CHECK({ KIND_PERSONS, "deathDate", "{\"deathDate\":5}", "{\"presentCondition\":\"ALIVE\"}", true },
		{ KIND_PERSONS, "deathDate", "{\"deathDate\":5}", "{}", true },
		{ KIND_PERSONS, "deathDate", "{\"deathDate\":5}", "{\"presentCondition\":\"DEAD\"}", false },
		{ KIND_PERSONS, "causeOfDeath", "{\"causeOfDeath\":\"OTHER_CAUSE\"}", "{\"presentCondition\":\"BURIED\"}", false },
		{ KIND_PERSONS, "burialDate", "{\"burialDate\":5}", "{\"presentCondition\":\"DEAD\"}", true },
		{ KIND_PERSONS, "burialDate", "{\"burialDate\":5}", "{\"presentCondition\":\"BURIED\"}", false },
		{ KIND_PERSONS, "approximateAge", "{\"approximateAge\":30,\"birthdateYYYY\":1990}", "{\"approximateAge\":36}", true },
		{ KIND_PERSONS, "approximateAge", "{\"approximateAge\":30}", "{\"approximateAge\":36}", false });
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(what_a_person_typed_and_the_server_has_no_rule_for_is_lost),
		cmocka_unit_test(an_epid_number_is_made_by_the_server_unless_mine_is_a_whole_one),
		cmocka_unit_test(a_facility_type_goes_only_where_there_is_no_facility), cmocka_unit_test(values_that_follow_from_others_follow_only_then),
		cmocka_unit_test(lists_with_items_answer_their_question),
		cmocka_unit_test(the_follow_up_is_the_servers_without_a_status_or_an_overwrite),
		cmocka_unit_test(what_came_empty_is_set_or_kept_there_but_a_value_is_not_exchanged),
		cmocka_unit_test(the_dead_keep_what_is_said_of_their_death_and_the_living_lose_it),
	};

	return cmocka_run_group_tests_name("sync_rules", tests, NULL, NULL);
}
