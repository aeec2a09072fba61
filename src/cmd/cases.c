#include <stdio.h>
#include <string.h>

#include "app/list.h"
#include "cmd/internal.h"

static const struct cmd_option cases_options[] = { { "--where", true }, { "--search", true }, { "--json", false }, { "--csv", false },
	{ NULL, false } };

static void cases_print(const struct list_case *row)
{
	static const char marks[] = { ' ', '+', '*', '!' };
	char day[16] = "", age[24] = "-", *line;

	if (row->report_date != 0)
		date_print_day(date_day_of(row->report_date), day);
	if (row->age >= 0)
		err_number(age, list_years(row));
	line = mem_printf("%c%c %s  %-10s  %s  %s  %s  %s  %s  %s, %s", marks[row->state], row->open_conflicts > 0 ? 'C' : ' ', row->uuid, day,
		row->disease,
		row->classification, row->sex[0] == '\0' ? "-" : row->sex, age, row->facility, row->last_name, row->first_name);
	cmd_print_line(stdout, line);
	mem_free(line);
}

static int cases_run(struct cmd *cmd)
{
	struct list_filter filter = { .words = cmd_value(cmd, "--search"), .where = cmd_value(cmd, "--where") };
	struct list_page page;
	struct err err;
	enum status st;
	int status;
	size_t i;

	if (cmd_flag(cmd, "--json") && cmd_flag(cmd, "--csv"))
		return cmd_usage(cmd, N_("outpost: choose one of --json and --csv"), NULL);
	status = cmd_session(cmd, false);
	if (status != 0)
		return status;
	st = list_cases(cmd->session, &filter, 0, 0, &page, &err);
	if (st != ST_OK) {
		status = cmd_error(&err);
		/* A mistake in the expression is a mistake in the command. */
		return st == ST_INVALID && filter.where != NULL ? EXIT_USAGE : status;
	}
	if (cmd_flag(cmd, "--json")) {
		status = cmd_print_document(list_json(&page));
	} else if (cmd_flag(cmd, "--csv")) {
		status = cmd_print_csv(list_csv(&page));
	} else {
		for (i = 0; i < page.count; i++)
			cases_print(&page.rows[i]);
		status = cmd_flush(EXIT_DONE);
	}
	list_page_done(&page);
	return status;
}

const struct cmd_spec cmd_cases_spec = { "cases", "[--where EXPR] [--search WORDS] [--json|--csv]",
	N_("lists the cases, the newest report first; marks: + new, * edited, ! rejected, C conflict"), cases_options, 0, 0, cases_run };
