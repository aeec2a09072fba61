#!/bin/bash
# Every include edge points down (the house as README.md draws it), and each library has one door. TAP.
set -u
cd "${srcdir:-$(dirname "$0")/..}" || exit 99

declare -A may=(
	[base]="base"
	[json]="json base"
	[loop]="loop base"
	[model]="model json base"
	[merge]="merge model json base"
	[form]="form model json base"
	[store]="store merge model json base"
	[net]="net loop json base"
	[sormas]="sormas model json base"
	[sync]="sync sormas merge model json base"
	[app]="app sync sormas form store net merge model json loop base"
	[cmd]="cmd app loop base"
	[ui]="ui app loop base"
	[trainer]="trainer model json loop base"
)

n=0
failed=0
say() { # ok? rule details
	n=$((n + 1))
	if [ -z "$3" ]; then echo "ok $n - $2"; else
		echo "not ok $n - $2"
		printf '%s\n' "$3" | sed 's/^/# /'
		failed=1
	fi
}

sources() { # of a folder
	case $1 in
	ui) find ui -name '*.[ch]' ;;
	*) find "src/$1" -name '*.[ch]' ;;
	esac
}

# A header that is no door says so in its opening comment.
private() {
	awk '/Private to/ { found = 1 } /\*\// { exit } END { exit !found }' "$1"
}

for folder in base json loop model merge form store net sormas sync app cmd ui trainer; do
	bad=
	while IFS=: read -r file line text; do
		[ -n "$file" ] || continue
		path=$(sed -E 's/.*#[[:space:]]*include[[:space:]]*"([^"]*)".*/\1/' <<<"$text")
		case $path in
		config.h) continue ;;
		*/*) to=${path%%/*} ;;
		*) to=$folder ;; # a private header beside it
		esac
		[[ " ${may[$folder]} " == *" $to "* ]] || bad+="$file:$line: $folder may not include $path"$'\n'
		# somebody else's folder is entered by its door only; app has one door a use case, base one that gathers the others
		if [ "$to" != "$folder" ] && [ "$to" != base ] && [ "$to" != app ] && [ "$path" != "$to/$to.h" ]; then
			bad+="$file:$line: $path is private to $to"$'\n'
		fi
		[ "$to" = app ] && [ "$folder" != app ] && private "src/$path" && bad+="$file:$line: $path is private to app"$'\n'
	done < <(sources "$folder" | sort | xargs -r grep -nE '^[[:space:]]*#[[:space:]]*include[[:space:]]*"' /dev/null)
	say 0 "$folder includes only what lies below it, by the door" "$bad"
done

# A foreign library is entered in one place.
one_place() { # header where...
	local header=$1 pattern=$2 hits
	hits=$(grep -rnE "#[[:space:]]*include[[:space:]]*<$header>" src ui | grep -vE "^($pattern)" || true)
	say 0 "<$header> is included only in $pattern" "$hits"
}
one_place 'n?curses(w/curses)?\.h|ncursesw/ncurses\.h|term\.h|ncurses\.h' 'ui/backend_curses\.c|ui/term\.c'
one_place 'sqlite3\.h' 'src/store/|src/trainer/'
one_place 'curl/curl\.h' 'src/net/'
one_place '(cjson/)?cJSON\.h' 'src/json/'
one_place 'microhttpd\.h' 'src/trainer/'
one_place 'sodium\.h' 'src/app/'
one_place 'keyutils\.h' 'src/app/'
one_place 'utf8proc\.h' 'src/base/'

curses=$(grep -rlE '#[[:space:]]*include[[:space:]]*<(ncursesw/)?n?curses\.h>' ui src | wc -l)
say 0 "curses is included in one file" "$([ "$curses" -le 1 ] || echo "$curses files include it")"

# The pure floors: no clock, no descriptor, no SQL, no randomness of their own.
pure=$(grep -nE '\b(fopen|open|read|write|socket|time|gettimeofday|clock_gettime|localtime_r?|gmtime_r?|getenv|rand_init_system|clock_now|clock_mono|sqlite3_[a-z]+|printf|fprintf|puts)[[:space:]]*\(' \
	src/model/*.c src/merge/*.c src/form/*.c src/sormas/*.c src/sync/*.c 2>/dev/null | grep -vE '^[^:]*:[0-9]+:[[:space:]]*(\*|//|/\*)|_(open|read|write|time)\(|->|\.(open|read|write)\(' || true)
say 0 "model, merge, form, sormas and sync use no clock, file, network or random source of their own" "$pure"

local_time=$(grep -rnE '\b(localtime_r|localtime|mktime|tzset)[[:space:]]*\(|setenv\("TZ"' src ui | grep -vE '^src/base/date\.c' || true)
say 0 "only base/date.c knows the time zone" "$local_time"

# Functions that C offers and this project does not use.
banned=$(grep -rnE '\b(strcpy|strcat|sprintf|vsprintf|gets|strtok|alloca|setjmp|longjmp|system|popen|tmpnam|mktemp|atoi|atol|atof|scanf|sscanf|fscanf|rand|srand|asctime|ctime)[[:space:]]*\(' src ui |
	grep -vE '^[^:]*:[0-9]+:[[:space:]]*(\*|//|/\*)' || true)
say 0 "no banned function (strcpy, sprintf, atoi, system …)" "$banned"

raw=$(grep -rnE '[^_a-zA-Z](malloc|calloc|realloc|strdup|strndup)[[:space:]]*\(' src ui | grep -vE '^src/base/mem\.c|^[^:]*:[0-9]+:[[:space:]]*(\*|//|/\*)|__attribute__' || true)
say 0 "memory is taken through mem_*, which never gives NULL" "$raw"

fat=$(find src/app -name '*.h' -exec awk 'END { if (NR > 300) print FILENAME ": " NR " lines" }' {} \;)
say 0 "each door of app is under 300 lines" "$fat"

# Inside a folder, too: a source and its header are one place; doors are left out, as what lies below may implement a part of one.
for folder in app net trainer; do
	circle=$(for file in src/"$folder"/*.[ch]; do
		from=$(basename "${file%.?}")
		sed -nE "s/^#include \"$folder\/([a-z_]+)\.h\"\$/\1/p" "$file" | while read -r to; do
			[ "$to" != "$from" ] && private "src/$folder/$to.h" && echo "$from $to"
		done
	done | tsort 2>&1 >/dev/null)
	say 0 "the files of $folder include each other in no circle" "$circle"
done

paths=$(git ls-files 2>/dev/null | xargs -r grep -nE '/(home|root|work)/[a-z]+/' 2>/dev/null | grep -vE '^tests/check-edges\.sh' | head -5 || true)
say 0 "no path of somebody's machine is in the tree" "$paths"

echo "1..$n"
exit $failed
