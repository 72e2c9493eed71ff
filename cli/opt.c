#include "opt.h"

#include <assert.h>
#include <errno.h>
#include <getopt.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "suggest.h"
#include "units.h"

#define LONG_BASE 256 /* getopt_long's value of row i is LONG_BASE + i when typed in long form */

struct opt_block {
    struct opt_block *next;
    char bytes[];
};

static void *block_new(struct opt_parse *parse, size_t size)
{
    struct opt_block *block = malloc(sizeof *block + size);
    if (!block) {
        snprintf(parse->message, sizeof parse->message, "%s", strerror(ENOMEM));
        parse->no_memory = true;
        return NULL;
    }
    block->next = parse->blocks;
    parse->blocks = block;
    return block->bytes;
}

void opt_release(struct opt_parse *parse)
{
    while (parse->blocks) {
        struct opt_block *next = parse->blocks->next;
        free(parse->blocks);
        parse->blocks = next;
    }
}

static void *field(const struct opt_parse *parse, size_t offset)
{
    return (char *)parse->args + offset;
}

static const struct opt *first_row(const struct opt_parse *parse)
{
    assert(parse->options);
    return parse->options;
}

static bool is_option(const struct opt *opt)
{
    return opt->kind != OPT_GROUP;
}

/* ---- messages ------------------------------------------------------------------------------- */

/* Whatever was typed, the message stays one line. */
static bool refuse(struct opt_parse *parse, const char *format, ...)
    __attribute__((format(printf, 2, 3)));

static bool refuse(struct opt_parse *parse, const char *format, ...)
{
    va_list args;
    va_start(args, format);
    vsnprintf(parse->message, sizeof parse->message, format, args);
    va_end(args);
    for (char *c = parse->message; *c; c++)
        if ((unsigned char)*c < ' ' || *c == 0x7f)
            *c = '?';
    return false;
}

static bool refuse_unknown(struct opt_parse *parse, const char *typed)
{
    const char *name = typed + 2;
    struct suggest suggest;
    suggest_init(&suggest, name, strcspn(name, "="));
    for (const struct opt *opt = first_row(parse); opt->kind != OPT_END; opt++)
        if (is_option(opt))
            suggest_offer(&suggest, opt->name);
    if (suggest.best)
        return refuse(parse, "unknown option --%.*s; did you mean --%s?", (int)strcspn(name, "="),
                      name, suggest.best);
    return refuse(parse, "unknown option --%.*s", (int)strcspn(name, "="), name);
}

/* A letter that is none, in the element `typed`: perhaps a long name with one dash. */
static bool refuse_letter(struct opt_parse *parse, const char *typed)
{
    for (const struct opt *opt = first_row(parse); opt->kind != OPT_END; opt++)
        if (is_option(opt) && strcmp(opt->name, typed + 1) == 0)
            return refuse(parse, "unknown option %s; did you mean --%s?", typed, opt->name);
    if (optopt > ' ' && optopt < 0x7f)
        return refuse(parse, "unknown option -%c", optopt);
    return refuse(parse, "unknown option %.100s", typed);
}

#define MAX_WORDS 200

/* What may follow an option: "SIZE", or "snappy, null, deflate". */
static const char *value_words(const struct opt *opt, char words[MAX_WORDS])
{
    snprintf(words, MAX_WORDS, "%s", opt->value ? opt->value : "");
    if (opt->value || !opt->choices)
        return words;
    for (const struct opt_choice *choice = opt->choices; choice->word; choice++) {
        size_t len = strlen(words);
        if (!choice->alias)
            snprintf(words + len, MAX_WORDS - len, "%s%s", len ? ", " : "", choice->word);
    }
    return words;
}

static bool refuse_choice(struct opt_parse *parse, const struct opt *opt, const char *text)
{
    char words[MAX_WORDS];
    struct suggest suggest;
    value_words(opt, words);
    suggest_init(&suggest, text, strlen(text));
    for (const struct opt_choice *choice = opt->choices; choice->word; choice++)
        suggest_offer(&suggest, choice->word);
    if (suggest.best)
        return refuse(parse, "--%s: \"%.100s\" is not one of %s; did you mean %s?", opt->name, text,
                      words, suggest.best);
    return refuse(parse, "--%s: \"%.100s\" is not one of %s", opt->name, text, words);
}

/* ---- values --------------------------------------------------------------------------------- */

static const struct opt_choice *choice_find(const struct opt_choice *choices, const char *word)
{
    for (; choices->word; choices++)
        if (strcmp(choices->word, word) == 0)
            return choices;
    return NULL;
}

static bool set_choice(struct opt_parse *parse, const struct opt *opt, const char *text)
{
    const struct opt_choice *choice = opt->choices;
    if (text && !(choice = choice_find(opt->choices, text)))
        return refuse_choice(parse, opt, text);
    memcpy(field(parse, opt->offset), &choice->value, sizeof choice->value);
    return true;
}

