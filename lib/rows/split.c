#include "rows/split.h"

#include <string.h>

/* How libcsv reads quotes: a quote that closes is followed, perhaps after blanks, by a delimiter
 * or a newline; any other byte there belongs to the cell, which stays open. */

static bool is_blank(const struct tlm_split *split, char c)
{
    return (c == ' ' || c == '\t') && c != split->delimiter;
}

/* True when the quote at `quote` is the first byte of a cell but for blanks. Looks back to `from`
 * at most, which is a cell's first byte only if it is the row's. */
static bool opens_cell(const struct tlm_split *split, const char *row, const char *from,
                       const char *quote)
{
    while (quote > from && is_blank(split, quote[-1]))
        quote--;
    return quote == from ? from == row : quote[-1] == split->delimiter || quote[-1] == '\n';
}

/* Where the quoted cell whose text starts at `at` is over: its delimiter, or its newline (with
 * the '\r' before it). NULL: not in this text. */
static const char *end_of_quoted(const struct tlm_split *split, const char *at, const char *end)
{
    const char *quote = memchr(at, '"', (size_t)(end - at));
    while (quote) {
        const char *next = quote + 1;
        if (next < end && *next == '"') {
            quote = memchr(next + 1, '"', (size_t)(end - next - 1));
            continue;
        }
        while (next < end && is_blank(split, *next))
            next++;
        if (next == end)
            return NULL;
        if (*next == split->delimiter || *next == '\n')
            return next;
        if (*next == '\r' && next + 1 < end && next[1] == '\n')
            return next;
        /* After blanks another quote may be the closing one. */
        quote = memchr(next, '"', (size_t)(end - next));
    }
    return NULL;
}

/* True when the quote stands in a comment line that starts behind `from`. */
static bool in_comment(const struct tlm_split *split, const char *row, const char *from,
                       const char *quote)
{
    if (!split->comment_len)
        return false;
    const char *newline = memrchr(from, '\n', (size_t)(quote - from));
    const char *line = newline ? newline + 1 : from;
    return (newline || from == row) && (size_t)(quote - line) >= split->comment_len &&
           memcmp(line, split->comment, split->comment_len) == 0;
}

/* End of the last whole row, or of the first one; NULL when no row is whole. */
static const char *scan(const struct tlm_split *split, const char *text, const char *end,
                        bool first)
{
    const char *rows = NULL;
    const char *at = text; /* outside quotes; behind the start: at a delimiter, a newline, or just
                              behind a literal quote */
    while (at) {
        const char *quote = memchr(at, '"', (size_t)(end - at));
        size_t plain = (size_t)((quote ? quote : end) - at);
        const char *newline = first ? memchr(at, '\n', plain) : memrchr(at, '\n', plain);
        if (newline)
            rows = newline + 1;
        if (!quote || (first && rows))
            break;
        if (in_comment(split, text, at, quote)) {
            at = memchr(quote, '\n', (size_t)(end - quote));
            continue;
        }
        bool opens = opens_cell(split, text, at, quote);
        at = opens ? end_of_quoted(split, quote + 1, end) : quote + 1;
    }
    return rows;
}

size_t tlm__split_rows(const struct tlm_split *split, const char *text, size_t len)
{
    if (!len)
        return 0;
    const char *rows;
    if (split->quotes && memchr(text, '"', len)) {
        rows = scan(split, text, text + len, false);
    } else {
        rows = memrchr(text, '\n', len);
        rows = rows ? rows + 1 : NULL;
    }
    return rows ? (size_t)(rows - text) : 0;
}

size_t tlm__split_first(const struct tlm_split *split, const char *text, size_t len)
{
    if (!len)
        return 0;
    const char *row;
    if (split->quotes) {
        row = scan(split, text, text + len, true);
    } else {
        row = memchr(text, '\n', len);
        row = row ? row + 1 : NULL;
    }
    return row ? (size_t)(row - text) : len;
}
