/* What a command says: answers on standard output, messages on standard error. */
#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "cmd/internal.h"

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

void cmd_say_count(FILE *to, int64_t n, const char *one, const char *many, const char *a, const char *b, const char *c)
{
	struct message message;
	char text[1024];

	message_set_count(&message, n, one, many, a == NULL ? "" : a, b == NULL ? "" : b, c == NULL ? "" : c);
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
	if (isatty(STDOUT_FILENO)) {
		/* What a server or a file wrote cannot drive the terminal; it stays the same document. */
		char *safe = text_safe_json(json);

		mem_free(json);
		json = safe;
	}
	fputs(json, stdout);
	fputc('\n', stdout);
	mem_free(json);
	return cmd_flush(EXIT_DONE);
}

int cmd_print_csv(char *csv)
{
	fputs(csv, stdout);
	mem_free(csv);
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
