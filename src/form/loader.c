/* Where everything of a form file stands, and the complaints about it: line and column. */
#include <stdlib.h>
#include <string.h>

#include "form/loader.h"

static bool note_place(void *ctx, const struct json_event *ev)
{
	struct loader *l = ctx;
	int d = ev->depth;
	if (ev->end) {
		mem_free(l->level_path[d]);
		l->level_path[d] = NULL;
		return true;
	}
	char *path;
	if (!d)
		path = mem_strdup("");
	else if (ev->key.at)
		path = mem_printf("%s/%.*s", l->level_path[d - 1], (int)ev->key.len, ev->key.at);
	else
		path = mem_printf("%s/%zu", l->level_path[d - 1], l->level_next[d - 1]++);
	void *array = l->places;
	mem_grow(&array, &l->place_cap, l->place_count + 1, sizeof *l->places);
	l->places = array;
	l->places[l->place_count++] = (struct place){path, (size_t)(ev->raw.at - l->text)};
	if (ev->type == JSON_OBJECT || ev->type == JSON_ARRAY) {
		l->level_path[d] = mem_strdup(path);
		l->level_next[d] = 0;
	}
	return true;
}

static int by_path(const void *a, const void *b)
{
	const struct place *x = a;
	const struct place *y = b;
	return strcmp(x->path, y->path);
}

enum status load_note_places(struct loader *l, struct err *err)
{
	enum status st = json_scan(l->text, l->len, note_place, l, err);
	if (l->place_count)
		qsort(l->places, l->place_count, sizeof *l->places, by_path);
	return st;
}

size_t load_place_of(const struct loader *l, const char *path)
{
	struct place wanted = {.path = (char *)(uintptr_t)path};
	const struct place *found = l->place_count ? bsearch(&wanted, l->places, l->place_count, sizeof *l->places, by_path) : NULL;
	return found ? found->offset : 0;
}

#define PROBLEMS_MAX 500 /* more help nobody */

void load_complain(struct loader *l, size_t offset, enum form_severity severity, const char *code, const struct message *message)
{
	int line, column;
	l->failed |= severity == FORM_ERROR;
	if (l->problem_count == PROBLEMS_MAX)
		return;
	text_place(l->text, offset, &line, &column);
	for (size_t i = 0; i < l->problem_count; i++)
		if (l->problems[i].line == line && l->problems[i].column == column && l->problems[i].message.id == message->id)
			return; /* said: a list is checked for each field that uses it */
	void *array = l->problems;
	mem_grow(&array, &l->problem_cap, l->problem_count + 1, sizeof *l->problems);
	l->problems = array;
	struct form_problem *p = &l->problems[l->problem_count++];
	*p = (struct form_problem){.line = line, .column = column, .severity = severity, .code = code, .message = *message};
}

void load_wrong_args(struct loader *l, const char *path, enum form_severity severity, const char *code, const char *const *id_and_args)
{
	struct message message;
	message_set_args(&message, NULL, id_and_args);
	/* what is not there is missed where it should stand */
	char *place = mem_strdup(path);
	char *slash;
	while (!load_place_of(l, place) && (slash = strrchr(place, '/')) != NULL)
		*slash = '\0';
	load_complain(l, load_place_of(l, place), severity, code, &message);
	mem_free(place);
}

char *load_entry_place(const struct form_entry *e)
{
	if (!e->parent)
		return mem_strdup("");
	char *above = load_entry_place(e->parent);
	size_t n = 0;
	while (e->parent->children[n] != e)
		n++;
	char *place = !e->parent->parent && e->parent->name && !strcmp(e->parent->name, "person") && !e->parent->label.id ? mem_printf("/person/children/%zu", n) :
		mem_printf("%s/children/%zu", above, n);
	mem_free(above);
	return place;
}

static int32_t hex_at(const char *p)
{
	return (int32_t)strtol((char[]){p[0], p[1], p[2], p[3], '\0'}, NULL, 16);
}

/* An offset in a decoded string, as an offset in the file: escapes are longer there. */
size_t load_raw_offset(const struct loader *l, size_t string_at, int decoded)
{
	const char *p = l->text + string_at + 1;
	const char *end = l->text + l->len;
	for (int i = 0; i < decoded && p < end && *p != '"';) {
		if (*p != '\\') {
			p++;
			i++;
		} else if (p[1] == 'u') {
			int32_t code = hex_at(p + 2);
			bool pair = code >= 0xd800 && code < 0xdc00; /* two escapes, one character of four bytes */
			char bytes[4];
			i += pair ? 4 : (int)text_put(code, bytes);
			p += pair ? 12 : 6;
		} else {
			p += 2;
			i++;
		}
	}
	return (size_t)(p - l->text);
}
