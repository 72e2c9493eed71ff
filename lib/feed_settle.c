#include <stdio.h>
#include <string.h>
#include <strings.h>

#include "base/error.h"
#include "feed.h"
#include "rows/detect.h"

/* Names of a row's members, in order. */
struct names {
    struct tlm_string *items;
    size_t n;
};

static bool has(const struct names *names, const char *text, size_t len)
{
    for (size_t i = 0; i < names->n; i++)
        if (names->items[i].len == len && memcmp(names->items[i].data, text, len) == 0)
            return true;
    return false;
}

static bool has_text(const struct names *names, const char *text)
{
    return text && has(names, text, strlen(text));
}

/* ---- the time field ------------------------------------------------------------------------- */

static const char *const usual_times[] = {
    "timestamp",
    "@timestamp",
    "ts",
    "time",
    "datetime",
    "date_time",
    "timestamp_ns",
    "timestamp_us",
    "timestamp_ms",
    "timestamp_s",
    "time_ns",
    "time_us",
    "time_ms",
    "time_s",
    "ts_ns",
    "ts_us",
    "ts_ms",
    "ts_s",
    "utc",
    "time_utc",
    "utc_time",
    "timestamp_utc",
    "epoch",
    "epoch_ns",
    "epoch_us",
    "epoch_ms",
    "epoch_s",
    "unix_time",
    "unixtime",
    "unix",
    "event_time",
    "eventtime",
    "created_at",
    "recorded_at",
    "measured_at",
    "sampled_at",
    "t",
    "date",
};

static const struct tlm_string *find_ignoring_case(const struct names *names, const char *text)
{
    size_t len = strlen(text);
    for (size_t i = 0; i < names->n; i++)
        if (names->items[i].len == len && strncasecmp(names->items[i].data, text, len) == 0)
            return &names->items[i];
    return NULL;
}

static void add_time_part(struct tlm_row_rules *rules, const char *text, size_t len)
{
    rules->time_parts[rules->n_time_parts] = text;
    rules->time_part_lens[rules->n_time_parts++] = len;
}

/* The one usual name of a time among these, or NULL. */
static const struct tlm_string *find_usual_time(const struct names *names)
{
    const struct tlm_string *found = NULL;
    for (size_t i = 0; i < sizeof usual_times / sizeof usual_times[0] && !found; i++)
        found = find_ignoring_case(names, usual_times[i]);
    return found;
}

static bool guess_time(struct tlm_run *run, const struct names *names)
{
    const struct tlm_string *date = find_ignoring_case(names, "date");
    const struct tlm_string *time = find_ignoring_case(names, "time");
    if (date && time && !find_ignoring_case(names, "timestamp")) {
        add_time_part(&run->rules, date->data, date->len);
        add_time_part(&run->rules, time->data, time->len);
        tlm__feed_note(run->feed, "time fields: \"%.*s\" and \"%.*s\" (guessed; -t names others)",
                       (int)date->len, date->data, (int)time->len, time->data);
        return true;
    }
    const struct tlm_string *name = find_usual_time(names);
    if (!name)
        return false;
    add_time_part(&run->rules, name->data, name->len);
    tlm__feed_note(run->feed, "time field: \"%.*s\" (guessed; -t names another)", (int)name->len,
                   name->data);
    return true;
}

/* The first names of a list, for messages. */
static void list_names(const struct names *names, char *out, size_t size)
{
    size_t used = 0;
    out[0] = '\0';
    for (size_t i = 0; i < names->n && used + 64 < size; i++) {
        int len = names->items[i].len < 40 ? (int)names->items[i].len : 40;
        used += (size_t)snprintf(out + used, size - used, "%s%.*s", i ? ", " : "", len,
                                 names->items[i].data);
        if (i + 1 < names->n && used + 64 >= size)
            snprintf(out + used, size - used, ", ...");
    }
}

static enum tlm_code fail_names(struct tlm_run *run, const struct names *names, const char *what,
                                const char *name, struct tlm_error *error)
{
    char list[320];
    list_names(names, list, sizeof list);
    return tlm__fail(error, TLM_ARGUMENT, "%s: %s%s%s%s; its columns are: %s",
                     tlm__source_name(run->source), what, *name ? " \"" : "", name,
                     *name ? "\"" : "", list);
}

static enum tlm_code split_time_field(struct tlm_run *run, const char *field,
                                      const struct names *names, struct tlm_error *error)
{
    if (has_text(names, field) || !strchr(field, ',')) {
        add_time_part(&run->rules, field, strlen(field));
        return TLM_OK;
    }
    for (const char *at = field; at; at = strchr(at, ',')) {
        at += *at == ',';
        if (run->rules.n_time_parts == TLM_TIME_PARTS)
            return tlm__fail(error, TLM_ARGUMENT, "time field \"%s\" joins more than %d columns",
                             field, TLM_TIME_PARTS);
        add_time_part(&run->rules, at, strcspn(at, ","));
    }
    return TLM_OK;
}

