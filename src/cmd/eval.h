/* The options that eval and form try have in common (product.md). */
#ifndef OUTPOST_CMD_EVAL_H
#define OUTPOST_CMD_EVAL_H

#include "app/tool.h"
#include "cmd/internal.h"

#define EVALUATE_OPTIONS { "--now", true }, { "--timezone", true }, { "--person", true }, { "--base", true }, { "--country", true }, { "--disease", true }, \
	{ "--features", true }, { "--rights", true }

struct evaluate { struct tool_env env; char *person, *base, *zone; };

/* 0 or the exit status after a message. */
int evaluate_init(struct cmd *cmd, struct evaluate *out);
void evaluate_done(struct evaluate *evaluate);

#endif
