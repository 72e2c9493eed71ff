#include "rows/row_tags.h"

#include <string.h>

#include "base/tags.h"
#include "rows/cell.h"
#include "rows/json_text.h"
#include "rows/parse_json.h"

/* ---- an object of tags ---------------------------------------------------------------------- */

static enum tlm_code add_tag(struct tlm_assembler *assembler, struct tlm_string key,
                             struct tlm_string value)
{
    if (!key.len || memchr(key.data, 0, key.len) || memchr(value.data, 0, value.len))
        return tlm__row_fail(assembler, TLM_ROW_CHANNEL,
                             "a tag without a name, or with a NUL inside");
    struct tlm_tag tag = {
        tlm__arena_text(&assembler->rows->arena, key.data, key.len),
        tlm__arena_text(&assembler->rows->arena, value.data, value.len),
    };
    if (!tag.key || !tag.value || !tlm__buf_append(&assembler->tags_object, &tag, sizeof tag))
        return TLM_NO_MEMORY;
    return TLM_OK;
}

/* Decodes the string whose opening quote is at p behind what the buffer holds, which has room.
 * Steps behind the string. */
static struct tlm_string take_string(struct tlm_buf *buf, const char **p, const char *end)
{
    bool escaped;
    struct tlm_json_fault fault;
    const char *text = *p + 1, *close = tlm__json_string_end(text, end, &escaped, &fault);
    char *to = (char *)buf->data + buf->len;
    struct tlm_string string = {to, tlm__json_decode(text, (size_t)(close - text), to)};
    buf->len += string.len;
    *p = close + 1;
    return string;
}

/* The member at p of a compact object that ends with the bracket at end; steps behind it. */
static enum tlm_code add_member(struct tlm_assembler *assembler, const char **p, const char *end)
{
    struct tlm_buf *text = &assembler->member;
    struct tlm_string key = take_string(text, p, end), value;
    char first = *++*p; /* behind the colon */
    if (first == '{' || first == '[') {
        struct tlm_shown shown = tlm__show(key.data, key.len);
        return tlm__row_fail(assembler, TLM_ROW_TYPE, "tag \"%s\" is an array or object",
                             shown.text);
    }
    if (first == '"') {
        value = take_string(text, p, end);
    } else {
        value.data = *p;
        while (*p < end && **p != ',')
            ++*p;
        value.len = (size_t)(*p - value.data);
    }
    return first == 'n' ? TLM_OK : add_tag(assembler, key, value);
}

enum tlm_code tlm__row_tags_object(struct tlm_assembler *assembler, struct tlm_string object)
{
    const char *end = object.data + object.len - 1;
    for (const char *p = object.data + 1; p < end; p++) { /* over the comma */
        tlm__buf_reset(&assembler->member);
        if (!tlm__buf_reserve(&assembler->member, object.len))
            return TLM_NO_MEMORY;
        enum tlm_code code = add_member(assembler, &p, end);
        if (code)
            return code;
    }
    return TLM_OK;
}

/* The text of an object, from a cell. */
static enum tlm_code read_object(struct tlm_assembler *assembler, const struct tlm_value *value)
{
    const struct tlm_buf *compact = &assembler->scratch;
    size_t at;
    const char *why;
    tlm__buf_reset(&assembler->scratch);
    enum tlm_code code =
        tlm__json_compact(value->text, value->len, assembler->rules->options.duplicate_keys,
                          &assembler->scratch, &at, &why);
    if (!code && compact->data[0] == '{')
        return tlm__row_tags_object(assembler,
                                    (struct tlm_string){(const char *)compact->data, compact->len});
    if (code == TLM_NO_MEMORY)
        return code;
    struct tlm_shown shown = tlm__show(value->text, value->len);
    return tlm__row_fail(assembler, TLM_ROW_CHANNEL, "tags \"%s\" is not a JSON object",
                         shown.text);
}

enum tlm_code tlm__row_tags_value(struct tlm_assembler *assembler, const struct tlm_value *value)
{
    if (value->kind == TLM_VALUE_TEXT && !value->raw)
        return read_object(assembler, value);
    struct tlm_shown shown =
        tlm__show(value->raw ? value->raw : value->text, value->raw ? value->raw_len : value->len);
    return tlm__row_fail(assembler, TLM_ROW_CHANNEL, "tags %s is not an object", shown.text);
}

/* ---- the set of a row ----------------------------------------------------------------------- */

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
