/* Walks over one JSON value: checks it, and makes its text compact where it is not already. */
#ifndef TLM_ROWS_JSON_COMPACT_H
#define TLM_ROWS_JSON_COMPACT_H

#include "base/arena.h"
#include "base/buf.h"
#include "rows/json_text.h"

struct tlm_json_member;

struct tlm_json_frame {
    size_t first_member;
    size_t start; /* in the compact text, of the bracket */
    bool is_object;
    bool has_dead;
};

/* {.duplicates = ...} is ready for use; keeps its memory between walks. */
struct tlm_json_compactor {
    enum tlm_duplicate_keys duplicates;
    struct tlm_buf out;
    /* The members of the objects that are open, innermost last, and a hash table of them. */
    struct tlm_json_member *members;
    size_t n_members, members_cap;
    uint32_t *slots; /* member number + 1, or 0 */
    size_t slots_cap;
    struct tlm_arena keys; /* those that had to be decoded */
    struct tlm_json_frame frames[TLM_JSON_DEPTH];
};

/* Where a walk starts and, when it went well, ends. */
struct tlm_json_span {
    const char *p, *end;
    unsigned depth; /* arrays and objects open around it */
};

/* Walks over the value at span->p and moves that behind it. *text is the value's compact text: in
 * the source when it was compact, else in the compactor until the next walk. Keys that are there
 * twice are refused, or the last one stays. TLM_OK, TLM_NO_MEMORY, or TLM_ROW_SYNTAX,
 * TLM_ROW_UTF8 or TLM_ROW_DUPLICATE with fault filled in. */
enum tlm_code tlm__json_walk(struct tlm_json_compactor *compactor, struct tlm_json_span *span,
                             struct tlm_string *text, struct tlm_json_fault *fault);
/* The same for a text that is one value and nothing else but white space. */
enum tlm_code tlm__json_document(struct tlm_json_compactor *compactor, const char *text, size_t len,
                                 struct tlm_string *compact, struct tlm_json_fault *fault);
void tlm__json_compactor_release(struct tlm_json_compactor *compactor);

#endif
