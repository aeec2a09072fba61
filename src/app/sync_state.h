/* Private to app/: the state of one run, and what its steps share. The steps (sync_apply.h, sync_push.h, sync_list.h,
 * sync_begin.h) stand on it, the driver (sync_run.h) on them. */
#ifndef OUTPOST_APP_SYNC_STATE_H
#define OUTPOST_APP_SYNC_STATE_H

#include "app/sync_forecast.h"
#include "app/sync_progress.h"
#include "app/sync_set.h"
#include "loop/loop.h"
#include "net/net.h"
#include "store/store.h"
#include "sync/sync.h"

#define SYNC_SLICE_MS 8
#define SYNC_SLICE_UNWATCHED_MS 100     /* a page in one transaction, if the machine is quick enough; another process waits no longer than this to write */
#define SYNC_SLICE_FIRST 100
#define SYNC_SLICE_MAX 2000
#define SYNC_STOPPED_EXIT 99             /* exit status after OUTPOST_STOP_AT_STEP */
#define SYNC_MAX_REJECTED 1000           /* listed one by one; all are counted */

/* Where requests go: the network, or a modelled server. done is called once, later, from the loop. */
struct sync_transport {
	uint64_t (*send)(void *ctx, const struct net_request *request, net_done_fn done, void *done_ctx);
	void (*cancel)(void *ctx, uint64_t id);
	void *ctx;
};

struct sync_run_options {
	struct store *store;
	const struct model *model;
	struct loop *loop;
	struct sync_transport transport;
	struct log *log;                     /* NULL */
	enum sync_mode mode;
	bool dry;
	void (*dry_line)(void *ctx, const char *text); void *dry_ctx;
	const char *user;                    /* to notice changes of the own user, copied; NULL */
	bool unwatched;                      /* sync_options */
	bool rights_known, rights_due;
	bool no_updates;                     /* edits always go as whole records */
	bool (*has_right)(void *ctx, const char *right);                                     /* NULL: all */
	enum status (*take_rights)(void *ctx, const char *body, size_t len, bool *changed, struct err *err);  /* NULL: not kept */
	const char *(*field_text)(void *ctx, enum kind kind, const char *path);   /* a field as people read it; NULL: its path */
	uint64_t seed;
	int64_t stop_at;                     /* stop dead after this step: nothing more is done, `ended` is called; 0: never */
	void (*progress)(void *ctx);         /* NULL */
	void (*ended)(void *ctx);            /* the run may be freed in it by a later turn only */
	void (*stored)(void *ctx);           /* after a transaction that screens should see; NULL */
	void *ctx;
};

struct sync_pending;
struct sync_timer;
struct sync_run {
	struct sync_run_options options;     /* but user */
	char *user;
	struct engine *engine;
	struct sync_progress progress;
	struct sync_rejected *rejected; size_t rejected_cap;
	struct sync_note *notes; size_t notes_cap;      /* at most SYNC_MAX_EVENTS */
	int kind_index[KIND_COUNT];          /* in progress.kinds; -1 */
	struct sync_forecast forecast[KIND_COUNT];
	int64_t run_id, started_mono, last_tell_mono;
	int64_t step;
	bool finished, stopped, locked;
	uint32_t ask_id;
	struct sync_pending *pending;
	/* the action under way in slices */
	struct engine_action apply;
	bool applying, cancelled;
	size_t row;
	size_t slice;
	bool unseen;                         /* the row before was new here: so is the next one, most likely */
	int64_t apply_timer, tell_timer;
	struct engine_done done;
	bool have_done;
	struct err done_err;
	struct sync_set unusable; struct err unusable_err;         /* records whose server version cannot be merged; why the first of an action cannot */
	char (*uuids)[UUID_SIZE]; bool *fresh, *small; size_t uuid_count, uuid_cap;
	char (*missing)[UUID_SIZE]; size_t missing_count, missing_cap;
	struct sync_set selected, reread, asked, rejected_now, accepted_persons, seen_persons;
	char (*late)[UUID_SIZE]; size_t late_count, late_cap;      /* persons that were here already when a case of theirs came new */
	struct engine_kind kinds[KIND_COUNT];
	int64_t left[KIND_COUNT];
	bool enums_loaded;
	struct json *enums;                  /* {"DISEASE_VARIANT\nvalue": [diseases] or null} */
	struct sync_timer *timer;
};

int64_t sync_run_now(const struct sync_run *run);
int64_t sync_run_mono(const struct sync_run *run);
void sync_append_uuid(char (**uuids)[UUID_SIZE], size_t *count, size_t *cap, const char *uuid);
void sync_run_add_uuid(struct sync_run *run, const char *uuid, bool fresh);
void sync_run_add_missing(struct sync_run *run, const char *uuid);
void sync_run_note(struct sync_run *run, const char *label, const char *id, const char *arg);
/* "SLR365 Kamara, Fatu": the short uuid and the person. */
void sync_label(struct sync_run *run, enum kind kind, const char *uuid, const struct json *doc, char out[96]);
/* It was sent, and what became of it is not known or not read: neither merged with pages nor pushed until it is (sync.md "Unknown outcome", "Results"). */
bool sync_is_awaiting(struct sync_run *run, enum kind kind, const char *uuid, unsigned flags);

#endif
