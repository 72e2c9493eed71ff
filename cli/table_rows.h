/* How the rows of a command's options are written.
 * ARGS is the struct that the command's options fill in. The sizeof in AT makes the compiler
 * compare the field's type with the one that the kind stores. */
#ifndef TABLE_ROWS_H
#define TABLE_ROWS_H

#include "commands.h"

#define AT(type, field) (offsetof(ARGS, field) + 0 * sizeof(&((ARGS *)0)->field == (type *)0))
#define AT_ENUM(field) \
    (offsetof(ARGS, field) + 0 * sizeof(char[sizeof(((ARGS *)0)->field) == sizeof(int) ? 1 : -1]))

#define ROW(kind_, letter_, name_) .kind = (kind_), .letter = (letter_), .name = (name_)
#define FLAG(letter, name, field) ROW(OPT_FLAG, letter, name), .offset = AT(bool, field)
#define TEXT(letter, name, field) ROW(OPT_TEXT, letter, name), .offset = AT(const char *, field)
#define CHARACTER(letter, name, field) ROW(OPT_CHAR, letter, name), .offset = AT(char, field)
#define SIZE(letter, name, field) ROW(OPT_SIZE, letter, name), .offset = AT(uint64_t, field)
#define DURATION(letter, name, field) ROW(OPT_DURATION, letter, name), .offset = AT(uint64_t, field)
#define COUNT(letter, name, field) ROW(OPT_COUNT, letter, name), .offset = AT(uint64_t, field)
#define RATE(letter, name, field) ROW(OPT_RATE, letter, name), .offset = AT(struct tlm_rate, field)
#define CHOICE(letter, name, field, words) \
    ROW(OPT_CHOICE, letter, name), .offset = AT_ENUM(field), .choices = (words)
#define LIST(letter, name, field)                                                \
    ROW(OPT_LIST, letter, name),                                                 \
        .offset = AT(struct tlm_list, field) + offsetof(struct tlm_list, items), \
        .length = AT(struct tlm_list, field) + offsetof(struct tlm_list, len)
#define PAIRS(letter, name, field)                                                 \
    ROW(OPT_PAIRS, letter, name),                                                  \
        .offset = AT(struct tlm_pairs, field) + offsetof(struct tlm_pairs, items), \
        .length = AT(struct tlm_pairs, field) + offsetof(struct tlm_pairs, len)
#define HELP ROW(OPT_HELP, 'h', "help"), .help = "Show this help"

/* Words that several commands share. */
extern const struct opt_choice table_codec_words[], table_fsync_words[];

#endif
