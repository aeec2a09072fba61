/* Random forms and documents for the tests of forms: fields of all types in groups, lists and groups of items, whose conditions, rules, calculations and
 * filters read one another in every way that the language has. */
#ifndef OUTPOST_TESTS_FORM_RANDOM_H
#define OUTPOST_TESTS_FORM_RANDOM_H

#include "form_fixture.h"

enum random_kind { RANDOM_YES, RANDOM_DATE, RANDOM_NUMBER, RANDOM_TEXT, RANDOM_BOOLEAN, RANDOM_CHOICE, RANDOM_SEVERAL, RANDOM_REGION, RANDOM_DISTRICT, RANDOM_CALCULATE,
	RANDOM_NOTE, RANDOM_PLACES };

struct random_field { const char *name; enum random_kind kind; const char *place; const char *list; };

/* In the order of the form; place: the path of the object that holds them, with [] for an item. */
static const struct random_field random_fields[] = {
	{"quarantineHomePossible", RANDOM_YES, "", NULL}, {"pregnant", RANDOM_YES, "", NULL}, {"reportDate", RANDOM_DATE, "", NULL}, {"quarantineTo", RANDOM_DATE, "", NULL},
	{"caseIdIsm", RANDOM_NUMBER, "", NULL}, {"additionalDetails", RANDOM_TEXT, "", NULL}, {"nosocomialOutbreak", RANDOM_BOOLEAN, "", NULL},
	{"orders", RANDOM_SEVERAL, "", NULL}, {"diseaseDetails", RANDOM_CHOICE, "", NULL}, {"responsibleRegion", RANDOM_REGION, "", NULL},
	{"responsibleDistrict", RANDOM_DISTRICT, "", NULL}, {"sum1", RANDOM_CALCULATE, "", NULL}, {"says", RANDOM_CALCULATE, "", NULL}, {"look", RANDOM_NOTE, "", NULL},
	{"isolated", RANDOM_YES, "hospitalization", NULL}, {"isolationDate", RANDOM_DATE, "hospitalization", NULL},
	{"icuLengthOfStay", RANDOM_NUMBER, "hospitalization", NULL}, {"durationOfHospitalization", RANDOM_NUMBER, "hospitalization", NULL},
	{"otherHospitalizationReason", RANDOM_TEXT, "hospitalization", NULL},
	{"admittedToHealthFacility", RANDOM_YES, "hospitalization.previousHospitalizations[]", "previousHospitalizations"},
	{"admissionDate", RANDOM_DATE, "hospitalization.previousHospitalizations[]", "previousHospitalizations"},
	{"dischargeDate", RANDOM_DATE, "hospitalization.previousHospitalizations[]", "previousHospitalizations"},
	{"icuLengthOfStay", RANDOM_NUMBER, "hospitalization.previousHospitalizations[]", "previousHospitalizations"},
	{"region", RANDOM_REGION, "hospitalization.previousHospitalizations[]", "previousHospitalizations"},
	{"district", RANDOM_DISTRICT, "hospitalization.previousHospitalizations[]", "previousHospitalizations"},
	{"each", RANDOM_CALCULATE, "hospitalization.previousHospitalizations[]", "previousHospitalizations"},
	{"description", RANDOM_TEXT, "hospitalization.previousHospitalizations[]", "previousHospitalizations"},
	{"exposureDetailsKnown", RANDOM_YES, "epiData", NULL}, {"clusterRelated", RANDOM_BOOLEAN, "epiData", NULL},
	{"riskArea", RANDOM_YES, "epiData.exposures[]", "exposures"}, {"startDate", RANDOM_DATE, "epiData.exposures[]", "exposures"},
	{"probableInfectionEnvironment", RANDOM_BOOLEAN, "epiData.exposures[]", "exposures"}, {"description", RANDOM_TEXT, "epiData.exposures[]", "exposures"},
	{"city", RANDOM_TEXT, "epiData.exposures[].location", "exposures"}, {"latitude", RANDOM_NUMBER, "epiData.exposures[].location", "exposures"},
	{"region", RANDOM_REGION, "epiData.exposures[].location", "exposures"}, {"district", RANDOM_DISTRICT, "epiData.exposures[].location", "exposures"},
};
#define RANDOM_FIELDS ((int)(sizeof random_fields / sizeof *random_fields))

struct random_form { struct rand *r; struct buf b; bool has[RANDOM_FIELDS]; int current; };

static inline bool random_chance(struct rand *r, unsigned percent)
{
	return rand_below(r, 100) < percent;
}

