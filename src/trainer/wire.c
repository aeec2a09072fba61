/* The reader: what Jackson refuses, in its words as far as they are facts of the wire (protocol.md A.5). */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "trainer/wire.h"

#define AT_SOURCE "\n at [Source: (org.glassfish.jersey.message.internal.ReaderInterceptorExecutor$UnCloseableInputStream); line: " \
	"%d, column: %d]"

struct reader {
	const struct model *model;
	struct buf *message;
	struct buf path;
};

/* ---- Java's names ---- */

static const char *package_of(const char *type)
{
	static const struct { const char *type, *package; } packages[] = {
		{"CaseDataDto", "caze"}, {"PersonDto", "person"}, {"TaskDto", "task"}, {"ContactDto", "contact"}, {"EventDto", "event"},
		{"EventParticipantDto", "event"}, {"SampleDto", "sample"}, {"PathogenTestDto", "sample"}, {"AdditionalTestDto", "sample"},
		{"ImmunizationDto", "immunization"}, {"VaccinationDto", "vaccination"}, {"VisitDto", "visit"}, {"HospitalizationDto", "hospitalization"},
		{"PreviousHospitalizationDto", "hospitalization"}, {"SymptomsDto", "symptoms"}, {"EpiDataDto", "epidata"}, {"ExposureDto", "exposure"},
		{"ActivityAsCaseDto", "activityascase"}, {"TherapyDto", "therapy"}, {"PrescriptionDto", "therapy"}, {"TreatmentDto", "therapy"},
		{"ClinicalCourseDto", "clinicalcourse"}, {"ClinicalVisitDto", "clinicalcourse"}, {"HealthConditionsDto", "clinicalcourse"},
		{"MaternalHistoryDto", "caze.maternalhistory"}, {"PortHealthInfoDto", "caze.porthealthinfo"}, {"LocationDto", "location"},
		{"PersonContactDetailDto", "person"}, {"WeeklyReportDto", "report"}, {"AggregateReportDto", "report"},
		{"FacilityReferenceDto", "infrastructure.facility"}, {"RegionReferenceDto", "infrastructure.region"},
		{"DistrictReferenceDto", "infrastructure.district"}, {"CommunityReferenceDto", "infrastructure.community"},
		{"PersonReferenceDto", "person"}, {"UserReferenceDto", "user"}, {"CaseReferenceDto", "caze"},
		{"SymptomState", "symptoms"}, {"Vaccine", "caze"}, {"CaseClassification", "caze"}, {"InvestigationStatus", "caze"}, {"CaseOutcome",
			"caze"},
		{"CaseOrigin", "caze"}, {"Sex", "person"}, {"PresentCondition", "person"}, {"YesNoUnknown", "utils"}, {"FacilityType",
			"infrastructure.facility"},
		{"TaskStatus", "task"}, {"TaskType", "task"},
	};
	for (size_t i = 0; i < sizeof packages / sizeof packages[0]; i++)
		if (strcmp(packages[i].type, type) == 0)
			return packages[i].package;
	return NULL;
}

static void add_class(struct buf *b, const char *type)
{
	const char *package = package_of(type);
	buf_printf(b, "de.symeda.sormas.api.%s%s%s", package ? package : "", package ? "." : "", type);
}

static bool refuse_at(struct reader *r)
{
	buf_printf(r->message, AT_SOURCE " (through reference chain: %s)", 1, 1, buf_text(&r->path));
	return false;
}

/* ---- parsing ---- */

/* \u0000 becomes a sign of our own. Returns NULL when there is none. */
static char *replace_nul(const char *body, size_t len, size_t *out_len)
{
	struct buf b;
	bool found = false;
	buf_init(&b, 0);
	for (size_t i = 0; i < len; i++) {
		if (body[i] == '\\' && i + 1 < len) {
			if (i + 5 < len && memcmp(body + i, "\\u0000", 6) == 0) {
				buf_add_text(&b, NUL_SIGN);
				i += 5;
				found = true;
			} else {
				buf_add(&b, body + i, 2);
				i++;
			}
			continue;
		}
		buf_add_char(&b, body[i]);
	}
	if (!found) {
		buf_done(&b);
		return NULL;
	}
	return buf_take(&b, out_len);
}

