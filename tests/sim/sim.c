/* One history from its first operation until everybody has the same. */
#include <stdarg.h>
#include <string.h>

#include "sim/sim.h"

#define START_MS INT64_C(1795341600000)         /* 2026-11-22T10:00:00Z */
#define RUN_MOST_MS (INT64_C(3) * 3600000)      /* a run that is not through after so long never ends */

void sim_tell(struct sim *sim, const char *format, ...)
{
	va_list args;

	if (sim->story == NULL)
		return;
	fprintf(sim->story, "%10.3f ", (double)(sim->manual.now_ms - START_MS) / 1000.0);
	va_start(args, format);
	(void)vfprintf(sim->story, format, args);
	va_end(args);
	fputc('\n', sim->story);
}

void sim_fail(struct sim *sim, const char *format, ...)
{
	va_list args;

	if (sim->failed)
		return;
	sim->failed = true;
	va_start(args, format);
	(void)vsnprintf(sim->failure, sizeof sim->failure, format, args);
	va_end(args);
	sim_tell(sim, "FAILED: %s", sim->failure);
}

enum status sim_each_record(struct client *client, unsigned flags_all, store_record_fn visit, void *ctx)
{
	enum status st = store_each(client->store, KIND_PERSONS, flags_all, 0, visit, ctx, NULL);

	return st == ST_OK ? store_each(client->store, KIND_CASES, flags_all, 0, visit, ctx, NULL) : st;
}

static void told(void *ctx, const char *line)
{
	sim_tell(ctx, "      %s", line);
}

/* ---- clients ---- */

static bool has_right(void *ctx, const char *right)
{
	const struct client *client = ctx;

	if (client->rights == NULL)
		return true;
	for (const struct json *r = json_first(client->rights); r != NULL; r = json_next(r))
		if (strcmp(json_string(r), right) == 0)
			return true;
	return false;
}

static enum status take_rights(void *ctx, const char *body, size_t len, bool *changed, struct err *err)
{
	struct client *client = ctx;
	struct json *rights = NULL;
	enum status st = json_parse(body, len, &rights, err);

	if (st != ST_OK)
		return st;
	*changed = client->rights != NULL && !json_equal(client->rights, rights);
	json_free(client->rights);
	client->rights = rights;
	client->rights_asked_ms = clock_now(&client->sim->clock);
	return ST_OK;
}

static void start_run(struct client *client, const struct op *op, enum sync_mode mode)
{
	struct sim *sim = client->sim;
	struct sync_run_options options = { .store = client->store, .model = sim->model, .loop = sim->loop, .transport = line_of(client), .mode = mode,
		.rights_known = client->rights != NULL, .has_right = has_right, .take_rights = take_rights, .ctx = client, .seed = op != NULL ? op->seed : 1,
		.stop_at = op != NULL ? op->stop_at : 0 };
	struct err err = { 0 };
	int64_t counts[3];

	options.rights_due = client->rights == NULL || sim->manual.now_ms - client->rights_asked_ms >= 86400000;
	client->faults = op != NULL ? op->faults : 0;
	rand_init(&client->rand, op != NULL ? op->seed ^ 0x5eed : 7);
	client->sent = 0;
	if (store_count_conflicts(client->store, counts, NULL) == ST_OK)
		client->conflicts_before = counts[0] + counts[1] + counts[2];
	sim_tell(sim, "client %d synchronizes (%s%s)", client->number, sync_mode_name(mode), client->faults > 0 ? ", over a bad line" : "");
	if (sync_run_new(&options, &client->run, &err) != ST_OK) {
		sim_fail(sim, "client %d cannot start a run", client->number);
		client->run = NULL;
	}
	if (client->run != NULL)
		client->run->slice = (size_t)sim->history->slice;
	sim->runs++;
}

static void end_run(struct client *client)
{
	struct sim *sim = client->sim;

	if (client->run->stopped)
		sim_tell(sim, "  client %d died at step %lld", client->number, (long long)client->run->step);
	else
		check_run(client);
	if (client->run->stopped)
		store_unlock_run(client->store);        /* a new process would take the lock over */
	sync_run_free(client->run);
	client->run = NULL;
	check_saves(sim);
}

/* ---- time ---- */

static void look_after_runs(struct sim *sim)
{
	for (int i = 0; i < sim->history->clients; i++) {
		struct client *client = &sim->clients[i];

		if (client->run != NULL)
			client->run->slice = (size_t)sim->history->slice;       /* time stands still in a slice, so that they would only grow */
		if (client->run != NULL && client->run->progress.asks && !client->run->finished)
			sync_run_answer(client->run, true);
		if (client->run != NULL && client->run->finished)
			end_run(client);
	}
}

