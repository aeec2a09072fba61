#include <stdio.h>
#include <string.h>

#include "cmd/eval.h"

static const struct cmd_option form_options[] = { { "--json", false }, EVALUATE_OPTIONS, { NULL, false } };

/* ---- form check ---- */

struct check { struct buf json; bool as_json, error; size_t count; };

static void check_problem(struct check *check, const char *file, const struct tool_problem *problem)
{
	char text[1024];

	check->error = check->error || problem->error;
	if (check->as_json) {
		/* --json is never translated. */
		message_text(&problem->message, text, sizeof(text));
		buf_add_text(&check->json, check->count++ == 0 ? "{\"file\":" : ",{\"file\":");
		tool_json_string(&check->json, file);
		buf_printf(&check->json, ",\"line\":%d,\"column\":%d,\"severity\":\"%s\",\"code\":", problem->line, problem->column,
			problem->error ? "error" : "warning");
		tool_json_string(&check->json, problem->code);
		buf_add_text(&check->json, ",\"message\":");
		tool_json_string(&check->json, text);
		buf_add_char(&check->json, '}');
	} else {
		char *line;

		i18n_message(&problem->message, text, sizeof(text));
		line = mem_printf("%s:%d:%d: %s: %s [%s]", file, problem->line, problem->column, problem->error ? _("error") : _("warning"), text,
			problem->code);
		cmd_print_line(stdout, line);
		mem_free(line);
		check->count++;
	}
}

static int check_run(struct cmd *cmd)
{
	struct check check = { .as_json = cmd_flag(cmd, "--json") };
	size_t i, k, count;
	struct err err;

	if (cmd->count < 2)
		return cmd_usage(cmd, N_("outpost: which form files? Name at least one"), NULL);
	buf_init(&check.json, 0);
	buf_add_char(&check.json, '[');
	for (i = 1; i < cmd->count; i++) {
		struct tool_problem *problems = NULL;
		struct tool_text text;
		char *owned = NULL;
		enum status st;

		st = cmd_read(cmd->words[i], &owned, &text.len, &err);
		if (st != ST_OK) {
			struct tool_problem unreadable = { .line = 1, .column = 1, .error = true, .code = "unreadable", .message = err.msg[err.depth > 1 ? 1
				: 0] };

			check_problem(&check, cmd->words[i], &unreadable);
			continue;
		}
		text.at = owned;
		st = tool_form_check(text, &problems, &count, &err);
		mem_free(owned);
		if (st != ST_OK && st != ST_INVALID) {
			buf_done(&check.json);
			return cmd_error(&err);
		}
		for (k = 0; k < count; k++)
			check_problem(&check, cmd->words[i], &problems[k]);
		mem_free(problems);
	}
	if (check.as_json) {
		buf_add_text(&check.json, "]\n");
		fputs(buf_text(&check.json), stdout);
	} else if (check.count == 0) {
		cmd_say(stdout, N_("No mistakes found."), NULL, NULL, NULL);
	}
	buf_done(&check.json);
	return cmd_flush(check.error ? EXIT_FAILED : EXIT_DONE);
}

/* ---- form try ---- */

static int try_run(struct cmd *cmd)
{
	struct tool_text form = { NULL, 0 }, record = { NULL, 0 };
	char *owned_form = NULL, *owned_record = NULL, *text = NULL;
	bool as_json = cmd_flag(cmd, "--json"), usage = false;
	struct evaluate evaluate;
	struct err err;
	int status;

	if (cmd->count != 3)
		return cmd_usage(cmd, N_("outpost: form try needs a form file and a record file"), NULL);
	status = evaluate_init(cmd, &evaluate);
	if (status != 0)
		return status;
	if (cmd_read(cmd->words[1], &owned_form, &form.len, &err) != ST_OK || cmd_read(cmd->words[2], &owned_record, &record.len, &err) != ST_OK) {
		status = cmd_error(&err);
		goto out;
	}
	form.at = owned_form;
	record.at = owned_record;
	if (tool_form_try(form, record, &evaluate.env, as_json ? &text : NULL, as_json ? NULL : &text, &usage, &err) != ST_OK) {
		status = cmd_error(&err);
		if (usage)
			status = EXIT_USAGE;
	} else if (as_json) {
		status = cmd_print_document(text);
	} else {
		fputs(text, stdout);
		mem_free(text);
		status = cmd_flush(EXIT_DONE);
	}
out:
	mem_free(owned_form);
	mem_free(owned_record);
	evaluate_done(&evaluate);
	return status;
}

static int form_run(struct cmd *cmd)
{
	if (strcmp(cmd->words[0], "check") == 0)
		return check_run(cmd);
	if (strcmp(cmd->words[0], "try") == 0)
		return try_run(cmd);
	return cmd_usage(cmd, N_("outpost: there is no \"form {1}\"; there are form check and form try"), cmd->words[0]);
}

const struct cmd_spec cmd_form_spec = { "form", "check FILE... [--json]  |  form try FORM.json RECORD.json [--json]",
	N_("checks form files; shows what a form makes of a record; try also --now --timezone --person --base --country --disease --features --rights"),
	form_options, 1, 4096, form_run };
