#include "app/connection.h"

#include <string.h>

#include "app/settings.h"

enum status connection_new(struct session *session, const struct net_options *who, struct net **out, struct err *err)
{
	struct net_options options = *who;
	char *pin = setting_get(session, "pin");
	enum status st;

	options.pin = pin == NULL || *pin == '\0' ? NULL : pin;
	options.connect_timeout_ms = (int)(setting_int(session, "connect_timeout") * 1000);
	options.stall_timeout_ms = (int)(setting_int(session, "stall_timeout") * 1000);
	st = net_new(session->loop, &options, out, err);
	mem_free(pin);
	return st;
}

struct net *session_net(struct session *session)
{
	struct net_options options = { .base_url = session->server, .user = session->user, .password = session->password };
	struct err err;
	char *http;

	if (session->password == NULL || session->server == NULL || session->user == NULL)
		return NULL;
	if (session->net != NULL)
		return session->net;
	http = setting_get(session, "http");
	if (strcmp(http, "auto") == 0 && strncmp(session->server, "https:", 6) == 0) {
		/* A new process need not find out again, at the price of a round trip or two, that the server takes no HTTP/2. */
		mem_free(http);
		http = store_setting(session->store, STATE_HTTP);
	}
	options.http = net_http_named(http);
	mem_free(http);
	if (connection_new(session, &options, &session->net, &err) != ST_OK) {
		session->net = NULL;
		log_write(session->log, LOG_ERROR, "no connection can be made: %s", err.msg[0].id);
	}
	return session->net;
}

void session_drop_net(struct session *session)
{
	if (session->net == NULL || session->net_given)
		return;
	net_free(session->net);
	session->net = NULL;
}

enum status session_answers(struct session *session, const char *exchanges, size_t len, struct err *err)
{
	enum status st;

	if (session->net != NULL && session->net_given)
		return net_replay_add(session->net, exchanges, len, err);
	session_drop_net(session);
	st = net_new_replay(session->loop, exchanges, len, &session->net, err);
	session->net_given = st == ST_OK;
	return st;
}
