/* What the server knows by heart: its time, its users with their rights, its places. setup.c fills it in. */
#include <string.h>

#include "trainer/internal.h"

/* Never goes back: dates order what happened. */
int64_t trainer_now(struct trainer *t)
{
	int64_t now = clock_now(&t->clock);
	if (now < t->last_ms)
		now = t->last_ms;
	t->last_ms = now;
	return now;
}

/* A real server needs tens of milliseconds for a change; here two would get the same date, and a client could not see the second. */
int64_t trainer_tick(struct trainer *t)
{
	int64_t now = trainer_now(t);
	if (now <= t->last_change_ms)
		now = t->last_change_ms + 1;
	t->last_change_ms = t->last_ms = now;
	return now;
}

bool word_in(const char *words, const char *word)
{
	size_t len = strlen(word);
	for (const char *p = words; (p = strstr(p, word)); p += len)
		if ((p == words || p[-1] == ' ') && (p[len] == ' ' || p[len] == '\0'))
			return true;
	return false;
}

bool user_can(const struct user *u, const char *right)
{
	return word_in(u->role->rights, right);
}

const struct user *user_by_uuid(const struct trainer *t, const char *uuid)
{
	for (size_t i = 0; i < t->user_count; i++)
		if (strcmp(t->users[i].fact->uuid, uuid) == 0)
			return &t->users[i];
	return NULL;
}

const struct user *user_by_name(const struct trainer *t, const char *name)
{
	for (size_t i = 0; i < t->user_count; i++)
		if (strcasecmp(t->users[i].fact->name, name) == 0)
			return &t->users[i];
	return NULL;
}

const struct place *place_by_uuid(const struct trainer *t, enum kind kind, const char *uuid)
{
	for (size_t i = 0; i < t->place_count; i++)
		if (t->places[i].kind == kind && strcmp(t->places[i].uuid, uuid) == 0)
			return &t->places[i];
	return NULL;
}
