#include "bench/failure.h"

#include <errno.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

enum tlm_code bench_fail(struct tlm_error *error, enum tlm_code code, const char *format, ...)
{
    va_list args;
    if (!error)
        return code;
    *error = (struct tlm_error){.code = code};
    va_start(args, format);
    vsnprintf(error->message, sizeof error->message, format, args);
    va_end(args);
    return code;
}

enum tlm_code bench_fail_io(struct tlm_error *error, const char *path)
{
    int failed = errno;
    bench_fail(error, TLM_IO, "%s: %s", path, strerror(failed));
    if (error)
        error->sys_errno = failed;
    return TLM_IO;
}

enum tlm_code bench_fail_memory(struct tlm_error *error)
{
    return bench_fail(error, TLM_NO_MEMORY, "memory is out");
}
