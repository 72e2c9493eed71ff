#include "rows/parse_json.h"

#include <stdio.h>
#include <stdlib.h>

#include "base/apart.h"
#include "rows/cell.h"
#include "rows/hot_lane.h"
#include "rows/json_value.h"
#include "rows/long_lane.h"
#include "rows/row_tags.h"

struct tlm_json_parser {
    struct tlm_assembler *assembler;
    struct tlm_json_reader reader;
    const char *flatten; /* separator, or NULL */
    size_t flatten_len;
    struct tlm_name start; /* stands before the first name of a row */
    struct tlm_name *last; /* the name before the one at hand */
    struct tlm_buf path;   /* of the flattened object at hand, with a separator behind each key */
    size_t path_lens[TLM_JSON_DEPTH];
    struct tlm_buf decoded; /* a key with escapes */
    struct tlm_hot_lane *hot;
    struct tlm_long_lane *longs;
};

struct key {
    const char *text; /* decoded */
    size_t len;
    const char *raw;
    size_t raw_len;
};

struct tlm_json_parser *tlm__json_parser_new(struct tlm_assembler *assembler)
{
    struct tlm_json_parser *parser = tlm__apart_new(sizeof *parser);
    if (!parser)
        return NULL;
    const struct tlm_row_options *options = &assembler->rules->options;
    parser->hot = tlm__hot_new(assembler);
    parser->longs = tlm__long_new(assembler);
    if (!parser->hot || !parser->longs) {
        tlm__json_parser_free(parser);
        return NULL;
    }
    parser->assembler = assembler;
    parser->flatten = options->flatten;
    parser->flatten_len = options->flatten ? strlen(options->flatten) : 0;
    parser->reader.compactor.duplicates = options->duplicate_keys;
    if (options->cpu != TLM_CPU_ROWWISE)
        parser->reader.level = tlm__hot_level(options->cpu);
    return parser;
}

void tlm__json_parser_free(struct tlm_json_parser *parser)
{
    if (!parser)
        return;
    tlm__json_reader_release(&parser->reader);
    tlm__hot_free(parser->hot);
    tlm__long_free(parser->longs);
    tlm__buf_release(&parser->path);
    tlm__buf_release(&parser->decoded);
    free(parser);
}

/* ---- names ---------------------------------------------------------------------------------- */

static inline bool is_same_text(const char *a, const char *b, size_t len)
{
    if (len < 8)
        return tlm__name_words(a, len).head == tlm__name_words(b, len).head &&
               tlm__name_words(a, len).tail == tlm__name_words(b, len).tail;
    for (size_t i = 0; i < len - 8; i += 8)
        if (tlm__name_load(a + i, 8) != tlm__name_load(b + i, 8))
            return false;
    return tlm__name_load(a + len - 8, 8) == tlm__name_load(b + len - 8, 8);
}

/* Makes a name the likeliest one to come behind the last. It replaces the one at `place`. */
static inline void put_first(struct tlm_name *last, struct tlm_name *name, size_t place)
{
    for (; place; place--)
        last->followers[place] = last->followers[place - 1];
    last->followers[0] = name;
}

/* A follower of the last name, when the source has exactly its text in quotes at p. */
static struct tlm_name *guess_name(struct tlm_json_parser *parser, struct key *key)
{
    struct tlm_json_reader *reader = &parser->reader;
    struct tlm_name *last = parser->last, *name;
    const char *text = reader->p + 1;
    const size_t room = (size_t)(reader->end - reader->p), above = parser->path.len;
    for (size_t i = 0; i < TLM_FOLLOWERS && (name = last->followers[i]); i++) {
        const size_t len = name->len - above;
        if (name->seen_under != parser->assembler->object || room < len + 2 || text[-1] != '"' ||
            text[len] != '"' || !is_same_text(text, name->text + above, len))
            continue;
        if (i)
            put_first(last, name, i);
        parser->last = name;
        *key = (struct key){text, len, text, len};
        reader->p = text + len + 1;
        return name;
    }
    return NULL;
}

