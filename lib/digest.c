#include <endian.h>
#include <stdlib.h>
#include <string.h>

#include "base/buf.h"
#include "base/error.h"
#include "base/hash.h"
#include "base/intern.h"
#include "tlm.h"

struct series {
    uint64_t seeds[TLM_TYPES];
    uint64_t points;
    struct tlm_hash128 sum;
};

struct tlm_checksum {
    struct tlm_intern names; /* as they are hashed: each text behind its length */
    struct tlm_buf series;   /* struct series, by the number of the name */
    struct tlm_buf name, payload;
};

/* ---- digests -------------------------------------------------------------------------------- */

void tlm_digest_text(struct tlm_digest digest, char text[TLM_DIGEST_TEXT])
{
    static const char digits[] = "0123456789abcdef";
    for (int i = 0; i < 16; i++) {
        text[i] = digits[digest.high >> (60 - 4 * i) & 15];
        text[16 + i] = digits[digest.low >> (60 - 4 * i) & 15];
    }
    text[TLM_DIGEST_TEXT - 1] = '\0';
}

struct tlm_digest tlm_digest_sum(struct tlm_digest a, struct tlm_digest b)
{
    struct tlm_hash128 sum =
        tlm__hash_sum((struct tlm_hash128){a.high, a.low}, (struct tlm_hash128){b.high, b.low});
    return (struct tlm_digest){sum.high, sum.low};
}

/* ---- series --------------------------------------------------------------------------------- */

enum tlm_code tlm_checksum_new(struct tlm_checksum **checksum, struct tlm_error *error)
{
    struct tlm_checksum *made = calloc(1, sizeof *made);
    if (!made)
        return tlm__fail_memory(error, sizeof *made);
    *checksum = made;
    return TLM_OK;
}

void tlm_checksum_free(struct tlm_checksum *checksum)
{
    if (!checksum)
        return;
    tlm__intern_release(&checksum->names);
    tlm__buf_release(&checksum->series);
    tlm__buf_release(&checksum->name);
    tlm__buf_release(&checksum->payload);
    free(checksum);
}

static bool add_number(struct tlm_buf *out, uint64_t number)
{
    number = htole64(number);
    return tlm__buf_append(out, &number, sizeof number);
}

static bool add_text(struct tlm_buf *out, struct tlm_string text)
{
    return add_number(out, text.len) && tlm__buf_append(out, text.data, text.len);
}

static bool make_name(struct tlm_buf *name, const struct tlm_run_of_points *points)
{
    tlm__buf_reset(name);
    bool made = add_text(name, points->channel);
    for (size_t i = 0; i < points->n_tags && made; i++)
        made = add_text(name, points->tags[i].key) && add_text(name, points->tags[i].value);
    return made;
}

static struct series *series_at(const struct tlm_checksum *checksum, size_t i)
{
    return (struct series *)(void *)checksum->series.data + i;
}

/* The series of a name; NULL: memory is out. */
static struct series *find_series(struct tlm_checksum *checksum, const void *name, size_t len)
{
    uint32_t i = tlm__intern_add(&checksum->names, name, len);
    if (i == TLM_INTERN_NONE)
        return NULL;
    /* A name that was entered when memory for its series was out is caught up with. */
    while (checksum->series.len / sizeof(struct series) <= i) {
        size_t next = checksum->series.len / sizeof(struct series);
        const struct tlm_intern_entry *entry = &checksum->names.entries[next];
        struct series made = {.points = 0};
        for (unsigned type = 0; type < TLM_TYPES; type++)
            made.seeds[type] = tlm__hash_seeded(entry->bytes, entry->len, type);
        if (!tlm__buf_append(&checksum->series, &made, sizeof made))
            return NULL;
    }
    return series_at(checksum, i);
}

/* ---- points --------------------------------------------------------------------------------- */

static bool add_doubles(struct tlm_buf *out, struct tlm_doubles list)
{
    bool made = true;
    for (size_t i = 0; i < list.len && made; i++) {
        uint64_t bits;
        memcpy(&bits, &list.items[i], sizeof bits);
        made = add_number(out, list.items[i] != list.items[i] ? 0x7ff8000000000000u : bits);
    }
    return made;
}

static bool add_strings(struct tlm_buf *out, struct tlm_strings list)
{
    bool made = true;
    for (size_t i = 0; i < list.len && made; i++)
        made = add_text(out, list.items[i]);
    return made;
}

static bool make_payload(struct tlm_buf *out, enum tlm_type type, int64_t time_ns,
                         const union tlm_point_value *value)
{
    tlm__buf_reset(out);
    if (!add_number(out, (uint64_t)time_ns))
        return false;
    switch (type) {
    case TLM_DOUBLE:
        return add_doubles(out, (struct tlm_doubles){&value->real, 1});
    case TLM_LONG:
        return add_number(out, (uint64_t)value->integer);
    case TLM_STRING:
    case TLM_JSON:
        return tlm__buf_append(out, value->text.data, value->text.len);
    case TLM_DOUBLE_ARRAY:
        return add_doubles(out, value->reals);
    case TLM_STRING_ARRAY:
        return add_strings(out, value->texts);
    }
    return true;
}

