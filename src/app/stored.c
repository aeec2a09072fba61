#include "app/stored.h"

#include <string.h>

#include "app/account.h"

enum status stored_parse(const struct record *record, struct json **out, struct err *err)
{
	enum status st = json_parse_text(record->doc, out, err);

	if (st != ST_OK) {
		err_wrap(err, N_("the stored record {1} is damaged; `outpost doctor` says more"), record->uuid);
		return st == ST_INVALID ? (err == NULL ? ST_FAILED : (err->status = ST_FAILED)) : st;
	}
	return ST_OK;
}

const char *stored_reference(const struct json *doc, const char *key)
{
	const char *uuid = json_get_string(json_get(doc, key), "uuid");

	return uuid == NULL || *uuid == '\0' ? NULL : uuid;
}

struct json *stored_person_of(struct session *session, const struct json *case_doc)
{
	const char *uuid = stored_reference(case_doc, "person");
	struct json *person = NULL;
	struct record record;

	if (uuid == NULL || store_get(session->store, KIND_PERSONS, uuid, &record, NULL) != ST_OK)
		return NULL;
	if (stored_parse(&record, &person, NULL) != ST_OK)
		person = NULL;
	record_done(&record);
	return person;
}

char *stored_short_uuid(const char *uuid)
{
	char *head = mem_strndup(uuid == NULL ? "" : uuid, uuid == NULL ? 0 : strnlen(uuid, 6)), *upper = text_upper(head);

	mem_free(head);
	return upper;
}

char *stored_label(enum kind kind, const char *text)
{
	const char *first, *last, *other = NULL;
	static const char *const names[] = { "caption", "name", "userName", "eventTitle", "taskType", "sampleMaterial", "disease" };
	struct json *doc, *who;
	char *upper, *label;
	size_t i;

	if (text == NULL || json_parse_text(text, &doc, NULL) != ST_OK)
		return mem_strdup("");
	upper = stored_short_uuid(json_get_string(doc, "uuid"));
	who = kind == KIND_PERSONS ? doc : json_get(doc, "person");
	first = json_get_string(who, "firstName");
	last = json_get_string(who, "lastName");
	for (i = 0; i < sizeof(names) / sizeof(names[0]) && (other == NULL || *other == '\0'); i++)
		other = json_get_string(doc, names[i]);
	if ((first != NULL && *first != '\0') || (last != NULL && *last != '\0'))
		label = mem_printf("%s %s%s%s", upper, last == NULL ? "" : last, first != NULL && *first != '\0' && last != NULL && *last != '\0' ? ", "
			: "",
			first == NULL ? "" : first);
	else
		label = mem_printf("%s%s%s", upper, other == NULL ? "" : " ", other == NULL ? "" : other);
	mem_free(upper);
	json_free(doc);
	return label;
}

bool stored_may_edit(struct session *session, enum kind kind, const struct json *doc, unsigned flags)
{
	const char *edit_right = model_kind_edit_right(kind), *create_right = model_kind_create_right(kind), *reporter, *me;
	const struct json *reach = json_get(doc, "inJurisdiction");
	bool fresh = (flags & RECORD_NEW) != 0;

	if (model_kind_is_infrastructure(kind))
		return false;
	if (json_true(json_get(doc, "deleted")) || json_true(json_get(doc, "ownershipHandedOver")) || (flags & RECORD_OUT_OF_REACH) != 0)
		return false;
	/* Who may create may go on with what the server does not have yet (protocol.md G 18). */
	if (!(fresh && (create_right == NULL || session_has_right(session, create_right))) && edit_right != NULL && !session_has_right(session,
		edit_right))
		return false;
	if (fresh || reach == NULL || json_true(reach) || kind == KIND_PERSONS)
		return true;
	reporter = stored_reference(doc, "reportingUser");
	me = session_user_uuid(session);
	return reporter != NULL && *me != '\0' && strcmp(reporter, me) == 0;
}