static bool is_own_source_text(const struct tlm_name *name)
{
    for (size_t i = 0; i < name->len; i++)
        if ((unsigned char)name->text[i] < 0x20 || name->text[i] == '"' || name->text[i] == '\\')
            return false;
    return true;
}

/* The name of that text, which no follower had. */
static struct tlm_name *look_up(struct tlm_json_parser *parser, const char *text, size_t len)
{
    struct tlm_name *name = tlm__columns_name(parser->assembler->columns, text, len);
    if (!name)
        return NULL;
    if (is_own_source_text(name)) {
        size_t place = 0;
        while (place < TLM_FOLLOWERS - 1 && parser->last->followers[place] &&
               parser->last->followers[place] != name)
            place++;
        put_first(parser->last, name, place);
    }
    parser->last = name;
    return name;
}

/* The name that a key means where the parser is; NULL when memory is out. */
static struct tlm_name *find_name(struct tlm_json_parser *parser, const struct key *key)
{
    struct tlm_buf *path = &parser->path;
    if (!path->len)
        return look_up(parser, key->text, key->len);
    size_t len = path->len;
    if (!tlm__buf_append(path, key->text, key->len))
        return NULL;
    struct tlm_name *name = look_up(parser, (const char *)path->data, path->len);
    path->len = len;
    return name;
}

static enum tlm_code read_key(struct tlm_json_parser *parser, struct key *key)
{
    struct tlm_json_reader *reader = &parser->reader;
    if (tlm__json_peek(reader) != '"')
        return tlm__json_expect(&reader->fault, reader->p, "expected a key in quotes");
    bool escaped;
    const char *raw = reader->p + 1;
    const char *close = tlm__json_string_end(raw, reader->end, &escaped, &reader->fault);
    if (!close)
        return reader->fault.code;
    size_t len = (size_t)(close - raw);
    *key = (struct key){raw, len, raw, len};
    reader->p = close + 1;
    if (!escaped)
        return TLM_OK;
    tlm__buf_reset(&parser->decoded);
    if (!tlm__buf_reserve(&parser->decoded, len))
        return TLM_NO_MEMORY;
    key->text = (const char *)parser->decoded.data;
    key->len = tlm__json_decode(raw, len, (char *)parser->decoded.data);
    return TLM_OK;
}

/* ---- tags ----------------------------------------------------------------------------------- */

static enum tlm_code parse_tags(struct tlm_json_parser *parser, struct tlm_name *name)
{
    struct tlm_string object;
    enum tlm_code code = tlm__json_skip_value(&parser->reader, &object);
    if (!code)
        code = tlm__row_null(parser->assembler, name);
    return code ? code : tlm__row_tags_object(parser->assembler, object);
}

/* With flatten, the one object that is not flattened. */
static bool is_tags_key(const struct tlm_json_parser *parser, const struct key *key)
{
    return parser->assembler->rules->tags_object && !parser->path.len && key->len == 4 &&
           memcmp(key->text, "tags", 4) == 0;
}

/* ---- rows ----------------------------------------------------------------------------------- */

static enum tlm_code parse_value(struct tlm_json_parser *parser, struct tlm_name *name)
{
    struct tlm_assembler *assembler = parser->assembler;
    if (name->role == TLM_ROLE_DROP) {
        struct tlm_string unused;
        enum tlm_code code = tlm__json_skip_value(&parser->reader, &unused);
        return code ? code : tlm__row_null(assembler, name);
    }
    if (name->role == TLM_ROLE_TAGS && tlm__json_peek(&parser->reader) == '{')
        return parse_tags(parser, name);
    struct tlm_value value;
    bool is_null;
    enum tlm_code code =
        tlm__json_read_value(&parser->reader, &assembler->rows->arena, &value, &is_null);
    if (code)
        return code;
    return is_null ? tlm__row_null(assembler, name) : tlm__row_value(assembler, name, &value);
}

