/* What each name in the input means: a channel, the time, a tag, or nothing. Decided once per
 * name; numbers channels and tag sets in order of first appearance. */
#ifndef TLM_ROWS_COLUMNS_H
#define TLM_ROWS_COLUMNS_H

#include "base/intern.h"
#include "rows/name_table.h"
#include "rows/rules.h"

enum tlm_role {
    TLM_ROLE_DROP,    /* not wanted: excluded by a glob */
    TLM_ROLE_CHANNEL, /* wide: a value of channel `number` */
    TLM_ROLE_TIME,    /* part `number` of the timestamp */
    TLM_ROLE_TAG,     /* value of tag field `number` */
    TLM_ROLE_NAME,    /* long: the channel's name */
    TLM_ROLE_VALUE,   /* long: the value */
    TLM_ROLE_TAGS,    /* long: an object of tags */
    TLM_ROLE_TYPE,    /* long: the type of the value */
    TLM_ROLE_NAMELESS /* the empty name, or one with a NUL inside: refused */
};

/* How many of the names that have followed a name are kept. */
#define TLM_FOLLOWERS 4

struct tlm_name {
    const char *text; /* as in the input (flattened), NUL-terminated */
    size_t len;
    enum tlm_role role;
    uint32_t number;
    int forced_type;             /* enum tlm_type, or -1 */
    bool is_plain;               /* a text that has this name, bare or in quotes, means it */
    uint64_t seen_row;           /* assembler's: the last row that had it */
    size_t seen_cell;            /* and where its cell is */
    struct tlm_name *seen_under; /* and the flattened object that held it, or NULL */
    /* JSON: a guess at the next name, the likeliest first. Only those whose text is also their
     * source text. */
    struct tlm_name *followers[TLM_FOLLOWERS];
};

struct tlm_columns {
    const struct tlm_row_rules *rules;
    struct tlm_intern keys;  /* input names */
    struct tlm_name **names; /* by number in keys; pointers are stable */
    uint32_t names_cap;
    struct tlm_name_table by_text;       /* the same */
    struct tlm_intern channels;          /* output channel names */
    struct tlm_intern tag_sets;          /* tlm__tags_encode'd */
    struct tlm_name_table long_channels; /* long rows: by input channel name */
    struct tlm_arena arena;
    size_t budget; /* bytes that names may take; 0: no limit */
};

void tlm__columns_init(struct tlm_columns *columns, const struct tlm_row_rules *rules);
void tlm__columns_release(struct tlm_columns *columns);
/* What an input name means; NULL when memory is out, or the budget for names. The pointer stays
 * valid. */
struct tlm_name *tlm__columns_name(struct tlm_columns *columns, const char *text, size_t len);
/* What a channel name of a long row means (CHANNEL or DROP); NULL when memory is out. */
struct tlm_name *tlm__columns_long_channel(struct tlm_columns *columns, const char *text,
                                           size_t len);
size_t tlm__columns_bytes(const struct tlm_columns *columns);

#endif
