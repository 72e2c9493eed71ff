#include "rows/long_pattern.h"

#include <string.h>

#include "tlm.h"

void tlm__long_pattern_release(struct tlm_long_pattern *pattern)
{
    tlm__buf_release(&pattern->text);
    pattern->n_entries = 0;
}

static bool is_separator(const struct tlm_long_pattern *pattern, char c)
{
    return c == pattern->separator || c == '\n';
}

static bool holds_separator(const struct tlm_long_pattern *pattern, struct tlm_string part)
{
    for (size_t i = 0; i < part.len; i++)
        if (is_separator(pattern, part.data[i]))
            return true;
    return false;
}

/* True when the part lies in the row, not empty, and can be found. */
static bool is_part(const struct tlm_long_pattern *pattern, struct tlm_string row,
                    struct tlm_string part)
{
    uintptr_t from = (uintptr_t)part.data, row_from = (uintptr_t)row.data;
    return part.data && part.len && from >= row_from && from - row_from < row.len &&
           part.len <= row.len - (from - row_from) && !holds_separator(pattern, part);
}

/* The roles in the order of the text. False: two parts overlap. */
static bool sort_parts(const struct tlm_string *parts, struct tlm_long_hole *holes)
{
    for (int i = 0; i < TLM_LONG_HOLES; i++) {
        int place = 0;
        for (int k = 0; k < TLM_LONG_HOLES; k++) {
            if (k != i && parts[k].data == parts[i].data)
                return false;
            place += parts[k].data < parts[i].data;
        }
        holes[place].role = (enum tlm_long_role)i;
    }
    for (int i = 0; i + 1 < TLM_LONG_HOLES; i++) {
        const struct tlm_string *part = &parts[holes[i].role];
        if (part->data + part->len > parts[holes[i + 1].role].data)
            return false;
    }
    return true;
}

/* The literal from `from` up to `to`, which is where hole `n` starts, or the row ends. Counts the
 * entries in it to *entry. False: no separator between two holes. */
static bool add_literal(struct tlm_long_pattern *pattern, int n, const char *from, const char *to,
                        uint32_t *entry)
{
    const char *first = NULL, *last = from;
    for (const char *p = from; p < to; p++) {
        if (!is_separator(pattern, *p))
            continue;
        first = first ? first : p;
        last = p + 1;
        ++*entry;
    }
    size_t len = (size_t)(to - from);
    pattern->literals[n] = (struct tlm_hot_literal){from, len};
    pattern->longest = len > pattern->longest ? len : pattern->longest;
    if (n && !first)
        return false;
    if (n)
        pattern->holes[n - 1].before = (uint32_t)(first + 1 - from);
    if (n < TLM_LONG_HOLES) {
        pattern->holes[n].entry = *entry;
        pattern->holes[n].behind = (uint32_t)(to - last);
    }
    return true;
}

/* The literals point into a copy of the row from now on. */
static bool keep_text(struct tlm_long_pattern *pattern, struct tlm_string row)
{
    tlm__buf_reset(&pattern->text);
    if (!tlm__buf_reserve(&pattern->text, row.len + 8))
        return false;
    memcpy(pattern->text.data, row.data, row.len);
    memset(pattern->text.data + row.len, 0, 8);
    pattern->text.len = row.len;
    for (int i = 0; i <= TLM_LONG_HOLES; i++)
        pattern->literals[i].text =
            (const char *)pattern->text.data + (pattern->literals[i].text - row.data);
    return true;
}

bool tlm__long_learn(struct tlm_long_pattern *pattern, struct tlm_string row,
                     const struct tlm_string parts[TLM_LONG_HOLES])
{
    pattern->n_entries = pattern->longest = 0;
    if (row.len > UINT32_MAX || !row.len || row.data[row.len - 1] != '\n')
        return false;
    for (int i = 0; i < TLM_LONG_HOLES; i++)
        if (!is_part(pattern, row, parts[i]))
            return false;
    if (!sort_parts(parts, pattern->holes))
        return false;
    const char *from = row.data;
    uint32_t entries = 0;
    for (int i = 0; i < TLM_LONG_HOLES; i++) {
        const struct tlm_string *part = &parts[pattern->holes[i].role];
        if (!add_literal(pattern, i, from, part->data, &entries))
            return false;
        from = part->data + part->len;
    }
    if (!add_literal(pattern, TLM_LONG_HOLES, from, row.data + row.len, &entries) ||
        !keep_text(pattern, row))
        return false;
    pattern->newline_len = row.len > 1 && row.data[row.len - 2] == '\r' ? 2 : 1;
    pattern->n_entries = entries;
    return true;
}
