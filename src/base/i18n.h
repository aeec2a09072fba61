/* Translation with gettext; only ui/, cmd/ and main use it. */
#ifndef OUTPOST_BASE_I18N_H
#define OUTPOST_BASE_I18N_H

#include <stddef.h>

#include "base/err.h"

void i18n_init(const char *locale_dir);                             /* setlocale, bindtextdomain; falls back to C.UTF-8 (terminal.md "Drawing") */
/* The texts of this language ("fr"; "C": none) from the folder that i18n_init was given, whatever the environment says; days, numbers and order as in C. */
void i18n_language(const char *language);
const char *i18n_text(const char *id);                              /* "" stays "" */
const char *i18n_context_text(const char *context, const char *id); /* context NULL = i18n_text */
/* A label: without a context it is somebody's own text, a site's or a server's, and stays as it is. */
const char *i18n_label(const char *context, const char *id);
const char *i18n_plural(const char *one, const char *many, unsigned long n);
size_t i18n_message(const struct message *msg, char *out, size_t size);  /* translated, arguments put in; returns the full length */
size_t i18n_error(const struct err *err, char *out, size_t size);        /* as err_text, translated */

/* The order in which the locale writes a date: "dmy", "mdy" or "ymd"; "dmy" where no locale is set. */
const char *i18n_date_order(void);

#define _(id) i18n_text(id)

#endif