static inline const char *random_of(struct rand *r, const char *const *list, size_t count)
{
	return list[rand_below(r, count)];
}

/* A field of the kind before `before`, or RANDOM_FIELDS for any; -1: none. */
static inline int random_pick(struct random_form *f, enum random_kind kind, int before)
{
	int found = -1;
	for (int i = 0, n = 0; i < before; i++)
		if (f->has[i] && random_fields[i].kind == kind && rand_below(f->r, (uint64_t)++n) == 0)
			found = i;
	return found;
}

/* A reference to a field of the kind, or a literal when there is none. */
static inline void random_reference(struct random_form *f, enum random_kind kind, int before, const char *otherwise)
{
	int i = random_pick(f, kind, before);
	if (i < 0) {
		buf_add_text(&f->b, otherwise);
		return;
	}
	const struct random_field *to = &random_fields[i];
	bool many = strchr(to->place, ']');
	if (random_chance(f->r, 60) || kind == RANDOM_CALCULATE || kind == RANDOM_SEVERAL)
		buf_printf(&f->b, "${%s}", to->name);
	else if (!many)
		buf_printf(&f->b, "${/%s%s%s}", to->place, *to->place ? "/" : "", to->name);
	else if (!strcmp(to->place + strlen(to->place) - 1, "]"))
		buf_printf(&f->b, random_chance(f->r, 50) ? "${%s}/%s" : "${%s}[position() = 1]/%s", to->list, to->name);
	else
		buf_printf(&f->b, "${%s}/location/%s", to->list, to->name);
}

static inline void random_number(struct random_form *f, int before)
{
	switch (rand_below(f->r, 7)) {
	case 0:
		buf_printf(&f->b, "%d", (int)rand_below(f->r, 9));
		break;
	case 1:
		random_reference(f, RANDOM_CALCULATE, before, "2");
		break;
	case 2:
		buf_add_text(&f->b, "sum(");
		random_reference(f, RANDOM_NUMBER, before, "4");
		buf_add_text(&f->b, ")");
		break;
	case 3:
		buf_add_text(&f->b, "count-non-empty(");
		random_reference(f, RANDOM_TEXT, before, "'x'");
		buf_add_text(&f->b, ")");
		break;
	case 4:
		random_reference(f, RANDOM_DATE, before, "today()");
		buf_add_text(&f->b, " - ");
		random_reference(f, RANDOM_DATE, before, "today()");
		break;
	default:
		random_reference(f, RANDOM_NUMBER, before, "7");
	}
}

static inline void random_list(struct random_form *f, int before)
{
	int yes = -1;
	for (int i = 0; i < before; i++)
		if (f->has[i] && random_fields[i].kind == RANDOM_YES && random_fields[i].list)
			yes = i;
	if (yes < 0 || (before < RANDOM_FIELDS && random_fields[before].list && !strcmp(random_fields[before].list, random_fields[yes].list))) {
		buf_add_text(&f->b, "true()");
		return;
	}
	switch (rand_below(f->r, 4)) {
	case 0:
		buf_printf(&f->b, "count(${%s}) > %d", random_fields[yes].list, (int)rand_below(f->r, 3));
		break;
	case 1:
		buf_printf(&f->b, "indexed-repeat(${%s}, ${%s}, 1) = 'YES'", random_fields[yes].name, random_fields[yes].list);
		break;
	default:
		buf_printf(&f->b, "count(${%s}[%s = 'YES']) > %d", random_fields[yes].list, random_fields[yes].name, (int)rand_below(f->r, 2));
	}
}

