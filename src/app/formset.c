#include "app/formset.h"

#include <dirent.h>
#include <errno.h>
#include <string.h>

#include "app/account.h"
#include "app/settings.h"

#define FORMSET_MAX 200                      /* forms of one profile */

static void formset_put(struct session *session, struct form *form, bool site, const char *source)
{
	size_t i;

	for (i = 0; i < session->form_count; i++) {
		struct session_form *entry = &session->forms[i];

		if (strcmp(form_name(entry->form), form_name(form)) != 0)
			continue;
		form_free(entry->form);
		mem_free(entry->source);
		mem_free(entry->title_context);
		*entry = (struct session_form){ form, site, mem_strdup(source), mem_printf("form:%s", form_name(form)) };
		return;
	}
	session->forms = mem_realloc(session->forms, session->form_count + 1, sizeof(*session->forms));
	session->forms[session->form_count++] = (struct session_form){ form, site, mem_strdup(source),
		mem_printf("form:%s", form_name(form)) };
}

static enum status formset_load(struct session *session, const char *text, size_t len, bool site, const char *source, struct err *err)
{
	struct form_problem *problems = NULL;
	struct form *form;
	size_t count = 0;
	enum status st = form_load(session->model, text, len, &form, &problems, &count, err);

	if (st != ST_OK)
		log_write(session->log, LOG_ERROR, "form %s is not used: %zu problems, the first at line %d", source, count, count > 0 ? problems[0].line
			: 0);
	else
		formset_put(session, form, site, source);
	mem_free(problems);
	return st;
}

static void formset_load_site(struct session *session, const char *dir)
{
	struct dirent *entry;
	DIR *folder = opendir(dir);
	size_t loaded = 0;

	if (folder == NULL) {
		log_write(session->log, LOG_WARN, "the folder of the site's forms cannot be read (%d)", errno);
		return;
	}
	while ((entry = readdir(folder)) != NULL && loaded < FORMSET_MAX) {
		size_t len = strlen(entry->d_name), size;
		char *path, *text;

		if (entry->d_name[0] == '.' || len < 6 || strcmp(entry->d_name + len - 5, ".json") != 0)
			continue;
		path = path_join(dir, entry->d_name);
		/* A form that cannot be used leaves the built-in one in place: work goes on. */
		if (path_read(path, FORM_MAX_BYTES, &text, &size, NULL) == ST_OK) {
			if (formset_load(session, text, size, true, path, NULL) == ST_OK)
				loaded++;
			mem_free(text);
		}
		mem_free(path);
	}
	closedir(folder);
}

enum status session_load_forms(struct session *session, struct err *err)
{
	const struct embedded_file *file;
	char *dir;

	if (session->forms != NULL)
		return ST_OK;
	session->form_count = 0;
	for (file = form_builtin(); file->name != NULL; file++) {
		/* Beside the forms lie the labels of the model's lists and the table of what no form shows. */
		if (strcmp(file->name, "labels.json") == 0 || strcmp(file->name, "not-shown.json") == 0)
			continue;
		if (formset_load(session, file->text, file->len, false, file->name, err) != ST_OK)
			return err_wrap(err, N_("the built-in form {1} cannot be read; please install Outpost again"), file->name);
	}
	dir = setting_get(session, "forms_dir");
	if (dir != NULL && *dir != '\0')
		formset_load_site(session, dir);
	mem_free(dir);
	return ST_OK;
}

void session_free_forms(struct session *session)
{
	size_t i;

	for (i = 0; i < session->form_count; i++) {
		form_free(session->forms[i].form);
		mem_free(session->forms[i].source);
		mem_free(session->forms[i].title_context);
	}
	mem_free(session->forms);
	session->forms = NULL;
	session->form_count = 0;
}

const struct session_form *session_forms(struct session *session, size_t *count)
{
	if (session_load_forms(session, NULL) != ST_OK) {
		*count = 0;
		return NULL;
	}
	*count = session->form_count;
	return session->forms;
}

const struct form *session_form(struct session *session, const char *name)
{
	const struct session_form *forms;
	size_t count, i;

	forms = session_forms(session, &count);
	for (i = 0; i < count; i++)
		if (strcmp(form_name(forms[i].form), name) == 0)
			return forms[i].form;
	return NULL;
}

const char *session_form_title(struct session *session, const struct form *form, const char **context)
{
	size_t count, i;
	const struct session_form *forms = session_forms(session, &count);

	*context = NULL;
	for (i = 0; i < count; i++)
		if (forms[i].form == form)
			*context = forms[i].title_context;
	return form_title(form, session_language(session));
}
