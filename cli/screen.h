/* How much room there is, and tables of columns that fit into it. */
#ifndef SCREEN_H
#define SCREEN_H

#include <stdbool.h>
#include <stddef.h>
#include <stdio.h>

#include "color.h"

/* Columns of the terminal that `out` is, or of that of stderr (for pagers); COLUMNS goes first.
 * SCREEN_WIDTH where there is no terminal. At least 40. */
size_t screen_width(FILE *out);
#define SCREEN_WIDTH 120
/* The same with another width where there is no terminal. */
size_t screen_width_or(FILE *out, size_t otherwise);

/* False when the environment names a locale that is not UTF-8: LC_ALL, LC_CTYPE, LANG. */
bool screen_has_unicode(void);

/* How things are drawn. */
struct screen_look {
    size_t width;
    bool color;
    bool ascii;
};

struct screen_column {
    const char *title;
    bool right; /* numbers */
    unsigned
        optional; /* 0: always shown; else those with the largest are left out first, together */
    size_t shrinks_to; /* may be cut to so many columns; 0: not at all */
    bool middle;       /* is cut in the middle: names, which often differ at their end */
    enum color_role role;
};

/* Text that is aligned when it is printed: columns are as wide as their widest cell, then those
 * that may shrink do, then the optional ones go, then texts are cut that look alike afterwards. */
struct screen_table;

/* The columns have to live as long as the table. NULL: memory is out. */
struct screen_table *screen_table_new(const struct screen_column *columns, size_t n_columns);
void screen_table_free(struct screen_table *table); /* NULL is fine */
/* Adds a cell, row by row from the left; the text is copied and cleaned (see screen_text.h). What
 * memory has no room for makes screen_table_print fail. */
void screen_table_add(struct screen_table *table, const char *text);
void screen_table_add_bytes(struct screen_table *table, const char *text, size_t len);
/* The same in another role than the column's. */
void screen_table_add_as(struct screen_table *table, const char *text, enum color_role role);
/* Columns left beside the table when it is `width` wide: negative when it will have to shrink. */
long screen_table_spare(const struct screen_table *table, size_t width);
/* Each line begins with `indent` blanks. False: memory is out. */
bool screen_table_print(struct screen_table *table, FILE *out, const struct screen_look *look,
                        size_t indent);

#endif
