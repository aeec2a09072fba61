#include "app/tool.h"

#include <string.h>
#include <strings.h>

#include "app/kinds.h"
#include "form/form.h"
#include "json/json.h"
#include "merge/merge.h"
#include "model/model.h"

/* The model that is built in: a broken one is a broken build. */
static enum status tool_model(struct model **out, struct err *err)
{
	size_t len;
	const char *text = model_builtin(&len);

	if (model_load(text, len, out, err) != ST_OK)
		return err_wrap(err, N_("the built-in model cannot be read; please install Outpost again"));
	return ST_OK;
}

static enum status tool_parse(struct tool_text text, const char *what, struct json **out, struct err *err)
{
	struct json *value;
	enum status st = json_parse(text.at, text.len, &value, err);

	if (st != ST_OK)
		return err_wrap(err, N_("{1} is no correct JSON"), what);
	if (!json_is_object(value)) {
		json_free(value);
		return err_set(err, ST_INVALID, N_("{1} has to be one JSON object, like a record of the server"), what);
	}
	*out = value;
	return ST_OK;
}

void tool_json_string(struct buf *b, const char *s)
{
	json_write_string(b, s);
}

bool tool_is_kind(const char *kind)
{
	enum kind k;

	return model_kind_from_name(kind, &k);
}

/* One of the three documents, read and of the shape that the kind has. */
static enum status tool_side(const struct model *model, enum kind kind, const struct tool_side *side, struct json **out, struct err *err)
{
	struct json *value = NULL;
	char *what = mem_printf("%s (%s)", side->role, side->file);
	enum status st = tool_parse(side->text, what, &value, err);

	if (st == ST_OK) {
		st = merge_check(model, kind, value, err);
		if (st == ST_OK) {
			*out = value;
		} else {
			json_free(value);
			st = err_wrap(err, N_("{1} is no record of this kind"), what);
		}
	}
	mem_free(what);
	return st;
}

enum status tool_merge(const char *kind_name, const struct tool_side sides[3], bool pretty, char **json, struct err *err)
{
	struct json *docs[3] = { NULL, NULL, NULL }, *answer;
	struct merge_result result;
	struct model *model = NULL;
	enum kind kind;
	enum status st = kind_named(kind_name, &kind, err);
	size_t i;

	if (st == ST_OK)
		st = tool_model(&model, err);
	for (i = 0; i < 3 && st == ST_OK; i++)
		if (sides[i].text.at != NULL)
			st = tool_side(model, kind, &sides[i], &docs[i], err);
	if (st == ST_OK)
		st = merge_records(model, kind, docs[0], docs[1], docs[2], &result, err);
	if (st == ST_OK) {
		answer = merge_result_json(&result);
		*json = pretty ? json_print_pretty(answer) : json_print(answer, NULL);
		json_free(answer);
		merge_result_done(&result);
	}
	for (i = 0; i < 3; i++)
		json_free(docs[i]);
	model_free(model);
	return st;
}

/* ---- the environment of eval and form try ---- */

/* Is name in a list with commas or blanks between its words? */
static bool tool_name_in(const char *list, const char *name)
{
	size_t len = strlen(name);

	while (*list != '\0') {
		size_t word = strcspn(list, ", \t\n;");

		if (word == len && memcmp(list, name, len) == 0)
			return true;
		list += word;
		list += strspn(list, ", \t\n;");
	}
	return false;
}

struct tool_state {
	struct form_env env;
	const char *features, *rights;
	struct json *person, *base, *record;
	char *country, *disease;
	struct model *model;
};

static bool tool_has_feature(void *ctx, const char *feature)
{
	const struct tool_state *state = ctx;

	return state->features == NULL || strcasecmp(state->features, "all") == 0 || tool_name_in(state->features, feature);
}

static bool tool_has_right(void *ctx, const char *right)
{
	const struct tool_state *state = ctx;

	if (state->rights == NULL || strcasecmp(state->rights, "all") == 0)
		return true;
	return strcasecmp(state->rights, "none") != 0 && tool_name_in(state->rights, right);
}

static void tool_state_done(struct tool_state *state)
{
	json_free(state->person);
	json_free(state->base);
	json_free(state->record);
	mem_free(state->country);
	mem_free(state->disease);
	model_free(state->model);
}

static enum status tool_state_init(struct tool_state *state, const struct tool_env *how, struct tool_text record, bool *usage,
	struct err *err)
{
	int64_t now = how->clock_ms;
	const char *disease;
	enum status st;
	int32_t day;

	memset(state, 0, sizeof(*state));
	if (usage != NULL)
		*usage = true;
	if (date_set_zone(how->zone == NULL ? "UTC" : how->zone, err) != ST_OK)
		return err_wrap(err, N_("the time zone \"{1}\" is not known here"), how->zone == NULL ? "UTC" : how->zone);
	if (how->now != NULL) {
		if (date_parse_day(how->now, &day))
			now = date_start_of(day);
		else if (!date_parse_instant(how->now, &now))
			return err_set(err, ST_INVALID, N_("\"{1}\" is no time; write it like 2026-11-23T10:00:00Z"), how->now);
	}
	if (usage != NULL)
		*usage = false;
	st = tool_model(&state->model, err);
	if (st != ST_OK)
		return st;
	if (record.at != NULL && (st = tool_parse(record, "the record", &state->record, err)) != ST_OK)
		return st;
	if (how->person.at != NULL && (st = tool_parse(how->person, "the person", &state->person, err)) != ST_OK)
		return st;
	if (how->base.at != NULL && (st = tool_parse(how->base, "the base", &state->base, err)) != ST_OK)
		return st;
	state->features = how->features;
	state->rights = how->rights;
	disease = how->disease != NULL ? how->disease : json_get_string(state->record, "disease");
	state->disease = disease == NULL || *disease == '\0' ? NULL : mem_strdup(disease);
	state->country = how->country == NULL || *how->country == '\0' ? NULL : text_lower(how->country);
	state->env.now_ms = now;
	state->env.person = state->person;
	state->env.base = state->base;
	state->env.scope.disease = state->disease;
	state->env.scope.country = state->country;
	state->env.scope.has_feature = tool_has_feature;
	state->env.scope.has_right = tool_has_right;
	state->env.scope.ctx = state;
	state->env.editable = true;
	return ST_OK;
}

