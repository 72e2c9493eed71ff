#include "plot/picture.h"

#include <stdlib.h>
#include <string.h>

#include "inspect/room.h"
#include "screen_text.h"

uint32_t picture_color(enum picture_role role)
{
    static const uint32_t colors[PICTURE_ROLES] = {
        [PICTURE_TITLE] = 0x111827,  [PICTURE_LABEL] = 0x4b5563, [PICTURE_GRID] = 0xe5e7eb,
        [PICTURE_AXIS] = 0x9ca3af,   [PICTURE_CURVE] = 0x1d4ed8, [PICTURE_BAR] = 0x3b82f6,
        [PICTURE_NOTICE] = 0xdc2626,
    };
    return colors[role];
}

void picture_release(struct picture *picture)
{
    for (size_t i = 0; i < picture->n; i++)
        free(picture->items[i].text);
    free(picture->items);
    free(picture->points);
    *picture = (struct picture){0};
}

static bool add(struct picture *picture, const struct picture_item *item)
{
    struct picture_item *items =
        picture->failed ? NULL
                        : room_for(picture->items, sizeof *items, picture->n, 1, &picture->room);
    picture->failed = !items;
    if (!items)
        return false;
    picture->items = items;
    items[picture->n++] = *item;
    return true;
}

void picture_dot(struct picture *picture, enum picture_role role, struct picture_point at)
{
    add(picture, &(struct picture_item){.kind = PICTURE_DOT_ITEM, .role = role, .at = at});
}

void picture_rect(struct picture *picture, enum picture_role role, struct picture_point at,
                  double width, double height)
{
    add(picture,
        &(struct picture_item){
            .kind = PICTURE_RECT_ITEM, .role = role, .at = at, .width = width, .height = height});
}

void picture_line_from(struct picture *picture, enum picture_role role, struct picture_point at)
{
    const struct picture_item item = {
        .kind = PICTURE_LINE_ITEM, .role = role, .first = picture->n_points};
    if (add(picture, &item))
        picture_line_to(picture, at);
}

void picture_line_to(struct picture *picture, struct picture_point at)
{
    struct picture_point *points = picture->failed
                                       ? NULL
                                       : room_for(picture->points, sizeof *points,
                                                  picture->n_points, 1, &picture->points_room);
    picture->failed = !points;
    if (!points)
        return;
    picture->points = points;
    points[picture->n_points++] = at;
    picture->items[picture->n - 1].n++;
}

void picture_line_end(struct picture *picture)
{
    struct picture_item *item = picture->failed ? NULL : &picture->items[picture->n - 1];
    if (!item || item->n != 1)
        return;
    item->kind = PICTURE_DOT_ITEM;
    item->at = picture->points[item->first];
}

void picture_text(struct picture *picture, enum picture_role role, struct picture_point at,
                  enum picture_anchor anchor, double width, const char *text)
{
    struct picture_item item = {
        .kind = PICTURE_TEXT_ITEM, .role = role, .at = at, .anchor = anchor, .text = strdup(text)};
    size_t letters = width > PICTURE_ADVANCE ? (size_t)(width / PICTURE_ADVANCE) : 1;
    bool made = item.text && screen_text_cut(&item.text, letters, SCREEN_TEXT_CUT_MIDDLE, false);
    picture->failed = picture->failed || !made;
    if (!made || !add(picture, &item))
        free(item.text);
}

double picture_text_width(const char *text)
{
    return (double)screen_text_width(text) * PICTURE_ADVANCE;
}
