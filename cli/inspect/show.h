/* What tlm inspect prints as text. */
#ifndef SHOW_H
#define SHOW_H

#include "inspect/survey.h"
#include "screen.h"

/* Each returns false when memory is out. Tables of channels are in the order of the survey's. */

/* The header, the sizes, the metadata. */
bool show_file(FILE *out, const struct survey *survey, const struct screen_look *look);
bool show_channels(FILE *out, const struct survey *survey, const struct screen_look *look);
/* For files of another schema: its fields. */
bool show_fields(FILE *out, const struct tlm_file_info *info, const struct screen_look *look);
/* All of the header's metadata, the schema only mentioned. */
bool show_metadata(FILE *out, const struct tlm_file_info *info, const struct screen_look *look);

/* "  label     text", cut to the width. */
bool show_line(FILE *out, const struct screen_look *look, const char *label, const char *text);

/* A table of files, filled one by one. */
struct show_list;
struct show_list *show_list_new(void);
void show_list_free(struct show_list *list);
void show_list_add(struct show_list *list, const char *path, const struct survey *survey);
bool show_list_print(FILE *out, struct show_list *list, const struct screen_look *look);

#endif
