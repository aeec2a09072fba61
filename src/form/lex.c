/* Expressions as tokens: where a name or * is an operator depends on what stands before it, as in XPath. */
#include <ctype.h>
#include <stdlib.h>
#include <string.h>

#include "form/lex.h"

void lex_fail_args(struct parser *ps, int offset, const char *code, const char *const *id_and_args)
{
	if (ps->failed)
		return;
	ps->failed = true;
	ps->error->offset = offset;
	ps->error->code = code;
	message_set_args(&ps->error->message, NULL, id_and_args);
}

static bool is_name_start(char c)
{
	return isalpha((unsigned char)c) || c == '_' || (unsigned char)c >= 0x80;
}

static bool is_name_char(char c)
{
	return is_name_start(c) || isdigit((unsigned char)c) || c == '-' || c == '.' || c == ':';
}

bool expr_is_name(const char *text)
{
	if (!is_name_start(*text))
		return false;
	while (is_name_char(*text))
		text++;
	return !*text;
}

/* ${name} or ${/path/to}: what stands between the braces, blanks around it dropped. */
static enum token lex_dollar(struct parser *ps)
{
	const char *p = ps->p + 2;
	const char *end = strchr(p, '}');
	if (!end) {
		fail(ps, ps->at, "syntax", N_("a ${ without its }"));
		return TOKEN_END;
	}
	ps->p = end + 1;
	while (p < end && isspace((unsigned char)*p))
		p++;
	while (end > p && isspace((unsigned char)end[-1]))
		end--;
	bool path = p < end && *p == '/';
	ps->text = path ? p + 1 : p;
	ps->len = (size_t)(end - ps->text);
	bool fresh = true;
	size_t up = 0; /* leading ".." */
	while (!path && ps->len - up >= 2 && !memcmp(ps->text + up, "..", 2) && (up + 2 == ps->len || ps->text[up + 2] == '/'))
		up += up + 2 == ps->len ? 2 : 3;
	if (up && up == ps->len && ps->text[up - 1] == '.')
		return TOKEN_DOLLAR_NAME;
	for (size_t i = up; i < ps->len; i++) {
		char c = ps->text[i];
		if (fresh ? !is_name_start(c) : !(is_name_char(c) || c == '/')) {
			fresh = true;
			break;
		}
		fresh = c == '/';
	}
	if (!ps->len || fresh)
		fail(ps, ps->at, "syntax", N_("${ } needs a name such as ${admissionDate} or a path such as ${/symptoms/onsetDate}"));
	return path ? TOKEN_DOLLAR_PATH : TOKEN_DOLLAR_NAME;
}

static enum token lex_string(struct parser *ps)
{
	char quote = *ps->p;
	const char *end = strchr(ps->p + 1, quote);
	if (!end) {
		fail(ps, ps->at, "syntax", N_("a text without its closing quote"));
		return TOKEN_END;
	}
	ps->text = ps->p + 1;
	ps->len = (size_t)(end - ps->text);
	ps->p = end + 1;
	return TOKEN_STRING;
}

static const struct { const char *name; enum token token; } operator_words[] = {{"and", TOKEN_AND}, {"or", TOKEN_OR}, {"div", TOKEN_DIV}, {"mod", TOKEN_MOD}};

enum token lex_operator(const char *name, size_t len)
{
	for (size_t i = 0; i < sizeof operator_words / sizeof *operator_words; i++)
		if (strlen(operator_words[i].name) == len && !memcmp(operator_words[i].name, name, len))
			return operator_words[i].token;
	return TOKEN_NAME;
}

static size_t name_length(const char *name)
{
	const char *p = name;
	while (is_name_char(*p))
		p++;
	while (p[-1] == '.' || p[-1] == ':') /* a name does not end so */
		p--;
	return (size_t)(p - name);
}

