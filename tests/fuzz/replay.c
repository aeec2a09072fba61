/* Runs a fuzz target over its committed corpus, one TAP line a file, so that what was once found stays found without a fuzzer. */
#include <dirent.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static int by_name(const struct dirent **a, const struct dirent **b)
{
	return strcmp((*a)->d_name, (*b)->d_name);
}

int main(void)
{
	static const char dir[] = TOP_SRCDIR "/tests/fuzz/corpus/" FUZZ_TARGET;
	struct dirent **names = NULL;
	int count = scandir(dir, &names, NULL, by_name);
	int n = 0;
	for (int i = 0; i < count; i++) {
		char path[4096];
		snprintf(path, sizeof path, "%s/%s", dir, names[i]->d_name);
		if (names[i]->d_name[0] != '.') {
			FILE *file = fopen(path, "rb");
			static uint8_t data[1 << 20];
			size_t len = file ? fread(data, 1, sizeof data, file) : 0;
			if (file)
				fclose(file);
			/* an exact copy, so that a sanitizer sees a read past the end */
			uint8_t *exact = malloc(len ? len : 1);
			if (!exact)
				abort();
			memcpy(exact, data, len);
			LLVMFuzzerTestOneInput(exact, len);
			free(exact);
			printf("%s %d - %s survives %s\n", file ? "ok" : "not ok", ++n, FUZZ_TARGET, names[i]->d_name);
			fflush(stdout);
		}
		free(names[i]);
	}
	free(names);
	printf("1..%d\n", n);
	return n == 0;
}
