#include "stats/phase_file.h"

#include <errno.h>
#include <jansson.h>
#include <limits.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "screen_text.h"

/* Far more than statistics take. */
enum { TEXT_MAX = 16 << 20 };

static bool fail(const char *path, const char *format, ...) __attribute__((format(printf, 2, 3)));

static bool fail(const char *path, const char *format, ...)
{
    char message[512];
    va_list args;
    va_start(args, format);
    vsnprintf(message, sizeof message, format, args);
    va_end(args);
    char *clean = screen_text_clean(message, strlen(message));
    fprintf(stderr, "tlm stats: --phases %s: %s\n", path, clean ? clean : strerror(ENOMEM));
    free(clean);
    return false;
}

/* ---- numbers -------------------------------------------------------------------------------- */

struct number {
    const char *key;
    size_t offset;
    bool needed;
};

#define NEEDED(key, field)                           \
    {                                                \
        key, offsetof(struct tlm_stats, field), true \
    }
#define WELCOME(key, field)                           \
    {                                                 \
        key, offsetof(struct tlm_stats, field), false \
    }

static const struct number write_numbers[] = {
    NEEDED("wall_ns", wall_ns),
    NEEDED("read_ns", read_ns),
    NEEDED("parse_ns", parse_ns),
    NEEDED("batch_ns", batch_ns),
    NEEDED("encode_ns", encode_ns),
    NEEDED("compress_ns", compress_ns),
    NEEDED("write_ns", write_ns),
    NEEDED("sync_ns", sync_ns),
    NEEDED("rows", rows),
    NEEDED("wait_input_ns", wait_input_ns),
    NEEDED("rejected", rejected),
    NEEDED("points", points),
    NEEDED("records", records),
    NEEDED("blocks", blocks),
    NEEDED("parts", parts),
    NEEDED("series", series),
    NEEDED("flushes", flushes),
    NEEDED("pressure_flushes", pressure_flushes),
    NEEDED("bytes_in", bytes_in),
    NEEDED("bytes_raw", bytes_raw),
    NEEDED("bytes_out", bytes_out),
    NEEDED("bytes_held_max", bytes_held_max),
    {NULL, 0, false},
};
static const struct number bench_numbers[] = {
    WELCOME("points", points),   WELCOME("bytes_in", bytes_in), WELCOME("bytes_raw", bytes_raw),
    WELCOME("bytes", bytes_out), WELCOME("parts", parts),       {NULL, 0, false},
};
static const struct number bench_phases[] = {
    NEEDED("wall", wall_ns),   NEEDED("read", read_ns),     NEEDED("parse", parse_ns),
    NEEDED("batch", batch_ns), NEEDED("encode", encode_ns), NEEDED("compress", compress_ns),
    NEEDED("write", write_ns), NEEDED("sync", sync_ns),     NEEDED("wait_for_input", wait_input_ns),
    {NULL, 0, false},
};

static bool take_number(const char *path, const json_t *object, const struct number *number,
                        uint64_t *value)
{
    const json_t *found = json_object_get(object, number->key);
    if (!found && !number->needed)
        return true;
    if (!found)
        return fail(path, "\"%s\" is missing", number->key);
    if (!json_is_integer(found) || json_integer_value(found) < 0)
        return fail(path, "\"%s\" is not a count", number->key);
    *value = (uint64_t)json_integer_value(found);
    return true;
}

static bool take_numbers(const char *path, const json_t *object, const struct number *numbers,
                         struct tlm_stats *stats)
{
    for (; numbers->key; numbers++)
        if (!take_number(path, object, numbers,
                         (uint64_t *)(void *)((char *)stats + numbers->offset)))
            return false;
    return true;
}

static bool take_threads(const char *path, const json_t *object, struct tlm_stats *stats)
{
    static const struct number threads = {"threads", 0, true};
    uint64_t n = 0;
    if (!take_number(path, object, &threads, &n))
        return false;
    if (n < 1 || n > UINT_MAX)
        return fail(path, "\"threads\" is not a number of threads");
    stats->threads = (unsigned)n;
    return true;
}

