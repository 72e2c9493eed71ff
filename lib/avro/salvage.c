#include "avro/salvage.h"

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "avro/marker_scan.h"
#include "base/error.h"

#define BLOCK_MAX ((size_t)1 << 30)
/* Bytes that may be decompressed in vain, beside four times the file, before blocks with a marker
 * inside are given up: a file that was made for it could otherwise take any time. */
#define VAIN_BYTES ((uint64_t)64 << 20)

/* Places that are tried for a marker that is only guessed. */
enum { GUESSES = 64 };

/* What is at a place where a block may begin. */
enum found {
    FOUND_GOOD,
    FOUND_NONE,    /* no block, or none that ends inside the file */
    FOUND_UNENDED, /* the marker behind it is missing: the next one may be there all the same */
    FOUND_BAD      /* its size is right, its data is not */
};

struct tlm_salvage {
    struct tlm_salvage_options options;
    struct tlm_salvage_info info;
    struct tlm_container *own;         /* NULL when the header is damaged */
    struct tlm_container_input *input; /* then this one */
    const struct tlm_container_input *source;
    enum tlm_unpacker unpacker;
    size_t block_max;
    struct tlm_decompressor *decompressor;
    struct tlm_buf data;
    struct tlm_marker_scan scan;
    uint64_t vain, vain_max; /* bytes */
    /* of a run */
    struct tlm_salvage_range good, bad; /* the latter while losing */
    bool losing;
    struct tlm_error why; /* of what was looked at last */
    char reason[sizeof((struct tlm_error *)0)->message];
};

/* ---- one block ------------------------------------------------------------------------------ */

static enum tlm_code read_at(const struct tlm_salvage *salvage, uint64_t offset, void *bytes,
                             size_t len, size_t *got, struct tlm_error *error)
{
    return tlm__container_input_at(salvage->source, offset, bytes, len, got, error);
}

static enum found say(struct tlm_salvage *salvage, enum found found, const char *why)
{
    tlm__fail(&salvage->why, TLM_DAMAGED, "%s", why);
    return found;
}

/* Reads what comes before the data, and looks whether all of the block can be there. */
static enum tlm_code read_head(struct tlm_salvage *salvage, uint64_t offset,
                               struct tlm_block_head *head, enum found *found,
                               struct tlm_error *error)
{
    uint8_t bytes[TLM_BLOCK_HEAD_MAX];
    size_t got = 0, at;
    enum tlm_code code = read_at(salvage, offset, bytes, sizeof bytes, &got, error);
    if (code)
        return code;
    *head = (struct tlm_block_head){.offset = offset};
    const char *wrong = tlm__block_head_parse(bytes, got, head, &at);
    uint64_t data_at = offset + head->head_len, size = salvage->info.size;
    uint64_t left = !wrong && data_at < size ? size - data_at : 0;
    *found = FOUND_GOOD;
    if (wrong)
        *found = say(salvage, FOUND_NONE, wrong);
    else if (left < TLM_SYNC_BYTES || head->size > left - TLM_SYNC_BYTES)
        *found =
            say(salvage, FOUND_NONE, "the block is longer than the file, or its size is wrong");
    else if (head->size > salvage->block_max)
        *found = say(salvage, FOUND_NONE, "the block's size is over the limit");
    return TLM_OK;
}

static enum tlm_code read_end(struct tlm_salvage *salvage, const struct tlm_block_head *head,
                              enum found *found, struct tlm_error *error)
{
    uint8_t bytes[TLM_SYNC_BYTES];
    size_t got = 0;
    uint64_t next, at = tlm__block_end(head) - TLM_SYNC_BYTES;
    enum tlm_code code = read_at(salvage, at, bytes, sizeof bytes, &got, error);
    if (code)
        return code;
    if (got < sizeof bytes || memcmp(bytes, salvage->info.sync, sizeof bytes) != 0) {
        *found = say(salvage, FOUND_UNENDED, "no sync marker behind the block");
        return TLM_OK;
    }
    if (salvage->vain <= salvage->vain_max)
        return TLM_OK;
    code = tlm__marker_find(&salvage->scan, head->offset + head->head_len, &next, error);
    if (!code && next != at)
        *found = say(salvage, FOUND_NONE, "there is a sync marker inside the block");
    return code;
}

static bool is_about_block(enum tlm_code code)
{
    return code == TLM_DAMAGED || code == TLM_INPUT || code == TLM_LIMIT;
}

