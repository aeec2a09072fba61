/* What is unsent, refused and in conflict, and the cases by week. */
#include <string.h>

#include "internal.h"

/* Cases by the week of their report date, as bars of signs: the curve without a picture. */
#define OVERVIEW_WEEKS 12
#define OVERVIEW_CASES 5000
#define OVERVIEW_BAR 50                      /* columns of the longest one, and less in a narrow window */

static void overview_curve(struct ui *ui, struct buf *out)
{
	struct list_filter filter = { .words = NULL };
	struct list_page page;
	struct err err;
	int weeks[OVERVIEW_WEEKS] = { 0 }, most = 1, i, bar = ui->surface.cols - 25 < OVERVIEW_BAR ? ui->surface.cols - 25 : OVERVIEW_BAR;
	int32_t today = date_day_of(session_now(ui->session)), monday = today - date_weekday(today) + 1;
	size_t k, filled = 0;

	if (list_cases(ui->session, &filter, 0, OVERVIEW_CASES, &page, &err) != ST_OK)
		return;
	for (k = 0; k < page.count; k++) {
		int32_t back;

		filled += page.rows[k].outcome != NULL && *page.rows[k].outcome != '\0';
		if (page.rows[k].report_date <= 0)
			continue;
		back = (monday + 6 - date_day_of(page.rows[k].report_date)) / 7;
		if (back >= 0 && back < OVERVIEW_WEEKS && ++weeks[back] > most)
			most = weeks[back];
	}
	buf_printf(out, "%s\n", _(N_("Cases by week of report")));
	for (i = OVERVIEW_WEEKS - 1; i >= 0; i--) {
		char day[16];
		int n = weeks[i] * bar / most;

		date_print_day(monday - i * 7, day);
		buf_printf(out, "  %s  %4d %.*s\n", day, weeks[i], n, "##################################################");
	}
	buf_printf(out, "\n%s %zu / %zu\n", _(N_("With an outcome:")), filled, page.count);
	list_page_done(&page);
}

static char *overview_text(struct ui *ui)
{
	const struct session_status *status = ui_status(ui);
	struct buf out;
	char *time = status->last_sync_ms > 0 ? text_time(status->last_sync_ms) : mem_strdup(_(N_("never")));

	buf_init(&out, 0);
	buf_printf(&out, "%s %s\n", _(N_("Last sync:")), time);
	buf_printf(&out, "%s %lld (%s %lld)\n", _(N_("Unsent:")), (long long)status->unsent, _(N_("new")), (long long)status->fresh);
	buf_printf(&out, "%s %lld\n", _(N_("Rejected:")), (long long)status->rejected);
	buf_printf(&out, "%s %lld\n", _(N_("Open conflicts:")), (long long)status->conflicts_open);
	buf_printf(&out, "%s %lld\n\n", _(N_("Drafts:")), (long long)status->drafts);
	overview_curve(ui, &out);
	mem_free(time);
	return buf_take(&out, NULL);
}

static bool overview_act(struct ui *ui, enum action action)
{
	if (action == ACTION_EDITS_OUT)
		edits_out_open(ui);
	else if (action == ACTION_EDITS_IN)
		edits_in_open(ui);
	else if (action == ACTION_SYNC)
		sync_open(ui, true);
	else
		return false;
	return true;
}

void overview_open(struct ui *ui)
{
	static const struct pager_keys keys = { IN_OVERVIEW, overview_act, overview_text,
		N_("No connection: e puts edits into a file, i takes a file in.") };

	pager_open_keys(ui, "overview", _(N_("Overview")), &keys);
}
