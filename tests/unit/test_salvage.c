#include "support/unit.h"

#include <inttypes.h>
#include <stdlib.h>

#include "avro/salvage.h"
#include "support/containers.h"

enum { BLOCKS = 6, RECORDS = 20 };

/* What a walk found: the first long of each good block, and the ranges. */
struct found {
    int64_t firsts[1000];
    size_t n_firsts, n_ranges;
    bool strange; /* a block's longs do not follow each other */
    struct tlm_salvage_range ranges[200];
    char whys[200][100];
    struct tlm_salvage_info info;
    struct tlm_string codec;
};

static struct tlm_error error;

static enum tlm_code check(void *ctx, const struct tlm_salvage_block *block, struct tlm_error *why)
{
    struct found *found = ctx;
    int64_t first = 0;
    enum tlm_code code =
        containers_check(block->raw, block->raw_len, block->head.records, &first, why);
    if (code)
        return code;
    found->strange |= first == INT64_MIN;
    HOLDS(found->n_firsts < 1000, "too many blocks");
    found->firsts[found->n_firsts++] = first;
    return TLM_OK;
}

static enum tlm_code take_range(void *ctx, const struct tlm_salvage_range *range,
                                struct tlm_error *why)
{
    struct found *found = ctx;
    (void)why;
    HOLDS(found->n_ranges < 200, "too many ranges");
    HOLDS(range->good == !range->why, "a good range needs no reason, a bad one does");
    snprintf(found->whys[found->n_ranges], sizeof found->whys[0], "%s",
             range->why ? range->why : "");
    found->ranges[found->n_ranges++] = *range;
    return TLM_OK;
}

static enum tlm_code salvage(const void *bytes, size_t len, const struct tlm_container *like,
                             struct found *found)
{
    struct tlm_salvage *walk;
    int fd = containers_fd(bytes, len);
    found->n_firsts = found->n_ranges = 0;
    found->strange = false;
    const struct tlm_salvage_options options = {
        .like = like, .check = check, .range = take_range, .ctx = found};
    enum tlm_code code = tlm__salvage_open(&walk, "x.avro", fd, &options, &error);
    if (!code) {
        code = tlm__salvage_run(walk, &error);
        found->info = *tlm__salvage_info(walk);
        uint64_t at = found->info.start;
        for (size_t i = 0; i < found->n_ranges && !code; at = found->ranges[i++].to) {
            HOLDS(found->ranges[i].from == at && found->ranges[i].to > at, "ranges do not join");
            HOLDS(!i || found->ranges[i].good != found->ranges[i - 1].good,
                  "ranges do not take turns");
        }
        HOLDS(code || at == len, "ranges end at %" PRIu64 " of %zu", at, len);
        tlm__salvage_close(walk);
    }
    close(fd);
    return code;
}

/* Bytes and records of the good ranges. */
static uint64_t good_bytes(const struct found *found, uint64_t *records)
{
    uint64_t bytes = 0;
    *records = 0;
    for (size_t i = 0; i < found->n_ranges; i++)
        if (found->ranges[i].good) {
            bytes += found->ranges[i].to - found->ranges[i].from;
            *records += found->ranges[i].records;
        }
    return bytes;
}

/* That exactly the blocks of the file but those from `lost` up to `kept` were found. */
static void found_all_but(const struct found *found, size_t lost, size_t kept, size_t blocks)
{
    size_t n = 0;
    for (size_t i = 0; i < blocks; i++)
        if (i < lost || i >= kept) {
            HOLDS(n < found->n_firsts && found->firsts[n] == (int64_t)i * RECORDS,
                  "block %zu is not found", i);
            n++;
        }
    HOLDS(n == found->n_firsts, "%zu blocks more than there are", found->n_firsts - n);
}

/* ---- cuts and flips ------------------------------------------------------------------------- */

START_TEST(every_cut)
{
    struct tlm_buf file = {0};
    struct found *found = malloc(sizeof *found);
    size_t borders[BLOCKS + 1];
    for (size_t c = 0; c < CONTAINERS_CODECS; c++) {
        tlm__buf_reset(&file);
        containers_file(&file, containers_codecs[c], BLOCKS, RECORDS, borders);
        for (size_t len = 0; len <= file.len; len++) {
            enum tlm_code code = salvage(file.data, len, NULL, found);
            if (len < borders[0]) {
                HOLDS(code == TLM_DAMAGED, "%zu", len);
                continue;
            }
            size_t whole = 0;
            uint64_t records;
            while (whole < BLOCKS && borders[whole + 1] <= len)
                whole++;
            HOLDS(!code, "%s", error.message);
            HOLDS(good_bytes(found, &records) == borders[whole] - borders[0], "%zu", len);
            HOLDS(records == whole * RECORDS, "%zu", len);
            found_all_but(found, whole, BLOCKS, BLOCKS);
            HOLDS(found->n_ranges == (size_t)(whole > 0) + (len > borders[whole]), "%zu", len);
        }
    }
    free(found);
    tlm__buf_release(&file);
}
END_TEST

