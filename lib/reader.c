#include "reader.h"

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "base/error.h"
#include "base/shortest.h"
#include "figures.h"

/* ---- the header ----------------------------------------------------------------------------- */

static void read_figures(struct tlm_file *file)
{
    struct tlm_figures figures;
    struct tlm_file_info *info = &file->info;
    tlm__figures_read(tlm__container_info(file->container), &figures);
    info->unfinished = figures.blank;
    info->has_figures = figures.known;
    if (!figures.known)
        return;
    info->points = (uint64_t)figures.values[TLM_FIGURE_POINTS];
    info->records = (uint64_t)figures.values[TLM_FIGURE_RECORDS];
    info->first_ns = figures.values[TLM_FIGURE_FIRST_NS];
    info->last_ns = figures.values[TLM_FIGURE_LAST_NS];
}

/* Texts of the header as C strings; a NUL in them ends them. */
static const char *keep(struct tlm_file *file, struct tlm_string text)
{
    return tlm__arena_text(&file->arena, text.data, text.len);
}

static enum tlm_code keep_metadata(struct tlm_file *file, const struct tlm_container_info *from,
                                   struct tlm_error *error)
{
    struct tlm_file_pair *pairs =
        tlm__arena_take(&file->arena, (from->n_pairs + 1) * sizeof *pairs);
    if (!pairs)
        return tlm__fail_memory(error, from->n_pairs * sizeof *pairs);
    for (size_t i = 0; i < from->n_pairs; i++)
        pairs[i] = (struct tlm_file_pair){from->pairs[i].key, from->pairs[i].value};
    file->info.metadata = pairs;
    file->info.n_metadata = from->n_pairs;
    return TLM_OK;
}

static enum tlm_code read_schema(struct tlm_file *file, struct tlm_error *error)
{
    struct tlm_file_info *info = &file->info;
    struct tlm_error found = {0};
    enum tlm_code code =
        tlm__schema_tree_parse(&file->tree, info->schema.data, info->schema.len, &found);
    if (code)
        return tlm__fail(error, code, "%s: the schema in the header: %s", info->path,
                         found.message);
    info->schema_name = keep(file, file->tree.root->name);
    if (!info->schema_name)
        return tlm__fail_memory(error, file->tree.root->name.len);
    return tlm__stream_schema(&file->tree, &info->has_points, error);
}

static enum tlm_code read_header(struct tlm_file *file, struct tlm_error *error)
{
    const struct tlm_container_info *from = tlm__container_info(file->container);
    file->info = (struct tlm_file_info){
        .path = from->name,
        .bytes = from->size,
        .header_bytes = from->header_len,
        .codec = keep(file, from->codec),
        .schema = from->schema,
        .sync_marker = from->sync,
    };
    if (!file->info.codec)
        return tlm__fail_memory(error, from->codec.len);
    read_figures(file);
    enum tlm_code code = keep_metadata(file, from, error);
    return code ? code : read_schema(file, error);
}

/* Takes over the container. */
static enum tlm_code make(struct tlm_file **file, struct tlm_container *container,
                          struct tlm_error *error)
{
    struct tlm_file *f = calloc(1, sizeof *f);
    if (!f) {
        tlm__container_close(container);
        return tlm__fail_memory(error, sizeof *f);
    }
    f->container = container;
    enum tlm_code code = read_header(f, error);
    if (code) {
        tlm_file_close(f);
        return code;
    }
    *file = f;
    return TLM_OK;
}

enum tlm_code tlm_file_open(struct tlm_file **file, const char *path, struct tlm_error *error)
{
    struct tlm_container *container;
    enum tlm_code code = tlm__container_open(&container, path, -1, NULL, error);
    return code ? code : make(file, container, error);
}

enum tlm_code tlm_file_open_input(struct tlm_file **file, const struct tlm_open_input *input,
                                  struct tlm_error *error)
{
    struct tlm_container *container;
    enum tlm_code code = tlm__container_open_input(&container, input, error);
    return code ? code : make(file, container, error);
}

void tlm_file_close(struct tlm_file *file)
{
    if (!file)
        return;
    tlm__decompressor_free(file->decompressor);
    tlm__schema_tree_release(&file->tree);
    tlm__container_close(file->container);
    tlm__buf_release(&file->data);
    tlm__arena_release(&file->arena);
    free(file);
}

const struct tlm_file_info *tlm_file_info(const struct tlm_file *file)
{
    return &file->info;
}

/* ---- blocks one by one ---------------------------------------------------------------------- */

static enum tlm_code unpack(struct tlm_file *file, struct tlm_block *block, struct tlm_error *error)
{
    struct tlm_string codec = tlm__container_info(file->container)->codec, raw;
    struct tlm_packed packed = {.data = file->data.data, .len = file->data.len};
    enum tlm_code code = tlm__unpacker_of_name(codec, &packed.unpacker, error);
    if (!file->decompressor)
        file->decompressor = tlm__decompressor_new();
    if (!code && !file->decompressor)
        code = tlm__fail_memory(error, 0);
    if (code)
        return code;
    struct tlm_error found = {0};
    code = tlm__decompress(file->decompressor, &packed, &raw, &found);
    if (!code && !block->records && raw.len)
        code = tlm__fail(&found, TLM_DAMAGED, "%zu bytes of no record", raw.len);
    if (code)
        return tlm__fail_byte(error, code, file->info.path, block->offset,
                              "in the block of %" PRIu64 " records there: %s", block->records,
                              found.message);
    block->raw_bytes = raw.len;
    return TLM_OK;
}

enum tlm_code tlm_file_next_block(struct tlm_file *file, bool want_unpacked,
                                  struct tlm_block *block, bool *got, struct tlm_error *error)
{
    struct tlm_block_head head;
    enum tlm_code code = tlm__container_next(file->container, &head, got, error);
    if (code || !*got)
        return code;
    code = want_unpacked ? tlm__container_data(file->container, &head, &file->data, error)
                         : tlm__container_skip(file->container, &head, error);
    if (code)
        return code;
    file->records += head.records;
    *block = (struct tlm_block){
        .offset = head.offset,
        .records = head.records,
        .bytes = tlm__block_end(&head) - head.offset,
        .data_bytes = head.size,
    };
    return want_unpacked ? unpack(file, block, error) : TLM_OK;
}

size_t tlm_double_text(double value, char text[TLM_DOUBLE_TEXT])
{
    char room[TLM_SHORTEST_MAX];
    size_t len = tlm__double_text(value, room);
    memcpy(text, room, len);
    text[len] = '\0';
    return len;
}
