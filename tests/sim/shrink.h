#ifndef TESTS_SIM_SHRINK_H
#define TESTS_SIM_SHRINK_H

#include "sim/sim.h"

/* Changes a history that fails into one that is as short as it can be and still fails (perhaps in another way). */
void shrink(struct history *history, struct model *model);

#endif