/* Steps into the object at p, whose members are named behind `key` from now on (NULL: the row). */
static enum tlm_code enter_object(struct tlm_json_parser *parser, const struct key *key)
{
    struct tlm_json_reader *reader = &parser->reader;
    if (reader->depth >= TLM_JSON_DEPTH)
        return tlm__json_fail(&reader->fault, TLM_ROW_SYNTAX, reader->p, "nested deeper than 100");
    parser->path_lens[reader->depth++] = parser->path.len;
    reader->p++;
    if (key && (!tlm__buf_append(&parser->path, key->text, key->len) ||
                !tlm__buf_append(&parser->path, parser->flatten, parser->flatten_len)))
        return TLM_NO_MEMORY;
    return TLM_OK;
}

/* *entered: the value is an object that has only been stepped into. */
static enum tlm_code parse_member(struct tlm_json_parser *parser, bool *entered)
{
    struct tlm_json_reader *reader = &parser->reader;
    struct key key = {0};
    struct tlm_name *name = guess_name(parser, &key);
    enum tlm_code code = name ? TLM_OK : read_key(parser, &key);
    if (code)
        return code;
    reader->p = tlm__json_skip_space(reader->p, reader->end);
    if (tlm__json_peek(reader) != ':') {
        tlm__json_expect(&reader->fault, reader->p, "expected ':' after the key");
        reader->fault.key = key.raw;
        reader->fault.key_len = key.raw_len;
        return TLM_ROW_SYNTAX;
    }
    reader->p = tlm__json_skip_space(reader->p + 1, reader->end);
    if (!name && !(name = find_name(parser, &key)))
        return TLM_NO_MEMORY;
    *entered = parser->flatten && tlm__json_peek(reader) == '{' && !is_tags_key(parser, &key) &&
               name->role != TLM_ROLE_VALUE;
    if (!*entered)
        return parse_value(parser, name);
    code = tlm__row_enter(parser->assembler, name);
    return code ? code : enter_object(parser, &key);
}

/* From behind the row's opening brace to behind the closing one. */
static enum tlm_code parse_members(struct tlm_json_parser *parser)
{
    struct tlm_json_reader *reader = &parser->reader;
    bool at_first = true; /* right behind an opening brace */
    while (reader->depth) {
        reader->p = tlm__json_skip_space(reader->p, reader->end);
        char c = tlm__json_peek(reader);
        if (c == '}') {
            reader->p++;
            parser->path.len = parser->path_lens[--reader->depth];
            tlm__row_leave(parser->assembler);
            at_first = false;
            continue;
        }
        if (!at_first) {
            if (c != ',')
                return tlm__json_expect(&reader->fault, reader->p, "expected ',' or '}'");
            reader->p = tlm__json_skip_space(reader->p + 1, reader->end);
        }
        enum tlm_code code = parse_member(parser, &at_first);
        if (code)
            return code;
    }
    return TLM_OK;
}

static enum tlm_code parse_row(struct tlm_json_parser *parser, const char *text, size_t len)
{
    struct tlm_json_reader *reader = &parser->reader;
    reader->p = tlm__json_skip_space(text, text + len);
    reader->end = text + len;
    reader->depth = 0;
    reader->fault.why = NULL;
    parser->path.len = 0;
    parser->last = &parser->start;
    if (tlm__json_peek(reader) != '{')
        return tlm__json_expect(&reader->fault, reader->p, "expected a JSON object");
    enum tlm_code code = enter_object(parser, NULL);
    if (!code)
        code = parse_members(parser);
    if (code)
        return code;
    reader->p = tlm__json_skip_space(reader->p, reader->end);
    return reader->p == reader->end
               ? TLM_OK
               : tlm__json_expect(&reader->fault, reader->p, "expected the end of the row");
}

/* ", found 'x'", or nothing when that adds nothing. */
static void describe_found(const struct tlm_json_reader *reader, char *text, size_t size)
{
    const struct tlm_json_fault *fault = &reader->fault;
    text[0] = '\0';
    if (!fault->expected)
        return;
    if (fault->at >= reader->end)
        snprintf(text, size, ", found the end of the row");
    else if (*fault->at > 0x20 && *fault->at < 0x7f)
        snprintf(text, size, ", found '%c'", *fault->at);
    else
        snprintf(text, size, ", found byte 0x%02x", (unsigned)(unsigned char)*fault->at);
}

