/* The line between a client and the server: requests take time, overtake each other, get lost, are cut, come twice. */
#include <string.h>

#include "sim/sim.h"


struct call {
	struct sim *sim;
	struct client *client;
	uint64_t id;
	char *method, *path, *body;
	net_done_fn done;
	void *done_ctx;
	bool cancelled, over;
	enum fault fault;
	int64_t began, timer;
	struct server_reply reply;
	struct call *next;
};

static const char *const fault_names[FAULT_COUNT] = { "", "lost", "answer lost", "came twice", "answer cut", "503 before", "503 after", "500 before", "500 after",
	"portal page", "slow" };

static void free_call(struct call *call)
{
	struct call **at = &call->sim->calls;

	while (*at != NULL && *at != call)
		at = &(*at)->next;
	if (*at != NULL)
		*at = call->next;
	if (call->timer != 0)
		loop_cancel(call->sim->loop, call->timer);
	mem_free(call->method);
	mem_free(call->path);
	mem_free(call->body);
	mem_free(call->reply.body);
	mem_free(call);
}

/* ---- what became of pushes ---- */

static bool is_push(const struct call *call)
{
	return strstr(call->path, "/push") != NULL || strstr(call->path, "/postUpdate/") != NULL;
}

static int find_unknown(const struct client *client, const char *uuid)
{
	for (int i = 0; i < client->unknown_count; i++)
		if (strcmp(client->unknown[i], uuid) == 0)
			return i;
	return -1;
}

/* The uuids of a request's body, one after another: of a list of records, of one record, or a list of uuids. */
static void each_uuid(const struct call *call, void (*visit)(struct client *client, const char *uuid))
{
	struct json *body = NULL;

	if (call->body == NULL || json_parse_text(call->body, &body, NULL) != ST_OK)
		return;
	if (json_is_object(body) && json_get_string(body, "uuid") != NULL)
		visit(call->client, json_get_string(body, "uuid"));
	for (const struct json *v = json_is_array(body) ? json_first(body) : NULL; v != NULL; v = json_next(v)) {
		const char *uuid = json_is_object(v) ? json_get_string(v, "uuid") : json_string(v);

		if (uuid != NULL)
			visit(call->client, uuid);
	}
	json_free(body);
}

static void check_known(struct client *client, const char *uuid)
{
	if (find_unknown(client, uuid) >= 0)
		sim_fail(client->sim, "client %d pushes %s again and has not asked what became of the push before", client->number, uuid);
}

static void remember_unknown(struct client *client, const char *uuid)
{
	if (find_unknown(client, uuid) < 0 && client->unknown_count < SIM_UNKNOWN_MAX)
		(void)snprintf(client->unknown[client->unknown_count++], UUID_SIZE, "%s", uuid);
}

static void forget_unknown(struct client *client, const char *uuid)
{
	int i = find_unknown(client, uuid);

	if (i >= 0)
		memmove(client->unknown[i], client->unknown[--client->unknown_count], UUID_SIZE);
}

static void hand_over(struct call *call, int status, const char *body)
{
	struct net_answer answer = { .status = status, .body = body != NULL ? body : "", .date_ms = -1 };

	answer.len = strlen(answer.body);
	answer.total_ms = clock_mono(&call->sim->clock) - call->began;
	answer.latency_ms = answer.total_ms;
	answer.bytes_sent = strlen(call->path) + (call->body != NULL ? strlen(call->body) : 0);
	answer.bytes_received = answer.len;
	if (call->cancelled)
		(void)err_set(&answer.err, ST_CANCELLED, "cancelled");
	else if (status == 0)
		(void)err_set(&answer.err, ST_LATER, "the line broke");
	if (!call->over && is_push(call) && (status == 0 || status == 503))
		each_uuid(call, remember_unknown);
	if (!call->over && status == 200 && strstr(call->path, "/query") != NULL && call->fault != FAULT_CUT && call->fault != FAULT_PORTAL)
		each_uuid(call, forget_unknown);
	if (!call->over)
		call->done(call->done_ctx, call->id, &answer);
	call->over = true;
}

static void deliver(void *ctx)
{
	struct call *call = ctx;
	int status = call->reply.status;
	size_t len = call->reply.body != NULL ? strlen(call->reply.body) : 0;

	call->timer = 0;
	switch (call->fault) {
	case FAULT_LOST:
	case FAULT_ANSWER_LOST:
		hand_over(call, 0, "");
		break;
	case FAULT_CUT:
		if (len > 0)
			call->reply.body[rand_below(&call->client->rand, len)] = '\0';
		hand_over(call, status, call->reply.body);
		break;
	case FAULT_UNAVAILABLE:
	case FAULT_UNAVAILABLE_AFTER:
		hand_over(call, 503, "<html>Service Unavailable</html>");
		break;
	case FAULT_ERROR:
	case FAULT_ERROR_AFTER:
		hand_over(call, 500, "\"java.lang.IllegalStateException: something broke\\n\\tat somewhere\"");
		break;
	case FAULT_PORTAL:
		hand_over(call, 200, "<!DOCTYPE html><html>Please pay for your connection</html>");
		break;
	case FAULT_NONE:
	case FAULT_TWICE:
	case FAULT_SLOW:
	case FAULT_COUNT:
		hand_over(call, status, call->reply.body);
		break;
	}
	free_call(call);
}

