/* After a change only what depends on it is evaluated again (forms.md), and it comes to the same as evaluating everything: random histories on the built-in
 * forms and on random ones, beside a form that is evaluated anew after each step, and one that is opened anew on the same document.
 * OUTPOST_SEED gives the first history's seed, OUTPOST_ROUNDS their number. */
#include "form_random.h"

#define ROUNDS 60
#define STEPS 40

/* ---- what a person could see ---- */

static bool add_choice(void *ctx, const char *name, struct form_label label, bool stored)
{
	buf_printf(ctx, " %s=%s%s", name, label.id ? label.id : "", stored ? "(stored)" : "");
	return true;
}

static void add_hidden(void *ctx, const struct form_row *row)
{
	buf_printf(ctx, "hidden %s\n", row->path);
}

/* history: also what was changed since it was opened. */
static char *looks(const struct form_view *view, bool history)
{
	struct buf b;
	buf_init(&b, 0);
	for (size_t i = 0; i < form_row_count(view); i++) {
		const struct form_row *row = form_row_at(view, i);
		char *value = row->value ? json_print(row->value, NULL) : mem_strdup("-");
		char *text = form_row_text(view, row);
		buf_printf(&b, "%s %s%s%s value %s text '%s' label '%s' %d errors, %d warnings, %d older", row->path, row->visible ? "" : "not shown ", row->required ? "required " : "",
			row->readonly ? "read-only " : "", value, text, row->label.id ? row->label.id : "", row->errors, row->warnings, row->older);
		if (history)
			buf_printf(&b, "%s%s", row->changed ? " changed" : "", row->touched ? " touched" : "");
		if (row->type == FORM_SELECT_ONE || row->type == FORM_REFERENCE)
			form_each_choice(view, row->path, NULL, add_choice, &b);
		buf_add_text(&b, "\n");
		mem_free(value);
		mem_free(text);
	}
	for (size_t i = 0; i < form_finding_count(view); i++) {
		const struct form_finding *f = form_finding_at(view, i);
		char text[300];
		message_text(&f->message, text, sizeof text);
		buf_printf(&b, "finding %s %s %s%s: %s\n", f->path, f->severity == FORM_ERROR ? "error" : "warning", f->rule, f->older ? " older" : "", text);
	}
	form_each_hidden(view, add_hidden, &b);
	struct json *result = form_result(view);
	char *saved = json_print(result, NULL);
	if (history)
		buf_printf(&b, "%s to save: %s\n", form_can_save(view) ? "can" : "cannot", saved);
	mem_free(saved);
	json_free(result);
	return buf_take(&b, NULL);
}

/* The first line of a that b has not in its place; NULL: they are the same. New string. */
static char *first_difference(const char *a, const char *b)
{
	while (*a || *b) {
		size_t n = strcspn(a, "\n");
		size_t m = strcspn(b, "\n");
		if (n != m || strncmp(a, b, n) != 0)
			return mem_printf("%.*s\n  instead of\n%.*s", (int)n, a, (int)m, b);
		a += n + (a[n] != '\0');
		b += m + (b[m] != '\0');
	}
	return NULL;
}

/* ---- the world around a form ---- */

static bool get_place(void *ctx, enum kind kind, const char *uuid, struct form_ref *out)
{
	(void)ctx;
	(void)kind;
	for (size_t i = 0; i < sizeof random_places / sizeof *random_places; i++) {
		if (!strcmp(random_places[i].uuid, uuid)) {
			*out = random_places[i];
			return true;
		}
	}
	return false;
}

static void each_place(void *ctx, enum kind kind, const char *region, const char *district, const char *community, const char *type, const char *search,
	bool (*visit)(void *vctx, const struct form_ref *ref), void *vctx)
{
	(void)ctx;
	(void)district;
	(void)community;
	(void)type;
	(void)search;
	for (size_t i = 0; i < sizeof random_places / sizeof *random_places; i++) {
		const struct form_ref *ref = &random_places[i];
		bool wanted = kind == KIND_REGIONS ? !ref->region : kind == KIND_DISTRICTS && ref->region;
		if (wanted && (!region || (ref->region && !strcmp(ref->region, region))) && !visit(vctx, ref))
			return;
	}
}

static const struct form_refs places = {.get = get_place, .each = each_place};

/* ---- a history ---- */

struct history {
	uint64_t seed;
	struct rand r, uuids, twin_uuids;
	const struct form *form;
	struct form_env env;
	struct form_view *view, *twin;    /* twin: evaluated anew after each step */
	char what[300];
	size_t changes;
};

static void take_choice(struct history *h, const char *path, char *typed, size_t size)
{
	struct buf b;
	buf_init(&b, 0);
	form_each_choice(h->view, path, NULL, add_choice, &b);
	char *all = buf_take(&b, NULL);
	uint64_t count = 0;
	for (const char *p = all; *p; p++)
		count += p[0] == ' ' && strchr(p, '=');
	const char *p = all;
	for (uint64_t skip = count ? rand_below(&h->r, count) : 0; *p && skip; p++)
		skip -= p[0] == ' ' && strchr(p, '=');
	p += strspn(p, " ");
	snprintf(typed, size, "%.*s", (int)strcspn(p, "="), p);
	mem_free(all);
}

