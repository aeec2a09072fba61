/* Outpost: the terminal program and its commands. */
#include <fcntl.h>
#include <string.h>
#include <unistd.h>

#include "app/session.h"
#include "base/base.h"
#include "cmd/cmd.h"
#include "ui/ui.h"

/* Translations lie beside the program in a build that is not installed; else where they were installed. */
static char *main_find_locale(void)
{
	char exe[4096];
	ssize_t n = readlink("/proc/self/exe", exe, sizeof exe - 1);
	char *slash;
	char *beside;

	if (n <= 0)
		return mem_strdup(LOCALEDIR);
	exe[n] = '\0';
	slash = strrchr(exe, '/');
	if (slash != NULL)
		*slash = '\0';
	beside = path_join(exe, "locale");
	if (path_exists(beside))
		return beside;
	mem_free(beside);
	return mem_strdup(LOCALEDIR);
}

static int main_run_screens(struct session *session, bool plain)
{
	struct ui_options options = { .plain = plain };

	return ui_run(session, &options);
}

static int main_run_script(const char *file, const char *data)
{
	return ui_script_in(file, data);
}

/* A closed descriptor of the three would be given to the next file that is opened: an answer with names in it was seen in the log. What takes the
 * place cannot be written to (0: read), so that the answer is known to be lost. */
static void main_fill_descriptors(void)
{
	int fd;

	for (fd = STDIN_FILENO; fd <= STDERR_FILENO; fd++)
		if (fcntl(fd, F_GETFD) < 0 && open("/dev/null", fd == STDIN_FILENO ? O_WRONLY : O_RDONLY) != fd)
			_exit(EXIT_FAILED);
}

int main(int argc, char **argv)
{
	struct cmd_screen screen = { main_run_screens, main_run_script };
	char *locale;
	int status;

	main_fill_descriptors();
	locale = main_find_locale();
	i18n_init(locale);
	status = cmd_main(argc, argv, &screen);
	mem_free(locale);
	return status;
}
