#include "cmd/cmd.h"

#include <string.h>
#include <sys/stat.h>

#include "cmd/internal.h"

static const struct cmd_spec *const cmd_specs[] = {
	&cmd_demo_spec, &cmd_login_spec, &cmd_logout_spec, &cmd_sync_spec, &cmd_status_spec, &cmd_cases_spec, &cmd_show_spec, &cmd_edit_spec,
		&cmd_new_spec,
	&cmd_history_spec, &cmd_conflicts_spec, &cmd_form_spec, &cmd_eval_spec, &cmd_merge_spec, &cmd_backup_spec,
	&cmd_export_edits_spec, &cmd_import_edits_spec, &cmd_doctor_spec, &cmd_set_spec, &cmd_version_spec, &cmd_help_spec, NULL,
};

static int cmd_start_screen(struct cmd *cmd)
{
	int status;

	if (cmd->screen == NULL || cmd->screen->run == NULL) {
		cmd_say(stderr, N_("outpost: this program was built without its screens; `outpost help` lists the commands"), NULL, NULL, NULL);
		return EXIT_FAILED;
	}
	status = cmd_session(cmd, true);
	return status != 0 ? status : cmd->screen->run(cmd->session, cmd->global.plain);
}

/* --data and --profile, before anything is done: a script with an empty variable must not end in the default profile. */
static int cmd_check_folder(struct cmd *cmd)
{
	struct session_options options = { .data_dir = cmd->global.data, .profile = cmd->global.profile };

	if (cmd->global.data != NULL && *cmd->global.data == '\0')
		return cmd_usage(cmd, N_("outpost: {1} needs a value behind it"), "--data");
	cmd->folder = session_folder(&options);
	if (cmd->folder == NULL)
		return cmd_usage(cmd, N_("a profile's name has letters, digits, - and _ only: \"{1}\""), cmd->global.profile);
	return 0;
}

static int cmd_run_words(struct cmd *cmd)
{
	const struct cmd_spec *spec = cmd->spec;

	if (cmd->count < spec->min_words)
		return cmd_usage(cmd, N_("outpost: {1} needs more words than that"), spec->name);
	if (cmd->count > spec->max_words)
		return cmd_usage(cmd, N_("outpost: \"{1}\" is too much here"), cmd->words[spec->max_words]);
	return spec->run(cmd);
}

int cmd_main(int argc, char **argv, const struct cmd_screen *screen)
{
	struct cmd_parse parse = { false, false };
	struct cmd cmd;
	int status;

	memset(&cmd, 0, sizeof(cmd));
	umask(077);
	cmd.global.program = argv[0];
	cmd.screen = screen;
	cmd.specs = cmd_specs;
	cmd.words = mem_calloc((size_t)argc + 1, sizeof(*cmd.words));
	status = cmd_parse(&cmd, &parse, argc, argv);
	if (status == 0)
		status = cmd_check_folder(&cmd);
	if (status != 0)
		goto out;
	if (parse.help) {
		if (cmd.spec != NULL && cmd.spec != &cmd_help_spec) {
			cmd.words[0] = cmd.spec->name;
			cmd.count = 1;
		}
		cmd.spec = &cmd_help_spec;
		status = cmd_help_spec.run(&cmd);
	} else if (parse.version) {
		cmd.spec = &cmd_version_spec;
		status = cmd_version_spec.run(&cmd);
	} else if (cmd.global.script != NULL) {
		if (cmd.spec != NULL)
			status = cmd_usage(NULL, N_("outpost: --script and the command {1} do not go together"), cmd.spec->name);
		else if (screen == NULL || screen->script == NULL)
			status = cmd_start_screen(&cmd);
		else
			status = screen->script(cmd.global.script, cmd.folder);
	} else if (cmd.spec == NULL) {
		status = cmd_start_screen(&cmd);
	} else {
		status = cmd_run_words(&cmd);
	}
out:
	if (cmd.session != NULL)
		session_close(cmd.session);
	if (cmd.loop != NULL)
		loop_free(cmd.loop);
	mem_free(cmd.words);
	mem_free(cmd.folder);
	return status;
}
