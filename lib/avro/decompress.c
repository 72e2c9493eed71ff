#include "avro/decompress.h"

#include <stdlib.h>
#include <string.h>

#include "avro/codec_snappy.h"
#include "base/bzip2.h"
#include "base/checked.h"
#include "base/deflate.h"
#include "base/error.h"
#include "base/xz.h"
#include "base/zstd.h"

/* What is taken for output at first when nothing is known: this much, and so many times the input.
 * More only comes once that is full. */
enum { FIRST_ROOM = 64 * 1024, FIRST_RATIO = 8 };
/* Bytes of an Adler-32. */
enum { ADLER_BYTES = 4 };

static const char *const names[] = {
    [TLM_UNPACKER_NULL] = "null",       [TLM_UNPACKER_SNAPPY] = "snappy",
    [TLM_UNPACKER_DEFLATE] = "deflate", [TLM_UNPACKER_ZSTANDARD] = "zstandard",
    [TLM_UNPACKER_BZIP2] = "bzip2",     [TLM_UNPACKER_XZ] = "xz",
};

struct tlm_decompressor {
    struct tlm_buf out;
    struct tlm_deflate_decompressor *deflate; /* each of these from its first use on */
    struct tlm_zstd_reader *zstd;
    struct tlm_bzip2_reader *bzip2;
    struct tlm_xz_reader *xz;
};

/* ---- names ---------------------------------------------------------------------------------- */

enum tlm_code tlm__unpacker_of_name(struct tlm_string name, enum tlm_unpacker *unpacker,
                                    struct tlm_error *error)
{
    for (size_t i = 0; i < sizeof names / sizeof names[0]; i++)
        if (name.len == strlen(names[i]) && memcmp(name.data, names[i], name.len) == 0) {
            *unpacker = (enum tlm_unpacker)i;
            return TLM_OK;
        }
    return tlm__fail(error, TLM_INPUT,
                     "codec \"%.*s\" is not known (null, snappy, deflate, zstandard, bzip2, xz)",
                     name.len < 64 ? (int)name.len : 64, name.data);
}

/* ---- contexts ------------------------------------------------------------------------------- */

struct tlm_decompressor *tlm__decompressor_new(void)
{
    return calloc(1, sizeof(struct tlm_decompressor));
}

void tlm__decompressor_free(struct tlm_decompressor *decompressor)
{
    if (!decompressor)
        return;
    tlm__deflate_decompressor_free(decompressor->deflate);
    tlm__zstd_reader_free(decompressor->zstd);
    tlm__bzip2_reader_free(decompressor->bzip2);
    tlm__xz_reader_free(decompressor->xz);
    tlm__buf_release(&decompressor->out);
    free(decompressor);
}

void tlm__decompressor_trim(struct tlm_decompressor *decompressor, size_t keep)
{
    if (decompressor->out.cap > keep)
        tlm__buf_release(&decompressor->out);
}

/* ---- output --------------------------------------------------------------------------------- */

static enum tlm_code fail_large(const struct tlm_packed *packed, struct tlm_error *error)
{
    return tlm__fail(error, TLM_LIMIT, "%zu bytes of %s hold more than the limit of %zu bytes",
                     packed->len, names[packed->unpacker], packed->raw_max);
}

static enum tlm_code fail_damaged(const struct tlm_packed *packed, const char *why,
                                  struct tlm_error *error)
{
    return tlm__fail(error, TLM_DAMAGED, "%s: %s", names[packed->unpacker], why);
}

/* Room for `room` bytes and the slack in an empty out. What an earlier block left is not moved. */
static bool make_room(struct tlm_buf *out, size_t room)
{
    if (room + TLM_RAW_SLACK > out->cap)
        tlm__buf_release(out);
    return tlm__buf_reserve(out, room + TLM_RAW_SLACK);
}

/* Bytes of out that may be filled. */
static size_t room_of(const struct tlm_buf *out, const struct tlm_packed *packed)
{
    size_t room = out->cap - TLM_RAW_SLACK;
    return room < packed->raw_max ? room : packed->raw_max;
}

/* The room to begin with. claimed: what the data says, or UINT64_MAX. */
static size_t first_room(const struct tlm_packed *packed, uint64_t claimed)
{
    size_t room;
    if (!tlm__size_mul(packed->len, FIRST_RATIO, &room) || room < FIRST_ROOM)
        room = FIRST_ROOM;
    if (room > claimed)
        room = (size_t)claimed;
    return room < packed->raw_max ? room : packed->raw_max;
}

