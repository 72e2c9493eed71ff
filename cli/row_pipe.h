/* Files of points for commands that read them, where JSON lines and CSV (also .gz and .zst) do as
 * well as Avro. Rows are turned into Avro on a thread of their own and read through a pipe: the
 * points are those of the file that `tlm write` would make. */
#ifndef ROW_PIPE_H
#define ROW_PIPE_H

#include "tlm.h"

struct row_pipe_options {
    const char *command; /* for messages */
    const struct tlm_row_options *rows;
    unsigned threads;      /* that parse; 0: as many as there are processors for the process */
    uint64_t memory_bytes; /* most that is held of the rows; at least 8 MiB */
    bool quiet;            /* say nothing of guesses and single bad rows */
};

/* The same for reading once more, when all there is to say has been said: nothing is, and bad rows
 * do not count. *rows is filled in for it. */
struct row_pipe_options row_pipe_again(const struct row_pipe_options *options,
                                       struct tlm_row_options *rows);

struct row_pipe; /* belongs to one thread */

/* Opens a file; "-" is standard input. It is Avro when it begins like that or is named .avro. What
 * is guessed about rows, and the first bad ones, are said on stderr. TLM_ARGUMENT: the options for
 * rows are wrong. The path and what the options point to must outlive the pipe. */
enum tlm_code row_pipe_open(struct row_pipe **pipe, const char *path,
                            const struct row_pipe_options *options, struct tlm_error *error);
/* What to read; it belongs to the pipe. That of rows has no size and no figures, and is read once.
 */
struct tlm_file *row_pipe_file(const struct row_pipe *pipe);
/* Closes at any time, and says on stderr how many rows were left out. `code`, with *error, is how
 * the reading ended, and is returned, unless rows could not be read to their end: then that is the
 * reason, and comes instead. *left_out becomes true when the exit status has to tell of bad rows;
 * otherwise it stays. */
enum tlm_code row_pipe_close(struct row_pipe *pipe, enum tlm_code code, bool *left_out,
                             struct tlm_error *error);

#endif
