/* tlm checksum: digests of points. */
#include <jansson.h>
#include <stdio.h>

#include "channel_files.h"
#include "checksum_args.h"
#include "commands.h"
#include "series_label.h"

void checksum_args_init(void *opaque)
{
    struct checksum_args *args = opaque;
    *args = (struct checksum_args){.total = false};
}

static int fail(const struct tlm_error *error)
{
    fprintf(stderr, "tlm checksum: %s\n", error->message);
    return EXIT_FAILED;
}

/* ---- text ----------------------------------------------------------------------------------- */

static void print_line(void *ctx, const struct tlm_series_digest *series)
{
    char digest[TLM_DIGEST_TEXT];
    FILE *out = ctx;
    tlm_digest_text(series->digest, digest);
    fprintf(out, "%s ", digest);
    series_label_print(out, series->channel, series->tags, series->n_tags);
    putc('\n', out);
}

static int print_text(const struct checksum_args *args, const struct tlm_checksum *checksum)
{
    struct tlm_error error;
    struct tlm_series_digest total = tlm_checksum_total(checksum);
    if (!args->total && tlm_checksum_each(checksum, print_line, stdout, &error) != TLM_OK)
        return fail(&error);
    total.channel = (struct tlm_string){"total", 5};
    print_line(stdout, &total);
    return EXIT_CLEAN;
}

/* ---- JSON ----------------------------------------------------------------------------------- */

/* What is not UTF-8 is shown as far as it is. */
static json_t *make_text(struct tlm_string text)
{
    json_t *made = json_stringn(text.data, text.len);
    return made ? made : json_string("");
}

static json_t *make_series(const struct tlm_series_digest *series)
{
    char digest[TLM_DIGEST_TEXT];
    tlm_digest_text(series->digest, digest);
    return json_pack("{s:s, s:I}", "digest", digest, "points", (json_int_t)series->points);
}

static void add_series(void *ctx, const struct tlm_series_digest *series)
{
    json_t *list = ctx, *made = make_series(series), *tags = json_object();
    json_object_set_new(made, "channel", make_text(series->channel));
    for (size_t i = 0; i < series->n_tags; i++)
        json_object_setn_new(tags, series->tags[i].key.data, series->tags[i].key.len,
                             make_text(series->tags[i].value));
    json_object_set_new(made, "tags", tags);
    json_array_append_new(list, made);
}

static int print_json(const struct checksum_args *args, const struct tlm_checksum *checksum)
{
    struct tlm_error error = {0};
    const struct tlm_series_digest total = tlm_checksum_total(checksum);
    json_t *object = json_object(), *list = json_array();
    enum tlm_code code = TLM_OK;
    if (!args->total)
        code = tlm_checksum_each(checksum, add_series, list, &error);
    if (!args->total)
        json_object_set(object, "series", list);
    json_object_set_new(object, "total", make_series(&total));
    if (!code)
        json_dumpf(object, stdout, JSON_COMPACT);
    json_decref(list);
    json_decref(object);
    putchar('\n');
    return code ? fail(&error) : EXIT_CLEAN;
}

/* ---- all files ------------------------------------------------------------------------------ */

static enum tlm_code read_files(const struct checksum_args *args, const struct select *select,
                                const struct channel_files *files, struct tlm_checksum *checksum,
                                struct tlm_error *error)
{
    struct tlm_selection selection;
    enum tlm_code code = select_resolve(select, files, &selection, error);
    for (size_t i = 0; i < files->n && !code; i++)
        code = tlm_checksum_add_file(checksum, files->paths[i], &selection, (unsigned)args->threads,
                                     error);
    return code;
}

static int run(const struct checksum_args *args, const struct select *select,
               const struct channel_files *files)
{
    struct tlm_checksum *checksum = NULL;
    struct tlm_error error;
    enum tlm_code code = tlm_checksum_new(&checksum, &error);
    if (!code)
        code = read_files(args, select, files, checksum, &error);
    int status = code         ? fail(&error)
                 : args->json ? print_json(args, checksum)
                              : print_text(args, checksum);
    tlm_checksum_free(checksum);
    return status;
}

int cmd_checksum(void *opaque)
{
    struct checksum_args *args = opaque;
    struct channel_files files = {0};
    struct select select;
    int status = select_settle(&select, &args->select, "checksum");
    if (!status)
        status =
            channel_files_collect(&files, args->operands.items, args->operands.len, "checksum");
    if (!status)
        status = run(args, &select, &files);
    channel_files_release(&files);
    return status;
}
