/* Reading an expression: XPath's grammar as far as forms.md takes it. */
#include <ctype.h>
#include <stdlib.h>
#include <string.h>

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

#define fail(ps, offset, code, ...) fail_with((ps), (offset), (code), (const char *const[]){__VA_ARGS__, NULL})

static void fail_with(struct parser *ps, int offset, const char *code, const char *const *id_and_args)
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

/* The operator that a name of so many bytes is where one may stand; TOKEN_NAME: none. */
static enum token operator_of(const char *name, size_t len)
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
	if (is_name_start(*p) && operator_of(p, name_length(p)) == TOKEN_NAME)
		fail(ps, (int)(p - ps->start), "syntax", N_("a number runs into a name; put a blank between"));
	return TOKEN_NUMBER;
}

static enum token lex_name(struct parser *ps)
{
	ps->text = ps->p;
	ps->len = name_length(ps->p);
	ps->p += ps->len;
	return ps->operand ? operator_of(ps->text, ps->len) : TOKEN_NAME;
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

static void lex(struct parser *ps)
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

/* ---- trees ---- */

static struct expr *expr_new(enum expr_op op, int offset)
{
	struct expr *e = mem_calloc(1, sizeof *e);
	e->op = op;
	e->offset = offset;
	return e;
}

static void expr_add(struct expr *e, struct expr *arg)
{
	e->args = mem_realloc(e->args, e->count + 1, sizeof(struct expr *));
	e->args[e->count++] = arg;
}

static struct expr *expr_binary(enum expr_op op, int offset, struct expr *left, struct expr *right)
{
	struct expr *e = expr_new(op, offset);
	expr_add(e, left);
	expr_add(e, right);
	return e;
}

void expr_free(struct expr *e)
{
	if (!e)
		return;
	for (size_t i = 0; i < e->count; i++)
		expr_free(e->args[i]);
	mem_free(e->args);
	for (int i = 0; i < e->tail.count; i++)
		mem_free(e->tail.steps[i]);
	expr_free(e->tail.predicate);
	regex_free(e->regex);
	mem_free(e->text);
	mem_free(e);
}

static void walk(const struct expr *e, expr_visit_fn visit, void *ctx, int in_predicate)
{
	visit(ctx, e, in_predicate);
	for (size_t i = 0; i < e->count; i++)
		walk(e->args[i], visit, ctx, in_predicate);
	if (e->tail.predicate)
		walk(e->tail.predicate, visit, ctx, in_predicate + 1);
}

void expr_walk(const struct expr *e, expr_visit_fn visit, void *ctx)
{
	walk(e, visit, ctx, 0);
}

bool expr_is_boolean(const struct expr *e)
{
	return e->op == EXPR_OR || e->op == EXPR_AND || e->op == EXPR_COMPARE || (e->op == EXPR_CALL && expr_functions[e->function].boolean);
}

/* ---- grammar ---- */

static struct expr *parse_or(struct parser *ps);

static bool expect(struct parser *ps, enum token token, const char *id)
{
	if (ps->token == token) {
		lex(ps);
		return true;
	}
	fail(ps, ps->at, "syntax", id);
	return false;
}

static void add_step(struct parser *ps, struct expr *e, const char *text, size_t len)
{
	if (e->tail.count == EXPR_MAX_STEPS) {
		fail(ps, ps->at, "nesting", N_("this path has too many steps"));
		return;
	}
	e->tail.steps[e->tail.count++] = mem_strndup(text, len);
}

/* /name, /.. and one [predicate] behind a reference. */
static void parse_tail(struct parser *ps, struct expr *e)
{
	while (!ps->failed) {
		if (ps->token == TOKEN_SLASH) {
			ps->operand = false;
			lex(ps);
			if (ps->token == TOKEN_DOTDOT)
				add_step(ps, e, "..", 2);
			else if (ps->token == TOKEN_NAME)
				add_step(ps, e, ps->text, ps->len);
			else
				fail(ps, ps->at, "syntax", N_("a name is expected after /"));
			lex(ps);
		} else if (ps->token == TOKEN_OPEN_BRACKET) {
			if (e->tail.predicate) {
				fail(ps, ps->at, "syntax", N_("only one [ ] can follow a reference; join the conditions with \"and\""));
				return;
			}
			lex(ps);
			ps->predicate++;
			e->tail.predicate = parse_or(ps);
			e->tail.predicate_after = e->tail.count;
			ps->predicate--;
			expect(ps, TOKEN_CLOSE_BRACKET, N_("a [ without its ]"));
		} else {
			return;
		}
	}
}

/* What is left of the token from p on: steps between slashes; then what follows the reference. */
static struct expr *parse_steps(struct parser *ps, struct expr *e, const char *p)
{
	const char *end = ps->text + ps->len;
	while (p < end) {
		const char *slash = memchr(p, '/', (size_t)(end - p));
		const char *stop = slash ? slash : end;
		add_step(ps, e, p, (size_t)(stop - p));
		p = slash ? slash + 1 : end;
	}
	lex(ps);
	parse_tail(ps, e);
	return e;
}

static struct expr *parse_path(struct parser *ps)
{
	struct expr *e = expr_new(EXPR_ROOT, ps->at);
	e->text = mem_strndup(ps->text, ps->len);
	return parse_steps(ps, e, ps->text);
}

/* ${name}, ${name/name}; ${..} and ${../name} look from the field being checked. */
static struct expr *parse_dollar_name(struct parser *ps)
{
	const char *p = ps->text;
	bool up = *p == '.';
	struct expr *e = expr_new(up ? EXPR_CURRENT : EXPR_NAME, ps->at);
	size_t first = strcspn(p, "/}");
	first = first > ps->len ? ps->len : first;
	if (!up) {
		e->text = mem_strndup(p, first);
		p += first + (first < ps->len);
	}
	return parse_steps(ps, e, p);
}

/* A literal pattern is compiled here, once, and its mistakes are found at load. */
static void check_pattern(struct parser *ps, struct expr *call)
{
	if (strcmp(call->text, "regex") != 0 || call->count != 2 || call->args[1]->op != EXPR_STRING)
		return;
	size_t at = 0;
	const char *why = NULL;
	call->regex = regex_new(call->args[1]->text, &why, &at);
	if (!call->regex)
		fail(ps, call->args[1]->offset + 1 + (int)at, "pattern", why);
}

/* A field of the items, then for each repeat the repeat and a number. */
static void check_indexed_repeat(struct parser *ps, const struct expr *call, int offset)
{
	if (ps->failed || strcmp(call->text, "indexed-repeat") != 0)
		return;
	bool fine = call->count % 2 == 1;
	for (size_t i = 0; fine && i < call->count; i += i ? 2 : 1)
		fine = expr_is_reference(call->args[i]);
	if (!fine)
		fail(ps, offset, "arguments", N_("{1}() takes a ${name}, then for each repeat the repeat and a number"), call->text);
}

/* What XLSForm has and this has not, and what to write. */
static const char *instead_of(const char *name)
{
	static const struct { const char *name, *instead; } missing[] = {
		{"pulldata", N_("use reference, or a list of the form's own")}, {"search", N_("use reference; long lists search as one types")},
		{"instance", N_("use reference, or a list of the form's own")}, {"substring", N_("write substr(text, start, end), which counts from 0")},
		{"last", N_("write count()")}, {"uuid", N_("new records and items have theirs already")}, {"random", N_("a form gives the same answer each time")},
	};
	for (size_t i = 0; i < sizeof missing / sizeof *missing; i++)
		if (!strcmp(missing[i].name, name))
			return missing[i].instead;
	return NULL;
}

static struct expr *parse_call(struct parser *ps)
{
	struct expr *e = expr_new(EXPR_CALL, ps->at);
	e->text = mem_strndup(ps->text, ps->len);
	int offset = ps->at;
	lex(ps);
	expect(ps, TOKEN_OPEN, N_("a ( is expected"));
	while (!ps->failed && ps->token != TOKEN_CLOSE) {
		expr_add(e, parse_or(ps));
		if (e->count > EXPR_MAX_ARGS)
			fail(ps, ps->at, "arguments", N_("too many arguments"));
		if (ps->token != TOKEN_COMMA)
			break;
		lex(ps);
		if (ps->token == TOKEN_CLOSE)
			fail(ps, ps->at, "syntax", N_("an argument is expected after the comma"));
	}
	expect(ps, TOKEN_CLOSE, N_("a ( without its )"));
	if (ps->failed)
		return e;
	if (!strcmp(e->text, "current")) {
		if (e->count)
			fail(ps, offset, "arguments", N_("{1}() takes no argument"), e->text);
		e->op = EXPR_CURRENT;
		parse_tail(ps, e);
		return e;
	}
	e->function = expr_find_function(e->text);
	if (e->function < 0) {
		const char *names[128];
		size_t count = 0;
		for (const struct function *f = expr_functions; f->name && count < 128; f++)
			names[count++] = f->name;
		const char *near = expr_nearest(e->text, names, count);
		const char *instead = instead_of(e->text);
		if (instead)
			fail(ps, offset, "unsupported", N_("\"{1}\" does not exist here: {2}"), e->text, instead);
		else if (near)
			fail(ps, offset, "unknown_function", N_("there is no function {1}(); did you mean {2}()?"), e->text, near);
		else
			fail(ps, offset, "unknown_function", N_("there is no function {1}()"), e->text);
		e->function = 0;
		return e;
	}
	const struct function *f = &expr_functions[e->function];
	if ((int)e->count < f->least || (f->most >= 0 && (int)e->count > f->most)) {
		char least[24], most[24];
		if (f->most == f->least)
			fail(ps, offset, "arguments", N_("{1}() takes {2} arguments"), f->name, err_number(least, f->least));
		else if (f->most < 0)
			fail(ps, offset, "arguments", N_("{1}() takes at least {2} arguments"), f->name, err_number(least, f->least));
		else
			fail(ps, offset, "arguments", N_("{1}() takes {2} to {3} arguments"), f->name, err_number(least, f->least), err_number(most, f->most));
	}
	check_indexed_repeat(ps, e, offset);
	check_pattern(ps, e);
	return e;
}

static bool next_is_open(const struct parser *ps)
{
	const char *p = ps->p;
	while (isspace((unsigned char)*p))
		p++;
	return *p == '(';
}

static struct expr *parse_primary(struct parser *ps)
{
	struct expr *e = NULL;
	int at = ps->at;
	switch (ps->token) {
	case TOKEN_NUMBER:
		e = expr_new(EXPR_NUMBER, at);
		e->number = ps->number;
		lex(ps);
		return e;
	case TOKEN_STRING:
		e = expr_new(EXPR_STRING, at);
		e->text = mem_strndup(ps->text, ps->len);
		lex(ps);
		return e;
	case TOKEN_OPEN:
		lex(ps);
		e = parse_or(ps);
		expect(ps, TOKEN_CLOSE, N_("a ( without its )"));
		return e;
	case TOKEN_DOT:
	case TOKEN_DOTDOT:
		e = expr_new(ps->token == TOKEN_DOT ? EXPR_SELF : EXPR_PARENT, at);
		lex(ps);
		parse_tail(ps, e);
		return e;
	case TOKEN_DOLLAR_PATH:
		return parse_path(ps);
	case TOKEN_DOLLAR_NAME:
		return parse_dollar_name(ps);
	case TOKEN_NAME:
		if (next_is_open(ps))
			return parse_call(ps);
		e = expr_new(EXPR_BARE, at);
		e->text = mem_strndup(ps->text, ps->len);
		if (operator_of(e->text, strlen(e->text)) != TOKEN_NAME && !ps->predicate && !ps->bare_names)
			fail(ps, at, "syntax", N_("a value is expected here"));
		else if (!ps->predicate && !ps->bare_names && expr_find_function(e->text) >= 0)
			fail(ps, at, "syntax", N_("\"{1}\" stands alone; write {1}() for the function, ${{1}} for a field or '{1}' for a text"), e->text);
		else if (!ps->predicate && !ps->bare_names)
			fail(ps, at, "syntax", N_("\"{1}\" stands alone; write ${{1}} for a field or '{1}' for a text"), e->text);
		lex(ps);
		if (ps->predicate)
			parse_tail(ps, e); /* a key of the item leads on as ${ } does; a column of a choice does not */
		return e;
	case TOKEN_END:
		fail(ps, at, "syntax", N_("the expression ends too early"));
		break;
	case TOKEN_CLOSE:
	case TOKEN_OPEN_BRACKET:
	case TOKEN_CLOSE_BRACKET:
	case TOKEN_COMMA:
	case TOKEN_SLASH:
	case TOKEN_EQ:
	case TOKEN_NE:
	case TOKEN_LT:
	case TOKEN_LE:
	case TOKEN_GT:
	case TOKEN_GE:
	case TOKEN_PLUS:
	case TOKEN_MINUS:
	case TOKEN_STAR:
	case TOKEN_DIV:
	case TOKEN_MOD:
	case TOKEN_AND:
	case TOKEN_OR:
		fail(ps, at, "syntax", N_("a value is expected here"));
		break;
	}
	return expr_new(EXPR_NUMBER, at);
}

static struct expr *parse_unary(struct parser *ps)
{
	if (ps->token != TOKEN_MINUS)
		return parse_primary(ps);
	struct expr *e = expr_new(EXPR_NEGATE, ps->at);
	if (++ps->depth > FORM_MAX_NESTING)
		fail(ps, ps->at, "nesting", N_("the expression is nested too deeply"));
	lex(ps);
	expr_add(e, ps->failed ? expr_new(EXPR_NUMBER, ps->at) : parse_unary(ps));
	ps->depth--;
	return e;
}

static struct expr *parse_product(struct parser *ps)
{
	struct expr *left = parse_unary(ps);
	while (!ps->failed && (ps->token == TOKEN_STAR || ps->token == TOKEN_DIV || ps->token == TOKEN_MOD)) {
		enum expr_op op = ps->token == TOKEN_STAR ? EXPR_MULTIPLY : ps->token == TOKEN_DIV ? EXPR_DIVIDE : EXPR_MODULO;
		int at = ps->at;
		lex(ps);
		left = expr_binary(op, at, left, parse_unary(ps));
	}
	return left;
}

static struct expr *parse_sum(struct parser *ps)
{
	struct expr *left = parse_product(ps);
	while (!ps->failed && (ps->token == TOKEN_PLUS || ps->token == TOKEN_MINUS)) {
		enum expr_op op = ps->token == TOKEN_PLUS ? EXPR_ADD : EXPR_SUBTRACT;
		int at = ps->at;
		lex(ps);
		left = expr_binary(op, at, left, parse_product(ps));
	}
	return left;
}

static bool compare_of(enum token token, bool equality, enum compare_op *op)
{
	static const struct { enum token token; enum compare_op op; bool equality; } ops[] = {
		{TOKEN_EQ, COMPARE_EQ, true}, {TOKEN_NE, COMPARE_NE, true}, {TOKEN_LT, COMPARE_LT, false}, {TOKEN_LE, COMPARE_LE, false},
		{TOKEN_GT, COMPARE_GT, false}, {TOKEN_GE, COMPARE_GE, false},
	};
	for (size_t i = 0; i < sizeof ops / sizeof *ops; i++) {
		if (ops[i].token == token && ops[i].equality == equality) {
			*op = ops[i].op;
			return true;
		}
	}
	return false;
}

/* true and false are not texts: what is compared with 'true' is nearly always meant otherwise. */
static void check_boolean_string(struct parser *ps, const struct expr *e)
{
	for (size_t i = 0; i < 2; i++)
		if (expr_is_boolean(e->args[i]) && e->args[1 - i]->op == EXPR_STRING)
			fail(ps, e->args[1 - i]->offset, "boolean_string", N_("a condition is compared with the text '{1}'; leave the comparison out, or use true()"),
				e->args[1 - i]->text);
}

static struct expr *parse_comparison(struct parser *ps, bool equality)
{
	struct expr *left = equality ? parse_comparison(ps, false) : parse_sum(ps);
	enum compare_op op;
	while (!ps->failed && compare_of(ps->token, equality, &op)) {
		int at = ps->at;
		lex(ps);
		left = expr_binary(EXPR_COMPARE, at, left, equality ? parse_comparison(ps, false) : parse_sum(ps));
		left->compare = op;
		check_boolean_string(ps, left);
	}
	return left;
}

static struct expr *parse_and(struct parser *ps)
{
	struct expr *left = parse_comparison(ps, true);
	while (!ps->failed && ps->token == TOKEN_AND) {
		int at = ps->at;
		lex(ps);
		left = expr_binary(EXPR_AND, at, left, parse_comparison(ps, true));
	}
	return left;
}

static struct expr *parse_or(struct parser *ps)
{
	if (++ps->depth > FORM_MAX_NESTING) {
		fail(ps, ps->at, "nesting", N_("the expression is nested too deeply"));
		ps->depth--;
		return expr_new(EXPR_NUMBER, ps->at);
	}
	struct expr *left = parse_and(ps);
	while (!ps->failed && ps->token == TOKEN_OR) {
		int at = ps->at;
		lex(ps);
		left = expr_binary(EXPR_OR, at, left, parse_and(ps));
	}
	ps->depth--;
	return left;
}

#define EXPR_MAX_BYTES 8192

struct expr *expr_parse(const char *text, bool bare_names, struct expr_error *error)
{
	struct parser ps = {.start = text, .p = text, .bare_names = bare_names, .error = error};
	if (strlen(text) > EXPR_MAX_BYTES) {
		fail(&ps, 0, "nesting", N_("the expression is too long"));
		return NULL;
	}
	if (!text_is_valid(text, strlen(text))) {
		fail(&ps, 0, "syntax", N_("not valid UTF-8"));
		return NULL;
	}
	lex(&ps);
	struct expr *e = parse_or(&ps);
	if (!ps.failed && ps.token != TOKEN_END)
		fail(&ps, ps.at, "syntax", N_("an operator is expected here"));
	if (ps.failed) {
		expr_free(e);
		return NULL;
	}
	return e;
}
