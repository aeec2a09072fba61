/* What SORMAS' records are: kinds, types, fields, what is one value, equality, and what the DTO demands.
 *
 * Made from forms/model/ (itself made from the dictionary by forms/model/make-model); a pure description: no clock, no files.
 * Sources: sync.md sections 1 and 2; forms.md; protocol.md section E. */
#ifndef OUTPOST_MODEL_H
#define OUTPOST_MODEL_H

#include "base/base.h"
#include "base/date.h"
#include "json/json.h"

/* In dependency order: what refers comes after what it refers to. The names are the endpoints' ("cases"), model_kind_name(). */
enum kind {
	KIND_CONTINENTS, KIND_SUBCONTINENTS, KIND_COUNTRIES, KIND_AREAS, KIND_REGIONS, KIND_DISTRICTS, KIND_COMMUNITIES,
	KIND_FACILITIES, KIND_POINTS_OF_ENTRY, KIND_USER_ROLES, KIND_USERS, KIND_DISEASE_CONFIGURATIONS, KIND_FEATURE_CONFIGURATIONS,
	KIND_CUSTOMIZABLE_ENUM_VALUES, KIND_OUTBREAKS,
	KIND_PERSONS, KIND_CASES, KIND_IMMUNIZATIONS, KIND_EVENTS, KIND_EVENT_PARTICIPANTS, KIND_ENVIRONMENTS, KIND_ENVIRONMENT_SAMPLES,
	KIND_SAMPLES, KIND_PATHOGEN_TESTS, KIND_ADDITIONAL_TESTS, KIND_CONTACTS, KIND_VISITS, KIND_TASKS, KIND_WEEKLY_REPORTS,
	KIND_AGGREGATE_REPORTS, KIND_PRESCRIPTIONS, KIND_TREATMENTS, KIND_CLINICAL_VISITS,
	KIND_CAMPAIGNS, KIND_CAMPAIGN_FORM_META, KIND_CAMPAIGN_FORM_DATA,
	KIND_COUNT
};

const char *model_kind_name(enum kind kind);                          /* "cases" */
bool model_kind_from_name(const char *name, enum kind *out);
const char *model_kind_type(enum kind kind);                          /* "CaseDataDto" */
const char *model_kind_view_right(enum kind kind);                    /* "CASE_VIEW"; NULL: none needed */
const char *model_kind_edit_right(enum kind kind);
const char *model_kind_create_right(enum kind kind);                  /* protocol.md D.1, G 18 */
bool model_kind_is_infrastructure(enum kind kind);

enum value_type {
	TYPE_STRING, TYPE_BOOLEAN, TYPE_INTEGER, TYPE_NUMBER, TYPE_DATE,
	TYPE_ENUM, TYPE_CUSTOMIZABLE_ENUM, TYPE_REFERENCE,
	TYPE_OBJECT,        /* embedded, with its own uuid where the dictionary gives it one */
	TYPE_OBJECT_LIST,   /* items matched by uuid where they have one */
	TYPE_VALUE_LIST,    /* of strings, enums …: one JSON value; of references: items matched by uuid */
	TYPE_MAP,
	TYPE_ANY            /* the dictionary knows no more: compared as JSON */
};

/* How a key takes part in a merge (sync.md section 1). */
enum field_role {
	ROLE_VALUE,
	ROLE_BOOKKEEPING,   /* uuid, creationDate, changeDate, pseudonymized, inJurisdiction */
	ROLE_COMPUTED,      /* symptoms.symptomatic; a person's phone, emailAddress */
	ROLE_AGE_REFERENCE  /* a person's approximateAgeReferenceDate */
};

struct model;
struct model_type;

