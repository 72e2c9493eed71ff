#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "avro/avro_schema.h"
#include "base/clock.h"
#include "base/error.h"
#include "writer.h"
#include <stdio.h>

/* How far ahead names are compared with the inputs; each one is compared again when it is due. */
#define SPARE_MAX 100000u

/* Somebody who waits for the lock of a name tries it now and then: a moment's patience. */
#define NEXT_LOCK_WAIT_NS 2000000000u

/* ---- claiming the names, when the writer opens ---------------------------------------------- */

static void warn_from_files(void *ctx, const char *message)
{
    const struct tlm_writer *w = ctx;
    if (w->options.on_warning)
        w->options.on_warning(w->options.ctx, message);
}

/* Removes a partial that is not wanted. */
static void drop_file(struct tlm_part_file **file)
{
    tlm__part_discard(*file);
    tlm__part_free(*file);
    *file = NULL;
}

static enum tlm_code create(struct tlm_writer *w, const char *name, struct tlm_part_file **file,
                            struct tlm_error *error)
{
    struct tlm_part_request request = {
        .folder = &w->folder,
        .name = name,
        .force = w->options.force,
        .lock_wait_ns = w->n_parts && w->options.lock_wait_ns < NEXT_LOCK_WAIT_NS
                            ? NEXT_LOCK_WAIT_NS
                            : w->options.lock_wait_ns,
        .on_note = warn_from_files,
        .ctx = w,
    };
    return tlm__part_create(file, &request, error);
}

static enum tlm_code create_index(struct tlm_writer *w, uint64_t index, int64_t first_ns,
                                  struct tlm_part_file **file, struct tlm_error *error)
{
    struct tlm_buf name = {0};
    enum tlm_code code = tlm__names_render(&w->names, index, first_ns, &name, error);
    if (!code && !tlm__buf_append_byte(&name, 0))
        code = tlm__fail_memory(error, name.len);
    if (!code)
        code = create(w, (const char *)name.data, file, error);
    tlm__buf_release(&name);
    return code;
}

static enum tlm_code look(struct tlm_writer *w, struct tlm_names_found *found)
{
    enum tlm_code code = tlm__names_look(&w->names, found, &w->error);
    if (code)
        return code;
    bool in_place = strcmp(w->names.folder, ".") == 0;
    bool slash = !in_place && strcmp(w->names.folder, "/") != 0;
    if (found->any && !w->options.force && !w->options.continue_index && !w->names.has_time)
        return tlm__fail(&w->error, TLM_EXISTS, "%s%s%s exists already (%s)",
                         in_place ? "" : w->names.folder, slash ? "/" : "", found->example,
                         w->names.has_index ? "--continue goes on after it, --force replaces"
                                            : "--force replaces it");
    w->next_index =
        found->any && w->options.continue_index && w->names.has_index ? found->max_index + 1 : 0;
    return TLM_OK;
}

/* A partial of another index belongs to a live writer (then this fails), or to a dead one (then it
 * is set aside). */
static enum tlm_code settle_foreign_partial(struct tlm_writer *w,
                                            const struct tlm_names_found *found)
{
    if (!found->any_partial || (found->partial_index == w->next_index && !w->names.has_time))
        return TLM_OK;
    size_t len = strlen(found->partial) - strlen(".") - strlen(".partial");
    char name[sizeof found->partial];
    memcpy(name, found->partial + 1, len);
    name[len] = '\0';
    struct tlm_part_file *file = NULL;
    enum tlm_code code = create(w, name, &file, &w->error);
    if (code == TLM_EXISTS) { /* a leftover beside a finished part: nobody writes there */
        w->error = (struct tlm_error){0};
        return TLM_OK;
    }
    if (code)
        return code;
    drop_file(&file);
    return TLM_OK;
}

