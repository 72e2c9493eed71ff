#include "verify_parts.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

struct verify_part {
    char *before, *after; /* the index, in the path */
    int digits;
    uint64_t index;
};

/* The last run of digits of the name that says the index. */
static bool find_index(const char *path, uint64_t index, size_t *at, size_t *len)
{
    const char *slash = strrchr(path, '/'), *name = slash ? slash + 1 : path;
    for (const char *end = name + strlen(name); end > name; end--) {
        const char *start = end;
        while (start > name && start[-1] >= '0' && start[-1] <= '9')
            start--;
        if (start == end)
            continue;
        if (end - start <= 18 && strtoull(start, NULL, 10) == index) {
            *at = (size_t)(start - path);
            *len = (size_t)(end - start);
            return true;
        }
        end = start + 1;
    }
    return false;
}

static void release_part(struct verify_part *part)
{
    free(part->before);
    free(part->after);
}

static bool reserve(struct verify_parts *parts)
{
    if (parts->n < parts->cap)
        return true;
    size_t cap = parts->cap ? 2 * parts->cap : 32;
    struct verify_part *items = realloc(parts->items, cap * sizeof *items);
    if (!items)
        return false;
    parts->items = items;
    parts->cap = cap;
    return true;
}

bool verify_parts_add(struct verify_parts *parts, const char *path, uint64_t index)
{
    size_t at, len;
    if (!find_index(path, index, &at, &len))
        return true;
    if (!reserve(parts))
        return false;
    struct verify_part part = {strndup(path, at), strdup(path + at + len), (int)len, index};
    if (!part.before || !part.after) {
        release_part(&part);
        return false;
    }
    parts->items[parts->n++] = part;
    return true;
}

static int compare_sets(const struct verify_part *a, const struct verify_part *b)
{
    int order = strcmp(a->before, b->before);
    return order ? order : strcmp(a->after, b->after);
}

static int compare_parts(const void *a, const void *b)
{
    const struct verify_part *x = a, *y = b;
    int order = compare_sets(x, y);
    return order ? order : (x->index > y->index) - (x->index < y->index);
}

/* Its index as wide as that of the part before it: that is how they are numbered. */
static bool is_there(const struct verify_part *part, uint64_t index, char *path, size_t size)
{
    snprintf(path, size, "%s%0*" PRIu64 "%s", part->before, part->digits, index, part->after);
    return access(path, F_OK) == 0;
}

static void check_pair(const struct verify_part *part, const struct verify_part *next,
                       void (*missing)(void *ctx, const char *path, uint64_t n), void *ctx)
{
    size_t size = strlen(part->before) + strlen(part->after) + 32;
    char *path = malloc(size);
    uint64_t index = part->index + 1;
    while (path && index < next->index && is_there(part, index, path, size))
        index++;
    if (path && index < next->index)
        missing(ctx, path, next->index - index);
    free(path);
}

void verify_parts_check(struct verify_parts *parts,
                        void (*missing)(void *ctx, const char *path, uint64_t n), void *ctx)
{
    if (!parts->n)
        return;
    qsort(parts->items, parts->n, sizeof *parts->items, compare_parts);
    for (size_t i = 0; i + 1 < parts->n; i++)
        if (compare_sets(&parts->items[i], &parts->items[i + 1]) == 0)
            check_pair(&parts->items[i], &parts->items[i + 1], missing, ctx);
}

void verify_parts_release(struct verify_parts *parts)
{
    for (size_t i = 0; i < parts->n; i++)
        release_part(&parts->items[i]);
    free(parts->items);
    *parts = (struct verify_parts){0};
}
