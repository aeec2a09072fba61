/* Walks through protocol.md's behaviours over HTTP: conformance URL USER PASSWORD [--second USER PASSWORD]
 *
 * Against any SORMAS server and account; it stores made-up records of its own, with random uuids, and prints TAP. With OUTPOST_RECORDED
 * set to the folder of the recorded exchanges they are replayed, too - against a fresh training server only, as their uuids are fixed. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "world.h"

int main(int argc, char **argv)
{
	struct world w = {0};
	bool second = argc == 7 && strcmp(argv[4], "--second") == 0;
	if (argc != 4 && !second) {
		fputs("Usage: conformance URL USER PASSWORD [--second USER PASSWORD]\n", stderr);
		return 2;
	}
	w.me = (struct account){argv[2], argv[3]};
	if (second)
		w.second = (struct account){argv[5], argv[6]};
	client_start(argv[1]);
	if (!world_open(&w))
		return 1;
	const char *recorded = getenv("OUTPOST_RECORDED");
	test_wire(&w);
	test_records(&w);
	test_refusals(&w);
	test_effects(&w);
	test_reading(&w);
	if (recorded && *recorded)
		test_recorded(&w, recorded);
	else
		skip("recorded exchanges", "OUTPOST_RECORDED is not set");
	plan_done();
	world_close(&w);
	client_stop();
	return failures() ? 1 : 0;
}