static inline void random_condition(struct random_form *f, int before, int depth)
{
	static const char *const compare[] = {" < ", " > ", " <= ", " = ", " != "};
	const struct random_field *own = &random_fields[f->current];
	unsigned what = (unsigned)rand_below(f->r, depth > 0 ? 15 : 10);
	switch (what) {
	case 0:
	case 1:
		random_reference(f, RANDOM_YES, before, "'NO'");
		buf_add_text(&f->b, random_chance(f->r, 70) ? " = 'YES'" : " != ''");
		break;
	case 2:
		random_reference(f, RANDOM_DATE, before, "today()");
		buf_add_text(&f->b, random_of(f->r, compare, 5));
		random_reference(f, RANDOM_DATE, before, "today()");
		break;
	case 3:
		random_number(f, before);
		buf_add_text(&f->b, random_of(f->r, compare, 5));
		random_number(f, before);
		break;
	case 4:
		random_list(f, before);
		break;
	case 5:
		random_reference(f, RANDOM_TEXT, before, "'x'");
		buf_add_text(&f->b, random_chance(f->r, 50) ? " != ''" : " = 'two'");
		break;
	case 6:
		if (random_pick(f, RANDOM_SEVERAL, before) >= 0)
			buf_add_text(&f->b, random_chance(f->r, 60) ? "selected(${orders}, 'quarantineExtended')" : "${/quarantineExtended}");
		else
			buf_add_text(&f->b, "disease('EVD')");
		break;
	case 7:
		random_reference(f, RANDOM_BOOLEAN, before, "false()");
		break;
	case 8:
		if (own->list && before == RANDOM_FIELDS && !strcmp(own->list, "previousHospitalizations"))
			buf_add_text(&f->b, "count(${previousHospitalizations}[position() != position(current()/..) and admissionDate < ${dischargeDate}]) = 0");
		else if (random_chance(f->r, 40))
			buf_add_text(&f->b, "count(..) = 2"); /* reads the object as a whole, where a rule asks what is older */
		else if (own->list)
			buf_add_text(&f->b, "position(..) = 1");
		else
			buf_add_text(&f->b, "${/person/birthdateYYYY} > 1980");
		break;
	case 9:
		random_reference(f, RANDOM_REGION, before, "'x'");
		buf_add_text(&f->b, " = 'REGION-AAAAAA-AAAAAA-AAAAAA'");
		break;
	case 10:
	case 11:
		buf_add_text(&f->b, "not(");
		random_condition(f, before, depth - 1);
		buf_add_text(&f->b, ")");
		break;
	default:
		buf_add_text(&f->b, "(");
		random_condition(f, before, depth - 1);
		buf_add_text(&f->b, random_chance(f->r, 50) ? " and " : " or ");
		random_condition(f, before, depth - 1);
		buf_add_text(&f->b, ")");
	}
}

static inline void random_column(struct random_form *f, unsigned percent, const char *column, int before)
{
	if (!random_chance(f->r, percent))
		return;
	buf_printf(&f->b, ",\"%s\":\"", column);
	random_condition(f, before, 2);
	buf_add_text(&f->b, "\"");
}

static inline void random_calculation(struct random_form *f, const struct random_field *field, int i)
{
	buf_add_text(&f->b, ",\"calculation\":\"");
	if (field->kind == RANDOM_DATE) {
		random_reference(f, RANDOM_DATE, i, "today()");
	} else if (field->kind == RANDOM_TEXT || !strcmp(field->name, "says")) {
		buf_add_text(&f->b, "concat(");
		random_reference(f, RANDOM_TEXT, i, "'x'");
		buf_add_text(&f->b, ", ' ', ");
		random_number(f, i);
		buf_add_text(&f->b, ")");
	} else {
		random_number(f, i);
	}
	buf_add_text(&f->b, "\"");
}

static inline void random_add_field(struct random_form *f, int i)
{
	static const char *const types[] = {"select_one YesNoUnknown", "date", "integer", "text", "boolean", "select_one letters", "select_multiple orders",
		"reference region", "reference district", "calculate", "note"};
	const struct random_field *field = &random_fields[i];
	const char *region = "${region}";
	f->current = i;
	buf_printf(&f->b, "{\"name\":\"%s\",\"type\":\"%s\",\"label\":\"L\"", field->name, !strcmp(field->name, "latitude") ? "decimal" : types[field->kind]);
	random_column(f, 35, "relevant", i);
	random_column(f, 15, "required", RANDOM_FIELDS);
	if (field->kind == RANDOM_CALCULATE || ((field->kind == RANDOM_NUMBER || field->kind == RANDOM_TEXT || field->kind == RANDOM_DATE) && random_chance(f->r, 15)))
		random_calculation(f, field, i);
	else if (field->kind == RANDOM_NOTE)
		buf_add_text(&f->b, ",\"calculation\":\"${/reportDate}\"");
	else
		random_column(f, 12, "read_only", RANDOM_FIELDS);
	if (field->kind == RANDOM_NOTE || field->kind == RANDOM_CALCULATE) {
		buf_add_text(&f->b, "}");
		return;
	}
	random_column(f, 30, "constraint", RANDOM_FIELDS);
	random_column(f, 30, "warning", RANDOM_FIELDS);
	if (field->kind == RANDOM_YES && random_chance(f->r, 15))
		buf_add_text(&f->b, ",\"default\":\"'YES'\"");
	if (field->kind == RANDOM_DISTRICT && !*field->place)
		region = "${responsibleRegion}";
	if (field->kind == RANDOM_DISTRICT && f->has[i - 1])
		buf_printf(&f->b, ",\"choice_filter\":\"region = %s\"", region);
	buf_add_text(&f->b, "}");
}

