/* Where text comes from: files, pipes, standard input; plain, gzip or zstd, told by content. */
#ifndef TLM_ROWS_SOURCE_H
#define TLM_ROWS_SOURCE_H

#include <stdbool.h>
#include <stdint.h>
#include <sys/types.h>

#include "tlm.h"

struct tlm_source;

/* path "-" is descriptor 0, which is not closed. A directory is TLM_INPUT, a file that cannot be
 * opened TLM_IO; both name the path. */
enum tlm_code tlm__source_open(struct tlm_source **source, const char *path,
                               struct tlm_error *error);
enum tlm_code tlm__source_open_input(struct tlm_source **source, const struct tlm_open_input *input,
                                     struct tlm_error *error);
/* Up to size bytes of text; *got is 0 at the end only. Returns what is there: on a pipe it does
 * not wait for more once it has something. Truncated or damaged compressed data is TLM_INPUT
 * with the offset in the file; text before the damage is delivered first. */
enum tlm_code tlm__source_read(struct tlm_source *source, void *text, size_t size, size_t *got,
                               struct tlm_error *error);
/* True when a read may have to wait for somebody (pipe, terminal, socket). */
bool tlm__source_is_live(const struct tlm_source *source);
/* What to do before each read of a live source's descriptor, instead of waiting for it: wait until
 * it is readable, or return a code, which then is that of the read. */
void tlm__source_set_wait(struct tlm_source *source,
                          enum tlm_code (*wait)(void *ctx, struct tlm_error *error), void *ctx);
/* A regular file of plain text, opened by its path: bytes of text are bytes of the file. Known once
 * something was read. */
bool tlm__source_is_plain_file(const struct tlm_source *source);
/* Reads from such a file without moving where tlm__source_read is; from any thread. *got is less
 * than size at the end only. */
enum tlm_code tlm__source_read_at(const struct tlm_source *source, uint64_t byte, void *text,
                                  size_t size, size_t *got, struct tlm_error *error);
/* In such a file, where tlm__source_read goes on. */
enum tlm_code tlm__source_go_to(struct tlm_source *source, uint64_t byte, struct tlm_error *error);
int tlm__source_fd(const struct tlm_source *source);
const char *tlm__source_name(const struct tlm_source *source);    /* path, or "<stdin>" */
uint64_t tlm__source_file_bytes(const struct tlm_source *source); /* read from the descriptor */
void tlm__source_free(struct tlm_source *source);

#endif
