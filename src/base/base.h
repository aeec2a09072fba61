/* base: memory, text, errors, log, clock, date, translation, random, paths. The ground floor: it includes nothing of ours. */
#ifndef OUTPOST_BASE_H
#define OUTPOST_BASE_H

#include "base/buf.h"
#include "base/clock.h"
#include "base/date.h"
#include "base/embed.h"
#include "base/err.h"
#include "base/i18n.h"
#include "base/log.h"
#include "base/mem.h"
#include "base/path.h"
#include "base/rand.h"
#include "base/text.h"

#endif