struct model_field {
	const char *name;
	enum value_type type;
	enum field_role role;
	int index;                          /* place in its type, from 0 */
	int value_group;                    /* -1, or the number within its type of the "one value" that it is a part of */
	bool primitive;                     /* absent = false or 0 */
	bool required;                      /* the DTO's NotNull/NotBlank */
	bool personal, sensitive;
	bool date_only;                     /* a day, not an instant (sync.md "Days") */
	bool truncated;                     /* a date that the server truncates (protocol.md A.2) */
	bool refused;                       /* the server writes it and refuses it: never sent (sync.md section 1) */
	bool android_app_drops;
	int64_t max_length, min_length;     /* code points; -1: none */
	bool has_min, has_max;
	double min, max;
	const char *enum_name;              /* TYPE_ENUM, lists and map keys of enums; a customizable enum's type */
	const char *reference;              /* "Facility" …; NULL */
	const struct model_type *object;    /* TYPE_OBJECT, TYPE_OBJECT_LIST */
	const char *const *diseases;        /* NULL-terminated, NULL: all */
	const char *const *hidden_for_diseases;
	const char *const *only_countries;
	const char *const *hide_countries;
	const char *const *features;        /* shown with any of these only */
	const char *user_right;             /* needed to see it; NULL */
	const char *symptom_group;          /* NULL */
	const char *depends_on;             /* key of the same object that must be YES or filled; NULL */
};

/* Loads the model from the text of forms/model/model.json. ST_INVALID with line and column. The caller frees it last of all. */
MUST_CHECK enum status model_load(const char *text, size_t len, struct model **out, struct err *err);
void model_free(struct model *model);
const char *model_builtin(size_t *len);                                            /* the text of forms/model/model.json as built in */

const struct model_type *model_type(const struct model *model, const char *name);  /* "CaseDataDto"; NULL: unknown */
const struct model_type *model_of_kind(const struct model *model, enum kind kind);
const char *model_type_name(const struct model_type *type);
int model_field_count(const struct model_type *type);
const struct model_field *model_field_at(const struct model_type *type, int index);
const struct model_field *model_field(const struct model_type *type, const char *key); /* hashed; NULL: unknown key */
bool model_type_has_uuid(const struct model_type *type);                           /* embedded objects with identity */
const char *const *model_enum(const struct model *model, const char *name);        /* constants, NULL-terminated; NULL: unknown */
bool model_enum_has(const struct model *model, const char *name, const char *constant);
const char *model_enum_data_type(const char *enum_name);   /* "DiseaseVariant" is "DISEASE_VARIANT" in the server's list of values (protocol.md B.3); another: itself */
bool model_reference_kind(const char *reference, enum kind *out);                  /* "Facility" → KIND_FACILITIES */

/* The parts of the one value that a field belongs to, in the order of sync.md's table; count 0: it stands alone. */
const struct model_field *const *model_value_parts(const struct model_type *type, int value_group, size_t *count);
#define MODEL_GROUPS_MAX 16                                                        /* of one type */
#define MODEL_PARTS_MAX 12                                                         /* of one value */
int model_value_group_count(const struct model_type *type);
int model_age_group(const struct model_type *type);                                /* what ROLE_AGE_REFERENCE follows; -1: none */

/* The role of any key, also of one that the type does not list: bookkeeping keys are bookkeeping in every object. */
enum field_role model_key_role(const struct model_type *type, const char *key);

/* The members of an object by key, or the items of a list by uuid, hashed, or sorted where there are many (a hash can be made to collide): documents
 * from outside may have any number of either.
 * Points into the document, which must not change meanwhile; absent, null or another type: empty. No member may be modified through it. */
#define MODEL_INDEX_INLINE 64
struct model_index {
	const struct json **slots;
	size_t mask;                        /* of the hash */
	size_t sorted;                      /* so many, in the order of their names; 0: hashed */
	bool by_uuid;
	bool clean;                         /* a list: every item is an object with a uuid (1 to 36 bytes, no "]") that no other item has */
	const struct json *inline_slots[MODEL_INDEX_INLINE];
};
void model_index_keys(struct model_index *index, const struct json *object);
void model_index_items(struct model_index *index, const struct json *list);  /* of items with the same uuid the first is found */
const struct json *model_index_find(const struct model_index *index, const char *name);
void model_index_done(struct model_index *index);

/* Follows "hospitalization.previousHospitalizations[UUID].admissionDate" from a kind's root. ST_INVALID names the part. */
struct model_step { char key[64]; char item[UUID_SIZE]; };   /* item "" unless [UUID]; "+" for [+] */
#define MODEL_PATH_STEPS 8
struct model_path { int count; struct model_step step[MODEL_PATH_STEPS]; const struct model_field *field; /* of the last step */ };
MUST_CHECK enum status model_parse_path(const struct model *model, enum kind kind, const char *path, struct model_path *out,
	struct err *err);
