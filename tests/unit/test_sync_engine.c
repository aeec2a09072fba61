/* The engine by itself: events in, actions out (sync.md section 4). A driver in a few lines answers everything at once and writes down what was asked. */
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <cmocka.h>

#include <stdio.h>
#include <string.h>

#include "sync/sync.h"

#define ONE "RECONE-AAAAAA-AAAAAA-AAAAAAAA"
#define TWO "RECTWO-AAAAAA-AAAAAA-AAAAAAAA"
#define THREE "RECTHR-AAAAAA-AAAAAA-AAAAAAAA"
#define NOW INT64_C(1795341600000)
#define LINES_MAX 400

/* What a request that begins like this is answered; the first one that fits and has times left. */
struct answer { const char *method, *path; int status; const char *body; int times; /* 0: always */ int used; };

struct bench {
	struct engine *engine;
	struct engine_start start;
	struct answer *answers;
	const char *select[4];              /* uuids of cases that are to be pushed, each chosen once */
	bool fresh;
	bool small;                         /* their changed keys can go alone */
	const char *outdated;               /* of this uuid a query says: push it again */
	const char *unresolved;
	const char *missing[4];             /* uuids of cases that are on the server and not here */
	int64_t rejected_left, left;
	int64_t mono;
	int answered;
	bool says_yes;
	char lines[LINES_MAX][160]; int count;
	struct { struct engine_action action; char path[160], uuids[3][UUID_SIZE]; size_t uuid_count; bool push; } queue[64];
	int head, tail;
	enum engine_verdict verdict;
};

static void write_down(struct bench *b, const char *format, ...) __attribute__((format(printf, 2, 3)));
static void write_down(struct bench *b, const char *format, ...)
{
	va_list args;

	assert_true(b->count < LINES_MAX);
	va_start(args, format);
	(void)vsnprintf(b->lines[b->count++], sizeof b->lines[0], format, args);
	va_end(args);
}

static void take_actions(struct bench *b, const struct engine_action *actions, size_t count)
{
	for (size_t i = 0; i < count; i++) {
		const struct engine_action *a = &actions[i];
		int at = b->tail++ % 64;

		assert_true(b->tail - b->head < 64);
		b->queue[at].action = *a;
		b->queue[at].uuid_count = 0;
		b->queue[at].push = a->type == ENGINE_SEND && a->request == NULL;
		if (a->type == ENGINE_SEND) {
			(void)snprintf(b->queue[at].path, sizeof b->queue[at].path, "%s %s", a->request != NULL ? a->request->method : a->update ? "UPDATE" : "PUSH",
				a->request != NULL ? a->request->path : model_kind_name(a->kind));
			write_down(b, "%s", b->queue[at].path);
			for (size_t k = 0; b->queue[at].push && k < a->item_count && k < 3; k++) {
				memcpy(b->queue[at].uuids[b->queue[at].uuid_count++], a->items[k].uuid, UUID_SIZE);
				write_down(b, "  with %s", a->items[k].uuid);
			}
		} else if (a->type == ENGINE_APPLY) {
			write_down(b, "apply %zu of %s%s", a->item_count > 0 ? a->item_count : a->page->count, model_kind_name(a->kind), a->item_count > 0 ? " asked" : "");
			if (a->has_position)
				write_down(b, "  position %lld", (long long)a->position.page_date);
			for (size_t k = 0; k < a->item_count && k < 3; k++)
				memcpy(b->queue[at].uuids[b->queue[at].uuid_count++], a->items[k].uuid, UUID_SIZE);
		} else if (a->type == ENGINE_VERDICTS) {
			for (size_t k = 0; k < a->item_count; k++)
				write_down(b, "verdict %s %d%s %s", a->items[k].uuid, a->items[k].status, a->items[k].answered ? " answered" : "",
					a->items[k].reason != NULL ? a->items[k].reason : "");
		} else if (a->type == ENGINE_SET_POSITION) {
			write_down(b, "from %s %lld", model_kind_name(a->kind), (long long)a->position.from);
		} else if (a->type == ENGINE_TIMER) {
			write_down(b, "wait");
		} else if (a->type == ENGINE_PREPARE) {
			for (size_t k = 0; k < a->item_count && k < 3; k++)
				memcpy(b->queue[at].uuids[b->queue[at].uuid_count++], a->items[k].uuid, UUID_SIZE);
		} else if (a->type == ENGINE_RESET_POSITIONS) {
			write_down(b, "every from is 0");
		} else if (a->type == ENGINE_ASK) {
			write_down(b, "ask");
		} else if (a->type == ENGINE_CANCEL_REQUESTS) {
			write_down(b, "cancel requests");
		}
	}
}

static const struct answer *answer_to(struct bench *b, const char *request)
{
	static const struct answer nothing = { .status = 200, .body = "[]" };

	for (struct answer *a = b->answers; a != NULL && a->path != NULL; a++) {
		char begin[200];

		(void)snprintf(begin, sizeof begin, "%s %s", a->method, a->path);
		if (strncmp(request, begin, strlen(begin)) == 0 && (a->times == 0 || a->used < a->times)) {
			a->used++;
			return a;
		}
	}
	return &nothing;
}

static void step(struct bench *b, struct engine_event *event)
{
	size_t count;
	const struct engine_action *actions;

	event->now_ms = NOW + b->mono;
	event->mono_ms = b->mono;
	actions = engine_step(b->engine, event, &count);
	take_actions(b, actions, count);
}