static bool any_run(const struct sim *sim)
{
	for (int i = 0; i < sim->history->clients; i++)
		if (sim->clients[i].run != NULL)
			return true;
	return false;
}

/* Until that time, or (runs) until no run is under way. */
static void pass_time(struct sim *sim, int64_t until, bool runs)
{
	while (!sim->failed) {
		int64_t next;

		while (loop_turn(sim->loop, 0) && !sim->failed)
			look_after_runs(sim);
		look_after_runs(sim);
		if (runs && !any_run(sim))
			return;
		next = loop_next_due(sim->loop);
		if (next > until) {
			clock_advance(&sim->manual, until - sim->manual.mono_ms);
			return;
		}
		clock_advance(&sim->manual, next > sim->manual.mono_ms ? next - sim->manual.mono_ms : 0);
	}
}

static void finish_runs(struct sim *sim)
{
	pass_time(sim, sim->manual.mono_ms + RUN_MOST_MS, true);
	if (any_run(sim))
		sim_fail(sim, "a run does not end");
}

static void reading(void *ctx)
{
	struct sim *sim = ctx;
	struct op op = { .type = OP_SERVER_EDIT };

	if (!sim->mixing || sim->quiet || rand_below(&sim->rand, 4) != 0)
		return;
	op.seed = rand_u64(&sim->rand);
	people_act(sim, &op);
}

/* ---- the end: faults are over ---- */

static uint64_t mix(uint64_t h, const char *text)
{
	for (; *text != '\0'; text++)
		h = (h ^ (unsigned char)*text) * UINT64_C(0x100000001b3);
	return h;
}

static bool add_to_sum(void *ctx, const struct record *record)
{
	uint64_t *sum = ctx;

	*sum += mix(mix(record->flags + 1, record->uuid), record->doc) ^ (uint64_t)record->revision;
	return true;
}

static uint64_t sum_of(struct sim *sim)
{
	uint64_t sum = 0;

	for (int i = 0; i < sim->history->clients; i++)
		if (sim_each_record(&sim->clients[i], 0, add_to_sum, &sum) != ST_OK)
			sim_fail(sim, "client %d cannot be read", i);
	return sum;
}

static void everybody_synchronizes(struct sim *sim)
{
	for (int i = 0; i < sim->history->clients && !sim->failed; i++) {
		start_run(&sim->clients[i], NULL, SYNC_CHANGES);
		finish_runs(sim);
	}
}

/* Nothing happened that only the day's reconciliation can see. */
static bool is_calm(const struct history *history)
{
	static const enum op_type noisy[] = { OP_DELETE, OP_ARCHIVE, OP_HIDE, OP_RIGHTS, OP_CLOCK };

	for (size_t i = 0; i < history->count; i++)
		for (size_t n = 0; n < sizeof noisy / sizeof noisy[0]; n++)
			if (history->ops[i].type == noisy[n])
				return false;
	return true;
}

static void converge(struct sim *sim)
{
	uint64_t before;
	int64_t pushes;

	sim_tell(sim, "the faults are over");
	sim->quiet = true;
	for (int i = 0; i < sim->history->clients; i++)
		sim->server->may_edit[i] = true;
	for (int i = 0; i < sim->history->clients && !sim->failed; i++)
		people_fix_rejected(&sim->clients[i]);
	for (sim->rounds = 1; sim->rounds <= SIM_RUNS_TO_CONVERGE && !sim->failed; sim->rounds++) {
		pass_time(sim, sim->manual.mono_ms + (sim->rounds > SIM_RUNS_OF_CALM ? 25 * 3600000 : 120000), false);
		everybody_synchronizes(sim);
		for (int i = 0; i < sim->history->clients && !sim->failed && sim->rounds == 1; i++)
			people_fix_rejected(&sim->clients[i]);          /* what was refused for want of a right, now again */
		if (check_converged(sim, sim->rounds == (is_calm(sim->history) ? SIM_RUNS_OF_CALM : SIM_RUNS_TO_CONVERGE)))
			break;
	}
	check_saves(sim);
	if (sim->failed)
		return;
	sim_tell(sim, "a further run of everybody sends and changes nothing");
	before = sum_of(sim);
	pushes = sim->server->pushes;
	pass_time(sim, sim->manual.mono_ms + 120000, false);
	everybody_synchronizes(sim);
	if (!sim->failed && sim->server->pushes != pushes)
		sim_fail(sim, "a further run pushed again");
	if (!sim->failed && sum_of(sim) != before)
		sim_fail(sim, "a further run changed something");
}

