/* The layout of one row as a pattern for the rows that follow: the text between the values, byte
 * for byte, and what each value is. A row has the layout when it is literal 0, value 0, literal 1,
 * ... value n - 1, literal n; the last literal ends with the newline. Separators are the newline
 * and one more character (the comma of JSON, the delimiter of CSV). Literals may hold any number
 * of them, values hold none that counts. */
#ifndef TLM_ROWS_HOT_LAYOUT_H
#define TLM_ROWS_HOT_LAYOUT_H

#include "base/buf.h"
#include "rows/assemble.h"

enum tlm_hot_role {
    TLM_HOT_CELL, /* of a channel */
    TLM_HOT_TIME,
    TLM_HOT_TAG,
    TLM_HOT_SKIP, /* not wanted, but has to be well-formed */
    TLM_HOT_PART  /* a scalar inside an array or object */
};

/* Which converter suits the values of a column; a guess that its last rows have made. WORD: nulls,
 * empty cells, true and false. */
enum tlm_hot_form { TLM_HOT_FIXED, TLM_HOT_INTEGER, TLM_HOT_LONG, TLM_HOT_TEXT, TLM_HOT_WORD };

/* Entries are the places in a row from which separators can be counted: entry 0 is where the row
 * starts, entry i is behind separator i. A value lies between two entries next to each other. */
struct tlm_hot_value {
    enum tlm_hot_role role;
    uint32_t entry;  /* the last one before it */
    uint32_t behind; /* it starts so many bytes behind that entry */
    uint32_t before; /* and ends so many bytes before the next one */
    uint32_t tag;    /* TAG: number of the field */
    uint32_t group;  /* PART: number in groups */
    /* CELL */
    uint32_t channel;
    uint32_t column; /* place among the channels */
    enum tlm_hot_form form;
    bool padded; /* CSV: a guess that there are blanks around the values */
};

/* An array or object of JSON: some literals and the values between them, which are its parts. */
struct tlm_hot_group {
    size_t first, last; /* numbers of its parts */
    size_t lead, tail;  /* its bytes before the first part and behind the last one */
    bool doubles;       /* an array of numbers; otherwise its text is the value */
    bool wanted;        /* it is a channel's */
    uint32_t channel;
    uint32_t column; /* place among the channels */
};

struct tlm_hot_literal {
    const char *text; /* 8 bytes behind its end are readable */
    size_t len;
};

struct tlm_hot_layout {
    struct tlm_hot_value *values; /* NULL: no layout is known */
    struct tlm_hot_literal *literals;
    size_t n_values, values_cap;
    struct tlm_hot_group *groups;
    size_t n_groups, groups_cap;
    size_t n_columns;
    size_t n_entries;    /* separators of a row */
    size_t longest;      /* literal */
    size_t shortest_row; /* bytes of a row whose values are as short as can be */
    size_t newline_len;  /* 1, or 2 with a carriage return */
    uint32_t tags;       /* number of the tag set of all rows, where n_tags is 0 */
    size_t n_tags;       /* TAG values */
    char separator;
    bool json;
    bool texts;           /* some values are texts; in those of JSON separators do not count */
    bool time_quoted;     /* JSON: the time is a string */
    struct tlm_buf text;  /* of the row that was learned */
    struct tlm_buf marks; /* for learning: bits by channel number */
};

/* Learns the layout from a row that was accepted, given with its newline. False: it has none that
 * the hot lane can take (or memory is out), the layout is empty then. `texts` may be set before: an
 * earlier row had some. */
bool tlm__hot_learn_json(struct tlm_hot_layout *layout, struct tlm_columns *columns,
                         const char *text, size_t len);
bool tlm__hot_learn_csv(struct tlm_hot_layout *layout, struct tlm_columns *columns,
                        struct tlm_name *const *names, size_t n_names, const char *text,
                        size_t len);
void tlm__hot_layout_release(struct tlm_hot_layout *layout);

#endif
