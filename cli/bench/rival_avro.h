/* AvroStream records by avro-c: each series has a value of avro-c's that points are appended to,
 * written and emptied when a batch is full. */
#ifndef BENCH_RIVAL_AVRO_H
#define BENCH_RIVAL_AVRO_H

#include "tlm.h"

struct rival_writer;
struct rival_series;

/* Borrowed; `type` says which member. */
struct rival_value {
    enum tlm_type type;
    union {
        double real;
        int64_t integer;
        struct tlm_string text; /* TLM_STRING and TLM_JSON */
        struct tlm_doubles doubles;
        struct tlm_strings strings;
    } as;
};

/* Replaces `out`. *result is set only on TLM_OK. */
enum tlm_code rival_writer_open(struct rival_writer **result, const char *out,
                                struct tlm_error *error);
/* Writes what is held and closes the file; the writer still has to be freed. */
enum tlm_code rival_writer_close(struct rival_writer *writer, struct tlm_error *error);
/* NULL is fine. */
void rival_writer_free(struct rival_writer *writer);
/* Points added so far. */
uint64_t rival_writer_points(const struct rival_writer *writer);

/* The series of that name, made when it is new; the one in place `guess` is tried first. NULL:
 * memory is out. */
struct rival_series *rival_writer_series(struct rival_writer *writer, size_t guess,
                                         const char *name);
enum tlm_code rival_writer_add(struct rival_writer *writer, struct rival_series *series,
                               int64_t time_ns, const struct rival_value *value,
                               struct tlm_error *error);
/* Series 0 to n_columns - 1 get a column each. */
enum tlm_code rival_writer_add_frame(struct rival_writer *writer, const int64_t *times_ns,
                                     const struct tlm_column *columns, size_t n_columns,
                                     size_t rows, struct tlm_error *error);

/* A record's points, of any types: `types` and `values` are always there. */
typedef enum tlm_code rival_points(void *ctx, const struct tlm_run_of_points *points,
                                   struct tlm_error *error);
/* Reads a file record by record: avro-c believes what is in it, so it has to be known as good.
 * points may be NULL, for files of any schema. A code of points ends the reading. */
enum tlm_code rival_read(const char *path, rival_points *points, void *ctx, uint64_t *records,
                         struct tlm_error *error);

#endif
