/* The places that are none or any other: their uuids are the same on every server (protocol.md B.1). Private to app/. */
#ifndef OUTPOST_APP_PLACE_H
#define OUTPOST_APP_PLACE_H

#include "model/model.h"

struct place { enum kind kind; const char *uuid, *name, *text; };   /* name: as the server has it; text: a message id */
const struct place *place_at(size_t index);                         /* NULL after the last */

#endif
