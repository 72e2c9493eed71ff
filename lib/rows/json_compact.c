#include "rows/json_compact.h"

#include <stdint.h>
#include <stdlib.h>

#include "rows/name_table.h"
#include "rows/parse_json.h"

struct tlm_json_member {
    const char *key; /* decoded */
    size_t key_len;
    size_t start;  /* in the compact text, of the key's quote */
    uint64_t hash; /* of the key, plus the depth: equal keys at two depths differ in it */
    size_t slot;
    bool is_dead; /* a later member of the same name has replaced it */
};

struct walk {
    struct tlm_json_compactor *c;
    const char *p, *end;
    const char *run; /* source text from here to p belongs to the output as it is */
    unsigned outer;  /* arrays and objects around the value, */
    unsigned depth;  /* and open inside it */
    struct tlm_json_fault *fault;
};

/* ---- output --------------------------------------------------------------------------------- */

static size_t output_len(const struct walk *w)
{
    return w->c->out.len + (size_t)(w->p - w->run);
}

static bool flush(struct walk *w)
{
    bool flushed = tlm__buf_append(&w->c->out, w->run, (size_t)(w->p - w->run));
    w->run = w->p;
    return flushed;
}

static __attribute__((noinline)) bool drop_space(struct walk *w)
{
    if (!flush(w))
        return false;
    w->p = w->run = tlm__json_skip_space(w->p, w->end);
    return true;
}

static inline bool skip_space(struct walk *w)
{
    return w->p == w->end || !tlm__json_is_space(*w->p) || drop_space(w);
}

/* ---- members -------------------------------------------------------------------------------- */

static inline size_t find_slot(const struct tlm_json_compactor *c,
                               const struct tlm_json_member *member)
{
    size_t i = (size_t)member->hash & (c->slots_cap - 1);
    for (; c->slots[i]; i = (i + 1) & (c->slots_cap - 1)) {
        const struct tlm_json_member *other = &c->members[c->slots[i] - 1];
        if (other->hash == member->hash && other->key_len == member->key_len &&
            memcmp(other->key, member->key, member->key_len) == 0)
            break;
    }
    return i;
}

/* Enters the members in their order again, so that those of inner objects stay removable without
 * a trace: nothing of an outer object was put behind them. A dead member gets the slot of the one
 * that has replaced it, as it had before. */
static bool grow_slots(struct tlm_json_compactor *c)
{
    size_t cap = c->slots_cap ? c->slots_cap * 2 : 64;
    uint32_t *slots = calloc(cap, sizeof *slots);
    if (!slots)
        return false;
    free(c->slots);
    c->slots = slots;
    c->slots_cap = cap;
    for (size_t n = 0; n < c->n_members; n++) {
        struct tlm_json_member *member = &c->members[n];
        member->slot = find_slot(c, member);
        slots[member->slot] = (uint32_t)n + 1;
    }
    return true;
}

static bool grow_members(struct tlm_json_compactor *c)
{
    size_t cap = c->members_cap ? c->members_cap * 2 : 32;
    struct tlm_json_member *members = realloc(c->members, cap * sizeof *members);
    if (!members)
        return false;
    c->members = members;
    c->members_cap = cap;
    return true;
}

static inline bool make_room(struct tlm_json_compactor *c)
{
    return c->n_members < UINT32_MAX / 2 && (c->n_members < c->slots_cap / 2 || grow_slots(c)) &&
           (c->n_members < c->members_cap || grow_members(c));
}

static enum tlm_code fail_duplicate(struct walk *w, const char *key, size_t len)
{
    tlm__json_fail(w->fault, TLM_ROW_DUPLICATE, key - 1, "duplicate key");
    w->fault->key = key;
    w->fault->key_len = len;
    return TLM_ROW_DUPLICATE;
}

static bool decode_key(struct tlm_json_compactor *c, struct tlm_json_member *member)
{
    char *decoded = tlm__arena_take(&c->keys, member->key_len);
    if (!decoded)
        return false;
    member->key_len = tlm__json_decode(member->key, member->key_len, decoded);
    member->key = decoded;
    return true;
}

