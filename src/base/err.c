#include "base/err.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "base/message.h"
#include "base/text.h"

void message_set_args(struct message *msg, const char *context, const char *const *id_and_args)
{
	const char *const *args = id_and_args + 1;
	*msg = (struct message){.context = context, .id = id_and_args[0]};
	for (size_t i = 0; i < MESSAGE_ARGS && args[i]; i++) {
		size_t len = text_cut(args[i], MESSAGE_ARG_MAX - 1);
		memcpy(msg->arg[i], args[i], len);
		msg->arg[i][len] = '\0';
	}
}

void message_set_count_args(struct message *msg, int64_t n, const char *const *ids_and_args)
{
	message_set_args(msg, NULL, ids_and_args + 1);
	msg->many = msg->id;
	msg->id = ids_and_args[0];
	msg->count = n;
}

size_t message_fill(const struct message *msg, const char *template, char *out, size_t size)
{
	size_t n = 0;
	for (const char *p = template ? template : ""; *p;) {
		const char *add = p;
		size_t len = 1;
		size_t skip = 1;
		if (p[0] == '{' && p[1] >= '1' && p[1] < '1' + MESSAGE_ARGS && p[2] == '}') {
			add = msg->arg[p[1] - '1'];
			len = strlen(add);
			skip = 3;
		}
		for (size_t i = 0; i < len; i++, n++)
			if (n + 1 < size)
				out[n] = add[i];
		p += skip;
	}
	if (size) {
		size_t end = n < size ? n : size - 1;
		out[end] = '\0';
		if (end < n)
			out[text_cut(out, end)] = '\0';
	}
	return n;
}

size_t message_text(const struct message *msg, char *out, size_t size)
{
	return message_fill(msg, msg->many && msg->count != 1 ? msg->many : msg->id, out, size);
}

enum status err_set_args(struct err *err, enum status st, const char *const *id_and_args)
{
	if (err) {
		*err = (struct err){.status = st, .depth = 1};
		message_set_args(&err->msg[0], NULL, id_and_args);
	}
	return st;
}

enum status err_set_count_args(struct err *err, enum status st, int64_t n, const char *const *ids_and_args)
{
	if (err) {
		*err = (struct err){.status = st, .depth = 1};
		message_set_count_args(&err->msg[0], n, ids_and_args);
	}
	return st;
}

enum status err_wrap_args(struct err *err, const char *const *id_and_args)
{
	if (!err)
		return ST_FAILED;
	if (err->depth < ERR_DEPTH)
		err->depth++;
	for (int i = err->depth - 1; i > 0; i--)
		err->msg[i] = err->msg[i - 1];
	message_set_args(&err->msg[0], NULL, id_and_args);
	return err->status;
}

enum status err_at(struct err *err, int line, int column)
{
	if (!err)
		return ST_FAILED;
	err->line = line;
	err->column = column;
	return err->status;
}

size_t err_text(const struct err *err, char *out, size_t size)
{
	size_t n = 0;
	if (size)
		out[0] = '\0';
	if (err->line > 0) {
		int len = err->column > 0 ? snprintf(out, size, "line %d, column %d: ", err->line, err->column) : snprintf(out, size, "line %d: ", err->line);
		n = len > 0 ? (size_t)len : 0;
	}
	for (int i = 0; i < err->depth; i++) {
		char part[1024];
		message_text(&err->msg[i], part, sizeof part);
		const char *pieces[2] = {i ? ": " : "", part};
		for (size_t k = 0; k < 2; k++) {
			size_t len = strlen(pieces[k]);
			if (n < size) {
				size_t fits = len < size - n - 1 ? len : size - n - 1;
				memcpy(out + n, pieces[k], fits);
				out[n + fits] = '\0';
			}
			n += len;
		}
	}
	if (size && n >= size)
		out[text_cut(out, size - 1)] = '\0';
	return n;
}

const char *err_number(char buf[24], int64_t n)
{
	snprintf(buf, 24, "%" PRId64, n);
	return buf;
}
