#include "rows/zone.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/error.h"
#include "rows/civil.h"
#include "rows/tzif.h"

enum {
    NAME_MAX_BYTES = 128,
    FILE_MAX_BYTES = 256 * 1024 /* the largest in use have 4 KiB */
};

/* Stretches of local time that exist, in order; what lies between two of them does not exist. */
struct tlm_zone {
    size_t n_spans;
    struct tlm_zone_span spans[];
};

/* ---- from regimes to local time ------------------------------------------------------------- */

static int64_t add_clamped(int64_t a, int64_t b)
{
    int64_t sum;
    if (__builtin_add_overflow(a, b, &sum))
        return b < 0 ? INT64_MIN : INT64_MAX;
    return sum;
}

/* Of two regimes that show the same local time the earlier one has it: each span starts no sooner
 * than the one before it ends. */
static void add_span(struct tlm_zone *zone, int64_t from_s, int64_t to_s, int64_t offset_s)
{
    struct tlm_zone_span *last = zone->n_spans ? &zone->spans[zone->n_spans - 1] : NULL;
    if (last && from_s < last->to_s)
        from_s = last->to_s;
    if (from_s >= to_s)
        return;
    if (last && last->to_s == from_s && last->offset_s == offset_s)
        last->to_s = to_s;
    else
        zone->spans[zone->n_spans++] = (struct tlm_zone_span){from_s, to_s, offset_s};
}

static struct tlm_zone *make_zone(const struct tlm_regime *regimes, size_t n)
{
    struct tlm_zone *zone = malloc(sizeof *zone + n * sizeof zone->spans[0]);
    if (!zone)
        return NULL;
    zone->n_spans = 0;
    for (size_t i = 0; i < n; i++) {
        int64_t offset_s = regimes[i].offset_s, from_s = INT64_MIN, to_s = INT64_MAX;
        if (i > 0)
            from_s = add_clamped(regimes[i].start_s, offset_s);
        if (i + 1 < n)
            to_s = add_clamped(regimes[i + 1].start_s, offset_s);
        add_span(zone, from_s, to_s, offset_s);
    }
    return zone;
}

/* ---- from names to zones -------------------------------------------------------------------- */

static enum tlm_code fixed_zone(struct tlm_zone **zone, int64_t offset_s, struct tlm_error *error)
{
    const struct tlm_regime regime = {INT64_MIN, offset_s};
    struct tlm_zone *made = make_zone(&regime, 1);
    if (!made)
        return tlm__fail_memory(error, sizeof *made);
    *zone = made;
    return TLM_OK;
}

static bool parse_offset(const char *name, int64_t *offset_s)
{
    char padded[] = "+00";
    const char *end = name + strlen(name);
    if (end - name == 2) { /* +2 */
        padded[0] = name[0];
        padded[2] = name[1];
        name = padded;
        end = padded + 3;
    }
    return tlm__offset_read(name, end, offset_s) == end;
}

