/* Private to trainer: who asks. trainer_answer() is in trainer.h. */
#ifndef OUTPOST_TRAINER_SERVE_H
#define OUTPOST_TRAINER_SERVE_H

#include "trainer/internal.h"

const struct user *serve_login(const struct trainer *t, const char *authorization); /* NULL: refused */

#endif
