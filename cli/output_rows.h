/* Option rows of the commands that write parts, for fields of ARGS (see table_rows.h). */
#ifndef OUTPUT_ROWS_H
#define OUTPUT_ROWS_H

/* NOLINTBEGIN(bugprone-macro-parentheses): the field goes into offsetof */
/* How files come to be; `field` is a struct tlm_writer_options. */
#define OUTPUT_ROWS(field)                                                                         \
    {FLAG('f', "force", field.force), .help = "Replace files that exist"},                         \
        {FLAG(0, "continue", field.continue_index),                                                \
         .help = "Go on after the highest part that exists"},                                      \
        {DURATION(0, "wait", field.lock_wait_ns), .value = "DUR",                                  \
         .help = "Wait this long for another writer of the same file"},                            \
        {ROW(OPT_PAIRS, 0, "metadata"), .offset = AT(const struct tlm_metadata *, field.metadata), \
         .length = AT(size_t, field.n_metadata), .value = "KEY=VALUE",                             \
         .help = "Put into the file's header"},                                                    \
        {TEXT(0, "dataset-rid", field.dataset_rid), .value = "RID",                                \
         .help = "Put into the header as nominal.dataset_rid"},                                    \
    {                                                                                              \
        FLAG('n', "dry-run", field.dry_run), .help = "Only say what would be written"              \
    }

/* How much goes into a part. */
#define LIMIT_ROWS(field)                                                              \
    {COUNT(0, "rotate-points", field.rotate_points), .value = "N",                     \
     .help = "Exactly N points in a part"},                                            \
    {                                                                                  \
        SIZE(0, "rotate-size", field.rotate_bytes), .value = "SIZE",                   \
                                                    .help = "No part larger than SIZE" \
    }
/* NOLINTEND(bugprone-macro-parentheses) */

/* What happens with each finished part; the fields are those of struct hooks_options. */
#define HOOK_ROWS                                                                           \
    {FLAG(0, "emit-files", emit_files),                                                     \
     .help = "Print the path of each finished part on standard output"},                    \
        {FLAG('0', "null", emit_nul), .help = "End these paths with NUL, for xargs -0"},    \
    {                                                                                       \
        TEXT(0, "on-close", on_close),                                                      \
            .value = "CMD",                                                                 \
            .help = "Run CMD for each finished part, with TLM_PART_PATH in its environment" \
    }

#endif