/* Runs until the engine has finished, or `most` actions were carried out. */
static void run_some(struct bench *b, int most)
{
	struct engine_event start = { .type = ENGINE_EVENT_START, .start = &b->start };

	if (b->engine == NULL) {
		b->engine = engine_new();
		step(b, &start);
	}
	while (b->head < b->tail && most-- > 0) {
		int at = b->head++ % 64;
		const struct engine_action *a = &b->queue[at].action;
		struct engine_event event = { .id = a->id };
		char *kept = NULL;
		static char uuids[8][UUID_SIZE], missing[8][UUID_SIZE];
		static bool fresh[8], small[8];
		static int64_t left[KIND_COUNT];

		b->mono += 10;
		switch (a->type) {
		case ENGINE_SEND: {
			const struct answer *answer = answer_to(b, b->queue[at].path);

			event.type = ENGINE_EVENT_ANSWER;
			event.status = answer->status;
			event.body = answer->body;
			event.len = answer->body != NULL ? strlen(answer->body) : 0;
			/* every second answer may be kept, as those of the network may */
			if (answer->body != NULL && b->answered++ % 2 == 0) {
				kept = mem_strdup(answer->body);
				event.body = kept;
				event.keep = &kept;
			}
			event.total_ms = 10;
			event.net_status = answer->status == 0 ? ST_LATER : ST_OK;
			break;
		}
		case ENGINE_TIMER:
			b->mono += a->ms;
			event.type = ENGINE_EVENT_TIMER;
			break;
		case ENGINE_CANCEL_REQUESTS:
			continue;                       /* answers that come all the same are not looked at any more */
		case ENGINE_ASK:
			event.type = ENGINE_EVENT_REPLY;
			event.yes = b->says_yes;
			break;
		case ENGINE_FINISH:
			b->verdict = engine_progress(b->engine)->verdict;
			return;
		case ENGINE_SELECT:
		case ENGINE_PREPARE:
		case ENGINE_LIST:
		case ENGINE_APPLY:
		case ENGINE_COUNT:
		case ENGINE_SET_POSITION:
		case ENGINE_RESET_POSITIONS:
		case ENGINE_DELETE:
		case ENGINE_INFO:
		case ENGINE_VERDICTS:
		case ENGINE_COMPARE:
			event.type = ENGINE_EVENT_DONE;
			event.done.st = ST_OK;
			event.done.uuids = uuids;
			event.done.fresh = fresh;
			event.done.small = small;
			event.done.left = left;
			for (int i = 0; a->type == ENGINE_SELECT && a->kind == KIND_CASES && a->fresh_only == b->fresh && i < 4 && b->select[i] != NULL; i++) {
				fresh[event.done.uuid_count] = b->fresh;
				small[event.done.uuid_count] = b->small;
				(void)snprintf(uuids[event.done.uuid_count++], UUID_SIZE, "%s", b->select[i]);
				b->select[i] = NULL;
			}
			if (a->type == ENGINE_PREPARE)
				for (size_t i = 0; i < b->queue[at].uuid_count; i++) {
					fresh[event.done.uuid_count] = false;
					memcpy(uuids[event.done.uuid_count++], b->queue[at].uuids[i], UUID_SIZE);
				}
			if (a->type == ENGINE_LIST && a->list == ENGINE_LIST_UNRESOLVED && a->kind == KIND_CASES && b->unresolved != NULL) {
				(void)snprintf(uuids[event.done.uuid_count++], UUID_SIZE, "%s", b->unresolved);
				b->unresolved = NULL;
			}
			event.done.missing = missing;
			for (int i = 0; a->type == ENGINE_COMPARE && a->kind == KIND_CASES && i < 4 && b->missing[i] != NULL; i++)
				(void)snprintf(missing[event.done.missing_count++], UUID_SIZE, "%s", b->missing[i]);
			if (a->type == ENGINE_APPLY && b->outdated != NULL)
				for (size_t i = 0; i < b->queue[at].uuid_count; i++)
					if (strcmp(b->queue[at].uuids[i], b->outdated) == 0)
						memcpy(uuids[event.done.uuid_count++], b->queue[at].uuids[i], UUID_SIZE);
			left[KIND_CASES] = b->left;
			event.done.rejected_left = b->rejected_left;
			break;
		}
		step(b, &event);
		mem_free(kept);
	}
	b->verdict = engine_progress(b->engine)->verdict;
}

static void run(struct bench *b)
{
	run_some(b, 1000);
}

static struct bench bench_of(struct answer *answers)
{
	struct bench b = { .answers = answers, .says_yes = true };

	b.start = (struct engine_start){ .rights_known = true, .seed = 1 };
	for (int k = 0; k < KIND_COUNT; k++)
		b.start.kinds[k] = (struct engine_kind){ .used = model_kind_is_infrastructure((enum kind)k) || k == KIND_PERSONS || k == KIND_CASES, .view = true,
			.edit = true, .create = true };
	return b;
}

static int line_of(const struct bench *b, const char *begin, int from)
{
	for (int i = from; i < b->count; i++)
		if (strncmp(b->lines[i], begin, strlen(begin)) == 0)
			return i;
	return -1;
}

static int times(const struct bench *b, const char *begin)
{
	int n = 0;

	for (int i = 0; i < b->count; i++)
		n += strncmp(b->lines[i], begin, strlen(begin)) == 0;
	return n;
}

static void print_lines(const struct bench *b)
{
	for (int i = 0; i < b->count; i++)
		print_message("%s\n", b->lines[i]);
}

#define assert_line(b, begin) do { if (line_of((b), (begin), 0) < 0) { print_lines(b); fail_msg("no line begins with \"%s\"", (begin)); } } while (0)
#define assert_no_line(b, begin) do { if (line_of((b), (begin), 0) >= 0) { print_lines(b); fail_msg("a line begins with \"%s\"", (begin)); } } while (0)

#define COMPATIBLE { .method = "GET", .path = "/info/checkcompatibility", .status = 200, .body = "\"COMPATIBLE\"" }
#define BUNDLE { .method = "POST", .path = "/infrastructure/sync", .status = 200, .body = "{\"initialSyncRequired\":false}" }
#define END { .path = NULL }
#define TEN_ROWS "[" NUMBERED("0") "," NUMBERED("1") "," NUMBERED("2") "," NUMBERED("3") "," NUMBERED("4") "," NUMBERED("5") "," NUMBERED("6") "," NUMBERED("7") "," \
	NUMBERED("8") "," NUMBERED("9") "]"
#define NUMBERED(n) ROW("R0000" n "-AAAAAA-AAAAAA-AAAAAAAA", "100" n)
#define ROW(uuid, date) "{\"uuid\":\"" uuid "\",\"changeDate\":" date "}"

