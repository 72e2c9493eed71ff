/* What is UTF-8: Unicode 15, table 3-7 (no overlong forms, no surrogates, up to U+10FFFF). */
#ifndef TLM_BASE_UTF8_H
#define TLM_BASE_UTF8_H

#include <stddef.h>

/* Length of the sequence of two to four bytes at text, 0 when it is not one. */
static inline size_t tlm__utf8_length(const char *text, const char *end)
{
    const unsigned char *p = (const unsigned char *)text;
    size_t len = p[0] < 0xe0 ? 2 : p[0] < 0xf0 ? 3 : 4;
    if (p[0] < 0xc2 || p[0] > 0xf4 || (size_t)(end - text) < len)
        return 0;
    unsigned char low = p[0] == 0xe0 ? 0xa0 : p[0] == 0xf0 ? 0x90 : 0x80;
    unsigned char high = p[0] == 0xed ? 0x9f : p[0] == 0xf4 ? 0x8f : 0xbf;
    if (p[1] < low || p[1] > high)
        return 0;
    for (size_t i = 2; i < len; i++)
        if ((p[i] & 0xc0) != 0x80)
            return 0;
    return len;
}

/* Names and values that come from files, for messages: what is no UTF-8 (also a character that is
 * cut off at the end) and control characters (also U+0080 to U+009F) become "?". */
void tlm__make_printable(char *text, size_t len);

#endif
