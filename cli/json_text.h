/* Text that may be anything, as JSON. */
#ifndef JSON_TEXT_H
#define JSON_TEXT_H

#include <jansson.h>

/* What is no UTF-8 is shown as on a terminal (screen_text.h). NULL: memory is out. */
json_t *json_text(const char *bytes, size_t len);

#endif
