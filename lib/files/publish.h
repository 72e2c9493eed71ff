/* From .NAME.partial to NAME: the two names of a part, and what may happen to them. */
#ifndef TLM_FILES_PUBLISH_H
#define TLM_FILES_PUBLISH_H

#include "files/folder.h"

struct tlm_target {
    struct tlm_folder *folder; /* borrowed */
    char *name;                /* in the folder; the others are owned too */
    char *path;                /* with the folder, for messages */
    char *partial;             /* .NAME.partial */
    char *partial_path;
    bool force; /* a regular file of this name may be replaced */
};

/* name must be one file name: no '/', not "", "." or "..". */
enum tlm_code tlm__target_init(struct tlm_target *target, struct tlm_folder *folder,
                               const char *name, bool force, struct tlm_error *error);
void tlm__target_release(struct tlm_target *target);

/* TLM_EXISTS when NAME exists and may not be replaced: without force always; with force when it is
 * no regular file (links are not followed) or one of the inputs. */
enum tlm_code tlm__target_check(const struct tlm_target *target, struct tlm_error *error);
/* Renames the partial, which must still be the file `fd`, to NAME. On an error nothing was
 * renamed. Durability is the caller's business. */
enum tlm_code tlm__target_publish(const struct tlm_target *target, int fd, struct tlm_error *error);
/* True when `name` in the folder is, without following links, the file `fd`. False with another
 * errno than 0 and ENOENT: it cannot be told. */
bool tlm__target_is_file(const struct tlm_target *target, const char *name, int fd);

/* Renames within a folder without ever replacing anything: renameat2(RENAME_NOREPLACE); where the
 * file system has none, link and unlink; where it has no links either (FAT), a look and a plain
 * rename, which leaves a moment in which another program's file of that name could be replaced
 * (writers of ours hold the partial's lock meanwhile). 0 or an errno; EEXIST: `to` exists. */
int tlm__rename_new(int dir_fd, const char *from, const char *to);

#endif
