/* What is looked at before a record is sent: some values harm everybody on the server, others it refuses anyhow (protocol.md D.3). The
 * server here is a table of answers; it keeps what is pushed. */
#include "app_profile.h"
#include "app_server.h"

/* A run with a server that takes every push, and has the case and the person. */
static void push_all(struct profile *p, struct server *server, bool dry)
{
	*server = (struct server){ .updates = true, .replies = { { "/cases/postUpdate", 200, "{}", 0 }, { "/cases/push", 200, "[\"OK\"]", 0 }, { "/persons/push", 200, "[\"OK\"]", 0 },
		{ "/cases/uuids", 200, "[\"" P_CASE "\"]", 0 }, { "/persons/uuids", 200, "[\"" P_PERSON "\"]", 0 } } };
	synchronize(p, server, dry, 0);
}

static void save(struct profile *p, enum kind kind, const char *uuid, const char *key, struct json *value)
{
	profile_save(p->session, "SurvOff", kind, uuid, NULL, key, value);
}

/* Was the record kept back, with this reason? */
static void assert_rejected(struct profile *p, enum kind kind, const char *uuid, const char *words)
{
	struct record record;
	struct err err;

	assert_ok(store_get(p->session->store, kind, uuid, &record, &err), &err);
	assert_int_equal(record.flags & (RECORD_DIRTY | RECORD_REJECTED), RECORD_DIRTY | RECORD_REJECTED);
	if (strstr(record.reject_reason, words) == NULL)
		fail_msg("the reason should have \"%s\" in it: %s", words, record.reject_reason);
	record_done(&record);
}

static int push_open(void **state)
{
	struct session *session;

	if (profile_open(state) != 0)
		return 1;
	session = ((struct profile *)*state)->session;
	profile_put(session, KIND_CUSTOMIZABLE_ENUM_VALUES, "VALUEA-AAAAAA-AAAAAA-AAAAAAAA", "{\"uuid\":\"VALUEA-AAAAAA-AAAAAA-AAAAAAAA\","
		"\"dataType\":\"DISEASE_VARIANT\",\"value\":\"LINEAGE_2\",\"diseases\":[\"LASSA\"],\"changeDate\":1000}");
	profile_put(session, KIND_CUSTOMIZABLE_ENUM_VALUES, "VALUEB-AAAAAA-AAAAAA-AAAAAAAA", "{\"uuid\":\"VALUEB-AAAAAA-AAAAAA-AAAAAAAA\","
		"\"dataType\":\"OCCUPATION_TYPE\",\"value\":\"FARMER\",\"changeDate\":1000}");
	return 0;
}

static void an_edit_that_harms_nobody_is_sent(void **state)
{
	struct profile *p = *state;
	struct server server;

	save(p, KIND_CASES, P_CASE, "diseaseVariant", output_json_value("{\"value\":\"LINEAGE_2\"}"));
	save(p, KIND_PERSONS, P_PERSON, "occupationType", output_json_value("{\"value\":\"FARMER\"}"));
	push_all(p, &server, false);
	assert_non_null(strstr(buf_text(&server.pushed), "LINEAGE_2"));
	assert_non_null(strstr(buf_text(&server.pushed), "FARMER"));
	server_done(&server);
}

static void a_value_that_the_server_did_not_tell_is_never_sent(void **state)
{
	static const char *const values[] = { "{\"value\":\"UNHEARD_OF\"}", "{\"value\":\"FARMER\"}", "\"UNHEARD_OF\"" };
	struct profile *p = *state;
	struct server server;

	for (size_t i = 0; i < sizeof(values) / sizeof(values[0]); i++) {
		save(p, KIND_CASES, P_CASE, "diseaseVariant", output_json_value(values[i]));
		push_all(p, &server, false);
		if (strstr(buf_text(&server.pushed), P_CASE) != NULL)
			fail_msg("%s was sent: %s", values[i], buf_text(&server.pushed));
		server_done(&server);
		assert_rejected(p, KIND_CASES, P_CASE, "diseaseVariant");
	}
	/* Put right it goes. */
	save(p, KIND_CASES, P_CASE, "diseaseVariant", output_json_value("{\"value\":\"LINEAGE_2\"}"));
	push_all(p, &server, false);
	assert_non_null(strstr(buf_text(&server.pushed), "LINEAGE_2"));
	server_done(&server);
}

