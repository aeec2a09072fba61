/* The forms of an answer, and a body that is a list of uuids (protocol.md A.2, A.5). */
#include "trainer/request.h"
#include "trainer/wire.h"

void serve_text(struct trainer_answer *a, int status, const char *text)
{
	a->status = status;
	a->type = JSON_TYPE;
	buf_clear(&a->body);
	buf_printf(&a->body, "\"%s\"", text);
}

void serve_web_error(struct trainer_answer *a, const char *text)
{
	serve_text(a, 500, text);
	a->type = NULL;
}

void serve_json(struct trainer_answer *a, int status, const struct json *v)
{
	size_t len;
	char *text = json_print(v, &len);
	a->status = status;
	a->type = JSON_TYPE;
	buf_clear(&a->body);
	buf_add(&a->body, text, len);
	mem_free(text);
}

bool serve_body_list(struct trainer *t, const struct request *q, struct trainer_answer *a, struct json **list)
{
	struct buf message;
	(void)t;
	buf_init(&message, 0);
	bool fine = wire_parse(q->ask->body ? q->ask->body : "", q->ask->body_len, list, &message);
	if (fine && *list && !json_is_array(*list)) {
		buf_add_text(&message, "Cannot deserialize value of type `java.util.ArrayList<java.lang.String>` from another value");
		json_free(*list);
		*list = NULL;
		fine = false;
	}
	for (const struct json *c = fine ? json_first(*list) : NULL; c && fine; c = json_next(c)) {
		if (json_is_object(c) || json_is_array(c)) {
			buf_add_text(&message, "Cannot deserialize value of type `java.lang.String` from Object value (token `JsonToken.START_OBJECT`)");
			fine = false;
		}
	}
	if (!fine) {
		json_free(*list);
		*list = NULL;
		a->status = 400;
		a->type = "text/plain";
		buf_add(&a->body, buf_text(&message), message.len);
	}
	buf_done(&message);
	return fine;
}
