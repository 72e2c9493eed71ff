/*
 * Telemetry text by the gigabyte, the same for the same arguments.
 *
 *   gen jsonl|csv ROWS [--cols N] [--digits D] [--seed S] [--bytes N] [--start NS] [--step NS]
 *                      [--rfc3339] [--text] [--channels-long N]
 *
 * A row is one timestamp (epoch nanoseconds, one millisecond apart) and N doubles, random walks
 * with D decimals, named ch00, ch01, ... With --text a last column holds a word, with --rfc3339 the
 * time is text. --channels-long N writes (channel, timestamp, value) rows instead, over channels c0
 * .. cN-1 in random order. --bytes ends the output with the first row that reaches it; ROWS 0
 * means no other end.
 */
#include <errno.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#define OUT_BYTES (1U << 20)
#define MAX_DIGITS 14 /* 17 significant ones as a rule */
#define MAX_CELL 64   /* more than any cell with its name takes */

struct options {
    bool csv, rfc3339, text;
    uint64_t rows, bytes, seed, cols, digits, channels_long;
    uint64_t start_ns, step_ns;
};

struct generator {
    struct options options;
    uint64_t random;
    int64_t time_ns;
    uint64_t written;
    int64_t *walks;   /* value times 10^digits, one for each column or channel */
    int64_t *strides; /* largest step of each walk */
    char (*names)[24];
    size_t *name_lens;
    char *out;
    size_t len, room; /* room: out always has that much left at the start of a row */
};

static const char pairs[] = "00010203040506070809101112131415161718192021222324252627282930313233"
                            "34353637383940414243444546474849505152535455565758596061626364656667"
                            "6869707172737475767778798081828384858687888990919293949596979899";

static void die(const char *what)
{
    fprintf(stderr, "gen: %s\n", what);
    exit(2);
}

/* xorshift64* */
static uint64_t next_random(struct generator *gen)
{
    uint64_t x = gen->random;
    x ^= x >> 12;
    x ^= x << 25;
    x ^= x >> 27;
    gen->random = x;
    return x * 0x2545f4914f6cdd1dULL;
}

/* Between -limit and limit, near 0 more often. */
static int64_t step(struct generator *gen, int64_t limit)
{
    uint64_t bits = next_random(gen);
    uint64_t span = (uint64_t)limit + 1;
    if (span > UINT32_MAX)
        return (int64_t)(bits % span) - (int64_t)(next_random(gen) % span);
    int64_t a = (int64_t)(((bits >> 32) * span) >> 32);
    int64_t b = (int64_t)(((bits & 0xffffffffU) * span) >> 32);
    return a - b;
}

static char *put_text(char *at, const char *text, size_t len)
{
    memcpy(at, text, len);
    return at + len;
}

static char *put_unsigned(char *at, uint64_t value)
{
    char text[24];
    char *start = text + sizeof text;
    for (; value >= 100; value /= 100) {
        start -= 2;
        memcpy(start, pairs + value % 100 * 2, 2);
    }
    if (value >= 10) {
        start -= 2;
        memcpy(start, pairs + value * 2, 2);
    } else {
        *--start = (char)('0' + value);
    }
    return put_text(at, start, (size_t)(text + sizeof text - start));
}

/* Exactly digits decimals. */
static char *put_fraction(char *at, uint64_t value, unsigned digits)
{
    unsigned left = digits;
    for (; left >= 2; left -= 2) {
        memcpy(at + left - 2, pairs + value % 100 * 2, 2);
        value /= 100;
    }
    if (left)
        *at = (char)('0' + value % 10);
    return at + digits;
}

/* As printed by most languages: no zeros at the end, at least one decimal. */
static char *put_decimal(char *at, int64_t value, uint64_t scale, unsigned digits)
{
    uint64_t magnitude = value < 0 ? 0 - (uint64_t)value : (uint64_t)value;
    if (value < 0)
        *at++ = '-';
    at = put_unsigned(at, magnitude / scale);
    *at++ = '.';
    if (digits == 0) {
        *at++ = '0';
        return at;
    }
    char *first = at;
    at = put_fraction(at, magnitude % scale, digits);
    while (at > first + 1 && at[-1] == '0')
        at--;
    return at;
}

