#include "figures.h"

#include <string.h>

static const char *const keys[TLM_FIGURES] = {"tlm.points", "tlm.records", "tlm.first_ns",
                                              "tlm.last_ns"};

/* The last one of that key, as other readers take it. */
static bool find(const struct tlm_container_info *info, const char *key, struct tlm_string *value)
{
    for (size_t i = info->n_pairs; i-- > 0;) {
        const struct tlm_string found = info->pairs[i].key;
        if (found.len == strlen(key) && memcmp(found.data, key, found.len) == 0) {
            *value = info->pairs[i].value;
            return true;
        }
    }
    return false;
}

static struct tlm_string trim(struct tlm_string text)
{
    while (text.len && text.data[text.len - 1] == ' ')
        text.len--;
    for (; text.len && *text.data == ' '; text.len--)
        text.data++;
    return text;
}

/* A decimal integer and nothing else. */
static bool parse(struct tlm_string text, int64_t *value)
{
    bool negative = text.len && *text.data == '-';
    size_t i = negative;
    if (i == text.len)
        return false;
    int64_t sum = 0;
    for (; i < text.len; i++) {
        int digit = text.data[i] - '0';
        if (digit < 0 || digit > 9 || __builtin_mul_overflow(sum, 10, &sum) ||
            __builtin_add_overflow(sum, negative ? -digit : digit, &sum))
            return false;
    }
    *value = sum;
    return true;
}

void tlm__figures_read(const struct tlm_container_info *info, struct tlm_figures *figures)
{
    *figures = (struct tlm_figures){.known = true, .blank = true};
    for (size_t i = 0; i < TLM_FIGURES; i++) {
        struct tlm_string text = {NULL, 0};
        bool there = find(info, keys[i], &text);
        if (there && text.len == TLM_FIGURE_WIDTH)
            figures->offsets[i] = (size_t)((const uint8_t *)text.data - info->header);
        text = trim(text);
        figures->blank = figures->blank && figures->offsets[i] && !text.len;
        figures->known = figures->known && parse(text, &figures->values[i]);
    }
    figures->known = figures->known && figures->values[TLM_FIGURE_POINTS] >= 0 &&
                     figures->values[TLM_FIGURE_RECORDS] >= 0;
}
