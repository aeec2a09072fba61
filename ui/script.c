/* `outpost --script FILE`: the terminal program without a terminal (product.md). One command a line; each ends when the loop is idle. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "internal.h"

#define SCRIPT_MAX ((size_t)4 * 1024 * 1024)
#define SCRIPT_ANSWERS_MAX ((size_t)256 * 1024 * 1024)
#define SCRIPT_TURNS 1000000
#define SCRIPT_CLOCK_MAX INT64_C(253402300799999)      /* the end of the year 9999 */
#define SCRIPT_START "2026-11-22T10:00:00Z"

struct script {
	struct ui ui;
	struct clock_manual clock;
	struct loop *loop;
	struct session *session;
	const char *file;
	int line;
	bool started;
};

static int script_bad(const struct script *script, const char *id, const char *arg)
{
	char *text = ui_text(id, arg, NULL, NULL);

	fprintf(stderr, "%s:%d: %s\n", script->file, script->line, text);
	mem_free(text);
	return 2;
}

static int script_bad_error(const struct script *script, const struct err *err, int status)
{
	char text[1024];

	err_text(err, text, sizeof(text));
	fprintf(stderr, "%s:%d: %s\n", script->file, script->line, text);
	return status;
}

static void script_settle(struct script *script)
{
	loop_settle(script->loop, SCRIPT_TURNS);
	if (script->started)
		ui_draw(&script->ui);
}

/* The first screen comes with the first command that looks or types, so that size, clock and answers can be said before. */
static void script_begin(struct script *script)
{
	if (script->started)
		return;
	script->started = true;
	ui_start(&script->ui);
	script_settle(script);
}

static char *script_screen(struct script *script)
{
	script_begin(script);
	ui_draw(&script->ui);
	return memory_dump(&script->ui.surface);
}

/* \n, \t and \\ of a paste. New string; NULL: another escape. */
static char *script_unescape(const char *text)
{
	struct buf out;

	buf_init(&out, 0);
	for (; *text != '\0'; text++) {
		if (*text != '\\') {
			buf_add_char(&out, *text);
			continue;
		}
		text++;
		if (*text != 'n' && *text != 't' && *text != '\\') {
			buf_done(&out);
			return NULL;
		}
		buf_add_char(&out, *text == 'n' ? '\n' : *text == 't' ? '\t' : '\\');
	}
	return buf_take(&out, NULL);
}

/* ---- commands ---- */

static int script_size(struct script *script, const char *arg)
{
	char *end = NULL;
	long cols, rows;

	cols = strtol(arg, &end, 10);
	rows = *end == 'x' ? strtol(end + 1, &end, 10) : 0;
	if (*end != '\0' || cols < 1 || rows < 1 || cols > 1000 || rows > 500)
		return script_bad(script, N_("size takes COLUMNSxROWS, such as 80x24, not {1}"), arg);
	ui_resize(&script->ui, (int)rows, (int)cols);
	return 0;
}

static int script_caps(struct script *script, const char *arg)
{
	while (*arg != '\0') {
		size_t len = strcspn(arg, " ");

		if (len == 4 && strncmp(arg, "utf8", 4) == 0)
			script->ui.surface.repertoire = REPERTOIRE_UTF8;
		else if (len == 5 && strncmp(arg, "ascii", 5) == 0)
			script->ui.surface.repertoire = REPERTOIRE_ASCII;
		else if (!(len == 4 && strncmp(arg, "mono", 4) == 0) && !(len == 5 && strncmp(arg, "color", 5) == 0))
			return script_bad(script, N_("caps takes utf8 or ascii, mono or color, not {1}"), arg);
		arg += len;
		arg += strspn(arg, " ");
	}
	return 0;
}

static int script_language(struct script *script, const char *arg)
{
	if (strchr(arg, '/') != NULL || strchr(arg, ' ') != NULL)
		return script_bad(script, N_("language takes a name such as fr, or C for no translation, not {1}"), arg);
	i18n_language(arg);
	return 0;
}

