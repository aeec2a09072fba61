/* Signing in: the questions to the server, and what is stored of the answers. */
#include "app/signin.h"

#include <string.h>
#include <strings.h>

#include "app/account.h"
#include "app/connection.h"
#include "app/former.h"
#include "app/listeners.h"
#include "app/profile.h"
#include "app/secret.h"
#include "app/server_url.h"
#include "app/settings.h"

#define SIGNIN_VERSION "1.104.0"             /* of the interface that this program speaks (protocol.md A.3) */
#define SIGNIN_SUFFIX "/sormas-rest"

enum signin_step { SIGNIN_COMPATIBLE, SIGNIN_LOCALE, SIGNIN_COUNTRY, SIGNIN_RIGHTS, SIGNIN_STEPS };

static const char *const signin_paths[SIGNIN_STEPS] = {
	("/info/checkcompatibility?appVersion=" SIGNIN_VERSION), "/info/locale", "/info/countryname", "/users/rights",
};

struct sign_in_run {
	struct session *session;
	char *urls[2];               /* as given; with the missing folder */
	int url, url_count;
	char *user, *password, *zone;
	bool keep, replace;
	sign_in_fn done;
	void *ctx;
	struct net *net;
	bool own_net;
	enum signin_step step;
	uint64_t request;
	int64_t timer;
	char *locale, *country, *rights;
	size_t rights_len;
	struct err first;            /* what the address as given said, when the second is tried */
};

static void signin_free(struct sign_in_run *run)
{
	if (run->own_net)
		net_free(run->net);
	mem_free(run->urls[0]);
	mem_free(run->urls[1]);
	mem_free(run->user);
	secret_wipe(run->password);
	mem_free(run->zone);
	mem_free(run->locale);
	mem_free(run->country);
	mem_free(run->rights);
	mem_free(run);
}

void signin_cancel(struct session *session)
{
	struct sign_in_run *run = session->signing;

	if (run == NULL)
		return;
	session->signing = NULL;
	if (run->timer != 0)
		loop_cancel(session->loop, run->timer);
	if (run->request != 0 && !run->own_net)
		net_forget(run->net, run->request);
	signin_free(run);
}

static void signin_finish(struct sign_in_run *run, enum status st, const struct err *err)
{
	struct session *session = run->session;
	sign_in_fn done = run->done;
	void *ctx = run->ctx;

	log_write(session->log, st == ST_OK ? LOG_INFO : LOG_WARN, "sign-in ended with status %d", (int)st);
	session->signing = NULL;
	signin_free(run);
	if (st == ST_OK)
		session_notify_changed(session);
	done(ctx, st, err);
}

static bool signin_is_other(const struct sign_in_run *run, const char *url)
{
	const struct session *session = run->session;

	if (session->user == NULL || session->server == NULL)
		return false;
	if (strcasecmp(session->user, run->user) != 0)
		return true;
	/* The training server takes a new port at each start; its data is its own affair. */
	if (session->training && server_url_is_loopback(url) && server_url_is_loopback(session->server))
		return false;
	return strcmp(session->server, url) != 0;
}

/* Only what the server chose by itself is remembered. */
static enum status signin_store_http(struct sign_in_run *run, struct err *err)
{
	char *http = setting_get(run->session, "http");
	bool one = strcmp(http, "auto") == 0 && strncmp(run->urls[run->url], "https:", 6) == 0 && net_http_used(run->net) == NET_HTTP_V1;

	mem_free(http);
	return store_set_setting(run->session->store, STATE_HTTP, one ? "1.1" : NULL, err);
}

/* Days belong to the profile, not to the TZ of the moment (sync.md "Days"): a zone is stored with the first sign-in, the given or the machine's. */
static enum status signin_store_zone(struct sign_in_run *run, struct err *err)
{
	struct session *session = run->session;
	bool given = run->zone != NULL && *run->zone != '\0';
	char *zone = setting_get(session, "timezone"), *machine = session->zone_fixed ? mem_strdup(date_zone()) : date_machine_zone();
	const char *chosen = given ? run->zone : *zone == '\0' ? machine : NULL;
	enum status st = ST_OK;

	if (chosen != NULL)
		st = setting_set(session, "timezone", chosen, err);
	if (st == ST_OK && chosen != NULL && !session->zone_fixed)
		st = date_set_zone(chosen, err);
	mem_free(zone);
	mem_free(machine);
	return st;
}

static enum status signin_store(struct sign_in_run *run, struct err *err)
{
	struct session *session = run->session;
	const char *url = run->urls[run->url];
	enum status st;

