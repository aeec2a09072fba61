#include "app/server_url.h"

#include <ctype.h>
#include <string.h>
#include <strings.h>

#define SERVER_URL_MAX 1000

static bool server_host_is_loopback(const char *host, size_t len)
{
	static const char *const names[] = { "localhost", "127.0.0.1", "[::1]", "::1" };
	size_t i;

	for (i = 0; i < sizeof(names) / sizeof(names[0]); i++)
		if (strlen(names[i]) == len && strncasecmp(host, names[i], len) == 0)
			return true;
	return len > 4 && strncmp(host, "127.", 4) == 0 && strspn(host, "0123456789.") >= len;
}

bool server_url_is_loopback(const char *url)
{
	const char *host = strstr(url, "://");
	size_t len;

	host = host == NULL ? url : host + 3;
	len = *host == '[' ? strcspn(host, "]") + 1 : strcspn(host, ":/");
	return server_host_is_loopback(host, len);
}

enum status server_url_parse(const char *typed, char **out, struct err *err)
{
	size_t len = typed == NULL ? 0 : strlen(typed), i;
	char *url;

	while (len > 0 && isspace((unsigned char)*typed)) {
		typed++;
		len--;
	}
	while (len > 0 && (isspace((unsigned char)typed[len - 1]) || typed[len - 1] == '/'))
		len--;
	/* A whole address pasted behind the https:// that the field begins with. */
	if (len > 8 && strncasecmp(typed, "https://", 8) == 0 && (strncasecmp(typed + 8, "https://", 8) == 0 || strncasecmp(typed + 8, "http://", 7) == 0)) {
		typed += 8;
		len -= 8;
	}
	if (len == 0)
		return err_set(err, ST_INVALID, N_("the address of the server is missing; it looks like https://sormas.example.org"));
	if (len > SERVER_URL_MAX)
		return err_set(err, ST_INVALID, N_("the address of the server is too long"));
	for (i = 0; i < len; i++)
		if ((unsigned char)typed[i] <= ' ' || typed[i] == 0x7f || strchr("\"<>\\^`{|}?#", typed[i]) != NULL)
			return err_set(err, ST_INVALID, N_("the address of the server has a character that no address has"));
	url = mem_strndup(typed, len);
	if (strstr(url, "://") == NULL) {
		char *secure = mem_printf("https://%s", url);

		mem_free(url);
		url = secure;
	}
	if (strncasecmp(url, "https://", 8) != 0 && strncasecmp(url, "http://", 7) != 0) {
		mem_free(url);
		return err_set(err, ST_INVALID, N_("the address has to begin with https://"));
	}
	if (strchr(strstr(url, "://") + 3, '@') != NULL) {
		mem_free(url);
		return err_set(err, ST_INVALID, N_("name and password do not belong into the address"));
	}
	*out = url;
	return ST_OK;
}

enum status server_url_clean(const char *typed, char **out, struct err *err)
{
	char *url;
	enum status st = server_url_parse(typed, &url, err);

	if (st != ST_OK)
		return st;
	if (strncasecmp(url, "http://", 7) == 0 && !server_url_is_loopback(url)) {
		mem_free(url);
		return err_set(err, ST_INVALID, N_("without encryption only this machine itself can be reached; write https://"));
	}
	*out = url;
	return ST_OK;
}
