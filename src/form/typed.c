/* Values as people type them, and as calculations give them (forms.md "Entry"). */
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "form/judge.h"
#include "form/shown.h"
#include "form/typed.h"

static char *trimmed(const char *typed)
{
	while (*typed == ' ' || *typed == '\t')
		typed++;
	size_t len = strlen(typed);
	while (len && (typed[len - 1] == ' ' || typed[len - 1] == '\t'))
		len--;
	return mem_strndup(typed, len);
}

static enum status parse_number(const struct view_row *r, const char *text, struct json **out, struct err *err)
{
	char number[64];
	size_t len = strlen(text);
	bool whole = r->entry->type == FORM_INTEGER;
	if (len && len < sizeof number - 1) {
		size_t points = 0;
		size_t digits = 0;
		bool ok = true;
		for (size_t i = 0; i < len; i++) {
			number[i] = text[i] == ',' ? '.' : text[i];
			points += number[i] == '.';
			digits += number[i] >= '0' && number[i] <= '9';
			ok &= (number[i] >= '0' && number[i] <= '9') || number[i] == '.' || (i == 0 && (number[i] == '-' || number[i] == '+'));
		}
		number[len] = '\0';
		if (ok && digits && points <= (whole ? 0 : 1)) {
			double n = strtod(number, NULL) * r->entry->scale;
			bool integral = whole || r->entry->scale > 1 || (r->row.field && r->row.field->type == TYPE_INTEGER);
			n = integral ? floor(n + 0.5) : n;
			if (!integral || (n >= INT32_MIN && n <= INT32_MAX)) {
				*out = integral ? json_new_int((int64_t)n) : json_new_double(n);
				return ST_OK;
			}
		}
	}
	return err_set(err, ST_INVALID, whole ? N_("\"{1}\" is no whole number") : N_("\"{1}\" is no number; write it like 38.5"), text);
}

/* Without a year: the latest such day that the field's own rules allow. */
static bool latest_allowed(struct form_view *view, struct view_row *r, const char *text, int32_t today, int32_t *day)
{
	bool found = false;
	view->trying = true;
	for (int32_t latest = today + 366; latest >= today - 366 && !found; latest -= 366) {
		if (!form_parse_day(text, today, latest, view->env.date_order, view->env.month_names, day))
			continue;
		struct json *trial = json_new_int(date_start_of(*day));
		/* the rules read the document: put the trial in for a moment */
		if (r->holder && r->entry->data) {
			struct json *before = json_copy(json_get(r->holder, r->entry->data));
			json_set(r->holder, r->entry->data, trial);
			view_take_value(r);
			found = !view_breaks_rule(view, r);
			json_set(r->holder, r->entry->data, before);
			view_take_value(r);
		} else {
			json_free(trial);
			found = *day <= today;
		}
	}
	view->trying = false;
	return found;
}

static enum status parse_date(struct form_view *view, struct view_row *r, const char *text, struct json **out, struct err *err)
{
	int32_t today = (int32_t)env_today(&view->env);
	int32_t day = 0;
	int64_t ms = 0;
	bool truncated = r->row.field && r->row.field->truncated;
	bool ok = latest_allowed(view, r, text, today, &day) || form_parse_day(text, today, today, view->env.date_order, view->env.month_names, &day);
	if (!ok && r->entry->type == FORM_DATE_TIME && date_parse_instant(text, &ms)) {
		*out = json_new_int(ms);
		return ST_OK;
	}
	if (!ok && r->entry->type == FORM_DATE_TIME && strlen(text) >= 16 && text[10] == ' ') {
		char *iso = mem_strdup(text);
		iso[10] = 'T';
		bool instant = date_parse_instant(iso, &ms);
		mem_free(iso);
		if (instant) {
			*out = json_new_int(ms);
			return ST_OK;
		}
	}
	if (!ok)
		return err_set(err, ST_INVALID, N_("\"{1}\" is no date; write it like 2026-11-23, 23.11., t (today), t-3 or 2w (ago)"), text);
	/* the day that is shown already keeps its milliseconds; so does the one that the record had when it was opened */
	const struct json *before = r->entry->data ? json_get(r->opened, r->entry->data) : NULL;
	if (json_int(r->row.value, &ms) && (truncated ? date_truncated_day(ms) : date_day_of(ms)) == day && r->entry->type == FORM_DATE)
		*out = json_copy(r->row.value);
	else if (json_int(before, &ms) && (truncated ? date_truncated_day(ms) : date_day_of(ms)) == day && r->entry->type == FORM_DATE)
		*out = json_copy(before);
	else
		*out = json_new_int(truncated ? date_truncated_ms(day) : date_start_of(day));
	return ST_OK;
}

