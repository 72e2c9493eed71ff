/* Doubles that come again, perhaps much later or in another record: one in eight of them is looked
 * up, the same ones each time they come. */
#ifndef TLM_AVRO_SNAPPY_ECHO_H
#define TLM_AVRO_SNAPPY_ECHO_H

#include <stdbool.h>

#include "avro/layout.h"
#include "avro/snappy_stream.h"

enum { TLM_SNAPPY_ECHO_BITS = 10 };

/* Where doubles were last. {0}: nowhere. */
struct tlm_snappy_echoes {
    struct {
        uint32_t at;
        uint32_t span; /* its number in the layout, from 1 */
    } places[1 << TLM_SNAPPY_ECHO_BITS];
    size_t looked, hits;
};

/* Only counts, in the first `most` bytes of a column of VALUES. */
void tlm__snappy_look(struct tlm_snappy_echoes *echoes, const uint8_t *raw,
                      const struct tlm_layout *layout, size_t span, size_t most);
/* Of what was looked up, most was there before. */
bool tlm__snappy_found_most(const struct tlm_snappy_echoes *echoes);

/* Writes a column of VALUES: long copies of what came before, and what is between them compared
 * element by element. */
void tlm__snappy_put_echoes(struct tlm_snappy_stream *s, struct tlm_snappy_echoes *echoes,
                            const struct tlm_layout *layout, size_t number);

#endif
