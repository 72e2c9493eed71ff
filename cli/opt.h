/* Options described by a table, parsed through getopt_long into a struct. */
#ifndef OPT_H
#define OPT_H

#include <stdbool.h>
#include <stddef.h>

enum opt_kind {
    OPT_END,      /* the row after the last one */
    OPT_GROUP,    /* no option: the heading of the rows that follow, in `name` */
    OPT_FLAG,     /* bool */
    OPT_TEXT,     /* const char * */
    OPT_CHAR,     /* char; one ASCII character, or \t or "tab"; of `choices` when there are some */
    OPT_SIZE,     /* uint64_t bytes */
    OPT_DURATION, /* uint64_t nanoseconds */
    OPT_COUNT,    /* uint64_t */
    OPT_RATE,     /* struct tlm_rate */
    OPT_CHOICE,   /* an enum as large as int, one of `choices` */
    OPT_LIST,     /* pointer to const char *, and a size_t; repeatable */
    OPT_PAIRS,    /* pointer to two const char * each, and a size_t; KEY=VALUE, repeatable */
    OPT_HELP,     /* opt_parse stops and returns OPT_SHOW_HELP */
    OPT_VERSION   /* opt_parse stops and returns OPT_SHOW_VERSION */
};

struct opt_choice {
    const char *word; /* NULL ends the array */
    int value;
    bool alias; /* accepted, but not shown */
};

struct opt {
    enum opt_kind kind;
    char letter;      /* short form, or 0 */
    const char *name; /* long form, without dashes */
    size_t offset;    /* of the field in the args struct */
    size_t length;    /* OPT_LIST and OPT_PAIRS: offset of the number of items */
    size_t given;     /* offset of a bool that is set when the option is given; 0: none */
    const struct opt_choice *choices;
    bool commas;        /* OPT_LIST: one value may hold several items, separated by commas */
    bool optional;      /* OPT_CHOICE: without "=VALUE" it is the first choice */
    bool file;          /* the value is a file name (for completions) */
    const char *value;  /* what the value is called in texts: SIZE; NULL: its choices */
    const char *help;   /* one or two sentences, without the final dot */
    const char *preset; /* the default as shown, where the args struct does not tell it */
};

/* One parse. The caller sets the first three; lists point into memory that lives until
 * opt_release, texts point into argv. */
struct opt_parse {
    const struct opt *options;
    const struct opt
        *operands; /* an OPT_LIST for what is no option; NULL: there is no such thing */
    void *args;    /* holds the defaults; options given on the command line replace them */
    struct opt_block *blocks;
    char message[512]; /* OPT_BAD: one line without the program's name */
    bool no_memory;    /* OPT_BAD: that is why, not what was typed */
};

enum opt_result { OPT_OK, OPT_SHOW_HELP, OPT_SHOW_VERSION, OPT_BAD };

/* argv[0] is skipped. Options may stand before or after operands; "--" ends them. Names must be
 * whole. Not for two threads at once (getopt_long keeps its place in globals). */
enum opt_result opt_parse(struct opt_parse *parse, int argc, char **argv);
void opt_release(struct opt_parse *parse);

#endif
