/*
 * One output file on its way: .NAME.partial, locked, until it is published as NAME; or a stream
 * (stdout, a fifo, a device) that is written as it is.
 *
 * The order that makes a part safe: write, patch, sync, publish, free. A part belongs to one thread
 * at a time; different parts of one folder share the folder and so that thread.
 */
#ifndef TLM_FILES_PART_H
#define TLM_FILES_PART_H

#include "files/folder.h"

struct tlm_part_file;

struct tlm_part_request {
    struct tlm_folder *folder;                       /* must outlive the part */
    const char *name;                                /* file name in it; copied */
    bool force;                                      /* publishing may replace a regular file */
    uint64_t lock_wait_ns;                           /* by a clock that does not jump */
    void (*on_note)(void *ctx, const char *message); /* a leftover that was set aside; or NULL */
    void *ctx;                                       /* both must outlive the part */
};

/* Creates and locks .NAME.partial (0666 & ~umask, never through a symlink). An unlocked leftover
 * of a dead writer is set aside as .NAME.partial.1 (.2, ...) and noted, unless it is empty: then
 * it is reused. After a lock is won the name must still be that inode, else it starts over; and
 * NAME is looked at again, since the other writer may just have published it.
 * TLM_LOCKED: somebody holds it (message with the process id where the system tells);
 * TLM_EXISTS: NAME exists and not force, or it is no regular file, or an input of the folder; or
 * what is planted at the partial's name is no regular file. Nothing of ours is left then. */
enum tlm_code tlm__part_create(struct tlm_part_file **part, const struct tlm_part_request *request,
                               struct tlm_error *error);
/* An open descriptor that is written as it is and never published: stdout, /dev/null, a fifo.
 * close_fd: tlm__part_free closes it. On an error the descriptor is still the caller's. */
enum tlm_code tlm__part_from_fd(struct tlm_part_file **part, int fd, bool close_fd,
                                const char *label, struct tlm_error *error);
/* *special: path, links followed, is a fifo, a device or a socket, so that writing goes into it
 * and not into a new file of that name. A directory is TLM_ARGUMENT; a path that does not exist or
 * cannot be looked at is not special. */
enum tlm_code tlm__output_is_special(const char *path, bool *special, struct tlm_error *error);
/* Opens such a path for writing, as a stream. A fifo blocks until it has a reader. */
enum tlm_code tlm__part_open_special(struct tlm_part_file **part, const char *path,
                                     struct tlm_error *error);

/* Appends all len bytes: short writes, EINTR and EAGAIN (by poll) are taken care of. TLM_IO: the
 * size counts what went in before. */
enum tlm_code tlm__part_write(struct tlm_part_file *part, const void *bytes, size_t len,
                              struct tlm_error *error);
/* Appends len bytes of an open file from byte `offset` on, without passing them through this
 * process where the system can. TLM_DAMAGED: the file ends before. */
enum tlm_code tlm__part_copy(struct tlm_part_file *part, int from_fd, uint64_t offset, uint64_t len,
                             struct tlm_error *error);
/* Overwrites bytes at an offset already written. TLM_ARGUMENT for streams and beyond the size. */
enum tlm_code tlm__part_patch(struct tlm_part_file *part, uint64_t offset, const void *bytes,
                              size_t len, struct tlm_error *error);
/* fsync. A stream that has nothing to sync (pipe, terminal) is TLM_OK. After a failure the state
 * of what was written is unknown: the same error comes back for ever, and from publish too. */
enum tlm_code tlm__part_sync(struct tlm_part_file *part, struct tlm_error *error);
/* For a part that goes on: the partial's name is safe then, too. */
enum tlm_code tlm__part_sync_partial(struct tlm_part_file *part, struct tlm_error *error);
bool tlm__part_is_stream(const struct tlm_part_file *part);           /* from a descriptor */
const char *tlm__part_path(const struct tlm_part_file *part);         /* final path, or label */
const char *tlm__part_partial_path(const struct tlm_part_file *part); /* "" for a stream */
uint64_t tlm__part_size(const struct tlm_part_file *part);            /* bytes written */

/* Publishes under the final name without replacing anything (renameat2 NOREPLACE, else link and
 * unlink, see tlm__rename_new; plain rename with force, but never onto an inode of `inputs` of the
 * folder), then fsyncs the folder unless durable is false. Errors of a delayed write (network file
 * systems) are asked for first. On an error the partial stays, except when the folder's fsync
 * failed: then the file has its name, which a power loss may undo. Streams: nothing to do. */
enum tlm_code tlm__part_publish(struct tlm_part_file *part, bool durable, struct tlm_error *error);
/* Removes a partial that is not wanted: it holds no data. The part can only be freed then. */
void tlm__part_discard(struct tlm_part_file *part);
/* Closes and frees; a partial that was not published stays. NULL is fine. */
void tlm__part_free(struct tlm_part_file *part);

#endif
