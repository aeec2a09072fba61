/* `form check`: every code with its place, what is named instead of what XLSForm has, and what is no mistake (forms.md). */
#include "form_fixture.h"

struct loaded { struct form *form; struct form_problem *problems; size_t count; enum status st; struct err err; };

static struct loaded load(const char *text)
{
	struct loaded l = {0};
	l.st = form_load(fixture_model, text, strlen(text), &l.form, &l.problems, &l.count, &l.err);
	return l;
}

static void done(struct loaded *l)
{
	form_free(l->form);
	mem_free(l->problems);
}

static void print_problems(const struct loaded *l)
{
	for (size_t i = 0; i < l->count; i++) {
		char text[400];
		message_text(&l->problems[i].message, text, sizeof text);
		print_message("# %d:%d %s %s: %s\n", l->problems[i].line, l->problems[i].column, l->problems[i].severity == FORM_ERROR ? "error" : "warning", l->problems[i].code, text);
	}
}

/* text has the mark @ where the complaint is to be (it is taken out); says: a part of the message. */
static void complains(const char *text, enum form_severity severity, const char *code, const char *says)
{
	const char *mark = strchr(text, '@');
	int line = 1, column = 1;
	bool found = false;
	if (!mark)
		fail_msg("the test has no mark: %s", text);
	for (const char *p = text; p < mark; p++) {
		column = *p == '\n' ? 1 : column + 1;
		line += *p == '\n';
	}
	char *clean = mem_printf("%.*s%s", (int)(mark - text), text, mark + 1);
	struct loaded l = load(clean);
	for (size_t i = 0; i < l.count; i++) {
		char message[400];
		message_text(&l.problems[i].message, message, sizeof message);
		found |= l.problems[i].severity == severity && !strcmp(l.problems[i].code, code) && l.problems[i].line == line && l.problems[i].column == column
			&& strstr(message, says);
	}
	if (!found) {
		print_problems(&l);
		fail_msg("expected %s \"...%s...\" at %d:%d of %s", code, says, line, column, clean);
	}
	if (severity == FORM_ERROR && (l.st != ST_INVALID || l.err.line == 0))
		fail_msg("an error has to be ST_INVALID with its place: %s", clean);
	if (severity == FORM_WARNING && l.st != ST_OK)
		fail_msg("a warning should not refuse the form: %s", clean);
	done(&l);
	mem_free(clean);
}

#define STAY(fields) "{\"form\":\"f\",\"title\":\"F\",\"kind\":\"cases\",\"path\":\"hospitalization\",\n\"children\":[\n" fields "]}"
#define CASE(fields) "{\"form\":\"f\",\"title\":\"F\",\"kind\":\"cases\",\n\"children\":[\n" fields "]}"

static void fine(const char *text)
{
	struct loaded l = load(text);
	if (l.st != ST_OK || l.count) {
		print_problems(&l);
		fail_msg("there should be nothing to complain about: %s", text);
	}
	done(&l);
}

static void what_is_no_json_or_no_form_has_a_place(void **state)
{
	(void)state;
	complains("{\"form\":\"f\",\n@}", FORM_ERROR, "syntax", "");
	complains("@[]", FORM_ERROR, "syntax", "object");
	complains("@{\"title\":\"F\",\"kind\":\"cases\",\"children\":[]}", FORM_ERROR, "missing", "name");
	complains("{\"form\":\"f\",\"kind\":@\"casses\",\"children\":[]}", FORM_ERROR, "unknown_name", "kind");
	complains("{\"form\":\"f\",\"kind\":\"cases\",\"path\":@\"hospitalisation\",\"children\":[]}", FORM_ERROR, "unknown_name", "hospitalisation");
	complains("{\"form\":\"f\",\"kind\":\"cases\",\"colour\":@1,\"children\":[]}", FORM_ERROR, "unknown_column", "colour");
	complains(STAY("@{\"type\":\"text\"}"), FORM_ERROR, "missing", "name");
	complains(STAY("@{\"name\":\"description\"}"), FORM_ERROR, "missing", "type");
}

static void columns_and_types_are_checked_with_a_proposal(void **state)
{
	(void)state;
	complains(STAY("{\"name\":\"description\",\"type\":\"text\",\"lable\":@\"x\"}"), FORM_ERROR, "unknown_column", "\"label\"");
	complains(STAY("{\"name\":\"description\",\"type\":@\"txet\"}"), FORM_ERROR, "unknown_type", "txet");
	complains(STAY("{\"name\":\"isolated\",\"type\":@\"select_one YesNoUnkown\"}"), FORM_ERROR, "unknown_list", "YesNoUnkown");
	complains(STAY("{\"name\":\"isolated\",\"type\":@\"select_one\"}"), FORM_ERROR, "type", "needs a name");
	complains(CASE("{\"name\":\"region\",\"type\":@\"reference regoin\"}"), FORM_ERROR, "unknown_type", "regoin");
	complains(STAY("{\"name\":\"description\",\"type\":\"text\",\"label\":@5}"), FORM_ERROR, "type", "text");
	complains(STAY("{\"name\":\"description\",\"type\":\"text\",\"relevant\":@5}"), FORM_ERROR, "type", "expression");
	complains(STAY("{\"name\":\"durationOfHospitalization\",\"type\":\"decimal\",\"parameters\":@\"scale=x\"}"), FORM_ERROR, "type", "scale");
	complains(STAY("{\"name\":\"description\",\"type\":\"text\"},\n{\"name\":@\"description\",\"type\":\"text\"}"), FORM_ERROR, "duplicate_name", "twice");
}

