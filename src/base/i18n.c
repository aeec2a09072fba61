#include "base/i18n.h"

#include <langinfo.h>
#include <libintl.h>
#include <locale.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "base/message.h"
#include "base/text.h"

#ifndef PACKAGE
#define PACKAGE "outpost"
#endif

void i18n_init(const char *locale_dir)
{
	/* A locale that is not generated, or plain ASCII, still gets UTF-8 characters (terminal.md "Drawing"). */
	if (!setlocale(LC_ALL, ""))
		setlocale(LC_ALL, "C.UTF-8");
	if (!strcmp(nl_langinfo(CODESET), "ANSI_X3.4-1968"))
		setlocale(LC_CTYPE, "C.UTF-8");
	setlocale(LC_NUMERIC, "C");
	bindtextdomain(PACKAGE, locale_dir);
	bind_textdomain_codeset(PACKAGE, "UTF-8");
	textdomain(PACKAGE);
}

void i18n_language(const char *language)
{
	/* the folder that was bound stays; binding it again makes gettext forget what it found in the language before */
	const char *bound = bindtextdomain(PACKAGE, NULL);
	char *folder = mem_strdup(bound ? bound : "/nonexistent");

	setenv("LANGUAGE", language, 1);
	setenv("LC_ALL", "C.UTF-8", 1);
	i18n_init(folder);
	mem_free(folder);
}

const char *i18n_text(const char *id)
{
	return id && *id ? dgettext(PACKAGE, id) : "";
}

const char *i18n_context_text(const char *context, const char *id)
{
	if (!context || !id || !*id)
		return i18n_text(id);
	char key[2048];
	int len = snprintf(key, sizeof key, "%s\004%s", context, id);
	if (len < 0 || (size_t)len >= sizeof key)
		return id;
	const char *found = dgettext(PACKAGE, key);
	return found == key ? id : found;
}

const char *i18n_label(const char *context, const char *id)
{
	return context ? i18n_context_text(context, id) : id;
}

const char *i18n_plural(const char *one, const char *many, unsigned long n)
{
	return dngettext(PACKAGE, one, many, n);
}

const char *i18n_date_order(void)
{
	const char *name = setlocale(LC_TIME, NULL), *at = nl_langinfo(D_FMT);

	/* The locale C has the American order, and stands for no wish at all. */
	if (!name || !strcmp(name, "C") || !strcmp(name, "POSIX") || !strncmp(name, "C.", 2))
		return "dmy";
	for (; *at; at++) {
		if (*at == 'd' || *at == 'e')
			return "dmy";
		if (*at == 'm' || *at == 'b' || *at == 'D')
			return "mdy";
		if (*at == 'y' || *at == 'Y' || *at == 'F')
			return "ymd";
	}
	return "dmy";
}

size_t i18n_message(const struct message *msg, char *out, size_t size)
{
	unsigned long n = msg->count > 0 ? (unsigned long)msg->count : 0;

	return message_fill(msg, msg->many ? i18n_plural(msg->id, msg->many, n) : i18n_context_text(msg->context, msg->id), out, size);
}

size_t i18n_error(const struct err *err, char *out, size_t size)
{
	struct err translated = *err;
	char place[200] = "";
	if (err->line > 0) {
		char line[24], column[24];
		struct message where;
		message_set(&where, err->column > 0 ? N_("line {1}, column {2}") : N_("line {1}"), err_number(line, err->line), err_number(column, err->column));
		i18n_message(&where, place, sizeof place);
	}
	size_t n = 0;
	if (size)
		out[0] = '\0';
	for (int i = -1; i < translated.depth; i++) {
		char part[1024];
		if (i < 0) {
			if (!*place)
				continue;
			snprintf(part, sizeof part, "%s", place);
		} else {
			i18n_message(&translated.msg[i], part, sizeof part);
		}
		int len = snprintf(n < size ? out + n : NULL, n < size ? size - n : 0, "%s%s", n ? ": " : "", part);
		n += len > 0 ? (size_t)len : 0;
	}
	if (size && n >= size)
		out[text_cut(out, size - 1)] = '\0';
	return n;
}
