#include "screen.h"

#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <unistd.h>

#include "screen_text.h"

#define LEAST 40u
#define MOST 1000u
#define GAP 2u
#define MOST_COMPARED 5000u /* texts that are kept apart when they are cut */

/* ---- room ----------------------------------------------------------------------------------- */

static size_t terminal_width(int fd)
{
    struct winsize size;
    return isatty(fd) && ioctl(fd, TIOCGWINSZ, &size) == 0 ? size.ws_col : 0;
}

static size_t width_from_environment(void)
{
    const char *text = getenv("COLUMNS");
    char *end = NULL;
    unsigned long width = text && *text >= '0' && *text <= '9' ? strtoul(text, &end, 10) : 0;
    return end && *end == '\0' ? width : 0;
}

size_t screen_width_or(FILE *out, size_t otherwise)
{
    size_t width = width_from_environment();
    if (!width)
        width = terminal_width(fileno(out));
    if (!width)
        width = terminal_width(STDERR_FILENO);
    if (!width)
        return otherwise;
    return width < LEAST ? LEAST : width > MOST ? MOST : width;
}

size_t screen_width(FILE *out)
{
    return screen_width_or(out, SCREEN_WIDTH);
}

/* ---- characters ----------------------------------------------------------------------------- */

bool screen_has_unicode(void)
{
    static const char *const names[] = {"LC_ALL", "LC_CTYPE", "LANG"};
    for (size_t i = 0; i < sizeof names / sizeof names[0]; i++) {
        const char *locale = getenv(names[i]);
        if (locale && *locale)
            return strcasestr(locale, "utf-8") || strcasestr(locale, "utf8");
    }
    return true;
}

/* ---- tables --------------------------------------------------------------------------------- */

struct cell {
    char *text;
    enum color_role role;
};

struct screen_table {
    const struct screen_column *columns;
    size_t n_columns;
    struct cell *cells;
    size_t n, capacity;
    size_t *widths;
    size_t *least; /* what a column may shrink to; 0: it does not */
    bool *hidden;
    bool failed;
};

struct screen_table *screen_table_new(const struct screen_column *columns, size_t n_columns)
{
    struct screen_table *table = calloc(1, sizeof *table);
    if (!table)
        return NULL;
    table->columns = columns;
    table->n_columns = n_columns;
    table->widths = calloc(n_columns, sizeof *table->widths);
    table->least = calloc(n_columns, sizeof *table->least);
    table->hidden = calloc(n_columns, sizeof *table->hidden);
    if (table->widths && table->least && table->hidden) {
        for (size_t i = 0; i < n_columns; i++)
            table->widths[i] = screen_text_width(columns[i].title);
        return table;
    }
    screen_table_free(table);
    return NULL;
}

void screen_table_free(struct screen_table *table)
{
    if (!table)
        return;
    for (size_t i = 0; i < table->n; i++)
        free(table->cells[i].text);
    free(table->cells);
    free(table->widths);
    free(table->least);
    free(table->hidden);
    free(table);
}

static struct cell *new_cell(struct screen_table *table)
{
    if (table->n == table->capacity) {
        size_t capacity = table->capacity ? 2 * table->capacity : 64;
        struct cell *cells = realloc(table->cells, capacity * sizeof *cells);
        if (!cells)
            return NULL;
        table->cells = cells;
        table->capacity = capacity;
    }
    return &table->cells[table->n];
}

static void add(struct screen_table *table, const char *text, size_t len, enum color_role role)
{
    struct cell *cell = table->failed ? NULL : new_cell(table);
    char *clean = cell ? screen_text_clean(text, len) : NULL;
    table->failed = !clean;
    if (!clean)
        return;
    *cell = (struct cell){clean, role};
    size_t *width = &table->widths[table->n++ % table->n_columns],
           wanted = screen_text_width(clean);
    *width = wanted > *width ? wanted : *width;
}

void screen_table_add_bytes(struct screen_table *table, const char *text, size_t len)
{
    add(table, text, len, table->columns[table->n % table->n_columns].role);
}

void screen_table_add(struct screen_table *table, const char *text)
{
    screen_table_add_bytes(table, text, strlen(text));
}

void screen_table_add_as(struct screen_table *table, const char *text, enum color_role role)
{
    add(table, text, strlen(text), role);
}

/* ---- fitting -------------------------------------------------------------------------------- */

static size_t whole_width(const struct screen_table *table)
{
    size_t sum = 0;
    for (size_t i = 0; i < table->n_columns; i++)
        if (!table->hidden[i])
            sum += table->widths[i] + GAP;
    return sum >= GAP ? sum - GAP : 0;
}

long screen_table_spare(const struct screen_table *table, size_t width)
{
    return (long)width - (long)whole_width(table);
}

/* The widest column that may still become narrower, or n_columns. */
static size_t widest(const struct screen_table *table)
{
    size_t best = table->n_columns;
    for (size_t i = 0; i < table->n_columns; i++) {
        size_t least = table->least[i];
        if (least && !table->hidden[i] && table->widths[i] > least &&
            (best == table->n_columns || table->widths[i] > table->widths[best]))
            best = i;
    }
    return best;
}

/* What all columns would take that are shrunk as far as they go. */
static size_t least_width(const struct screen_table *table)
{
    size_t sum = whole_width(table);
    for (size_t i = 0; i < table->n_columns; i++) {
        size_t least = table->least[i];
        if (least && !table->hidden[i] && table->widths[i] > least)
            sum -= table->widths[i] - least;
    }
    return sum;
}

static unsigned most_optional(const struct screen_table *table)
{
    unsigned most = 0;
    for (size_t i = 0; i < table->n_columns; i++)
        if (!table->hidden[i] && table->columns[i].optional > most)
            most = table->columns[i].optional;
    return most;
}

