#include "row_pipe.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <pthread.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/eventfd.h>
#include <sys/stat.h>
#include <unistd.h>

#include "rejects.h"
#include "report.h"

enum { PIPE_BYTES = 1 << 20 };
/* How old what is read of a live input may be. */
#define FLUSH_INTERVAL_NS UINT64_C(1000000000)

static const char magic[4] = {'O', 'b', 'j', 1};

struct row_pipe {
    struct row_pipe_options options;
    const char *path;
    bool once;                   /* what it is cannot be opened again: */
    struct tlm_open_input input; /* it stays open here */
    struct tlm_file *file;

    /* Of rows only. */
    struct tlm_row_options rows;
    struct rejects rejects;
    struct tlm_writer *writer;
    struct tlm_feed *feed;
    int read_fd, write_fd; /* of the pipe */
    int wake_fd;           /* readable: nobody reads any more */
    pthread_t thread;
    bool runs;
    enum tlm_code code; /* how the thread ended, with error */
    struct tlm_error error;
};

static enum tlm_code fail(struct tlm_error *error, const char *path, const char *what, int why)
{
    *error = (struct tlm_error){.code = TLM_IO, .sys_errno = why};
    snprintf(error->message, sizeof error->message, "%.500s: %s: %s", path, what, strerror(why));
    return TLM_IO;
}

/* ---- what it is ----------------------------------------------------------------------------- */

/* Reads the first bytes; those of a file stay where they are. */
static bool read_head(struct tlm_open_input *input, off_t at)
{
    struct pollfd ready = {.fd = input->fd, .events = POLLIN};
    while (input->head_len < sizeof magic) {
        uint8_t *to = input->head + input->head_len;
        size_t room = sizeof magic - input->head_len;
        ssize_t n = at < 0 ? read(input->fd, to, room)
                           : pread(input->fd, to, room, at + (off_t)input->head_len);
        if (n == 0)
            return true;
        if (n > 0)
            input->head_len += (size_t)n;
        else if (errno == EAGAIN)
            poll(&ready, 1, -1);
        else if (errno != EINTR)
            return false;
    }
    return true;
}

/* A damaged or empty Avro file is not taken for rows. */
static bool is_named_avro(const char *path)
{
    char target[4096];
    if (tlm_partial_target(path, target, sizeof target))
        return true;
    size_t len = strlen(path);
    return len >= 5 && strcmp(path + len - 5, ".avro") == 0;
}

/* What cannot be looked at is left to the reader of Avro files, which says why. */
static enum tlm_code look(struct row_pipe *pipe, bool *avro, struct tlm_error *error)
{
    struct stat info;
    struct tlm_open_input *input = &pipe->input;
    bool standard = strcmp(pipe->path, "-") == 0;
    *input = (struct tlm_open_input){.name = standard ? "<stdin>" : pipe->path};
    input->fd = standard ? STDIN_FILENO : open(pipe->path, O_RDONLY | O_CLOEXEC | O_NOCTTY);
    *avro = true;
    if (input->fd < 0 || fstat(input->fd, &info) < 0 || S_ISDIR(info.st_mode))
        return TLM_OK;
    bool file = S_ISREG(info.st_mode) || S_ISBLK(info.st_mode);
    pipe->once = !file;
    if (!read_head(input, file ? lseek(input->fd, 0, SEEK_CUR) : -1))
        return fail(error, input->name, "cannot read", errno);
    *avro = is_named_avro(pipe->path) ||
            (input->head_len == sizeof magic && memcmp(input->head, magic, sizeof magic) == 0);
    return TLM_OK;
}

static void close_fd(int *fd)
{
    if (*fd > STDIN_FILENO)
        close(*fd);
    *fd = -1;
}

static enum tlm_code open_avro(struct row_pipe *pipe, struct tlm_error *error)
{
    return pipe->once ? tlm_file_open_input(&pipe->file, &pipe->input, error)
                      : tlm_file_open(&pipe->file, pipe->path, error);
}

/* ---- the thread ----------------------------------------------------------------------------- */

