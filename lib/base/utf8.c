#include "base/utf8.h"

#include <stdbool.h>
#include <string.h>

void tlm__make_printable(char *text, size_t len)
{
    const char *end = text + len;
    for (char *p = text; p < end;) {
        const bool is_ascii = (unsigned char)*p < 0x80;
        size_t n = is_ascii ? 1 : tlm__utf8_length(p, end);
        if (!n || (is_ascii && (*p < 0x20 || *p == 0x7f)) ||
            (n == 2 && *p == '\xc2' && (unsigned char)p[1] < 0xa0))
            memset(p, '?', n = n ? n : 1);
        p += n;
    }
}
