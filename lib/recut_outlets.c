#include <stdlib.h>
#include <string.h>

#include "base/error.h"
#include "base/utf8.h"
#include "recut.h"

/* What a writer gets at least: enough for blocks of 64 KiB. */
#define WRITER_MEMORY ((uint64_t)1 << 20)
/* Bytes of a key's name in that of a file. */
#define NAME_MAX_BYTES 100u

/* ---- names of files ------------------------------------------------------------------------- */

static bool add_char(struct tlm_buf *out, char c)
{
    bool special = c == '{' || c == '}' || c == '%';
    return (!special || tlm__buf_append_byte(out, (uint8_t)c)) &&
           tlm__buf_append_byte(out, (uint8_t)c);
}

/* The name of a key so that it can stand in that of a file: one that no other key has got. */
static bool name_key(struct tlm_recut *recut, const struct tlm_intern_entry *key,
                     struct tlm_buf *name)
{
    size_t len = key->len;
    for (; len > NAME_MAX_BYTES || (len < key->len && ((uint8_t)key->bytes[len] & 0xc0) == 0x80);)
        len--;
    bool made = true;
    for (size_t i = 0; i < len && made; i++) {
        char c = key->bytes[i];
        bool bad = c == '/' || (uint8_t)c < ' ' || c == 0x7f || (c == '.' && !i);
        made = tlm__buf_append_byte(name, (uint8_t)(bad ? '_' : c));
    }
    if (made && !name->len)
        made = tlm__buf_append(name, "none", 4);
    const size_t plain = name->len;
    for (unsigned i = 2; made; i++) {
        uint32_t known = recut->file_names.len;
        uint32_t number = tlm__intern_add(&recut->file_names, (const char *)name->data, name->len);
        if (number == TLM_INTERN_NONE || number == known)
            return number != TLM_INTERN_NONE;
        name->len = plain;
        made = tlm__buf_printf(name, "~%u", i);
    }
    return made;
}

/* Where the key's name goes in the template, and how many bytes of it stand there for it. */
static const char *find_place(const char *output, enum tlm_split_by split, size_t *len)
{
    const char *field = split == TLM_SPLIT_CHANNEL ? "{channel}" : "{tag}";
    const char *slash = strrchr(output, '/'), *dot = strrchr(slash ? slash : output, '.');
    *len = strlen(field);
    for (const char *at = output; *at; at++)
        if (at[0] == '{' && at[1] == '{')
            at++;
        else if (strncmp(at, field, *len) == 0)
            return at;
    *len = 0;
    return dot ? dot : output + strlen(output);
}

/* The template of a key's files. */
static bool make_output(struct tlm_recut *recut, uint32_t key, struct tlm_buf *output)
{
    const char *template = recut->options->writer.output;
    if (recut->keys.split == TLM_SPLIT_NONE)
        return tlm__buf_append_text(output, template);
    size_t taken;
    struct tlm_buf name = {0};
    const char *place = find_place(template, recut->keys.split, &taken);
    bool made = name_key(recut, &recut->keys.names.entries[key], &name) &&
                tlm__buf_append(output, template, (size_t)(place - template)) &&
                (taken || tlm__buf_append_byte(output, '_'));
    for (size_t i = 0; i < name.len && made; i++)
        made = add_char(output, (char)name.data[i]);
    tlm__buf_release(&name);
    return made && tlm__buf_append_text(output, place + taken);
}

/* ---- writers -------------------------------------------------------------------------------- */

enum tlm_code tlm__outlets_open(struct tlm_recut *recut, struct tlm_error *error)
{
    const uint64_t memory = recut->options->writer.memory_bytes / 2;
    uint64_t most = memory / WRITER_MEMORY;
    if (recut->options->max_open && recut->options->max_open < most)
        most = recut->options->max_open;
    most = most ? most : 1;
    uint32_t left = recut->keys.names.len - recut->first_key;
    recut->n_outlets = left < most ? left : (uint32_t)most;
    recut->memory_bytes = memory / (recut->n_outlets ? recut->n_outlets : 1);
    recut->outlets = calloc(recut->n_outlets + 1, sizeof *recut->outlets);
    return recut->outlets ? TLM_OK : tlm__fail_memory(error, recut->n_outlets);
}

