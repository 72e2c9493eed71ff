#include "writer.h"

#include <errno.h>
#include <inttypes.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/random.h>

#include "base/clock.h"
#include "base/error.h"
#include "base/utf8.h"
#include "writer_blocks.h"

#define MEMORY_MIN ((uint64_t)8 << 20)
/* Bytes that a block has around its records: count, size, length, checksum, marker. */
#define BLOCK_FRAME 64u

void tlm_writer_options_init(struct tlm_writer_options *options)
{
    *options = (struct tlm_writer_options){
        .output_fd = -1,
        .threads = 1,
        .flush_interval_ns = UINT64_C(30000000000),
        .memory_bytes = UINT64_C(256) << 20,
        .block_bytes = UINT64_C(1) << 20,
    };
}

/* ---- locking and errors --------------------------------------------------------------------- */

void tlm__writer_note(struct tlm_writer *w, const char *format, ...)
{
    if (!w->options.on_note)
        return;
    char message[512];
    va_list args;
    va_start(args, format);
    vsnprintf(message, sizeof message, format, args);
    va_end(args);
    tlm__make_printable(message, strlen(message));
    w->options.on_note(w->options.ctx, message);
}

enum tlm_code tlm__writer_enter(struct tlm_writer *w, struct tlm_error *error)
{
    (void)error;
    pthread_mutex_lock(&w->lock);
    if (w->error.code)
        return w->error.code;
    if (w->closed)
        return TLM_CLOSED;
    return TLM_OK;
}

enum tlm_code tlm__writer_leave(struct tlm_writer *w, enum tlm_code code, struct tlm_error *error)
{
    if (code == TLM_CLOSED && !w->error.code)
        tlm__fail(error, code, "the writer was closed");
    else if (code && error)
        *error = w->error;
    if (tlm_code_is_row(code))
        w->error = (struct tlm_error){0};
    bool report = w->n_reported < w->n_parts;
    pthread_mutex_unlock(&w->lock);
    if (report)
        tlm__writer_report(w);
    return code;
}

enum tlm_code tlm_writer_health(struct tlm_writer *w, struct tlm_error *error)
{
    return tlm__writer_leave(w, tlm__writer_enter(w, error), error);
}

/* ---- opening -------------------------------------------------------------------------------- */

static enum tlm_code check_limits(const struct tlm_writer_options *o, struct tlm_error *error)
{
    if (!o->output && o->output_fd < 0)
        return tlm__fail(error, TLM_ARGUMENT, "no output");
    if (o->output_fd >= 0 && (o->rotate_points || o->rotate_bytes || o->rotate_every_ns ||
                              o->rotate_age_ns || o->rotate_span_ns))
        return tlm__fail(error, TLM_ARGUMENT, "standard output cannot be rotated");
    if (!o->block_bytes || o->block_bytes > (uint64_t)1 << 30)
        return tlm__fail(error, TLM_ARGUMENT, "a block is between 1 byte and 1 GiB");
    if (o->rotate_every_ns > INT64_MAX)
        return tlm__fail(error, TLM_ARGUMENT, "the rotation interval is too long");
    return TLM_OK;
}

static enum tlm_code check_metadata(const struct tlm_writer_options *o, struct tlm_error *error)
{
    for (size_t i = 0; i < o->n_metadata; i++) {
        const char *key = o->metadata[i].key;
        if (!*key)
            return tlm__fail(error, TLM_ARGUMENT, "metadata without a key");
        if (strncmp(key, "avro.", 5) == 0 || strncmp(key, "tlm.", 4) == 0)
            return tlm__fail(error, TLM_ARGUMENT, "metadata key \"%s\" is reserved", key);
        if (strcmp(key, "nominal.dataset_rid") == 0 && o->dataset_rid)
            return tlm__fail(error, TLM_ARGUMENT, "metadata key \"%s\" is given twice", key);
        for (size_t k = 0; k < i; k++)
            if (strcmp(o->metadata[k].key, key) == 0)
                return tlm__fail(error, TLM_ARGUMENT, "metadata key \"%s\" is given twice", key);
    }
    return TLM_OK;
}

static const char *copy_text(struct tlm_writer *w, const char *text, bool *made)
{
    const char *copy = text ? tlm__arena_text(&w->arena, text, strlen(text)) : NULL;
    *made = *made && (copy || !text);
    return copy;
}

