#include "plot/svg_page.h"

#define FONT_SIZE 18 /* capital letters come near PICTURE_BASE */

/* Hundredths of a pixel are plenty. */
static void put_number(FILE *out, double value)
{
    char text[32];
    int len = snprintf(text, sizeof text, "%.2f", value);
    while (len > 0 && text[len - 1] == '0')
        len--;
    if (len > 0 && text[len - 1] == '.')
        len--;
    fwrite(text, 1, (size_t)len, out);
}

static void put_attribute(FILE *out, const char *name, double value)
{
    fprintf(out, " %s=\"", name);
    put_number(out, value);
    putc('"', out);
}

static void put_text(FILE *out, const char *text)
{
    for (; *text; text++)
        switch (*text) {
        case '&':
            fputs("&amp;", out);
            break;
        case '<':
            fputs("&lt;", out);
            break;
        case '>':
            fputs("&gt;", out);
            break;
        default:
            putc(*text, out);
        }
}

static void put_point(FILE *out, const struct picture_point *point)
{
    put_number(out, point->x);
    putc(' ', out);
    put_number(out, point->y);
}

static void put_line(FILE *out, const struct picture *picture, const struct picture_item *item)
{
    fprintf(out,
            "<path fill=\"none\" stroke=\"#%06x\" stroke-width=\"%g\" stroke-linejoin=\"round\" "
            "stroke-linecap=\"round\" d=\"M",
            picture_color(item->role), PICTURE_STROKE);
    for (size_t i = 0; i < item->n; i++) {
        if (i)
            fputs(i == 1 ? "L" : " ", out);
        put_point(out, &picture->points[item->first + i]);
    }
    fputs("\"/>\n", out);
}

static void put_dot(FILE *out, const struct picture_item *item)
{
    fputs("<circle", out);
    put_attribute(out, "cx", item->at.x);
    put_attribute(out, "cy", item->at.y);
    put_attribute(out, "r", PICTURE_DOT);
    fprintf(out, " fill=\"#%06x\"/>\n", picture_color(item->role));
}

static void put_rect(FILE *out, const struct picture_item *item)
{
    fputs("<rect", out);
    put_attribute(out, "x", item->at.x);
    put_attribute(out, "y", item->at.y);
    put_attribute(out, "width", item->width);
    put_attribute(out, "height", item->height);
    fprintf(out, " fill=\"#%06x\"/>\n", picture_color(item->role));
}

static void put_label(FILE *out, const struct picture_item *item)
{
    static const char *const anchors[] = {
        [PICTURE_START] = "start", [PICTURE_MIDDLE] = "middle", [PICTURE_END] = "end"};
    fputs("<text", out);
    put_attribute(out, "x", item->at.x);
    put_attribute(out, "y", item->at.y);
    fprintf(out, " fill=\"#%06x\" text-anchor=\"%s\"%s>", picture_color(item->role),
            anchors[item->anchor], item->role == PICTURE_TITLE ? " font-weight=\"bold\"" : "");
    put_text(out, item->text);
    fputs("</text>\n", out);
}

static void put_item(FILE *out, const struct picture *picture, const struct picture_item *item)
{
    switch (item->kind) {
    case PICTURE_LINE_ITEM:
        put_line(out, picture, item);
        break;
    case PICTURE_DOT_ITEM:
        put_dot(out, item);
        break;
    case PICTURE_RECT_ITEM:
        put_rect(out, item);
        break;
    case PICTURE_TEXT_ITEM:
        put_label(out, item);
        break;
    }
}

bool svg_page(FILE *out, const struct picture *picture)
{
    fprintf(out,
            "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n"
            "<svg xmlns=\"http://www.w3.org/2000/svg\" width=\"%u\" height=\"%u\" "
            "viewBox=\"0 0 %u %u\" font-family=\"sans-serif\" font-size=\"%d\" "
            "xml:space=\"preserve\">\n<title>",
            picture->width, picture->height, picture->width, picture->height, FONT_SIZE);
    put_text(out, picture->title);
    fprintf(out, "</title>\n<rect width=\"%u\" height=\"%u\" fill=\"#%06x\"/>\n", picture->width,
            picture->height, PICTURE_PAPER);
    for (size_t i = 0; i < picture->n; i++)
        put_item(out, picture, &picture->items[i]);
    fputs("</svg>\n", out);
    return !ferror(out);
}