static void every_step_of_a_reference_is_checked(void **state)
{
	(void)state;
#define STAYS(more) STAY("{\"name\":\"isolated\",\"type\":\"select_one YesNoUnknown\"},{\"name\":\"previousHospitalizations\",\"type\":\"repeat\",\"children\":[" \
	"{\"name\":\"admissionDate\",\"type\":\"date\"}]" more "}")
	complains(STAYS(",\"constraint\":\"1 = @${previousHospitalizations}/admisionDate\""), FORM_ERROR, "unknown_name", "\"admissionDate\"");
	complains(STAYS(",\"constraint\":\"count(${previousHospitalizations}[@admisionDate = 1]) = 0\""), FORM_ERROR, "unknown_name", "\"admissionDate\"");
	complains(STAYS(",\"constraint\":\"count(${previousHospitalizations}[@./admisionDate = 1]) = 0\""), FORM_ERROR, "unknown_name", "\"admissionDate\"");
	complains(STAYS(",\"constraint\":\"@../isolatd = 1\""), FORM_ERROR, "unknown_name", "\"isolated\"");
	complains(STAYS(",\"constraint\":\"@${../isolatd} = 1\""), FORM_ERROR, "unknown_name", "\"isolated\"");
	complains(STAYS(",\"constraint\":\"@current()/../isolatd = 1\""), FORM_ERROR, "unknown_name", "\"isolated\"");
	complains(STAYS(",\"constraint\":\"@${isolated}/x = 1\""), FORM_ERROR, "unknown_name", "\"x\"");
	complains(STAYS(",\"constraint\":\"@${/hospitalization/isolatd} = 1\""), FORM_ERROR, "unknown_name", "\"isolated\"");
	complains(STAYS(",\"constraint\":\"@${/person/firstNam} = 1\""), FORM_ERROR, "unknown_name", "\"firstName\"");
	complains(STAYS(",\"item_label\":\"from @${admisionDate}\""), FORM_ERROR, "unknown_name", "\"admissionDate\"");
	complains(STAYS(",\"item_label\":\"from @${admissionDate\""), FORM_ERROR, "syntax", "}");
	complains("{\"form\":\"f\",\"kind\":\"cases\",\"lists\":{\"l\":[{\"name\":\"a\",\"relevant\":\"@${disese} = 'EVD'\"}]},\"children\":[{\"name\":\"externalToken\",\"type\":\"select_one l\"},"
		"{\"name\":\"disease\",\"type\":\"select_one Disease\"}]}", FORM_ERROR, "unknown_name", "\"disease\"");
	/* keys that are not on the form, references, and what lies outside the form's object */
	fine(STAYS(",\"relevant\":\"count(${previousHospitalizations}[uuid != '' and healthFacility/uuid != '' and ../../disease = 'EVD']) = 0\""));
	fine(STAYS(",\"item_label\":\"from ${admissionDate} on\""));
}

static void what_is_not_a_text_or_a_list_is_said_where_it_stands(void **state)
{
	(void)state;
	complains("{\"form\":@5,\"kind\":\"cases\",\"children\":[]}", FORM_ERROR, "type", "text");
	complains("{\"form\":\"f\",\"kind\":\"cases\",\"path\":@3,\"children\":[]}", FORM_ERROR, "type", "text");
	complains("{\"form\":\"f\",\"kind\":\"cases\",\"lists\":@[],\"children\":[]}", FORM_ERROR, "type", "object");
	complains("{\"form\":\"f\",\"kind\":\"cases\",\"lists\":{\"l\":@{}},\"children\":[]}", FORM_ERROR, "type", "choices");
	complains("{\"form\":\"f\",\"kind\":\"cases\",\"lists\":{\"l\":[{\"name\":\"a\"},{\"name\":@\"a\"}]},\"children\":[]}", FORM_ERROR, "duplicate_name", "twice");
	complains("{\"form\":\"f\",\"kind\":\"cases\",\"tilte\":@\"F\",\"children\":[]}", FORM_ERROR, "unknown_column", "\"title\"");
	complains(STAY("{\"name\":@5,\"type\":\"text\"}"), FORM_ERROR, "type", "text");
	complains(STAY("{\"name\":\"description\",\"type\":@[]}"), FORM_ERROR, "type", "text");
	complains(STAY("{\"name\":\"description\",\"type\":\"text\",\"appearance\":@9}"), FORM_ERROR, "type", "text");
	complains(STAY("{\"name\":\"description\",\"type\":\"text\",\"right\":@{}}"), FORM_ERROR, "type", "text");
	complains(STAY("{\"name\":\"description\",\"type\":\"text\",\"constraint\":[{\"if\":\"1=1\",\"mesage\":@\"m\"}]}"), FORM_ERROR, "unknown_column", "\"message\"");
	complains(STAY("{\"name\":\"isolated\",\"type\":@\"select_one Yes\"}"), FORM_ERROR, "unknown_list", "\"YesNoUnknown\"");
	complains(STAY("{\"name\":\"description\",\"type\":@\"Text\"}"), FORM_ERROR, "unknown_type", "\"text\"");
}

