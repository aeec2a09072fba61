#!/bin/bash
# Unsent edits by file with the screens of the real program, from a machine to another: proposed names, passphrases, every error, what it says, and
# that the record arrives once. TAP.
# shellcheck source=/dev/null disable=SC2154
. "$(dirname "$0")/support/clients.sh"

export HOME=$work/home
mkdir "$HOME"
file=outpost-edits-2026-11-22
unlock() { printf 'key l ^A ^K\ntype %s\nkey Enter\nexpect Cases\n' "$1"; }      # locked or not when it starts
screens() { # rule, client: standard input is the script, after the password
	{ unlock SurvOff; cat; } >"$work/script"
	check "$1" "$outpost" --data "$work/$2" --script "$work/script"
}

start_server server.db
log_in a b
screens "with nothing unsent there is no file to write" a <<-END
	key e
	expect Nothing is unsent here
	key v e
	expect Nothing is unsent here
END
o a edit cases "$case" hospitalization.description=mine >/dev/null
screens "it proposes a name in the person's folder; one that is there is not written over" a <<-END
	key v
	expect Unsent: 1
	key e
	expect 1 unsent record goes into a file
	expect $HOME/$file
	key ^A ^K
	type server/none
	key Enter
	type a good phrase
	key Enter
	type a good phrase
	key Enter
	expect could not be written
	key ^A ^K
	type $file
	key ^S
	expect 1 unsent record is in this file
	expect $HOME/$file
	key ^G
	expect Unsent: 1
	key e
	expect $HOME/$file-2
	key Backspace Backspace Enter
	type another phrase
	key Enter
	type another phrase
	key Enter
	expect is there already
END
check "only its owner may read it" same 600 "$(stat -c %a "$HOME/$file")"
check "there is one file" same "$file" "$(ls "$HOME")"
o b edit cases "$case" hospitalization.description=theirs >/dev/null
echo hello >"$HOME/other"
screens "every error of reading is said, and the file stays to be read" b <<-END
	key i
	expect $HOME/$file
	key ^S
	expect Please fill in: Passphrase
	type a bad phrase
	key ^S
	expect the passphrase is not the one
	absent **
	key Up ^A ^K
	type nowhere
	key Enter
	type a good phrase
	key ^S
	expect there is no file $HOME/nowhere
	key ^A ^K
	type ~/other
	key ^S
	expect no file of
	key Up ^A ^K
	type $file
	key Enter
	type a good phrase
	key ^S
	expect 1 record was in the file, written by SurvOff
	expect 1 stays as it is here
	absent 0 w
	expect 1 value was changed here, too
	key ^G c
	expect 1 open
	key ^G i Enter
	type a good phrase
	key Enter
	expect imported here before
END
check "the value here stays" same '"theirs"' "$(field b description)"
screens "the machine that wrote it does not take it in" a <<-END
	key i Enter
	type a good phrase
	key Enter
	expect was written here
END
check "b sends it" same "complete 0" "$(sync b)"

# ---- somebody else's ----
echo HospInf | o c login "$url" HospInf --password-stdin >/dev/null
o a edit cases "$case" hospitalization.isolated=YES >/dev/null
echo "a good phrase" | o a export-edits "$HOME/$file-3" --passphrase-stdin 2>/dev/null
{ unlock HospInf; cat <<-END
	key i ^A ^K
	type $file-3
	key Enter
	type a good phrase
	key Enter
	expect made by SurvOff
	key Down Enter
	absent taken in
	key Enter Enter
	expect The edits are taken in
	expect they are sent as HospInf
END
} >"$work/script"
check "the edits of another account are taken in after a question" "$outpost" --data "$work/c" --script "$work/script"
end
