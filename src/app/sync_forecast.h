/* How much of a kind's pull is still to come: an estimate for the eye, nothing depends on it.
 *
 * Rows come in the order of their change dates up to the instant at which the pull began (sync.md "Pull"), so the share of that span which is
 * through says how many rows there will be; pages say how long a row takes. No clock: the caller gives the times. */
#ifndef OUTPOST_APP_SYNC_FORECAST_H
#define OUTPOST_APP_SYNC_FORECAST_H

#include <stdbool.h>
#include <stdint.h>

struct sync_forecast {
	int64_t first_date, date, until;         /* ms: the first row's change date, the last one's, the pull's end */
	int64_t rows, earlier;                   /* with the page under way; without it */
	int64_t first_mono, mono;                /* when the first page and the one under way came */
	bool over;
};

/* A page came. first_date, date: of its first and last row; until: rows after it are not pulled. */
void sync_forecast_page(struct sync_forecast *forecast, int64_t mono_ms, int64_t first_date, int64_t date, int64_t until, int64_t rows);
/* The pull of the kind is through. */
void sync_forecast_end(struct sync_forecast *forecast);
/* All rows of the pull; 0: unknown, or it is over. Never less than those that came. */
int64_t sync_forecast_rows(const struct sync_forecast *forecast);
/* ms until the pull is through; 0: it is; -1: unknown (fewer than two pages came). */
int64_t sync_forecast_left(const struct sync_forecast *forecast, int64_t mono_ms);

#endif
