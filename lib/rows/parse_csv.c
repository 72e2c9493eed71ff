#include "rows/parse_csv.h"

#include <stdlib.h>
#include <string.h>

#include "base/apart.h"
#include "rows/cell.h"
#include "rows/csv_header.h"
#include "rows/csv_quoted.h"
#include "rows/hot_lane.h"
#include "rows/long_lane.h"
#include "rows/parse_json.h"
#include "rows/split.h"

struct tlm_csv_parser {
    struct tlm_assembler *assembler;
    struct tlm_name **names;
    size_t n_names;
    struct tlm_csv_quoted *quoted; /* made for the first record that needs it */
    struct tlm_split split;
    const char *comment;
    size_t comment_len;
    struct tlm_buf unclosed; /* bits, of the text from an unclosed quote on */
    struct tlm_hot_lane *hot;
    struct tlm_long_lane *longs;
};

/* One call of tlm__csv_parse. */
struct run {
    const char *at, *end;
    const char *quote;      /* the first one at or behind `at`, or end; older than `at`: unknown */
    const char *text;       /* where the text starts */
    struct tlm_place place; /* of the text; row and line are moved on */
    size_t unclosed_lines;  /* 0: not known which lines have an unclosed quote */
    uint64_t unclosed_line; /* line number of the first of them */
};

struct tlm_csv_parser *tlm__csv_parser_new(struct tlm_assembler *assembler)
{
    struct tlm_csv_parser *parser = tlm__apart_new(sizeof *parser);
    if (!parser)
        return NULL;
    parser->assembler = assembler;
    parser->hot = tlm__hot_new(assembler);
    parser->longs = tlm__long_new(assembler);
    if (parser->hot && parser->longs)
        return parser;
    tlm__csv_parser_free(parser);
    return NULL;
}

void tlm__csv_parser_free(struct tlm_csv_parser *parser)
{
    if (!parser)
        return;
    tlm__csv_quoted_free(parser->quoted);
    tlm__buf_release(&parser->unclosed);
    tlm__hot_free(parser->hot);
    tlm__long_free(parser->longs);
    free(parser->names);
    free(parser);
}

enum tlm_code tlm__csv_set_header(struct tlm_csv_parser *parser, const struct tlm_string *names,
                                  size_t n, struct tlm_error *error)
{
    const struct tlm_row_rules *rules = parser->assembler->rules;
    struct tlm_name **resolved = NULL;
    enum tlm_code code =
        tlm__csv_header_names(parser->assembler->columns, names, n, &resolved, error);
    if (code)
        return code;
    free(parser->names);
    parser->names = resolved;
    parser->n_names = n;
    tlm__hot_set_names(parser->hot, resolved, n);
    tlm__long_forget(parser->longs);
    tlm__csv_quoted_free(parser->quoted);
    parser->quoted = NULL;
    parser->split = (struct tlm_split){.quotes = true, .delimiter = rules->delimiter};
    parser->comment = rules->options.comment;
    parser->comment_len = parser->comment ? strlen(parser->comment) : 0;
    return TLM_OK;
}

/* ---- cells ---------------------------------------------------------------------------------- */

static inline bool is_blank(char c)
{
    return c == ' ' || c == '\t';
}

/* A cell without the blanks around it. */
static inline struct tlm_string trim(struct tlm_string cell)
{
    while (cell.len && is_blank(cell.data[0])) {
        cell.data++;
        cell.len--;
    }
    while (cell.len && is_blank(cell.data[cell.len - 1]))
        cell.len--;
    return cell;
}

static bool is_bool(struct tlm_string cell, bool *truth)
{
    static const char words[][6] = {"true", "True", "TRUE", "false", "False", "FALSE"};
    if (cell.len != 4 && cell.len != 5)
        return false;
    size_t first = cell.len == 4 ? 0 : 3;
    *truth = cell.len == 4;
    for (size_t i = first; i < first + 3; i++)
        if (memcmp(cell.data, words[i], cell.len) == 0)
            return true;
    return false;
}

