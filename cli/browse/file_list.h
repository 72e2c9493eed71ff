/* The files that are browsed, and what their headers say. */
#ifndef FILE_LIST_H
#define FILE_LIST_H

#include "tlm.h"

struct file_entry {
    char *path;
    char *label;  /* clean */
    char *wrong;  /* why it cannot be opened, clean; NULL: it can */
    char *codec;  /* clean */
    char *schema; /* name, clean */
    uint64_t bytes;
    bool has_points, has_figures, unfinished;
    uint64_t points;
    int64_t first_ns, last_ns;
};

struct file_list {
    struct file_entry *items;
    size_t n;
    size_t n_points;  /* items with points */
    uint64_t points;  /* as their headers say, */
    bool all_figures; /* which all of them do */
    uint64_t bytes;   /* of those with points */
    int64_t first_ns, last_ns;
};

/* False: memory is out. */
bool file_list_open(struct file_list *list, const char *const *paths, size_t n);
void file_list_release(struct file_list *list);

#endif
