/* Memory that shares no cache line with other memory: for what one thread writes all the time while
 * other threads work on the next thing. */
#ifndef TLM_BASE_APART_H
#define TLM_BASE_APART_H

#include <stddef.h>

#define TLM_APART_BYTES 128 /* processors fetch lines in pairs */

/* Zeroed; free releases it. NULL: memory is out. */
void *tlm__apart_new(size_t size);

#endif
