#include "form/regex.h"

#include <stdint.h>
#include <string.h>

#include "base/base.h"

enum node_type { NODE_EMPTY, NODE_CHAR, NODE_ANY, NODE_SET, NODE_START, NODE_END, NODE_CAT, NODE_ALT, NODE_REPEAT };

struct range { int32_t from, to; };

struct node {
	enum node_type type;
	int32_t cp;
	bool negated;
	size_t first_range, range_count;
	int left, right;             /* of CAT and ALT; left of REPEAT */
	int min, max;                /* of REPEAT; max -1: any number */
};

enum state_type { STATE_CHAR, STATE_ANY, STATE_SET, STATE_START, STATE_END, STATE_SPLIT, STATE_MATCH };

struct state {
	enum state_type type;
	int32_t cp;
	bool negated;
	size_t first_range, range_count;
	int out, out2;
};

struct regex {
	struct range *ranges;
	size_t range_count, range_cap;
	struct state *states;
	size_t state_count, state_cap;
	int start;
};

struct parser {
	struct regex *regex;
	const char *start, *p, *end;
	struct node *nodes;
	size_t node_count, node_cap;
	int depth;
	const char *reason;
	const char *where;
};

static int parse_alternatives(struct parser *ps);

static int parse_fail(struct parser *ps, const char *where, const char *reason)
{
	if (ps->reason == NULL) {
		ps->reason = reason;
		ps->where = where;
	}
	return -1;
}

static int node_add(struct parser *ps, struct node node)
{
	void *array = ps->nodes;

	mem_grow(&array, &ps->node_cap, ps->node_count + 1, sizeof(*ps->nodes));
	ps->nodes = array;
	ps->nodes[ps->node_count] = node;
	return (int)ps->node_count++;
}

static void range_add(struct regex *regex, int32_t from, int32_t to)
{
	void *array = regex->ranges;

	mem_grow(&array, &regex->range_cap, regex->range_count + 1, sizeof(*regex->ranges));
	regex->ranges = array;
	regex->ranges[regex->range_count++] = (struct range){ from, to };
}

/* The ranges of \d \w \s, or with upper case those of everything else. */
static bool class_add(struct regex *regex, char c)
{
	static const struct range digit[] = { { '0', '9' } };
	static const struct range word[] = { { '0', '9' }, { 'A', 'Z' }, { '_', '_' }, { 'a', 'z' } };
	static const struct range space[] = { { '\t', '\r' }, { ' ', ' ' } };
	const struct range *list;
	size_t count, i;
	int32_t next = 0;

	switch (c) {
	case 'd': case 'D': list = digit; count = 1; break;
	case 'w': case 'W': list = word; count = 4; break;
	case 's': case 'S': list = space; count = 2; break;
	default: return false;
	}
	if (c >= 'a') {
		for (i = 0; i < count; i++)
			range_add(regex, list[i].from, list[i].to);
		return true;
	}
	for (i = 0; i < count; i++) {
		if (list[i].from > next)
			range_add(regex, next, list[i].from - 1);
		next = list[i].to + 1;
	}
	range_add(regex, next, 0x10ffff);
	return true;
}

