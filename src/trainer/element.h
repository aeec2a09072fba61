/* Private to trainer: one element of a push on its way into the store, and what is done with it. */
#ifndef OUTPOST_TRAINER_ELEMENT_H
#define OUTPOST_TRAINER_ELEMENT_H

#include "trainer/internal.h"

/* One element on its way into the store. status 0: nothing refused so far. */
struct push {
	struct trainer *t;
	const struct user *user;
	enum kind kind;
	int64_t now;
	bool mobile_sync;
	bool fresh;              /* the record is new */
	int status;
	char *message;
	bool crash;              /* nothing may be stored */
	bool partial;            /* refused, but what was copied before stays (protocol.md B.2) */
	struct json *stored;     /* the record's tree: copied into */
	struct json *before;     /* as it was, NULL when fresh */
	const char *owner;       /* its uuid */
	char *own_name;          /* a person's caption, for its contact details */
};

bool push_fail(struct push *p, int status, char *message);  /* takes message; always false */
bool push_crash(struct push *p);                            /* always false */

/* copy.c: the DTO into the record, row by row with its date check. */
bool copy_record(struct push *p, const struct model_type *type, const struct json *dto);
bool row_copy_fields(struct push *p, const struct model_type *type, struct json *row, const struct json *dto, bool *changed);
struct json *row_fresh(struct push *p, const struct model_type *type, const struct json *dto);
void row_touch(struct push *p, struct json *row);

/* rules.c */
bool rules_field_rights(struct push *p, const struct json *dto);
bool rules_case(struct push *p, const struct json *dto);
bool rules_person(struct push *p, const struct json *dto);

/* effects.c: what the server changes by itself. */
void effects_before_copy(struct push *p, struct json *dto);
void effects_case(struct push *p);
void effects_person(struct push *p);
void effects_task(struct push *p);
void effects_other(struct push *p);
void person_complete(struct json *person, int64_t now);   /* age, phone, e-mail */

#endif