/* Values one by one. */
static bool add_values(struct tlm_checksum *checksum, const struct series *series,
                       const struct tlm_run_of_points *points, struct tlm_hash128 *sum)
{
    struct tlm_buf *payload = &checksum->payload;
    for (size_t i = 0; i < points->n; i++) {
        enum tlm_type type = points->types ? (enum tlm_type)points->types[i] : points->type;
        if (!make_payload(payload, type, points->timestamps_ns[i], &points->values[i]))
            return false;
        *sum = tlm__hash_sum(*sum,
                             tlm__hash128_seeded(payload->data, payload->len, series->seeds[type]));
    }
    return true;
}

enum tlm_code tlm_checksum_add(struct tlm_checksum *checksum,
                               const struct tlm_run_of_points *points, struct tlm_error *error)
{
    struct tlm_hash128 sum = {0, 0};
    struct series *series = NULL;
    if (make_name(&checksum->name, points))
        series = find_series(checksum, checksum->name.data, checksum->name.len);
    if (!series)
        return tlm__fail_memory(error, checksum->name.len);
    if (points->reals)
        sum = tlm__hash128_pairs(points->timestamps_ns, points->reals, points->n, true,
                                 series->seeds[TLM_DOUBLE]);
    else if (points->integers)
        sum = tlm__hash128_pairs(points->timestamps_ns, points->integers, points->n, false,
                                 series->seeds[TLM_LONG]);
    else if (!add_values(checksum, series, points, &sum))
        return tlm__fail_memory(error, checksum->payload.len);
    series->sum = tlm__hash_sum(series->sum, sum);
    series->points += points->n;
    return TLM_OK;
}

enum tlm_code tlm_checksum_merge(struct tlm_checksum *into, const struct tlm_checksum *from,
                                 struct tlm_error *error)
{
    size_t n = from->series.len / sizeof(struct series);
    for (size_t i = 0; i < n; i++) {
        const struct tlm_intern_entry *name = &from->names.entries[i];
        const struct series *more = series_at(from, i);
        struct series *series = find_series(into, name->bytes, name->len);
        if (!series)
            return tlm__fail_memory(error, name->len);
        series->sum = tlm__hash_sum(series->sum, more->sum);
        series->points += more->points;
    }
    return TLM_OK;
}

/* ---- results -------------------------------------------------------------------------------- */

/* A name, and what is left of it while its texts are taken. */
struct name {
    const char *at;
    size_t left;
    const struct series *series;
};

static bool next_text(struct name *name, struct tlm_string *text)
{
    uint64_t len;
    if (!name->left)
        return false;
    memcpy(&len, name->at, sizeof len);
    text->len = (size_t)le64toh(len);
    text->data = name->at + sizeof len;
    name->at += sizeof len + text->len;
    name->left -= sizeof len + text->len;
    return true;
}

static int compare_texts(struct tlm_string a, struct tlm_string b)
{
    size_t len = a.len < b.len ? a.len : b.len;
    int order = len ? memcmp(a.data, b.data, len) : 0;
    return order ? order : (a.len > b.len) - (a.len < b.len);
}

static int compare_names(const void *a, const void *b)
{
    struct name x = *(const struct name *)a, y = *(const struct name *)b;
    for (;;) {
        struct tlm_string s, t;
        bool more_x = next_text(&x, &s), more_y = next_text(&y, &t);
        if (!more_x || !more_y)
            return (int)more_x - (int)more_y;
        int order = compare_texts(s, t);
        if (order)
            return order;
    }
}

static bool take_tags(struct name *name, struct tlm_buf *tags)
{
    struct tlm_file_pair pair;
    tlm__buf_reset(tags);
    while (next_text(name, &pair.key) && next_text(name, &pair.value))
        if (!tlm__buf_append(tags, &pair, sizeof pair))
            return false;
    return true;
}

static struct name *sort_names(const struct tlm_checksum *checksum, size_t n)
{
    struct name *names = calloc(n + 1, sizeof *names);
    if (!names)
        return NULL;
    for (size_t i = 0; i < n; i++) {
        const struct tlm_intern_entry *entry = &checksum->names.entries[i];
        names[i] = (struct name){entry->bytes, entry->len, series_at(checksum, i)};
    }
    qsort(names, n, sizeof *names, compare_names);
    return names;
}

enum tlm_code tlm_checksum_each(const struct tlm_checksum *checksum,
                                void (*visit)(void *ctx, const struct tlm_series_digest *series),
                                void *ctx, struct tlm_error *error)
{
    size_t n = checksum->series.len / sizeof(struct series);
    struct tlm_buf tags = {0};
    enum tlm_code code = TLM_OK;
    struct name *names = sort_names(checksum, n);
    if (!names)
        return tlm__fail_memory(error, n * sizeof *names);
    for (size_t i = 0; i < n && !code; i++) {
        const struct series *series = names[i].series;
        struct tlm_series_digest found = {.points = series->points,
                                          .digest = {series->sum.high, series->sum.low}};
        next_text(&names[i], &found.channel);
        if (!take_tags(&names[i], &tags))
            code = tlm__fail_memory(error, tags.len);
        found.tags = (const void *)tags.data;
        found.n_tags = tags.len / sizeof *found.tags;
        if (!code)
            visit(ctx, &found);
    }
    tlm__buf_release(&tags);
    free(names);
    return code;
}

struct tlm_series_digest tlm_checksum_total(const struct tlm_checksum *checksum)
{
    struct tlm_series_digest total = {.points = 0};
    for (size_t i = 0; i < checksum->series.len / sizeof(struct series); i++) {
        const struct series *series = series_at(checksum, i);
        total.points += series->points;
        total.digest =
            tlm_digest_sum(total.digest, (struct tlm_digest){series->sum.high, series->sum.low});
    }
    return total;
}
