#include "avro/container_input.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/error.h"

/* Bytes that a peek reads: of files few, since what follows is mostly skipped or taken whole. */
enum { WINDOW_FILE = 4096, WINDOW_PIPE = 64 * 1024 };

struct tlm_container_input {
    int fd;
    bool owned; /* fd is closed in the end */
    bool can_seek;
    uint64_t base;   /* where in the file byte 0 is */
    uint64_t size;   /* or TLM_SIZE_UNKNOWN */
    uint64_t loaded; /* offset of the next byte from the descriptor: the window's end */
    uint8_t *window;
    size_t at, len, cap; /* of the window; at: the next byte */
    char name[];
};

const char *tlm__container_input_name(const struct tlm_container_input *input)
{
    return input->name;
}

uint64_t tlm__container_input_size(const struct tlm_container_input *input)
{
    return input->size;
}

bool tlm__container_input_can_seek(const struct tlm_container_input *input)
{
    return input->can_seek;
}

int tlm__container_input_fd(const struct tlm_container_input *input, uint64_t *base)
{
    *base = input->base;
    return input->fd;
}

uint64_t tlm__container_input_offset(const struct tlm_container_input *input)
{
    return input->loaded - (input->len - input->at);
}

/* ---- open and close ------------------------------------------------------------------------- */

static enum tlm_code look_at(struct tlm_container_input *input, struct tlm_error *error)
{
    struct stat status;
    if (fstat(input->fd, &status) < 0)
        return tlm__fail_errno(error, TLM_IO, errno, "cannot open %s", input->name);
    if (S_ISDIR(status.st_mode))
        return tlm__fail(error, TLM_INPUT, "%s is a directory", input->name);
    off_t here = input->owned ? 0 : lseek(input->fd, 0, SEEK_CUR);
    input->can_seek = (S_ISREG(status.st_mode) || S_ISBLK(status.st_mode)) && here >= 0;
    input->base = input->can_seek ? (uint64_t)here : 0;
    input->size = TLM_SIZE_UNKNOWN;
    /* some files of /proc and /sys say 0 and are not empty */
    if (input->can_seek && S_ISREG(status.st_mode) && status.st_size > here)
        input->size = (uint64_t)(status.st_size - here);
    input->cap = input->can_seek ? WINDOW_FILE : WINDOW_PIPE;
    return TLM_OK;
}

static int open_retrying(const char *path)
{
    int fd;
    do
        fd = open(path, O_RDONLY | O_CLOEXEC | O_NOCTTY);
    while (fd < 0 && errno == EINTR);
    return fd;
}

enum tlm_code tlm__container_input_open(struct tlm_container_input **input, const char *path,
                                        int fd, struct tlm_error *error)
{
    bool standard = fd < 0 && strcmp(path, "-") == 0;
    const char *name = standard ? "<stdin>" : path;
    struct tlm_container_input *made = calloc(1, sizeof *made + strlen(name) + 1);
    if (!made)
        return tlm__fail_memory(error, sizeof *made);
    strcpy(made->name, name);
    made->owned = fd < 0 && !standard;
    made->fd = made->owned ? open_retrying(path) : standard ? STDIN_FILENO : fd;
    enum tlm_code code = made->fd < 0
                             ? tlm__fail_errno(error, TLM_IO, errno, "cannot open %s", name)
                             : look_at(made, error);
    if (!code && !(made->window = malloc(made->cap)))
        code = tlm__fail_memory(error, made->cap);
    if (code)
        tlm__container_input_free(made);
    else
        *input = made;
    return code;
}

void tlm__container_input_put_back(struct tlm_container_input *input, const uint8_t *bytes,
                                   size_t len)
{
    if (input->can_seek) {
        input->base -= len;
        input->size += input->size == TLM_SIZE_UNKNOWN ? 0 : len;
        return;
    }
    memcpy(input->window, bytes, len);
    input->len = len;
    input->loaded = len;
}

void tlm__container_input_free(struct tlm_container_input *input)
{
    if (!input)
        return;
    if (input->owned && input->fd >= 0)
        close(input->fd); /* it was only read */
    free(input->window);
    free(input);
}

/* ---- reading -------------------------------------------------------------------------------- */

static enum tlm_code fail_read(const struct tlm_container_input *input, struct tlm_error *error)
{
    return tlm__fail_errno(error, TLM_IO, errno, "cannot read %s", input->name);
}