/* ---- the first flight ---- */

static void with_nothing_to_push_everything_goes_out_in_one_flight(void **state)
{
	struct answer answers[] = { COMPATIBLE, BUNDLE, END };
	struct bench b = bench_of(answers);

	(void)state;
	run_some(&b, 0);
	assert_int_equal(b.count, 5);
	assert_line(&b, "GET /info/checkcompatibility");
	assert_line(&b, "POST /infrastructure/sync");
	assert_line(&b, "GET /customizableenumvalues/all/0");
	assert_line(&b, "GET /persons/all/0/100/NO_LAST_SYNCED_UUID");
	assert_line(&b, "GET /cases/all/0/100/NO_LAST_SYNCED_UUID");
	run(&b);
	assert_int_equal(b.verdict, ENGINE_COMPLETED);
	engine_free(b.engine);
}

static void nothing_is_applied_before_compatibility_has_answered_and_nothing_if_it_says_no(void **state)
{
	struct answer answers[] = { { .method = "GET", .path = "/info/checkcompatibility", .status = 200, .body = "\"TOO_OLD\"" },
		{ .method = "GET", .path = "/cases/all", .status = 200, .body = "[" ROW(ONE, "1000") "]" }, BUNDLE, END };
	struct bench b = bench_of(answers);

	(void)state;
	run(&b);
	assert_int_equal(b.verdict, ENGINE_REFUSED);
	assert_no_line(&b, "apply");
	assert_no_line(&b, "from");
	engine_free(b.engine);
}

static void a_server_that_is_not_started_yet_is_no_failure(void **state)
{
	struct answer answers[] = { { .method = "GET", .path = "/info/checkcompatibility", .status = 404, .body = "<html>Not found" }, BUNDLE, END };
	struct bench b = bench_of(answers);

	(void)state;
	run(&b);
	assert_int_equal(b.verdict, ENGINE_OFFLINE);
	assert_int_equal(engine_progress(b.engine)->err.status, ST_LATER);
	engine_free(b.engine);
}

static void new_records_go_out_before_anything_is_pulled(void **state)
{
	struct answer answers[] = { COMPATIBLE, BUNDLE, { .method = "PUSH", .path = "cases", .status = 200, .body = "[{\"statusCode\":200}]" }, END };
	struct bench b = bench_of(answers);

	(void)state;
	b.start.push_first = true;
	b.fresh = true;
	b.select[0] = ONE;
	run(&b);
	assert_line(&b, "PUSH cases");
	assert_true(line_of(&b, "PUSH cases", 0) < line_of(&b, "GET /cases/all", 0));
	assert_line(&b, "verdict " ONE " 200");
	engine_free(b.engine);
}

/* A value that no client should have sent makes the server fail at every page that has the row (protocol.md D.3 "Poison values"). */
static void a_row_that_the_server_fails_at_is_left_out_and_told(void **state)
{
	struct answer answers[] = { COMPATIBLE, BUNDLE, { .method = "GET", .path = "/cases/all", .status = 500, .body = "\"CORBA TRANSACTION_ROLLEDBACK\"" },
		{ .method = "GET", .path = "/cases/uuids", .status = 200, .body = "[\"" ONE "\",\"" TWO "\",\"" THREE "\"]" },
		{ .method = "POST", .path = "/cases/query", .status = 500, .body = "\"CORBA TRANSACTION_ROLLEDBACK\"", .times = 2 },    /* all three, the first two */
		{ .method = "POST", .path = "/cases/query", .status = 200, .body = "[" ROW(ONE, "1000") "]", .times = 1 },
		{ .method = "POST", .path = "/cases/query", .status = 500, .body = "\"CORBA TRANSACTION_ROLLEDBACK\"", .times = 2 },    /* the last two, the second */
		{ .method = "POST", .path = "/cases/query", .status = 200, .body = "[" ROW(THREE, "1000") "]", .times = 1 }, END };
	struct bench b = bench_of(answers);
	char text[400];

	(void)state;
	b.start.kinds[KIND_CASES].here = true;
	b.start.kinds[KIND_CASES].position = (struct engine_position){ .from = NOW - 1000, .last_full_ms = NOW, .last_obsolete_ms = NOW };
	b.missing[0] = ONE;
	b.missing[1] = TWO;
	b.missing[2] = THREE;
	run(&b);
	assert_int_equal(times(&b, "apply 1 of cases asked"), 2);
	assert_int_equal(times(&b, "POST /cases/query"), 6);
	assert_int_equal(b.verdict, ENGINE_PARTIAL);
	(void)err_text(&engine_progress(b.engine)->err, text, sizeof text);
	assert_non_null(strstr(text, TWO));
	/* the pages go on where they were once the row is put right */
	assert_line(&b, "from cases 1795341599000");
	engine_free(b.engine);
}

static void a_row_that_is_here_already_is_found_by_a_complete_synchronization(void **state)
{
	static const enum engine_mode modes[] = { ENGINE_CHANGES, ENGINE_COMPLETE };

	(void)state;
	for (size_t i = 0; i < sizeof modes / sizeof modes[0]; i++) {
		struct answer answers[] = { COMPATIBLE, BUNDLE, { .method = "GET", .path = "/cases/all", .status = 500, .body = "\"CORBA TRANSACTION_ROLLEDBACK\"" },
			{ .method = "GET", .path = "/cases/uuids", .status = 200, .body = "[\"" ONE "\",\"" TWO "\"]" },
			{ .method = "POST", .path = "/cases/query", .status = 500, .body = "\"CORBA TRANSACTION_ROLLEDBACK\"", .times = 2 },
			{ .method = "POST", .path = "/cases/query", .status = 200, .body = "[" ROW(TWO, "1000") "]" }, END };
		struct bench b = bench_of(answers);
		char text[600];

		b.start.mode = modes[i];
		b.start.kinds[KIND_CASES].here = true;
		b.start.kinds[KIND_CASES].position = (struct engine_position){ .from = NOW - 1000, .last_full_ms = NOW, .last_obsolete_ms = NOW };
		run(&b);
		(void)err_text(&engine_progress(b.engine)->err, text, sizeof text);
		assert_int_equal(b.verdict, modes[i] == ENGINE_COMPLETE ? ENGINE_PARTIAL : ENGINE_FAILED);
		if (strstr(text, modes[i] == ENGINE_COMPLETE ? ONE : "a complete synchronization") == NULL)
			fail_msg("mode %zu: %s", i, text);
		assert_int_equal(times(&b, "apply 1 of cases asked"), modes[i] == ENGINE_COMPLETE ? 1 : 0);
		engine_free(b.engine);
	}
}

