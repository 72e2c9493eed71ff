#include "screen_text.h"

#include <stdint.h>
#include <stdlib.h>
#include <string.h>

struct range {
    uint32_t from, to;
};

static bool is_in(const struct range *ranges, size_t n, uint32_t c)
{
    for (size_t i = 0; i < n; i++)
        if (c >= ranges[i].from && c <= ranges[i].to)
            return true;
    return false;
}

/* Unicode 15, East Asian Width W and F, in coarse ranges. */
static bool is_wide(uint32_t c)
{
    static const struct range wide[] = {
        {0x1100, 0x115f},   {0x2e80, 0x303e},   {0x3041, 0xa4cf},   {0xa960, 0xa97f},
        {0xac00, 0xd7a3},   {0xf900, 0xfaff},   {0xfe30, 0xfe6f},   {0xff00, 0xff60},
        {0xffe0, 0xffe6},   {0x1f300, 0x1f64f}, {0x1f680, 0x1f6ff}, {0x1f900, 0x1f9ff},
        {0x20000, 0x3fffd},
    };
    return c >= 0x1100 && is_in(wide, sizeof wide / sizeof wide[0], c);
}

/* Combining marks and joiners of common scripts. */
static bool is_zero_width(uint32_t c)
{
    static const struct range zero[] = {
        {0x0300, 0x036f}, {0x0483, 0x0489}, {0x0591, 0x05bd}, {0x0610, 0x061a}, {0x064b, 0x065f},
        {0x200b, 0x200d}, {0x20d0, 0x20ff}, {0xfe00, 0xfe0f}, {0xfe20, 0xfe2f}, {0xfeff, 0xfeff},
    };
    return c >= 0x0300 && is_in(zero, sizeof zero / sizeof zero[0], c);
}

/* Control characters, line separators, and those that reorder what stands beside them. */
static bool is_unsafe(uint32_t c)
{
    return c < ' ' || (c >= 0x7f && c < 0xa0) || (c >= 0x200e && c <= 0x200f) ||
           (c >= 0x2028 && c <= 0x202e) || (c >= 0x2066 && c <= 0x2069);
}

/* Bytes of the character at text (0: it is none), with its number. */
static size_t decode(const unsigned char *text, size_t len, uint32_t *c)
{
    static const uint32_t least[] = {0, 0, 0x80, 0x800, 0x10000};
    size_t n = *text < 0x80 ? 1 : *text < 0xc2 ? 0 : *text < 0xe0 ? 2 : *text < 0xf0 ? 3 : 4;
    if (n == 0 || n > len || *text > 0xf4)
        return 0;
    *c = n == 1 ? *text : *text & (0xffu >> (n + 1));
    for (size_t i = 1; i < n; i++) {
        if ((text[i] & 0xc0) != 0x80)
            return 0;
        *c = *c << 6 | (text[i] & 0x3fu);
    }
    return *c < least[n] || *c > 0x10ffff || (*c >= 0xd800 && *c <= 0xdfff) ? 0 : n;
}

char *screen_text_clean(const char *text, size_t len)
{
    char *clean = malloc(len + 1), *to = clean;
    if (!clean)
        return NULL;
    while (len) {
        uint32_t c = 0;
        size_t n = decode((const unsigned char *)text, len, &c);
        if (n == 0 || is_unsafe(c)) {
            *to++ = '?';
            n = n ? n : 1;
        } else {
            memcpy(to, text, n);
            to += n;
        }
        text += n;
        len -= n;
    }
    *to = '\0';
    return clean;
}

static size_t take_char(const char **text, size_t len)
{
    uint32_t c = 0;
    size_t n = decode((const unsigned char *)*text, len, &c);
    *text += n ? n : 1;
    return n && is_zero_width(c) ? 0 : n && is_wide(c) ? 2 : 1;
}

size_t screen_text_width(const char *text)
{
    const char *end = text + strlen(text);
    size_t width = 0;
    while (text < end)
        width += take_char(&text, (size_t)(end - text));
    return width;
}

/* The longest beginning that is not wider than `width`. */
static const char *head_of(const char *text, const char *end, size_t width)
{
    size_t used = 0;
    for (const char *next = text; next < end; text = next) {
        used += take_char(&next, (size_t)(end - next));
        if (used > width)
            break;
    }
    return text;
}

/* The longest end that is not wider than `width`. */
static const char *tail_of(const char *text, const char *end, size_t width)
{
    size_t used = screen_text_width(text);
    while (text < end && used > width)
        used -= take_char(&text, (size_t)(end - text));
    return text;
}

bool screen_text_cut(char **text, size_t width, enum screen_text_end where, bool ascii)
{
    const char *ellipsis = !width ? "" : ascii ? "~" : "\u2026", *end = *text + strlen(*text);
    if (screen_text_width(*text) <= width)
        return true;
    size_t kept = width ? width - 1 : 0, behind = where == SCREEN_TEXT_CUT_MIDDLE ? kept / 2 : 0;
    size_t before = (size_t)(head_of(*text, end, kept - behind) - *text);
    const char *tail = tail_of(*text, end, behind);
    char *cut = malloc(before + sizeof "\u2026" + (size_t)(end - tail));
    if (!cut)
        return false;
    memcpy(cut, *text, before);
    strcpy(stpcpy(cut + before, ellipsis), tail);
    free(*text);
    *text = cut;
    return true;
}
