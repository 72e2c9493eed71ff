/* Text that may be anything, as JSON. */
#ifndef CLEAN_JSON_H
#define CLEAN_JSON_H

#include <stddef.h>

struct json_t;

/* What is no UTF-8 is shown as on a terminal (screen_text.h). NULL: memory is out. */
struct json_t *clean_json(const char *bytes, size_t len);

#endif
