#include "files/retention.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/error.h"

#define SECOND_NS INT64_C(1000000000)

/* ---- order ---------------------------------------------------------------------------------- */

static int compare_numbers(int64_t a, int64_t b)
{
    return (a > b) - (a < b);
}

static int by_name(const void *a, const void *b)
{
    const struct tlm_set_part *x = a, *y = b;
    if (x->turn != y->turn)
        return x->turn < y->turn ? -1 : 1;
    return strverscmp(x->path, y->path);
}

static int by_time(const void *a, const void *b)
{
    const struct tlm_set_part *x = a, *y = b;
    if (x->turn != y->turn)
        return x->turn < y->turn ? -1 : 1;
    int order = compare_numbers(x->last_ns, y->last_ns);
    if (order == 0)
        order = compare_numbers(x->first_ns, y->first_ns);
    return order ? order : by_name(a, b);
}

void tlm__retention_order(struct tlm_set_part *parts, size_t n)
{
    bool all_have_times = true;
    for (size_t i = 0; i < n; i++)
        all_have_times = all_have_times && parts[i].has_times;
    if (n)
        qsort(parts, n, sizeof *parts, all_have_times ? by_time : by_name);
}

static int by_inode(const void *a, const void *b)
{
    const struct tlm_inode *x = &((const struct tlm_set_part *)a)->inode;
    const struct tlm_inode *y = &((const struct tlm_set_part *)b)->inode;
    if (x->device != y->device)
        return x->device < y->device ? -1 : 1;
    if (x->inode != y->inode)
        return x->inode < y->inode ? -1 : 1;
    return by_name(a, b);
}

size_t tlm__retention_unique(struct tlm_set_part *parts, size_t n)
{
    size_t left = 0;
    if (n)
        qsort(parts, n, sizeof *parts, by_inode);
    for (size_t i = 0; i < n; i++) {
        const struct tlm_inode *last = left ? &parts[left - 1].inode : NULL;
        if (!last || last->device != parts[i].inode.device || last->inode != parts[i].inode.inode)
            parts[left++] = parts[i];
    }
    return left;
}

/* ---- decision ------------------------------------------------------------------------------- */

/* A part from the future is not old. */
static bool is_older(const struct tlm_set_part *part, uint64_t age_ns, int64_t now_ns)
{
    return part->finished_ns < now_ns && (uint64_t)now_ns - (uint64_t)part->finished_ns > age_ns;
}

size_t tlm__retention_decide(struct tlm_set_part *parts, size_t n,
                             const struct tlm_retention *retention, int64_t now_ns)
{
    size_t going = 0, newer = 0;
    uint64_t bytes = 0; /* of this part and all newer ones */
    for (size_t i = n; i-- > 0; newer++) {
        struct tlm_set_part *part = &parts[i];
        if (__builtin_add_overflow(bytes, part->bytes, &bytes))
            bytes = UINT64_MAX;
        part->limits = 0;
        if (newer == 0)
            continue;
        if (retention->keep_parts && newer >= retention->keep_parts)
            part->limits |= TLM_PASSED_PARTS;
        if (retention->keep_bytes && bytes > retention->keep_bytes)
            part->limits |= TLM_PASSED_BYTES;
        if (retention->keep_age_ns && is_older(part, retention->keep_age_ns, now_ns))
            part->limits |= TLM_PASSED_AGE;
        going += part->limits != 0;
    }
    return going;
}

/* ---- files ---------------------------------------------------------------------------------- */

void tlm__set_part_stat(struct tlm_set_part *part, const struct stat *file)
{
    part->inode = (struct tlm_inode){file->st_dev, file->st_ino};
    part->bytes = (uint64_t)file->st_size;
    if (__builtin_mul_overflow((int64_t)file->st_mtim.tv_sec, SECOND_NS, &part->finished_ns) ||
        __builtin_add_overflow(part->finished_ns, file->st_mtim.tv_nsec, &part->finished_ns))
        part->finished_ns = file->st_mtim.tv_sec < 0 ? INT64_MIN : INT64_MAX;
}

/* An inode alone may be that of a later file. */
static bool is_as_seen(const struct tlm_set_part *part, const struct stat *file)
{
    struct tlm_set_part now;
    tlm__set_part_stat(&now, file);
    return now.inode.device == part->inode.device && now.inode.inode == part->inode.inode &&
           now.bytes == part->bytes && now.finished_ns == part->finished_ns;
}

enum tlm_code tlm__set_part_remove(const struct tlm_set_part *part, const struct tlm_folder *folder,
                                   const char *name, bool *removed, struct tlm_error *error)
{
    struct stat file;
    int failed = 0;
    *removed = false;
    if (fstatat(folder->fd, name, &file, AT_SYMLINK_NOFOLLOW) != 0)
        failed = errno;
    else if (!is_as_seen(part, &file))
        return TLM_OK;
    else if (unlinkat(folder->fd, name, 0) != 0)
        failed = errno;
    if (failed && failed != ENOENT)
        return tlm__fail_errno(error, TLM_IO, failed, "%s: cannot be deleted", part->path);
    *removed = !failed;
    return TLM_OK;
}
