/* Bytes of a terminal into keys (terminal.md "Keys"): CSI and SS3 forms under any TERM, bracketed paste; unknown sequences are swallowed
 * whole. */
#ifndef OUTPOST_UI_KEYS_H
#define OUTPOST_UI_KEYS_H

#include "base/base.h"

/* A key is a character (from 32 on), a control character (1-31) or one of these. */
enum key_code { KEY_NONE = 0, KEY_TAB_CODE = 9, KEY_ENTER_CODE = 13, KEY_ESC_CODE = 27, KEY_SPECIAL = 0x200000, KEY_CODE_UP, KEY_CODE_DOWN,
	KEY_CODE_LEFT,
	KEY_CODE_RIGHT, KEY_CODE_HOME, KEY_CODE_END, KEY_CODE_PAGE_UP, KEY_CODE_PAGE_DOWN, KEY_CODE_INSERT, KEY_CODE_DELETE, KEY_CODE_BACKSPACE,
		KEY_CODE_BACK_TAB,
	KEY_CODE_F1, KEY_CODE_F12 = KEY_CODE_F1 + 11 };

int key_from_name(const char *name);             /* "Enter", "Down", "^S", "F1", "x"; KEY_NONE: there is none */
void keys_name(int key, char out[16]);

#define KEYS_MAX_PASTE ((size_t)256 * 1024)      /* bytes of one paste; what is over is left out */
#define KEYS_MAX_SEQUENCE 64                     /* bytes of a control sequence; longer ones are swallowed, too */
#define KEYS_MAX_DEFINED 32

struct keys_defined { char sequence[16]; int key; };
struct keys {
	char sequence[KEYS_MAX_SEQUENCE];
	size_t len;
	int state;
	bool pasting, pasted_over;
	size_t swallow;                          /* bytes of a mouse report still to come */
	struct buf paste;
	struct keys_defined defined[KEYS_MAX_DEFINED];
	size_t defined_count;
};

/* paste: NULL, or the text of a paste (then key is KEY_NONE); valid UTF-8, line ends are \n; belongs to keys. */
typedef void (*keys_fn)(void *ctx, int key, const char *paste);

void keys_init(struct keys *keys);
void keys_done(struct keys *keys);
void keys_define(struct keys *keys, const char *sequence, int key);        /* of the terminal's description; begins with ESC */
void keys_feed(struct keys *keys, const char *bytes, size_t len, keys_fn fn, void *ctx);
bool keys_waiting(const struct keys *keys);      /* within a sequence: call keys_timeout() when nothing came for the escape delay */
void keys_timeout(struct keys *keys, keys_fn fn, void *ctx);               /* a lone ESC is the key Esc; half a sequence is dropped */

#endif
