/* The CSV rooms against libcsv run over whole files: cells, places of row ends, and both of our
 * lanes against each other. */
#include "support/unit.h"

#include <csv.h>

#include "rows/csv_quoted.h"
#include "rows/split.h"
#include "support/csv_rows.h"

enum { COLUMNS = 40 };

static uint64_t next_random(uint64_t *state)
{
    *state ^= *state << 13;
    *state ^= *state >> 7;
    *state ^= *state << 17;
    return *state >> 16;
}

static size_t below(uint64_t *state, size_t n)
{
    return (size_t)(next_random(state) % n);
}

static void add(struct tlm_buf *text, const char *piece)
{
    ck_assert(tlm__buf_append_text(text, piece));
}

static void add_blanks(struct tlm_buf *text, uint64_t *state, char delimiter)
{
    for (size_t n = below(state, 4); n > 1; n--)
        ck_assert(tlm__buf_append_byte(text, delimiter != '\t' && below(state, 2) ? '\t' : ' '));
}

static void add_pieces(struct tlm_buf *text, uint64_t *state, const char *const *pieces, size_t n)
{
    for (size_t k = below(state, 6); k > 0; k--)
        add(text, pieces[below(state, n)]);
}

/* A cell that is text, or nothing; damage: quotes where none should be. */
static void add_cell(struct tlm_buf *text, uint64_t *state, char delimiter, bool quotes,
                     bool damage)
{
    const char separator[] = {delimiter, '\0'};
    const char *const plain[] = {"x", "yy", "\xc3\xa9", " ", "x7", "quite-a-long-piece", "y\"y"};
    const char *const quoted[] = {"x", "\"\"", " ", "\n", "\r\n", "\"\"\"\"", separator, "\t"};
    const char *const broken[] = {"x", "\"", "\" ", "\"\"", " ", separator, "\n", "\r\n"};
    add_blanks(text, state, delimiter);
    size_t kind = below(state, 8);
    if (damage && kind == 0) {
        add(text, "\"");
        add_pieces(text, state, broken, sizeof broken / sizeof broken[0]);
    } else if (quotes && kind < 4) {
        add(text, "\"");
        add_pieces(text, state, quoted, sizeof quoted / sizeof quoted[0]);
        add(text, "\"");
    } else if (kind < 7) {
        add(text, below(state, 2) ? "x" : "z");
        add_pieces(text, state, plain, sizeof plain / sizeof plain[0] - !quotes);
    }
    add_blanks(text, state, delimiter);
}

/* Rows that start with a time; sometimes a blank line, CRLF, or no newline at the end. */
static void make_text(struct tlm_buf *text, uint64_t *state, char delimiter, bool quotes,
                      bool damage)
{
    tlm__buf_reset(text);
    for (size_t rows = below(state, 12); rows > 0; rows--) {
        if (below(state, 8) == 0)
            add(text, below(state, 2) ? "\n" : "  \r\n");
        ck_assert(tlm__buf_printf(text, below(state, 4) || !quotes ? "%zu" : "\"%zu\"",
                                  1 + below(state, 1000)));
        for (size_t cells = below(state, 6); cells > 0; cells--) {
            ck_assert(tlm__buf_append_byte(text, (uint8_t)delimiter));
            add_cell(text, state, delimiter, quotes, damage);
        }
        if (rows > 1 || below(state, 2))
            add(text, below(state, 3) ? "\n" : "\r\n");
    }
    ck_assert(tlm__buf_append_text(text, ""));
}

/* ---- libcsv over the whole file ------------------------------------------------------------- */

struct oracle {
    struct tlm_buf shown;
    size_t column;
};

static void oracle_cell(void *cell, size_t len, void *ctx)
{
    struct oracle *oracle = ctx;
    const char *text = cell;
    bool blank = true;
    for (size_t i = 0; i < len; i++)
        blank = blank && (text[i] == ' ' || text[i] == '\t');
    if (oracle->column == 0)
        ck_assert(tlm__buf_append(&oracle->shown, text, len));
    else if (!blank)
        ck_assert(tlm__buf_printf(&oracle->shown, " c%zu='", oracle->column) &&
                  tlm__buf_append(&oracle->shown, text, len) &&
                  tlm__buf_append_byte(&oracle->shown, '\''));
    oracle->column++;
}