static enum token lex_number(struct parser *ps)
{
	const char *p = ps->p;
	while (isdigit((unsigned char)*p))
		p++;
	if (*p == '.')
		p++;
	while (isdigit((unsigned char)*p))
		p++;
	size_t len = (size_t)(p - ps->p);
	char text[330];
	if (len >= sizeof text) {
		fail(ps, ps->at, "syntax", N_("this number is too long"));
		return TOKEN_END;
	}
	memcpy(text, ps->p, len);
	text[len] = '\0';
	ps->number = strtod(text, NULL);
	ps->p = p;
	if (is_name_start(*p) && lex_operator(p, name_length(p)) == TOKEN_NAME)
		fail(ps, (int)(p - ps->start), "syntax", N_("a number runs into a name; put a blank between"));
	return TOKEN_NUMBER;
}

static enum token lex_name(struct parser *ps)
{
	ps->text = ps->p;
	ps->len = name_length(ps->p);
	ps->p += ps->len;
	return ps->operand ? lex_operator(ps->text, ps->len) : TOKEN_NAME;
}

static enum token lex_sign(struct parser *ps)
{
	static const struct { const char *sign; enum token token; } signs[] = {
		{"!=", TOKEN_NE}, {"<=", TOKEN_LE}, {">=", TOKEN_GE}, {"..", TOKEN_DOTDOT}, {"=", TOKEN_EQ}, {"<", TOKEN_LT}, {">", TOKEN_GT}, {"+", TOKEN_PLUS},
		{"-", TOKEN_MINUS}, {"*", TOKEN_STAR}, {"(", TOKEN_OPEN}, {")", TOKEN_CLOSE}, {"[", TOKEN_OPEN_BRACKET}, {"]", TOKEN_CLOSE_BRACKET},
		{",", TOKEN_COMMA}, {"/", TOKEN_SLASH}, {".", TOKEN_DOT},
	};
	/* as other languages write it */
	static const struct { const char *sign, *instead; } others[] = {
		{"&&", "and"}, {"||", "or"}, {"<>", "!="}, {"==", "="}, {"%", "mod"},
	};
	for (size_t i = 0; i < sizeof others / sizeof *others; i++) {
		if (!strncmp(ps->p, others[i].sign, strlen(others[i].sign))) {
			fail(ps, ps->at, "syntax", N_("\"{1}\" has no meaning here; write {2}"), others[i].sign, others[i].instead);
			return TOKEN_END;
		}
	}
	for (size_t i = 0; i < sizeof signs / sizeof *signs; i++) {
		size_t len = strlen(signs[i].sign);
		if (!strncmp(ps->p, signs[i].sign, len)) {
			ps->p += len;
			return signs[i].token;
		}
	}
	char seen[8] = "";
	const char *end = ps->p;
	text_next(&end, ps->p + strlen(ps->p));
	memcpy(seen, ps->p, (size_t)(end - ps->p));
	fail(ps, ps->at, "syntax", N_("\"{1}\" has no meaning here"), seen);
	return TOKEN_END;
}

void lex_next(struct parser *ps)
{
	while (isspace((unsigned char)*ps->p))
		ps->p++;
	ps->at = (int)(ps->p - ps->start);
	char c = *ps->p;
	if (ps->failed || !c)
		ps->token = TOKEN_END;
	else if (c == '$' && ps->p[1] == '{')
		ps->token = lex_dollar(ps);
	else if (c == '"' || c == '\'')
		ps->token = lex_string(ps);
	else if (isdigit((unsigned char)c) || (c == '.' && isdigit((unsigned char)ps->p[1])))
		ps->token = lex_number(ps);
	else if (is_name_start(c))
		ps->token = lex_name(ps);
	else
		ps->token = lex_sign(ps);
	ps->operand = ps->token == TOKEN_NUMBER || ps->token == TOKEN_STRING || ps->token == TOKEN_NAME || ps->token == TOKEN_DOLLAR_NAME ||
		ps->token == TOKEN_DOLLAR_PATH || ps->token == TOKEN_DOT || ps->token == TOKEN_DOTDOT || ps->token == TOKEN_CLOSE || ps->token == TOKEN_CLOSE_BRACKET;
}
