/* Any bytes as a damaged container file. The ranges found join and take turns, each record of a
 * good one was checked, and what the good ranges hold reads well behind a header. The first byte
 * chooses whether there is a file to be like. */
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#include "avro/salvage.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

enum { RAW_MAX = 1 << 22, BLOCK_MAX = 1 << 20 };

static const struct tlm_container_limits limits = {
    .header_max = 1 << 20, .keys_max = 10000, .block_max = BLOCK_MAX};

struct walk {
    uint64_t at, blocks, records, checked; /* records: of good ranges; checked: accepted */
    bool any, good;
    struct tlm_buf kept;
    const uint8_t *data;
};

static void need(bool holds)
{
    if (!holds)
        abort();
}

static int fd_of(const uint8_t *data, size_t size)
{
    int fd = memfd_create("input", MFD_CLOEXEC);
    need(fd >= 0 && pwrite(fd, data, size, 0) == (ssize_t)size);
    return fd;
}

/* Refuses blocks that ask for it. */
static enum tlm_code check(void *ctx, const struct tlm_salvage_block *block,
                           struct tlm_error *error)
{
    struct walk *walk = ctx;
    (void)error;
    need(block->head.records);
    if (block->raw_len && block->raw[0] == '!')
        return TLM_DAMAGED;
    walk->checked += block->head.records;
    return TLM_OK;
}

static enum tlm_code take_range(void *ctx, const struct tlm_salvage_range *range,
                                struct tlm_error *error)
{
    struct walk *walk = ctx;
    (void)error;
    need(range->from == walk->at && range->to > range->from);
    need(!walk->any || range->good != walk->good);
    need(range->good == !range->why);
    walk->any = true;
    walk->good = range->good;
    walk->at = range->to;
    if (range->good) {
        walk->blocks += range->blocks;
        walk->records += range->records;
        need(tlm__buf_append(&walk->kept, walk->data + range->from,
                             (size_t)(range->to - range->from)));
    }
    return TLM_OK;
}

/* The blocks behind the header, up to the first error: where they end. */
static uint64_t read_plainly(const uint8_t *data, size_t size, uint64_t *blocks, uint64_t *records)
{
    struct tlm_container *container;
    struct tlm_block_head head;
    struct tlm_buf block = {0};
    bool got = true;
    int fd = fd_of(data, size);
    need(!tlm__container_open(&container, "input", fd, &limits, NULL));
    *blocks = *records = 0;
    uint64_t end = tlm__container_offset(container);
    while (!tlm__container_read(container, &head, &block, &got, NULL) && got) {
        end = tlm__block_end(&head);
        ++*blocks;
        *records += head.records;
    }
    tlm__container_close(container);
    close(fd);
    tlm__buf_release(&block);
    return end;
}

/* Header and good ranges are a file that reads to its end. */
static void check_kept(const struct tlm_salvage_info *info, const struct walk *walk)
{
    struct tlm_buf file = {0};
    uint64_t blocks, records;
    need(tlm__buf_append(&file, info->header->header, info->header->header_len));
    memcpy(file.data + file.len - TLM_SYNC_BYTES, info->sync, TLM_SYNC_BYTES);
    need(tlm__buf_append(&file, walk->kept.data, walk->kept.len));
    need(read_plainly(file.data, file.len, &blocks, &records) == file.len);
    need(blocks == walk->blocks && records == walk->records);
    tlm__buf_release(&file);
}

static void salvage(const uint8_t *data, size_t size, const struct tlm_container *like)
{
    struct walk walk = {.data = data};
    struct tlm_salvage *made;
    struct tlm_error error = {.code = TLM_OK};
    const struct tlm_salvage_options options = {.like = like,
                                                .limits = &limits,
                                                .raw_max = RAW_MAX,
                                                .check = check,
                                                .range = take_range,
                                                .ctx = &walk};
    int fd = fd_of(data, size);
    if (!tlm__salvage_open(&made, "input", fd, &options, &error)) {
        const struct tlm_salvage_info *info = tlm__salvage_info(made);
        walk.at = info->start;
        need(!tlm__salvage_run(made, &error));
        need(walk.at == size && walk.records == walk.checked);
        check_kept(info, &walk);
        tlm__salvage_close(made);
    } else {
        need(error.code != TLM_OK && error.message[0]);
    }
    close(fd);
    tlm__buf_release(&walk.kept);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    static const char *const codecs[] = {"null", "snappy", "deflate", "zstandard", "bzip2", "xz"};
    if (size < 1)
        return 0;
    struct tlm_container *like = NULL;
    struct tlm_buf file = {0};
    int fd = -1;
    if (data[0] & 8) {
        const struct tlm_container_header header = {.schema = "\"long\"",
                                                    .codec = codecs[(data[0] & 7) % 6],
                                                    .sync = (const uint8_t *)"0123456789abcdef"};
        need(tlm__container_header(&header, &file, NULL));
        fd = fd_of(file.data, file.len);
        need(!tlm__container_open(&like, "like", fd, NULL, NULL));
    }
    salvage(data + 1, size - 1, like);
    tlm__container_close(like);
    if (fd >= 0)
        close(fd);
    tlm__buf_release(&file);
    return 0;
}
