/* struct tlm_row_options, checked and made ready for use; shared, does not change. */
#ifndef TLM_ROWS_RULES_H
#define TLM_ROWS_RULES_H

#include "rows/timestamp.h"
#include "tlm.h"

#define TLM_TIME_PARTS 4

struct tlm_row_rules {
    struct tlm_row_options options; /* borrowed strings; the settled values replace the guesses */
    struct tlm_time_rules time;
    /* Settled for a source: from the options or its first row. */
    enum tlm_input input; /* JSONL or CSV (TSV is CSV with a tab) */
    enum tlm_shape shape; /* WIDE or LONG */
    char delimiter;
    const char *time_parts[TLM_TIME_PARTS];
    size_t time_part_lens[TLM_TIME_PARTS];
    size_t n_time_parts;
    bool tags_object; /* long: "tags" holds an object of tags, in a cell its text */
    bool type_field;  /* long: "type" names the type of the value */
};

enum tlm_code tlm__row_rules_init(struct tlm_row_rules *rules,
                                  const struct tlm_row_options *options, struct tlm_error *error);
void tlm__row_rules_release(struct tlm_row_rules *rules);
/* True for a text that means "no value" (options.null_values). */
bool tlm__row_rules_is_null(const struct tlm_row_rules *rules, const char *text, size_t len);

#endif
