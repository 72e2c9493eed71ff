#include "base/xz.h"

#include <lzma.h>
#include <stdbool.h>
#include <stdlib.h>

struct tlm_xz_reader {
    lzma_stream stream; /* keeps its memory from one stream to the next */
    bool open;
};

struct tlm_xz_reader *tlm__xz_reader_new(void)
{
    struct tlm_xz_reader *reader = malloc(sizeof *reader);
    if (reader)
        *reader = (struct tlm_xz_reader){.stream = LZMA_STREAM_INIT};
    return reader;
}

void tlm__xz_reader_reset(struct tlm_xz_reader *reader)
{
    reader->open = false;
}

void tlm__xz_reader_free(struct tlm_xz_reader *reader)
{
    if (!reader)
        return;
    lzma_end(&reader->stream);
    free(reader);
}

static const char *reason(lzma_ret result)
{
    if (result == LZMA_FORMAT_ERROR)
        return "does not begin as .xz does";
    if (result == LZMA_OPTIONS_ERROR)
        return "uses options that are not supported";
    if (result == LZMA_MEMLIMIT_ERROR)
        return "asks for more than 128 MiB of memory";
    return "data or checksum is wrong";
}

enum tlm_unpack tlm__xz_reader_step(struct tlm_xz_reader *reader, struct tlm_unpack_step *step)
{
    lzma_stream *stream = &reader->stream;
    if (!reader->open && lzma_stream_decoder(stream, TLM_XZ_MEMORY_MAX, 0) != LZMA_OK)
        return TLM_UNPACK_NO_MEMORY;
    reader->open = true;
    stream->next_in = step->in;
    stream->avail_in = step->in_len;
    stream->next_out = step->out;
    stream->avail_out = step->out_len;
    lzma_ret result = lzma_code(stream, LZMA_RUN);
    step->in = stream->next_in;
    step->in_len = stream->avail_in;
    step->out = stream->next_out;
    step->out_len = stream->avail_out;
    if (result == LZMA_OK || result == LZMA_BUF_ERROR) /* the latter: nothing moved */
        return TLM_UNPACK_MORE;
    reader->open = false;
    if (result == LZMA_STREAM_END)
        return TLM_UNPACK_END;
    if (result == LZMA_MEM_ERROR)
        return TLM_UNPACK_NO_MEMORY;
    step->why = reason(result);
    return TLM_UNPACK_DAMAGED;
}
