/* Any text through the hot lanes and through the parsers without them: both must give the same.
 * The first bytes choose the options, the rest is the text; a piece of it is repeated, so that the
 * hot lane has something to take. */
#include <stdint.h>

#include "support/two_lanes.h"

enum { CHOICES = 4, COPIES = 40 };

static void check(const struct two_lanes *pair)
{
    static const enum tlm_cpu levels[] = {TLM_CPU_AUTO, TLM_CPU_AVX2, TLM_CPU_PORTABLE};
    for (size_t i = 0; i < sizeof levels / sizeof levels[0]; i++)
        if (!two_lanes_agree(pair, levels[i], NULL))
            abort();
}

static void set_options(struct two_lanes *pair, const uint8_t *choices)
{
    static const char *const formats[] = {"auto", "rfc3339", "s", "ns"};
    static const char *const drops[] = {"b"};
    static const char *const nulls[] = {"NA", "x", "-", "nan"};
    static const struct tlm_pair tags[] = {{"tag", "c"}, {"other", "a"}};
    tlm_row_options_init(&pair->options);
    pair->options.int_as = (enum tlm_int_as)(choices[0] % 3);
    pair->options.duplicate_keys = (enum tlm_duplicate_keys)(choices[0] / 3 % 2);
    pair->options.time_format = formats[choices[0] / 6 % 4];
    pair->options.bool_as = (enum tlm_bool_as)(choices[0] / 48 % 3);
    pair->options.tz = choices[0] / 24 % 2 ? "Europe/Berlin" : NULL;
    if (choices[1] % 4 == 1)
        pair->options.excludes = (struct tlm_list){drops, 1};
    if (choices[1] % 4 >= 2)
        pair->options.tag_fields = (struct tlm_pairs){tags, choices[1] % 4 - 1u};
    if (choices[1] / 4 % 4 == 1)
        pair->options.max_line = 10u + choices[1] / 16u;
    if (choices[1] / 4 % 4 == 2)
        pair->options.comment = "1#";
    if (choices[1] / 4 % 4 == 3)
        pair->options.flatten = ".";
    pair->csv = choices[2] % 2;
    pair->delimiter = choices[2] / 2 % 4 ? ',' : '\t';
    pair->tempting = "7,\n}.\"0\\"[choices[2] / 8 % 8];
    if (choices[2] / 64 % 4 == 3)
        pair->options.null_values = (struct tlm_list){nulls, 4};
    pair->chunk = choices[3] % 2 ? choices[3] : 0;
    pair->is_long = choices[3] / 2 % 2;
    if (pair->is_long)
        pair->header = pair->delimiter == ',' ? "t,channel,c,value,d" : "t\tchannel\tc\tvalue\td";
    else
        pair->header = pair->delimiter == ',' ? "t,a,b,c,d" : "t\ta\tb\tc\td";
    pair->time_field = "t";
}

/* The first line many times over, around the lines that follow it. */
static char *with_copies(const char *text, size_t size, size_t *len)
{
    const char *newline = memchr(text, '\n', size);
    size_t line = newline ? (size_t)(newline + 1 - text) : 0;
    char *copies = malloc(size + 2 * COPIES * line + 1);
    if (!copies)
        abort();
    char *p = copies;
    for (size_t i = 0; i < COPIES; i++, p += line)
        memcpy(p, text, line);
    memcpy(p, text, size);
    p += size;
    if (size && text[size - 1] == '\n')
        for (size_t i = 0; i < COPIES; i++, p += line)
            memcpy(p, text, line);
    *len = (size_t)(p - copies);
    return copies;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    if (size < CHOICES || size > 4096)
        return 0;
    struct two_lanes pair = {0};
    set_options(&pair, data);
    pair.text = (const char *)data + CHOICES;
    pair.len = size - CHOICES;
    check(&pair);
    char *copies = with_copies(pair.text, pair.len, &pair.len);
    pair.text = copies;
    check(&pair);
    free(copies);
    return 0;
}