bool wire_parse(const char *body, size_t len, struct json **out, struct buf *message)
{
	struct err err = {0};
	size_t start = 0;
	char *copy = NULL;
	*out = NULL;
	while (start < len && strchr(" \t\r\n", body[start]) && body[start])
		start++;
	if (start == len)
		return true;
	if ((unsigned char)body[start] < 0x20) {
		buf_printf(message, "Illegal character ((CTRL-CHAR, code %d)): only regular white space (\\r, \\n, \\t) is allowed between "
		"tokens" AT_SOURCE,
			(unsigned char)body[start], 1, (int)start + 2);
		return false;
	}
	if (memmem(body, len, "\\u0000", 6))
		copy = replace_nul(body, len, &len);
	enum status st = json_parse(copy ? copy : body, len, out, &err);
	mem_free(copy);
	if (st == ST_OK)
		return true;
	const char *chain = body[start] == '[' ? " (through reference chain: java.util.ArrayList[0])" : "";
	bool ended = err.line <= 1 && err.column >= (int)len;
	buf_printf(message, "%s" AT_SOURCE "%s", ended ? "Unexpected end-of-input within/between Object entries" : "Unexpected character",
		err.line,
		err.column, chain);
	return false;
}

/* ---- dates and scalars ---- */

static bool digits(const char *s)
{
	if (*s == '-')
		s++;
	size_t n = strspn(s, "0123456789");
	return n > 0 && n < 18 && s[n] == '\0';
}

/* Jackson's date formats: a number as text, a day, an ISO instant with any way to write the offset. */
static bool parse_date(const char *s, int64_t *ms)
{
	int32_t day;
	if (digits(s)) {
		*ms = strtoll(s, NULL, 10);
		return true;
	}
	if (date_parse_day(s, &day)) {
		*ms = (int64_t)day * DATE_DAY_MS;
		return true;
	}
	char text[40];
	size_t len = strlen(s);
	if (len < 16 || len >= sizeof text - 2)
		return false;
	memcpy(text, s, len + 1);
	if (len > 5 && (text[len - 5] == '+' || text[len - 5] == '-') && strchr(text, 'T')) {
		memmove(text + len - 1, text + len - 2, 3);
		text[len - 2] = ':';
	} else if (!strchr(text, 'Z') && text[len - 3] != ':')
		memcpy(text + strlen(text), "Z", 2);
	return date_parse_instant(text, ms);
}

static bool wrong_type(struct reader *r, const char *java, const struct json *v)
{
	static const char *const tokens[] = {[JSON_NULL] = "Null value (token `JsonToken.VALUE_NULL`)",
		[JSON_FALSE] = "Boolean value (token `JsonToken.VALUE_FALSE`)",
		[JSON_TRUE] = "Boolean value (token `JsonToken.VALUE_TRUE`)",
			[JSON_NUMBER] = "Floating-point value (token `JsonToken.VALUE_NUMBER_FLOAT`)",
		[JSON_STRING] = "String value (token `JsonToken.VALUE_STRING`)", [JSON_ARRAY] = "Array value (token `JsonToken.START_ARRAY`)",
		[JSON_OBJECT] = "Object value (token `JsonToken.START_OBJECT`)"};
	buf_printf(r->message, "Cannot deserialize value of type `%s` from %s", java, tokens[json_type(v)]);
	return refuse_at(r);
}

static bool not_in_text(struct reader *r, const char *java, const char *value, const char *why)
{
	buf_printf(r->message, "Cannot deserialize value of type `%s` from String \"%s\": %s", java, value, why);
	return refuse_at(r);
}

static bool read_enum(struct reader *r, const char *name, const struct json *v)
{
	const char *constant = json_string(v);
	if (constant && (!model_enum(r->model, name) || model_enum_has(r->model, name, constant)))
		return true;
	buf_add_text(r->message, "Cannot deserialize value of type `");
	add_class(r->message, name);
	if (!constant) {
		buf_add_text(r->message, "` from a value that is no text");
		return refuse_at(r);
	}
	buf_printf(r->message, "` from String \"%s\": not one of the values accepted for Enum class: [", constant);
	for (const char *const *c = model_enum(r->model, name); c && *c; c++)
		buf_printf(r->message, "%s%s", *c, c[1] ? ", " : "");
	buf_add_text(r->message, "]");
	return refuse_at(r);
}

