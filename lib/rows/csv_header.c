#include "rows/csv_header.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/buf.h"
#include "base/error.h"
#include "rows/cell.h"
#include "rows/parse_json.h"

enum { NOTES_MAX = 10 };

struct header {
    struct tlm_columns *columns;
    const struct tlm_string *names;
    size_t n;
    struct tlm_intern real; /* the names as they came */
    uint64_t *copies;       /* by number in real: columns so far */
    uint64_t *suffixes;     /* by number in real: the last suffix that was tried */
    struct tlm_intern used; /* the names given so far */
    struct tlm_buf made;    /* a name being made */
    size_t changes;
};

static enum tlm_code check_name(const struct tlm_string *name, size_t number,
                                struct tlm_error *error)
{
    if (!tlm__utf8_valid(name->data, name->len))
        return tlm__fail(error, TLM_INPUT, "the name of column %zu is not UTF-8", number);
    if (name->len && memchr(name->data, '\0', name->len))
        return tlm__fail(error, TLM_INPUT, "the name of column %zu has a NUL in it", number);
    return TLM_OK;
}

static enum tlm_code collect_names(struct header *header, struct tlm_error *error)
{
    if (!header->n)
        return tlm__fail(error, TLM_INPUT, "the header names no column");
    for (size_t i = 0; i < header->n; i++) {
        const struct tlm_string *name = &header->names[i];
        enum tlm_code code = check_name(name, i + 1, error);
        if (code)
            return code;
        if (name->len && tlm__intern_add(&header->real, name->data, name->len) == TLM_INTERN_NONE)
            return TLM_NO_MEMORY;
    }
    header->copies = calloc(header->n, sizeof *header->copies);
    header->suffixes = calloc(header->n, sizeof *header->suffixes);
    return header->copies && header->suffixes ? TLM_OK : TLM_NO_MEMORY;
}

static void note(struct header *header, const char *message)
{
    const struct tlm_row_options *options = &header->columns->rules->options;
    if (++header->changes <= NOTES_MAX && options->on_note)
        options->on_note(options->ctx, message);
}

static void note_rest(const struct header *header)
{
    const struct tlm_row_options *options = &header->columns->rules->options;
    if (header->changes <= NOTES_MAX || !options->on_note)
        return;
    char message[100];
    snprintf(message, sizeof message, "%zu more columns without a name of their own were named",
             header->changes - NOTES_MAX);
    options->on_note(options->ctx, message);
}

static void note_unnamed(struct header *header, size_t number)
{
    char message[300];
    struct tlm_shown made = tlm__show((const char *)header->made.data, header->made.len);
    snprintf(message, sizeof message, "column %zu has no name: it is named %s", number, made.text);
    note(header, message);
}

static void note_copy(struct header *header, const struct tlm_string *name, uint64_t copies)
{
    char message[300];
    struct tlm_shown shown = tlm__show(name->data, name->len);
    struct tlm_shown made = tlm__show((const char *)header->made.data, header->made.len);
    if (copies == 2)
        snprintf(message, sizeof message, "column \"%s\" appears twice: the second one is named %s",
                 shown.text, made.text);
    else
        snprintf(message, sizeof message, "column \"%s\" appears %llu times: the last is named %s",
                 shown.text, (unsigned long long)copies, made.text);
    note(header, message);
}

static bool is_free(const struct header *header)
{
    const char *made = (const char *)header->made.data;
    size_t len = header->made.len;
    return tlm__intern_find(&header->real, made, len) == TLM_INTERN_NONE &&
           tlm__intern_find(&header->used, made, len) == TLM_INTERN_NONE;
}

/* column_N, or column_N_2, ... False: memory is out. */
static bool name_unnamed(struct header *header, size_t number)
{
    tlm__buf_reset(&header->made);
    if (!tlm__buf_printf(&header->made, "column_%zu", number))
        return false;
    size_t len = header->made.len;
    for (unsigned suffix = 2; !is_free(header); suffix++) {
        header->made.len = len;
        if (!tlm__buf_printf(&header->made, "_%u", suffix))
            return false;
    }
    note_unnamed(header, number);
    return true;
}

/* The name itself the first time, else name_2, ... False: memory is out. */
static bool name_copy(struct header *header, const struct tlm_string *name)
{
    uint32_t number = tlm__intern_find(&header->real, name->data, name->len);
    tlm__buf_reset(&header->made);
    if (!tlm__buf_append(&header->made, name->data, name->len))
        return false;
    if (++header->copies[number] == 1) {
        header->suffixes[number] = 1;
        return true;
    }
    do {
        header->made.len = name->len;
        if (!tlm__buf_printf(&header->made, "_%llu",
                             (unsigned long long)++header->suffixes[number]))
            return false;
    } while (!is_free(header));
    note_copy(header, name, header->copies[number]);
    return true;
}

static enum tlm_code name_columns(struct header *header, struct tlm_name **found)
{
    for (size_t i = 0; i < header->n; i++) {
        const struct tlm_string *name = &header->names[i];
        if (!(name->len ? name_copy(header, name) : name_unnamed(header, i + 1)))
            return TLM_NO_MEMORY;
        const char *made = (const char *)header->made.data;
        found[i] = tlm__columns_name(header->columns, made, header->made.len);
        if (!found[i] || tlm__intern_add(&header->used, made, header->made.len) == TLM_INTERN_NONE)
            return TLM_NO_MEMORY;
    }
    note_rest(header);
    return TLM_OK;
}

enum tlm_code tlm__csv_header_names(struct tlm_columns *columns, const struct tlm_string *names,
                                    size_t n, struct tlm_name ***found, struct tlm_error *error)
{
    struct header header = {.columns = columns, .names = names, .n = n};
    struct tlm_name **made = NULL;
    enum tlm_code code = collect_names(&header, error);
    if (!code) {
        made = calloc(n, sizeof *made);
        code = made ? name_columns(&header, made) : TLM_NO_MEMORY;
    }
    if (code == TLM_NO_MEMORY)
        tlm__fail_memory(error, n * sizeof *made);
    if (code)
        free(made);
    else
        *found = made;
    tlm__intern_release(&header.real);
    tlm__intern_release(&header.used);
    tlm__buf_release(&header.made);
    free(header.copies);
    free(header.suffixes);
    return code;
}
