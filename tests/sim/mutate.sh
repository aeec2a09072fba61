#!/bin/bash
# tests/sim/mutate.sh [HISTORIES] [NAME-PATTERN]: breaks synchronization on purpose, in a copy of the tree, one way after another (mutations.txt), and runs
# the simulation until it notices. Prints for each what noticed it and after how many histories; the exit status is 1 if one was not noticed.
set -eu
top=$(cd "$(dirname "$0")/../.." && pwd)
histories=${1:-3000}
pattern=${2:-.}
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
(cd "$top" && git ls-files -z | tar -c --null -T -) | tar -x -C "$work"
cd "$work"
autoreconf -fi >autoreconf.log 2>&1
mkdir build
cd build
../configure -q CFLAGS='-O1' >/dev/null
make -s -j"$(nproc)" all tests/sim/simulate >make.log 2>&1
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
	if ! make -s CFLAGS='-O1 -w' all tests/sim/simulate >make.log 2>&1; then
		echo "NOT BUILT    $name"
		missed=1
	elif timeout 600 tests/sim/simulate --seed 1 --count "$histories" --brief >out.log 2>&1; then
		echo "NOT NOTICED  $name"
		missed=1
	else
		printf 'noticed      %s: %s\n' "$name" "$(sed -n 's/^# //p' out.log | head -n 1 | cut -c 1-150)"
	fi
	cp "$work/original" "$work/$file"
done <"$top/tests/sim/mutations.txt"
exit $missed