/* Bytes of the row are counted from 1. False when memory is out. */
static bool refuse_row(struct tlm_json_parser *parser, const struct tlm_place *place,
                       enum tlm_code code)
{
    const struct tlm_json_fault *fault = &parser->reader.fault;
    if (code == TLM_NO_MEMORY)
        return false;
    if (!fault->why)
        return tlm__row_refuse_as_said(parser->assembler, code);
    char found[32];
    describe_found(&parser->reader, found, sizeof found);
    size_t byte = (size_t)(fault->at - place->text) + 1;
    if (!fault->key)
        return tlm__row_refuse(parser->assembler, code, "%s%s at byte %zu", fault->why, found,
                               byte);
    struct tlm_shown key = tlm__show(fault->key, fault->key_len);
    return tlm__row_refuse(parser->assembler, code, "%s \"%s\"%s at byte %zu", fault->why, key.text,
                           found, byte);
}

static bool parse_line(struct tlm_json_parser *parser, const struct tlm_place *place)
{
    tlm__row_begin(parser->assembler, place);
    enum tlm_code code = parse_row(parser, place->text, place->len);
    return code ? refuse_row(parser, place, code) : tlm__row_end(parser->assembler);
}

/* One call of tlm__json_parse. */
struct run {
    const char *text, *p, *end;
    struct tlm_place at; /* of the text */
    uint64_t rows, lines;
};

/* The line at p. False: memory is out. */
static bool next_line(struct tlm_json_parser *parser, struct run *run)
{
    const char *p = run->p, *newline = memchr(p, '\n', (size_t)(run->end - p));
    const char *line_end = newline ? newline : run->end;
    run->p = newline ? newline + 1 : run->end;
    run->lines++;
    if (line_end > p && line_end[-1] == '\r')
        line_end--;
    if (tlm__json_skip_space(p, line_end) == line_end)
        return true;
    size_t at = (size_t)(p - run->text), good = parser->assembler->rows->n_rows;
    struct tlm_place place = {run->at.row + run->rows++, run->at.line + run->lines - 1,
                              run->at.byte + at, p, (size_t)(line_end - p)};
    bool parsed = parse_line(parser, &place);
    bool is_good = parser->assembler->rows->n_rows > good;
    tlm__hot_saw(parser->hot, at, (size_t)(run->p - p), is_good);
    if (is_good)
        tlm__long_saw(parser->longs, at, (size_t)(run->p - p));
    return parsed;
}

/* As many lines as the hot lane, or that for long rows, takes. False: memory is out. */
static bool hot_lines(struct tlm_json_parser *parser, struct run *run)
{
    size_t at = (size_t)(run->p - run->text);
    uint64_t rows = 0;
    if (tlm__hot_ready(parser->hot) && !tlm__hot_take(parser->hot, &at, &rows))
        return false;
    if (tlm__long_ready(parser->longs) && !tlm__long_take(parser->longs, &at, &rows))
        return false;
    run->p = run->text + at;
    run->rows += rows;
    run->lines += rows;
    return true;
}

bool tlm__json_parse(struct tlm_json_parser *parser, const char *text, size_t len,
                     struct tlm_place at, uint64_t *rows_seen, uint64_t *lines_seen)
{
    struct run run = {.text = text, .p = text, .end = text + len, .at = at};
    bool parsed = true;
    tlm__hot_begin(parser->hot, text, len);
    tlm__long_begin(parser->longs, text, len);
    while (parsed && run.p < run.end) {
        if (tlm__hot_ready(parser->hot) || tlm__long_ready(parser->longs))
            parsed = hot_lines(parser, &run);
        if (parsed && run.p < run.end)
            parsed = next_line(parser, &run);
    }
    *rows_seen += run.rows;
    *lines_seen += run.lines;
    return parsed;
}