/* ---- the history ---- */

static void fill_server(struct sim *sim)
{
	char person[UUID_SIZE], uuid[UUID_SIZE];

	sim->server->offset_ms = -INT64_C(10) * 86400000;
	for (int i = 0; i < sim->history->cases; i++) {
		if (i != 2)             /* the third case is of the second one's person */
			rand_uuid(&sim->rand, person);
		rand_uuid(&sim->rand, uuid);
		if (i != 2)
			(void)server_add(sim->server, SERVER_PERSONS, people_person(person, i));
		(void)server_add(sim->server, SERVER_CASES, people_case(uuid, person, i));
		sim->server->offset_ms += 4 * 3600000;   /* further apart than any overlap, and older than a day */
	}
	/* One that nobody here can see: it has no case yet. */
	rand_uuid(&sim->rand, person);
	(void)server_add(sim->server, SERVER_PERSONS, people_person(person, 99));
	sim->server->offset_ms = 0;
}

static void act(struct sim *sim, const struct op *op)
{
	struct client *client = &sim->clients[op->client];

	if (op->type == OP_SYNC) {
		if (client->run == NULL)
			start_run(client, op, op->seed % 16 == 0 ? SYNC_REPULL : op->seed % 16 == 1 ? SYNC_COMPLETE : SYNC_CHANGES);
	} else if (op->type == OP_CANCEL) {
		if (client->run != NULL) {
			sim_tell(sim, "  client %d cancels", client->number);
			sync_run_cancel(client->run);
		}
	} else {
		people_act(sim, op);
	}
}

static void sim_done(struct sim *sim)
{
	for (int i = 0; i < sim->history->clients; i++) {
		struct client *client = &sim->clients[i];

		sync_run_free(client->run);
		json_free(client->form_start);
		json_free(client->rights);
		stores_give_back(client->store);
	}
	line_free(sim);
	for (size_t i = 0; i < sim->save_count; i++)
		mem_free(sim->saves[i].value);
	mem_free(sim->saves);
	server_free(sim->server);
	loop_free(sim->loop);
}

bool sim_run(const struct history *history, struct model *model, FILE *story, char failure[400], struct sim_stats *stats)
{
	struct sim *sim = mem_calloc(1, sizeof *sim);
	char user[] = "SurvOff", device[] = "sim";
	bool ok;

	sim->history = history;
	sim->story = story;
	sim->model = model;
	sim->manual = (struct clock_manual){ .now_ms = START_MS, .mono_ms = 1000000 };
	sim->clock = clock_from_manual(&sim->manual);
	sim->loop = loop_new(&sim->clock);
	sim->mixing = history->seed % 2 == 0;
	rand_init(&sim->rand, history->seed);
	sim->server = server_new(&sim->clock);
	sim->server->tolerance_ms = history->tolerance_ms;
	sim->server->no_updates = history->seed % 4 == 3;
	sim->server->watch = (struct server_watch){ .pushed = check_pushed, .forbidden = check_forbidden, .reading = reading, .told = story != NULL ? told : NULL,
		.ctx = sim };
	fill_server(sim);
	for (int i = 0; i < history->clients; i++) {
		struct client *client = &sim->clients[i];

		*client = (struct client){ .sim = sim, .number = i };
		if (stores_take(model, &client->store) != ST_OK)
			sim_fail(sim, "no store");
		if (store_set_setting(client->store, "sync.page_size", "10", NULL) != ST_OK)
			sim_fail(sim, "no settings");
		client->session = (struct session){ .store = client->store, .model = model, .clock = sim->clock, .user = user, .device = device };
	}
	for (size_t i = 0; i < history->count && !sim->failed; i++) {
		pass_time(sim, sim->manual.mono_ms + history->ops[i].delay_ms, false);
		if (!sim->failed)
			act(sim, &history->ops[i]);
	}
	if (!sim->failed)
		finish_runs(sim);
	if (!sim->failed)
		converge(sim);
	ok = !sim->failed;
	(void)snprintf(failure, 400, "%s", sim->failure);
	if (stats != NULL) {
		stats->runs += sim->runs;
		stats->requests += sim->requests;
		stats->pushes += sim->server->pushes;
		stats->updates += sim->server->updates;
		stats->saves += (int64_t)sim->save_count;
		if (sim->rounds > stats->rounds)
			stats->rounds = sim->rounds;
	}
	sim_done(sim);
	mem_free(sim);
	return ok;
}
