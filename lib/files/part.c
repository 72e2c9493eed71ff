#include "files/part.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/error.h"
#include "files/partial.h"
#include "files/publish.h"

struct tlm_part_file {
    int fd;
    bool close_fd;
    char *label;              /* of a stream, else NULL */
    struct tlm_target target; /* empty for a stream */
    uint64_t size;
    int sync_errno; /* of the fsync that failed, or 0 */
    bool named;     /* the partial is there under its name and ours */
    bool name_safe; /* and the folder was synced since */
    void (*on_note)(void *ctx, const char *message);
    void *ctx;
};

/* What errors name: the file that the bytes are in now. */
static const char *current_path(const struct tlm_part_file *part)
{
    if (part->label)
        return part->label;
    return part->named ? part->target.partial_path : part->target.path;
}

static enum tlm_code fail_io(const struct tlm_part_file *part, int sys_errno,
                             struct tlm_error *error)
{
    return tlm__fail_errno(error, TLM_IO, sys_errno, "%s", current_path(part));
}

/* ---- opening -------------------------------------------------------------------------------- */

/* Locks the partial of part->target into part->fd, with NAME looked at before and after. */
static enum tlm_code lock_target(struct tlm_part_file *part, const struct tlm_part_request *request,
                                 struct tlm_error *error)
{
    struct tlm_partial_wait wait = {request->lock_wait_ns, request->on_note, request->ctx};
    enum tlm_code code = tlm__target_check(&part->target, error);
    if (code != TLM_OK)
        return code;
    code = tlm__partial_lock(&part->target, &wait, &part->fd, error);
    if (code != TLM_OK)
        return code;
    part->named = true;
    code = tlm__target_check(&part->target, error);
    if (code != TLM_OK)
        tlm__part_discard(part);
    return code;
}

enum tlm_code tlm__part_create(struct tlm_part_file **part, const struct tlm_part_request *request,
                               struct tlm_error *error)
{
    struct tlm_part_file *made = calloc(1, sizeof *made);
    if (!made)
        return tlm__fail_memory(error, sizeof *made);
    made->fd = -1;
    made->close_fd = true;
    made->on_note = request->on_note;
    made->ctx = request->ctx;
    enum tlm_code code =
        tlm__target_init(&made->target, request->folder, request->name, request->force, error);
    if (code == TLM_OK)
        code = lock_target(made, request, error);
    if (code != TLM_OK) {
        tlm__part_free(made);
        return code;
    }
    *part = made;
    return TLM_OK;
}

enum tlm_code tlm__part_from_fd(struct tlm_part_file **part, int fd, bool close_fd,
                                const char *label, struct tlm_error *error)
{
    struct tlm_part_file *made = calloc(1, sizeof *made);
    char *copy = strdup(label);
    if (!made || !copy) {
        free(made);
        free(copy);
        return tlm__fail_memory(error, sizeof *made);
    }
    made->fd = fd;
    made->close_fd = close_fd;
    made->label = copy;
    *part = made;
    return TLM_OK;
}

enum tlm_code tlm__output_is_special(const char *path, bool *special, struct tlm_error *error)
{
    struct stat file;
    if (stat(path, &file) != 0) {
        *special = false;
        return TLM_OK;
    }
    if (S_ISDIR(file.st_mode))
        return tlm__fail(error, TLM_ARGUMENT, "%s is a directory", path);
    *special = !S_ISREG(file.st_mode);
    return TLM_OK;
}

enum tlm_code tlm__part_open_special(struct tlm_part_file **part, const char *path,
                                     struct tlm_error *error)
{
    int fd;
    do
        fd = open(path, O_WRONLY | O_NOCTTY | O_CLOEXEC);
    while (fd < 0 && errno == EINTR);
    if (fd < 0)
        return tlm__fail_errno(error, TLM_IO, errno, "%s", path);
    struct stat file;
    enum tlm_code code;
    if (fstat(fd, &file) != 0)
        code = tlm__fail_errno(error, TLM_IO, errno, "%s", path);
    else if (S_ISREG(file.st_mode))
        code = tlm__fail(error, TLM_EXISTS, "%s became a regular file", path);
    else
        code = tlm__part_from_fd(part, fd, true, path, error);
    if (code != TLM_OK)
        close(fd);
    return code;
}

/* ---- writing -------------------------------------------------------------------------------- */

/* What to do after a write that returned n: 0 go on, else the errno to report. */
static int after_write(int fd, ssize_t n)
{
    if (n > 0)
        return 0;
    if (n == 0)
        return EIO; /* a write of some bytes that takes none, without a reason, would go on for ever
                     */
    if (errno == EINTR)
        return 0;
    if (errno != EAGAIN && errno != EWOULDBLOCK)
        return errno;
    struct pollfd writable = {.fd = fd, .events = POLLOUT};
    if (poll(&writable, 1, -1) < 0 && errno != EINTR)
        return errno;
    return 0;
}

enum tlm_code tlm__part_write(struct tlm_part_file *part, const void *bytes, size_t len,
                              struct tlm_error *error)
{
    const char *from = bytes;
    while (len > 0) {
        ssize_t n = write(part->fd, from, len);
        int failed = after_write(part->fd, n);
        if (failed)
            return fail_io(part, failed, error);
        if (n > 0) {
            from += n;
            len -= (size_t)n;
            part->size += (uint64_t)n;
        }
    }
    return TLM_OK;
}

#define PIECE_BYTES ((size_t)1 << 18)

