/* The scripted colleague: another account changes the same case (trainer.h). */
#include <string.h>

#include "trainer/handlers.h"
#include "trainer/push.h"
#include "trainer/record.h"
#include "trainer/wire.h"

static const struct user *colleague_of(const struct trainer *t, const struct user *user)
{
	const struct user *u = user_by_name(t, "SurvSup");
	return u == user ? user_by_name(t, "NatUser") : u;
}

static const char *next_constant(const struct trainer *t, const struct model_field *f, const char *value)
{
	const char *const *c = model_enum(t->model, f->enum_name);
	if (!c || !c[0])
		return NULL;
	for (size_t i = 0; c[i]; i++)
		if (value && strcmp(c[i], value) == 0)
			return c[i + 1] ? c[i + 1] : c[0];
	return c[0];
}

/* A step from n, and one more if that is what is stored. */
static struct json *other_int(int64_t n, int64_t step, const struct json *stored)
{
	int64_t had;
	n += step;
	return json_new_int(json_int(stored, &had) && had == n ? n + step : n);
}

/* Something plausible that is neither the value given nor the one stored; NULL: leave the field alone. */
static struct json *other_value(const struct trainer *t, const struct model_field *f, const struct json *given, const struct json *stored)
{
	static const char corrected[] = "Corrected after a call with the ward";
	int64_t n;
	double d, had;
	const char *text;
	switch (f->type) {
	case TYPE_ENUM:
		text = next_constant(t, f, json_string(given));
		if (text && json_string(stored) && strcmp(text, json_string(stored)) == 0)
			text = next_constant(t, f, text);
		return text ? json_new_string(text) : NULL;
	case TYPE_DATE:
		return json_int(given, &n) || json_int(stored, &n) ? other_int(n, -DATE_DAY_MS, stored) : NULL;
	case TYPE_INTEGER:
		return other_int(json_int(given, &n) ? n : 0, 1, stored);
	case TYPE_NUMBER:
		d = json_double(given, &d) ? d + 1 : 1;
		return json_new_double(json_double(stored, &had) && had == d ? d + 1 : d);
	case TYPE_BOOLEAN:
		return json_new_bool(!json_true(given));
	case TYPE_STRING:
		text = json_string(stored);
		return json_new_string(text && strcmp(text, corrected) == 0 ? "Corrected once more" : corrected);
	case TYPE_CUSTOMIZABLE_ENUM: case TYPE_REFERENCE: case TYPE_OBJECT: case TYPE_OBJECT_LIST: case TYPE_VALUE_LIST:
	case TYPE_MAP: case TYPE_ANY:
		return NULL;
	}
	return NULL;
}

/* Changes doc after the wish; what was entered is added to done. */
static void enter(struct trainer *t, const struct model_type *type, struct json *doc, const struct json *wish, bool exact,
	struct json *done)
{
	for (const struct json *c = json_first(wish); c; c = json_next(c)) {
		const struct model_field *f = model_field(type, json_key(c));
		struct json *below = json_get(doc, json_key(c));
		if (!f || f->role == ROLE_BOOKKEEPING)
			continue;
		if (f->type == TYPE_OBJECT && json_is_object(c) && below && f->object) {
			struct json *part = json_new_object();
			enter(t, f->object, below, c, exact, part);
			json_set(done, f->name, part);
			continue;
		}
		struct json *value = exact ? json_copy(c) : other_value(t, f, c, below);
		if (!value)
			continue;
		json_set(done, f->name, json_copy(value));
		json_set(doc, f->name, value);
	}
}

/* Pushes the colleague's edit. Returns what was entered; NULL: no such case, or refused (message in *text). */
static struct json *work(struct trainer *t, const struct user *user, const char *uuid, const struct json *wish, bool exact, char **text)
{
	struct record r;
	struct json *doc, *done;
	*text = NULL;
	if (!record_tree(t, KIND_CASES, uuid, &doc, &r) || r.deleted)
		return NULL;
	done = json_new_object();
	enter(t, model_of_kind(t->model, KIND_CASES), doc, wish, exact, done);
	struct buf message;
	buf_init(&message, 0);
	/* as anybody's push: read, then stored with all rules; a value that does not fit is refused */
	int status = wire_read(t->model, model_of_kind(t->model, KIND_CASES), doc, false, &message)
		? push_element(t, colleague_of(t, user), KIND_CASES, true, doc, text) : 400;
	if (status != 200) {
		if (!*text)
			*text = mem_strdup(buf_text(&message));
		json_free(done);
		done = NULL;
	}
	buf_done(&message);
	json_free(doc);
	return done;
}

static struct json *default_wish(void)
{
	struct json *wish = json_new_object(), *stay = json_new_object();
	json_set(stay, "description", json_new_string(""));
	json_set(wish, "hospitalization", stay);
	json_set(wish, "caseClassification", json_new_string("NOT_CLASSIFIED"));
	return wish;
}

static void remember(struct trainer *t, const char *uuid)
{
	char *all = mem_printf("%s%s|", t->colleague_done ? t->colleague_done : "|", uuid);
	mem_free(t->colleague_done);
	t->colleague_done = all;
}

static bool remembers(const struct trainer *t, const char *uuid)
{
	char key[STORE_UUID + 2];
	size_t len = strlen(uuid);
	if (!t->colleague_done || len >= STORE_UUID)
		return false;
	key[0] = '|';
	memcpy(key + 1, uuid, len);
	memcpy(key + 1 + len, "|", 2);
	return strstr(t->colleague_done, key) != NULL;
}

void colleague_watch(struct trainer *t, const struct user *user, const char *uuid)
{
	char *text = NULL;
	if (!t->options.colleague || remembers(t, uuid) || !store_has(t->store, KIND_CASES, uuid))
		return;
	remember(t, uuid);
	struct json *wish = default_wish(), *done = work(t, user, uuid, wish, false, &text);
	json_free(wish);
	json_free(done);
	mem_free(text);
}

void colleague_serve(struct trainer *t, const struct request *q, struct trainer_answer *a)
{
	struct json *body = NULL, *done = NULL, *wish, *own = NULL;
	struct buf message;
	char *text = NULL;
	buf_init(&message, 0);
	if (!wire_parse(q->ask->body ? q->ask->body : "", q->ask->body_len, &body, &message) || !json_get_string(body, "case")) {
		serve_text(a, 400, "Send {'case':UUID,'changes':{...}}.");
		goto out;
	}
	const char *uuid = json_get_string(body, "case");
	wish = json_get(body, "changes");
	if (!json_is_object(wish))
		wish = own = default_wish();
	done = work(t, q->user, uuid, wish, json_true(json_get(body, "exact")), &text);
	if (!done && !text) {
		a->status = 204;
		a->type = NULL;
		goto out;
	}
	if (!done) {
		serve_text(a, 409, text);
		goto out;
	}
	if (!remembers(t, uuid))
		remember(t, uuid);
	struct json *o = json_new_object();
	json_set(o, "case", json_new_string(uuid));
	json_set(o, "changes", done);
	serve_json(a, 200, o);
	json_free(o);
out:
	json_free(own);
	json_free(body);
	mem_free(text);
	buf_done(&message);
}