static void a_name_is_one_that_an_expression_can_say(void **state)
{
	(void)state;
	complains(STAY("{\"name\":@\"a b\",\"type\":\"note\"}"), FORM_ERROR, "name", "letter");
	complains(STAY("{\"name\":@\"a\\u001b\",\"type\":\"note\"}"), FORM_ERROR, "name", "letter");
	complains(STAY("{\"name\":@\"a[1]\",\"type\":\"note\"}"), FORM_ERROR, "name", "letter");
	complains(STAY("{\"name\":@\"1a\",\"type\":\"note\"}"), FORM_ERROR, "name", "letter");
	fine(STAY("{\"name\":\"\u00e9t\u00e9_1-a.b\",\"type\":\"note\"}"));
	/* in two groups without a path it is the same key */
	complains(STAY("{\"name\":\"a\",\"type\":\"group\",\"children\":[{\"name\":\"description\",\"type\":\"text\"}]},\n"
		"{\"name\":\"b\",\"type\":\"group\",\"children\":[{\"name\":@\"description\",\"type\":\"text\"}]}"), FORM_ERROR, "duplicate_name", "twice");
	/* in an item it is another */
	fine(STAY("{\"name\":\"description\",\"type\":\"text\"},{\"name\":\"previousHospitalizations\",\"type\":\"repeat\",\"children\":[{\"name\":\"description\",\"type\":\"text\"}]}"));
}

static void a_key_that_comes_twice_is_said_at_the_second(void **state)
{
	(void)state;
	complains(STAY("{\"name\":\"description\",\n\"type\":\"text\",@\"type\":\"text\"}"), FORM_ERROR, "syntax", "twice");
}

static void names_are_those_of_the_form_and_the_model(void **state)
{
	(void)state;
	complains(STAY("{\"name\":@\"isolaton\",\"type\":\"text\"}"), FORM_ERROR, "unknown_name", "");
	complains(STAY("{\"name\":\"description\",\"type\":\"text\",\"relevant\":\"1 = @${descripton}\"}"), FORM_ERROR, "unknown_name", "\"description\"");
	/* behind an escaped quote the column is that of the file */
	complains(STAY("{\"name\":\"description\",\"type\":\"text\",\"relevant\":\"'\\u00e9' = \\\"x\\\" or @${nothing} = 1\"}"), FORM_ERROR, "unknown_name", "nothing");
	complains(STAY("{\"name\":\"description\",\"type\":\"text\",\"relevant\":\"'\\ud83d\\ude00\\t\\/' != @${nothing}\"}"), FORM_ERROR, "unknown_name", "nothing");
	complains(STAY("{\"name\":\"description\",\"type\":\"text\",\"warning\":[{\"if\":\"@${/symptoms/onsetDat} = 1\",\"message\":\"m\"}]}"), FORM_ERROR, "unknown_name", "onsetDat");
	complains(CASE("{\"name\":\"region\",\"type\":\"reference region\",\"choice_filter\":\"@provinz = 'x'\"}"), FORM_ERROR, "unknown_name", "provinz");
	complains("{\"form\":\"f\",\"kind\":\"cases\",\"lists\":{\"l\":[{\"name\":\"a\",\"zone\":1}]},\"children\":[{\"name\":\"externalToken\",\"type\":\"select_one l\","
		"\"choice_filter\":\"zone = 1 and @zon = 2\"}]}", FORM_ERROR, "unknown_name", "zon");
	/* any name of the model, by its path from the root */
	fine(STAY("{\"name\":\"description\",\"type\":\"text\",\"relevant\":\"${/symptoms/onsetDate} != '' and ${/person/deathDate} = ''\"}"));
}

static void expressions_are_checked(void **state)
{
	(void)state;
	complains(STAY("{\"name\":\"description\",\"type\":\"text\",\"relevant\":\"1 +@\"}"), FORM_ERROR, "syntax", "too early");
	complains(STAY("{\"name\":\"description\",\"type\":\"text\",\"relevant\":\"@abc = 1\"}"), FORM_ERROR, "syntax", "${abc}");
	complains(STAY("{\"name\":\"description\",\"type\":\"text\",\"relevant\":\"1 = @tody()\"}"), FORM_ERROR, "unknown_function", "today");
	complains(STAY("{\"name\":\"description\",\"type\":\"text\",\"relevant\":\"@if(1, 2)\"}"), FORM_ERROR, "arguments", "3");
	complains(STAY("{\"name\":\"description\",\"type\":\"text\",\"constraint\":\"regex(., 'a@(b')\"}"), FORM_ERROR, "pattern", "");
	complains(STAY("{\"name\":\"description\",\"type\":\"text\",\"relevant\":\"(1 = 1) = @'true'\"}"), FORM_ERROR, "boolean_string", "true");
	complains(CASE("{\"name\":\"quarantineExtended\",\"type\":\"boolean\"},{\"name\":\"externalToken\",\"type\":\"text\",\"relevant\":\"${quarantineExtended} = @'true'\"}"),
		FORM_ERROR, "boolean_string", "true");
	complains(STAY("{\"name\":\"description\",\"type\":\"text\",\"relevant\":\"@'true' != ${/quarantineExtended}\"}"), FORM_ERROR, "boolean_string", "true");
	complains(STAY("{\"name\":\"description\",\"type\":\"text\",\"relevant\":\"((((((((((((((((((((((((((((((((@(1))))))))))))))))))))))))))))))))) = 1\"}"),
		FORM_ERROR, "nesting", "");
}

