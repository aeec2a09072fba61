#include "app/secret.h"

#include <errno.h>
#include <fcntl.h>
#include <keyutils.h>
#include <poll.h>
#include <signal.h>
#include <sodium.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

#define SECRET_COMMAND_MS 20000

/* Argon2id with the memory that OWASP names as the least (19 MiB): the whole program has 40 MB (quality.md "Benchmarks"). Seven passes make
 * up for it: memory times passes is what libsodium's INTERACTIVE has with 64 MiB and two. A hash carries its own costs. */
#define SECRET_HASH_BYTES ((size_t)19 << 20)
#define SECRET_HASH_PASSES 7

static bool secret_ready(void)
{
	return sodium_init() >= 0;
}

enum status secret_hold(struct session *session, const char *password, struct err *err)
{
	size_t len = strlen(password);
	char *copy;

	if (len == 0 || len > SECRET_MAX)
		return err_set(err, ST_INVALID, N_("the password is empty or too long"));
	if (!secret_ready() || (copy = sodium_malloc(len + 1)) == NULL)
		return err_set(err, ST_FAILED, N_("there is no locked memory for the password"));
	/* A crash must not write the password to a core file. */
	(void)prctl(PR_SET_DUMPABLE, 0, 0, 0, 0);
	memcpy(copy, password, len + 1);
	secret_forget(session);
	session->password = copy;
	return ST_OK;
}

void secret_forget(struct session *session)
{
	sodium_free(session->password);
	session->password = NULL;
}

enum status secret_store_hash(struct session *session, const char *password, struct err *err)
{
	char hash[crypto_pwhash_STRBYTES];
	enum status st;

	if (!secret_ready()
		|| crypto_pwhash_str(hash, password, strlen(password), SECRET_HASH_PASSES, SECRET_HASH_BYTES) != 0)
		return err_set(err, ST_FAILED, N_("the password could not be prepared for use without a connection"));
	st = store_set_setting(session->store, STATE_HASH, hash, err);
	if (st == ST_OK)
		st = store_set_setting(session->store, STATE_FAILURES, NULL, err);
	if (st == ST_OK)
		st = store_set_setting(session->store, STATE_FAILED_AT, NULL, err);
	return st;
}

int64_t secret_delay_ms(int64_t failures)
{
	int64_t delay = 2000;

	if (failures < SECRET_FREE_TRIES)
		return 0;
	for (failures -= SECRET_FREE_TRIES; failures > 0 && delay < SECRET_MAX_DELAY_MS; failures--)
		delay *= 2;
	return delay < SECRET_MAX_DELAY_MS ? delay : SECRET_MAX_DELAY_MS;
}

enum status secret_verify(struct session *session, const char *password, struct err *err)
{
	int64_t failures = store_setting_int(session->store, STATE_FAILURES, 0), failed_at = store_setting_int(session->store, STATE_FAILED_AT, 0);
	int64_t now = session_now(session), wait;
	char *hash = store_setting(session->store, STATE_HASH), number[24];
	enum status st = ST_OK;
	bool same;

	if (hash == NULL)
		return err_set(err, ST_NOT_FOUND, N_("nobody has signed in here yet"));
	wait = secret_delay_ms(failures);
	/* A clock that was set back must not lock anybody out for longer than the delay itself. */
	if (wait > 0 && now >= failed_at && now - failed_at < wait) {
		int64_t seconds = (wait - (now - failed_at) + 999) / 1000;

		st = err_set_count(err, ST_LATER, seconds, NN_("too many wrong passwords: try again in {1} second",
			"too many wrong passwords: try again in {1} seconds"), err_number(number, seconds));
		goto out;
	}
	if (!secret_ready()) {
		st = err_set(err, ST_FAILED, N_("the password cannot be checked on this machine"));
		goto out;
	}
	/* Counted before the check: ending the program in between must not give a free try. */
	st = store_set_setting(session->store, STATE_FAILURES, err_number(number, failures + 1), err);
	if (st == ST_OK)
		st = store_set_setting(session->store, STATE_FAILED_AT, err_number(number, now), err);
	if (st != ST_OK)
		goto out;
	same = strlen(password) <= SECRET_MAX && crypto_pwhash_str_verify(hash, password, strlen(password)) == 0;
	if (!same) {
		log_write(session->log, LOG_WARN, "wrong password, %lld in a row", (long long)failures + 1);
		st = err_set(err, ST_REFUSED, N_("this is not the password; if it changed on the server: `outpost login`"));
		goto out;
	}
	st = store_set_setting(session->store, STATE_FAILURES, NULL, err);
	/* A hash of an earlier version: the password is known now. If it cannot be stored the old one still serves. */
	if (st == ST_OK && crypto_pwhash_str_needs_rehash(hash, SECRET_HASH_PASSES, SECRET_HASH_BYTES) == 1
		&& secret_store_hash(session, password, NULL) != ST_OK)
		log_write(session->log, LOG_WARN, "the password's hash could not be brought up to date");
out:
	mem_free(hash);
	return st;
}

