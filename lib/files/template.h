/* Reading a name template item by item. */
#ifndef TLM_FILES_TEMPLATE_H
#define TLM_FILES_TEMPLATE_H

#include "tlm.h"

enum tlm_template_kind {
    TLM_TEMPLATE_END,
    TLM_TEMPLATE_LITERAL,
    TLM_TEMPLATE_INDEX, /* {index}, {index:d}, {index:0Nd} */
    TLM_TEMPLATE_TIME,  /* %Y ... */
    TLM_TEMPLATE_STEM,  /* {stem} */
    TLM_TEMPLATE_EXT    /* {ext} */
};

/* Letters that may follow a percent sign (besides %%), and the same for messages. */
#define TLM_TEMPLATE_LETTERS "YmdHMSyjFTsfUVGu"
#define TLM_TEMPLATE_KNOWN "%Y %m %d %H %M %S %y %j %F %T %s %f %U %V %G %u"

struct tlm_template_item {
    enum tlm_template_kind kind;
    const char *text; /* LITERAL: bytes to take as they are, inside the template */
    size_t len;
    unsigned width; /* INDEX: least number of digits, 1 to 20 */
    char letter;    /* TIME */
};

/* Reads the item at *at and moves *at behind it; at the end of the text the kind is END, again and
 * again. TLM_ARGUMENT: an unknown conversion or field, or a brace without its partner; *at stays.
 */
enum tlm_code tlm__template_next(const char **at, struct tlm_template_item *item,
                                 struct tlm_error *error);

#endif
