/* Container files made in memory, of every codec, whose records are the longs 0, 1, 2, ... */
#ifndef TLM_TESTS_CONTAINERS_H
#define TLM_TESTS_CONTAINERS_H

#include <bzlib.h>
#include <check.h>
#include <lzma.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#include "avro/codec.h"
#include "avro/container_read.h"
#include "avro/container_write.h"
#include "avro/decompress.h"
#include "avro/varint.h"
#include "base/error.h"
#include "support/random.h"

static const uint8_t containers_sync[] = "\xf1yNc-MaRkEr-012\xfe";
static const char *const containers_codecs[] = {"null",      "snappy", "deflate",
                                                "zstandard", "bzip2",  "xz"};
#define CONTAINERS_CODECS (sizeof containers_codecs / sizeof containers_codecs[0])

static inline void containers_bzip2(const struct tlm_buf *raw, struct tlm_buf *out)
{
    unsigned room = (unsigned)(raw->len + raw->len / 100 + 600);
    HOLDS(tlm__buf_reserve(out, room), "memory");
    HOLDS(BZ2_bzBuffToBuffCompress((char *)out->data + out->len, &room,
                                   raw->len ? (char *)raw->data : (char *)out->data,
                                   (unsigned)raw->len, 1, 0, 0) == BZ_OK,
          "bzip2");
    out->len += room;
}

static inline void containers_xz(const struct tlm_buf *raw, struct tlm_buf *out)
{
    size_t room = lzma_stream_buffer_bound(raw->len), at = 0;
    HOLDS(tlm__buf_reserve(out, room), "memory");
    HOLDS(lzma_easy_buffer_encode(1, LZMA_CHECK_CRC32, NULL, raw->data, raw->len,
                                  out->data + out->len, &at, room) == LZMA_OK,
          "xz");
    out->len += at;
}

/* Appends raw compressed by a codec. */
static inline void containers_pack(const char *codec, const struct tlm_buf *raw,
                                   struct tlm_buf *out)
{
    static const enum tlm_codec ours[] = {TLM_CODEC_NULL, TLM_CODEC_SNAPPY, TLM_CODEC_DEFLATE,
                                          TLM_CODEC_ZSTANDARD};
    if (strcmp(codec, "bzip2") == 0) {
        containers_bzip2(raw, out);
        return;
    }
    if (strcmp(codec, "xz") == 0) {
        containers_xz(raw, out);
        return;
    }
    for (size_t i = 0; i < sizeof ours / sizeof ours[0]; i++)
        if (strcmp(codec, tlm__codec_name(ours[i])) == 0) {
            struct tlm_compressor *compressor = tlm__compressor_new(ours[i]);
            HOLDS(tlm__compress(compressor, raw->data, raw->len, out, NULL) == TLM_OK, "memory");
            tlm__compressor_free(compressor);
        }
}

static inline void containers_long(struct tlm_buf *out, int64_t value)
{
    uint8_t bytes[TLM_VARINT_MAX];
    HOLDS(tlm__buf_append(out, bytes, (size_t)(tlm__varint_put(bytes, value) - bytes)), "memory");
}

/* A block of any data. */
static inline void containers_block(struct tlm_buf *out, int64_t records, const void *data,
                                    size_t len)
{
    containers_long(out, records);
    containers_long(out, (int64_t)len);
    HOLDS(tlm__buf_append(out, data, len), "memory");
    HOLDS(tlm__buf_append(out, containers_sync, TLM_SYNC_BYTES), "memory");
}

static inline void containers_header(struct tlm_buf *out, const char *codec)
{
    const struct tlm_container_header header = {
        .schema = "\"long\"", .codec = codec, .sync = containers_sync};
    HOLDS(tlm__container_header(&header, out, NULL), "memory");
}

/* A block of the longs first, first + 1, ... */
static inline void containers_longs(struct tlm_buf *out, const char *codec, int64_t first,
                                    int64_t records)
{
    struct tlm_buf raw = {0}, packed = {0};
    for (int64_t i = 0; i < records; i++)
        containers_long(&raw, first + i);
    containers_pack(codec, &raw, &packed);
    containers_block(out, records, packed.data, packed.len);
    tlm__buf_release(&raw);
    tlm__buf_release(&packed);
}

/* A whole file: borders[0] is where the first block begins, borders[n] the end; each block holds
 * `records` longs. */
static inline void containers_file(struct tlm_buf *out, const char *codec, size_t n,
                                   int64_t records, size_t *borders)
{
    containers_header(out, codec);
    borders[0] = out->len;
    for (size_t i = 0; i < n; i++) {
        containers_longs(out, codec, (int64_t)i * records, records);
        borders[i + 1] = out->len;
    }
}

/* Longs of a block, as they should come one after another. */
static inline enum tlm_code containers_check(const uint8_t *raw, size_t len, uint64_t records,
                                             int64_t *first, struct tlm_error *error)
{
    size_t at = 0;
    int64_t value = 0;
    for (uint64_t i = 0; i < records; i++) {
        uint64_t bits = 0;
        unsigned shift = 0;
        do {
            if (at == len || shift > 63)
                return tlm__fail(error, TLM_DAMAGED, "record %d is cut short", (int)i);
            bits |= (uint64_t)(raw[at] & 0x7f) << shift;
            shift += 7;
        } while (raw[at++] & 0x80);
        value = (int64_t)(bits >> 1 ^ -(bits & 1));
        if (i == 0)
            *first = value;
        else if (value != *first + (int64_t)i)
            *first = INT64_MIN; /* no damage that the format tells */
    }
    if (at != len)
        return tlm__fail(error, TLM_DAMAGED, "%zu bytes too many", len - at);
    return TLM_OK;
}

/* A file without a name. */
static inline int containers_fd(const void *bytes, size_t len)
{
    int fd = memfd_create("container", MFD_CLOEXEC);
    HOLDS(fd >= 0 && pwrite(fd, bytes, len, 0) == (ssize_t)len, "no file in memory");
    return fd;
}

/* The end of a pipe that holds bytes, 64 KiB at most. */
static inline int containers_pipe(const void *bytes, size_t len)
{
    int ends[2];
    HOLDS(pipe(ends) == 0 && write(ends[1], bytes, len) == (ssize_t)len, "no pipe");
    close(ends[1]);
    return ends[0];
}

#endif
