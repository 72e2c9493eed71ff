#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <unistd.h>

#include "base/error.h"
#include "files/publish.h"
#include "recover.h"

static const char suffix[] = ".partial";

/* ---- names ---------------------------------------------------------------------------------- */

static const char *base_name(const char *path)
{
    const char *slash = strrchr(path, '/');
    return slash ? slash + 1 : path;
}

/* Where ".partial" or ".partial.N" begins at the end of a name; NULL: it does not end so. */
static const char *find_suffix(const char *name)
{
    const char *end = name + strlen(name), *digits = end;
    while (digits > name && digits[-1] >= '0' && digits[-1] <= '9')
        digits--;
    if (digits < end && digits > name && digits[-1] == '.')
        end = digits - 1;
    size_t len = strlen(suffix);
    return (size_t)(end - name) > len && memcmp(end - len, suffix, len) == 0 ? end - len : NULL;
}

bool tlm_partial_target(const char *path, char *target, size_t size)
{
    const char *name = base_name(path), *end = *name == '.' ? find_suffix(name) : NULL;
    if (!end || end == name + 1)
        return false;
    size_t folder = (size_t)(name - path), len = (size_t)(end - name) - 1;
    if (folder + len + 1 > size)
        return false;
    memmove(target, path, folder);
    memmove(target + folder, name + 1, len);
    target[folder + len] = '\0';
    return true;
}

/* ---- the partial ---------------------------------------------------------------------------- */

struct finish {
    const struct tlm_recover_options *options;
    char *output; /* path of the part */
    struct tlm_folder folder;
    struct tlm_target target; /* whose partial is the file at hand */
    int fd;
};

static enum tlm_code fail_partial(const struct finish *finish, struct tlm_error *error)
{
    return tlm__fail_errno(error, TLM_IO, errno, "%s", finish->options->path);
}

/* A partial that was set aside has another name than a writer gives it. */
static enum tlm_code make_target(struct finish *finish, struct tlm_error *error)
{
    const char *path = finish->options->path;
    enum tlm_code code = tlm__target_init(&finish->target, &finish->folder,
                                          base_name(finish->output), finish->options->force, error);
    if (code)
        return code;
    char *partial = strdup(base_name(path)), *partial_path = strdup(path);
    if (!partial || !partial_path) {
        free(partial);
        free(partial_path);
        return tlm__fail_memory(error, strlen(path));
    }
    free(finish->target.partial);
    free(finish->target.partial_path);
    finish->target.partial = partial;
    finish->target.partial_path = partial_path;
    return TLM_OK;
}

static enum tlm_code find_target(struct finish *finish, struct tlm_error *error)
{
    const char *path = finish->options->path;
    size_t size = strlen(path) + 1;
    finish->output = malloc(size);
    char *folder = strndup(path, (size_t)(base_name(path) - path));
    enum tlm_code code = TLM_OK;
    if (!finish->output || !folder)
        code = tlm__fail_memory(error, size);
    else if (!tlm_partial_target(path, finish->output, size))
        code =
            tlm__fail(error, TLM_ARGUMENT, "%s is not named like a partial: .NAME.partial", path);
    if (!code)
        code = tlm__folder_open(&finish->folder, folder, false, error);
    if (!code)
        code = make_target(finish, error);
    free(folder);
    return code;
}

static enum tlm_code lock_partial(struct finish *finish, struct tlm_error *error)
{
    const char *name = finish->target.partial, *path = finish->options->path;
    const int flags = O_RDWR | O_NOFOLLOW | O_NOCTTY | O_NONBLOCK | O_CLOEXEC;
    struct stat file;
    int result;
    finish->fd = openat(finish->folder.fd, name, flags);
    if (finish->fd < 0 || fstat(finish->fd, &file) != 0)
        return fail_partial(finish, error);
    if (!S_ISREG(file.st_mode))
        return tlm__fail(error, TLM_INPUT, "%s is not a regular file", path);
    do
        result = flock(finish->fd, LOCK_EX | LOCK_NB);
    while (result != 0 && errno == EINTR);
    if (result != 0 && errno == EWOULDBLOCK)
        return tlm__fail(error, TLM_LOCKED, "%s is being written by another process", path);
    if (result != 0)
        return fail_partial(finish, error);
    bool ours = tlm__target_is_file(&finish->target, name, finish->fd);
    if (!ours && errno && errno != ENOENT)
        return fail_partial(finish, error);
    if (!ours)
        return tlm__fail(error, TLM_LOCKED, "%s was just finished or replaced", path);
    return TLM_OK;
}

/* ---- in place ------------------------------------------------------------------------------- */

