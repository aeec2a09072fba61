/* Private to trainer: the rules of --faults (trainer.h). */
#ifndef OUTPOST_TRAINER_FAULT_H
#define OUTPOST_TRAINER_FAULT_H

#include "base/base.h"

enum fault_kind { FAULT_NONE, FAULT_STATUS, FAULT_CUT, FAULT_GARBAGE, FAULT_DELAY, FAULT_DROP, FAULT_LOST, FAULT_DOUBLE, FAULT_STALL,
	FAULT_HUGE };

struct fault {
	char *match, *user;
	int64_t nth, count, seen;
	enum fault_kind kind;
	int status;
	int64_t ms;
};

MUST_CHECK enum status fault_parse(const char *text, size_t len, struct fault **out, size_t *count, struct err *err);
void fault_free(struct fault *faults, size_t count);
/* The first rule for this request; NULL: none. Counts the request. */
const struct fault *fault_find(struct fault *faults, size_t count, const char *method, const char *path, const char *user);

#endif