static enum tlm_code settle_time(struct tlm_run *run, const struct names *names,
                                 struct tlm_error *error)
{
    struct tlm_row_rules *rules = &run->rules;
    if (!rules->options.time_field)
        return guess_time(run, names)
                   ? TLM_OK
                   : fail_names(run, names, "no time field found (-t names it)", "", error);
    enum tlm_code code = split_time_field(run, rules->options.time_field, names, error);
    for (size_t i = 0; i < rules->n_time_parts && !code; i++)
        if (rules->input != TLM_INPUT_JSONL &&
            !has(names, rules->time_parts[i], rules->time_part_lens[i]))
            code = fail_names(run, names, "no time column", rules->options.time_field, error);
    return code;
}

/* ---- shape ---------------------------------------------------------------------------------- */

/* True for a name that flattening made of an object in that field. */
static bool is_member_of(const struct tlm_string *name, const char *field,
                         const struct tlm_row_options *options)
{
    size_t len = strlen(field), separator = options->flatten ? strlen(options->flatten) : 0;
    return separator && name->len > len + separator && memcmp(name->data, field, len) == 0 &&
           memcmp(name->data + len, options->flatten, separator) == 0;
}

/* True for rows of channel, value and a time, with nothing else but tags and a type. */
static bool looks_long(const struct tlm_row_options *options, const struct names *names)
{
    if (!has_text(names, options->channel_field) || !has_text(names, options->value_field))
        return false;
    for (size_t i = 0; i < names->n; i++) {
        struct names one = {&names->items[i], 1};
        bool known = has_text(&one, options->channel_field) ||
                     has_text(&one, options->value_field) || has_text(&one, "tags") ||
                     has_text(&one, "type") || has_text(&one, options->time_field) ||
                     find_usual_time(&one) ||
                     is_member_of(&names->items[i], options->value_field, options);
        for (size_t t = 0; t < options->tag_fields.len; t++)
            known = known || has_text(&one, options->tag_fields.items[t].value);
        if (!known)
            return false;
    }
    return true;
}

static enum tlm_code settle_shape(struct tlm_run *run, const struct names *names,
                                  struct tlm_error *error)
{
    struct tlm_row_rules *rules = &run->rules;
    struct tlm_row_options *options = &rules->options;
    const bool named = options->channel_field || options->value_field;
    if (!options->channel_field)
        options->channel_field = "channel";
    if (!options->value_field)
        options->value_field = "value";
    rules->tags_object = true;
    const bool looks = looks_long(options, names);
    rules->type_field = looks && strcmp(options->channel_field, "channel") == 0 &&
                        strcmp(options->value_field, "value") == 0;
    rules->shape = options->shape;
    if (rules->shape == TLM_SHAPE_AUTO) {
        rules->shape = named || looks ? TLM_SHAPE_LONG : TLM_SHAPE_WIDE;
        if (looks && !named)
            tlm__feed_note(run->feed, "rows are long: a channel and a value each (guessed; "
                                      "--shape wide if they are not)");
    }
    if (rules->input == TLM_INPUT_JSONL)
        return TLM_OK;
    if (rules->shape == TLM_SHAPE_LONG && !has_text(names, options->channel_field))
        return fail_names(run, names, "no channel column", options->channel_field, error);
    if (rules->shape == TLM_SHAPE_LONG && !has_text(names, options->value_field))
        return fail_names(run, names, "no value column", options->value_field, error);
    for (size_t i = 0; i < options->tag_fields.len; i++)
        if (!has_text(names, options->tag_fields.items[i].value))
            return fail_names(run, names, "no tag column", options->tag_fields.items[i].value,
                              error);
    return TLM_OK;
}

static enum tlm_code settle_names(struct tlm_run *run, const struct names *names,
                                  struct tlm_error *error)
{
    enum tlm_code code = settle_shape(run, names, error);
    if (!code)
        code = settle_time(run, names, error);
    return code;
}

/* ---- JSON ----------------------------------------------------------------------------------- */

/* Parses one line without any rule, only for its names. False: memory is out, or the budget for
 * names. */
