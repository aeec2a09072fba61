/* How requests end: what is finished is told from the loop and freed; and all of it goes when nobody wants the net any more. */
#include <curl/curl.h>

#include "net/http.h"

void request_take_out(struct http_request *r)
{
	if (r->easy) {
		curl_multi_remove_handle(r->http->multi, r->easy);
		curl_easy_cleanup(r->easy);
		r->easy = NULL;
	}
	if (r->stall_timer) {
		loop_cancel(r->http->net.loop, r->stall_timer);
		r->stall_timer = 0;
	}
}

void request_free(struct http_request *r)
{
	request_take_out(r);
	curl_slist_free_all(r->headers);
	mem_free(r->url);
	mem_free(r->body);
	buf_done(&r->answer);
	mem_free(r);
}

/* Calls done; the request is out of the list already. */
static void http_tell(struct http_request *r)
{
	int64_t now = clock_mono(loop_clock(r->http->net.loop));
	char *keep = r->has_err ? NULL : r->answer.data;
	struct net_answer answer = {
		.status = r->status,
		.body = r->has_err ? "" : buf_text(&r->answer),
		.len = r->has_err ? 0 : r->answer.len,
		.keep = &keep,
		.date_ms = r->date_ms,
		.latency_ms = r->first_byte_ms >= 0 ? r->first_byte_ms - r->started_ms : now - r->started_ms,
		.total_ms = (r->last_byte_ms >= 0 && !r->has_err ? r->last_byte_ms : now) - r->started_ms,
		.bytes_sent = r->sent,
		.bytes_received = r->received,
		.err = r->err,
	};
	if (r->done)
		r->done(r->ctx, r->id, &answer);
	if (!keep && !r->has_err)
		buf_init(&r->answer, NET_MAX_ANSWER);
}

void http_destroy(struct http *http)
{
	while (http->requests) {
		struct http_request *r = http->requests;
		http->requests = r->next;
		if (r->finished && r->err.status == ST_CANCELLED)
			http_tell(r);
		request_free(r);
	}
	if (http->multi)
		curl_multi_cleanup(http->multi);
	loop_cancel(http->net.loop, http->timer);
	loop_cancel(http->net.loop, http->report_timer);
	mem_free(http->base_url);
	mem_free(http->user);
	secret_unlock(http->password);
	mem_free(http->pin);
	mem_free(http->ca_file);
	mem_free(http);
	curl_global_cleanup();
}

/* Calls done of every finished request, always from the loop. A done may send, cancel and free the net. */
static void http_report(void *ctx)
{
	struct http *http = ctx;
	http->report_timer = 0;
	http->busy++;
	for (struct http_request **at = &http->requests; *at && !http->dead;) {
		struct http_request *r = *at;
		if (!r->finished) {
			at = &r->next;
			continue;
		}
		*at = r->next;
		http_tell(r);
		request_free(r);
		at = &http->requests; /* the list may be another one now */
	}
	if (!--http->busy && http->dead)
		http_destroy(http);
}

void http_report_soon(struct http *http)
{
	if (!http->report_timer)
		http->report_timer = loop_after(http->net.loop, 0, http_report, http);
}

void request_fail(struct http_request *r, enum status st, const char *id, const char *detail)
{
	if (r->finished)
		return;
	request_take_out(r);
	err_set(&r->err, st, id, detail);
	r->has_err = true;
	r->finished = true;
	http_report_soon(r->http);
}
