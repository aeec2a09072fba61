#include "app/kinds.h"

enum status kind_named(const char *name, enum kind *out, struct err *err)
{
	if (!model_kind_from_name(name, out))
		return err_set(err, ST_INVALID, N_("there is no kind \"{1}\"; kinds are cases, persons, contacts …"), name);
	return ST_OK;
}