/* Something that may be typed into the row. */
static void make_up(struct history *h, const struct form_row *row, char *typed, size_t size)
{
	static const char *const texts[] = {"x", "two", "three four"};
	*typed = '\0';
	if (random_chance(&h->r, 20))
		return;
	switch (row->type) {
	case FORM_DATE:
	case FORM_DATE_TIME:
		snprintf(typed, size, "t-%d", (int)rand_below(&h->r, 8));
		break;
	case FORM_INTEGER:
	case FORM_DECIMAL:
		snprintf(typed, size, "%d", (int)rand_below(&h->r, 9));
		break;
	case FORM_BOOLEAN:
		snprintf(typed, size, "%s", random_chance(&h->r, 50) ? "yes" : "no");
		break;
	case FORM_SELECT_ONE:
	case FORM_REFERENCE:
		take_choice(h, row->path, typed, size);
		break;
	case FORM_SELECT_MULTIPLE:
		snprintf(typed, size, "%s", random_chance(&h->r, 50) ? "quarantineExtended" : "quarantineExtended quarantineReduced");
		break;
	case FORM_TEXT:
	case FORM_NOTE:
	case FORM_CALCULATE:
	case FORM_GROUP:
	case FORM_REPEAT:
		snprintf(typed, size, "%s", random_of(&h->r, texts, 3));
	}
}

static void must_agree(const struct history *h, const char *what, long a, long b)
{
	if (a != b)
		fail_msg("seed %llu: %s gives %ld on one form and %ld on the other (%s)", (unsigned long long)h->seed, h->what, a, b, what);
}

static void change_items(struct history *h, const struct form_row *row)
{
	char uuid[UUID_SIZE] = "";
	char twin_uuid[UUID_SIZE] = "";
	struct err err = {0};
	char *path = mem_strdup(row->path);
	snprintf(h->what, sizeof h->what, "%s %s", row->item ? "remove" : "add to", path);
	if (row->item)
		must_agree(h, "remove", form_remove_item(h->view, path, &err), form_remove_item(h->twin, path, &err));
	else
		must_agree(h, "add", form_add_item(h->view, path, &h->uuids, uuid, &err), form_add_item(h->twin, path, &h->twin_uuids, twin_uuid, &err));
	mem_free(path);
}

static void take_step(struct history *h)
{
	struct err err = {0};
	const struct form_row *row = form_row_at(h->view, rand_below(&h->r, form_row_count(h->view)));
	for (int i = 0; i < 4 && (!row->visible || row->readonly || row->type == FORM_GROUP); i++)
		row = form_row_at(h->view, rand_below(&h->r, form_row_count(h->view)));
	unsigned what = (unsigned)rand_below(&h->r, 100);
	if (what < 8) {
		snprintf(h->what, sizeof h->what, "undo");
		must_agree(h, "undo", form_undo(h->view), form_undo(h->twin));
	} else if (what < 14) {
		snprintf(h->what, sizeof h->what, "redo");
		must_agree(h, "redo", form_redo(h->view), form_redo(h->twin));
	} else if (row->item || row->type == FORM_REPEAT) {
		if (random_chance(&h->r, row->item ? 60 : 100))
			change_items(h, row);
	} else {
		char typed[100];
		char *path = mem_strdup(row->path);
		bool force = random_chance(&h->r, 40);
		make_up(h, row, typed, sizeof typed);
		snprintf(h->what, sizeof h->what, "%s = '%s'%s", path, typed, force ? ", items may go" : "");
		enum status st = form_set_text(h->view, path, typed, force, &err);
		h->changes += st == ST_OK;
		must_agree(h, "set", st, form_set_text(h->twin, path, typed, force, &err));
		mem_free(path);
	}
}

static void must_look_like(const struct history *h, int step, const struct form_view *view, const struct form_view *anew, bool history)
{
	char *a = looks(view, history);
	char *b = looks(anew, history);
	char *difference = first_difference(a, b);
	if (difference)
		fail_msg("OUTPOST_SEED=%llu OUTPOST_ROUNDS=1, form %s, step %d, after %s: what the change led to and what %s say differ\n%s", (unsigned long long)h->seed,
			form_name(h->form), step, h->what, history ? "the form evaluated anew" : "the form opened anew", difference);
	mem_free(a);
	mem_free(b);
	mem_free(difference);
}

static void compare(struct history *h, int step)
{
	struct form_env env = h->env;
	env.fresh = false;
	form_set_env(h->twin, &h->env);
	must_look_like(h, step, h->view, h->twin, true);
	struct form_view *anew = form_open(h->form, fixture_model, form_doc(h->view), &env);
	must_look_like(h, step, h->view, anew, false);
	form_close(anew);
}

