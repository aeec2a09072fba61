/* Text is UTF-8. What comes from outside is checked once (text_is_valid), kept as it is, and made safe on the way out. */
#ifndef OUTPOST_BASE_TEXT_H
#define OUTPOST_BASE_TEXT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

bool text_is_valid(const char *s, size_t len);                 /* well-formed UTF-8 without NUL, surrogates or overlong forms */
int32_t text_next(const char **s, const char *end);            /* one code point and moves *s; -1 at the end; U+FFFD for a bad byte */
size_t text_put(int32_t cp, char out[4]);                      /* bytes written; U+FFFD for what is no character */
size_t text_count(const char *s);                              /* code points after NFC (forms.md "Lengths in code points") */
/* Where an offset of a text is for a person: line and column in characters, both from 1. */
void text_place(const char *s, size_t offset, int *line, int *column);
char *text_nfc(const char *s);                                 /* new string, the caller frees it */
char *text_fold(const char *s);                                /* for searching: NFKD, marks stripped, case folded; new string */
bool text_same(const char *a, const char *b);                  /* equal after NFC (sync.md "Equality"); NULL = "" */
char *text_safe_json(const char *json);                        /* the same JSON for a terminal: such characters as \u escapes; new string */
char *text_safe(const char *s);                                /* for showing and logs: control and bidirectional characters become visible signs; new string */
int text_width(int32_t cp);                                    /* terminal cells 0, 1 or 2 from utf8proc's table */
int text_columns(const char *s);                               /* cells of a whole string */
size_t text_cut(const char *s, size_t max_bytes);              /* the largest length <= max_bytes at a character border */
bool text_is_blank(const char *s);                             /* NULL, empty or white space only */
bool text_starts(const char *s, const char *prefix);
char *text_upper(const char *s);                               /* code point by code point (utf8proc); new string */
char *text_lower(const char *s);

#endif
