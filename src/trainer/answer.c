/* What is answered: the trainer's word, a fault's, or a collision's; packed, and spoiled where a fault wants it. */
#include <stdio.h>
#include <string.h>

#include "trainer/exchange.h"
#include "trainer/pack.h"
#include "trainer/serve.h"

#define COMPRESS_FROM 150        /* bytes */

static void compress_answer(struct exchange *x)
{
	struct buf *body = &x->answer.body;
	size_t len;
	if (!x->gzip || x->http->t->options.no_gzip || body->len < COMPRESS_FROM || !x->answer.type || !strstr(x->answer.type, "json"))
		return;
	char *packed = pack_gzip(body->data, body->len, &len);
	if (!packed)
		return;
	buf_clear(body);
	buf_add(body, packed, len);
	mem_free(packed);
	x->compressed = true;
}

static void spoil(struct exchange *x)
{
	static const char garbage[] = "{\"uuid\":\"\xFF\xFE\",[nul";
	struct trainer_answer *a = &x->answer;
	x->stall_at = SIZE_MAX;
	if (!x->fault)
		return;
	if (x->fault->kind == FAULT_GARBAGE) {
		buf_clear(&a->body);
		buf_add(&a->body, garbage, sizeof garbage - 1);
	}
	x->cut = x->fault->kind == FAULT_CUT;
	if (x->fault->kind == FAULT_STALL)
		x->stall_at = a->body.len / 2;
}

static void ask_trainer(struct exchange *x)
{
	struct trainer_ask ask = {.method = x->method, .path = x->path, .query = x->query, .authorization = x->authorization,
		.content_type = x->type,
		.accept = x->accept, .mobile_sync = x->mobile_sync, .body = buf_text(&x->body), .body_len = x->body.len};
	trainer_answer(x->http->t, &ask, &x->answer);
	x->answered = true;
}

void exchange_refuse(struct exchange *x, int status)
{
	x->answered = true;
	memset(&x->answer, 0, sizeof x->answer);
	buf_init(&x->answer.body, 0);
	x->answer.status = status;
	x->answer.type = "text/html";
	x->answer.challenge = status == 401;
	buf_printf(&x->answer.body, "<html><body><h1>%d</h1><p>A fault on demand.</p></body></html>", status);
}

void exchange_answer(struct exchange *x, bool collided)
{
	struct trainer *t = x->http->t;
	const struct user *user = t->fault_count ? serve_login(t, x->authorization) : NULL;
	x->fault = t->fault_count ? fault_find(t->faults, t->fault_count, x->method, x->path, user ? user->fact->name : NULL) : NULL;
	enum fault_kind kind = x->fault ? x->fault->kind : FAULT_NONE;
	if (kind == FAULT_DROP) {
		x->close_only = true;
		return;
	}
	if (kind == FAULT_STATUS) {
		exchange_refuse(x, x->fault->status);
		x->stall_at = SIZE_MAX;
		return;
	}
	if (collided) {
		t->collisions++;
		memset(&x->answer, 0, sizeof x->answer);
		buf_init(&x->answer.body, 0);
		x->answer.status = 500;
		x->answer.type = "application/json;charset=UTF-8";
		buf_add_text(&x->answer.body, "[{\"statusCode\":500,\"body\":");
		json_write_string(&x->answer.body, CRASH_TEXT);
		buf_add_text(&x->answer.body, "}]");
		x->answered = true;
	} else
		ask_trainer(x);
	if (kind == FAULT_DOUBLE) {
		trainer_answer_done(&x->answer);
		ask_trainer(x);
	}
	x->close_only = kind == FAULT_LOST;
	compress_answer(x);
	spoil(x);
}

bool exchange_single_uuid(const struct exchange *x, char uuid[STORE_UUID])
{
	struct json *list = NULL;
	bool found = false;
	if (json_parse(buf_text(&x->body), x->body.len, &list, NULL) == ST_OK && json_is_array(list) && json_count(list) == 1) {
		const char *text = json_get_string(json_first(list), "uuid");
		found = text && strlen(text) < STORE_UUID;
		if (found)
			snprintf(uuid, STORE_UUID, "%s", text);
	}
	json_free(list);
	return found;
}