static void oracle_row(int newline, void *ctx)
{
    (void)newline;
    struct oracle *oracle = ctx;
    ck_assert_uint_le(oracle->column, COLUMNS);
    ck_assert(tlm__buf_append_byte(&oracle->shown, '\n'));
    oracle->column = 0;
}

static int space_only(unsigned char c)
{
    return c == ' ';
}

/* False: the text ends inside quotes, which libcsv does not mind. */
static bool oracle_run(struct oracle *oracle, const struct tlm_buf *text, char delimiter)
{
    struct csv_parser parser;
    ck_assert_int_eq(csv_init(&parser, 0), 0);
    csv_set_delim(&parser, (unsigned char)delimiter);
    if (delimiter == '\t')
        csv_set_space_func(&parser, space_only);
    tlm__buf_reset(&oracle->shown);
    oracle->column = 0;
    ck_assert_uint_eq(csv_parse(&parser, text->data, text->len, oracle_cell, oracle_row, oracle),
                      text->len);
    /* A newline ends every row but one whose quote is open: that one is left for csv_fini. */
    csv_parse(&parser, "\n", 1, oracle_cell, oracle_row, oracle);
    size_t closed = oracle->shown.len;
    csv_fini(&parser, oracle_cell, oracle_row, oracle);
    csv_free(&parser);
    ck_assert(tlm__buf_append_text(&oracle->shown, ""));
    return oracle->shown.len == closed;
}

/* ---- our parser, fed in chunks of whole rows ------------------------------------------------ */

static void header_of(char delimiter, struct tlm_buf *header)
{
    add(header, "t");
    for (int i = 1; i < COLUMNS; i++)
        ck_assert(tlm__buf_printf(header, "%cc%d", delimiter, i));
}

static void parse_chunk(struct csv_rows *csv, const char *text, size_t len, struct tlm_buf *shown)
{
    char *padded = csv_rows_padded(text, len);
    csv_rows_parse(csv, padded, len);
    csv_rows_show(csv, shown);
    tlm__rows_reset(&csv->rows);
    free(padded);
}

static void parse_in_chunks(struct csv_rows *csv, const struct tlm_buf *text, uint64_t *state,
                            struct tlm_buf *shown)
{
    struct tlm_split split = {.quotes = true, .delimiter = csv->delimiter};
    const char *data = (const char *)text->data;
    size_t at = 0, seen = 0;
    tlm__buf_reset(shown);
    add(shown, "");
    while (seen < text->len) {
        seen += 1 + below(state, 40);
        if (seen > text->len)
            seen = text->len;
        size_t whole = tlm__split_rows(&split, data + at, seen - at);
        parse_chunk(csv, data + at, whole, shown);
        at += whole;
    }
    parse_chunk(csv, data + at, text->len - at, shown);
}

static void compare_with_libcsv(char delimiter, uint64_t seed, int rounds, bool quotes, bool damage)
{
    static const struct tlm_pair types[] = {{"*", "string"}};
    struct csv_rows csv;
    struct tlm_error error;
    struct tlm_buf header = {0}, text = {0}, shown = {0};
    struct oracle oracle = {.column = 0};
    csv_rows_init(&csv);
    csv.delimiter = delimiter;
    csv.options.types = (struct tlm_pairs){types, 1};
    header_of(delimiter, &header);
    ck_assert_int_eq(csv_rows_start(&csv, (char *)header.data, &error), TLM_OK);
    int compared = 0;
    for (int i = 0; i < rounds; i++) {
        make_text(&text, &seed, delimiter, quotes, damage);
        if (!oracle_run(&oracle, &text, delimiter) || strchr((char *)oracle.shown.data, '!'))
            continue;
        parse_in_chunks(&csv, &text, &seed, &shown);
        /* Damage may eat a row's start: its time is then no number, libcsv does not care. */
        if (damage && memchr(shown.data, '!', shown.len))
            continue;
        ck_assert_msg(strcmp((char *)shown.data, (char *)oracle.shown.data) == 0,
                      "text:\n%s\nours:\n%s\nlibcsv:\n%s", (char *)text.data, (char *)shown.data,
                      (char *)oracle.shown.data);
        compared++;
    }
    ck_assert_int_gt(compared, damage ? rounds / 4 : rounds - rounds / 10);
    tlm__buf_release(&header);
    tlm__buf_release(&text);
    tlm__buf_release(&shown);
    tlm__buf_release(&oracle.shown);
    csv_rows_release(&csv);
}