/* ---- runs ----------------------------------------------------------------------------------- */

static bool take_write(struct phase_file *file, const char *path, const json_t *object)
{
    struct phase_run *run = file->runs = calloc(1, sizeof *run);
    if (!run)
        return fail(path, "%s", strerror(ENOMEM));
    file->n = 1;
    run->all = true;
    return take_threads(path, object, &run->stats) &&
           take_numbers(path, object, write_numbers, &run->stats);
}

static bool take_result(const char *path, const json_t *result, struct phase_run *run)
{
    const char *name = json_string_value(json_object_get(result, "name"));
    const json_t *phases = json_object_get(result, "phases_ns");
    if (!json_is_object(phases))
        return fail(path, "a result of tlm bench without \"phases_ns\"");
    if (name && !(run->name = screen_text_clean(name, strlen(name))))
        return fail(path, "%s", strerror(ENOMEM));
    return take_threads(path, result, &run->stats) &&
           take_numbers(path, result, bench_numbers, &run->stats) &&
           take_numbers(path, phases, bench_phases, &run->stats);
}

static bool take_bench(struct phase_file *file, const char *path, const json_t *results)
{
    size_t n = json_array_size(results);
    if (!n)
        return fail(path, "no results of tlm bench are in it");
    file->runs = calloc(n, sizeof *file->runs);
    if (!file->runs)
        return fail(path, "%s", strerror(ENOMEM));
    for (file->n = 0; file->n < n; file->n++)
        if (!take_result(path, json_array_get(results, file->n), &file->runs[file->n])) {
            file->n++;
            return false;
        }
    return true;
}

/* ---- the file ------------------------------------------------------------------------------- */

static char *read_text(FILE *in, const char *path)
{
    char *text = malloc(TEXT_MAX + 1);
    size_t len = text ? fread(text, 1, TEXT_MAX + 1, in) : 0;
    bool failed = !text || ferror(in);
    if (failed)
        fail(path, "%s", strerror(text ? errno : ENOMEM));
    else if (len > TEXT_MAX)
        fail(path, "too large to be statistics");
    if (failed || len > TEXT_MAX) {
        free(text);
        return NULL;
    }
    text[len] = '\0';
    return text;
}

/* --stats=json goes to stderr, where other lines stand around it. */
static json_t *parse_line(char *text)
{
    json_t *found = NULL;
    for (char *line = strtok(text, "\n"); line; line = strtok(NULL, "\n")) {
        json_t *object = line[0] == '{' ? json_loads(line, 0, NULL) : NULL;
        if (!object)
            continue;
        json_decref(found);
        found = object;
    }
    return found;
}

static json_t *parse(char *text, const char *path)
{
    json_error_t why;
    json_t *object = json_loads(text, JSON_REJECT_DUPLICATES, &why);
    if (!object)
        object = parse_line(text);
    if (!object)
        fail(path, "line %d is no JSON: %s", why.line, why.text);
    return object;
}

static bool take(struct phase_file *file, const char *path, const json_t *object)
{
    const json_t *results = json_object_get(object, "results");
    if (json_is_array(results))
        return take_bench(file, path, results);
    if (!json_object_get(object, "wall_ns") && !json_object_get(object, "threads"))
        return fail(path, "no statistics: neither of tlm write --stats-file nor of tlm bench "
                          "--json");
    return take_write(file, path, object);
}

bool phase_file_read(struct phase_file *file, const char *path)
{
    *file = (struct phase_file){0};
    bool standard = strcmp(path, "-") == 0;
    FILE *in = standard ? stdin : fopen(path, "re");
    if (!in)
        return fail(path, "%s", strerror(errno));
    char *text = read_text(in, path);
    if (!standard)
        fclose(in);
    json_t *object = text ? parse(text, path) : NULL;
    bool taken = object && take(file, path, object);
    json_decref(object);
    free(text);
    if (!taken)
        phase_file_release(file);
    return taken;
}

void phase_file_release(struct phase_file *file)
{
    for (size_t i = 0; i < file->n; i++)
        free(file->runs[i].name);
    free(file->runs);
    *file = (struct phase_file){0};
}