struct choice_search { const struct form_view *view; const char *typed; char *exact, *only, *label; int count; };

static bool search_choice(void *ctx, const char *name, struct form_label label, bool stored)
{
	struct choice_search *s = ctx;
	(void)stored;
	char *a = text_fold(label.id ? label.id : name);
	char *shown = text_fold(label.id ? view_label_shown(s->view, label) : name);
	char *b = text_fold(s->typed);
	/* NOLINTNEXTLINE(clang-analyzer-core.NonNullParamChecker): what was typed is never NULL here */
	if (!s->exact && (!strcmp(name, s->typed) || !strcmp(a, b) || !strcmp(shown, b))) {
		s->exact = mem_strdup(name);
		mem_free(s->label);
		s->label = mem_strdup(label.id);
	}
	if (s->count++ == 0) {
		s->only = mem_strdup(name);
		if (!s->label)
			s->label = mem_strdup(label.id);
	}
	mem_free(a);
	mem_free(shown);
	mem_free(b);
	return true;
}

static struct json *choice_value(const struct view_row *r, const char *name, const char *label)
{
	const struct model_field *f = r->row.field;
	const struct json *v = r->row.value;
	struct json *object;
	if (f && f->type == TYPE_CUSTOMIZABLE_ENUM) {
		if (json_get_string(v, "value") && !strcmp(json_get_string(v, "value"), name))
			return json_copy(v);
		object = json_new_object();
		json_set(object, "value", json_new_string(name));
		json_set(object, "caption", json_new_string(label));
		return object;
	}
	if (r->entry->type != FORM_REFERENCE)
		return json_new_string(name);
	if (json_get_string(v, "uuid") && !strcmp(json_get_string(v, "uuid"), name))
		return json_copy(v);
	object = json_new_object();
	json_set(object, "uuid", json_new_string(name));
	if (label)
		json_set(object, "caption", json_new_string(label));
	return object;
}

static enum status parse_choice(struct form_view *view, const struct view_row *r, const char *text, struct json **out, struct err *err)
{
	struct choice_search s = {.view = view, .typed = text};
	const struct form_refs *refs = view->env.refs;
	struct form_ref ref;
	/* a uuid is taken as it is, when it is known and offered or nothing is known here */
	if (r->entry->type == FORM_REFERENCE && strlen(text) >= 20 && !strpbrk(text, " \t")) {
		bool known = refs && refs->get && refs->get(refs->ctx, r->entry->reference, text, &ref);
		if (known && !view_offers(view, r, text, NULL, &ref)) {
			if (!view_stored_name(r) || strcmp(view_stored_name(r), text) != 0)
				return err_set(err, ST_INVALID, N_("\"{1}\" cannot be chosen here; it does not go with the other fields"), ref.label ? ref.label : text);
		}
		if (known || !refs || !refs->get) {
			*out = choice_value(r, text, known ? ref.label : NULL);
			return ST_OK;
		}
		return err_set(err, ST_INVALID, N_("there is no such record here: {1}"), text);
	}
	form_each_choice(view, r->path, NULL, search_choice, &s);
	if (!s.exact) {
		mem_free(s.only);
		mem_free(s.label);
		s = (struct choice_search){.view = view, .typed = text};
		form_each_choice(view, r->path, text, search_choice, &s);
	}
	const char *name = s.exact ? s.exact : s.count == 1 ? s.only : NULL;
	enum status st = ST_OK;
	if (name)
		*out = choice_value(r, name, s.label);
	else if (s.count)
		st = err_set(err, ST_INVALID, N_("\"{1}\" can be several; write more of it"), text);
	else
		st = err_set(err, ST_INVALID, N_("\"{1}\" is none of the choices"), text);
	mem_free(s.exact);
	mem_free(s.only);
	mem_free(s.label);
	return st;
}

static enum status parse_boolean(const struct form_view *view, const char *text, struct json **out, struct err *err)
{
	static const struct { const char *word; bool value; } words[] = {{"true", true}, {"yes", true}, {"y", true}, {"1", true}, {"x", true},
		{"false", false}, {"no", false}, {"n", false}, {"0", false}};
	char *folded = text_fold(text);
	enum status st = ST_INVALID;
	for (size_t i = 0; i < sizeof words / sizeof *words && st != ST_OK; i++) {
		if (!strcmp(words[i].word, folded)) {
			*out = json_new_bool(words[i].value);
			st = ST_OK;
		}
	}
	for (int no = 0; no < 2 && st != ST_OK; no++) {
		char *word = text_fold(view_label_shown(view, (struct form_label){NULL, no ? "No" : "Yes", false}));
		if (*folded && text_starts(word, folded)) {
			*out = json_new_bool(!no);
			st = ST_OK;
		}
		mem_free(word);
	}
	mem_free(folded);
	return st == ST_OK ? st : err_set(err, ST_INVALID, N_("\"{1}\" is neither yes nor no"), text);
}

