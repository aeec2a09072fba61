#include <stdio.h>
#include <string.h>

#include "app/record.h"
#include "cmd/internal.h"

static const struct cmd_option no_options[] = { { NULL, false } };

/* What was told; two forms may have the same field. */
struct edit_notes { char **lines; size_t count, cap; };

/* Errors and warnings, one a line and each once, on standard error. */
static void edit_note(void *ctx, bool error, const char *path, const struct message *message, bool own)
{
	struct edit_notes *notes = ctx;
	char text[1024], *line;
	size_t i;

	if (own)
		message_text(message, text, sizeof(text));
	else
		i18n_message(message, text, sizeof(text));
	line = mem_printf("%s: %s: %s", error ? _("error") : _("warning"), path, text);
	for (i = 0; i < notes->count && strcmp(notes->lines[i], line) != 0; i++)
		;
	if (i < notes->count) {
		mem_free(line);
		return;
	}
	cmd_print_line(stderr, line);
	mem_grow((void **)&notes->lines, &notes->cap, notes->count + 1, sizeof(*notes->lines));
	notes->lines[notes->count++] = line;
}

static void edit_notes_done(struct edit_notes *notes)
{
	size_t i;

	for (i = 0; i < notes->count; i++)
		mem_free(notes->lines[i]);
	mem_free(notes->lines);
}

static void edit_item(void *ctx, const char *uuid)
{
	(void)ctx;
	puts(uuid);
}

/* product.md: "errors: exit 1 and nothing saved", a missing right among them; a locked database may work later. */
static int edit_ended(enum status st, const struct err *err)
{
	int status;

	if (st == ST_OK)
		return cmd_flush(EXIT_DONE);
	status = cmd_error(err);
	return st == ST_REFUSED ? EXIT_FAILED : status;
}

static int edit_run(struct cmd *cmd)
{
	struct edit_notes notes = { NULL, 0, 0 };
	char uuid[UUID_SIZE];
	struct err err;
	enum status st;
	size_t i;
	int status;

	if (!record_is_kind(cmd->words[0]))
		return cmd_usage(cmd, N_("outpost: there is no kind \"{1}\"; kinds are cases, persons, contacts …"), cmd->words[0]);
	for (i = 2; i < cmd->count; i++)
		if (strchr(cmd->words[i], '=') == NULL || cmd->words[i][0] == '=')
			return cmd_usage(cmd, N_("outpost: \"{1}\" is no PATH=VALUE"), cmd->words[i]);
	status = cmd_session(cmd, false);
	if (status != 0)
		return status;
	st = record_find(cmd->session, cmd->words[0], cmd->words[1], uuid, &err);
	if (st == ST_OK)
		st = record_edit(cmd->session, cmd->words[0], uuid, cmd->words + 2, cmd->count - 2, edit_note, edit_item, &notes, &err);
	edit_notes_done(&notes);
	return edit_ended(st, &err);
}

static int new_run(struct cmd *cmd)
{
	char case_uuid[UUID_SIZE], person_uuid[UUID_SIZE], *text;
	struct edit_notes notes = { NULL, 0, 0 };
	struct err err;
	enum status st;
	size_t len;
	int status;

	if (strcmp(cmd->words[0], "case") != 0)
		return cmd_usage(cmd, N_("outpost: there is no \"new {1}\"; there is new case"), cmd->words[0]);
	status = cmd_session(cmd, false);
	if (status != 0)
		return status;
	if (cmd_read(cmd->words[1], &text, &len, &err) != ST_OK)
		return cmd_error(&err);
	st = record_new_case(cmd->session, text, len, edit_note, &notes, case_uuid, person_uuid, &err);
	edit_notes_done(&notes);
	mem_free(text);
	if (st != ST_OK)
		return edit_ended(st, &err);
	/* Uuids have letters, digits and dashes only. */
	printf("{\"case\":\"%s\",\"person\":\"%s\"}\n", case_uuid, person_uuid);
	return cmd_flush(EXIT_DONE);
}

const struct cmd_spec cmd_edit_spec = { "edit", "KIND UUID PATH=VALUE ...",
	N_("changes fields: PATH= clears, LIST[UUID].FIELD=VALUE, LIST[+]={…} adds an item, LIST[UUID]= removes one; all or nothing"), no_options,
		3, 503, edit_run };
const struct cmd_spec cmd_new_spec = { "new", "case FILE.json|-", N_("makes a case from {\"person\":{…} or {\"uuid\":…},\"case\":{…}}"),
	no_options, 2, 2, new_run };
