/* Files that the build puts into the program (forms/embed): terminated by one with a NULL name. */
#ifndef OUTPOST_BASE_EMBED_H
#define OUTPOST_BASE_EMBED_H

#include <stddef.h>

struct embedded_file {
	const char *name; /* without its folder: "hospitalization.json" */
	const char *text; /* NUL-terminated */
	size_t len;
};

#endif
