#include "files/names.h"

#include <limits.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "base/error.h"
#include "files/template.h"

/* What ".NAME.partial.NN" adds to NAME. */
#define NAME_ROOM (sizeof ".partial.NN")
#define DEFAULT_INDEX "_{index:03d}"

/* ---- time ----------------------------------------------------------------------------------- */

struct civil {
    int64_t seconds; /* since the epoch */
    unsigned nanosecond;
    int year;       /* 1677 to 2262 */
    unsigned yday;  /* from 0 */
    unsigned month; /* from 1, as day */
    unsigned day, hour, minute, second;
    unsigned wday; /* 0 is Sunday */
};

static bool is_leap(int64_t year)
{
    return (year % 4 == 0 && year % 100 != 0) || year % 400 == 0;
}

/* Days from the epoch to January 1st. */
static int64_t days_before_year(int64_t year)
{
    int64_t past = year - 1;
    int64_t leaps = past / 4 - past / 100 + past / 400;
    return (year - 1970) * 365 + leaps - (1969 / 4 - 1969 / 100 + 1969 / 400);
}

static void fill_date(struct civil *civil, int64_t days)
{
    static const unsigned char lengths[] = {31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31};
    int64_t year = 1970 + days / 366 - (days < 0 ? 2 : 0);
    while (days >= days_before_year(year + 1))
        year++;
    unsigned rest = (unsigned)(days - days_before_year(year));
    civil->year = (int)year;
    civil->yday = rest;
    for (civil->month = 1;; civil->month++) {
        unsigned length = lengths[civil->month - 1] + (civil->month == 2 && is_leap(year) ? 1u : 0);
        if (rest < length)
            break;
        rest -= length;
    }
    civil->day = rest + 1;
    civil->wday = (unsigned)(((days + 4) % 7 + 7) % 7);
}

static struct civil civil_from_ns(int64_t ns)
{
    const int64_t second = 1000000000, day = 86400;
    int64_t seconds = ns / second - (ns % second < 0);
    int64_t days = seconds / day - (seconds % day < 0);
    unsigned of_day = (unsigned)(seconds - days * day);
    struct civil civil = {.seconds = seconds};
    civil.nanosecond = (unsigned)(ns % second + (ns % second < 0 ? second : 0));
    civil.hour = of_day / 3600;
    civil.minute = of_day / 60 % 60;
    civil.second = of_day % 60;
    fill_date(&civil, days);
    return civil;
}

/* ISO 8601 week: Monday first, week 1 holds the year's first Thursday. */
static unsigned iso_week(const struct civil *civil, int *iso_year)
{
    int monday = (int)civil->yday - (int)((civil->wday + 6) % 7); /* yday of this week's Monday */
    int thursday = monday + 3;
    int year = civil->year;
    int length = is_leap(year) ? 366 : 365;
    if (thursday < 0) {
        year--;
        thursday += is_leap(year) ? 366 : 365;
    } else if (thursday >= length) {
        year++;
        thursday -= length;
    }
    *iso_year = year;
    return (unsigned)(thursday / 7 + 1);
}

static bool append_time(struct tlm_buf *out, char letter, const struct civil *civil)
{
    int iso_year;
    unsigned week = iso_week(civil, &iso_year);
    switch (letter) {
    case 'Y':
        return tlm__buf_printf(out, "%04d", civil->year);
    case 'm':
        return tlm__buf_printf(out, "%02u", civil->month);
    case 'd':
        return tlm__buf_printf(out, "%02u", civil->day);
    case 'H':
        return tlm__buf_printf(out, "%02u", civil->hour);
    case 'M':
        return tlm__buf_printf(out, "%02u", civil->minute);
    case 'S':
        return tlm__buf_printf(out, "%02u", civil->second);
    case 'y':
        return tlm__buf_printf(out, "%02d", civil->year % 100);
    case 'j':
        return tlm__buf_printf(out, "%03u", civil->yday + 1);
    case 'F':
        return tlm__buf_printf(out, "%04d-%02u-%02u", civil->year, civil->month, civil->day);
    case 'T':
        return tlm__buf_printf(out, "%02u:%02u:%02u", civil->hour, civil->minute, civil->second);
    case 's':
        return tlm__buf_printf(out, "%lld", (long long)civil->seconds);
    case 'f':
        return tlm__buf_printf(out, "%09u", civil->nanosecond);
    case 'U':
        return tlm__buf_printf(out, "%02u", (civil->yday + 7 - civil->wday) / 7);
    case 'V':
        return tlm__buf_printf(out, "%02u", week);
    case 'G':
        return tlm__buf_printf(out, "%04d", iso_year);
    case 'u':
        return tlm__buf_printf(out, "%u", civil->wday ? civil->wday : 7);
    }
    return false; /* tlm__template_next lets no other letter through */
}