static size_t live(const struct form *form, uint64_t seed, const struct json *doc, const struct json *base, const struct json *person, bool fresh)
{
	struct history h = {.seed = seed, .form = form, .env = {.now_ms = FIXTURE_NOW, .editable = true, .base = base, .person = person, .fresh = fresh,
		.scope = {.disease = "EVD"}, .refs = &places}};
	rand_init(&h.r, seed);
	rand_init(&h.uuids, seed + 1);
	rand_init(&h.twin_uuids, seed + 1);
	h.view = form_open(form, fixture_model, doc, &h.env);
	h.twin = form_open(form, fixture_model, doc, &h.env);
	char *opened = json_print(form_doc(h.view), NULL);
	for (int step = 0; step < STEPS; step++) {
		take_step(&h);
		compare(&h, step);
	}
	/* all the way back it is the document that was opened */
	while (form_undo(h.view))
		must_agree(&h, "undo", true, form_undo(h.twin));
	compare(&h, STEPS);
	char *back = json_print(form_doc(h.view), NULL);
	if (strcmp(back, opened) != 0)
		fail_msg("OUTPOST_SEED=%llu OUTPOST_ROUNDS=1, form %s: undoing everything does not lead back:\n%s\n  instead of\n%s", (unsigned long long)seed, form_name(form),
			back, opened);
	mem_free(back);
	mem_free(opened);
	form_close(h.view);
	form_close(h.twin);
	return h.changes;
}

static uint64_t number_from(const char *name, uint64_t otherwise)
{
	const char *text = getenv(name);
	return text && *text ? strtoull(text, NULL, 10) : otherwise;
}

static struct json *old_version(struct rand *r, const struct json *doc)
{
	struct json *base = json_copy(doc);
	struct json *other = random_document(r);
	bool same = random_chance(r, 50);
	for (const struct json *v = json_first(other); v; v = json_next(v))
		if (!same && random_chance(r, 25))
			json_set(base, json_key(v), json_copy(v));
	json_free(other);
	return base;
}

static void a_change_of_a_random_form_comes_to_the_same_as_evaluating_everything(void **state)
{
	(void)state;
	uint64_t seed = number_from("OUTPOST_SEED", 20261129);
	uint64_t rounds = number_from("OUTPOST_ROUNDS", ROUNDS);
	size_t loaded = 0;
	size_t changes = 0;
	print_message("OUTPOST_SEED=%llu, %llu histories\n", (unsigned long long)seed, (unsigned long long)rounds);
	struct json *person = fixture_json("{\"uuid\":\"P\",\"birthdateYYYY\":1990}");
	for (uint64_t i = 0; i < rounds; i++) {
		struct rand r;
		struct err err = {0};
		struct form *form = NULL;
		struct form_problem *problems = NULL;
		size_t count = 0;
		rand_init(&r, seed + i);
		char *text = random_form_text(&r);
		if (form_load(fixture_model, text, strlen(text), &form, &problems, &count, &err) == ST_OK) {
			struct json *doc = random_document(&r);
			struct json *base = random_chance(&r, 70) ? old_version(&r, doc) : NULL;
			changes += live(form, seed + i, doc, base, random_chance(&r, 50) ? person : NULL, random_chance(&r, 20));
			json_free(doc);
			json_free(base);
			loaded++;
		} else if (rounds == 1) {
			for (size_t k = 0; k < count; k++) {
				char why[300];
				message_text(&problems[k].message, why, sizeof why);
				print_message("# refused, %s: %s\n", problems[k].code, why);
			}
		}
		form_free(form);
		mem_free(problems);
		mem_free(text);
	}
	json_free(person);
	print_message("# %zu forms, %zu changes\n", loaded, changes);
	if (rounds >= 20) {
		assert_true(loaded * 2 > rounds);
		assert_true(changes > loaded * STEPS / 4);
	}
}

static void a_change_of_the_built_in_forms_comes_to_the_same_as_evaluating_everything(void **state)
{
	(void)state;
	static const char *const names[] = {"case.json", "hospitalization.json", "new-case.json"};
	uint64_t seed = number_from("OUTPOST_SEED", 20261129);
	uint64_t rounds = number_from("OUTPOST_ROUNDS", ROUNDS) / 6 + 1;
	for (size_t n = 0; n < sizeof names / sizeof *names; n++) {
		struct form *form = fixture_form(names[n]);
		for (uint64_t i = 0; i < rounds; i++) {
			struct rand r;
			rand_init(&r, seed + i);
			bool fresh = !strcmp(names[n], "new-case.json");
			struct json *doc = random_document(&r);
			struct json *base = fresh ? NULL : old_version(&r, doc);
			if (fresh)
				json_set(doc, "person", fixture_json("{\"uuid\":\"P\",\"lastName\":\"Kamara\",\"birthdateMM\":13}"));
			assert_true(live(form, seed + i, doc, base, NULL, fresh) > 0);
			json_free(doc);
			json_free(base);
		}
		form_free(form);
	}
}

/* ---- what is evaluated ---- */

static struct form *small_form_at(const char *at, const char *children)
{
	char *text = mem_printf("{\"form\":\"small\",\"title\":\"S\",\"kind\":\"cases\",\"path\":\"%s\",\"children\":[%s]}", at, children);
	struct form *form = NULL;
	struct form_problem *problems = NULL;
	size_t count = 0;
	struct err err = {0};
	if (form_load(fixture_model, text, strlen(text), &form, &problems, &count, &err) != ST_OK) {
		char why[400];
		err_text(&err, why, sizeof why);
		fail_msg("the test's form is refused: %s", why);
	}
	mem_free(problems);
	mem_free(text);
	return form;
}

static struct form *small_form(const char *children)
{
	return small_form_at("hospitalization", children);
}