/* With force, existing files are replaced as they are reached: none of them may be an input. */
static enum tlm_code spare_inputs(struct tlm_writer *w, const struct tlm_names_found *found)
{
    struct tlm_buf name = {0};
    struct stat info;
    enum tlm_code code = TLM_OK;
    bool may_hit = w->options.force && found->any && w->folder.n_inputs && !w->names.has_time;
    uint64_t last = found->max_index < SPARE_MAX ? found->max_index : SPARE_MAX;
    for (uint64_t i = w->next_index; may_hit && i <= last && !code; i++) {
        tlm__buf_reset(&name);
        code = tlm__names_render(&w->names, i, 0, &name, &w->error);
        if (!code && !tlm__buf_append_byte(&name, 0))
            code = tlm__fail_memory(&w->error, name.len);
        if (!code && fstatat(w->folder.fd, (const char *)name.data, &info, 0) == 0 &&
            tlm__folder_protects(&w->folder, &info))
            code = tlm__fail(&w->error, TLM_EXISTS, "%s is also an input of this run",
                             (const char *)name.data);
    }
    tlm__buf_release(&name);
    return code;
}

/* Another writer may publish between a look and the lock, so both are done until they agree. */
enum tlm_code tlm__writer_claim(struct tlm_writer *w)
{
    for (;;) {
        struct tlm_names_found found;
        enum tlm_code code = look(w, &found);
        if (code || w->options.dry_run)
            return code;
        code = spare_inputs(w, &found);
        if (!code)
            code = settle_foreign_partial(w, &found);
        if (code || w->names.has_time)
            return code;
        uint64_t claimed = w->next_index;
        struct tlm_error failed = {0};
        code = create_index(w, claimed, 0, &w->next, &failed);
        if (code == TLM_EXISTS && w->options.continue_index && !look(w, &found) &&
            w->next_index != claimed)
            continue;
        if (code) {
            w->error = failed;
            return code;
        }
        code = look(w, &found);
        if (!code && w->next_index == claimed)
            return TLM_OK;
        drop_file(&w->next);
        if (code)
            return code;
    }
}

/* ---- opening -------------------------------------------------------------------------------- */

static enum tlm_code take_file(struct tlm_writer *w)
{
    struct tlm_open_part *part = &w->part;
    if (w->is_stream) {
        if (w->special_path)
            return tlm__part_open_special(&part->file, w->special_path, &w->error);
        return tlm__part_from_fd(&part->file, w->options.output_fd, false,
                                 w->options.output ? w->options.output : "<stdout>", &w->error);
    }
    if (w->next) {
        part->file = w->next;
        part->index = w->next_index;
        w->next = NULL;
        return TLM_OK;
    }
    for (;; w->next_index++) {
        enum tlm_code code =
            create_index(w, w->next_index, w->part_first_ns, &part->file, &w->error);
        part->index = w->next_index;
        if (code != TLM_EXISTS || !w->names.has_time || !w->names.has_index)
            return code;
        w->error = (struct tlm_error){0};
    }
}

static enum tlm_code take_dry_name(struct tlm_writer *w)
{
    struct tlm_buf name = {0};
    enum tlm_code code = w->is_stream ? TLM_OK
                                      : tlm__names_render(&w->names, w->next_index,
                                                          w->part_first_ns, &name, &w->error);
    if (!code && !(w->part.name = tlm__arena_text(&w->arena, name.data ? (char *)name.data : "-",
                                                  name.data ? name.len : 1)))
        code = tlm__fail_memory(&w->error, name.len);
    w->part.index = w->next_index;
    tlm__buf_release(&name);
    return code;
}

static bool add_metadata(struct tlm_buf *list, const char *key, const char *value)
{
    struct tlm_metadata pair = {key, value};
    return tlm__buf_append(list, &pair, sizeof pair);
}

static bool make_header(struct tlm_writer *w, struct tlm_buf *out)
{
    struct tlm_buf list = {0};
    char index[24];
    snprintf(index, sizeof index, "%llu", (unsigned long long)w->part.index);
    bool made = add_metadata(&list, "tlm.version", TLM_VERSION) &&
                add_metadata(&list, "tlm.time_unit", "ns") &&
                add_metadata(&list, "tlm.part", index);
    if (made && w->options.dataset_rid)
        made = add_metadata(&list, "nominal.dataset_rid", w->options.dataset_rid);
    for (size_t i = 0; i < w->options.n_metadata && made; i++)
        made = add_metadata(&list, w->options.metadata[i].key, w->options.metadata[i].value);
    struct tlm_container_header header = {
        .schema = tlm__avro_stream_schema,
        .codec = tlm__codec_name(w->options.codec),
        .metadata = (const struct tlm_metadata *)(const void *)list.data,
        .n_metadata = list.len / sizeof(struct tlm_metadata),
        .sync = w->sync,
        .figures = !w->is_stream,
    };
    made = made && tlm__container_header(&header, out, w->part.figures);
    tlm__buf_release(&list);
    return made;
}