/* Twice the room, what is in out stays. TLM_LIMIT when there is as much as there may be. */
static enum tlm_code grow(struct tlm_buf *out, size_t used, const struct tlm_packed *packed,
                          struct tlm_error *error)
{
    size_t room = room_of(out, packed);
    if (room == packed->raw_max)
        return fail_large(packed, error);
    size_t wanted = room < packed->raw_max / 2 ? room * 2 : packed->raw_max;
    out->len = used;
    bool made =
        used ? tlm__buf_reserve(out, wanted + TLM_RAW_SLACK - used) : make_room(out, wanted);
    out->len = 0;
    return made ? TLM_OK : tlm__fail_memory(error, wanted);
}

/* ---- codecs --------------------------------------------------------------------------------- */

static enum tlm_code unpack_snappy(struct tlm_buf *out, const struct tlm_packed *packed,
                                   struct tlm_error *error)
{
    size_t size;
    if (!tlm__snappy_raw_size(packed->data, packed->len, &size))
        return fail_damaged(packed, "the length is wrong", error);
    if (size > packed->raw_max)
        return fail_large(packed, error);
    if (!make_room(out, size))
        return tlm__fail_memory(error, size);
    const char *why = tlm__snappy_decompress(packed->data, packed->len, out->data, size);
    if (why)
        return fail_damaged(packed, why, error);
    out->len = size;
    return TLM_OK;
}

/* Codecs that want all of the input and all of the output at once: again with more room. */
typedef enum tlm_unpack (*unpack_whole)(struct tlm_decompressor *decompressor,
                                        struct tlm_unpack_step *step);

static enum tlm_code unpack_at_once(struct tlm_decompressor *decompressor, unpack_whole whole,
                                    const struct tlm_packed *packed, struct tlm_unpack_step *step,
                                    struct tlm_error *error)
{
    struct tlm_buf *out = &decompressor->out;
    for (;;) {
        *step = (struct tlm_unpack_step){packed->data, packed->len, out->data, room_of(out, packed),
                                         NULL};
        enum tlm_unpack unpacked = whole(decompressor, step);
        if (unpacked == TLM_UNPACK_DAMAGED)
            return fail_damaged(packed, step->why, error);
        if (unpacked == TLM_UNPACK_NO_MEMORY)
            return tlm__fail_memory(error, packed->len);
        if (unpacked == TLM_UNPACK_END) {
            out->len = (size_t)(step->out - out->data);
            return TLM_OK;
        }
        enum tlm_code code = grow(out, 0, packed, error);
        if (code)
            return code;
    }
}

static enum tlm_unpack whole_deflate(struct tlm_decompressor *decompressor,
                                     struct tlm_unpack_step *step)
{
    return tlm__deflate_decompress(decompressor->deflate, step);
}

static enum tlm_unpack whole_zstandard(struct tlm_decompressor *decompressor,
                                       struct tlm_unpack_step *step)
{
    return tlm__zstd_reader_whole(decompressor->zstd, step);
}

/* Avro for Python cuts its streams out of zlib's and leaves three bytes of the checksum behind. */
static bool is_rest_of_zlib(const struct tlm_unpack_step *step, const struct tlm_buf *out)
{
    uint32_t adler = tlm__adler32(out->data, out->len);
    if (step->in_len > ADLER_BYTES)
        return false;
    for (size_t i = 0; i < step->in_len; i++)
        if (step->in[i] != (uint8_t)(adler >> (24 - 8 * i)))
            return false;
    return true;
}

static enum tlm_code unpack_deflate(struct tlm_decompressor *decompressor,
                                    const struct tlm_packed *packed, struct tlm_error *error)
{
    struct tlm_unpack_step step;
    size_t room = first_room(packed, UINT64_MAX);
    if (!decompressor->deflate)
        decompressor->deflate = tlm__deflate_decompressor_new();
    if (!decompressor->deflate || !make_room(&decompressor->out, room))
        return tlm__fail_memory(error, room);
    enum tlm_code code = unpack_at_once(decompressor, whole_deflate, packed, &step, error);
    if (!code && step.in_len && !is_rest_of_zlib(&step, &decompressor->out))
        return fail_damaged(packed, "other bytes follow the compressed data", error);
    return code;
}

static enum tlm_code unpack_zstandard(struct tlm_decompressor *decompressor,
                                      const struct tlm_packed *packed, struct tlm_error *error)
{
    struct tlm_unpack_step step;
    uint64_t claimed = tlm__zstd_claimed_size(packed->data, packed->len);
    if (claimed != UINT64_MAX && claimed > packed->raw_max)
        return fail_large(packed, error);
    size_t room = first_room(packed, claimed);
    if (!decompressor->zstd)
        decompressor->zstd = tlm__zstd_reader_new();
    if (!decompressor->zstd || !make_room(&decompressor->out, room))
        return tlm__fail_memory(error, room);
    return unpack_at_once(decompressor, whole_zstandard, packed, &step, error);
}

