/* `outpost status`: the state of the profile as one document (product.md). */
#ifndef OUTPOST_APP_OVERVIEW_H
#define OUTPOST_APP_OVERVIEW_H

#include "app/session.h"

char *overview_json(struct session *session);        /* counts as session_status, the last run as `outpost sync --json`; new string */

#endif
