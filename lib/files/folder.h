/* The folder that output goes to. One thread at a time. */
#ifndef TLM_FILES_FOLDER_H
#define TLM_FILES_FOLDER_H

#include <sys/stat.h>
#include <sys/types.h>

#include "tlm.h"

struct tlm_folder {
    int fd;     /* O_DIRECTORY */
    char *path; /* as given, for messages and part paths; "." for the current one */
    /* Inodes that must never be replaced. */
    struct tlm_inode {
        dev_t device;
        ino_t inode;
    } * inputs;
    size_t n_inputs;
    bool sync_warned;
};

/* Opens the folder, following symbolic links; "" is the current one. With create, missing folders
 * on the way are made (0777 & ~umask) and each is fsynced into its parent; it does not matter when
 * another process makes the same ones. TLM_IO names the folder of the path that is in the way.
 * folder is only set on TLM_OK. */
enum tlm_code tlm__folder_open(struct tlm_folder *folder, const char *path, bool create,
                               struct tlm_error *error);
void tlm__folder_release(struct tlm_folder *folder);
/* Remembers the inodes of these paths, in addition to earlier ones. "-" is standard input, which
 * counts when it is a regular file; what does not exist is passed over. */
enum tlm_code tlm__folder_protect(struct tlm_folder *folder, const char *const *paths, size_t n,
                                  struct tlm_error *error);
/* True when this inode was remembered. */
bool tlm__folder_protects(const struct tlm_folder *folder, const struct stat *file);
/* fsync; a file system that cannot (EINVAL) is TLM_OK and said once through note (may be NULL). */
enum tlm_code tlm__folder_sync(struct tlm_folder *folder,
                               void (*note)(void *ctx, const char *message), void *ctx,
                               struct tlm_error *error);
/* The path of a file in it: "dir/name", in the current folder just "name" ("./-name" where it
 * could be taken for an option). Heap, or NULL when memory is out. */
char *tlm__folder_join(const struct tlm_folder *folder, const char *name);

#endif