static bool copy_options(struct tlm_writer *w, const struct tlm_writer_options *from)
{
    bool made = true;
    struct tlm_writer_options *o = &w->options;
    *o = *from;
    o->output = copy_text(w, from->output, &made);
    o->dataset_rid = copy_text(w, from->dataset_rid, &made);
    struct tlm_metadata *metadata =
        tlm__arena_take(&w->arena, from->n_metadata * sizeof *metadata + 1);
    if (!metadata)
        return false;
    for (size_t i = 0; i < from->n_metadata; i++) {
        metadata[i].key = copy_text(w, from->metadata[i].key, &made);
        metadata[i].value = copy_text(w, from->metadata[i].value, &made);
    }
    o->metadata = metadata;
    o->inputs = NULL;
    o->n_inputs = 0;
    if (o->block_bytes > o->memory_bytes / 16)
        o->block_bytes = o->memory_bytes / 16;
    w->rotates = o->rotate_points || o->rotate_bytes || o->rotate_every_ns || o->rotate_age_ns ||
                 o->rotate_span_ns;
    w->memory_for_points = (size_t)(o->memory_bytes / 8 * 5);
    return made;
}

/* No block alone makes a part larger than it may be: it takes no more than a seventh more than its
 * records do. */
static enum tlm_code fit_blocks(struct tlm_writer *w)
{
    struct tlm_writer_options *o = &w->options;
    if (!tlm__writer_measure_header(w, &w->header_max))
        return tlm__fail_memory(&w->error, sizeof *o);
    if (!o->rotate_bytes)
        return TLM_OK;
    if (o->rotate_bytes <= w->header_max + BLOCK_FRAME)
        return tlm__fail(&w->error, TLM_ARGUMENT,
                         "parts of %" PRIu64
                         " bytes have no room for points: a header takes %" PRIu64,
                         o->rotate_bytes, w->header_max);
    uint64_t room = o->rotate_bytes - w->header_max - BLOCK_FRAME;
    uint64_t records = room / 7 * 6 + 1;
    if (o->block_bytes > records)
        o->block_bytes = records;
    return TLM_OK;
}

static enum tlm_code draw_sync(struct tlm_writer *w)
{
    ssize_t n = (ssize_t)sizeof w->sync;
    if (w->options.sync_marker)
        memcpy(w->sync, w->options.sync_marker, sizeof w->sync);
    else
        do
            n = getrandom(w->sync, sizeof w->sync, 0);
        while (n < 0 && errno == EINTR);
    if (n != (ssize_t)sizeof w->sync)
        return tlm__fail_errno(&w->error, TLM_IO, n < 0 ? errno : EIO,
                               "no random bytes for a sync marker");
    w->options.sync_marker = NULL;
    return TLM_OK;
}

/* Whether the output is a file in a folder or something that is written as it is. */
static enum tlm_code find_output(struct tlm_writer *w)
{
    bool special = false;
    if (w->options.output_fd < 0) {
        enum tlm_code code = tlm__output_is_special(w->options.output, &special, &w->error);
        if (code)
            return code;
    }
    w->is_stream = special || w->options.output_fd >= 0;
    if (w->is_stream && tlm__writer_retains(w))
        return tlm__fail(&w->error, TLM_ARGUMENT,
                         "--keep, --keep-bytes and --keep-age need a set of files as output");
    if (special && w->rotates)
        return tlm__fail(&w->error, TLM_ARGUMENT, "%s is no regular file and cannot be rotated",
                         w->options.output);
    if (special)
        w->special_path = tlm__arena_text(&w->arena, w->options.output, strlen(w->options.output));
    if (special && !w->special_path)
        return tlm__fail_memory(&w->error, strlen(w->options.output));
    return TLM_OK;
}

static enum tlm_code claim_output(struct tlm_writer *w, const struct tlm_writer_options *from)
{
    const char *first = from->n_inputs ? from->inputs[0] : NULL;
    enum tlm_code code =
        tlm__names_init(&w->names, w->options.output, first, w->rotates, &w->error);
    if (!code && tlm__writer_retains(w) && !w->names.has_index && !w->names.has_time)
        code = tlm__fail(&w->error, TLM_ARGUMENT,
                         "%s is one name only: --keep, --keep-bytes and --keep-age need a rotation "
                         "limit, or {index} or a time in the name",
                         w->options.output);
    if (!code && !w->options.dry_run)
        code = tlm__folder_open(&w->folder, w->names.folder, true, &w->error);
    if (!code && !w->options.dry_run)
        code = tlm__folder_protect(&w->folder, from->inputs, from->n_inputs, &w->error);
    if (!code)
        code = tlm__writer_claim(w);
    return code || w->options.dry_run ? code : tlm__writer_survey_set(w);
}

