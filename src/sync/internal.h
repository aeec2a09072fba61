/* The engine's inside. A run is one sequence of steps written as coroutines: each returns true when it is through and false while it waits; where it
 * waits is kept in an int. Beside it, pulls fetch pages ahead. */
#ifndef OUTPOST_SYNC_INTERNAL_H
#define OUTPOST_SYNC_INTERNAL_H

#include "sync/sync.h"

/* Coroutines: variables that live over a wait are in struct engine. */
#define CO_BEGIN(line) switch (*(line)) { case 0:
#define CO_WAIT(line) do { *(line) = __LINE__; return false; case __LINE__:; } while (0)
#define CO_CALL(line, call) do { *(line) = __LINE__; __attribute__((fallthrough)); case __LINE__: if (!(call)) return false; } while (0)
#define CO_END(line) break; default: break; } *(line) = 0; return true

enum slot_state { SLOT_FREE, SLOT_WAITING /* for its next try */, SLOT_SENT, SLOT_DONE };
enum {
	SLOT_INFO,                                   /* four of them */
	SLOT_BUNDLE = SLOT_INFO + 4, SLOT_ENUMS, SLOT_MAIN,
	SLOT_PULL,                                   /* one a kind */
	SLOT_COUNT = SLOT_PULL + KIND_COUNT
};

/* One request and its answer. */
struct slot {
	enum slot_state state;
	uint32_t id, timer;
	struct sormas_request request;
	enum kind kind;
	bool text, push, update, repeated;           /* update: a push of one record's changed keys */
	int tries;
	int64_t sent_mono, answer_mono;
	enum sormas_class class;
	int status;
	char *body;
	size_t len;
	int64_t date_ms, total_ms;
};

enum pull_state { PULL_IDLE, PULL_ASKED, PULL_RAW /* the server's clock is wanted */, PULL_FULL /* enough fetched ahead */, PULL_ENDED, PULL_FAILED, PULL_BROKEN /* the server failed at a page */ };
#define PULL_AHEAD 2
struct ready_page { char *body; struct sormas_page page; int64_t date; char uuid[UUID_SIZE]; };

struct pull {
	enum pull_state state;
	bool restart, needs_clock, daily;
	int64_t since, used_from;
	char last[UUID_SIZE];                        /* "": first page */
	int size;
	int64_t t0, started_mono;
	int64_t date;                                /* page position */
	char uuid[UUID_SIZE];
	int64_t seen, changed;
	int pages;
	struct ready_page ready[PULL_AHEAD];
	int ready_count;
	struct err err;                              /* of PULL_BROKEN */
};

enum await { AWAIT_NOTHING, AWAIT_DONE, AWAIT_SLOT, AWAIT_PULL, AWAIT_TIMER, AWAIT_REPLY };

enum item_state { ITEM_TODO, ITEM_SENT, ITEM_SETTLED, ITEM_ASK /* query it, then judge by how */ };
struct push_item {
	char uuid[UUID_SIZE];
	bool fresh;
	bool small;                                  /* goes as a partial update */
	enum item_state state;
	enum engine_how how;
	int outdated, unknown, collisions, failed;   /* how often */
	bool counted;
	bool gone;                                   /* the query after the push did not bring it */
	size_t max_chunk;                            /* halved when a whole list is refused */
	int status;
	char *reason;
};

struct uuid_list { char (*uuid)[UUID_SIZE]; bool *fresh, *small; size_t count, cap; };

struct engine {
	struct engine_start start;
	struct engine_progress progress;
	struct rand rand;
	bool started, finished, finishing, cancelled;
	bool fatal;                                  /* the run ends now; verdict and err say why */
	bool problem;                                /* something failed, the rest goes on */
	struct err push_err;                         /* the first push that was answered without a verdict: told when something is left */
	bool answered;                               /* the server has answered something */
	int64_t now_ms, mono_ms, start_now_ms, start_mono_ms;
	uint32_t next_id;
	struct engine_position position[KIND_COUNT];
	bool view[KIND_COUNT], edit[KIND_COUNT], create[KIND_COUNT];
	bool updates, flight, rights_wanted, rights_asked, reset, jurisdiction_changed, old_record_new_here;
	int page_size;
	int64_t push_rate;                           /* bytes a second; 0 unknown */
	int64_t clock_ms, clock_mono;                /* the server's clock was this then; 0 unknown */

	struct slot slot[SLOT_COUNT];
	struct pull pull[KIND_COUNT];

	/* what the main coroutine waits for, and what it got */
	enum await await;
	uint32_t await_id;
	int await_slot;
	struct engine_done done;                     /* lists are in list and missing */
	struct err done_err;
	struct uuid_list list, missing;
	bool reply;