static inline void random_add_fields(struct random_form *f, const char *place, const char *before, const char *after)
{
	bool first = true;
	buf_add_text(&f->b, before);
	for (int i = 0; i < RANDOM_FIELDS; i++) {
		if (!f->has[i] || strcmp(random_fields[i].place, place) != 0)
			continue;
		buf_add_text(&f->b, first ? "" : ",");
		first = false;
		random_add_field(f, i);
	}
	buf_printf(&f->b, "%s%s", first ? "{\"name\":\"empty\",\"type\":\"note\",\"label\":\"E\"}" : "", after);
}

/* The first field of a place: a group or list there may only depend on those before. */
static inline int random_first_of(const char *place)
{
	for (int i = 0; i < RANDOM_FIELDS; i++)
		if (text_starts(random_fields[i].place, place))
			return i;
	return 0;
}

static inline void random_open(struct random_form *f, const char *name, const char *type, const char *place, const char *more)
{
	f->current = random_first_of(place);
	buf_printf(&f->b, ",{\"name\":\"%s\",\"type\":\"%s\",\"label\":\"G\"%s", name, type, more);
	if (!strcmp(type, "repeat") && random_chance(f->r, 30)) {
		int own = f->current;
		buf_printf(&f->b, ",\"relevant\":\"${pregnant} = 'YES' or count(${%s}%s) > 0\"", name, f->has[own] && random_chance(f->r, 50) && random_fields[own].kind == RANDOM_YES ?
			!strcmp(name, "exposures") ? "[riskArea = 'YES']" : "[admittedToHealthFacility = 'YES']" : "");
	} else {
		random_column(f, 35, "relevant", f->current);
	}
	random_column(f, 25, "read_only", RANDOM_FIELDS);
	buf_add_text(&f->b, ",\"children\":[");
}

/* The text of a form; a few are refused, as ${name} may lead in a circle. The caller frees it. */
static inline char *random_form_text(struct rand *r)
{
	struct random_form f = {.r = r};
	buf_init(&f.b, 0);
	static const char *const needed = " pregnant reportDate region district admissionDate dischargeDate description riskArea startDate ";
	for (int i = 0; i < RANDOM_FIELDS; i++) {
		const char *at = strstr(needed, random_fields[i].name);
		f.has[i] = (at && at[-1] == ' ' && at[strlen(random_fields[i].name)] == ' ') || random_chance(r, 75);
	}
	buf_add_text(&f.b, "{\"form\":\"random\",\"title\":\"R\",\"kind\":\"cases\",\"path\":\"\",\"lists\":{\"orders\":[{\"name\":\"quarantineOrderedVerbally\",\"label\":\"V\"},"
		"{\"name\":\"quarantineExtended\",\"label\":\"E\"},{\"name\":\"quarantineReduced\",\"label\":\"R\"}],\"letters\":[{\"name\":\"A\",\"label\":\"A\"},"
		"{\"name\":\"B\",\"label\":\"B\",\"relevant\":\"${pregnant} = 'YES'\"},{\"name\":\"C\",\"label\":\"C\",\"relevant\":\"${reportDate} != ''\"}]},\"children\":[");
	random_add_fields(&f, "", "", "");
	random_open(&f, "stay", "group", "hospitalization", ",\"path\":\"hospitalization\"");
	random_add_fields(&f, "hospitalization", "", "");
	random_open(&f, "previousHospitalizations", "repeat", "hospitalization.previous", ",\"item_label\":\"${district} ${admissionDate} ${description}\"");
	random_add_fields(&f, "hospitalization.previousHospitalizations[]", "", "]}]}");
	random_open(&f, "epi", "group", "epiData", ",\"path\":\"epiData\"");
	random_add_fields(&f, "epiData", "", "");
	random_open(&f, "exposures", "repeat", "epiData.exposures", ",\"item_label\":\"${riskArea} ${startDate}\"");
	random_add_fields(&f, "epiData.exposures[]", "", "");
	random_open(&f, "where", "group", "epiData.exposures[].location", ",\"path\":\"location\"");
	random_add_fields(&f, "epiData.exposures[].location", "", "]}]}]}]}");
	return buf_take(&f.b, NULL);
}