static bool set_char(struct opt_parse *parse, const struct opt *opt, const char *text)
{
    if (opt->choices && !choice_find(opt->choices, text))
        return refuse_choice(parse, opt, text);
    char c = text[0];
    if (strcmp(text, "\\t") == 0 || strcmp(text, "tab") == 0)
        c = '\t';
    else if (c == '\0' || (unsigned char)c > 0x7f || text[1] != '\0')
        return refuse(parse, "--%s: \"%.100s\" is not one ASCII character, \\t or tab", opt->name,
                      text);
    *(char *)field(parse, opt->offset) = c;
    return true;
}

static bool set_number(struct opt_parse *parse, const struct opt *opt, const char *text)
{
    const char *noun = "count (like 5000, 250k or 2M)";
    uint64_t *value = field(parse, opt->offset);
    enum units_result result;
    if (opt->kind == OPT_SIZE) {
        noun = "size (like 64MiB, 64MB or 1048576)";
        result = units_parse_size(text, value);
    } else if (opt->kind == OPT_DURATION) {
        noun = "duration (like 500ms, 10s, 5m, 1h or 1d)";
        result = units_parse_duration(text, value);
    } else if (opt->kind == OPT_RATE) {
        noun = "rate above 0 (like 5MB/s or 10000rows/s)";
        result = units_parse_rate(text, field(parse, opt->offset));
    } else {
        result = units_parse_count(text, value);
    }
    if (result == UNITS_SYNTAX)
        return refuse(parse, "--%s: \"%.100s\" is not a %s", opt->name, text, noun);
    if (result == UNITS_RANGE)
        return refuse(parse, "--%s: \"%.100s\" is too large", opt->name, text);
    return true;
}

/* Adds `width` strings to the array whose address and length are at these offsets. The array
 * doubles whenever its length is a power of two. */
static bool append(struct opt_parse *parse, const struct opt *opt, const char *const *strings,
                   size_t width)
{
    const char **items;
    size_t *len = field(parse, opt->length);
    /* The field may be declared as a pointer to any struct of strings. */
    memcpy(&items, field(parse, opt->offset), sizeof items);
    if ((*len & (*len - 1)) == 0) {
        size_t capacity = *len ? 2 * *len : 1;
        const char **larger = block_new(parse, capacity * width * sizeof *larger);
        if (!larger)
            return false;
        if (*len)
            memcpy(larger, items, *len * width * sizeof *larger);
        items = larger;
        memcpy(field(parse, opt->offset), &items, sizeof items);
    }
    memcpy(items + *len * width, strings, width * sizeof *strings);
    ++*len;
    return true;
}

static char *copy_text(struct opt_parse *parse, const char *text)
{
    size_t size = strlen(text) + 1;
    char *copy = block_new(parse, size);
    return copy ? memcpy(copy, text, size) : NULL;
}

static bool add_to_list(struct opt_parse *parse, const struct opt *opt, const char *text)
{
    if (!opt->commas)
        return append(parse, opt, &text, 1);
    char *item = copy_text(parse, text);
    while (item) {
        char *comma = strchr(item, ',');
        if (comma)
            *comma = '\0';
        if (!append(parse, opt, (const char *const[]){item}, 1))
            return false;
        if (!comma)
            return true;
        item = comma + 1;
    }
    return false;
}

static bool add_pair(struct opt_parse *parse, const struct opt *opt, const char *text)
{
    const char *equals = strchr(text, '=');
    if (!equals || equals == text)
        return refuse(parse, "--%s: \"%.100s\" is not %s", opt->name, text, opt->value);
    char *key = copy_text(parse, text);
    if (!key)
        return false;
    key[equals - text] = '\0';
    return append(parse, opt, (const char *const[]){key, equals + 1}, 2);
}

static bool set_value(struct opt_parse *parse, const struct opt *opt, const char *text)
{
    switch (opt->kind) {
    case OPT_FLAG:
        *(bool *)field(parse, opt->offset) = true;
        return true;
    case OPT_TEXT:
        *(const char **)field(parse, opt->offset) = text;
        return true;
    case OPT_CHAR:
        return set_char(parse, opt, text);
    case OPT_SIZE:
    case OPT_DURATION:
    case OPT_COUNT:
    case OPT_RATE:
        return set_number(parse, opt, text);
    case OPT_CHOICE:
        return set_choice(parse, opt, text);
    case OPT_LIST:
        return add_to_list(parse, opt, text);
    case OPT_PAIRS:
        return add_pair(parse, opt, text);
    case OPT_END:
    case OPT_GROUP:
    case OPT_HELP:
    case OPT_VERSION:
        break;
    }
    return true;
}

/* ---- getopt_long ---------------------------------------------------------------------------- */

/* The table in getopt_long's terms. */
struct forms {
    struct option *names; /* of n rows, and the closing one */
    char *letters;
};

