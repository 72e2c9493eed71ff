#include "base/error.h"
#include "recut.h"

/* Points on their way to the writers. */
struct pass {
    struct tlm_recut *recut;
    struct tlm_recut_reader reader;
};

void tlm__recut_see_later(struct tlm_recut *recut, int64_t time_ns)
{
    if (time_ns <= recut->end_ns)
        return;
    if (!recut->more || time_ns < recut->next_ns)
        recut->next_ns = time_ns;
    recut->more = true;
}

bool tlm__recut_next_run(struct tlm_recut *recut, const int64_t *times_ns, size_t n, size_t *from,
                         size_t *to)
{
    for (; *from < n; ++*from) {
        if (times_ns[*from] > recut->to_ns)
            tlm__recut_see_later(recut, times_ns[*from]);
        else if (times_ns[*from] >= recut->from_ns)
            break;
    }
    for (*to = *from; *to < n; ++*to)
        if (times_ns[*to] < recut->from_ns || times_ns[*to] > recut->to_ns)
            break;
    return *from < n;
}

static enum tlm_code take(void *ctx, const struct tlm_run_of_points *points,
                          struct tlm_error *error)
{
    struct pass *pass = ctx;
    struct tlm_recut *recut = pass->recut;
    struct tlm_writer *writer = NULL;
    struct tlm_string name = tlm__recut_key_name(&recut->keys, points);
    uint32_t key = tlm__intern_find(&recut->keys.names, name.data, name.len);
    enum tlm_code code = TLM_OK;
    for (size_t from = 0, to;
         !code && tlm__recut_next_run(recut, points->timestamps_ns, points->n, &from, &to);
         from = to) {
        if (!writer)
            code = tlm__outlets_get(recut, key, &writer, error);
        if (!code && writer)
            code = tlm__writer_take_points(writer, points, from, to, error);
    }
    return code;
}

/* Whether no point of it has to be looked at. */
static bool may_copy(const struct tlm_recut *recut, const struct tlm_recut_block *block)
{
    return !recut->options->coalesce && !tlm__recut_selects(recut) &&
           recut->sources[block->file].copies && block->key != TLM_RECUT_MIXED &&
           block->tally.first_ns >= recut->from_ns && block->tally.last_ns <= recut->to_ns;
}

static enum tlm_code copy(struct pass *pass, const struct tlm_recut_block *block,
                          struct tlm_writer *writer, struct tlm_error *error)
{
    struct tlm_paste found;
    enum tlm_code code = tlm__recut_find(&pass->reader, block, &found, error);
    if (!code)
        code = tlm__writer_paste(writer, &found, error);
    pass->recut->result->blocks_copied += !code;
    return code;
}

static enum tlm_code pass_block(struct pass *pass, const struct tlm_recut_block *block,
                                struct tlm_error *error)
{
    struct tlm_recut *recut = pass->recut;
    struct tlm_writer *writer = NULL;
    if (may_copy(recut, block)) {
        enum tlm_code code = tlm__outlets_get(recut, block->key, &writer, error);
        if (code || !writer)
            return code;
        if (tlm__writer_fits(writer, block->bytes, block->tally.points))
            return copy(pass, block, writer, error);
    }
    return tlm__recut_decode(&pass->reader, block, take, pass, error);
}

enum tlm_code tlm__recut_pass(struct tlm_recut *recut, struct tlm_error *error)
{
    struct pass pass = {.recut = recut, .reader = {.recut = recut}};
    enum tlm_code code = TLM_OK;
    for (size_t i = 0; i < tlm__recut_n_blocks(recut) && !code; i++) {
        const struct tlm_recut_block *block = tlm__recut_block(recut, i);
        if (block->tally.first_ns > recut->to_ns)
            tlm__recut_see_later(recut, block->tally.first_ns);
        else if (block->tally.last_ns >= recut->from_ns)
            code = pass_block(&pass, block, error);
    }
    tlm__recut_reader_release(&pass.reader);
    return code;
}
