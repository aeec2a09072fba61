#!/bin/bash
# Every message of the program, of its forms and of its screens is in po/fr.po. TAP.
set -u
top=$(cd "${srcdir:-$(dirname "$0")/..}" && pwd) || exit 99
if ! command -v xgettext >/dev/null || ! command -v msgcmp >/dev/null; then
	echo '1..0 # SKIP gettext is not installed'
	exit 0
fi
work=$(mktemp -d) || exit 99
trap 'rm -rf "$work"' EXIT

n=0
failed=0
say() { # rule, what is wrong
	n=$((n + 1))
	if [ -z "$2" ]; then echo "ok $n - $1"; else
		echo "not ok $n - $1"
		printf '%s\n' "$2" | sed 's/^/# /'
		failed=1
	fi
}

# The options of po/Makevars, so that the two cannot differ.
read -ra options < <(sed -n '/^XGETTEXT_OPTIONS/,/[^\\]$/p' "$top/po/Makevars" | sed 's/^XGETTEXT_OPTIONS *= *//; s/\\$//' | tr '\n' ' ')
(cd "$top" && xgettext "${options[@]}" --files-from=po/POTFILES.in --output="$work/outpost.pot") || exit 99
say "every message has its French" "$(msgcmp "$top/po/fr.po" "$work/outpost.pot" 2>&1)"
say "po/outpost.pot, of which translators and the pictures of the screens are made, has every message" \
	"$(msgcmp --use-untranslated "$top/po/outpost.pot" "$work/outpost.pot" 2>&1)"
say "every file with messages is in po/POTFILES.in" "$(cd "$top" &&
	grep -lE '\b(N_|NC_|_)\("' src/{app,base,cmd,form,json,merge,model,net,sormas,store,sync}/*.c ui/*.c | grep -vxFf po/POTFILES.in)"
if command -v python3 >/dev/null; then
	(cd "$top" && python3 forms/extract forms/*.json) >"$work/form-texts.h"
	say "po/form-texts.h has the texts of the forms" "$(diff "$top/po/form-texts.h" "$work/form-texts.h" | head -20)"
fi
echo "1..$n"
exit "$failed"