static enum tlm_code refuse_utf8(struct tlm_assembler *assembler, const struct tlm_name *name)
{
    struct tlm_shown shown = tlm__show(name->text, name->len);
    return tlm__row_fail(assembler, TLM_ROW_UTF8, "\"%s\" is not UTF-8", shown.text);
}

/* Text under a name: `cell` with its blanks when they were quoted, `trimmed` where blanks mean
 * nothing. */
static enum tlm_code take_text(struct tlm_assembler *assembler, struct tlm_name *name,
                               struct tlm_string cell, struct tlm_string trimmed)
{
    struct tlm_string text = name->role == TLM_ROLE_TIME ? trimmed : cell;
    struct tlm_value value = {.kind = TLM_VALUE_TEXT, .text = text.data, .len = text.len};
    if (is_bool(trimmed, &value.truth) &&
        (name->role == TLM_ROLE_CHANNEL || name->role == TLM_ROLE_VALUE)) {
        value.kind = TLM_VALUE_BOOL;
        value.text = trimmed.data;
        value.len = trimmed.len;
    } else if (!tlm__utf8_valid(text.data, text.len)) {
        return refuse_utf8(assembler, name);
    }
    return tlm__row_value(assembler, name, &value);
}

static inline enum tlm_code take_cell(const struct tlm_csv_parser *parser, struct tlm_name *name,
                                      struct tlm_string cell)
{
    struct tlm_assembler *assembler = parser->assembler;
    const struct tlm_row_options *options = &assembler->rules->options;
    struct tlm_string trimmed = trim(cell);
    if (options->null_values.len &&
        tlm__row_rules_is_null(assembler->rules, trimmed.data, trimmed.len))
        return tlm__row_null(assembler, name);
    if (name->role == TLM_ROLE_VALUE)
        tlm__row_value_cell(assembler, cell);
    if (!trimmed.len || name->role == TLM_ROLE_DROP)
        return tlm__row_null(assembler, name);
    if (name->role == TLM_ROLE_CHANNEL || name->role == TLM_ROLE_VALUE) {
        struct tlm_value value;
        if (tlm__number_read_padded(trimmed.data, trimmed.len, options->decimal, &value.number)) {
            value.kind = TLM_VALUE_NUMBER;
            value.text = trimmed.data;
            value.len = trimmed.len;
            value.raw = NULL;
            return tlm__row_value(assembler, name, &value);
        }
    }
    return take_text(assembler, name, cell, trimmed);
}

/* ---- records -------------------------------------------------------------------------------- */

#define EACH_BYTE 0x0101010101010101u

/* The first byte c at or behind p, or a place at or behind end. Reads up to 7 bytes behind end. */
static inline const char *find(const char *p, const char *end, char c)
{
    const uint64_t wanted = EACH_BYTE * (unsigned char)c;
    for (; p < end; p += 8) {
        uint64_t word;
        memcpy(&word, p, sizeof word);
#if __BYTE_ORDER__ == __ORDER_BIG_ENDIAN__
        word = __builtin_bswap64(word);
#endif
        word ^= wanted;
        /* The lowest bit that is set is right; those above it may be borrows. */
        word = (word - EACH_BYTE) & ~word & (EACH_BYTE << 7);
        if (word)
            return p + (__builtin_ctzll(word) >> 3);
    }
    return end;
}

static bool refuse(struct tlm_csv_parser *parser, enum tlm_code code)
{
    return code != TLM_NO_MEMORY && tlm__row_refuse_as_said(parser->assembler, code);
}

static bool refuse_columns(struct tlm_csv_parser *parser, size_t n_cells)
{
    return tlm__row_refuse(parser->assembler, TLM_ROW_COLUMNS, "%zu cell%s for %zu column%s",
                           n_cells, n_cells == 1 ? "" : "s", parser->n_names,
                           parser->n_names == 1 ? "" : "s");
}