static struct tlm_writer_options writer_options(const struct tlm_recut *recut, const char *output)
{
    struct tlm_writer_options options = recut->options->writer;
    options.output = output;
    options.inputs = recut->options->paths;
    options.n_inputs = recut->options->n_paths;
    options.rotate_every_ns = options.rotate_age_ns = options.flush_interval_ns = 0;
    if (options.rotate_span_ns && !options.rotate_points)
        options.rotate_points = UINT64_MAX; /* never reached, but parts are numbered */
    options.rotate_span_ns = 0;
    if (recut->options->delete_sources && options.fsync == TLM_FSYNC_NONE)
        options.fsync = TLM_FSYNC_CLOSE; /* sources only go once parts are on disk */
    options.memory_bytes = recut->memory_bytes;
    if (recut->n_outlets > 1)
        options.threads = 1;
    options.codec = recut->codec;
    options.metadata = (const struct tlm_metadata *)(const void *)recut->metadata.data;
    options.n_metadata = recut->metadata.len / sizeof(struct tlm_metadata);
    return options;
}

static enum tlm_code open_writer(struct tlm_recut *recut, uint32_t key, struct tlm_outlet *outlet,
                                 struct tlm_error *error)
{
    struct tlm_buf output = {0};
    enum tlm_code code = make_output(recut, key, &output) ? TLM_OK : tlm__fail_memory(error, 0);
    if (!code) {
        const struct tlm_writer_options options = writer_options(recut, (const char *)output.data);
        code = tlm__writer_open(&outlet->writer, &options, error);
    }
    tlm__buf_release(&output);
    return code;
}

enum tlm_code tlm__outlets_get(struct tlm_recut *recut, uint32_t key, struct tlm_writer **writer,
                               struct tlm_error *error)
{
    *writer = NULL;
    if (key < recut->first_key || key - recut->first_key >= recut->n_outlets)
        return TLM_OK;
    struct tlm_outlet *outlet = &recut->outlets[key - recut->first_key];
    enum tlm_code code = outlet->writer ? TLM_OK : open_writer(recut, key, outlet, error);
    *writer = outlet->writer;
    return code;
}

enum tlm_code tlm__outlets_rotate(struct tlm_recut *recut, struct tlm_error *error)
{
    enum tlm_code code = TLM_OK;
    for (uint32_t i = 0; i < recut->n_outlets && !code; i++)
        if (recut->outlets[i].writer)
            code = tlm_writer_rotate(recut->outlets[i].writer, error);
    return code;
}

/* With force, one set might replace the part of another one. */
static enum tlm_code check_path(struct tlm_recut *recut, const char *path, struct tlm_error *error)
{
    const uint32_t known = recut->part_paths.len;
    const uint32_t number = tlm__intern_add(&recut->part_paths, path, strlen(path));
    if (number == TLM_INTERN_NONE)
        return tlm__fail_memory(error, strlen(path));
    return number == known
               ? TLM_OK
               : tlm__fail(error, TLM_EXISTS,
                           "two parts of this run have the name %s: the sources stay", path);
}

static enum tlm_code remember_parts(struct tlm_recut *recut, struct tlm_writer *writer,
                                    struct tlm_error *error)
{
    struct tlm_part part;
    for (size_t i = 0; tlm_writer_parts(writer, i, &part, 1) > i; i++) {
        enum tlm_code code = check_path(recut, part.path, error);
        if (code)
            return code;
        const char *path = tlm__arena_text(&recut->arena, part.path, strlen(part.path));
        if (!path || !tlm__buf_append(&recut->parts, &path, sizeof path))
            return tlm__fail_memory(error, strlen(part.path));
        recut->result->parts++;
        recut->result->points += part.points;
        recut->result->bytes_out += part.bytes;
    }
    return TLM_OK;
}

enum tlm_code tlm__outlets_close(struct tlm_recut *recut, struct tlm_error *error)
{
    enum tlm_code code = TLM_OK;
    for (uint32_t i = 0; i < recut->n_outlets && !code; i++) {
        struct tlm_writer *writer = recut->outlets[i].writer;
        if (writer)
            code = tlm_writer_close(writer, error);
        if (writer && !code)
            code = remember_parts(recut, writer, error);
    }
    return code;
}

void tlm__outlets_drop(struct tlm_recut *recut)
{
    for (uint32_t i = 0; recut->outlets && i < recut->n_outlets; i++)
        if (recut->outlets[i].writer) {
            tlm_writer_abandon(recut->outlets[i].writer, false);
            tlm_writer_free(recut->outlets[i].writer);
        }
    free(recut->outlets);
    recut->outlets = NULL;
}