static int script_clock(struct script *script, const char *arg)
{
	char *end;
	int64_t ms, left;

	if (arg[0] == '+') {
		ms = strtoll(arg + 1, &end, 10);
		if (end == arg + 1 || *end != '\0' || ms < 0 || ms > SCRIPT_CLOCK_MAX || script->clock.now_ms + ms > SCRIPT_CLOCK_MAX)
			return script_bad(script, N_("clock takes +MILLISECONDS or an ISO instant, not {1}"), arg);
		/* step by step, so that a timer that a timer sets is due in time */
		for (left = ms; left > 0; left -= 250) {
			clock_advance(&script->clock, left < 250 ? left : 250);
			if (script->started && (left % 250 == 0 || left <= 250))
				loop_settle(script->loop, SCRIPT_TURNS);
			if (ms > 3600000) {
				clock_advance(&script->clock, left < 250 ? 0 : left - 250);
				break;
			}
		}
		return 0;
	}
	if (!date_parse_instant(arg, &ms))
		return script_bad(script, N_("clock takes +MILLISECONDS or an ISO instant, not {1}"), arg);
	if (ms > script->clock.now_ms)
		clock_advance(&script->clock, ms - script->clock.now_ms);
	script->clock.now_ms = ms;
	return 0;
}

static int script_key(struct script *script, const char *arg)
{
	script_begin(script);
	while (*arg != '\0') {
		size_t len = strcspn(arg, " ");
		char *name = mem_strndup(arg, len);
		int key = key_from_name(name);
		const struct keymap_entry *entry = key == KEY_NONE ? keymap_by_name(name) : NULL;

		if (entry != NULL)
			key = keymap_first_key(entry);
		if (key == KEY_NONE) {
			int status = script_bad(script, N_("there is no key {1}; the manual, outpost(1), lists them"), name);

			mem_free(name);
			return status;
		}
		mem_free(name);
		ui_key(&script->ui, key, NULL);
		script_settle(script);
		arg += len;
		arg += strspn(arg, " ");
	}
	return 0;
}

static int script_type(struct script *script, const char *arg)
{
	const char *end = arg + strlen(arg);

	script_begin(script);
	while (arg < end) {
		ui_key(&script->ui, (int)text_next(&arg, end), NULL);
		script_settle(script);
	}
	return 0;
}

static int script_paste(struct script *script, const char *arg)
{
	char *text = script_unescape(arg);

	if (text == NULL)
		return script_bad(script, N_("after \\ comes n, t or \\ in {1}"), arg);
	script_begin(script);
	ui_key(&script->ui, KEY_NONE, text);
	mem_free(text);
	return 0;
}

static int script_answers(struct script *script, const char *arg)
{
	char *text;
	size_t len;
	struct err err;
	enum status st = path_read(arg, SCRIPT_ANSWERS_MAX, &text, &len, &err);

	if (st != ST_OK)
		return script_bad_error(script, &err, 2);
	st = session_answers(script->session, text, len, &err);
	mem_free(text);
	return st == ST_OK ? 0 : script_bad_error(script, &err, 2);
}

static int script_settle_command(struct script *script, const char *arg)
{
	if (*arg != '\0')
		return script_bad(script, N_("settle takes nothing"), NULL);
	script_begin(script);
	return 0;
}

static int script_dump(struct script *script, const char *arg)
{
	char *text = script_screen(script);
	struct err err;
	int status = 0;

	if (strcmp(arg, "-") == 0) {
		if (fputs(text, stdout) == EOF || fflush(stdout) == EOF)
			status = 1;
	} else if (*arg == '\0') {
		status = script_bad(script, N_("dump takes a file, or - for standard output"), NULL);
	} else if (path_write(arg, text, strlen(text), &err) != ST_OK) {
		status = script_bad_error(script, &err, 1);
	}
	mem_free(text);
	return status;
}