/* The cells behind the last column: all of them must be blank. */
static bool end_plain_record(struct tlm_csv_parser *parser, const char *p, const char *end)
{
    size_t n_cells = parser->n_names;
    bool blank = true;
    for (;;) {
        const char *cell_end = find(p, end, parser->split.delimiter);
        if (cell_end > end)
            cell_end = end;
        blank = blank && trim((struct tlm_string){p, (size_t)(cell_end - p)}).len == 0;
        n_cells++;
        if (cell_end == end)
            break;
        p = cell_end + 1;
    }
    return blank ? tlm__row_end(parser->assembler) : refuse_columns(parser, n_cells);
}

/* A record without quotes, and without its newline. False: memory is out. */
static bool plain_record(struct tlm_csv_parser *parser, const char *p, const char *end)
{
    const char delimiter = parser->split.delimiter;
    for (size_t column = 0; column < parser->n_names; column++) {
        const char *cell_end = find(p, end, delimiter);
        if (cell_end > end)
            cell_end = end;
        struct tlm_string cell = trim((struct tlm_string){p, (size_t)(cell_end - p)});
        enum tlm_code code = take_cell(parser, parser->names[column], cell);
        if (code)
            return refuse(parser, code);
        if (cell_end == end)
            return tlm__row_end(parser->assembler);
        p = cell_end + 1;
    }
    return end_plain_record(parser, p, end);
}

static bool quoted_cells(struct tlm_csv_parser *parser, const struct tlm_string *cells, size_t n)
{
    for (size_t i = 0; i < n && i < parser->n_names; i++) {
        enum tlm_code code = take_cell(parser, parser->names[i], cells[i]);
        if (code)
            return refuse(parser, code);
    }
    for (size_t i = parser->n_names; i < n; i++)
        if (trim(cells[i]).len)
            return refuse_columns(parser, n);
    return tlm__row_end(parser->assembler);
}

/* ---- the lane for long rows ------------------------------------------------------------------ */

/* Behind the cell at p: at a delimiter or at end. */
static const char *skip_cell(const char *p, const char *end, char delimiter)
{
    bool quoted = false;
    for (; p < end && (quoted || *p != delimiter); p++)
        quoted ^= *p == '"';
    return p;
}

/* True for a cell without quotes, or in quotes as RFC 4180 has it: whatever else there is of
 * quotes, libcsv has its own opinion of. */
static bool is_well_quoted(struct tlm_string cell)
{
    if (!cell.len || !memchr(cell.data, '"', cell.len))
        return true;
    if (cell.len < 2 || cell.data[0] != '"' || cell.data[cell.len - 1] != '"')
        return false;
    for (size_t i = 1; i + 1 < cell.len; i++)
        if (cell.data[i] == '"' && (i + 2 >= cell.len || cell.data[++i] != '"'))
            return false;
    return true;
}

/* The row's channel, time and value, which libcsv has copied, as they stand in the record itself.
 * False: one of them is in quotes there, or missing. */
static bool find_in_source(const struct tlm_csv_parser *parser, const char *p, const char *end)
{
    struct tlm_assembler *assembler = parser->assembler;
    size_t found = 0;
    for (size_t i = 0; i < parser->n_names && p < end; i++) {
        const char *cell_end = skip_cell(p, end, parser->split.delimiter);
        const struct tlm_string cell = trim((struct tlm_string){p, (size_t)(cell_end - p)});
        const enum tlm_role role = parser->names[i]->role;
        const bool wanted =
            role == TLM_ROLE_NAME || role == TLM_ROLE_TIME || role == TLM_ROLE_VALUE;
        p = cell_end + 1;
        if (!is_well_quoted(cell) || (wanted && (!cell.len || cell.data[0] == '"')))
            return false;
        if (!wanted)
            continue;
        found++;
        if (role == TLM_ROLE_NAME)
            assembler->long_channel = cell;
        else if (role == TLM_ROLE_TIME)
            assembler->time_text[0] = cell;
        else
            assembler->long_value.text = cell.data, assembler->long_value.len = cell.len;
    }
    return found == 3;
}

/* A record of one line with quotes has been accepted: in the rows that follow, the same tags stand
 * in the same quotes. */
