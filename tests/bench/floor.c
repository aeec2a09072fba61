/* floor URL USER PASSWORD FILE [PAGE]: what a first pull costs at least. Fetches the same pages of persons and cases as Outpost does, with libcurl,
 * and stores each page as one row with the same SQLite settings. It understands of a page only the last change date and uuid. */
#include <curl/curl.h>
#include <sqlite3.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

struct page {
	char *data;
	size_t len, cap;
};

static size_t keep(char *data, size_t size, size_t count, void *ctx)
{
	struct page *page = ctx;
	size_t n = size * count;
	if (page->len + n + 1 > page->cap) {
		page->cap = (page->len + n + 1) * 2;
		page->data = realloc(page->data, page->cap);
		if (!page->data)
			abort();
	}
	memcpy(page->data + page->len, data, n);
	page->len += n;
	page->data[page->len] = '\0';
	return n;
}

static void check(int ok, const char *what)
{
	if (ok)
		return;
	fprintf(stderr, "floor: %s failed\n", what);
	exit(1);
}

/* The records of a page: objects of depth 1; the root's changeDate and uuid of the last one. */
static size_t read_last(const char *text, long long *date, char uuid[64])
{
	size_t rows = 0;
	int depth = 0;
	int in_string = 0;
	for (const char *p = text; *p; p++) {
		if (in_string) {
			if (*p == '\\' && p[1])
				p++;
			else if (*p == '"')
				in_string = 0;
			continue;
		}
		switch (*p) {
		case '"':
			if (depth == 2 && !strncmp(p, "\"changeDate\":", 13))
				*date = strtoll(p + 13, NULL, 10);
			else if (depth == 2 && !strncmp(p, "\"uuid\":\"", 8)) {
				size_t n = strcspn(p + 8, "\"");
				check(n < 64, "reading a uuid");
				memcpy(uuid, p + 8, n);
				uuid[n] = '\0';
			}
			in_string = 1;
			break;
		case '{':
		case '[':
			depth++;
			if (depth == 2)
				rows++;
			break;
		case '}':
		case ']':
			depth--;
			break;
		default:
			break;
		}
	}
	return rows;
}

int main(int argc, char **argv)
{
	if (argc < 5) {
		fprintf(stderr, "usage: floor URL USER PASSWORD FILE [PAGE]\n");
		return 2;
	}
	size_t size = argc > 5 ? strtoul(argv[5], NULL, 10) : 1000;
	sqlite3 *db = NULL;
	check(sqlite3_open(argv[4], &db) == SQLITE_OK, "opening the file");
	check(sqlite3_exec(db, "PRAGMA journal_mode=WAL; PRAGMA synchronous=FULL; PRAGMA foreign_keys=ON;"
		"CREATE TABLE page(id INTEGER PRIMARY KEY, kind TEXT NOT NULL, body TEXT NOT NULL) STRICT", NULL, NULL, NULL) == SQLITE_OK, "making the table");
	sqlite3_stmt *insert = NULL;
	check(sqlite3_prepare_v2(db, "INSERT INTO page(kind, body) VALUES(?, ?)", -1, &insert, NULL) == SQLITE_OK, "preparing");

	CURL *curl = curl_easy_init();
	check(curl != NULL, "starting libcurl");
	char login[256];
	snprintf(login, sizeof login, "%s:%s", argv[2], argv[3]);
	struct curl_slist *headers = curl_slist_append(NULL, "mobile-sync: true");
	struct page page = {0};
	curl_easy_setopt(curl, CURLOPT_USERPWD, login);
	curl_easy_setopt(curl, CURLOPT_HTTPHEADER, headers);
	curl_easy_setopt(curl, CURLOPT_ACCEPT_ENCODING, "gzip");
	curl_easy_setopt(curl, CURLOPT_WRITEFUNCTION, keep);
	curl_easy_setopt(curl, CURLOPT_WRITEDATA, &page);

	size_t pages = 0, total = 0, bytes = 0;
	static const char *const kinds[] = {"persons", "cases"};
	for (size_t k = 0; k < 2; k++) {
		long long since = 0;
		char uuid[64] = "NO_LAST_SYNCED_UUID";
		for (;;) {
			char url[512];
			snprintf(url, sizeof url, "%s/%s/all/%lld/%zu/%s", argv[1], kinds[k], since, size, uuid);
			page.len = 0;
			curl_easy_setopt(curl, CURLOPT_URL, url);
			check(curl_easy_perform(curl) == CURLE_OK, url);
			long status = 0;
			curl_easy_getinfo(curl, CURLINFO_RESPONSE_CODE, &status);
			check(status == 200, url);
			sqlite3_bind_text(insert, 1, kinds[k], -1, SQLITE_STATIC);
			sqlite3_bind_text(insert, 2, page.data, (int)page.len, SQLITE_STATIC);
			check(sqlite3_step(insert) == SQLITE_DONE, "storing a page");
			sqlite3_reset(insert);
			size_t rows = read_last(page.data, &since, uuid);
			pages++;
			total += rows;
			bytes += page.len;
			if (rows < size)
				break;
		}
	}
	fprintf(stderr, "floor: %zu rows, %zu pages, %zu bytes\n", total, pages, bytes);
	free(page.data);
	curl_slist_free_all(headers);
	curl_easy_cleanup(curl);
	sqlite3_finalize(insert);
	sqlite3_close(db);
	return 0;
}