bool tlm__writer_measure_header(struct tlm_writer *w, uint64_t *most)
{
    struct tlm_buf header = {0};
    uint64_t index = w->part.index;
    w->part.index = UINT64_MAX;
    bool made = make_header(w, &header);
    w->part.index = index;
    *most = header.len;
    tlm__buf_release(&header);
    return made;
}

static void count_bytes(struct tlm_writer *w, uint64_t len)
{
    w->stats.bytes_out += len;
    w->part.bytes += len;
}

static enum tlm_code write_bytes(struct tlm_writer *w, const struct tlm_buf *bytes)
{
    if (w->options.dry_run)
        return TLM_OK;
    uint64_t start = tlm__clock_monotonic_ns();
    enum tlm_code code = tlm__part_write(w->part.file, bytes->data, bytes->len, &w->error);
    w->stats.write_ns += tlm__clock_monotonic_ns() - start;
    return code;
}

/* first: what the first block holds; NULL: there is none. */
static enum tlm_code open_part(struct tlm_writer *w, const struct tlm_tally *first)
{
    if (!w->part_has_points && first) {
        w->part_has_points = true;
        w->part_first_ns = first->first_ns;
        w->part_born_ns = tlm__clock_monotonic_ns();
        w->part_wall_ns = tlm__clock_wall_ns();
    }
    w->part = (struct tlm_open_part){.tally = {.first_ns = INT64_MAX, .last_ns = INT64_MIN}};
    enum tlm_code code = w->options.dry_run ? take_dry_name(w) : take_file(w);
    if (code)
        return code;
    struct tlm_buf header = {0};
    if (!make_header(w, &header))
        code = tlm__fail_memory(&w->error, header.len);
    if (!code)
        code = write_bytes(w, &header);
    count_bytes(w, header.len);
    tlm__buf_release(&header);
    w->part.started = true;
    return code;
}

enum tlm_code tlm__writer_start_stream(struct tlm_writer *w)
{
    return w->part.started ? TLM_OK : open_part(w, NULL);
}

enum tlm_code tlm__writer_open_part(struct tlm_writer *w)
{
    if (w->part.started || !tlm__writer_writes_in_turn(w))
        return TLM_OK;
    return open_part(w, NULL);
}

enum tlm_code tlm__writer_place(struct tlm_writer *w, uint64_t bytes, const struct tlm_tally *tally)
{
    enum tlm_code code = TLM_OK;
    if (w->part.started && w->options.rotate_bytes && w->part.tally.records &&
        w->part.bytes + bytes > w->options.rotate_bytes)
        code = tlm__writer_finish_part(w, true);
    return code || w->part.started ? code : open_part(w, tally);
}

void tlm__writer_placed(struct tlm_writer *w, uint64_t bytes, const struct tlm_tally *tally)
{
    struct tlm_tally *sum = &w->part.tally;
    count_bytes(w, bytes);
    sum->points += tally->points;
    sum->records += tally->records;
    sum->first_ns = tally->first_ns < sum->first_ns ? tally->first_ns : sum->first_ns;
    sum->last_ns = tally->last_ns > sum->last_ns ? tally->last_ns : sum->last_ns;
}

enum tlm_code tlm__writer_write_block(struct tlm_writer *w, const struct tlm_buf *block,
                                      const struct tlm_tally *tally)
{
    enum tlm_code code = tlm__writer_place(w, block->len, tally);
    if (!code && !tlm__writer_writes_in_turn(w))
        code = write_bytes(w, block);
    if (!code)
        tlm__writer_placed(w, block->len, tally);
    return code;
}

/* ---- finishing ------------------------------------------------------------------------------ */

