#include "block_list.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "inspect/room.h"

static bool add(struct block_list *list, const struct tlm_block *block, enum block_state state)
{
    struct block_entry *items = room_for(list->items, sizeof *items, list->n, 1, &list->capacity);
    if (!items)
        return false;
    list->items = items;
    list->items[list->n++] = (struct block_entry){*block, state};
    return true;
}

static void note(struct block_list *list, enum tlm_code code, const struct tlm_error *error)
{
    if (!code || list->code)
        return;
    list->code = code;
    list->error = *error;
}

void block_list_take(struct block_list *list, struct tlm_file *file)
{
    const char *codec = tlm_file_info(file)->codec;
    bool got = true;
    *list = (struct block_list){
        .checksums =
            strcmp(codec, "snappy") == 0 || strcmp(codec, "xz") == 0 || strcmp(codec, "bzip2") == 0,
    };
    while (got) {
        struct tlm_error error = {.code = TLM_OK};
        /* A block of which everything but the data is right is known in spite of the error. */
        struct tlm_block block = {.bytes = 0};
        enum tlm_code code = tlm_file_next_block(file, true, &block, &got, &error);
        note(list, code, &error);
        if (!block.bytes)
            break;
        if (add(list, &block, code ? BLOCK_DAMAGED : BLOCK_WHOLE))
            continue;
        snprintf(error.message, sizeof error.message, "out of memory");
        note(list, TLM_NO_MEMORY, &error);
        break;
    }
}

void block_list_release(struct block_list *list)
{
    free(list->items);
    *list = (struct block_list){0};
}
