#include "surface.h"

#include <string.h>
#include <wchar.h>

const char *role_name(enum role role)
{
	static const char *const names[ROLE_COUNT] = { "text", "title", "rule", "keys", "hint", "label", "error", "warning", "conflict", "edited",
		"dialog",
		"training" };

	return names[role];
}

void surface_init(struct surface *surface, int rows, int cols)
{
	memset(surface, 0, sizeof(*surface));
	surface_resize(surface, rows, cols);
}

void surface_done(struct surface *surface)
{
	mem_free(surface->cells);
	surface->cells = NULL;
}

void surface_resize(struct surface *surface, int rows, int cols)
{
	surface->rows = rows < 1 ? 1 : rows;
	surface->cols = cols < 1 ? 1 : cols;
	mem_free(surface->cells);
	surface->cells = mem_calloc((size_t)surface->rows * (size_t)surface->cols, sizeof(*surface->cells));
	surface_clear(surface);
}

void surface_clear(struct surface *surface)
{
	size_t i, count = (size_t)surface->rows * (size_t)surface->cols;

	for (i = 0; i < count; i++) {
		surface->cells[i].text[0] = ' ';
		surface->cells[i].text[1] = '\0';
		surface->cells[i].width = 1;
		surface->cells[i].role = ROLE_TEXT;
	}
	surface->cursor_row = surface->rows - 1;
	surface->cursor_col = 0;
	surface->focus[0] = '\0';
}

struct cell *surface_cell(const struct surface *surface, int row, int col)
{
	if (row < 0 || row >= surface->rows || col < 0 || col >= surface->cols)
		return NULL;
	return &surface->cells[row * surface->cols + col];
}

/* ---- repertoire ---- */

/* Signs that have a customary spelling in ASCII. */
static const struct { int32_t cp; const char *ascii; } spellings[] = {
	{ 0xa0, " " }, { 0xd7, "x" }, { 0xdf, "s" }, { 0xe6, "a" }, { 0xf8, "o" }, { 0xd8, "O" }, { 0x2010, "-" }, { 0x2011, "-" }, { 0x2012,
		"-" }, { 0x2013, "-" },
	{ 0x2014, "-" }, { 0x2018, "'" }, { 0x2019, "'" }, { 0x201c, "\"" }, { 0x201d, "\"" }, { 0x2022, "*" }, { 0x2190, "<" }, { 0x2192, ">" }, {
		0x131, "i" },
	{ 0x253, "b" }, { 0x254, "o" }, { 0x256, "d" }, { 0x257, "d" }, { 0x25b, "e" }, { 0x199, "k" }, { 0x14b, "n" }, { 0x186, "O" }, { 0x190,
		"E" }, { 0x14a, "N" },
};

static void repertoire_ascii(int32_t cp, struct buf *out)
{
	char one[5] = "";
	char *folded, *lower;
	size_t i;

	for (i = 0; i < sizeof(spellings) / sizeof(spellings[0]); i++) {
		if (spellings[i].cp == cp) {
			buf_add_text(out, spellings[i].ascii);
			return;
		}
	}
	one[text_put(cp, one)] = '\0';
	if (text_width(cp) == 0)
		return;                      /* a mark goes with its letter */
	folded = text_fold(one);
	lower = text_lower(one);
	if (text_width(cp) == 2) {
		buf_add_text(out, "? ");
	} else if (folded[0] > ' ' && folded[0] < 0x7f && folded[1] == '\0') {
		char c = folded[0];

		if (strcmp(lower, one) != 0 && c >= 'a' && c <= 'z')
			c = (char)(c - 'a' + 'A');
		buf_add_char(out, c);
	} else {
		buf_add_char(out, '?');
	}
	mem_free(folded);
	mem_free(lower);
}

static bool codeset_has(int32_t cp)
{
	char bytes[32];
	mbstate_t state;

	memset(&state, 0, sizeof(state));
	return wcrtomb(bytes, (wchar_t)cp, &state) != (size_t)-1;
}

char *repertoire_text(enum repertoire repertoire, const char *text)
{
	const char *at = text, *end = text + strlen(text);
	struct buf out;
	char *composed = NULL;

	if (repertoire == REPERTOIRE_UTF8)
		return mem_strdup(text);
	if (repertoire == REPERTOIRE_CODESET) {
		composed = text_nfc(text);
		at = composed;
		end = at + strlen(at);
	}
	buf_init(&out, 0);
	while (at < end) {
		const char *from = at;
		int32_t cp = text_next(&at, end);

		if (cp < 0x80 || (repertoire == REPERTOIRE_CODESET && codeset_has(cp)))
			buf_add(&out, from, (size_t)(at - from));
		else
			repertoire_ascii(cp, &out);
	}
	mem_free(composed);
	return buf_take(&out, NULL);
}

int surface_columns(const struct surface *surface, const char *text)
{
	char *safe = text_safe(text);
	char *shown = repertoire_text(surface->repertoire, safe);
	int columns = text_columns(shown);

	mem_free(safe);
	mem_free(shown);
	return columns;
}

/* ---- text ---- */

