#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "cmd/eval.h"

int evaluate_init(struct cmd *cmd, struct evaluate *out)
{
	const char *person = cmd_value(cmd, "--person"), *base = cmd_value(cmd, "--base");
	struct err err;

	memset(out, 0, sizeof(*out));
	if (person != NULL && cmd_read(person, &out->person, &out->env.person.len, &err) != ST_OK)
		return cmd_error(&err);
	if (base != NULL && cmd_read(base, &out->base, &out->env.base.len, &err) != ST_OK) {
		evaluate_done(out);
		return cmd_error(&err);
	}
	out->env.person.at = out->person;
	out->env.base.at = out->base;
	out->env.clock_ms = clock_now(&clock_system);
	out->env.now = cmd_value(cmd, "--now");
	out->env.zone = cmd_value(cmd, "--timezone");
	if (out->env.zone == NULL)
		out->env.zone = out->zone = cmd_profile_zone(cmd);
	out->env.country = cmd_value(cmd, "--country");
	out->env.disease = cmd_value(cmd, "--disease");
	out->env.features = cmd_value(cmd, "--features");
	out->env.rights = cmd_value(cmd, "--rights");
	return 0;
}

void evaluate_done(struct evaluate *evaluate)
{
	mem_free(evaluate->person);
	mem_free(evaluate->base);
	mem_free(evaluate->zone);
}

static const struct cmd_option eval_options[] = { { "--json", false }, { "--record", true }, { "--kind", true }, { "--at", true },
	EVALUATE_OPTIONS,
	{ NULL, false } };

static int eval_run(struct cmd *cmd)
{
	const char *file = cmd_value(cmd, "--record");
	struct tool_text record = { NULL, 0 };
	struct evaluate evaluate;
	char *owned = NULL, *text;
	bool usage = false;
	struct err err;
	int status;

	status = evaluate_init(cmd, &evaluate);
	if (status != 0)
		return status;
	if (file != NULL && cmd_read(file, &owned, &record.len, &err) != ST_OK) {
		status = cmd_error(&err);
		goto out;
	}
	record.at = owned;
	if (tool_eval(cmd->words[0], record, cmd_value(cmd, "--kind"), cmd_value(cmd, "--at"), &evaluate.env, cmd_flag(cmd, "--json"), &text,
		&usage, &err)
		!= ST_OK) {
		status = cmd_error(&err);
		if (usage)
			status = EXIT_USAGE;
	} else if (cmd_flag(cmd, "--json")) {
		status = cmd_print_document(text);
	} else {
		/* As string() gives it; only a terminal is shown signs for its control characters. */
		if (isatty(STDOUT_FILENO))
			cmd_print_line(stdout, text);
		else
			puts(text);
		mem_free(text);
		status = cmd_flush(EXIT_DONE);
	}
out:
	evaluate_done(&evaluate);
	mem_free(owned);
	return status;
}

const struct cmd_spec cmd_eval_spec = { "eval", "EXPR [--record FILE.json [--kind KIND] [--at PATH]] [--json]",
	N_("evaluates one expression of the form language; also --now --timezone --person --base --country --disease --features --rights"),
		eval_options, 1, 1,
	eval_run };
