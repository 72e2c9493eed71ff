#include "plot/series_key.h"

#include <stdlib.h>
#include <string.h>

#include "screen_text.h"

static bool append(struct series_key *key, struct tlm_string text)
{
    if (key->room - key->len < text.len + 1) {
        size_t room = 2 * key->room + text.len + 64;
        char *bytes = realloc(key->bytes, room);
        if (!bytes)
            return false;
        key->bytes = bytes;
        key->room = room;
    }
    if (text.len)
        memcpy(key->bytes + key->len, text.data, text.len);
    key->len += text.len;
    key->bytes[key->len++] = '\0';
    return true;
}

bool series_key_set(struct series_key *key, const struct tlm_run_of_points *points)
{
    key->len = 0;
    if (!append(key, points->channel))
        return false;
    for (size_t i = 0; i < points->n_tags; i++)
        if (!append(key, points->tags[i].key) || !append(key, points->tags[i].value))
            return false;
    key->len--; /* the last NUL separates nothing */
    return true;
}

void series_key_release(struct series_key *key)
{
    free(key->bytes);
    *key = (struct series_key){0};
}

/* Takes a text from the front of what is left of a key; false: something else is there. */
static bool take(const char **key, size_t *len, struct tlm_string text)
{
    if (*len < text.len || (text.len && memcmp(*key, text.data, text.len) != 0) ||
        (*len > text.len && (*key)[text.len] != '\0'))
        return false;
    size_t used = *len > text.len ? text.len + 1 : text.len;
    *key += used;
    *len -= used;
    return true;
}

bool series_key_is(const char *key, size_t len, const struct tlm_run_of_points *points)
{
    size_t whole = points->channel.len;
    for (size_t i = 0; i < points->n_tags; i++)
        whole += points->tags[i].key.len + points->tags[i].value.len + 2;
    if (whole != len || !take(&key, &len, points->channel))
        return false;
    for (size_t i = 0; i < points->n_tags; i++)
        if (!take(&key, &len, points->tags[i].key) || !take(&key, &len, points->tags[i].value))
            return false;
    return true;
}

/* What the n-th separator becomes: channel{key=value,key=value */
static char separator(size_t n)
{
    return n == 0 ? '{' : n % 2 ? '=' : ',';
}

char *series_key_label(const char *key, size_t len)
{
    char *text = malloc(len + 2), *clean;
    size_t n = 0;
    if (!text)
        return NULL;
    for (size_t i = 0; i < len; i++)
        text[i] = key[i] ? key[i] : separator(n++);
    if (n)
        text[len++] = '}';
    clean = screen_text_clean(text, len);
    free(text);
    return clean;
}

char *series_key_glob(const char *key, size_t len)
{
    const char *end = memchr(key, '\0', len);
    size_t n = end ? (size_t)(end - key) : len;
    char *glob = malloc(2 * n + 2), *to = glob;
    if (!glob)
        return NULL;
    for (size_t i = 0; i < n; i++) {
        /* how patterns treat other bytes depends on the locale */
        if ((unsigned char)key[i] < ' ' || (unsigned char)key[i] > '~')
            return strcpy(glob, "*");
        if (strchr("*?[]\\", key[i]))
            *to++ = '\\';
        *to++ = key[i];
    }
    *to = '\0';
    return glob;
}
