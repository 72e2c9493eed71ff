/* What tlm inspect --json prints of a file: one object on one line. */
#ifndef FILE_JSON_H
#define FILE_JSON_H

#include <stdio.h>

#include "inspect/block_list.h"
#include "inspect/survey.h"

struct file_json {
    const char *path;
    const struct survey *survey;
    const struct block_list *blocks; /* NULL: not asked for */
    char *const *head;               /* texts of records; NULL: not asked for */
    size_t n_head;
};

/* False: memory is out, or it was not written. */
bool file_json_print(FILE *out, const struct file_json *file);

#endif
