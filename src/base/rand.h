/* Random numbers: seeded for tests and the training server, from the system for uuids. Not for secrets. */
#ifndef OUTPOST_BASE_RAND_H
#define OUTPOST_BASE_RAND_H

#include <stdint.h>

#define UUID_SIZE 37 /* the longest uuid that SORMAS takes (36) and a NUL */

struct rand { uint64_t s[4]; };

void rand_init(struct rand *r, uint64_t seed);      /* the same seed gives the same numbers everywhere */
void rand_init_system(struct rand *r);              /* from getrandom(2) */
uint64_t rand_u64(struct rand *r);
uint64_t rand_below(struct rand *r, uint64_t n);    /* 0 … n-1 without bias; n > 0 */

/* A uuid as SORMAS makes them: 128 random bits in base32, grouped 6-6-6-8 (protocol.md A.2 "UUIDs"). */
void rand_uuid(struct rand *r, char out[UUID_SIZE]);

#endif
