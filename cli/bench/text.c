#include "bench/text.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "bench/decimal.h"
#include "bench/failure.h"
#include "signals.h"

#define OUT_BYTES (1u << 20)

struct out {
    bool csv;
    int fd;
    int failed; /* errno of the first write that did not work */
    char *bytes;
    size_t len, size;
};

static void write_out(struct out *out)
{
    for (size_t done = 0; done < out->len && !out->failed;) {
        ssize_t n = write(out->fd, out->bytes + done, out->len - done);
        if (n >= 0)
            done += (size_t)n;
        else if (errno != EINTR)
            out->failed = errno;
    }
    out->len = 0;
}

/* Room for n more bytes; n is far below size. */
static char *room(struct out *out, size_t n)
{
    if (out->size - out->len < n)
        write_out(out);
    return out->bytes + out->len;
}

static void put(struct out *out, const char *text, size_t len)
{
    memcpy(room(out, len), text, len);
    out->len += len;
}

static void put_text(struct out *out, const char *text)
{
    put(out, text, strlen(text));
}

static void put_long(struct out *out, int64_t value)
{
    char *at = room(out, BENCH_DECIMAL_TEXT);
    out->len += (size_t)(bench_put_long(at, value) - at);
}

static void put_double(struct out *out, double value)
{
    char *at = room(out, BENCH_DECIMAL_TEXT);
    out->len += (size_t)(bench_put_micro(at, bench_micro_of_double(value)) - at);
}

static void put_doubles(struct out *out, const struct tlm_doubles *doubles)
{
    put(out, "[", 1);
    for (size_t i = 0; i < doubles->len; i++) {
        if (i)
            put(out, ",", 1);
        put_double(out, doubles->items[i]);
    }
    put(out, "]", 1);
}

/* Generated strings have nothing that wants escaping. */
static void put_string(struct out *out, const struct tlm_string *string)
{
    if (!out->csv)
        put(out, "\"", 1);
    put(out, string->data, string->len);
    if (!out->csv)
        put(out, "\"", 1);
}

static void put_value(struct out *out, const struct tlm_column *column, size_t row)
{
    const struct tlm_string *strings = column->values;
    switch (column->type) {
    case TLM_DOUBLE:
        put_double(out, ((const double *)column->values)[row]);
        break;
    case TLM_LONG:
        put_long(out, ((const int64_t *)column->values)[row]);
        break;
    case TLM_STRING:
        put_string(out, &strings[row]);
        break;
    case TLM_JSON:
        put(out, strings[row].data, strings[row].len);
        break;
    case TLM_DOUBLE_ARRAY:
        put_doubles(out, (const struct tlm_doubles *)column->values + row);
        break;
    case TLM_STRING_ARRAY:
        break; /* not generated */
    }
}

static void put_row(struct out *out, const struct bench_frame *frame,
                    const struct tlm_column *columns, size_t row)
{
    if (!out->csv)
        put_text(out, "{\"" BENCH_TEXT_TIME "\":");
    put_long(out, frame->times_ns[row]);
    for (size_t c = 0; c < frame->n_columns; c++) {
        put(out, ",", 1);
        if (!out->csv) {
            put(out, "\"", 1);
            put_text(out, columns[c].channel);
            put(out, "\":", 2);
        }
        put_value(out, &columns[c], row);
    }
    put_text(out, out->csv ? "\n" : "}\n");
}

static void put_header(struct out *out, const struct bench_frame *frame,
                       const struct tlm_column *columns)
{
    put_text(out, BENCH_TEXT_TIME);
    for (size_t c = 0; c < frame->n_columns; c++) {
        put(out, ",", 1);
        put_text(out, columns[c].channel);
    }
    put(out, "\n", 1);
}

static bool put_all(struct out *out, const struct bench_data *data, struct tlm_column *columns)
{
    uint64_t n = bench_data_frames(data);
    for (uint64_t i = 0; i < n && !out->failed; i++) {
        struct bench_frame frame = bench_data_frame(data, i, columns);
        if (i == 0 && out->csv)
            put_header(out, &frame, columns);
        for (size_t row = 0; row < frame.rows && !out->failed; row++)
            put_row(out, &frame, columns, row);
        if (signals_stop())
            return false;
    }
    write_out(out);
    return true;
}

enum tlm_code bench_text_write(const struct bench_data *data, const struct bench_shape *shape,
                               const char *path, struct tlm_error *error)
{
    struct out out = {.csv = shape->from == BENCH_CSV, .size = OUT_BYTES};
    struct tlm_column *columns = calloc(shape->channels, sizeof *columns);
    enum tlm_code code = TLM_OK;
    out.bytes = malloc(OUT_BYTES);
    if (!columns || !out.bytes) {
        code = bench_fail_memory(error);
        goto out;
    }
    out.fd = open(path, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0666);
    if (out.fd < 0) {
        code = bench_fail_io(error, path);
        goto out;
    }
    if (!put_all(&out, data, columns))
        code = bench_fail(error, TLM_STOPPED, "stopped by a signal");
    if (close(out.fd) < 0 && !out.failed)
        out.failed = errno;
    if (!code && out.failed) {
        errno = out.failed;
        code = bench_fail_io(error, path);
    }
out:
    free(out.bytes);
    free(columns);
    return code;
}
