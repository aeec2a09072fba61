/* One request: its handle, what curl calls while it is under way, why it failed. */
#include <curl/curl.h>
#include <string.h>
#include <strings.h>

#include "net/http.h"

#define REQUEST_SLOW_RATE 10  /* bytes a second, on average over the time of a stall */

void request_fail_curl(struct http_request *r, CURLcode code)
{
	const char *detail = curl_easy_strerror(code), *id = NULL;
	enum status st;
	if (r->too_large || code == CURLE_FILESIZE_EXCEEDED) {
		char number[24];
		request_fail(r, ST_LIMIT, N_("the server's answer is larger than {1} bytes"), err_number(number, (int64_t)(r->too_large ? r->too_large : NET_MAX_ANSWER)));
		return;
	}
	/* only what decides about the next step has a case of its own; the others are all "later" */
	switch ((int)code) {
	case CURLE_SSL_PINNEDPUBKEYNOTMATCH:
	case CURLE_PEER_FAILED_VERIFICATION:
	case CURLE_SSL_ISSUER_ERROR:
	case CURLE_SSL_CACERT_BADFILE:
	case CURLE_SSL_CRL_BADFILE:
	case CURLE_SSL_INVALIDCERTSTATUS:
	case CURLE_SSL_CERTPROBLEM:
		st = tls_refusal(r->easy, code, &id);
		request_fail(r, st, id, detail);
		break;
	case CURLE_SSL_CONNECT_ERROR:
		request_fail(r, ST_LATER, N_("no secure connection was made ({1}); try again, and check the address if it stays so"), r->why[0] ? r->why : detail);
		break;
	case CURLE_COULDNT_RESOLVE_HOST:
	case CURLE_COULDNT_RESOLVE_PROXY:
		request_fail(r, ST_LATER, N_("the server's name was not found; check the connection and the address"), NULL);
		break;
	case CURLE_COULDNT_CONNECT:
		request_fail(r, ST_LATER, N_("no connection to the server ({1})"), detail);
		break;
	case CURLE_OPERATION_TIMEDOUT:
		request_fail(r, ST_LATER, N_("the server did not answer in time"), NULL);
		break;
	case CURLE_PARTIAL_FILE:
	case CURLE_GOT_NOTHING:
	case CURLE_RECV_ERROR:
	case CURLE_SEND_ERROR:
	case CURLE_SEND_FAIL_REWIND:
		request_fail(r, ST_LATER, N_("the connection broke off ({1})"), detail);
		break;
	case CURLE_BAD_CONTENT_ENCODING:
	case CURLE_WRITE_ERROR:
	case CURLE_WEIRD_SERVER_REPLY:
		request_fail(r, ST_LATER, N_("the server's answer arrived damaged ({1})"), detail);
		break;
	case CURLE_URL_MALFORMAT:
	case CURLE_UNSUPPORTED_PROTOCOL:
		request_fail(r, ST_INVALID, N_("this is no address that can be asked ({1})"), detail);
		break;
	default:
		request_fail(r, ST_LATER, N_("the request failed ({1})"), detail);
	}
}

/* ---- what one handle calls ---- */

static size_t request_on_body(char *data, size_t size, size_t count, void *ctx)
{
	struct http_request *r = ctx;
	size_t len = size * count;
	buf_add(&r->answer, data, len); /* unpacked bytes: a small gzip cannot become a large answer */
	if (buf_over(&r->answer)) {
		r->too_large = NET_MAX_ANSWER;
		return 0;
	}
	return len;
}

static size_t request_on_header(char *data, size_t size, size_t count, void *ctx)
{
	static const char name[] = "date:";
	struct http_request *r = ctx;
	size_t len = size * count;
	r->header_len += len;
	if (r->header_len > NET_MAX_HEADERS) {
		r->too_large = NET_MAX_HEADERS;
		return 0;
	}
	if (len > sizeof name && !strncasecmp(data, name, sizeof name - 1)) {
		char *text = mem_strndup(data + sizeof name - 1, len - (sizeof name - 1));
		time_t date = curl_getdate(text, NULL);
		r->date_ms = date < 0 ? -1 : (int64_t)date * 1000;
		mem_free(text);
	}
	return len;
}

