/* Colour on a terminal: --color auto|always|never, and NO_COLOR. */
#ifndef COLOR_H
#define COLOR_H

#include <stdbool.h>
#include <stdio.h>

#include "opt.h"

enum color_when { COLOR_AUTO, COLOR_ALWAYS, COLOR_NEVER };

/* Words of the option. */
extern const struct opt_choice color_words[];

/* Option row for the field `field`, an enum color_when, of ARGS (see table_rows.h). */
#define COLOR_ROW(field)                                                   \
    {                                                                      \
        CHOICE(0, "color", field, color_words),                            \
            .help = "Colours; auto: on a terminal, unless NO_COLOR is set" \
    }

/* Whether what goes to `out` is to be coloured. */
bool color_wanted(enum color_when when, FILE *out);

/* What a piece of text is, not how it looks. */
enum color_role {
    COLOR_PLAIN,
    COLOR_TITLE,  /* headings */
    COLOR_NAME,   /* of a channel, a file */
    COLOR_FAINT,  /* labels, units, what is only said for completeness */
    COLOR_DRAWN,  /* curves */
    COLOR_NOTICE, /* what to look at */
    COLOR_WRONG   /* damage */
};

/* The bytes that begin a role and that end any, "" when there is nothing to do. */
const char *color_begin(bool on, enum color_role role);
const char *color_end(bool on, enum color_role role);

#endif