/* A flip costs the block it is in, no other, wherever it is: in count, size, data or marker. One in
 * the header costs nothing but what it changes there. */
START_TEST(every_flip)
{
    struct tlm_buf file = {0};
    struct found *found = malloc(sizeof *found);
    size_t borders[BLOCKS + 1];
    for (size_t c = 0; c < CONTAINERS_CODECS; c++) {
        tlm__buf_reset(&file);
        containers_file(&file, containers_codecs[c], BLOCKS, RECORDS, borders);
        for (size_t bit = (borders[0] - TLM_SYNC_BYTES) * 8; bit < file.len * 8; bit++) {
            size_t byte = bit / 8, block = 0;
            file.data[byte] ^= (uint8_t)(1 << bit % 8);
            enum tlm_code code = salvage(file.data, file.len, NULL, found);
            file.data[byte] ^= (uint8_t)(1 << bit % 8);
            HOLDS(!code, "%s bit %zu: %s", containers_codecs[c], bit, error.message);
            HOLDS(found->info.own_header, "%zu", bit);
            HOLDS(memcmp(found->info.sync, containers_sync, TLM_SYNC_BYTES) == 0, "%s bit %zu",
                  containers_codecs[c], bit);
            HOLDS(found->info.own_sync == (byte >= borders[0]), "%zu", bit);
            if (byte < borders[0]) {
                found_all_but(found, BLOCKS, BLOCKS, BLOCKS);
                continue;
            }
            while (borders[block + 1] <= byte)
                block++;
            if (found->n_firsts == BLOCKS && c != 1)
                continue; /* what it changes has no checksum, or no meaning */
            found_all_but(found, block, block + 1, BLOCKS);
            HOLDS(!found->strange, "%s bit %zu", containers_codecs[c], bit);
            HOLDS(found->n_ranges == (block == 0 || block == BLOCKS - 1 ? 2 : 3), "%zu", bit);
        }
    }
    free(found);
    tlm__buf_release(&file);
}
END_TEST

/* Bytes overwritten, taken out and put in at random: what was not touched is found. */
START_TEST(random_damage)
{
    struct tlm_buf file = {0}, broken = {0};
    struct found *found = malloc(sizeof *found);
    size_t borders[BLOCKS + 1];
    uint64_t state = 7;
    for (size_t i = 0; i < 3000; i++) {
        size_t c = i % CONTAINERS_CODECS;
        tlm__buf_reset(&file);
        tlm__buf_reset(&broken);
        containers_file(&file, containers_codecs[c], BLOCKS, RECORDS, borders);
        size_t from = borders[0] + below(&state, file.len - borders[0]);
        size_t out = below(&state, 200), in = below(&state, 3) ? below(&state, 200) : out;
        if (out > file.len - from)
            out = file.len - from;
        if (!out && !in)
            out = 1;
        ck_assert(tlm__buf_append(&broken, file.data, from));
        bool zeros = below(&state, 2);
        for (size_t j = 0; j < in; j++)
            ck_assert(tlm__buf_append_byte(&broken, zeros ? 0 : (uint8_t)draw(&state)));
        ck_assert(tlm__buf_append(&broken, file.data + from + out, file.len - from - out));
        HOLDS(!salvage(broken.data, broken.len, NULL, found), "%s", error.message);
        size_t lost = 0, kept = BLOCKS;
        while (borders[lost + 1] <= from && lost < BLOCKS - 1)
            lost++;
        if (borders[BLOCKS] <= from)
            lost = BLOCKS;
        while (kept > 0 && borders[kept - 1] >= from + out)
            kept--;
        /* the first block behind the damage needs the marker before it, or a neighbour's size */
        size_t n = 0;
        for (size_t b = 0; b < BLOCKS; b++) {
            bool there = false;
            for (size_t f = 0; f < found->n_firsts; f++)
                there |= found->firsts[f] == (int64_t)b * RECORDS;
            if (b < lost || b > kept || (b == kept && borders[b] >= from + out + TLM_SYNC_BYTES))
                HOLDS(there, "damage %zu: block %zu of %s is not found", i, b,
                      containers_codecs[c]);
            n += there;
        }
        if (c == 1)
            HOLDS(n == found->n_firsts && !found->strange, "damage %zu: wrong blocks", i);
    }
    free(found);
    tlm__buf_release(&file);
    tlm__buf_release(&broken);
}
END_TEST

