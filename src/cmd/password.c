/* The password: from standard input, kept, or asked on the terminal. */
#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <termios.h>
#include <unistd.h>

#include "app/settings.h"
#include "cmd/internal.h"

#define CMD_PASSWORD_MAX 1024

void cmd_forget(char *password)
{
	if (password == NULL)
		return;
	explicit_bzero(password, strlen(password));
	mem_free(password);
}

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
	char *password, *prompt, *command;
	struct err err;
	enum status st;

	session_status(cmd->session, &status);
	if (status.signed_in)
		return 0;
	if (session_server(cmd->session) == NULL || session_user(cmd->session) == NULL) {
		cmd_say(stderr, N_("outpost: nobody has signed in here yet; do it with `outpost login URL USER`"), NULL, NULL, NULL);
		return EXIT_REFUSED;
	}
	if (!cmd_flag(cmd, "--password-stdin")) {
		if (session_take_kept_password(cmd->session))
			return 0;
		command = setting_get(cmd->session, "password_command");
		if (command != NULL && *command != '\0')
			cmd_say(stderr, N_("outpost: password_command gives no password, or not the right one"), NULL, NULL, NULL);
		mem_free(command);
	}
	prompt = cmd_text(N_("Password of {1} at {2}: "), session_user(cmd->session), session_host(cmd->session));
	password = cmd_ask_password(cmd, prompt);
	mem_free(prompt);
	if (password == NULL)
		return EXIT_REFUSED;
	st = session_give_password(cmd->session, password, &err);
	cmd_forget(password);
	if (st == ST_OK)
		return 0;
	/* Another process writes just now: that is no wrong password. */
	return cmd_error(&err) == EXIT_OFFLINE ? EXIT_OFFLINE : EXIT_REFUSED;
}