/* The request reaches the server once more than it was sent: a proxy tried again. */
static void arrive_again(void *ctx)
{
	struct call *call = ctx;

	server_handle(call->sim->server, call->client->number, call->method, call->path, call->body, &call->reply);
	call->timer = 0;
	free_call(call);
}

static void arrive(void *ctx)
{
	struct call *call = ctx;
	struct rand *rand = &call->client->rand;
	bool handled = call->fault != FAULT_LOST && call->fault != FAULT_UNAVAILABLE && call->fault != FAULT_ERROR && call->fault != FAULT_PORTAL;

	call->timer = 0;
	if (handled) {
		server_handle(call->sim->server, call->client->number, call->method, call->path, call->body, &call->reply);
		call->sim->requests++;
	}
	sim_tell(call->sim, "    client %d %s %s -> %d%s%s", call->client->number, call->method, call->path, call->reply.status,
		call->fault != FAULT_NONE ? ", " : "", fault_names[call->fault]);
	if (call->fault == FAULT_TWICE) {
		struct call *again = mem_calloc(1, sizeof *again);

		*again = *call;
		again->method = mem_strdup(call->method);
		again->path = mem_strdup(call->path);
		again->body = mem_strdup(call->body);
		again->reply = (struct server_reply){ 0 };
		again->over = true;
		again->next = call->sim->calls;
		call->sim->calls = again;
		again->timer = loop_after(call->sim->loop, (int64_t)rand_below(rand, 3000), arrive_again, again);
	}
	call->timer = loop_after(call->sim->loop, call->fault == FAULT_SLOW ? 20000 + (int64_t)rand_below(rand, 40000) : 10 + (int64_t)rand_below(rand, 400), deliver, call);
}

static uint64_t send_call(void *ctx, const struct net_request *request, net_done_fn done, void *done_ctx)
{
	struct client *client = ctx;
	struct call *call = mem_calloc(1, sizeof *call);

	call->sim = client->sim;
	call->client = client;
	call->id = ++client->sim->last_call;
	call->method = mem_strdup(request->method);
	call->path = mem_strdup(request->path);
	call->body = request->body != NULL ? mem_strndup(request->body, request->body_len) : NULL;
	call->done = done;
	call->done_ctx = done_ctx;
	call->began = clock_mono(&client->sim->clock);
	call->next = client->sim->calls;
	client->sim->calls = call;
	client->sent++;
	if (is_push(call))
		each_uuid(call, check_known);
	if (client->faults > 0 && rand_below(&client->rand, 100) < (uint64_t)client->faults)
		call->fault = (enum fault)(1 + rand_below(&client->rand, FAULT_COUNT - 1));
	call->timer = loop_after(client->sim->loop, 10 + (int64_t)rand_below(&client->rand, 400), arrive, call);
	return call->id;
}

static void tell_cancelled(void *ctx)
{
	struct call *call = ctx;

	call->timer = 0;
	hand_over(call, 0, "");
	/* What is on its way already may still arrive. */
	if (call->reply.body == NULL && call->fault != FAULT_LOST)
		call->timer = loop_after(call->sim->loop, 200, arrive_again, call);
	else
		free_call(call);
}

static void cancel_call(void *ctx, uint64_t id)
{
	struct client *client = ctx;

	for (struct call *call = client->sim->calls; call != NULL; call = call->next)
		if (call->id == id && !call->over && !call->cancelled) {
			call->cancelled = true;
			if (is_push(call))
				each_uuid(call, remember_unknown);
			if (call->timer != 0)
				loop_cancel(client->sim->loop, call->timer);
			call->timer = loop_after(client->sim->loop, 0, tell_cancelled, call);
			return;
		}
}

struct sync_transport line_of(struct client *client)
{
	return (struct sync_transport){ .send = send_call, .cancel = cancel_call, .ctx = client };
}

void line_free(struct sim *sim)
{
	while (sim->calls != NULL) {
		struct call *call = sim->calls;
		struct net_answer answer = { .body = "", .date_ms = -1, .err = { .status = ST_CANCELLED } };

		if (!call->over)
			call->done(call->done_ctx, call->id, &answer);
		call->over = true;
		free_call(call);
	}
}
