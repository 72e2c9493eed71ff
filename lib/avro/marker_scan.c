#include "avro/marker_scan.h"

#include <string.h>

#include "base/error.h"

/* Bytes that are read and searched at once. */
#define WINDOW_BYTES ((size_t)1 << 20)

void tlm__marker_set(struct tlm_marker_scan *scan, const uint8_t *sync)
{
    memcpy(scan->sync, sync, sizeof scan->sync);
    scan->searched = false;
}

void tlm__marker_release(struct tlm_marker_scan *scan)
{
    tlm__buf_release(&scan->window);
}

/* Searches the window, which holds byte `from` or ends there. */
static bool find_here(const struct tlm_marker_scan *scan, uint64_t from, uint64_t *found)
{
    size_t skip = (size_t)(from - scan->window_at);
    if (skip >= scan->window.len)
        return false;
    const uint8_t *start = scan->window.data + skip;
    const uint8_t *hit = memmem(start, scan->window.len - skip, scan->sync, sizeof scan->sync);
    if (hit)
        *found = scan->window_at + (size_t)(hit - scan->window.data);
    return hit;
}

/* Makes the window begin at byte `from`. */
static enum tlm_code load(struct tlm_marker_scan *scan, uint64_t from, struct tlm_error *error)
{
    size_t got = 0;
    tlm__buf_reset(&scan->window);
    if (!tlm__buf_reserve(&scan->window, WINDOW_BYTES))
        return tlm__fail_memory(error, WINDOW_BYTES);
    enum tlm_code code =
        tlm__container_input_at(scan->input, from, scan->window.data, WINDOW_BYTES, &got, error);
    scan->window_at = from;
    scan->window.len = code ? 0 : got;
    return code;
}

static enum tlm_code search(struct tlm_marker_scan *scan, uint64_t from, uint64_t *found,
                            struct tlm_error *error)
{
    uint64_t end = scan->window_at + scan->window.len;
    if (from < scan->window_at || from >= end || !scan->window.len) {
        enum tlm_code code = load(scan, from, error);
        if (code)
            return code;
    }
    for (*found = TLM_NO_MARKER; !find_here(scan, from, found);) {
        end = scan->window_at + scan->window.len;
        uint64_t keep = end > TLM_SYNC_BYTES - 1 ? end - (TLM_SYNC_BYTES - 1) : 0;
        from = from > keep ? from : keep; /* a marker may lie across the window's end */
        enum tlm_code code = load(scan, from, error);
        if (code)
            return code;
        if (scan->window.len < TLM_SYNC_BYTES)
            break;
    }
    return TLM_OK;
}

enum tlm_code tlm__marker_find(struct tlm_marker_scan *scan, uint64_t from, uint64_t *found,
                               struct tlm_error *error)
{
    if (!scan->searched || from < scan->searched_from || from > scan->found) {
        enum tlm_code code = search(scan, from, &scan->found, error);
        scan->searched = !code;
        if (code)
            return code;
        scan->searched_from = from;
    }
    *found = scan->found;
    return TLM_OK;
}
