/* The figures that a header tells about its file: tlm.points, tlm.records, tlm.first_ns and
 * tlm.last_ns. */
#ifndef TLM_FIGURES_H
#define TLM_FIGURES_H

#include "avro/container_read.h"

struct tlm_figures {
    bool known; /* all four are numbers that can be true */
    bool blank; /* there is room for all four, which nobody filled in: the writer did not finish */
    int64_t values[TLM_FIGURES];
    size_t offsets[TLM_FIGURES]; /* of TLM_FIGURE_WIDTH characters in the header; 0: no such room */
};

void tlm__figures_read(const struct tlm_container_info *info, struct tlm_figures *figures);

#endif
