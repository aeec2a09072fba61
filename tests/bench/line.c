/* line PORT TO KBIT MS: listens on 127.0.0.1:PORT (0: a free one, printed) and passes every connection on to 127.0.0.1:TO as a thin line would:
 * KBIT kbit/s each way, shared by all connections, MS milliseconds a round trip, one more of them before the first byte of a connection, 40 bytes of
 * TCP/IP in front of every 536. On SIGTERM one JSON line: connections, bytes each way (without and with those 40). */
#include <arpa/inet.h>
#include <errno.h>
#include <fcntl.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <poll.h>
#include <signal.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

#define PAIRS 64
#define SEGMENT 536
#define HEADER 40
#define QUEUE_MAX 256     /* segments of one direction that wait: a sender does not run ahead of the line for good */

struct segment { struct segment *next; int64_t due_us; size_t len, done; char data[SEGMENT]; };
struct way { struct segment *first, **last; int count; bool ended, shut; };
struct pair { int fd[2]; struct way way[2]; int64_t open_us; };      /* way 0: up, from fd 0 to fd 1 */

static struct pair pairs[PAIRS];
static int64_t free_us[2], payload[2], wire[2], connections;
static int64_t kbit, rtt_us;
static volatile sig_atomic_t stopped;

static void stop(int signo)
{
	(void)signo;
	stopped = 1;
}

static int64_t now_us(void)
{
	struct timespec t;
	clock_gettime(CLOCK_MONOTONIC, &t);
	return (int64_t)t.tv_sec * 1000000 + t.tv_nsec / 1000;
}

static void die(const char *what)
{
	perror(what);
	exit(1);
}

static struct sockaddr_in address(const char *port)
{
	struct sockaddr_in a;
	memset(&a, 0, sizeof a);
	a.sin_family = AF_INET;
	a.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
	a.sin_port = htons((uint16_t)strtol(port, NULL, 10));
	return a;
}

static void set_up(int fd)
{
	int on = 1;
	setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
	fcntl(fd, F_SETFL, O_NONBLOCK);
}

static void add_pair(int listener, const char *to)
{
	struct sockaddr_in a = address(to);
	int client = accept(listener, NULL, NULL);
	struct pair *p = NULL;
	for (int i = 0; i < PAIRS && !p; i++)
		if (pairs[i].fd[0] < 0)
			p = &pairs[i];
	int server = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
	if (client < 0)
		die("accept");
	if (!p || server < 0 || connect(server, (struct sockaddr *)&a, sizeof a) < 0) {
		close(client);
		if (server >= 0)
			close(server);
		return;
	}
	set_up(client);
	set_up(server);
	*p = (struct pair){.fd = {client, server}, .open_us = now_us() + rtt_us};
	p->way[0].last = &p->way[0].first;
	p->way[1].last = &p->way[1].first;
	connections++;
	wire[0] += HEADER;
	wire[1] += HEADER;
}

static void take(struct pair *p, int w)
{
	struct way *way = &p->way[w];
	struct segment *s = calloc(1, sizeof *s);
	if (!s)
		die("calloc");
	ssize_t n = read(p->fd[w], s->data, SEGMENT);
	if (n <= 0) {
		free(s);
		way->ended = n == 0 || (errno != EAGAIN && errno != EINTR);
		return;
	}
	int64_t from = now_us();
	if (from < p->open_us)
		from = p->open_us;
	if (from < free_us[w])
		from = free_us[w];
	s->len = (size_t)n;
	free_us[w] = from + (n + HEADER) * 8 * 1000 / kbit;
	s->due_us = free_us[w] + rtt_us / 2;
	payload[w] += n;
	wire[w] += n + HEADER;
	*way->last = s;
	way->last = &s->next;
	way->count++;
}

