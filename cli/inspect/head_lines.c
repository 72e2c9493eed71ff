#include "head_lines.h"

#include <stdio.h>
#include <stdlib.h>

struct head {
    uint64_t left;
    enum tlm_code (*line)(void *ctx, const char *text, size_t len);
    void *ctx;
};

static enum tlm_code enough(const struct head *head)
{
    return head->left ? TLM_OK : TLM_STOPPED;
}

/* There is one thread, which may pass lines on at once, before the block is at its end. */
static void *begin(void *ctx)
{
    return ctx;
}

static enum tlm_code json(void *ctx, void *batch, struct tlm_string line, struct tlm_error *error)
{
    struct head *head = ctx;
    (void)batch;
    (void)error;
    if (!head->left)
        return TLM_STOPPED;
    head->left--;
    enum tlm_code code = head->line(head->ctx, line.data, line.len);
    return code ? code : enough(head);
}

static enum tlm_code end(void *ctx, void *batch, const struct tlm_block *block,
                         struct tlm_error *error)
{
    (void)batch;
    (void)block;
    (void)error;
    return enough(ctx);
}

static void drop(void *ctx, void *batch)
{
    (void)ctx;
    (void)batch;
}

enum tlm_code head_lines_read(struct tlm_file *file, uint64_t n,
                              enum tlm_code (*line)(void *ctx, const char *text, size_t len),
                              void *ctx, struct tlm_error *error)
{
    struct head head = {.left = n, .line = line, .ctx = ctx};
    struct tlm_reading reading = {
        .threads = 1,
        .ctx = &head,
        .begin = begin,
        .json = json,
        .end = end,
        .drop = drop,
    };
    tlm_selection_init(&reading.selection);
    enum tlm_code code = n ? tlm_file_read(file, &reading, error) : TLM_OK;
    return code == TLM_STOPPED && !head.left ? TLM_OK : code;
}