static void hide_optional(struct screen_table *table, size_t width)
{
    unsigned worst;
    while (least_width(table) > width && (worst = most_optional(table)) > 0)
        for (size_t i = 0; i < table->n_columns; i++)
            if (table->columns[i].optional == worst)
                table->hidden[i] = true;
}

static void shrink_to_least(struct screen_table *table, size_t width)
{
    for (size_t i; whole_width(table) > width && (i = widest(table)) < table->n_columns;)
        table->widths[i]--;
}

static int compare_texts(const void *a, const void *b)
{
    return strcmp(*(char *const *)a, *(char *const *)b);
}

/* The texts of a column, cut to a width and sorted. NULL: memory is out. */
static char **cut_texts(const struct screen_table *table, size_t column, size_t width)
{
    const size_t n = table->n / table->n_columns;
    char **texts = calloc(n + 1, sizeof *texts);
    bool done = texts != NULL;
    for (size_t i = 0; done && i < n; i++) {
        texts[i] = strdup(table->cells[i * table->n_columns + column].text);
        done = texts[i] &&
               (!width || screen_text_cut(&texts[i], width, SCREEN_TEXT_CUT_MIDDLE, false));
    }
    if (done) {
        qsort(texts, n, sizeof *texts, compare_texts);
        return texts;
    }
    for (size_t i = 0; texts && i < n; i++)
        free(texts[i]);
    free(texts);
    return NULL;
}

/* How many different texts there are in a column that is so wide; 0: whole. */
static size_t count_different(const struct screen_table *table, size_t column, size_t width)
{
    const size_t n = table->n / table->n_columns;
    size_t different = 0;
    char **texts = cut_texts(table, column, width);
    for (size_t i = 0; texts && i < n; i++) {
        different += i + 1 == n || strcmp(texts[i], texts[i + 1]) != 0;
        if (i)
            free(texts[i - 1]);
    }
    if (texts && n)
        free(texts[n - 1]);
    free(texts);
    return different;
}

/* What a column may shrink to so that texts which differ still do. */
static size_t distinct_width(const struct screen_table *table, size_t column)
{
    size_t least = table->columns[column].shrinks_to, most = table->widths[column];
    if (!table->columns[column].middle || most <= least ||
        table->n / table->n_columns > MOST_COMPARED)
        return least;
    const size_t different = count_different(table, column, 0);
    while (least < most) {
        size_t middle = least + (most - least) / 2;
        if (count_different(table, column, middle) == different)
            most = middle;
        else
            least = middle + 1;
    }
    return least;
}

/* Texts that would look alike are the last to be cut. */
static void fit(struct screen_table *table, size_t width)
{
    for (size_t i = 0; i < table->n_columns; i++)
        table->hidden[i] = !table->widths[i];
    for (size_t i = 0; i < table->n_columns; i++)
        table->least[i] = whole_width(table) > width ? distinct_width(table, i) : 0;
    hide_optional(table, width);
    shrink_to_least(table, width);
    for (size_t i = 0; i < table->n_columns; i++)
        table->least[i] = table->columns[i].shrinks_to;
    shrink_to_least(table, width);
}

/* ---- printing ------------------------------------------------------------------------------- */

static void print_cell(FILE *out, const struct screen_column *column, const struct cell *cell,
                       size_t width, bool last, bool color)
{
    size_t used = screen_text_width(cell->text), pad = width > used ? width - used : 0;
    if (column->right)
        fprintf(out, "%*s", (int)pad, "");
    fprintf(out, "%s%s%s", color_begin(color && used, cell->role), cell->text,
            color_end(color && used, cell->role));
    if (!column->right && !last)
        fprintf(out, "%*s", (int)pad, "");
}

static bool print_row(struct screen_table *table, struct cell *cells, FILE *out,
                      const struct screen_look *look)
{
    size_t end = table->n_columns; /* behind the last cell with something in it: no blanks there */
    while (end && (table->hidden[end - 1] || !*cells[end - 1].text))
        end--;
    bool first = true;
    for (size_t i = 0; i < end; i++) {
        if (table->hidden[i])
            continue;
        enum screen_text_end where =
            table->columns[i].middle ? SCREEN_TEXT_CUT_MIDDLE : SCREEN_TEXT_CUT_END;
        if (!screen_text_cut(&cells[i].text, table->widths[i], where, look->ascii))
            return false;
        fprintf(out, "%*s", first ? 0 : (int)GAP, "");
        print_cell(out, &table->columns[i], &cells[i], table->widths[i], i + 1 == end, look->color);
        first = false;
    }
    putc('\n', out);
    return true;
}

static bool print_titles(struct screen_table *table, FILE *out, const struct screen_look *look)
{
    struct cell *titles = calloc(table->n_columns, sizeof *titles);
    bool done = titles != NULL;
    for (size_t i = 0; done && i < table->n_columns; i++) {
        titles[i] = (struct cell){strdup(table->columns[i].title), COLOR_FAINT};
        done = titles[i].text;
    }
    done = done && print_row(table, titles, out, look);
    for (size_t i = 0; titles && i < table->n_columns; i++)
        free(titles[i].text);
    free(titles);
    return done;
}

bool screen_table_print(struct screen_table *table, FILE *out, const struct screen_look *look,
                        size_t indent)
{
    size_t width = look->width > indent ? look->width - indent : 1;
    fit(table, width);
    bool done = !table->failed;
    if (done) {
        fprintf(out, "%*s", (int)indent, "");
        done = print_titles(table, out, look);
    }
    for (size_t i = 0; done && i + table->n_columns <= table->n; i += table->n_columns) {
        fprintf(out, "%*s", (int)indent, "");
        done = print_row(table, table->cells + i, out, look);
    }
    return done;
}