/* ---- markers where none should be, none where one should ------------------------------------ */

/* A good block that holds the sync marker, and what looks like a block behind it. */
START_TEST(a_marker_inside_a_block)
{
    struct tlm_buf file = {0}, data = {0};
    struct found *found = malloc(sizeof *found);
    containers_header(&file, "null");
    size_t start = file.len;
    containers_longs(&file, "null", 0, 3);
    for (int i = 0; i < 3; i++)
        ck_assert(tlm__buf_append(&data, containers_sync, TLM_SYNC_BYTES));
    containers_block(&file, 3 * TLM_SYNC_BYTES, data.data, data.len);
    size_t end = file.len;
    struct tlm_salvage *walk;
    int fd = containers_fd(file.data, file.len);
    found->n_ranges = 0;
    struct tlm_salvage_options options = {.range = take_range, .ctx = found};
    ck_assert_int_eq(tlm__salvage_open(&walk, "x.avro", fd, &options, &error), TLM_OK);
    ck_assert_int_eq(tlm__salvage_run(walk, &error), TLM_OK);
    ck_assert_uint_eq(found->n_ranges, 1);
    ck_assert(found->ranges[0].good && found->ranges[0].from == start &&
              found->ranges[0].to == end);
    ck_assert_uint_eq(found->ranges[0].records, 3 + 3 * TLM_SYNC_BYTES);
    uint8_t bytes[8];
    size_t got;
    ck_assert_int_eq(tlm__salvage_bytes(walk, start, bytes, sizeof bytes, &got, &error), TLM_OK);
    ck_assert(got == sizeof bytes && memcmp(bytes, file.data + start, got) == 0);
    tlm__salvage_close(walk);
    close(fd);
    free(found);
    tlm__buf_release(&file);
    tlm__buf_release(&data);
}
END_TEST

/* The header gone: with one of another file like it, and the marker from the file's end. */
START_TEST(a_lost_header)
{
    struct tlm_buf file = {0}, other = {0};
    struct found *found = malloc(sizeof *found);
    struct tlm_container *like;
    size_t borders[BLOCKS + 1], unused[2];
    for (size_t c = 0; c < CONTAINERS_CODECS; c++) {
        tlm__buf_reset(&file);
        tlm__buf_reset(&other);
        containers_file(&file, containers_codecs[c], BLOCKS, RECORDS, borders);
        containers_file(&other, containers_codecs[c], 1, 1, unused);
        memset(other.data + unused[0] - TLM_SYNC_BYTES, 0x5a, TLM_SYNC_BYTES); /* its own marker */
        int fd = containers_fd(other.data, other.len);
        ck_assert_int_eq(tlm__container_open(&like, "like.avro", fd, NULL, &error), TLM_OK);
        memset(file.data, 0, 20);
        ck_assert_int_eq(salvage(file.data, file.len, NULL, found), TLM_DAMAGED);
        ck_assert_int_eq(salvage(file.data, file.len, like, found), TLM_OK);
        found_all_but(found, 0, 0, BLOCKS);
        ck_assert(!found->info.own_header && !found->info.own_sync && found->info.start == 0);
        ck_assert_int_eq(memcmp(found->info.sync, containers_sync, TLM_SYNC_BYTES), 0);
        ck_assert(!found->ranges[0].good && found->ranges[0].to == borders[0]);
        ck_assert_str_eq(found->whys[0], "the header is damaged");
        /* the header and more: what is behind the next marker */
        ck_assert_int_eq(
            salvage(file.data + borders[0] + 5, file.len - borders[0] - 5, like, found), TLM_OK);
        found_all_but(found, 0, 1, BLOCKS);
        /* no marker at the end either */
        ck_assert_int_eq(salvage(file.data, file.len - 3, like, found), TLM_DAMAGED);
        ck_assert_ptr_nonnull(strstr(error.message, "marker is not to be found"));
        tlm__container_close(like);
        close(fd);
    }
    free(found);
    tlm__buf_release(&file);
    tlm__buf_release(&other);
}
END_TEST

/* A file that a machine left with zeros at its end, also with no whole block before them. */
START_TEST(zeros_at_the_end)
{
    struct tlm_buf file = {0};
    struct found *found = malloc(sizeof *found);
    size_t borders[BLOCKS + 1];
    uint64_t records;
    for (size_t c = 0; c < CONTAINERS_CODECS; c++)
        for (size_t whole = 0; whole <= BLOCKS; whole += 3) {
            tlm__buf_reset(&file);
            containers_file(&file, containers_codecs[c], BLOCKS, RECORDS, borders);
            file.len = borders[whole] + (whole < BLOCKS ? 10 : 0);
            ck_assert(tlm__buf_reserve(&file, 100000));
            memset(file.data + file.len, 0, 100000);
            file.len += 100000;
            ck_assert_int_eq(salvage(file.data, file.len, NULL, found), TLM_OK);
            ck_assert_uint_eq(good_bytes(found, &records), borders[whole] - borders[0]);
            ck_assert_uint_eq(records, whole * RECORDS);
        }
    free(found);
    tlm__buf_release(&file);
}
END_TEST