static int script_check(struct script *script, const char *arg, bool expected)
{
	char *text = script_screen(script), *end;
	bool found;

	/* only the rows: cursor, screen and roles are not what a person sees */
	end = strstr(text, "\ncursor ");
	if (end != NULL)
		*end = '\0';
	found = strstr(text, arg) != NULL;
	if (end != NULL)
		*end = '\n';
	if (found != expected)
		fprintf(stderr, "%s:%d: %s %s\n%s", script->file, script->line, expected ? "expect" : "absent", arg, text);
	mem_free(text);
	return found == expected ? 0 : 1;
}

static int script_expect(struct script *script, const char *arg)
{
	return script_check(script, arg, true);
}

static int script_absent(struct script *script, const char *arg)
{
	return script_check(script, arg, false);
}

static int script_line(struct script *script, char *line)
{
	/* text: every blank of it counts, at its end, too */
	static const struct { const char *name; int (*run)(struct script *script, const char *arg); bool takes, text; } commands[] = {
		{ "size", script_size, true, false }, { "caps", script_caps, true, false }, { "language", script_language, true, false },
		{ "clock", script_clock, true, false }, { "key", script_key, true, false }, { "type", script_type, true, true },
		{ "paste", script_paste, true, true }, { "answers", script_answers, true, false }, { "settle", script_settle_command, false, false },
		{ "dump", script_dump, true, false }, { "expect", script_expect, true, true }, { "absent", script_absent, true, true },
	};
	size_t len, i;
	char *arg, *end;
	int status;

	line += strspn(line, " \t");
	if (*line == '\0' || *line == '#')
		return 0;
	if (!text_is_valid(line, strlen(line)))
		return script_bad(script, N_("the line is not UTF-8"), NULL);
	len = strcspn(line, " ");
	arg = line[len] == '\0' ? line + len : line + len + 1;
	for (i = 0; i < sizeof(commands) / sizeof(commands[0]); i++) {
		if (strlen(commands[i].name) != len || strncmp(commands[i].name, line, len) != 0)
			continue;
		for (end = arg + strlen(arg); !commands[i].text && end > arg && (end[-1] == ' ' || end[-1] == '\t'); *--end = '\0')
			;
		if (commands[i].takes && *arg == '\0')
			return script_bad(script, N_("{1} needs something behind it"), commands[i].name);
		status = commands[i].run(script, arg);
		if (status == 0)
			script_settle(script);
		return status;
	}
	return script_bad(script, N_("no such command: {1}"), line);
}

static int script_lines(struct script *script, char *text)
{
	int status = 0;

	while (*text != '\0' && status == 0) {
		size_t len = strcspn(text, "\n");
		bool last = text[len] == '\0';

		text[len] = '\0';
		if (len > 0 && text[len - 1] == '\r')
			text[len - 1] = '\0';
		script->line++;
		status = script_line(script, text);
		text += len + !last;
	}
	return status;
}

int ui_script(const char *file)
{
	return ui_script_in(file, NULL);
}

int ui_script_in(const char *file, const char *data)
{
	struct script script = { .file = file };
	struct session_options options = { .data_dir = data, .create = true, .seed = 1, .zone = "UTC", .device = "script" };
	struct clock clock;
	struct err err;
	char *text;
	size_t len;
	int status;

	if (path_read(file, SCRIPT_MAX, &text, &len, &err) != ST_OK)
		return script_bad_error(&script, &err, 2);
	if (strlen(text) != len) {
		mem_free(text);
		return script_bad(&script, N_("the script has a NUL byte in it"), NULL);
	}
	if (!date_parse_instant(SCRIPT_START, &script.clock.now_ms))
		script.clock.now_ms = 0;
	clock = clock_from_manual(&script.clock);
	script.loop = loop_new(&clock);
	options.loop = script.loop;
	i18n_language("C");
	if (session_open(&options, &script.session, &err) != ST_OK) {
		status = script_bad_error(&script, &err, 1);
	} else {
		status = session_answers(script.session, "[]", 2, &err) == ST_OK ? 0 : script_bad_error(&script, &err, 1);
		ui_init(&script.ui, script.session, 24, 80);
		if (status == 0)
			status = script_lines(&script, text);
		ui_done(&script.ui);
		session_close(script.session);
	}
	loop_free(script.loop);
	mem_free(text);
	return status;
}
