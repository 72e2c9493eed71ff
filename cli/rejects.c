#include "rejects.h"

#include <errno.h>
#include <string.h>

enum { SAID_MAX = 10 };

bool rejects_open(struct rejects *rejects, const char *path, bool quiet)
{
    *rejects = (struct rejects){.command = "write", .keepable = true, .path = path, .quiet = quiet};
    if (!path)
        return true;
    rejects->file = fopen(path, "we");
    if (!rejects->file)
        fprintf(stderr, "tlm write: --rejects %s: %s\n", path, strerror(errno));
    return rejects->file != NULL;
}

void rejects_only_say(struct rejects *rejects, const char *command, bool quiet)
{
    *rejects = (struct rejects){.command = command, .quiet = quiet};
}

static void say(struct rejects *rejects, const struct tlm_reject *reject)
{
    if (rejects->quiet || rejects->said > SAID_MAX)
        return;
    if (rejects->said++ < SAID_MAX)
        fprintf(stderr, "tlm %s: %s:%llu: %s\n", rejects->command, reject->source,
                (unsigned long long)reject->line, reject->reason);
    else
        fprintf(stderr, "tlm %s: further bad rows are only counted%s\n", rejects->command,
                rejects->path || !rejects->keepable ? "" : " (--rejects FILE keeps them)");
}

void rejects_add(struct rejects *rejects, const struct tlm_reject *reject)
{
    say(rejects, reject);
    if (!rejects->file || rejects->failed)
        return;
    fprintf(rejects->file, "# %s:%llu: row %llu, byte %llu: %s: %s\n", reject->source,
            (unsigned long long)reject->line, (unsigned long long)reject->row,
            (unsigned long long)reject->byte, tlm_code_name(reject->code), reject->reason);
    fwrite(reject->text.data, 1, reject->text.len, rejects->file);
    putc('\n', rejects->file);
    if (ferror(rejects->file)) {
        fprintf(stderr, "tlm write: --rejects %s: %s\n", rejects->path, strerror(errno));
        rejects->failed = true;
    }
}

bool rejects_close(struct rejects *rejects)
{
    if (!rejects->file)
        return true;
    bool flushed = fflush(rejects->file) == 0;
    int failed = flushed ? 0 : errno;
    if (fclose(rejects->file) != 0 && flushed)
        failed = errno;
    rejects->file = NULL;
    if (failed && !rejects->failed)
        fprintf(stderr, "tlm write: --rejects %s: %s\n", rejects->path, strerror(failed));
    return !failed && !rejects->failed;
}