static void what_depends_on_itself_is_found(void **state)
{
	(void)state;
	complains(STAY("@{\"name\":\"description\",\"type\":\"text\",\"relevant\":\"${isolated} = 'YES'\"},{\"name\":\"isolated\",\"type\":\"select_one YesNoUnknown\",\"relevant\":\"${description} = 'x'\"}"),
		FORM_ERROR, "cycle", "description");
	complains(CASE("@{\"name\":\"a\",\"type\":\"calculate\",\"calculation\":\"${b} + 1\"},{\"name\":\"b\",\"type\":\"calculate\",\"calculation\":\"${a} + 1\"}"), FORM_ERROR, "cycle", "a");
	complains(CASE("@{\"name\":\"a\",\"type\":\"calculate\",\"calculation\":\"${a} + 1\"}"), FORM_ERROR, "cycle", "a");
	/* the same names in an item and outside are different fields */
	fine(STAY("{\"name\":\"isolated\",\"type\":\"select_one YesNoUnknown\",\"relevant\":\"${description} = 'x'\"},{\"name\":\"description\",\"type\":\"text\"},"
		"{\"name\":\"previousHospitalizations\",\"type\":\"repeat\",\"children\":[{\"name\":\"isolated\",\"type\":\"select_one YesNoUnknown\"},"
		"{\"name\":\"description\",\"type\":\"text\",\"relevant\":\"${isolated} = 'YES'\"}]}"));
	/* a field that is hidden is empty: it cannot show itself, nor can a group by what is in it */
	complains(STAY("@{\"name\":\"description\",\"type\":\"text\",\"relevant\":\"${description} != ''\"}"), FORM_ERROR, "cycle", "description");
	complains(STAY("@{\"name\":\"description\",\"type\":\"text\",\"relevant\":\". != ''\"}"), FORM_ERROR, "cycle", "description");
	complains(STAY("@{\"name\":\"g\",\"type\":\"group\",\"relevant\":\"${description} != ''\",\"children\":[{\"name\":\"description\",\"type\":\"text\"}]}"), FORM_ERROR, "cycle", "\"g\"");
	complains(STAY("@{\"name\":\"g\",\"type\":\"group\",\"relevant\":\"${isolated} = 'YES'\",\"children\":[{\"name\":\"description\",\"type\":\"text\"}]},"
		"{\"name\":\"isolated\",\"type\":\"select_one YesNoUnknown\",\"relevant\":\"${description} != ''\"}"), FORM_ERROR, "cycle", "\"g\"");
	/* by a path, upwards, and through the items of a repeat */
	complains(STAY("@{\"name\":\"description\",\"type\":\"text\",\"relevant\":\"${/hospitalization/isolated} = 'YES'\"},{\"name\":\"isolated\",\"type\":\"select_one YesNoUnknown\",\"relevant\":\"../description = 'x'\"}"),
		FORM_ERROR, "cycle", "description");
	complains(STAY("{\"name\":\"previousHospitalizations\",\"type\":\"repeat\",\"children\":[@{\"name\":\"admissionDate\",\"type\":\"date\",\"relevant\":"
		"\"count(${previousHospitalizations}[dischargeDate != '']) > 0\"},{\"name\":\"dischargeDate\",\"type\":\"date\",\"relevant\":\"${admissionDate} != ''\"}]}"), FORM_ERROR, "cycle", "admissionDate");
	complains(STAY("@{\"name\":\"description\",\"type\":\"text\",\"relevant\":\"sum(${previousHospitalizations}/icuLengthOfStay) > 0\"},{\"name\":\"previousHospitalizations\",\"type\":\"repeat\","
		"\"children\":[{\"name\":\"icuLengthOfStay\",\"type\":\"integer\",\"relevant\":\"${/hospitalization/description} != ''\"}]}"), FORM_ERROR, "cycle", "description");
	/* two cycles are said both */
	complains(CASE("{\"name\":\"a\",\"type\":\"calculate\",\"calculation\":\"${a} + 1\"},@{\"name\":\"b\",\"type\":\"calculate\",\"calculation\":\"${b} + 1\"}"), FORM_ERROR, "cycle", "\"b\"");
	/* once() reads the own value */
	fine(CASE("{\"name\":\"a\",\"type\":\"calculate\",\"calculation\":\"once(today())\"},{\"name\":\"b\",\"type\":\"calculate\",\"calculation\":\". + 1\"}"));
	/* a repeat may count itself */
	fine(STAY("{\"name\":\"previousHospitalizations\",\"type\":\"repeat\",\"relevant\":\"count(${previousHospitalizations}) > 0\",\"children\":[]}"));
}

/* A list that is shown by a field of its items; of_item: what shows that field. */
#define LIST(mark, of_item) mark "{\"name\":\"previousHospitalizations\",\"type\":\"repeat\",\"relevant\":\"count(${previousHospitalizations}[icuLengthOfStay > 0]) > 0\",\"children\":[" \
	"{\"name\":\"isolated\",\"type\":\"select_one YesNoUnknown\"},{\"name\":\"icuLengthOfStay\",\"type\":\"integer\",\"relevant\":\"" of_item "\"}]}"