static enum tlm_code check_data(struct tlm_salvage *salvage, const struct tlm_block_head *head,
                                struct tlm_error *error)
{
    const struct tlm_packed packed = {salvage->unpacker, salvage->data.data, (size_t)head->size,
                                      salvage->options.raw_max};
    struct tlm_string raw;
    enum tlm_code code = tlm__decompress(salvage->decompressor, &packed, &raw, error);
    if (code)
        return code;
    if (!head->records && raw.len)
        return tlm__fail(error, TLM_DAMAGED, "%zu bytes of no record", raw.len);
    const struct tlm_salvage_block block = {*head, (const uint8_t *)raw.data, raw.len};
    return head->records && salvage->options.check
               ? salvage->options.check(salvage->options.ctx, &block, error)
               : TLM_OK;
}

static enum tlm_code read_data(struct tlm_salvage *salvage, const struct tlm_block_head *head,
                               enum found *found, struct tlm_error *error)
{
    size_t got = 0, whole = (size_t)head->size + TLM_SYNC_BYTES;
    tlm__buf_reset(&salvage->data);
    if (!tlm__buf_reserve(&salvage->data, whole))
        return tlm__fail_memory(error, whole);
    enum tlm_code code =
        read_at(salvage, head->offset + head->head_len, salvage->data.data, whole, &got, error);
    if (code)
        return code;
    struct tlm_error wrong = {.code = TLM_OK};
    if (got < whole)
        code = tlm__fail(&wrong, TLM_DAMAGED, "the file got shorter");
    else
        code = check_data(salvage, head, &wrong);
    if (code && !is_about_block(code)) {
        if (error)
            *error = wrong;
        return code;
    }
    if (code) {
        salvage->why = wrong;
        salvage->vain += head->size;
        *found = FOUND_BAD;
    }
    return TLM_OK;
}

static enum tlm_code look(struct tlm_salvage *salvage, uint64_t offset, struct tlm_block_head *head,
                          enum found *found, struct tlm_error *error)
{
    enum tlm_code code = read_head(salvage, offset, head, found, error);
    if (!code && *found == FOUND_GOOD)
        code = read_end(salvage, head, found, error);
    if (!code && *found == FOUND_GOOD)
        code = read_data(salvage, head, found, error);
    return code;
}

/* ---- ranges --------------------------------------------------------------------------------- */

static enum tlm_code report(struct tlm_salvage *salvage, const struct tlm_salvage_range *range,
                            struct tlm_error *error)
{
    const struct tlm_salvage_options *options = &salvage->options;
    return range->to > range->from && options->range ? options->range(options->ctx, range, error)
                                                     : TLM_OK;
}

/* The bad range ends before byte `to`, where a good one may begin. */
static enum tlm_code end_bad(struct tlm_salvage *salvage, uint64_t to, struct tlm_error *error)
{
    salvage->bad.to = to;
    salvage->bad.why = salvage->reason;
    salvage->losing = false;
    salvage->good = (struct tlm_salvage_range){.good = true, .from = to, .to = to};
    return report(salvage, &salvage->bad, error);
}

static enum tlm_code keep(struct tlm_salvage *salvage, const struct tlm_block_head *head,
                          struct tlm_error *error)
{
    enum tlm_code code = salvage->losing ? end_bad(salvage, head->offset, error) : TLM_OK;
    salvage->good.to = tlm__block_end(head);
    salvage->good.blocks++;
    salvage->good.records += head->records;
    return code;
}

/* A bad range begins at a byte, for the reason that was found last. */
static void begin_bad(struct tlm_salvage *salvage, uint64_t from)
{
    salvage->losing = true;
    salvage->bad = (struct tlm_salvage_range){.from = from, .to = from};
    memcpy(salvage->reason, salvage->why.message, sizeof salvage->reason);
}

static enum tlm_code lose(struct tlm_salvage *salvage, const struct tlm_block_head *head,
                          enum found found, struct tlm_error *error)
{
    enum tlm_code code = TLM_OK;
    if (!salvage->losing) {
        code = report(salvage, &salvage->good, error);
        begin_bad(salvage, salvage->good.to);
    }
    if (found == FOUND_BAD && head->offset >= salvage->bad.to) {
        salvage->bad.blocks++;
        salvage->bad.records += head->records;
        salvage->bad.to = tlm__block_end(head);
    }
    return code;
}

/* ---- the walk ------------------------------------------------------------------------------- */

/* Where a block may begin next, after the one at `offset` was not good: behind the next marker, or
 * where a block ends whose own marker alone is damaged. TLM_NO_MARKER: nowhere. */
