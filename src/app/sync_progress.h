/* How a synchronization stands, as the screens, the status line and `outpost sync --json` show it: all from one struct (sync.md section 4). */
#ifndef OUTPOST_APP_SYNC_PROGRESS_H
#define OUTPOST_APP_SYNC_PROGRESS_H

#include "base/base.h"

enum sync_mode { SYNC_CHANGES, SYNC_COMPLETE, SYNC_REPULL };
enum sync_phase { SYNC_PHASE_CONNECT, SYNC_PHASE_PUSH_NEW, SYNC_PHASE_INFRASTRUCTURE, SYNC_PHASE_PULL_PUSH, SYNC_PHASE_OBSOLETE, SYNC_PHASE_RESULTS, SYNC_PHASE_SAVE,
	SYNC_PHASE_COUNT, SYNC_PHASE_DONE = SYNC_PHASE_COUNT };
enum sync_verdict { SYNC_RUNNING, SYNC_COMPLETED, SYNC_PARTIAL, SYNC_OFFLINE, SYNC_REFUSED, SYNC_FAILED };   /* "complete|partial|offline|refused|failed" */
enum sync_activity { SYNC_IDLE, SYNC_PULLING, SYNC_MERGING, SYNC_PUSHING, SYNC_REREADING, SYNC_WAITING /* before trying again */ };

#define SYNC_MAX_KINDS 40
#define SYNC_MAX_EVENTS 200

struct sync_kind_counts {
	const char *kind;
	bool infrastructure;                    /* places, users, roles, configurations: what nobody edits here */
	int64_t pulled, merged, pushed, accepted, outdated, rejected, deleted, left;
	int64_t to_push;                        /* records with edits when the run began, but for those the server refused */
	int64_t estimate;                       /* of the rows to pull; 0 unknown, or all are here */
};
struct sync_rejected { const char *kind; char uuid[37]; int status; char reason[256]; char label[96]; };
/* What went by: a conflict, a rejection, a removed record; newest last; for the log part of the sync screen. */
struct sync_note { int64_t time_ms; char label[96]; struct message message; };

struct sync_progress {
	enum sync_mode mode;
	enum sync_phase phase;
	enum sync_activity activity;
	const char *kind;                       /* under way; NULL */
	enum sync_verdict verdict;
	bool phase_done[SYNC_PHASE_COUNT];
	struct sync_kind_counts kinds[SYNC_MAX_KINDS]; int kind_count;
	int64_t conflicts;
	int64_t requests, bytes_sent, bytes_received, bytes_unpacked;
	int64_t started_ms, elapsed_ms;
	int64_t rate_bps, latency_ms;           /* measured; 0 unknown */
	int64_t left_ms;                        /* estimate; -1 unknown */
	int64_t retry_ms;                       /* waiting: until the next try; 0 */
	int rejected_count; const struct sync_rejected *rejected;
	int note_count; const struct sync_note *notes;
	struct err err;                         /* why it is offline, refused or failed; names the request */
	bool asks;                              /* more than a tenth of a kind would be removed: sync_answer() */
	struct message question;
};

char *sync_json(const struct sync_progress *progress);             /* the contract of product.md; new string */
const char *sync_mode_name(enum sync_mode mode);                   /* "changes" … */
bool sync_mode_from_name(const char *name, enum sync_mode *out);
const char *sync_verdict_name(enum sync_verdict verdict);
int sync_exit_status(const struct sync_progress *progress);        /* product.md "Exit status" */

#endif
