/* Values as people read them (forms.md "Entry"). */
#include <string.h>

#include "form/shown.h"

/* A label as the person reads it. */
const char *view_label_shown(const struct form_view *view, struct form_label label)
{
	return label.id && !label.own && view->env.translate ? view->env.translate(label.context, label.id) : label.id;
}

struct form_label view_constant_label(const struct form_view *view, const struct form_entry *e, const char *constant)
{
	const char *id = json_get_string(json_get(view->form->labels, e->list_name), constant);
	return (struct form_label){id ? e->list_context : NULL, id ? id : constant, !id};
}

const char *view_stored_name(const struct view_row *r)
{
	const struct json *v = r->row.value;
	const char *name = json_get_string(v, "uuid");
	name = name ? name : json_get_string(v, "value");
	return name ? name : json_string(v);
}

static char *scaled_text(const struct view_row *r)
{
	double n = 0;
	struct arena arena = {NULL};
	if (r->entry->scale <= 1 || !json_double(r->row.value, &n))
		return mem_strdup(json_number_text(r->row.value));
	char *text = mem_strdup(value_number_text(&arena, n / r->entry->scale));
	arena_done(&arena);
	return text;
}

static char *date_text(const struct view_row *r)
{
	int64_t ms = 0;
	char text[40];
	if (!json_int(r->row.value, &ms))
		return mem_strdup("");
	if (r->entry->type == FORM_DATE_TIME)
		date_print_instant(ms, text);
	else
		date_print_day(r->row.field && r->row.field->truncated ? date_truncated_day(ms) : date_day_of(ms), text);
	return mem_strdup(text);
}

char *view_stored_text(const struct form_view *view, const struct view_row *r)
{
	const struct json *v = r->row.value;
	const struct form_entry *e = r->entry;
	const struct form_refs *refs = view->env.refs;
	const char *uuid = json_get_string(v, "uuid");
	struct form_ref ref;
	if (e->type == FORM_REFERENCE && uuid) {
		if (refs && refs->get && refs->get(refs->ctx, e->reference, uuid, &ref) && ref.label && *ref.label)
			return mem_strdup(ref.label);
		const char *caption = json_get_string(v, "caption");
		return mem_strdup(caption && !text_is_blank(caption) ? caption : uuid);
	}
	if (json_is_object(v) && json_get_string(v, "value")) {
		const char *caption = json_get_string(v, "caption");
		return mem_strdup(caption && *caption ? caption : json_get_string(v, "value"));
	}
	if (e->list_name && json_string(v)) {
		const char *label = view_choice_label(view->form, e->list_name, json_string(v));
		return mem_strdup(label ? label : json_string(v));
	}
	return NULL;
}

static struct form_label choice_label(const struct form_view *view, const struct form_entry *e, const char *name)
{
	for (size_t i = 0; e->list && i < e->list->count; i++)
		if (!strcmp(e->list->choices[i].name, name) && e->list->choices[i].label.id)
			return form_label_of(&e->list->choices[i].label, view->env.language);
	return view_constant_label(view, e, name);
}

static char *names_text(const struct form_view *view, const struct view_row *r)
{
	const struct form_list *list = r->entry->data ? NULL : r->entry->list;
	struct buf b;
	buf_init(&b, 0);
	size_t i = 0;
	for (const struct json *v = json_first(list ? r->holder : r->row.value); v; v = json_next(v), i++) {
		const char *name = json_is_string(v) ? json_string(v) : json_true(v) ? json_key(v) : NULL;
		bool own = !list;
		for (size_t k = 0; list && name && k < list->count; k++)
			own |= !strcmp(list->choices[k].name, name);
		if (!name || !own)
			continue;
		if (b.len)
			buf_add_text(&b, ", ");
		/* several labels in one text: it cannot be translated further up */
		buf_add_text(&b, view_label_shown(view, choice_label(view, r->entry, name)));
	}
	return buf_take(&b, NULL);
}

/* What a note shows: a reference by its label, an enum's constant by its own. */
static char *note_text(const struct form_view *view, const struct view_row *note)
{
	struct form_entry shown = {.name = note->entry->name, .scale = 1, .field = note->note_field};
	struct view_row r = {.entry = &shown, .path = note->path, .row = {.path = note->path, .field = note->note_field, .value = note->note}};
	const struct model_field *f = note->note_field;
	if (f && f->type == TYPE_REFERENCE && f->reference && model_reference_kind(f->reference, &shown.reference))
		shown.type = FORM_REFERENCE;
	else if (f && f->type == TYPE_ENUM)
		shown.list_name = f->enum_name;
	else if (f && f->type == TYPE_DATE)
		return json_is_null(r.row.value) ? mem_strdup("") : (shown.type = FORM_DATE, date_text(&r));
	char *text = view_stored_text(view, &r);
	if (text && shown.list_name) {
		char *context = mem_printf("choice:%s", shown.list_name), *label = text;
		text = mem_strdup(view_label_shown(view, (struct form_label){context, label, false}));
		mem_free(context);
		mem_free(label);
	}
	if (text)
		return text;
	const char *own = json_is_number(note->note) ? json_number_text(note->note) : json_string(note->note);
	return mem_strdup(own ? own : "");
}

char *form_row_text(const struct form_view *view, const struct form_row *row)
{
	const struct view_row *r = view_find(view, row->path);
	if (r && r->entry->type == FORM_NOTE)
		return note_text(view, r);
	if (r && r->row.item)
		return mem_strdup(r->item_text);
	if (!r || (json_is_null(r->row.value) && r->entry->type != FORM_SELECT_MULTIPLE))
		return mem_strdup("");
	char *text = view_stored_text(view, r);
	if (text)
		return text;
	char number[24];
	switch (r->entry->type) {
	case FORM_DATE:
	case FORM_DATE_TIME:
		return date_text(r);
	case FORM_BOOLEAN:
		return mem_strdup(json_true(r->row.value) ? N_("Yes") : N_("No"));
	case FORM_SELECT_MULTIPLE:
		return names_text(view, r);
	case FORM_REPEAT:
		return mem_strdup(err_number(number, (int64_t)json_count(r->row.value)));
	case FORM_TEXT:
	case FORM_INTEGER:
	case FORM_DECIMAL:
	case FORM_SELECT_ONE:
	case FORM_NOTE:
	case FORM_CALCULATE:
	case FORM_GROUP:
	case FORM_REFERENCE:
		break;
	}
	if (json_is_number(r->row.value))
		return scaled_text(r);
	return mem_strdup(json_string(r->row.value) ? json_string(r->row.value) : "");
}