static void a_server_that_fails_at_everything_is_not_asked_row_by_row(void **state)
{
	struct answer answers[] = { COMPATIBLE, BUNDLE, { .method = "GET", .path = "/cases/", .status = 500, .body = "\"database is gone\"" },
		{ .method = "POST", .path = "/cases/query", .status = 500, .body = "\"database is gone\"" }, END };
	struct bench b = bench_of(answers);

	(void)state;
	b.missing[0] = ONE;
	run(&b);
	assert_int_equal(b.verdict, ENGINE_FAILED);
	assert_no_line(&b, "POST /cases/query");
	engine_free(b.engine);
}

static void a_401_asks_for_the_password_and_loses_nothing(void **state)
{
	struct answer answers[] = { { .method = "GET", .path = "/", .status = 401, .body = "<html>" }, END };
	struct bench b = bench_of(answers);

	(void)state;
	run(&b);
	assert_int_equal(b.verdict, ENGINE_REFUSED);
	assert_no_line(&b, "apply");
	engine_free(b.engine);
}

/* ---- pulls ---- */

static void kinds_without_the_right_to_see_them_are_not_asked_for(void **state)
{
	struct answer answers[] = { COMPATIBLE, BUNDLE, END };
	struct bench b = bench_of(answers);

	(void)state;
	b.start.kinds[KIND_CASES].view = false;
	run(&b);
	assert_no_line(&b, "GET /cases/all");
	assert_line(&b, "GET /persons/all");
	engine_free(b.engine);
}

static void the_next_page_begins_behind_the_last_row(void **state)
{
	struct answer answers[] = { COMPATIBLE, BUNDLE, { .method = "GET", .path = "/cases/all/0/10/NO_LAST", .status = 200, .body = TEN_ROWS }, END };
	struct bench b = bench_of(answers);

	(void)state;
	b.start.page_size = 10;
	run(&b);
	/* without another clock T0 is the page's greatest date, so all of it lies in the last minute, and the page is followed all the same */
	assert_line(&b, "GET /cases/all/1009/40/R00009-AAAAAA-AAAAAA-AAAAAAAA");
	assert_line(&b, "  position 1009");
	engine_free(b.engine);
}

static void the_next_pull_starts_a_minute_before_what_was_seen(void **state)
{
	struct answer answers[] = { COMPATIBLE, BUNDLE, { .method = "GET", .path = "/cases/all/", .status = 200, .body = "[" ROW(ONE, "1000000") "]", .times = 1 }, END };
	struct bench b = bench_of(answers);

	(void)state;
	run(&b);
	assert_line(&b, "from cases 940000");
	engine_free(b.engine);
}

static void once_a_day_a_pull_goes_back_a_day(void **state)
{
	struct answer answers[] = { COMPATIBLE, BUNDLE, END };
	struct bench b = bench_of(answers);

	(void)state;
	b.start.kinds[KIND_CASES].position = (struct engine_position){ .seen = 200000000, .from = 200000000, .last_full_ms = NOW - ENGINE_DAY_MS };
	b.start.kinds[KIND_PERSONS].position = (struct engine_position){ .seen = 200000000, .from = 200000000, .last_full_ms = NOW - 1000 };
	run_some(&b, 0);
	assert_line(&b, "GET /cases/all/113600000/");
	assert_line(&b, "GET /persons/all/200000000/");
	engine_free(b.engine);
}

static void a_full_first_page_of_embedded_changes_is_asked_again_twice_as_large(void **state)
{
	struct answer answers[] = { COMPATIBLE, BUNDLE, { .method = "GET", .path = "/cases/all/5000/10/", .status = 200, .body = TEN_ROWS }, END };
	struct bench b = bench_of(answers);

	(void)state;
	b.start.page_size = 10;
	b.start.kinds[KIND_CASES].position = (struct engine_position){ .seen = 5000, .from = 5000, .last_full_ms = NOW };
	run(&b);
	assert_line(&b, "GET /cases/all/5000/20/NO_LAST_SYNCED_UUID");
	engine_free(b.engine);
}

static void a_page_that_does_not_come_through_is_asked_again_and_in_smaller_pieces(void **state)
{
	struct answer answers[] = { COMPATIBLE, BUNDLE, { .method = "GET", .path = "/cases/all/", .status = 0, .body = "", .times = 2 }, END };
	struct bench b = bench_of(answers);

	(void)state;
	run(&b);
	assert_int_equal(times(&b, "GET /cases/all/0/100/"), 2);
	assert_int_equal(times(&b, "GET /cases/all/0/50/"), 1);
	assert_int_equal(b.verdict, ENGINE_COMPLETED);
	engine_free(b.engine);
}

static void no_connection_at_all_ends_offline_after_a_few_tries(void **state)
{
	struct answer answers[] = { { .method = "GET", .path = "/", .status = 0, .body = "" }, { .method = "POST", .path = "/", .status = 0, .body = "" }, END };
	struct bench b = bench_of(answers);

	(void)state;
	run(&b);
	assert_int_equal(b.verdict, ENGINE_OFFLINE);
	assert_true(times(&b, "GET /info/checkcompatibility") <= ENGINE_TRIES_FIRST);
	engine_free(b.engine);
}

