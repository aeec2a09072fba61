/* Opening and closing a profile with all that hangs on it, and what its screens show at the top. */
#include "app/session.h"

#include <string.h>

#include "app/account.h"
#include "app/formset.h"
#include "app/labels.h"
#include "app/listeners.h"
#include "app/profile.h"
#include "app/secret.h"
#include "app/settings.h"
#include "app/signin.h"
#include "net/net.h"

static enum status session_choose_zone(struct session *session, const char *given, struct err *err)
{
	char *zone = given != NULL ? mem_strdup(given) : setting_get(session, "timezone");
	enum status st;

	if (zone == NULL || *zone == '\0') {
		mem_free(zone);
		zone = date_machine_zone();
	}
	st = date_set_zone(zone, err);
	if (st != ST_OK && given == NULL) {
		/* The system lost the zone: days would be guessed, so say it. */
		st = err_wrap(err, N_("the profile's time zone \"{1}\" is not known on this machine; install tzdata or change the setting timezone"),
			zone);
	}
	mem_free(zone);
	return st;
}

enum status session_open(const struct session_options *options, struct session **out, struct err *err)
{
	struct session *session;
	enum status st = session_open_profile(options, &session, err);

	if (st != ST_OK)
		return st;
	session->zone_fixed = options->zone != NULL;
	session->host_name = mem_strdup(options->device);
	st = session_choose_zone(session, options->zone, err);
	if (st == ST_OK)
		session_load_account(session);
	if (st == ST_OK && options->training && store_set_setting(session->store, STATE_TRAINING, "1", err) != ST_OK)
		st = ST_FAILED;
	if (st != ST_OK) {
		session_close(session);
		return st;
	}
	*out = session;
	return ST_OK;
}

void session_close(struct session *session)
{
	if (session == NULL)
		return;
	signin_cancel(session);
	if (session->sync_done != NULL)
		session->sync_done(session);
	listeners_stop(session);
	net_free(session->net);
	secret_forget(session);
	session_free_forms(session);
	labels_forget(session);
	session_free_account(session);
	session_close_profile(session);
}

char *session_proposed_zone(struct session *session)
{
	char *zone = setting_get(session, "timezone");

	if (zone != NULL && *zone != '\0')
		return zone;
	mem_free(zone);
	return session->zone_fixed ? mem_strdup(date_zone()) : date_machine_zone();
}

void session_status(struct session *session, struct session_status *out)
{
	if (!session->status_known) {
		struct session_status *status = &session->status;
		struct store_counts counts = { 0 };
		int64_t start = 0, end = 0;
		struct json *run = NULL;
		char *summary;

		memset(status, 0, sizeof(*status));
		if (store_count_state(session->store, &counts, NULL) != ST_OK)
			log_write(session->log, LOG_WARN, "the counts could not be read");
		status->unsent = counts.dirty;
		status->fresh = counts.fresh;
		status->rejected = counts.rejected;
		status->conflicts_open = counts.conflicts_open;
		status->drafts = counts.drafts;
		status->oldest_unsent_ms = counts.oldest_unsent_ms;
		summary = store_last_run(session->store, &start, &end);
		if (summary != NULL) {
			const char *verdict = NULL;

			status->last_sync_ms = end;
			if (json_parse_text(summary, &run, NULL) == ST_OK)
				verdict = json_get_string(run, "verdict");
			status->last_sync_complete = verdict != NULL && strcmp(verdict, "complete") == 0;
			json_free(run);
			mem_free(summary);
		}
		session->status_known = true;
	}
	*out = session->status;
	out->signed_in = session->password != NULL || (session->net_given && session->user != NULL);
	out->locked = session->locked;
}
