#include "show_blocks.h"

#include <inttypes.h>

#include "inspect/figure_text.h"
#include "units.h"

static double ratio_of(const struct tlm_block *block)
{
    return block->data_bytes ? (double)block->raw_bytes / (double)block->data_bytes : 0;
}

static void add_entry(struct screen_table *table, const struct block_list *list, size_t i)
{
    const struct block_entry *entry = &list->items[i];
    const struct tlm_block *block = &entry->block;
    bool whole = entry->state == BLOCK_WHOLE;
    char text[UNITS_TEXT], ratio[FIGURE_TEXT];
    snprintf(text, sizeof text, "%zu", i);
    screen_table_add(table, text);
    snprintf(text, sizeof text, "%" PRIu64, block->offset);
    screen_table_add(table, text);
    screen_table_add(table, units_print_count(text, block->records));
    screen_table_add(table, units_print_size(text, block->data_bytes));
    screen_table_add(table, whole ? units_print_size(text, block->raw_bytes) : "");
    screen_table_add(table, whole ? figure_ratio(ratio, ratio_of(block)) : "");
    screen_table_add(table, "ok"); /* no block is given without its marker */
    if (whole)
        screen_table_add(table, list->checksums ? "ok" : "none");
    else
        screen_table_add_as(table, "damaged", COLOR_WRONG);
}

bool show_blocks(FILE *out, const struct block_list *list, const struct screen_look *look)
{
    static const struct screen_column columns[] = {
        {.title = "block", .right = true, .optional = 1},
        {.title = "offset", .right = true},
        {.title = "records", .right = true},
        {.title = "size", .right = true},
        {.title = "raw", .right = true},
        {.title = "ratio", .right = true},
        {.title = "sync"},
        {.title = "checksum"},
    };
    struct screen_table *table = screen_table_new(columns, sizeof columns / sizeof columns[0]);
    if (!table)
        return false;
    for (size_t i = 0; i < list->n; i++)
        add_entry(table, list, i);
    bool done = screen_table_print(table, out, look, 0);
    screen_table_free(table);
    return done;
}
