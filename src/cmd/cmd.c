#include "cmd/cmd.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <termios.h>
#include <unistd.h>

#include "app/settings.h"
#include "cmd/internal.h"

const struct cmd_spec *const cmd_specs[] = {
	&cmd_demo_spec, &cmd_login_spec, &cmd_logout_spec, &cmd_sync_spec, &cmd_status_spec, &cmd_cases_spec, &cmd_show_spec, &cmd_edit_spec,
		&cmd_new_spec,
	&cmd_history_spec, &cmd_conflicts_spec, &cmd_form_spec, &cmd_eval_spec, &cmd_merge_spec, &cmd_backup_spec,
	&cmd_export_edits_spec, &cmd_import_edits_spec, &cmd_doctor_spec, &cmd_set_spec, &cmd_version_spec, &cmd_help_spec, NULL,
};

/* ---- messages ---- */

void cmd_print_line(FILE *to, const char *text)
{
	char *safe = text_safe(text);

	fprintf(to, "%s\n", safe);
	mem_free(safe);
}

void cmd_say(FILE *to, const char *id, const char *a, const char *b, const char *c)
{
	struct message message;
	char text[1024];

	message_set(&message, id, a == NULL ? "" : a, b == NULL ? "" : b, c == NULL ? "" : c);
	i18n_message(&message, text, sizeof(text));
	cmd_print_line(to, text);
}

char *cmd_text(const char *id, const char *a, const char *b)
{
	struct message message;
	char text[1024];

	message_set(&message, id, a == NULL ? "" : a, b == NULL ? "" : b);
	i18n_message(&message, text, sizeof(text));
	return text_safe(text);
}

int cmd_usage(const struct cmd *cmd, const char *id, const char *arg)
{
	cmd_say(stderr, id, arg, NULL, NULL);
	if (cmd != NULL && cmd->spec != NULL)
		fprintf(stderr, "outpost %s %s\n", cmd->spec->name, cmd->spec->usage);
	return EXIT_USAGE;
}

int cmd_error(const struct err *err)
{
	char text[2048];

	i18n_error(err, text, sizeof(text));
	fputs("outpost: ", stderr);
	cmd_print_line(stderr, text);
	return cmd_error_status(err);
}

int cmd_error_status(const struct err *err)
{
	switch (err->status) {
	case ST_LATER:
		return EXIT_OFFLINE;
	case ST_REFUSED:
		return EXIT_REFUSED;
	case ST_OK:
	case ST_ASK:
	case ST_INVALID:
	case ST_NOT_FOUND:
	case ST_STALE:
	case ST_LIMIT:
	case ST_FAILED:
	case ST_CANCELLED:
		break;
	}
	return EXIT_FAILED;
}

int cmd_flush(int exit_status)
{
	if (fflush(stdout) == 0 && !ferror(stdout))
		return exit_status;
	/* A full disk or a closed pipe must not look like a complete answer. */
	cmd_say(stderr, N_("outpost: the answer could not be written: {1}"), strerror(errno), NULL, NULL);
	return EXIT_FAILED;
}

int cmd_print_document(char *json)
{
	fputs(json, stdout);
	fputc('\n', stdout);
	mem_free(json);
	return cmd_flush(EXIT_DONE);
}

char *cmd_time(int64_t ms)
{
	struct date_time t;

	if (ms == 0)
		return mem_strdup("-");
	t = date_local(ms);
	return mem_printf("%04d-%02d-%02d %02d:%02d", t.year, t.month, t.day, t.hour, t.minute);
}

/* ---- options ---- */

static size_t cmd_option_index(const struct cmd *cmd, const char *option)
{
	size_t i;

	for (i = 0; cmd->spec->options[i].name != NULL; i++)
		if (strcmp(cmd->spec->options[i].name, option) == 0)
			return i;
	return CMD_MAX_OPTIONS;
}

const char *cmd_value(const struct cmd *cmd, const char *option)
{
	size_t i = cmd_option_index(cmd, option);

	return i < CMD_MAX_OPTIONS ? cmd->values[i] : NULL;
}

bool cmd_flag(const struct cmd *cmd, const char *option)
{
	return cmd_value(cmd, option) != NULL;
}

static const struct cmd_option global_options[] = {
	{ "--data", true }, { "--profile", true }, { "--plain", false }, { "--help", false }, { "--version", false }, { "--script", true }, { NULL,
		false },
};

/* "--name" or "--name=value" against one option. */
static bool cmd_option_matches(const struct cmd_option *option, const char *word, const char **value)
{
	size_t len = strlen(option->name);

	if (strncmp(word, option->name, len) != 0 || (word[len] != '\0' && word[len] != '='))
		return false;
	*value = word[len] == '=' ? word + len + 1 : NULL;
	return true;
}

