#include "write_args.h"

void write_args_init(void *args)
{
    struct write_args *write = args;
    *write = (struct write_args){0};
    tlm_writer_options_init(&write->writer);
    tlm_row_options_init(&write->rows);
}
