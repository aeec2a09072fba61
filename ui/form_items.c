/* Entries of a form's lists: each has a page of its own. */
#include "screen_form.h"

void form_open_item(struct form_screen *form, const char *path)
{
	mem_free(form->came_from);
	form->came_from = mem_strdup(path);
	mem_free(form->page);
	form->page = mem_strdup(path);
	form_first(form);
}

void form_add(struct form_screen *form, const struct edit_row *row)
{
	struct err err;
	char uuid[37] = "", *path = mem_strdup(row->path), *item;

	if (form_is_readonly(form, row)) {
		mem_free(path);
		return;
	}
	if (edit_add_item(form->edit, path, uuid, &err) == ST_OK) {
		form->pending = true;
		item = mem_printf("%s[%s]", path, uuid);
		form_open_item(form, item);
		mem_free(item);
	} else {
		ui_say_error(form->screen.ui, &err);
	}
	mem_free(path);
}

void form_remove(struct form_screen *form, const struct edit_row *row)
{
	struct err err;
	char *path;

	if (form->page == NULL && row->type != EDIT_ITEM) {
		ui_say(form->screen.ui, N_("Select an entry of a list first; ^T removes it."), NULL, NULL, NULL);
		return;
	}
	path = mem_strdup(form->page != NULL ? form->page : row->path);
	if (form->page != NULL)
		form_leave_page(form);
	if (edit_remove_item(form->edit, path, &err) == ST_OK) {
		form->pending = true;
		form->stale = true;
		ui_say(form->screen.ui, N_("Removed. ^Z brings it back."), NULL, NULL, NULL);
	} else {
		ui_say_error(form->screen.ui, &err);
	}
	mem_free(path);
}

void form_leave_page(struct form_screen *form)
{
	char *path = form->came_from;

	form_leave_field(form);
	form->came_from = NULL;
	mem_free(form->page);
	form->page = NULL;
	form->stale = true;
	form_first(form);
	if (path != NULL)
		form_focus_path(form, path);
	mem_free(path);
}
