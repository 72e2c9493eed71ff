#include "plot/hist_json.h"

#include <jansson.h>
#include <string.h>

#include "clean_json.h"

static json_t *bins_json(const struct bins *bins)
{
    json_t *list = json_array();
    for (size_t i = 0; i < bins->n; i++)
        json_array_append_new(list, json_pack("{s:f, s:f, s:I}", "from", bins->items[i].from, "to",
                                              bins->items[i].to, "count",
                                              (json_int_t)bins->items[i].count));
    return list;
}

static json_t *texts_json(const struct text_counts *counts, size_t n, uint64_t *rest)
{
    json_t *list = json_array();
    *rest = counts->all;
    for (size_t i = 0; i < n; i++) {
        const struct text_count *item = &counts->items[i];
        json_array_append_new(list, json_pack("{s:o, s:I}", "text",
                                              clean_json(item->text, strlen(item->text)), "count",
                                              (json_int_t)item->count));
        *rest -= item->count;
    }
    return list;
}

/* A number, or null where there is none. */
static json_t *figure(const struct hist *hist, double value)
{
    return hist->numbers ? json_real(value) : json_null();
}

bool hist_json(FILE *out, const struct hist *hist, size_t texts)
{
    uint64_t rest;
    json_t *list = texts_json(&hist->texts, texts < hist->texts.n ? texts : hist->texts.n, &rest);
    json_t *object =
        json_pack("{s:o, s:I, s:I, s:I, s:o, s:o, s:o, s:I, s:I, s:I, s:o, s:I, s:I}", "channel",
                  clean_json(hist->name, strlen(hist->name)), "series", (json_int_t)hist->n_series,
                  "points", (json_int_t)hist->points, "numbers", (json_int_t)hist->numbers, "min",
                  figure(hist, hist->range.least), "max", figure(hist, hist->range.most), "bins",
                  bins_json(&hist->bins), "nan", (json_int_t)hist->nan, "infinity",
                  (json_int_t)hist->above, "negative_infinity", (json_int_t)hist->below, "texts",
                  list, "other_texts", (json_int_t)rest, "text_arrays", (json_int_t)hist->other);
    bool made = object && json_dumpf(object, out, JSON_COMPACT | JSON_REAL_PRECISION(17)) == 0;
    if (made)
        putc('\n', out);
    json_decref(object);
    return made;
}
