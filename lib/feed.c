#include "feed.h"

#include <poll.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/error.h"
#include "base/utf8.h"

/* Notes beyond this many would be noise. */
enum { NOTES_MAX = 1000 };

enum tlm_code tlm_feed_new(struct tlm_feed **feed, struct tlm_writer *writer,
                           const struct tlm_row_options *options, struct tlm_error *error)
{
    struct tlm_feed *made = calloc(1, sizeof *made);
    if (!made)
        return tlm__fail_memory(error, sizeof *made);
    made->writer = writer;
    enum tlm_code code = tlm__row_rules_init(&made->rules, options, error);
    if (code) {
        free(made);
        return code;
    }
    /* A line is held in memory several times over while it is parsed. */
    uint64_t longest = writer->options.memory_bytes / 16;
    if (made->rules.options.max_line > longest)
        made->rules.options.max_line = longest;
    tlm__pace_init(made);
    *feed = made;
    return TLM_OK;
}

void tlm_feed_free(struct tlm_feed *feed)
{
    if (!feed)
        return;
    tlm__row_rules_release(&feed->rules);
    tlm__intern_release(&feed->said);
    free(feed);
}

void tlm_feed_stats(const struct tlm_feed *feed, struct tlm_feed_stats *stats)
{
    *stats = feed->stats;
}

enum tlm_code tlm_feed_file(struct tlm_feed *feed, const char *path, struct tlm_error *error)
{
    struct tlm_source *source;
    enum tlm_code code = tlm__source_open(&source, path, error);
    return code ? code : tlm__run_source(feed, source, error);
}

enum tlm_code tlm_feed_open_input(struct tlm_feed *feed, const struct tlm_open_input *input,
                                  struct tlm_error *error)
{
    struct tlm_source *source;
    enum tlm_code code = tlm__source_open_input(&source, input, error);
    return code ? code : tlm__run_source(feed, source, error);
}

static void note_once(void *ctx, const char *message)
{
    struct tlm_feed *feed = ctx;
    const struct tlm_row_options *options = &feed->rules.options;
    uint32_t before = feed->said.len;
    if (!options->on_note || before >= NOTES_MAX)
        return;
    tlm__intern_add(&feed->said, message, strlen(message));
    if (feed->said.len > before)
        options->on_note(options->ctx, message);
}

void tlm__feed_note(struct tlm_feed *feed, const char *format, ...)
{
    char message[512];
    va_list args;
    va_start(args, format);
    vsnprintf(message, sizeof message, format, args);
    va_end(args);
    tlm__make_printable(message, strlen(message));
    note_once(feed, message);
}

struct tlm_row_rules tlm__feed_rules(struct tlm_feed *feed)
{
    struct tlm_row_rules rules = feed->rules;
    rules.options.on_note = note_once;
    rules.options.ctx = feed;
    return rules;
}

enum tlm_code tlm__feed_reject(struct tlm_feed *feed, const char *source,
                               const struct tlm_bad_row *bad, struct tlm_error *error)
{
    const struct tlm_row_options *options = &feed->rules.options;
    struct tlm_reject reject = {
        .code = bad->code,
        .source = source,
        .row = bad->row,
        .line = bad->line,
        .byte = bad->byte,
        .text = {bad->text, bad->text_len},
        .reason = bad->reason,
    };
    feed->stats.rejected++;
    feed->stats.rejected_by_code[bad->code]++;
    if (options->on_reject)
        options->on_reject(options->ctx, &reject);
    bool stop = options->bad_rows == TLM_BAD_ABORT ||
                (options->max_errors && feed->stats.rejected >= options->max_errors);
    if (!stop)
        return TLM_OK;
    if (options->bad_rows == TLM_BAD_ABORT)
        tlm__fail(error, TLM_ABORTED, "%s:%llu: %s", source, (unsigned long long)bad->line,
                  bad->reason);
    else
        tlm__fail(error, TLM_ABORTED, "%s:%llu: %s; stopped at %llu bad rows", source,
                  (unsigned long long)bad->line, bad->reason,
                  (unsigned long long)feed->stats.rejected);
    if (error) {
        error->row = bad->row;
        error->byte = bad->byte;
    }
    return TLM_ABORTED;
}

bool tlm__feed_is_woken(const struct tlm_feed *feed)
{
    const struct tlm_row_options *options = &feed->rules.options;
    struct pollfd wake = {.fd = options->wake_fd, .events = POLLIN};
    return options->wake_fd >= 0 && options->on_wake && poll(&wake, 1, 0) > 0;
}

enum tlm_code tlm__feed_wake(struct tlm_feed *feed, struct tlm_error *error)
{
    const struct tlm_row_options *options = &feed->rules.options;
    if (!tlm__feed_is_woken(feed))
        return TLM_OK;
    if (options->on_wake(options->ctx))
        return tlm__fail(error, TLM_STOPPED, "stopped");
    return TLM_OK;
}
