#include "cat/cat_error.h"

#include <errno.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

enum tlm_code cat_fail(struct tlm_error *error, enum tlm_code code, const char *format, ...)
{
    va_list args;
    *error = (struct tlm_error){.code = code};
    va_start(args, format);
    vsnprintf(error->message, sizeof error->message, format, args);
    va_end(args);
    return code;
}

enum tlm_code cat_fail_memory(struct tlm_error *error)
{
    return cat_fail(error, TLM_NO_MEMORY, "%s", strerror(ENOMEM));
}