/* ---- building the pattern ------------------------------------------------------------------- */

/* Appends text so that the template reads it as itself. */
static bool append_escaped(struct tlm_buf *out, const char *text, size_t len)
{
    for (size_t i = 0; i < len; i++) {
        char c = text[i];
        bool twice = c == '%' || c == '{' || c == '}';
        if (!tlm__buf_append_byte(out, (uint8_t)c) ||
            (twice && !tlm__buf_append_byte(out, (uint8_t)c)))
            return false;
    }
    return true;
}

static bool ends_with(const char *text, size_t len, const char *end)
{
    size_t n = strlen(end);
    return len > n && strncasecmp(text + len - n, end, n) == 0;
}

static bool append_stem(struct tlm_buf *out, const char *first_input)
{
    const char *base = first_input ? first_input : "-";
    const char *slash = strrchr(base, '/');
    if (slash)
        base = slash + 1;
    base += strspn(base, ".");
    size_t len = strlen(base);
    if (ends_with(base, len, ".gz"))
        len -= 3;
    else if (ends_with(base, len, ".zst"))
        len -= 4;
    for (size_t i = len; i-- > 1;) {
        if (base[i] == '.') {
            len = i;
            break;
        }
    }
    if (len == 0 || strcmp(base, "-") == 0)
        return append_escaped(out, "out", 3);
    for (size_t i = 0; i < len; i++) {
        unsigned char c = (unsigned char)base[i];
        char plain = c < 0x20 || c == 0x7f ? '_' : base[i];
        if (!append_escaped(out, &plain, 1))
            return false;
    }
    return true;
}

struct survey {
    bool has_index, has_time;
    const char *last_dot; /* where the last extension begins, or the end of the text */
};

/* True when this conversion cannot end or begin in a digit that belongs to its neighbour. */
static bool separates(const struct tlm_template_item *item)
{
    if (item->kind == TLM_TEMPLATE_TIME)
        return item->letter == 'F' || item->letter == 'T';
    for (size_t i = 0; i < item->len; i++)
        if (item->text[i] < '0' || item->text[i] > '9')
            return true;
    return item->kind == TLM_TEMPLATE_EXT; /* a stem may be all digits */
}

/* Reads the whole template once. Names of existing parts are read back, so the two items without
 * a fixed length may appear once each and not run into one another. */
static enum tlm_code survey_template(const char *text, struct survey *survey,
                                     struct tlm_error *error)
{
    *survey = (struct survey){0};
    bool has_seconds = false, open = false;
    const char *at = text;
    for (;;) {
        const char *start = at;
        struct tlm_template_item item;
        enum tlm_code code = tlm__template_next(&at, &item, error);
        if (code != TLM_OK)
            return code;
        if (item.kind == TLM_TEMPLATE_END)
            break;
        bool is_index = item.kind == TLM_TEMPLATE_INDEX;
        bool is_seconds = item.kind == TLM_TEMPLATE_TIME && item.letter == 's';
        if (is_index ? survey->has_index : is_seconds && has_seconds)
            return tlm__fail(error, TLM_ARGUMENT, "\"%s\": %s may appear once only", text,
                             is_index ? "{index}" : "%s");
        if ((is_index || is_seconds) && open)
            return tlm__fail(error, TLM_ARGUMENT,
                             "\"%s\": {index} and %%s need something other than digits between",
                             text);
        open = is_index || is_seconds || (open && !separates(&item));
        survey->has_index |= is_index;
        survey->has_time |= item.kind == TLM_TEMPLATE_TIME;
        has_seconds |= is_seconds;
        for (size_t i = 0; item.kind == TLM_TEMPLATE_LITERAL && i < item.len; i++)
            if (item.text[i] == '.' && start + i > text)
                survey->last_dot = start + i;
    }
    if (!survey->last_dot)
        survey->last_dot = at;
    return TLM_OK;
}

