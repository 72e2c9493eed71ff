/* Parsing of options: each kind, each mistake, and the table of commands itself. */
#include "opt.h"

#include <stdlib.h>
#include <string.h>

#include "commands.h"
#include "help.h"
#include "support/unit.h"
#include "write_args.h"

struct run {
    struct write_args args;
    struct opt_parse parse;
    enum opt_result result;
};

static void run_words(struct run *run, char **argv)
{
    const struct command *write = command_find("write");
    int argc = 0;
    while (argv[argc])
        argc++;
    write_args_init(&run->args);
    run->parse = (struct opt_parse){
        .options = write->options, .operands = write->operands, .args = &run->args};
    run->result = opt_parse(&run->parse, argc, argv);
}

/* Parses what follows `tlm write`; values point into the words, which live as long as the block. */
#define RUN(run, ...) run_words(run, (char *[]){"write", __VA_ARGS__, NULL})

#define EXPECT_BAD(wanted, ...)                      \
    do {                                             \
        struct run bad;                              \
        RUN(&bad, __VA_ARGS__);                      \
        ck_assert_int_eq(bad.result, OPT_BAD);       \
        ck_assert_str_eq(bad.parse.message, wanted); \
        opt_release(&bad.parse);                     \
    } while (0)

static void expect_list(struct tlm_list list, const char *joined)
{
    char text[500] = "";
    for (size_t i = 0; i < list.len; i++) {
        strcat(text, i ? "|" : "");
        strcat(text, list.items[i]);
    }
    ck_assert_str_eq(text, joined);
}

START_TEST(each_kind)
{
    struct run run;
    RUN(&run, "-f", "--no-header", "--prefix", "car.", "--delimiter", ";", "--decimal", ",",
        "--rotate-size", "64MiB", "--rotate-every", "1h", "--rotate-points", "250k", "--codec",
        "zstandard", "-i", "tsv", "-T", "strptime:%d=%m", "-0");
    ck_assert_int_eq(run.result, OPT_OK);
    ck_assert(run.args.writer.force && run.args.rows.no_header && run.args.emit_nul);
    ck_assert(!run.args.writer.continue_index);
    ck_assert_str_eq(run.args.rows.prefix, "car.");
    ck_assert_int_eq(run.args.rows.delimiter, ';');
    ck_assert_int_eq(run.args.rows.decimal, ',');
    ck_assert_uint_eq(run.args.writer.rotate_bytes, 64 << 20);
    ck_assert_uint_eq(run.args.writer.rotate_every_ns, UINT64_C(3600000000000));
    ck_assert_uint_eq(run.args.writer.rotate_points, 250000);
    ck_assert_int_eq(run.args.writer.codec, TLM_CODEC_ZSTANDARD);
    ck_assert_int_eq(run.args.rows.input, TLM_INPUT_TSV);
    ck_assert_str_eq(run.args.rows.time_format, "strptime:%d=%m");
    opt_release(&run.parse);
}
END_TEST

START_TEST(defaults_stay)
{
    struct run run;
    struct write_args fresh;
    write_args_init(&fresh);
    RUN(&run, "x.csv");
    ck_assert_int_eq(run.result, OPT_OK);
    ck_assert_uint_eq(run.args.writer.memory_bytes, fresh.writer.memory_bytes);
    ck_assert_uint_eq(run.args.writer.flush_interval_ns, fresh.writer.flush_interval_ns);
    ck_assert_ptr_null(run.args.writer.output);
    opt_release(&run.parse);
}
END_TEST

START_TEST(zero_is_a_value)
{
    struct run run;
    RUN(&run, "--flush-interval", "0", "--memory=0");
    ck_assert_int_eq(run.result, OPT_OK);
    ck_assert_uint_eq(run.args.writer.flush_interval_ns, 0);
    ck_assert_uint_eq(run.args.writer.memory_bytes, 0);
    opt_release(&run.parse);
}
END_TEST

START_TEST(tab_as_a_word)
{
    char *const words[] = {"tab", "\\t", "\t"};
    for (size_t i = 0; i < 3; i++) {
        struct run run;
        RUN(&run, "--delimiter", words[i]);
        ck_assert_int_eq(run.result, OPT_OK);
        ck_assert_int_eq(run.args.rows.delimiter, '\t');
        opt_release(&run.parse);
    }
}
END_TEST