/* ---- the keyring ---- */

/* One key a profile folder, server and user, so that two profiles of one person do not mix. */
static char *secret_key_name(const struct session *session)
{
	return mem_printf("outpost:%s:%s:%s", session->dir, session->server == NULL ? "" : session->server, session->user == NULL ? ""
		: session->user);
}

bool secret_keep(struct session *session, const char *password)
{
	char *name = secret_key_name(session);
	key_serial_t key = add_key("user", name, password, strlen(password), KEY_SPEC_USER_KEYRING);
	bool kept = key >= 0;

	if (kept && (keyctl_setperm(key, KEY_POS_ALL | KEY_USR_ALL) != 0 || keyctl_set_timeout(key, SECRET_KEEP_S) != 0)) {
		/* Without a timeout it must not stay. */
		keyctl_unlink(key, KEY_SPEC_USER_KEYRING);
		kept = false;
	}
	mem_free(name);
	return kept;
}

static key_serial_t secret_find_key(struct session *session)
{
	char *name = secret_key_name(session);
	long key = keyctl_search(KEY_SPEC_USER_KEYRING, "user", name, 0);

	mem_free(name);
	return key < 0 ? -1 : (key_serial_t)key;
}

void secret_unkeep(struct session *session)
{
	key_serial_t key = secret_find_key(session);

	if (key >= 0) {
		keyctl_revoke(key);
		keyctl_unlink(key, KEY_SPEC_USER_KEYRING);
	}
}

char *secret_kept(struct session *session)
{
	char line[SECRET_MAX + 1], *password = NULL;
	key_serial_t key = secret_find_key(session);
	long len;

	if (key < 0)
		return NULL;
	len = keyctl_read(key, line, SECRET_MAX);
	if (len > 0 && len <= SECRET_MAX && text_is_valid(line, (size_t)len))
		password = mem_strndup(line, (size_t)len);
	sodium_memzero(line, sizeof(line));
	return password;
}

void secret_wipe(char *password)
{
	if (password == NULL)
		return;
	sodium_memzero(password, strlen(password));
	mem_free(password);
}

static int64_t secret_mono(void)
{
	return clock_mono(&clock_system);
}

char *secret_from_command(const char *command)
{
	char line[SECRET_MAX + 2], *password = NULL;
	int64_t end = secret_mono() + SECRET_COMMAND_MS;
	bool ended = false, over = false;
	int fds[2], status = 0;
	size_t len = 0;
	pid_t child;

	if (command == NULL || *command == '\0' || pipe2(fds, O_CLOEXEC) != 0)
		return NULL;
	child = fork();
	if (child < 0) {
		close(fds[0]);
		close(fds[1]);
		return NULL;
	}
	if (child == 0) {
		dup2(fds[1], STDOUT_FILENO);
		execl("/bin/sh", "sh", "-c", command, (char *)NULL);
		_exit(127);
	}
	close(fds[1]);
	while (!ended) {
		struct pollfd wait = { .fd = fds[0], .events = POLLIN };
		int64_t left = end - secret_mono();
		char rest[256];
		ssize_t got;

		if (left <= 0 || poll(&wait, 1, (int)left) < 0) {
			if (left > 0 && errno == EINTR)
				continue;
			break;
		}
		if (wait.revents == 0)
			continue;
		/* The first line is kept, the rest read and dropped so that the command is not ended by a closed pipe. */
		if (over || len >= sizeof(line) - 1)
			got = read(fds[0], rest, sizeof(rest));
		else
			got = read(fds[0], line + len, 1);
		if (got < 0 && errno == EINTR)
			continue;
		if (got <= 0) {
			ended = got == 0;
			break;
		}
		if (over || len >= sizeof(line) - 1)
			continue;
		if (line[len] == '\n')
			over = true;
		else
			len++;
	}
	close(fds[0]);
	if (!ended)
		kill(child, SIGTERM);
	while (waitpid(child, &status, 0) < 0 && errno == EINTR)
		;
	if (len > 0 && line[len - 1] == '\r')
		len--;
	if (ended && WIFEXITED(status) && WEXITSTATUS(status) == 0 && len > 0 && len <= SECRET_MAX && text_is_valid(line, len))
		password = mem_strndup(line, len);
	sodium_memzero(line, sizeof(line));
	return password;
}
