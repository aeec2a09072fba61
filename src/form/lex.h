/* Private to form: an expression's text as tokens (XPath 1.0, 3.7), for the parser. */
#ifndef OUTPOST_FORM_LEX_H
#define OUTPOST_FORM_LEX_H

#include "form/expr.h"

enum token {
	TOKEN_END, TOKEN_NUMBER, TOKEN_STRING, TOKEN_NAME, TOKEN_DOLLAR_NAME, TOKEN_DOLLAR_PATH, TOKEN_DOT, TOKEN_DOTDOT,
	TOKEN_OPEN, TOKEN_CLOSE, TOKEN_OPEN_BRACKET, TOKEN_CLOSE_BRACKET, TOKEN_COMMA, TOKEN_SLASH,
	TOKEN_EQ, TOKEN_NE, TOKEN_LT, TOKEN_LE, TOKEN_GT, TOKEN_GE, TOKEN_PLUS, TOKEN_MINUS, TOKEN_STAR, TOKEN_DIV, TOKEN_MOD, TOKEN_AND, TOKEN_OR
};

struct parser {
	const char *start, *p;
	enum token token;
	int at;                     /* offset of the token */
	const char *text;           /* of names and strings */
	size_t len;
	double number;
	bool operand;               /* the token before could end an operand: names and * are operators now */
	bool bare_names;
	int predicate;
	int depth;
	struct expr_error *error;
	bool failed;
};

#define fail(ps, offset, code, ...) lex_fail_args((ps), (offset), (code), (const char *const[]){__VA_ARGS__, NULL})

void lex_next(struct parser *ps);                                   /* the next token, or a mistake */
/* The first mistake counts: it is kept, and only TOKEN_END follows. */
void lex_fail_args(struct parser *ps, int offset, const char *code, const char *const *id_and_args);
/* The operator that a name of so many bytes is where one may stand; TOKEN_NAME: none. */
enum token lex_operator(const char *name, size_t len);

#endif
