#include "inputs.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "commands.h"
#include "help.h"

static int fail(const char *path, const char *why)
{
    fprintf(stderr, "tlm write: %s: %s\n", path, why);
    return EXIT_FAILED;
}

static int read_list(struct inputs *inputs, const char *path)
{
    bool is_stdin = strcmp(path, "-") == 0;
    FILE *file = is_stdin ? stdin : fopen(path, "r");
    size_t size = 0;
    if (!file)
        return fail(path, strerror(errno));
    errno = 0;
    ssize_t got = getdelim(&inputs->list, &size, '\0', file);
    int status = got < 0 && ferror(file) ? fail(path, strerror(errno)) : EXIT_CLEAN;
    if (!status && got > 0 && inputs->list[got - 1] == '\0')
        got--;
    if (!status && got > 0 && strlen(inputs->list) != (size_t)got)
        status = fail(path, "is no list of files: it has a NUL inside");
    if (!is_stdin)
        fclose(file);
    return status;
}

static bool add_path(struct inputs *inputs, const char *path)
{
    const char **paths = realloc(inputs->paths, (inputs->n + 1) * sizeof *paths);
    if (!paths)
        return false;
    inputs->paths = paths;
    inputs->paths[inputs->n++] = path;
    return true;
}

static bool add_listed(struct inputs *inputs)
{
    char *place = NULL;
    if (!inputs->list)
        return true;
    for (char *line = strtok_r(inputs->list, "\r\n", &place); line;
         line = strtok_r(NULL, "\r\n", &place))
        if (!add_path(inputs, line))
            return false;
    return true;
}

/* What the run would stumble over later is better said before anything is written. */
static int check(struct inputs *inputs, const char *path)
{
    struct stat info;
    bool is_stdin = strcmp(path, "-") == 0;
    if (is_stdin ? fstat(STDIN_FILENO, &info) : stat(path, &info))
        return fail(is_stdin ? "<stdin>" : path, strerror(errno));
    /* Not opened: whoever writes to a fifo would see a reader come and go. */
    if (!is_stdin && faccessat(AT_FDCWD, path, R_OK, AT_EACCESS))
        return fail(path, strerror(errno));
    if (S_ISDIR(info.st_mode))
        return fail(is_stdin ? "<stdin>" : path, "is a directory");
    if (S_ISREG(info.st_mode)) {
        inputs->bytes += (uint64_t)info.st_size;
    } else {
        inputs->bytes_known = false;
        inputs->live = true;
    }
    return EXIT_CLEAN;
}

static int count_stdin(const struct inputs *inputs, const char *filelist)
{
    int uses = filelist && strcmp(filelist, "-") == 0;
    for (size_t i = 0; i < inputs->n; i++)
        uses += strcmp(inputs->paths[i], "-") == 0;
    return uses;
}

int inputs_collect(struct inputs *inputs, const char *const *operands, size_t n,
                   const char *filelist)
{
    *inputs = (struct inputs){.bytes_known = true};
    bool made = true;
    for (size_t i = 0; i < n; i++)
        made = made && add_path(inputs, operands[i]);
    int status = filelist ? read_list(inputs, filelist) : EXIT_CLEAN;
    made = made && (status || add_listed(inputs));
    if (made && !status && !inputs->n && filelist)
        return fail(filelist, "names no file");
    if (made && !status && !inputs->n) {
        if (isatty(STDIN_FILENO))
            return help_usage_error("write", "no input: name a file, or pipe rows in");
        made = add_path(inputs, "-");
    }
    if (!made)
        return fail("inputs", strerror(ENOMEM));
    if (!status && count_stdin(inputs, filelist) > 1)
        return help_usage_error("write", "standard input is named twice");
    for (size_t i = 0; i < inputs->n && !status; i++)
        status = check(inputs, inputs->paths[i]);
    return status;
}

bool inputs_have(const struct inputs *inputs, const char *path)
{
    struct stat file, input;
    if (stat(path, &file) < 0)
        return false;
    for (size_t i = 0; i < inputs->n; i++) {
        bool is_stdin = strcmp(inputs->paths[i], "-") == 0;
        int failed = is_stdin ? fstat(STDIN_FILENO, &input) : stat(inputs->paths[i], &input);
        if (!failed && S_ISREG(input.st_mode) && input.st_dev == file.st_dev &&
            input.st_ino == file.st_ino)
            return true;
    }
    return false;
}

void inputs_release(struct inputs *inputs)
{
    free(inputs->paths);
    free(inputs->list);
}

char *inputs_output_name(const char *path)
{
    const char *slash = strrchr(path, '/');
    const char *base = slash ? slash + 1 : path;
    char *name = malloc(strlen(base) + sizeof ".avro");
    if (!name)
        return NULL;
    strcpy(name, base);
    char *dot = strrchr(name, '.');
    if (dot && dot != name && (strcmp(dot, ".gz") == 0 || strcmp(dot, ".zst") == 0)) {
        *dot = '\0';
        dot = strrchr(name, '.');
    }
    if (dot && dot != name)
        *dot = '\0';
    strcat(name, ".avro");
    return name;
}
