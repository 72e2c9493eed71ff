#include <string.h>

#include "rows/hot_block.h"
#include "rows/json_array.h"
#include "rows/json_text.h"
#include "rows/parse_json.h"

/* Texts have so many readable bytes. */
static const char true_text[TLM_TEXT_COPY] = "true", false_text[TLM_TEXT_COPY] = "false";

static bool take_text(struct tlm_hot_cell *cell, const char *p, size_t len)
{
    cell->kind = TLM_STRING;
    cell->bits = (uint64_t)(uintptr_t)p;
    cell->length = (uint32_t)len;
    return true;
}

static bool take_null(struct tlm_hot_cell *cell)
{
    cell->kind = TLM_CELL_NONE;
    cell->word = true;
    return true;
}

static bool take_double(struct tlm_hot_cell *cell, double value)
{
    cell->kind = TLM_DOUBLE;
    memcpy(&cell->bits, &value, sizeof cell->bits);
    return true;
}

static bool take_bool(const struct tlm_hot_lane *lane, struct tlm_hot_cell *cell, bool truth)
{
    cell->word = true;
    switch (lane->assembler->rules->options.bool_as) {
    case TLM_BOOL_STRING:
        return take_text(cell, truth ? true_text : false_text, truth ? 4 : 5);
    case TLM_BOOL_DOUBLE:
        return take_double(cell, truth);
    case TLM_BOOL_LONG:
        break;
    }
    cell->kind = TLM_LONG;
    cell->bits = truth;
    return true;
}

static bool take_number(const struct tlm_hot_lane *lane, struct tlm_hot_cell *cell,
                        const struct tlm_number *number)
{
    const enum tlm_int_as int_as = lane->assembler->rules->options.int_as;
    if (number->kind == TLM_NUMBER_DOUBLE)
        return take_double(cell, number->real);
    if (number->kind != TLM_NUMBER_INT)
        return false;
    cell->integer = true;
    if (int_as == TLM_INT_DOUBLE)
        return take_double(cell, number->real);
    cell->kind = int_as == TLM_INT_LONG ? TLM_LONG : TLM_CELL_INT;
    cell->bits = (uint64_t)number->integer;
    return true;
}

static bool is_null_text(const struct tlm_hot_lane *lane, const char *p, size_t len)
{
    const struct tlm_row_rules *rules = lane->assembler->rules;
    return rules->options.null_values.len && tlm__row_rules_is_null(rules, p, len);
}

/* ---- JSON ------------------------------------------------------------------------------------ */

static inline bool is_word(const char *p, size_t len, const char *word, size_t word_len)
{
    return len == word_len && memcmp(p, word, word_len) == 0;
}

/* The bytes between the quotes, checked; *escaped: they are to be decoded. */
static bool read_string(const char *p, size_t len, struct tlm_string *text, bool *escaped)
{
    struct tlm_json_fault fault;
    if (len < 2 || *p != '"' ||
        tlm__json_string_end(p + 1, p + len, escaped, &fault) != p + len - 1)
        return false;
    *text = (struct tlm_string){p + 1, len - 2};
    return true;
}

static bool take_string(struct tlm_hot_lane *lane, const char *p, size_t len,
                        struct tlm_hot_cell *cell)
{
    struct tlm_string text;
    bool escaped;
    if (!read_string(p, len, &text, &escaped))
        return false;
    if (escaped) {
        char *decoded = tlm__arena_take(&lane->assembler->rows->arena, text.len + TLM_TEXT_PADDING);
        lane->no_memory |= !decoded;
        if (!decoded)
            return false;
        text.len = tlm__json_decode(text.data, text.len, decoded);
        text.data = decoded;
    }
    return is_null_text(lane, text.data, text.len) ? take_null(cell)
                                                   : take_text(cell, text.data, text.len);
}

