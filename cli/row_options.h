/* The options that say how rows of JSON lines and CSV are read, spelled alike everywhere. A command
 * puts ROW_OPTIONS among its rows, or, to have rows of its own between them, the pieces. */
#ifndef ROW_OPTIONS_H
#define ROW_OPTIONS_H

#include "opt.h"
#include "tlm.h"

extern const struct opt_choice row_input_words[], row_decimal_words[], row_shape_words[],
    row_int_words[], row_bool_words[], row_uint64_words[], row_duplicate_words[], row_bad_words[];

/* clang-format off: the pieces are lists of rows, as a table has them */
/* NOLINTBEGIN(bugprone-macro-parentheses): the field goes into offsetof */
/* Option rows for the field `field`, a struct tlm_row_options, of ARGS (see table_rows.h). */
#define ROW_INPUT_KIND(field)                                                    \
    {                                                                            \
        CHOICE('i', "input", field.input, row_input_words),                      \
            .help = "What the input is; auto goes by content and file extension" \
    }

#define ROW_INPUT_TEXT(field)                                                                      \
    {CHARACTER(0, "delimiter", field.delimiter), .value = "CHAR", .preset = "guessed",             \
     .help = "What stands between CSV cells; tab is a tab"},                                       \
        {CHARACTER(0, "decimal", field.decimal), .choices = row_decimal_words,                     \
         .help = "Decimal sign of CSV numbers"},                                                   \
        {FLAG(0, "no-header", field.no_header),                                                    \
         .help = "The first CSV line is data; --columns names the columns"},                       \
        {LIST(0, "columns", field.columns), .commas = true, .value = "A,B,...",                    \
         .help = "Names of the columns of a CSV without header"},                                  \
        {COUNT(0, "skip-lines", field.skip_lines), .value = "N",                                   \
         .help = "Drop the first N lines of each file"},                                           \
        {TEXT(0, "comment", field.comment), .value = "TEXT",                                       \
         .help = "Drop CSV lines that begin with TEXT"},                                           \
        {LIST(0, "null-values", field.null_values), .commas = true, .value = "A,B,...",            \
         .help = "Texts that mean \"no value\", such as NA"},                                      \
    {                                                                                              \
        SIZE(0, "max-line", field.max_line), .value = "SIZE", .help = "A longer line is a bad row" \
    }

#define ROW_SHAPE(field)                                                                      \
    {CHOICE(0, "shape", field.shape, row_shape_words),                                        \
     .help = "wide: each column is a channel; long: each row names its channel"},             \
        {TEXT(0, "channel-field", field.channel_field), .value = "NAME", .preset = "channel", \
         .help = "Long rows: where the channel's name is"},                                   \
    {                                                                                         \
        TEXT(0, "value-field", field.value_field), .value = "NAME", .preset = "value",        \
                                                   .help = "Long rows: where the value is"    \
    }

#define ROW_TAG_FIELD(field)                                                              \
    {                                                                                     \
        PAIRS(0, "tag-field", field.tag_fields),                                          \
            .value = "KEY=COLUMN", .help = "Tag each row's points with what COLUMN holds" \
    }

#define ROW_NAMES(field)                                                                        \
    {PAIRS(0, "rename", field.renames), .value = "OLD=NEW", .help = "Rename a channel"},        \
        {TEXT(0, "prefix", field.prefix), .value = "TEXT",                                      \
         .help = "Put TEXT before every channel's name"},                                       \
    {                                                                                           \
        TEXT(0, "flatten", field.flatten),                                                      \
            .value = "SEP",                                                                     \
            .help =                                                                             \
                "Nested objects become channels with names joined by SEP, instead of JSON text" \
    }

#define ROW_TIME(field)                                                                         \
    {TEXT('t', "time-field", field.time_field), .value = "NAME", .preset = "guessed",           \
     .help = "Where the timestamp is; Date,Time joins two columns"},                            \
        {TEXT('T', "time-format", field.time_format), .value = "FORM", .preset = "auto",        \
         .help = "auto, rfc3339, s, ms, us, ns, strptime:FORMAT or relative:UNIT"},             \
        {TEXT(0, "time-origin", field.time_origin), .value = "TIME",                            \
         .help = "What relative times count from, as RFC 3339"},                                \
    {                                                                                           \
        TEXT(0, "tz", field.tz),                                                                \
            .value = "ZONE", .help = "Zone of times that name none: Europe/Oslo, UTC or +02:00" \
    }

#define ROW_VALUES(field)                                                                \
    {CHOICE(0, "int-as", field.int_as, row_int_words),                                   \
     .help = "Integers; auto: long until the series brings a fraction"},                 \
        {CHOICE(0, "bool-as", field.bool_as, row_bool_words), .help = "true and false"}, \
        {CHOICE(0, "uint64", field.uint64_as, row_uint64_words),                         \
         .help = "Integers above the range of long"},                                    \
        {PAIRS(0, "type", field.types), .value = "GLOB=TYPE",                            \
         .help = "Type of channels: double, long, string or json"},                      \
    {                                                                                    \
        CHOICE(0, "duplicate-keys", field.duplicate_keys, row_duplicate_words),          \
            .help = "A JSON object that has a key twice"                                 \
    }

#define ROW_BAD(field)                                                                     \
    {                                                                                      \
        CHOICE(0, "bad-rows", field.bad_rows, row_bad_words),                              \
            .help = "reject: leave out and exit 3; skip: exit 0; abort: stop at the first" \
    }

#define ROW_MAX_ERRORS(field)                                                                   \
    {                                                                                           \
        COUNT(0, "max-errors", field.max_errors), .value = "N", .help = "Stop after N bad rows" \
    }

/* For commands that read points: what they choose points by (see select.h) has the names --channel,
 * --exclude and --tag. */
#define ROW_OPTIONS(field)                                                               \
    {ROW(OPT_GROUP, 0, "Rows (files that are not Avro)")}, ROW_INPUT_KIND(field),        \
        ROW_INPUT_TEXT(field), ROW_SHAPE(field), ROW_TAG_FIELD(field), ROW_NAMES(field), \
        ROW_TIME(field), ROW_VALUES(field), ROW_BAD(field), ROW_MAX_ERRORS(field)
/* NOLINTEND(bugprone-macro-parentheses) */
/* clang-format on */

#endif
