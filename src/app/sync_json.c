/* The contract of `outpost sync --json` and the exit statuses (product.md). */
#include <stdio.h>
#include <string.h>

#include "app/sync_progress.h"
#include "json/json.h"

const char *sync_mode_name(enum sync_mode mode)
{
	switch (mode) {
	case SYNC_CHANGES: return "changes";
	case SYNC_COMPLETE: return "complete";
	case SYNC_REPULL: return "repull";
	}
	return "changes";
}

bool sync_mode_from_name(const char *name, enum sync_mode *out)
{
	for (int mode = SYNC_CHANGES; mode <= SYNC_REPULL; mode++)
		if (strcmp(name, sync_mode_name((enum sync_mode)mode)) == 0) {
			*out = (enum sync_mode)mode;
			return true;
		}
	return false;
}

const char *sync_verdict_name(enum sync_verdict verdict)
{
	switch (verdict) {
	case SYNC_RUNNING: return NC_("verdict", "running");
	case SYNC_COMPLETED: return NC_("verdict", "complete");
	case SYNC_PARTIAL: return NC_("verdict", "partial");
	case SYNC_OFFLINE: return NC_("verdict", "offline");
	case SYNC_REFUSED: return NC_("verdict", "refused");
	case SYNC_FAILED: return NC_("verdict", "failed");
	}
	return "failed";
}

int sync_exit_status(const struct sync_progress *progress)
{
	switch (progress->verdict) {
	case SYNC_COMPLETED: return 0;
	case SYNC_PARTIAL: return 3;
	case SYNC_OFFLINE: return 4;
	case SYNC_REFUSED: return 5;
	case SYNC_RUNNING:
	case SYNC_FAILED: return 1;
	}
	return 1;
}

static bool has_counts(const struct sync_kind_counts *c)
{
	return (c->pulled | c->merged | c->pushed | c->accepted | c->outdated | c->rejected | c->deleted | c->left) != 0;
}

static struct json *kind_json(const struct sync_kind_counts *c)
{
	struct json *o = json_new_object();

	json_set(o, "kind", json_new_string(c->kind));
	json_set(o, "pulled", json_new_int(c->pulled));
	json_set(o, "merged", json_new_int(c->merged));
	json_set(o, "pushed", json_new_int(c->pushed));
	json_set(o, "accepted", json_new_int(c->accepted));
	json_set(o, "outdated", json_new_int(c->outdated));
	json_set(o, "rejected", json_new_int(c->rejected));
	json_set(o, "deleted", json_new_int(c->deleted));
	json_set(o, "left", json_new_int(c->left));
	return o;
}

char *sync_json(const struct sync_progress *progress)
{
	struct json *o = json_new_object(), *kinds = json_new_array(), *rejected = json_new_array();
	char seconds[32], *text;
	size_t len;

	json_set(o, "mode", json_new_string(sync_mode_name(progress->mode)));
	json_set(o, "verdict", json_new_string(sync_verdict_name(progress->verdict)));
	for (int i = 0; i < progress->kind_count; i++) {
		const struct sync_kind_counts *c = &progress->kinds[i];

		/* Of the infrastructure only what moved. */
		if (has_counts(c) || strcmp(c->kind, "persons") == 0 || strcmp(c->kind, "cases") == 0)
			json_append(kinds, kind_json(c));
	}
	json_set(o, "kinds", kinds);
	json_set(o, "conflicts", json_new_int(progress->conflicts));
	json_set(o, "requests", json_new_int(progress->requests));
	json_set(o, "bytes_sent", json_new_int(progress->bytes_sent));
	json_set(o, "bytes_received", json_new_int(progress->bytes_received));
	(void)snprintf(seconds, sizeof seconds, "%lld.%03lld", (long long)(progress->elapsed_ms / 1000), (long long)(progress->elapsed_ms % 1000));
	json_set(o, "seconds", json_new_number_text(seconds));
	for (int i = 0; i < progress->rejected_count; i++) {
		const struct sync_rejected *r = &progress->rejected[i];
		struct json *item = json_new_object();

		json_set(item, "kind", json_new_string(r->kind));
		json_set(item, "uuid", json_new_string(r->uuid));
		json_set(item, "status", json_new_int(r->status));
		json_set(item, "reason", json_new_string(r->reason));
		json_append(rejected, item);
	}
	json_set(o, "rejected", rejected);
	text = json_print(o, &len);
	json_free(o);
	return text;
}