enum status tool_eval(const char *expression, struct tool_text record, const char *kind_name, const char *at, const struct tool_env *how,
	bool as_json,
	char **text, bool *usage, struct err *err)
{
	const struct model_type *type = NULL;
	struct tool_state state;
	struct form_value value;
	enum kind kind;
	enum status st;

	st = tool_state_init(&state, how, record, usage, err);
	if (st != ST_OK)
		goto out;
	if (usage != NULL)
		*usage = true;
	if (kind_name != NULL) {
		st = kind_named(kind_name, &kind, err);
		if (st != ST_OK)
			goto out;
		type = model_of_kind(state.model, kind);
	}
	st = form_eval(state.model, expression, state.record, type, at, &state.env, &value, err);
	if (st != ST_OK)
		goto out;
	if (as_json) {
		struct json *answer = json_new_object();

		json_set(answer, "type", json_new_string(form_value_type_name(value.type)));
		json_set(answer, "value", form_value_json(&value));
		json_set(answer, "string", json_new_string(value.string));
		*text = json_print(answer, NULL);
		json_free(answer);
	} else {
		*text = mem_strdup(value.string);
	}
	form_value_done(&value);
out:
	tool_state_done(&state);
	return st;
}

/* ---- forms ---- */

enum status tool_form_check(struct tool_text text, struct tool_problem **out, size_t *count, struct err *err)
{
	struct form_problem *problems = NULL;
	struct tool_problem *list;
	struct model *model = NULL;
	struct form *form = NULL;
	size_t n = 0, i;
	enum status st;

	st = tool_model(&model, err);
	if (st != ST_OK)
		return st;
	st = form_load(model, text.at, text.len, &form, &problems, &n, err);
	if (st == ST_OK || st == ST_INVALID || st == ST_LIMIT) {
		bool error = false;

		list = mem_calloc(n + 1, sizeof(*list));
		for (i = 0; i < n; i++) {
			list[i] = (struct tool_problem){ .line = problems[i].line, .column = problems[i].column, .error = problems[i].severity == FORM_ERROR,
				.code = problems[i].code, .message = problems[i].message };
			error = error || list[i].error;
		}
		if (st != ST_OK && !error && err != NULL) {
			/* Refused before a rule was reached (too large): the reason is in err alone. */
			list[n] = (struct tool_problem){ .line = err->line > 0 ? err->line : 1, .column = err->column > 0 ? err->column : 1, .error = true,
				.code = st == ST_LIMIT ? "limit" : "syntax", .message = err->msg[0] };
			n++;
		}
		*out = list;
		*count = n;
	}
	mem_free(problems);
	form_free(form);
	model_free(model);
	return st == ST_LIMIT ? ST_INVALID : st;
}

static char *tool_try_lines(const struct form_view *view)
{
	size_t i, count = form_row_count(view), findings = form_finding_count(view);
	char message[512];
	struct buf b;

	buf_init(&b, 0);
	for (i = 0; i < count; i++) {
		const struct form_row *row = form_row_at(view, i);
		char *text, *safe;

		if (!row->visible)
			continue;
		text = form_row_text(view, row);
		safe = text_safe(text);
		buf_printf(&b, "%s%s%s: %s\n", row->path, row->required ? " *" : "", row->readonly ? " (read-only)" : "", safe);
		mem_free(safe);
		mem_free(text);
	}
	for (i = 0; i < findings; i++) {
		const struct form_finding *f = form_finding_at(view, i);
		char *safe;

		message_text(&f->message, message, sizeof(message));
		safe = text_safe(message);
		buf_printf(&b, "%s: %s: %s [%s]\n", f->severity == FORM_ERROR ? "error" : "warning", f->path, safe, f->rule);
		mem_free(safe);
	}
	return buf_take(&b, NULL);
}

enum status tool_form_try(struct tool_text form_text, struct tool_text record, const struct tool_env *how, char **json, char **lines,
	bool *usage,
	struct err *err)
{
	struct form_problem *problems = NULL;
	struct form_view *view;
	struct tool_state state;
	struct form *form = NULL;
	size_t count = 0;
	enum status st;

	st = tool_state_init(&state, how, record, usage, err);
	if (st != ST_OK)
		goto out;
	st = form_load(state.model, form_text.at, form_text.len, &form, &problems, &count, err);
	mem_free(problems);
	if (st != ST_OK) {
		err_wrap(err, N_("the form has errors; `outpost form check` lists them"));
		goto out;
	}
	view = form_open(form, state.model, state.record, &state.env);
	if (json != NULL) {
		struct json *answer = form_try_json(view);

		*json = json_print(answer, NULL);
		json_free(answer);
	}
	if (lines != NULL)
		*lines = tool_try_lines(view);
	form_close(view);
out:
	form_free(form);
	tool_state_done(&state);
	return st;
}