static bool read_reference(struct reader *r, const char *kind, struct json *v)
{
	static const char *const people[] = {"uuid", "caption", "firstName", "lastName", NULL};
	static const char *const places[] = {"uuid", "caption", "externalId", NULL};
	static const char *const samples[] = {"uuid", "caption", "associatedCaseUuid", "associatedContactUuid",
		"associatedEventParticipantUuid", NULL};
	static const char *const others[] = {"uuid", "caption", NULL};
	const char *const *keys = others;
	if (strcmp(kind, "Person") == 0 || strcmp(kind, "User") == 0 || strcmp(kind, "Case") == 0 || strcmp(kind, "Contact") == 0)
		keys = people;
	else if (strcmp(kind, "Sample") == 0)
		keys = samples;
	else if (strcmp(kind, "Region") == 0 || strcmp(kind, "District") == 0 || strcmp(kind, "Community") == 0 || strcmp(kind, "Facility") == 0 ||
	         strcmp(kind, "PointOfEntry") == 0 || strcmp(kind, "Country") == 0 || strcmp(kind, "Area") == 0 || strcmp(kind,
		"Continent") == 0 ||
	         strcmp(kind, "Subcontinent") == 0)
		keys = places;
	char *type = mem_printf("%sReferenceDto", kind);
	bool fine = true;
	if (!json_is_object(v)) {
		fine = wrong_type(r, type, v);
		goto out;
	}
	for (const struct json *c = json_first(v); c && fine; c = json_next(c)) {
		size_t count = 0;
		bool known = false;
		for (; keys[count]; count++)
			known = known || strcmp(keys[count], json_key(c)) == 0;
		if (known)
			continue;
		buf_printf(r->message, "Unrecognized field \"%s\" (class ", json_key(c));
		add_class(r->message, type);
		buf_printf(r->message, "), not marked as ignorable (%zu known properties: ", count);
		for (size_t i = 0; i < count; i++)
			buf_printf(r->message, "\"%s\"%s", keys[i], i + 1 < count ? ", " : "");
		buf_add_text(r->message, "])");
		fine = refuse_at(r);
	}
out:
	mem_free(type);
	return fine;
}

static bool read_object(struct reader *r, const struct model_type *type, struct json *dto);

static bool read_list(struct reader *r, const struct model_type *type, struct json *list)
{
	if (json_is_null(list))
		return true;
	if (!json_is_array(list))
		return wrong_type(r, "java.util.ArrayList", list);
	size_t i = 0, len = r->path.len;
	for (struct json *c = json_first(list); c; c = json_next(c), i++) {
		buf_printf(&r->path, "->java.util.ArrayList[%zu]", i);
		if (!read_object(r, type, c))
			return false;
		r->path.len = len;
		r->path.data[len] = '\0';
	}
	return true;
}

/* Sets *better to the value's one form, or leaves it NULL. */
static bool read_value(struct reader *r, const struct model_field *f, struct json *v, struct json **better)
{
	int64_t n;
	double d;
	const char *text = json_string(v);
	if (json_is_null(v))
		return true;
	switch (f->type) {
	case TYPE_DATE:
		if (json_is_number(v))
			return !strpbrk(json_number_text(v), ".eE") && json_int(v, &n) ? true : wrong_type(r, "java.util.Date", v);
		if (!text)
			return wrong_type(r, "java.util.Date", v);
		if (*text && !parse_date(text, &n))
			return not_in_text(r, "java.util.Date", text, "not a valid representation");
		*better = *text ? json_new_int(n) : json_new_null();
		return true;
	case TYPE_STRING:
		if (text)
			return true;
		if (json_is_number(v))
			*better = json_new_string(json_number_text(v));
		else if (json_is_bool(v))
			*better = json_new_string(json_true(v) ? "true" : "false");
		else
			return wrong_type(r, "java.lang.String", v);
		return true;
	case TYPE_BOOLEAN:
		if (json_is_bool(v))
			return true;
		if (text && (strcmp(text, "true") == 0 || strcmp(text, "false") == 0))
			*better = json_new_bool(text[0] == 't');
		else
			return wrong_type(r, "java.lang.Boolean", v);
		return true;
	case TYPE_INTEGER:
		if (text && digits(text))
			*better = json_new_int(strtoll(text, NULL, 10));
		else if (!json_double(v, &d) || d > 2147483647.0 || d < -2147483648.0)
			return wrong_type(r, "java.lang.Integer", v);
		else
			*better = json_new_int((int64_t)d);
		return true;
	case TYPE_NUMBER:
		if (text) {
			char *end;
			d = strtod(text, &end);
			if (!*text || *end)
				return not_in_text(r, "java.lang.Double", text, "not a valid representation");
			*better = json_new_double(d);
		} else if (!json_is_number(v))
			return wrong_type(r, "java.lang.Double", v);
		return true;
	case TYPE_ENUM:
		return text && !*text ? not_in_text(r, f->enum_name, text, "not an enum constant") : read_enum(r, f->enum_name, v);
	case TYPE_REFERENCE:
		return read_reference(r, f->reference, v);
	case TYPE_OBJECT:
		return f->object && model_type_has_uuid(f->object) ? read_object(r, f->object, v) : true;
	case TYPE_OBJECT_LIST:
		return f->object && model_type_has_uuid(f->object) ? read_list(r, f->object, v) : true;
	case TYPE_VALUE_LIST:
		if (!json_is_array(v))
			return wrong_type(r, "java.util.ArrayList", v);
		for (struct json *c = json_first(v); c; c = json_next(c)) {
			if (f->reference && !read_reference(r, f->reference, c))
				return false;
			if (f->enum_name && !read_enum(r, f->enum_name, c))
				return false;
		}
		return true;
	case TYPE_CUSTOMIZABLE_ENUM:
		return json_is_object(v) || text ? true : wrong_type(r, f->enum_name, v);
	case TYPE_MAP:
		return json_is_object(v) ? true : wrong_type(r, "java.util.Map", v);
	case TYPE_ANY:
		return true;
	}
	return true;
}

