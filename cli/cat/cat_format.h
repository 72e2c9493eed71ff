/* How rows are written: what all their writers share. */
#ifndef CAT_FORMAT_H
#define CAT_FORMAT_H

#include "cat/cat_time.h"
#include "tlm.h"

enum cat_form { CAT_FORM_JSONL, CAT_FORM_CSV, CAT_FORM_TSV };

struct cat_format {
    enum cat_form form;
    enum cat_time_format time;
    bool long_strings; /* JSON: integers in quotes */
};

static inline bool cat_format_is_json(const struct cat_format *format)
{
    return format->form == CAT_FORM_JSONL;
}

static inline char cat_format_delimiter(const struct cat_format *format)
{
    return format->form == CAT_FORM_TSV ? '\t' : ',';
}

#endif
