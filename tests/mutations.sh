#!/bin/bash
# Each way of tests/sim/mutations.txt to break synchronization finds its place, so that `make mutate` tries all of them. TAP.
set -u
cd "${srcdir:-$(dirname "$0")/..}" || exit 99
if ! command -v perl >/dev/null; then
	echo '1..0 # SKIP perl is not installed'
	exit 0
fi

# Read as tests/sim/mutate.sh reads them.
perl -e '
	use strict;
	open(my $list, "<", "tests/sim/mutations.txt") or die "tests/sim/mutations.txt: $!\n";
	my ($n, $failed) = (0, 0);
	while (my $line = <$list>) {
		next if $line =~ /^(#|$)/;
		chomp $line;
		my ($name, $file, $text, $other) = map { s/\\\|/|/gr =~ s/\\n/\n/gr =~ s/\\t/\t/gr } split(/ \| /, $line);
		my $times = 0;
		if (defined $other && $text ne "" && $text ne $other && open(my $in, "<", $file)) {
			local $/;
			my $source = <$in>;
			$times++ while $source =~ /\Q$text\E/g;
		}
		$n++;
		$failed = 1 if $times != 1;
		print $times == 1 ? "" : "not ", "ok $n - $name\n";
		print "# its text is $times times in $file\n" if $times != 1;
	}
	print "1..$n\n";
	exit $failed;
'
