#include "app/listeners.h"

#include <string.h>

#define LISTENERS_POLL_MS 1000               /* how soon another process' save is noticed */

static bool listeners_tidy(void *ctx)
{
	struct session *session = ctx;

	return store_checkpoint(session->store);
}

static void listeners_poll(void *ctx)
{
	struct session *session = ctx;
	int64_t version = store_data_version(session->store);

	if (store_log_length(session->store) >= STORE_LOG_LONG)
		loop_idle(session->loop, listeners_tidy, session);
	session->poll_timer = loop_after(session->loop, LISTENERS_POLL_MS, listeners_poll, session);
	if (version != session->data_version) {
		session->data_version = version;
		session_notify_changed(session);
	}
}

void session_listen(struct session *session, session_changed_fn fn, void *ctx)
{
	if (session->listener_count == SESSION_MAX_LISTENERS)
		return;
	session->listeners[session->listener_count++] = (struct session_listener){ fn, ctx };
	if (session->poll_timer == 0) {
		session->data_version = store_data_version(session->store);
		session->poll_timer = loop_after(session->loop, LISTENERS_POLL_MS, listeners_poll, session);
	}
}

void listeners_stop(struct session *session)
{
	if (session->poll_timer != 0)
		loop_cancel(session->loop, session->poll_timer);
	loop_idle_cancel(session->loop, session);
	session->poll_timer = 0;
}

void session_unlisten(struct session *session, void *ctx)
{
	size_t i, kept = 0;

	for (i = 0; i < session->listener_count; i++)
		if (session->listeners[i].ctx != ctx)
			session->listeners[kept++] = session->listeners[i];
	session->listener_count = kept;
	if (kept == 0)
		listeners_stop(session);
}

static bool listeners_have(const struct session *session, const struct session_listener *listener)
{
	size_t i;

	for (i = 0; i < session->listener_count; i++)
		if (session->listeners[i].fn == listener->fn && session->listeners[i].ctx == listener->ctx)
			return true;
	return false;
}

void session_notify_changed(struct session *session)
{
	struct session_listener copy[SESSION_MAX_LISTENERS];
	size_t i, count = session->listener_count;

	session->status_known = false;
	memcpy(copy, session->listeners, count * sizeof(copy[0]));
	/* A listener may take itself or others away: those are not called any more. */
	for (i = 0; i < count; i++)
		if (listeners_have(session, &copy[i]))
			copy[i].fn(copy[i].ctx);
}
