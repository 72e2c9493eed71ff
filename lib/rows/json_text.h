/* The smallest parts of JSON text: white space, strings, numbers, and what is wrong with them.
 * Nothing here reads past `end`. */
#ifndef TLM_ROWS_JSON_TEXT_H
#define TLM_ROWS_JSON_TEXT_H

#include <stdbool.h>
#include <stddef.h>
#include <string.h>

#include "tlm.h"

/* Arrays and objects inside each other, the outermost counted. */
#define TLM_JSON_DEPTH 100

/* The first thing that is wrong with a text. */
struct tlm_json_fault {
    enum tlm_code code;
    const char *at;
    const char *why; /* static; NULL: the assembler has said it */
    const char *key; /* as in the source, completes why; or NULL */
    size_t key_len;
    bool expected; /* why says what was expected: what was found completes it */
};

/* Both fill in fault and return its code; the second is for TLM_ROW_SYNTAX. */
enum tlm_code tlm__json_fail(struct tlm_json_fault *fault, enum tlm_code code, const char *at,
                             const char *why);
enum tlm_code tlm__json_expect(struct tlm_json_fault *fault, const char *at, const char *what);
/* There is no value at `at`, or a number that is none. */
enum tlm_code tlm__json_fail_value(struct tlm_json_fault *fault, const char *at, const char *end);

static inline bool tlm__json_is_space(char c)
{
    return c == ' ' || c == '\t' || c == '\n' || c == '\r';
}

static inline const char *tlm__json_skip_space(const char *p, const char *end)
{
    while (p < end && tlm__json_is_space(*p))
        p++;
    return p;
}

static inline bool tlm__json_starts(const char *p, const char *end, const char *word, size_t len)
{
    return (size_t)(end - p) >= len && memcmp(p, word, len) == 0;
}

/* p is behind the opening quote. Returns the closing quote, or NULL with fault filled in.
 * *escaped tells whether the text between has to be decoded. */
const char *tlm__json_string_end(const char *p, const char *end, bool *escaped,
                                 struct tlm_json_fault *fault);
/* Decodes what tlm__json_string_end has accepted (without quotes) to out, which has room for len
 * bytes. Returns the decoded length. */
size_t tlm__json_decode(const char *text, size_t len, char *out);
/* Length of the number of RFC 8259's grammar at p, 0 when there is none. */
size_t tlm__json_number_length(const char *p, const char *end);
/* Length of NaN, Infinity or -Infinity at p, or 0. */
size_t tlm__json_non_finite_length(const char *p, const char *end);

#endif
