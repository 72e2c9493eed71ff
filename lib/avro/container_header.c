#include "avro/container_header.h"

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "base/error.h"

#define HEADER_MAX ((size_t)64 << 20)
#define KEYS_MAX ((size_t)1 << 20)
/* Memory for the header grows in such steps at least, and never by more than has come. */
#define STEP_BYTES ((size_t)4096)

static const uint8_t magic[4] = {'O', 'b', 'j', 1};

/* Where a key or value is in the header: its memory still moves. */
struct place {
    size_t at, len;
};

struct parse {
    struct tlm_container_input *input;
    struct tlm_buf bytes; /* taken from the input so far */
    size_t at;            /* the next byte of them */
    size_t bytes_max, keys_max;
    struct place *places; /* key, value, key, value, ... */
    size_t n, cap;
    struct tlm_error *error;
};

/* ---- bytes ---------------------------------------------------------------------------------- */

static enum tlm_code fail(const struct parse *parse, size_t byte, const char *why)
{
    return tlm__fail_byte(parse->error, TLM_DAMAGED, tlm__container_input_name(parse->input), byte,
                          "%s", why);
}

static enum tlm_code fail_cut(const struct parse *parse)
{
    return fail(parse, parse->bytes.len, "the file ends inside its header");
}

static size_t left(const struct parse *parse)
{
    return parse->bytes.len - parse->at;
}

/* How many bytes the input can have beyond those taken. */
static uint64_t rest(const struct parse *parse)
{
    uint64_t size = tlm__container_input_size(parse->input);
    return size == TLM_SIZE_UNKNOWN ? size : size - tlm__container_input_offset(parse->input);
}

/* Takes from the input until `want` bytes are left, as far as there are so many. */
static enum tlm_code load(struct parse *parse, size_t want)
{
    struct tlm_buf *bytes = &parse->bytes;
    while (left(parse) < want) {
        size_t more = want - left(parse), most = bytes->len > STEP_BYTES ? bytes->len : STEP_BYTES;
        size_t got = 0;
        if (more > most)
            more = most;
        const uint8_t *ahead; /* peeked at so that single bytes are no single reads */
        enum tlm_code code = tlm__container_input_peek(parse->input, 1, &ahead, &got, parse->error);
        if (code)
            return code;
        if (!tlm__buf_reserve(bytes, more))
            return tlm__fail_memory(parse->error, more);
        code = tlm__container_input_take(parse->input, bytes->data + bytes->len, more, &got,
                                         parse->error);
        if (code)
            return code;
        bytes->len += got;
        if (got < more)
            break;
    }
    return TLM_OK;
}

/* Exactly len bytes; where is where they are. */
static enum tlm_code take(struct parse *parse, uint64_t len, size_t *where)
{
    if (len > parse->bytes_max - parse->at)
        return tlm__fail_byte(parse->error, TLM_LIMIT, tlm__container_input_name(parse->input),
                              parse->at, "the header is longer than the limit of %zu bytes",
                              parse->bytes_max);
    if (len > left(parse) && len - left(parse) > rest(parse))
        return fail(parse, parse->at, "what is in the header is longer than the file");
    enum tlm_code code = load(parse, (size_t)len);
    if (code)
        return code;
    if (left(parse) < len)
        return fail_cut(parse);
    *where = parse->at;
    parse->at += (size_t)len;
    return TLM_OK;
}

/* Byte by byte: what follows the header stays in the input. */
static enum tlm_code take_long(struct parse *parse, int64_t *value)
{
    size_t start = parse->at, last = 0;
    do {
        if (parse->at - start == TLM_VARINT_MAX)
            return fail(parse, start, "a number in the header is longer than 64 bits");
        enum tlm_code code = take(parse, 1, &last);
        if (code)
            return code;
    } while (parse->bytes.data[last] >= 0x80);
    if (!tlm__varint_parse(parse->bytes.data + start, parse->at - start, value))
        return fail(parse, start, "a number in the header is longer than 64 bits");
    return TLM_OK;
}

/* An Avro string or bytes. */
static enum tlm_code take_place(struct parse *parse, struct place *place)
{
    int64_t len;
    size_t start = parse->at;
    enum tlm_code code = take_long(parse, &len);
    if (code)
        return code;
    if (len < 0)
        return fail(parse, start, "a length in the header is negative");
    code = take(parse, (uint64_t)len, &place->at);
    place->len = (size_t)len;
    return code;
}

