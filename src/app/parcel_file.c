/* Where files of edits lie: what is proposed for a new one, which one is there, what a typed name means. */
#include <glob.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "app/parcel.h"

#define PARCEL_NAME "outpost-edits-"
#define PARCEL_NAMES_MAX 1000

/* The person's folder; where it cannot be written, the profile's. */
static const char *parcel_folder(struct session *session)
{
	const char *home = getenv("HOME");

	return home != NULL && home[0] == '/' && access(home, W_OK | X_OK) == 0 ? home : session_dir(session);
}

char *parcel_typed_path(struct session *session, const char *typed)
{
	if (typed[0] == '/')
		return mem_strdup(typed);
	return mem_printf("%s/%s", parcel_folder(session), text_starts(typed, "~/") ? typed + 2 : typed);
}

char *parcel_propose_path(struct session *session)
{
	char day[16];

	date_print_day(date_day_of(session_now(session)), day);
	for (int i = 1;; i++) {
		char *name = i == 1 ? mem_printf(PARCEL_NAME "%s", day) : mem_printf(PARCEL_NAME "%s-%d", day, i),
			*path = parcel_typed_path(session, name);

		mem_free(name);
		if (i == PARCEL_NAMES_MAX || !path_exists(path))
			return path;
		mem_free(path);
	}
}

/* The newer of *found and the files that match; pattern is given back. */
static void parcel_look(char *pattern, char **found, time_t *newest)
{
	glob_t seen;
	struct stat st;

	if (glob(pattern, GLOB_NOSORT, NULL, &seen) == 0) {
		for (size_t i = 0; i < seen.gl_pathc; i++) {
			if (stat(seen.gl_pathv[i], &st) != 0 || !S_ISREG(st.st_mode) || (*found != NULL && st.st_mtime <= *newest))
				continue;
			mem_free(*found);
			*found = mem_strdup(seen.gl_pathv[i]);
			*newest = st.st_mtime;
		}
		globfree(&seen);
	}
	mem_free(pattern);
}

char *parcel_find_path(struct session *session)
{
	/* Where memory sticks appear. */
	static const char *const places[] = { "/media/*/", "/media/*/*/", "/run/media/*/*/", "/mnt/", "/mnt/*/" };
	char *found = NULL, *here = parcel_typed_path(session, PARCEL_NAME "*");
	time_t newest = 0;

	parcel_look(here, &found, &newest);
	for (size_t i = 0; i < sizeof(places) / sizeof(places[0]); i++)
		parcel_look(mem_printf("%s%s*", places[i], PARCEL_NAME), &found, &newest);
	return found;
}