static bool probe_line(struct tlm_run *run, const char *text, size_t len, struct names *names,
                       bool *crowded)
{
    struct tlm_arena *arena = &run->arena;
    static const char *const all[] = {"*"};
    struct tlm_row_rules rules = {
        .time = run->rules.time,
        .shape = TLM_SHAPE_WIDE,
        .options = {.excludes = {all, 1}, /* values are skipped, so that none can be a bad one */
                    .decimal = '.',
                    .flatten = run->rules.options.flatten,
                    .duplicate_keys = TLM_DUPLICATE_LAST,
                    .max_line = run->rules.options.max_line},
    };
    struct tlm_columns columns;
    struct tlm_assembler assembler;
    struct tlm_rows rows = {0};
    uint64_t n_rows = 0, n_lines = 0;
    tlm__columns_init(&columns, &rules);
    columns.budget = tlm__run_names_budget(run);
    bool made = !tlm__assembler_init(&assembler, &rules, &columns, NULL);
    assembler.rows = &rows;
    struct tlm_json_parser *parser = made ? tlm__json_parser_new(&assembler) : NULL;
    made = parser && tlm__json_parse(parser, text, len, (struct tlm_place){.row = 1, .line = 1},
                                     &n_rows, &n_lines);
    names->n = made ? columns.keys.len : 0;
    names->items = tlm__arena_take(arena, (names->n + 1) * sizeof *names->items);
    made = made && names->items;
    *crowded = tlm__columns_bytes(&columns) > columns.budget;
    for (size_t i = 0; i < names->n && made; i++) {
        const struct tlm_intern_entry *key = &columns.keys.entries[i];
        names->items[i] =
            (struct tlm_string){tlm__arena_text(arena, key->bytes, key->len), key->len};
        made = names->items[i].data != NULL;
    }
    tlm__json_parser_free(parser);
    tlm__assembler_release(&assembler);
    tlm__columns_release(&columns);
    tlm__rows_release(&rows);
    return made;
}

/* The names in the first row that has any; when a time is to be guessed, of the first one that has
 * a likely name, if there is one. */
static enum tlm_code probe_json(struct tlm_run *run, struct names *names, struct tlm_error *error)
{
    const char *text = tlm__run_text(run), *end = text + tlm__run_len(run);
    bool guess = !run->rules.options.time_field;
    while (text < end) {
        const char *newline = memchr(text, '\n', (size_t)(end - text));
        size_t len = newline ? (size_t)(newline - text) + 1 : (size_t)(end - text);
        struct names found;
        bool crowded;
        if (!probe_line(run, text, len, &found, &crowded))
            return crowded ? tlm__run_fail_crowded(run, error) : tlm__fail_memory(error, len);
        bool usual = found.n && find_usual_time(&found);
        if (found.n && (!names->n || (guess && usual)))
            *names = found;
        if (found.n && (!guess || usual))
            break;
        text += len;
    }
    return TLM_OK;
}

static enum tlm_code settle_json(struct tlm_run *run, struct tlm_error *error)
{
    struct names names = {0};
    enum tlm_code code = probe_json(run, &names, error);
    if (code)
        return code;
    if (names.n)
        return settle_names(run, &names, error);
    if (run->rules.options.time_field)
        return split_time_field(run, run->rules.options.time_field, &names, error);
    return tlm__fail(error, TLM_INPUT, "%s: no JSON object in its first lines",
                     tlm__source_name(run->source));
}

/* ---- CSV ------------------------------------------------------------------------------------ */

static enum tlm_code read_header(struct tlm_run *run, struct tlm_arena *arena, struct names *names,
                                 struct tlm_error *error)
{
    const struct tlm_list *columns = &run->rules.options.columns;
    if (run->rules.options.no_header) {
        names->n = columns->len;
        names->items = tlm__arena_take(arena, (names->n + 1) * sizeof *names->items);
        for (size_t i = 0; i < names->n && names->items; i++)
            names->items[i] = (struct tlm_string){columns->items[i], strlen(columns->items[i])};
        return names->items ? TLM_OK : tlm__fail_memory(error, names->n);
    }
    size_t len = tlm__split_first(&run->split, tlm__run_text(run), tlm__run_len(run));
    uint64_t lines = 0;
    for (size_t i = 0; i < len; i++)
        lines += tlm__run_text(run)[i] == '\n';
    enum tlm_code code = tlm__csv_split(tlm__run_text(run), len, run->split.delimiter, arena,
                                        &names->items, &names->n);
    if (code == TLM_NO_MEMORY)
        return tlm__fail_memory(error, len);
    if (code)
        return tlm__fail(error, TLM_INPUT,
                         "%s:%llu: the header cannot be read (a quote is never "
                         "closed?)",
                         tlm__source_name(run->source), (unsigned long long)run->line);
    tlm__run_skip(run, len, lines);
    return TLM_OK;
}

static enum tlm_code settle_csv(struct tlm_run *run, struct tlm_error *error)
{
    struct names names = {0};
    enum tlm_code code = read_header(run, &run->arena, &names, error);
    run->header = names.items;
    run->n_header = names.n;
    return code ? code : settle_names(run, &names, error);
}

/* ---- the first lines ------------------------------------------------------------------------ */