/* By way of this process, where the system cannot copy between these files. */
static enum tlm_code copy_piece(struct tlm_part_file *part, int from_fd, uint64_t offset,
                                uint64_t len, ssize_t *copied, struct tlm_error *error)
{
    size_t size = len < PIECE_BYTES ? (size_t)len : PIECE_BYTES;
    char *piece = malloc(size);
    if (!piece)
        return tlm__fail_memory(error, size);
    do
        *copied = pread(from_fd, piece, size, (off_t)offset);
    while (*copied < 0 && errno == EINTR);
    enum tlm_code code = *copied < 0 ? tlm__fail_errno(error, TLM_IO, errno, "reading an input")
                                     : tlm__part_write(part, piece, (size_t)*copied, error);
    free(piece);
    return code;
}

static bool cannot_copy(int failed)
{
    return failed == EXDEV || failed == EINVAL || failed == ENOSYS || failed == EOPNOTSUPP ||
           failed == EBADF || failed == EPERM || failed == ETXTBSY;
}

enum tlm_code tlm__part_copy(struct tlm_part_file *part, int from_fd, uint64_t offset, uint64_t len,
                             struct tlm_error *error)
{
    enum tlm_code code = TLM_OK;
    while (len > 0 && !code) {
        off64_t from = (off64_t)offset;
        ssize_t n = copy_file_range(from_fd, &from, part->fd, NULL, (size_t)len, 0);
        if (n > 0)
            part->size += (uint64_t)n;
        else if (n < 0 && cannot_copy(errno))
            code = copy_piece(part, from_fd, offset, len, &n, error);
        else if (n < 0 && errno != EINTR)
            return fail_io(part, errno, error);
        if (!code && n == 0)
            code = tlm__fail(error, TLM_DAMAGED, "an input got shorter while it was copied");
        offset += n > 0 ? (uint64_t)n : 0;
        len -= n > 0 ? (uint64_t)n : 0;
    }
    return code;
}

enum tlm_code tlm__part_patch(struct tlm_part_file *part, uint64_t offset, const void *bytes,
                              size_t len, struct tlm_error *error)
{
    if (part->label)
        return tlm__fail(error, TLM_ARGUMENT, "%s: a stream cannot be patched", part->label);
    if (len > part->size || offset > part->size - len)
        return tlm__fail(error, TLM_ARGUMENT, "%s: patch beyond the end", current_path(part));
    const char *from = bytes;
    while (len > 0) {
        ssize_t n = pwrite(part->fd, from, len, (off_t)offset);
        int failed = after_write(part->fd, n);
        if (failed)
            return fail_io(part, failed, error);
        if (n > 0) {
            from += n;
            len -= (size_t)n;
            offset += (uint64_t)n;
        }
    }
    return TLM_OK;
}

/* ---- finishing ------------------------------------------------------------------------------ */

static enum tlm_code sync_failed(const struct tlm_part_file *part, struct tlm_error *error)
{
    return tlm__fail_errno(error, TLM_IO, part->sync_errno, "%s: fsync", current_path(part));
}

enum tlm_code tlm__part_sync(struct tlm_part_file *part, struct tlm_error *error)
{
    if (part->sync_errno)
        return sync_failed(part, error);
    int result;
    do
        result = fsync(part->fd);
    while (result != 0 && errno == EINTR);
    if (result == 0)
        return TLM_OK;
    if (part->label && (errno == EINVAL || errno == ENOTSUP || errno == EROFS))
        return TLM_OK;
    part->sync_errno = errno;
    return sync_failed(part, error);
}

enum tlm_code tlm__part_sync_partial(struct tlm_part_file *part, struct tlm_error *error)
{
    enum tlm_code code = tlm__part_sync(part, error);
    if (code || part->label || part->name_safe)
        return code;
    code = tlm__folder_sync(part->target.folder, part->on_note, part->ctx, error);
    part->name_safe = !code;
    return code;
}

bool tlm__part_is_stream(const struct tlm_part_file *part)
{
    return part->label != NULL;
}

const char *tlm__part_path(const struct tlm_part_file *part)
{
    return part->label ? part->label : part->target.path;
}

const char *tlm__part_partial_path(const struct tlm_part_file *part)
{
    return part->label ? "" : part->target.partial_path;
}

uint64_t tlm__part_size(const struct tlm_part_file *part)
{
    return part->size;
}

/* A network file system tells about delayed writes when a descriptor is closed. Closing a duplicate
 * asks for that and keeps the lock, which the rename still needs. */
static enum tlm_code ask_delayed_errors(const struct tlm_part_file *part, struct tlm_error *error)
{
    int copy = fcntl(part->fd, F_DUPFD_CLOEXEC, 0);
    if (copy < 0 || (close(copy) != 0 && errno != EINTR))
        return fail_io(part, errno, error);
    return TLM_OK;
}

enum tlm_code tlm__part_publish(struct tlm_part_file *part, bool durable, struct tlm_error *error)
{
    if (part->label)
        return TLM_OK;
    if (part->sync_errno)
        return sync_failed(part, error);
    enum tlm_code code = ask_delayed_errors(part, error);
    if (code == TLM_OK)
        code = tlm__target_publish(&part->target, part->fd, error);
    if (code != TLM_OK)
        return code;
    part->named = false;
    if (durable)
        code = tlm__folder_sync(part->target.folder, part->on_note, part->ctx, error);
    return code;
}

void tlm__part_discard(struct tlm_part_file *part)
{
    if (part->named && tlm__target_is_file(&part->target, part->target.partial, part->fd))
        unlinkat(part->target.folder->fd, part->target.partial, 0);
    part->named = false;
}

void tlm__part_free(struct tlm_part_file *part)
{
    if (!part)
        return;
    if (part->close_fd && part->fd >= 0)
        close(part->fd);
    tlm__target_release(&part->target);
    free(part->label);
    free(part);
}
