#include "keys.h"

#include <stdlib.h>
#include <string.h>
#include <strings.h>

enum keys_state { STATE_PLAIN, STATE_ESCAPE, STATE_CSI, STATE_CSI_LINUX, STATE_SS3, STATE_STRING, STATE_STRING_ESCAPE, STATE_UTF8 };

/* The first name of a key is the one that is shown, translated; scripts know all of them. */
static const struct { const char *name; int key; } key_names[] = {
	{ NC_("key", "Enter"), KEY_ENTER_CODE }, { "Return", KEY_ENTER_CODE }, { NC_("key", "Tab"), KEY_TAB_CODE }, { NC_("key", "Esc"), KEY_ESC_CODE },
	{ "Escape", KEY_ESC_CODE }, { NC_("key", "Space"), ' ' }, { NC_("key", "Up"), KEY_CODE_UP }, { NC_("key", "Down"), KEY_CODE_DOWN },
	{ NC_("key", "Left"), KEY_CODE_LEFT }, { NC_("key", "Right"), KEY_CODE_RIGHT }, { NC_("key", "Home"), KEY_CODE_HOME },
	{ NC_("key", "End"), KEY_CODE_END }, { NC_("key", "PgUp"), KEY_CODE_PAGE_UP }, { NC_("key", "PgDn"), KEY_CODE_PAGE_DOWN },
	{ "PageUp", KEY_CODE_PAGE_UP }, { "PageDown", KEY_CODE_PAGE_DOWN }, { NC_("key", "Insert"), KEY_CODE_INSERT },
	{ NC_("key", "Delete"), KEY_CODE_DELETE }, { "Del", KEY_CODE_DELETE }, { NC_("key", "Backspace"), KEY_CODE_BACKSPACE },
	{ NC_("key", "BackTab"), KEY_CODE_BACK_TAB }, { "Shift-Tab", KEY_CODE_BACK_TAB },
};

int key_from_name(const char *name)
{
	const char *at = name, *end = name + strlen(name);
	int32_t cp;
	size_t i;

	if (*name == '\0')
		return KEY_NONE;
	cp = text_next(&at, end);
	if (at == end)
		return cp >= 32 ? (int)cp : KEY_NONE;
	if (name[0] == '^' && name[2] == '\0')
		return (name[1] & 0x1f) == 0 ? KEY_NONE : name[1] & 0x1f;
	if (strncasecmp(name, "Ctrl-", 5) == 0 && name[5] != '\0' && name[6] == '\0')
		return name[5] & 0x1f;
	for (i = 0; i < sizeof(key_names) / sizeof(key_names[0]); i++)
		if (strcasecmp(name, key_names[i].name) == 0)
			return key_names[i].key;
	if ((name[0] == 'F' || name[0] == 'f') && name[1] >= '1' && name[1] <= '9') {
		long n = strtol(name + 1, NULL, 10);

		return n >= 1 && n <= 12 ? KEY_CODE_F1 + (int)n - 1 : KEY_NONE;
	}
	return KEY_NONE;
}

void keys_name(int key, char out[16])
{
	size_t i;

	memset(out, 0, 16);
	for (i = 0; i < sizeof(key_names) / sizeof(key_names[0]); i++) {
		if (key_names[i].key == key) {
			memcpy(out, key_names[i].name, strlen(key_names[i].name));
			return;
		}
	}
	if (key >= KEY_CODE_F1 && key <= KEY_CODE_F12) {
		char number[24];

		err_number(number, key - KEY_CODE_F1 + 1);
		out[0] = 'F';
		memcpy(out + 1, number, strlen(number));
	} else if (key > 0 && key < 32) {
		out[0] = '^';
		out[1] = (char)(key + 64);
	} else if (key >= 32 && key < KEY_SPECIAL) {
		text_put(key, out);
	}
}

void keys_init(struct keys *keys)
{
	memset(keys, 0, sizeof(*keys));
	buf_init(&keys->paste, KEYS_MAX_PASTE);
}

void keys_done(struct keys *keys)
{
	buf_done(&keys->paste);
}

void keys_define(struct keys *keys, const char *sequence, int key)
{
	size_t len = sequence == NULL ? 0 : strlen(sequence);

	if (len < 2 || len >= sizeof(keys->defined[0].sequence) || sequence[0] != '\033' || keys->defined_count == KEYS_MAX_DEFINED)
		return;
	memcpy(keys->defined[keys->defined_count].sequence, sequence, len + 1);
	keys->defined[keys->defined_count++].key = key;
}

bool keys_waiting(const struct keys *keys)
{
	return keys->state != STATE_PLAIN && !keys->pasting;
}

