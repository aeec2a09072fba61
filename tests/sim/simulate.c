/* simulate [--seed S] [--count N] [--story] [--brief]: N histories from seed S on. A failing one is made shorter, told (not with --brief), and ends the
 * program with 1.
 * Without arguments, as `make check` runs it: TAP, a fixed set and a fresh one (its seed is printed; OUTPOST_SEED repeats it, OUTPOST_DEPTH makes it longer). */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "sim/shrink.h"

static void tell_failure(uint64_t seed, struct model *model)
{
	struct history history;
	char failure[400];

	history_make(&history, seed);
	shrink(&history, model);
	printf("# the history of seed %llu, made shorter: %d clients, %d cases, tolerance %lld ms\n", (unsigned long long)seed, history.clients, history.cases,
		(long long)history.tolerance_ms);
	for (size_t i = 0; i < history.count; i++)
		printf("#   %zu: +%lld ms client %d: %s (faults %d%%, stops at %lld, seed %llu)\n", i, (long long)history.ops[i].delay_ms, history.ops[i].client,
			op_name(history.ops[i].type), history.ops[i].faults, (long long)history.ops[i].stop_at, (unsigned long long)history.ops[i].seed);
	fflush(stdout);
	(void)sim_run(&history, model, stdout, failure, NULL);
	printf("# run it again: simulate --seed %llu --count 1 --story\n", (unsigned long long)seed);
}

static bool brief;

static bool run_many(uint64_t seed, uint64_t count, struct model *model, struct sim_stats *stats)
{
	for (uint64_t s = seed; s < seed + count; s++) {
		struct history history;
		char failure[400];

		history_make(&history, s);
		if (!sim_run(&history, model, NULL, failure, stats)) {
			printf("# seed %llu: %s\n", (unsigned long long)s, failure);
			if (!brief)
				tell_failure(s, model);
			return false;
		}
	}
	return true;
}

static double seconds(void)
{
	struct timespec t;

	clock_gettime(CLOCK_MONOTONIC, &t);
	return (double)t.tv_sec + (double)t.tv_nsec / 1e9;
}

int main(int argc, char **argv)
{
	uint64_t seed = 1, count = 500;
	bool story = false, tap = argc == 1;
	struct model *model;
	size_t len;
	const char *text = model_builtin(&len);
	struct sim_stats stats = { 0 };
	double begun = seconds();
	bool ok;

	for (int i = 1; i < argc; i++) {
		if (strcmp(argv[i], "--seed") == 0 && i + 1 < argc)
			seed = strtoull(argv[++i], NULL, 10);
		else if (strcmp(argv[i], "--count") == 0 && i + 1 < argc)
			count = strtoull(argv[++i], NULL, 10);
		else if (strcmp(argv[i], "--story") == 0)
			story = true;
		else if (strcmp(argv[i], "--brief") == 0)
			brief = true;
		else {
			fprintf(stderr, "usage: simulate [--seed S] [--count N] [--story] [--brief]\n");
			return 2;
		}
	}
	if (model_load(text, len, &model, NULL) != ST_OK)
		return 1;
	if (story) {
		struct history history;
		char failure[400];

		history_make(&history, seed);
		ok = sim_run(&history, model, stdout, failure, &stats);
		stores_done();
		model_free(model);
		return ok ? 0 : 1;
	}
	if (tap) {
		const char *given = getenv("OUTPOST_SEED"), *depth = getenv("OUTPOST_DEPTH");
		uint64_t fresh = given != NULL ? strtoull(given, NULL, 10) : (uint64_t)time(NULL) * 1000;

		if (depth != NULL)
			count *= strtoull(depth, NULL, 10) + 1;
		printf("1..2\n");
		ok = run_many(seed, count, model, &stats);
		printf("%sok 1 - histories of the fixed seeds %llu to %llu end well\n", ok ? "" : "not ", (unsigned long long)seed,
			(unsigned long long)(seed + count - 1));
		if (!run_many(fresh, count, model, &stats)) {
			printf("not ");
			ok = false;
		}
		printf("ok 2 - histories of fresh seeds end well: OUTPOST_SEED=%llu\n", (unsigned long long)fresh);
	} else {
		ok = run_many(seed, count, model, &stats);
	}
	printf("# %lld runs, %lld requests, %lld pushes (%lld of changed keys only), %lld saves; at most %d runs each to converge; %.1f s\n", (long long)stats.runs, (long long)stats.requests,
		(long long)stats.pushes, (long long)stats.updates, (long long)stats.saves, stats.rounds, seconds() - begun);
	stores_done();
	model_free(model);
	return ok ? 0 : 1;
}
