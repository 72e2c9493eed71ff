/* Reading records for a survey: all of them, or those of blocks spread evenly over the file. */
#ifndef SURVEY_READ_H
#define SURVEY_READ_H

#include "inspect/survey.h"

/* Adds a block to what the survey says of the whole file. */
void survey_count(struct survey *survey, const struct tlm_block *block);

/* How many times as long this codec takes as the fastest, about. */
unsigned survey_slowness(const char *codec);

/* All blocks from where the file is; counts them. The error goes to the survey's. */
enum tlm_code survey_read_all(struct survey *survey, const struct survey_options *options);
/* Some blocks of the file that has been counted, its name being a path that can be opened again. */
enum tlm_code survey_read_some(struct survey *survey, const struct survey_options *options,
                               struct tlm_error *error);

#endif
