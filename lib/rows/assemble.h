/* Puts a row together from its values: time, tags and cells. All value semantics that do not
 * depend on the text format live here. The parsers call
 *   begin, (value ...), end   or, at the first error,   begin, (value ...), refuse. */
#ifndef TLM_ROWS_ASSEMBLE_H
#define TLM_ROWS_ASSEMBLE_H

#include "base/buf.h"
#include "rows/columns.h"
#include "rows/number.h"
#include "rows/rows.h"

enum tlm_value_kind {
    TLM_VALUE_BOOL,
    TLM_VALUE_NUMBER,
    TLM_VALUE_TEXT,
    TLM_VALUE_DOUBLES, /* text: doubles, unaligned */
    TLM_VALUE_STRINGS, /* text: uint32_t length and bytes for each item */
    TLM_VALUE_JSON     /* text: compact JSON */
};

/* A value of a row that is not null. */
struct tlm_value {
    enum tlm_value_kind kind;
    bool truth;               /* BOOL */
    struct tlm_number number; /* NUMBER, kind is not NONE */
    /* BOOL, NUMBER: as in the source. TEXT: decoded. In the chunk or the rows' arena. */
    const char *text;
    size_t len;
    /* JSON only, may be NULL: the value's source text, for `--type GLOB=json`. Texts have it. */
    const char *raw;
    size_t raw_len;
};

struct tlm_place {
    uint64_t row, line, byte;
    const char *text;
    size_t len;
};

struct tlm_assembler {
    const struct tlm_row_rules *rules;
    struct tlm_columns *columns;
    struct tlm_rows *rows; /* the output */
    struct tlm_time_reader time;
    bool no_memory; /* latched; the parser stops */
    /* the row being put together */
    uint64_t row_number; /* never 0 */
    uint64_t lane_rows;  /* that lanes have taken without making frames, for tests */
    struct tlm_place place;
    size_t first_cell;
    struct tlm_string time_text[TLM_TIME_PARTS];
    struct tlm_string *tag_text;    /* by tag field */
    struct tlm_string long_channel; /* long: the name, data NULL when none came */
    struct tlm_value long_value;    /* long: held until the channel is known */
    bool long_has_value;
    bool long_is_null; /* long, JSON: the value is null */
    struct tlm_string
        long_cell;              /* long, CSV: the value with its blanks, data NULL when none came */
    int long_type;              /* long: enum tlm_type that the row names, or -1 */
    struct tlm_name *object;    /* flattened, whose members are at hand; NULL: the row itself */
    bool has_dead_cells;        /* duplicate keys: cells that a later one replaced */
    struct tlm_buf tags_object; /* TLM_ROLE_TAGS: array of struct tlm_tag, texts in the arena */
    struct tlm_buf member;      /* of such an object, being decoded */
    struct tlm_buf tags_key;    /* the row's tag texts, to notice that they are the last row's */
    struct tlm_buf last_key;
    uint32_t last_tags;
    struct tlm_buf scratch;
    char reason[512];
};

enum tlm_code tlm__assembler_init(struct tlm_assembler *assembler,
                                  const struct tlm_row_rules *rules, struct tlm_columns *columns,
                                  struct tlm_error *error);
void tlm__assembler_release(struct tlm_assembler *assembler);

/* Makes room for more rows and cells. False: memory is out. */
bool tlm__rows_reserve(struct tlm_rows *rows, size_t n_rows, size_t n_cells);
void tlm__row_begin(struct tlm_assembler *assembler, const struct tlm_place *place);
/* A value that is not null under a name. TLM_OK, a row code (reason filled in), or TLM_NO_MEMORY.
 * Numbers' kind BIG and HUGE, types forced by the options, and NUL handling are settled here. */
enum tlm_code tlm__row_value(struct tlm_assembler *assembler, struct tlm_name *name,
                             const struct tlm_value *value);
/* A null under a name: only counts as seen (for duplicate keys). */
enum tlm_code tlm__row_null(struct tlm_assembler *assembler, struct tlm_name *name);
/* With flatten: an object under a name, whose members follow; and its end (also the row's own). */
enum tlm_code tlm__row_enter(struct tlm_assembler *assembler, struct tlm_name *name);
void tlm__row_leave(struct tlm_assembler *assembler);
/* CSV: a cell under the name of the value, with its blanks, before its value or null. */
static inline void tlm__row_value_cell(struct tlm_assembler *assembler, struct tlm_string cell)
{
    assembler->long_cell = cell;
}
/* Commits the row, or refuses it (no time, ...). False only when memory is out. */
bool tlm__row_end(struct tlm_assembler *assembler);
/* Drops what the row has so far and records it as bad. False only when memory is out. */
bool tlm__row_refuse(struct tlm_assembler *assembler, enum tlm_code code, const char *format, ...)
    __attribute__((format(printf, 3, 4)));
/* The same with the reason that tlm__row_value left. */
bool tlm__row_refuse_as_said(struct tlm_assembler *assembler, enum tlm_code code);

#endif
