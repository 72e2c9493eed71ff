/* Where the bytes of a container file come from: files, which can be skipped in, and pipes. */
#ifndef TLM_AVRO_CONTAINER_INPUT_H
#define TLM_AVRO_CONTAINER_INPUT_H

#include "tlm.h"

#define TLM_PEEK_MAX 256 /* bytes; so many may be put back, too */

struct tlm_container_input;

/* fd < 0: opens path, where "-" is standard input; else reads fd, which stays open, and path is
 * only its name in messages. A directory is TLM_INPUT. Byte 0 is where a descriptor that was open
 * already stands; that of a file does not move. */
enum tlm_code tlm__container_input_open(struct tlm_container_input **input, const char *path,
                                        int fd, struct tlm_error *error);
/* Before anything else of a descriptor: these bytes were read from it already, and come first. */
void tlm__container_input_put_back(struct tlm_container_input *input, const uint8_t *bytes,
                                   size_t len);
void tlm__container_input_free(struct tlm_container_input *input); /* NULL is fine */

const char *tlm__container_input_name(const struct tlm_container_input *input);
/* Of the file as it was opened, or TLM_SIZE_UNKNOWN. */
uint64_t tlm__container_input_size(const struct tlm_container_input *input);
bool tlm__container_input_can_seek(const struct tlm_container_input *input);
/* For copying from an input that can seek; byte 0 of the input is *base there. */
int tlm__container_input_fd(const struct tlm_container_input *input, uint64_t *base);
uint64_t tlm__container_input_offset(const struct tlm_container_input *input); /* next byte */
/* True when nothing has come yet of what is next. */
bool tlm__container_input_would_wait(const struct tlm_container_input *input);

/* Shows the next bytes without taking them: want (up to TLM_PEEK_MAX) or more, fewer only at the
 * end. Valid until the next call. */
enum tlm_code tlm__container_input_peek(struct tlm_container_input *input, size_t want,
                                        const uint8_t **bytes, size_t *len,
                                        struct tlm_error *error);
/* Takes len bytes, fewer only at the end: *got tells. */
enum tlm_code tlm__container_input_take(struct tlm_container_input *input, void *bytes, size_t len,
                                        size_t *got, struct tlm_error *error);
/* Passes over len bytes; behind the end of a file without a word. What cannot be skipped is read;
 * *got tells how much there was. */
enum tlm_code tlm__container_input_skip(struct tlm_container_input *input, uint64_t len,
                                        uint64_t *got, struct tlm_error *error);
/* Goes to a byte of an input that can seek. */
void tlm__container_input_seek(struct tlm_container_input *input, uint64_t offset);
/* Bytes from anywhere in an input that can seek, which goes on where it was. */
enum tlm_code tlm__container_input_at(const struct tlm_container_input *input, uint64_t offset,
                                      void *bytes, size_t len, size_t *got,
                                      struct tlm_error *error);

#endif