static char *put_time(char *at, const struct generator *gen)
{
    if (!gen->options.rfc3339)
        return put_unsigned(at, (uint64_t)gen->time_ns);
    time_t seconds = (time_t)(gen->time_ns / 1000000000);
    struct tm tm;
    gmtime_r(&seconds, &tm);
    const char *quote = gen->options.csv ? "" : "\"";
    int n = snprintf(at, MAX_CELL, "%s%04d-%02d-%02dT%02d:%02d:%02d.%09dZ%s", quote,
                     tm.tm_year + 1900, tm.tm_mon + 1, tm.tm_mday, tm.tm_hour, tm.tm_min, tm.tm_sec,
                     (int)(gen->time_ns % 1000000000), quote);
    return at + n;
}

static void flush(struct generator *gen)
{
    size_t done = 0;
    while (done < gen->len) {
        ssize_t n = write(STDOUT_FILENO, gen->out + done, gen->len - done);
        if (n < 0 && errno == EINTR)
            continue;
        if (n < 0 && errno == EPIPE)
            exit(0);
        if (n < 0)
            die(strerror(errno));
        done += (size_t)n;
    }
    gen->written += gen->len;
    gen->len = 0;
}

static uint64_t power_of_ten(unsigned digits)
{
    uint64_t scale = 1;
    while (digits--)
        scale *= 10;
    return scale;
}

static char *put_word(char *at, struct generator *gen)
{
    static const char *const words[] = {"idle", "run", "brake", "charge \u26a1",
                                        "fault: over-temp"};
    const char *word = words[next_random(gen) % (sizeof words / sizeof words[0])];
    if (!gen->options.csv)
        at = put_text(at, ",\"mode\":\"", 9);
    else
        *at++ = ',';
    at = put_text(at, word, strlen(word));
    if (!gen->options.csv)
        *at++ = '"';
    return at;
}

static void wide_row(struct generator *gen)
{
    const struct options *options = &gen->options;
    unsigned digits = (unsigned)options->digits;
    uint64_t scale = power_of_ten(digits);
    char *at = gen->out + gen->len;
    if (!options->csv)
        at = put_text(at, "{\"ts\":", 6);
    at = put_time(at, gen);
    for (size_t i = 0; i < options->cols; i++) {
        gen->walks[i] += step(gen, gen->strides[i]);
        *at++ = ',';
        if (!options->csv)
            at = put_text(at, gen->names[i], gen->name_lens[i]);
        at = put_decimal(at, gen->walks[i], scale, digits);
    }
    if (options->text)
        at = put_word(at, gen);
    if (!options->csv)
        *at++ = '}';
    *at++ = '\n';
    gen->len = (size_t)(at - gen->out);
}

static void long_row(struct generator *gen)
{
    const struct options *options = &gen->options;
    unsigned digits = (unsigned)options->digits;
    size_t channel = (size_t)(next_random(gen) % options->channels_long);
    char *at = gen->out + gen->len;
    at = options->csv ? put_text(at, "c", 1) : put_text(at, "{\"channel\":\"c", 13);
    at = put_unsigned(at, channel);
    at = options->csv ? put_text(at, ",", 1) : put_text(at, "\",\"timestamp\":", 14);
    at = put_time(at, gen);
    at = options->csv ? put_text(at, ",", 1) : put_text(at, ",\"value\":", 9);
    gen->walks[channel] += step(gen, gen->strides[channel]);
    at = put_decimal(at, gen->walks[channel], power_of_ten(digits), digits);
    if (!options->csv)
        *at++ = '}';
    *at++ = '\n';
    gen->len = (size_t)(at - gen->out);
}

static void header(struct generator *gen)
{
    const struct options *options = &gen->options;
    char *at = gen->out;
    if (options->channels_long) {
        at = put_text(at, "channel,timestamp,value\n", 24);
    } else {
        at = put_text(at, "ts", 2);
        for (size_t i = 0; i < options->cols; i++) {
            *at++ = ',';
            at = put_text(at, gen->names[i] + 1, gen->name_lens[i] - 3);
        }
        at = put_text(at, options->text ? ",mode\n" : "\n", options->text ? 6 : 1);
    }
    gen->len = (size_t)(at - gen->out);
}