/* What is lost is told as far as it can be. */
START_TEST(reasons)
{
    struct tlm_buf file = {0};
    struct found *found = malloc(sizeof *found);
    size_t borders[BLOCKS + 1];
    containers_file(&file, "snappy", BLOCKS, RECORDS, borders);
    file.data[borders[2] + 10] ^= 1;
    file.data[borders[4] - 1] ^= 1;
    ck_assert_int_eq(salvage(file.data, file.len, NULL, found), TLM_OK);
    ck_assert_uint_eq(found->n_ranges, 3);
    ck_assert(found->ranges[0].good && found->ranges[0].to == borders[2]);
    ck_assert_uint_eq(found->ranges[1].to, borders[4]);
    ck_assert_uint_eq(found->ranges[1].blocks, 1);
    ck_assert_uint_eq(found->ranges[1].records, RECORDS);
    ck_assert_ptr_nonnull(strstr(found->whys[1], "snappy: "));
    ck_assert(found->ranges[2].good && found->ranges[2].blocks == 2);
    free(found);
    tlm__buf_release(&file);
}
END_TEST

/* ---- limits --------------------------------------------------------------------------------- */

static enum tlm_code refuse(void *ctx, const struct tlm_salvage_block *block, struct tlm_error *why)
{
    uint64_t *bytes = ctx;
    *bytes += block->raw_len;
    return tlm__fail(why, TLM_DAMAGED, "no");
}

/* Markers all over, each before a head whose block ends at a marker far away and is bad: the work
 * stays in proportion. A walk that tried each to its end would look at 2 GB in 440 kB. */
START_TEST(markers_all_over)
{
    enum { N = 20000, HEAD = 6, APART = HEAD + TLM_SYNC_BYTES };
    struct tlm_buf file = {0};
    uint64_t tried = 0;
    containers_header(&file, "null");
    for (int64_t i = 0; i < N; i++) {
        size_t before = file.len;
        int64_t markers = (N - i) / 2; /* inside the block */
        containers_long(&file, 1);
        int64_t size = markers * APART + HEAD - 1;
        size -= (int64_t)tlm__varint_size(size);
        containers_long(&file, size);
        while (file.len - before < HEAD)
            ck_assert(tlm__buf_append_byte(&file, 'x'));
        ck_assert(tlm__buf_append(&file, containers_sync, TLM_SYNC_BYTES));
    }
    struct tlm_salvage *walk;
    const struct tlm_salvage_options options = {.check = refuse, .ctx = &tried};
    int fd = containers_fd(file.data, file.len);
    ck_assert_int_eq(tlm__salvage_open(&walk, "x.avro", fd, &options, &error), TLM_OK);
    ck_assert_int_eq(tlm__salvage_run(walk, &error), TLM_OK);
    ck_assert_uint_gt(tried, 60 << 20); /* the blocks are what they are meant to be */
    ck_assert_uint_lt(tried, 80 << 20);
    tlm__salvage_close(walk);
    close(fd);
    tlm__buf_release(&file);
}
END_TEST

START_TEST(no_file)
{
    struct tlm_buf file = {0};
    size_t borders[2];
    struct tlm_salvage *walk;
    struct tlm_salvage_options options = {.limits = NULL};
    containers_file(&file, "null", 1, 1, borders);
    int fd = containers_pipe(file.data, file.len);
    ck_assert_int_eq(tlm__salvage_open(&walk, "pipe", fd, &options, &error), TLM_INPUT);
    ck_assert_int_eq(tlm__salvage_open(&walk, "/nowhere/x", -1, &options, &error), TLM_IO);
    containers_header(&file, "null");
    memcpy(file.data, "PK", 2);
    fd = containers_fd(file.data, file.len);
    ck_assert_int_eq(tlm__salvage_open(&walk, "x.avro", fd, &options, &error), TLM_DAMAGED);
    tlm__salvage_close(NULL);
    tlm__buf_release(&file);
}
END_TEST

UNIT_MAIN("salvage", every_cut, every_flip, random_damage, a_marker_inside_a_block, a_lost_header,
          zeros_at_the_end, reasons, markers_all_over, no_file)