START_TEST(cells_are_those_of_libcsv)
{
    compare_with_libcsv(',', 11, 2000, true, false);
    compare_with_libcsv(';', 12, 2000, true, false);
    compare_with_libcsv('\t', 13, 2000, true, false);
}
END_TEST

START_TEST(plain_cells_are_those_of_libcsv)
{
    compare_with_libcsv(',', 21, 2000, false, false);
    compare_with_libcsv('\t', 22, 2000, false, false);
}
END_TEST

START_TEST(damaged_quotes_are_read_as_libcsv_does)
{
    compare_with_libcsv(',', 31, 4000, true, true);
}
END_TEST

/* ---- both lanes ----------------------------------------------------------------------------- */

/* Quoting the time sends a record through libcsv; the rest of it must come out the same. */
START_TEST(both_lanes_give_the_same_values)
{
    static const char *const cells[] = {"1",       " 2.50 ",   "nan",   "",   "  ",   "true ",
                                        "\tFALSE", "text x",   "02114", "-",  "x\ry", "1,5",
                                        "+.5",     "\xc3\xa9", "1e3",   "NA", "t rue"};
    static const char *const nulls[] = {"NA"};
    struct csv_rows csv;
    struct tlm_error error;
    uint64_t state = 41;
    struct tlm_buf line = {0}, plain = {0}, quoted = {0};
    csv_rows_init(&csv);
    csv.delimiter = ';';
    csv.options.null_values = (struct tlm_list){nulls, 1};
    ck_assert_int_eq(csv_rows_start(&csv, "t;a;b;c;d;e", &error), TLM_OK);
    for (int i = 0; i < 3000; i++) {
        tlm__buf_reset(&line);
        add(&line, "\"1\"");
        for (size_t n = below(&state, 8); n > 0; n--) {
            add(&line, ";");
            add(&line, cells[below(&state, sizeof cells / sizeof cells[0])]);
        }
        tlm__buf_reset(&plain);
        tlm__buf_reset(&quoted);
        parse_chunk(&csv, (char *)line.data, line.len, &quoted);
        line.data[2] = ' ';
        parse_chunk(&csv, (char *)line.data + 1, line.len - 1, &plain);
        char *bad = memchr(quoted.data, '[', quoted.len);
        const char *bad_plain = memchr(plain.data, '[', plain.len);
        ck_assert_int_eq(bad == NULL, bad_plain == NULL);
        if (bad) /* behind the text, which differs */
            ck_assert_str_eq(strchr(bad, ']'), strchr(bad_plain, ']'));
        else
            ck_assert_str_eq((char *)quoted.data, (char *)plain.data);
    }
    tlm__buf_release(&line);
    tlm__buf_release(&plain);
    tlm__buf_release(&quoted);
    csv_rows_release(&csv);
}
END_TEST

/* ---- row ends ------------------------------------------------------------------------------- */

static int is_newline(unsigned char c)
{
    return c == '\n';
}

static void end_seen(int newline, void *ctx)
{
    (void)newline;
    *(bool *)ctx = true;
}

/* Marks each newline that ends a row, by libcsv fed byte by byte. A '\r' that belongs to a newline
 * is kept from it: libcsv without its own idea of '\r' would take it for text. */
static bool *row_ends(const struct tlm_buf *text, char delimiter)
{
    bool *ends = calloc(text->len + 1, sizeof *ends);
    struct csv_parser parser;
    ck_assert_ptr_nonnull(ends);
    ck_assert_int_eq(csv_init(&parser, CSV_REPALL_NL), 0);
    csv_set_delim(&parser, (unsigned char)delimiter);
    csv_set_term_func(&parser, is_newline);
    if (delimiter == '\t')
        csv_set_space_func(&parser, space_only);
    for (size_t i = 0; i < text->len; i++) {
        if (text->data[i] == '\r' && i + 1 < text->len && text->data[i + 1] == '\n')
            continue;
        ck_assert_uint_eq(csv_parse(&parser, text->data + i, 1, NULL, end_seen, &ends[i]), 1);
    }
    csv_free(&parser);
    return ends;
}

