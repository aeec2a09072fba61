/* Faults on demand: which request is answered how badly. */
#include <stdlib.h>
#include <string.h>

#include "json/json.h"
#include "trainer/fault.h"

#define STALL_MS 60000

static bool read_kind(const char *word, struct fault *f)
{
	static const struct { const char *word; enum fault_kind kind; } words[] = {{"cut", FAULT_CUT}, {"garbage", FAULT_GARBAGE}, {"delay",
		FAULT_DELAY},
		{"drop", FAULT_DROP}, {"lost", FAULT_LOST}, {"double", FAULT_DOUBLE}, {"stall", FAULT_STALL}, {"huge", FAULT_HUGE}};
	for (size_t i = 0; word && i < sizeof words / sizeof words[0]; i++)
		if (strcmp(words[i].word, word) == 0)
			f->kind = words[i].kind;
	if (word && strlen(word) == 3 && strspn(word, "0123456789") == 3 && strtol(word, NULL, 10) >= 400 && strtol(word, NULL, 10) <= 599) {
		f->kind = FAULT_STATUS;
		f->status = (int)strtol(word, NULL, 10);
	}
	return f->kind != FAULT_NONE;
}

enum status fault_parse(const char *text, size_t len, struct fault **out, size_t *count, struct err *err)
{
	struct json *list;
	if (json_parse(text, len, &list, err) != ST_OK)
		return err_wrap(err, N_("The faults file is not JSON."));
	size_t n = 0;
	struct fault *faults = mem_calloc(json_count(list) + 1, sizeof *faults);
	enum status st = ST_OK;
	if (!json_is_array(list))
		st = err_set(err, ST_INVALID, N_("The faults file must be a list of rules."));
	for (const struct json *c = st == ST_OK ? json_first(list) : NULL; c && st == ST_OK; c = json_next(c), n++) {
		struct fault *f = &faults[n];
		const char *word = json_get_string(c, "do");
		f->match = mem_strdup(json_get_string(c, "match") ? json_get_string(c, "match") : "*");
		f->user = mem_strdup(json_get_string(c, "user"));
		f->nth = f->count = 1;
		json_get_int(c, "nth", &f->nth);
		json_get_int(c, "count", &f->count);
		if (!read_kind(word, f))
			st = err_set(err, ST_INVALID, N_("A rule of the faults file does something unknown: {1}"), word ? word : "");
		f->ms = f->kind == FAULT_STALL ? STALL_MS : 0;
		json_get_int(c, "ms", &f->ms);
		if (st == ST_OK && (f->ms < 0 || f->nth < 1 || f->count < 0))
			st = err_set(err, ST_INVALID, N_("A rule of the faults file has a number below zero."));
	}
	json_free(list);
	if (st != ST_OK) {
		fault_free(faults, n);
		return st;
	}
	*out = faults;
	*count = n;
	return ST_OK;
}

void fault_free(struct fault *faults, size_t count)
{
	for (size_t i = 0; i < count; i++) {
		mem_free(faults[i].match);
		mem_free(faults[i].user);
	}
	mem_free(faults);
}

static bool matches(const struct fault *f, const char *method, const char *path, const char *user)
{
	if (f->user && (!user || strcasecmp(f->user, user) != 0))
		return false;
	if (strcmp(f->match, "*") == 0)
		return true;
	size_t len = strlen(method);
	return strncmp(f->match, method, len) == 0 && f->match[len] == ' ' && text_starts(path, f->match + len + 1);
}

const struct fault *fault_find(struct fault *faults, size_t count, const char *method, const char *path, const char *user)
{
	const struct fault *found = NULL;
	for (size_t i = 0; i < count; i++) {
		struct fault *f = &faults[i];
		if (!matches(f, method, path, user))
			continue;
		f->seen++;
		if (!found && f->seen >= f->nth && (f->count == 0 || f->seen < f->nth + f->count))
			found = f;
	}
	return found;
}
