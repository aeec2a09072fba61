/* The training server: answers like a real SORMAS server of version 1.104 (protocol.md A to D), on loopback, with made-up people.
 *
 * It shares base, json, model (the description of types only) and loop with the client, and nothing of its merge or equality, so
 * that it does not share its mistakes. One thread: libmicrohttpd hangs on the loop by its epoll descriptor.
 *
 * Only in the trainer (a real server answers these 500 "HTTP 404 Not Found"; all need a login):
 *
 *   POST /trainer/colleague {"case":"UUID"[,"changes":{"caseClassification":"SUSPECT","hospitalization":{"dischargeDate":1}}]}
 *       A colleague (user SurvSup; NatUser when the caller is SurvSup) edits the case now. `changes` names keys as in the case's
 *       JSON (nested objects are followed). The value that you give is what *you* saved: the colleague enters
 *       a different plausible one for the same field, so that the next synchronization shows a conflict there: enum constants take
 *       the next constant of their type, dates a day earlier, numbers one more, texts get another text, true becomes false.
 *       With "exact":true the values are taken as they are (null clears). Without `changes` the colleague edits hospitalization.description
 *       and caseClassification. Answer: 200 {"case":"UUID","changes":{what the colleague entered}}; 204 for an unknown case.
 *   POST /trainer/archive ["UUID",...]   archives cases, as an administrator would in the database.
 *   GET  /trainer/state                  {"cases":N,"persons":N,"requests":N,"collisions":N}
 *
 * For the author of `outpost demo`: call /trainer/colleague right after the save of a case, with the edit's path and new value
 * ({"case":uuid,"changes":{"hospitalization":{"dischargeDate":1795305600000}}}); the first sync after it then shows that field in
 * conflict. With --colleague and no such call the server plays the colleague by itself, once a case: when somebody reads a single
 * existing case by /query (what a client does before it pushes an edit) or pushes it, the colleague has just changed its
 * hospitalization.description and its caseClassification, in the same request, before it is answered. So a client that
 * pushes without reading gets 409, one that reads first gets a conflict wherever it changed the same fields.
 *
 * Faults (--faults FILE): a JSON list of rules, tried in order; the first that matches a request is applied:
 *   {"match":"POST /cases/push","nth":1,"count":1,"do":"cut","ms":0,"user":"SurvOff"}
 * `match`: method and the beginning of the path after the base URL, or "*". `nth`: from the nth matching request on (default 1);
 * `count`: how many of them (default 1, 0 = all). `user`: only this account. `do`:
 *   "400" ... "503" (any status)   that status with a short text; nothing is done
 *   "401"                          as a refused login
 *   "cut"                          done, but half of the answer is sent and the connection is closed
 *   "garbage"                      done; the answer's body is replaced by bytes that are not JSON
 *   "delay"                        done; the answer comes `ms` later
 *   "drop"                         not done; the connection is closed without an answer
 *   "lost"                         done; the connection is closed without an answer
 *   "double"                       done twice; the second answer is sent
 *   "stall"                        done; half of the answer is sent, the rest after `ms` (default 60000)
 *   "huge"                         the answer is 256 MiB of blanks
 */
#ifndef OUTPOST_TRAINER_H
#define OUTPOST_TRAINER_H

#include "base/base.h"
#include "loop/loop.h"

struct trainer_options {
	const char *listen;      /* "127.0.0.1:8080", "[::1]:0"; port 0 takes a free one; NULL: 127.0.0.1:0 */
	const char *data;        /* SQLite file; NULL: a temporary one that goes with the process */
	int64_t cases;           /* generated into a new store; default 50 */
	int64_t persons;         /* at least this many persons; those beyond the cases get none and stay invisible (protocol.md D.6) */
	uint64_t seed;           /* the same seed, cases and clock give the same people */
	int64_t link_bps;        /* bits a second; 0: no simulated link */
	int64_t link_ms;         /* round trip */
	int64_t pace_ms;         /* a row */
	bool no_gzip;
	const char *tls_certificate, *tls_key; /* PEM files, both or none: https, TLS 1.2 at least */
	const char *faults;      /* file; NULL: none */
	bool colleague;
	int64_t infrastructure_limit; /* more new facilities or communities than this: initialSyncRequired (protocol.md B.4); 0: 1000 */
};

#define TRAINER_CASES_MAX 200000

void trainer_options_init(struct trainer_options *options);

struct trainer;

/* Opens the store (generating into a new one). clock is copied. ST_INVALID for bad options or a bad faults file, ST_FAILED for the disk. */
MUST_CHECK enum status trainer_new(const struct trainer_options *options, const struct clock *clock, struct trainer **out, struct err *err);
void trainer_free(struct trainer *trainer);   /* NULL is fine; stops listening */

/* One request and its answer without a network (tests). Strings of `ask` belong to the caller; the answer's are freed by
 * trainer_answer_done(). */
struct trainer_ask {
	const char *method;          /* "POST" */
	const char *path;            /* "/cases/all/0", without the base; query string separate */
	const char *query;           /* "appVersion=1.104.0" or NULL */
	const char *authorization;   /* the header, or NULL */
	const char *content_type;    /* or NULL */
	const char *accept;          /* or NULL */
	bool mobile_sync;
	const char *body;
	size_t body_len;
};

struct trainer_answer {
	int status;
	const char *type;            /* Content-Type, NULL: none */
	const char *allow;           /* for OPTIONS, else NULL */
	bool challenge;              /* WWW-Authenticate */
	struct buf body;
	int64_t rows;                /* records delivered or stored, for --pace */
};

void trainer_answer(struct trainer *trainer, const struct trainer_ask *ask, struct trainer_answer *out);
void trainer_answer_done(struct trainer_answer *answer);

/* Listens, on loopback only (ST_REFUSED otherwise; ST_LATER when the port is taken). url: "http://127.0.0.1:PORT/sormas-rest" or "https:...",
 * belongs to the trainer. */
MUST_CHECK enum status trainer_listen(struct trainer *trainer, struct loop *loop, const char **url, struct err *err);

#endif
