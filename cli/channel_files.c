#include "channel_files.h"

#include <errno.h>
#include <fts.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "commands.h"
#include "help.h"

/* One collection. */
struct walk {
    struct channel_files *files;
    size_t capacity;
    const char *command;
    int links; /* FTS_LOGICAL: those within folders are followed */
};

static int fail(const struct walk *walk, const char *path, const char *why)
{
    fprintf(stderr, "tlm %s: %s: %s\n", walk->command, path, why);
    return EXIT_FAILED;
}

static int add_path(struct walk *walk, const char *path)
{
    struct channel_files *files = walk->files;
    if (files->n == walk->capacity) {
        size_t capacity = walk->capacity ? 2 * walk->capacity : 16;
        char **paths = realloc(files->paths, capacity * sizeof *paths);
        if (!paths)
            return fail(walk, path, strerror(ENOMEM));
        files->paths = paths;
        walk->capacity = capacity;
    }
    char *copy = strdup(path);
    if (!copy)
        return fail(walk, path, strerror(ENOMEM));
    files->paths[files->n++] = copy;
    return EXIT_CLEAN;
}

/* ---- folders -------------------------------------------------------------------------------- */

static int compare_entries(const FTSENT **a, const FTSENT **b)
{
    return strverscmp((*a)->fts_name, (*b)->fts_name);
}

static bool ends_with(const char *text, const char *end)
{
    size_t len = strlen(text), n = strlen(end);
    return len > n && strcmp(text + len - n, end) == 0;
}

static int visit(struct walk *walk, FTS *tree, FTSENT *entry)
{
    bool hidden = entry->fts_level > 0 && entry->fts_name[0] == '.';
    switch (entry->fts_info) {
    case FTS_D:
        if (hidden)
            fts_set(tree, entry, FTS_SKIP);
        return EXIT_CLEAN;
    case FTS_F:
    case FTS_DEFAULT:
        if (ends_with(entry->fts_name, ".partial"))
            walk->files->n_partials++;
        return !hidden && ends_with(entry->fts_name, ".avro") ? add_path(walk, entry->fts_path)
                                                              : EXIT_CLEAN;
    case FTS_NS:
        if (entry->fts_errno == ENOENT && entry->fts_level > 0) /* just deleted */
            return EXIT_CLEAN;
        return fail(walk, entry->fts_path, strerror(entry->fts_errno));
    case FTS_DNR:
    case FTS_ERR:
        return fail(walk, entry->fts_path, strerror(entry->fts_errno));
    case FTS_DC:
        return fail(walk, entry->fts_path, "is a folder that contains itself");
    default: /* the way back up, links into nowhere */
        return EXIT_CLEAN;
    }
}

static int walk_folder(struct walk *walk, const char *path)
{
    char *root = strdup(path);
    int status = EXIT_CLEAN;
    size_t before = walk->files->n;
    if (!root)
        return fail(walk, path, strerror(ENOMEM));
    /* "run/" would give "run//a.avro" */
    for (size_t len = strlen(root); len > 1 && root[len - 1] == '/'; len--)
        root[len - 1] = '\0';
    FTS *tree = fts_open((char *[]){root, NULL}, walk->links | FTS_NOCHDIR, compare_entries);
    if (!tree)
        status = fail(walk, path, strerror(errno));
    for (FTSENT *entry; tree && !status && (entry = fts_read(tree));)
        status = visit(walk, tree, entry);
    if (tree)
        fts_close(tree);
    free(root);
    walk->files->folder = true;
    if (!status && walk->files->n == before)
        status = fail(walk, path,
                      walk->files->n_partials
                          ? "no .avro file is in this folder, only unfinished .partial files"
                          : "no .avro file is in this folder");
    return status;
}

/* ---- operands ------------------------------------------------------------------------------- */

static bool is_folder(const char *path)
{
    struct stat info;
    return strcmp(path, "-") != 0 && stat(path, &info) == 0 && S_ISDIR(info.st_mode);
}

static int collect(struct walk *walk, const char *const *operands, size_t n)
{
    int status = EXIT_CLEAN;
    size_t stdins = 0;
    for (size_t i = 0; i < n && !status; i++) {
        stdins += strcmp(operands[i], "-") == 0;
        status =
            is_folder(operands[i]) ? walk_folder(walk, operands[i]) : add_path(walk, operands[i]);
    }
    if (!status && stdins > 1)
        return help_usage_error(walk->command, "standard input is named twice");
    if (status || n)
        return status;
    if (isatty(STDIN_FILENO))
        return help_usage_error(walk->command, "no input: name a file or a folder");
    return add_path(walk, "-");
}

static int collect_into(struct channel_files *files, const char *const *operands, size_t n,
                        struct walk walk)
{
    *files = (struct channel_files){0};
    int status = collect(&walk, operands, n);
    if (status)
        channel_files_release(files);
    return status;
}

int channel_files_collect(struct channel_files *files, const char *const *operands, size_t n,
                          const char *command)
{
    struct walk walk = {.files = files, .command = command, .links = FTS_LOGICAL};
    return collect_into(files, operands, n, walk);
}

int channel_files_collect_real(struct channel_files *files, const char *const *operands, size_t n,
                               const char *command)
{
    struct walk walk = {.files = files, .command = command, .links = FTS_PHYSICAL | FTS_COMFOLLOW};
    return collect_into(files, operands, n, walk);
}

void channel_files_release(struct channel_files *files)
{
    for (size_t i = 0; i < files->n; i++)
        free(files->paths[i]);
    free(files->paths);
    *files = (struct channel_files){0};
}

bool channel_files_is_pipe(const char *path)
{
    return strcmp(path, "-") == 0 && lseek(STDIN_FILENO, 0, SEEK_CUR) < 0;
}
