/* The simulation: the real engine, driver and store of several clients against a modelled server, on a simulated clock and line.
 *
 * A history is a list of operations made from one seed. The same history gives the same run, to the byte; while it runs, everything that a person
 * saved and everything that a push changed is written down, and the invariants of quality.md ("simulation") are checked. */
#ifndef TESTS_SIM_SIM_H
#define TESTS_SIM_SIM_H

#include <stdio.h>

#include "app/profile.h"
#include "app/save.h"
#include "app/sync_run.h"
#include "sim/server.h"

#define SIM_CLIENTS_MAX 4
#define SIM_OPS_MAX 64
#define SIM_UNKNOWN_MAX 64
#define SIM_SERVER_RECORDS 100           /* no more are written there: an answer holds 64 of a kind */
#define SIM_RUNS_TO_CONVERGE 7          /* runs of every client after the last fault; from the fourth on a day goes by before each */
#define SIM_RUNS_OF_CALM 3              /* enough where nothing was removed, put out of reach, or done to rights and clocks: a day heals too much */

/* ---- histories ---- */

enum op_type {
	OP_EDIT, OP_ADD_ITEM, OP_REMOVE_ITEM, OP_NEW, OP_OPEN, OP_SAVE, OP_SYNC, OP_CANCEL,
	OP_SERVER_EDIT, OP_SERVER_MANY, OP_SERVER_NEW, OP_SERVER_BACK, OP_SERVER_ADD_ITEM, OP_SERVER_REMOVE_ITEM, OP_DELETE, OP_ARCHIVE, OP_HIDE, OP_RIGHTS, OP_CLOCK, OP_WAIT,
	OP_TYPE_COUNT
};
struct op {
	enum op_type type;
	int client;
	uint64_t seed;              /* of every choice that it makes */
	int64_t delay_ms;           /* after the operation before it */
	int faults;                 /* OP_SYNC: percent of requests that go wrong */
	int64_t stop_at;            /* OP_SYNC: dead after this step; 0: not */
};
struct history {
	uint64_t seed;
	int clients, cases;
	int64_t tolerance_ms;
	int slice;                  /* rows in a transaction of a page, in the beginning of a run */
	size_t count;
	struct op ops[SIM_OPS_MAX];
};
void history_make(struct history *history, uint64_t seed);
const char *op_name(enum op_type type);

/* ---- what was saved ---- */

/* One thing that a person saved: a value at a path, an item added or removed. */
struct saved {
	int client;
	enum kind kind;
	char uuid[UUID_SIZE], path[160];
	char *value;                /* JSON text; NULL: an item removed */
	bool item;                  /* path ends in [UUID] */
	bool unique;                /* the value occurs nowhere else: the text can be looked for */
	bool superseded;            /* the same person saved something else there later */
	int applied;                /* how often a push of this client brought it */
};

/* ---- the world ---- */

enum fault { FAULT_NONE, FAULT_LOST, FAULT_ANSWER_LOST, FAULT_TWICE, FAULT_CUT, FAULT_UNAVAILABLE, FAULT_UNAVAILABLE_AFTER, FAULT_ERROR, FAULT_ERROR_AFTER,
	FAULT_PORTAL, FAULT_SLOW, FAULT_COUNT };

struct sim;
struct call;

struct client {
	struct sim *sim;
	int number;
	struct store *store;
	struct session session;     /* as far as saving needs one */
	struct sync_run *run;
	int64_t rights_asked_ms;
	struct json *rights;        /* as the server told them; NULL: never */
	struct rand rand;           /* of the line, during a run */
	int faults;
	int64_t sent;               /* requests of this run */
	int64_t conflicts_before;
	/* pushed, and no answer came: to be asked about before anything else (sync.md "Unknown outcome") */
	char unknown[SIM_UNKNOWN_MAX][UUID_SIZE];
	int unknown_count;
	/* a form that is open */
	struct json *form_start;
	int64_t form_revision;
	enum kind form_kind;
	char form_uuid[UUID_SIZE];
};

struct sim {
	const struct history *history;
	struct clock_manual manual;
	struct clock clock;
	struct loop *loop;
	struct model *model;
	struct server *server;
	struct rand rand;
	struct client clients[SIM_CLIENTS_MAX];
	struct saved *saves; size_t save_count, save_cap;
	struct call *calls;
	int64_t next_value;
	uint64_t last_call;
	bool mixing;                /* pages change while they are read */
	bool quiet;                 /* the faults are over */
	FILE *story;                /* NULL: not told */
	bool failed;
	char failure[400];
	int rounds;                 /* that it took to converge */
	int64_t runs, requests;
};

struct sim_stats { int64_t runs, requests, pushes, updates, conflicts, saves; int rounds; };
/* Runs a history; true: every invariant held. failure and story as far as it came. */
bool sim_run(const struct history *history, struct model *model, FILE *story, char failure[400], struct sim_stats *stats);

void sim_tell(struct sim *sim, const char *format, ...) __attribute__((format(printf, 2, 3)));
void sim_fail(struct sim *sim, const char *format, ...) __attribute__((format(printf, 2, 3)));

/* store_each over the kinds that the simulated server has */
MUST_CHECK enum status sim_each_record(struct client *client, unsigned flags_all, store_record_fn visit, void *ctx);
/* stores.c: of the one model that the program has; *out belongs to the taker, also when it fails to be emptied */
MUST_CHECK enum status stores_take(const struct model *model, struct store **out);
void stores_give_back(struct store *store);     /* NULL is fine */
void stores_done(void);
/* line.c */
struct sync_transport line_of(struct client *client);
void line_free(struct sim *sim);
/* people.c */
void people_act(struct sim *sim, const struct op *op);
void people_fix_rejected(struct client *client);
struct json *people_case(const char *uuid, const char *person, int number);
struct json *people_person(const char *uuid, int number);
/* check.c */
void check_pushed(void *ctx, int client, const char *uuid, const char *path, const struct json *before, const struct json *after);
void check_forbidden(void *ctx, int client, const char *what);
void check_run(struct client *client);
void check_saves(struct sim *sim);
bool check_converged(struct sim *sim, bool tell);

#endif