START_TEST(aliases)
{
    struct run run;
    RUN(&run, "--input=ndjson", "--codec=zstd");
    ck_assert_int_eq(run.args.rows.input, TLM_INPUT_JSONL);
    ck_assert_int_eq(run.args.writer.codec, TLM_CODEC_ZSTANDARD);
    opt_release(&run.parse);
}
END_TEST

START_TEST(ways_to_give_a_value)
{
    struct run run;
    RUN(&run, "--output=a=b", "-tts", "--tz", "-02:00");
    ck_assert_int_eq(run.result, OPT_OK);
    ck_assert_str_eq(run.args.writer.output, "a=b");
    ck_assert_str_eq(run.args.rows.time_field, "ts");
    ck_assert_str_eq(run.args.rows.tz, "-02:00");
    opt_release(&run.parse);
    RUN(&run, "-fqo", "x", "--output", "y");
    ck_assert(run.args.writer.force && run.args.quiet);
    ck_assert_str_eq(run.args.writer.output, "y"); /* the last one counts */
    opt_release(&run.parse);
}
END_TEST

START_TEST(optional_value)
{
    struct run run;
    RUN(&run, "--stats", "json");
    ck_assert_int_eq(run.args.stats, WRITE_STATS_TEXT);
    expect_list(run.args.operands, "json");
    opt_release(&run.parse);
    RUN(&run, "--stats=json");
    ck_assert_int_eq(run.args.stats, WRITE_STATS_JSON);
    opt_release(&run.parse);
}
END_TEST

START_TEST(given)
{
    struct run run;
    RUN(&run, "--fsync", "close");
    ck_assert(run.args.fsync_given);
    opt_release(&run.parse);
    RUN(&run, "--codec", "null");
    ck_assert(!run.args.fsync_given);
    opt_release(&run.parse);
}
END_TEST

START_TEST(lists)
{
    struct run run;
    RUN(&run, "-c", "a,b", "--channel=c*", "-c", "d", "--columns", "t,x y,,z", "--columns", "w",
        "--null-values", "NA,-");
    ck_assert_int_eq(run.result, OPT_OK);
    expect_list(run.args.rows.channels, "a,b|c*|d"); /* a glob may hold a comma */
    expect_list(run.args.rows.columns, "t|x y||z|w");
    expect_list(run.args.rows.null_values, "NA|-");
    ck_assert_uint_eq(run.args.rows.excludes.len, 0);
    opt_release(&run.parse);
}
END_TEST

START_TEST(long_lists)
{
    char *argv[402] = {"write"}, words[200][16];
    for (int i = 0; i < 200; i++) {
        snprintf(words[i], sizeof words[i], "c%d", i);
        argv[1 + 2 * i] = "--exclude";
        argv[2 + 2 * i] = words[i];
    }
    struct run run;
    run_words(&run, argv);
    ck_assert_uint_eq(run.args.rows.excludes.len, 200);
    for (int i = 0; i < 200; i++)
        ck_assert_str_eq(run.args.rows.excludes.items[i], words[i]);
    opt_release(&run.parse);
}
END_TEST

START_TEST(pairs)
{
    struct run run;
    RUN(&run, "--tag", "car=7", "--tag", "note=a=b", "--tag=empty=", "--metadata", "run=12",
        "--metadata", "by=me", "--rename", "old=new");
    ck_assert_int_eq(run.result, OPT_OK);
    ck_assert_uint_eq(run.args.rows.tags.len, 3);
    ck_assert_str_eq(run.args.rows.tags.items[0].key, "car");
    ck_assert_str_eq(run.args.rows.tags.items[0].value, "7");
    ck_assert_str_eq(run.args.rows.tags.items[1].value, "a=b");
    ck_assert_str_eq(run.args.rows.tags.items[2].value, "");
    ck_assert_uint_eq(run.args.writer.n_metadata, 2);
    ck_assert_str_eq(run.args.writer.metadata[1].key, "by");
    ck_assert_str_eq(run.args.writer.metadata[1].value, "me");
    ck_assert_str_eq(run.args.rows.renames.items[0].value, "new");
    opt_release(&run.parse);
}
END_TEST

START_TEST(operands_anywhere)
{
    struct run run;
    setenv("POSIXLY_CORRECT", "1", 1);
    RUN(&run, "a.csv", "-q", "-", "-o", "x", "b.csv", "--", "-v", "--force", "--");
    unsetenv("POSIXLY_CORRECT");
    ck_assert_int_eq(run.result, OPT_OK);
    expect_list(run.args.operands, "a.csv|-|b.csv|-v|--force|--");
    ck_assert(run.args.quiet && !run.args.verbose && !run.args.writer.force);
    opt_release(&run.parse);
}
END_TEST

