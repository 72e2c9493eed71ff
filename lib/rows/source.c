#include "rows/source.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/error.h"
#include "base/zstd.h"
#include "rows/gzip_in.h"

enum { IN_BYTES = 256 * 1024, MAGIC_BYTES = 4 };

enum form {
    FORM_UNKNOWN, /* too few bytes seen */
    FORM_PLAIN,
    FORM_GZIP,
    FORM_ZSTD
};

struct tlm_source {
    int fd;
    bool owned; /* fd is closed in the end */
    bool live;
    enum tlm_code (*wait)(void *ctx, struct tlm_error *error);
    void *wait_ctx;
    bool ended; /* the descriptor has no more */
    enum form form;
    struct tlm_gzip_in *gzip;
    struct tlm_zstd_reader *zstd;
    bool inside;          /* a member or frame has begun and has not ended */
    bool padding;         /* zeros came behind the last one */
    bool any;             /* one has ended */
    uint64_t unit_byte;   /* offset of the current one */
    bool finished;        /* nothing more to deliver */
    enum tlm_code failed; /* what the next read returns, with error */
    struct tlm_error error;
    uint64_t file_bytes; /* read from the descriptor */
    uint8_t *in;         /* what was read and is not used yet */
    size_t in_at, in_len;
    char name[];
};

/* ---- the descriptor ------------------------------------------------------------------------- */

static enum tlm_code fail_errno(struct tlm_source *source, int sys_errno, const char *what)
{
    source->failed =
        tlm__fail_errno(&source->error, TLM_IO, sys_errno, "cannot %s %s", what, source->name);
    return source->failed;
}

static enum tlm_code fail_memory(struct tlm_source *source)
{
    source->failed = tlm__fail_memory(&source->error, IN_BYTES);
    return source->failed;
}

/* Before a read that may wait. A fifo that nobody has opened for writing yet must be polled: a read
 * would take it for ended. */
static enum tlm_code wait_for_somebody(struct tlm_source *source)
{
    struct pollfd ready = {.fd = source->fd, .events = POLLIN};
    if (source->wait)
        return source->failed = source->wait(source->wait_ctx, &source->error);
    while (poll(&ready, 1, -1) < 0)
        if (errno != EINTR)
            return fail_errno(source, errno, "read");
    return TLM_OK;
}

/* *got is 0 at the end only. */
static enum tlm_code read_some(struct tlm_source *source, void *bytes, size_t size, size_t *got)
{
    ssize_t n = -1;
    while (n < 0) {
        if (source->live && wait_for_somebody(source))
            return source->failed;
        n = read(source->fd, bytes, size);
        if (n < 0 && errno != EINTR && (errno != EAGAIN || !source->live))
            return fail_errno(source, errno, "read");
    }
    *got = (size_t)n;
    source->file_bytes += *got;
    source->ended = n == 0;
    return TLM_OK;
}

static size_t in_left(const struct tlm_source *source)
{
    return source->in_len - source->in_at;
}

/* Adds to the input; behind what is there, which must leave room. */
static enum tlm_code fill(struct tlm_source *source)
{
    if (source->ended)
        return TLM_OK;
    if (!in_left(source))
        source->in_at = source->in_len = 0;
    size_t got = 0;
    enum tlm_code code =
        read_some(source, source->in + source->in_len, IN_BYTES - source->in_len, &got);
    if (!code)
        source->in_len += got;
    return code;
}

/* Offset in the file of the next byte of input. */
static uint64_t in_byte(const struct tlm_source *source)
{
    return source->file_bytes - in_left(source);
}

/* ---- open and close ------------------------------------------------------------------------- */

static enum tlm_code check_kind(struct tlm_source *source, struct tlm_error *error)
{
    struct stat status;
    if (fstat(source->fd, &status) < 0)
        return tlm__fail_errno(error, TLM_IO, errno, "cannot open %s", source->name);
    if (S_ISDIR(status.st_mode))
        return tlm__fail(error, TLM_INPUT, "%s is a directory", source->name);
    source->live = !S_ISREG(status.st_mode) && !S_ISBLK(status.st_mode);
    if (!source->live)
        posix_fadvise(source->fd, 0, 0, POSIX_FADV_SEQUENTIAL); /* only a hint */
    return TLM_OK;
}