static int keys_find_defined(const struct keys *keys)
{
	size_t i;

	for (i = 0; i < keys->defined_count; i++)
		if (strlen(keys->defined[i].sequence) == keys->len && memcmp(keys->defined[i].sequence, keys->sequence, keys->len) == 0)
			return keys->defined[i].key;
	return KEY_NONE;
}

static int keys_letter(char final)
{
	switch (final) {
	case 'A': return KEY_CODE_UP;
	case 'B': return KEY_CODE_DOWN;
	case 'C': return KEY_CODE_RIGHT;
	case 'D': return KEY_CODE_LEFT;
	case 'H': return KEY_CODE_HOME;
	case 'F': return KEY_CODE_END;
	case 'Z': return KEY_CODE_BACK_TAB;
	case 'M': return KEY_ENTER_CODE;             /* SS3 M: Enter of the keypad */
	case 'P': case 'Q': case 'R': case 'S': return KEY_CODE_F1 + (final - 'P');
	default: return KEY_NONE;
	}
}

static int keys_number(long n)
{
	switch (n) {
	case 1: case 7: return KEY_CODE_HOME;
	case 2: return KEY_CODE_INSERT;
	case 3: return KEY_CODE_DELETE;
	case 4: case 8: return KEY_CODE_END;
	case 5: return KEY_CODE_PAGE_UP;
	case 6: return KEY_CODE_PAGE_DOWN;
	case 11: case 12: case 13: case 14: case 15: return KEY_CODE_F1 + (int)n - 11;
	case 17: case 18: case 19: case 20: case 21: return KEY_CODE_F1 + (int)n - 12;
	case 23: case 24: return KEY_CODE_F1 + (int)n - 13;
	default: return KEY_NONE;
	}
}

static void keys_reset(struct keys *keys)
{
	keys->state = STATE_PLAIN;
	keys->len = 0;
}

static void keys_end_csi(struct keys *keys, char final, keys_fn fn, void *ctx)
{
	int key = keys_find_defined(keys);
	long number = 0;

	if (keys->len < KEYS_MAX_SEQUENCE) {
		char text[KEYS_MAX_SEQUENCE + 1];

		memcpy(text, keys->sequence, keys->len);
		text[keys->len] = '\0';
		number = strtol(text + 2, NULL, 10);
	}
	if (final == '~' && number == 200) {
		keys->pasting = true;
		buf_clear(&keys->paste);
		keys_reset(keys);
		return;
	}
	if (key == KEY_NONE && final == '~')
		key = keys_number(number);
	else if (key == KEY_NONE && final == 'M' && keys->len == 3)
		keys->swallow = 3;                   /* X10 mouse: three bytes follow */
	else if (key == KEY_NONE && final != 'M')
		key = keys_letter(final);
	keys_reset(keys);
	if (key != KEY_NONE)
		fn(ctx, key, NULL);
}

static void keys_end_paste(struct keys *keys, keys_fn fn, void *ctx)
{
	static const char end_mark[] = "\033[201~";
	size_t len = keys->paste.len;
	struct buf text;
	const char *at, *end;
	int32_t before = 0;

	if (len >= sizeof(end_mark) - 1 && memcmp(keys->paste.data + len - (sizeof(end_mark) - 1), end_mark, sizeof(end_mark) - 1) == 0)
		len -= sizeof(end_mark) - 1;
	keys->pasting = false;
	buf_init(&text, 0);
	at = buf_text(&keys->paste);
	end = at + len;
	while (at < end) {
		char bytes[4];
		int32_t cp = text_next(&at, end);
		bool second = cp == '\n' && before == '\r';

		before = cp;
		if (cp == '\r')
			cp = '\n';
		if (cp == 0 || second)
			continue;
		buf_add(&text, bytes, text_put(cp, bytes));
	}
	fn(ctx, KEY_NONE, buf_text(&text));
	buf_done(&text);
	buf_clear(&keys->paste);
}

static void keys_feed_paste(struct keys *keys, char c, keys_fn fn, void *ctx)
{
	static const char end_mark[] = "\033[201~";

	/* Over the limit the text is left out, but its end still has to be found. */
	if (keys->paste.len >= KEYS_MAX_PASTE - 16) {
		memmove(keys->paste.data + keys->paste.len - 15, keys->paste.data + keys->paste.len - 14, 14);
		keys->paste.data[keys->paste.len - 1] = c;
	} else {
		buf_add_char(&keys->paste, c);
	}
	if (c == '~' && keys->paste.len >= sizeof(end_mark) - 1
			&& memcmp(keys->paste.data + keys->paste.len - (sizeof(end_mark) - 1), end_mark, sizeof(end_mark) - 1) == 0)
		keys_end_paste(keys, fn, ctx);
}

static size_t keys_utf8_length(unsigned char c)
{
	return c >= 0xf0 ? 4 : c >= 0xe0 ? 3 : 2;
}