static void a_list_that_goes_by_its_items_may_not_go_by_itself_through_what_stands_outside(void **state)
{
	(void)state;
	complains(STAY(LIST("@", "${/hospitalization/description} != ''") ",{\"name\":\"description\",\"type\":\"text\",\"relevant\":\"count(${previousHospitalizations}) > 0\"}"),
		FORM_ERROR, "cycle", "previousHospitalizations");
	complains(STAY("@{\"name\":\"description\",\"type\":\"text\",\"relevant\":\"count(${previousHospitalizations}) > 0\"}," LIST("", "${/hospitalization/description} != ''")),
		FORM_ERROR, "cycle", "description");
	complains(STAY(LIST("@", "${many}") ",{\"name\":\"many\",\"type\":\"calculate\",\"calculation\":\"count(${previousHospitalizations}) > 1\"}"),
		FORM_ERROR, "cycle", "previousHospitalizations");
	/* by another field of the item */
	complains(STAY("@{\"name\":\"previousHospitalizations\",\"type\":\"repeat\",\"relevant\":\"count(${previousHospitalizations}[icuLengthOfStay > 0]) > 0\",\"children\":["
		"{\"name\":\"isolated\",\"type\":\"select_one YesNoUnknown\",\"relevant\":\"${description} != ''\"},"
		"{\"name\":\"g\",\"type\":\"group\",\"relevant\":\"${isolated} = 'YES'\",\"children\":[{\"name\":\"icuLengthOfStay\",\"type\":\"integer\"}]}]},"
		"{\"name\":\"description\",\"type\":\"text\",\"relevant\":\"count(${previousHospitalizations}) > 0\"}"), FORM_ERROR, "cycle", "previousHospitalizations");
	/* what its fields go by may be outside, in the item, or the list itself */
	fine(STAY(LIST("", "${/hospitalization/description} != ''") ",{\"name\":\"description\",\"type\":\"text\"}"));
	fine(STAY(LIST("", "${isolated} = 'YES'")));
	fine(STAY(LIST("", "count(${previousHospitalizations}) > 1")));
	/* and who counts the list may be outside */
	fine(STAY(LIST("", "${isolated} = 'YES'") ",{\"name\":\"description\",\"type\":\"text\",\"relevant\":\"count(${previousHospitalizations}) > 0\"}"));
}

/* ${isolated} in an item means the form's field outside, also where the record's items have such a key: then it leads back here. */
static void a_name_that_the_items_have_only_in_the_record_is_the_field_outside(void **state)
{
	(void)state;
	fine(STAY("{\"name\":\"isolated\",\"type\":\"select_one YesNoUnknown\"},{\"name\":\"previousHospitalizations\",\"type\":\"repeat\",\"children\":["
		"{\"name\":\"description\",\"type\":\"text\",\"relevant\":\"${isolated} = 'YES'\"}]}"));
	complains(STAY("@{\"name\":\"isolated\",\"type\":\"select_one YesNoUnknown\",\"relevant\":\"count-non-empty(${description}) > 0\"},"
		"{\"name\":\"previousHospitalizations\",\"type\":\"repeat\",\"children\":[{\"name\":\"description\",\"type\":\"text\",\"relevant\":\"${isolated} = 'YES'\"}]}"),
		FORM_ERROR, "cycle", "isolated");
	complains(STAY("{\"name\":\"previousHospitalizations\",\"type\":\"repeat\",\"children\":[{\"name\":\"description\",\"type\":\"text\",\"relevant\":\"@${isolated} = 'YES'\"}]}"),
		FORM_ERROR, "unknown_name", "isolated");
}

static void the_form_may_narrow_the_model_but_not_contradict_it(void **state)
{
	(void)state;
	complains(STAY("{\"name\":@\"description\",\"type\":\"date\"}"), FORM_ERROR, "contradiction", "description");
	complains(STAY("{\"name\":@\"isolated\",\"type\":\"select_one CaseOutcome\"}"), FORM_ERROR, "contradiction", "isolated");
	complains(CASE("{\"name\":@\"region\",\"type\":\"reference district\"}"), FORM_ERROR, "contradiction", "region");
	complains("{\"form\":\"f\",\"kind\":\"cases\",\"lists\":{\"short\":[{\"name\":\"DECEASED\"},{\"name\":\"GONE\"}]},\"children\":[{\"name\":\"outcome\",\"type\":@\"select_one short\"}]}",
		FORM_ERROR, "contradiction", "GONE");
	fine("{\"form\":\"f\",\"kind\":\"cases\",\"lists\":{\"short\":[{\"name\":\"DECEASED\"},{\"name\":\"RECOVERED\"}]},\"children\":[{\"name\":\"outcome\",\"type\":\"select_one short\"}]}");
}