/* Every prefix of the text, from a copy without anything behind it. */
static void check_prefixes(const struct tlm_split *split, const struct tlm_buf *text)
{
    bool *ends = row_ends(text, split->delimiter);
    size_t last = 0, first = 0;
    for (size_t n = 0; n <= text->len; n++) {
        if (n && ends[n - 1]) {
            last = n;
            first = first ? first : n;
        }
        char *prefix = malloc(n ? n : 1);
        ck_assert_ptr_nonnull(prefix);
        memcpy(prefix, text->data, n);
        ck_assert_msg(tlm__split_rows(split, prefix, n) == last, "rows of %zu bytes of\n%s", n,
                      (char *)text->data);
        ck_assert_msg(tlm__split_first(split, prefix, n) == (first ? first : n),
                      "first row of %zu bytes of\n%s", n, (char *)text->data);
        free(prefix);
    }
    free(ends);
}

START_TEST(split_is_never_inside_a_row)
{
    static const char soup[] = "\"\"\"\"\n\n,,  x\t\r";
    uint64_t state = 51;
    struct tlm_buf text = {0};
    for (int i = 0; i < 3000; i++) {
        struct tlm_split split = {.quotes = true, .delimiter = i % 2 ? ',' : '\t'};
        if (i % 3) {
            make_text(&text, &state, split.delimiter, true, i % 5 == 0);
        } else {
            tlm__buf_reset(&text);
            for (size_t n = below(&state, 60); n > 0; n--)
                ck_assert(
                    tlm__buf_append_byte(&text, (uint8_t)soup[below(&state, sizeof soup - 1)]));
        }
        ck_assert(tlm__buf_append_byte(&text, '\0'));
        text.len--;
        check_prefixes(&split, &text);
    }
    tlm__buf_release(&text);
}
END_TEST

/* ---- unclosed quotes ------------------------------------------------------------------------ */

/* The one-pass answer for each line against libcsv asked for each line. */
START_TEST(unclosed_lines_are_those_that_libcsv_leaves_open)
{
    static const char soup[] = "\"\"\"\"\n\n,,  x\t\r";
    uint64_t state = 61;
    struct tlm_buf text = {0}, bits = {0};
    for (int i = 0; i < 3000; i++) {
        char delimiter = i % 2 ? ',' : '\t';
        tlm__buf_reset(&text);
        for (size_t n = below(&state, 50); n > 0; n--)
            ck_assert(tlm__buf_append_byte(&text, (uint8_t)soup[below(&state, sizeof soup - 1)]));
        ck_assert(tlm__buf_reserve(&text, TLM_TEXT_PADDING));
        struct tlm_split split = {.quotes = true, .delimiter = delimiter};
        struct tlm_csv_quoted *quoted = tlm__csv_quoted_new(delimiter);
        size_t lines, line = 0;
        const char *data = (const char *)text.data, *end = data + text.len;
        ck_assert(tlm__csv_unclosed_lines(data, text.len, delimiter, &bits, &lines));
        for (const char *p = data; p < end; line++) {
            struct tlm_arena arena = {0};
            const struct tlm_string *cells;
            size_t len = tlm__split_first(&split, p, (size_t)(end - p)), n_cells;
            len -= p[len - 1] == '\n';
            len -= len && p[len - 1] == '\r';
            enum tlm_code code = tlm__csv_quoted_split(quoted, p, len, &arena, &cells, &n_cells);
            ck_assert_uint_lt(line, lines);
            size_t bit = lines - 1 - line;
            ck_assert_int_eq(bits.data[bit / 8] >> bit % 8 & 1, code == TLM_ROW_SYNTAX);
            tlm__arena_release(&arena);
            const char *newline = memchr(p, '\n', (size_t)(end - p));
            p = newline ? newline + 1 : end;
        }
        ck_assert_uint_eq(line, lines);
        tlm__csv_quoted_free(quoted);
    }
    tlm__buf_release(&text);
    tlm__buf_release(&bits);
}
END_TEST

UNIT_MAIN("csv_differential", cells_are_those_of_libcsv, plain_cells_are_those_of_libcsv,
          damaged_quotes_are_read_as_libcsv_does, both_lanes_give_the_same_values,
          split_is_never_inside_a_row, unclosed_lines_are_those_that_libcsv_leaves_open)