static void keys_feed_plain(struct keys *keys, char c, keys_fn fn, void *ctx)
{
	unsigned char byte = (unsigned char)c;

	if (c == '\033') {
		keys->state = STATE_ESCAPE;
		keys->sequence[0] = c;
		keys->len = 1;
	} else if (byte == 0x7f || byte == 8) {
		fn(ctx, KEY_CODE_BACKSPACE, NULL);
	} else if (c == '\n') {
		fn(ctx, KEY_ENTER_CODE, NULL);       /* raw mode sends \r; who pipes text sends \n */
	} else if (byte >= 0xc2 && byte <= 0xf4) {
		keys->state = STATE_UTF8;
		keys->sequence[0] = c;
		keys->len = 1;
	} else if (byte != 0 && byte < 0x80) {
		fn(ctx, byte, NULL);
	}
}

static void keys_feed_byte(struct keys *keys, char c, keys_fn fn, void *ctx)
{
	unsigned char byte = (unsigned char)c;
	int key;

	if (keys->pasting) {
		keys_feed_paste(keys, c, fn, ctx);
		return;
	}
	if (keys->swallow > 0) {
		keys->swallow--;
		return;
	}
	if (keys->state != STATE_PLAIN && keys->state != STATE_UTF8 && keys->len < KEYS_MAX_SEQUENCE)
		keys->sequence[keys->len++] = c;
	switch ((enum keys_state)keys->state) {
	case STATE_PLAIN:
		keys_feed_plain(keys, c, fn, ctx);
		break;
	case STATE_UTF8:
		if ((byte & 0xc0) != 0x80) {
			keys_reset(keys);
			keys_feed_plain(keys, c, fn, ctx);
			break;
		}
		keys->sequence[keys->len++] = c;
		if (keys->len == keys_utf8_length((unsigned char)keys->sequence[0])) {
			const char *at = keys->sequence;
			bool valid = text_is_valid(at, keys->len);
			int32_t cp = text_next(&at, keys->sequence + keys->len);

			keys_reset(keys);
			if (valid && cp >= 0xa0)     /* C1 controls are no text */
				fn(ctx, cp, NULL);
		}
		break;
	case STATE_ESCAPE:
		if (c == '[')
			keys->state = STATE_CSI;
		else if (c == 'O')
			keys->state = STATE_SS3;
		else if (c == ']' || c == 'P' || c == '^' || c == '_' || c == 'X')
			keys->state = STATE_STRING;
		else if (c == '\033') {
			keys->len = 1;
			fn(ctx, KEY_ESC_CODE, NULL);
		} else {
			key = keys_find_defined(keys);
			keys_reset(keys);
			if (key != KEY_NONE)
				fn(ctx, key, NULL);
			/* else Alt with a key: never required, never typed */
		}
		break;
	case STATE_CSI:
		if (c == '[' && keys->len == 3)
			keys->state = STATE_CSI_LINUX;
		else if (byte >= 0x40 && byte <= 0x7e)
			keys_end_csi(keys, c, fn, ctx);
		else if (c == '\033') {
			keys->state = STATE_ESCAPE;
			keys->len = 1;
		} else if (byte < 0x20 || byte >= 0x7f) {
			keys_reset(keys);            /* broken off: the character is a key of its own */
			keys_feed_plain(keys, c, fn, ctx);
		}
		break;
	case STATE_CSI_LINUX:
		keys_reset(keys);
		if (c >= 'A' && c <= 'E')
			fn(ctx, KEY_CODE_F1 + (c - 'A'), NULL);
		break;
	case STATE_SS3:
		if ((c >= '0' && c <= '9') || c == ';')
			break;
		key = keys_find_defined(keys);
		if (key == KEY_NONE)
			key = keys_letter(c);
		keys_reset(keys);
		if (key != KEY_NONE)
			fn(ctx, key, NULL);
		break;
	case STATE_STRING:
		if (c == '\a')
			keys_reset(keys);
		else if (c == '\033')
			keys->state = STATE_STRING_ESCAPE;
		break;
	case STATE_STRING_ESCAPE:
		if (c == '\\')
			keys_reset(keys);
		else
			keys->state = STATE_STRING;
		break;
	}
}

void keys_feed(struct keys *keys, const char *bytes, size_t len, keys_fn fn, void *ctx)
{
	size_t i;

	for (i = 0; i < len; i++)
		keys_feed_byte(keys, bytes[i], fn, ctx);
}

void keys_timeout(struct keys *keys, keys_fn fn, void *ctx)
{
	bool lone = keys->state == STATE_ESCAPE;

	keys->swallow = 0;
	keys_reset(keys);
	if (lone)
		fn(ctx, KEY_ESC_CODE, NULL);
}