START_TEST(help_and_version)
{
    struct run run;
    RUN(&run, "x.csv", "--help", "--no-such-option");
    ck_assert_int_eq(run.result, OPT_SHOW_HELP);
    opt_release(&run.parse);
    RUN(&run, "-h");
    ck_assert_int_eq(run.result, OPT_SHOW_HELP);
    opt_release(&run.parse);
    struct opt_parse parse = {.options = program.options};
    ck_assert_int_eq(opt_parse(&parse, 2, (char *[]){"tlm", "--version", NULL}), OPT_SHOW_VERSION);
    opt_release(&parse);
}
END_TEST

START_TEST(bad_values)
{
    EXPECT_BAD("--rotate-size: \"12XB\" is not a size (like 64MiB, 64MB or 1048576)",
               "--rotate-size", "12XB");
    EXPECT_BAD("--rotate-size: \"99999999999999999999\" is too large",
               "--rotate-size=99999999999999999999");
    EXPECT_BAD("--rotate-every: \"10\" is not a duration (like 500ms, 10s, 5m, 1h or 1d)",
               "--rotate-every", "10");
    EXPECT_BAD("--rotate-age: \"200000d\" is too large", "--rotate-age", "200000d");
    EXPECT_BAD("--max-errors: \"-1\" is not a count (like 5000, 250k or 2M)", "--max-errors", "-1");
    EXPECT_BAD("--delimiter: \"\" is not one ASCII character, \\t or tab", "--delimiter", "");
    EXPECT_BAD("--delimiter: \"::\" is not one ASCII character, \\t or tab", "--delimiter", "::");
    EXPECT_BAD("--delimiter: \"\xc2\xa7\" is not one ASCII character, \\t or tab", "--delimiter",
               "\xc2\xa7");
    EXPECT_BAD("--decimal: \";\" is not one of ., ,", "--decimal", ";");
    EXPECT_BAD("--tag: \"car\" is not KEY=VALUE", "--tag", "car");
    EXPECT_BAD("--rename: \"=new\" is not OLD=NEW", "--rename", "=new");
    EXPECT_BAD("--codec: \"snapy\" is not one of snappy, null, deflate, zstandard; "
               "did you mean snappy?",
               "--codec", "snapy");
    EXPECT_BAD("--codec: \"\" is not one of snappy, null, deflate, zstandard", "--codec", "");
    EXPECT_BAD("--stats: \"xml\" is not one of text, json", "--stats=xml");
}
END_TEST

/* On a mistake the field keeps what it had. */
START_TEST(bad_values_change_nothing)
{
    struct run run;
    RUN(&run, "--memory", "1GiB", "--memory", "much");
    ck_assert_int_eq(run.result, OPT_BAD);
    ck_assert_uint_eq(run.args.writer.memory_bytes, 1 << 30);
    opt_release(&run.parse);
}
END_TEST

START_TEST(unknown_options)
{
    EXPECT_BAD("unknown option --rotate-point; did you mean --rotate-points?", "--rotate-point",
               "5");
    EXPECT_BAD("unknown option --rotate-szie; did you mean --rotate-size?", "--rotate-szie=5");
    EXPECT_BAD("unknown option --frobnicate", "--frobnicate");
    EXPECT_BAD("unknown option -x", "-x");
    EXPECT_BAD("unknown option -x", "-fx");
    EXPECT_BAD("unknown option -rotate-size; did you mean --rotate-size?", "-rotate-size", "5");
    EXPECT_BAD("unknown option -\xc3\xa9", "-\xc3\xa9");
}
END_TEST

/* getopt_long itself would take these. */
START_TEST(abbreviations_are_refused)
{
    EXPECT_BAD("unknown option --metad; did you mean --metadata?", "--metad", "a=b");
    EXPECT_BAD("unknown option --metad; did you mean --metadata?", "--metad=a=b");
    EXPECT_BAD("unknown option --metad; did you mean --metadata?", "--metad");
    EXPECT_BAD("unknown option --forc; did you mean --force?", "--forc");
    EXPECT_BAD("unknown option --forc; did you mean --force?", "--forc=1");
    EXPECT_BAD("unknown option --rotate; did you mean --rotate-points?", "--rotate", "5");
    EXPECT_BAD("unknown option --hel; did you mean --help?", "--hel");
}
END_TEST

