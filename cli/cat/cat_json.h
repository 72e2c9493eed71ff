/* Values that are JSON texts themselves. */
#ifndef CAT_JSON_H
#define CAT_JSON_H

#include "cat/cat_text.h"

/* True for one JSON value (RFC 8259) in UTF-8, nested no deeper than rows may be. */
bool cat_json_valid(struct tlm_string text);
/* True when `tlm write` takes a row's value of this valid text for JSON, and not for a number, a
 * string, or an array of those. */
bool cat_json_is_evident(struct tlm_string text);

#endif
