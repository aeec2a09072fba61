/* Histories: made from a seed, made shorter while they still fail, told. */
#include <string.h>

#include "sim/sim.h"

const char *op_name(enum op_type type)
{
	static const char *const names[OP_TYPE_COUNT] = { "edit", "add an item", "remove an item", "new person and case", "open a form", "save the form", "synchronize",
		"cancel", "edit on the server", "edit many on the server", "new case on the server", "set back on the server", "add an item on the server", "remove an item on the server", "delete on the server",
		"archive or bring back on the server", "put in or out of reach", "change the right to edit", "server clock", "wait" };

	return names[type];
}

/* How often each happens, of 1000. */
static const int weights[OP_TYPE_COUNT] = { [OP_EDIT] = 215, [OP_ADD_ITEM] = 60, [OP_REMOVE_ITEM] = 40, [OP_NEW] = 40, [OP_OPEN] = 40, [OP_SAVE] = 40,
	[OP_SYNC] = 260, [OP_CANCEL] = 15, [OP_SERVER_EDIT] = 110, [OP_SERVER_MANY] = 15, [OP_SERVER_NEW] = 10, [OP_SERVER_BACK] = 25, [OP_SERVER_ADD_ITEM] = 35, [OP_SERVER_REMOVE_ITEM] = 25, [OP_DELETE] = 10,
	[OP_ARCHIVE] = 10, [OP_HIDE] = 12, [OP_RIGHTS] = 10, [OP_CLOCK] = 8, [OP_WAIT] = 20 };

static enum op_type choose_type(struct rand *rand)
{
	int at = (int)rand_below(rand, 1000);

	for (int t = 0; t < OP_TYPE_COUNT; t++) {
		at -= weights[t];
		if (at < 0)
			return (enum op_type)t;
	}
	return OP_EDIT;
}

static int64_t choose_delay(struct rand *rand, enum op_type type)
{
	if (type == OP_WAIT)
		return (int64_t)rand_below(rand, 3 * 86400000);
	switch (rand_below(rand, 4)) {
	case 0:
		return 0;
	case 1:
		return (int64_t)rand_below(rand, 300);
	case 2:
		return (int64_t)rand_below(rand, 5000);
	default:
		return (int64_t)rand_below(rand, 180000);
	}
}

/* Others work for some minutes, further apart than any overlap, and the pull that meets it all is stopped in the middle: what it has not stored has to be
 * there with the next one. */
static void add_interrupted_pull(struct history *history, struct rand *rand)
{
	int client = (int)rand_below(rand, (uint64_t)history->clients);
	size_t edits = 3 + rand_below(rand, 6);

	for (size_t i = 0; i <= edits && history->count < SIM_OPS_MAX; i++) {
		struct op *op = &history->ops[history->count++];

		*op = (struct op){ .type = i < edits ? OP_SERVER_EDIT : OP_SYNC, .client = client, .seed = rand_u64(rand),
			.delay_ms = 61000 + (int64_t)rand_below(rand, 60000) };
		if (i == edits)
			op->stop_at = 8 + (int64_t)rand_below(rand, 24);
	}
}

void history_make(struct history *history, uint64_t seed)
{
	struct rand rand;
	int bad;

	rand_init(&rand, seed);
	*history = (struct history){ .seed = seed };
	history->clients = 1 + (int)rand_below(&rand, 3);
	history->cases = 1 + (int)rand_below(&rand, 3);
	if (rand_below(&rand, 6) == 0)
		history->cases = 12 + (int)rand_below(&rand, 12);        /* more than a page */
	history->slice = 1 + (int)rand_below(&rand, 4);
	history->tolerance_ms = rand_below(&rand, 4) == 0 ? 1000 : 0;
	history->count = 4 + rand_below(&rand, 24);
	bad = rand_below(&rand, 3) == 0 ? 0 : (int)rand_below(&rand, 40);
	/* Everybody begins with what is there. */
	for (int i = 0; i < history->clients; i++) {
		history->ops[i] = (struct op){ .type = OP_SYNC, .client = i, .seed = 2 + rand_below(&rand, 4) };
		if (rand_below(&rand, 6) == 0)
			history->ops[i].stop_at = 10 + (int64_t)rand_below(&rand, 20);
	}
	for (size_t i = (size_t)history->clients; i < history->count; i++) {
		struct op *op = &history->ops[i];

		op->type = choose_type(&rand);
		op->client = (int)rand_below(&rand, (uint64_t)history->clients);
		op->seed = rand_u64(&rand);
		op->delay_ms = i == (size_t)history->clients ? 60000 : choose_delay(&rand, op->type);
		if (op->type == OP_SYNC) {
			op->faults = bad;
			if (rand_below(&rand, 6) == 0)
				op->stop_at = 1 + (int64_t)rand_below(&rand, 40);
		}
	}
	if (history->count < (size_t)history->clients)
		history->count = (size_t)history->clients;
	if (rand_below(&rand, 8) == 0)
		add_interrupted_pull(history, &rand);
}