static struct form_view *open_stays(const struct form *form, int items, const struct form_env *env)
{
	struct buf b;
	buf_init(&b, 0);
	buf_add_text(&b, "{\"hospitalization\":{\"uuid\":\"H\",\"hospitalizedPreviously\":\"YES\",\"previousHospitalizations\":[");
	for (int i = 0; i < items; i++)
		buf_printf(&b, "%s{\"uuid\":\"STAY-%d\",\"icuLengthOfStay\":%d}", i ? "," : "", i, i % 5);
	buf_add_text(&b, "]}}");
	char *text = buf_take(&b, NULL);
	struct json *doc = fixture_json(text);
	struct form_view *view = form_open(form, fixture_model, doc, env);
	mem_free(text);
	json_free(doc);
	return view;
}

static const struct form_env plain = {.now_ms = FIXTURE_NOW, .editable = true};

static void set(struct form_view *view, const char *path, const char *typed)
{
	struct err err = {0};
	if (form_set_text(view, path, typed, false, &err) != ST_OK) {
		char why[300];
		err_text(&err, why, sizeof why);
		fail_msg("%s = %s: %s", path, typed, why);
	}
}

/* How many rows a change evaluates. */
static size_t rows_of_change(struct form_view *view, const char *path, const char *typed)
{
	size_t before = form_evaluated(view);
	set(view, path, typed);
	return form_evaluated(view) - before;
}

static void a_field_that_nothing_reads_costs_one_row_however_many_there_are(void **state)
{
	(void)state;
	static const int sizes[] = {1, 10, 200};
	struct form *form = fixture_form("hospitalization.json");
	for (size_t i = 0; i < sizeof sizes / sizeof *sizes; i++) {
		struct form_view *view = open_stays(form, sizes[i], &plain);
		assert_int_equal(form_evaluated(view), form_row_count(view));
		assert_int_equal(rows_of_change(view, "hospitalization.description", "text"), 1);
		assert_int_equal(rows_of_change(view, "hospitalization.previousHospitalizations[STAY-0].description", "text"), 1);
		/* with what it shows or hides */
		assert_int_equal(rows_of_change(view, "hospitalization.isolated", "yes"), 2);
		assert_int_equal(rows_of_change(view, "hospitalization.previousHospitalizations[STAY-0].isolated", "yes"), 2);
		size_t before = form_evaluated(view);
		assert_true(form_undo(view));
		assert_int_equal(form_evaluated(view) - before, 2);
		form_close(view);
	}
	form_free(form);
}

static void what_reads_a_field_is_evaluated_and_what_reads_that_only_if_it_is_another_now(void **state)
{
	(void)state;
	struct form *form = small_form("{\"name\":\"isolated\",\"type\":\"select_one YesNoUnknown\",\"label\":\"A\"},"
		"{\"name\":\"isolationDate\",\"type\":\"date\",\"label\":\"B\",\"relevant\":\"${isolated} = 'YES'\"},"
		"{\"name\":\"description\",\"type\":\"text\",\"label\":\"C\",\"warning\":\"${isolationDate} != ''\"},"
		"{\"name\":\"twice\",\"type\":\"calculate\",\"calculation\":\"${icuLengthOfStay} > 3\"},"
		"{\"name\":\"durationOfHospitalization\",\"type\":\"integer\",\"label\":\"D\",\"required\":\"${twice}\"},"
		"{\"name\":\"icuLengthOfStay\",\"type\":\"integer\",\"label\":\"E\"}");
	struct form_view *view = open_stays(form, 0, &plain);
	set(view, "hospitalization.description", "text");
	/* the date is hidden after as before: its reader is left alone */
	assert_int_equal(rows_of_change(view, "hospitalization.isolated", "no"), 2);
	assert_int_equal(rows_of_change(view, "hospitalization.isolated", "yes"), 3);
	/* so is the reader of a calculation that comes to the same */
	assert_int_equal(rows_of_change(view, "hospitalization.icuLengthOfStay", "2"), 2);
	assert_int_equal(rows_of_change(view, "hospitalization.icuLengthOfStay", "4"), 3);
	assert_true(form_row_find(view, "hospitalization.durationOfHospitalization")->required);
	form_close(view);
	form_free(form);
}

static void a_rule_over_a_list_is_evaluated_when_what_it_reads_of_any_item_changes(void **state)
{
	(void)state;
	struct form *form = small_form("{\"name\":\"icuLengthOfStay\",\"type\":\"integer\",\"label\":\"A\",\"warning\":\". >= sum(${previousHospitalizations}/icuLengthOfStay)\"},"
		"{\"name\":\"previousHospitalizations\",\"type\":\"repeat\",\"label\":\"L\",\"children\":[{\"name\":\"icuLengthOfStay\",\"type\":\"integer\",\"label\":\"B\"},"
		"{\"name\":\"description\",\"type\":\"text\",\"label\":\"C\"}]}");
	struct form_view *view = open_stays(form, 3, &plain);
	set(view, "hospitalization.icuLengthOfStay", "4");
	assert_false(fixture_has(view, 'W', "hospitalization.icuLengthOfStay", "warning"));
	assert_int_equal(rows_of_change(view, "hospitalization.previousHospitalizations[STAY-2].icuLengthOfStay", "9"), 2);
	assert_true(fixture_has(view, 'W', "hospitalization.icuLengthOfStay", "warning"));
	assert_int_equal(rows_of_change(view, "hospitalization.previousHospitalizations[STAY-2].description", "x"), 1);
	form_close(view);
	form_free(form);
}

