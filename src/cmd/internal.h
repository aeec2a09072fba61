/* What the files of cmd/ share. */
#ifndef OUTPOST_CMD_INTERNAL_H
#define OUTPOST_CMD_INTERNAL_H

#include <stdio.h>

#include "app/session.h"
#include "cmd/cmd.h"

#define CMD_MAX_FILE ((size_t)64 * 1024 * 1024)  /* a file that a command reads */
#define CMD_MAX_OPTIONS 20

struct cmd_option { const char *name; bool value; };              /* name NULL ends a list */

struct cmd {
	struct cmd_global global;
	const struct cmd_screen *screen;
	const struct cmd_spec *const *specs;     /* every command, NULL-terminated */
	const struct cmd_spec *spec;             /* the one that is run; NULL: none yet */
	const char *values[CMD_MAX_OPTIONS];     /* by the option's place in spec->options; "" for a flag that is set */
	const char **words;                      /* without the command's name */
	size_t count;
	char *folder;                            /* of the profile */
	struct loop *loop;                       /* made by cmd_loop */
	struct session *session;                 /* opened by cmd_session; closed by cmd_main */
};

struct cmd_spec {
	const char *name;            /* "form check" */
	const char *usage;           /* behind the name */
	const char *text;            /* what it does, a message id */
	const struct cmd_option *options;
	size_t min_words, max_words; /* max 0 with min 0: none */
	int (*run)(struct cmd *cmd);
};

extern const struct cmd_spec cmd_login_spec, cmd_logout_spec, cmd_sync_spec, cmd_status_spec, cmd_cases_spec, cmd_show_spec, cmd_edit_spec,
	cmd_new_spec,
	cmd_history_spec, cmd_conflicts_spec, cmd_form_spec, cmd_eval_spec, cmd_merge_spec, cmd_backup_spec, cmd_doctor_spec, cmd_set_spec,
		cmd_version_spec,
	cmd_help_spec, cmd_demo_spec, cmd_export_edits_spec, cmd_import_edits_spec;

/* ---- options.c: what was written on the command line ---- */

struct cmd_parse { bool help, version; };                         /* asked for before, behind or in place of a command */

/* Reads the command line into cmd, in which `specs` and room for argc + 1 `words` have to be. 0, or EXIT_USAGE after a message. */
int cmd_parse(struct cmd *cmd, struct cmd_parse *parse, int argc, char **argv);
bool cmd_flag(const struct cmd *cmd, const char *option);         /* was it given? */
const char *cmd_value(const struct cmd *cmd, const char *option); /* NULL: not given; "" for a flag that was */

/* ---- say.c: answers on standard output, messages on standard error, both made safe for a terminal ---- */

/* These return the exit status, so that `return cmd_error(...)` works. */
int cmd_usage(const struct cmd *cmd, const char *id, const char *arg);     /* 2, and how the command (NULL: none) is used */
int cmd_error(const struct err *err);                             /* by the status of err: 1, 4 or 5 */
int cmd_error_status(const struct err *err);                      /* the same without a message */
void cmd_say(FILE *to, const char *id, const char *a, const char *b, const char *c);   /* a translated message and a line end */
void cmd_say_count(FILE *to, int64_t n, const char *one, const char *many, const char *a, const char *b, const char *c);   /* the same about n things: NN_(one, many) */
char *cmd_text(const char *id, const char *a, const char *b);     /* a translated message made safe; new string */
void cmd_print_line(FILE *to, const char *text);                  /* text_safe and a line end */
/* One JSON document, or CSV, on standard output; frees it. EXIT_DONE, or EXIT_FAILED when it cannot be written. */
int cmd_print_document(char *json);
int cmd_print_csv(char *csv);
int cmd_flush(int exit_status);                                   /* exit_status, or EXIT_FAILED when standard output failed */
char *cmd_time(int64_t ms);                                       /* "2026-11-23 10:00" in the zone, "-" for 0; new string */

/* ---- profile.c: files, the loop, the profile ---- */

/* Reads a file ("-": standard input) of at most CMD_MAX_FILE bytes. Statuses of path_read, with the file's name; *text is the caller's. */
MUST_CHECK enum status cmd_read(const char *path, char **text, size_t *len, struct err *err);
struct loop *cmd_loop(struct cmd *cmd);                           /* made when first asked for; cmd_main frees it */
/* Opens the profile into cmd->session. 0, or the exit status after a message: 5 when there is no profile yet and not create. */
int cmd_session(struct cmd *cmd, bool create);
struct session_options cmd_session_options(struct cmd *cmd, bool create);
/* The zone of an existing profile, else NULL; new string. For the tools that need no profile. */
char *cmd_profile_zone(struct cmd *cmd);

/* ---- password.c ---- */

/* Gives the session its password: --password-stdin, kept (keyring, password_command), or asked. 0 or the exit status after a message. */
int cmd_password(struct cmd *cmd);
/* A password, or the passphrase of a command with --passphrase-stdin, without checking it: from standard input or asked on the terminal.
 * NULL: none could be had (a message was written). To be freed with cmd_forget. */
char *cmd_ask_password(struct cmd *cmd, const char *prompt);
void cmd_forget(char *password);                                  /* overwrites and frees it; takes NULL */

#endif
