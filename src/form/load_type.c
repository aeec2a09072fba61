/* What a field is: its type on the form, and whether that goes with the model. */
#include <string.h>

#include "form/loader.h"

static const struct { const char *name; enum form_type type; } types[] = {
	{"text", FORM_TEXT}, {"integer", FORM_INTEGER}, {"decimal", FORM_DECIMAL}, {"date", FORM_DATE}, {"dateTime", FORM_DATE_TIME}, {"select_one", FORM_SELECT_ONE},
	{"select_multiple", FORM_SELECT_MULTIPLE}, {"boolean", FORM_BOOLEAN}, {"note", FORM_NOTE}, {"calculate", FORM_CALCULATE}, {"group", FORM_GROUP},
	{"repeat", FORM_REPEAT}, {"reference", FORM_REFERENCE},
};

/* A word, or two, that the type begins with. */
static const struct { const char *name, *instead; } missing_types[] = {
	{"select_one_from_file", N_("use reference, or a list of the form's own")},
	{"select_multiple_from_file", N_("use a list of the form's own")},
	{"select_one_external", N_("use reference, or a list of the form's own")},
	{"csv-external", N_("use a list of the form's own")},
	{"xml-external", N_("use a list of the form's own")},
	{"select one", N_("write select_one")},
	{"select1", N_("write select_one")},
	{"select multiple", N_("write select_multiple")},
	{"audit", N_("the journal keeps every change")},
	{"begin_group", N_("write a group with children")},
	{"begin group", N_("write a group with children")},
	{"begin_repeat", N_("write a repeat with children")},
	{"begin repeat", N_("write a repeat with children")},
	{"end_group", N_("what belongs to it stands in its children")},
	{"end group", N_("what belongs to it stands in its children")},
	{"end_repeat", N_("what belongs to it stands in its children")},
	{"end repeat", N_("what belongs to it stands in its children")},
	{"geopoint", N_("use two decimals")},
	{"geotrace", N_("use two decimals")},
	{"geoshape", N_("use two decimals")},
	{"start-geopoint", N_("there is no position sensor here")},
	{"range", N_("use integer or decimal with a constraint")},
	{"rank", N_("use select_multiple")},
	{"start", N_("the journal keeps the time of every save")},
	{"end", N_("the journal keeps the time of every save")},
	{"today", N_("the journal keeps the time of every save")},
	{"username", N_("the journal keeps who saved")},
	{"email", N_("the journal keeps who saved")},
	{"phonenumber", N_("the journal keeps who saved")},
	{"deviceid", N_("the journal keeps who saved")},
	{"image", N_("a terminal shows no pictures")},
	{"audio", N_("records have no files")},
	{"video", N_("records have no files")},
	{"file", N_("records have no files")},
	{"background-audio", N_("records have no files")},
	{"time", N_("use dateTime")},
	{"string", N_("use text")},
	{"barcode", N_("use text")},
	{"int", N_("use integer")},
	{"acknowledge", N_("use boolean")},
	{"trigger", N_("use boolean")},
	{"hidden", N_("use calculate")},
};

static const char *instead_of_type(const char *text)
{
	for (size_t i = 0; i < sizeof missing_types / sizeof *missing_types; i++) {
		size_t len = strlen(missing_types[i].name);
		if (!strncmp(missing_types[i].name, text, len) && (!text[len] || text[len] == ' '))
			return missing_types[i].instead;
	}
	return NULL;
}

/* "select_one LIST", "reference KIND" … */
bool load_type(struct loader *l, struct form_entry *e, const char *path, const char *text)
{
	char *place = mem_printf("%s/type", path);
	size_t len = strcspn(text, " ");
	const char *word = text[len] ? text + len + 1 : "";
	bool known = false;
	for (size_t i = 0; i < sizeof types / sizeof *types; i++) {
		if (strlen(types[i].name) == len && !memcmp(types[i].name, text, len)) {
			e->type = types[i].type;
			known = true;
		}
	}
	bool needs_word = e->type == FORM_SELECT_ONE || e->type == FORM_SELECT_MULTIPLE || e->type == FORM_REFERENCE;
	if (!known) {
		const char *instead = instead_of_type(text);
		char *first = mem_strndup(text, len);
		const char *names[sizeof types / sizeof *types];
		for (size_t i = 0; i < sizeof types / sizeof *types; i++)
			names[i] = types[i].name;
		const char *near = expr_nearest(first, names, sizeof types / sizeof *types);
		mem_free(first);
		if (instead)
			wrong(l, place, "unsupported", N_("\"{1}\" does not exist here: {2}"), text, instead);
		else if (near)
			wrong(l, place, "unknown_type", N_("there is no type \"{1}\"; did you mean \"{2}\"?"), text, near);
		else
			wrong(l, place, "unknown_type", N_("there is no type \"{1}\""), text);
	} else if (needs_word && strstr(word, "or_other")) {
		wrong(l, place, "unsupported", N_("\"{1}\" does not exist here: {2}"), "or_other", N_("add the choice OTHER and a text with relevant"));
		known = false;
	} else if (needs_word != (*word != '\0')) {
		wrong(l, place, "type", needs_word ? N_("\"{1}\" needs a name behind it") : N_("nothing may follow \"{1}\""), text);
		known = false;
	} else if (e->type == FORM_REFERENCE) {
		char name[64] = "";
		if (strlen(word) < sizeof name - 1) {
			memcpy(name, word, strlen(word) + 1);
			name[0] = (char)(name[0] >= 'a' && name[0] <= 'z' ? name[0] - 'a' + 'A' : name[0]);
		}
		if (!model_reference_kind(name, &e->reference)) {
			wrong(l, place, "unknown_type", N_("there is no kind \"{1}\" to refer to; write region, district, facility, user …"), word);
			known = false;
		}
	} else {
		e->list_name = needs_word ? word : NULL;
		e->list_context = needs_word ? mem_printf("choice:%s", word) : NULL;
	}
	mem_free(place);
	return known;
}

