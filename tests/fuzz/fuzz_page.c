/* Any bytes as a server's answer: a page, a bundle, a list of uuids, an answer to a push. What is taken out lies inside of it. */
#include <stdlib.h>
#include <string.h>

#include "sormas/sormas.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	char *text = mem_strndup((const char *)data, size);
	struct sormas_page page;
	struct sormas_uuids uuids;
	struct sormas_bundle bundle;
	struct sormas_push push;
	if (sormas_split(text, size, INT64_C(1795341600000), &page, NULL) == ST_OK)
		sormas_page_done(&page);
	if (sormas_split_usable(text, size, INT64_C(1795341600000), &page, NULL) == ST_OK) {
		if (page.left_out == 0 && page.left_out_why != NULL)
			abort();
		sormas_page_done(&page);
	}
	if (sormas_split_uuids(text, size, &uuids, NULL) == ST_OK)
		sormas_uuids_done(&uuids);
	memset(&bundle, 0, sizeof bundle);
	if (sormas_split_bundle(text, size, &bundle, NULL) == ST_OK && size == 0)
		abort();
	sormas_read_push(207, text, size, 2, &push);
	sormas_push_done(&push);
	sormas_read_push(500, text, size, 1, &push);
	sormas_push_done(&push);
	mem_free(sormas_unquote(text, size));
	mem_free(sormas_reason(text, size));
	(void)sormas_classify(200, text, size, false);
	mem_free(text);
	return 0;
}
