#include "cat/cat_value.h"

#include "cat/cat_digits.h"
#include "cat/cat_json.h"
#include "cat/cat_quote.h"

_Static_assert(CAT_NUMBER_TEXT >= TLM_DOUBLE_TEXT && CAT_NUMBER_TEXT >= CAT_INTEGER_TEXT + 2,
               "room for both");

size_t cat_value_double(double value, char out[CAT_NUMBER_TEXT])
{
    return tlm_double_text(value, out);
}

size_t cat_value_long(const struct cat_format *format, int64_t value, char out[CAT_NUMBER_TEXT])
{
    if (!format->long_strings)
        return cat_digits_integer(out, value);
    size_t len = 1 + cat_digits_integer(out + 1, value);
    out[0] = out[len] = '"';
    return len + 1;
}

/* ---- JSON ----------------------------------------------------------------------------------- */

static bool add_doubles(struct cat_text *out, const struct tlm_doubles *doubles)
{
    bool added = cat_text_add_char(out, '[');
    for (size_t i = 0; added && i < doubles->len; i++) {
        char *to = cat_text_room(out, 1 + CAT_NUMBER_TEXT);
        if (!to)
            return false;
        if (i)
            *to++ = ',';
        out->len += (i > 0) + cat_value_double(doubles->items[i], to);
    }
    return added && cat_text_add_char(out, ']');
}

static bool add_strings(struct cat_text *out, const struct tlm_strings *strings)
{
    bool added = cat_text_add_char(out, '[');
    for (size_t i = 0; added && i < strings->len; i++)
        added = (!i || cat_text_add_char(out, ',')) && cat_quote_json(out, strings->items[i]);
    return added && cat_text_add_char(out, ']');
}

/* On one line: control characters between the tokens of a valid text are white space. */
static bool add_json(struct cat_text *out, struct tlm_string text, bool *typed)
{
    size_t from = out->len;
    if (!cat_json_valid(text)) {
        *typed = true;
        return cat_quote_json(out, text);
    }
    *typed = *typed || !cat_json_is_evident(text);
    if (!cat_text_add(out, text.data, text.len))
        return false;
    for (char *p = out->data + from, *end = p + text.len; p < end; p++)
        if ((unsigned char)*p < ' ')
            *p = ' ';
    return true;
}

static bool add_as_json(struct cat_text *out, const struct cat_format *format, enum tlm_type type,
                        const union tlm_point_value *value, bool *typed)
{
    char number[CAT_NUMBER_TEXT];
    switch (type) {
    case TLM_DOUBLE:
        return cat_text_add(out, number, cat_value_double(value->real, number));
    case TLM_LONG:
        *typed = *typed || format->long_strings;
        return cat_text_add(out, number, cat_value_long(format, value->integer, number));
    case TLM_STRING:
        return cat_quote_json(out, value->text);
    case TLM_DOUBLE_ARRAY:
        return add_doubles(out, &value->reals);
    case TLM_STRING_ARRAY:
        *typed = *typed || !value->texts.len;
        return add_strings(out, &value->texts);
    case TLM_JSON:
        break;
    }
    return add_json(out, value->text, typed);
}

/* ---- CSV ------------------------------------------------------------------------------------ */

static bool add_list_cell(struct cat_text *out, const struct cat_format *format, enum tlm_type type,
                          const union tlm_point_value *value)
{
    struct cat_text json = {0};
    bool typed = false, added = add_as_json(&json, format, type, value, &typed) &&
                                cat_quote_cell(out, (struct tlm_string){json.data, json.len},
                                               cat_format_delimiter(format));
    cat_text_release(&json);
    return added;
}

bool cat_value_add(struct cat_text *out, const struct cat_format *format, enum tlm_type type,
                   const union tlm_point_value *value, bool *typed)
{
    if (cat_format_is_json(format) || type == TLM_DOUBLE || type == TLM_LONG)
        return add_as_json(out, format, type, value, typed);
    *typed = true;
    if (type == TLM_STRING || type == TLM_JSON)
        return cat_quote_cell(out, value->text, cat_format_delimiter(format));
    return add_list_cell(out, format, type, value);
}

bool cat_value_tags(struct cat_text *out, const struct tlm_file_pair *tags, size_t n)
{
    bool added = cat_text_add_char(out, '{');
    for (size_t i = 0; added && i < n; i++)
        added = (!i || cat_text_add_char(out, ',')) && cat_quote_json(out, tags[i].key) &&
                cat_text_add_char(out, ':') && cat_quote_json(out, tags[i].value);
    return added && cat_text_add_char(out, '}');
}