/* Enters the key between the quotes at w->p and `close`. */
static inline enum tlm_code add_member(struct walk *w, const char *close, bool escaped)
{
    struct tlm_json_compactor *c = w->c;
    const char *raw = w->p + 1;
    if (!make_room(c))
        return TLM_NO_MEMORY;
    struct tlm_json_member *member = &c->members[c->n_members];
    member->key = raw;
    member->key_len = (size_t)(close - raw);
    member->start = output_len(w);
    member->is_dead = false;
    if (escaped && !decode_key(c, member))
        return TLM_NO_MEMORY;
    const struct tlm_name_words words = tlm__name_words(member->key, member->key_len);
    member->hash = tlm__name_hash(words, member->key_len) + w->depth;
    member->slot = find_slot(c, member);
    uint32_t earlier = c->slots[member->slot];
    if (earlier && c->duplicates == TLM_DUPLICATE_REJECT)
        return fail_duplicate(w, raw, (size_t)(close - raw));
    if (earlier) {
        c->members[earlier - 1].is_dead = true;
        c->frames[w->depth - 1].has_dead = true;
    }
    c->slots[member->slot] = (uint32_t)++c->n_members;
    return TLM_OK;
}

static void drop_members(struct tlm_json_compactor *c, size_t first)
{
    for (size_t i = first; i < c->n_members; i++)
        c->slots[c->members[i].slot] = 0;
    c->n_members = first;
}

/* Removes the dead members of the innermost object from the output, which ends behind its last
 * member. */
static void remove_dead(struct tlm_json_compactor *c, const struct tlm_json_frame *frame)
{
    char *data = (char *)c->out.data;
    size_t to = frame->start + 1;
    for (size_t i = frame->first_member; i < c->n_members; i++) {
        const struct tlm_json_member *member = &c->members[i];
        size_t end = i + 1 < c->n_members ? member[1].start - 1 : c->out.len;
        if (member->is_dead)
            continue;
        if (to != frame->start + 1)
            data[to++] = ',';
        memmove(data + to, data + member->start, end - member->start);
        to += end - member->start;
    }
    c->out.len = to;
}

/* ---- values --------------------------------------------------------------------------------- */

static enum tlm_code open_frame(struct walk *w)
{
    if (w->outer + w->depth >= TLM_JSON_DEPTH)
        return tlm__json_fail(w->fault, TLM_ROW_SYNTAX, w->p, "nested deeper than 100");
    w->c->frames[w->depth++] = (struct tlm_json_frame){
        .first_member = w->c->n_members,
        .start = output_len(w),
        .is_object = *w->p == '{',
    };
    w->p++;
    return TLM_OK;
}

/* At the closing bracket. */
static enum tlm_code close_frame(struct walk *w)
{
    struct tlm_json_frame *frame = &w->c->frames[--w->depth];
    if (frame->has_dead) {
        if (!flush(w))
            return TLM_NO_MEMORY;
        remove_dead(w->c, frame);
    }
    if (frame->is_object)
        drop_members(w->c, frame->first_member);
    w->p++;
    return TLM_OK;
}

/* A key and the colon. */
static enum tlm_code walk_key(struct walk *w)
{
    if (w->p == w->end || *w->p != '"')
        return tlm__json_expect(w->fault, w->p, "expected a key in quotes");
    bool escaped;
    const char *key = w->p + 1;
    const char *close = tlm__json_string_end(key, w->end, &escaped, w->fault);
    if (!close)
        return w->fault->code;
    enum tlm_code code = add_member(w, close, escaped);
    if (code)
        return code;
    w->p = close + 1;
    if (!skip_space(w))
        return TLM_NO_MEMORY;
    if (w->p == w->end || *w->p != ':') {
        tlm__json_expect(w->fault, w->p, "expected ':' after the key");
        w->fault->key = key;
        w->fault->key_len = (size_t)(close - key);
        return TLM_ROW_SYNTAX;
    }
    w->p++;
    return skip_space(w) ? TLM_OK : TLM_NO_MEMORY;
}

static enum tlm_code walk_string(struct walk *w)
{
    bool escaped;
    const char *close = tlm__json_string_end(w->p + 1, w->end, &escaped, w->fault);
    if (!close)
        return w->fault->code;
    w->p = close + 1;
    return TLM_OK;
}

static enum tlm_code walk_non_finite(struct walk *w)
{
    size_t len = tlm__json_non_finite_length(w->p, w->end);
    if (!len)
        return tlm__json_fail_value(w->fault, w->p, w->end);
    if (!flush(w) || !tlm__buf_append(&w->c->out, "null", 4))
        return TLM_NO_MEMORY;
    w->run = w->p += len;
    return TLM_OK;
}

static enum tlm_code walk_scalar(struct walk *w)
{
    size_t len = 0;
    if (w->p < w->end && *w->p == '"')
        return walk_string(w);
    if (tlm__json_starts(w->p, w->end, "true", 4) || tlm__json_starts(w->p, w->end, "null", 4))
        len = 4;
    else if (tlm__json_starts(w->p, w->end, "false", 5))
        len = 5;
    else
        len = tlm__json_number_length(w->p, w->end);
    w->p += len;
    return len ? TLM_OK : walk_non_finite(w);
}

