/* What is looked at before a record is sent: some values harm everybody on the server, others it refuses anyhow (protocol.md D.3). The
 * server here is a table of answers; it keeps what is pushed. */
#include "app_profile.h"

#include "app/sync_run.h"

struct server { struct loop *loop; struct buf pushed, told; bool ended; uint64_t id; };
struct request { struct server *server; uint64_t id; net_done_fn done; void *ctx; char *body; };

static void answer(void *ctx)
{
	struct request *request = ctx;
	struct net_answer answer = { .status = 200, .date_ms = P_NOW, .body = request->body, .len = strlen(request->body) };

	request->done(request->ctx, request->id, &answer);
	mem_free(request->body);
	mem_free(request);
}

static uint64_t server_send(void *ctx, const struct net_request *request, net_done_fn done, void *done_ctx)
{
	struct server *server = ctx;
	struct request *r = mem_calloc(1, sizeof(*r));

	*r = (struct request){ .server = server, .id = ++server->id, .done = done, .ctx = done_ctx };
	if (strstr(request->path, "/push") != NULL || strstr(request->path, "/postUpdate") != NULL) {
		buf_add(&server->pushed, request->body, request->body_len);
		r->body = mem_strdup(strstr(request->path, "/push") != NULL ? "[\"OK\"]" : "{}");
	} else if (strstr(request->path, "/uuids") != NULL) {
		r->body = mem_strdup("[\"" P_CASE "\",\"" P_PERSON "\"]");
	} else if (strstr(request->path, "/checkcompatibility") != NULL) {
		r->body = mem_strdup("\"COMPATIBLE\"");
	} else {
		r->body = mem_strdup(strstr(request->path, "/infrastructure") != NULL ? "{}" : "[]");
	}
	loop_after(server->loop, 0, answer, r);
	return r->id;
}

static void server_cancel(void *ctx, uint64_t id)
{
	(void)ctx;
	(void)id;
}

static void run_ended(void *ctx) { ((struct server *)ctx)->ended = true; }

static void take_line(void *ctx, const char *text)
{
	struct server *server = ctx;

	buf_add_text(&server->told, text);
	buf_add_char(&server->told, '\n');
}

/* A whole run. What was pushed and told is in the server, which is to be done with. */
static void synchronize(struct profile *p, struct server *server, bool dry)
{
	struct sync_run_options options = { .store = p->session->store, .model = p->session->model, .loop = p->loop, .mode = SYNC_CHANGES, .dry = dry,
		.dry_line = take_line, .dry_ctx = server, .user = "SurvOff", .rights_known = true, .seed = 3, .ended = run_ended, .ctx = server,
		.transport = { .send = server_send, .cancel = server_cancel, .ctx = server } };
	struct store *copy = NULL;
	struct sync_run *run;
	struct err err;

	*server = (struct server){ .loop = p->loop };
	buf_init(&server->pushed, 0);
	buf_init(&server->told, 0);
	if (dry) {
		assert_ok(store_open_copy(p->session->store, &copy, &err), &err);
		options.store = copy;
	}
	assert_ok(sync_run_new(&options, &run, &err), &err);
	for (int i = 0; i < 200 && !server->ended; i++) {
		loop_settle(p->loop, 10000);
		clock_advance(&p->manual, 1000);
	}
	assert_true(server->ended);
	sync_run_free(run);
	store_close(copy);
}

static void server_done(struct server *server)
{
	buf_done(&server->pushed);
	buf_done(&server->told);
}

static void save(struct profile *p, enum kind kind, const char *uuid, const char *key, struct json *value)
{
	struct json *doc = profile_doc(p->session, kind, uuid);
	struct store_edit edit = { .kind = kind, .uuid = uuid, .user = "SurvOff", .device = "t", .now_ms = P_NOW, .cause = "edit", .doc = doc };
	struct record record;
	int64_t revision;
	struct err err;

	assert_ok(store_get(p->session->store, kind, uuid, &record, &err), &err);
	edit.revision = record.revision;
	record_done(&record);
	json_set(doc, key, value);
	assert_ok(store_save_edit(p->session->store, &edit, &revision, &err), &err);
	json_free(doc);
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

	save(p, KIND_CASES, P_CASE, "diseaseVariant", app_json_value("{\"value\":\"LINEAGE_2\"}"));
	save(p, KIND_PERSONS, P_PERSON, "occupationType", app_json_value("{\"value\":\"FARMER\"}"));
	synchronize(p, &server, false);
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
		save(p, KIND_CASES, P_CASE, "diseaseVariant", app_json_value(values[i]));
		synchronize(p, &server, false);
		if (strstr(buf_text(&server.pushed), P_CASE) != NULL)
			fail_msg("%s was sent: %s", values[i], buf_text(&server.pushed));
		server_done(&server);
		assert_rejected(p, KIND_CASES, P_CASE, "diseaseVariant");
	}
	/* Put right it goes. */
	save(p, KIND_CASES, P_CASE, "diseaseVariant", app_json_value("{\"value\":\"LINEAGE_2\"}"));
	synchronize(p, &server, false);
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

	json_set(doc, "diseaseVariant", app_json_value("{\"value\":\"LINEAGE_2\"}"));
	text = json_print(doc, NULL);
	json_free(doc);
	assert_ok(store_delete(p->session->store, KIND_CASES, P_CASE, &err), &err);
	profile_put(p->session, KIND_CASES, P_CASE, text);
	mem_free(text);
	save(p, KIND_CASES, P_CASE, "disease", json_new_string("CHOLERA"));
	synchronize(p, &server, false);
	assert_null(strstr(buf_text(&server.pushed), P_CASE));
	server_done(&server);
	assert_rejected(p, KIND_CASES, P_CASE, "diseaseVariant");
	save(p, KIND_CASES, P_CASE, "diseaseVariant", NULL);
	synchronize(p, &server, false);
	assert_non_null(strstr(buf_text(&server.pushed), "CHOLERA"));
	server_done(&server);
}

static void what_the_server_would_answer_with_400_is_kept_back_with_its_reason(void **state)
{
	struct profile *p = *state;
	struct server server;

	save(p, KIND_PERSONS, P_PERSON, "firstName", json_new_string(" "));
	save(p, KIND_CASES, P_CASE, "reportLat", json_new_int(200));
	synchronize(p, &server, false);
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
	synchronize(p, &server, false);
	assert_null(strstr(buf_text(&server.pushed), "Ama"));
	server_done(&server);
	assert_rejected(p, KIND_PERSONS, P_PERSON, "hidden");
}

static void a_trial_run_tells_all_this_and_changes_nothing(void **state)
{
	struct profile *p = *state;
	struct server server;

	save(p, KIND_CASES, P_CASE, "diseaseVariant", app_json_value("{\"value\":\"UNHEARD_OF\"}"));
	save(p, KIND_PERSONS, P_PERSON, "nickname", json_new_string("Fa\x1b[2J"));
	synchronize(p, &server, true);
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
		T(a_trial_run_tells_all_this_and_changes_nothing),
	};

	return cmocka_run_group_tests_name("app_push", tests, NULL, NULL);
}