static enum tlm_code patch_figures(struct tlm_writer *w)
{
    const struct tlm_tally *tally = &w->part.tally;
    const int64_t figures[TLM_FIGURES] = {
        [TLM_FIGURE_POINTS] = (int64_t)tally->points,
        [TLM_FIGURE_RECORDS] = (int64_t)tally->records,
        [TLM_FIGURE_FIRST_NS] = tally->first_ns,
        [TLM_FIGURE_LAST_NS] = tally->last_ns,
    };
    enum tlm_code code = TLM_OK;
    for (size_t i = 0; i < TLM_FIGURES && !code; i++) {
        char text[TLM_FIGURE_WIDTH];
        tlm__container_figure(text, figures[i]);
        code = tlm__part_patch(w->part.file, w->part.figures[i], text, sizeof text, &w->error);
    }
    return code;
}

static bool add_finished(struct tlm_writer *w)
{
    if (w->n_parts == w->parts_cap) {
        size_t cap = w->parts_cap ? w->parts_cap * 2 : 16;
        struct tlm_part *parts = realloc(w->parts, cap * sizeof *parts);
        if (!parts)
            return false;
        w->parts = parts;
        w->parts_cap = cap;
    }
    const struct tlm_tally *tally = &w->part.tally;
    const char *path = w->part.file ? tlm__part_path(w->part.file) : w->part.name;
    const char *copy = tlm__arena_text(&w->arena, path, strlen(path));
    if (!copy)
        return false;
    w->parts[w->n_parts++] = (struct tlm_part){
        .path = copy,
        .index = w->part.index,
        .points = tally->points,
        .records = tally->records,
        .bytes = w->part.bytes,
        .first_ns = tally->first_ns,
        .last_ns = tally->last_ns,
    };
    w->stats.parts++;
    return true;
}

/* The next part is there and locked before this one is published, so that a writer that waits for
 * the lock never finds the set without an owner. Not possible when its name needs its first time;
 * a name that is taken is an error only once there is data for it. */
static void create_next(struct tlm_writer *w)
{
    struct tlm_error ignored;
    w->next_index = w->part.index + 1;
    if (w->names.has_index && !w->names.has_time && !w->options.dry_run)
        if (create_index(w, w->next_index, 0, &w->next, &ignored))
            w->next = NULL;
}

static enum tlm_code publish(struct tlm_writer *w, bool more)
{
    bool durable = w->options.fsync != TLM_FSYNC_NONE;
    enum tlm_code code = patch_figures(w);
    uint64_t start = tlm__clock_monotonic_ns();
    if (!code && durable)
        code = tlm__part_sync(w->part.file, &w->error);
    if (!code && more)
        create_next(w);
    if (!code)
        code = tlm__part_publish(w->part.file, durable, &w->error);
    w->stats.sync_ns += tlm__clock_monotonic_ns() - start;
    return code;
}

enum tlm_code tlm__writer_finish_part(struct tlm_writer *w, bool more)
{
    if (!w->part.started)
        return TLM_OK;
    enum tlm_code code = TLM_OK;
    if (w->options.dry_run || w->is_stream)
        w->next_index++;
    else
        code = publish(w, more);
    if (!code && w->is_stream && !w->options.dry_run && w->options.fsync == TLM_FSYNC_FLUSH)
        code = tlm__part_sync(w->part.file, &w->error);
    if (!code && w->part.tally.points && !add_finished(w))
        code = tlm__fail_memory(&w->error, sizeof *w->parts);
    if (code)
        return code;
    tlm__part_free(w->part.file);
    w->part = (struct tlm_open_part){0};
    w->part_has_points = false;
    w->part_born_ns = 0;
    return TLM_OK;
}

void tlm__writer_drop_parts(struct tlm_writer *w, bool keep)
{
    if (w->next)
        drop_file(&w->next);
    if (w->part.file && !w->is_stream && (!keep || tlm__part_size(w->part.file) == 0))
        drop_file(&w->part.file);
    tlm__part_free(w->part.file);
    w->part.file = NULL;
    w->part.started = false;
}

void tlm__writer_report(struct tlm_writer *w)
{
    if (!w->options.on_part)
        return;
    pthread_mutex_lock(&w->report_lock);
    for (;;) {
        struct tlm_part part;
        pthread_mutex_lock(&w->lock);
        bool any = w->n_reported < w->n_parts;
        if (any)
            part = w->parts[w->n_reported++];
        pthread_mutex_unlock(&w->lock);
        if (!any)
            break;
        w->options.on_part(w->options.ctx, &part);
    }
    pthread_mutex_unlock(&w->report_lock);
}
