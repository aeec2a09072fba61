/* What opening a form costs, and a change in it, beside one another: change ROWS... prints JSON lines. The form has a list of seven fields an item;
 * the least of several runs, CPU time of this process. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "form/form.h"

#define RUNS 7
#define CHANGES 50
#define ROWS_OF_AN_ITEM 8 /* its head and its fields */

static const char form_text[] = "{\"form\":\"bench\",\"title\":\"B\",\"kind\":\"cases\",\"path\":\"hospitalization\",\"children\":["
	"{\"name\":\"isolated\",\"type\":\"select_one YesNoUnknown\",\"label\":\"I\"},"
	"{\"name\":\"isolationDate\",\"type\":\"date\",\"label\":\"D\",\"relevant\":\"${isolated} = 'YES'\",\"constraint\":\". <= today()\"},"
	"{\"name\":\"description\",\"type\":\"text\",\"label\":\"T\"},"
	"{\"name\":\"durationOfHospitalization\",\"type\":\"integer\",\"label\":\"N\",\"warning\":\". >= count(${previousHospitalizations})\"},"
	"{\"name\":\"previousHospitalizations\",\"type\":\"repeat\",\"label\":\"L\",\"item_label\":\"${admissionDate}\",\"children\":["
	"{\"name\":\"admissionDate\",\"type\":\"date\",\"label\":\"A\",\"constraint\":\". <= today()\"},"
	"{\"name\":\"dischargeDate\",\"type\":\"date\",\"label\":\"D\",\"constraint\":\"not(. < ${admissionDate})\"},"
	"{\"name\":\"isolated\",\"type\":\"select_one YesNoUnknown\",\"label\":\"I\"},"
	"{\"name\":\"isolationDate\",\"type\":\"date\",\"label\":\"S\",\"relevant\":\"${isolated} = 'YES'\",\"constraint\":\". <= today()\"},"
	"{\"name\":\"icuLengthOfStay\",\"type\":\"integer\",\"label\":\"N\",\"required\":\"${isolated} = 'YES'\"},"
	"{\"name\":\"hospitalizationReason\",\"type\":\"select_one HospitalizationReasonType\",\"label\":\"R\"},"
	"{\"name\":\"description\",\"type\":\"text\",\"label\":\"T\"}]}]}";

static double cpu_ms(void)
{
	struct timespec t;
	clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &t);
	return (double)t.tv_sec * 1e3 + (double)t.tv_nsec / 1e6;
}

static struct json *document(size_t items)
{
	struct json *doc = json_new_object();
	struct json *stay = json_new_object();
	struct json *list = json_new_array();
	for (size_t i = 0; i < items; i++) {
		struct json *item = json_new_object();
		char *uuid = mem_printf("STAYAA-%06zu-AAAAAA-AAAAAA", i);
		json_set(item, "uuid", json_new_string(uuid));
		json_set(item, "admissionDate", json_new_int((int64_t)i * DATE_DAY_MS));
		json_set(item, "dischargeDate", json_new_int((int64_t)(i + 3) * DATE_DAY_MS));
		json_set(item, "isolated", json_new_string("NO"));
		mem_free(uuid);
		json_append(list, item);
	}
	json_set(stay, "previousHospitalizations", list);
	json_set(doc, "hospitalization", stay);
	json_set(doc, "disease", json_new_string("EVD"));
	return doc;
}

static double best(double a, double b)
{
	return a < b ? a : b;
}

/* Milliseconds of one change: another text each time. */
static double time_change(struct form_view *view, const char *path, const char *const typed[2])
{
	struct err err = {0};
	double start = cpu_ms();
	for (int i = 0; i < CHANGES; i++) {
		if (form_set_text(view, path, typed[i % 2], true, &err) == ST_OK)
			continue;
		fprintf(stderr, "%s cannot be changed\n", path);
		exit(1);
	}
	return (cpu_ms() - start) / CHANGES;
}

static void bench(const struct model *model, const struct form *form, size_t rows)
{
	size_t items = rows > 2 * ROWS_OF_AN_ITEM ? rows / ROWS_OF_AN_ITEM : 2;
	struct json *doc = document(items);
	struct form_env env = {.now_ms = INT64_C(1795341600000), .editable = true, .base = doc};
	double opening = 1e9, text = 1e9, relevant = 1e9, item = 1e9, back = 1e9, add = 1e9;
	char *in_item = mem_printf("hospitalization.previousHospitalizations[STAYAA-%06zu-AAAAAA-AAAAAA].isolated", items / 2);
	for (int i = 0; i < RUNS; i++) {
		double start = cpu_ms();
		struct form_view *view = form_open(form, model, doc, &env);
		opening = best(opening, cpu_ms() - start);
		rows = form_row_count(view);
		text = best(text, time_change(view, "hospitalization.description", (const char *const[2]){"a", "b"}));
		relevant = best(relevant, time_change(view, "hospitalization.isolated", (const char *const[2]){"YES", "NO"}));
		item = best(item, time_change(view, in_item, (const char *const[2]){"YES", "NO"}));
		start = cpu_ms();
		for (int k = 0; k < CHANGES && form_undo(view); k++)
			;
		back = best(back, (cpu_ms() - start) / CHANGES);
		struct rand r;
		struct err err = {0};
		char uuid[UUID_SIZE];
		rand_init(&r, 1);
		start = cpu_ms();
		if (form_add_item(view, "hospitalization.previousHospitalizations", &r, uuid, &err) != ST_OK)
			exit(1);
		add = best(add, cpu_ms() - start);
		form_close(view);
	}
	printf("{\"what\":\"form\",\"rows\":%zu,\"open_ms\":%.3f,\"text_ms\":%.4f,\"shows_another_ms\":%.4f,\"in_an_item_ms\":%.4f,\"undo_ms\":%.4f,\"add_item_ms\":%.3f,"
		"\"open_over_change\":%.0f}\n", rows, opening, text, relevant, item, back, add, opening / text);
	mem_free(in_item);
	json_free(doc);
}

int main(int argc, char **argv)
{
	struct err err = {0};
	struct model *model = NULL;
	struct form *form = NULL;
	struct form_problem *problems = NULL;
	size_t len = 0;
	size_t count = 0;
	const char *text = model_builtin(&len);
	if (date_set_zone("UTC", &err) != ST_OK || model_load(text, len, &model, &err) != ST_OK
		|| form_load(model, form_text, sizeof form_text - 1, &form, &problems, &count, &err) != ST_OK)
		return 1;
	for (int i = 1; i < argc; i++)
		bench(model, form, strtoul(argv[i], NULL, 10));
	mem_free(problems);
	form_free(form);
	model_free(model);
	return 0;
}
