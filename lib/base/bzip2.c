#include "base/bzip2.h"

#include <bzlib.h>
#include <limits.h>
#include <stdbool.h>
#include <stdlib.h>

struct tlm_bzip2_reader {
    bz_stream stream;
    bool open;
};

struct tlm_bzip2_reader *tlm__bzip2_reader_new(void)
{
    return calloc(1, sizeof(struct tlm_bzip2_reader));
}

void tlm__bzip2_reader_reset(struct tlm_bzip2_reader *reader)
{
    if (reader->open)
        BZ2_bzDecompressEnd(&reader->stream);
    reader->open = false;
}

void tlm__bzip2_reader_free(struct tlm_bzip2_reader *reader)
{
    if (!reader)
        return;
    tlm__bzip2_reader_reset(reader);
    free(reader);
}

/* One call, which takes lengths of unsigned int only. */
static int decompress_some(bz_stream *stream, struct tlm_unpack_step *step)
{
    unsigned in = step->in_len < UINT_MAX ? (unsigned)step->in_len : UINT_MAX;
    unsigned out = step->out_len < UINT_MAX ? (unsigned)step->out_len : UINT_MAX;
    stream->next_in = (char *)(uintptr_t)step->in; /* libbz2 does not write there */
    stream->avail_in = in;
    stream->next_out = (char *)step->out;
    stream->avail_out = out;
    int result = BZ2_bzDecompress(stream);
    step->in += in - stream->avail_in;
    step->in_len -= in - stream->avail_in;
    step->out += out - stream->avail_out;
    step->out_len -= out - stream->avail_out;
    return result;
}

enum tlm_unpack tlm__bzip2_reader_step(struct tlm_bzip2_reader *reader,
                                       struct tlm_unpack_step *step)
{
    if (!reader->open) {
        reader->stream = (bz_stream){0};
        if (BZ2_bzDecompressInit(&reader->stream, 0, 0) != BZ_OK)
            return TLM_UNPACK_NO_MEMORY;
        reader->open = true;
    }
    int result = decompress_some(&reader->stream, step);
    if (result == BZ_OK)
        return TLM_UNPACK_MORE;
    tlm__bzip2_reader_reset(reader);
    if (result == BZ_STREAM_END)
        return TLM_UNPACK_END;
    if (result == BZ_MEM_ERROR)
        return TLM_UNPACK_NO_MEMORY;
    step->why = result == BZ_DATA_ERROR_MAGIC ? "does not begin as bzip2 does"
                                              : "data or checksum is wrong";
    return TLM_UNPACK_DAMAGED;
}
