/* Memory of jansson, which leaves out what it has none for, or a single character, and says so only
 * now and then. */
#ifndef JSON_MEMORY_H
#define JSON_MEMORY_H

#include <stdbool.h>

/* Before anything else of jansson is used. */
void json_memory_watch(void);
/* Whether it has been out since then: no JSON made can be relied upon. */
bool json_memory_was_out(void);

#endif