static void one_kind_that_fails_is_reported_and_the_others_go_on(void **state)
{
	struct answer answers[] = { COMPATIBLE, BUNDLE, { .method = "GET", .path = "/persons/all/", .status = 500, .body = "\"broken\"" },
		{ .method = "GET", .path = "/cases/all/", .status = 200, .body = "[" ROW(ONE, "1000000") "]", .times = 1 }, END };
	struct bench b = bench_of(answers);

	(void)state;
	run(&b);
	assert_line(&b, "apply 1 of cases");
	assert_line(&b, "from persons 0");          /* where it was */
	assert_int_equal(b.verdict, ENGINE_FAILED);
	engine_free(b.engine);
}

/* ---- pushes ---- */

static void each_record_of_a_push_has_its_own_verdict(void **state)
{
	struct answer answers[] = { COMPATIBLE, BUNDLE, { .method = "PUSH", .path = "cases", .status = 207,
		.body = "[{\"statusCode\":200},{\"statusCode\":403,\"body\":\"not yours\"}]" }, END };
	struct bench b = bench_of(answers);

	(void)state;
	b.select[0] = ONE;
	b.select[1] = TWO;
	b.rejected_left = 1;
	run(&b);
	assert_line(&b, "verdict " ONE " 200");
	assert_line(&b, "verdict " TWO " 403 not yours");
	assert_line(&b, "GET /users/rights");
	assert_int_equal(b.verdict, ENGINE_PARTIAL);
	engine_free(b.engine);
}

static void a_list_that_is_refused_is_halved_until_the_bad_record_stands_alone(void **state)
{
	struct answer answers[] = { COMPATIBLE, BUNDLE, { .method = "PUSH", .path = "cases", .status = 400, .body = "{\"message\":\"too long\",\"errors\":[]}", .times = 1 },
		{ .method = "PUSH", .path = "cases", .status = 400, .body = "{\"message\":\"too long\",\"errors\":[]}", .times = 1 },
		{ .method = "PUSH", .path = "cases", .status = 200, .body = "[{\"statusCode\":200}]" }, END };
	struct bench b = bench_of(answers);

	(void)state;
	b.select[0] = ONE;
	b.select[1] = TWO;
	run(&b);
	assert_int_equal(times(&b, "PUSH cases"), 3);
	assert_line(&b, "verdict " ONE " 0 answered");
	assert_line(&b, "verdict " ONE " 400 too long");
	assert_line(&b, "verdict " TWO " 200");
	engine_free(b.engine);
}

static void an_outdated_record_is_read_merged_and_pushed_again_at_most_twice(void **state)
{
	struct answer answers[] = { COMPATIBLE, BUNDLE, { .method = "PUSH", .path = "cases", .status = 409, .body = "[{\"statusCode\":409,\"body\":\"older\"}]" },
		{ .method = "POST", .path = "/cases/query", .status = 200, .body = "[" ROW(ONE, "1000") "]" }, END };
	struct bench b = bench_of(answers);

	(void)state;
	b.select[0] = ONE;
	b.outdated = ONE;
	b.left = 1;
	run(&b);
	assert_int_equal(times(&b, "PUSH cases"), 3);
	assert_int_equal(times(&b, "POST /cases/query"), 2);
	assert_line(&b, "verdict " ONE " 0 answered");
	assert_int_equal(b.verdict, ENGINE_PARTIAL);
	engine_free(b.engine);
}

static void a_push_without_an_answer_is_asked_about_and_not_repeated_blindly(void **state)
{
	struct answer answers[] = { COMPATIBLE, BUNDLE, { .method = "PUSH", .path = "cases", .status = 0, .body = "" },
		{ .method = "POST", .path = "/cases/query", .status = 200, .body = "[" ROW(ONE, "1000") "]" }, END };
	struct bench b = bench_of(answers);

	(void)state;
	b.select[0] = ONE;
	run(&b);
	assert_int_equal(times(&b, "PUSH cases"), 1);
	assert_true(line_of(&b, "POST /cases/query", 0) > line_of(&b, "PUSH cases", 0));
	engine_free(b.engine);
}

static void a_push_that_is_answered_without_verdicts_says_why_records_are_left(void **state)
{
	struct answer answers[] = { COMPATIBLE, BUNDLE, { .method = "PUSH", .path = "cases", .status = 403, .body = "\"Not for mobile devices.\"" },
		{ .method = "POST", .path = "/cases/query", .status = 200, .body = "[" ROW(ONE, "1000") "]" }, END };
	struct bench b = bench_of(answers);
	char text[400];

	(void)state;
	b.select[0] = ONE;
	b.select[1] = TWO;
	b.left = 2;
	run(&b);
	assert_int_equal(b.verdict, ENGINE_PARTIAL);
	err_text(&engine_progress(b.engine)->err, text, sizeof text);
	if (strstr(text, "/cases/push") == NULL || strstr(text, "Not for mobile devices.") == NULL)
		fail_msg("it does not say what the server said: %s", text);
	engine_free(b.engine);
}

/* ---- partial updates (protocol.md B.1 "postUpdate") ---- */

static struct bench bench_of_updates(struct answer *answers, const char *one, const char *two)
{
	struct bench b = bench_of(answers);

	b.start.updates = true;
	b.small = true;
	b.select[0] = one;
	b.select[1] = two;
	return b;
}

static void a_few_changed_keys_go_alone_and_their_answer_is_the_result(void **state)
{
	struct answer answers[] = { COMPATIBLE, BUNDLE, { .method = "UPDATE", .path = "cases", .status = 200, .body = ROW(ONE, "2000"), .times = 1 },
		{ .method = "UPDATE", .path = "cases", .status = 200, .body = ROW(TWO, "2001") }, END };
	struct bench b = bench_of_updates(answers, ONE, TWO);

	(void)state;
	run(&b);
	assert_int_equal(times(&b, "UPDATE cases"), 2);         /* one by one */
	assert_no_line(&b, "PUSH cases");
	assert_no_line(&b, "POST /cases/query");
	assert_line(&b, "verdict " ONE " 200");
	assert_true(line_of(&b, "apply 1 of cases asked", 0) > line_of(&b, "verdict " ONE " 200", 0));
	assert_true(line_of(&b, "verdict " TWO " 200", 0) > line_of(&b, "apply 1 of cases asked", 0));
	assert_int_equal(engine_progress(b.engine)->kinds[KIND_CASES].pushed, 2);
	assert_int_equal(engine_progress(b.engine)->kinds[KIND_CASES].accepted, 2);
	engine_free(b.engine);
}

