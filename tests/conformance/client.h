/* The conformance program's HTTP client and its small helpers over JSON. Tests only: a failure to connect ends the program. */
#ifndef OUTPOST_CONFORMANCE_CLIENT_H
#define OUTPOST_CONFORMANCE_CLIENT_H

#include "base/base.h"
#include "json/json.h"

struct account { const char *user, *password; };

struct reply {
	long status;
	char type[80];
	char challenge[80];
	bool close;              /* Connection: close */
	char *body;
	size_t len;
	struct json *json;       /* the body when it is an object or an array, else NULL */
};

struct ask {
	const struct account *account;   /* NULL: no credentials */
	const char *authorization;       /* instead of the account's */
	const char *method, *path;
	const char *body;                /* NULL: none */
	size_t body_len;                 /* 0: strlen */
	const char *type, *accept;       /* NULL: application/json; "": no header */
	bool no_mobile_sync;
};

void client_start(const char *base);
void client_stop(void);
struct reply client_send(const struct ask *ask);
void client_send_all(const struct ask *asks, struct reply *replies, size_t count);  /* at the same time, a connection each */
void reply_done(struct reply *r);

struct reply client_get(const struct account *a, const char *path);
struct reply client_post(const struct account *a, const char *path, const struct json *body);

/* Paths: "hospitalization.previousHospitalizations[0].uuid". Absent: NULL, 0, "". */
const struct json *value_at(const struct json *doc, const char *path);
const char *text_at(const struct json *doc, const char *path);
int64_t date_at(const struct json *doc, const char *path);
bool has(const struct json *doc, const char *path);
void put(struct json *doc, const char *path, struct json *value);   /* takes value; NULL removes */
void put_text(struct json *doc, const char *path, const char *text);
void put_date(struct json *doc, const char *path, int64_t ms);

/* TAP. */
void plan_done(void);                                               /* prints the plan */
int failures(void);
bool check(bool fine, const char *format, ...) __attribute__((format(printf, 2, 3)));
void diag(const char *format, ...) __attribute__((format(printf, 1, 2)));
void skip(const char *what, const char *why);

#endif