	/* the coroutines' variables */
	int co_main, co_info, co_resolve, co_push, co_infra, co_pull, co_clock, co_obsolete, co_results, co_refs, co_finish, co_rights, co_fallback, co_query, co_batch, co_settle, co_rest;
	enum kind kind;                              /* of the main loop */
	enum sormas_info info;
	struct ready_page page;                      /* under way to the store */
	struct sormas_bundle bundle;
	enum kind bundle_kind;
	size_t region;
	struct uuid_list regions, queue;
	size_t queue_at, query_most;                 /* where a query is in the queue, how many go in one */
	int unreadable_in_a_row;
	int64_t unreadable, unreadable_before;       /* rows that the server fails at */
	enum kind unreadable_kind;                   /* of the last one */
	char unreadable_uuid[UUID_SIZE];
	int64_t unusable;                            /* rows that came and cannot be used */
	enum kind unusable_kind;                     /* of the first one */
	struct err unusable_err;
	enum engine_how queue_how;
	enum kind queue_kind;
	struct push_item *batch;
	size_t batch_count, batch_cap, chunk_bytes;
	struct engine_item *items;
	size_t item_count, item_cap;
	struct sormas_push push;
	struct sormas_uuids server_uuids;
	size_t candidates;
	int64_t here;
	int64_t infra_seen[KIND_COUNT], infra_changed[KIND_COUNT], bundle_mono;
	bool infra_failed;

	struct engine_action *actions;
	size_t action_count, action_cap;
};

/* actions.c */
struct engine_action *engine_act(struct engine *e, enum engine_action_type type);       /* the new last action, with an id */
struct engine_action *engine_act_done(struct engine *e, enum engine_action_type type);  /* and the main coroutine waits for its DONE */
void engine_clear_items(struct engine *e);
struct engine_item *engine_add_item(struct engine *e, const char *uuid);
void engine_take_rights(struct engine *e);                                               /* of e->done */
void engine_count_done(struct engine *e, enum kind kind);                                /* adds e->done to the counts */
bool engine_may_pull(const struct engine *e, enum kind kind);
void uuid_list_clear(struct uuid_list *list);
void uuid_list_add(struct uuid_list *list, const char *uuid, bool fresh);
void uuid_list_swap(struct uuid_list *a, struct uuid_list *b);
void uuid_list_done(struct uuid_list *list);
void ready_page_done(struct ready_page *page);

/* problems.c */
void engine_fail(struct engine *e, enum engine_verdict verdict, enum status st, const char *id, const char *what); /* ends the run; id takes {1} = what */
void engine_note_problem(struct engine *e, const struct slot *slot, const char *path);   /* keeps the first one */
void engine_look_problem(const struct slot *slot, struct err *err);    /* the same, for later */
void engine_note_push(struct engine *e, const struct slot *slot);      /* of a push that was answered, but not with verdicts */
void engine_note_error(struct engine *e, const struct err *err, const char *path);
/* Rows that were left out, of a page or by the driver: the run goes on and is not complete. */
void engine_note_unusable(struct engine *e, enum kind kind, int64_t count, const struct err *err);
void engine_note_left_out(struct engine *e, enum kind kind, const struct sormas_page *page);

/* slots.c */
struct slot *engine_send(struct engine *e, int slot, enum kind kind, struct sormas_request *request, bool text);  /* takes request */
void engine_send_push(struct engine *e, enum kind kind, bool update);                   /* of e->items; update: of the one item's changed keys */
void engine_await_slot(struct engine *e, int slot);
void engine_free_slot(struct slot *slot);
void engine_put_on_wire(struct engine *e, struct slot *slot);                            /* what the slot has; after its pause, too */
void engine_resend(struct engine *e, struct slot *slot, int64_t delay_ms);
void engine_take_answer(struct engine *e, int slot, const struct engine_event *ev);      /* SLOT_DONE after it, or it is tried again, or the run ends */

/* pull.c */
void pull_start(struct engine *e, enum kind kind);
void pull_answered(struct engine *e, enum kind kind);
void pull_restart(struct engine *e, enum kind kind);
bool pull_is_ready(const struct engine *e, enum kind kind);
bool pull_run(struct engine *e);                 /* e->kind */
void pull_done(struct pull *pull);
int pull_next_size(int size, size_t rows, int64_t total_ms);

/* query.c */
/* Queries e->queue (of e->queue_kind), in lists, and applies the answers as e->queue_how. A list that the server fails at is halved until the bad row stands
 * alone; that one is left out and counted. */
bool query_run(struct engine *e);
bool pull_references(struct engine *e);
bool query_rest(struct engine *e);               /* of e->kind, whose pages the server fails at */

/* verdicts.c: of the records in e->batch */
struct push_item *push_find_item(struct engine *e, const char *uuid);                   /* NULL: none */
void push_take_answer(struct engine *e);
bool push_take_update_answer(struct engine *e);
void push_look_for_gone(struct engine *e);
void push_sort_answers(struct engine *e);

/* push.c */
bool push_run(struct engine *e, bool fresh_only);
bool push_resolve(struct engine *e);
bool push_results(struct engine *e);
void push_clear_batch(struct engine *e);

/* infra.c */
void infra_start(struct engine *e);
bool infra_run(struct engine *e);
bool infra_rights(struct engine *e);
bool infra_info(struct engine *e);
bool infra_settle(struct engine *e);

/* obsolete.c */
bool obsolete_run(struct engine *e);

#endif
