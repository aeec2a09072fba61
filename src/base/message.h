/* Private to base: a message's arguments put into a template (the id, or its translation). */
#ifndef OUTPOST_BASE_MESSAGE_H
#define OUTPOST_BASE_MESSAGE_H

#include "base/err.h"

size_t message_fill(const struct message *msg, const char *template, char *out, size_t size);

#endif
