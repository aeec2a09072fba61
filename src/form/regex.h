/* Private to form/: the own linear matcher of regex() (forms.md "The language"). Whole texts are matched, code point by code point.
 *
 * Literals . [] \d \w \s ( ) | * + ? {m,n<=255} ^ $ and escapes of signs; compiled to a machine of limited size whose states are
 * advanced side by side, so that time grows with text times pattern and never worse. */
#ifndef OUTPOST_FORM_REGEX_H
#define OUTPOST_FORM_REGEX_H

#include <stdbool.h>
#include <stddef.h>

#define REGEX_MAX_SIZE 20000     /* states of one pattern, repetitions written out */
#define REGEX_MAX_REPEAT 255
#define REGEX_MAX_NESTING 32

struct regex;

/* NULL when the pattern is not one: *reason then is an English text to be translated, *at the byte where it is. Both may be NULL. */
struct regex *regex_new(const char *pattern, const char **reason, size_t *at);
void regex_free(struct regex *regex);
/* Visits of states are taken from *budget; when it is used up the answer is false and *budget 0. */
bool regex_matches(const struct regex *regex, const char *text, size_t *budget);

#endif