static const struct cmd_spec *cmd_find(const char *name)
{
	size_t i;

	for (i = 0; cmd_specs[i] != NULL; i++)
		if (strcmp(cmd_specs[i]->name, name) == 0)
			return cmd_specs[i];
	return NULL;
}

struct cmd_parse { bool help, version; };

/* Takes one global option. 1 taken, 0 it is none, -1 wrong (a message was written). */
static int cmd_take_global(struct cmd *cmd, struct cmd_parse *parse, int argc, char **argv, int *at)
{
	const char *value;
	size_t i;

	for (i = 0; global_options[i].name != NULL; i++) {
		const struct cmd_option *option = &global_options[i];

		if (!cmd_option_matches(option, argv[*at], &value))
			continue;
		if (option->value && value == NULL) {
			if (*at + 1 >= argc) {
				cmd_usage(cmd, N_("outpost: {1} needs a value behind it"), option->name);
				return -1;
			}
			value = argv[++*at];
		}
		if (!option->value && value != NULL) {
			cmd_usage(cmd, N_("outpost: {1} takes no value"), option->name);
			return -1;
		}
		switch (i) {
		case 0:
			cmd->global.data = value;
			break;
		case 1:
			cmd->global.profile = value;
			break;
		case 2:
			cmd->global.plain = true;
			break;
		case 3:
			parse->help = true;
			break;
		case 4:
			parse->version = true;
			break;
		default:
			cmd->global.script = value;
			break;
		}
		return 1;
	}
	return 0;
}

static int cmd_take_own(struct cmd *cmd, int argc, char **argv, int *at)
{
	const char *value;
	size_t i;

	if (cmd->spec == NULL)
		return 0;
	for (i = 0; cmd->spec->options[i].name != NULL; i++) {
		const struct cmd_option *option = &cmd->spec->options[i];

		if (!cmd_option_matches(option, argv[*at], &value))
			continue;
		if (!option->value) {
			if (value != NULL) {
				cmd_usage(cmd, N_("outpost: {1} takes no value"), option->name);
				return -1;
			}
			cmd->values[i] = "";
			return 1;
		}
		if (value == NULL) {
			if (*at + 1 >= argc) {
				cmd_usage(cmd, N_("outpost: {1} needs a value behind it"), option->name);
				return -1;
			}
			value = argv[++*at];
		}
		cmd->values[i] = value;
		return 1;
	}
	return 0;
}

static int cmd_parse(struct cmd *cmd, struct cmd_parse *parse, int argc, char **argv)
{
	bool options = true;
	int i, taken;

	for (i = 1; i < argc; i++) {
		if (options && strcmp(argv[i], "--") == 0) {
			options = false;
			continue;
		}
		if (options && strcmp(argv[i], "-h") == 0) {
			parse->help = true;
			continue;
		}
		if (options && strncmp(argv[i], "--", 2) == 0) {
			taken = cmd_take_own(cmd, argc, argv, &i);
			if (taken == 0)
				taken = cmd_take_global(cmd, parse, argc, argv, &i);
			if (taken < 0)
				return EXIT_USAGE;
			if (taken == 0)
				return cmd_usage(cmd, N_("outpost: there is no option {1}; `outpost help` lists what there is"), argv[i]);
			continue;
		}
		if (cmd->spec == NULL && cmd->count == 0) {
			cmd->spec = cmd_find(argv[i]);
			if (cmd->spec == NULL)
				return cmd_usage(NULL, N_("outpost: there is no command \"{1}\"; `outpost help` lists what there is"), argv[i]);
			continue;
		}
		cmd->words[cmd->count++] = argv[i];
	}
	return 0;
}

/* ---- files, profile, password ---- */

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

void cmd_forget(char *password)
{
	if (password == NULL)
		return;
	explicit_bzero(password, strlen(password));
	mem_free(password);
}

#define CMD_PASSWORD_MAX 1024

/* One line of a descriptor, byte by byte: what stands behind it is not ours to read. NULL: too long, or nothing. */
static char *cmd_read_secret(int fd)
{
	char line[CMD_PASSWORD_MAX], *password = NULL;
	size_t len = 0;
	bool ended = false;

	while (len < sizeof(line) - 1) {
		ssize_t got = read(fd, line + len, 1);

		if (got < 0 && errno == EINTR)
			continue;
		if (got <= 0 || line[len] == '\n') {
			ended = got == 0 || (got == 1 && line[len] == '\n');
			break;
		}
		len++;
	}
	if (ended) {
		if (len > 0 && line[len - 1] == '\r')
			len--;
		if (len > 0 && text_is_valid(line, len))
			password = mem_strndup(line, len);
	}
	explicit_bzero(line, sizeof(line));
	return password;
}

