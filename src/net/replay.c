/* Recorded exchanges in place of a network: for --script and for tests. */
#include <string.h>

#include "json/json.h"
#include "net/internal.h"

struct exchange {
	struct json *request, *response;
	bool used;
};

struct pending {
	struct pending *next;
	uint64_t id;
	net_done_fn done;
	void *ctx;
	char *method, *path, *body;
	bool cancelled;
};

struct replay {
	struct net net;
	struct exchange *exchanges;
	size_t count, cap;
	struct pending *first, **last;
	int64_t timer;
};

static struct replay *replay_of(struct net *net)
{
	union { struct net *net; struct replay *replay; } u = {.net = net};
	return u.replay;
}

/* A recorded body is a JSON value, or raw text where the body was neither object nor array. */
static bool replay_body_matches(const struct json *recorded, const char *body)
{
	if (!recorded)
		return true;
	if (json_is_string(recorded))
		return body && !strcmp(json_string(recorded), body);
	struct json *sent = NULL;
	if (!body || json_parse_text(body, &sent, NULL) != ST_OK)
		return false;
	bool same = json_equal(sent, recorded);
	json_free(sent);
	return same;
}

static struct exchange *replay_find(struct replay *replay, const struct pending *p, bool used)
{
	for (size_t i = 0; i < replay->count; i++) {
		struct exchange *x = &replay->exchanges[i];
		const char *method = json_get_string(x->request, "method");
		const char *path = json_get_string(x->request, "path");
		if (x->used == used && method && path && !strcmp(method, p->method) && !strcmp(path, p->path) &&
			replay_body_matches(json_get(x->request, "body"), p->body))
			return x;
	}
	return NULL;
}

static void replay_answer(struct replay *replay, struct pending *p)
{
	struct net_answer a = {.body = "", .date_ms = -1, .latency_ms = 1, .total_ms = 1};
	char *text = NULL;
	struct exchange *x = p->cancelled ? NULL : replay_find(replay, p, false);
	if (p->cancelled) {
		err_set(&a.err, ST_CANCELLED, N_("stopped"));
	} else if (!x) {
		err_set(&a.err, ST_LATER, N_("no recorded answer for {1} {2}"), p->method, p->path);
	} else {
		int64_t status = 0;
		x->used = true;
		json_get_int(x->response, "status", &status);
		const struct json *body = json_get(x->response, "body");
		text = json_is_string(body) ? mem_strdup(json_string(body)) : body ? json_print(body, NULL) : mem_strdup("");
		a.status = (int)status;
		a.body = text;
		a.len = strlen(text);
		a.bytes_sent = strlen(p->path) + (p->body ? strlen(p->body) : 0);
		a.bytes_received = a.len;
		if (!a.status)
			err_set(&a.err, ST_LATER, N_("the connection was cut: {1}"), "recorded");
	}
	p->done(p->ctx, p->id, &a);
	mem_free(text);
}

static void pending_free(struct pending *p)
{
	mem_free(p->method);
	mem_free(p->path);
	mem_free(p->body);
	mem_free(p);
}

static void replay_turn(void *ctx)
{
	struct replay *replay = ctx;
	replay->timer = 0;
	struct pending *p = replay->first;
	if (!p)
		return;
	replay->first = p->next;
	if (!replay->first)
		replay->last = &replay->first;
	else
		replay->timer = loop_after(replay->net.loop, 0, replay_turn, replay);
	replay_answer(replay, p);
	pending_free(p);
}

static uint64_t replay_send(struct net *net, const struct net_request *request, net_done_fn done, void *ctx)
{
	struct replay *replay = replay_of(net);
	struct pending *p = mem_calloc(1, sizeof *p);
	*p = (struct pending){.id = ++net->next_id, .done = done, .ctx = ctx, .method = mem_strdup(request->method), .path = mem_strdup(request->path),
		.body = request->body ? mem_strndup(request->body, request->body_len) : NULL};
	*replay->last = p;
	replay->last = &p->next;
	if (!replay->timer)
		replay->timer = loop_after(net->loop, 0, replay_turn, replay);
	return p->id;
}

static void replay_cancel(struct net *net, uint64_t id)
{
	for (struct pending *p = replay_of(net)->first; p; p = p->next)
		if (p->id == id)
			p->cancelled = true;
}

static void forgotten(void *ctx, uint64_t id, const struct net_answer *answer)
{
	(void)ctx;
	(void)id;
	(void)answer;
}

static void replay_forget(struct net *net, uint64_t id)
{
	for (struct pending *p = replay_of(net)->first; p; p = p->next)
		if (p->id == id) {
			p->cancelled = true;
			p->done = forgotten;
		}
}

static void replay_free(struct net *net)
{
	struct replay *replay = replay_of(net);
	while (replay->first) {
		struct pending *p = replay->first;
		replay->first = p->next;
		if (p->cancelled)
			replay_answer(replay, p);
		pending_free(p);
	}
	if (replay->timer)
		loop_cancel(net->loop, replay->timer);
	for (size_t i = 0; i < replay->count; i++) {
		json_free(replay->exchanges[i].request);
		json_free(replay->exchanges[i].response);
	}
	mem_free(replay->exchanges);
	mem_free(replay);
}

static const struct net_backend replay_backend = {replay_free, replay_send, replay_cancel, replay_forget};

enum status net_replay_add(struct net *net, const char *exchanges, size_t len, struct err *err)
{
	struct replay *replay = replay_of(net);
	struct json *doc = NULL;
	if (net->backend != &replay_backend)
		return err_set(err, ST_INVALID, N_("answers can only be added where there is no network"));
	enum status st = json_parse(exchanges, len, &doc, err);
	if (st != ST_OK) {
		err_wrap(err, N_("the recorded answers cannot be read"));
		return st;
	}
	struct json *list = json_is_array(doc) ? doc : json_get(doc, "exchanges");
	if (!json_is_array(list)) {
		json_free(doc);
		return err_set(err, ST_INVALID, N_("recorded answers need a list \"exchanges\""));
	}
	for (struct json *x = json_first(list); x; x = json_next(x)) {
		void *array = replay->exchanges;
		mem_grow(&array, &replay->cap, replay->count + 1, sizeof *replay->exchanges);
		replay->exchanges = array;
		replay->exchanges[replay->count++] = (struct exchange){json_copy(json_get(x, "request")), json_copy(json_get(x, "response")), false};
	}
	json_free(doc);
	return ST_OK;
}

enum status net_new_replay(struct loop *loop, const char *exchanges, size_t len, struct net **out, struct err *err)
{
	struct replay *replay = mem_calloc(1, sizeof *replay);
	replay->net = (struct net){.backend = &replay_backend, .loop = loop};
	replay->last = &replay->first;
	enum status st = len ? net_replay_add(&replay->net, exchanges, len, err) : ST_OK;
	if (st != ST_OK) {
		replay_free(&replay->net);
		return st;
	}
	*out = &replay->net;
	return ST_OK;
}
