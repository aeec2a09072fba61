/* Private to the replay: what it knows of a scenario. */
#ifndef OUTPOST_CONFORMANCE_RECORDED_H
#define OUTPOST_CONFORMANCE_RECORDED_H

#include "world.h"

struct pair { char key[40], value[40]; int64_t number; };
struct pairs { struct pair *list; size_t count, cap; };

struct replay {
	struct world *w;
	bool trainer;                 /* the server is a training server */
	char name[80];
	size_t index, differences;
	struct pairs places;          /* recorded users and places → this server's */
	struct pairs own;             /* recorded clients' uuids → new ones */
	struct pairs aliases;         /* uuids that the recorded server made → those made here */
	struct pairs their_dates, my_dates;
	struct pairs sent;            /* uuids that the client made */
	bool quiet;                   /* comparing only to learn aliases, or to count */
	struct pairs touched;         /* records that a request may have changed since they were read */
	bool seeded;                  /* the exchange's records were made just now: not compared */
};

/* seed.c: records that a scenario starts from and does not make itself. */
void seed(struct replay *r, const char *path, const struct json *request, const struct json *response, const struct account *account);
void learn_both(struct replay *r, const struct json *theirs, const struct json *mine);
bool seed_is_read(const char *path);
void seed_over(struct replay *r, const char *path, const struct json *doc);  /* pushes a state over what is there */
void archive_where_needed(struct replay *r, const struct json *exchange);

#endif
