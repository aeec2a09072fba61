/* Private to form: what the files of the language's functions share. */
#ifndef OUTPOST_FORM_FUNCTIONS_H
#define OUTPOST_FORM_FUNCTIONS_H

#include "form/expr.h"

/* ---- arguments of a call, evaluated ---- */

#define ARG(i) expr_evaluate(s, call->args[i])
#define BYTES_PER_STEP 64               /* of a text that a function works on */
#define TEXT_MAX ((size_t)1 << 20)      /* bytes that a function puts together */

double call_number(struct scope *s, const struct expr *call, size_t i);
bool call_boolean(struct scope *s, const struct expr *call, size_t i);
const char *call_text(struct scope *s, const struct expr *call, size_t i);   /* its length is spent; '' over the step limit */
/* For what looks into texts: as "=" sees them. What is then taken out of them is NFC, too. */
const char *call_nfc(struct scope *s, const struct expr *call, size_t i);
struct value call_self(struct scope *s);                                     /* of "." */
/* Calls visit for each argument from the first, a nodeset node by node. */
typedef void (*each_fn)(struct scope *s, const struct value *v, void *ctx);
void call_each(struct scope *s, const struct expr *call, size_t first, each_fn visit, void *ctx);

/* Words with white space between; *p goes on behind the word. */
bool word_next(const char **p, const char **word, size_t *len);
bool word_in(const char *list, const char *wanted);

/* ---- functions_text.c ---- */

struct value function_string_length(struct scope *s, const struct expr *call);
struct value function_substr(struct scope *s, const struct expr *call);
struct value function_substring_before(struct scope *s, const struct expr *call);
struct value function_substring_after(struct scope *s, const struct expr *call);
struct value function_contains(struct scope *s, const struct expr *call);
struct value function_starts_with(struct scope *s, const struct expr *call);
struct value function_ends_with(struct scope *s, const struct expr *call);
struct value function_concat(struct scope *s, const struct expr *call);
struct value function_join(struct scope *s, const struct expr *call);
struct value function_normalize_space(struct scope *s, const struct expr *call);
struct value function_translate(struct scope *s, const struct expr *call);
struct value function_upper_case(struct scope *s, const struct expr *call);
struct value function_lower_case(struct scope *s, const struct expr *call);
struct value function_regex(struct scope *s, const struct expr *call);

/* ---- functions_date.c ---- */

struct value function_today(struct scope *s, const struct expr *call);
struct value function_now(struct scope *s, const struct expr *call);
struct value function_date(struct scope *s, const struct expr *call);
struct value function_date_time(struct scope *s, const struct expr *call);
struct value function_decimal_date_time(struct scope *s, const struct expr *call);
struct value function_decimal_time(struct scope *s, const struct expr *call);
struct value function_format_date(struct scope *s, const struct expr *call);
struct value function_format_date_time(struct scope *s, const struct expr *call);
struct value function_age(struct scope *s, const struct expr *call);

#endif