struct json *model_path_get(const struct model_path *path, const struct json *doc);  /* NULL: absent */
/* When what the path names was last changed: the greatest changeDate of the objects that it leads through, the record itself and the value
 * among them (an embedded part can change without its record). 0: none has one. */
int64_t model_path_change_date(const struct model_path *path, const struct json *doc);
/* The object (or list) that holds the last step; create makes missing embedded objects (without uuid). */
struct json *model_path_parent(const struct model_path *path, struct json *doc, bool create);
/* Sets (takes value; NULL removes) what the path names; an item step as the last one replaces or, with NULL, removes the item.
 * ST_NOT_FOUND: no such item, or an item on the way that is not there. */
MUST_CHECK enum status model_path_set(const struct model_path *path, struct json *doc, struct json *value, struct err *err);

/* Equality of two values of a field (sync.md "Equality"); NULL = absent. field NULL: an unknown key, the same JSON value, and
 * absent = null = "". An empty list is an absent one, as it is for the server. A list whose items have not each a uuid of their own is
 * compared as one JSON value. */
bool model_values_equal(const struct model_field *field, const struct json *a, const struct json *b);
bool model_objects_equal(const struct model_type *type, const struct json *a, const struct json *b);  /* ROLE_VALUE keys only */
bool model_value_is_empty(const struct model_field *field, const struct json *v);    /* absent, null, "", for a primitive false or 0 */

/* A list whose items are matched by uuid: embedded objects with identity, references (their `object` is NULL). */
bool model_list_has_uuids(const struct model_field *field);

/* Visible by the model alone: diseases, countries, features, the right to see it (forms.md "Visible"). */
struct model_scope {
	const char *disease;                  /* NULL: no limit by disease */
	const char *country;                  /* "de"; NULL: fields for certain countries only are hidden, those hidden in some are shown */
	bool (*has_feature)(void *ctx, const char *feature);  /* NULL: all */
	bool (*has_right)(void *ctx, const char *right);      /* NULL: all */
	void *ctx;
};
bool model_field_visible(const struct model_field *field, const struct model_scope *scope);

/* Everything that differs, leaf by leaf, the way the journal keeps it. path as in model_parse_path; items added or removed are one change
 * of the item's path; a list whose items have not each a uuid is one value. visit may not keep the pointers. */
typedef void (*model_change_fn)(void *ctx, const char *path, const struct model_field *field, const struct json *old_value,
	const struct json *new_value);
void model_diff(const struct model_type *type, const struct json *old_doc, const struct json *new_doc, model_change_fn visit, void *ctx);

/* What the server would refuse for the whole list with 400 (protocol.md D.3, left column; unknown enum constants). Absent lists are for
 * model_prepare_for_push. Returns the number of problems; visit may be NULL. */
typedef void (*model_problem_fn)(void *ctx, const char *path, const struct model_field *field, const struct message *what);
size_t model_check_demands(const struct model *model, enum kind kind, const struct json *doc, model_problem_fn visit, void *ctx);

/* What it would refuse for this record alone, with a sentence (protocol.md D.3, right column), as far as it can be told here: places that lie
 * elsewhere, impossible days of birth, two primary contacts. Asked when a person saves; a push leaves it to the server. Returns the number of problems. */
struct model_surroundings {
	struct date_civil today;
	/* Does the place `uuid` of `kind` name another place under `key` ("region", "district" …) than `above`? false where it is not known. NULL: none is. */
	bool (*lies_elsewhere)(void *ctx, enum kind kind, const char *uuid, const char *key, const char *above);
	void *ctx;
};
size_t model_check_business(enum kind kind, const struct json *doc, const struct model_surroundings *around, model_problem_fn visit, void *ctx);

/* Makes doc sendable without changing its meaning (sync.md "Push": "never send"): absent and null lists become [], refused keys go, and
 * so do change dates of 0 of what base, the server's version (NULL: none), does not have. */
void model_prepare_for_push(const struct model *model, enum kind kind, const struct json *base, struct json *doc);

/* Gives a new record what a form would complete: uuid, creationDate, all embedded objects with uuids, empty lists. What is there stays. */
void model_complete_new(const struct model *model, enum kind kind, struct json *doc, struct rand *rand, int64_t now_ms);
/* A new list item with uuid and its own embedded objects. */
struct json *model_new_item(const struct model_field *list_field, struct rand *rand, int64_t now_ms);

#endif