static void more_cases_than_a_few_go_as_one_push(void **state)
{
	struct answer answers[] = { COMPATIBLE, BUNDLE, { .method = "PUSH", .path = "cases", .status = 207,
		.body = "[{\"statusCode\":200},{\"statusCode\":200},{\"statusCode\":200},{\"statusCode\":200}]" }, END };
	struct bench b = bench_of_updates(answers, ONE, TWO);

	(void)state;
	b.select[2] = THREE;
	b.select[3] = "RECFOU-AAAAAA-AAAAAA-AAAAAAAA";
	run(&b);
	assert_no_line(&b, "UPDATE cases");
	assert_int_equal(times(&b, "PUSH cases"), 1);
	engine_free(b.engine);
}

static void an_outdated_update_is_merged_and_pushed_whole(void **state)
{
	struct answer answers[] = { COMPATIBLE, BUNDLE, { .method = "UPDATE", .path = "cases", .status = 409, .body = "\"SymptomsDto is older\"" },
		{ .method = "POST", .path = "/cases/query", .status = 200, .body = "[" ROW(ONE, "1000") "]" },
		{ .method = "PUSH", .path = "cases", .status = 200, .body = "[{\"statusCode\":200}]" }, END };
	struct bench b = bench_of_updates(answers, ONE, NULL);

	(void)state;
	b.outdated = ONE;
	run(&b);
	assert_int_equal(times(&b, "UPDATE cases"), 1);
	assert_line(&b, "verdict " ONE " 0 answered");
	assert_true(line_of(&b, "PUSH cases", 0) > line_of(&b, "POST /cases/query", 0));
	assert_int_equal(engine_progress(b.engine)->kinds[KIND_CASES].outdated, 1);
	engine_free(b.engine);
}

static void at_any_other_answer_of_an_update_the_push_decides(void **state)
{
	static const struct { int status; const char *body; } surprises[] = { { 500, "\"No field x in the class CaseDataDto\"" }, { 403, "\"no rights\"" },
		{ 400, "{\"message\":\"bad\"}" }, { 422, "\"what\"" } };

	(void)state;
	for (size_t i = 0; i < sizeof surprises / sizeof surprises[0]; i++) {
		struct answer answers[] = { COMPATIBLE, BUNDLE, { .method = "UPDATE", .path = "cases", .status = surprises[i].status, .body = surprises[i].body },
			{ .method = "PUSH", .path = "cases", .status = 200, .body = "[{\"statusCode\":200}]" }, END };
		struct bench b = bench_of_updates(answers, ONE, NULL);

		run(&b);
		assert_int_equal(times(&b, "UPDATE cases"), 1);
		assert_int_equal(times(&b, "PUSH cases"), 1);
		assert_line(&b, "verdict " ONE " 0 answered");
		assert_line(&b, "verdict " ONE " 200");
		assert_false(engine_progress(b.engine)->no_updates);
		engine_free(b.engine);
	}
}

static void a_server_without_updates_is_asked_once(void **state)
{
	struct answer answers[] = { COMPATIBLE, BUNDLE, { .method = "UPDATE", .path = "cases", .status = 500, .body = "\"HTTP 404 Not Found\"" },
		{ .method = "PUSH", .path = "cases", .status = 207, .body = "[{\"statusCode\":200},{\"statusCode\":200}]" }, END };
	struct bench b = bench_of_updates(answers, ONE, TWO);

	(void)state;
	run(&b);
	assert_int_equal(times(&b, "UPDATE cases"), 1);
	assert_int_equal(times(&b, "PUSH cases"), 1);
	assert_true(engine_progress(b.engine)->no_updates);
	engine_free(b.engine);
}

static void an_update_without_a_usable_answer_is_asked_about(void **state)
{
	static const struct { int status; const char *body; } unclear[] = { { 0, "" }, { 504, "" }, { 200, "{\"uu" }, { 200, ROW(TWO, "2000") }, { 200, "<html>sign in</html>" },
		{ 301, "" } };

	(void)state;
	for (size_t i = 0; i < sizeof unclear / sizeof unclear[0]; i++) {
		struct answer answers[] = { COMPATIBLE, BUNDLE, { .method = "UPDATE", .path = "cases", .status = unclear[i].status, .body = unclear[i].body },
			{ .method = "POST", .path = "/cases/query", .status = 200, .body = "[" ROW(ONE, "1000") "]" }, END };
		struct bench b = bench_of_updates(answers, ONE, NULL);

		run(&b);
		assert_int_equal(times(&b, "UPDATE cases"), 1);
		assert_no_line(&b, "PUSH cases");
		assert_no_line(&b, "verdict");
		assert_true(line_of(&b, "POST /cases/query", 0) > line_of(&b, "UPDATE cases", 0));
		engine_free(b.engine);
	}
}

static void what_an_earlier_run_left_without_an_answer_is_asked_about_first(void **state)
{
	struct answer answers[] = { COMPATIBLE, BUNDLE, END };
	struct bench b = bench_of(answers);

	(void)state;
	b.start.push_first = true;
	b.unresolved = THREE;
	run(&b);
	assert_line(&b, "POST /cases/query");
	assert_true(line_of(&b, "POST /cases/query", 0) < line_of(&b, "GET /cases/all", 0));
	engine_free(b.engine);
}

static void a_collision_waits_before_it_is_tried_again(void **state)
{
	struct answer answers[] = { COMPATIBLE, BUNDLE, { .method = "PUSH", .path = "cases", .status = 500,
		.body = "[{\"statusCode\":500,\"body\":\"CORBA TRANSACTION_ROLLEDBACK 0x2000\"}]", .times = 1 },
		{ .method = "PUSH", .path = "cases", .status = 200, .body = "[{\"statusCode\":200}]" },
		{ .method = "POST", .path = "/cases/query", .status = 200, .body = "[" ROW(ONE, "1000") "]" }, END };
	struct bench b = bench_of(answers);
	int push;

	(void)state;
	b.select[0] = ONE;
	b.outdated = ONE;
	run(&b);
	push = line_of(&b, "PUSH cases", 0);
	assert_true(line_of(&b, "wait", push) > push && line_of(&b, "wait", push) < line_of(&b, "POST /cases/query", push));
	assert_line(&b, "verdict " ONE " 200");
	engine_free(b.engine);
}