static void a_rule_is_judged_again_when_what_it_reads_becomes_read_only(void **state)
{
	(void)state;
	struct form *form = small_form("{\"name\":\"icuLengthOfStay\",\"type\":\"integer\",\"label\":\"A\",\"constraint\":\". > ${durationOfHospitalization}\"},"
		"{\"name\":\"durationOfHospitalization\",\"type\":\"integer\",\"label\":\"B\",\"read_only\":\"${isolated} = 'YES'\"},"
		"{\"name\":\"isolated\",\"type\":\"select_one YesNoUnknown\",\"label\":\"C\"}");
	struct form_view *view = open_stays(form, 0, &plain);
	set(view, "hospitalization.durationOfHospitalization", "5");
	set(view, "hospitalization.icuLengthOfStay", "4");
	assert_true(fixture_has(view, 'E', "hospitalization.icuLengthOfStay", "constraint"));
	set(view, "hospitalization.isolated", "yes");
	assert_true(fixture_has(view, 'W', "hospitalization.icuLengthOfStay", "constraint"));
	assert_true(form_can_save(view));
	set(view, "hospitalization.isolated", "no");
	assert_true(fixture_has(view, 'E', "hospitalization.icuLengthOfStay", "constraint"));
	form_close(view);
	form_free(form);
}

static bool is_on(void *ctx, const char *name)
{
	const bool *on = ctx;
	(void)name;
	return *on;
}

/* What must_look_like() is worth: a row that should have been evaluated and was not. The form is not told that a feature was switched off. */
static void a_row_that_was_forgotten_would_be_noticed(void **state)
{
	(void)state;
	bool on = true;
	struct form *form = small_form("{\"name\":\"description\",\"type\":\"text\",\"label\":\"A\",\"relevant\":\"feature('X')\"},"
		"{\"name\":\"icuLengthOfStay\",\"type\":\"integer\",\"label\":\"B\"}");
	struct form_env env = plain;
	env.scope.has_feature = is_on;
	env.scope.ctx = &on;
	struct form_view *view = open_stays(form, 0, &env);
	on = false;
	set(view, "hospitalization.icuLengthOfStay", "3");
	struct form_view *anew = form_open(form, fixture_model, form_doc(view), &env);
	char *a = looks(view, false);
	char *b = looks(anew, false);
	char *difference = first_difference(a, b);
	assert_non_null(difference);
	assert_non_null(strstr(difference, "hospitalization.description not shown"));
	mem_free(a);
	mem_free(b);
	mem_free(difference);
	form_close(view);
	form_close(anew);
	form_free(form);
}

/* ---- calculations, against sums of our own ---- */

static int64_t number_at(const struct form_view *view, const char *path)
{
	int64_t n = 0;
	const struct form_row *row = form_row_find(view, path);
	assert_non_null(row);
	return json_int(row->value, &n) ? n : 0;
}

#define ITEMS 4

struct numbers { int64_t own, each[ITEMS]; };

static void expect_sums(const struct form_view *view, const struct numbers *n)
{
	int64_t total = n->each[0] + n->each[1] + n->each[2] + n->each[3];
	char text[100];
	assert_int_equal(number_at(view, "hospitalization.durationOfHospitalization"), total + 2 * n->own);
	snprintf(text, sizeof text, "%d days", (int)(total + 2 * n->own));
	assert_string_equal(json_string(form_row_find(view, "hospitalization.description")->value), text);
	for (int i = 0; i < ITEMS; i++) {
		char path[100];
		snprintf(path, sizeof path, "hospitalization.previousHospitalizations[STAY-%d].otherHospitalizationReason", i);
		snprintf(text, sizeof text, "%d of %d", (int)n->each[i], (int)total);
		assert_string_equal(json_string(form_row_find(view, path)->value), text);
	}
}