/* Does the form's type go with the model's? */
static bool type_fits(struct loader *l, const struct form_entry *e)
{
	const struct model_field *f = e->field;
	switch (e->type) {
	case FORM_TEXT:
		return f->type == TYPE_STRING || f->type == TYPE_ANY;
	case FORM_INTEGER:
		return f->type == TYPE_INTEGER || f->type == TYPE_NUMBER;
	case FORM_DECIMAL:
		return f->type == TYPE_NUMBER || f->type == TYPE_INTEGER;
	case FORM_DATE:
	case FORM_DATE_TIME:
		return f->type == TYPE_DATE;
	case FORM_SELECT_ONE:
		if (!e->list && !model_enum(l->form->model, e->list_name) && f->type == TYPE_ENUM)
			return true; /* an unknown list is said so */
		if (f->type == TYPE_ENUM && !e->list)
			return f->enum_name && e->list_name && !strcmp(f->enum_name, e->list_name);
		if (f->type == TYPE_CUSTOMIZABLE_ENUM)
			return f->enum_name && e->list_name && !strcmp(f->enum_name, e->list_name);
		return f->type == TYPE_ENUM || f->type == TYPE_STRING;
	case FORM_SELECT_MULTIPLE:
		return f->type == TYPE_MAP || f->type == TYPE_VALUE_LIST;
	case FORM_BOOLEAN:
		return f->type == TYPE_BOOLEAN;
	case FORM_REFERENCE: {
		enum kind kind;
		return f->type == TYPE_REFERENCE && f->reference && model_reference_kind(f->reference, &kind) && kind == e->reference;
	}
	case FORM_REPEAT:
		return f->type == TYPE_OBJECT_LIST && f->object;
	case FORM_GROUP:
		return f->type == TYPE_OBJECT && f->object;
	case FORM_NOTE:
	case FORM_CALCULATE:
		break;
	}
	(void)l;
	return true;
}

void load_check_list(struct loader *l, struct form_entry *e, const char *path)
{
	if (!e->list_name)
		return;
	char *place = mem_printf("%s/type", path);
	const char *const *constants = model_enum(l->form->model, e->list_name);
	bool customizable = e->field && e->field->type == TYPE_CUSTOMIZABLE_ENUM;
	const char *own = e->field ? e->field->enum_name : NULL;
	if (!e->list && !constants && !customizable && own)
		wrong(l, place, "unknown_list", N_("there is no list \"{1}\" in the model or in this form's \"lists\"; the list of this field is \"{2}\""), e->list_name, own);
	else if (!e->list && !constants && !customizable)
		wrong(l, place, "unknown_list", N_("there is no list \"{1}\" in the model or in this form's \"lists\""), e->list_name);
	for (size_t i = 0; e->list && i < e->list->count && e->field && e->field->type == TYPE_ENUM && e->field->enum_name; i++)
		if (!model_enum_has(l->form->model, e->field->enum_name, e->list->choices[i].name))
			wrong(l, place, "contradiction", N_("\"{1}\" of the list is no constant of {2}"), e->list->choices[i].name, e->field->enum_name);
	mem_free(place);
}

bool load_bind_field(struct loader *l, struct form_entry *e, const char *path, const struct json *v, const struct model_type *object)
{
	char *place = mem_printf("%s/name", path);
	bool layout = e->type == FORM_NOTE || e->type == FORM_CALCULATE || (e->type == FORM_GROUP && !json_get(v, "path"));
	const char *key = e->type == FORM_GROUP && json_get(v, "path") ? json_get_string(v, "path") : e->name;
	const struct model_field *f = object && key ? model_field(object, key) : NULL;
	bool fine = true;
	e->object = object;
	if (layout) {
		e->inner = object;
		if (e->type == FORM_CALCULATE && f) {
			e->field = f;
			e->data = f->name;
		}
	} else if (!object) {
		fine = false; /* of the object it is already said that there is none */
	} else if (!f) {
		bool multiple = e->type == FORM_SELECT_MULTIPLE; /* its choices' names may be the keys */
		fine = multiple;
		if (!multiple) {
			struct expr_error error;
			form_unknown_name(object, false, key ? key : "", 0, &error);
			load_complain(l, load_place_of(l, place), FORM_ERROR, "unknown_name", &error.message);
		}
	} else {
		e->field = f;
		e->data = f->name;
		e->inner = f->object;
		if (!type_fits(l, e)) {
			wrong(l, place, "contradiction", N_("\"{1}\" is another type in the model than this form says"), e->name);
			fine = false;
		}
	}
	mem_free(place);
	return fine;
}
