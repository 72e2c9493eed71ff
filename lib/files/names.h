/*
 * Names of parts: templates, rendering, and which names exist already.
 *
 * A template is a folder, taken literally, and a file name in which
 *   {index}    is the part's number, at least three digits; {index:06d} at least six (up to 20),
 *              {index:d} plain digits; at most once
 *   {stem}     is the base name of the first input without .gz or .zst and without its last
 *              extension ("out" when there is none); control characters become '_' and leading
 *              dots are dropped, so that data never makes a hidden file
 *   {ext}      is "avro"
 *   %Y %m %d %H %M %S %y %j %F %T %U %V %G %u   are what strftime makes of them in the C locale
 *   %s %f      are the Unix seconds and the nanoseconds within the second (nine digits)
 *   {{ }} %%   are a brace and a percent sign, in the folder too
 * and nothing else is special. Times are those of a part's first point, in UTC.
 *
 * Two kinds of names are refused: those that look like the partial of some part (".x.partial",
 * ".x.partial.1") and those that leave no room for their own ".NAME.partial.NN".
 */
#ifndef TLM_FILES_NAMES_H
#define TLM_FILES_NAMES_H

#include "base/buf.h"
#include "tlm.h"

struct tlm_names {
    char *folder;  /* literal, without escapes; "." when the output has none; owned */
    char *pattern; /* template of the file name, {stem} and {ext} filled in; owned */
    bool has_index;
    bool has_time;
};

/* output: a name or template. When rotating and without {index}, "_{index:03d}" is put before the
 * last extension (also with time conversions: two parts may start in the same second). first_input
 * gives {stem}; NULL or "-" is none. TLM_ARGUMENT says what is wrong, also when the name of part 0
 * is too long or reserved; names is then untouched. */
enum tlm_code tlm__names_init(struct tlm_names *names, const char *output, const char *first_input,
                              bool rotating, struct tlm_error *error);
void tlm__names_release(struct tlm_names *names);
/* Makes out the file name (without folder) of a part, with a NUL that out->len does not count.
 * TLM_ARGUMENT: too long, reserved, "." or ".."; out is then untouched. */
enum tlm_code tlm__names_render(const struct tlm_names *names, uint64_t index, int64_t first_ns,
                                struct tlm_buf *out, struct tlm_error *error);

/* What a look into the folder found of this template's names. */
struct tlm_names_found {
    bool any;               /* a finished part (or another file by that name) exists */
    uint64_t max_index;     /* of those; 0 without {index} */
    char example[256];      /* the one of the highest index */
    bool any_partial;       /* a .NAME.partial exists (leftovers set aside do not count) */
    char partial[256];      /* the one of the highest index: its file name, with the dot */
    uint64_t partial_index; /* of that one */
};

/* Whether the template could have made this file name; see below. */
bool tlm__names_match(const struct tlm_names *names, const char *name);

/* Looks through names->folder once, without a stat per file. Names match when the template could
 * have made them: an index has at least its digits and no zero too many; time conversions match
 * any digits of their shape. A folder that does not exist has none. */
enum tlm_code tlm__names_look(const struct tlm_names *names, struct tlm_names_found *found,
                              struct tlm_error *error);

#endif
