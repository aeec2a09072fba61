#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "app/sync.h"
#include "cmd/internal.h"

static const struct cmd_option sync_options[] = { { "--dry-run", false }, { "--mode", true }, { "--json", false }, { "--password-stdin", false },
	{ "--yes", false }, { NULL, false } };

struct sync_command { struct cmd *cmd; bool json, answered, yes; enum sync_phase phase; const char *kind; };

static const char *sync_phase_text(enum sync_phase phase)
{
	static const char *const texts[] = { N_("connect"), N_("push new"), N_("infrastructure"), N_("pull, merge, push"), N_("removed records"), N_("results"),
		N_("save"), N_("done") };

	return _(texts[phase]);
}

static void sync_changed(void *ctx, const struct sync_progress *progress)
{
	struct sync_command *command = ctx;
	char text[1024];

	if (progress->asks && !command->answered) {
		/* Nobody is asked in a script: more than a tenth of a kind stays unless --yes was said. */
		i18n_message(&progress->question, text, sizeof(text));
		cmd_print_line(stderr, text);
		if (!command->yes)
			cmd_say(stderr, N_("They stay for now; repeat the command with --yes to let them go."), NULL, NULL, NULL);
		command->answered = true;
		sync_answer(command->cmd->session, command->yes);
	}
	if (!progress->asks)
		command->answered = false;
	if (isatty(STDERR_FILENO) && progress->verdict == SYNC_RUNNING && (progress->phase != command->phase || progress->kind != command->kind)) {
		command->phase = progress->phase;
		command->kind = progress->kind;
		snprintf(text, sizeof(text), "%s%s%s", sync_phase_text(progress->phase), progress->kind == NULL ? "" : " · ", progress->kind == NULL ? "" : progress->kind);
		cmd_print_line(stderr, text);
	}
	if (progress->verdict != SYNC_RUNNING)
		loop_stop(command->cmd->loop);
}

static void sync_signal(void *ctx, int signo)
{
	struct sync_command *command = ctx;

	(void)signo;
	/* To a safe point; what was applied so far stays. */
	sync_stop(command->cmd->session);
}

static void sync_dry_line(void *ctx, const char *text)
{
	const struct sync_command *command = ctx;

	/* With --json standard output is the one document. */
	cmd_print_line(command->json ? stderr : stdout, text);
}

static void sync_print(const struct sync_progress *progress)
{
	char number[4][24], text[1024];
	int i;

	for (i = 0; i < progress->kind_count; i++) {
		const struct sync_kind_counts *k = &progress->kinds[i];

		if (k->pulled == 0 && k->pushed == 0 && k->rejected == 0 && k->deleted == 0 && k->left == 0 && k->merged == 0)
			continue;
		printf("%-26s %s %lld  %s %lld  %s %lld  %s %lld  %s %lld  %s %lld\n", k->kind, _("pulled"), (long long)k->pulled, _("merged"), (long long)k->merged,
			_("pushed"), (long long)k->pushed, _("accepted"), (long long)k->accepted, _("rejected"), (long long)k->rejected, _("left"), (long long)k->left);
	}
	for (i = 0; i < progress->rejected_count; i++) {
		const struct sync_rejected *r = &progress->rejected[i];

		snprintf(text, sizeof(text), "%s %s (%d): %s", r->kind, r->label[0] == '\0' ? r->uuid : r->label, r->status, r->reason);
		cmd_print_line(stdout, text);
	}
	cmd_say(stdout, N_("Verdict: {1}. Conflicts: {2}. Requests: {3}."), i18n_context_text("verdict", sync_verdict_name(progress->verdict)),
		err_number(number[0], progress->conflicts), err_number(number[1], progress->requests));
	cmd_say(stdout, N_("Sent {1} bytes, received {2}, in {3} ms."), err_number(number[2], progress->bytes_sent), err_number(number[3], progress->bytes_received),
		err_number(number[0], progress->elapsed_ms));
}

static int sync_run(struct cmd *cmd)
{
	static const int signals[] = { SIGINT, SIGTERM, SIGHUP };
	struct sync_command command = { .cmd = cmd, .json = cmd_flag(cmd, "--json"), .yes = cmd_flag(cmd, "--yes"), .phase = SYNC_PHASE_COUNT };
	struct sync_options options = { .mode = SYNC_CHANGES, .dry = cmd_flag(cmd, "--dry-run"), .dry_line = sync_dry_line, .dry_ctx = &command,
		.unwatched = true };
	const struct sync_progress *progress;
	struct err err;
	int status;
	size_t i;

	if (cmd_value(cmd, "--mode") != NULL && !sync_mode_from_name(cmd_value(cmd, "--mode"), &options.mode))
		return cmd_usage(cmd, N_("outpost: the mode is changes, complete or repull, not \"{1}\""), cmd_value(cmd, "--mode"));
	status = cmd_session(cmd, false);
	if (status == 0)
		status = cmd_password(cmd);
	if (status != 0)
		return status;
	for (i = 0; i < sizeof(signals) / sizeof(signals[0]); i++)
		loop_on_signal(cmd->loop, signals[i], sync_signal, &command);
	sync_listen(cmd->session, sync_changed, &command);
	if (sync_start(cmd->session, &options, &err) != ST_OK) {
		sync_unlisten(cmd->session, &command);
		return cmd_error(&err);
	}
	if (sync_is_running(cmd->session))
		loop_run(cmd->loop);
	sync_unlisten(cmd->session, &command);
	progress = sync_progress(cmd->session);
	if (progress == NULL)
		return EXIT_FAILED;
	if (progress->verdict != SYNC_COMPLETED && progress->err.depth > 0)
		cmd_error(&progress->err);
	status = sync_exit_status(progress);
	if (command.json) {
		char *json = sync_json(progress);
		int printed = cmd_print_document(json);

		return printed != EXIT_DONE ? printed : status;
	}
	sync_print(progress);
	return cmd_flush(status);
}

const struct cmd_spec cmd_sync_spec = { "sync", "[--dry-run] [--mode changes|complete|repull] [--json] [--yes] [--password-stdin]",
	N_("synchronizes with the server; --dry-run only shows what would change"), sync_options, 0, 0, sync_run };