/* Copies the template with {stem}, {ext} and, at insert (or nowhere: NULL), an index filled in. */
static bool fill_in(struct tlm_buf *out, const char *text, const char *insert,
                    const char *first_input)
{
    const char *at = text;
    struct tlm_template_item item;
    for (;;) {
        const char *start = at;
        if (tlm__template_next(&at, &item, NULL) != TLM_OK)
            return false;
        bool here = insert && insert >= start && (insert < at || item.kind == TLM_TEMPLATE_END);
        size_t before = here ? (size_t)(insert - start) : 0;
        if (here && (!tlm__buf_append(out, start, before) ||
                     !tlm__buf_append(out, DEFAULT_INDEX, strlen(DEFAULT_INDEX))))
            return false;
        if (item.kind == TLM_TEMPLATE_END)
            return tlm__buf_append_text(out, "");
        bool good;
        if (item.kind == TLM_TEMPLATE_STEM)
            good = append_stem(out, first_input);
        else if (item.kind == TLM_TEMPLATE_EXT)
            good = tlm__buf_append(out, "avro", 4);
        else
            good = tlm__buf_append(out, start + before, (size_t)(at - start) - before);
        if (!good)
            return false;
    }
}

/* *folder: the text before the file name, without escapes. */
static enum tlm_code read_folder(const char *output, size_t len, char **folder,
                                 struct tlm_error *error)
{
    struct tlm_buf out = {0};
    enum tlm_code code = TLM_OK;
    char *text = len ? strndup(output, len) : strdup(".");
    const char *at = text;
    while (text) {
        struct tlm_template_item item;
        code = tlm__template_next(&at, &item, error);
        if (code == TLM_OK && item.kind == TLM_TEMPLATE_END)
            break;
        if (code == TLM_OK && item.kind != TLM_TEMPLATE_LITERAL)
            code =
                tlm__fail(error, TLM_ARGUMENT,
                          "\"%s\": conversions belong in the file name, not in its folder", output);
        if (code == TLM_OK && !tlm__buf_append(&out, item.text, item.len))
            code = tlm__fail_memory(error, item.len);
        if (code != TLM_OK)
            goto out;
    }
    if (!text || !tlm__buf_append_text(&out, "")) {
        code = tlm__fail_memory(error, len + 1);
        goto out;
    }
    *folder = (char *)out.data;
    out = (struct tlm_buf){0};
out:
    tlm__buf_release(&out);
    free(text);
    return code;
}

/* The folder ends before the slashes in front of the file name; "/" stays itself. */
static size_t folder_length(const char *output, const char *name)
{
    size_t len = (size_t)(name - output);
    while (len > 1 && output[len - 1] == '/')
        len--;
    return len;
}