static void what_is_too_long_for_a_proxy_goes_in_halves(void **state)
{
	struct answer answers[] = { COMPATIBLE, BUNDLE, { .method = "PUSH", .path = "cases", .status = 413, .body = "<html>Request Entity Too Large", .times = 2 },
		{ .method = "PUSH", .path = "cases", .status = 200, .body = "[{\"statusCode\":200}]" }, END };
	struct bench b = bench_of(answers);

	(void)state;
	b.select[0] = ONE;
	b.select[1] = TWO;
	run(&b);
	assert_int_equal(times(&b, "PUSH cases"), 3);
	assert_line(&b, "verdict " ONE " 413 the record is too long");
	assert_line(&b, "verdict " TWO " 200");
	engine_free(b.engine);
}

/* Unknown to the server: cleared away for good, or another database (protocol.md A.5 "unknown uuid"). */
static void what_the_server_does_not_have_any_more_is_rejected_with_that_reason(void **state)
{
	struct answer answers[] = { COMPATIBLE, BUNDLE, { .method = "UPDATE", .path = "cases", .status = 500, .body = "\"CORBA TRANSACTION_ROLLEDBACK 9998 Maybe\"" },
		{ .method = "PUSH", .path = "cases", .status = 500, .body = "[{\"statusCode\":500,\"body\":\"CORBA TRANSACTION_ROLLEDBACK 9998 Maybe\"}]" },
		{ .method = "POST", .path = "/cases/query", .status = 200, .body = "[]" }, END };

	(void)state;
	for (int small = 0; small < 2; small++) {
		struct bench b = bench_of(answers);

		b.start.updates = b.small = small == 1;
		b.select[0] = ONE;
		run(&b);
		assert_line(&b, "verdict " ONE " 500 the server does not have this record any more");
		assert_int_equal(times(&b, "PUSH cases"), small == 1 ? 0 : 1);     /* a whole record would make it anew */
		assert_int_equal(engine_progress(b.engine)->kinds[KIND_CASES].rejected, 1);
		assert_int_equal(b.verdict, ENGINE_PARTIAL);
		engine_free(b.engine);
	}
}

static void an_update_that_collides_waits_and_goes_as_a_push(void **state)
{
	struct answer answers[] = { COMPATIBLE, BUNDLE, { .method = "UPDATE", .path = "cases", .status = 500, .body = "\"CORBA TRANSACTION_ROLLEDBACK 9998 Maybe\"" },
		{ .method = "PUSH", .path = "cases", .status = 200, .body = "[{\"statusCode\":200}]" },
		{ .method = "POST", .path = "/cases/query", .status = 200, .body = "[" ROW(ONE, "1000") "]" }, END };
	struct bench b = bench_of(answers);

	(void)state;
	b.start.updates = b.small = true;
	b.select[0] = ONE;
	b.outdated = ONE;
	run(&b);
	assert_true(line_of(&b, "wait", 0) > line_of(&b, "UPDATE cases", 0) && line_of(&b, "wait", 0) < line_of(&b, "PUSH cases", 0));
	assert_line(&b, "verdict " ONE " 200");
	assert_int_equal(b.verdict, ENGINE_COMPLETED);
	engine_free(b.engine);
}

static void a_push_that_gets_no_answer_twice_waits_before_the_third(void **state)
{
	struct answer answers[] = { COMPATIBLE, BUNDLE, { .method = "PUSH", .path = "cases", .status = 503, .body = "<html>", .times = 2 },
		{ .method = "PUSH", .path = "cases", .status = 200, .body = "[{\"statusCode\":200}]" }, END };
	struct bench b = bench_of(answers);
	int second;

	(void)state;
	b.select[0] = ONE;
	b.outdated = ONE;           /* the query does not have it: send it again */
	run(&b);
	assert_int_equal(times(&b, "PUSH cases"), 3);
	second = line_of(&b, "PUSH cases", line_of(&b, "PUSH cases", 0) + 1);
	assert_int_equal(times(&b, "wait"), 1);
	assert_true(line_of(&b, "wait", 0) > second);
	engine_free(b.engine);
}

static void a_dry_run_chooses_but_sends_nothing_that_writes(void **state)
{
	struct answer answers[] = { COMPATIBLE, BUNDLE, END };
	struct bench b = bench_of(answers);

	(void)state;
	b.start.dry = true;
	run(&b);
	assert_no_line(&b, "PUSH");
	assert_int_equal(b.verdict, ENGINE_COMPLETED);
	engine_free(b.engine);
}

/* ---- the end ---- */

static void complete_is_said_only_when_nothing_is_left(void **state)
{
	struct answer answers[] = { COMPATIBLE, BUNDLE, END };
	struct bench b = bench_of(answers);

	(void)state;
	b.left = 1;
	run(&b);
	assert_int_equal(b.verdict, ENGINE_PARTIAL);
	engine_free(b.engine);
}

static void a_partial_run_says_why(void **state)
{
	static const struct { int64_t left, rejected_left; bool edit; const char *words; } cases[] = { { 2, 0, true, "Left for the next synchronization: 2" },
		{ 2, 2, true, "only after an edit: 2" }, { 2, 0, false, "This account may not send" }, { 2, 2, false, "only after an edit: 2" } };

	(void)state;
	for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
		struct answer answers[] = { COMPATIBLE, BUNDLE, END };
		struct bench b = bench_of(answers);
		char text[400];

		b.left = cases[i].left;
		b.rejected_left = cases[i].rejected_left;
		b.start.kinds[KIND_CASES].edit = cases[i].edit;
		run(&b);
		assert_int_equal(b.verdict, ENGINE_PARTIAL);
		(void)err_text(&engine_progress(b.engine)->err, text, sizeof text);
		if (strstr(text, cases[i].words) == NULL)
			fail_msg("row %zu: \"%s\" should be in \"%s\"", i, cases[i].words, text);
		engine_free(b.engine);
	}
}

