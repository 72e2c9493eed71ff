/* What the command line of `tlm write` says. table_write.c points right into it. */
#ifndef WRITE_ARGS_H
#define WRITE_ARGS_H

#include "retention_args.h"

enum write_stats { WRITE_STATS_NONE, WRITE_STATS_TEXT, WRITE_STATS_JSON };
enum write_summary { WRITE_SUMMARY_TEXT, WRITE_SUMMARY_JSON, WRITE_SUMMARY_NONE };

struct write_args {
    struct tlm_writer_options writer; /* output: as given (may be "-"), NULL when absent */
    struct tlm_row_options rows;
    struct tlm_list operands; /* input files as given */
    uint64_t threads;         /* 0: as many as processors */
    const char *filelist;     /* "-": standard input */
    const char *rejects;
    bool fsync_given;
    bool emit_files;
    bool emit_nul;
    const char *on_close;
    const char *pidfile;
    struct retention_args retention; /* the writer's is not set yet */
    enum write_stats stats;
    const char *stats_file;
    enum write_summary summary;
    bool quiet;
    bool verbose;
};

/* Fills in the defaults of a struct write_args. */
void write_args_init(void *args);
/* Runs the command on a struct write_args (it may change it); returns the exit status. */
int cmd_write(void *opaque);

#endif
