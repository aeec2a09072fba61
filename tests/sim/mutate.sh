#!/bin/bash
# tests/sim/mutate.sh [HISTORIES] [NAME-PATTERN]: breaks synchronization on purpose, in a copy of the tree, one way after another (mutations.txt), and runs
# the unit tests of src/sync and the simulation. Prints for each which test noticed it and the seed of the history that did; 1 if one was not noticed.
set -eu
top=$(cd "$(dirname "$0")/../.." && pwd)
histories=${1:-3000}
pattern=${2:-.}
tests="tests/unit/test_sync_engine tests/unit/test_sync_decide tests/unit/test_sync_patch tests/unit/test_app_run"
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
(cd "$top" && git ls-files -z | tar -c --null -T -) | tar -x -C "$work"
cd "$work"
autoreconf -fi >autoreconf.log 2>&1
mkdir build
cd build
../configure -q CFLAGS='-O1' >/dev/null
make -s -j"$(nproc)" all >make.log 2>&1
# shellcheck disable=SC2086
make -s -j"$(nproc)" $tests tests/sim/simulate >>make.log 2>&1
missed=0
while IFS= read -r line; do
	case $line in '#'* | '') continue ;; esac
	name=${line%% | *}
	[[ $name =~ $pattern ]] || continue
	file=$(printf '%s\n' "$line" | perl -ne 'print((split / \| /)[1])')
	cp "$work/$file" "$work/original"
	# the third and fourth column: text and what takes its place; \| stands for |, \n and \t as usual
	if ! LINE=$line perl -0pi -e 'BEGIN { (undef, undef, $a, $b) = map { s/\\\|/|/g; s/\\n/\n/g; s/\\t/\t/g; $_ } split(/ \| /, $ENV{LINE}) }
		$n = () = /\Q$a\E/g; die "found $n times\n" if $n != 1; s/\Q$a\E/$b/' "$work/$file"; then
		echo "NOT APPLIED  $name"
		missed=1
		cp "$work/original" "$work/$file"
		continue
	fi
	# shellcheck disable=SC2086  # the list is meant to be split
	if ! make -s CFLAGS='-O1 -w' $tests tests/sim/simulate >make.log 2>&1; then
		echo "NOT BUILT    $name"
		missed=1
	else
		by=
		for t in $tests; do
			CMOCKA_MESSAGE_OUTPUT=TAP "$t" >out.log 2>&1 || by="$by${by:+, }$(sed -n 's/^not ok [0-9]* - //p' out.log | head -n 1)"
		done
		timeout 600 tests/sim/simulate --seed 1 --count "$histories" --brief >out.log 2>&1 ||
			by="$by${by:+, }$(sed -n 's/^# \(seed [0-9]*: .*\)/\1/p' out.log | head -n 1 | cut -c 1-120)"
		if [ -n "$by" ]; then
			printf 'noticed      %s: %s\n' "$name" "$by"
		else
			echo "NOT NOTICED  $name"
			missed=1
		fi
	fi
	cp "$work/original" "$work/$file"
done <"$top/tests/sim/mutations.txt"
exit $missed
