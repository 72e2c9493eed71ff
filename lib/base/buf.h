/* A growing byte buffer. */
#ifndef TLM_BASE_BUF_H
#define TLM_BASE_BUF_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* {0} is an empty buffer. data is only valid until the next call that may grow it. */
struct tlm_buf {
    uint8_t *data;
    size_t len;
    size_t cap;
};

void tlm__buf_release(struct tlm_buf *buf); /* frees; usable again as an empty buffer */
void tlm__buf_reset(struct tlm_buf *buf);   /* empties, keeps the memory */
/* Makes room for `more` bytes after len. False when memory is out; the content is unchanged. */
bool tlm__buf_reserve(struct tlm_buf *buf, size_t more);
bool tlm__buf_append(struct tlm_buf *buf, const void *bytes, size_t len);
bool tlm__buf_append_byte(struct tlm_buf *buf, uint8_t byte);
/* Appends text and a NUL that len does not count. */
bool tlm__buf_append_text(struct tlm_buf *buf, const char *text);
bool tlm__buf_printf(struct tlm_buf *buf, const char *format, ...)
    __attribute__((format(printf, 2, 3)));

#endif