/* A line typed on the terminal, unseen. Signals are keys here, so that ^C cannot leave a terminal that shows nothing. NULL: cancelled or
 * empty. */
static char *cmd_type_secret(int fd)
{
	char line[CMD_PASSWORD_MAX], *password = NULL;
	size_t len = 0;
	char c;

	for (;;) {
		ssize_t got = read(fd, &c, 1);

		if (got < 0 && errno == EINTR)
			continue;
		if (got <= 0 || c == 3 || c == 28)
			goto out;
		if (c == '\n' || c == '\r' || c == 4)
			break;
		if (c == 127 || c == 8) {
			/* A whole character, however many bytes it has. */
			while (len > 0 && ((unsigned char)line[len - 1] & 0xc0) == 0x80)
				len--;
			len -= len > 0;
		} else if (c == 21) {
			len = 0;
		} else if (len < sizeof(line) - 1) {
			line[len++] = c;
		}
	}
	if (len > 0 && text_is_valid(line, len))
		password = mem_strndup(line, len);
out:
	explicit_bzero(line, sizeof(line));
	return password;
}

char *cmd_ask_password(struct cmd *cmd, const char *prompt)
{
	struct termios before, quiet;
	char *password;
	bool is_passphrase = false;
	FILE *tty;

	for (size_t i = 0; cmd->spec->options[i].name != NULL; i++)
		is_passphrase = is_passphrase || strcmp(cmd->spec->options[i].name, "--passphrase-stdin") == 0;
	if (cmd_flag(cmd, is_passphrase ? "--passphrase-stdin" : "--password-stdin")) {
		password = cmd_read_secret(STDIN_FILENO);
		if (password == NULL && is_passphrase)
			cmd_say(stderr, N_("outpost: there is no passphrase on the first line of standard input"), NULL, NULL, NULL);
		else if (password == NULL)
			cmd_say(stderr, N_("outpost: there is no password on the first line of standard input"), NULL, NULL, NULL);
		return password;
	}
	tty = fopen("/dev/tty", "r+e");
	if (tty == NULL) {
		cmd_say(stderr, is_passphrase
			? N_("outpost: a passphrase is needed and there is no terminal to ask on; use --passphrase-stdin")
			: N_("outpost: a password is needed and there is no terminal to ask on; use --password-stdin or the setting password_command"),
			NULL, NULL, NULL);
		return NULL;
	}
	setvbuf(tty, NULL, _IONBF, 0);
	if (tcgetattr(fileno(tty), &before) != 0) {
		fclose(tty);
		return NULL;
	}
	quiet = before;
	quiet.c_lflag &= ~(tcflag_t)(ECHO | ISIG | ICANON);
	quiet.c_cc[VMIN] = 1;
	quiet.c_cc[VTIME] = 0;
	tcsetattr(fileno(tty), TCSAFLUSH, &quiet);
	/* Only now: who answers at once is neither shown nor dropped. */
	fputs(prompt, tty);
	password = cmd_type_secret(fileno(tty));
	tcsetattr(fileno(tty), TCSAFLUSH, &before);
	fputc('\n', tty);
	fclose(tty);
	if (password == NULL)
		cmd_say(stderr, is_passphrase ? N_("outpost: no passphrase was given") : N_("outpost: no password was given"), NULL, NULL, NULL);
	return password;
}

int cmd_password(struct cmd *cmd)
{
	struct session_status status;
	char *password, *prompt;
	struct err err;
	enum status st;

	session_status(cmd->session, &status);
	if (status.signed_in)
		return 0;
	if (session_server(cmd->session) == NULL || session_user(cmd->session) == NULL) {
		cmd_say(stderr, N_("outpost: nobody has signed in here yet; do it with `outpost login URL USER`"), NULL, NULL, NULL);
		return EXIT_REFUSED;
	}
	if (!cmd_flag(cmd, "--password-stdin") && session_take_kept_password(cmd->session))
		return 0;
	prompt = cmd_text(N_("Password of {1} at {2}: "), session_user(cmd->session), session_host(cmd->session));
	password = cmd_ask_password(cmd, prompt);
	mem_free(prompt);
	if (password == NULL)
		return EXIT_REFUSED;
	st = session_give_password(cmd->session, password, &err);
	cmd_forget(password);
	if (st == ST_OK)
		return 0;
	cmd_error(&err);
	return EXIT_REFUSED;
}

/* ---- main ---- */

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
	cmd.words = mem_calloc((size_t)argc + 1, sizeof(*cmd.words));
	status = cmd_parse(&cmd, &parse, argc, argv);
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
			status = screen->script(cmd.global.script, cmd.global.data);
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
	return status;
}