static bool read_json_cell(struct tlm_hot_lane *lane, const char *p, size_t len,
                           struct tlm_hot_cell *cell)
{
    struct tlm_number number;
    if (!len)
        return false;
    switch (*p) {
    case '"':
        return take_string(lane, p, len, cell);
    case 'n':
        return is_word(p, len, "null", 4) && take_null(cell);
    case 't':
        return is_word(p, len, "true", 4) && take_bool(lane, cell, true);
    case 'f':
        return is_word(p, len, "false", 5) && take_bool(lane, cell, false);
    default:
        return tlm__json_read_number(p, p + len, &number) == len &&
               take_number(lane, cell, &number);
    }
}

/* ---- CSV ------------------------------------------------------------------------------------- */

static inline bool is_blank(char c)
{
    return c == ' ' || c == '\t';
}

static inline struct tlm_string trim(const char *p, size_t len)
{
    while (len && is_blank(*p))
        p++, len--;
    while (len && is_blank(p[len - 1]))
        len--;
    return (struct tlm_string){p, len};
}

static bool is_bool(const char *p, size_t len, bool *truth)
{
    *truth = len == 4;
    return is_word(p, len, "true", 4) || is_word(p, len, "True", 4) || is_word(p, len, "TRUE", 4) ||
           is_word(p, len, "false", 5) || is_word(p, len, "False", 5) ||
           is_word(p, len, "FALSE", 5);
}

/* A cell that the parser takes as it is. */
static bool is_fine_text(const char *p, size_t len)
{
    return !memchr(p, '"', len) && !memchr(p, '\r', len) && tlm__utf8_valid(p, len);
}

static bool read_csv_cell(struct tlm_hot_lane *lane, const char *p, size_t len,
                          struct tlm_hot_cell *cell)
{
    struct tlm_number number;
    bool truth;
    const struct tlm_string text = trim(p, len);
    if (!text.len || is_null_text(lane, text.data, text.len))
        return !memchr(p, '"', len) && take_null(cell);
    if (tlm__number_read(text.data, text.len, '.', &number))
        return take_number(lane, cell, &number);
    if (is_bool(text.data, text.len, &truth))
        return take_bool(lane, cell, truth);
    return is_fine_text(text.data, text.len) && take_text(cell, text.data, text.len);
}

/* ---- all ------------------------------------------------------------------------------------- */

bool tlm__hot_read_cell(struct tlm_hot_lane *lane, const char *p, size_t len,
                        struct tlm_hot_cell *cell)
{
    cell->integer = cell->word = false;
    cell->length = 0;
    cell->bits = 0;
    return lane->json ? read_json_cell(lane, p, len, cell) : read_csv_cell(lane, p, len, cell);
}

bool tlm__hot_read_tag(const struct tlm_hot_lane *lane, const char *p, size_t len,
                       struct tlm_string *text)
{
    struct tlm_number number;
    bool escaped = false;
    *text = lane->json ? (struct tlm_string){p, len} : trim(p, len);
    if (!lane->json) {
        if (!is_fine_text(text->data, text->len))
            return false;
        if (!text->len || is_null_text(lane, text->data, text->len))
            text->data = NULL;
        return true;
    }
    if (!len || is_word(p, len, "null", 4)) {
        text->data = NULL;
        return len != 0;
    }
    if (*p != '"')
        return is_word(p, len, "true", 4) || is_word(p, len, "false", 5) ||
               tlm__json_read_number(p, p + len, &number) == len;
    if (!read_string(p, len, text, &escaped) || escaped)
        return false;
    if (is_null_text(lane, text->data, text->len))
        text->data = NULL;
    return true;
}

bool tlm__hot_is_skippable(const struct tlm_hot_lane *lane, const char *p, size_t len)
{
    struct tlm_string text;
    bool escaped;
    if (!lane->json)
        return !memchr(p, '"', len);
    if (!len)
        return false;
    if (*p == '"')
        return read_string(p, len, &text, &escaped);
    return is_word(p, len, "true", 4) || is_word(p, len, "null", 4) ||
           is_word(p, len, "false", 5) || tlm__json_number_length(p, p + len) == len;
}
