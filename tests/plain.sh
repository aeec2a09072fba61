#!/bin/bash
# The forms asked line by line (--plain): what is said, what is taken, and that no answer loses a value. TAP.
# shellcheck source=/dev/null
. "$(dirname "$0")/support/clients.sh"

plain() { # lines...: typed one after the other
	printf '%s\n' "$@" | "$outpost" --data "$work/a" --plain 2>>"$work/a.err"
}
has() { grep -qF -- "$1" <<<"$said"; }

nothing=()
for _ in {1..60}; do nothing+=(""); done

start_server server.db
log_in a
case=$(o a cases --json | jq -r '.[0].uuid')
said=$(plain "" "" quit)
check "the list has the words of people, not the server's" has "  $(o a cases --json | jq -r '.[0].disease' | sed 's/.*/\L&/; s/^./\U&/; s/_.*//')"
said=$(plain "" 99 "" 1 99 "" quit)
check "a number that is none is said, of a case and of a form" same 2 "$(grep -cF "There is no such number." <<<"$said")"
# every question once, then the end of the input: a draft, if anything was typed
said=$(plain "" 1 2 "${nothing[@]}")
line=$(grep -oE '[0-9]+\. Remarks' <<<"$said" | head -1 | cut -d. -f1)
check "the facility of the case is said with its name" grep -qE 'Facility of the case: .' <<<"$said"
check "there is a question for remarks" test -n "$line"

plain "" 1 2 . "$line" "seen twice" . save "" quit >/dev/null
check "what is typed is saved" same '"seen twice"' "$(field a description)"
plain "" 1 2 . "$line" "thrown away" . discard "" quit >/dev/null
check "what is discarded is not" same '"seen twice"' "$(field a description)"

mkfifo "$work/typed"
"$outpost" --data "$work/a" --plain <"$work/typed" >"$work/said" 2>>"$work/a.err" &
asked=$!
exec 9>"$work/typed"
printf '%s\n' "" 1 2 . "$line" mine . >&9
for _ in $(seq 200); do
	[ "$(grep -c 'save, draft, discard' "$work/said")" -ge 1 ] && grep -q 'stops asking' "$work/said" && break
	sleep 0.02
done
sleep 0.2
o a edit cases "$case" hospitalization.description=theirs >/dev/null
printf '%s\n' save "" nonsense m "" quit >&9
exec 9>&-
wait "$asked"
said=$(cat "$work/said")
check "a clash is told with both values" has "was changed by both. Mine: mine. Stored now: theirs."
check "an empty answer or another word decides nothing" same 3 "$(grep -oF 'Mine (m) or the stored one (o)?' <<<"$said" | wc -l)"
check "mine is kept when it is asked for" same '"mine"' "$(field a description)"

long=$(printf 'word %.0s' {1..200})
o a edit cases "$case" "hospitalization.description=$long" >/dev/null
said=$(plain "" 1 2 "${nothing[@]}")
check "a long value is not read out at its question" test "$(grep -oE 'word' <<<"$said" | wc -l)" -lt 20
check "it stays as it is" test "$(o a show cases "$case" | jq -r '.hospitalization.description | length')" -gt 900

person=$(o a show cases "$case" | jq -r .person.uuid)
first=$(o a show persons "$person" | jq -r .firstName)
last=$(o a show persons "$person" | jq -r .lastName)
before=$(o a cases --json | jq length)
said=$(plain new "${nothing[@]}")
number() { grep -oE "[0-9]+\. $1" <<<"$said" | head -1 | cut -d. -f1; }
disease=("$(number Disease)" "$(o a cases --json | jq -r '.[0].disease')")
said=$(plain new . "${disease[@]}" "${nothing[@]}")      # the disease changes which lines there are
said=$(plain new . "${disease[@]}" . "$(number Facility)" "Default Facility" . "$(number 'First name')" "$first" \
	"$last" . "$(number Sex)" "$(o a show persons "$person" | jq -r .sex)" . save 1 quit)
check "a person who is here is shown before a new case is saved" grep -qE "1\. (Person|Case): .*$last" <<<"$said"
check "with the words of people" grep -qE "1\\. (Person|Case): .* · (Male|Female|Other|Unknown)" <<<"$said"
check "no second person was made" same "$before" "$(o a cases --json | jq '[.[] | select(.state != "new")] | length')"
end
