/* CRC-32s of pieces joined to that of the whole, without looking at the bytes again. */
#ifndef TLM_BASE_CRC_JOIN_H
#define TLM_BASE_CRC_JOIN_H

#include <stddef.h>
#include <stdint.h>

/* What bytes of this length behind others do to the CRC-32 of those: x^(8 len) modulo the
 * polynomial of tlm__crc32. */
uint32_t tlm__crc_shift(size_t len);
/* The CRC-32 of bytes with the CRC-32 `first`, followed by bytes with the CRC-32 `second` for whose
 * length `shift` was made. */
uint32_t tlm__crc_join(uint32_t first, uint32_t second, uint32_t shift);

#endif
