/* How much of a set stays, as options say it. */
#ifndef RETENTION_ARGS_H
#define RETENTION_ARGS_H

#include "tlm.h"

struct retention_args {
    struct tlm_retention limits;
    bool parts_given, bytes_given, age_given;
};

/* 0, or EXIT_USAGE after saying what is wrong: a limit of nothing. */
int retention_args_check(const struct retention_args *args, const char *command);
bool retention_args_any(const struct retention_args *args);

/* "keep", "keep,keep-age": the options by which a part goes. */
#define RETENTION_WHY 32
const char *retention_why(char out[RETENTION_WHY], unsigned limits);

#endif