/* What is to go once goes through a function and not as one piece of memory: curl would rewind that and send it once more where a used connection closes
 * without an answer, and nobody knows whether the first was taken (sync.md "Push"). It sends again only what it has not begun to send. */
static size_t request_on_send(char *out, size_t size, size_t count, void *ctx)
{
	struct http_request *r = ctx;
	size_t len = r->body_len - r->body_sent;
	if (len > size * count)
		len = size * count;
	if (len)
		memcpy(out, r->body + r->body_sent, len);
	r->body_sent += len;
	return len;
}

static void request_stall_due(void *ctx)
{
	struct http_request *r = ctx;
	r->stall_timer = 0;
	int64_t now = clock_mono(loop_clock(r->http->net.loop));
	int64_t quiet = r->last_byte_ms < 0 ? 0 : now - r->last_byte_ms;
	int64_t since = now - r->window_ms;
	bool slow = r->last_byte_ms >= 0 && since >= r->http->stall_ms && (int64_t)r->window * 1000 < REQUEST_SLOW_RATE * since;
	if (since >= r->http->stall_ms) {
		r->window_ms += since;
		r->window = 0;
	}
	if (quiet >= r->http->stall_ms)
		request_fail(r, ST_LATER, N_("the server did not answer in time"), NULL);
	else if (slow)
		request_fail(r, ST_LATER, N_("next to nothing came through; the line is too slow or disturbed"), NULL);
	else
		r->stall_timer = loop_after(r->http->net.loop, r->http->stall_ms - quiet, request_stall_due, r);
}

/* Sees every byte on the wire; nothing of it is kept but the number (it holds the password). */
static int request_on_bytes(CURL *easy, curl_infotype type, char *data, size_t len, void *ctx)
{
	struct http_request *r = ctx;
	(void)easy;
	(void)data;
	bool out = type == CURLINFO_HEADER_OUT || type == CURLINFO_DATA_OUT;
	bool in = type == CURLINFO_HEADER_IN || type == CURLINFO_DATA_IN;
	if (!out && !in)
		return 0;
	int64_t now = clock_mono(loop_clock(r->http->net.loop));
	if (out)
		r->sent += len;
	if (in) {
		r->received += len;
		if (r->first_byte_ms < 0) {
			r->first_byte_ms = now;
			r->window_ms = now; /* what the server needed to find its answer is not the line's */
		}
	}
	if (r->last_byte_ms < 0)
		r->window_ms = now;
	r->window += len;
	r->last_byte_ms = now;
	return 0;
}

/* ---- requests ---- */

static long request_version(const struct http *http)
{
	if (http->version == NET_HTTP_V1 || (http->version == NET_HTTP_AUTO && http->plain))
		return CURL_HTTP_VERSION_1_1;
	return http->plain ? CURL_HTTP_VERSION_2_0 : CURL_HTTP_VERSION_2TLS;
}

#define REQUEST_OPT(option, value) (ok = ok && curl_easy_setopt(easy, (option), (value)) == CURLE_OK)

