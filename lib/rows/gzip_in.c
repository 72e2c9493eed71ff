#include "rows/gzip_in.h"

#include <limits.h>
#include <stdlib.h>
#define ZLIB_CONST
#include <zlib.h>

enum { GZIP_ONLY = 16 }; /* added to the window bits: no zlib or raw streams */

struct tlm_gzip_in {
    z_stream stream;
};

struct tlm_gzip_in *tlm__gzip_in_new(void)
{
    struct tlm_gzip_in *gzip = calloc(1, sizeof *gzip);
    if (gzip && inflateInit2(&gzip->stream, MAX_WBITS + GZIP_ONLY) != Z_OK) {
        free(gzip);
        return NULL;
    }
    return gzip;
}

void tlm__gzip_in_free(struct tlm_gzip_in *gzip)
{
    if (!gzip)
        return;
    inflateEnd(&gzip->stream);
    free(gzip);
}

static uInt at_most(size_t len)
{
    return len < UINT_MAX ? (uInt)len : UINT_MAX;
}

enum tlm_unpack tlm__gzip_in_step(struct tlm_gzip_in *gzip, struct tlm_unpack_step *step)
{
    z_stream *stream = &gzip->stream;
    int status;
    size_t moved;
    do { /* zlib's lengths are 32 bits wide */
        uInt in_len = at_most(step->in_len), out_len = at_most(step->out_len);
        stream->next_in = step->in;
        stream->avail_in = in_len;
        stream->next_out = step->out;
        stream->avail_out = out_len;
        status = inflate(stream, Z_NO_FLUSH);
        moved = (size_t)(in_len - stream->avail_in) + (out_len - stream->avail_out);
        step->in_len -= in_len - stream->avail_in;
        step->out_len -= out_len - stream->avail_out;
        step->in = stream->next_in;
        step->out = stream->next_out;
    } while (status == Z_OK && moved && step->in_len && step->out_len);
    if (status == Z_STREAM_END) {
        inflateReset(stream);
        return TLM_UNPACK_END;
    }
    if (status == Z_OK || status == Z_BUF_ERROR)
        return TLM_UNPACK_MORE;
    if (status == Z_MEM_ERROR)
        return TLM_UNPACK_NO_MEMORY;
    step->why = status == Z_DATA_ERROR && stream->msg ? stream->msg : "a preset dictionary";
    return TLM_UNPACK_DAMAGED;
}
