#!/bin/bash
# A person types and saves in a terminal, and the program is killed or the line hangs up at random moments: what was said to be saved is there, what was
# said to be a draft is offered at the next start, nothing else has changed. TAP; needs tmux. OUTPOST_SEED repeats a run; OUTPOST_DEPTH makes it longer.
# shellcheck source=/dev/null disable=SC2154
. "$(dirname "$0")/support/clients.sh"
. "$(dirname "$0")/support/screen.sh"
seed=${OUTPOST_SEED:-$((RANDOM % 32768))}
rounds=$((10 * ${OUTPOST_DEPTH:-1}))
echo "# seed $seed, $rounds rounds"
RANDOM=$seed

start_server server.db
log_in a
stop_server
remarks() { field a description; }
unlock() {
	open_terminal xterm-256color "'$outpost' --data '$work/a'"
	sees 'is locked' || return 1
	keys -l SurvOff
	keys Enter
	sees '(Cases \[All|Drafts: typed)'
}
say_drafts() { o a status --json | jq .drafts; }
until_drafts() { # number
	for _ in $(seq 200); do
		[ "$(say_drafts)" = "$1" ] && return 0
		sleep 0.05
	done
	echo "# drafts: $(say_drafts) instead of $1"
	return 1
}

o a edit cases "$case" hospitalization.description="words" >/dev/null
saved='"words"'
for round in $(seq "$rounds"); do
	word=k$round
	if [ $((round % 8)) -eq 0 ]; then           # so that it fits its row
		o a edit cases "$case" hospitalization.description="words" >/dev/null
		saved='"words"'
	fi
	if ! unlock || ! to_case || ! to_remarks; then
		check "round $round: the form opens" false
		break
	fi
	keys -l " $word"
	sees "$word" || break
	wish=${saved%\"}
	wish="$wish $word\""
	signal=$([ $((RANDOM % 3)) -eq 0 ] && echo HUP || echo KILL)
	pid=$(program)
	case $((RANDOM % 4)) in
	0)
		what="while it saves ($signal)"
		keys C-s
		kill "-$signal" "$pid"
		ended >/dev/null
		now=$(remarks)
		[ "$now" = "$wish" ] && saved=$wish
		drafts=any
		;;
	1)
		what="after it said Saved ($signal)"
		keys C-s
		sees 'Saved\.' && saved=$wish
		kill "-$signal" "$pid"
		ended >/dev/null
		drafts=0
		;;
	2)
		what="when the field was left ($signal)"
		keys Down
		until_drafts 1
		kill "-$signal" "$pid"
		ended >/dev/null
		drafts=1
		;;
	3)
		what="two seconds after the last key ($signal)"
		until_drafts 1
		kill "-$signal" "$pid"
		ended >/dev/null
		drafts=1
		;;
	esac
	check "round $round, $what: what was saved is there" same "$saved" "$(remarks)"
	[ "$drafts" = any ] || check "round $round, $what: drafts" same "$drafts" "$(say_drafts)"
	[ "$signal" = HUP ] && check "round $round, $what: it ends by itself" test "$(ended)" -lt 128
	check "round $round: the database is whole" test "$(o a doctor --json | jq '[.[] | select(.check == "database" and .state != "ok")] | length')" = 0
	[ "$(say_drafts)" = 0 ] && continue
	unlock
	check "round $round: the draft is offered" sees 'Drafts: typed' "^ > .*${case:0:6}"
	keys Enter
	check "round $round: and has what was typed" sees "Remarks.*$word"
	keys C-s
	check "round $round: and is saved" sees 'Saved\.'
	saved=$wish
	check "round $round: with everything" same "$saved" "$(remarks)"
	kill -HUP "$(program)"
	ended >/dev/null
done
end
