#include "verify_fail.h"

#include <stdarg.h>
#include <stdio.h>

enum tlm_code verify_fail(struct tlm_error *error, const char *format, ...)
{
    va_list args;
    va_start(args, format);
    *error = (struct tlm_error){.code = TLM_DAMAGED};
    vsnprintf(error->message, sizeof error->message, format, args);
    va_end(args);
    return TLM_DAMAGED;
}
