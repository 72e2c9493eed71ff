#include "browse/file_list.h"

#include <stdlib.h>
#include <string.h>

#include "screen_text.h"

static char *clean(const char *text)
{
    return screen_text_clean(text, strlen(text));
}

static bool take_header(struct file_entry *entry, const struct tlm_file_info *info)
{
    entry->codec = clean(info->codec);
    entry->schema = clean(info->schema_name);
    entry->bytes = info->bytes == TLM_SIZE_UNKNOWN ? 0 : info->bytes;
    entry->has_points = info->has_points;
    entry->unfinished = info->unfinished;
    entry->has_figures = info->has_points && info->has_figures;
    if (entry->has_figures) {
        entry->points = info->points;
        entry->first_ns = info->first_ns;
        entry->last_ns = info->last_ns;
    }
    return entry->codec && entry->schema;
}

/* A pipe could be read only once. */
static bool open_entry(struct file_entry *entry, const char *path)
{
    struct tlm_file *file;
    struct tlm_error error = {.code = TLM_OK};
    entry->path = strdup(path);
    entry->label = clean(path);
    if (!entry->path || !entry->label)
        return false;
    if (tlm_file_open(&file, path, &error) != TLM_OK) {
        entry->wrong = clean(error.message);
        return entry->wrong;
    }
    bool done = take_header(entry, tlm_file_info(file));
    if (tlm_file_info(file)->bytes == TLM_SIZE_UNKNOWN)
        entry->wrong = clean("is no regular file: it cannot be read twice");
    tlm_file_close(file);
    return done;
}

static void sum_up(struct file_list *list, const struct file_entry *entry)
{
    if (entry->wrong || !entry->has_points)
        return;
    bool first = list->n_points++ == 0;
    list->bytes += entry->bytes;
    list->all_figures = (first || list->all_figures) && entry->has_figures;
    if (!list->all_figures)
        return;
    list->points += entry->points;
    list->first_ns = first || entry->first_ns < list->first_ns ? entry->first_ns : list->first_ns;
    list->last_ns = first || entry->last_ns > list->last_ns ? entry->last_ns : list->last_ns;
}

bool file_list_open(struct file_list *list, const char *const *paths, size_t n)
{
    *list = (struct file_list){.items = calloc(n ? n : 1, sizeof *list->items)};
    bool done = list->items;
    for (size_t i = 0; i < n && done; i++) {
        list->n++;
        done = open_entry(&list->items[i], paths[i]);
        sum_up(list, &list->items[i]);
    }
    if (!done)
        file_list_release(list);
    return done;
}

void file_list_release(struct file_list *list)
{
    for (size_t i = 0; i < list->n; i++) {
        struct file_entry *entry = &list->items[i];
        free(entry->path);
        free(entry->label);
        free(entry->wrong);
        free(entry->codec);
        free(entry->schema);
    }
    free(list->items);
    *list = (struct file_list){0};
}
