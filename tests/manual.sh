#!/bin/bash
# The manual page, `outpost help` and the shell's completion name the same commands and options, and the program takes just these. The keys are
# compared in tests/unit/test_ui_keymap.c. TAP.
# shellcheck disable=SC2034,SC2317
set -u
top=$(cd "${srcdir:-$(dirname "$0")/..}" && pwd) || exit 99
outpost=${OUTPOST:-./outpost}
work=$(mktemp -d) || exit 99
trap 'rm -rf "$work"' EXIT
export LC_ALL=C.UTF-8 LANGUAGE=C OUTPOST_DATA=$work/none
# shellcheck source=/dev/null
. "$top/completion/outpost.bash"

n=0
failed=0
same() { # rule, what each of two says: one word a line
	n=$((n + 1))
	local differs
	if differs=$(diff <(sort -u <<<"$2") <(sort -u <<<"$3")); then
		echo "ok $n - $1"
	else
		echo "not ok $n - $1"
		sed -n 's/^</# only the first:/p; s/^>/# only the second:/p' <<<"$differs"
		failed=1
	fi
}
complete_words() { # words before and the one being typed: what the completion offers
	COMP_WORDS=(outpost "$@")
	COMP_CWORD=$#
	COMPREPLY=()
	_outpost
	printf '%s\n' "${COMPREPLY[@]}"
}
options_in() { grep -oE -- '--[a-z][a-z-]*[a-z]'; }
# The manual without its macros and escapes.
section() { sed -n "/^\.SH $1/,/^\.SH/p" "$top/src/outpost.1" | sed '1d; /^\.SH/d; s/\\-/-/g; s/\\f[A-Z]//g'; }
paragraph() { # command: what the manual says under it, and what it says of all of them
	section COMMANDS | awk -v name="$1" '
		/^\.TP/ { head = 1; mine = 0; next }
		/^\.PP/ { mine = 1; head = 0; next }
		head { line = $0; gsub(/[",.]/, " ", line); sub(/^ *B[IR]? /, "", line); split(line, words, " "); head = 0
			for (i = 1; i in words; i++) if (words[i] == name && (i == 1 || words[1] == "help")) mine = 1 }
		mine { print }'
	section OPTIONS
}

commands=$("$outpost" help | sed -nE 's/^  outpost ([a-z][a-z-]*).*/\1/p')
same "help and completion: the commands" "$commands" "$(complete_words "")"
same "help and manual: the commands" "$commands" "$(section COMMANDS | awk '
	/^\.TP/ { head = 1; next }
	head { head = 0; gsub(/"/, " "); $1 = ""; if ($2 == "help") { print "help"; print "version" } else print $2 }')"

everywhere='--data --profile --plain --help'      # offered behind a command, too
same "help and completion: the options without a command" "$("$outpost" help | sed -n '/^  outpost --/p; /^Everywhere/p' | options_in)" "$(complete_words --)"
every=$({ "$outpost" help; section '[A-Z].*'; } | options_in | sort -u)
for command in $commands; do
	told=$("$outpost" help "$command" | options_in)
	same "$command: help and completion" "$told" "$(complete_words "$command" -- | grep -vxFf <(tr ' ' '\n' <<<"$everywhere"))"
	taken=
	for option in $every; do
		case " $everywhere --script --version " in *" $option "*) continue ;; esac
		"$outpost" "$command" "$option=x" --none 2>&1 | grep -q -- "no option $option" || taken+=$option$'\n'
	done
	same "$command: help and program" "$told" "${taken%$'\n'}"
	missing=$(grep -vxFf <(paragraph "$command" | options_in) <<<"$told" | grep .)
	same "$command: its options are in the manual" "" "$missing"
done
echo "1..$n"
exit $failed
