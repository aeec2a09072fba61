/* What a command works on: files, the loop, the profile. */
#include "app/settings.h"
#include "cmd/internal.h"

enum status cmd_read(const char *path, char **text, size_t *len, struct err *err)
{
	enum status st = path_read(path, CMD_MAX_FILE, text, len, err);

	return st == ST_OK ? ST_OK : err_wrap(err, N_("{1} cannot be read"), path);
}

struct loop *cmd_loop(struct cmd *cmd)
{
	if (cmd->loop == NULL)
		cmd->loop = loop_new(NULL);
	return cmd->loop;
}

struct session_options cmd_session_options(struct cmd *cmd, bool create)
{
	return (struct session_options){ .data_dir = cmd->global.data, .profile = cmd->global.profile, .loop = cmd_loop(cmd), .create = create };
}

int cmd_session(struct cmd *cmd, bool create)
{
	struct session_options options = cmd_session_options(cmd, create);
	struct err err;
	enum status st = session_open(&options, &cmd->session, &err);

	if (st == ST_OK)
		return 0;
	if (st == ST_NOT_FOUND) {
		cmd_say(stderr, N_("outpost: nobody has signed in here yet; do it with `outpost login URL USER`"), NULL, NULL, NULL);
		return EXIT_REFUSED;
	}
	return cmd_error(&err);
}

char *cmd_profile_zone(struct cmd *cmd)
{
	struct session_options options = cmd_session_options(cmd, false);
	struct session *session;
	char *zone;

	if (session_open(&options, &session, NULL) != ST_OK)
		return NULL;
	zone = setting_get(session, "timezone");
	session_close(session);
	if (zone != NULL && *zone == '\0') {
		mem_free(zone);
		zone = NULL;
	}
	return zone;
}
