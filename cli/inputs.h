/* Which files a command reads: operands and --filelist, looked at before anything is written. */
#ifndef INPUTS_H
#define INPUTS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct inputs {
    const char **paths; /* "-" is standard input */
    size_t n;
    char *list;     /* text of --filelist */
    uint64_t bytes; /* of all, when known */
    bool bytes_known;
    bool live; /* one of them is a pipe, terminal or socket */
};

/* Collects and checks. On a failure says why on stderr and returns an exit status, else 0. */
int inputs_collect(struct inputs *inputs, const char *const *operands, size_t n,
                   const char *filelist);
void inputs_release(struct inputs *inputs);
/* True when path is one of them, under whatever name. */
bool inputs_have(const struct inputs *inputs, const char *path);
/* The file that `path` becomes without -o: its base name with .avro for the extension (.gz and
 * .zst before that dropped). The caller frees; NULL when memory is out. */
char *inputs_output_name(const char *path);

#endif
