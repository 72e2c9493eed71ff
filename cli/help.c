#include "help.h"

#include <stdarg.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "units.h"

#define WIDTH 80
#define TEXT_COLUMN 28

/* ---- pieces --------------------------------------------------------------------------------- */

static void add_word(char out[HELP_TEXT], const char *separator, const char *word)
{
    size_t len = strlen(out);
    snprintf(out + len, HELP_TEXT - len, "%s%s", len ? separator : "", word);
}

const char *help_value(const struct opt *opt, char out[HELP_TEXT])
{
    out[0] = '\0';
    if (opt->value)
        add_word(out, "", opt->value);
    else if (opt->choices)
        for (const struct opt_choice *choice = opt->choices; choice->word; choice++)
            if (!choice->alias)
                add_word(out, "|", choice->word);
    return out;
}

static const char *choice_word(const struct opt_choice *choices, int value)
{
    for (; choices->word; choices++)
        if (choices->value == value)
            return choices->word;
    return "";
}

/* 0 stands for "no limit" everywhere, which needs no saying. */
static void print_number(const struct opt *opt, uint64_t value, char out[HELP_TEXT])
{
    if (value == 0)
        return;
    if (opt->kind == OPT_SIZE)
        units_print_size(out, value);
    else if (opt->kind == OPT_DURATION)
        units_print_duration(out, value);
    else
        units_print_short(out, value);
}

const char *help_preset(const struct opt *opt, const void *args, char out[HELP_TEXT])
{
    const char *at = (const char *)args + opt->offset;
    out[0] = '\0';
    if (opt->preset) {
        add_word(out, "", opt->preset);
    } else if (opt->kind == OPT_SIZE || opt->kind == OPT_DURATION || opt->kind == OPT_COUNT) {
        print_number(opt, *(const uint64_t *)(const void *)at, out);
    } else if (opt->kind == OPT_CHAR && *at) {
        add_word(out, "", (char[]){*at, '\0'});
    } else if (opt->kind == OPT_CHOICE) {
        int value;
        memcpy(&value, at, sizeof value);
        add_word(out, "", choice_word(opt->choices, value));
    }
    return out;
}

void *help_defaults(const struct command *command)
{
    void *args = calloc(1, command->args_size ? command->args_size : 1);
    if (args && command->init)
        command->init(args);
    return args;
}

/* ---- layout --------------------------------------------------------------------------------- */

void help_put_wrapped(FILE *out, const char *text, size_t column, size_t width)
{
    size_t at = column;
    while (*text) {
        size_t len = strcspn(text, " ");
        if (at > column && at + 1 + len > width) {
            fprintf(out, "\n%*s", (int)column, "");
            at = column;
        } else if (at > column) {
            fputc(' ', out);
            at++;
        }
        fwrite(text, 1, len, out);
        at += len;
        text += len;
        text += strspn(text, " ");
    }
    fputc('\n', out);
}

size_t help_line_piece(const char *line, size_t width)
{
    size_t len = strlen(line), piece = len;
    if (len <= width)
        return len;
    /* The blanks of quoted texts are not followed by these. */
    for (size_t i = 1; i + 2 < width; i++)
        if (line[i] == ' ' && (line[i + 1] == '-' || line[i + 1] == '|'))
            piece = i;
    return piece;
}

static void put_option(FILE *out, const struct opt *opt, const void *args)
{
    char value[HELP_TEXT], preset[HELP_TEXT], left[3 * HELP_TEXT], text[3 * HELP_TEXT];
    help_value(opt, value);
    help_preset(opt, args, preset);
    int used =
        snprintf(left, sizeof left, "  %c%c%s--%s%s%s%s", opt->letter ? '-' : ' ',
                 opt->letter ? opt->letter : ' ', opt->letter ? ", " : "  ", opt->name,
                 opt->optional ? "[=" : (*value ? " " : ""), value, opt->optional ? "]" : "");
    bool repeatable = opt->kind == OPT_LIST || opt->kind == OPT_PAIRS;
    snprintf(text, sizeof text, "%s%s%s%s%s", opt->help, repeatable ? " (repeatable)" : "",
             *preset ? " [" : "", preset, *preset ? "]" : "");
    fputs(left, out);
    if (used + 2 > TEXT_COLUMN)
        fprintf(out, "\n%*s", TEXT_COLUMN, "");
    else
        fprintf(out, "%*s", TEXT_COLUMN - used, "");
    help_put_wrapped(out, text, TEXT_COLUMN, WIDTH);
}

static void put_options(FILE *out, const struct command *command)
{
    void *args = help_defaults(command);
    if (!args)
        return;
    for (const struct opt *opt = command->options; opt->kind != OPT_END; opt++) {
        if (opt->kind == OPT_GROUP)
            fprintf(out, "\n%s\n", opt->name);
        else
            put_option(out, opt, args);
    }
    free(args);
}

static void put_command_line(FILE *out, const char *line)
{
    int indent = 2;
    for (;;) {
        size_t len = help_line_piece(line, WIDTH - (size_t)indent);
        fprintf(out, "%*s%.*s", indent, "", (int)len, line);
        line += len;
        if (!*line)
            break;
        fputs(" \\\n", out);
        line++;
        indent = 4;
    }
    fputc('\n', out);
}

static void put_examples(FILE *out, const struct command *command)
{
    fputs("\nExamples\n", out);
    for (const struct example *example = command->examples; example->line; example++) {
        put_command_line(out, example->line);
        fputs("      ", out);
        help_put_wrapped(out, example->says, 6, WIDTH);
    }
}

static void put_summary(FILE *out, const struct command *command)
{
    char text[HELP_TEXT];
    snprintf(text, sizeof text, "%s.", command->summary);
    if (text[0] >= 'a' && text[0] <= 'z')
        text[0] = (char)(text[0] - 'a' + 'A');
    help_put_wrapped(out, text, 0, WIDTH);
}

/* ---- the texts ------------------------------------------------------------------------------ */

void help_program(FILE *out)
{
    fputs("Usage: tlm COMMAND [OPTION...] [OPERAND...]\n\n", out);
    put_summary(out, &program);
    fputs("\nCommands\n", out);
    for (size_t i = 0; commands[i]; i++) {
        fprintf(out, "  %-10s  ", commands[i]->name);
        help_put_wrapped(out, commands[i]->summary, 14, WIDTH);
    }
    put_options(out, &program);
    put_examples(out, &program);
    fputs("\n'tlm help COMMAND' tells about a command, 'man tlm' and 'man tlm-COMMAND' all.\n",
          out);
}

void help_command(FILE *out, const struct command *command)
{
    fprintf(out, "Usage: tlm %s [OPTION...]%s%s\n\n", command->name, command->operands ? " " : "",
            command->operands ? command->operands->value : "");
    put_summary(out, command);
    put_options(out, command);
    put_examples(out, command);
    fputs("\nSizes: 64MiB 64MB 64M 1048576. Durations: 500ms 10s 5m 1h 1d. Counts: 5000 250k.\n"
          "Exit status: 0 done, 1 failed, 2 usage, 3 done, but rows or data were lost.\n",
          out);
    fprintf(out, "Manual: man tlm-%s\n", command->name);
}

int help_usage_error(const char *command, const char *format, ...)
{
    va_list args;
    va_start(args, format);
    fprintf(stderr, "tlm%s%s: ", command ? " " : "", command ? command : "");
    vfprintf(stderr, format, args);
    va_end(args);
    fprintf(stderr, "\nTry 'tlm%s%s --help'.\n", command ? " " : "", command ? command : "");
    return EXIT_USAGE;
}
