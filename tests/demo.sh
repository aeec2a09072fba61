#!/bin/bash
# The demo, as the README shows it, in a terminal: a case is opened, its hospitalization edited and saved, synchronized, a conflict comes, is looked at and
# restored, and the next synchronization brings the value to the server. With colours, and as a vt100 without. TAP; needs tmux.
# shellcheck source=/dev/null disable=SC2154
. "$(dirname "$0")/support/clients.sh"
. "$(dirname "$0")/support/screen.sh"

main_job() { # TERM, variables
	XDG_DATA_HOME=$work/$1 open_terminal "$1" "env $2 XDG_DATA_HOME='$work/$1' '$outpost' demo"
	check "$1: the demo shows its cases and says that it is training" sees 'Outpost +SurvOff' 'TRAINING' '^ > ' 'Enter open' 'these people are made up'
	keys Enter
	check "$1: a case and its forms" sees 'Case information' '^ > Hospitalization'
	keys Enter
	check "$1: the form" sees '^ > Admitted as an inpatient' '\^S save'
	keys Down Down
	check "$1: the next fields" sees '^ > Admission '
	keys -l 2026-01-15
	check "$1: what is typed" sees '^ > Admission +2026-01-15'
	keys C-s
	check "$1: saved" sees 'Saved\. It is sent with the next sync' 'Hospitalization +\* 1 edited'
	keys C-g
	check "$1: the list says so" sees '1 unsent' '^ > .*\*$'
	keys s
	check "$1: the synchronization ends with a conflict" sees '1 connect +done' '7 finish +done' 'conflicts 1: c shows them' 'Changed here and on the server'
	keys c
	check "$1: the conflict log" sees 'Conflicts +1 open' '^ > .*Admission'
	keys Enter
	check "$1: the conflict: yours and the server's" sees 'Yours +.*15' "Server's, in force"
	keys r
	check "$1: restored" sees '0 open, 0 kept, 1 restored' 'Yours is back as a new edit'
	keys C-g
	sees 'Synchronizing' >/dev/null
	keys s
	check "$1: the next synchronization sends it" sees 'push +done +cases 1/1' 'Done: everything was sent and received'
	keys C-g
	check "$1: nothing is left" sees 'all sent' 'Cases \[All'
	keys Enter
	sees 'Case information' >/dev/null
	keys Enter
	check "$1: the value is there" sees 'Admission +.*15 Jan 2026'
	keys C-g
	sees 'Case information' >/dev/null
	keys C-g
	sees 'Enter open  n new' >/dev/null
	keys q
	check "$1: q ends it" same 0 "$(ended)"
}
impatient() { # over a line on which it takes its time
	XDG_DATA_HOME=$work/slow open_terminal xterm "env XDG_DATA_HOME='$work/slow' '$outpost' demo --link gprs"
	check "on a slow line it says what it does" sees 'Starting the training server' 'Signing in'
	keys -l typed
	check "how far it is" sees 'First synchronization: [a-z]'
	check "what is typed before the screen is there is not shown" same 0 "$(screen | grep -c typed)"
	keys C-c
	check "^C ends it" same 1 "$(ended)"
	check "and it says so" sees 'ended before it was ready'
	keys -l 'echoed again'
	check "the terminal is as it was" sees '^echoed again'
	check "nothing is left of it" same "" "$(find "$work/slow/outpost" -mindepth 1)"
}
impatient
main_job xterm-256color ""
main_job vt100 "NO_COLOR=1"
end