	if (session->training && !server_url_is_loopback(url))
		return err_set(err, ST_INVALID, N_("this folder is for training; use another --profile for a real server"));
	if (signin_is_other(run, url) && former_has_data(session)) {
		if (!run->replace)
			return err_set(err, ST_ASK, N_("this profile belongs to {1} at {2}: their records have to leave this machine first; unsent edits are kept in the "
				"conflict log"), session->user, session->host);
		/* A run that is under way, perhaps in another process, would go on to store what the former user may see. */
		st = store_lock_run(session->store, session_now(session), NULL, err);
		if (st == ST_OK) {
			st = former_remove(session, err);
			store_unlock_run(session->store);
		}
		if (st != ST_OK)
			return err_wrap(err, N_("the records of the former user could not be taken away; nothing was changed"));
	}
	st = store_begin(session->store, err);
	if (st != ST_OK)
		return st;
	st = store_set_setting(session->store, STATE_SERVER, url, err);
	if (st == ST_OK)
		st = store_set_setting(session->store, STATE_USER, run->user, err);
	if (st == ST_OK)
		st = store_set_setting(session->store, STATE_LOCALE, run->locale, err);
	if (st == ST_OK)
		st = store_set_setting(session->store, STATE_COUNTRY, run->country, err);
	if (st == ST_OK)
		st = session_store_rights(session, run->rights, run->rights_len, NULL, err);
	if (st == ST_OK)
		st = secret_store_hash(session, run->password, err);
	if (st == ST_OK)
		st = store_commit(session->store, err);
	else
		store_rollback(session->store);
	if (st == ST_OK)
		st = signin_store_zone(run, err);
	if (st == ST_OK)
		st = signin_store_http(run, err);
	if (st == ST_OK)
		st = secret_hold(session, run->password, err);
	if (st != ST_OK)
		return st;
	session->locked = false;
	secret_unkeep(session);                      /* the former user's */
	session_account_changed(session);
	secret_unkeep(session);                      /* and an older one of this account */
	if (run->keep && !secret_keep(session, run->password))
		log_write(session->log, LOG_WARN, "the keyring did not take the password");
	if (!session->net_given) {
		session_drop_net(session);
		if (run->own_net) {
			session->net = run->net;
			run->net = NULL;
			run->own_net = false;
		}
	}
	return ST_OK;
}

/* ---- the questions to the server ---- */

/* A quoted answer without its quotes: it is no JSON string (protocol.md A.2). New string. */
static char *signin_unquote(const char *body, size_t len)
{
	if (len >= 2 && body[0] == '"' && body[len - 1] == '"') {
		body++;
		len -= 2;
	}
	if (len > 200 || !text_is_valid(body, len))
		return mem_strdup("");
	return mem_strndup(body, len);
}

static void signin_ask(struct sign_in_run *run);

static enum status signin_connect(struct sign_in_run *run, struct err *err)
{
	struct session *session = run->session;
	struct net_options options = { .base_url = run->urls[run->url], .user = run->user, .password = run->password };
	enum status st;
	char *http;

	if (session->net_given) {
		run->net = session->net;
		return ST_OK;
	}
	if (run->own_net)
		net_free(run->net);
	http = setting_get(session, "http");
	options.http = net_http_named(http);
	mem_free(http);
	st = connection_new(session, &options, &run->net, err);
	run->own_net = st == ST_OK;
	return st;
}

/* From the loop, as a callback of a connection may not end the connection itself. */
static void signin_again(void *ctx)
{
	struct sign_in_run *run = ctx;
	struct err err;

	run->timer = 0;
	if (signin_connect(run, &err) != ST_OK) {
		signin_finish(run, err.status, &err);
		return;
	}
	signin_ask(run);
}

static void signin_complete(void *ctx)
{
	struct sign_in_run *run = ctx;
	struct err err;
	enum status st;

	run->timer = 0;
	st = signin_store(run, &err);
	signin_finish(run, st, st == ST_OK ? NULL : &err);
}

static void signin_failed(void *ctx)
{
	struct sign_in_run *run = ctx;
	struct err err = run->first;

	run->timer = 0;
	signin_finish(run, err.status, &err);
}

static void signin_fail_later(struct sign_in_run *run, const struct err *err)
{
	run->first = *err;
	run->timer = loop_after(run->session->loop, 0, signin_failed, run);
}

/* What a first answer means. ST_OK: go on; otherwise *err is set. */
static enum status signin_judge(const struct net_answer *answer, struct err *err)
{
	enum status st = ST_INVALID;
	char number[24], *text;

