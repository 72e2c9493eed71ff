/* Reads a file a second time, with a library that is not ours. */
#ifndef VERIFY_WITH_H
#define VERIFY_WITH_H

#include "verify_file.h"

/* Only for a file in which --full found nothing wrong: avro-c does not check what it reads. */
enum tlm_code verify_with_avro_c(const char *path, const struct verify_args *args,
                                 const struct verify_result *result, struct tlm_error *error);

#endif
