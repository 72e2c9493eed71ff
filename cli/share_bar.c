#include "share_bar.h"

static const char *const eighths[] = {"", "▏", "▎", "▍", "▌", "▋", "▊", "▉"};

static void repeat(FILE *out, const char *text, size_t n)
{
    while (n--)
        fputs(text, out);
}

void share_bar_print(FILE *out, double share, size_t width, const struct screen_look *look,
                     enum color_role role)
{
    const size_t steps = look->ascii ? 1 : sizeof eighths / sizeof eighths[0];
    size_t filled = share < 1 ? (size_t)(share * (double)(width * steps) + 0.5) : width * steps;
    if (!filled && share > 0 && width)
        filled = 1;
    fputs(color_begin(look->color, role), out);
    repeat(out, look->ascii ? "#" : "█", filled / steps);
    fputs(eighths[look->ascii ? 0 : filled % steps], out);
    fputs(color_end(look->color, role), out);
    repeat(out, look->ascii ? "." : " ", width - (filled + steps - 1) / steps);
}