static void quoted_saw(struct tlm_csv_parser *parser, const struct run *run, const char *line,
                       size_t len, size_t size)
{
    if (parser->assembler->rules->shape == TLM_SHAPE_LONG && !memchr(line, '\n', len) &&
        find_in_source(parser, line, line + len))
        tlm__long_saw(parser->longs, (size_t)(line - run->text), size);
}

/* ---- text ----------------------------------------------------------------------------------- */

/* The length without a newline at the end, or the '\r' of one whose '\n' the source lost. */
static size_t without_newline(const char *text, size_t len)
{
    if (len && text[len - 1] == '\n')
        len--;
    if (len && text[len - 1] == '\r')
        len--;
    return len;
}

enum tlm_code tlm__csv_split(const char *text, size_t len, char delimiter, struct tlm_arena *arena,
                             struct tlm_string **cells, size_t *n_cells)
{
    len = without_newline(text, len);
    struct tlm_csv_quoted *quoted = tlm__csv_quoted_new(delimiter);
    if (!quoted)
        return TLM_NO_MEMORY;
    const struct tlm_string *found = NULL;
    size_t n = 0;
    struct tlm_string *copy = NULL;
    enum tlm_code code = tlm__csv_quoted_split(quoted, text, len, arena, &found, &n);
    if (!code) {
        copy = tlm__arena_take(arena, n * sizeof *copy); /* n <= len + 1 */
        code = copy ? TLM_OK : TLM_NO_MEMORY;
    }
    if (!code) {
        if (n)
            memcpy(copy, found, n * sizeof *copy);
        *cells = copy;
        *n_cells = n;
    }
    tlm__csv_quoted_free(quoted);
    return code;
}

static bool is_blank_line(const struct tlm_csv_parser *parser, const char *text, size_t len)
{
    size_t i = 0;
    while (i < len && is_blank(text[i]) && text[i] != parser->split.delimiter)
        i++;
    return i == len;
}

/* Moves behind `size` bytes that are `lines` lines. */
static void advance(struct run *run, size_t size, uint64_t lines)
{
    run->at += size;
    run->place.line += lines;
}

static void begin(struct tlm_csv_parser *parser, struct run *run, size_t len)
{
    struct tlm_place place = run->place;
    place.byte += (uint64_t)(run->at - run->text);
    place.text = run->at;
    place.len = len;
    tlm__row_begin(parser->assembler, &place);
    run->place.row++;
}

static bool is_too_long(const struct tlm_csv_parser *parser, size_t len)
{
    uint64_t limit = parser->assembler->rules->options.max_line;
    return limit && len > limit;
}

static bool plain_line(struct tlm_csv_parser *parser, struct run *run, size_t size)
{
    const char *line = run->at;
    size_t len = without_newline(line, size);
    if (is_blank_line(parser, line, len)) {
        advance(run, size, 1);
        return true;
    }
    size_t good = parser->assembler->rows->n_rows;
    begin(parser, run, len);
    bool done = is_too_long(parser, len)
                    ? tlm__row_refuse_as_said(parser->assembler, TLM_ROW_TOO_LONG)
                    : plain_record(parser, line, line + len);
    bool is_good = parser->assembler->rows->n_rows > good;
    tlm__hot_saw(parser->hot, (size_t)(line - run->text), size, is_good);
    if (is_good)
        tlm__long_saw(parser->longs, (size_t)(line - run->text), size);
    advance(run, size, 1);
    return done;
}

/* The line at run->at, of `size` bytes, opens a quote that nothing closes. */
static bool unclosed_line(struct tlm_csv_parser *parser, struct run *run, size_t size)
{
    begin(parser, run, without_newline(run->at, size));
    advance(run, size, 1);
    return tlm__row_refuse(parser->assembler, TLM_ROW_SYNTAX, "a quote is never closed");
}

static bool is_known_unclosed(const struct tlm_csv_parser *parser, const struct run *run)
{
    if (!run->unclosed_lines)
        return false;
    size_t bit = run->unclosed_lines - 1 - (size_t)(run->place.line - run->unclosed_line);
    return parser->unclosed.data[bit / 8] >> bit % 8 & 1;
}