START_TEST(values_missing_or_too_many)
{
    EXPECT_BAD("--output needs a value: FILE|TEMPLATE|-", "-o");
    EXPECT_BAD("--codec needs a value: snappy, null, deflate, zstandard", "--codec");
    EXPECT_BAD("--force takes no value", "--force=yes");
    struct opt_parse parse = {.options = program.options};
    ck_assert_int_eq(opt_parse(&parse, 2, (char *[]){"tlm", "x\ny", NULL}), OPT_BAD);
    ck_assert_str_eq(parse.message, "unexpected operand \"x?y\"");
    opt_release(&parse);
}
END_TEST

START_TEST(messages_are_one_short_line)
{
    char text[2000];
    memset(text, 'x', sizeof text - 1);
    text[sizeof text - 1] = '\0';
    text[5] = '\n';
    text[6] = '\033';
    struct run run;
    RUN(&run, "--codec", text);
    ck_assert_int_eq(run.result, OPT_BAD);
    ck_assert_ptr_null(strpbrk(run.parse.message, "\n\033"));
    ck_assert_ptr_nonnull(strstr(run.parse.message, "xxxxx??xxx"));
    ck_assert_ptr_nonnull(strstr(run.parse.message, "not one of snappy"));
    opt_release(&run.parse);
}
END_TEST

/* ---- the table ------------------------------------------------------------------------------ */

static void check_row(const struct command *command, const struct opt *opt)
{
    char value[HELP_TEXT];
    ck_assert_msg(opt->help && *opt->help, "--%s has no help", opt->name);
    ck_assert_msg(opt->help[strlen(opt->help) - 1] != '.', "--%s: final dot", opt->name);
    ck_assert(opt->offset < command->args_size || command == &program);
    ck_assert_msg(strlen(help_value(opt, value)) < 48, "--%s: value too long", opt->name);
    bool bare = opt->kind == OPT_FLAG || opt->kind == OPT_HELP || opt->kind == OPT_VERSION;
    ck_assert_msg(bare == (*value == '\0'), "--%s: needs a name for its value", opt->name);
    if (opt->kind == OPT_CHOICE)
        ck_assert_msg(opt->choices && !opt->choices->alias, "--%s: no choices", opt->name);
    for (const struct opt *other = command->options; other != opt; other++) {
        ck_assert_msg(other->kind == OPT_GROUP || strcmp(other->name, opt->name) != 0,
                      "--%s is there twice", opt->name);
        ck_assert_msg(!opt->letter || other->letter != opt->letter, "-%c twice", opt->letter);
    }
}

START_TEST(table_is_sound)
{
    ck_assert_ptr_eq(command_find("write"), commands[0]);
    ck_assert_ptr_null(command_find("wri"));
    for (size_t i = 0; commands[i]; i++) {
        const struct command *command = commands[i];
        ck_assert(command->run && command->init && command->args_size);
        ck_assert(command->summary && command->examples && command->examples->line);
        ck_assert_int_eq(command->options[0].kind, OPT_GROUP);
        for (const struct opt *opt = command->options; opt->kind != OPT_END; opt++)
            if (opt->kind != OPT_GROUP)
                check_row(command, opt);
        /* A tab would break the list that the example test reads. */
        for (const struct example *example = command->examples; example->line; example++)
            ck_assert(example->says && !strchr(example->line, '\t'));
    }
}
END_TEST

START_TEST(help_fits_the_screen)
{
    char *text = NULL, *line, *rest;
    size_t size = 0;
    FILE *out = open_memstream(&text, &size);
    help_program(out);
    for (size_t i = 0; commands[i]; i++)
        help_command(out, commands[i]);
    fclose(out);
    ck_assert_ptr_nonnull(strstr(text, "--rotate-size SIZE"));
    for (line = strtok_r(text, "\n", &rest); line; line = strtok_r(NULL, "\n", &rest))
        ck_assert_msg(strlen(line) <= 80, "too wide: %s", line);
    free(text);
}
END_TEST

UNIT_MAIN("opt", each_kind, defaults_stay, zero_is_a_value, tab_as_a_word, aliases,
          ways_to_give_a_value, optional_value, given, lists, long_lists, pairs, operands_anywhere,
          help_and_version, bad_values, bad_values_change_nothing, unknown_options,
          abbreviations_are_refused, values_missing_or_too_many, messages_are_one_short_line,
          table_is_sound, help_fits_the_screen)