/* Names with commas or blanks between. */
static enum status parse_several(struct form_view *view, const struct view_row *r, const char *text, struct json **out, struct err *err)
{
	const struct model_field *f = r->row.field;
	bool values = f && f->type == TYPE_VALUE_LIST;
	struct json *result = values ? json_new_array() : json_new_object();
	for (const char *p = text; *p;) {
		size_t len = strcspn(p, ", ");
		char *name = mem_strndup(p, len);
		bool known = r->entry->list != NULL && !f;
		for (size_t i = 0; known && i < r->entry->list->count; i++)
			if (!strcmp(r->entry->list->choices[i].name, name))
				break;
			else if (i + 1 == r->entry->list->count)
				known = false;
		known |= r->entry->list_name && model_enum_has(view->model, r->entry->list_name, name);
		enum status st = !len || known ? ST_OK : err_set(err, ST_INVALID, N_("\"{1}\" is none of the choices"), name);
		if (st == ST_OK && len && values)
			json_append(result, json_new_string(name));
		else if (st == ST_OK && len)
			json_set(result, name, json_new_bool(true));
		mem_free(name);
		if (st != ST_OK) {
			json_free(result);
			return st;
		}
		p += len + (p[len] != '\0');
	}
	*out = result;
	return ST_OK;
}

enum status typed_parse(struct form_view *view, struct view_row *r, const char *typed, struct json **out, struct err *err)
{
	if (!typed || text_is_blank(typed)) {
		*out = r->row.field && r->row.field->primitive && r->row.field->type == TYPE_BOOLEAN ? json_new_bool(false) : NULL;
		return ST_OK;
	}
	if (r->entry->type == FORM_TEXT) {
		char *nfc = text_nfc(typed);
		*out = json_new_string(nfc);
		mem_free(nfc);
		return ST_OK;
	}
	char *text = trimmed(typed);
	enum status st = ST_OK;
	switch (r->entry->type) {
	case FORM_INTEGER:
	case FORM_DECIMAL:
		st = parse_number(r, text, out, err);
		break;
	case FORM_DATE:
	case FORM_DATE_TIME:
		st = parse_date(view, r, text, out, err);
		break;
	case FORM_SELECT_ONE:
	case FORM_REFERENCE:
		st = parse_choice(view, r, text, out, err);
		break;
	case FORM_SELECT_MULTIPLE:
		st = parse_several(view, r, text, out, err);
		break;
	case FORM_BOOLEAN:
		st = parse_boolean(view, text, out, err);
		break;
	case FORM_TEXT:
	case FORM_NOTE:
	case FORM_CALCULATE:
	case FORM_GROUP:
	case FORM_REPEAT:
		st = err_set(err, ST_REFUSED, N_("{1} cannot be typed"), r->path);
		break;
	}
	mem_free(text);
	return st;
}

struct json *typed_from_value(struct form_view *view, const struct view_row *r, const struct value *v)
{
	struct value single = value_single(&view->arena, v);
	const struct model_field *f = r->row.field;
	int32_t day = 0;
	int64_t ms = 0;
	if (value_is_blank(&view->arena, &single))
		return NULL;
	switch (r->entry->type) {
	case FORM_INTEGER:
	case FORM_DECIMAL: {
		double n = value_to_number(&view->arena, &single) * r->entry->scale;
		if (!isfinite(n))
			return NULL;
		return f && f->type == TYPE_INTEGER ? json_new_int((int64_t)floor(n + 0.5)) : json_new_double(n);
	}
	case FORM_DATE:
		if (!value_to_day(&view->arena, &single, &day))
			return NULL;
		return json_new_int(f && f->truncated ? date_truncated_ms(day) : date_start_of(day));
	case FORM_DATE_TIME:
		return value_to_instant(&view->arena, &single, &ms) ? json_new_int(ms) : NULL;
	case FORM_BOOLEAN:
		return json_new_bool(value_to_boolean(&view->arena, &single));
	case FORM_REFERENCE:
	case FORM_SELECT_ONE:
		return choice_value(r, value_to_string(&view->arena, &single), NULL);
	case FORM_TEXT:
	case FORM_SELECT_MULTIPLE:
	case FORM_NOTE:
	case FORM_CALCULATE:
	case FORM_GROUP:
	case FORM_REPEAT:
		break;
	}
	if (f && f->type == TYPE_INTEGER)
		return json_new_int((int64_t)value_to_number(&view->arena, &single));
	return json_new_string(value_to_string(&view->arena, &single));
}
