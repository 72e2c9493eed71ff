#include "cat/cat_quote.h"

#include <stdint.h>

/* ---- UTF-8 ---------------------------------------------------------------------------------- */

struct lead {
    size_t len;
    uint8_t first, last; /* what the second byte may be */
};

static struct lead lead_of(uint8_t c)
{
    if (c >= 0xc2 && c <= 0xdf)
        return (struct lead){2, 0x80, 0xbf};
    if (c >= 0xe0 && c <= 0xef) /* no longer than needed, no surrogates */
        return (struct lead){3, c == 0xe0 ? 0xa0 : 0x80, c == 0xed ? 0x9f : 0xbf};
    if (c >= 0xf0 && c <= 0xf4) /* up to U+10FFFF */
        return (struct lead){4, c == 0xf0 ? 0x90 : 0x80, c == 0xf4 ? 0x8f : 0xbf};
    return (struct lead){c < 0x80, 0, 0};
}

/* How many bytes of a sequence are there. */
static size_t sequence(const uint8_t *p, size_t len, struct lead lead)
{
    size_t n = 1;
    if (len < 2 || lead.len < 2 || p[1] < lead.first || p[1] > lead.last)
        return 1;
    for (n = 2; n < lead.len && n < len && (p[n] & 0xc0) == 0x80; n++)
        continue;
    return n;
}

size_t cat_quote_utf8(const char *text, size_t len)
{
    const uint8_t *p = (const uint8_t *)text;
    struct lead lead = lead_of(*p);
    return lead.len && sequence(p, len, lead) == lead.len ? lead.len : 0;
}

/* ---- JSON ----------------------------------------------------------------------------------- */

static bool is_plain(uint8_t c)
{
    return c >= 0x20 && c < 0x80 && c != '"' && c != '\\';
}

static char named_escape(uint8_t c)
{
    switch (c) {
    case '"':
    case '\\':
        return (char)c;
    case '\n':
        return 'n';
    case '\t':
        return 't';
    case '\r':
        return 'r';
    case '\b':
        return 'b';
    case '\f':
        return 'f';
    }
    return 0;
}

static bool add_escape(struct cat_text *out, uint8_t c)
{
    static const char hex[] = "0123456789abcdef";
    const char named = named_escape(c);
    if (named)
        return cat_text_add(out, (const char[]){'\\', named}, 2);
    return cat_text_add(out, (const char[]){'\\', 'u', '0', '0', hex[c >> 4], hex[c & 15]}, 6);
}

/* The sequence at p, whose first byte is not ASCII. */
static bool add_sequence(struct cat_text *out, const uint8_t *p, size_t len, size_t *used)
{
    struct lead lead = lead_of(*p);
    *used = sequence(p, len, lead);
    return lead.len == *used ? cat_text_add(out, (const char *)p, *used)
                             : cat_text_add(out, "\xef\xbf\xbd", 3);
}

bool cat_quote_json(struct cat_text *out, struct tlm_string text)
{
    const uint8_t *p = (const uint8_t *)text.data;
    bool added = cat_text_add_char(out, '"');
    for (size_t at = 0, n = 0; added && at < text.len; at += n) {
        for (n = 0; at + n < text.len && is_plain(p[at + n]);)
            n++;
        if (n)
            added = cat_text_add(out, text.data + at, n);
        else if (p[at] >= 0x80)
            added = add_sequence(out, p + at, text.len - at, &n);
        else
            added = add_escape(out, p[at]), n = 1;
    }
    return added && cat_text_add_char(out, '"');
}

/* ---- CSV ------------------------------------------------------------------------------------ */

static bool is_blank(char c)
{
    return c == ' ' || c == '\t';
}

static bool needs_quotes(struct tlm_string text, char delimiter)
{
    if (!text.len || is_blank(text.data[0]) || is_blank(text.data[text.len - 1]))
        return true;
    for (size_t i = 0; i < text.len; i++)
        if (text.data[i] == delimiter || text.data[i] == '"' || text.data[i] == '\n' ||
            text.data[i] == '\r')
            return true;
    return false;
}

bool cat_quote_cell(struct cat_text *out, struct tlm_string text, char delimiter)
{
    if (!needs_quotes(text, delimiter))
        return cat_text_add(out, text.data, text.len);
    const char *p = text.data, *end = p + text.len;
    bool added = cat_text_add_char(out, '"');
    while (added && p < end) {
        const char *quote = memchr(p, '"', (size_t)(end - p));
        const char *to = quote ? quote + 1 : end;
        added = cat_text_add(out, p, (size_t)(to - p)) && (!quote || cat_text_add_char(out, '"'));
        p = to;
    }
    return added && cat_text_add_char(out, '"');
}