static void calculated_values_are_what_they_should_be_after_each_change(void **state)
{
	(void)state;
	struct form *form = small_form("{\"name\":\"total\",\"type\":\"calculate\",\"calculation\":\"sum(${previousHospitalizations}/icuLengthOfStay)\"},"
		"{\"name\":\"icuLengthOfStay\",\"type\":\"integer\",\"label\":\"A\"},"
		"{\"name\":\"durationOfHospitalization\",\"type\":\"integer\",\"label\":\"B\",\"calculation\":\"${total} + 2 * ${icuLengthOfStay}\"},"
		"{\"name\":\"description\",\"type\":\"text\",\"label\":\"C\",\"calculation\":\"concat(${durationOfHospitalization}, ' days')\"},"
		"{\"name\":\"previousHospitalizations\",\"type\":\"repeat\",\"label\":\"L\",\"children\":["
		"{\"name\":\"icuLengthOfStay\",\"type\":\"integer\",\"label\":\"D\"},"
		"{\"name\":\"otherHospitalizationReason\",\"type\":\"text\",\"label\":\"E\",\"calculation\":\"concat(${icuLengthOfStay}, ' of ', ${total})\"}]}");
	struct form_view *view = open_stays(form, ITEMS, &plain);
	struct numbers now = {.own = 1, .each = {0, 1, 2, 3}};
	struct rand r;
	rand_init(&r, number_from("OUTPOST_SEED", 20261129));
	/* nothing is calculated before something that it reads is changed */
	set(view, "hospitalization.icuLengthOfStay", "1");
	set(view, "hospitalization.previousHospitalizations[STAY-3].icuLengthOfStay", "3");
	expect_sums(view, &now);
	for (int step = 0; step < 100; step++) {
		char path[100];
		char typed[16];
		struct numbers before = now;
		int64_t n = (int64_t)rand_below(&r, 20);
		int item = (int)rand_below(&r, ITEMS + 1);
		snprintf(typed, sizeof typed, "%d", (int)n);
		snprintf(path, sizeof path, "hospitalization.previousHospitalizations[STAY-%d].icuLengthOfStay", item);
		set(view, item < ITEMS ? path : "hospitalization.icuLengthOfStay", typed);
		*(item < ITEMS ? &now.each[item] : &now.own) = n;
		expect_sums(view, &now);
		assert_true(form_undo(view));
		expect_sums(view, &before);
		if (random_chance(&r, 30)) {
			now = before;
		} else {
			assert_true(form_redo(view));
			expect_sums(view, &now);
		}
	}
	form_close(view);
	form_free(form);
}

/* ---- what is set aside, and comes back ---- */

static void expect_saved(const struct form_view *view, const char *key, bool expected)
{
	struct json *saved = form_result(view);
	if ((json_get(json_get(saved, "hospitalization"), key) != NULL) != expected)
		fail_msg("%s is %s", key, expected ? "cleared" : "still there");
	json_free(saved);
}

static const char list_shows_description[] = "{\"name\":\"isolated\",\"type\":\"select_one YesNoUnknown\",\"label\":\"A\"},"
	"{\"name\":\"isolationDate\",\"type\":\"date\",\"label\":\"B\",\"relevant\":\"${isolated} = 'YES'\"},"
	"{\"name\":\"description\",\"type\":\"text\",\"label\":\"C\",\"relevant\":\"count(${previousHospitalizations}) > 0\"},"
	"{\"name\":\"previousHospitalizations\",\"type\":\"repeat\",\"label\":\"L\",\"children\":[{\"name\":\"icuLengthOfStay\",\"type\":\"integer\",\"label\":\"D\"}]}";

static void what_the_last_item_showed_is_set_aside_with_it_and_comes_back_by_undo(void **state)
{
	(void)state;
	struct form *form = small_form(list_shows_description);
	struct form_view *view = open_stays(form, 1, &plain);
	struct err err = {0};
	set(view, "hospitalization.description", "text");
	assert_int_equal(form_remove_item(view, "hospitalization.previousHospitalizations[STAY-0]", &err), ST_OK);
	expect_saved(view, "description", false);
	assert_true(form_undo(view));
	expect_saved(view, "description", true);
	assert_true(form_redo(view));
	expect_saved(view, "description", false);
	struct rand r;
	char uuid[UUID_SIZE];
	rand_init(&r, 1);
	assert_int_equal(form_add_item(view, "hospitalization.previousHospitalizations", &r, uuid, &err), ST_OK);
	expect_saved(view, "description", true);
	form_close(view);
	form_free(form);
}

static void what_was_hidden_all_along_is_not_set_aside_when_items_come_and_go(void **state)
{
	(void)state;
	struct form *form = small_form(list_shows_description);
	struct json *doc = fixture_json("{\"hospitalization\":{\"isolated\":\"NO\",\"isolationDate\":1795132800000,\"previousHospitalizations\":[{\"uuid\":\"STAY-0\"}]}}");
	struct form_view *view = form_open(form, fixture_model, doc, &plain);
	struct err err = {0};
	assert_int_equal(form_remove_item(view, "hospitalization.previousHospitalizations[STAY-0]", &err), ST_OK);
	expect_saved(view, "isolationDate", true);
	set(view, "hospitalization.isolated", "yes");
	set(view, "hospitalization.isolated", "no");
	expect_saved(view, "isolationDate", false);
	/* what hides it now is another change: it stays in what is saved once it was shown again */
	set(view, "hospitalization.isolated", "yes");
	expect_saved(view, "isolationDate", true);
	form_close(view);
	form_free(form);
	json_free(doc);
}

/* ---- what is read in roundabout ways ---- */

static void a_list_that_hides_itself_reads_what_shows_its_fields(void **state)
{
	(void)state;
	struct form *form = small_form("{\"name\":\"currentlyHospitalized\",\"type\":\"select_one YesNoUnknown\",\"label\":\"A\"},"
		"{\"name\":\"previousHospitalizations\",\"type\":\"repeat\",\"label\":\"L\",\"relevant\":\"count(${previousHospitalizations}[icuLengthOfStay > 0]) > 0\","
		"\"children\":[{\"name\":\"icuLengthOfStay\",\"type\":\"integer\",\"label\":\"B\",\"relevant\":\"${currentlyHospitalized} = 'YES'\"}]}");
	struct form_view *view = open_stays(form, 3, &plain);
	assert_false(form_row_find(view, "hospitalization.previousHospitalizations")->visible);
	set(view, "hospitalization.currentlyHospitalized", "yes");
	assert_true(form_row_find(view, "hospitalization.previousHospitalizations")->visible);
	assert_true(form_row_find(view, "hospitalization.previousHospitalizations[STAY-1].icuLengthOfStay")->visible);
	form_close(view);
	form_free(form);
}

