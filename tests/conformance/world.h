/* What the tests know of the server they run against: the account's own user, its places, records of their own. */
#ifndef OUTPOST_CONFORMANCE_WORLD_H
#define OUTPOST_CONFORMANCE_WORLD_H

#include "client.h"

struct world {
	struct account me, second;      /* second.user NULL: none */
	struct json *user;              /* the account's own record */
	struct json *rights;
	char region[UUID_SIZE], district[UUID_SIZE], community[UUID_SIZE], facility[UUID_SIZE];
	char other_district[UUID_SIZE]; /* "" when the server has one only */
	int64_t now;                    /* the server's clock, roughly */
	struct rand rand;
};

bool world_open(struct world *w);
void world_close(struct world *w);
bool world_can(const struct world *w, const char *right);

void new_uuid(struct world *w, char out[UUID_SIZE]);
struct json *new_person(struct world *w, const char *first, const char *last);
struct json *new_case(struct world *w, const char *person);

/* One record pushed by an account. Returns the element's status (the HTTP status when there is no list); text: its message, new, or NULL.
 * Checks on the way that one element's HTTP status is its own. */
int push_one(const struct account *a, const char *kind, const struct json *doc, char **text);
int push_me(struct world *w, const char *kind, const struct json *doc);
struct json *read_one(const struct account *a, const char *kind, const char *uuid);  /* by query; NULL: not there */

/* A person and a case of it, stored; read back. The caller frees both. false: the server refused (reported). */
bool stored_pair(struct world *w, const char *last, struct json **person, struct json **caze);

void test_wire(struct world *w);        /* login, handshake, odd requests, infrastructure */
void test_records(struct world *w);     /* new records, dates, partial commits, lists */
void test_refusals(struct world *w);    /* 400, 403, 500 */
void test_effects(struct world *w);     /* what the server changes by itself, deletion, texts */
void test_reading(struct world *w);     /* since, pages, visibility, limits */
void test_recorded(struct world *w, const char *folder);

#endif