static bool unknown_key(struct reader *r, const struct model_type *type, const char *key)
{
	int known = 0, shown = 0;
	for (int i = 0; i < model_field_count(type); i++)
		known += !model_field_at(type, i)->refused;
	buf_printf(r->message, "Unrecognized field \"%s\" (class ", key);
	add_class(r->message, model_type_name(type));
	buf_printf(r->message, "), not marked as ignorable (%d known properties: ", known);
	for (int i = 0; i < model_field_count(type); i++)
		if (!model_field_at(type, i)->refused)
			buf_printf(r->message, "\"%s\"%s", model_field_at(type, i)->name, ++shown < known ? ", " : "");
	buf_add_text(r->message, "])");
	return refuse_at(r);
}

static bool read_object(struct reader *r, const struct model_type *type, struct json *dto)
{
	if (!json_is_object(dto))
		return wrong_type(r, model_type_name(type), dto);
	size_t len = r->path.len;
	for (struct json *c = json_first(dto), *next; c; c = next) {
		next = json_next(c);
		char *key = mem_strdup(json_key(c));
		const struct model_field *f = model_field(type, key);
		/* computed, but accepted on the way back (recorded) */
		if (!f && strcmp(key, "multiDayEvent") == 0 && strcmp(model_type_name(type), "EventDto") == 0) {
			mem_free(key);
			continue;
		}
		struct json *better = NULL;
		buf_add_text(&r->path, len ? "->" : "");
		add_class(&r->path, model_type_name(type));
		buf_printf(&r->path, "[\"%s\"]", key);
		bool fine = f && !f->refused ? read_value(r, f, c, &better) : unknown_key(r, type, key);
		if (better)
			json_set(dto, key, better);
		mem_free(key);
		if (!fine)
			return false;
		r->path.len = len;
		r->path.data[len] = '\0';
	}
	return true;
}

bool wire_read(const struct model *model, const struct model_type *type, struct json *dto, bool list, struct buf *message)
{
	struct reader r = {.model = model, .message = message};
	bool fine = true;
	buf_init(&r.path, 0);
	if (list && !json_is_array(dto)) {
		buf_add_text(message, "Cannot deserialize value of type `java.util.ArrayList<");
		add_class(message, model_type_name(type));
		buf_printf(message, ">` from %s" AT_SOURCE, json_is_object(dto) ? "Object value (token `JsonToken.START_OBJECT`)" : "another value",
			1, 1);
		fine = false;
	} else if (list) {
		size_t i = 0;
		for (struct json *c = json_first(dto); c && fine; c = json_next(c), i++) {
			buf_clear(&r.path);
			buf_printf(&r.path, "java.util.ArrayList[%zu]", i);
			fine = read_object(&r, type, c);
		}
	} else
		fine = read_object(&r, type, dto);
	buf_done(&r.path);
	return fine;
}

bool wire_has_nul(const struct json *v)
{
	if (json_string(v))
		return strstr(json_string(v), NUL_SIGN) != NULL;
	for (const struct json *c = json_first(v); c; c = json_next(c))
		if (wire_has_nul(c))
			return true;
	return false;
}