static int takes_argument(const struct opt *opt)
{
    switch (opt->kind) {
    case OPT_FLAG:
    case OPT_HELP:
    case OPT_VERSION:
    case OPT_END:
    case OPT_GROUP:
        return no_argument;
    case OPT_TEXT:
    case OPT_CHAR:
    case OPT_SIZE:
    case OPT_DURATION:
    case OPT_COUNT:
    case OPT_RATE:
    case OPT_CHOICE:
    case OPT_LIST:
    case OPT_PAIRS:
        break;
    }
    return opt->optional ? optional_argument : required_argument;
}

static bool forms_init(struct forms *forms, struct opt_parse *parse)
{
    size_t n = 0, used = 0;
    while (parse->options[n].kind != OPT_END)
        n++;
    forms->names = block_new(parse, (n + 1) * sizeof *forms->names);
    forms->letters = block_new(parse, 3 * n + 3);
    if (!forms->names || !forms->letters)
        return false;
    /* '-': operands come in their place whatever the environment says; ':': no messages. */
    char *letter = forms->letters;
    *letter++ = '-';
    *letter++ = ':';
    for (size_t i = 0; i < n; i++) {
        const struct opt *opt = &parse->options[i];
        if (!is_option(opt))
            continue;
        int argument = takes_argument(opt);
        forms->names[used++] = (struct option){opt->name, argument, NULL, LONG_BASE + (int)i};
        if (!opt->letter)
            continue;
        *letter++ = opt->letter;
        for (int colons = argument; colons > 0; colons--)
            *letter++ = ':';
    }
    *letter = '\0';
    forms->names[used] = (struct option){0};
    return true;
}

static const struct opt *row_of(const struct opt_parse *parse, int value)
{
    if (value >= LONG_BASE)
        return &parse->options[value - LONG_BASE];
    for (const struct opt *opt = first_row(parse); opt->kind != OPT_END; opt++)
        if (is_option(opt) && opt->letter == value)
            return opt;
    return NULL;
}

/* getopt_long takes abbreviations; a script must not come to mean something else when an option
 * is added. */
static bool is_whole_name(const struct opt *opt, const char *typed)
{
    size_t len = strlen(opt->name);
    return strncmp(typed + 2, opt->name, len) == 0 &&
           (typed[2 + len] == '\0' || typed[2 + len] == '=');
}

static bool add_operand(struct opt_parse *parse, const char *text)
{
    if (!parse->operands)
        return refuse(parse, "unexpected operand \"%.100s\"", text);
    return add_to_list(parse, parse->operands, text);
}

static bool refuse_usage(struct opt_parse *parse, int found, const char *typed)
{
    char words[MAX_WORDS];
    bool is_long = strncmp(typed, "--", 2) == 0;
    const struct opt *opt = optopt ? row_of(parse, optopt) : NULL;
    if (!opt && is_long)
        return refuse_unknown(parse, typed);
    if (!opt)
        return refuse_letter(parse, typed);
    if (is_long && !is_whole_name(opt, typed))
        return refuse_unknown(parse, typed);
    if (found == ':')
        return refuse(parse, "--%s needs a value: %s", opt->name, value_words(opt, words));
    return refuse(parse, "--%s takes no value", opt->name);
}

/* What getopt_long found in the element `typed`. */
static enum opt_result take(struct opt_parse *parse, int found, const char *typed)
{
    if (found == 1)
        return add_operand(parse, optarg) ? OPT_OK : OPT_BAD;
    const struct opt *opt = found == '?' || found == ':' ? NULL : row_of(parse, found);
    if (!opt) {
        refuse_usage(parse, found, typed);
        return OPT_BAD;
    }
    if (found >= LONG_BASE && !is_whole_name(opt, typed)) {
        refuse_unknown(parse, typed);
        return OPT_BAD;
    }
    if (opt->kind == OPT_HELP)
        return OPT_SHOW_HELP;
    if (opt->kind == OPT_VERSION)
        return OPT_SHOW_VERSION;
    if (!set_value(parse, opt, optarg))
        return OPT_BAD;
    if (opt->given)
        *(bool *)field(parse, opt->given) = true;
    return OPT_OK;
}

enum opt_result opt_parse(struct opt_parse *parse, int argc, char **argv)
{
    struct forms forms;
    if (!forms_init(&forms, parse))
        return OPT_BAD;
    optind = 0; /* glibc: start anew */
    opterr = 0;
    for (;;) {
        /* A long option is always in the element at which getopt_long was about to look. */
        const char *typed = argv[optind ? optind : 1];
        int found = getopt_long(argc, argv, forms.letters, forms.names, NULL);
        if (found == -1)
            break;
        enum opt_result result = take(parse, found, typed);
        if (result != OPT_OK)
            return result;
    }
    for (int i = optind; i < argc; i++)
        if (!add_operand(parse, argv[i]))
            return OPT_BAD;
    return OPT_OK;
}
