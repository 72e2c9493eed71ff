#include "base/error.h"

#include <inttypes.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "base/utf8.h"

/* What a long path must leave for the system's reason. */
enum { REASON_ROOM = 160 };

static const char *const code_names[] = {
    [TLM_OK] = "ok",
    [TLM_ROW_SYNTAX] = "syntax",
    [TLM_ROW_TOO_LONG] = "too-long",
    [TLM_ROW_COLUMNS] = "columns",
    [TLM_ROW_UTF8] = "utf8",
    [TLM_ROW_DUPLICATE] = "duplicate-key",
    [TLM_ROW_NO_TIME] = "no-time",
    [TLM_ROW_TIME] = "time",
    [TLM_ROW_RANGE] = "range",
    [TLM_ROW_TYPE] = "type",
    [TLM_ROW_CHANNEL] = "channel",
    [TLM_NO_MEMORY] = "memory",
    [TLM_IO] = "io",
    [TLM_INPUT] = "input",
    [TLM_EXISTS] = "exists",
    [TLM_LOCKED] = "locked",
    [TLM_CLOSED] = "closed",
    [TLM_ARGUMENT] = "argument",
    [TLM_LIMIT] = "limit",
    [TLM_ABORTED] = "aborted",
    [TLM_STOPPED] = "stopped",
    [TLM_DAMAGED] = "damaged",
};

const char *tlm_code_name(enum tlm_code code)
{
    size_t i = (size_t)code;
    return i < sizeof code_names / sizeof code_names[0] ? code_names[i] : "unknown";
}

bool tlm_code_is_row(enum tlm_code code)
{
    return code >= TLM_ROW_SYNTAX && code <= TLM_ROW_CHANNEL;
}

const char *tlm_version(void)
{
    return TLM_VERSION;
}

const char *tlm_type_name(enum tlm_type type)
{
    switch (type) {
    case TLM_DOUBLE:
        return "double";
    case TLM_STRING:
        return "string";
    case TLM_LONG:
        return "long";
    case TLM_DOUBLE_ARRAY:
        return "double array";
    case TLM_STRING_ARRAY:
        return "string array";
    case TLM_JSON:
        return "json";
    }
    return "unknown";
}

static enum tlm_code fill(struct tlm_error *error, enum tlm_code code, int sys_errno,
                          const char *format, va_list args) __attribute__((format(printf, 4, 0)));

static enum tlm_code fill(struct tlm_error *error, enum tlm_code code, int sys_errno,
                          const char *format, va_list args)
{
    if (!error)
        return code;
    error->code = code;
    error->sys_errno = sys_errno;
    error->row = 0;
    error->byte = 0;
    vsnprintf(error->message, sizeof error->message, format, args);
    size_t used = strlen(error->message), most = sizeof error->message - REASON_ROOM;
    if (sys_errno) {
        char reason[128];
        if (used > most) {
            memcpy(error->message + most - 3, "...", 3);
            used = most;
        }
        snprintf(error->message + used, sizeof error->message - used, ": %s",
                 strerror_r(sys_errno, reason, sizeof reason));
    }
    tlm__make_printable(error->message, strlen(error->message));
    return code;
}

enum tlm_code tlm__fail(struct tlm_error *error, enum tlm_code code, const char *format, ...)
{
    va_list args;
    va_start(args, format);
    fill(error, code, 0, format, args);
    va_end(args);
    return code;
}

enum tlm_code tlm__fail_errno(struct tlm_error *error, enum tlm_code code, int sys_errno,
                              const char *format, ...)
{
    va_list args;
    va_start(args, format);
    fill(error, code, sys_errno, format, args);
    va_end(args);
    return code;
}

enum tlm_code tlm__fail_byte(struct tlm_error *error, enum tlm_code code, const char *name,
                             uint64_t byte, const char *format, ...)
{
    char why[REASON_ROOM * 2];
    va_list args;
    va_start(args, format);
    vsnprintf(why, sizeof why, format, args);
    va_end(args);
    const int most = (int)(sizeof error->message - sizeof why - 48); /* of the name; the number */
    tlm__fail(error, code, "%.*s: byte %" PRIu64 ": %s", most, name, byte, why);
    if (error)
        error->byte = byte;
    return code;
}

enum tlm_code tlm__fail_memory(struct tlm_error *error, size_t bytes)
{
    return tlm__fail(error, TLM_NO_MEMORY, "out of memory (asked for %zu bytes)", bytes);
}
