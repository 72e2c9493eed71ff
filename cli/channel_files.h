/* Which files of telemetry a command reads: its operands, where a folder stands for the .avro files
 * in it. */
#ifndef CHANNEL_FILES_H
#define CHANNEL_FILES_H

#include <stdbool.h>
#include <stddef.h>

struct row_pipe_options;

struct channel_files {
    char **paths; /* "-" is standard input */
    size_t n;
    bool folder;       /* one of the operands was a folder */
    size_t n_partials; /* files in folders that a writer has not finished; not among the paths */
    /* How files that are not Avro are read; NULL, unless the command sets it: not at all. */
    const struct row_pipe_options *rows;
};

/* Operands keep their order. Folders are walked through, hidden names left out; what is found in
 * one is sorted by path, numbers by value. Without operands it is standard input, unless that is a
 * terminal. A name that cannot be opened stays in, for the reader to say why; a folder without
 * files is an error. What is wrong is said on stderr; returns an exit status, 0 when all is well.
 */
int channel_files_collect(struct channel_files *files, const char *const *operands, size_t n,
                          const char *command);
void channel_files_release(struct channel_files *files);

/* True when it can be opened only once: standard input that is no file. */
bool channel_files_is_pipe(const char *path);

#endif