/* A cell that is overwritten may be half of a wide character: the other half becomes blank. */
static void surface_blank_partner(struct surface *surface, int row, int col)
{
	struct cell *cell = surface_cell(surface, row, col), *other;

	if (cell == NULL)
		return;
	other = cell->width == 0 ? surface_cell(surface, row, col - 1) : cell->width == 2 ? surface_cell(surface, row, col + 1) : NULL;
	if (other != NULL) {
		other->text[0] = ' ';
		other->text[1] = '\0';
		other->width = 1;
	}
}

int surface_put(struct surface *surface, int row, int col, int end, enum role role, const char *text)
{
	char *safe, *shown;
	const char *at, *stop;
	struct cell *last = NULL;

	if (text == NULL || row < 0 || row >= surface->rows)
		return col;
	if (end > surface->cols)
		end = surface->cols;
	safe = text_safe(text);
	shown = repertoire_text(surface->repertoire, safe);
	at = shown;
	stop = shown + strlen(shown);
	while (at < stop) {
		const char *from = at;
		int32_t cp = text_next(&at, stop);
		int width = text_width(cp);
		size_t len = (size_t)(at - from);
		struct cell *cell;

		if (width <= 0) {
			/* a mark joins the character before it; without one there is nothing to join */
			if (last != NULL && strlen(last->text) + len < CELL_BYTES)
				memcpy(last->text + strlen(last->text), from, len);      /* the rest of the cell is zero */
			continue;
		}
		if (col + width > end)
			break;
		cell = surface_cell(surface, row, col);
		if (cell != NULL) {
			surface_blank_partner(surface, row, col);
			if (width == 2)
				surface_blank_partner(surface, row, col + 1);
			memset(cell->text, 0, sizeof(cell->text));
			memcpy(cell->text, from, len);
			cell->width = width;
			cell->role = role;
			if (width == 2) {
				cell[1].text[0] = '\0';
				cell[1].width = 0;
				cell[1].role = role;
			}
			last = cell;
		}
		col += width;
	}
	mem_free(safe);
	mem_free(shown);
	return col;
}

int surface_put_cut(struct surface *surface, int row, int col, int end, enum role role, const char *text)
{
	if (text == NULL)
		return col;
	if (end > surface->cols)
		end = surface->cols;
	if (end - col < 4 || surface_columns(surface, text) <= end - col)
		return surface_put(surface, row, col, end, role, text);
	col = surface_put(surface, row, col, end - 2, role, text);
	return surface_put(surface, row, col, end, role, "..");
}

int surface_put_right(struct surface *surface, int row, int end, enum role role, const char *text)
{
	int col = end - surface_columns(surface, text);

	if (col < 0)
		col = 0;
	surface_put(surface, row, col, end, role, text);
	return col;
}

void surface_fill(struct surface *surface, int row, int col, int end, enum role role, char c)
{
	for (; col < end && col < surface->cols; col++) {
		struct cell *cell = surface_cell(surface, row, col);

		if (cell == NULL)
			continue;
		surface_blank_partner(surface, row, col);
		cell->text[0] = c;
		cell->text[1] = '\0';
		cell->width = 1;
		cell->role = role;
	}
}

void surface_cursor(struct surface *surface, int row, int col)
{
	surface->cursor_row = row < 0 ? 0 : row >= surface->rows ? surface->rows - 1 : row;
	surface->cursor_col = col < 0 ? 0 : col >= surface->cols ? surface->cols - 1 : col;
}

void surface_focus(struct surface *surface, const char *name)
{
	size_t len = text_cut(name, sizeof(surface->focus) - 1);

	memcpy(surface->focus, name, len);
	surface->focus[len] = '\0';
}

/* French has a blank before ? ! : and ;, which never begin a line: "Confirmed ?" stays together, ", ! error" may be parted. */
static bool wrap_here(const char *text, const char *at, int32_t cp)
{
	return cp == ' ' && (at[1] == '\0' || strchr("?!:;", at[1]) == NULL || at == text || at[-1] == ',');
}

int wrap_text(const char *text, int width, struct wrap_line *lines, int max)
{
	const char *end = text + strlen(text), *start = text;
	int count = 0;

	if (width < 1)
		width = 1;
	while (count < max) {
		const char *at = start, *blank = NULL, *cut = end;
		int columns = 0;

		while (at < end) {
			const char *from = at;
			int32_t cp = text_next(&at, end);

			if (cp == '\n') {
				cut = from;
				break;
			}
			columns += text_width(cp);
			if (columns > width) {
				cut = wrap_here(text, from, cp) ? from : blank != NULL ? blank : from > start ? from : at;
				break;
			}
			if (wrap_here(text, from, cp))
				blank = from;
		}
		if (count == max - 1 && cut < end && width > 4)
			cut = end;                   /* the last line is cut by who draws it */
		lines[count++] = (struct wrap_line){ start, (size_t)(cut - start) };
		start = cut;
		while (start < end && (*start == ' ' || *start == '\n'))
			start++;
		if (start >= end)
			break;
	}
	return count;
}

int surface_put_line(struct surface *surface, int row, int col, int end, enum role role, const struct wrap_line *line)
{
	char *text = mem_strndup(line->at, line->len);
	int next = surface_put_cut(surface, row, col, end, role, text);

	mem_free(text);
	return next;
}
