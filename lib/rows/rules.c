#include "rows/rules.h"

#include <string.h>

#include "base/error.h"

void tlm_row_options_init(struct tlm_row_options *options)
{
    *options = (struct tlm_row_options){
        .decimal = '.',
        .max_line = 16u << 20,
        .wake_fd = -1,
    };
}

static enum tlm_code check_text_options(const struct tlm_row_options *o, struct tlm_error *error)
{
    if (o->decimal != '.' && o->decimal != ',')
        return tlm__fail(error, TLM_ARGUMENT, "the decimal character is '.' or ','");
    if (o->delimiter && o->delimiter == o->decimal)
        return tlm__fail(error, TLM_ARGUMENT, "delimiter and decimal character are both '%c'",
                         o->delimiter);
    if (o->delimiter == '"' || o->delimiter == '\n' || o->delimiter == '\r')
        return tlm__fail(error, TLM_ARGUMENT, "a quote or line end cannot be the delimiter");
    if (o->no_header && o->columns.len == 0)
        return tlm__fail(error, TLM_ARGUMENT, "without a header the columns must be named");
    if (!o->no_header && o->columns.len > 0)
        return tlm__fail(error, TLM_ARGUMENT,
                         "columns are named for input without a header (--no-header)");
    if (o->max_line == 0 || o->max_line > (uint64_t)1 << 31)
        return tlm__fail(error, TLM_ARGUMENT, "the line limit is between 1 byte and 2 GiB");
    return TLM_OK;
}

static bool known_type(const char *type)
{
    return strcmp(type, "double") == 0 || strcmp(type, "long") == 0 ||
           strcmp(type, "string") == 0 || strcmp(type, "json") == 0;
}

static enum tlm_code check_value_options(const struct tlm_row_options *o, struct tlm_error *error)
{
    for (size_t i = 0; i < o->types.len; i++)
        if (!known_type(o->types.items[i].value))
            return tlm__fail(error, TLM_ARGUMENT, "\"%s\" is no type (double, long, string, json)",
                             o->types.items[i].value);
    for (size_t i = 0; i < o->renames.len; i++)
        if (!*o->renames.items[i].value)
            return tlm__fail(error, TLM_ARGUMENT, "channel \"%s\" cannot be renamed to nothing",
                             o->renames.items[i].key);
    if (o->flatten && !*o->flatten)
        return tlm__fail(error, TLM_ARGUMENT, "the separator of flattened names is empty");
    if (o->shape == TLM_SHAPE_WIDE && (o->channel_field || o->value_field))
        return tlm__fail(error, TLM_ARGUMENT,
                         "a channel or value field belongs to long rows, not to wide ones");
    return TLM_OK;
}

static enum tlm_code check_tags(const struct tlm_row_options *o, struct tlm_error *error)
{
    const struct tlm_pairs *lists[] = {&o->tags, &o->tag_fields};
    for (size_t l = 0; l < 2; l++)
        for (size_t i = 0; i < lists[l]->len; i++) {
            const char *key = lists[l]->items[i].key;
            if (!*key)
                return tlm__fail(error, TLM_ARGUMENT, "a tag without a name");
            for (size_t m = 0; m <= l; m++)
                for (size_t k = 0; k < (m == l ? i : lists[m]->len); k++)
                    if (strcmp(lists[m]->items[k].key, key) == 0)
                        return tlm__fail(error, TLM_ARGUMENT, "tag \"%s\" is given twice", key);
        }
    return TLM_OK;
}

enum tlm_code tlm__row_rules_init(struct tlm_row_rules *rules,
                                  const struct tlm_row_options *options, struct tlm_error *error)
{
    enum tlm_code code = check_text_options(options, error);
    if (!code)
        code = check_value_options(options, error);
    if (!code)
        code = check_tags(options, error);
    if (code)
        return code;
    struct tlm_row_rules made = {.options = *options};
    code = tlm__time_rules_init(&made.time, options->time_format, options->time_origin, options->tz,
                                error);
    if (code)
        return code;
    made.time.decimal = options->decimal;
    *rules = made;
    return TLM_OK;
}

void tlm__row_rules_release(struct tlm_row_rules *rules)
{
    tlm__time_rules_release(&rules->time);
}

bool tlm__row_rules_is_null(const struct tlm_row_rules *rules, const char *text, size_t len)
{
    const struct tlm_list *nulls = &rules->options.null_values;
    for (size_t i = 0; i < nulls->len; i++)
        if (strlen(nulls->items[i]) == len && memcmp(nulls->items[i], text, len) == 0)
            return true;
    return false;
}
