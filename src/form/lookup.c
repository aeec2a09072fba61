/* The entries of a form by name and path: what ${name} means before there is a document (forms.md "The language"). */
#include <string.h>

#include "form/internal.h"

bool form_holds_object(const struct form_entry *e)
{
	return e->type == FORM_REPEAT || (e->type == FORM_GROUP && e->data);
}

const struct form_entry *form_holder(const struct form_entry *e)
{
	const struct form_entry *p = e->parent;
	while (p->parent && !form_holds_object(p))
		p = p->parent;
	return p;
}

const struct form_entry *form_repeat_of(const struct form_entry *e)
{
	for (e = e->parent; e; e = e->parent)
		if (e->type == FORM_REPEAT)
			return e;
	return NULL;
}

static bool is_layout(const struct form_entry *e)
{
	return e->type == FORM_GROUP && !e->data;
}

/* A field of this name in the object of `holder`; deep: also in objects further in. */
static const struct form_entry *find_in(const struct form_entry *holder, const char *name, bool deep)
{
	for (size_t i = 0; i < holder->child_count; i++) {
		const struct form_entry *e = holder->children[i];
		if (!is_layout(e) && !strcmp(e->name, name))
			return e;
		if (is_layout(e)) {
			const struct form_entry *found = find_in(e, name, false);
			if (found)
				return found;
		}
	}
	for (size_t i = 0; deep && i < holder->child_count; i++) {
		const struct form_entry *found = find_in(holder->children[i], name, true);
		if (found)
			return found;
	}
	return NULL;
}

const struct form_entry *form_lookup_inside(const struct form_entry *holder, const char *name)
{
	return find_in(holder, name, false);
}

const struct form_entry *form_lookup(const struct form_entry *from, const char *name)
{
	const struct form_entry *found = NULL;
	const struct form_entry *holder = from->parent ? form_holder(from) : from;
	for (const struct form_entry *h = holder; !found; h = form_holder(h)) {
		found = find_in(h, name, false);
		if (!h->parent)
			break;
	}
	for (const struct form_entry *h = holder; !found; h = form_holder(h)) {
		found = find_in(h, name, true);
		if (!h->parent)
			break;
	}
	return found;
}

bool form_way_to(const struct form_entry *from, bool item, const char *name, struct form_way *way)
{
	const struct form_entry *to = form_lookup(from, name);
	const struct form_entry *here = item || !from->parent ? from : form_holder(from);
	*way = (struct form_way){0};
	if (!to || !to->data)
		return false;
	/* objects around it, up to one that both stand in */
	for (;; here = form_holder(here), way->up++) {
		const struct form_entry *at = to;
		way->count = 0;
		do {
			way->keys[FORM_MAX_NESTING - way->count++] = (char *)(uintptr_t)at->data;
			at = form_holder(at);
		} while (at != here && at->parent && way->count <= FORM_MAX_NESTING);
		if (at == here || !here->parent)
			break;
	}
	memmove(way->keys, way->keys + FORM_MAX_NESTING + 1 - way->count, (size_t)way->count * sizeof *way->keys);
	return true;
}

/* The part of path that an entry's own ancestors take; NULL when it does not go through them. */
static const char *below(const char *path, const char *key)
{
	size_t n = strlen(key);
	if (strncmp(path, key, n) != 0)
		return NULL;
	return path[n] == '.' ? path + n + 1 : path[n] ? NULL : path + n;
}

const struct form_entry *form_below(const struct form_entry *holder, const char *path)
{
	for (size_t i = 0; i < holder->child_count; i++) {
		const struct form_entry *e = holder->children[i];
		const struct form_entry *found = NULL;
		if (is_layout(e)) {
			found = form_below(e, path);
		} else if (e->data) {
			const char *rest = below(path, e->data);
			if (rest && !*rest)
				return e;
			if (rest && form_holds_object(e))
				found = form_below(e, rest);
		}
		if (found)
			return found;
	}
	return NULL;
}

const struct form_entry *form_at_path(const struct form *form, const char *path)
{
	const char *rest = *form->path ? below(path, form->path) : path;
	return rest && *rest ? form_below(&form->top, rest) : NULL;
}