static enum tlm_code next_place(struct tlm_salvage *salvage, const struct tlm_block_head *head,
                                enum found found, uint64_t *place, struct tlm_error *error)
{
    uint64_t marker, behind = tlm__block_end(head);
    /* The marker that led here ends at `offset`, and one that overlaps it is one, too. */
    uint64_t from = head->offset - salvage->info.start < TLM_SYNC_BYTES
                        ? head->offset
                        : head->offset - TLM_SYNC_BYTES + 1;
    enum tlm_code code = tlm__marker_find(&salvage->scan, from, &marker, error);
    if (code)
        return code;
    *place = marker == TLM_NO_MARKER ? marker : marker + TLM_SYNC_BYTES;
    if (found != FOUND_UNENDED || (*place != TLM_NO_MARKER && *place <= behind))
        return TLM_OK;
    struct tlm_block_head other;
    enum found there;
    struct tlm_error why = salvage->why;
    /* without the caller's check, which is to see blocks once */
    enum tlm_code (*check)(void *, const struct tlm_salvage_block *, struct tlm_error *) =
        salvage->options.check;
    salvage->options.check = NULL;
    code = look(salvage, behind, &other, &there, error);
    salvage->options.check = check;
    salvage->why = why;
    if (!code && there == FOUND_GOOD)
        *place = behind;
    return code;
}

static enum tlm_code walk(struct tlm_salvage *salvage, uint64_t place, struct tlm_error *error)
{
    while (place < salvage->info.size) {
        struct tlm_block_head head;
        enum found found;
        enum tlm_code code = look(salvage, place, &head, &found, error);
        if (code)
            return code;
        if (found == FOUND_GOOD) {
            code = keep(salvage, &head, error);
            place = tlm__block_end(&head);
        } else {
            code = lose(salvage, &head, found, error);
            if (!code)
                code = next_place(salvage, &head, found, &place, error);
        }
        if (code)
            return code;
    }
    return TLM_OK;
}

enum tlm_code tlm__salvage_run(struct tlm_salvage *salvage, struct tlm_error *error)
{
    uint64_t place = salvage->info.start, size = salvage->info.size;
    enum tlm_code code = TLM_OK;
    salvage->vain = 0;
    salvage->losing = false;
    salvage->good = (struct tlm_salvage_range){.good = true, .from = place, .to = place};
    if (!salvage->info.own_header) {
        say(salvage, FOUND_NONE, "the header is damaged");
        begin_bad(salvage, place);
        code = tlm__marker_find(&salvage->scan, place, &place, error);
        place = place == TLM_NO_MARKER ? size : place + TLM_SYNC_BYTES;
    }
    if (!code)
        code = walk(salvage, place, error);
    if (code)
        return code;
    return salvage->losing ? end_bad(salvage, size, error) : report(salvage, &salvage->good, error);
}

/* ---- the marker ----------------------------------------------------------------------------- */

static void use_sync(struct tlm_salvage *salvage, const uint8_t *sync)
{
    memcpy(salvage->info.sync, sync, TLM_SYNC_BYTES);
    tlm__marker_set(&salvage->scan, sync);
}

/* Whether a good block with records is at a place. */
static enum tlm_code is_block(struct tlm_salvage *salvage, uint64_t place, bool *does,
                              struct tlm_error *error)
{
    struct tlm_block_head head;
    enum found found;
    enum tlm_code code = look(salvage, place, &head, &found, error);
    *does = !code && found == FOUND_GOOD && head.records;
    return code;
}

/* Tries 16 bytes of the file as the marker: there must be a good block behind the header or behind
 * one of the first that are found. Those of a file that ends in zeros, say, are none. */
static enum tlm_code try_sync(struct tlm_salvage *salvage, uint64_t offset, bool *does,
                              struct tlm_error *error)
{
    uint8_t sync[TLM_SYNC_BYTES];
    uint64_t place = salvage->info.start;
    size_t got = 0;
    enum tlm_code code = read_at(salvage, offset, sync, sizeof sync, &got, error);
    if (code || got < sizeof sync || memcmp(sync, sync + 1, sizeof sync - 1) == 0)
        return code;
    use_sync(salvage, sync);
    if (salvage->info.own_header)
        code = is_block(salvage, place, does, error);
    for (int i = 0; i < GUESSES && !code && !*does; i++) {
        code = tlm__marker_find(&salvage->scan, place, &place, error);
        if (code || place == TLM_NO_MARKER)
            break;
        code = is_block(salvage, place + TLM_SYNC_BYTES, does, error);
        place++;
    }
    return code;
}

/* The header's marker is nowhere: one that the blocks agree about, at the end of the first block or
 * of the file. Not where anything would pass for a block. */
static enum tlm_code guess_sync(struct tlm_salvage *salvage, bool with_check, bool *does,
                                struct tlm_error *error)
{
    struct tlm_block_head head;
    enum found found = FOUND_NONE;
    enum tlm_code code = TLM_OK;
    if (salvage->unpacker == TLM_UNPACKER_NULL && !with_check)
        return TLM_OK;
    if (salvage->info.own_header)
        code = read_head(salvage, salvage->info.start, &head, &found, error);
    if (!code && found == FOUND_GOOD)
        code = try_sync(salvage, tlm__block_end(&head) - TLM_SYNC_BYTES, does, error);
    if (!code && !*does && salvage->info.size >= TLM_SYNC_BYTES)
        code = try_sync(salvage, salvage->info.size - TLM_SYNC_BYTES, does, error);
    return code;
}

