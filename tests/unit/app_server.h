/* A server that is a table of answers, for runs of the tests of app/; it keeps the requests. To be included after app_profile.h. */
#ifndef TESTS_APP_SERVER_H
#define TESTS_APP_SERVER_H

#include "app/sync_run.h"
#include "app_profile.h"

#define SERVER_LINES 200

/* What a request whose path begins like this is answered; the first one that fits and has times left. status 0: no answer. */
struct reply { const char *path; int status; const char *body; int times; /* 0: always */ };
struct server {
	struct reply replies[8];
	bool updates, rights_due;                   /* of the runs: partial updates may be sent; the rights are asked */
	char lines[SERVER_LINES][200]; int count;   /* requests for persons and cases: path and the beginning of the body */
	struct buf pushed, told;                    /* bodies of pushes; lines of a trial run */
	struct loop *loop;
	bool ended;
	enum sync_verdict verdict; char why[1024];  /* of the last run */
	int64_t conflicts;
	uint64_t id;
};
struct server_request { struct server *server; uint64_t id; net_done_fn done; void *ctx; int status; const char *body; };

__attribute__((unused)) static void server_answer(void *ctx)
{
	struct server_request *request = ctx;
	struct net_answer answer = { .status = request->status, .date_ms = P_NOW, .body = request->body, .len = strlen(request->body) };

	if (request->status == 0)
		(void)err_set(&answer.err, ST_LATER, N_("no answer"));
	request->done(request->ctx, request->id, &answer);
	mem_free(request);
}

__attribute__((unused)) static uint64_t server_send(void *ctx, const struct net_request *request, net_done_fn done, void *done_ctx)
{
	struct server *server = ctx;
	struct server_request *r = mem_calloc(1, sizeof(*r));
	bool data = strncmp(request->path, "/cases/", 7) == 0 || strncmp(request->path, "/persons/", 9) == 0;

	*r = (struct server_request){ .server = server, .id = ++server->id, .done = done, .ctx = done_ctx, .status = 200, .body = "[]" };
	if (strstr(request->path, "/checkcompatibility") != NULL)
		r->body = "\"COMPATIBLE\"";
	else if (strstr(request->path, "/infrastructure") != NULL)
		r->body = "{}";
	for (size_t i = 0; i < 8 && server->replies[i].path != NULL; i++) {
		struct reply *reply = &server->replies[i];

		if (strncmp(request->path, reply->path, strlen(reply->path)) != 0 || reply->times < 0)
			continue;
		r->status = reply->status;
		r->body = reply->body;
		if (reply->times > 0 && --reply->times == 0)
			reply->times = -1;
		break;
	}
	if (strstr(request->path, "/push") != NULL || strstr(request->path, "/postUpdate") != NULL)
		buf_add(&server->pushed, request->body, request->body_len);
	if (data && server->count < SERVER_LINES)
		(void)snprintf(server->lines[server->count++], sizeof(server->lines[0]), "%s %.120s", request->path, request->body_len > 0 ? request->body : "");
	loop_after(server->loop, 0, server_answer, r);
	return r->id;
}

__attribute__((unused)) static void server_cancel(void *ctx, uint64_t id)
{
	(void)ctx;
	(void)id;
}

__attribute__((unused)) static void server_run_ended(void *ctx) { ((struct server *)ctx)->ended = true; }

__attribute__((unused)) static void server_take_line(void *ctx, const char *text)
{
	struct server *server = ctx;

	buf_add_text(&server->told, text);
	buf_add_char(&server->told, '\n');
}

/* A whole run, or one that is dead after step stop_at; dry: a trial. What an earlier run left in server is forgotten, but for the answers. To be done
 * with by server_done(). */
__attribute__((unused)) static void synchronize(struct profile *p, struct server *server, bool dry, int64_t stop_at)
{
	struct sync_run_options options = { .store = p->session->store, .model = p->session->model, .loop = p->loop, .mode = SYNC_CHANGES, .dry = dry,
		.dry_line = server_take_line, .dry_ctx = server, .rights_known = true, .rights_due = server->rights_due, .no_updates = !server->updates,
		.seed = 3, .stop_at = stop_at, .ended = server_run_ended, .ctx = server, .transport = { .send = server_send, .cancel = server_cancel, .ctx = server } };
	struct store *copy = NULL;
	struct sync_run *run;
	struct err err;
	char user[] = "SurvOff";

	options.user = user;
	buf_done(&server->pushed);
	buf_done(&server->told);
	buf_init(&server->pushed, 0);
	buf_init(&server->told, 0);
	server->loop = p->loop;
	server->ended = false;
	server->count = 0;
	if (dry) {
		assert_ok(store_open_copy(p->session->store, &copy, &err), &err);
		options.store = copy;
	}
	assert_ok(sync_run_new(&options, &run, &err), &err);
	memset(user, 'x', sizeof(user) - 1);        /* a session reads its account anew, and frees the name, when a setting changes */
	for (int i = 0; i < 400 && !server->ended; i++) {
		loop_settle(p->loop, 10000);
		clock_advance(&p->manual, 1000);
	}
	assert_true(server->ended);
	server->verdict = run->progress.verdict;
	server->conflicts = run->progress.conflicts;
	err_text(&run->progress.err, server->why, sizeof(server->why));
	sync_run_free(run);
	store_close(copy);
}

__attribute__((unused)) static void server_done(struct server *server)
{
	buf_done(&server->pushed);
	buf_done(&server->told);
}

#endif
