# Completion of outpost for bash.

_outpost() {
	local cur prev words cword command="" i
	local commands="demo login logout sync status cases show edit new history conflicts form eval merge backup export-edits import-edits doctor set version help"
	local kinds="cases persons contacts events samples tasks visits immunizations users facilities regions districts communities"

	if declare -F _init_completion >/dev/null; then
		_init_completion -n = || return
	else
		cur=${COMP_WORDS[COMP_CWORD]}
		prev=${COMP_WORDS[COMP_CWORD-1]}
		words=("${COMP_WORDS[@]}")
		cword=$COMP_CWORD
	fi
	for ((i = 1; i < cword; i++)); do
		case ${words[i]} in
		--data | --profile | --script) ((i++)) ;;
		-*) ;;
		*)
			command=${words[i]}
			break
			;;
		esac
	done
	case $prev in
	--data)
		mapfile -t COMPREPLY < <(compgen -d -- "$cur")
		return
		;;
	--script | --record | --person | --base)
		mapfile -t COMPREPLY < <(compgen -f -- "$cur")
		return
		;;
	--mode)
		mapfile -t COMPREPLY < <(compgen -W "changes complete repull" -- "$cur")
		return
		;;
	--kind)
		mapfile -t COMPREPLY < <(compgen -W "$kinds" -- "$cur")
		return
		;;
	--link)
		mapfile -t COMPREPLY < <(compgen -W "gprs edge satellite" -- "$cur")
		return
		;;
	--profile | --where | --search | --at | --now | --timezone | --country | --disease | --features | --rights | --cases | --pin)
		return
		;;
	esac
	if [[ $cur == -* ]]; then
		local options="--data --profile --plain --help"
		case $command in
		"") options+=" --script --version" ;;
		login) options+=" --timezone --password-stdin --keep --replace --pin" ;;
		sync) options+=" --dry-run --mode --json --yes --password-stdin" ;;
		status | history | merge) options+=" --json" ;;
		set) options+=" --json --default" ;;
		cases) options+=" --where --search --json --csv" ;;
		show) options+=" --base --server --json" ;;
		conflicts) options+=" --open --json --csv" ;;
		form) options+=" --json --now --timezone --person --base --country --disease --features --rights" ;;
		eval) options+=" --json --record --kind --at --now --timezone --person --base --country --disease --features --rights" ;;
		export-edits | import-edits) options+=" --json --passphrase-stdin" ;;
		doctor) options+=" --json --password-stdin" ;;
		demo) options+=" --cases --link --keep" ;;
		esac
		mapfile -t COMPREPLY < <(compgen -W "$options" -- "$cur")
		return
	fi
	case $command in
	"") mapfile -t COMPREPLY < <(compgen -W "$commands" -- "$cur") ;;
	help) mapfile -t COMPREPLY < <(compgen -W "$commands" -- "$cur") ;;
	show | edit | history)
		if [[ $prev == "$command" ]]; then
			mapfile -t COMPREPLY < <(compgen -W "$kinds" -- "$cur")
		fi
		;;
	merge)
		if [[ $prev == merge ]]; then
			mapfile -t COMPREPLY < <(compgen -W "$kinds" -- "$cur")
		else
			mapfile -t COMPREPLY < <(compgen -f -- "$cur")
		fi
		;;
	form)
		if [[ $prev == form ]]; then
			mapfile -t COMPREPLY < <(compgen -W "check try" -- "$cur")
		else
			mapfile -t COMPREPLY < <(compgen -f -- "$cur")
		fi
		;;
	new)
		if [[ $prev == new ]]; then
			COMPREPLY=(case)
		else
			mapfile -t COMPREPLY < <(compgen -f -- "$cur")
		fi
		;;
	conflicts) mapfile -t COMPREPLY < <(compgen -W "restore keep" -- "$cur") ;;
	set) mapfile -t COMPREPLY < <(compgen -W "$(outpost set 2>/dev/null | sed -n 's/^\([a-z_]*\)=.*/\1/p')" -- "$cur") ;;
	backup | export-edits | import-edits) mapfile -t COMPREPLY < <(compgen -f -- "$cur") ;;
	esac
}
complete -F _outpost outpost