static void a_value_of_another_disease_is_not_sent_whichever_of_the_two_was_changed(void **state)
{
	struct profile *p = *state;
	struct server server;
	struct err err;
	char *text;
	struct json *doc = profile_doc(p->session, KIND_CASES, P_CASE);

	json_set(doc, "diseaseVariant", output_json_value("{\"value\":\"LINEAGE_2\"}"));
	text = json_print(doc, NULL);
	json_free(doc);
	assert_ok(store_delete(p->session->store, KIND_CASES, P_CASE, &err), &err);
	profile_put(p->session, KIND_CASES, P_CASE, text);
	mem_free(text);
	save(p, KIND_CASES, P_CASE, "disease", json_new_string("CHOLERA"));
	push_all(p, &server, false);
	assert_null(strstr(buf_text(&server.pushed), P_CASE));
	server_done(&server);
	assert_rejected(p, KIND_CASES, P_CASE, "diseaseVariant");
	save(p, KIND_CASES, P_CASE, "diseaseVariant", NULL);
	push_all(p, &server, false);
	assert_non_null(strstr(buf_text(&server.pushed), "CHOLERA"));
	server_done(&server);
}

static void what_the_server_would_answer_with_400_is_kept_back_with_its_reason(void **state)
{
	struct profile *p = *state;
	struct server server;

	save(p, KIND_PERSONS, P_PERSON, "firstName", json_new_string(" "));
	save(p, KIND_CASES, P_CASE, "reportLat", json_new_int(200));
	push_all(p, &server, false);
	assert_null(strstr(buf_text(&server.pushed), "\"reportLat\""));
	assert_null(strstr(buf_text(&server.pushed), "\"uuid\":\"" P_CASE "\""));
	server_done(&server);
	assert_rejected(p, KIND_PERSONS, P_PERSON, "firstName");
	assert_rejected(p, KIND_CASES, P_CASE, "reportLat");
}

static void a_field_that_is_hidden_from_the_account_is_not_sent(void **state)
{
	struct profile *p = *state;
	struct server server;
	struct err err;

	assert_ok(store_delete(p->session->store, KIND_PERSONS, P_PERSON, &err), &err);
	profile_put(p->session, KIND_PERSONS, P_PERSON, "{\"uuid\":\"" P_PERSON "\",\"creationDate\":1000,\"changeDate\":2000,\"pseudonymized\":true,"
		"\"inJurisdiction\":false,\"firstName\":\"Confidential\",\"lastName\":\"Confidential\",\"sex\":\"FEMALE\",\"addresses\":[],\"personContactDetails\":[]}");
	save(p, KIND_PERSONS, P_PERSON, "firstName", json_new_string("Ama"));
	push_all(p, &server, false);
	assert_null(strstr(buf_text(&server.pushed), "Ama"));
	server_done(&server);
	assert_rejected(p, KIND_PERSONS, P_PERSON, "hidden");
}

/* A client that made a therapy with changeDate 0 left it so on the server for good (protocol.md D.2); absent, the whole record would be outdated (409). */
static void a_change_date_0_that_was_read_goes_back_and_one_of_a_new_part_does_not(void **state)
{
	struct profile *p = *state;
	struct server server;
	struct err err;
	char *text;
	struct json *doc = profile_doc(p->session, KIND_CASES, P_CASE);

	json_set(doc, "therapy", output_json_value("{\"uuid\":\"THERAP-AAAAAA-AAAAAA-AAAAAAAA\",\"changeDate\":0}"));
	json_remove(doc, "clinicalCourse");
	text = json_print(doc, NULL);
	json_free(doc);
	assert_ok(store_delete(p->session->store, KIND_CASES, P_CASE, &err), &err);
	profile_put(p->session, KIND_CASES, P_CASE, text);
	mem_free(text);
	save(p, KIND_CASES, P_CASE, "clinicalCourse", output_json_value("{\"uuid\":\"COURSE-AAAAAA-AAAAAA-AAAAAAAA\",\"changeDate\":0}"));
	push_all(p, &server, false);
	assert_non_null(strstr(buf_text(&server.pushed), "{\"uuid\":\"THERAP-AAAAAA-AAAAAA-AAAAAAAA\",\"changeDate\":0}"));
	assert_non_null(strstr(buf_text(&server.pushed), "{\"uuid\":\"COURSE-AAAAAA-AAAAAA-AAAAAAAA\"}"));
	server_done(&server);
}