/* Only what names of zones are made of, and no step upwards. */
static bool is_safe_name(const char *name)
{
    static const char allowed[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz"
                                  "0123456789_+-/.";
    size_t len = strlen(name);
    if (len == 0 || len > NAME_MAX_BYTES || name[0] == '/' || name[0] == '.' ||
        strspn(name, allowed) != len)
        return false;
    return !strstr(name, "..") && !strstr(name, "/.") && !strstr(name, "//");
}

/* At most size bytes into bytes; the number read, or -1 with errno. */
static ssize_t read_whole(int fd, uint8_t *bytes, size_t size)
{
    size_t used = 0;
    while (used < size) {
        ssize_t n = read(fd, bytes + used, size - used);
        if (n < 0 && errno == EINTR)
            continue;
        if (n < 0)
            return -1;
        if (n == 0)
            break;
        used += (size_t)n;
    }
    return (ssize_t)used;
}

static enum tlm_code bad_file(const char *folder, const char *name, const char *why,
                              struct tlm_error *error)
{
    return tlm__fail(error, TLM_ARGUMENT, "time zone \"%s\": %s/%s cannot be used: %s", name,
                     folder, name, why);
}

static enum tlm_code parse_file(struct tlm_zone **zone, const char *folder, const char *name,
                                const uint8_t *bytes, size_t len, struct tlm_error *error)
{
    struct tlm_regimes regimes = {0};
    struct tlm_zone *made = NULL;
    const char *why = NULL;
    enum tlm_code code = tlm__tzif_read(bytes, len, &regimes, &why);
    if (code == TLM_OK)
        made = make_zone(regimes.items, regimes.len);
    if (made)
        *zone = made;
    else if (code == TLM_INPUT)
        code = bad_file(folder, name, why, error);
    else
        code = tlm__fail_memory(error, regimes.cap * sizeof regimes.items[0]);
    tlm__regimes_release(&regimes);
    return code;
}

static enum tlm_code read_file(struct tlm_zone **zone, const char *folder, const char *name, int fd,
                               struct tlm_error *error)
{
    struct stat status;
    if (fstat(fd, &status) != 0)
        return bad_file(folder, name, "it cannot be read", error);
    if (S_ISDIR(status.st_mode))
        return tlm__fail(error, TLM_ARGUMENT, "time zone \"%s\" is incomplete: a folder of zones",
                         name);
    if (!S_ISREG(status.st_mode))
        return bad_file(folder, name, "it is not a regular file", error);
    uint8_t *bytes = malloc(FILE_MAX_BYTES);
    if (!bytes)
        return tlm__fail_memory(error, FILE_MAX_BYTES);
    ssize_t len = read_whole(fd, bytes, FILE_MAX_BYTES);
    enum tlm_code code;
    if (len < 0)
        code = bad_file(folder, name, "it cannot be read", error);
    else if (len == FILE_MAX_BYTES)
        code = bad_file(folder, name, "it is too large for a time zone", error);
    else
        code = parse_file(zone, folder, name, bytes, (size_t)len, error);
    free(bytes);
    return code;
}

static enum tlm_code open_failed(const char *folder, const char *name, int sys_errno,
                                 struct tlm_error *error)
{
    struct stat status;
    if (sys_errno != ENOENT && sys_errno != ENOTDIR)
        return tlm__fail_errno(error, TLM_ARGUMENT, sys_errno, "time zone \"%s\"", name);
    if (stat(folder, &status) != 0)
        return tlm__fail(error, TLM_ARGUMENT,
                         "time zone \"%s\": there is no %s; install the package tzdata", name,
                         folder);
    return tlm__fail(error, TLM_ARGUMENT,
                     "unknown time zone \"%s\" (names are like Europe/Berlin, UTC or +02:00)",
                     name);
}

enum tlm_code tlm__zone_load_from(struct tlm_zone **zone, const char *folder, const char *name,
                                  struct tlm_error *error)
{
    int64_t offset_s = 0;
    if (strcmp(name, "UTC") == 0 || strcmp(name, "GMT") == 0 || strcmp(name, "Z") == 0 ||
        parse_offset(name, &offset_s))
        return fixed_zone(zone, offset_s, error);
    if (!is_safe_name(name))
        return open_failed(folder, name, ENOENT, error);
    int folder_fd = open(folder, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    int fd = folder_fd < 0 ? -1 : openat(folder_fd, name, O_RDONLY | O_NONBLOCK | O_CLOEXEC);
    int sys_errno = errno;
    if (folder_fd >= 0)
        close(folder_fd);
    if (fd < 0)
        return open_failed(folder, name, sys_errno, error);
    enum tlm_code code = read_file(zone, folder, name, fd, error);
    close(fd);
    return code;
}

enum tlm_code tlm__zone_load(struct tlm_zone **zone, const char *name, struct tlm_error *error)
{
    return tlm__zone_load_from(zone, TLM_ZONE_FOLDER, name, error);
}

void tlm__zone_free(struct tlm_zone *zone)
{
    free(zone);
}

bool tlm__zone_offset(const struct tlm_zone *zone, int64_t local_s, struct tlm_zone_span *span)
{
    size_t low = 0, high = zone->n_spans; /* the first span that ends after local_s */
    while (low < high) {
        size_t middle = low + (high - low) / 2;
        if (zone->spans[middle].to_s <= local_s)
            low = middle + 1;
        else
            high = middle;
    }
    if (low == zone->n_spans)
        low--; /* INT64_MAX itself */
    if (zone->spans[low].from_s <= local_s) {
        *span = zone->spans[low];
        return true;
    }
    *span = (struct tlm_zone_span){zone->spans[low - 1].to_s, zone->spans[low].from_s, 0};
    return false;
}