/* One successful read; 0 at the end only. */
static ssize_t read_once(const struct tlm_container_input *input, uint64_t offset, void *bytes,
                         size_t len)
{
    struct pollfd ready = {.fd = input->fd, .events = POLLIN};
    for (;;) {
        ssize_t n = input->can_seek ? pread(input->fd, bytes, len, (off_t)(input->base + offset))
                                    : read(input->fd, bytes, len);
        if (n >= 0 || (errno != EINTR && errno != EAGAIN))
            return n;
        if (errno == EAGAIN && poll(&ready, 1, -1) < 0 && errno != EINTR)
            return -1;
    }
}

bool tlm__container_input_would_wait(const struct tlm_container_input *input)
{
    struct pollfd ready = {.fd = input->fd, .events = POLLIN};
    return !input->can_seek && input->at == input->len && poll(&ready, 1, 0) == 0;
}

static enum tlm_code read_full(const struct tlm_container_input *input, uint64_t offset,
                               uint8_t *bytes, size_t len, size_t *got, struct tlm_error *error)
{
    size_t done = 0;
    if (offset > INT64_MAX - input->base - len) /* behind what a file can be */
        len = 0;
    while (done < len) {
        ssize_t n = read_once(input, offset + done, bytes + done, len - done);
        if (n < 0)
            return fail_read(input, error);
        if (n == 0)
            break;
        done += (size_t)n;
    }
    *got = done;
    return TLM_OK;
}

enum tlm_code tlm__container_input_peek(struct tlm_container_input *input, size_t want,
                                        const uint8_t **bytes, size_t *len, struct tlm_error *error)
{
    if (want > TLM_PEEK_MAX)
        want = TLM_PEEK_MAX;
    size_t left = input->len - input->at;
    if (left < want && input->at) {
        memmove(input->window, input->window + input->at, left);
        input->at = 0;
        input->len = left;
    }
    while (input->len - input->at < want) {
        ssize_t n =
            read_once(input, input->loaded, input->window + input->len, input->cap - input->len);
        if (n < 0)
            return fail_read(input, error);
        if (n == 0)
            break;
        input->len += (size_t)n;
        input->loaded += (uint64_t)n;
    }
    *bytes = input->window + input->at;
    *len = input->len - input->at;
    return TLM_OK;
}

/* Takes from the window what is there. */
static size_t from_window(struct tlm_container_input *input, uint8_t *bytes, size_t len)
{
    size_t left = input->len - input->at;
    if (len > left)
        len = left;
    if (len && bytes)
        memcpy(bytes, input->window + input->at, len);
    input->at += len;
    return len;
}

enum tlm_code tlm__container_input_take(struct tlm_container_input *input, void *bytes, size_t len,
                                        size_t *got, struct tlm_error *error)
{
    size_t had = from_window(input, bytes, len), more = 0;
    enum tlm_code code = TLM_OK;
    if (had < len) { /* past the window */
        input->at = input->len = 0;
        code = read_full(input, input->loaded, (uint8_t *)bytes + had, len - had, &more, error);
    }
    if (code)
        return code;
    input->loaded += more;
    *got = had + more;
    return TLM_OK;
}

void tlm__container_input_seek(struct tlm_container_input *input, uint64_t offset)
{
    uint64_t start = input->loaded - input->len; /* of the window */
    if (offset >= start && offset <= input->loaded) {
        input->at = (size_t)(offset - start);
        return;
    }
    input->loaded = offset;
    input->at = input->len = 0;
}

enum tlm_code tlm__container_input_skip(struct tlm_container_input *input, uint64_t len,
                                        uint64_t *got, struct tlm_error *error)
{
    if (input->can_seek) {
        tlm__container_input_seek(input, tlm__container_input_offset(input) + len);
        *got = len;
        return TLM_OK;
    }
    for (uint64_t done = *got = 0; done < len; *got = done) {
        const uint8_t *bytes;
        size_t there = 0;
        enum tlm_code code = tlm__container_input_peek(input, 1, &bytes, &there, error);
        if (code || !there)
            return code;
        done += from_window(input, NULL, len - done < there ? (size_t)(len - done) : there);
    }
    return TLM_OK;
}

enum tlm_code tlm__container_input_at(const struct tlm_container_input *input, uint64_t offset,
                                      void *bytes, size_t len, size_t *got, struct tlm_error *error)
{
    return read_full(input, offset, bytes, len, got, error);
}