enum tlm_code tlm__names_init(struct tlm_names *names, const char *output, const char *first_input,
                              bool rotating, struct tlm_error *error)
{
    const char *slash = strrchr(output, '/');
    const char *name = slash ? slash + 1 : output;
    if (!*name || strcmp(name, ".") == 0 || strcmp(name, "..") == 0)
        return tlm__fail(error, TLM_ARGUMENT, "output \"%s\" names a folder; add a file name",
                         output);
    struct tlm_names made = {0};
    struct tlm_buf pattern = {0}, trial = {0};
    struct survey survey;
    enum tlm_code code = survey_template(name, &survey, error);
    if (code == TLM_OK)
        code = read_folder(output, folder_length(output, name), &made.folder, error);
    if (code != TLM_OK)
        goto out;
    const char *insert = rotating && !survey.has_index ? survey.last_dot : NULL;
    if (!fill_in(&pattern, name, insert, first_input)) {
        code = tlm__fail_memory(error, strlen(name));
        goto out;
    }
    made.pattern = (char *)pattern.data;
    made.has_index = survey.has_index || insert;
    made.has_time = survey.has_time;
    code = tlm__names_render(&made, 0, 0, &trial, error);
    if (code != TLM_OK)
        goto out;
    *names = made;
    made = (struct tlm_names){0};
    pattern = (struct tlm_buf){0};
out:
    free(made.folder);
    tlm__buf_release(&pattern);
    tlm__buf_release(&trial);
    return code;
}

void tlm__names_release(struct tlm_names *names)
{
    free(names->folder);
    free(names->pattern);
    *names = (struct tlm_names){0};
}

/* ---- rendering ------------------------------------------------------------------------------ */

static bool is_reserved(const char *name, size_t len)
{
    if (name[0] != '.')
        return false;
    size_t digits = 0;
    while (digits < len && name[len - digits - 1] >= '0' && name[len - digits - 1] <= '9')
        digits++;
    if (digits && digits < len && name[len - digits - 1] == '.')
        len -= digits + 1;
    return len > 8 && memcmp(name + len - 8, ".partial", 8) == 0;
}

static enum tlm_code check_name(const struct tlm_buf *made, struct tlm_error *error)
{
    const char *name = (const char *)made->data;
    if (made->len > NAME_MAX - NAME_ROOM)
        return tlm__fail(
            error, TLM_ARGUMENT,
            "file name of %zu bytes is too long: with \".NAME.partial.NN\" of the file "
            "being written there is room for %zu (\"%.80s...\")",
            made->len, (size_t)(NAME_MAX - NAME_ROOM), name);
    if (!*name || strcmp(name, ".") == 0 || strcmp(name, "..") == 0)
        return tlm__fail(error, TLM_ARGUMENT, "\"%s\" is no file name", name);
    if (is_reserved(name, made->len))
        return tlm__fail(error, TLM_ARGUMENT,
                         "\"%s\": names like .NAME.partial are those of files being written", name);
    return TLM_OK;
}

static bool append_item(struct tlm_buf *out, const struct tlm_template_item *item, uint64_t index,
                        const struct civil *civil)
{
    switch (item->kind) {
    case TLM_TEMPLATE_LITERAL:
        return tlm__buf_append(out, item->text, item->len);
    case TLM_TEMPLATE_INDEX:
        return tlm__buf_printf(out, "%0*llu", (int)item->width, (unsigned long long)index);
    case TLM_TEMPLATE_TIME:
        return append_time(out, item->letter, civil);
    case TLM_TEMPLATE_END:
    case TLM_TEMPLATE_STEM:
    case TLM_TEMPLATE_EXT:
        break;
    }
    return true; /* {stem} and {ext} were filled in before */
}

enum tlm_code tlm__names_render(const struct tlm_names *names, uint64_t index, int64_t first_ns,
                                struct tlm_buf *out, struct tlm_error *error)
{
    struct civil civil = civil_from_ns(first_ns);
    struct tlm_buf made = {0};
    const char *at = names->pattern;
    struct tlm_template_item item;
    enum tlm_code code;
    do {
        code = tlm__template_next(&at, &item, error);
        if (code == TLM_OK && !append_item(&made, &item, index, &civil))
            code = tlm__fail_memory(error, NAME_MAX);
    } while (code == TLM_OK && item.kind != TLM_TEMPLATE_END);
    if (code == TLM_OK && !tlm__buf_append_text(&made, ""))
        code = tlm__fail_memory(error, NAME_MAX);
    if (code == TLM_OK)
        code = check_name(&made, error);
    if (code != TLM_OK) {
        tlm__buf_release(&made);
        return code;
    }
    tlm__buf_release(out);
    *out = made;
    return TLM_OK;
}
