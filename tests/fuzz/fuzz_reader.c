/* Any bytes as a file that is read, selected from, hashed and recovered: whatever it is, all ends
 * well. What one thread reads is what three read, and what was recovered reads well. The first two
 * bytes choose what is selected. */
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#include "tlm.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

enum { PATH = 64, ROOM = 1 << 20 };

static void need(bool holds)
{
    if (!holds)
        abort();
}

/* What was read, in numbers that do not depend on the order of threads. */
struct sums {
    struct tlm_checksum *checksum;
    uint64_t blocks, json_bytes;
};

struct batch {
    struct tlm_checksum *checksum;
    uint64_t json_bytes;
};

static void *begin(void *ctx)
{
    (void)ctx;
    struct batch *batch = calloc(1, sizeof *batch);
    need(batch && !tlm_checksum_new(&batch->checksum, NULL));
    return batch;
}

static enum tlm_code points(void *ctx, void *opaque, const struct tlm_run_of_points *run,
                            struct tlm_error *error)
{
    (void)ctx;
    struct batch *batch = opaque;
    need(run->n >= 1);
    return tlm_checksum_add(batch->checksum, run, error);
}

static enum tlm_code json(void *ctx, void *opaque, struct tlm_string line, struct tlm_error *error)
{
    (void)ctx;
    (void)error;
    need(!memchr(line.data, '\n', line.len));
    ((struct batch *)opaque)->json_bytes += line.len;
    return TLM_OK;
}

static void drop(void *ctx, void *opaque)
{
    (void)ctx;
    struct batch *batch = opaque;
    tlm_checksum_free(batch->checksum);
    free(batch);
}

static enum tlm_code end(void *ctx, void *opaque, const struct tlm_block *block,
                         struct tlm_error *error)
{
    (void)block;
    struct sums *sums = ctx;
    struct batch *batch = opaque;
    enum tlm_code code = tlm_checksum_merge(sums->checksum, batch->checksum, error);
    sums->json_bytes += batch->json_bytes;
    sums->blocks++;
    drop(ctx, batch);
    return code;
}

static enum tlm_code read_file(const char *path, const struct tlm_selection *selection,
                               unsigned threads, struct sums *sums)
{
    struct tlm_file *file;
    struct tlm_error error;
    const struct tlm_reading reading = {.threads = threads,
                                        .selection = *selection,
                                        .ctx = sums,
                                        .begin = begin,
                                        .points = points,
                                        .json = json,
                                        .end = end,
                                        .drop = drop};
    *sums = (struct sums){.blocks = 0};
    need(!tlm_checksum_new(&sums->checksum, NULL));
    enum tlm_code code = tlm_file_open(&file, path, &error);
    if (!code) {
        code = tlm_file_read(file, &reading, &error);
        tlm_file_close(file);
    }
    need(!code || *error.message);
    return code;
}

static void visit(void *ctx, const struct tlm_series_digest *series)
{
    (void)ctx;
    need(series->points > 0);
}

static void read_twice(const char *path, const struct tlm_selection *selection)
{
    struct sums one, three;
    enum tlm_code code = read_file(path, selection, 1, &one);
    need(code == read_file(path, selection, 3, &three));
    const struct tlm_series_digest a = tlm_checksum_total(one.checksum);
    const struct tlm_series_digest b = tlm_checksum_total(three.checksum);
    need(one.blocks == three.blocks && one.json_bytes == three.json_bytes);
    need(a.points == b.points && a.digest.low == b.digest.low && a.digest.high == b.digest.high);
    need(!tlm_checksum_each(one.checksum, visit, NULL, NULL));
    tlm_checksum_free(one.checksum);
    tlm_checksum_free(three.checksum);
}

static void walk(const char *path)
{
    struct tlm_file *file;
    struct tlm_block block;
    bool got = true;
    if (tlm_file_open(&file, path, NULL))
        return;
    while (!tlm_file_next_block(file, true, &block, &got, NULL) && got)
        need(block.bytes > block.data_bytes);
    tlm_file_close(file);
}

static void recover(const char *path, const struct tlm_selection *all)
{
    static const char out[] = "/dev/shm/tlm-fuzz-reader";
    char output[PATH];
    struct tlm_recovery found;
    struct sums sums;
    snprintf(output, sizeof output, "%s-%d", out, (int)getpid());
    const struct tlm_recover_options options = {.path = path, .output = output, .force = true};
    if (tlm_recover(&options, &found, NULL))
        return;
    need(found.records && found.blocks);
    need(read_file(output, all, 1, &sums) == TLM_OK);
    need(!found.has_points || tlm_checksum_total(sums.checksum).points == found.points);
    tlm_checksum_free(sums.checksum);
    unlink(output);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    static const char *const globs[] = {"a", "*", "?b"};
    static const struct tlm_pair tag = {"site", "x"};
    struct tlm_selection selection, all;
    char path[PATH];
    if (size < 2 || size > ROOM)
        return 0;
    tlm_selection_init(&all);
    selection = all;
    if (data[0] % 4)
        selection.channels = (struct tlm_list){&globs[data[0] % 4 - 1], 1};
    selection.tags = (struct tlm_pairs){&tag, data[0] >> 7};
    if (data[1]) {
        selection.from_ns = data[1] % 16;
        selection.to_ns = data[1] >> 4;
    }
    int fd = memfd_create("input", MFD_CLOEXEC);
    need(fd >= 0 && pwrite(fd, data + 2, size - 2, 0) == (ssize_t)(size - 2));
    snprintf(path, sizeof path, "/proc/self/fd/%d", fd);
    read_twice(path, &selection);
    walk(path);
    recover(path, &all);
    close(fd);
    return 0;
}