/* Codecs that go on where they stopped. */
static enum tlm_unpack step_on(struct tlm_decompressor *decompressor, enum tlm_unpacker unpacker,
                               struct tlm_unpack_step *step)
{
    return unpacker == TLM_UNPACKER_XZ ? tlm__xz_reader_step(decompressor->xz, step)
                                       : tlm__bzip2_reader_step(decompressor->bzip2, step);
}

static enum tlm_code unpack_stepwise(struct tlm_decompressor *decompressor,
                                     const struct tlm_packed *packed, struct tlm_error *error)
{
    struct tlm_buf *out = &decompressor->out;
    struct tlm_unpack_step step = {packed->data, packed->len, NULL, 0, NULL};
    for (size_t used = 0;;) {
        uint8_t past; /* one byte more than there may be shows that there is one */
        bool full = used == packed->raw_max;
        step.out = full ? &past : out->data + used;
        step.out_len = full ? 1 : room_of(out, packed) - used;
        size_t in_before = step.in_len, out_before = step.out_len;
        enum tlm_unpack unpacked = step_on(decompressor, packed->unpacker, &step);
        size_t made = out_before - step.out_len;
        if (full && made)
            return fail_large(packed, error);
        used += made;
        if (unpacked == TLM_UNPACK_DAMAGED)
            return fail_damaged(packed, step.why, error);
        if (unpacked == TLM_UNPACK_NO_MEMORY)
            return tlm__fail_memory(error, packed->len);
        if (unpacked == TLM_UNPACK_END) {
            out->len = used;
            return step.in_len
                       ? fail_damaged(packed, "other bytes follow the compressed data", error)
                       : TLM_OK;
        }
        if (!made && in_before == step.in_len && step.out_len)
            return fail_damaged(packed, "data is cut short", error);
        enum tlm_code code =
            step.out_len || used == packed->raw_max ? TLM_OK : grow(out, used, packed, error);
        if (code)
            return code;
    }
}

/* The reader that the codec needs, at the start of a stream. */
static bool open_stepwise(struct tlm_decompressor *decompressor, enum tlm_unpacker unpacker)
{
    if (unpacker == TLM_UNPACKER_XZ) {
        if (!decompressor->xz)
            decompressor->xz = tlm__xz_reader_new();
        if (decompressor->xz)
            tlm__xz_reader_reset(decompressor->xz);
        return decompressor->xz;
    }
    if (!decompressor->bzip2)
        decompressor->bzip2 = tlm__bzip2_reader_new();
    if (decompressor->bzip2)
        tlm__bzip2_reader_reset(decompressor->bzip2);
    return decompressor->bzip2;
}

static enum tlm_code unpack_stream(struct tlm_decompressor *decompressor,
                                   const struct tlm_packed *packed, struct tlm_error *error)
{
    size_t room = first_room(packed, UINT64_MAX);
    if (!open_stepwise(decompressor, packed->unpacker) || !make_room(&decompressor->out, room))
        return tlm__fail_memory(error, room);
    return unpack_stepwise(decompressor, packed, error);
}

static enum tlm_code unpack(struct tlm_decompressor *decompressor, const struct tlm_packed *packed,
                            struct tlm_error *error)
{
    switch (packed->unpacker) {
    case TLM_UNPACKER_NULL:
        return packed->len <= packed->raw_max ? TLM_OK : fail_large(packed, error);
    case TLM_UNPACKER_SNAPPY:
        return unpack_snappy(&decompressor->out, packed, error);
    case TLM_UNPACKER_DEFLATE:
        return unpack_deflate(decompressor, packed, error);
    case TLM_UNPACKER_ZSTANDARD:
        return unpack_zstandard(decompressor, packed, error);
    case TLM_UNPACKER_BZIP2:
    case TLM_UNPACKER_XZ:
        return unpack_stream(decompressor, packed, error);
    }
    return TLM_ARGUMENT;
}

enum tlm_code tlm__decompress(struct tlm_decompressor *decompressor,
                              const struct tlm_packed *packed, struct tlm_string *raw,
                              struct tlm_error *error)
{
    struct tlm_packed capped = *packed;
    if (!capped.raw_max || capped.raw_max > SIZE_MAX / 4)
        capped.raw_max = capped.raw_max ? SIZE_MAX / 4 : TLM_RAW_MAX;
    tlm__buf_reset(&decompressor->out);
    enum tlm_code code = unpack(decompressor, &capped, error);
    if (code)
        return code;
    if (capped.unpacker == TLM_UNPACKER_NULL)
        *raw = (struct tlm_string){(const char *)capped.data, capped.len};
    else
        *raw = (struct tlm_string){(const char *)decompressor->out.data, decompressor->out.len};
    return TLM_OK;
}
