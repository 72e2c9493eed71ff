#include "json_text.h"

#include <stdlib.h>

#include "screen_text.h"

json_t *json_text(const char *bytes, size_t len)
{
    json_t *string = json_stringn(bytes, len);
    char *clean = string ? NULL : screen_text_clean(bytes, len);
    if (clean)
        string = json_string(clean);
    free(clean);
    return string;
}