/* False: see errno. */
static bool write_at(int fd, const char *text, size_t len, off_t at)
{
    while (len > 0) {
        ssize_t n = pwrite(fd, text, len, at);
        if (n == 0)
            errno = EIO;
        if (n == 0 || (n < 0 && errno != EINTR))
            return false;
        text += n > 0 ? n : 0;
        at += n > 0 ? n : 0;
        len -= n > 0 ? (size_t)n : 0;
    }
    return true;
}

static bool cut(int fd, uint64_t bytes)
{
    int result;
    do
        result = ftruncate(fd, (off_t)bytes);
    while (result != 0 && errno == EINTR);
    return result == 0;
}

static bool sync_file(int fd)
{
    int result;
    do
        result = fsync(fd);
    while (result != 0 && errno == EINTR);
    return result == 0;
}

static enum tlm_code patch(const struct finish *finish, const struct tlm_rescue *rescue,
                           struct tlm_error *error)
{
    char texts[TLM_FIGURES][TLM_FIGURE_WIDTH];
    tlm__rescue_figures(rescue, texts);
    for (size_t i = 0; i < TLM_FIGURES; i++) {
        off_t at = (off_t)rescue->figures.offsets[i];
        if (at && !write_at(finish->fd, texts[i], TLM_FIGURE_WIDTH, at))
            return fail_partial(finish, error);
    }
    return TLM_OK;
}

static enum tlm_code cut_and_publish(struct finish *finish, const struct tlm_rescue *rescue,
                                     struct tlm_error *error)
{
    const struct tlm_recover_options *options = finish->options;
    if (!cut(finish->fd, rescue->good_end))
        return fail_partial(finish, error);
    enum tlm_code code = patch(finish, rescue, error);
    if (!code && !sync_file(finish->fd))
        code = fail_partial(finish, error);
    if (!code)
        code = tlm__target_publish(&finish->target, finish->fd, error);
    return code ? code : tlm__folder_sync(&finish->folder, options->on_note, options->ctx, error);
}

/* Nothing is lost but what may be behind the last good block. */
static bool is_whole_but_end(const struct tlm_rescue *rescue)
{
    const struct tlm_recovery *result = rescue->result;
    return result->own_header && tlm__salvage_info(rescue->salvage)->own_sync &&
           result->lost_bytes == result->bytes - rescue->good_end;
}

/* The writer died between link and unlink of publishing: the part is there, and is this file. */
static enum tlm_code drop_name(const struct finish *finish, struct tlm_error *error)
{
    return unlinkat(finish->folder.fd, finish->target.partial, 0) == 0
               ? TLM_OK
               : fail_partial(finish, error);
}

/* *anew: the part cannot be made of the file itself, which was left as it is. */
static enum tlm_code finish_in_place(struct finish *finish, struct tlm_recovery *recovery,
                                     bool *anew, struct tlm_error *error)
{
    struct tlm_rescue rescue = {.options = finish->options, .result = recovery};
    enum tlm_code code = tlm__rescue_run(&rescue, finish->fd, error);
    *anew = !code && !is_whole_but_end(&rescue);
    if (!code && !*anew) {
        recovery->in_place = true;
        if (tlm__target_is_file(&finish->target, finish->target.name, finish->fd))
            code = drop_name(finish, error);
        else
            code = cut_and_publish(finish, &rescue, error);
    }
    tlm__rescue_release(&rescue);
    return code;
}

/* The part is made anew, for which the partial has to be out of the way and not locked. */
static enum tlm_code finish_anew(struct finish *finish, struct tlm_recovery *recovery,
                                 struct tlm_error *error)
{
    struct tlm_recover_options options = *finish->options;
    options.output = finish->output;
    options.on_lost = NULL; /* they have been told */
    close(finish->fd);
    finish->fd = -1;
    return tlm_recover(&options, recovery, error);
}

static void release(struct finish *finish)
{
    if (finish->fd >= 0)
        close(finish->fd);
    tlm__target_release(&finish->target);
    if (finish->folder.path)
        tlm__folder_release(&finish->folder);
    free(finish->output);
}

enum tlm_code tlm_recover_finish(const struct tlm_recover_options *options,
                                 struct tlm_recovery *recovery, struct tlm_error *error)
{
    struct finish finish = {.options = options, .folder = {.fd = -1}, .fd = -1};
    bool anew = false;
    *recovery = (struct tlm_recovery){0};
    enum tlm_code code = find_target(&finish, error);
    if (!code)
        code = lock_partial(&finish, error);
    if (!code && !tlm__target_is_file(&finish.target, finish.target.name, finish.fd))
        code = tlm__target_check(&finish.target, error);
    if (!code)
        code = finish_in_place(&finish, recovery, &anew, error);
    if (!code && anew)
        code = finish_anew(&finish, recovery, error);
    release(&finish);
    return code;
}
