#include <stdio.h>
#include <string.h>

#include "app/server_url.h"
#include "app/settings.h"
#include "cmd/internal.h"

static const struct cmd_option login_options[] = { { "--password-stdin", false }, { "--timezone", true }, { "--keep", false },
	{ "--replace", false },
	{ "--pin", true }, { NULL, false } };
static const struct cmd_option logout_options[] = { { NULL, false } };

struct login { struct loop *loop; enum status st; struct err err; bool done; };

static void login_ended(void *ctx, enum status st, const struct err *err)
{
	struct login *login = ctx;

	login->st = st;
	if (err != NULL)
		login->err = *err;
	login->done = true;
	loop_stop(login->loop);
}

static void login_signal(void *ctx, int signo)
{
	struct login *login = ctx;

	(void)signo;
	loop_stop(login->loop);
}

static int login_run(struct cmd *cmd)
{
	struct sign_in how = { .url = cmd->words[0], .user = cmd->words[1], .zone = cmd_value(cmd, "--timezone"), .replace = cmd_flag(cmd,
		"--replace") };
	static const int signals[] = { 2, 15, 1 };                /* INT, TERM, HUP */
	struct login login = { .st = ST_CANCELLED };
	char *password, *prompt, *zone, *url;
	struct err err;
	int status;
	size_t i;

	if (server_url_parse(how.url, &url, &err) != ST_OK) {
		cmd_error(&err);
		return EXIT_USAGE;
	}
	mem_free(url);
	status = cmd_session(cmd, true);
	if (status != 0)
		return status;
	if (cmd_value(cmd, "--pin") != NULL && setting_set(cmd->session, "pin", cmd_value(cmd, "--pin"), &err) != ST_OK) {
		status = cmd_error(&err);
		return err.status == ST_INVALID ? EXIT_USAGE : status;
	}
	prompt = cmd_text(N_("Password of {1} at {2}: "), how.user, how.url);
	password = cmd_ask_password(cmd, prompt);
	mem_free(prompt);
	if (password == NULL)
		return EXIT_REFUSED;
	how.password = password;
	how.keep = cmd_flag(cmd, "--keep") || setting_bool(cmd->session, "keep_password");
	login.loop = cmd->loop;
	for (i = 0; i < sizeof(signals) / sizeof(signals[0]); i++)
		loop_on_signal(cmd->loop, signals[i], login_signal, &login);
	session_sign_in(cmd->session, &how, login_ended, &login);
	loop_run(cmd->loop);
	cmd_forget(password);
	if (!login.done) {
		cmd_say(stderr, N_("outpost: ended; nothing was changed"), NULL, NULL, NULL);
		return EXIT_FAILED;
	}
	if (login.st == ST_OK) {
		if (cmd_flag(cmd, "--keep") && setting_set(cmd->session, "keep_password", "true", &err) != ST_OK)
			return cmd_error(&err);
		cmd_say(stderr, N_("Signed in as {1} at {2}. Now: outpost sync"), session_user(cmd->session), session_server(cmd->session), NULL);
		zone = setting_get(cmd->session, "timezone");
		cmd_say(stderr, N_("Days are those of {1}; `outpost set timezone` changes that."), zone, NULL, NULL);
		mem_free(zone);
		return EXIT_DONE;
	}
	status = cmd_error(&login.err);
	if (login.st == ST_ASK)
		cmd_say(stderr, N_("Repeat the command with --replace to go on."), NULL, NULL, NULL);
	return status;
}

static int logout_run(struct cmd *cmd)
{
	int status = cmd_session(cmd, false);

	if (status != 0)
		return status;
	session_sign_out(cmd->session);
	cmd_say(stderr, N_("The password is forgotten; the records stay on this machine."), NULL, NULL, NULL);
	return EXIT_DONE;
}

const struct cmd_spec cmd_login_spec = { "login", "URL USER [--timezone ZONE] [--password-stdin] [--keep] [--replace] [--pin sha256//…]",
	N_("signs in and remembers server and user; --keep: the kernel keeps the password for the next start"), login_options, 2, 2, login_run };
const struct cmd_spec cmd_logout_spec = { "logout", "", N_("forgets the password; the records stay"), logout_options, 0, 0, logout_run };
