/* Which columns the search at points suits: those where it loses next to nothing against a search
 * at every byte. Trying both takes longer than either, so columns that are alike share a trial. */
#ifndef TLM_AVRO_SNAPPY_CHOICE_H
#define TLM_AVRO_SNAPPY_CHOICE_H

#include "avro/layout.h"
#include "base/buf.h"

/* Compresses a piece with a general encoder: appends a snappy stream to out. */
typedef bool (*tlm_snappy_general)(const uint8_t *raw, size_t len, struct tlm_buf *out);

enum { TLM_SNAPPY_TRIALS = 8 };

/* One for each block. {0} but for the first three. */
struct tlm_snappy_choice {
    const uint8_t *raw;
    tlm_snappy_general general;
    struct tlm_buf *scratch; /* used in between */
    struct tlm_snappy_trial {
        enum tlm_span_kind kind;
        size_t n_points;  /* among the first bytes */
        size_t per_mille; /* of the bytes are left by the search at points */
        size_t general;   /* and of the first ones by the general encoder */
        bool points;      /* it suits */
    } trials[TLM_SNAPPY_TRIALS];
    size_t n, next;
    bool whole; /* scratch holds what the general encoder made of all of the last column */
};

/* Writes the column to out as tlm__snappy_put_points does and sets *end behind it, or to NULL where
 * the general encoder is to be used. False: memory is out. */
bool tlm__snappy_choose_points(struct tlm_snappy_choice *choice, const struct tlm_span *span,
                               uint8_t *out, uint8_t **end);

#endif
