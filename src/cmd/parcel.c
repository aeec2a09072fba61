#include <stdio.h>
#include <string.h>

#include "app/parcel.h"
#include "cmd/internal.h"

static const struct cmd_option parcel_options[] = { { "--json", false }, { "--passphrase-stdin", false }, { NULL, false } };

/* Asked twice where a mistake would lock the edits up for good. NULL: a message was written. */
static char *parcel_ask(struct cmd *cmd, bool twice)
{
	char *first = cmd_ask_password(cmd, _("Passphrase of the file: ")), *second;

	if (first == NULL || !twice || cmd_flag(cmd, "--passphrase-stdin"))
		return first;
	second = cmd_ask_password(cmd, _("The same once more: "));
	if (second != NULL && strcmp(first, second) != 0) {
		cmd_say(stderr, N_("outpost: these are two different passphrases; no file was written"), NULL, NULL, NULL);
		cmd_forget(first);
		first = NULL;
	} else if (second == NULL) {
		cmd_forget(first);
		first = NULL;
	}
	cmd_forget(second);
	return first;
}

static int parcel_export(struct cmd *cmd)
{
	struct parcel_report report;
	char *passphrase, number[2][24];
	struct err err;
	enum status st;
	int status = cmd_session(cmd, false);

	if (status != 0)
		return status;
	passphrase = parcel_ask(cmd, true);
	if (passphrase == NULL)
		return EXIT_FAILED;
	st = parcel_write(cmd->session, cmd->words[0], passphrase, &report, &err);
	cmd_forget(passphrase);
	if (st != ST_OK)
		return cmd_error(&err);
	cmd_say_count(stderr, report.records,
		NN_("{1} holds {2} unsent record. Import it with `outpost import-edits` where there is a connection; it stays unsent here.",
		"{1} holds {2} unsent records. Import it with `outpost import-edits` where there is a connection; they stay unsent here."),
		cmd->words[0], err_number(number[0], report.records), NULL);
	if (report.drafts > 0)
		cmd_say_count(stderr, report.drafts, NN_("Not in the file, since it was not saved yet: {1} draft.",
			"Not in the file, since they were not saved yet: {1} drafts."), err_number(number[1], report.drafts), NULL, NULL);
	return cmd_flag(cmd, "--json") ? cmd_print_document(parcel_written_json(&report)) : EXIT_DONE;
}

static int parcel_import(struct cmd *cmd)
{
	struct parcel_report report;
	char *passphrase, number[3][24];
	struct err err;
	enum status st;
	int status = cmd_session(cmd, false);

	if (status != 0)
		return status;
	passphrase = parcel_ask(cmd, false);
	if (passphrase == NULL)
		return EXIT_FAILED;
	st = parcel_read(cmd->session, cmd->words[0], passphrase, true, &report, &err);
	cmd_forget(passphrase);
	if (st != ST_OK)
		return cmd_error(&err);
	if (report.user[0] != '\0' && strcasecmp(report.user, session_user(cmd->session)) != 0)
		cmd_say(stderr, N_("The edits in this file were made by {1}; from here they are sent as {2}."), report.user, session_user(cmd->session), NULL);
	cmd_say(stderr, N_("Records imported: {1} new here, {2} merged with those here, {3} already so."), err_number(number[0], report.created),
		err_number(number[1], report.merged), err_number(number[2], report.unchanged));
	if (report.conflicts > 0)
		cmd_say_count(stderr, report.conflicts,
			NN_("{1} value was changed here, too; the one here stays, the other is in `outpost conflicts --open`.",
			"{1} values were changed here, too; those here stay, the others are in `outpost conflicts --open`."),
			err_number(number[0], report.conflicts), NULL, NULL);
	cmd_say(stderr, N_("Now: outpost sync"), NULL, NULL, NULL);
	return cmd_flag(cmd, "--json") ? cmd_print_document(parcel_read_json(&report)) : EXIT_DONE;
}

const struct cmd_spec cmd_export_edits_spec = { "export-edits", "FILE [--json] [--passphrase-stdin]",
	N_("writes all unsent edits to an encrypted file, for a machine without a network"), parcel_options, 1, 1, parcel_export };
const struct cmd_spec cmd_import_edits_spec = { "import-edits", "FILE [--json] [--passphrase-stdin]",
	N_("takes in such a file, once: each record is merged with the one here"), parcel_options, 1, 1, parcel_import };
