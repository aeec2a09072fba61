/* Signing in on recorded answers, for the tests of app/. To be included after app_profile.h. */
#ifndef TESTS_APP_SIGNIN_H
#define TESTS_APP_SIGNIN_H

#include "app_profile.h"

struct signed_in { enum status st; int calls; struct err err; };

__attribute__((unused)) static void signed_in_ended(void *ctx, enum status st, const struct err *err)
{
	struct signed_in *end = ctx;

	end->st = st;
	end->calls++;
	if (err != NULL)
		end->err = *err;
}

#define EXCHANGE(path, status, body) "{\"request\":{\"method\":\"GET\",\"path\":\"" path "\"},\"response\":{\"status\":" status ",\"headers\":{},\"body\":" body "}}"
#define ANSWERS(rights) "{\"scenario\":\"t\",\"exchanges\":[" EXCHANGE("/info/checkcompatibility?appVersion=1.104.0", "200", "\"\\\"COMPATIBLE\\\"\"") "," \
	EXCHANGE("/info/locale", "200", "\"\\\"de-CH\\\"\"") "," EXCHANGE("/info/countryname", "200", "\"\\\"\\\"\"") "," \
	EXCHANGE("/users/rights", "200", rights) "]}"

__attribute__((unused)) static struct signed_in sign_in(struct profile *p, const char *answers, const char *url, const char *user, bool replace)
{
	struct sign_in how = { .url = url, .user = user, .password = "pass", .replace = replace };
	struct signed_in end = { .st = ST_FAILED };
	struct err err;

	assert_ok(session_answers(p->session, answers, strlen(answers), &err), &err);
	session_sign_in(p->session, &how, signed_in_ended, &end);
	assert_true(loop_settle(p->loop, 1000));
	assert_int_equal(end.calls, 1);
	return end;
}

#endif
