/* What went wrong: what ends the run, and what is kept to be told at its end. */
#include "sync/internal.h"

void engine_fail(struct engine *e, enum engine_verdict verdict, enum status st, const char *id, const char *what)
{
	if (e->fatal)
		return;
	e->fatal = true;
	e->progress.verdict = verdict;
	e->progress.err = (struct err){ 0 };
	(void)err_set(&e->progress.err, st, id, what != NULL ? what : "");
}

void engine_note_error(struct engine *e, const struct err *err, const char *path)
{
	if (e->problem)
		return;
	e->problem = true;
	e->progress.err = (struct err){ 0 };
	if (err != NULL && err->depth > 0)
		e->progress.err = *err;
	else
		(void)err_set(&e->progress.err, ST_FAILED, N_("Something failed."));
	if (path != NULL)
		(void)err_wrap(&e->progress.err, N_("The request {1} could not be used"), path);
}

void engine_note_unusable(struct engine *e, enum kind kind, int64_t count, const struct err *err)
{
	if (e->unusable == 0 && count > 0) {
		e->unusable_kind = kind;
		e->unusable_err = err != NULL ? *err : (struct err){ 0 };
	}
	e->unusable += count;
}

void engine_note_left_out(struct engine *e, enum kind kind, const struct sormas_page *page)
{
	struct err err = { 0 };
	char row[24];

	if (page->left_out == 0)
		return;
	(void)err_set(&err, ST_INVALID, page->left_out_why);
	(void)err_wrap(&err, N_("row {1} of an answer"), err_number(row, (int64_t)page->left_out_row));
	engine_note_unusable(e, kind, (int64_t)page->left_out, &err);
}

static void problem_of(const struct slot *slot, enum sormas_class class, struct err *err)
{
	char *reason = slot->len > 0 && slot->class != SORMAS_OK ? sormas_reason(slot->body, slot->len) : NULL;
	enum status st = class == SORMAS_FORBIDDEN ? ST_REFUSED : ST_FAILED;

	*err = (struct err){ 0 };
	if (reason != NULL && *reason != '\0') {
		(void)err_set(err, st, N_("it says: {1}"), reason);
		(void)err_wrap(err, sormas_class_name(class));
	} else {
		(void)err_set(err, st, sormas_class_name(class));
	}
	mem_free(reason);
}

void engine_look_problem(const struct slot *slot, struct err *err)
{
	problem_of(slot, slot->class, err);
	(void)err_wrap(err, N_("The request {1} could not be used"), slot->request.path);
}

void engine_note_problem(struct engine *e, const struct slot *slot, const char *path)
{
	struct err err;

	problem_of(slot, slot->class, &err);
	engine_note_error(e, &err, path != NULL ? path : slot->request.path);
}

void engine_note_push(struct engine *e, const struct slot *slot)
{
	if (e->push_err.depth > 0)
		return;
	problem_of(slot, slot->class == SORMAS_OK ? SORMAS_GARBAGE : slot->class, &e->push_err);
	(void)err_wrap(&e->push_err, N_("The request {1} could not be used"), slot->request.path);
}
