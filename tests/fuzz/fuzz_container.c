/* Any bytes as a container file: read block by block, walked through, and read in parallel. All
 * agree, nothing is read that is not there, and little memory is taken. The first byte chooses
 * between a file and a pipe. */
#include <fcntl.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#include "reader_blocks.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

enum { RAW_MAX = 1 << 22, BLOCK_MAX = 1 << 20, HEADER_MAX = 1 << 20, PIPE_MAX = 60000 };

static void need(bool holds)
{
    if (!holds)
        abort();
}

static int fd_of(const uint8_t *data, size_t size, bool by_pipe)
{
    int ends[2];
    if (!by_pipe) {
        int fd = memfd_create("input", MFD_CLOEXEC);
        need(fd >= 0 && pwrite(fd, data, size, 0) == (ssize_t)size);
        return fd;
    }
    need(pipe(ends) == 0 && write(ends[1], data, size) == (ssize_t)size);
    close(ends[1]);
    return ends[0];
}

struct sum {
    uint64_t blocks, records, bytes;
};

static enum tlm_code look(void *ctx, const struct tlm_read_block *block, struct tlm_error *error)
{
    struct sum *sum = ctx;
    uint8_t xor = 0;
    for (size_t i = 0; i < block->raw_len; i++)
        xor ^= block->raw[i];
    sum->blocks++;
    sum->records += block->head.records;
    sum->bytes += block->raw_len + (xor&0);
    (void)error;
    return TLM_OK;
}

/* Block by block; the same blocks as `walked`, or fewer where data is damaged. */
static enum tlm_code walk(struct tlm_container *container, bool skip, struct sum *sum)
{
    struct tlm_block_head head;
    struct tlm_buf data = {0};
    struct tlm_error error;
    bool got = true;
    enum tlm_code code = TLM_OK;
    while (!code && got) {
        code = tlm__container_next(container, &head, &got, &error);
        if (code || !got)
            break;
        need(tlm__container_offset(container) == head.offset + head.head_len);
        code = skip ? tlm__container_skip(container, &head, &error)
                    : tlm__container_data(container, &head, &data, &error);
        if (code)
            break;
        need(tlm__container_offset(container) == tlm__block_end(&head));
        need(skip || data.len == head.size);
        sum->blocks += head.records != 0;
        sum->records += head.records;
        sum->bytes += head.size;
    }
    need(!code || memcmp(error.message, "input: byte ", 12) == 0);
    need(data.cap <= 6 << 20);
    tlm__buf_release(&data);
    return code;
}

static enum tlm_code open_one(struct tlm_container **container, int fd)
{
    static const struct tlm_container_limits limits = {
        .header_max = HEADER_MAX, .keys_max = 10000, .block_max = BLOCK_MAX};
    struct tlm_error error;
    enum tlm_code code = tlm__container_open(container, "input", fd, &limits, &error);
    need(!code || memcmp(error.message, "input: byte ", 12) == 0);
    return code;
}

/* The two ways of going through the blocks; false: there is no header. */
static bool walk_both(const uint8_t *data, size_t size, bool by_pipe, struct sum *sum,
                      enum tlm_code *code)
{
    struct tlm_container *container;
    for (int skip = 0; skip < 2; skip++) {
        struct sum this = {0, 0, 0};
        int fd = fd_of(data, size, by_pipe);
        bool opened = !open_one(&container, fd);
        enum tlm_code end = TLM_DAMAGED;
        if (opened) {
            end = walk(container, skip, &this);
            tlm__container_close(container);
        }
        close(fd);
        need(!skip || (memcmp(&this, sum, sizeof this) == 0 && end == *code));
        *sum = this;
        *code = end;
        if (!opened)
            return false;
    }
    return true;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    if (size < 1)
        return 0;
    bool by_pipe = data[0] & 1 && size < PIPE_MAX;
    unsigned threads = data[0] & 2 ? 2 : 1;
    struct sum walked = {0, 0, 0}, delivered = {0, 0, 0};
    enum tlm_code code = TLM_OK, read;
    if (!walk_both(data + 1, size - 1, by_pipe, &walked, &code))
        return 0;
    struct tlm_pool *pool;
    struct tlm_block_reader *reader;
    struct tlm_container *container;
    struct tlm_error error = {.code = TLM_OK};
    need(!tlm__pool_new(&pool, threads, NULL));
    const struct tlm_block_reader_options options = {.pool = pool,
                                                     .raw_max = RAW_MAX,
                                                     .memory_bytes = 4 << 20,
                                                     .deliver = look,
                                                     .ctx = &delivered};
    need(!tlm__block_reader_new(&reader, &options, NULL));
    int fd = fd_of(data + 1, size - 1, by_pipe);
    need(!open_one(&container, fd));
    read = tlm__block_reader_run(reader, container, UINT64_MAX, &error);
    need(read == error.code);
    need(read ? delivered.blocks <= walked.blocks : memcmp(&delivered.blocks, &walked, 16) == 0);
    need(!code || read);
    tlm__container_close(container);
    close(fd);
    tlm__block_reader_free(reader);
    tlm__pool_free(pool);
    return 0;
}
