/* A new case: what is filled in, the duplicates to ask about, saving person and case together (protocol.md F.4). Private to app/. */
#ifndef OUTPOST_APP_NEWCASE_H
#define OUTPOST_APP_NEWCASE_H

#include "app/profile.h"

#define NEWCASE_SIMILAR 0.65                 /* protocol.md F.4 */
#define NEWCASE_DAYS 30                      /* report dates of one illness lie so close */

/* Fills in what a form would: uuids, embedded objects, reporting user, place of the user, PENDING and so on. Keys that are there stay.
 * ST_REFUSED: no right to create; ST_NOT_FOUND: the own user was not pulled yet. */
MUST_CHECK enum status newcase_complete(struct session *session, struct json *case_doc, struct err *err);
void newcase_complete_person(struct session *session, struct json *person);
void newcase_set_person(struct json *case_doc, const struct json *person);          /* the reference with the names */

/* Saves a new person (NULL: an existing one is referred to) and the case in one transaction. */
MUST_CHECK enum status newcase_save(struct session *session, const struct json *case_doc, const struct json *person, const char *draft_id,
	struct err *err);

double newcase_similarity(const char *a,
	const char *b);                   /* trigrams, 0 to 1; upper and lower case and accents do not count */
/* Persons here who may be the same one. visit returns false to stop. */
MUST_CHECK enum status newcase_each_person(struct session *session, const struct json *person, bool (*visit)(void *ctx,
	const struct record *record, double similarity),
	void *ctx, struct err *err);
/* Cases of a person of the same disease, region and time. */
MUST_CHECK enum status newcase_each_case(struct session *session, const struct json *case_doc, const char *person_uuid,
	bool (*visit)(void *ctx, const struct case_row *row), void *ctx, struct err *err);

#endif