/* A record with quotes whose first line has line_size bytes. */
static bool quoted_record(struct tlm_csv_parser *parser, struct run *run, size_t line_size)
{
    if (is_known_unclosed(parser, run))
        return unclosed_line(parser, run, line_size);
    size_t left = (size_t)(run->end - run->at);
    size_t size = tlm__split_first(&parser->split, run->at, left);
    size_t len = without_newline(run->at, size), n_cells = 0;
    const struct tlm_string *cells = NULL;
    enum tlm_code code = tlm__csv_quoted_split(parser->quoted, run->at, len,
                                               &parser->assembler->rows->arena, &cells, &n_cells);
    if (code == TLM_NO_MEMORY)
        return false;
    if (code) {
        run->unclosed_line = run->place.line;
        return tlm__csv_unclosed_lines(run->at, left, parser->split.delimiter, &parser->unclosed,
                                       &run->unclosed_lines) &&
               unclosed_line(parser, run, line_size);
    }
    uint64_t lines = 1;
    for (const char *p = run->at, *end = p + len; (p = memchr(p, '\n', (size_t)(end - p))); p++)
        lines++;
    const char *line = run->at;
    const size_t good = parser->assembler->rows->n_rows;
    begin(parser, run, len);
    advance(run, size, lines);
    if (is_too_long(parser, len))
        return tlm__row_refuse_as_said(parser->assembler, TLM_ROW_TOO_LONG);
    if (!quoted_cells(parser, cells, n_cells))
        return false;
    if (parser->assembler->rows->n_rows > good)
        quoted_saw(parser, run, line, len, size);
    return true;
}

static bool is_comment(const struct tlm_csv_parser *parser, const char *line, size_t size)
{
    return parser->comment_len && size >= parser->comment_len &&
           memcmp(line, parser->comment, parser->comment_len) == 0;
}

/* One line, or one record of several. False: memory is out. */
static bool next_record(struct tlm_csv_parser *parser, struct run *run)
{
    size_t left = (size_t)(run->end - run->at);
    const char *newline = memchr(run->at, '\n', left);
    size_t size = newline ? (size_t)(newline + 1 - run->at) : left;
    if (is_comment(parser, run->at, size)) {
        advance(run, size, 1);
        return true;
    }
    if (run->quote < run->at) {
        const char *quote = memchr(run->at, '"', left);
        run->quote = quote ? quote : run->end;
    }
    if (run->quote >= run->at + size)
        return plain_line(parser, run, size);
    if (!parser->quoted && !(parser->quoted = tlm__csv_quoted_new(parser->split.delimiter)))
        return false;
    return quoted_record(parser, run, size);
}

/* As many records as the hot lane, or that for long rows, takes. False: memory is out. */
static bool hot_records(struct tlm_csv_parser *parser, struct run *run)
{
    size_t at = (size_t)(run->at - run->text);
    uint64_t rows = 0;
    if (tlm__hot_ready(parser->hot) && !tlm__hot_take(parser->hot, &at, &rows))
        return false;
    if (tlm__long_ready(parser->longs) && !tlm__long_take(parser->longs, &at, &rows))
        return false;
    run->at = run->text + at;
    run->place.row += rows;
    run->place.line += rows;
    return true;
}

bool tlm__csv_parse(struct tlm_csv_parser *parser, const char *text, size_t len,
                    struct tlm_place at, uint64_t *rows_seen, uint64_t *lines_seen)
{
    struct run run = {.at = text, .end = text + len, .text = text, .place = at};
    const char *quote = len ? memchr(text, '"', len) : NULL;
    run.quote = quote ? quote : run.end;
    bool done = true;
    tlm__hot_begin(parser->hot, text, len);
    tlm__long_begin(parser->longs, text, len);
    while (done && run.at < run.end) {
        if (tlm__hot_ready(parser->hot) || tlm__long_ready(parser->longs))
            done = hot_records(parser, &run);
        if (done && run.at < run.end)
            done = next_record(parser, &run);
    }
    *rows_seen += run.place.row - at.row;
    *lines_seen += run.place.line - at.line;
    return done;
}
