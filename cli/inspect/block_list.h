/* Every block of a file, each looked at by itself. */
#ifndef BLOCK_LIST_H
#define BLOCK_LIST_H

#include "tlm.h"

enum block_state {
    BLOCK_WHOLE,
    BLOCK_DAMAGED /* its data cannot be decompressed, or its checksum is another */
};

struct block_entry {
    struct tlm_block block;
    enum block_state state;
};

struct block_list {
    struct block_entry *items;
    size_t n, capacity;
    bool checksums;     /* the codec has one for every block */
    enum tlm_code code; /* what is wrong first, and with what the list ended if that is later */
    struct tlm_error error;
};

/* Reads from where the file is. A block whose data is damaged does not end it. */
void block_list_take(struct block_list *list, struct tlm_file *file);
void block_list_release(struct block_list *list);

#endif