static enum tlm_code set_up(struct tlm_writer *w, const struct tlm_writer_options *from)
{
    if (!copy_options(w, from))
        return tlm__fail_memory(&w->error, sizeof *from);
    enum tlm_code code = draw_sync(w);
    if (!code)
        code = fit_blocks(w);
    if (code)
        return code;
    code = tlm__pool_new(&w->pool, w->options.threads, &w->error);
    if (code)
        return code;
    if (!tlm__blocks_init(w))
        return tlm__fail_memory(&w->error, 0);
    code = find_output(w);
    if (!code && !w->is_stream)
        code = claim_output(w, from);
    if (!code && tlm__writer_wants_clock(w))
        code = tlm__writer_start_clock(w, &w->error);
    return code;
}

static struct tlm_writer *new_writer(void)
{
    struct tlm_writer *w = calloc(1, sizeof *w);
    pthread_condattr_t attributes;
    if (!w)
        return NULL;
    w->folder.fd = -1;
    w->scratch.json.duplicates = TLM_DUPLICATE_REJECT;
    w->opened_ns = tlm__clock_monotonic_ns();
    pthread_condattr_init(&attributes);
    pthread_condattr_setclock(&attributes, CLOCK_MONOTONIC);
    pthread_cond_init(&w->tick, &attributes);
    pthread_condattr_destroy(&attributes);
    pthread_mutex_init(&w->lock, NULL);
    pthread_mutex_init(&w->report_lock, NULL);
    pthread_mutex_init(&w->clock_lock, NULL);
    w->clock_due_ns = UINT64_MAX;
    tlm__lock_init(&w->turn_lock);
    return w;
}

static void release(struct tlm_writer *w)
{
    tlm__blocks_wait(w);
    tlm__pool_free(w->pool);
    tlm__writer_drop_parts(w, true);
    tlm__blocks_release(w);
    for (uint32_t i = 0; i < w->n_headers; i++)
        tlm__series_header_release(w->headers[i]);
    free(w->headers);
    free(w->parts);
    tlm__series_release(&w->series);
    tlm__buf_release(&w->scratch.items);
    tlm__json_compactor_release(&w->scratch.json);
    tlm__writer_release_set(w);
    tlm__names_release(&w->names);
    tlm__folder_release(&w->folder);
    tlm__arena_release(&w->arena);
    pthread_cond_destroy(&w->tick);
    pthread_mutex_destroy(&w->lock);
    pthread_mutex_destroy(&w->report_lock);
    pthread_mutex_destroy(&w->clock_lock);
    pthread_mutex_destroy(&w->turn_lock);
    free(w);
}

enum tlm_code tlm_writer_open(struct tlm_writer **writer, const struct tlm_writer_options *options,
                              struct tlm_error *error)
{
    if (options->memory_bytes < MEMORY_MIN)
        return tlm__fail(error, TLM_ARGUMENT, "the memory budget is at least 8 MiB");
    return tlm__writer_open(writer, options, error);
}

enum tlm_code tlm__writer_open(struct tlm_writer **writer, const struct tlm_writer_options *options,
                               struct tlm_error *error)
{
    enum tlm_code code = check_limits(options, error);
    if (!code)
        code = check_metadata(options, error);
    if (code)
        return code;
    struct tlm_writer *w = new_writer();
    if (!w)
        return tlm__fail_memory(error, sizeof *w);
    code = set_up(w, options);
    if (code) {
        if (error)
            *error = w->error;
        tlm__writer_stop_clock(w);
        release(w);
        return code;
    }
    *writer = w;
    return TLM_OK;
}

/* ---- flushing and closing ------------------------------------------------------------------- */

enum tlm_code tlm_writer_flush(struct tlm_writer *w, struct tlm_error *error)
{
    enum tlm_code code = tlm__writer_enter(w, error);
    if (!code)
        code = tlm__writer_flush_all(w);
    return tlm__writer_leave(w, code, error);
}

enum tlm_code tlm_writer_sync(struct tlm_writer *w, struct tlm_error *error)
{
    enum tlm_code code = tlm__writer_enter(w, error);
    if (!code)
        code = tlm__writer_flush_all(w);
    if (!code && w->part.file)
        code = tlm__part_sync_partial(w->part.file, &w->error);
    return tlm__writer_leave(w, code, error);
}

