#!/bin/bash
# Runs a test program and corrects one thing of cmocka's TAP: a skipped test is not a failed one.
set -o pipefail
"$@" | sed -u -E 's/^not ok ([0-9]+) # SKIP/ok \1 # SKIP/'
