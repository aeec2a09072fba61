/* Synchronization as a use case of a session: one run at a time, its progress, its listeners. */
#include <string.h>

#include "app/account.h"
#include "app/connection.h"
#include "app/labels.h"
#include "app/listeners.h"
#include "app/profile.h"
#include "app/settings.h"
#include "app/sync.h"
#include "app/sync_run.h"

#define LISTENERS 8
#define RIGHTS_EVERY_MS INT64_C(86400000)

struct sync_listener { sync_progress_fn fn; void *ctx; };
struct sync_driver {
	struct session *session;
	struct sync_run *run;                /* the current or the last one */
	struct net *net;                     /* of the current run, which goes on with it when the session takes another one */
	struct store *copy;                  /* of a dry run */
	int64_t free_timer;
	struct sync_listener listeners[LISTENERS];
	size_t listener_count;
};

static void close_driver(struct session *session)
{
	struct sync_driver *driver = session->sync;

	if (driver == NULL)
		return;
	sync_run_free(driver->run);
	net_free(driver->net);
	store_close(driver->copy);
	mem_free(driver);
	session->sync = NULL;
}

static struct sync_driver *driver_of(struct session *session)
{
	if (session->sync == NULL) {
		session->sync = mem_calloc(1, sizeof *session->sync);
		session->sync->session = session;
		session->sync_done = close_driver;
	}
	return session->sync;
}

static uint64_t send(void *ctx, const struct net_request *request, net_done_fn done, void *done_ctx)
{
	return net_send(ctx, request, done, done_ctx);
}

static void cancel(void *ctx, uint64_t id)
{
	net_cancel(ctx, id);
}

static bool has_right(void *ctx, const char *right)
{
	struct sync_driver *driver = ctx;

	return session_has_right(driver->session, right);
}

static enum status take_rights(void *ctx, const char *body, size_t len, bool *changed, struct err *err)
{
	struct sync_driver *driver = ctx;
	bool known = session_knows_rights(driver->session);
	enum status st = session_store_rights(driver->session, body, len, changed, err);

	if (st == ST_OK)
		session_reload_rights(driver->session);
	if (!known)
		*changed = false;               /* the first time is no change */
	return st;
}

static const char *field_text(void *ctx, enum kind kind, const char *path)
{
	struct sync_driver *driver = ctx;
	const char *context, *label = labels_field(driver->session, model_kind_name(kind), path, &context);

	return i18n_label(context, label);
}

static void tell(void *ctx)
{
	struct sync_driver *driver = ctx;

	for (size_t i = 0; i < driver->listener_count; i++)
		driver->listeners[i].fn(driver->listeners[i].ctx, &driver->run->progress);
}

static void stored(void *ctx)
{
	struct sync_driver *driver = ctx;

	/* The screens follow at the pace of the progress, not of the slices. */
	if (driver->copy == NULL && driver->run->tell_timer == 0)
		session_notify_changed(driver->session);
}

static void ended(void *ctx)
{
	struct sync_driver *driver = ctx;
	struct session *session = driver->session;

	if (driver->copy == NULL) {
		session_reload_rights(session);
		session_notify_changed(session);
	}
	if (driver->run->progress.verdict == SYNC_REFUSED)
		session_drop_net(session);
	net_free(driver->net);
	driver->net = NULL;
	tell(driver);
}

static bool rights_are_due(struct session *session)
{
	int64_t at = store_setting_int(session->store, STATE_RIGHTS_AT, 0), age = session_now(session) - at;

	return !session_knows_rights(session) || at == 0 || age >= RIGHTS_EVERY_MS || age < 0;
}

static enum status open_copy(struct sync_driver *driver, struct err *err)
{
	store_close(driver->copy);
	driver->copy = NULL;
	return store_open_copy(driver->session->store, &driver->copy, err);
}

enum status sync_start(struct session *session, const struct sync_options *options, struct err *err)
{
	struct sync_driver *driver = driver_of(session);
	struct net *net = session_net(session);
	struct sync_run_options how = { .store = session->store, .model = session->model, .loop = session->loop, .log = session->log, .mode = options->mode,
		.dry = options->dry, .dry_line = options->dry_line, .dry_ctx = options->dry_ctx, .unwatched = options->unwatched, .user = session->user,
		.rights_known = session_knows_rights(session), .rights_due = rights_are_due(session), .has_right = has_right, .take_rights = take_rights,
		.field_text = field_text, .no_updates = !setting_bool(session, "partial_updates"), .seed = rand_u64(&session->rand), .progress = tell,
		.ended = ended, .stored = stored, .ctx = driver };
	enum status st = ST_OK;

	if (sync_is_running(session))
		return err_set(err, ST_LATER, N_("A synchronization is running already. Wait until it is through."));
	if (net == NULL)
		return err_set(err, ST_REFUSED, N_("Not signed in. Give your password first."));
	sync_run_free(driver->run);
	driver->run = NULL;
	net_free(driver->net);
	driver->net = NULL;
	if (options->dry)
		st = open_copy(driver, err);
	else if (driver->copy != NULL) {
		store_close(driver->copy);
		driver->copy = NULL;
	}
	if (st != ST_OK)
		return st;
	if (driver->copy != NULL)
		how.store = driver->copy;
	how.transport = (struct sync_transport){ .send = send, .cancel = cancel, .ctx = net };
	st = sync_run_new(&how, &driver->run, err);
	if (st == ST_OK)
		driver->net = net_keep(net);
	return st;
}

bool sync_is_running(const struct session *session)
{
	return session->sync != NULL && session->sync->run != NULL && !session->sync->run->finished;
}

const struct sync_progress *sync_progress(const struct session *session)
{
	return session->sync != NULL && session->sync->run != NULL ? &session->sync->run->progress : NULL;
}

void sync_stop(struct session *session)
{
	if (sync_is_running(session))
		sync_run_cancel(session->sync->run);
}

void sync_answer(struct session *session, bool yes)
{
	if (sync_is_running(session))
		sync_run_answer(session->sync->run, yes);
}

void sync_listen(struct session *session, sync_progress_fn fn, void *ctx)
{
	struct sync_driver *driver = driver_of(session);

	if (driver->listener_count < LISTENERS)
		driver->listeners[driver->listener_count++] = (struct sync_listener){ .fn = fn, .ctx = ctx };
}

void sync_unlisten(struct session *session, void *ctx)
{
	struct sync_driver *driver = session->sync;
	size_t kept = 0;

	if (driver == NULL)
		return;
	for (size_t i = 0; i < driver->listener_count; i++)
		if (driver->listeners[i].ctx != ctx)
			driver->listeners[kept++] = driver->listeners[i];
	driver->listener_count = kept;
}