static void what_xlsform_has_and_this_has_not_is_named_with_its_replacement(void **state)
{
	(void)state;
	complains(STAY("{\"name\":\"isolated\",\"type\":@\"select_one YesNoUnknown or_other\"}"), FORM_ERROR, "unsupported", "OTHER");
	complains(STAY("{\"name\":\"isolated\",\"type\":@\"select_one_from_file x.csv\"}"), FORM_ERROR, "unsupported", "reference");
	complains(STAY("{\"name\":\"isolated\",\"type\":@\"audit\"}"), FORM_ERROR, "unsupported", "journal");
	complains(STAY("{\"name\":\"description\",\"type\":\"text\",\"calculation\":\"@pulldata('a', 'b', 'c', 'd')\"}"), FORM_ERROR, "unsupported", "reference");
	complains(STAY("{\"name\":\"isolated\",\"type\":\"select_one YesNoUnknown\",\"appearance\":@\"search('x')\"}"), FORM_ERROR, "unsupported", "reference");
	complains(STAY("{\"name\":\"description\",\"type\":\"text\",\"readonly\":@true}"), FORM_ERROR, "unsupported", "read_only");
	complains(STAY("{\"name\":\"description\",\"type\":\"text\",\"label::French (fr)\":@\"x\"}"), FORM_ERROR, "unsupported", "{\"en\"");
	complains(STAY("{\"name\":\"description\",\"type\":\"text\",\"bind::x\":@\"x\"}"), FORM_ERROR, "unsupported", "no other program");
	complains(STAY("{\"name\":\"g\",\"type\":@\"begin group\"}"), FORM_ERROR, "unsupported", "children");
	complains(STAY("{\"name\":\"g\",\"type\":@\"end repeat\"}"), FORM_ERROR, "unsupported", "children");
	complains(STAY("{\"name\":\"isolated\",\"type\":@\"select one YesNoUnknown\"}"), FORM_ERROR, "unsupported", "select_one");
	complains(STAY("{\"name\":\"description\",\"type\":@\"string\"}"), FORM_ERROR, "unsupported", "use text");
}

#define ISOLATED "{\"name\":\"isolated\",\"type\":\"select_one YesNoUnknown\"}"
#define ADMISSION(columns) "{\"name\":\"admissionDate\",\"type\":\"date\"," columns "}"

static void a_constant_that_no_list_has_is_doubted(void **state)
{
	(void)state;
	complains(STAY(ISOLATED "," ADMISSION("\"constraint\":\"${isolated} = @'YS'\"")), FORM_WARNING, "unknown_choice", "did you mean \"YES\"?");
	complains(STAY(ADMISSION("\"relevant\":\"@'DEAD' != ${/outcome}\"")), FORM_WARNING, "unknown_choice", "CaseOutcome");
	complains(STAY(ADMISSION("\"relevant\":\"disease('EVD @LASA')\"")), FORM_WARNING, "unknown_choice", "\"LASSA\"");
	complains(STAY(ADMISSION("\"relevant\":\"user-right('@CASE_EDITT')\"")), FORM_WARNING, "unknown_choice", "\"CASE_EDIT\"");
	complains(STAY(ADMISSION("\"relevant\":\"not(feature('@NOPE'))\"")), FORM_WARNING, "unknown_choice", "FeatureType");
	complains(STAY(ADMISSION("\"right\":@\"CASE_EDITT\"")), FORM_WARNING, "unknown_choice", "\"CASE_EDIT\"");
	fine(STAY(ISOLATED "," ADMISSION("\"relevant\":\"${isolated} = '' or ${isolated} = 'YES' or disease('EVD LASSA')\"")));
	fine("{\"form\":\"f\",\"kind\":\"cases\",\"path\":\"hospitalization\",\"lists\":{\"ward\":[{\"name\":\"A\",\"label\":\"a\"}]},"
		"\"children\":[{\"name\":\"description\",\"type\":\"select_one ward\",\"default\":\"A\",\"constraint\":\". = 'A'\"}]}");
}

static void a_default_is_a_value_of_its_field(void **state)
{
	(void)state;
	complains(STAY("{\"name\":\"isolated\",\"type\":\"select_one YesNoUnknown\",\"default\":@\"YS\"}"), FORM_ERROR, "unknown_choice", "\"YES\"");
	complains(STAY(ADMISSION("\"default\":@\"2026-13-01\"")), FORM_ERROR, "default", "today()");
	complains(STAY(ADMISSION("\"default\":@\"today\"")), FORM_ERROR, "default", "today()");
	complains(CASE("{\"name\":\"quarantineExtended\",\"type\":\"boolean\",\"default\":@\"yes\"}"), FORM_ERROR, "default", "true or false");
	fine(STAY("{\"name\":\"isolated\",\"type\":\"select_one YesNoUnknown\",\"default\":\"NO\"}," ADMISSION("\"default\":\"2026-11-19\"")));
	fine(STAY(ADMISSION("\"default\":\"today() - 1\"")));
}

static void a_column_that_does_nothing_is_said(void **state)
{
	(void)state;
	complains(STAY(ADMISSION("\"path\":@\"symptoms\"")), FORM_ERROR, "unknown_column", "only a group");
	complains(STAY(ADMISSION("\"choice_filter\":@\"name = 'A'\"")), FORM_ERROR, "unknown_column", "only a select");
	complains(STAY(ADMISSION("\"item_label\":@\"x\"")), FORM_ERROR, "unknown_column", "only a repeat");
	complains(STAY(ADMISSION("\"parameters\":@\"scale=10\"")), FORM_ERROR, "unknown_column", "only an integer");
	complains(STAY(ADMISSION("\"constraint_message\":@\"x\"")), FORM_WARNING, "unused", "no constraint");
	complains(STAY(ADMISSION("\"constraint\":[{\"if\":\". <= today()\"}],\"constraint_message\":@\"x\"")), FORM_WARNING, "unused", "in a list");
}