static int open_retrying(const char *path)
{
    int fd;
    do /* a fifo is not waited for here, but where a signal can end that */
        fd = open(path, O_RDONLY | O_CLOEXEC | O_NOCTTY | O_NONBLOCK);
    while (fd < 0 && errno == EINTR);
    return fd;
}

/* Takes over the descriptor when it is owned. */
static enum tlm_code make(struct tlm_source **source, const struct tlm_open_input *input,
                          bool owned, struct tlm_error *error)
{
    struct tlm_source *made = calloc(1, sizeof *made + strlen(input->name) + 1);
    if (!made) {
        if (owned)
            close(input->fd);
        return tlm__fail_memory(error, sizeof *made);
    }
    strcpy(made->name, input->name);
    made->fd = input->fd;
    made->owned = owned;
    made->in = malloc(IN_BYTES);
    enum tlm_code code = made->in ? check_kind(made, error) : tlm__fail_memory(error, IN_BYTES);
    if (code) {
        tlm__source_free(made);
        return code;
    }
    memcpy(made->in, input->head, input->head_len);
    made->in_len = input->head_len;
    made->file_bytes = input->head_len;
    *source = made;
    return TLM_OK;
}

enum tlm_code tlm__source_open(struct tlm_source **source, const char *path,
                               struct tlm_error *error)
{
    if (strcmp(path, "-") == 0)
        return make(source, &(struct tlm_open_input){.fd = STDIN_FILENO, .name = "<stdin>"}, false,
                    error);
    struct tlm_open_input input = {.fd = open_retrying(path), .name = path};
    if (input.fd < 0)
        return tlm__fail_errno(error, TLM_IO, errno, "cannot open %s", path);
    return make(source, &input, true, error);
}

enum tlm_code tlm__source_open_input(struct tlm_source **source, const struct tlm_open_input *input,
                                     struct tlm_error *error)
{
    return make(source, input, false, error);
}

void tlm__source_free(struct tlm_source *source)
{
    if (!source)
        return;
    if (source->owned)
        close(source->fd); /* it was only read */
    tlm__gzip_in_free(source->gzip);
    tlm__zstd_reader_free(source->zstd);
    free(source->in);
    free(source);
}

/* ---- which form ----------------------------------------------------------------------------- */

static const uint8_t gzip_magic[] = {0x1f, 0x8b};
static const uint8_t zstd_magic[] = {0x28, 0xb5, 0x2f, 0xfd};

static bool ends_with(const char *name, const char *end)
{
    size_t len = strlen(name), end_len = strlen(end);
    return len > end_len && strcasecmp(name + len - end_len, end) == 0;
}

/* RFC 8878, 3.1.2: frames that decoders skip. Some writers begin with one. */
static bool is_skippable(const uint8_t *in, size_t len)
{
    return len >= 4 && (in[0] & 0xf0) == 0x50 && memcmp(in + 1, "\x2a\x4d\x18", 3) == 0;
}

/* What the first bytes tell. */
static enum form form_of(const uint8_t *in, size_t len)
{
    size_t gzip = len < sizeof gzip_magic ? len : sizeof gzip_magic;
    size_t zstd = len < sizeof zstd_magic ? len : sizeof zstd_magic;
    if (memcmp(in, gzip_magic, gzip) == 0)
        return gzip == sizeof gzip_magic ? FORM_GZIP : FORM_UNKNOWN;
    if (memcmp(in, zstd_magic, zstd) == 0)
        return zstd == sizeof zstd_magic ? FORM_ZSTD : FORM_UNKNOWN;
    return is_skippable(in, len) ? FORM_ZSTD : FORM_PLAIN;
}

/* The source ended while its bytes could still become a magic number. What is no text, or has a
 * name that promises more, was cut. */