static void pass(struct pair *p, int w)
{
	struct way *way = &p->way[w];
	while (way->first && way->first->due_us <= now_us()) {
		struct segment *s = way->first;
		ssize_t n = write(p->fd[1 - w], s->data + s->done, s->len - s->done);
		if (n < 0 && (errno == EAGAIN || errno == EINTR))
			return;
		if (n >= 0 && (s->done += (size_t)n) < s->len)
			return;
		way->ended = way->ended || n < 0;
		way->first = s->next;
		if (!way->first)
			way->last = &way->first;
		way->count--;
		free(s);
	}
	if (way->ended && !way->first && !way->shut) {
		shutdown(p->fd[1 - w], SHUT_WR);
		way->shut = true;
	}
}

static void drop(struct pair *p)
{
	for (int w = 0; w < 2; w++) {
		close(p->fd[w]);
		for (struct segment *s = p->way[w].first, *next; s; s = next) {
			next = s->next;
			free(s);
		}
	}
	p->fd[0] = -1;
}

int main(int argc, char **argv)
{
	struct sigaction action = {.sa_handler = stop};
	socklen_t len = sizeof(struct sockaddr_in);
	int on = 1;
	if (argc != 5 || (kbit = strtol(argv[3], NULL, 10)) <= 0) {
		fprintf(stderr, "usage: line PORT TO KBIT MS\n");
		return 2;
	}
	rtt_us = strtol(argv[4], NULL, 10) * 1000;
	sigaction(SIGTERM, &action, NULL);
	sigaction(SIGINT, &action, NULL);
	signal(SIGPIPE, SIG_IGN);
	struct sockaddr_in a = address(argv[1]);
	int listener = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
	setsockopt(listener, SOL_SOCKET, SO_REUSEADDR, &on, sizeof on);
	if (listener < 0 || bind(listener, (struct sockaddr *)&a, sizeof a) < 0 || listen(listener, PAIRS) < 0 || getsockname(listener, (struct sockaddr *)&a, &len) < 0)
		die("listen");
	printf("%d\n", ntohs(a.sin_port));
	fflush(stdout);
	for (int i = 0; i < PAIRS; i++)
		pairs[i].fd[0] = -1;
	while (!stopped) {
		struct pollfd fds[1 + 2 * PAIRS];
		int64_t now = now_us(), wait = 1000000;
		fds[0] = (struct pollfd){.fd = listener, .events = POLLIN};
		for (int i = 0; i < PAIRS; i++)
			for (int w = 0; w < 2; w++) {
				struct pair *p = &pairs[i];
				struct way *way = &p->way[w];
				bool reads = p->fd[0] >= 0 && !way->ended && way->count < QUEUE_MAX;
				fds[1 + 2 * i + w] = (struct pollfd){.fd = reads ? p->fd[w] : -1, .events = POLLIN};
				if (p->fd[0] >= 0 && way->first && way->first->due_us - now < wait)
					wait = way->first->due_us > now ? way->first->due_us - now : 1000;
			}
		if (poll(fds, 1 + 2 * PAIRS, (int)((wait + 999) / 1000)) < 0 && errno != EINTR)
			die("poll");
		if (fds[0].revents & POLLIN)
			add_pair(listener, argv[2]);
		for (int i = 0; i < PAIRS; i++) {
			struct pair *p = &pairs[i];
			for (int w = 0; w < 2 && p->fd[0] >= 0; w++) {
				if (fds[1 + 2 * i + w].fd >= 0 && fds[1 + 2 * i + w].revents)
					take(p, w);
				pass(p, w);
			}
			if (p->fd[0] >= 0 && p->way[0].shut && p->way[1].shut)
				drop(p);
		}
	}
	printf("{\"connections\":%lld,\"up\":%lld,\"down\":%lld,\"up_with_tcp\":%lld,\"down_with_tcp\":%lld}\n", (long long)connections, (long long)payload[0],
		(long long)payload[1], (long long)wire[0], (long long)wire[1]);
	return 0;
}