static void what_is_not_there_is_missed_where_it_should_stand(void **state)
{
	(void)state;
	complains(STAY(ISOLATED ",\n@{\"name\":\"g\",\"type\":\"group\",\"label\":\"G\"}"), FORM_ERROR, "missing", "children");
}

static void names_of_the_head_and_of_columns_get_a_proposal(void **state)
{
	(void)state;
	complains("{\"form\":\"f\",\"kind\":@\"case\",\"children\":[]}", FORM_ERROR, "unknown_name", "did you mean \"cases\"?");
	complains("{\"form\":\"f\",\"kind\":\"cases\",\"path\":@\"hospitalisation\",\"children\":[]}", FORM_ERROR, "unknown_name", "did you mean \"hospitalization\"?");
	complains(CASE("{\"name\":\"district\",\"type\":\"reference district\",\"choice_filter\":\"@regoin = 'x'\"}"), FORM_ERROR, "unknown_name", "did you mean \"region\"?");
	complains(CASE("{\"name\":\"district\",\"type\":\"reference district\",\"choice_filter\":\"@elsewhere = 'x'\"}"), FORM_ERROR, "unknown_name", "${elsewhere}");
	complains("{\"form\":\"f\",\"kind\":\"cases\",\"path\":\"hospitalization\",\"lists\":{\"ward\":[{\"name\":\"A\",\"zone\":\"N\"}]},"
		"\"children\":[{\"name\":\"description\",\"type\":\"select_one ward\",\"choice_filter\":\"@zonn = 'N'\"}]}", FORM_ERROR, "unknown_name", "\"zone\"");
}

static void a_constraint_that_looks_into_another_form_is_said_to_warn(void **state)
{
	(void)state;
	complains(STAY("{\"name\":\"admissionDate\",\"type\":\"date\",\"constraint\":@\"not(. < ${/symptoms/onsetDate})\"}"), FORM_WARNING, "other_form", "another form");
	complains(STAY("{\"name\":\"admissionDate\",\"type\":\"date\",\"constraint\":[{\"if\":\". <= today()\",\"message\":\"m\"},{\"if\":@\"${/reportDate} >= .\",\"message\":\"m\"}]}"),
		FORM_WARNING, "other_form", "another form");
	/* by the root, but on this form */
	fine(STAY("{\"name\":\"dischargeDate\",\"type\":\"date\"},{\"name\":\"admissionDate\",\"type\":\"date\",\"constraint\":\"not(. > ${/hospitalization/dischargeDate})\"}"));
}

static void limits_are_kept(void **state)
{
	struct buf b;
	(void)state;
	buf_init(&b, 0);
	buf_add_text(&b, "{\"form\":\"f\",\"kind\":\"cases\",\"children\":[");
	for (int i = 0; i < FORM_MAX_FIELDS + 5; i++)
		buf_printf(&b, "%s{\"name\":\"n%d\",\"type\":\"note\"}", i ? "," : "", i);
	buf_add_text(&b, "]}");
	struct loaded l = load(buf_text(&b));
	assert_int_equal(l.st, ST_INVALID);
	assert_string_equal(l.problems[0].code, "limit");
	done(&l);
	buf_clear(&b);
	/* a chain of fields that depend on one another in a row would be as deep a recursion */
	buf_add_text(&b, "{\"form\":\"f\",\"kind\":\"cases\",\"children\":[{\"name\":\"c1500\",\"type\":\"calculate\",\"calculation\":\"1\"}");
	for (int i = 0; i < 1500; i++)
		buf_printf(&b, ",{\"name\":\"c%d\",\"type\":\"calculate\",\"calculation\":\"${c%d} + 1\"}", i, i + 1);
	buf_add_text(&b, "]}");
	l = load(buf_text(&b));
	assert_int_equal(l.st, ST_INVALID);
	assert_string_equal(l.problems[0].code, "nesting");
	done(&l);
	buf_clear(&b);
	for (size_t i = 0; i <= FORM_MAX_BYTES; i++)
		buf_add_char(&b, ' ');
	l = load(buf_text(&b));
	assert_true(l.st == ST_INVALID || l.st == ST_LIMIT);
	done(&l);
	buf_clear(&b);
	/* groups in groups */
	buf_add_text(&b, "{\"form\":\"f\",\"kind\":\"cases\",\"children\":[");
	for (int i = 0; i < 12; i++)
		buf_printf(&b, "{\"name\":\"g%d\",\"type\":\"group\",\"children\":[", i);
	for (int i = 0; i < 12; i++)
		buf_add_text(&b, "]}");
	buf_add_text(&b, "]}");
	l = load(buf_text(&b));
	assert_int_equal(l.st, ST_OK);
	done(&l);
	buf_done(&b);
}

static void problems_come_in_the_order_of_the_file(void **state)
{
	(void)state;
	struct loaded l = load(STAY("{\"name\":\"description\",\"type\":\"text\",\"relevant\":\"${no1} = 1\"},\n{\"name\":\"no2\",\"type\":\"text\"},\n"
		"{\"name\":\"isolated\",\"type\":\"select_one YesNoUnknown\",\"relevant\":\"${no3} = 1\"}"));
	assert_int_equal(l.count, 3);
	assert_true(l.problems[0].line < l.problems[1].line && l.problems[1].line < l.problems[2].line);
	done(&l);
}

