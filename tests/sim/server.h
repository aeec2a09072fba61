/* A modelled SORMAS server for simulations: persons and cases in memory, read, queried and pushed as protocol.md A to D say.
 *
 * Written from protocol.md alone; it shares no rule with src/merge, src/sync or src/trainer. Times come from the clock that is passed in, plus an
 * offset that may jump. Requests that a client must never send (sync.md "Push": never send) are reported through `forbidden`. */
#ifndef TESTS_SIM_SERVER_H
#define TESTS_SIM_SERVER_H

#include "base/base.h"
#include "json/json.h"

#define SERVER_CLIENTS 8

enum server_kind { SERVER_PERSONS, SERVER_CASES };

struct server_watch {
	/* A push changed this: leaf by leaf, an item that came or went as one change of "list[UUID]". Rules of the server come after it. */
	void (*pushed)(void *ctx, int client, const char *uuid, const char *path, const struct json *before, const struct json *after);
	void (*forbidden)(void *ctx, int client, const char *what);
	/* The rows of a page are chosen and not yet read: others may write now (protocol.md D.4). */
	void (*reading)(void *ctx);
	void (*told)(void *ctx, const char *line);      /* what happened, for a story; NULL */
	void *ctx;
};

struct server_record {
	enum server_kind kind;
	char uuid[UUID_SIZE];
	struct json *doc;                   /* dates as stored */
	bool deleted, archived;
	int64_t touched;                    /* when it was deleted or archived */
	unsigned hidden;                    /* bit by client: out of its jurisdiction */
};

struct server {
	const struct clock *clock;
	int64_t offset_ms;                  /* of the server's clock */
	int64_t last_transaction;
	int64_t late_ms;                    /* of the next server_set: its transaction began so long ago and becomes visible only now */
	int64_t tolerance_ms;               /* 1000 in SORMAS (D.2); 0 makes a lost update always visible */
	struct server_watch watch;
	struct server_record *records;
	size_t count, cap;
	bool no_updates;                    /* an installation without cases/postUpdate */
	bool may_edit[SERVER_CLIENTS];      /* CASE_EDIT */
	bool lenient;                       /* the push under way had another version than the stored one, and passed: within the tolerance, or the clock went back */
	int64_t pushes, updates;            /* updates: those of the pushes that brought only the changed keys */
};

struct server_reply { int status; char *body; };   /* body: the caller frees it */

struct server *server_new(const struct clock *clock);
void server_free(struct server *server);
int64_t server_now(const struct server *server);
/* Takes doc (with a uuid); gives every object in it now's dates. */
struct server_record *server_add(struct server *server, enum server_kind kind, struct json *doc);
struct server_record *server_find(struct server *server, const char *uuid);
/* A request; the answer as it would be without any fault. */
void server_handle(struct server *server, int client, const char *method, const char *path, const char *body, struct server_reply *out);

/* What somebody else does through the web interface. Paths: "key", "part.key", "part.list[UUID].key"; "list[UUID]" with value NULL removes the item,
 * "part.list" with an object adds it. Takes value. False: no such place. */
bool server_set(struct server *server, const char *uuid, const char *path, struct json *value);
void server_delete(struct server *server, const char *uuid);
void server_archive(struct server *server, const char *uuid, bool archived);

/* What a client reads of a record now; NULL: there is none (unknown). New value. */
struct json *server_read(struct server *server, int client, const char *uuid);
/* Whether it is among what this client sees at all (in pages and /uuids). */
bool server_shows(struct server *server, int client, const struct server_record *record);
/* The place of a path in a document, as above; NULL. An item's path gives the item. */
struct json *server_at(struct json *doc, const char *path);

#endif
