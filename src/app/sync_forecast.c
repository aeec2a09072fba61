/* How much of a kind's pull is still to come. */
#include "app/sync_forecast.h"

void sync_forecast_page(struct sync_forecast *forecast, int64_t mono_ms, int64_t first_date, int64_t date, int64_t until, int64_t rows)
{
	if (forecast->rows == 0) {
		forecast->first_date = first_date;
		forecast->first_mono = mono_ms;
	}
	forecast->earlier = forecast->rows;
	forecast->rows += rows;
	forecast->date = date;
	forecast->until = until;
	forecast->mono = mono_ms;
}

void sync_forecast_end(struct sync_forecast *forecast)
{
	forecast->over = true;
}

int64_t sync_forecast_rows(const struct sync_forecast *forecast)
{
	double through = (double)forecast->date - (double)forecast->first_date, all = (double)forecast->until - (double)forecast->first_date, rows;

	if (forecast->over || forecast->rows == 0 || through <= 0 || all <= 0)
		return 0;
	rows = (double)forecast->rows * (all / through);
	if (rows > 1e9)                              /* the first rows are older than the rest by far: says nothing */
		return 0;
	return rows > (double)forecast->rows ? (int64_t)rows : forecast->rows;
}

int64_t sync_forecast_left(const struct sync_forecast *forecast, int64_t mono_ms)
{
	int64_t all = sync_forecast_rows(forecast);
	double per_row, left;

	if (forecast->over)
		return 0;
	if (all == 0 || forecast->earlier == 0 || forecast->mono <= forecast->first_mono)
		return -1;
	per_row = (double)(forecast->mono - forecast->first_mono) / (double)forecast->earlier;
	left = per_row * (double)(all - forecast->earlier) - (double)(mono_ms - forecast->mono);
	return left > 0 ? (int64_t)left : 0;
}
