#include "files/template.h"

#include <string.h>

#include "base/error.h"

#define MAX_WIDTH 20 /* digits of the largest uint64_t */

static bool is_digit(char c)
{
    return c >= '0' && c <= '9';
}

/* The width of "index", "index:d" or "index:0Nd", or 0. */
static unsigned index_width(const char *field, size_t len)
{
    if (len == 5)
        return 3;
    if (len < 7 || field[5] != ':' || field[len - 1] != 'd')
        return 0;
    const char *digits = field + 6;
    size_t n = len - 7;
    if (n == 0)
        return 1;
    if (n < 2 || n > 3 || digits[0] != '0')
        return 0;
    unsigned width = 0;
    for (size_t i = 1; i < n; i++) {
        if (!is_digit(digits[i]))
            return 0;
        width = width * 10 + (unsigned)(digits[i] - '0');
    }
    return width <= MAX_WIDTH ? width : 0;
}

static enum tlm_code read_field(const char **at, struct tlm_template_item *item,
                                struct tlm_error *error)
{
    const char *field = *at + 1;
    size_t len = strcspn(field, "{}");
    if (field[len] != '}')
        return tlm__fail(error, TLM_ARGUMENT, "\"%s\": '{' without '}'; {{ is a plain brace", *at);
    struct tlm_template_item found = {0};
    if (len == 4 && memcmp(field, "stem", 4) == 0)
        found.kind = TLM_TEMPLATE_STEM;
    else if (len == 3 && memcmp(field, "ext", 3) == 0)
        found.kind = TLM_TEMPLATE_EXT;
    else if (len >= 5 && memcmp(field, "index", 5) == 0 && (found.width = index_width(field, len)))
        found.kind = TLM_TEMPLATE_INDEX;
    else
        return tlm__fail(error, TLM_ARGUMENT,
                         "\"{%.*s}\" is none of {stem} {ext} {index} {index:06d} (up to 020d)",
                         len > 64 ? 64 : (int)len, field);
    *item = found;
    *at = field + len + 1;
    return TLM_OK;
}

static enum tlm_code read_conversion(const char **at, struct tlm_template_item *item,
                                     struct tlm_error *error)
{
    char letter = (*at)[1];
    if (letter == '\0')
        return tlm__fail(error, TLM_ARGUMENT, "'%%' at the end of a name; %%%% is a percent sign");
    if (!strchr(TLM_TEMPLATE_LETTERS, letter))
        return tlm__fail(error, TLM_ARGUMENT, "\"%%%c\" is none of %s; %%%% is a percent sign",
                         letter, TLM_TEMPLATE_KNOWN);
    *item = (struct tlm_template_item){.kind = TLM_TEMPLATE_TIME, .letter = letter};
    *at += 2;
    return TLM_OK;
}

enum tlm_code tlm__template_next(const char **at, struct tlm_template_item *item,
                                 struct tlm_error *error)
{
    const char *text = *at;
    size_t len = strcspn(text, "%{}");
    size_t skip = len;
    if (len == 0 && text[0] != '\0') {
        if (text[0] != text[1]) {
            if (text[0] == '{')
                return read_field(at, item, error);
            if (text[0] == '%')
                return read_conversion(at, item, error);
            return tlm__fail(error, TLM_ARGUMENT, "\"%s\": '}' without '{'; }} is a plain brace",
                             text);
        }
        len = 1;
        skip = 2;
    }
    enum tlm_template_kind kind = len ? TLM_TEMPLATE_LITERAL : TLM_TEMPLATE_END;
    *item = (struct tlm_template_item){.kind = kind, .text = text, .len = len};
    *at = text + skip;
    return TLM_OK;
}
