/* The surface as text: the format that --script dumps and tests compare (product.md). */
#include <string.h>

#include "internal.h"

static void memory_dump_row(const struct surface *surface, int row, struct buf *out)
{
	size_t keep = out->len;
	int col;

	for (col = 0; col < surface->cols; col++) {
		const struct cell *cell = surface_cell(surface, row, col);

		if (cell->width > 0)
			buf_add_text(out, cell->text);
		if (cell->width > 0 && strcmp(cell->text, " ") != 0)
			keep = out->len;
	}
	if (keep < out->len) {
		out->len = keep;
		out->data[keep] = '\0';
	}
	buf_add_char(out, '\n');
}

static void memory_dump_roles(const struct surface *surface, int row, struct buf *out)
{
	int col = 0;

	while (col < surface->cols) {
		enum role role = surface_cell(surface, row, col)->role;
		int from = col;

		while (col < surface->cols && surface_cell(surface, row, col)->role == role)
			col++;
		if (role != ROLE_TEXT)
			buf_printf(out, "role %d %d-%d %s\n", row, from, col - 1, role_name(role));
	}
}

char *memory_dump(const struct surface *surface)
{
	struct buf out;
	int row;

	buf_init(&out, 0);
	for (row = 0; row < surface->rows; row++)
		memory_dump_row(surface, row, &out);
	buf_printf(&out, "cursor %d %d\n", surface->cursor_row, surface->cursor_col);
	buf_printf(&out, "screen %s focus %s\n", surface->screen == NULL ? "-" : surface->screen, surface->focus[0] == '\0' ? "-"
		: surface->focus);
	for (row = 0; row < surface->rows; row++)
		memory_dump_roles(surface, row, &out);
	return buf_take(&out, NULL);
}
