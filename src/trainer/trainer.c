/* The server as a whole: opening, filling, listening. */
#include <string.h>

#include "trainer/fault.h"
#include "trainer/http.h"
#include "trainer/internal.h"

#define FAULTS_MAX_BYTES ((size_t)1024 * 1024)
#define SETUP_AGE_DAYS 400 /* the installation is older than its oldest case */

void trainer_options_init(struct trainer_options *o)
{
	memset(o, 0, sizeof *o);
	o->cases = 50;
	o->seed = 1;
}

static enum status read_faults(struct trainer *t, struct err *err)
{
	char *text;
	size_t len;
	enum status st = path_read(t->options.faults, FAULTS_MAX_BYTES, &text, &len, err);
	if (st != ST_OK)
		return st;
	st = fault_parse(text, len, &t->faults, &t->fault_count, err);
	mem_free(text);
	return st;
}

enum status trainer_new(const struct trainer_options *options, const struct clock *clock, struct trainer **out, struct err *err)
{
	size_t len;
	bool fresh = false;
	const char *text = model_builtin(&len);
	if (options->cases < 0 || options->persons < 0 || options->cases > TRAINER_CASES_MAX || options->persons > TRAINER_CASES_MAX)
		return err_set(err, ST_INVALID, N_("The training server makes up to 200000 cases and persons."));
	struct trainer *t = mem_calloc(1, sizeof *t);
	t->options = *options;
	t->clock = clock ? *clock : clock_system;
	rand_init_system(&t->rand);
	enum status st = model_load(text, len, &t->model, err);
	if (st == ST_OK && options->faults)
		st = read_faults(t, err);
	if (st == ST_OK)
		st = store_open(options->data, &t->store, &fresh, err);
	if (st != ST_OK) {
		trainer_free(t);
		return st;
	}
	setup_world(t);
	if (fresh) {
		store_begin(t->store);
		setup_store(t, trainer_now(t) - SETUP_AGE_DAYS * DATE_DAY_MS);
		generate(t, options->cases, options->persons, options->seed);
		store_commit(t->store);
	}
	*out = t;
	return ST_OK;
}

enum status trainer_listen(struct trainer *t, struct loop *loop, const char **url, struct err *err)
{
	enum status st = http_start(t, loop, &t->http, err);
	if (st == ST_OK)
		*url = http_url(t->http);
	return st;
}

void trainer_free(struct trainer *t)
{
	if (!t)
		return;
	http_stop(t->http);
	store_close(t->store);
	model_free(t->model);
	fault_free(t->faults, t->fault_count);
	for (size_t i = 0; i < t->user_count; i++)
		mem_free(t->users[i].caption);
	mem_free(t->colleague_done);
	mem_free(t);
}
