/* tlm schema: the schema in the header, byte for byte. */
#include <stdio.h>

#include "channel_files.h"
#include "commands.h"
#include "schema_args.h"

void schema_args_init(void *opaque)
{
    *(struct schema_args *)opaque = (struct schema_args){.name = false};
}

static int print_schema(const char *path, bool name)
{
    struct tlm_file *file;
    struct tlm_error error;
    if (tlm_file_open(&file, path, &error) != TLM_OK) {
        fprintf(stderr, "tlm schema: %s\n", error.message);
        return EXIT_FAILED;
    }
    const struct tlm_file_info *info = tlm_file_info(file);
    if (name)
        fputs(info->schema_name, stdout);
    else
        fwrite(info->schema.data, 1, info->schema.len, stdout);
    putchar('\n');
    tlm_file_close(file);
    return EXIT_CLEAN;
}

int cmd_schema(void *opaque)
{
    const struct schema_args *args = opaque;
    struct channel_files files = {0};
    int status = channel_files_collect(&files, args->operands.items, args->operands.len, "schema");
    for (size_t i = 0; i < files.n && !status; i++)
        status = print_schema(files.paths[i], args->name);
    channel_files_release(&files);
    return status;
}
