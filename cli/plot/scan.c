#include "plot/scan.h"

#include <stdio.h>

enum tlm_code scan_fail_memory(struct tlm_error *error)
{
    *error = (struct tlm_error){.code = TLM_NO_MEMORY};
    snprintf(error->message, sizeof error->message, "out of memory");
    return TLM_NO_MEMORY;
}

enum tlm_code scan_tick(struct scan *scan, const struct tlm_block *block)
{
    uint64_t done = scan->done + block->offset + block->bytes;
    return scan->go_on(scan->watcher, done, scan->bytes) ? TLM_OK : TLM_STOPPED;
}

static enum tlm_code scan_file(struct scan *scan, const char *path,
                               const struct tlm_reading *reading, struct tlm_error *error)
{
    struct tlm_file *file;
    enum tlm_code code = tlm_file_open(&file, path, error);
    if (code)
        return code;
    const struct tlm_file_info *info = tlm_file_info(file);
    if (info->has_points)
        code = tlm_file_read(file, reading, error);
    scan->done += info->bytes == TLM_SIZE_UNKNOWN ? 0 : info->bytes;
    tlm_file_close(file);
    return code;
}

enum tlm_code scan_files(struct scan *scan, const struct tlm_reading *reading,
                         struct tlm_error *error)
{
    enum tlm_code first = TLM_OK;
    scan->done = 0;
    for (size_t i = 0; i < scan->n; i++) {
        struct tlm_error now = {.code = TLM_OK};
        enum tlm_code code = scan_file(scan, scan->paths[i], reading, &now);
        if (code && !first) {
            first = code;
            *error = now;
        }
        if (code == TLM_STOPPED || code == TLM_NO_MEMORY)
            return code;
    }
    return first;
}
