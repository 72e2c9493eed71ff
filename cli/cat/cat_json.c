#include "cat/cat_json.h"

#include "cat/cat_quote.h"

enum { DEPTH_MAX = 99 }; /* a row is an object around it */

struct scan {
    const char *p, *end;
};

static bool is_digit(const struct scan *scan)
{
    return scan->p < scan->end && *scan->p >= '0' && *scan->p <= '9';
}

static bool is_one_of(char c, const char *set)
{
    return c && strchr(set, c);
}

static bool take(struct scan *scan, char c)
{
    if (scan->p == scan->end || *scan->p != c)
        return false;
    scan->p++;
    return true;
}

static void skip_space(struct scan *scan)
{
    while (scan->p < scan->end &&
           (*scan->p == ' ' || *scan->p == '\t' || *scan->p == '\n' || *scan->p == '\r'))
        scan->p++;
}

static bool skip_digits(struct scan *scan)
{
    if (!is_digit(scan))
        return false;
    while (is_digit(scan))
        scan->p++;
    return true;
}

static bool skip_number(struct scan *scan)
{
    take(scan, '-');
    if (!take(scan, '0') && !skip_digits(scan))
        return false;
    if (take(scan, '.') && !skip_digits(scan))
        return false;
    if (!take(scan, 'e') && !take(scan, 'E'))
        return true;
    if (!take(scan, '+'))
        take(scan, '-');
    return skip_digits(scan);
}

static bool skip_escape(struct scan *scan)
{
    size_t left = (size_t)(scan->end - scan->p);
    if (left && is_one_of(*scan->p, "\"\\/bfnrt")) {
        scan->p++;
        return true;
    }
    if (left < 5 || *scan->p != 'u')
        return false;
    for (int i = 1; i < 5; i++)
        if (!is_one_of(scan->p[i], "0123456789abcdefABCDEF"))
            return false;
    scan->p += 5;
    return true;
}

static bool skip_string(struct scan *scan)
{
    if (!take(scan, '"'))
        return false;
    while (scan->p < scan->end) {
        if (take(scan, '"'))
            return true;
        size_t len = cat_quote_utf8(scan->p, (size_t)(scan->end - scan->p));
        if (!len || (unsigned char)*scan->p < 0x20)
            return false;
        if (!take(scan, '\\'))
            scan->p += len;
        else if (!skip_escape(scan))
            return false;
    }
    return false;
}

static bool skip_word(struct scan *scan, const char *word)
{
    size_t len = strlen(word);
    if ((size_t)(scan->end - scan->p) < len || memcmp(scan->p, word, len) != 0)
        return false;
    scan->p += len;
    return true;
}

static bool skip_scalar(struct scan *scan)
{
    switch (scan->p < scan->end ? *scan->p : 0) {
    case '"':
        return skip_string(scan);
    case 't':
        return skip_word(scan, "true");
    case 'f':
        return skip_word(scan, "false");
    case 'n':
        return skip_word(scan, "null");
    }
    return skip_number(scan);
}

static bool skip_key(struct scan *scan)
{
    skip_space(scan);
    if (!skip_string(scan))
        return false;
    skip_space(scan);
    return take(scan, ':');
}

/* What is open at a place: a bit for each level, set for objects. */
struct levels {
    unsigned char object[DEPTH_MAX];
    int n;
};

/* Behind a value: closes what ends there. *more: another value follows. */
static bool close_levels(struct scan *scan, struct levels *levels, bool *more)
{
    *more = false;
    while (levels->n) {
        bool object = levels->object[levels->n - 1];
        skip_space(scan);
        if (take(scan, ',')) {
            *more = true;
            return !object || skip_key(scan);
        }
        if (!take(scan, object ? '}' : ']'))
            return false;
        levels->n--;
    }
    return true;
}

/* At an opening bracket. *empty: it has been closed at once. */
static bool open_level(struct scan *scan, struct levels *levels, bool *empty)
{
    bool object = *scan->p++ == '{';
    if (levels->n == DEPTH_MAX)
        return false;
    levels->object[levels->n++] = object;
    skip_space(scan);
    *empty = take(scan, object ? '}' : ']');
    if (*empty) {
        levels->n--;
        return true;
    }
    return !object || skip_key(scan);
}

bool cat_json_valid(struct tlm_string text)
{
    struct scan scan = {text.data, text.data + text.len};
    struct levels levels = {.n = 0};
    for (bool more = true; more;) {
        bool ended = true;
        skip_space(&scan);
        bool opens = scan.p < scan.end && (*scan.p == '{' || *scan.p == '[');
        if (opens ? !open_level(&scan, &levels, &ended) : !skip_scalar(&scan))
            return false;
        if (ended && !close_levels(&scan, &levels, &more))
            return false;
    }
    skip_space(&scan);
    return scan.p == scan.end;
}

/* An array of numbers, or one of strings; null may stand for either. */
static bool is_plain_array(struct scan *scan)
{
    bool numbers = false, strings = false;
    for (bool more = true; more; more = take(scan, ',')) {
        skip_space(scan);
        char first = scan->p < scan->end ? *scan->p : 0;
        if (is_one_of(first, "{[tf"))
            return false;
        if (first == ']')
            break;
        numbers = numbers || first == '-' || is_digit(scan);
        strings = strings || first == '"';
        skip_scalar(scan);
        skip_space(scan);
    }
    return !numbers || !strings;
}

bool cat_json_is_evident(struct tlm_string text)
{
    struct scan scan = {text.data, text.data + text.len};
    skip_space(&scan);
    return take(&scan, '{') || (take(&scan, '[') && !is_plain_array(&scan));
}
