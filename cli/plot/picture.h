/* A picture before it is known of what kind: shapes and texts in pixels, from the top left corner.
 * svg_page.h and png_page.h make files of it, which show the same. */
#ifndef PICTURE_H
#define PICTURE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define PICTURE_ADVANCE 12 /* at most this wide is a letter, on average */
#define PICTURE_LINE 26    /* from one line of text to the next */
#define PICTURE_BASE 14    /* height of a capital letter */

/* What a thing is; the look follows from it. */
enum picture_role {
    PICTURE_TITLE,
    PICTURE_LABEL, /* of axes, figures */
    PICTURE_GRID,
    PICTURE_AXIS,
    PICTURE_CURVE,
    PICTURE_BAR,
    PICTURE_NOTICE,
    PICTURE_ROLES
};

/* 0xRRGGBB. */
uint32_t picture_color(enum picture_role role);
#define PICTURE_PAPER 0xffffffu
#define PICTURE_STROKE 1.6 /* width of lines */
#define PICTURE_DOT 3.0    /* radius of dots */

enum picture_anchor { PICTURE_START, PICTURE_MIDDLE, PICTURE_END };
enum picture_kind { PICTURE_LINE_ITEM, PICTURE_DOT_ITEM, PICTURE_RECT_ITEM, PICTURE_TEXT_ITEM };

struct picture_point {
    double x, y;
};

struct picture_item {
    enum picture_kind kind;
    enum picture_role role;
    struct picture_point at; /* dot: middle; rectangle: top left; text: at the anchor, on the line
                              * that letters stand on */
    double width, height;    /* of a rectangle */
    size_t first, n;         /* of a line: its points */
    enum picture_anchor anchor;
    char *text; /* clean (see screen_text.h) */
};

struct picture {
    unsigned width, height;
    const char *title; /* what it is about; borrowed */
    struct picture_item *items;
    size_t n, room;
    struct picture_point *points;
    size_t n_points, points_room;
    bool failed; /* memory was out: something is missing */
};

void picture_release(struct picture *picture);

void picture_dot(struct picture *picture, enum picture_role role, struct picture_point at);
void picture_rect(struct picture *picture, enum picture_role role, struct picture_point at,
                  double width, double height);
/* Starts a line, or goes on with the one that was started last. */
void picture_line_from(struct picture *picture, enum picture_role role, struct picture_point at);
void picture_line_to(struct picture *picture, struct picture_point at);
/* The line is done: one that went nowhere becomes a dot. */
void picture_line_end(struct picture *picture);
/* Clean text, cut in the middle to `width` pixels. */
void picture_text(struct picture *picture, enum picture_role role, struct picture_point at,
                  enum picture_anchor anchor, double width, const char *text);
/* Pixels that a text takes at most, as a rule. */
double picture_text_width(const char *text);

#endif
