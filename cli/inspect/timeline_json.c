#include <jansson.h>

#include "clean_json.h"
#include "inspect/show_timeline.h"

/* The cells that have a mark, as their numbers. */
static json_t *make_marked(const struct timeline *timeline, const struct timeline_cell *row,
                           unsigned mark)
{
    json_t *list = json_array();
    for (size_t i = 0; i < timeline->width; i++)
        if (row[i].marks & mark)
            json_array_append_new(list, json_integer((json_int_t)i));
    return list;
}

static json_t *make_row(const struct timeline *timeline, size_t place)
{
    const struct timeline_cell *row = timeline->cells + place * timeline->width;
    const struct channel *channel = &timeline->names.items[place];
    json_t *points = json_array();
    for (size_t i = 0; i < timeline->width; i++)
        json_array_append_new(points, json_integer((json_int_t)row[i].points));
    return json_pack("{s:o, s:I, s:I, s:o, s:o, s:o}", "name",
                     clean_json(channel->name, channel->name_len), "points",
                     (json_int_t)channel->figures.points, "gap_ns",
                     (json_int_t)timeline_gap_ns(timeline, row), "cells", points, "late",
                     make_marked(timeline, row, TIMELINE_LATE), "overlap",
                     make_marked(timeline, row, TIMELINE_OVERLAP));
}

bool show_timeline_json(FILE *out, const struct timeline *timeline)
{
    json_t *rows = json_array();
    for (size_t i = 0; i < timeline->names.n; i++)
        json_array_append_new(rows, make_row(timeline, i));
    json_t *object =
        json_pack("{s:I, s:I, s:I, s:I, s:o}", "files", (json_int_t)timeline->files, "first_ns",
                  (json_int_t)timeline->first_ns, "last_ns", (json_int_t)timeline->last_ns, "width",
                  (json_int_t)timeline->width, "timeline", rows);
    bool printed = object && json_dumpf(object, out, JSON_COMPACT) == 0 && putc('\n', out) != EOF;
    json_decref(object);
    return printed;
}
