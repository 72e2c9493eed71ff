#include "suggest.h"

#include <string.h>

#define MAX_WORD 40

void suggest_init(struct suggest *suggest, const char *typed, size_t typed_len)
{
    *suggest = (struct suggest){.typed = typed, .typed_len = typed_len};
    /* Further away than a third of the word is a guess, not a typo. */
    suggest->distance = (typed_len + 1) / 3 + 1;
}

static size_t min(size_t a, size_t b)
{
    return a < b ? a : b;
}

/* Insertions, deletions, replacements and swaps of neighbours between two words. */
static size_t edit_distance(const char *a, size_t a_len, const char *b, size_t b_len)
{
    size_t rows[3][MAX_WORD + 1];
    for (size_t j = 0; j <= b_len; j++)
        rows[0][j] = j;
    for (size_t i = 1; i <= a_len; i++) {
        size_t *row = rows[i % 3], *above = rows[(i + 2) % 3], *before = rows[(i + 1) % 3];
        row[0] = i;
        for (size_t j = 1; j <= b_len; j++) {
            row[j] = min(above[j - 1] + (a[i - 1] != b[j - 1]), min(above[j], row[j - 1]) + 1);
            if (i > 1 && j > 1 && a[i - 1] == b[j - 2] && a[i - 2] == b[j - 1])
                row[j] = min(row[j], before[j - 2] + 1);
        }
    }
    return rows[a_len % 3][b_len];
}

void suggest_offer(struct suggest *suggest, const char *word)
{
    size_t len = strlen(word), distance;
    if (suggest->typed_len == 0 || suggest->typed_len > MAX_WORD || len > MAX_WORD)
        return;
    if (len > suggest->typed_len && memcmp(word, suggest->typed, suggest->typed_len) == 0)
        distance = 1; /* somebody hoped for an abbreviation */
    else
        distance = edit_distance(suggest->typed, suggest->typed_len, word, len);
    if (distance < suggest->distance) {
        suggest->distance = distance;
        suggest->best = word;
    }
}
