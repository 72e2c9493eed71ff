/* Finding a sync marker in a file. */
#ifndef TLM_AVRO_MARKER_SCAN_H
#define TLM_AVRO_MARKER_SCAN_H

#include "avro/container_input.h"
#include "avro/container_write.h"
#include "base/buf.h"

#define TLM_NO_MARKER UINT64_MAX

/* {.input, .sync} to begin with. */
struct tlm_marker_scan {
    const struct tlm_container_input *input; /* one that can seek */
    uint8_t sync[TLM_SYNC_BYTES];
    struct tlm_buf window; /* bytes of the file from window_at on */
    uint64_t window_at;
    /* What the last search found, which answers later ones that start in between. */
    uint64_t searched_from, found;
    bool searched;
};

/* Where the first marker at or behind byte `from` begins, or TLM_NO_MARKER. */
enum tlm_code tlm__marker_find(struct tlm_marker_scan *scan, uint64_t from, uint64_t *found,
                               struct tlm_error *error);
/* Forgets what was found, for another marker. */
void tlm__marker_set(struct tlm_marker_scan *scan, const uint8_t *sync);
void tlm__marker_release(struct tlm_marker_scan *scan);

#endif
