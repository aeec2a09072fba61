/* outpost-trainer: the training server as a program. */
#include <getopt.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "trainer/trainer.h"

enum { EXIT_DONE, EXIT_FAILED, EXIT_USAGE };

static const char usage[] =
	"Usage: outpost-trainer [--listen 127.0.0.1:PORT] [--data FILE] [--cases N] [--persons N] [--seed N]\n"
	"                       [--link KBIT,MS] [--pace MS] [--no-gzip] [--faults FILE] [--colleague]\n"
	"                       [--tls-certificate FILE --tls-key FILE]\n"
	"A training server with made-up people, for this machine only. See outpost-trainer(1).\n";

static void print_error(const struct err *err)
{
	char text[1024];
	err_text(err, text, sizeof text);
	fprintf(stderr, "outpost-trainer: %s\n", text);
}

static bool number(const char *text, int64_t min, int64_t max, int64_t *out)
{
	char *end;
	long long n = strtoll(text, &end, 10);
	if (!*text || *end || n < min || n > max)
		return false;
	*out = n;
	return true;
}

/* "9.6" kbit/s as bits a second. */
static bool bits_of(const char *text, int64_t *out)
{
	char *end;
	/* no sign, no exponent, no hexadecimal */
	if (!*text || text[strspn(text, "0123456789.")])
		return false;
	double kbit = strtod(text, &end);
	if (*end || kbit > 1000000)
		return false;
	*out = (int64_t)(kbit * 1000 + 0.5);
	return *out > 0 || kbit == 0;
}

static bool link_of(const char *text, struct trainer_options *o)
{
	char *copy = mem_strdup(text), *comma = strchr(copy, ',');
	if (comma)
		*comma = '\0';
	bool fine = bits_of(copy, &o->link_bps) && (!comma || number(comma + 1, 0, 600000, &o->link_ms));
	mem_free(copy);
	return fine;
}

static bool parse(int argc, char **argv, struct trainer_options *o)
{
	static const struct option options[] = {{"listen", required_argument, NULL, 'l'}, {"data", required_argument, NULL, 'd'},
		{"cases", required_argument, NULL, 'c'}, {"persons", required_argument, NULL, 'p'}, {"seed", required_argument, NULL, 's'},
		{"link", required_argument, NULL, 'k'}, {"pace", required_argument, NULL, 'a'}, {"no-gzip", no_argument, NULL, 'g'},
		{"faults", required_argument, NULL, 'f'}, {"colleague", no_argument, NULL, 'o'}, {"help", no_argument, NULL, 'h'},
		{"tls-certificate", required_argument, NULL, 'C'}, {"tls-key", required_argument, NULL, 'K'}, {"version", no_argument, NULL, 'v'}, {NULL, 0, NULL, 0}};
	int64_t seed = 1;
	bool fine = true;
	int c;
	while (fine && (c = getopt_long(argc, argv, "", options, NULL)) != -1) {
		switch (c) {
		case 'l': o->listen = optarg; break;
		case 'd': o->data = optarg; break;
		case 'c': fine = number(optarg, 0, TRAINER_CASES_MAX, &o->cases); break;
		case 'p': fine = number(optarg, 0, TRAINER_CASES_MAX, &o->persons); break;
		case 's': fine = number(optarg, 0, INT64_MAX, &seed); break;
		case 'k': fine = link_of(optarg, o); break;
		case 'a': fine = number(optarg, 0, 60000, &o->pace_ms); break;
		case 'g': o->no_gzip = true; break;
		case 'f': o->faults = optarg; break;
		case 'o': o->colleague = true; break;
		case 'C': o->tls_certificate = optarg; break;
		case 'K': o->tls_key = optarg; break;
		case 'h': fputs(usage, stdout); exit(EXIT_DONE);
		case 'v': puts("outpost-trainer " PACKAGE_VERSION); exit(EXIT_DONE);
		default: fine = false;
		}
	}
	o->seed = (uint64_t)seed;
	return fine && optind == argc && !o->tls_certificate == !o->tls_key;
}

static void on_stop(void *ctx, int signo)
{
	(void)signo;
	loop_stop(ctx);
}

int main(int argc, char **argv)
{
	struct trainer_options options;
	struct trainer *trainer = NULL;
	struct err err = {0};
	const char *url;
	trainer_options_init(&options);
	if (!parse(argc, argv, &options)) {
		fputs(usage, stderr);
		return EXIT_USAGE;
	}
	umask(077);
	signal(SIGPIPE, SIG_IGN);
	struct loop *loop = loop_new(NULL);
	int code = EXIT_FAILED;
	enum status st = trainer_new(&options, NULL, &trainer, &err);
	if (st == ST_OK)
		st = trainer_listen(trainer, loop, &url, &err);
	if (st != ST_OK) {
		print_error(&err);
		code = st == ST_INVALID || st == ST_REFUSED ? EXIT_USAGE : EXIT_FAILED;
		goto out;
	}
	printf("listening on %s\n", url);
	fflush(stdout);
	loop_on_signal(loop, SIGINT, on_stop, loop);
	loop_on_signal(loop, SIGTERM, on_stop, loop);
	loop_run(loop);
	code = EXIT_DONE;
out:
	trainer_free(trainer);
	loop_free(loop);
	return code;
}
