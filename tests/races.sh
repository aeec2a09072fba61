#!/bin/bash
# Several programs on one profile at a time: saves during synchronizations, saves of the same record, two synchronizations. Whatever was
# acknowledged is there in the end, on both sides, or in the conflict log. TAP.
# shellcheck source=/dev/null disable=SC2154
. "$(dirname "$0")/support/clients.sh"

start_server server.db --link 2000,40
log_in a b
mapfile -t cases < <(for uuid in $(o a cases --json | jq -r '[.[] | select(.state == "clean") | .uuid] | sort | .[]'); do
	o a show cases "$uuid" | jq -r 'select(.facilityType == "HOSPITAL" and .inJurisdiction) | .uuid'
done)

# ---- two synchronizations at a time ----
for i in 1 2; do
	(
		echo SurvOff | "$outpost" --data "$work/a" sync --mode repull --json --password-stdin >"$work/run-$i" 2>"$work/why-$i"
		echo $? >"$work/status-$i"
	) &
	pids[i]=$!
done
wait "${pids[@]}"
check "two synchronizations: one goes through, the other is to try later" same "0 4" "$(sort "$work/status-1" "$work/status-2" | xargs)"
loser=1
[ "$(cat "$work/status-2")" = 4 ] && loser=2
check "it says who has it: process, terminal, since when" grep -qE 'process [0-9]+, (terminal [^,]+|no terminal), since 2[0-9]{3}-' "$work/why-$loser"
check "the first one was not disturbed" same complete "$(jq -r .verdict "$work/run-$((3 - loser))")"
check "afterwards there is none in the way" same "complete 0" "$(sync a)"

# A program that was killed holds nothing.
echo SurvOff | OUTPOST_STOP_AT_STEP=9 o a sync --json --password-stdin >/dev/null
check "after one that stopped dead there is none in the way" same "complete 0" "$(sync a)"

# ---- saves while synchronizations run ----
rounds=6
[ "${OUTPOST_DEPTH:-1}" -gt 1 ] && rounds=60
: >"$work/acknowledged"
for i in 0 1 2 3; do
	# Read-only where there are stays already.
	o a edit cases "${cases[$i]}" hospitalization.hospitalizedPreviously=YES >/dev/null
done
(
	i=0
	while [ ! -e "$work/enough" ]; do
		i=$((i + 1))
		which=${cases[$((i % 3))]}
		# A new item each time: one that was lost, or sent twice, would be seen. And one field over and over, which must end at its last value.
		o a edit cases "$which" "hospitalization.description=value $i" \
			"hospitalization.previousHospitalizations[+]={\"description\":\"item $i\"}" >/dev/null && echo "$which $i" >>"$work/acknowledged"
	done
) &
writer=$!
left=0
for _ in $(seq $rounds); do
	seen=$(sync a)
	case $seen in
	"complete 0") ;;
	"partial 3") left=$((left + 1)) ;;        # edited again before its end
	*) echo "# a run ended with: $seen" ;;
	esac
done
: >"$work/enough"
wait "$writer"
saved=$(wc -l <"$work/acknowledged")
check "there were saves ($saved, and $left runs that left one for the next)" test "$saved" -ge "$rounds"
for _ in 1 2 3; do
	pause
	seen=$(sync a)
	[ "$seen" = "complete 0" ] && break
done
check "in the end all is sent" same "complete 0" "$seen"
for i in 0 1 2; do
	case=${cases[$i]}
	expected=$(awk -v uuid="$case" '$1 == uuid { print "item " $2 }' "$work/acknowledged" | sort)
	there=$(on_server | jq -r '.hospitalization.previousHospitalizations[].description | select(startswith("item "))' | sort)
	check "case $i: every item that was saved is on the server, once" same "$expected" "$there"
	last=$(awk -v uuid="$case" '$1 == uuid { print $2 }' "$work/acknowledged" | tail -n 1)
	check "case $i: the field has its last value" same "\"value $last\"" "$(on_server | jq -c .hospitalization.description)"
	check "case $i: client and server are the same" same "$(on_server)" "$(document a)"
done
check "nobody else wrote, so there is no conflict" same 0 "$(o a conflicts --json | jq length)"

# ---- many saves of one record at once ----
case=${cases[3]}
before=$(o a show cases "$case" | jq '.hospitalization.previousHospitalizations | length')
pids=()
for i in $(seq 12); do
	o a edit cases "$case" "hospitalization.previousHospitalizations[+]={\"description\":\"at once $i\"}" >/dev/null && echo "$i" >>"$work/at-once" &
	pids+=($!)
done
wait "${pids[@]}"
check "each was saved" same 12 "$(wc -l <"$work/at-once")"
check "and is there" same $((before + 12)) "$(o a show cases "$case" | jq '.hospitalization.previousHospitalizations | length')"
check "each is in the journal once" same 12 "$(o a history cases "$case" --json | jq '[.[] | select((.new | type) == "object" and (.new.description // "" | startswith("at once"))).path] | unique | length')"
pause
check "all are sent" same "complete 0" "$(sync a)"
check "and are on the server" same "$(on_server)" "$(document a)"
end
