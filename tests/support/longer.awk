# A language that nobody speaks, from po/outpost.pot: every text is in brackets, has accents and is 40 % longer, so that the screens show what is cut,
# what overlaps and what is not translated. What {1} stands for and the escapes stay. awk -f longer.awk outpost.pot >xx.po

# Texts for a fixed place stay as long as they are; a translator keeps to them, too (tests/unit/test_po.c).
function fixed(context) {
	return context == "eight columns" || context == "four columns" || context == "key" || context == "after a number"
}

# The characters of a text in quotes, each a letter, an escape such as \n, or a place such as {1}.
function longer(text, context,    out, n, letters, at, pad, tail, i) {
	text = substr(text, 2, length(text) - 2)
	if (fixed(context))
		return "\"" text "\""
	while (match(text, /\\n$/)) {
		text = substr(text, 1, RSTART - 1)
		tail = tail "\\n"
	}
	n = split("a á e é i í o ó u ú A Á E É I Í O Ó U Ú c ç n ñ y ý", letters, " ")
	for (i = 1; i < n; i += 2)
		accent[letters[i]] = letters[i + 1]
	n = 0
	while (text != "") {
		if (match(text, /^(\{[0-9]\}|\\.)/))
			at = substr(text, 1, RLENGTH)
		else
			at = substr(text, 1, 1)
		text = substr(text, length(at) + 1)
		out = out (at in accent ? accent[at] : at)
		n++
	}
	for (i = 2; i < n * 0.4; i++)
		pad = pad (i % 5 == 0 ? " " : "~")
	return "\"[" out pad "]" tail "\""
}

function unquoted(line) {
	sub(/^[a-z]+(\[[0-9]\])? /, "", line)
	return line
}

function joined(a, b) {
	return substr(a, 1, length(a) - 1) substr(b, 2)
}

function finish() {
	if (id == "")
		return
	if (id == "\"\"") {
		print "msgid \"\"\nmsgstr \"Content-Type: text/plain; charset=UTF-8\\nPlural-Forms: nplurals=2; plural=n != 1;\\nLanguage: xx\\n\"\n"
	} else {
		if (context != "")
			print "msgctxt " context
		print "msgid " id
		if (many != "")
			printf "msgid_plural %s\nmsgstr[0] %s\nmsgstr[1] %s\n\n", many, longer(id), longer(many)
		else
			printf "msgstr %s\n\n", longer(id, substr(context, 2, length(context) - 2))
	}
	context = id = many = part = ""
}

/^#/ { next }
/^$/ { finish(); next }
/^msgctxt / { part = "context"; context = unquoted($0); next }
/^msgid / { part = "id"; id = unquoted($0); next }
/^msgid_plural / { part = "many"; many = substr($0, 14); next }
/^msgstr/ { part = ""; next }
/^"/ {
	if (part == "id")
		id = joined(id, $0)
	else if (part == "many")
		many = joined(many, $0)
}
END { finish() }