static void on_reject(void *ctx, const struct tlm_reject *reject)
{
    struct row_pipe *pipe = ctx;
    rejects_add(&pipe->rejects, reject);
}

static void on_note(void *ctx, const char *message)
{
    const struct row_pipe *pipe = ctx;
    if (!pipe->options.quiet)
        fprintf(stderr, "tlm %s: %s\n", pipe->options.command, message);
}

static int on_wake(void *ctx)
{
    (void)ctx;
    return 1;
}

static void *convert(void *argument)
{
    struct row_pipe *pipe = argument;
    pipe->code = pipe->once ? tlm_feed_open_input(pipe->feed, &pipe->input, &pipe->error)
                            : tlm_feed_file(pipe->feed, pipe->path, &pipe->error);
    if (!pipe->code)
        pipe->code = tlm_writer_close(pipe->writer, &pipe->error);
    else
        tlm_writer_abandon(pipe->writer, false);
    close_fd(&pipe->write_fd); /* the reader sees the end */
    return NULL;
}

/* With all signals blocked: they are for the main thread, and a pipe that nobody reads any more is
 * an error here, not the end of the program. */
static int start_thread(struct row_pipe *pipe)
{
    sigset_t all, before;
    sigfillset(&all);
    pthread_sigmask(SIG_BLOCK, &all, &before);
    int failed = pthread_create(&pipe->thread, NULL, convert, pipe);
    pthread_sigmask(SIG_SETMASK, &before, NULL);
    pipe->runs = !failed;
    return failed;
}

/* ---- rows ----------------------------------------------------------------------------------- */

static enum tlm_code make_pipe(struct row_pipe *pipe, struct tlm_error *error)
{
    int ends[2];
    pipe->wake_fd = eventfd(0, EFD_CLOEXEC);
    if (pipe->wake_fd < 0 || pipe2(ends, O_CLOEXEC) < 0)
        return fail(error, pipe->input.name, "cannot make a pipe", errno);
    pipe->read_fd = ends[0];
    pipe->write_fd = ends[1];
    (void)fcntl(pipe->write_fd, F_SETPIPE_SZ, PIPE_BYTES); /* fewer turns; it works without */
    return TLM_OK;
}

static enum tlm_code make_writer(struct row_pipe *pipe, struct tlm_error *error)
{
    struct tlm_writer_options writes;
    tlm_writer_options_init(&writes);
    writes.output = pipe->input.name;
    writes.output_fd = pipe->write_fd;
    writes.codec = TLM_CODEC_NULL;
    writes.fsync = TLM_FSYNC_NONE;
    writes.flush_interval_ns = FLUSH_INTERVAL_NS;
    writes.memory_bytes = pipe->options.memory_bytes;
    writes.threads = pipe->options.threads;
    writes.on_note = on_note;
    writes.ctx = pipe;
    return tlm_writer_open(&pipe->writer, &writes, error);
}

static enum tlm_code make_feed(struct row_pipe *pipe, struct tlm_error *error)
{
    struct tlm_row_options *rows = &pipe->rows;
    *rows = *pipe->options.rows;
    rows->on_reject = on_reject;
    rows->on_note = on_note;
    rows->wake_fd = pipe->wake_fd;
    rows->on_wake = on_wake;
    rows->ctx = pipe;
    rejects_only_say(&pipe->rejects, pipe->options.command,
                     pipe->options.quiet || rows->bad_rows == TLM_BAD_SKIP);
    return tlm_feed_new(&pipe->feed, pipe->writer, rows, error);
}

static enum tlm_code open_rows(struct row_pipe *pipe, struct tlm_error *error)
{
    enum tlm_code code = make_pipe(pipe, error);
    if (!code)
        code = make_writer(pipe, error);
    if (!code)
        code = make_feed(pipe, error);
    int failed = code ? 0 : start_thread(pipe);
    if (failed)
        code = fail(error, pipe->input.name, "cannot start a thread", failed);
    const struct tlm_open_input converted = {.fd = pipe->read_fd, .name = pipe->input.name};
    return code ? code : tlm_file_open_input(&pipe->file, &converted, error);
}