static void a_calculation_of_items_is_read_from_outside_while_its_list_is_hidden(void **state)
{
	(void)state;
	struct form *form = small_form("{\"name\":\"isolated\",\"type\":\"select_one YesNoUnknown\",\"label\":\"A\"},"
		"{\"name\":\"previousHospitalizations\",\"type\":\"repeat\",\"label\":\"L\",\"relevant\":\"${isolated} = 'YES'\","
		"\"children\":[{\"name\":\"icuLengthOfStay\",\"type\":\"integer\",\"label\":\"B\"},{\"name\":\"each\",\"type\":\"calculate\",\"calculation\":\"${icuLengthOfStay} + 1\"}]},"
		"{\"name\":\"description\",\"type\":\"text\",\"label\":\"C\",\"relevant\":\"count(${each}) > 0\"}");
	struct form_view *view = open_stays(form, 2, &plain);
	assert_false(form_row_find(view, "hospitalization.description")->visible);
	set(view, "hospitalization.isolated", "yes");
	assert_true(form_row_find(view, "hospitalization.description")->visible);
	form_close(view);
	form_free(form);
}

static void an_items_label_shows_the_note_as_it_is_now(void **state)
{
	(void)state;
	struct form *form = small_form_at("", "{\"name\":\"additionalDetails\",\"type\":\"text\",\"label\":\"A\"},{\"name\":\"stay\",\"type\":\"group\",\"path\":\"hospitalization\",\"label\":\"G\","
		"\"children\":[{\"name\":\"previousHospitalizations\",\"type\":\"repeat\",\"label\":\"L\",\"item_label\":\"${shown}\",\"children\":["
		"{\"name\":\"shown\",\"type\":\"note\",\"label\":\"N\",\"calculation\":\"${/additionalDetails}\"}]}]}");
	struct form_view *view = open_stays(form, 1, &plain);
	set(view, "additionalDetails", "one");
	assert_string_equal(form_row_find(view, "hospitalization.previousHospitalizations[STAY-0]")->label.id, "one");
	set(view, "additionalDetails", "two");
	assert_string_equal(form_row_find(view, "hospitalization.previousHospitalizations[STAY-0]")->label.id, "two");
	form_close(view);
	form_free(form);
}

static void what_goes_by_the_disease_reads_it_where_the_environment_has_none(void **state)
{
	(void)state;
	struct form *form = small_form_at("", "{\"name\":\"disease\",\"type\":\"select_one Disease\",\"label\":\"A\"},"
		"{\"name\":\"additionalDetails\",\"type\":\"text\",\"label\":\"B\",\"relevant\":\"disease('EVD')\"}");
	struct json *doc = fixture_json("{\"uuid\":\"C\"}");
	struct form_view *view = form_open(form, fixture_model, doc, &plain);
	assert_false(form_row_find(view, "additionalDetails")->visible);
	set(view, "disease", "EVD");
	assert_true(form_row_find(view, "additionalDetails")->visible);
	form_close(view);
	form_free(form);
	json_free(doc);
}

/* A rule that reads an object is about older data as long as nothing in it is changed. */
static void a_rule_that_reads_an_object_reads_all_that_is_in_it(void **state)
{
	(void)state;
	struct form *form = small_form_at("", "{\"name\":\"additionalDetails\",\"type\":\"text\",\"label\":\"A\",\"constraint\":\"count(..) = 2\"},"
		"{\"name\":\"stay\",\"type\":\"group\",\"path\":\"hospitalization\",\"label\":\"G\",\"children\":["
		"{\"name\":\"description\",\"type\":\"text\",\"label\":\"B\",\"constraint\":\"count(..) = 2\"},{\"name\":\"previousHospitalizations\",\"type\":\"repeat\",\"label\":\"L\","
		"\"children\":[{\"name\":\"icuLengthOfStay\",\"type\":\"integer\",\"label\":\"C\"}]}]}");
	struct json *doc = fixture_json("{\"additionalDetails\":\"a\",\"hospitalization\":{\"description\":\"b\",\"previousHospitalizations\":[{\"uuid\":\"S\"}]}}");
	struct form_env env = plain;
	env.base = doc;
	struct form_view *view = form_open(form, fixture_model, doc, &env);
	assert_true(form_can_save(view));
	assert_int_equal(form_finding_count(view), 2);
	set(view, "hospitalization.previousHospitalizations[S].icuLengthOfStay", "3");
	assert_false(form_finding_at(view, 0)->older);
	assert_false(form_finding_at(view, 1)->older);
	assert_true(form_undo(view));
	assert_true(form_can_save(view));
	form_close(view);
	form_free(form);
	/* the record around a form that is about a part of it */
	form = small_form("{\"name\":\"description\",\"type\":\"text\",\"label\":\"A\",\"constraint\":\"count(../..) = 2\"},{\"name\":\"icuLengthOfStay\",\"type\":\"integer\",\"label\":\"B\"}");
	view = form_open(form, fixture_model, doc, &env);
	assert_true(form_can_save(view));
	assert_int_equal(form_finding_count(view), 1);
	set(view, "hospitalization.icuLengthOfStay", "3");
	assert_false(form_can_save(view));
	form_close(view);
	form_free(form);
	json_free(doc);
}

