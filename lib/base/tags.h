/* Tag sets as one byte string: sorted, so that equal sets have equal bytes. */
#ifndef TLM_BASE_TAGS_H
#define TLM_BASE_TAGS_H

#include "base/buf.h"
#include "tlm.h"

/* Appends the set: for each tag, by key, uint32_t lengths of key and value, then both texts each
 * with a NUL. The tags are sorted in place. False: memory is out. A key given twice: *duplicate
 * names it (else NULL). */
bool tlm__tags_encode(struct tlm_buf *out, struct tlm_tag *tags, size_t n, const char **duplicate);
/* Appends a tag behind those with smaller keys. False: memory is out, or a text has 4 GiB. */
bool tlm__tags_append(struct tlm_buf *out, struct tlm_string key, struct tlm_string value);
/* Number of tags in an encoded set, and the i-th one (borrowed). */
size_t tlm__tags_count(const char *set, size_t len);
/* Steps through a set: *at starts at 0; false at the end. */
bool tlm__tags_next(const char *set, size_t len, size_t *at, struct tlm_tag *tag);

#endif
