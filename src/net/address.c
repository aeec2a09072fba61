/* Which addresses may be asked: https anywhere, plain http on this machine only (quality.md "Safety"). */
#include <arpa/inet.h>
#include <curl/curl.h>
#include <string.h>
#include <strings.h>

#include "net/internal.h"

static bool address_is_loopback(const char *host)
{
	struct in_addr v4;
	struct in6_addr v6;
	char inner[64];
	size_t len = strlen(host);
	if (!strcasecmp(host, "localhost")) /* curl itself makes it 127.0.0.1 and ::1 */
		return true;
	if (inet_pton(AF_INET, host, &v4) == 1)
		return ntohl(v4.s_addr) >> 24 == 127;
	if (host[0] != '[' || len < 3 || len >= sizeof inner || host[len - 1] != ']')
		return false;
	memcpy(inner, host + 1, len - 2);
	inner[len - 2] = '\0';
	return inet_pton(AF_INET6, inner, &v6) == 1 && IN6_IS_ADDR_LOOPBACK(&v6);
}

static bool address_lacks(CURLU *url, CURLUPart part)
{
	char *text = NULL;
	CURLUcode code = curl_url_get(url, part, &text, 0);
	curl_free(text);
	return code != CURLUE_OK;
}

enum status address_check(const char *text, bool *plain, struct err *err)
{
	enum status st = ST_INVALID;
	char *scheme = NULL;
	char *host = NULL;
	CURLU *url = curl_url();
	if (!text || !url || curl_url_set(url, CURLUPART_URL, text, 0) != CURLUE_OK || curl_url_get(url, CURLUPART_SCHEME, &scheme, 0) != CURLUE_OK ||
	    curl_url_get(url, CURLUPART_HOST, &host, 0) != CURLUE_OK || (strcmp(scheme, "https") != 0 && strcmp(scheme, "http") != 0)) {
		err_set(err, st, N_("\"{1}\" is no server address; it looks like https://server.example/sormas-rest"), text ? text : "");
	} else if (!address_lacks(url, CURLUPART_USER) || !address_lacks(url, CURLUPART_PASSWORD)) {
		err_set(err, st, N_("the server address must not contain a user name or a password"));
	} else if (strpbrk(text, "?#")) {
		err_set(err, st, N_("the server address must not contain ? or #"));
	} else if (!strcmp(scheme, "http") && !address_is_loopback(host)) {
		err_set(err, st, N_("without https the password could be read on the way; give an address that begins with https://"));
	} else {
		*plain = !strcmp(scheme, "http");
		st = ST_OK;
	}
	curl_free(scheme);
	curl_free(host);
	curl_url_cleanup(url);
	return st;
}
