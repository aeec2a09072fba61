/* Private to form: regular expressions that run in time proportional to the text (forms.md: literals . [] \d \w \s ( ) | * + ? {m,n<=255} ^ $). */
#ifndef OUTPOST_FORM_REGEX_H
#define OUTPOST_FORM_REGEX_H

#include <stdbool.h>
#include <stddef.h>

struct regex;

#define REGEX_MAX_STATES 20000

/* NULL when the pattern is wrong: *at is where (bytes), *why a message id. */
struct regex *regex_new(const char *pattern, size_t *at, const char **why);
void regex_free(struct regex *regex);
bool regex_matches(const struct regex *regex, const char *text);   /* the whole text */
size_t regex_cost(const struct regex *regex);                      /* states: steps for one character */

#endif
