/* Makes a failing history as short as it can be while it still fails: fewer operations, fewer faults, no deaths, no delays. */
#include <string.h>

#include "sim/shrink.h"

static bool fails(const struct history *history, struct model *model, int *tries)
{
	char failure[400];

	if (*tries <= 0)
		return false;
	--*tries;
	return !sim_run(history, model, NULL, failure, NULL);
}

static bool drop_ops(struct history *history, struct model *model, int *tries)
{
	bool shorter = false;

	for (size_t chunk = history->count / 2; chunk > 0; chunk /= 2)
		for (size_t at = 0; at + chunk <= history->count;) {
			struct history less = *history;
			int64_t delay = 0;

			for (size_t i = at; i < at + chunk; i++)
				delay += history->ops[i].delay_ms;
			memmove(&less.ops[at], &less.ops[at + chunk], (less.count - at - chunk) * sizeof less.ops[0]);
			less.count -= chunk;
			if (at < less.count)
				less.ops[at].delay_ms += delay;
			if (fails(&less, model, tries)) {
				*history = less;
				shorter = true;
			} else {
				at++;
			}
		}
	return shorter;
}

static bool calm_ops(struct history *history, struct model *model, int *tries)
{
	bool calmer = false;

	for (size_t i = 0; i < history->count; i++)
		for (int what = 0; what < 3; what++) {
			struct history less = *history;

			if (what == 0)
				less.ops[i].faults = 0;
			else if (what == 1)
				less.ops[i].stop_at = 0;
			else
				less.ops[i].delay_ms = 0;
			if (memcmp(&less.ops[i], &history->ops[i], sizeof less.ops[i]) != 0 && fails(&less, model, tries)) {
				*history = less;
				calmer = true;
			}
		}
	return calmer;
}

void shrink(struct history *history, struct model *model)
{
	int tries = 2000;

	bool better = true;

	while (better && tries > 0) {
		better = drop_ops(history, model, &tries);
		better = calm_ops(history, model, &tries) || better;
	}
}