static enum form form_of_stub(const struct tlm_source *source)
{
    bool text = in_left(source) == 0 || (in_left(source) == 1 && source->in[0] == zstd_magic[0]);
    if (!text)
        return source->in[0] == gzip_magic[0] ? FORM_GZIP : FORM_ZSTD;
    if (ends_with(source->name, ".zst") || ends_with(source->name, ".zstd"))
        return FORM_ZSTD;
    return !in_left(source) && ends_with(source->name, ".gz") ? FORM_GZIP : FORM_PLAIN;
}

static enum tlm_code find_form(struct tlm_source *source)
{
    enum form form = form_of(source->in, source->in_len);
    while (form == FORM_UNKNOWN && !source->ended) {
        enum tlm_code code = fill(source);
        if (code)
            return code;
        form = form_of(source->in, source->in_len);
    }
    if (form == FORM_UNKNOWN)
        form = form_of_stub(source);
    if (form == FORM_GZIP)
        source->gzip = tlm__gzip_in_new();
    if (form == FORM_ZSTD)
        source->zstd = tlm__zstd_reader_new();
    if ((form == FORM_GZIP && !source->gzip) || (form == FORM_ZSTD && !source->zstd))
        return fail_memory(source);
    source->inside = form != FORM_PLAIN;
    source->form = form;
    return TLM_OK;
}

/* ---- plain text ----------------------------------------------------------------------------- */

static enum tlm_code read_plain(struct tlm_source *source, void *text, size_t size, size_t *got)
{
    size_t n = in_left(source);
    if (n) {
        n = n < size ? n : size;
        memcpy(text, source->in + source->in_at, n);
        source->in_at += n;
    } else if (!source->ended) {
        enum tlm_code code = read_some(source, text, size, &n);
        if (code)
            return code;
    }
    *got = n;
    return TLM_OK;
}

bool tlm__source_is_plain_file(const struct tlm_source *source)
{
    return source->owned && !source->live && source->form == FORM_PLAIN;
}

enum tlm_code tlm__source_read_at(const struct tlm_source *source, uint64_t byte, void *text,
                                  size_t size, size_t *got, struct tlm_error *error)
{
    size_t done = 0;
    while (done < size) {
        ssize_t n = pread(source->fd, (char *)text + done, size - done, (off_t)(byte + done));
        if (n < 0 && errno == EINTR)
            continue;
        if (n < 0)
            return tlm__fail_errno(error, TLM_IO, errno, "cannot read %s", source->name);
        if (n == 0)
            break;
        done += (size_t)n;
    }
    *got = done;
    return TLM_OK;
}

enum tlm_code tlm__source_go_to(struct tlm_source *source, uint64_t byte, struct tlm_error *error)
{
    if (lseek(source->fd, (off_t)byte, SEEK_SET) < 0)
        return tlm__fail_errno(error, TLM_IO, errno, "cannot read %s", source->name);
    source->in_at = source->in_len = 0;
    source->file_bytes = byte;
    source->ended = false;
    return TLM_OK;
}

/* ---- compressed text ------------------------------------------------------------------------ */

static const char *form_name(const struct tlm_source *source)
{
    return source->form == FORM_GZIP ? "gzip" : "zstd";
}

static enum tlm_code fail_ends_early(struct tlm_source *source)
{
    source->failed =
        tlm__fail(&source->error, TLM_INPUT, "%s: %s data ends early at byte %llu", source->name,
                  form_name(source), (unsigned long long)source->file_bytes);
    return source->failed;
}

static enum tlm_code fail_garbage(struct tlm_source *source, uint64_t byte)
{
    source->failed = tlm__fail(&source->error, TLM_INPUT, "%s: what follows at byte %llu is no %s",
                               source->name, (unsigned long long)byte, form_name(source));
    return source->failed;
}

static enum tlm_code fail_damaged(struct tlm_source *source, const char *why)
{
    if (source->any && in_byte(source) - source->unit_byte <= MAGIC_BYTES)
        return fail_garbage(source, source->unit_byte);
    source->failed =
        tlm__fail(&source->error, TLM_INPUT, "%s: %s data is damaged at byte %llu: %s",
                  source->name, form_name(source), (unsigned long long)in_byte(source), why);
    return source->failed;
}

