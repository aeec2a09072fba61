/* The password at hand or not: given without a connection, forgotten, and the lock (quality.md "Safety"). */
#include "app/session.h"

#include "app/connection.h"
#include "app/listeners.h"
#include "app/profile.h"
#include "app/secret.h"
#include "app/settings.h"
#include "app/signin.h"

bool session_knows_account(const struct session *session)
{
	char *hash = store_setting(session->store, STATE_HASH);
	bool known = hash != NULL && session->user != NULL;

	mem_free(hash);
	return known;
}

enum status session_give_password(struct session *session, const char *password, struct err *err)
{
	enum status st = secret_verify(session, password, err);

	if (st == ST_NOT_FOUND)
		return err_set(err, ST_REFUSED, N_("nobody has signed in here yet"));
	if (st == ST_OK)
		st = secret_hold(session, password, err);
	if (st != ST_OK)
		return st;
	session->locked = false;
	if (setting_bool(session, "keep_password") && !secret_keep(session, password))
		log_write(session->log, LOG_WARN, "the keyring did not take the password");
	session_notify_changed(session);
	return ST_OK;
}

bool session_take_kept_password(struct session *session)
{
	char *command = NULL, *password;
	bool taken = false;

	if (session->user == NULL)
		return false;
	password = secret_kept(session);
	if (password == NULL) {
		command = setting_get(session, "password_command");
		password = secret_from_command(command);
		mem_free(command);
	}
	if (password != NULL)
		taken = session_give_password(session, password, NULL) == ST_OK;
	secret_wipe(password);
	return taken;
}

void session_lock(struct session *session)
{
	/* The password stays in locked memory: a synchronization goes on (quality.md "Safety"). */
	session->locked = true;
	secret_unkeep(session);
	session_notify_changed(session);
}

void session_sign_out(struct session *session)
{
	signin_cancel(session);
	secret_unkeep(session);
	secret_forget(session);
	session_drop_net(session);
	session_notify_changed(session);
}