/* ---- documents ---- */

static const struct form_ref random_places[] = {
	{.uuid = "REGION-AAAAAA-AAAAAA-AAAAAA", .label = "Northern Hills"}, {.uuid = "REGION-BBBBBB-BBBBBB-BBBBBB", .label = "Southern Plains"},
	{.uuid = "DISTRI-AAAAAA-AAAAAA-AAAAAA", .label = "Upper Valley", .region = "REGION-AAAAAA-AAAAAA-AAAAAA"},
	{.uuid = "DISTRI-BBBBBB-BBBBBB-BBBBBB", .label = "Lower Valley", .region = "REGION-AAAAAA-AAAAAA-AAAAAA"},
	{.uuid = "DISTRI-CCCCCC-CCCCCC-CCCCCC", .label = "Great Lake", .region = "REGION-BBBBBB-BBBBBB-BBBBBB"},
};

static inline struct json *random_value(struct rand *r, enum random_kind kind)
{
	static const char *const yes[] = {"YES", "NO", "UNKNOWN"};
	static const char *const texts[] = {"", "x", "two", "three four"};
	static const char *const letters[] = {"A", "B", "C"};
	struct json *v = NULL;
	switch (kind) {
	case RANDOM_YES:
		return json_new_string(random_of(r, yes, 3));
	case RANDOM_DATE:
		return json_new_int(FIXTURE_NOW / DATE_DAY_MS * DATE_DAY_MS + ((int64_t)rand_below(r, 9) - 5) * DATE_DAY_MS);
	case RANDOM_NUMBER:
		return json_new_int((int64_t)rand_below(r, 9));
	case RANDOM_TEXT:
		return json_new_string(random_of(r, texts, 4));
	case RANDOM_BOOLEAN:
		return json_new_bool(random_chance(r, 50));
	case RANDOM_CHOICE:
		return json_new_string(random_of(r, letters, 3));
	case RANDOM_REGION:
	case RANDOM_DISTRICT:
		v = json_new_object();
		json_set(v, "uuid", json_new_string(random_places[kind == RANDOM_REGION ? rand_below(r, 2) : 2 + rand_below(r, 3)].uuid));
		return v;
	case RANDOM_SEVERAL:
	case RANDOM_CALCULATE:
	case RANDOM_NOTE:
	case RANDOM_PLACES:
		break;
	}
	return NULL;
}

static inline struct json *random_object(struct rand *r, const char *place, unsigned filled)
{
	struct json *object = json_new_object();
	for (int i = 0; i < RANDOM_FIELDS; i++)
		if (!strcmp(random_fields[i].place, place) && random_chance(r, filled))
			json_set(object, random_fields[i].name, random_value(r, random_fields[i].kind));
	return object;
}

static inline struct json *random_items(struct rand *r, const char *place, const char *letters, unsigned filled)
{
	struct json *list = json_new_array();
	for (uint64_t n = rand_below(r, 4), i = 0; i < n; i++) {
		struct json *item = random_object(r, place, filled);
		char *uuid = mem_printf("%s%d-AAAAAA-AAAAAA-AAAAAA", letters, (int)i);
		json_set(item, "uuid", json_new_string(uuid));
		mem_free(uuid);
		if (!strcmp(letters, "EXPOS") && random_chance(r, 60))
			json_set(item, "location", random_object(r, "epiData.exposures[].location", filled));
		if (random_chance(r, 10))
			json_set(item, "pseudonymized", json_new_bool(true));
		json_append(list, item);
	}
	return list;
}

static inline struct json *random_document(struct rand *r)
{
	unsigned filled = (unsigned)(20 + rand_below(r, 70));
	struct json *doc = random_object(r, "", filled);
	json_set(doc, "uuid", json_new_string("CASEAA-AAAAAA-AAAAAA-AAAAAA"));
	json_set(doc, "disease", json_new_string("EVD"));
	if (random_chance(r, 80)) {
		struct json *stay = random_object(r, "hospitalization", filled);
		json_set(stay, "previousHospitalizations", random_items(r, "hospitalization.previousHospitalizations[]", "STAYS", filled));
		json_set(doc, "hospitalization", stay);
	}
	if (random_chance(r, 80)) {
		struct json *epi = random_object(r, "epiData", filled);
		json_set(epi, "exposures", random_items(r, "epiData.exposures[]", "EXPOS", filled));
		json_set(doc, "epiData", epi);
	}
	return doc;
}

#endif
