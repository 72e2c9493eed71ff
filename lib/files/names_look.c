#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/error.h"
#include "files/names.h"
#include "files/template.h"

static bool is_digit(char c)
{
    return c >= '0' && c <= '9';
}

/* What a conversion of fixed length looks like, 'd' standing for a digit. */
static const char *shape_of(char letter)
{
    switch (letter) {
    case 'Y':
    case 'G':
        return "dddd";
    case 'j':
        return "ddd";
    case 'u':
        return "d";
    case 'f':
        return "ddddddddd";
    case 'F':
        return "dddd-dd-dd";
    case 'T':
        return "dd:dd:dd";
    }
    return "dd";
}

static bool match_shape(const char **text, char letter)
{
    const char *p = *text;
    for (const char *shape = shape_of(letter); *shape; shape++, p++)
        if (*shape == 'd' ? !is_digit(*p) : *p != *shape)
            return false;
    *text = p;
    return true;
}

/* n digits as a number; false when it does not fit. */
static bool read_index(const char *digits, size_t n, uint64_t *index)
{
    uint64_t value = 0;
    for (size_t i = 0; i < n; i++)
        if (__builtin_mul_overflow(value, 10u, &value) ||
            __builtin_add_overflow(value, (uint64_t)(digits[i] - '0'), &value))
            return false;
    *index = value;
    return true;
}

static bool match(const char *at, const char *text, uint64_t *index);

/* Digits of a number without a fixed length, at least width, without a zero too many, and then
 * the rest of the template. Longer ones first: "{index}1" has to give back its last digit. */
static bool match_number(const char *at, const char *text, size_t width, uint64_t *value,
                         uint64_t *index)
{
    size_t max = 0;
    while (is_digit(text[max]))
        max++;
    for (size_t n = max; n >= width; n--)
        if ((n == width || text[0] != '0') && read_index(text, n, value) &&
            match(at, text + n, index))
            return true;
    return false;
}

/* True when the template from `at` on could have made all of text. index is set when the template
 * has one. */
static bool match(const char *at, const char *text, uint64_t *index)
{
    for (;;) {
        struct tlm_template_item item;
        uint64_t seconds;
        if (tlm__template_next(&at, &item, NULL) != TLM_OK)
            return false;
        switch (item.kind) {
        case TLM_TEMPLATE_END:
            return *text == '\0';
        case TLM_TEMPLATE_LITERAL:
            if (strncmp(text, item.text, item.len) != 0)
                return false;
            text += item.len;
            break;
        case TLM_TEMPLATE_INDEX:
            return match_number(at, text, item.width, index, index);
        case TLM_TEMPLATE_TIME:
            if (item.letter == 's')
                return match_number(at, text + (*text == '-'), 1, &seconds, index);
            if (!match_shape(&text, item.letter))
                return false;
            break;
        case TLM_TEMPLATE_STEM:
        case TLM_TEMPLATE_EXT:
            return false;
        }
    }
}

bool tlm__names_match(const struct tlm_names *names, const char *name)
{
    uint64_t index;
    return match(names->pattern, name, &index);
}

static void note_part(const struct tlm_names *names, const char *name,
                      struct tlm_names_found *found)
{
    uint64_t index = 0;
    if (!match(names->pattern, name, &index) || (found->any && index < found->max_index))
        return;
    found->any = true;
    found->max_index = index;
    snprintf(found->example, sizeof found->example, "%s", name);
}

static void note_partial(const struct tlm_names *names, const char *name,
                         struct tlm_names_found *found)
{
    static const char suffix[] = ".partial";
    size_t len = strlen(name);
    if (name[0] != '.' || len < sizeof suffix || len >= sizeof found->partial ||
        strcmp(name + len - (sizeof suffix - 1), suffix) != 0)
        return;
    char inner[sizeof found->partial];
    len -= sizeof suffix; /* the dot in front goes too */
    memcpy(inner, name + 1, len);
    inner[len] = '\0';
    uint64_t index = 0;
    if (!match(names->pattern, inner, &index) ||
        (found->any_partial && index < found->partial_index))
        return;
    found->any_partial = true;
    found->partial_index = index;
    snprintf(found->partial, sizeof found->partial, "%s", name);
}

enum tlm_code tlm__names_look(const struct tlm_names *names, struct tlm_names_found *found,
                              struct tlm_error *error)
{
    struct tlm_names_found seen = {0};
    int fd = open(names->folder, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    if (fd < 0 && errno == ENOENT) {
        *found = seen;
        return TLM_OK;
    }
    DIR *dir = fd < 0 ? NULL : fdopendir(fd);
    if (!dir) {
        int saved = errno;
        if (fd >= 0)
            close(fd);
        return tlm__fail_errno(error, TLM_IO, saved, "folder %s", names->folder);
    }
    const struct dirent *entry;
    while (errno = 0, (entry = readdir(dir))) {
        note_part(names, entry->d_name, &seen);
        note_partial(names, entry->d_name, &seen);
    }
    int saved = errno;
    closedir(dir);
    if (saved)
        return tlm__fail_errno(error, TLM_IO, saved, "folder %s", names->folder);
    *found = seen;
    return TLM_OK;
}