	if (answer->status == 0) {
		*err = answer->err;
		return err_wrap(err, N_("the server cannot be reached"));
	}
	if (answer->status == 401)
		return err_set(err, ST_REFUSED, N_("the server does not let you in: wrong name or password, or the account may not use the mobile interface"));
	if (answer->status == 403)
		return err_set(err, ST_REFUSED, N_("the account may not use the mobile interface"));
	if (answer->status == 502 || answer->status == 503 || answer->status == 504)
		return err_set(err, ST_LATER, N_("the server is not ready (status {1}); try again later"), err_number(number, answer->status));
	if (answer->status != 200)
		return err_set(err, ST_INVALID, N_("there is no SORMAS server at this address (status {1})"), err_number(number, answer->status));
	text = signin_unquote(answer->body, answer->len);
	if (strcmp(text, "COMPATIBLE") == 0)
		st = ST_OK;
	else if (strcmp(text, "TOO_OLD") == 0)
		st = err_set(err, ST_INVALID, N_("the server wants a newer Outpost; ask for an update"));
	else if (strcmp(text, "TOO_NEW") == 0)
		st = err_set(err, ST_INVALID, N_("the server is older than this Outpost can speak to; it has to be updated"));
	else
		st = err_set(err, ST_INVALID, N_("there is no SORMAS server at this address"));
	mem_free(text);
	return st;
}

static void signin_answer(void *ctx, uint64_t id, const struct net_answer *answer)
{
	struct sign_in_run *run = ctx;
	struct session *session = run->session;
	struct err err;
	enum status st;

	(void)id;
	run->request = 0;
	if (answer->date_ms > 0)
		session_note_server_time(session, answer->date_ms);
	if (run->step == SIGNIN_COMPATIBLE) {
		st = signin_judge(answer, &err);
		if (st != ST_OK && run->url == 0 && run->url_count == 2 && answer->status != 0) {
			/* Perhaps it answers only under /sormas-rest. */
			run->first = err;
			run->url = 1;
			run->timer = loop_after(session->loop, 0, signin_again, run);
			return;
		}
		if (st != ST_OK && run->url == 1 && st != ST_REFUSED && run->first.status != ST_OK)
			err = run->first;
		if (st != ST_OK) {
			signin_fail_later(run, &err);
			return;
		}
	} else if (answer->status == 0 || answer->status == 401 || answer->status == 403 || answer->status >= 502) {
		(void)signin_judge(answer, &err);
		signin_fail_later(run, &err);
		return;
	} else if (run->step == SIGNIN_LOCALE) {
		run->locale = answer->status == 200 ? signin_unquote(answer->body, answer->len) : mem_strdup("");
	} else if (run->step == SIGNIN_COUNTRY) {
		run->country = answer->status == 200 ? signin_unquote(answer->body, answer->len) : mem_strdup("");
	} else if (answer->status != 200) {
		char number[24];

		err_set(&err, ST_FAILED, N_("the server does not tell the rights of this account (status {1})"), err_number(number, answer->status));
		signin_fail_later(run, &err);
		return;
	} else {
		run->rights = mem_strndup(answer->body, answer->len);
		run->rights_len = answer->len;
	}
	run->step++;
	if (run->step == SIGNIN_STEPS)
		run->timer = loop_after(session->loop, 0, signin_complete, run);
	else
		signin_ask(run);
}

static void signin_ask(struct sign_in_run *run)
{
	struct net_request request = { .method = "GET", .path = signin_paths[run->step] };

	run->request = net_send(run->net, &request, signin_answer, run);
}

void session_sign_in(struct session *session, const struct sign_in *how, sign_in_fn done, void *ctx)
{
	struct sign_in_run *run = mem_calloc(1, sizeof(*run));
	struct err err;
	size_t len;

	signin_cancel(session);
	session->signing = run;
	run->session = session;
	run->done = done;
	run->ctx = ctx;
	run->user = mem_strdup(how->user == NULL ? "" : how->user);
	run->password = mem_strdup(how->password == NULL ? "" : how->password);
	run->zone = mem_strdup(how->zone);
	run->keep = how->keep;
	run->replace = how->replace;
	run->url_count = 1;
	if (server_url_clean(how->url, &run->urls[0], &err) != ST_OK) {
		signin_fail_later(run, &err);
		return;
	}
	len = strlen(run->urls[0]);
	if (len < strlen(SIGNIN_SUFFIX) || strcmp(run->urls[0] + len - strlen(SIGNIN_SUFFIX), SIGNIN_SUFFIX) != 0) {
		run->urls[1] = mem_printf("%s" SIGNIN_SUFFIX, run->urls[0]);
		run->url_count = 2;
	}
	if (text_is_blank(run->user) || strlen(run->user) > 200 || strchr(run->user, ':') != NULL) {
		err_set(&err, ST_INVALID, N_("the user name is empty, too long or has a colon in it"));
		signin_fail_later(run, &err);
		return;
	}
	if (*run->password == '\0' || strlen(run->password) > SECRET_MAX) {
		err_set(&err, ST_INVALID, N_("the password is empty or too long"));
		signin_fail_later(run, &err);
		return;
	}
	if (run->zone != NULL && *run->zone != '\0' && setting_check_zone(run->zone, &err) != ST_OK) {
		signin_fail_later(run, &err);
		return;
	}
	run->timer = loop_after(session->loop, 0, signin_again, run);
}