/* True for a byte that can begin a member or frame. */
static bool begins_unit(const struct tlm_source *source, uint8_t byte)
{
    if (source->form == FORM_GZIP)
        return byte == gzip_magic[0];
    return byte == zstd_magic[0] || (byte & 0xf0) == 0x50;
}

/* Behind a member: the next one, the end, or zeros up to the end, as tapes and block devices
 * leave them. */
static enum tlm_code between_units(struct tlm_source *source)
{
    while (in_left(source) && source->in[source->in_at] == 0) {
        source->padding = true;
        source->in_at++;
    }
    if (!in_left(source)) {
        source->finished = source->ended;
        return TLM_OK;
    }
    source->unit_byte = in_byte(source);
    if (source->padding || !begins_unit(source, source->in[source->in_at]))
        return fail_garbage(source, source->unit_byte);
    source->inside = true;
    return TLM_OK;
}

static enum tlm_code unpack_step(struct tlm_source *source, uint8_t **out, size_t *room)
{
    struct tlm_unpack_step step = {source->in + source->in_at, in_left(source), *out, *room, ""};
    enum tlm_unpack unpack = source->form == FORM_GZIP ? tlm__gzip_in_step(source->gzip, &step)
                                                       : tlm__zstd_reader_step(source->zstd, &step);
    if (unpack == TLM_UNPACK_MORE && step.in_len && step.in_len == in_left(source) &&
        step.out == *out)
        return fail_damaged(source, "the decoder does not go on");
    source->in_at = source->in_len - step.in_len;
    *out = step.out;
    *room = step.out_len;
    switch (unpack) {
    case TLM_UNPACK_END:
        source->inside = false;
        source->any = true;
        return TLM_OK;
    case TLM_UNPACK_MORE:
        return TLM_OK;
    case TLM_UNPACK_DAMAGED:
        return fail_damaged(source, step.why);
    case TLM_UNPACK_NO_MEMORY:
        break;
    }
    return fail_memory(source);
}

/* Unpacks until the room is full or the end; on a live source what is there is enough. A failure
 * is latched. Returns how much text came. */
static size_t unpack(struct tlm_source *source, uint8_t *text, size_t size)
{
    uint8_t *out = text;
    size_t room = size;
    while (room && !source->finished && !source->failed) {
        size_t in_before = in_left(source), room_before = room;
        enum tlm_code code =
            source->inside ? unpack_step(source, &out, &room) : between_units(source);
        if (code || in_left(source) || room != room_before || in_before)
            continue; /* the decoder is asked again until it does nothing for want of input */
        if (source->finished || (source->live && out != text))
            break;
        if (source->ended)
            fail_ends_early(source);
        else
            fill(source);
    }
    return size - room;
}

/* ---- reading -------------------------------------------------------------------------------- */

enum tlm_code tlm__source_read(struct tlm_source *source, void *text, size_t size, size_t *got,
                               struct tlm_error *error)
{
    size_t n = 0;
    enum tlm_code code = source->failed;
    if (!code && source->form == FORM_UNKNOWN)
        code = find_form(source);
    if (source->form == FORM_PLAIN) {
        if (!code)
            code = read_plain(source, text, size, &n);
    } else if (source->form != FORM_UNKNOWN) {
        n = unpack(source, text, size);
        code = n ? TLM_OK : source->failed;
    }
    if (!code)
        *got = n;
    else if (error)
        *error = source->error;
    return code;
}

void tlm__source_set_wait(struct tlm_source *source,
                          enum tlm_code (*wait)(void *ctx, struct tlm_error *error), void *ctx)
{
    source->wait = wait;
    source->wait_ctx = ctx;
}

bool tlm__source_is_live(const struct tlm_source *source)
{
    return source->live;
}

int tlm__source_fd(const struct tlm_source *source)
{
    return source->fd;
}

const char *tlm__source_name(const struct tlm_source *source)
{
    return source->name;
}

uint64_t tlm__source_file_bytes(const struct tlm_source *source)
{
    return source->file_bytes;
}