static void *take(size_t n, size_t size)
{
    void *memory = calloc(n, size);
    if (!memory)
        die("out of memory");
    return memory;
}

static void prepare(struct generator *gen)
{
    const struct options *options = &gen->options;
    size_t n = options->channels_long ? options->channels_long : options->cols;
    int64_t scale = (int64_t)power_of_ten((unsigned)options->digits);
    gen->random = options->seed * 0x9e3779b97f4a7c15ULL + 0x1234567;
    gen->time_ns = (int64_t)options->start_ns;
    gen->walks = take(n + 1, sizeof *gen->walks);
    gen->strides = take(n + 1, sizeof *gen->strides);
    gen->names = take(n + 1, sizeof *gen->names);
    gen->name_lens = take(n + 1, sizeof *gen->name_lens);
    gen->room = (options->channels_long ? 3 : options->cols + 3) * MAX_CELL;
    gen->out = take(OUT_BYTES + gen->room, 1);
    for (size_t i = 0; i < n; i++) {
        gen->walks[i] = step(gen, 500) * scale + step(gen, scale);
        gen->strides[i] = scale / 10 * (int64_t)(i % 10 + 1) + 1;
        gen->name_lens[i] =
            (size_t)snprintf(gen->names[i], sizeof gen->names[i], "\"ch%02zu\":", i);
    }
}

static bool is_done(const struct generator *gen, uint64_t row)
{
    const struct options *options = &gen->options;
    return (options->rows && row >= options->rows) ||
           (options->bytes && gen->written + gen->len >= options->bytes);
}

static void generate(struct generator *gen)
{
    if (gen->options.csv)
        header(gen);
    for (uint64_t row = 0; !is_done(gen, row); row++) {
        if (gen->options.channels_long)
            long_row(gen);
        else
            wide_row(gen);
        gen->time_ns += (int64_t)gen->options.step_ns;
        if (gen->len >= OUT_BYTES)
            flush(gen);
    }
    flush(gen);
}

static uint64_t number(const char *text)
{
    char *end;
    errno = 0;
    unsigned long long value = strtoull(text, &end, 10);
    if (errno || end == text || *end || *text == '-')
        die("not a number");
    return value;
}

static void parse_options(struct options *options, char **args)
{
    const struct {
        const char *name;
        uint64_t *value;
    } numbers[] = {{"--cols", &options->cols},
                   {"--digits", &options->digits},
                   {"--seed", &options->seed},
                   {"--bytes", &options->bytes},
                   {"--start", &options->start_ns},
                   {"--step", &options->step_ns},
                   {"--channels-long", &options->channels_long}};
    for (; *args; args++) {
        size_t i = 0, n = sizeof numbers / sizeof numbers[0];
        if (!strcmp(*args, "--rfc3339")) {
            options->rfc3339 = true;
            continue;
        }
        if (!strcmp(*args, "--text")) {
            options->text = true;
            continue;
        }
        while (i < n && strcmp(*args, numbers[i].name))
            i++;
        if (i == n || !args[1])
            die("unknown option, or one without its value");
        *numbers[i].value = number(*++args);
    }
}

int main(int argc, char **argv)
{
    struct generator gen = {.options = {.cols = 10,
                                        .digits = 6,
                                        .seed = 42,
                                        .start_ns = 1700000000000000000U,
                                        .step_ns = 1000000}};
    if (argc < 3 || (strcmp(argv[1], "jsonl") && strcmp(argv[1], "csv")))
        die("usage: gen jsonl|csv ROWS [options]");
    gen.options.csv = !strcmp(argv[1], "csv");
    gen.options.rows = number(argv[2]);
    parse_options(&gen.options, argv + 3);
    if (gen.options.digits > MAX_DIGITS || gen.options.cols > 1000000 ||
        gen.options.channels_long > 100000000)
        die("too many digits, columns or channels");
    prepare(&gen);
    generate(&gen);
    free(gen.walks);
    free(gen.strides);
    free(gen.names);
    free(gen.name_lens);
    free(gen.out);
    return 0;
}
