#include "rows/csv_quoted.h"

#include <csv.h>
#include <stdlib.h>
#include <string.h>

#include "base/checked.h"
#include "rows/rows.h"

enum { CELL_BLOCK = 4096, CELL_KEEP = 1024 * 1024 };

struct tlm_csv_quoted {
    struct csv_parser parser;
    struct tlm_buf cells; /* struct tlm_string */
    char *room;           /* where the next cell's text goes */
    bool no_memory;
    bool row_done;
};

/* Blanks are spaces and tabs, except where they separate. */
static int is_blank(unsigned char c)
{
    return c == ' ' || c == '\t';
}

static int is_blank_not_tab(unsigned char c)
{
    return c == ' ';
}

static int is_blank_not_space(unsigned char c)
{
    return c == '\t';
}

static int is_newline(unsigned char c)
{
    return c == '\n';
}

struct tlm_csv_quoted *tlm__csv_quoted_new(char delimiter)
{
    struct tlm_csv_quoted *quoted = calloc(1, sizeof *quoted);
    if (!quoted)
        return NULL;
    if (csv_init(&quoted->parser, CSV_REPALL_NL) != 0) {
        free(quoted);
        return NULL;
    }
    csv_set_blk_size(&quoted->parser, CELL_BLOCK);
    csv_set_delim(&quoted->parser, (unsigned char)delimiter);
    csv_set_term_func(&quoted->parser, is_newline);
    csv_set_space_func(&quoted->parser, delimiter == '\t'  ? is_blank_not_tab
                                        : delimiter == ' ' ? is_blank_not_space
                                                           : is_blank);
    return quoted;
}

void tlm__csv_quoted_free(struct tlm_csv_quoted *quoted)
{
    if (!quoted)
        return;
    csv_free(&quoted->parser);
    tlm__buf_release(&quoted->cells);
    free(quoted);
}

static void on_cell(void *text, size_t len, void *ctx)
{
    struct tlm_csv_quoted *quoted = ctx;
    struct tlm_string cell = {quoted->room, len};
    if (len)
        memcpy(quoted->room, text, len);
    quoted->room += len;
    if (!tlm__buf_append(&quoted->cells, &cell, sizeof cell))
        quoted->no_memory = true;
}

static void on_row(int newline, void *ctx)
{
    struct tlm_csv_quoted *quoted = ctx;
    (void)newline;
    quoted->row_done = true;
}

enum tlm_code tlm__csv_quoted_split(struct tlm_csv_quoted *quoted, const char *text, size_t len,
                                    struct tlm_arena *arena, const struct tlm_string **cells,
                                    size_t *n_cells)
{
    size_t room; /* a cell's text is never longer than its source */
    quoted->room =
        tlm__size_add(len, TLM_TEXT_PADDING, &room) ? tlm__arena_take(arena, room) : NULL;
    if (!quoted->room)
        return TLM_NO_MEMORY;
    tlm__buf_reset(&quoted->cells);
    quoted->no_memory = quoted->row_done = false;
    struct csv_parser *parser = &quoted->parser;
    bool all = csv_parse(parser, text, len, on_cell, on_row, quoted) == len &&
               csv_parse(parser, "\n", 1, on_cell, on_row, quoted) == 1;
    if (!quoted->row_done || !all)
        csv_fini(parser, NULL, NULL, NULL); /* back to the start of a row */
    if (csv_get_buffer_size(parser) > CELL_KEEP)
        csv_free(parser);
    if (!all || quoted->no_memory)
        return TLM_NO_MEMORY;
    if (!quoted->row_done)
        return TLM_ROW_SYNTAX;
    *cells = (const struct tlm_string *)(const void *)quoted->cells.data;
    *n_cells = quoted->cells.len / sizeof **cells;
    return TLM_OK;
}

/* ---- quotes that are never closed ----------------------------------------------------------- */

/* Where a record can be; a set of them is those from where it never ends. */
enum {
    CELL_START = 1,
    UNQUOTED = 2,
    QUOTED = 4,
    CLOSED = 8,       /* behind a quote that may have closed the cell */
    CLOSED_BLANK = 16 /* and behind blanks after it */
};

/* The set before a byte, from the one behind it. */
static unsigned step_back(unsigned after, char c, char delimiter)
{
    unsigned to_cell = after & CELL_START ? ~0u : 0, to_quoted = after & QUOTED ? ~0u : 0;
    unsigned to_closed = after & CLOSED ? ~0u : 0, to_blank = after & CLOSED_BLANK ? ~0u : 0;
    unsigned to_unquoted = after & UNQUOTED ? ~0u : 0;
    if (c == delimiter)
        return (to_cell & (CELL_START | UNQUOTED | CLOSED | CLOSED_BLANK)) | (to_quoted & QUOTED);
    switch (c) {
    case '"':
        return (to_quoted & (CELL_START | CLOSED)) | (to_unquoted & UNQUOTED) |
               (to_closed & (QUOTED | CLOSED_BLANK));
    case '\n':
        return to_quoted & QUOTED;
    case ' ':
    case '\t':
        return (to_cell & CELL_START) | (to_unquoted & UNQUOTED) | (to_quoted & QUOTED) |
               (to_blank & (CLOSED | CLOSED_BLANK));
    default:
        return (to_unquoted & (CELL_START | UNQUOTED)) |
               (to_quoted & (QUOTED | CLOSED | CLOSED_BLANK));
    }
}

static bool add_bit(struct tlm_buf *bits, size_t number, bool bit)
{
    if (number % 8 == 0 && !tlm__buf_append_byte(bits, 0))
        return false;
    if (bit)
        bits->data[number / 8] |= (uint8_t)(1u << number % 8);
    return true;
}

bool tlm__csv_unclosed_lines(const char *text, size_t len, char delimiter, struct tlm_buf *bits,
                             size_t *n_lines)
{
    unsigned set = QUOTED;
    size_t lines = 0;
    tlm__buf_reset(bits);
    for (size_t i = len; i-- > 0;) {
        bool newline_next = i + 1 == len || text[i + 1] == '\n';
        /* A '\r' of a newline: only inside quotes it is text. */
        set = text[i] == '\r' && newline_next ? set & QUOTED : step_back(set, text[i], delimiter);
        if ((i == 0 || text[i - 1] == '\n') && !add_bit(bits, lines++, set & CELL_START))
            return false;
    }
    *n_lines = lines;
    return true;
}