/* ---- what evaluating everything got wrong ---- */

/* "31.12." is the latest such day that the field's rules allow, also when these go by a calculation. */
static void a_day_without_a_year_is_tried_with_what_is_calculated_from_it(void **state)
{
	(void)state;
	struct form *form = small_form("{\"name\":\"ahead\",\"type\":\"calculate\",\"calculation\":\"${admissionDate} > today()\"},"
		"{\"name\":\"admissionDate\",\"type\":\"date\",\"label\":\"A\",\"constraint\":\"not(${ahead})\"},"
		"{\"name\":\"description\",\"type\":\"text\",\"label\":\"B\",\"warning\":\"not(${ahead})\"}");
	struct form_view *view = open_stays(form, 0, &plain);
	set(view, "hospitalization.description", "text");
	set(view, "hospitalization.admissionDate", "31.12.");
	char *text = form_row_text(view, form_row_find(view, "hospitalization.admissionDate"));
	assert_string_equal(text, "2025-12-31");
	assert_int_equal(form_finding_count(view), 0);
	mem_free(text);
	form_close(view);
	form_free(form);
}

static void what_is_in_a_list_that_hides_itself_is_not_shown(void **state)
{
	(void)state;
	struct form *form = small_form("{\"name\":\"isolated\",\"type\":\"select_one YesNoUnknown\",\"label\":\"A\"},"
		"{\"name\":\"previousHospitalizations\",\"type\":\"repeat\",\"label\":\"L\",\"relevant\":\"${isolated} = 'YES' or count(${previousHospitalizations}[icuLengthOfStay > 0]) > 0\","
		"\"children\":[{\"name\":\"icuLengthOfStay\",\"type\":\"integer\",\"label\":\"B\"}]}");
	struct form_view *view = open_stays(form, 1, &plain);
	static const char field[] = "hospitalization.previousHospitalizations[STAY-0].icuLengthOfStay";
	assert_false(form_row_find(view, "hospitalization.previousHospitalizations")->visible);
	assert_false(form_row_find(view, field)->visible);
	set(view, "hospitalization.isolated", "yes");
	assert_true(form_row_find(view, field)->visible);
	set(view, field, "2");
	set(view, "hospitalization.isolated", "no");
	assert_true(form_row_find(view, field)->visible);
	form_close(view);
	form_free(form);
}

static void the_disease_of_an_environment_that_has_none_is_the_documents(void **state)
{
	(void)state;
	struct form *form = fixture_form("case.json");
	struct json *doc = fixture_json("{\"uuid\":\"C\",\"disease\":\"EVD\"}");
	struct form_view *view = form_open(form, fixture_model, doc, &plain);
	form_set_env(view, &plain);
	set(view, "disease", "CHOLERA");
	set(view, "additionalDetails", "text");
	form_set_env(view, &plain);
	struct form_view *anew = form_open(form, fixture_model, form_doc(view), &plain);
	char *a = looks(view, false);
	char *b = looks(anew, false);
	assert_string_equal(a, b);
	mem_free(a);
	mem_free(b);
	form_close(anew);
	form_close(view);
	form_free(form);
	json_free(doc);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_field_that_nothing_reads_costs_one_row_however_many_there_are),
		cmocka_unit_test(what_reads_a_field_is_evaluated_and_what_reads_that_only_if_it_is_another_now),
		cmocka_unit_test(a_rule_over_a_list_is_evaluated_when_what_it_reads_of_any_item_changes),
		cmocka_unit_test(a_rule_is_judged_again_when_what_it_reads_becomes_read_only),
		cmocka_unit_test(a_row_that_was_forgotten_would_be_noticed),
		cmocka_unit_test(calculated_values_are_what_they_should_be_after_each_change),
		cmocka_unit_test(what_the_last_item_showed_is_set_aside_with_it_and_comes_back_by_undo),
		cmocka_unit_test(what_was_hidden_all_along_is_not_set_aside_when_items_come_and_go),
		cmocka_unit_test(a_list_that_hides_itself_reads_what_shows_its_fields),
		cmocka_unit_test(a_calculation_of_items_is_read_from_outside_while_its_list_is_hidden),
		cmocka_unit_test(an_items_label_shows_the_note_as_it_is_now),
		cmocka_unit_test(what_goes_by_the_disease_reads_it_where_the_environment_has_none),
		cmocka_unit_test(a_rule_that_reads_an_object_reads_all_that_is_in_it),
		cmocka_unit_test(a_day_without_a_year_is_tried_with_what_is_calculated_from_it),
		cmocka_unit_test(what_is_in_a_list_that_hides_itself_is_not_shown),
		cmocka_unit_test(the_disease_of_an_environment_that_has_none_is_the_documents),
		cmocka_unit_test(a_change_of_a_random_form_comes_to_the_same_as_evaluating_everything),
		cmocka_unit_test(a_change_of_the_built_in_forms_comes_to_the_same_as_evaluating_everything),
	};
	return cmocka_run_group_tests_name("form: following a change", tests, fixture_open, fixture_close);
}
