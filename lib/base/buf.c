#include "base/buf.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/checked.h"

void tlm__buf_release(struct tlm_buf *buf)
{
    free(buf->data);
    *buf = (struct tlm_buf){0};
}

void tlm__buf_reset(struct tlm_buf *buf)
{
    buf->len = 0;
}

bool tlm__buf_reserve(struct tlm_buf *buf, size_t more)
{
    size_t need;
    if (!tlm__size_add(buf->len, more, &need))
        return false;
    if (need <= buf->cap)
        return true;
    size_t cap = buf->cap + buf->cap / 2;
    if (cap < need)
        cap = need;
    if (cap < 64)
        cap = 64;
    uint8_t *data = realloc(buf->data, cap);
    if (!data)
        return false;
    buf->data = data;
    buf->cap = cap;
    return true;
}

bool tlm__buf_append(struct tlm_buf *buf, const void *bytes, size_t len)
{
    if (!tlm__buf_reserve(buf, len))
        return false;
    if (len)
        memcpy(buf->data + buf->len, bytes, len);
    buf->len += len;
    return true;
}

bool tlm__buf_append_byte(struct tlm_buf *buf, uint8_t byte)
{
    return tlm__buf_append(buf, &byte, 1);
}

bool tlm__buf_append_text(struct tlm_buf *buf, const char *text)
{
    size_t len = strlen(text);
    if (!tlm__buf_append(buf, text, len + 1))
        return false;
    buf->len--;
    return true;
}

bool tlm__buf_printf(struct tlm_buf *buf, const char *format, ...)
{
    va_list args;
    va_start(args, format);
    int len = vsnprintf(NULL, 0, format, args);
    va_end(args);
    if (len < 0 || !tlm__buf_reserve(buf, (size_t)len + 1))
        return false;
    va_start(args, format);
    vsnprintf((char *)buf->data + buf->len, (size_t)len + 1, format, args);
    va_end(args);
    buf->len += (size_t)len;
    return true;
}
