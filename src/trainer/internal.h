/* Private to trainer: the server's parts. */
#ifndef OUTPOST_TRAINER_INTERNAL_H
#define OUTPOST_TRAINER_INTERNAL_H

#include "base/base.h"
#include "json/json.h"
#include "model/model.h"
#include "trainer/facts.h"
#include "trainer/store.h"
#include "trainer/trainer.h"

#define TRAINER_BASE "/sormas-rest"
#define SERVER_VERSION "1.104.0-SNAPSHOT"
#define UUIDS_MAX 65535                    /* one SQL parameter each on the real server */
#define TOLERANCE_MS 1000
#define REQUESTS_PER_CONNECTION 250
#define BODY_MAX ((size_t)64 * 1024 * 1024)

#define REGION_1 "00000000-0000-0000-0000-000000000003"
#define DISTRICT_1 "00000000-0000-0000-0000-000000000004"
#define COMMUNITY_1 "00000000-0000-0000-0000-000000000005"
#define DISTRICT_2 "00000000-0000-0000-0000-000000000014"
#define COMMUNITY_2 "00000000-0000-0000-0000-000000000015"
#define FACILITY_1 "SRCEHZ-H6INLA-X3TJ5Y-SWT2CNCI"
#define FACILITY_2 "SECOND-FACILI-TYAAAA-AAAAAAA2"
#define LABORATORY_1 "U2AHUW-NV5NBU-KACMDD-7SSZSE7Y"
#define FACILITY_OTHER "SORMAS-CONSTID-OTHERS-FACILITY"
#define FACILITY_NONE "SORMAS-CONSTID-ISNONE-FACILITY"

/* What the server says when a transaction fell over; only the first words matter (protocol.md A.5). */
#define CRASH_TEXT "CORBA TRANSACTION_ROLLEDBACK 9998 Maybe; nested exception is: \n\torg.omg.CORBA.TRANSACTION_ROLLEDBACK: " \
	"----------BEGIN server-side stack trace----------\norg.omg.CORBA.TRANSACTION_ROLLEDBACK:   vmcid: 0x2000  minor code: 1806 " \
		"completed: Maybe\n"
#define NO_RIGHT_TEXT "You do not have the necessary user rights to perform this action"
#define OUTSIDE_TEXT "The case outside the user's jurisdiction can not be edited"
#define NOT_FOUND_TEXT "HTTP 404 Not Found"

/* A place of the infrastructure or a user, with what references show of it. */
struct place {
	enum kind kind;
	char uuid[STORE_UUID];
	const char *name, *caption, *type;
	const char *region, *district, *community;
};

struct user {
	const struct fact_user *fact;
	const struct fact_role *role;
	const char *region, *district, *community, *facility, *poe, *lab;
	char *caption;
	int64_t id;
	struct viewer viewer;
};

#define USERS_MAX 16
#define PLACES_MAX 32

struct trainer {
	struct clock clock;
	struct trainer_options options;
	struct model *model;
	struct store *store;
	struct rand rand;
	struct user users[USERS_MAX];
	size_t user_count;
	struct place places[PLACES_MAX];
	size_t place_count;
	int64_t requests, collisions;
	int64_t last_ms;             /* the clock never goes back */
	int64_t last_change_ms;
	struct fault *faults;
	size_t fault_count;
	char *colleague_done;        /* uuids of cases that the colleague has edited, "|UUID|UUID|" */
	struct http *http;
};

/* world.c */
int64_t trainer_now(struct trainer *t);
int64_t trainer_tick(struct trainer *t);     /* the time of a change: later than every change before */
bool word_in(const char *words, const char *word);
bool user_can(const struct user *u, const char *right);
const struct user *user_by_uuid(const struct trainer *t, const char *uuid);
const struct user *user_by_name(const struct trainer *t, const char *name);
const struct place *place_by_uuid(const struct trainer *t, enum kind kind, const char *uuid);

/* setup.c: users, places and configurations of a default installation, as records. */
void setup_world(struct trainer *t);                 /* in memory */
void setup_store(struct trainer *t, int64_t date_ms);/* a fresh store */

/* generate.c */
void generate(struct trainer *t, int64_t cases, int64_t persons, uint64_t seed);

/* reference.c: references and customizable enum values as the server prints them. */
struct json *reference_new(struct trainer *t, const char *kind, const char *uuid); /* NULL: unknown */
char *person_caption(const char *first, const char *last);                         /* "Ada TESTPERSON" */
char *spoken_constant(const char *constant);                                       /* "HOT_SPRING" → "Hot spring"; new string */
struct json *enum_value_new(const char *type, const char *value, const char *disease, bool *known);


#endif