/* ---- metadata ------------------------------------------------------------------------------- */

static enum tlm_code take_pair(struct parse *parse)
{
    if (parse->n / 2 == parse->keys_max)
        return tlm__fail_byte(parse->error, TLM_LIMIT, tlm__container_input_name(parse->input),
                              parse->at, "the header has more keys than the limit of %zu",
                              parse->keys_max);
    if (parse->n == parse->cap) {
        size_t cap = parse->cap ? parse->cap * 2 : 32;
        struct place *places = realloc(parse->places, cap * sizeof *places);
        if (!places)
            return tlm__fail_memory(parse->error, cap * sizeof *places);
        parse->places = places;
        parse->cap = cap;
    }
    struct place *pair = parse->places + parse->n;
    enum tlm_code code = take_place(parse, &pair[0]);
    if (!code)
        code = take_place(parse, &pair[1]);
    if (!code)
        parse->n += 2;
    return code;
}

/* One block of the map. A negative count is followed by the size in bytes. */
static enum tlm_code take_pairs(struct parse *parse, int64_t count)
{
    int64_t size = 0;
    size_t start = parse->at;
    enum tlm_code code = count < 0 ? take_long(parse, &size) : TLM_OK;
    if (code)
        return code;
    size_t first = parse->at;
    uint64_t n = count < 0 ? -(uint64_t)count : (uint64_t)count;
    if (count < 0 && size < 0)
        return fail(parse, start, "a size in the header is negative");
    for (uint64_t i = 0; i < n; i++) {
        code = take_pair(parse);
        if (code)
            return code;
    }
    if (count < 0 && parse->at - first != (uint64_t)size)
        return fail(parse, start, "the metadata is not as long as it says");
    return TLM_OK;
}

static enum tlm_code take_magic(struct parse *parse)
{
    enum tlm_code code = load(parse, sizeof magic);
    if (code)
        return code;
    if (!parse->bytes.len)
        return fail(parse, 0, "the file is empty");
    size_t same = 0;
    while (same < sizeof magic && same < parse->bytes.len && parse->bytes.data[same] == magic[same])
        same++;
    if (same < sizeof magic && same == parse->bytes.len)
        return fail_cut(parse);
    if (same < sizeof magic)
        return fail(parse, same, "not an Avro file: it does not begin with \"Obj\" and 1");
    parse->at = sizeof magic;
    return TLM_OK;
}

static enum tlm_code take_header(struct parse *parse)
{
    int64_t count = 0;
    size_t sync;
    enum tlm_code code = take_magic(parse);
    while (!code && !(code = take_long(parse, &count)) && count)
        code = take_pairs(parse, count);
    return code ? code : take(parse, TLM_SYNC_BYTES, &sync);
}

/* The header does not move any more: places become views. */
static enum tlm_code make_views(const struct parse *parse, struct tlm_container_header_in *header)
{
    size_t n = parse->n / 2;
    struct tlm_container_pair *pairs = calloc(n ? n : 1, sizeof *pairs);
    if (!pairs)
        return tlm__fail_memory(parse->error, n * sizeof *pairs);
    const char *text = (const char *)parse->bytes.data;
    for (size_t i = 0; i < n; i++) {
        const struct place *key = &parse->places[2 * i], *value = key + 1;
        pairs[i].key = (struct tlm_string){text + key->at, key->len};
        pairs[i].value = (struct tlm_string){text + value->at, value->len};
    }
    header->pairs = pairs;
    header->n_pairs = n;
    return TLM_OK;
}

enum tlm_code tlm__container_header_read(struct tlm_container_header_in *header,
                                         struct tlm_container_input *input,
                                         const struct tlm_container_limits *limits,
                                         struct tlm_error *error)
{
    struct parse parse = {
        .input = input,
        .bytes_max = limits->header_max ? limits->header_max : HEADER_MAX,
        .keys_max = limits->keys_max ? limits->keys_max : KEYS_MAX,
        .error = error,
    };
    enum tlm_code code = take_header(&parse);
    if (!code)
        code = make_views(&parse, header);
    header->bytes = parse.bytes;
    free(parse.places);
    return code;
}

void tlm__container_header_release(struct tlm_container_header_in *header)
{
    tlm__buf_release(&header->bytes);
    free(header->pairs);
    *header = (struct tlm_container_header_in){0};
}