/* The character that an escape stands for; -1: none. *ps->p is behind the backslash. */
static int32_t parse_escape(struct parser *ps)
{
	const char *at = ps->p - 1;
	char c;

	if (ps->p >= ps->end)
		return parse_fail(ps, at, N_("a backslash ends the pattern; write \\\\ for a backslash"));
	c = *ps->p;
	if ((unsigned char)c >= 0x80)
		return text_next(&ps->p, ps->end);
	ps->p++;
	switch (c) {
	case 'n': return '\n';
	case 'r': return '\r';
	case 't': return '\t';
	case 'f': return '\f';
	default: break;
	}
	if ((c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z'))
		return parse_fail(ps, at, N_("of letters and digits only \\d \\w \\s \\n \\r \\t can follow a backslash"));
	return c;
}

static int parse_set(struct parser *ps)
{
	const char *at = ps->p - 1;
	struct node node = { .type = NODE_SET, .first_range = ps->regex->range_count };
	bool first = true;

	if (ps->p < ps->end && *ps->p == '^') {
		node.negated = true;
		ps->p++;
	}
	for (;; first = false) {
		int32_t from, to;

		if (ps->p >= ps->end)
			return parse_fail(ps, at, N_("a [ has no ]"));
		if (*ps->p == ']' && !first) {
			ps->p++;
			break;
		}
		from = text_next(&ps->p, ps->end);
		if (from == '\\') {
			if (ps->p < ps->end && class_add(ps->regex, *ps->p)) {
				ps->p++;
				continue;
			}
			from = parse_escape(ps);
			if (from < 0)
				return -1;
		}
		to = from;
		if (ps->end - ps->p >= 2 && ps->p[0] == '-' && ps->p[1] != ']') {
			const char *dash = ps->p++;

			to = text_next(&ps->p, ps->end);
			if (to == '\\') {
				to = parse_escape(ps);
				if (to < 0)
					return -1;
			}
			if (to < from)
				return parse_fail(ps, dash, N_("a range in [ ] runs backwards"));
		}
		range_add(ps->regex, from, to);
	}
	node.range_count = ps->regex->range_count - node.first_range;
	return node_add(ps, node);
}

static int parse_atom(struct parser *ps)
{
	const char *at = ps->p;
	struct node node = { .type = NODE_CHAR };
	int inner;

	switch (*ps->p) {
	case '(':
		ps->p++;
		if (ps->end - ps->p >= 2 && ps->p[0] == '?' && ps->p[1] == ':')
			ps->p += 2;
		if (++ps->depth > REGEX_MAX_NESTING)
			return parse_fail(ps, at, N_("the pattern is nested too deeply"));
		inner = parse_alternatives(ps);
		ps->depth--;
		if (inner < 0)
			return -1;
		if (ps->p >= ps->end)
			return parse_fail(ps, at, N_("a ( has no )"));
		ps->p++;
		return inner;
	case '[':
		ps->p++;
		return parse_set(ps);
	case '.':
		ps->p++;
		node.type = NODE_ANY;
		return node_add(ps, node);
	case '^':
		ps->p++;
		node.type = NODE_START;
		return node_add(ps, node);
	case '$':
		ps->p++;
		node.type = NODE_END;
		return node_add(ps, node);
	case '*': case '+': case '?':
		return parse_fail(ps, at, N_("there is nothing before * + or ? that it could repeat"));
	case '{':
		return parse_fail(ps, at, N_("there is nothing before { that it could repeat; write \\{ for a brace"));
	case '\\':
		ps->p++;
		node.first_range = ps->regex->range_count;
		if (ps->p < ps->end && class_add(ps->regex, *ps->p)) {
			ps->p++;
			node.type = NODE_SET;
			node.range_count = ps->regex->range_count - node.first_range;
			return node_add(ps, node);
		}
		node.cp = parse_escape(ps);
		return node.cp < 0 ? -1 : node_add(ps, node);
	default:
		node.cp = text_next(&ps->p, ps->end);
		return node_add(ps, node);
	}
}

static bool parse_count(struct parser *ps, int *out)
{
	const char *at = ps->p;
	int n = 0;

	while (ps->p < ps->end && *ps->p >= '0' && *ps->p <= '9') {
		n = n * 10 + (*ps->p - '0');
		if (n > REGEX_MAX_REPEAT) {
			parse_fail(ps, at, N_("a repetition in { } is at most 255"));
			return false;
		}
		ps->p++;
	}
	*out = n;
	return ps->p > at;
}

/* Reads * + ? {m} {m,} {m,n} behind an atom. 0: there is none. */
static int parse_quantifier(struct parser *ps, struct node *node)
{
	const char *at = ps->p;

	if (ps->p >= ps->end)
		return 0;
	switch (*ps->p) {
	case '*': node->min = 0; node->max = -1; break;
	case '+': node->min = 1; node->max = -1; break;
	case '?': node->min = 0; node->max = 1; break;
	case '{':
		ps->p++;
		if (!parse_count(ps, &node->min))
			return parse_fail(ps, at, N_("{ } needs numbers, as in {2,5}; write \\{ for a brace"));
		node->max = node->min;
		if (ps->p < ps->end && *ps->p == ',') {
			ps->p++;
			if (!parse_count(ps, &node->max))
				node->max = -1;
		}
		if (ps->reason != NULL)
			return -1;
		if (ps->p >= ps->end || *ps->p != '}')
			return parse_fail(ps, at, N_("{ } needs numbers, as in {2,5}; write \\{ for a brace"));
		if (node->max >= 0 && node->max < node->min)
			return parse_fail(ps, at, N_("in { } the greater number comes last"));
		break;
	default:
		return 0;
	}
	ps->p++;
	/* a lazy one takes the same whole texts */
	if (ps->p < ps->end && *ps->p == '?')
		ps->p++;
	return 1;
}

static int parse_sequence(struct parser *ps)
{
	int left = -1;

	while (ps->p < ps->end && *ps->p != '|' && *ps->p != ')') {
		struct node repeat = { .type = NODE_REPEAT };
		int atom = parse_atom(ps), again;

		if (atom < 0)
			return -1;
		again = parse_quantifier(ps, &repeat);
		if (again < 0)
			return -1;
		if (again > 0) {
			repeat.left = atom;
			atom = node_add(ps, repeat);
		}
		left = left < 0 ? atom : node_add(ps, (struct node){ .type = NODE_CAT, .left = left, .right = atom });
	}
	return left < 0 ? node_add(ps, (struct node){ .type = NODE_EMPTY }) : left;
}

static int parse_alternatives(struct parser *ps)
{
	int left = parse_sequence(ps);

	while (left >= 0 && ps->p < ps->end && *ps->p == '|') {
		int right;

		ps->p++;
		right = parse_sequence(ps);
		if (right < 0)
			return -1;
		left = node_add(ps, (struct node){ .type = NODE_ALT, .left = left, .right = right });
	}
	return left;
}

/* ---- the machine: built from its end, each part knows the state that follows it ---- */

static int state_add(struct regex *regex, struct state state)
{
	void *array = regex->states;

	if (regex->state_count >= REGEX_MAX_SIZE)
		return -1;
	mem_grow(&array, &regex->state_cap, regex->state_count + 1, sizeof(*regex->states));
	regex->states = array;
	regex->states[regex->state_count] = state;
	return (int)regex->state_count++;
}

static int build(const struct parser *ps, int index, int next);

static int build_repeat(const struct parser *ps, const struct node *node, int next)
{
	struct regex *regex = ps->regex;
	int i, at = next;

	if (node->max < 0) {
		int split = state_add(regex, (struct state){ .type = STATE_SPLIT, .out2 = next }), body;

		if (split < 0)
			return -1;
		body = build(ps, node->left, split);
		if (body < 0)
			return -1;
		regex->states[split].out = body;
		at = split;
	} else {
		for (i = node->min; i < node->max && at >= 0; i++) {
			int body = build(ps, node->left, at);

			at = body < 0 ? -1 : state_add(regex, (struct state){ .type = STATE_SPLIT, .out = body, .out2 = next });
		}
	}
	for (i = 0; i < node->min && at >= 0; i++) {
		int before = at;

		at = build(ps, node->left, at);
		/* what is empty stays empty however often it comes; so no nesting of counts takes long */
		if (at == before)
			break;
	}
	return at;
}

static int build(const struct parser *ps, int index, int next)
{
	const struct node *node = &ps->nodes[index];
	struct state state = { .cp = node->cp, .negated = node->negated, .first_range = node->first_range, .range_count = node->range_count, .out = next };
	int left, right;

	switch (node->type) {
	case NODE_EMPTY:
		return next;
	case NODE_CHAR:
		state.type = STATE_CHAR;
		return state_add(ps->regex, state);
	case NODE_ANY:
		state.type = STATE_ANY;
		return state_add(ps->regex, state);
	case NODE_SET:
		state.type = STATE_SET;
		return state_add(ps->regex, state);
	case NODE_START:
		state.type = STATE_START;
		return state_add(ps->regex, state);
	case NODE_END:
		state.type = STATE_END;
		return state_add(ps->regex, state);
	case NODE_CAT:
		/* a long text of literals leans to the left: walked, not called, down that side */
		for (; node->type == NODE_CAT && next >= 0; node = &ps->nodes[node->left]) {
			next = build(ps, node->right, next);
			index = node->left;
		}
		return next < 0 ? -1 : build(ps, index, next);
	case NODE_ALT:
		right = -2;
		for (; node->type == NODE_ALT; node = &ps->nodes[node->left]) {
			left = build(ps, node->right, next);
			if (left < 0)
				return -1;
			right = right == -2 ? left : state_add(ps->regex, (struct state){ .type = STATE_SPLIT, .out = left, .out2 = right });
			if (right < 0)
				return -1;
			index = node->left;
		}
		left = build(ps, index, next);
		return left < 0 ? -1 : state_add(ps->regex, (struct state){ .type = STATE_SPLIT, .out = left, .out2 = right });
	case NODE_REPEAT:
		return build_repeat(ps, node, next);
	}
	return -1;
}

struct regex *regex_new(const char *pattern, const char **reason, size_t *at)
{
	char *nfc = text_nfc(pattern);
	struct regex *regex = mem_calloc(1, sizeof(*regex));
	struct parser ps = { .regex = regex, .start = nfc, .p = nfc, .end = nfc + strlen(nfc) };
	int root = parse_alternatives(&ps);

	if (root >= 0 && ps.p < ps.end)
		root = parse_fail(&ps, ps.p, N_("a ) has no ("));
	if (root >= 0) {
		int match = state_add(regex, (struct state){ .type = STATE_MATCH });

		regex->start = build(&ps, root, match);
		if (regex->start < 0)
			root = parse_fail(&ps, ps.start, N_("the pattern becomes too large; repeat less"));
	}
	if (root < 0) {
		if (reason != NULL)
			*reason = ps.reason;
		if (at != NULL)
			*at = ps.where == NULL ? 0 : (size_t)(ps.where - ps.start);
		regex_free(regex);
		regex = NULL;
	}
	mem_free(ps.nodes);
	mem_free(nfc);
	return regex;
}

void regex_free(struct regex *regex)
{
	if (regex == NULL)
		return;
	mem_free(regex->ranges);
	mem_free(regex->states);
	mem_free(regex);
}

/* ---- matching ---- */

struct live { int *list; size_t count; uint32_t *seen; uint32_t mark; };

struct run {
	const struct regex *regex;
	int *stack;
	size_t *budget;
	bool at_start, at_end;
};

static bool spend(struct run *run)
{
	if (*run->budget == 0)
		return false;
	(*run->budget)--;
	return true;
}

/* Adds a state and all that it leads to without a character. */
static bool live_add(struct run *run, struct live *live, int index)
{
	size_t top = 0;

	run->stack[top++] = index;
	while (top > 0) {
		int at = run->stack[--top];
		const struct state *s = &run->regex->states[at];

		if (live->seen[at] == live->mark)
			continue;
		live->seen[at] = live->mark;
		if (!spend(run))
			return false;
		switch (s->type) {
		case STATE_SPLIT:
			/* a state is left on the stack at most once for each way to it: twice the states are room enough */
			if (live->seen[s->out2] != live->mark)
				run->stack[top++] = s->out2;
			if (live->seen[s->out] != live->mark)
				run->stack[top++] = s->out;
			break;
		case STATE_START:
			if (run->at_start)
				run->stack[top++] = s->out;
			break;
		case STATE_END:
			if (run->at_end)
				run->stack[top++] = s->out;
			break;
		case STATE_CHAR: case STATE_ANY: case STATE_SET: case STATE_MATCH:
			live->list[live->count++] = at;
			break;
		}
	}
	return true;
}

static bool state_takes(const struct regex *regex, const struct state *s, int32_t cp)
{
	size_t i;

	switch (s->type) {
	case STATE_CHAR:
		return s->cp == cp;
	case STATE_ANY:
		return cp != '\n';
	case STATE_SET:
		for (i = 0; i < s->range_count; i++) {
			const struct range *r = &regex->ranges[s->first_range + i];

			if (cp >= r->from && cp <= r->to)
				return !s->negated;
		}
		return s->negated;
	case STATE_START: case STATE_END: case STATE_SPLIT: case STATE_MATCH:
		break;
	}
	return false;
}

bool regex_matches(const struct regex *regex, const char *text, size_t *budget)
{
	char *nfc = text_nfc(text);
	const char *p = nfc, *end = nfc + strlen(nfc);
	size_t n = regex->state_count, i;
	struct live now = { .list = mem_calloc(n, sizeof(int)), .seen = mem_calloc(n, sizeof(uint32_t)), .mark = 1 };
	struct live next = { .list = mem_calloc(n, sizeof(int)), .seen = mem_calloc(n, sizeof(uint32_t)), .mark = 1 };
	struct run run = { .regex = regex, .stack = mem_calloc(2 * n + 2, sizeof(int)), .budget = budget, .at_start = true, .at_end = p == end };
	bool alive = live_add(&run, &now, regex->start), matched = false;

	while (alive && p < end && now.count > 0) {
		int32_t cp = text_next(&p, end);
		struct live swap;

		run.at_start = false;
		run.at_end = p == end;
		next.count = 0;
		next.mark++;
		for (i = 0; i < now.count && alive; i++) {
			const struct state *s = &regex->states[now.list[i]];

			alive = spend(&run);
			if (alive && state_takes(regex, s, cp))
				alive = live_add(&run, &next, s->out);
		}
		swap = now;
		now = next;
		next = swap;
	}
	for (i = 0; alive && p >= end && i < now.count; i++)
		matched = matched || regex->states[now.list[i]].type == STATE_MATCH;
	mem_free(now.list);
	mem_free(now.seen);
	mem_free(next.list);
	mem_free(next.seen);
	mem_free(run.stack);
	mem_free(nfc);
	return matched;
}
