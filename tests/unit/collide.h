/* Names whose FNV-1a hashes end in the same 20 bits, which is all that a table looks at, as a hostile server can make them: two blocks that lead from one
 * state of the hash to the same next one, sixteen times, give 65,536 of them. */
#ifndef TESTS_COLLIDE_H
#define TESTS_COLLIDE_H

#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "base/base.h"

#define COLLIDE_BLOCK 4
#define COLLIDE_STAGES 16
struct collide { char block[COLLIDE_STAGES][2][COLLIDE_BLOCK + 1]; };

static inline uint32_t collide_hash(uint32_t h, const char *s)
{
	for (; *s != '\0'; s++)
		h = (h ^ (unsigned char)*s) * 16777619u;
	return h & 0xfffffu;
}

struct collide_try { uint32_t hash, number; };

static inline int collide_compare(const void *a, const void *b)
{
	const struct collide_try *x = a, *y = b;

	return x->hash != y->hash ? (x->hash > y->hash) - (x->hash < y->hash) : (x->number > y->number) - (x->number < y->number);
}

static inline void collide_text(uint32_t number, char out[COLLIDE_BLOCK + 1])
{
	static const char signs[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";

	for (int i = 0; i < COLLIDE_BLOCK; i++)
		out[i] = signs[(number * 2654435761u >> (8 + 6 * i)) & 63u];
	out[COLLIDE_BLOCK] = '\0';
}

#define COLLIDE_TRIES 8192u
static inline void collide_init(struct collide *c)
{
	struct collide_try *tries = mem_calloc(COLLIDE_TRIES, sizeof *tries);
	uint32_t h = 2166136261u & 0xfffffu;

	for (int stage = 0; stage < COLLIDE_STAGES; stage++) {
		uint32_t i = 1;

		for (uint32_t n = 0; n < COLLIDE_TRIES; n++) {
			char text[COLLIDE_BLOCK + 1];

			collide_text(n, text);
			tries[n] = (struct collide_try){ collide_hash(h, text), n };
		}
		qsort(tries, COLLIDE_TRIES, sizeof *tries, collide_compare);
		while (i < COLLIDE_TRIES && tries[i].hash != tries[i - 1].hash)
			i++;
		if (i == COLLIDE_TRIES)
			abort();
		collide_text(tries[i - 1].number, c->block[stage][0]);
		collide_text(tries[i].number, c->block[stage][1]);
		h = tries[i].hash;
	}
	mem_free(tries);
}

/* The number-th name; colliding false: one of the same length that is as good as any. */
static inline void collide_name(const struct collide *c, uint32_t number, bool colliding, char out[COLLIDE_BLOCK * COLLIDE_STAGES + 1])
{
	for (int stage = 0; stage < COLLIDE_STAGES; stage++)
		memcpy(out + COLLIDE_BLOCK * stage, c->block[stage][(number >> stage) & 1u], COLLIDE_BLOCK);
	out[COLLIDE_BLOCK * COLLIDE_STAGES] = '\0';
	if (!colliding)
		for (int i = 0; i < 8; i++)
			out[i] = (char)('a' + ((number >> (2 * i)) & 15u));
}

static inline double collide_seconds(void)
{
	struct timespec t;

	clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &t);
	return (double)t.tv_sec + (double)t.tv_nsec / 1e9;
}

#endif