static void texts_may_be_a_sites_own_in_several_languages(void **state)
{
	(void)state;
	struct loaded l = load("{\"form\":\"f\",\"title\":{\"en\":\"Stay\",\"fr\":\"S\xc3\xa9jour\"},\"kind\":\"cases\",\"path\":\"hospitalization\",\"children\":["
		"{\"name\":\"description\",\"type\":\"text\",\"label\":{\"en\":\"Remarks\",\"fr\":\"Remarques\"},\"constraint\":\". = 'x'\",\"constraint_message\":{\"en\":\"Write x\",\"fr\":\"\xc3\x89" "crire x\"}},"
		"{\"name\":\"isolated\",\"type\":\"select_one YesNoUnknown\",\"label\":\"Isolated?\"}]}");
	assert_int_equal(l.st, ST_OK);
	assert_string_equal(form_title(l.form, "fr"), "S\xc3\xa9jour");
	assert_string_equal(form_title(l.form, "de"), "Stay");
	struct json *doc = fixture_json("{\"hospitalization\":{\"description\":\"y\"}}");
	struct form_env env = {.now_ms = FIXTURE_NOW, .editable = true, .language = "fr"};
	struct form_view *view = form_open(l.form, fixture_model, doc, &env);
	const struct form_row *row = form_row_find(view, "hospitalization.description");
	assert_string_equal(row->label.id, "Remarques");
	assert_true(row->label.own);
	assert_true(form_finding_at(view, 0)->own);
	assert_string_equal(form_finding_at(view, 0)->message.id, "\xc3\x89" "crire x");
	row = form_row_find(view, "hospitalization.isolated");
	assert_string_equal(row->label.context, "form:f.isolated");
	assert_false(row->label.own);
	form_close(view);
	json_free(doc);
	done(&l);
}

#define HINT_COLUMNS 30 /* the screen cuts what is longer */

static void check_hints(const char *file, const struct json *v, int *hints)
{
	for (const struct json *child = json_is_object(v) || json_is_array(v) ? json_first(v) : NULL; child; child = json_next(child)) {
		const char *text = json_is_object(v) && !strcmp(json_key(child), "hint") ? json_string(child) : NULL;
		*hints += text != NULL;
		if (text && text_count(text) > HINT_COLUMNS)
			fail_msg("%s: the hint \"%s\" has %zu columns, at most %d are shown", file, text, (size_t)text_count(text), HINT_COLUMNS);
		check_hints(file, child, hints);
	}
}

static void every_hint_of_our_forms_fits_its_column(void **state)
{
	(void)state;
	static const char *const files[] = {"case", "hospitalization", "new-case"};
	for (size_t i = 0; i < sizeof files / sizeof *files; i++) {
		char path[600];
		static char text[200000];
		snprintf(path, sizeof path, TOP_SRCDIR "/forms/%s.json", files[i]);
		FILE *f = fopen(path, "r");
		assert_non_null(f);
		size_t len = fread(text, 1, sizeof text - 1, f);
		fclose(f);
		text[len] = '\0';
		struct json *doc = fixture_json(text);
		int hints = 0;
		check_hints(files[i], doc, &hints);
		assert_true(hints > 5);
		json_free(doc);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(what_is_no_json_or_no_form_has_a_place),
		cmocka_unit_test(columns_and_types_are_checked_with_a_proposal),
		cmocka_unit_test(what_is_not_a_text_or_a_list_is_said_where_it_stands), cmocka_unit_test(a_name_is_one_that_an_expression_can_say),
		cmocka_unit_test(every_step_of_a_reference_is_checked),
		cmocka_unit_test(a_key_that_comes_twice_is_said_at_the_second),
		cmocka_unit_test(names_are_those_of_the_form_and_the_model),
		cmocka_unit_test(expressions_are_checked),
		cmocka_unit_test(what_depends_on_itself_is_found),
		cmocka_unit_test(a_list_that_goes_by_its_items_may_not_go_by_itself_through_what_stands_outside),
		cmocka_unit_test(a_name_that_the_items_have_only_in_the_record_is_the_field_outside),
		cmocka_unit_test(the_form_may_narrow_the_model_but_not_contradict_it),
		cmocka_unit_test(what_xlsform_has_and_this_has_not_is_named_with_its_replacement),
		cmocka_unit_test(a_constant_that_no_list_has_is_doubted),
		cmocka_unit_test(a_default_is_a_value_of_its_field),
		cmocka_unit_test(a_column_that_does_nothing_is_said),
		cmocka_unit_test(what_is_not_there_is_missed_where_it_should_stand),
		cmocka_unit_test(names_of_the_head_and_of_columns_get_a_proposal),
		cmocka_unit_test(a_constraint_that_looks_into_another_form_is_said_to_warn),
		cmocka_unit_test(limits_are_kept),
		cmocka_unit_test(problems_come_in_the_order_of_the_file),
		cmocka_unit_test(texts_may_be_a_sites_own_in_several_languages),
		cmocka_unit_test(every_hint_of_our_forms_fits_its_column),
	};
	return cmocka_run_group_tests_name("form_file", tests, fixture_open, fixture_close);
}