static enum tlm_code find_sync(struct tlm_salvage *salvage, struct tlm_error *error)
{
    struct tlm_salvage_info *info = &salvage->info;
    bool does = false;
    use_sync(salvage, info->header->sync);
    info->own_sync = info->own_header;
    enum tlm_code (*check)(void *, const struct tlm_salvage_block *, struct tlm_error *) =
        salvage->options.check;
    salvage->options.check = NULL; /* it is to see blocks once */
    uint64_t place;
    enum tlm_code code = tlm__marker_find(&salvage->scan, info->start, &place, error);
    does = !code && place != TLM_NO_MARKER;
    if (!code && !does && info->size > info->start) {
        code = guess_sync(salvage, check, &does, error);
        info->own_sync = info->own_sync && !does;
        if (!code && !does)
            use_sync(salvage, info->header->sync);
    }
    salvage->options.check = check;
    if (!code && !does && !info->own_header)
        return tlm__fail_byte(error, TLM_DAMAGED, tlm__container_input_name(salvage->source), 0,
                              "the header is damaged, and the sync marker is not to be found");
    return code;
}

/* ---- open and close ------------------------------------------------------------------------- */

/* With its own header, or with that of `like`. */
static enum tlm_code open_input(struct tlm_salvage *salvage, const char *path, int fd,
                                struct tlm_error *error)
{
    struct tlm_error damage;
    enum tlm_code code =
        tlm__container_open(&salvage->own, path, fd, salvage->options.limits, &damage);
    if (!code) {
        salvage->source = tlm__container_source(salvage->own);
        salvage->info.header = tlm__container_info(salvage->own);
        salvage->info.own_header = true;
        salvage->info.start = salvage->info.header->header_len;
        return TLM_OK;
    }
    if (!is_about_block(code) || !salvage->options.like) {
        if (error)
            *error = damage;
        return code;
    }
    code = tlm__container_input_open(&salvage->input, path, fd, error);
    salvage->source = salvage->input;
    salvage->info.header = tlm__container_info(salvage->options.like);
    return code;
}

static enum tlm_code check_input(struct tlm_salvage *salvage, struct tlm_error *error)
{
    const char *name = tlm__container_input_name(salvage->source);
    struct tlm_error unknown;
    salvage->info.size = tlm__container_input_size(salvage->source);
    if (!tlm__container_input_can_seek(salvage->source) || salvage->info.size == TLM_SIZE_UNKNOWN)
        return tlm__fail(error, TLM_INPUT, "%s is no file of a known size", name);
    enum tlm_code code =
        tlm__unpacker_of_name(salvage->info.header->codec, &salvage->unpacker, &unknown);
    if (code)
        return tlm__fail(error, code, "%s: %s", name, unknown.message);
    salvage->vain_max = salvage->info.size < UINT64_MAX / 8 ? 4 * salvage->info.size : 0;
    salvage->vain_max += VAIN_BYTES;
    salvage->scan.input = salvage->source;
    return TLM_OK;
}

enum tlm_code tlm__salvage_open(struct tlm_salvage **salvage, const char *path, int fd,
                                const struct tlm_salvage_options *options, struct tlm_error *error)
{
    struct tlm_salvage *made = calloc(1, sizeof *made);
    if (!made || !(made->decompressor = tlm__decompressor_new())) {
        free(made);
        return tlm__fail_memory(error, sizeof *made);
    }
    made->options = *options;
    made->block_max =
        options->limits && options->limits->block_max ? options->limits->block_max : BLOCK_MAX;
    enum tlm_code code = open_input(made, path, fd, error);
    if (!code)
        code = check_input(made, error);
    if (!code)
        code = find_sync(made, error);
    if (code)
        tlm__salvage_close(made);
    else
        *salvage = made;
    return code;
}

void tlm__salvage_close(struct tlm_salvage *salvage)
{
    if (!salvage)
        return;
    tlm__container_close(salvage->own);
    tlm__container_input_free(salvage->input);
    tlm__decompressor_free(salvage->decompressor);
    tlm__buf_release(&salvage->data);
    tlm__marker_release(&salvage->scan);
    free(salvage);
}

const struct tlm_salvage_info *tlm__salvage_info(const struct tlm_salvage *salvage)
{
    return &salvage->info;
}

enum tlm_code tlm__salvage_bytes(const struct tlm_salvage *salvage, uint64_t from, void *bytes,
                                 size_t len, size_t *got, struct tlm_error *error)
{
    return read_at(salvage, from, bytes, len, got, error);
}
