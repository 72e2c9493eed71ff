#include "rows/row_tags.h"

#include <string.h>

#include "base/tags.h"
#include "rows/cell.h"

enum tlm_code tlm__row_tag(struct tlm_assembler *assembler, const char *key, size_t key_len,
                           const char *value, size_t value_len)
{
    if (!key_len || memchr(key, 0, key_len) || memchr(value, 0, value_len))
        return tlm__row_fail(assembler, TLM_ROW_CHANNEL,
                             "a tag without a name, or with a NUL inside");
    struct tlm_tag tag = {
        tlm__arena_text(&assembler->rows->arena, key, key_len),
        tlm__arena_text(&assembler->rows->arena, value, value_len),
    };
    if (!tag.key || !tag.value || !tlm__buf_append(&assembler->tags_object, &tag, sizeof tag))
        return TLM_NO_MEMORY;
    return TLM_OK;
}

/* The texts that make this row's set differ from another row's, one after another. */
static bool make_key(struct tlm_assembler *assembler)
{
    struct tlm_buf *key = &assembler->tags_key;
    bool made = true;
    tlm__buf_reset(key);
    for (size_t i = 0; i < assembler->rules->options.tag_fields.len; i++) {
        const struct tlm_string *text = &assembler->tag_text[i];
        uint64_t len = text->data ? text->len : UINT64_MAX;
        made = made && tlm__buf_append(key, &len, sizeof len) &&
               tlm__buf_append(key, text->data, text->data ? text->len : 0);
    }
    const struct tlm_tag *tags = (const struct tlm_tag *)(const void *)assembler->tags_object.data;
    for (size_t i = 0; i < assembler->tags_object.len / sizeof *tags; i++)
        made = made && tlm__buf_append(key, tags[i].key, strlen(tags[i].key) + 1) &&
               tlm__buf_append(key, tags[i].value, strlen(tags[i].value) + 1);
    return made;
}

static enum tlm_code field_tag(struct tlm_assembler *assembler, size_t field, struct tlm_buf *tags)
{
    const struct tlm_string *text = &assembler->tag_text[field];
    struct tlm_tag tag = {.key = assembler->rules->options.tag_fields.items[field].key};
    if (!text->data)
        return TLM_OK;
    if (memchr(text->data, 0, text->len))
        return tlm__row_fail(assembler, TLM_ROW_CHANNEL, "tag \"%s\" has a NUL inside", tag.key);
    tag.value = tlm__arena_text(&assembler->rows->arena, text->data, text->len);
    return tag.value && tlm__buf_append(tags, &tag, sizeof tag) ? TLM_OK : TLM_NO_MEMORY;
}

/* All tags of the row, as an array of struct tlm_tag in tags. */
static enum tlm_code collect(struct tlm_assembler *assembler, struct tlm_buf *tags)
{
    const struct tlm_row_options *options = &assembler->rules->options;
    for (size_t i = 0; i < options->tags.len; i++) {
        struct tlm_tag tag = {options->tags.items[i].key, options->tags.items[i].value};
        if (!tlm__buf_append(tags, &tag, sizeof tag))
            return TLM_NO_MEMORY;
    }
    for (size_t i = 0; i < options->tag_fields.len; i++) {
        enum tlm_code code = field_tag(assembler, i, tags);
        if (code)
            return code;
    }
    return tlm__buf_append(tags, assembler->tags_object.data, assembler->tags_object.len)
               ? TLM_OK
               : TLM_NO_MEMORY;
}

static enum tlm_code make_set(struct tlm_assembler *assembler, uint32_t *tag_set)
{
    struct tlm_buf tags = {0}, set = {0};
    const char *duplicate = NULL;
    enum tlm_code code = collect(assembler, &tags);
    if (!code && !tlm__tags_encode(&set, (struct tlm_tag *)(void *)tags.data,
                                   tags.len / sizeof(struct tlm_tag), &duplicate))
        code = TLM_NO_MEMORY;
    if (!code && duplicate)
        code = tlm__row_fail(assembler, TLM_ROW_CHANNEL, "tag \"%s\" is given twice", duplicate);
    if (!code) {
        *tag_set = tlm__intern_add(&assembler->columns->tag_sets,
                                   set.data ? (const char *)set.data : "", set.len);
        if (*tag_set == TLM_INTERN_NONE)
            code = TLM_NO_MEMORY;
    }
    tlm__buf_release(&tags);
    tlm__buf_release(&set);
    return code;
}

enum tlm_code tlm__row_tag_set(struct tlm_assembler *assembler, uint32_t *tag_set)
{
    bool varies = assembler->rules->options.tag_fields.len || assembler->tags_object.len ||
                  assembler->last_key.len;
    if (varies && !make_key(assembler))
        return TLM_NO_MEMORY;
    if (assembler->last_tags != TLM_INTERN_NONE &&
        (!varies ||
         (assembler->tags_key.len == assembler->last_key.len &&
          (!assembler->tags_key.len || memcmp(assembler->tags_key.data, assembler->last_key.data,
                                              assembler->tags_key.len) == 0)))) {
        *tag_set = assembler->last_tags;
        return TLM_OK;
    }
    enum tlm_code code = make_set(assembler, tag_set);
    if (code)
        return code;
    struct tlm_buf swap = assembler->last_key;
    assembler->last_key = assembler->tags_key;
    assembler->tags_key = swap;
    assembler->last_tags = *tag_set;
    return TLM_OK;
}
