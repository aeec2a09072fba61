#!/bin/bash
# What a terminal shows is what the surface says: the same keys on two copies of a profile, in tmux and in --script; every screen on the way is read
# back and compared with the dump: rows, cursor, and how each role looks. As a vt100 in ASCII and an xterm with and without colours. TAP; needs tmux.
# shellcheck source=/dev/null disable=SC2154,SC2317,SC2034
. "$(dirname "$0")/support/clients.sh"
. "$(dirname "$0")/support/screen.sh"

# A step a line: name, keys as --script knows them; "type:" before text.
steps='list|
case|Enter
form|Enter
typed|Down Down;type:2026-01-15
wrong|Enter Up;type:soon
left|Enter ^G
saved|^G Up;type:2026-01-16;Enter ^S
help|?
back|^G ^G'

script_steps() { # folder for the dumps: the steps as a script
	local name keys part
	echo "clock $(date -u +%Y-%m-%dT%H:%M:%SZ)"
	while IFS='|' read -r name keys; do
		while [ -n "$keys" ]; do
			part=${keys%%;*}
			keys=${keys:${#part}}
			keys=${keys#;}
			case $part in type:*) echo "type ${part#type:}" ;; *) echo "key $part" ;; esac
		done
		echo "dump $1/$name"
	done <<<"$steps"
}
press() { # the keys of one step, to the terminal; each is seen before the next
	local keys=$1 part key before
	while [ -n "$keys" ]; do
		part=${keys%%;*}
		keys=${keys:${#part}}
		keys=${keys#;}
		case $part in
		type:*) keys -l "${part#type:}" ;;
		*) for key in $part; do
			before=$(screen; cursor)
			keys "${key/^/C-}"
			for _ in $(seq 100); do
				[ "$before" = "$(screen; cursor)" ] || break
				sleep 0.02
			done
		done ;;
		esac
	done
}
cursor() { tm display-message -p 'cursor #{cursor_y} #{cursor_x}'; }

# The runs of cells of one look, as "ROW FROM-TO LOOK": of the terminal, and of a dump as the colours in use show its roles.
looks_seen() {
	local line rest look from col row=0
	tm capture-pane -peN | while IFS= read -r line; do
		look='' from=0 col=0 rest=$line
		while [ -n "$rest" ]; do
			if [[ $rest =~ ^$'\e'\[([0-9;]*)m ]]; then
				[ -z "$look" ] || [ "$from" = "$col" ] || echo "$row $from-$((col - 1)) $look"
				case ${BASH_REMATCH[1]} in
				*7*) look=reverse ;; *31*) look=red ;; *33*) look=yellow ;; *1*) look=bold ;; *) look= ;;
				esac
				from=$col
				rest=${rest:${#BASH_REMATCH[0]}}
			elif [[ $rest =~ ^$'\e'\([0B] || $rest =~ ^[$'\x0e\x0f'] ]]; then
				rest=${rest:${#BASH_REMATCH[0]}}
			else
				rest=${rest:1}
				col=$((col + 1))
			fi
		done
		[ -z "$look" ] || [ "$from" = "$col" ] || echo "$row $from-$((col - 1)) $look"
		row=$((row + 1))
	done
}
looks_told() { # dump, colours: yes or no
	sed -n 's/^role //p' "$1" | while read -r row run role; do
		case $role:$2 in
		dialog:*) echo "$row $run reverse" ;;
		training:*) echo "$row $run bold" ;;
		error:yes | conflict:yes) echo "$row $run red" ;;
		warning:yes) echo "$row $run yellow" ;;
		esac
	done
}
shows() { # dump: the terminal comes to show its rows and its cursor
	local want have
	want=$(sed '/^cursor /q' "$1")
	for _ in $(seq 200); do
		have=$(screen; cursor)
		[ "$have" != "$want" ] || return 0
		sleep 0.05
	done
	diff <(echo "$want") <(echo "$have") | sed 's/^/# /'
	return 1
}

main_job() { # name, TERM, repertoire, colours: yes or no
	local name keys dumps=$work/dumps-$1 plain=
	mkdir "$dumps"
	cp -r "$work/a" "$work/$1-script"
	cp -r "$work/a" "$work/$1"
	{
		echo "caps $3"
		script_steps "$dumps"
	} >"$work/$1.script"
	check "$1: the script runs" "$outpost" --data "$work/$1-script" --script "$work/$1.script"
	"$outpost" --data "$work/$1" set charset "$3" >/dev/null
	[ "$4" = yes ] || plain='NO_COLOR=1'
	open_terminal "$2" "env $plain '$outpost' --data '$work/$1'"
	while IFS='|' read -r name keys; do
		press "$keys"
		check "$1, $name: rows and cursor are those of the surface" shows "$dumps/$name"
		check "$1, $name: roles look as they should" same "$(looks_told "$dumps/$name" "$4")" "$(looks_seen)"
	done <<<"$steps"
	keys q
	check "$1: q ends it" same 0 "$(ended)"
	case=$(sed -n 's/^screen list focus //p' "$dumps/list")
	check "$1: the value is saved" same "$(date -d 2026-01-16T00:00Z +%s)000" "$(field "$1" admissionDate)"
	check "$1: as the script has saved it" same "$(document "$1-script" | jq -cS .hospitalization)" "$(document "$1" | jq -cS .hospitalization)"
}

start_server server.db
log_in a
stop_server
o a set password_command "echo SurvOff" >/dev/null       # the terminal opens as the script does, without a question
main_job vt100 vt100 ascii no
main_job xterm xterm-256color utf8 yes
main_job mono xterm utf8 no
end