static void what_fails_twice_is_told_in_words_that_help(void **state)
{
	struct answer answers[] = { COMPATIBLE, BUNDLE, { .method = "PUSH", .path = "cases", .status = 500,
		.body = "[{\"statusCode\":500,\"body\":\"CORBA TRANSACTION_ROLLEDBACK 9998 Maybe; nested exception is: \\n\\tat org.x\"}]" },
		{ .method = "POST", .path = "/cases/query", .status = 200, .body = "[" ROW(ONE, "1000") "]" }, END };
	struct bench b = bench_of(answers);

	(void)state;
	b.select[0] = ONE;
	b.outdated = ONE;
	run(&b);
	assert_int_equal(times(&b, "PUSH cases"), 2);
	assert_line(&b, "verdict " ONE " 500 the server failed at it");
	engine_free(b.engine);
}

static void a_cancelled_run_drops_its_requests_and_says_so(void **state)
{
	struct answer answers[] = { COMPATIBLE, BUNDLE, END };
	struct bench b = bench_of(answers);
	struct engine_event cancel = { .type = ENGINE_EVENT_CANCEL };

	(void)state;
	run_some(&b, 1);
	step(&b, &cancel);
	run(&b);
	assert_line(&b, "cancel requests");
	assert_int_equal(b.verdict, ENGINE_PARTIAL);
	assert_int_equal(engine_progress(b.engine)->err.status, ST_CANCELLED);
	engine_free(b.engine);
}

static void the_same_events_give_the_same_actions(void **state)
{
	(void)state;
	for (int k = 0; k < 2; k++) {
		struct answer answers[] = { COMPATIBLE, BUNDLE, { .method = "GET", .path = "/persons/all", .status = 0, .body = "", .times = 3 }, END };
		struct bench b = bench_of(answers);
		static char first[LINES_MAX][160];
		static int count;
		static int64_t mono;

		run(&b);
		if (k == 0) {
			memcpy(first, b.lines, sizeof first);
			count = b.count;
			mono = b.mono;
		}
		assert_int_equal(b.count, count);
		assert_int_equal(b.mono, mono);         /* the jitter too */
		assert_memory_equal(first, b.lines, (size_t)count * sizeof first[0]);
		engine_free(b.engine);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(with_nothing_to_push_everything_goes_out_in_one_flight),
		cmocka_unit_test(nothing_is_applied_before_compatibility_has_answered_and_nothing_if_it_says_no),
		cmocka_unit_test(a_server_that_is_not_started_yet_is_no_failure),
		cmocka_unit_test(new_records_go_out_before_anything_is_pulled),
		cmocka_unit_test(a_row_that_the_server_fails_at_is_left_out_and_told),
		cmocka_unit_test(a_row_that_is_here_already_is_found_by_a_complete_synchronization),
		cmocka_unit_test(a_server_that_fails_at_everything_is_not_asked_row_by_row),
		cmocka_unit_test(a_401_asks_for_the_password_and_loses_nothing),
		cmocka_unit_test(kinds_without_the_right_to_see_them_are_not_asked_for),
		cmocka_unit_test(the_next_page_begins_behind_the_last_row),
		cmocka_unit_test(the_next_pull_starts_a_minute_before_what_was_seen),
		cmocka_unit_test(once_a_day_a_pull_goes_back_a_day),
		cmocka_unit_test(a_full_first_page_of_embedded_changes_is_asked_again_twice_as_large),
		cmocka_unit_test(a_page_that_does_not_come_through_is_asked_again_and_in_smaller_pieces),
		cmocka_unit_test(no_connection_at_all_ends_offline_after_a_few_tries),
		cmocka_unit_test(one_kind_that_fails_is_reported_and_the_others_go_on),
		cmocka_unit_test(each_record_of_a_push_has_its_own_verdict),
		cmocka_unit_test(a_list_that_is_refused_is_halved_until_the_bad_record_stands_alone),
		cmocka_unit_test(an_outdated_record_is_read_merged_and_pushed_again_at_most_twice),
		cmocka_unit_test(a_push_without_an_answer_is_asked_about_and_not_repeated_blindly),
		cmocka_unit_test(a_push_that_is_answered_without_verdicts_says_why_records_are_left),
		cmocka_unit_test(a_few_changed_keys_go_alone_and_their_answer_is_the_result),
		cmocka_unit_test(more_cases_than_a_few_go_as_one_push),
		cmocka_unit_test(an_outdated_update_is_merged_and_pushed_whole),
		cmocka_unit_test(at_any_other_answer_of_an_update_the_push_decides),
		cmocka_unit_test(a_server_without_updates_is_asked_once),
		cmocka_unit_test(an_update_without_a_usable_answer_is_asked_about),
		cmocka_unit_test(what_an_earlier_run_left_without_an_answer_is_asked_about_first),
		cmocka_unit_test(what_is_too_long_for_a_proxy_goes_in_halves),
		cmocka_unit_test(what_the_server_does_not_have_any_more_is_rejected_with_that_reason),
		cmocka_unit_test(an_update_that_collides_waits_and_goes_as_a_push),
		cmocka_unit_test(a_push_that_gets_no_answer_twice_waits_before_the_third),
		cmocka_unit_test(a_collision_waits_before_it_is_tried_again),
		cmocka_unit_test(a_dry_run_chooses_but_sends_nothing_that_writes),
		cmocka_unit_test(complete_is_said_only_when_nothing_is_left),
		cmocka_unit_test(a_partial_run_says_why),
		cmocka_unit_test(what_fails_twice_is_told_in_words_that_help),
		cmocka_unit_test(a_cancelled_run_drops_its_requests_and_says_so),
		cmocka_unit_test(the_same_events_give_the_same_actions)
	};

	return cmocka_run_group_tests_name("sync engine", tests, NULL, NULL);
}