static bool is_blank(const char *text, size_t len)
{
    return strspn(text, " \t\r\n") >= len;
}

static bool is_comment(const struct tlm_run *run, const char *text, size_t len)
{
    const char *comment = run->rules.options.comment;
    size_t n = comment && *comment ? strlen(comment) : 0;
    return n && len >= n && memcmp(text, comment, n) == 0;
}

/* Uses up the byte order mark, the lines to skip, blank lines and comments, so that the text
 * starts with the first row or header, whole if it is not too long. */
static enum tlm_code find_first_row(struct tlm_run *run, bool *empty, struct tlm_error *error)
{
    uint64_t to_skip = run->rules.options.skip_lines;
    bool begun = false;
    for (;;) {
        size_t len = tlm__run_len(run);
        if (!begun && (len >= 3 || run->at_end)) {
            tlm__run_skip(run, tlm__detect_bom(tlm__run_text(run), len), 0);
            begun = true;
            continue;
        }
        const char *text = tlm__run_text(run);
        const char *newline = begun && len ? memchr(text, '\n', len) : NULL;
        size_t line = newline ? (size_t)(newline - text) + 1 : len;
        bool whole = newline || run->at_end || len > run->rules.options.max_line;
        if (begun && whole && len == 0) {
            *empty = true;
            return TLM_OK;
        }
        if (!begun || !whole) {
            enum tlm_code code = tlm__run_fill(run, error);
            if (code)
                return code;
            continue;
        }
        if (!to_skip && !is_blank(text, line) && !is_comment(run, text, line))
            return TLM_OK;
        to_skip -= to_skip > 0;
        tlm__run_skip(run, line, 1);
    }
}

static enum tlm_code settle_input(struct tlm_run *run, struct tlm_error *error)
{
    struct tlm_row_rules *rules = &run->rules;
    const char *text = tlm__run_text(run);
    size_t len = tlm__run_len(run);
    enum tlm_input input = rules->options.input;
    enum tlm_code code = TLM_OK;
    if (input == TLM_INPUT_AUTO)
        code = tlm__detect_input(tlm__source_name(run->source), text, len, &input, error);
    if (code)
        return code;
    rules->delimiter = rules->options.delimiter;
    if (input == TLM_INPUT_TSV && !rules->delimiter)
        rules->delimiter = '\t';
    rules->input = input == TLM_INPUT_JSONL ? TLM_INPUT_JSONL : TLM_INPUT_CSV;
    if (rules->input == TLM_INPUT_CSV && !rules->delimiter) {
        const char *newline = memchr(text, '\n', len);
        rules->delimiter =
            tlm__detect_delimiter(text, newline ? (size_t)(newline - text) : len, input);
    }
    if (rules->input == TLM_INPUT_CSV && rules->delimiter == rules->options.decimal)
        return tlm__fail(error, TLM_ARGUMENT,
                         "%s: '%c' separates the cells and cannot be the decimal character too "
                         "(--delimiter)",
                         tlm__source_name(run->source), rules->delimiter);
    const char *comment = rules->options.comment;
    run->split = (struct tlm_split){
        .quotes = rules->input == TLM_INPUT_CSV,
        .delimiter = rules->delimiter,
        .comment = comment,
        .comment_len = comment ? strlen(comment) : 0,
    };
    return TLM_OK;
}

static void explain(struct tlm_run *run)
{
    const struct tlm_row_rules *rules = &run->rules;
    char time[256] = "";
    size_t used = 0;
    for (size_t i = 0; i < rules->n_time_parts && used < sizeof time; i++)
        used += (size_t)snprintf(time + used, sizeof time - used, "%s\"%.*s\"", i ? " and " : "",
                                 (int)rules->time_part_lens[i], rules->time_parts[i]);
    char delimiter[24] = "";
    if (rules->input == TLM_INPUT_CSV)
        snprintf(delimiter, sizeof delimiter, " with %s",
                 rules->delimiter == '\t' ? "tabs" : (char[]){'"', rules->delimiter, '"', 0});
    tlm__feed_note(run->feed, "%s: %s%s, %s rows, time from %s", tlm__source_name(run->source),
                   rules->input == TLM_INPUT_CSV ? "CSV" : "JSON lines", delimiter,
                   rules->shape == TLM_SHAPE_LONG ? "long" : "wide", time);
}

enum tlm_code tlm__run_settle(struct tlm_run *run, bool *empty, struct tlm_error *error)
{
    enum tlm_code code = find_first_row(run, empty, error);
    if (code || *empty)
        return code;
    code = settle_input(run, error);
    if (!code)
        code =
            run->rules.input == TLM_INPUT_JSONL ? settle_json(run, error) : settle_csv(run, error);
    if (!code && run->rules.options.explain)
        explain(run);
    return code;
}