/* ---- the end -------------------------------------------------------------------------------- */

/* Ends the thread, wherever it is: waiting for input, or for somebody to read. */
static void stop_thread(struct row_pipe *pipe)
{
    const uint64_t one = 1;
    close_fd(&pipe->read_fd);
    if (!pipe->runs)
        return;
    (void)!write(pipe->wake_fd, &one, sizeof one);
    pthread_join(pipe->thread, NULL);
    pipe->runs = false;
}

/* That nobody reads any more is not what went wrong. */
static bool failed_by_itself(const struct row_pipe *pipe)
{
    bool unread = pipe->code == TLM_IO && pipe->error.sys_errno == EPIPE;
    return pipe->code && pipe->code != TLM_STOPPED && !unread;
}

/* The bad row that was one too many has been said. */
static void shorten_aborted(const struct row_pipe *pipe, struct tlm_error *error)
{
    bool first = pipe->rows.bad_rows == TLM_BAD_ABORT;
    if (error->code == TLM_ABORTED && !pipe->rejects.quiet)
        snprintf(error->message, sizeof error->message, "%.500s: stopped%s", pipe->input.name,
                 first ? " at the first bad row (--bad-rows abort)"
                       : ": too many bad rows (--max-errors)");
}

static void tell_rejected(const struct row_pipe *pipe, bool *left_out)
{
    struct tlm_feed_stats stats;
    char before[600];
    tlm_feed_stats(pipe->feed, &stats);
    bool counts = stats.rejected && pipe->rows.bad_rows == TLM_BAD_REJECT;
    snprintf(before, sizeof before, "tlm %s: %.500s: ", pipe->options.command, pipe->input.name);
    if (counts || !pipe->options.quiet)
        report_rejected(stderr, before, pipe->feed);
    if (counts && left_out)
        *left_out = true;
}

enum tlm_code row_pipe_close(struct row_pipe *pipe, enum tlm_code code, bool *left_out,
                             struct tlm_error *error)
{
    tlm_file_close(pipe->file);
    stop_thread(pipe);
    if (pipe->feed)
        tell_rejected(pipe, left_out);
    if (failed_by_itself(pipe)) {
        code = pipe->code;
        *error = pipe->error;
        shorten_aborted(pipe, error);
    }
    tlm_feed_free(pipe->feed);
    if (pipe->writer)
        tlm_writer_abandon(pipe->writer, false); /* where there was no thread to end it */
    tlm_writer_free(pipe->writer);
    close_fd(&pipe->write_fd);
    close_fd(&pipe->wake_fd);
    close_fd(&pipe->input.fd);
    free(pipe);
    return code;
}

enum tlm_code row_pipe_open(struct row_pipe **pipe, const char *path,
                            const struct row_pipe_options *options, struct tlm_error *error)
{
    bool avro = false;
    struct row_pipe *made = calloc(1, sizeof *made);
    if (!made)
        return fail(error, path, "cannot open", ENOMEM);
    *made = (struct row_pipe){
        .options = *options, .path = path, .read_fd = -1, .write_fd = -1, .wake_fd = -1};
    enum tlm_code code = look(made, &avro, error);
    if (!code && !made->once)
        close_fd(&made->input.fd);
    if (!code)
        code = avro ? open_avro(made, error) : open_rows(made, error);
    if (code)
        return row_pipe_close(made, code, NULL, error);
    *pipe = made;
    return TLM_OK;
}

struct row_pipe_options row_pipe_again(const struct row_pipe_options *options,
                                       struct tlm_row_options *rows)
{
    struct row_pipe_options again = *options;
    *rows = *options->rows;
    if (rows->bad_rows == TLM_BAD_REJECT)
        rows->bad_rows = TLM_BAD_SKIP;
    again.rows = rows;
    again.quiet = true;
    return again;
}

struct tlm_file *row_pipe_file(const struct row_pipe *pipe)
{
    return pipe->file;
}
