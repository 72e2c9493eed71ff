/* Text as a JSON string. */
#ifndef TLM_BASE_JSON_ESCAPE_H
#define TLM_BASE_JSON_ESCAPE_H

#include "base/buf.h"

/* Appends text in quotes. Quotes, backslashes and control characters are escaped, valid UTF-8 goes
 * through as it is, and each piece that is none (Unicode 15, table 3-8: maximal subparts) becomes
 * U+FFFD. False: memory is out; out may then end in a part of the text. */
bool tlm__json_escape(struct tlm_buf *out, const char *text, size_t len);
/* Appends bytes in quotes as Avro's JSON encoding writes them: byte N is code point N. All of it is
 * ASCII, what is not printable as \u00NN. */
bool tlm__json_escape_bytes(struct tlm_buf *out, const uint8_t *bytes, size_t len);

#endif
