/* Reading an expression: XPath's grammar as far as forms.md takes it. */
#include <ctype.h>
#include <stdlib.h>
#include <string.h>

#include "form/lex.h"

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

bool expr_is_boolean(const struct expr *e)
{
	return e->op == EXPR_OR || e->op == EXPR_AND || e->op == EXPR_COMPARE || (e->op == EXPR_CALL && expr_functions[e->function].boolean);
}

/* ---- grammar ---- */

static struct expr *parse_or(struct parser *ps);

static bool expect(struct parser *ps, enum token token, const char *id)
{
	if (ps->token == token) {
		lex_next(ps);
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
			lex_next(ps);
			if (ps->token == TOKEN_DOTDOT)
				add_step(ps, e, "..", 2);
			else if (ps->token == TOKEN_NAME)
				add_step(ps, e, ps->text, ps->len);
			else
				fail(ps, ps->at, "syntax", N_("a name is expected after /"));
			lex_next(ps);
		} else if (ps->token == TOKEN_OPEN_BRACKET) {
			if (e->tail.predicate) {
				fail(ps, ps->at, "syntax", N_("only one [ ] can follow a reference; join the conditions with \"and\""));
				return;
			}
			lex_next(ps);
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
	lex_next(ps);
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

/* What XLSForm, XPath or a spreadsheet has and this has not, and what to write. */
static const char *instead_of(const char *name)
{
	static const struct { const char *name, *instead; } missing[] = {
		{"pulldata", N_("use reference, or a list of the form's own")}, {"search", N_("use reference; long lists search as one types")},
		{"instance", N_("use reference, or a list of the form's own")}, {"substring", N_("write substr(text, start, end), which counts from 0")},
		{"last", N_("write count()")}, {"uuid", N_("new records and items have theirs already")}, {"random", N_("a form gives the same answer each time")},
		{"randomize", N_("a form gives the same answer each time")}, {"floor", N_("write round(x - 0.5)")}, {"ceiling", N_("write -round(-x - 0.5)")},
		{"sqrt", N_("write pow(x, 0.5)")}, {"avg", N_("write sum(set) div count(set)")}, {"string-join", N_("write join(separator, set)")},
		{"checklist", N_("add conditions up: number(a) + number(b) >= 1")}, {"weighted-checklist", N_("add conditions up: number(a) + number(b) >= 1")},
		{"trim", N_("write normalize-space(x)")}, {"len", N_("write string-length(x)")}, {"lower", N_("write lower-case(x)")}, {"upper", N_("write upper-case(x)")},
		{"empty", N_("compare with ''")}, {"isnull", N_("compare with ''")}, {"year", N_("write format-date(x, '%Y')")},
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
	lex_next(ps);
	expect(ps, TOKEN_OPEN, N_("a ( is expected"));
	while (!ps->failed && ps->token != TOKEN_CLOSE) {
		expr_add(e, parse_or(ps));
		if (e->count > EXPR_MAX_ARGS)
			fail(ps, ps->at, "arguments", N_("too many arguments"));
		if (ps->token != TOKEN_COMMA)
			break;
		lex_next(ps);
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
		if (f->most == 0)
			fail(ps, offset, "arguments", N_("{1}() takes no argument"), f->name);
		else if (f->most == 1 && f->least == 1)
			fail(ps, offset, "arguments", N_("{1}() takes one argument"), f->name);
		else if (f->most < 0 && f->least == 1)
			fail(ps, offset, "arguments", N_("{1}() takes at least one argument"), f->name);
		else if (f->most == f->least)
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
		lex_next(ps);
		return e;
	case TOKEN_STRING:
		e = expr_new(EXPR_STRING, at);
		e->text = mem_strndup(ps->text, ps->len);
		lex_next(ps);
		return e;
	case TOKEN_OPEN:
		lex_next(ps);
		e = parse_or(ps);
		expect(ps, TOKEN_CLOSE, N_("a ( without its )"));
		return e;
	case TOKEN_DOT:
	case TOKEN_DOTDOT:
		e = expr_new(ps->token == TOKEN_DOT ? EXPR_SELF : EXPR_PARENT, at);
		lex_next(ps);
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
		if (lex_operator(e->text, strlen(e->text)) != TOKEN_NAME && !ps->predicate && !ps->bare_names)
			fail(ps, at, "syntax", N_("a value is expected here"));
		else if (!ps->predicate && !ps->bare_names && expr_find_function(e->text) >= 0)
			fail(ps, at, "syntax", N_("\"{1}\" stands alone; write {1}() for the function, ${{1}} for a field or '{1}' for a text"), e->text);
		else if (!ps->predicate && !ps->bare_names)
			fail(ps, at, "syntax", N_("\"{1}\" stands alone; write ${{1}} for a field or '{1}' for a text"), e->text);
		lex_next(ps);
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
	lex_next(ps);
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
		lex_next(ps);
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
		lex_next(ps);
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
		lex_next(ps);
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
		lex_next(ps);
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
		lex_next(ps);
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
	lex_next(&ps);
	struct expr *e = parse_or(&ps);
	if (!ps.failed && ps.token != TOKEN_END)
		fail(&ps, ps.at, "syntax", N_("an operator is expected here"));
	if (ps.failed) {
		expr_free(e);
		return NULL;
	}
	return e;
}
