#include "clean_json.h"

#include <jansson.h>
#include <stdlib.h>

#include "screen_text.h"

json_t *clean_json(const char *bytes, size_t len)
{
    json_t *string = json_stringn(bytes, len);
    char *clean = string ? NULL : screen_text_clean(bytes, len);
    if (clean)
        string = json_string(clean);
    free(clean);
    return string;
}
