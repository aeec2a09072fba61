/* measure LABEL COMMAND...: runs a command and prints one JSON line with its wall time, CPU time and peak memory. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

static double seconds(struct timeval t)
{
	return (double)t.tv_sec + (double)t.tv_usec / 1e6;
}

int main(int argc, char **argv)
{
	if (argc < 3) {
		fprintf(stderr, "usage: measure LABEL COMMAND [ARGUMENT...]\n");
		return 2;
	}
	struct timespec start, end;
	clock_gettime(CLOCK_MONOTONIC, &start);
	pid_t pid = fork();
	if (pid < 0) {
		perror("fork");
		return 1;
	}
	if (pid == 0) {
		/* the figures go to standard output; what the command prints goes to standard error */
		dup2(STDERR_FILENO, STDOUT_FILENO);
		execvp(argv[2], argv + 2);
		perror(argv[2]);
		_exit(127);
	}
	int status = 0;
	struct rusage use;
	memset(&use, 0, sizeof use);
	if (wait4(pid, &status, 0, &use) < 0) {
		perror("wait4");
		return 1;
	}
	clock_gettime(CLOCK_MONOTONIC, &end);
	double wall = (double)(end.tv_sec - start.tv_sec) + (double)(end.tv_nsec - start.tv_nsec) / 1e9;
	int code = WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status);
	printf("{\"bench\":\"%s\",\"exit\":%d,\"wall_s\":%.3f,\"cpu_s\":%.3f,\"peak_mb\":%.1f}\n", argv[1], code, wall,
		seconds(use.ru_utime) + seconds(use.ru_stime), (double)use.ru_maxrss / 1024.0);
	return code;
}