static void what_a_newer_server_sent_goes_back_to_it(void **state)
{
	struct profile *p = *state;
	struct server server;
	struct err err;
	char *text;
	struct json *doc = profile_doc(p->session, KIND_CASES, P_CASE);

	json_set(doc, "caseClassification", json_new_string("ALMOST_CERTAIN"));
	text = json_print(doc, NULL);
	json_free(doc);
	assert_ok(store_delete(p->session->store, KIND_CASES, P_CASE, &err), &err);
	profile_put(p->session, KIND_CASES, P_CASE, text);
	mem_free(text);
	save(p, KIND_CASES, P_CASE, "additionalDetails", json_new_string("two beds"));
	push_all(p, &server, false);
	assert_non_null(strstr(buf_text(&server.pushed), "two beds"));
	assert_non_null(strstr(buf_text(&server.pushed), "ALMOST_CERTAIN"));
	server_done(&server);
	/* typed here it is kept back */
	save(p, KIND_CASES, P_CASE, "caseClassification", json_new_string("QUITE_CERTAIN"));
	push_all(p, &server, false);
	assert_null(strstr(buf_text(&server.pushed), "QUITE_CERTAIN"));
	server_done(&server);
	assert_rejected(p, KIND_CASES, P_CASE, "caseClassification");
}

static void a_trial_run_tells_all_this_and_changes_nothing(void **state)
{
	struct profile *p = *state;
	struct server server;

	save(p, KIND_CASES, P_CASE, "diseaseVariant", output_json_value("{\"value\":\"UNHEARD_OF\"}"));
	save(p, KIND_PERSONS, P_PERSON, "nickname", json_new_string("Fa\x1b[2J"));
	push_all(p, &server, true);
	assert_int_equal(strlen(buf_text(&server.pushed)), 0);
	assert_non_null(strstr(buf_text(&server.told), "reject cases " P_CASE " diseaseVariant"));
	assert_non_null(strstr(buf_text(&server.told), "send persons " P_PERSON " nickname: - -> \"Fa"));
	assert_null(strchr(buf_text(&server.told), 0x1b));
	server_done(&server);
	assert_int_equal(profile_flags(p->session, KIND_CASES, P_CASE) & (RECORD_DIRTY | RECORD_REJECTED), RECORD_DIRTY);
	assert_int_equal(profile_flags(p->session, KIND_PERSONS, P_PERSON) & (RECORD_DIRTY | RECORD_REJECTED), RECORD_DIRTY);
}

#define T(f) cmocka_unit_test_setup_teardown(f, push_open, profile_close)

int main(void)
{
	const struct CMUnitTest tests[] = {
		T(an_edit_that_harms_nobody_is_sent), T(a_value_that_the_server_did_not_tell_is_never_sent),
		T(a_value_of_another_disease_is_not_sent_whichever_of_the_two_was_changed),
		T(what_the_server_would_answer_with_400_is_kept_back_with_its_reason), T(a_field_that_is_hidden_from_the_account_is_not_sent),
		T(a_change_date_0_that_was_read_goes_back_and_one_of_a_new_part_does_not),
		T(what_a_newer_server_sent_goes_back_to_it),
		T(a_trial_run_tells_all_this_and_changes_nothing),
	};

	return cmocka_run_group_tests_name("app_push", tests, NULL, NULL);
}
