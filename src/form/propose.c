/* Names that there are none of, and what may have been meant. */
#include <string.h>

#include "form/internal.h"

static size_t edit_distance(const char *a, const char *b)
{
	enum { MAX = 48 };
	size_t la = strlen(a);
	size_t lb = strlen(b);
	size_t row[MAX + 1];
	if (la > MAX || lb > MAX)
		return MAX;
	for (size_t j = 0; j <= lb; j++)
		row[j] = j;
	for (size_t i = 1; i <= la; i++) {
		size_t corner = row[0];
		row[0] = i;
		for (size_t j = 1; j <= lb; j++) {
			size_t change = corner + ((a[i - 1] | 0x20) != (b[j - 1] | 0x20));
			corner = row[j];
			size_t least = row[j] + 1 < row[j - 1] + 1 ? row[j] + 1 : row[j - 1] + 1;
			row[j] = change < least ? change : least;
		}
	}
	return row[lb];
}

const char *expr_nearest(const char *wrong, const char *const *names, size_t count)
{
	const char *best = NULL;
	size_t least = strlen(wrong) / 3 + 2;
	for (size_t i = 0; i < count; i++) {
		size_t d = edit_distance(wrong, names[i]);
		if (d < least && strcmp(wrong, names[i]) != 0) {
			least = d;
			best = names[i];
		}
	}
	return best;
}

/* ---- unknown names, when the types are known ---- */

#define NESTED_DEPTH 2

static void collect_names(const struct model_type *type, const char **names, size_t *count, size_t max, int depth)
{
	for (int i = 0; i < model_field_count(type) && *count < max; i++) {
		const struct model_field *f = model_field_at(type, i);
		names[(*count)++] = f->name;
		if (f->object && depth < NESTED_DEPTH)
			collect_names(f->object, names, count, max, depth + 1);
	}
}

void form_unknown_name(const struct model_type *type, bool nested, const char *name, int offset, struct expr_error *error)
{
	enum { MAX = 2000 };
	const char **names = mem_calloc(MAX, sizeof *names);
	size_t count = 0;
	if (type)
		collect_names(type, names, &count, MAX, nested ? 0 : NESTED_DEPTH);
	const char *near = expr_nearest(name, names, count);
	error->offset = offset;
	error->code = "unknown_name";
	if (near)
		message_set(&error->message, N_("there is no field \"{1}\"; did you mean \"{2}\"?"), name, near);
	else
		message_set(&error->message, N_("there is no field \"{1}\""), name);
	mem_free(names);
}