static bool request_prepare(struct http_request *r)
{
	struct http *http = r->http;
	CURL *easy = r->easy;
	bool ok = true;
	bool post = r->post;
	REQUEST_OPT(CURLOPT_PRIVATE, (void *)r);
	REQUEST_OPT(CURLOPT_URL, r->url);
	REQUEST_OPT(CURLOPT_NOSIGNAL, 1L);
	REQUEST_OPT(CURLOPT_QUICK_EXIT, 1L);
	REQUEST_OPT(CURLOPT_PROTOCOLS_STR, http->plain ? "http" : "https");
	REQUEST_OPT(CURLOPT_FOLLOWLOCATION, 0L);
	REQUEST_OPT(CURLOPT_HTTP_VERSION, request_version(http));
	/* Until the first connection has said whether it takes many requests at once, the others wait for it: a TLS handshake each costs more on a thin line. */
	REQUEST_OPT(CURLOPT_PIPEWAIT, request_version(http) == CURL_HTTP_VERSION_1_1 ? 0L : 1L);
	REQUEST_OPT(CURLOPT_PATH_AS_IS, 1L);
	if (http->plain)
		REQUEST_OPT(CURLOPT_PROXY, ""); /* a proxy would carry the password off this machine */
	ok = ok && tls_prepare(easy, http->pin, http->ca_file);
	REQUEST_OPT(CURLOPT_ERRORBUFFER, r->why);
	REQUEST_OPT(CURLOPT_CONNECTTIMEOUT_MS, http->connect_ms);
	REQUEST_OPT(CURLOPT_TCP_KEEPALIVE, 1L);
	REQUEST_OPT(CURLOPT_ACCEPT_ENCODING, "gzip");
	REQUEST_OPT(CURLOPT_MAXFILESIZE_LARGE, (curl_off_t)NET_MAX_ANSWER);
	if (http->user) {
		REQUEST_OPT(CURLOPT_HTTPAUTH, (long)CURLAUTH_BASIC);
		REQUEST_OPT(CURLOPT_USERNAME, http->user);
		REQUEST_OPT(CURLOPT_PASSWORD, http->password);
	}
	/* Every byte of a header is sent with each request on a thin line: only what protocol.md A.1 asks for. */
	static const char *const always[] = {"Accept: application/json", "mobile-sync: true", "Expect:"};
	curl_slist_free_all(r->headers);
	r->headers = NULL;
	for (size_t i = 0; i < sizeof always / sizeof *always; i++)
		r->headers = curl_slist_append(r->headers, always[i]);
	if (post)
		r->headers = curl_slist_append(r->headers, "Content-Type: application/json");
	REQUEST_OPT(CURLOPT_HTTPHEADER, r->headers);
	if (post) {
		REQUEST_OPT(CURLOPT_POST, 1L);
		REQUEST_OPT(CURLOPT_POSTFIELDSIZE_LARGE, (curl_off_t)r->body_len);
		if (r->once) {
			REQUEST_OPT(CURLOPT_READFUNCTION, request_on_send);
			REQUEST_OPT(CURLOPT_READDATA, (void *)r);
		} else {
			REQUEST_OPT(CURLOPT_POSTFIELDS, r->body ? r->body : "");
		}
	} else {
		REQUEST_OPT(CURLOPT_HTTPGET, 1L);
	}
	REQUEST_OPT(CURLOPT_WRITEFUNCTION, request_on_body);
	REQUEST_OPT(CURLOPT_WRITEDATA, (void *)r);
	REQUEST_OPT(CURLOPT_HEADERFUNCTION, request_on_header);
	REQUEST_OPT(CURLOPT_HEADERDATA, (void *)r);
	REQUEST_OPT(CURLOPT_DEBUGFUNCTION, request_on_bytes);
	REQUEST_OPT(CURLOPT_DEBUGDATA, (void *)r);
	REQUEST_OPT(CURLOPT_VERBOSE, 1L);
	return ok;
}

void request_begin(struct http_request *r)
{
	struct http *http = r->http;
	r->easy = curl_easy_init();
	r->body_sent = 0;
	r->header_len = 0;
	r->window_ms = clock_mono(loop_clock(http->net.loop));
	if (!r->easy || !request_prepare(r) || curl_multi_add_handle(http->multi, r->easy) != CURLM_OK)
		request_fail(r, ST_FAILED, N_("the request could not be prepared"), NULL);
	else
		r->stall_timer = loop_after(http->net.loop, http->stall_ms, request_stall_due, r);
}

/* A framing error: HTTP/1.1 from here on. What only reads is asked once more at once; of a POST nobody knows whether it arrived. */
bool request_step_down(struct http_request *r, CURLcode code)
{
	if (code != CURLE_HTTP2 && code != CURLE_HTTP2_STREAM)
		return false;
	r->http->version = NET_HTTP_V1;
	if (r->post || r->repeated)
		return false;
	r->repeated = true;
	request_take_out(r);
	buf_clear(&r->answer);
	r->first_byte_ms = r->last_byte_ms = -1;
	request_begin(r);
	return true;
}
