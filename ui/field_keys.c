/* The keys that move and delete in a line of text, the same wherever one types. */
#include "internal.h"

bool field_act(struct field *field, enum action action)
{
	switch ((int)action) {
	case ACTION_LEFT: field_left(field); break;
	case ACTION_RIGHT: field_right(field); break;
	case ACTION_HOME: field_home(field); break;
	case ACTION_END: field_end(field); break;
	case ACTION_DELETE: field_delete(field); break;
	case ACTION_BACKSPACE: field_backspace(field); break;
	case ACTION_KILL: field_kill(field); break;
	default: return false;
	}
	return true;
}