/* Behind a value: closes what ends here and steps over the comma in front of the next one. */
static enum tlm_code walk_on(struct walk *w)
{
    while (w->depth) {
        const struct tlm_json_frame *frame = &w->c->frames[w->depth - 1];
        if (!skip_space(w))
            return TLM_NO_MEMORY;
        char c = w->p < w->end ? *w->p : '\0';
        if (c == ',') {
            w->p++;
            return skip_space(w) ? TLM_OK : TLM_NO_MEMORY;
        }
        if (c != (frame->is_object ? '}' : ']'))
            return tlm__json_expect(
                w->fault, w->p, frame->is_object ? "expected ',' or '}'" : "expected ',' or ']'");
        enum tlm_code code = close_frame(w);
        if (code)
            return code;
    }
    return TLM_OK;
}

/* One step: a scalar, an opening bracket, or an empty array or object; with the key before it. */
static enum tlm_code walk_item(struct walk *w, bool *opened)
{
    enum tlm_code code = TLM_OK;
    if (w->depth && w->c->frames[w->depth - 1].is_object)
        code = walk_key(w);
    if (code)
        return code;
    *opened = false;
    if (w->p == w->end || (*w->p != '{' && *w->p != '['))
        return walk_scalar(w);
    char bracket = *w->p == '{' ? '}' : ']';
    if ((code = open_frame(w)))
        return code;
    if (!skip_space(w))
        return TLM_NO_MEMORY;
    if (w->p < w->end && *w->p == bracket)
        return close_frame(w);
    *opened = true;
    return TLM_OK;
}

static enum tlm_code walk_value(struct walk *w)
{
    enum tlm_code code;
    bool opened;
    do {
        code = walk_item(w, &opened);
        if (!code && !opened)
            code = walk_on(w);
    } while (!code && w->depth);
    return code;
}

enum tlm_code tlm__json_walk(struct tlm_json_compactor *compactor, struct tlm_json_span *span,
                             struct tlm_string *text, struct tlm_json_fault *fault)
{
    struct walk w = {.c = compactor,
                     .p = span->p,
                     .end = span->end,
                     .run = span->p,
                     .outer = span->depth,
                     .fault = fault};
    tlm__buf_reset(&compactor->out);
    tlm__arena_reset(&compactor->keys);
    enum tlm_code code = walk_value(&w);
    drop_members(compactor, 0);
    if (!code && w.run != span->p && !flush(&w))
        code = TLM_NO_MEMORY;
    if (code)
        return code;
    *text = w.run == span->p
                ? (struct tlm_string){span->p, (size_t)(w.p - span->p)}
                : (struct tlm_string){(const char *)compactor->out.data, compactor->out.len};
    span->p = w.p;
    return TLM_OK;
}

void tlm__json_compactor_release(struct tlm_json_compactor *compactor)
{
    tlm__buf_release(&compactor->out);
    free(compactor->members);
    free(compactor->slots);
    tlm__arena_release(&compactor->keys);
    *compactor = (struct tlm_json_compactor){.duplicates = compactor->duplicates};
}

enum tlm_code tlm__json_document(struct tlm_json_compactor *compactor, const char *text, size_t len,
                                 struct tlm_string *compact, struct tlm_json_fault *fault)
{
    struct tlm_json_span span = {.end = text + len};
    span.p = tlm__json_skip_space(text, span.end);
    enum tlm_code code = tlm__json_walk(compactor, &span, compact, fault);
    if (code)
        return code;
    span.p = tlm__json_skip_space(span.p, span.end);
    if (span.p < span.end)
        return tlm__json_expect(fault, span.p, "expected the end after the value");
    return TLM_OK;
}

enum tlm_code tlm__json_compact(const char *text, size_t len, enum tlm_duplicate_keys duplicates,
                                struct tlm_buf *out, size_t *at, const char **why)
{
    struct tlm_json_compactor compactor = {.duplicates = duplicates};
    struct tlm_json_fault fault = {.at = text};
    struct tlm_string compact;
    enum tlm_code code = tlm__json_document(&compactor, text, len, &compact, &fault);
    if (!code && !tlm__buf_append(out, compact.data, compact.len))
        code = TLM_NO_MEMORY;
    tlm__json_compactor_release(&compactor);
    if (tlm_code_is_row(code)) {
        *at = (size_t)(fault.at - text);
        *why = fault.why;
    }
    return code;
}
