/* Inside of cutting files anew:
 *   recut.c          the order of things
 *   recut_survey.c   every input from end to end, before anything is written: what its blocks hold
 *   recut_block.c    a block again: its bytes, or its points
 *   recut_outlets.c  which writer a key's points go to, and what its files are called
 *   recut_pass.c     the blocks of a span of time: copied whole, or their points handed on
 *   recut_sort.c     the points of a span of time, each series in order
 *   recut_sources.c  comparing and deleting the inputs
 * Inputs are read more than once, so they are files. */
#ifndef TLM_RECUT_H
#define TLM_RECUT_H

#include <sys/stat.h>

#include "avro/container_read.h"
#include "avro/decompress.h"
#include "base/intern.h"
#include "reader.h"
#include "writer_paste.h"

#define TLM_RECUT_MIXED UINT32_MAX

/* A block of an input that holds points. */
struct tlm_recut_block {
    uint64_t offset, bytes; /* all of it, with the sync marker */
    struct tlm_tally tally;
    uint32_t file;
    uint32_t key; /* of all its records, or TLM_RECUT_MIXED */
};

struct tlm_recut_source {
    const char *path;             /* the caller's */
    struct stat info;             /* as it was surveyed */
    bool copies;                  /* its codec is that of the output */
    uint8_t sync[TLM_SYNC_BYTES]; /* behind its blocks */
    enum tlm_unpacker unpacker;
};

/* What points go by: without a split all have key 0. */
struct tlm_recut_keys {
    enum tlm_split_by split;
    const char *tag;
    struct tlm_intern names;
};

/* The writer of a key's points. */
struct tlm_outlet {
    struct tlm_writer *writer; /* NULL: no point has come yet */
};

struct tlm_recut {
    const struct tlm_recut_options *options;
    struct tlm_recut_result *result;
    struct tlm_recut_source *sources;
    struct tlm_buf blocks; /* struct tlm_recut_block, in order */
    struct tlm_recut_keys keys;
    struct tlm_buf metadata; /* struct tlm_metadata: what all inputs agree on */
    struct tlm_arena arena;
    enum tlm_codec codec;      /* of the output */
    int64_t first_ns, last_ns; /* of all points */

    /* of the keys that are written now */
    struct tlm_outlet *outlets;
    uint32_t first_key, n_outlets;
    uint64_t memory_bytes;        /* for each writer */
    struct tlm_intern file_names; /* made of keys so far */
    struct tlm_buf parts;         /* char *: paths of finished parts */
    struct tlm_intern part_paths; /* the same, to find one that comes twice */

    /* of the span of time that is written now; all ends are inside */
    int64_t from_ns, to_ns; /* perhaps only a part of it */
    int64_t end_ns;
    bool more;       /* there are points behind the end, */
    int64_t next_ns; /* the first of them at this time */
};

static inline const struct tlm_recut_block *tlm__recut_block(const struct tlm_recut *recut,
                                                             size_t i)
{
    return (const struct tlm_recut_block *)(const void *)recut->blocks.data + i;
}

static inline size_t tlm__recut_n_blocks(const struct tlm_recut *recut)
{
    return recut->blocks.len / sizeof(struct tlm_recut_block);
}

/* TLM_STOPPED when the caller wants to go no further. */
enum tlm_code tlm__recut_go_on(const struct tlm_recut *recut, struct tlm_error *error);

/* Whether points are left out that the inputs hold. */
bool tlm__recut_selects(const struct tlm_recut *recut);

/* ---- recut_survey.c ------------------------------------------------------------------------- */
/* Fills in sources, blocks, keys, metadata, codec and the span. */
enum tlm_code tlm__recut_survey(struct tlm_recut *recut, struct tlm_error *error);
/* The key's name of a record that is at hand. False: memory is out. */
struct tlm_string tlm__recut_key_name(const struct tlm_recut_keys *keys,
                                      const struct tlm_run_of_points *points);

/* ---- recut_block.c -------------------------------------------------------------------------- */
/* Reads blocks of one input after the other. {0} is ready. */
struct tlm_recut_reader {
    struct tlm_recut *recut;
    struct tlm_container *container;
    uint32_t file; /* that is open */
    struct tlm_buf bytes;
    struct tlm_decompressor *decompressor;
    struct tlm_stream stream;
    struct tlm_picker picker;
};
void tlm__recut_reader_release(struct tlm_recut_reader *reader);
/* Where the block is to be copied from, once its end has been found as it was. */
enum tlm_code tlm__recut_find(struct tlm_recut_reader *reader, const struct tlm_recut_block *block,
                              struct tlm_paste *found, struct tlm_error *error);
/* Calls take for each record of the block that has points. */
enum tlm_code
tlm__recut_decode(struct tlm_recut_reader *reader, const struct tlm_recut_block *block,
                  enum tlm_code (*take)(void *ctx, const struct tlm_run_of_points *points,
                                        struct tlm_error *error),
                  void *ctx, struct tlm_error *error);

/* ---- recut_outlets.c ------------------------------------------------------------------------ */
/* Ready for the keys from first_key on: as many as may be open at once. */
enum tlm_code tlm__outlets_open(struct tlm_recut *recut, struct tlm_error *error);
/* The writer of a key, opened if need be. NULL in *writer: it is not one of these keys. */
enum tlm_code tlm__outlets_get(struct tlm_recut *recut, uint32_t key, struct tlm_writer **writer,
                               struct tlm_error *error);
/* The next point begins a part. */
enum tlm_code tlm__outlets_rotate(struct tlm_recut *recut, struct tlm_error *error);
/* Publishes what is open, and remembers the parts. */
enum tlm_code tlm__outlets_close(struct tlm_recut *recut, struct tlm_error *error);
/* Removes what is not published. */
void tlm__outlets_drop(struct tlm_recut *recut);

/* ---- spans of time ----------------------------------------------------------------------------
 */
/* The next points from `from` on that are in the span, without one between them that is not: they
 * are [*from, *to). False: there are none. */
bool tlm__recut_next_run(struct tlm_recut *recut, const int64_t *times_ns, size_t n, size_t *from,
                         size_t *to);
/* Keeps in mind a time behind the span. */
void tlm__recut_see_later(struct tlm_recut *recut, int64_t time_ns);

/* ---- recut_pass.c, recut_sort.c -------------------------------------------------------------- */
/* Writes the points from from_ns to to_ns of the keys that are open; finds next_ns. */
enum tlm_code tlm__recut_pass(struct tlm_recut *recut, struct tlm_error *error);
enum tlm_code tlm__recut_sort(struct tlm_recut *recut, struct tlm_error *error);

/* ---- recut_sources.c ------------------------------------------------------------------------- */
/* Compares the digests of all inputs and of all parts: TLM_DAMAGED when they differ. */
enum tlm_code tlm__recut_compare(struct tlm_recut *recut, struct tlm_error *error);
/* Deletes the inputs, unless they are not what was surveyed. */
enum tlm_code tlm__recut_delete_sources(struct tlm_recut *recut, struct tlm_error *error);

#endif
