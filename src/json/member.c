/* Walking through an object that the scanner has accepted: bounded by its end, but nothing is checked again. */
#include <string.h>

#include "json/scan.h"

static const char *skip_space(const char *p, const char *end)
{
	while (p < end && (*p == ' ' || *p == '\n' || *p == '\t' || *p == '\r'))
		p++;
	return p;
}

/* p: the opening quote; returns what follows the closing one. */
static const char *skip_string(const char *p, const char *end)
{
	for (p = scan_skip_plain(p + 1, end); p < end && *p != '"'; p++)
		if (*p == '\\' && end - p > 1)
			p++;
	return p < end ? p + 1 : end;
}

static const char *skip_container(const char *p, const char *end)
{
	int depth = 0;
	while (p < end) {
		switch (*p) {
		case '"':
			p = skip_string(p, end);
			continue;
		case '{':
		case '[':
			depth++;
			break;
		case '}':
		case ']':
			if (!--depth)
				return p + 1;
			break;
		default:
			break;
		}
		p++;
	}
	return end;
}

static enum json_type type_of(char first)
{
	switch (first) {
	case '{':
		return JSON_OBJECT;
	case '[':
		return JSON_ARRAY;
	case '"':
		return JSON_STRING;
	case 't':
		return JSON_TRUE;
	case 'f':
		return JSON_FALSE;
	case 'n':
		return JSON_NULL;
	default:
		return JSON_NUMBER;
	}
}

struct json_members json_members_of(struct json_span object)
{
	struct json_members m = {object.at, object.at + object.len};
	m.p = skip_space(m.p, m.end);
	if (m.p < m.end && *m.p == '{')
		m.p++;
	else
		m.p = m.end;
	return m;
}

bool json_members_next(struct json_members *m, struct json_member *out)
{
	const char *p = skip_space(m->p, m->end), *end = m->end;
	if (p < end && *p == ',')
		p = skip_space(p + 1, end);
	m->p = end;
	if (p >= end || *p != '"')
		return false;
	const char *key = p;
	p = skip_string(p, end);
	out->key = (struct json_span){key + 1, (size_t)(p - key) - 2};
	p = skip_space(p, end);
	if (p < end)
		p = skip_space(p + 1, end); /* the colon */
	if (p >= end)
		return false;
	const char *at = p;
	out->type = type_of(*p);
	if (out->type == JSON_STRING)
		p = skip_string(p, end);
	else if (out->type == JSON_OBJECT || out->type == JSON_ARRAY)
		p = skip_container(p, end);
	else
		while (p < end && *p != ',' && *p != '}' && *p != ' ' && *p != '\n' && *p != '\t' && *p != '\r')
			p++;
	out->raw = (struct json_span){at, (size_t)(p - at)};
	m->p = p;
	return true;
}