enum tlm_code tlm_writer_rotate(struct tlm_writer *w, struct tlm_error *error)
{
    enum tlm_code code = tlm__writer_enter(w, error);
    if (!code && (w->is_stream || !w->names.has_index)) {
        tlm__writer_leave(w, TLM_OK, NULL);
        return tlm__fail(error, TLM_ARGUMENT, "the output has one name only: nothing to rotate to");
    }
    if (!code)
        code = tlm__writer_rotate_now(w);
    return tlm__writer_leave(w, code, error);
}

enum tlm_code tlm_writer_close(struct tlm_writer *w, struct tlm_error *error)
{
    tlm__writer_stop_clock(w);
    enum tlm_code code = tlm__writer_enter(w, error);
    if (code == TLM_CLOSED && !w->error.code && !w->abandoned)
        return tlm__writer_leave(w, TLM_OK, NULL);
    if (!code)
        code = tlm__writer_flush_all(w);
    if (!code && w->is_stream && w->options.output_fd >= 0 && !w->n_parts)
        code = tlm__writer_start_stream(w);
    if (!code)
        code = tlm__writer_finish_part(w, false);
    tlm__blocks_wait(w);
    tlm__writer_drop_parts(w, true);
    if (!w->closed)
        w->stats.wall_ns = tlm__clock_monotonic_ns() - w->opened_ns;
    w->closed = true;
    return tlm__writer_leave(w, code, error);
}

void tlm_writer_abandon(struct tlm_writer *w, bool keep)
{
    tlm__writer_stop_clock(w);
    bool sync = !w->is_stream && w->options.fsync != TLM_FSYNC_NONE;
    if (!tlm__writer_enter(w, NULL) && keep && !tlm__writer_flush_all(w) && w->part.file && sync)
        tlm__part_sync_partial(w->part.file, &w->error);
    tlm__blocks_wait(w);
    tlm__writer_drop_parts(w, keep);
    w->closed = true;
    w->abandoned = true;
    tlm__writer_leave(w, TLM_OK, NULL);
}

void tlm_writer_free(struct tlm_writer *w)
{
    if (!w)
        return;
    tlm_writer_close(w, NULL);
    release(w);
}

/* ---- looking -------------------------------------------------------------------------------- */

size_t tlm_writer_parts(struct tlm_writer *w, size_t from, struct tlm_part *parts, size_t max)
{
    pthread_mutex_lock(&w->lock);
    size_t n = w->n_parts;
    for (size_t i = from; i < n && i - from < max; i++)
        parts[i - from] = w->parts[i];
    pthread_mutex_unlock(&w->lock);
    return n;
}

size_t tlm_writer_partial(struct tlm_writer *w, char *path, size_t size)
{
    pthread_mutex_lock(&w->lock);
    const char *partial = w->part.file ? tlm__part_partial_path(w->part.file) : "";
    size_t len = strlen(partial);
    if (size)
        snprintf(path, size, "%s", partial);
    pthread_mutex_unlock(&w->lock);
    return len;
}

uint64_t tlm_writer_points(struct tlm_writer *w)
{
    pthread_mutex_lock(&w->lock);
    uint64_t points = w->stats.points;
    pthread_mutex_unlock(&w->lock);
    return points;
}

void tlm_writer_stats(struct tlm_writer *w, struct tlm_stats *stats)
{
    pthread_mutex_lock(&w->lock);
    *stats = w->stats;
    stats->threads = tlm__pool_threads(w->pool);
    stats->series = tlm__series_count(&w->series);
    stats->bytes_held = tlm__series_bytes(&w->series);
    if (!w->closed)
        stats->wall_ns = tlm__clock_monotonic_ns() - w->opened_ns;
    pthread_mutex_unlock(&w->lock);
}

void tlm__writer_count(struct tlm_writer *w, const struct tlm_stats *more)
{
    pthread_mutex_lock(&w->lock);
    struct tlm_stats *s = &w->stats;
    s->read_ns += more->read_ns;
    s->parse_ns += more->parse_ns;
    s->wait_input_ns += more->wait_input_ns;
    s->bytes_in += more->bytes_in;
    s->rows += more->rows;
    s->rejected += more->rejected;
    pthread_mutex_unlock(&w->lock);
}
